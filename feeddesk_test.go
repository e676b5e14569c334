package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/feed"
	"newsdesk/locale"
)

// At the prompt, feeds are added, asked and removed as on Discord.
func TestFeedsAtThePrompt(t *testing.T) {
	site := newsSite(t)
	t.Chdir(t.TempDir())
	if code, _, stderr := command(t.Context(), "reindex"); code != exitDone { // a slow one tells its progress
		t.Fatalf("got exit code %d and %q", code, stderr)
	}
	lines := strings.ReplaceAll(`/feeds
/feeds action:add feed:SITE/
/feeds action:add feed:SITE/rss
/feeds action:add feed:http://10.0.0.1/rss
/feeds
/feeds action:check feed:SITE/rss
/feeds action:remove feed:SITE/rss
/feeds action:remove feed:SITE/rss
`, "SITE", site.URL)
	var stdout, stderr bytes.Buffer
	s, err := readSettings(lookupIn(map[string]string{"FEEDS_ALLOW_HOSTS": "127.0.0.1"}))
	if err != nil {
		t.Fatal(err)
	}
	a := &app{ctx: t.Context(), settings: s, indexDir: s["INDEX_DIR"], stdin: strings.NewReader(lines), stdout: &stdout, stderr: &stderr, pause: time.Millisecond}
	if err := (&chatCmd{}).Run(a); err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(regexp.MustCompile(`\d+ \w+ \d{4} \d\d:\d\d UTC`).ReplaceAllString(stdout.String(), "TIME"), site.URL, "SITE")
	at := 0
	for _, want := range []string{
		"There are no feeds yet.\n(1) Add a feed\n",
		"There are several feeds. Add the one that you mean:\n\n1  SITE/rss\n2  SITE/comments\n(1) Add 1\n(2) Add 2\n",
		"SITE/rss\n\nAdded. Its articles are fetched while newsdesk serve runs.\n\nTitle     Harbour News\n",
		"This address is not asked: give a public one",
		"Harbour News  not asked yet, 0 articles",
		"It answered well.", "Last success  TIME",
		"Removed. The articles that came from it stay.",
		"No such feed is in the list",
	} {
		i := strings.Index(got[at:], want)
		if i < 0 {
			t.Fatalf("%q is not said, or not there, in\n%s", want, got)
		}
		at += i
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error holds %s", stderr.String())
	}
}

// While feeds are gathered in the process, the gatherer itself is asked.
func TestFeedsWhileGathering(t *testing.T) {
	site := newsSite(t)
	dir := t.TempDir()
	client, err := feed.NewClient(feed.ClientOptions{Allow: []string{"127.0.0.1"}, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	store, err := article.OpenStore(dir + "/articles")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	desk := &feedDesk{list: dir + "/feeds.opml", state: dir + "/state", client: client, gathers: true}
	if desk.gatherer, err = feed.NewGatherer(feed.Options{List: desk.list, State: desk.state, Client: client, Sink: store}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	if _, choice, err := desk.Add(ctx, site.URL); err != nil || len(choice) != 2 || choice[0] != site.URL+"/rss" {
		t.Errorf("a site of several: got %v, %v", choice, err)
	}
	if _, _, err := desk.Add(ctx, "http://10.0.0.1/"); !errors.Is(err, feed.ErrForbidden) {
		t.Errorf("inside: got %v", err)
	}
	s, choice, err := desk.Add(ctx, site.URL+"/rss")
	if err != nil || choice != nil || s.Title != "Harbour News" || s.Health != feed.New {
		t.Fatalf("got %+v, %v, %v", s, choice, err)
	}
	if all := desk.Status(); len(all) != 1 || all[0].Health != feed.New {
		t.Errorf("just added: got %+v", all)
	}
	done := make(chan error)
	go func() { done <- desk.gatherer.Run(ctx) }()
	for s.Articles == 0 {
		if s, err = desk.Check(ctx, s.URL); err != nil {
			t.Fatal(err)
		}
	}
	if s.Health != feed.Fine || s.Articles != 2 || len(desk.Status()) != 1 || desk.Status()[0].Articles != 2 {
		t.Errorf("got %+v", s)
	}
	if _, err := desk.Check(ctx, site.URL+"/other"); !errors.Is(err, feed.ErrUnlisted) {
		t.Errorf("got %v", err)
	}
	if _, _, err := desk.Add(ctx, site.URL+"/rss"); !errors.Is(err, commands.ErrKnownFeed) {
		t.Errorf("of one that is there: got %v", err)
	}
	_, _, err = desk.Add(ctx, site.URL+"/nothing")
	if text, known := commands.Explain(locale.English, err); !known || !strings.Contains(text, "404") {
		t.Errorf("of no page: got %v, in words %q", err, text)
	}
	if err := desk.Remove(ctx, s.URL); err != nil || len(desk.Status()) != 0 {
		t.Errorf("got %v, %+v", err, desk.Status())
	}
	if err := os.WriteFile(desk.list, []byte("<opml"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = desk.Add(ctx, site.URL+"/rss")
	if text, known := commands.Explain(locale.English, err); err == nil || known || text != commands.Unknown {
		t.Errorf("of a broken list people read %q", text)
	}
	cancel()
	<-done
}

// Versions come from the store, if the articles' folder has one.
func TestShelfVersions(t *testing.T) {
	dir := t.TempDir()
	h := &shelf{dir: dir + "/nowhere"}
	if _, err := h.Versions("a"); !errors.Is(err, article.ErrNotStored) {
		t.Errorf("got %v", err)
	}
	if isDir(dir + "/nowhere") {
		t.Error("asking for versions made the folder")
	}
	store, err := article.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	a := article.Article{ID: "otters", Title: "Otters", Text: "Otters swim in the river."}
	for _, title := range []string{"Otters", "Eleven otters"} {
		a.Title = title
		if _, err := store.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	h = &shelf{dir: dir}
	versions, err := h.Versions("otters")
	if err != nil || len(versions) != 2 || !versions[1].NewTitle {
		t.Errorf("got %+v, %v", versions, err)
	}
	if _, err := h.Versions("zebras"); !errors.Is(err, article.ErrNotStored) {
		t.Errorf("got %v", err)
	}
}
