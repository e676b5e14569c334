package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/index"
)

// putArticle writes an article about one animal.
func putArticle(t *testing.T, dir, name, animal string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	text := fmt.Sprintf("---\nid: %s\ntitle: The %s\nsource: River Post\npublished: 2025-11-26\n---\nThe %s swims in the river Amper.\n", strings.ReplaceAll(name, "/", "-"), animal, animal)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

func logTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// freshened runs a freshener over a folder.
func freshened(t *testing.T, dir string, every time.Duration) (*index.Index, *freshener, *output) {
	t.Helper()
	return freshenedIn(t, filepath.Join(t.TempDir(), "index"), dir, every)
}

// freshenedIn is freshened with an index in a folder that is given.
func freshenedIn(t *testing.T, idx, dir string, every time.Duration) (*index.Index, *freshener, *output) {
	t.Helper()
	x, err := index.Open(idx, "test")
	if err != nil {
		t.Fatal(err)
	}
	c := index.Collection{Name: dir, FS: os.DirFS(dir)}
	if _, err := x.Update(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	log := &output{}
	a := &app{settings: settings{"SCAN_EVERY": every.String()}}
	f := a.freshen(x, c, logTo(log))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		_ = x.Close()
		if t.Failed() {
			t.Log(log)
		}
	})
	return x, f, log
}

// eventually waits for something to come true.
func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(testPatience); !true(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", testPatience, what)
		}
	}
}

// holding returns how many articles hold a word.
func holding(t *testing.T, x *index.Index, word string) int {
	t.Helper()
	var forms []index.Form
	for _, token := range index.Analyze(word) {
		forms = append(forms, index.Form{Text: token.Term, Weight: 1})
	}
	r, err := x.Search(t.Context(), index.Query{Terms: []index.Term{{Forms: forms}}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	articles := make(map[string]bool)
	for _, h := range r.Hits {
		articles[h.Article] = true
	}
	return len(articles)
}

func TestFresh(t *testing.T) {
	dir := t.TempDir()
	otter := putArticle(t, dir, "otter.md", "otter")
	x, f, log := freshened(t, dir, 24*time.Hour)
	eventually(t, "the first look", func() bool { return !f.state().Checked.IsZero() })

	putArticle(t, dir, "2025/11/26/heron.md", "heron")
	eventually(t, "a new article in a new folder", func() bool { return holding(t, x, "heron") == 1 })
	putArticle(t, dir, "2025/11/26/heron.md", "stork")
	eventually(t, "an edited article", func() bool { return holding(t, x, "stork") == 1 && holding(t, x, "heron") == 0 })
	if err := os.Remove(otter); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a deleted article", func() bool { return holding(t, x, "otter") == 0 })

	before := f.state().Updates
	for n := range 1000 {
		putArticle(t, dir, fmt.Sprintf("burst/%04d.md", n), "beaver")
	}
	eventually(t, "a burst of articles", func() bool { return holding(t, x, "beaver") == 1000 })
	if n := f.state().Updates - before; n > 100 { // a slow machine takes long to write it
		t.Errorf("a burst made %d updates", n)
	}
	if err := os.RemoveAll(filepath.Join(dir, "burst")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a deleted folder", func() bool { return holding(t, x, "beaver") == 0 })

	putArticle(t, dir, "broken.json", "\x00")
	eventually(t, "a broken article", func() bool { return strings.Contains(log.String(), "broken.json") })
	if strings.Count(log.String(), "broken.json") > 1 || strings.Contains(log.String(), "noticed only by looking") {
		t.Error("too much is told")
	}
}

// What nobody tells is found by looking; where looking fails, that is said, and
// it is tried again.
func TestFreshWithoutWatching(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	putArticle(t, dir, "otter.md", "otter")
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	x, f, log := freshened(t, dir, time.Second)
	eventually(t, "the first look", func() bool { return !f.state().Checked.IsZero() })
	putArticle(t, outside, "heron.md", "heron") // behind a link, which is not watched
	eventually(t, "an article behind a link", func() bool { return holding(t, x, "heron") == 1 })

	away := filepath.Join(filepath.Dir(dir), "away")
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a failure", f.stale)
	if holding(t, x, "otter") != 1 {
		t.Error("without the folder, the index does not answer")
	}
	wantText(t, log.String(), "index not updated", "no such file or directory")
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the folder is found again", func() bool { return !f.stale() })
	putArticle(t, dir, "stork.md", "stork")
	eventually(t, "an article in it", func() bool { return holding(t, x, "stork") == 1 })
}

// The bot answers from an article as soon as it is there, and no more when it
// is gone, not by a button either.
func TestServeFresh(t *testing.T) {
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	articles := filepath.Join(dir, "data", "articles")
	putArticle(t, articles, "otter.md", "otter")
	d := discordtest.New(t)
	cmd, log := serve(t, program, dir, d, "HTTP_ADDR=127.0.0.1:0", "RATE_PERSON=off")
	d.WaitReady(ctx)
	at := address(t, ctx, log)
	metricsWith(t, ctx, at, "newsdesk_index_articles 1\n", "newsdesk_index_checked_seconds ")
	ask := func(question string) discordtest.Outcome {
		return d.Interact(ctx, discordtest.Interaction{Command: "ask", User: discordtest.User{ID: "1200000000000000002", Name: "ben"},
			Options: map[string]any{"question": question}}).Wait(ctx)
	}
	heron := putArticle(t, articles, "2025/heron.md", "heron")
	metricsWith(t, ctx, at, "newsdesk_index_articles 2\n", "newsdesk_index_updates_total ", "newsdesk_index_update_failures_total 0\n")
	wantText(t, ask("Where does the heron swim?").Text(), "The heron swims in the river Amper")
	if err := os.Remove(heron); err != nil {
		t.Fatal(err)
	}
	metricsWith(t, ctx, at, "newsdesk_index_articles 1\n")
	if text := ask("Where does the heron swim?").Text(); strings.Contains(text, "The heron swims") {
		t.Errorf("a deleted article answers: %s", text)
	}
	end(t, cmd)
}

func TestFreshKeepsToItsArticles(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	putArticle(t, dir, "otter.md", "otter")
	x, _, _ := freshened(t, dir, time.Hour)
	a := &app{settings: settings{"SCAN_EVERY": "1h"}}
	if f := a.freshen(x, index.Collection{Name: other, FS: os.DirFS(other)}, logTo(io.Discard)); f != nil {
		t.Error("an index of other articles would be built anew")
	}
}
