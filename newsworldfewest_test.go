package main

import (
	"slices"
	"time"
)

// Fewest is what an ideal client would have asked for, and how late it would
// have had the articles.
type fewest struct {
	Polls, Pages, Robots int
	Finding              int // of the polls, those that find an article
	Waits                []time.Duration
}

func (f fewest) all() int { return f.Polls + f.Pages + f.Robots }

// fewestFor replays the world for a client that keeps newsdesk's promise of
// freshness with as few requests as can be, knowing what newsdesk cannot:
//
//   - It asks a feed just as often as is promised: after half the mean time
//     between its ten newest articles, those that it has seen by their true
//     dates, between the bounds of settings, and not before the feed wants it.
//   - It knows beforehand which requests would fail, and when the feed is back:
//     none is made in vain, and a dead feed is never asked.
//   - It knows where a feed has moved to for good. A redirect for now costs a
//     request each time, since the feed says so.
//   - It fetches the page of a teaser once, and again when the feed says that
//     the article has another title, teaser or address.
//   - It asks for a robots.txt once in 24 hours in which pages are fetched.
//
// Whoever knew when articles come could ask less: Finding counts the polls that
// find something.
func fewestFor(w *newsWorld, until time.Time, least, most time.Duration) fewest {
	var sum fewest
	pages := make(map[string][]time.Time) // by host
	for _, f := range w.feeds {
		seen := make(map[*story]string)
		var recent []time.Time
		var wait time.Duration
		for t := w.began; t.Before(until); {
			if f.down(t) {
				t = f.to
				continue
			}
			sum.Polls++
			if f.is(elsewhere) {
				sum.Polls++
			}
			came, fetched := f.look(t, seen)
			for _, s := range came {
				recent = append(recent, s.published)
				if s.home == f && s.published.After(w.began) {
					sum.Waits = append(sum.Waits, t.Sub(s.published))
				}
			}
			if len(came) > 0 {
				sum.Finding++
			}
			for range fetched {
				pages[f.host] = append(pages[f.host], t)
				sum.Pages++
				if f.is(pagesElsewhere) {
					sum.Pages++
				}
			}
			wait = f.promise(recent, t, wait, least, most)
			t = t.Add(wait)
			for f.format == "rss" && f.is(sleeps) && t.UTC().Hour() >= 1 && t.UTC().Hour() <= 3 {
				t = t.Truncate(time.Hour).Add(time.Hour)
			}
		}
	}
	for _, times := range pages {
		slices.SortFunc(times, time.Time.Compare)
		var last time.Time
		for _, t := range times {
			if t.Sub(last) >= 24*time.Hour {
				sum.Robots++
				last = t
			}
		}
	}
	return sum
}

// look takes what a feed holds into what was seen of it, and tells which
// stories are new and how many pages are to be fetched.
func (f *newsFeed) look(t time.Time, seen map[*story]string) (came []*story, pages int) {
	for _, s := range f.shows(t) {
		was, known := seen[s]
		now := s.title(t) + s.path(t)
		if f.format != "sitemap" {
			now += s.text(t)[:60]
		}
		if !known {
			came = append(came, s)
		}
		if f.teaser && now != was {
			pages++
		}
		seen[s] = now
	}
	return came, pages
}

// promise is how long a feed is left alone: while there is nothing in it, by
// least longer each time.
func (f *newsFeed) promise(recent []time.Time, now time.Time, before, least, most time.Duration) time.Duration {
	slices.SortFunc(recent, func(a, b time.Time) int { return b.Compare(a) })
	d := before + least
	if recent = recent[:min(len(recent), 10)]; len(recent) > 0 {
		d = now.Sub(recent[len(recent)-1]) / time.Duration(2*len(recent))
	}
	d = min(max(d, least), most)
	switch {
	case f.is(livesLong) && f.format == "rss":
		d = max(d, time.Hour) // it asks for 90 minutes, of which an hour is heeded
	case f.is(livesShort):
		d = max(d, 20*time.Minute)
	}
	return d
}
