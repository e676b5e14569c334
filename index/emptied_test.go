//go:build unix

package index

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The last article that people delete leaves the index like any other. A folder
// that has another in its place is no such wish.
func TestLastArticleIsDeleted(t *testing.T) {
	dir := t.TempDir()
	data, idx := filepath.Join(dir, "data"), filepath.Join(dir, "index")
	otter := filepath.Join(data, "otter.txt")
	put := func() {
		t.Helper()
		if err := errors.Join(os.MkdirAll(data, 0o755), os.WriteFile(otter, []byte("An otter swims."), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	remove := func() {
		t.Helper()
		if err := os.Remove(otter); err != nil {
			t.Fatal(err)
		}
	}
	c := Collection{Name: data, FS: os.DirFS(data)}
	put()
	x := open(t, idx)
	update(t, x, c)
	want := func(when string, n int) {
		t.Helper()
		if got := find(t, x, "otter"); len(got) != n {
			t.Errorf("%s: %d passages, want %d", when, len(got), n)
		}
	}
	want("at first", 1)

	remove()
	s, err := x.UpdateFiles(t.Context(), c, []string{"otter.txt"})
	if err != nil || !s.Published || s.Removed != 1 || s.Articles != 0 {
		t.Errorf("the last one goes: got %+v, %v", s, err)
	}
	want("without it", 0)
	if s := update(t, x, c); s.Published {
		t.Errorf("it is empty still: got %+v", s)
	}
	put()
	update(t, x, c)
	want("with it again", 1)

	// Another process knows where the articles were; so does a rebuild.
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, idx)
	remove()
	if s, err := x.Rebuild(t.Context(), c, nil); err != nil || s.Articles != 0 {
		t.Errorf("a rebuild: got %+v, %v", s, err)
	}
	want("rebuilt", 0)
	put()
	update(t, x, c)

	away := filepath.Join(dir, "away")
	if err := errors.Join(os.Rename(data, away), os.Mkdir(data, 0o755)); err != nil {
		t.Fatal(err)
	}
	for name, build := range map[string]func() (Summary, error){
		"an update":          func() (Summary, error) { return x.Update(t.Context(), c, nil) },
		"an update of files": func() (Summary, error) { return x.UpdateFiles(t.Context(), c, []string{"otter.txt"}) },
		"a rebuild":          func() (Summary, error) { return x.Rebuild(t.Context(), c, nil) },
	} {
		if _, err := build(); !errors.Is(err, ErrNoArticles) {
			t.Errorf("%s of a folder that is another: got %v", name, err)
		}
		want(name+" of a folder that is another", 1)
	}
	if err := errors.Join(os.Remove(data), os.Rename(away, data)); err != nil {
		t.Fatal(err)
	}
	update(t, x, c)
	want("the disk is back", 1)
	if err := os.WriteFile(otter, []byte("\x00\x01"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Update(t.Context(), c, nil); !errors.Is(err, ErrNoArticles) {
		t.Errorf("what cannot be read: got %v", err)
	}
	want("it cannot be read", 1)
}
