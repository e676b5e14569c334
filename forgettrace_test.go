package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"newsdesk/bot/discordtest"
)

// An article that came by a feed and by an import, with versions, is forgotten
// while another process gathers, answers and remembers: no byte below its folder
// names it any more, then or later.
func TestForgetWhileServing(t *testing.T) {
	var edition atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := edition.Load()
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>River Post</title><item><title>Otter %d seen</title><guid>o%[1]d</guid><pubDate>Wed, 26 Nov 2025 10:00:00 GMT</pubDate><description>Otter number %[1]d swims in the river Amper.</description></item>
<item><title>Quagga seen, edition %d</title><link>/quagga</link><guid>quagga-guid</guid><pubDate>Wed, 26 Nov 2025 10:00:00 GMT</pubDate><description>The quagga grazes at the river Amper.</description></item></channel></rss>`, n, min(n, 1))
	}))
	defer site.Close()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	program, dir := build(t), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	write("data/feeds.opml", `<opml><body><outline text="River Post" xmlUrl="`+site.URL+`/rss"/></body></opml>`)
	d := discordtest.New(t)
	_, log := serve(t, program, dir, d, "FEEDS_ALLOW_HOSTS=127.0.0.1", "FEEDS_CONTACT=https://newsdesk.example")
	d.WaitReady(ctx)
	// check has the feed asked, and so its state written.
	check := func() {
		t.Helper()
		edition.Add(1)
		wantText(t, d.Interact(ctx, discordtest.Interaction{Command: "feeds", User: discordtest.User{ID: "1200000000000000001", Permissions: discordtest.ManageGuild},
			Options: map[string]any{"action": "check", "feed": site.URL + "/rss"}}).Wait(ctx).Text(), "It answered well")
	}
	check()
	imported := filepath.Join(t.TempDir(), "more.jsonl") // where a person keeps it
	if err := os.WriteFile(imported, fmt.Appendf(nil, `{"id":"quagga-import","title":"A quagga again","url":"%s/quagga","date":"2025-11-26","text":"Yet another quagga grazes."}`+"\n{broken\n", site.URL), 0o644); err != nil {
		t.Fatal(err)
	}
	wantText(t, do("import", imported), "1 article added", "1 record rejected")
	rejects := filepath.Join(dir, "var/import-rejects.jsonl")
	raw, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	write("var/import-rejects.jsonl", fmt.Sprintf(`{"file":"old.warc","record":7,"url":"%s/quagga?utm_source=x","reason":"no text"}`+"\n%s", site.URL, raw))
	eventually(t, "the index holds all", func() bool {
		return strings.Contains(log.String(), "added=") && len(traces(t, "quagga", filepath.Join(dir, "var/index"))) > 0
	})
	for _, place := range []string{"data/articles/2025", "data/articles/.versions", "var/feeds", "var/index", "var/import-rejects.jsonl"} {
		if len(traces(t, "quagga", filepath.Join(dir, place))) == 0 {
			t.Errorf("nothing in %s is to be forgotten, so this shows nothing of it", place)
		}
	}
	id := feedArticleID(t, dir)

	wantText(t, do("forget", "--yes", site.URL+"/quagga"), "forgotten: quagga-import, "+id)
	clean := func(when string) {
		t.Helper()
		for _, word := range []string{"quagga", "grazes", id, site.URL + "/q"} {
			if left := traces(t, word, dir); left != nil {
				t.Errorf("%s, %s is still in %q", when, word, left)
			}
		}
	}
	clean("at once")
	if after, err := os.ReadFile(rejects); err != nil || !bytes.Equal(after, raw) {
		t.Errorf("other rejects: got %s, %v", after, err)
	}
	check()
	check()
	eventually(t, "new articles are in the index", func() bool { return len(traces(t, "otter-3", filepath.Join(dir, "data"))) > 0 })
	clean("once the feed was read again")
}

// feedArticleID returns the id of the quagga that came by the feed.
func feedArticleID(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "data/articles/2025/11/26/quagga*.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("got the files %q, %v", files, err)
	}
	name := strings.TrimSuffix(filepath.Base(files[0]), ".md")
	return name[strings.LastIndexByte(name, '-')+1:]
}
