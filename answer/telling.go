package answer

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"newsdesk/index"
)

// A text of at most shortText characters is a question as it stands; of a
// longer one so many words tell what it is about.
const (
	shortText    = 200
	tellingWords = 12
)

var (
	addresses = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://\S*`)
	markup    = regexp.MustCompile(`<[@#:/a-zA-Z][^>\s]*>`) // of chats: mentions, emoji, times
)

// Telling makes a question of a text that is none, such as somebody's message:
// a short one as it stands, of a long one the words that are rarest in the
// articles, in their order. Addresses are left out. It returns ErrEmpty or
// ErrNoWords where nothing is left to look for.
func (e *Engine) Telling(ctx context.Context, text string, now time.Time) (string, error) {
	text = oneLine(markup.ReplaceAllString(addresses.ReplaceAllString(text, " "), " "))
	if text == "" {
		return "", ErrEmpty
	}
	if utf8.RuneCountInString(text) <= shortText {
		return text, nil
	}
	languages, err := e.index.Languages()
	if err != nil {
		return "", err
	}
	terms := termsOf(languageOf(text, languages), text, "")
	forms := make([]index.Term, len(terms))
	for i, t := range terms {
		forms[i] = formsOf(t)
	}
	res, err := e.index.Search(ctx, index.Query{Terms: forms, Filter: index.Filter{NotAfter: now}, Limit: 1})
	if err != nil {
		return "", fmt.Errorf("weigh the words: %w", err)
	}
	type telling struct {
		term
		weight float64
	}
	var list []telling
	for i, t := range terms {
		if res.Terms[i].Docs > 0 {
			list = append(list, telling{t, weightOf(t, res.Terms[i], res.Docs)})
		}
	}
	slices.SortStableFunc(list, func(a, b telling) int { return cmp.Compare(b.weight, a.weight) })
	list = list[:min(len(list), tellingWords)]
	slices.SortFunc(list, func(a, b telling) int { return cmp.Compare(a.at, b.at) })
	var words []string
	for _, t := range list {
		words = append(words, t.word)
	}
	if len(words) == 0 {
		return "", ErrNoWords
	}
	return strings.Join(words, " "), nil
}
