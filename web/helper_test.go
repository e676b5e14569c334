package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/feed"
	"newsdesk/index"
)

func moment(s string) time.Time {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return t
}

const ferry = "The ferry Northern Star ran aground off Port Amber on Monday with 140 people on board, the coast guard said. Nobody was hurt. " +
	"Divers will look at the hull before tugs try to pull the ship free at high tide. The line has cancelled all sailings until Thursday, its owner said."

// evil is an article of which each part would like to be markup.
const evil = `</p><script>alert(1)</script><img src=x onerror=alert(2)>&amp; {{.}}`

// long is an article of many paragraphs; its last but one is cited.
func long() string {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "Paragraph %d tells how the ferry lay on the sand, and what was done about it, hour by hour, until the tide came in again. Nobody on board was hurt.\n\n", i)
	}
	return b.String() + "Größe und Gewicht zählen: 東京 – the very last words.\n\nThe end came late."
}

func someArticles() fstest.MapFS {
	var b strings.Builder
	put := func(id, title, source, url, published, text string) {
		fmt.Fprintf(&b, `{"id":%q,"title":%q,"source":%q,"url":%q,"published":%q,"text":%q,"author":"Ines Falk"}`+"\n", id, title, source, url, published, text)
	}
	put("wire", "Ferry aground off Port Amber", "Wire", "", "2025-11-20T08:00:00Z", ferry)
	put("daily", "Ship stuck", "Daily", "https://daily.example/ship?a=1&b=2", "2025-11-21", ferry)
	put("a/b c#1?", "Ein Fähr-Unglück, minutiös erzählt", "Zeitung", "", "2025-11-22T10:30:00Z", long())
	put("evil", evil, evil, "https://evil.example/", "2025-11-19", "It begins. "+strings.ReplaceAll(evil, "</p>", ""))
	for i := range 45 {
		put(fmt.Sprintf("old%d", i), fmt.Sprintf("Older news %d", i), "Wire", "", "2025-10-01T08:00:00Z", fmt.Sprintf("It rained on day %d. The river rose.", i))
	}
	return fstest.MapFS{"all.jsonl": {Data: []byte(b.String()), ModTime: moment("2025-11-26 12:00:00")}}
}

// histories are the versions of articles.
type histories map[string][]article.Version

func (h histories) Versions(id string) ([]article.Version, error) {
	if id == "old0" {
		return nil, fmt.Errorf("disk on fire")
	}
	if list, ok := h[id]; ok {
		return list, nil
	}
	return nil, article.ErrNotStored
}

// someFeeds are feeds that are only shown.
type someFeeds struct{ commands.Feeds }

func (someFeeds) Status() []feed.Status {
	at := moment("2025-11-27 11:00:00")
	list := []feed.Status{
		{Feed: feed.Feed{URL: "https://wire.example/feed", Title: "Wire", Site: "https://wire.example/"}, Health: feed.Fine, LastTry: at, LastSuccess: at, NextTry: at.Add(30 * time.Minute), Articles: 1204},
		{Feed: feed.Feed{URL: "https://slow.example/a/very/long/address/of/a/feed/that/has/no/title/at/all.rss"}, Health: feed.Failing, LastTry: at, LastSuccess: at.Add(-26 * time.Hour), NextTry: at.Add(2 * time.Hour), Articles: 1, Failures: 3, Error: "no answer within 20 s"},
		{Feed: feed.Feed{URL: "https://gone.example/atom", Title: evil, Site: "javascript:alert(3)"}, Health: feed.Dead, LastTry: at, Failures: 40, Error: "410 Gone " + evil},
		{Feed: feed.Feed{URL: "https://new.example/feed.json", Title: "Новини"}, Health: feed.New},
	}
	return list
}

// deskOf is what the pages show.
func deskOf(t testing.TB, files fstest.MapFS) commands.Deps {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	d := commands.Deps{
		Index: x, Engine: answer.New(x), Collection: index.Collection{Name: "test", FS: files},
		Feeds: someFeeds{},
		Versions: histories{"wire": {
			{Article: article.Article{Title: "Ferry in trouble"}, Since: moment("2025-11-20 08:02:11")},
			{Article: article.Article{Title: "Ferry aground off Port Amber", FirstSeen: moment("2025-11-20 08:02:11"), Updated: moment("2025-11-20 09:30:00")}, Since: moment("2025-11-20 09:31:00"), NewTitle: true, NewText: true},
		}, "daily": {{Article: article.Article{CopyOf: "wire"}}}},
	}
	if files != nil {
		if _, err := x.Rebuild(t.Context(), d.Collection, nil); err != nil {
			t.Fatal(err)
		}
	}
	stats, _ := x.Stats() // an index that is not built has none
	d.Now = func() time.Time { return stats.IndexedAt.Add(3*time.Hour + time.Minute) }
	return d
}

// newSite serves the pages; what they log is in the buffer.
func newSite(t testing.TB, d commands.Deps, base string) (http.Handler, *strings.Builder) {
	t.Helper()
	var log strings.Builder
	return New(d, base, slog.New(slog.NewTextHandler(&log, nil))), &log
}

// get asks for a page; headers are name, value, name, value.
func get(h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	return ask(context.Background(), h, http.MethodGet, path, headers...)
}

func ask(ctx context.Context, h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
