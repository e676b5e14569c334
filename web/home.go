package web

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/feed"
	"newsdesk/index"
	"newsdesk/locale"
)

// How many articles a page of the newest shows, and how many pages there are
// at most: beyond them people search.
const (
	homeSize  = 20
	homePages = 50
)

// home is the first page: how things are, and the newest articles.
type home struct {
	Language  locale.Language
	Stats     index.Stats
	Age       string
	Feeds     []feed.Status // worst first; nil where none are read
	Counts    string        // of the feeds
	Newest    []headline
	At, Pages int
}

// A headline is an article in a list.
type headline struct {
	index.Passage
	Path, Lead string
	Lang       string // code of the language
}

func (s *site) home(ctx context.Context, q *request) error {
	h := home{Language: q.Language, At: 1}
	if p := q.FormValue("page"); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || strconv.Itoa(n) != p {
			return errNoPage
		}
		h.At = n
	}
	var err error
	if h.Stats, err = s.desk.Index.Stats(); err != nil {
		return err
	}
	now := s.desk.Now()
	list, err := s.newest.of(ctx, s.desk.Index, h.Stats.Generation, now)
	if err != nil {
		return err
	}
	h.Pages = max(1, (len(list)+homeSize-1)/homeSize)
	if h.At > h.Pages {
		return errNoPage
	}
	h.Age = commands.Duration(q.Language, max(0, now.Sub(h.Stats.IndexedAt)))
	if s.desk.Feeds != nil && h.At == 1 {
		h.Feeds = commands.WorstFirst(s.desk.Feeds.Status())
		h.Counts = commands.FeedCounts(q.Language, h.Feeds)
	}
	for _, p := range list[(h.At-1)*homeSize : min(len(list), h.At*homeSize)] {
		h.Newest = append(h.Newest, s.headline(p))
	}
	q.name, q.view = "home", h
	return nil
}

// newest keeps the newest articles of the generation in use. They are read in
// one go, so that those of the same time stand in one order on all pages.
type newest struct {
	mu         sync.Mutex
	generation string
	list       []index.Passage
}

// of returns the newest articles that are out by now.
func (n *newest) of(ctx context.Context, x *index.Index, generation string, now time.Time) ([]index.Passage, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.generation != generation {
		list, err := x.Latest(ctx, index.Filter{}, homePages*homeSize)
		if err != nil {
			return nil, err
		}
		n.generation, n.list = generation, list
	}
	out, _ := slices.BinarySearchFunc(n.list, now, func(p index.Passage, now time.Time) int { return now.Compare(p.Published) })
	return n.list[out:], nil
}

func (s *site) headline(p index.Passage) headline {
	h := headline{Passage: p, Path: s.base + answer.PagePath(p.Article, article.Span{}), Lang: languageOf(p.Language)}
	if len(p.Sentences) > 0 {
		h.Lead = p.Sentences[0].Of(p.Text)
	}
	return h
}

// languageOf is the code for the language of an article, of which the index
// leaves out English.
func languageOf(code string) string {
	if code == "" {
		return "en"
	}
	return code
}

// Health is what a feed's health is called.
func (h home) Health(s feed.Status) string { return commands.HealthName(h.Language, s.Health) }

// Name is what a feed is called.
func (home) Name(s feed.Status) string { return commands.FeedName(s) }

// Site is the address of a feed's site, if it can be a link.
func (home) Site(s feed.Status) string {
	if strings.HasPrefix(s.Site, "https://") || strings.HasPrefix(s.Site, "http://") {
		return s.Site
	}
	return ""
}

// Moment is a time for people.
func (h home) Moment(t time.Time) string { return commands.Moment(h.Language, t) }

// Machine is a time for programs.
func (home) Machine(t time.Time) string { return article.FormatDate(t) }

// Previous and Next are the numbers of the pages beside this one, 0 for none.
func (h home) Previous() int { return h.At - 1 }

// Next is as Previous.
func (h home) Next() int {
	if h.At == h.Pages {
		return 0
	}
	return h.At + 1
}
