package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"newsdesk/bot/discordtest"
)

const otterFeed = `<rss version="2.0"><channel><title>Harbour News</title><link>/</link>
<item><title>Otters return to the harbour</title><link>/otters</link><guid>o1</guid><pubDate>Wed, 26 Nov 2025 10:00:00 GMT</pubDate>
<description>&lt;p&gt;Seventeen otters were counted in Sundhaven harbour on Tuesday, the warden Ada Holm said.&lt;/p&gt;</description></item>
<item><title>Ferry is late</title><link>/ferry</link><guid>o2</guid><pubDate>Tue, 25 Nov 2025 10:00:00 GMT</pubDate>
<description>The ferry to Weirholm left an hour late.</description></item></channel></rss>`

// newsSite serves a front page that names its feed.
func newsSite(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<html><head><title>Harbour</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments"><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>`)
	})
	mux.HandleFunc("/rss", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, otterFeed) })
	mux.HandleFunc("/comments", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss><channel><title>Comments</title><item><title>Yes!</title><link>/otters#c1</link></item></channel></rss>`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// From a site's address to an answer.
func TestFeedsAddAndCheck(t *testing.T) {
	site := newsSite(t)
	t.Chdir(t.TempDir())
	env := lookupIn(map[string]string{"FEEDS_ALLOW_HOSTS": "127.0.0.1"})
	newsdesk := func(args ...string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, env, nil, &stdout, &stderr); code != exitDone {
			t.Fatalf("%v: exit %d: %s", args, code, stderr.String())
		}
		return strings.ReplaceAll(stdout.String(), site.URL, "SITE")
	}
	if got, want := newsdesk("feeds", "add", "--folder", "Coast", site.URL), `2 feeds; the first is taken, the others can be added by their addresses:
  SITE/rss  Harbour News (RSS, 2 items)
  SITE/comments  Comments (RSS, 1 item)
Added Harbour News (SITE/rss, its page names it)
  RSS, 2 items, 2 articles would be gathered
  2025-11-26  Otters return to the harbour
  2025-11-25  Ferry is late
  2 of them are teasers: --full-text fetches the articles' pages
`; got != want {
		t.Errorf("add: got\n%swant\n%s", got, want)
	}
	if got := newsdesk("feeds", "check"); !strings.HasPrefix(got, "ok  Harbour News (SITE/rss)\n  RSS, 2 items") {
		t.Errorf("check: got %s", got)
	}
	if got := newsdesk("feeds", "export"); !strings.Contains(got, `<outline text="Coast" title="Coast">`) || !strings.Contains(got, `xmlUrl="SITE/rss"`) {
		t.Errorf("export: got %s", got)
	}
	for _, dir := range []string{"var/feeds", "data/articles"} {
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("asking once made %s", dir)
		}
	}
}

// The bot that serves gathers its feeds, and answers from them.
func TestServeGathers(t *testing.T) {
	site := newsSite(t)
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	opml := fmt.Sprintf(`<opml><body><outline text="Harbour News" xmlUrl="%s/rss"/><outline text="Gone" xmlUrl="%[1]s/gone"/></body></opml>`, site.URL)
	if err := os.WriteFile(filepath.Join(dir, "data/feeds.opml"), []byte(opml), 0o644); err != nil {
		t.Fatal(err)
	}
	d := discordtest.New(t)
	cmd, log := serve(t, program, dir, d, "FEEDS_ALLOW_HOSTS=127.0.0.1", "FEEDS_CONTACT=https://newsdesk.example", "HTTP_ADDR=127.0.0.1:0")
	d.WaitReady(ctx)
	metricsWith(t, ctx, address(t, ctx, log), `newsdesk_feeds{health="fine"} 1`, `newsdesk_feeds{health="failing"} 1`,
		`newsdesk_articles_gathered_total{change="added"} 2`, `newsdesk_feed_fetches_total{outcome="failed"} 1`)
	files, err := filepath.Glob(filepath.Join(dir, "data/articles/2025/11/26/*.md"))
	if err != nil || len(files) != 1 {
		t.Errorf("got the files %v, %v", files, err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	wantText(t, log.String(), "waiting for the first article", "articles gathered", "feed fails", "answered 404: there is nothing at this address")
}

func TestArticlesOfFeedsNeedAFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"one.jsonl": "{}", "data/feeds.opml": `<opml><body><outline xmlUrl="https://news.example/rss"/></body></opml>`} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--data", "one.jsonl", "serve"}, lookupIn(nil), nil, &stdout, &stderr)
	if code != exitMisuse || !strings.Contains(stderr.String(), "one.jsonl is one file, and the articles of feeds need a folder: name one with DATA_DIR") {
		t.Errorf("exit %d: %s", code, stderr.String())
	}
}
