package watch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
)

// patience bounds a wait; nothing here takes a tenth of it.
const patience = time.Minute

func start(t *testing.T, root string) (<-chan Batch, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	changes, err := Folder(ctx, root, func(err error) { t.Errorf("warned: %v", err) })
	if err != nil {
		t.Fatal(err)
	}
	return changes, cancel
}

// collect receives until all of the names have come, and returns all that did.
func collect(t *testing.T, changes <-chan Batch, want ...string) (got []string, batches int) {
	t.Helper()
	deadline := time.After(patience)
	for {
		missing := slices.DeleteFunc(slices.Clone(want), func(n string) bool { return slices.Contains(got, n) })
		if len(missing) == 0 {
			return got, batches
		}
		select {
		case b, ok := <-changes:
			if !ok {
				t.Fatalf("ended; got %q, missing %q", got, missing)
			}
			batches++
			got = append(got, b.Names...)
		case <-deadline:
			t.Fatalf("got %q, missing %q", got, missing)
		}
	}
}

func write(t *testing.T, parts ...string) {
	t.Helper()
	path := filepath.Join(parts...)
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	must(t, os.WriteFile(path, []byte("x"), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestChanges(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a.txt")
	write(t, root, "old", "deep", "b.txt")
	changes, _ := start(t, root)

	write(t, root, "a.txt")
	write(t, root, "old", "deep", "c.txt")
	collect(t, changes, "a.txt", "old/deep/c.txt")

	must(t, os.Remove(filepath.Join(root, "old", "deep", "b.txt")))
	must(t, os.Rename(filepath.Join(root, "a.txt"), filepath.Join(root, "d.txt")))
	collect(t, changes, "old/deep/b.txt", "a.txt", "d.txt")
}

// What lies in a new folder is told by the folder's name, and what comes to it
// later by its own.
func TestNewFolders(t *testing.T) {
	root := t.TempDir()
	changes, _ := start(t, root)
	write(t, root, "2025", "11", "26", "a.txt")
	collect(t, changes, "2025")
	write(t, root, "2025", "11", "26", "b.txt")
	collect(t, changes, "2025/11/26/b.txt")

	must(t, os.Rename(filepath.Join(root, "2025"), filepath.Join(root, "past")))
	collect(t, changes, "2025", "past")
	write(t, root, "past", "11", "26", "c.txt")
	got, _ := collect(t, changes, "past/11/26/c.txt")
	if slices.Contains(got, "2025/11/26/c.txt") {
		t.Errorf("got %q: a folder that was renamed goes on under its old name", got)
	}

	must(t, os.RemoveAll(filepath.Join(root, "past")))
	collect(t, changes, "past")
}

func TestHiddenIsPassedOver(t *testing.T) {
	root := t.TempDir()
	write(t, root, ".versions", "x", "a.txt")
	changes, _ := start(t, root)
	write(t, root, ".versions", "x", "b.txt")
	write(t, root, ".a.txt.tmp")
	write(t, root, "new", ".versions", "c.txt")
	must(t, os.Rename(filepath.Join(root, ".a.txt.tmp"), filepath.Join(root, "a.txt")))
	got, _ := collect(t, changes, "a.txt")
	write(t, root, "new", ".versions", "d.txt")
	write(t, root, "last.txt")
	more, _ := collect(t, changes, "last.txt")
	for _, name := range append(got, more...) {
		if name != "a.txt" && name != "last.txt" && name != "new" {
			t.Errorf("got %q", name)
		}
	}
}

// A thousand files at once, or slowly one after the other while nobody
// receives, make few batches.
func TestBurst(t *testing.T) {
	root := t.TempDir()
	changes, _ := start(t, root)
	var want []string
	for n := range 1000 {
		name := fmt.Sprintf("%04d.txt", n)
		write(t, root, name)
		want = append(want, name)
	}
	if _, batches := collect(t, changes, want...); batches > 10 {
		t.Errorf("a burst made %d batches", batches)
	}
}

func TestTooMuchForABatch(t *testing.T) {
	w := &watcher{root: "/data", names: make(map[string]bool)}
	for n := range maxNames + 10 {
		w.note(event("/data/" + fmt.Sprint(n)))
	}
	if b := w.batch(); !b.All || len(b.Names) > 0 {
		t.Errorf("got %d names, all %v", len(b.Names), b.All)
	}
}

func TestOneFile(t *testing.T) {
	root := t.TempDir()
	write(t, root, "news.jsonl")
	changes, _ := start(t, filepath.Join(root, "news.jsonl"))
	write(t, root, "other.jsonl")
	write(t, root, "news.jsonl.part")
	must(t, os.Rename(filepath.Join(root, "news.jsonl.part"), filepath.Join(root, "news.jsonl")))
	if got, _ := collect(t, changes, "news.jsonl"); slices.ContainsFunc(got, func(n string) bool { return n != "news.jsonl" }) {
		t.Errorf("got %q", got)
	}
}

func TestEnd(t *testing.T) {
	root := filepath.Join(t.TempDir(), "data")
	write(t, root, "a.txt")
	changes, _ := start(t, root)
	must(t, os.RemoveAll(root))
	all := false
	for b := range changes {
		all = all || b.All
	}
	if !all {
		t.Error("the folder is gone, and not all has changed")
	}
	changes, cancel := start(t, t.TempDir())
	cancel()
	for range changes {
	}
	if _, err := Folder(t.Context(), filepath.Join(root, "not", "there"), nil); err == nil {
		t.Error("a folder that is not there is watched")
	}
}

func event(path string) fsnotify.Event { return fsnotify.Event{Name: path, Op: fsnotify.Write} }
