package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsdesk/article"
	"newsdesk/feed"
	"newsdesk/index"
)

var (
	worldFeeds    = flag.Int("world-feeds", 20, "feeds of TestNewsWorld")
	worldArticles = flag.Int("world-articles", 160, "articles of TestNewsWorld")
	worldDays     = flag.Int("world-days", 4, "days on which they come out")
)

// pipes is a network of one server: every address leads to it.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// For days, newsdesk gathers a world of feeds that are all odd in their ways.
// After it, every article is there once, with the right text and date and its
// versions, the index finds each, and hardly more was asked than is needed.
//
//	go test . -run NewsWorld -v -world-feeds 200 -world-articles 5000 -world-days 7
func TestNewsWorld(t *testing.T) {
	const least, most = 5 * time.Minute, 6 * time.Hour
	dir := t.TempDir()
	articles := filepath.Join(dir, "articles")
	var w *newsWorld
	var ended time.Time
	synctest.Test(t, func(t *testing.T) {
		w = newNewsWorld(time.Now(), *worldFeeds, *worldArticles, float64(*worldDays))
		list := filepath.Join(dir, "feeds.opml")
		if err := w.list(list); err != nil {
			t.Fatal(err)
		}
		network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: w}
		go func() { _ = server.Serve(network) }()
		client, err := feed.NewClient(feed.ClientOptions{Dial: network.dial})
		if err != nil {
			t.Fatal(err)
		}
		store, err := article.OpenStore(articles)
		if err != nil {
			t.Fatal(err)
		}
		// Without jitter, which only makes fewer requests.
		g, err := feed.NewGatherer(feed.Options{List: list, State: filepath.Join(dir, "state"), Client: client, Sink: store,
			Interval: least, MaxInterval: most, Random: func() float64 { return 0 }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := g.Run(ctx); err != nil {
				t.Error(err)
			}
		}()
		time.Sleep(time.Duration(*worldDays+2) * 24 * time.Hour)
		ended = time.Now()
		cancel()
		<-done
		for _, st := range g.Status() {
			if gone := st.Health == feed.Dead; gone != w.feedOf(st.URL).is(dies) || !gone && st.Health != feed.Fine {
				t.Errorf("%s is %s: %s", st.URL, st.Health, st.Error)
			}
		}
		client.Close()
		_ = server.Close()
		time.Sleep(time.Hour)
	})
	found := w.checkArticles(t, articles, ended)
	w.checkIndex(t, articles, found, ended)
	w.checkRequests(t, found, fewestFor(w, ended, least, most))
}

func (w *newsWorld) feedOf(url string) *newsFeed {
	return w.feeds[slices.IndexFunc(w.feeds, func(f *newsFeed) bool { return f.url() == url })]
}

// checkArticles compares what was stored with the world.
func (w *newsWorld) checkArticles(t *testing.T, dir string, ended time.Time) map[*story]article.Article {
	t.Helper()
	store, err := article.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[*story]article.Article)
	err = fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".md"):
			return nil
		}
		for a, problem := range article.Read(t.Context(), os.DirFS(dir), path) {
			if problem != nil {
				return problem
			}
			address := strings.Replace(strings.TrimPrefix(article.CanonicalURL(a.URL), "http://"), "/go/", "/", 1)
			s := w.pages[address]
			if _, twice := found[s]; s == nil || twice {
				t.Errorf("%s is there without being news, or twice", a.URL)
				continue
			}
			found[s] = a
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range w.stories {
		a, ok := found[s]
		if !ok {
			t.Errorf("story %d (%s, oddity %d) is not there", s.n, s.home.format, s.home.odd)
			continue
		}
		s.check(t, a, found, ended)
		versions, err := store.Versions(a.ID)
		want := 1
		if !s.retitled.IsZero() || !s.edited.IsZero() {
			want = 2
		}
		if err != nil || len(versions) != want {
			t.Errorf("story %d has %d versions, want %d: %v", s.n, len(versions), want, err)
		} else if want == 2 && (versions[1].NewTitle == s.retitled.IsZero() || versions[1].NewText == s.edited.IsZero() || versions[0].Article.Title != s.title(s.published)) {
			t.Errorf("story %d: the second version is not what was edited", s.n)
		}
	}
	return found
}

func (s *story) check(t *testing.T, a article.Article, all map[*story]article.Article, ended time.Time) {
	t.Helper()
	if a.Title != s.title(ended) || a.Text != s.text(ended) {
		t.Errorf("story %d (%s, oddity %d): got %q, %q", s.n, s.home.format, s.home.odd, a.Title, a.Text)
	}
	want := s.published.UTC()
	switch {
	case s.home.is(alwaysNow), s.date == 5: // a time to come is that of first sight
		if want = a.FirstSeen; a.Published.Sub(want).Abs() < time.Minute {
			want = a.Published
		}
	case (s.date == 4 || s.date == 6) && !s.home.teaser:
		want = time.Time{}
	}
	if !a.Published.Equal(want) {
		t.Errorf("story %d (%s, date %d): published %v, want %v", s.n, s.home.format, s.date, a.Published, want)
	}
	if s.copyOf != nil {
		first, then := all[s.copyOf], a
		if moment(then).Before(moment(first)) {
			first, then = then, first
		}
		if then.CopyOf == "" { // whichever came in before the other
			t.Errorf("story %d is not linked to %d, nor the other way", s.n, s.copyOf.n)
		}
	}
	if a.CopyOf != "" && !s.repeats(a.CopyOf, all) {
		t.Errorf("story %d is no copy of %s", s.n, a.CopyOf)
	}
}

// repeats reports whether an id is that of a story with the same text.
func (s *story) repeats(id string, all map[*story]article.Article) bool {
	for other, a := range all {
		if a.ID == id {
			return other == s.copyOf || other.copyOf == s || other.copyOf != nil && other.copyOf == s.copyOf
		}
	}
	return false
}

func moment(a article.Article) time.Time {
	if a.Published.IsZero() {
		return a.FirstSeen
	}
	return a.Published
}

// checkIndex makes an index of the folder and searches for each article.
func (w *newsWorld) checkIndex(t *testing.T, dir string, found map[*story]article.Article, ended time.Time) {
	t.Helper()
	x, err := index.Open(filepath.Join(t.TempDir(), "index"), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Update(t.Context(), index.Collection{Name: dir, FS: os.DirFS(dir)}, nil); err != nil {
		t.Fatal(err)
	}
	copies := make(map[*story]int)
	for _, s := range w.stories {
		if s.copyOf != nil {
			copies[s.copyOf]++
		}
	}
	for s := range found {
		if s.copyOf != nil || copies[s] > 0 && !s.edited.IsZero() {
			continue // found along with its original; each has the text of another time
		}
		now, was := 0, 1
		if !s.edited.IsZero() {
			now, was = 1, 0
		}
		if n := holding(t, x, s.word(now)); n != 1+copies[s] {
			t.Errorf("story %d is found %d times, want %d", s.n, n, 1+copies[s])
		}
		if n := holding(t, x, s.word(was)); n != 0 {
			t.Errorf("what story %d said no more is found %d times", s.n, n)
		}
	}
}

// checkRequests compares what was asked with the fewest that serve.
func (w *newsWorld) checkRequests(t *testing.T, found map[*story]article.Article, ideal fewest) {
	t.Helper()
	var report strings.Builder
	made := 0
	for _, kind := range slices.Sorted(maps.Keys(w.requests)) {
		fmt.Fprintf(&report, "\n  %6d %s", w.requests[kind], kind)
		made += w.requests[kind]
	}
	var waits []time.Duration
	for s, a := range found {
		if s.published.After(w.began) {
			waits = append(waits, a.FirstSeen.Sub(s.published))
		}
	}
	ratio := float64(made) / float64(ideal.all())
	late := float64(mean(waits)) / float64(mean(ideal.Waits))
	t.Logf("%d articles of %d feeds: %d requests, %.3f times the fewest, %d (%d polls, of which %d find an article, %d for pages, %d for robots.txt);\narticles had on average %v after publication, %.3f times as late as the ideal:%s",
		len(found), len(w.feeds), made, ratio, ideal.all(), ideal.Polls, ideal.Finding, ideal.Pages, ideal.Robots, mean(waits).Round(time.Second), late, report.String())
	if n := w.requests["pages"] + w.requests["page redirects"]; n > ideal.Pages {
		t.Errorf("%d requests for pages, of which %d would do", n, ideal.Pages)
	}
	moved := 0
	for _, f := range w.feeds {
		if f.is(redirected) || f.is(moves) {
			moved++
		}
	}
	if n := w.requests["redirects for good"]; n > moved {
		t.Errorf("%d redirects for good were followed, of %d feeds that moved", n, moved)
	}
	if ratio > 1.1 || late > 1.1 {
		t.Errorf("%.3f times the fewest requests, articles %.3f times as late: want at most 1.1", ratio, late)
	}
}

func mean(list []time.Duration) time.Duration {
	var sum time.Duration
	for _, d := range list {
		sum += d
	}
	return sum / time.Duration(max(len(list), 1))
}
