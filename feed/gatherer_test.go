package feed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsdesk/article"
)

// A shelf is a Sink that behaves as a store does.
type shelf struct {
	mu   sync.Mutex
	by   map[string]article.Article
	puts []string // change and title, in order
	fail error
	gone map[string]bool // ids and addresses that people want forgotten
}

func (s *shelf) forgotten(id, address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gone[id] || s.gone[address]
}

func (s *shelf) Put(_ context.Context, a article.Article) (article.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return "", s.fail
	}
	if s.by == nil {
		s.by = make(map[string]article.Article)
	}
	if s.gone[a.ID] || s.gone[a.URL] {
		return article.Forgotten, nil
	}
	old, there := s.by[a.ID]
	change := article.Added
	if there {
		change = article.Edited
		if old.Title == a.Title && old.Text == a.Text {
			change = article.Unchanged
		}
		a.FirstSeen = old.FirstSeen
	}
	s.by[a.ID] = a
	s.puts = append(s.puts, string(change)+" "+a.Title)
	return change, nil
}

func (s *shelf) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.puts
	s.puts = nil
	return out
}

func (s *shelf) titled(title string) article.Article {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.by {
		if a.Title == title {
			return a
		}
	}
	return article.Article{}
}

// A desk is a gatherer at work in a bubble.
type desk struct {
	*Gatherer
	shelf *shelf
	world *world
	list  string
	stop  func()
}

var body = strings.Repeat("The council met on Monday and spoke about the harbour for a long time. ", 30)

// newsItem is an item with a whole text.
func newsItem(guid, link, title, text string) string {
	return fmt.Sprintf("<item><guid isPermaLink='false'>%s</guid><link>%s</link><title>%s</title><description>%s</description></item>", guid, link, title, text)
}

func rssOf(items ...string) string {
	return "<rss version='2.0'><channel><title>Harbour News</title><link>http://news.example/</link>" + strings.Join(items, "") + "</channel></rss>"
}

// atDesk runs do in a bubble with a gatherer of some feeds; the hosts serve
// what is in pages by host and path, or a handler.
func atDesk(t *testing.T, feeds []Feed, handlers map[string]http.Handler, do func(t *testing.T, d *desk)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{world: &world{handlers: handlers}, shelf: &shelf{}, list: filepath.Join(dir, "feeds.opml")}
		client := d.world.serve(t)
		l := newList()
		for _, f := range feeds {
			if _, err := l.Add(f); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Write(d.list); err != nil {
			t.Fatal(err)
		}
		d.start(t, client, dir)
		do(t, d)
		d.stop()
		time.Sleep(3 * time.Hour)
	})
}

func (d *desk) start(t *testing.T, client *Client, dir string) {
	t.Helper()
	var err error
	d.Gatherer, err = NewGatherer(Options{List: d.list, State: filepath.Join(dir, "state"), Client: client, Sink: d.shelf, Forgotten: d.shelf.forgotten, Random: func() float64 { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	d.stop = func() { cancel(); <-done }
}

// after lets time pass, and all polls end that it made due.
func (d *desk) after(wait time.Duration) {
	time.Sleep(wait)
	synctest.Wait()
}

// site serves what its fields say at the moment.
type site struct {
	mu     sync.Mutex
	pages  map[string]string
	status map[string]int
	header map[string]http.Header
}

func (s *site) set(path, text string) { s.mu.Lock(); defer s.mu.Unlock(); s.pages[path] = text }

func (s *site) answer(path string, status int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status == nil {
		s.status, s.header = map[string]int{}, map[string]http.Header{}
	}
	s.status[path], s.header[path] = status, header
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	text, ok := s.pages[r.URL.Path]
	status, header := s.status[r.URL.Path], s.header[r.URL.Path]
	s.mu.Unlock()
	for k, v := range header {
		w.Header()[k] = v
	}
	if tag := w.Header().Get("ETag"); tag != "" && tag == r.Header.Get("If-None-Match") {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if status != 0 {
		w.WriteHeader(status)
	} else if !ok {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, text)
}

const feedURL = "http://news.example/feed"

func TestGathering(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("2", "http://news.example/2?utm_source=rss", "Second", body), newsItem("1", "http://news.example/1", "First", body))}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Second)
		if got := fmt.Sprint(d.shelf.took()); got != "[added First added Second]" {
			t.Errorf("at first: %s", got)
		}
		if a := d.shelf.titled("Second"); a.ID != idOf(Feed{}, "http://news.example/2", "") || a.Source != "Harbour News" || a.FirstSeen.IsZero() || !a.Published.IsZero() || strings.TrimSpace(body) != a.Text {
			t.Errorf("got %+v", a)
		}
		st := d.Status()[0]
		if st.Health != Fine || st.Articles != 2 || st.Title != "Harbour News" || st.Error != "" || st.LastSuccess.IsZero() || !st.NextTry.After(time.Now()) {
			t.Errorf("status %+v", st)
		}
		d.after(time.Hour)
		if got := d.shelf.took(); got != nil {
			t.Errorf("unchanged: %v", got)
		}
		// An edited title, a guid that stays; a changed guid, a link that
		// stays; a moved link, a guid that stays; a new one.
		s.set("/feed", rssOf(newsItem("3", "http://news.example/3", "Third", body), newsItem("2", "http://news.example/2", "Second edited", body), newsItem("1b", "http://news.example/1", "First", body)))
		d.after(6 * time.Hour)
		if got := fmt.Sprint(d.shelf.took()); got != "[edited Second edited added Third]" {
			t.Errorf("edits: %s", got)
		}
		s.set("/feed", rssOf(newsItem("3", "http://news.example/2026/third", "Third moved", body), newsItem("1b", "http://news.example/1", "First again", body)))
		d.after(6 * time.Hour)
		if got := fmt.Sprint(d.shelf.took()); got != "[edited First again edited Third moved]" {
			t.Errorf("moves: %s", got)
		}
		if n := len(d.shelf.by); n != 3 {
			t.Errorf("%d articles, want 3: %v", n, d.shelf.by)
		}
		// Another process reads the same.
		other, err := ReadStatus(d.o.State, []Feed{d.Status()[0].Feed})
		if err != nil || !reflect.DeepEqual(fmt.Sprint(other[0]), fmt.Sprint(d.Status()[0])) {
			t.Errorf("read %v, %v\nwant %v", other, err, d.Status())
		}
	})
}

// A gatherer that is started anew asks conditionally, and puts nothing again.
func TestStartedAnew(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://news.example/1", "First", body))}}
	s.answer("/feed", 0, http.Header{"Etag": {`"v1"`}})
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Second)
		d.shelf.took()
		d.stop()
		d.world.took()
		d.start(t, d.o.Client, filepath.Dir(d.list))
		d.after(4 * time.Minute)
		if got := d.world.took(); got != nil {
			t.Errorf("asked again before it was due: %v", got)
		}
		d.after(2 * time.Hour)
		if got := d.shelf.took(); got != nil {
			t.Errorf("put again: %v", got)
		}
		if d.Status()[0].Articles != 1 || d.Status()[0].LastSuccess.Before(time.Now().Add(-2*time.Hour)) {
			t.Errorf("status %+v", d.Status()[0])
		}
	})
}

func TestListChangesWhileGathering(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://news.example/1", "First", body)), "/other": rssOf(newsItem("2", "http://news.example/2", "Second", body))}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Second)
		l, err := ReadList(d.list)
		if err != nil {
			t.Fatal(err)
		}
		l.Remove(feedURL)
		l.Add(Feed{URL: "http://news.example/other", Title: "Other"})
		l.Write(d.list)
		d.after(time.Minute)
		if st := d.Status(); len(st) != 1 || st[0].Title != "Other" || st[0].Articles != 1 {
			t.Errorf("got %+v", st)
		}
		article.ReplaceFile(d.list, []byte("<opml><body>"), 0o644)
		d.after(time.Minute)
		if st := d.Status(); len(st) != 1 {
			t.Errorf("a broken list: %+v", st)
		}
	})
}

func TestFailures(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://news.example/1", "First", body))}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Second)
		for _, tt := range []struct {
			status int
			header http.Header
			text   string
			want   string
			health Health
		}{
			{500, nil, "", "news.example answered 500 internal server error", Failing},
			{404, nil, "", "news.example answered 404: there is nothing at this address", Failing},
			{200, nil, "<!DOCTYPE html><title>Please accept our cookies</title>", `news.example answered 200 with a web page, not a feed: "Please accept our cookies"`, Failing},
			{200, nil, "", "news.example answered 200 with an empty document, not a feed", Failing},
			{200, nil, "<rss><channel><item><title>Cut", "news.example answered 200 with a feed that cannot be read: the document is cut off in the middle", Failing},
			{200, nil, "{}", "news.example answered 200 with JSON without items, not a feed", Failing},
			{403, nil, "", "news.example answered 403: it does not let newsdesk read this", Failing},
			{200, nil, rssOf(), "", Fine},
			{429, http.Header{"Retry-After": {"7200"}}, "", "news.example answered 429: it is asked too often", Failing},
			{410, nil, "", "news.example answered 410: the feed is gone for good", Dead},
			{200, nil, rssOf(newsItem("9", "http://news.example/9", "Back", body)), "", Fine},
		} {
			s.answer("/feed", tt.status, tt.header)
			s.set("/feed", tt.text)
			d.after(time.Until(d.Status()[0].NextTry) + time.Second)
			st := d.Status()[0]
			if st.Error != tt.want || st.Health != tt.health {
				t.Errorf("%d: got %s, %q, want %s, %q", tt.status, st.Health, st.Error, tt.health, tt.want)
			}
			wait := time.Until(st.NextTry)
			if tt.status == 429 && wait < 7190*time.Second || tt.status == 410 && wait < 6*24*time.Hour {
				t.Errorf("%d: next try in %v", tt.status, wait)
			}
		}
		if a := d.shelf.titled("Back"); a.ID == "" {
			t.Error("what came after the feed was back is not there")
		}
	})
}

// A feed that fails on and on is asked ever less often, and dead after days.
func TestBackOff(t *testing.T) {
	s := &site{pages: map[string]string{}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(24 * time.Hour)
		if n := len(d.world.took()); n < 8 || n > 12 {
			t.Errorf("%d requests on the first day, want about 10", n)
		}
		d.after(5 * 24 * time.Hour)
		if st := d.Status()[0]; st.Health != Dead {
			t.Errorf("after six days: %+v", st)
		}
		d.world.took()
		d.after(28 * 24 * time.Hour)
		if n := len(d.world.took()); n < 3 || n > 5 {
			t.Errorf("%d requests in four weeks of death, want 4", n)
		}
	})
}

// An outlet's every feed holds the article; it is gathered once.
func TestArticleInSeveralFeeds(t *testing.T) {
	s := &site{pages: map[string]string{
		"/a": rssOf(newsItem("1", "http://news.example/1?utm_medium=a", "First", body)),
		"/b": rssOf(newsItem("x1", "http://news.example/1?utm_medium=b", "First", "Another teaser."), newsItem("x2", "http://news.example/2", "Second", body)),
	}}
	atDesk(t, []Feed{{URL: "http://news.example/a"}, {URL: "http://news.example/b"}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		if got := d.shelf.took(); len(got) != 2 {
			t.Errorf("got %v", got)
		}
	})
}

// What has no text in one feed may have it in another.
func TestTitleHereTextThere(t *testing.T) {
	s := &site{pages: map[string]string{
		"/a": rssOf(newsItem("1", "http://news.example/1", "First", "")),
		"/b": rssOf(newsItem("1", "http://news.example/1", "First", body)),
	}}
	atDesk(t, []Feed{{URL: "http://news.example/a"}, {URL: "http://news.example/b"}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Hour)
		if got := fmt.Sprint(d.shelf.took()); got != "[added First]" {
			t.Errorf("got %v", got)
		}
	})
}

func TestDisk(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("2", "http://news.example/2", "Second", body), newsItem("1", "http://news.example/1", "First", body))}}
	atDesk(t, []Feed{{URL: feedURL}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.shelf.mu.Lock()
		d.shelf.fail = errors.New("disk full")
		d.shelf.mu.Unlock()
		d.after(20 * time.Minute)
		if st := d.Status()[0]; !strings.Contains(st.Error, "cannot be kept: disk full") {
			t.Errorf("status %+v", st)
		}
		d.shelf.mu.Lock()
		d.shelf.fail = nil
		d.shelf.mu.Unlock()
		d.after(time.Hour)
		if got := fmt.Sprint(d.shelf.took()); got != "[added First added Second]" {
			t.Errorf("got %s", got)
		}
	})
}

// What makes a parser panic stays with its feed.
func TestPanicIsAnError(t *testing.T) {
	g, err := NewGatherer(Options{Client: &Client{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.safely(func() error { panic("odd") }); err == nil || !strings.Contains(err.Error(), "odd") {
		t.Errorf("got %v", err)
	}
}
