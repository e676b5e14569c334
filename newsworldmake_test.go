package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"newsdesk/feed"
)

// newNewsWorld makes a world of so many feeds and articles, the articles spread
// over some days.
func newNewsWorld(began time.Time, feeds, articles int, days float64) *newsWorld {
	w := &newsWorld{began: began, at: make(map[string]*newsFeed), pages: make(map[string]*story), requests: make(map[string]int)}
	r := rand.New(rand.NewPCG(20, 25))
	for i := range feeds {
		f := &newsFeed{n: i, odd: oddity(i % int(oddities)), format: []string{"rss", "atom", "rdf", "json", "sitemap"}[(i+i/int(oddities))%5],
			host: fmt.Sprintf("outlet%d.example", i), path: fmt.Sprintf("/feed%d", i)}
		f.teaser = f.format == "sitemap" || i/2%2 == 1
		if i%int(oddities) < 6 { // one host of many feeds
			f.host = fmt.Sprintf("big%d.example", i/int(oddities))
		}
		f.from = began.Add(time.Duration((1 + 3*r.Float64()) * 24 * float64(time.Hour)))
		f.to = f.from.Add(3 * time.Hour)
		switch f.odd {
		case dies:
			f.from, f.to = began.AddDate(0, 0, 4), began.AddDate(1, 0, 0)
		case moves:
			f.from = began.AddDate(0, 0, 3)
		case hangsUp:
			f.to = f.from.Add(time.Hour)
		}
		w.feeds = append(w.feeds, f)
		w.at[f.host+f.path], w.at[f.host+"/real"+f.path] = f, f
	}
	for n := range articles {
		f := w.feeds[n%feeds]
		if n/feeds%3 == 2 { // a tenth of the feeds have a third of the news
			f = w.feeds[n%feeds/10*10]
		}
		s := &story{n: n, home: f, date: n % 8}
		span := days
		if f.is(dies) {
			span = 3
		}
		s.published = began.Add(time.Duration((r.Float64()*(span+.5) - .5) * 24 * float64(time.Hour))).Truncate(time.Second)
		w.happenings(s, r)
		w.stories = append(w.stories, s)
		f.stories = append(f.stories, s)
		w.pages[f.host+fmt.Sprintf("/story/%d", n)], w.pages[f.host+fmt.Sprintf("/archive/%d", n)] = s, s
	}
	return w
}

// happenings says what becomes of a story after it is out: all behind the
// longest time that a feed may be left alone.
func (w *newsWorld) happenings(s *story, r *rand.Rand) {
	later := s.published.Add(20 * time.Hour)
	if later.Before(w.began.Add(20 * time.Hour)) {
		later = w.began.Add(20 * time.Hour)
	}
	switch f := s.home; r.IntN(12) {
	case 1:
		s.retitled = later
	case 3:
		if s.edited = later; f.format == "sitemap" {
			s.retitled = later // of which a sitemap tells
		}
	case 5:
		s.removed = later
	case 7:
		s.renamed = later
	case 9:
		if f.format != "rdf" && f.format != "sitemap" { // which know an article by its link alone
			s.moved = later
		}
	case 10:
		for _, other := range w.feeds { // of the same outlet
			if other != f && other.host == f.host && !other.teaser && !f.teaser && !f.is(alwaysNow) {
				s.date = 0
				other.stories = append(other.stories, s)
				return
			}
		}
	case 11:
		if len(w.stories) > 0 {
			other := w.stories[r.IntN(len(w.stories))]
			if gap := other.published.Sub(s.published).Abs(); other.home.host != f.host && other.copyOf == nil && gap < 3*24*time.Hour {
				s.copyOf = other
				if s.published.Before(other.published) {
					s.published = other.published.Add(time.Minute)
				}
			}
		}
	}
}

// list writes the list of the feeds.
func (w *newsWorld) list(path string) error {
	l, err := feed.ReadList(path)
	if err != nil {
		return err
	}
	for _, f := range w.feeds {
		if _, err := l.Add(feed.Feed{URL: f.url(), Title: fmt.Sprintf("Outlet %d", f.n), FullText: f.teaser}); err != nil {
			return err
		}
	}
	return l.Write(path)
}
