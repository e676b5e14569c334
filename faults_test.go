package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsdesk/article"
)

// Damage of the files below a bot that serves is found, told, and mended.
func TestDamageIsMended(t *testing.T) {
	dir, idx := t.TempDir(), filepath.Join(t.TempDir(), "index")
	putArticle(t, dir, "otter.md", "otter")
	x, f, log := freshenedIn(t, idx, dir, time.Hour)
	eventually(t, "the first look", func() bool { return !f.state().Checked.IsZero() })
	putArticle(t, dir, "heron.md", "heron")
	eventually(t, "a second generation", func() bool { return holding(t, x, "heron") == 1 })
	current, err := os.ReadFile(filepath.Join(idx, "CURRENT"))
	if err != nil {
		t.Fatal(err)
	}
	bolt := filepath.Join(idx, strings.TrimSpace(string(current)), "bleve", "root.bolt")
	raw, err := os.ReadFile(bolt)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(bolt, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var verifying sync.WaitGroup
	verifying.Go(func() { verify(ctx, x, f, logTo(log)) })
	eventually(t, "the damage is told", func() bool { return strings.Contains(log.String(), "look after the disk") })
	eventually(t, "it is mended", func() bool { return x.Problem() == nil && holding(t, x, "heron") == 1 })
	wantText(t, log.String(), "root.bolt is not what was written", "newsdesk reindex --full")
	cancel()
	verifying.Wait()
}

// A folder of articles that is suddenly empty, as where its disk is not mounted
// any more, takes nothing out of the index.
func TestArticlesVanish(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "articles")
	putArticle(t, dir, "otter.md", "otter")
	x, f, log := freshened(t, dir, time.Second)
	eventually(t, "the first look", func() bool { return !f.state().Checked.IsZero() })
	if err := errors.Join(os.Rename(dir, dir+".away"), os.Mkdir(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a failure", f.stale)
	if holding(t, x, "otter") != 1 {
		t.Error("the index does not answer any more")
	}
	if err := errors.Join(os.Remove(dir), os.Rename(dir+".away", dir)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is back", func() bool { return !f.stale() })
	putArticle(t, dir, "stork.md", "stork")
	eventually(t, "a new article", func() bool { return holding(t, x, "stork") == 1 && holding(t, x, "otter") == 1 })
	wantText(t, log.String(), "index is kept up to date again")
}

// One failure is told once, and again only after hours or when it is another.
func TestFailuresAreToldOnce(t *testing.T) {
	log := &output{}
	f := &freshener{log: logTo(log)}
	gone, full := errors.New("the folder is gone"), errors.New("the disk is full")
	for _, tt := range []struct {
		err   error
		times int
		want  int // lines so far
	}{{gone, 50, 1}, {full, 1, 2}, {full, 40, 2}, {full, retryTold, 3}} {
		for range tt.times {
			f.failed(tt.err)
		}
		if n := strings.Count(log.String(), "level=ERROR"); n != tt.want {
			t.Errorf("after %d times more %v: told %d times, want %d", tt.times, tt.err, n, tt.want)
		}
	}
}

// Two processes that build at once: one does, the other says so, and nothing is
// mixed up.
func TestTwoProcessesBuild(t *testing.T) {
	program, dir := build(t), t.TempDir()
	for n := range 60 {
		putArticle(t, filepath.Join(dir, "news"), strings.Repeat("x", n+1)+".md", "otter")
	}
	run := func(args ...string) ([]byte, error) {
		cmd := exec.Command(program, append([]string{"--data", "news"}, args...)...)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
		return cmd.CombinedOutput()
	}
	var both sync.WaitGroup
	for range 3 {
		both.Go(func() {
			for range 2 {
				out, err := run("reindex", "--full")
				if err != nil && !strings.Contains(string(out), "the index is being built by someone else") {
					t.Errorf("reindex: %v\n%s", err, out)
				}
				if out, err := run("ask", "Where does the otter swim?"); err != nil ||
					!strings.Contains(string(out), "swims in the river Amper") && !strings.Contains(string(out), "being built") {
					t.Errorf("ask: %v\n%s", err, out)
				}
			}
		})
	}
	both.Wait()
	entries, err := os.ReadDir(filepath.Join(dir, "var", "index"))
	if err != nil || len(entries) > 4 { // CURRENT, LOCK, two generations
		t.Errorf("left: %v, %v", entries, err)
	}
}

// A clock that is ahead of all articles deletes none until it was told of for a
// week; one that goes back deletes none either.
func TestKeepDaysWhereTheClockJumps(t *testing.T) {
	data := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		gathered(t, data,
			article.Article{ID: "old", Title: "Quagga seen", Published: now.AddDate(0, 0, -40), Text: "The quagga grazes at the river Amper."},
			article.Article{ID: "new", Title: "Otter seen", Published: now, Text: "The otter swims in the river Amper."})
		left := func() int {
			return len(traces(t, "river amper", data))
		}
		a, log := &app{settings: settings{"KEEP_DAYS": "3000"}}, &output{}
		run := func(looks int) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(looks)*keepEvery-time.Hour)
			defer cancel()
			a.keep(ctx, newShelf(data), logTo(log))
		}
		a.now = now.AddDate(10, 0, 0)
		run(keepLooks)
		if n := strings.Count(log.String(), "set the clock if it is wrong"); n != keepLooks || left() != 2 {
			t.Errorf("ten years ahead: told %d times, %d articles left", n, left())
		}
		wantText(t, log.String(), "deleted_in=168h0m0s", "deleted_in=24h0m0s")
		a.now = now.AddDate(-1, 0, 0)
		a.settings["KEEP_DAYS"] = "30"
		run(1)
		if left() != 2 {
			t.Errorf("a year behind: %d articles left", left())
		}
		a.now = now
		run(1)
		if left() != 1 {
			t.Errorf("the clock is right: %d articles left", left())
		}
		a.now = now.AddDate(10, 0, 0)
		run(keepLooks + 1)
		if left() != 0 {
			t.Errorf("told for a week: %d articles left", left())
		}
	})
}
