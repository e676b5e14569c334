package answer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// A LatestQuery asks for the newest articles.
type LatestQuery struct {
	Topic  string    // words they should speak of; empty for all
	Source string    // as a Question's
	Among  []string  // as a Question's
	Since  time.Time // zero for any
	Now    time.Time // as a Question's
	Most   int       // stories to return at most; 0 means 10
}

// Latest is the newest stories. Its JSON form is stable.
type Latest struct {
	Stories []Story `json:"stories"`
	Reason  string  `json:"reason"`         // why there are none
	Note    string  `json:"note,omitempty"` // as in an Answer, and what of the topic no article kept to
	AsOf    AsOf    `json:"as_of"`

	Said Said `json:"-"`
}

// A Story is articles that tell of one event, newest first. Of copies the one
// that came out first stands for all.
type Story struct {
	Articles []Citation `json:"articles"`
}

// How many stories Latest returns if it is not told, and among how many
// articles it looks for them.
const (
	maxStories = 10
	latestPool = 100
	mostOfIt   = 0.5 // of a topic's or title's weight that must be there
)

// Latest returns the newest articles, grouped by story.
func (e *Engine) Latest(ctx context.Context, q LatestQuery) (Latest, error) {
	l := Latest{Stories: []Story{}}
	stats, err := e.index.Stats()
	if err != nil {
		return l, err
	}
	l.AsOf = asOf(stats)
	now := q.Now
	if now.IsZero() {
		now = time.Now()
	}
	if q.Since.After(now) {
		return l, ErrFuture
	}
	filter := index.Filter{NotAfter: now, From: q.Since, Among: q.Among}
	if q.Source != "" {
		if filter.Sources, err = e.resolveSource(q.Source); err != nil {
			return l, err
		}
		if err := withinAmong(filter); err != nil {
			return l, err
		}
	}
	list, note, err := e.newest(ctx, q.Topic, filter, now)
	l.Said.Note, l.Note = note, note.String()
	if err != nil {
		return l, err
	}
	most := q.Most
	if most <= 0 {
		most = maxStories
	}
	if l.Stories, err = e.stories(ctx, list, most); err != nil {
		return Latest{Stories: []Story{}}, fmt.Errorf("group the articles: %w", err)
	}
	if len(l.Stories) == 0 {
		l.Said.Reason = locale.Textf("No article%s%s. %s", onTopic(q.Topic),
			narrowed(understood{filter: filter, now: now}), covered(understood{now: now}, stats))
		l.Reason = l.Said.Reason.String()
	}
	return l, nil
}

func onTopic(topic string) locale.Text {
	if topic = oneLine(topic); topic == "" {
		return locale.Text{}
	}
	return locale.Textf(" on '%s'", topic)
}

// newest returns the first passages of the newest articles; with a topic,
// those of the newest articles that speak of all of it, or of most where none
// does. The note says what was guessed and what could not be kept to.
func (e *Engine) newest(ctx context.Context, topic string, filter index.Filter, now time.Time) (list []index.Passage, note locale.Text, err error) {
	if oneLine(topic) == "" {
		list, err = e.index.Latest(ctx, filter, latestPool)
		return list, note, err
	}
	u, err := e.understand(Question{Text: topic, Now: now, AnyTime: true})
	if err != nil {
		return nil, note, err
	}
	u.narrowTo(filter)
	u, f, err := e.seek(ctx, u, latestPool)
	if err != nil {
		return nil, note, fmt.Errorf("search: %w", err)
	}
	most := 0.0
	for _, c := range f.candidates {
		most = max(most, c.features[pCover])
	}
	seen := make(map[string]bool)
	for _, c := range f.candidates {
		if most < mostOfIt || c.features[pCover] < 0.99*most || seen[c.Article] {
			continue
		}
		seen[c.Article] = true
		lead, err := e.index.Lead(c.Article)
		switch {
		case errors.Is(err, index.ErrNoArticle): // gone with an update since
		case err != nil:
			return nil, note, err
		default:
			list = append(list, lead)
		}
	}
	slices.SortStableFunc(list, func(a, b index.Passage) int { return b.Published.Compare(a.Published) })
	return list, locale.Join(u.note, u.scope.notes(f.unheld)), nil
}

// headline cites the beginning of an article.
func (e *Engine) headline(p index.Passage, n int) Citation {
	c := Citation{
		N: n, ArticleID: p.Article, Title: p.Title, Source: p.Source, URL: p.URL,
		Published: Date{p.Published}, Link: e.Pages.addressOf(p), Marks: []article.Span{}, Image: p.Image,
	}
	if len(p.Sentences) > 0 {
		s := p.Sentences[0]
		c.Quote, c.Start, c.End = s.Of(p.Text), p.Start+s.Start, p.Start+s.End
	}
	return c
}

// FindArticle finds the article that is meant by an address, its page's too, or
// by words of a title, of the outlets among as with a Question. It returns
// index.ErrNoArticle where none is. An address is not held to the outlets.
func (e *Engine) FindArticle(ctx context.Context, what string, now time.Time, among []string) (string, error) {
	if strings.Contains(what, "://") {
		if id := e.Pages.ArticleID(what); id != "" {
			return id, nil
		}
		return e.index.ByURL(ctx, what)
	}
	u, err := e.understand(Question{Text: clipWords(what), Now: now, AnyTime: true, verbatim: true, Among: among})
	if err != nil {
		return "", err
	}
	f, err := e.find(ctx, u, candidates)
	if err != nil {
		return "", fmt.Errorf("search: %w", err)
	}
	best, share := "", 0.0
	for _, c := range f.candidates {
		if s := titleShare(u, f, c); s > share {
			best, share = c.Article, s
		}
	}
	if share < mostOfIt {
		return "", index.ErrNoArticle
	}
	return best, nil
}

// titleShare is the share of the question's weight that a candidate's title holds.
func titleShare(u understood, f found, c candidate) float64 {
	held := make(map[string]bool)
	for _, tok := range index.AnalyzeIn(c.Language, c.Title) {
		held[tok.Term] = true
	}
	share := 0.0
	for i, t := range f.terms {
		if held[u.terms[i].text] {
			share += t.weight / f.weight
		}
	}
	return share
}

// clipWords keeps what a question may be long.
func clipWords(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), MaxQuestion)])
}
