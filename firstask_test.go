package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gofrs/flock"
)

// noticed calls heard, once, when a text is written that holds what.
type noticed struct {
	output
	what  string
	heard func()
	once  sync.Once
}

func (n *noticed) Write(p []byte) (int, error) {
	written, err := n.output.Write(p)
	if strings.Contains(n.String(), n.what) {
		n.once.Do(n.heard)
	}
	return written, err
}

// lockIndex makes the test the one that is building the index.
func lockIndex(t *testing.T) (unlock func()) {
	t.Helper()
	dir := filepath.Join("var", "index")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l := flock.New(filepath.Join(dir, "LOCK"))
	if ok, err := l.TryLock(); !ok {
		t.Fatalf("the index cannot be locked: %v", err)
	}
	t.Cleanup(func() { _ = l.Unlock() })
	return func() { _ = l.Unlock() }
}

func TestFirstAskWaitsForABuild(t *testing.T) {
	t.Run("that ends", func(t *testing.T) {
		t.Chdir(t.TempDir())
		stderr := &noticed{what: "waiting for another newsdesk to build the index", heard: lockIndex(t)}
		var stdout strings.Builder
		code := run(t.Context(), []string{"ask", "Who won the 2022 World Cup?"}, noSettings, strings.NewReader(""), &stdout, stderr)
		if code != exitDone || !strings.Contains(stdout.String(), "Argentina") {
			t.Errorf("got exit code %d, %q and %q", code, stdout.String(), stderr)
		}
	})
	t.Run("until it is stopped", func(t *testing.T) {
		t.Chdir(t.TempDir())
		lockIndex(t)
		ctx, stop := context.WithCancel(t.Context())
		stderr := &noticed{what: "waiting", heard: stop}
		code := run(ctx, []string{"ask", "Kremlin"}, noSettings, strings.NewReader(""), &strings.Builder{}, stderr)
		if code != exitFailed || !strings.HasSuffix(stderr.String(), "newsdesk: stopped\n") {
			t.Errorf("got exit code %d and %q", code, stderr)
		}
	})
}

func TestManyFirstAsksAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	var asks sync.WaitGroup
	for range 6 {
		asks.Go(func() {
			code, stdout, stderr := command(t.Context(), "ask Who won the 2022 World Cup?")
			if code != exitDone || !strings.Contains(stdout, "Argentina") {
				t.Errorf("got exit code %d, %q and %q", code, stdout, stderr)
			}
		})
	}
	asks.Wait()
}

func TestReindexDoesNotWait(t *testing.T) {
	t.Chdir(t.TempDir())
	lockIndex(t)
	code, _, stderr := command(t.Context(), "reindex")
	want := "newsdesk: the index is being built by someone else: wait until that is done, or end the other process\n"
	if code != exitFailed || stderr != want {
		t.Errorf("got exit code %d and %q, want %q", code, stderr, want)
	}
}
