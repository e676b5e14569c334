package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// excerptSize is how many bytes of an article an excerpt holds, unless what
// is cited is longer; pageSize is the most that is shown.
const excerptSize = 1500

// errMoved is returned where an article is no longer as it was when it was
// cited.
var errMoved = errors.New("the article has changed since: ask again")

// expand offers the passage around a quote.
func expand(n int, title, id string, start, end int) *Action {
	label := title
	if n > 0 {
		label = fmt.Sprintf("[%d] %s", n, title)
	}
	return &Action{Label: label, Command: "excerpt", Values: map[string]string{
		"article": id, "start": strconv.Itoa(start), "end": strconv.Itoa(end),
	}}
}

// excerpt shows what stands around a quote in its article.
func excerpt(d Deps) Command {
	return Command{
		Name: "excerpt", Description: "What stands around a quote", Hidden: true, Private: true,
		Options: []Option{
			{Name: "article", Description: "The article's id", Required: true, MaxLength: 2048},
			{Name: "start", Description: "The byte where the quote begins", Required: true, MaxLength: 10},
			{Name: "end", Description: "The byte behind it", Required: true, MaxLength: 10},
		},
		run: func(ctx context.Context, call Call) (Reply, error) {
			a, err := d.article(ctx, call, call.Values["article"])
			if errors.Is(err, index.ErrNoArticle) {
				return Reply{}, errMoved
			}
			if err != nil {
				return Reply{}, err
			}
			start, err1 := strconv.Atoi(call.Values["start"])
			end, err2 := strconv.Atoi(call.Values["end"])
			if err1 != nil || err2 != nil || start < 0 || start >= end || end > len(a.Text) {
				return Reply{}, errMoved
			}
			return d.excerptReply(call.Language, a, article.Span{Start: start, End: end}), nil
		},
	}
}

func (d Deps) excerptReply(l locale.Language, a article.Article, cited article.Span) Reply {
	r := Reply{Title: a.Title, Private: true, Aside: true,
		Items:   []Item{{Title: a.Title, Source: a.Source, Published: a.Published, Link: d.addressOf(a), ArticleID: a.ID}},
		Actions: []Action{{Label: l.Say("The whole article"), Command: "article", Values: map[string]string{"article": a.ID}}},
	}
	blocks := article.Blocks(a.Text, a.Headings)
	around := surroundings(blocks, cited)
	if around.Len() < len(strings.TrimSpace(a.Text)) {
		r.Note = l.Say("An excerpt of the article")
	}
	for _, b := range blocks {
		s := article.Span{Start: max(b.Start, around.Start), End: min(b.End, around.End)}
		if s.Start >= s.End {
			continue
		}
		line := Line{Text: s.Of(a.Text)}
		if m := (article.Span{Start: max(s.Start, cited.Start), End: min(s.End, cited.End)}); m.Start < m.End {
			line.Marks = []article.Span{{Start: m.Start - s.Start, End: m.End - s.Start}}
		}
		r.Lines = append(r.Lines, line)
	}
	return r
}

// surroundings grows what is cited by whole sentences, forwards and backwards
// in turn, up to excerptSize.
func surroundings(blocks []article.Block, cited article.Span) article.Span {
	var all []article.Span
	for _, b := range blocks {
		all = append(all, b.Sentences...)
	}
	first, last := len(all), -1
	for i, s := range all {
		if s.Start < cited.End && s.End > cited.Start {
			first, last = min(first, i), max(last, i)
		}
	}
	if last < 0 {
		return cited
	}
	fits := func(from, to int) bool { return all[to].End-all[from].Start <= excerptSize }
	for grown := true; grown; {
		grown = false
		if last+1 < len(all) && fits(first, last+1) {
			last, grown = last+1, true
		}
		if first > 0 && fits(first-1, last) {
			first, grown = first-1, true
		}
	}
	return article.Span{Start: all[first].Start, End: all[last].End}
}
