package article

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// unreadable puts a link in the place of a file that can be opened, and of which
// each read fails as on a disk with a bad sector: it leads to the beginning of the
// process's own memory.
func unreadable(t *testing.T, path string) {
	t.Helper()
	if err := errors.Join(os.Remove(path), os.Symlink("/proc/self/mem", path)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(path); !isIOError(err) {
		t.Fatalf("reading %s: %v", path, err)
	}
}

func isIOError(err error) bool {
	return err != nil && strings.Contains(err.Error(), "input/output error")
}

// A file of whatever format that cannot be read is a Problem that names it, and
// that says that it may be sound.
func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "a.md", "a.html", "a.json", "a.jsonl", "a.jsonl.gz", "a.md.gz"} {
		if err := os.Symlink("/proc/self/mem", filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		var problems []*Problem
		for a, p := range Read(t.Context(), os.DirFS(dir), name) {
			if p == nil {
				t.Errorf("%s: got %+v", name, a)
				continue
			}
			problems = append(problems, p)
		}
		if len(problems) != 1 || !problems[0].Unread() || problems[0].Error() != name+": read: input/output error" {
			t.Errorf("%s: got %v, want one problem", name, problems)
		}
	}
	file, err := os.Open(filepath.Join(dir, "a.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for c, err := range ReadWARC(t.Context(), file, 0) {
		if !isIOError(err) {
			t.Errorf("WARC: got %+v, %v", c, err)
		}
	}
}

// fileOf returns the file that holds an article.
func fileOf(t *testing.T, s *Store, id string) string {
	t.Helper()
	names := s.namesOf(id)
	if len(names) != 1 {
		t.Fatalf("%s stands in %q", id, names)
	}
	return s.path(names[0])
}

// Of a store with a file that cannot be read, only that article cannot be used,
// and nothing is written over it.
func TestStoreWithUnreadableFile(t *testing.T) {
	dir := t.TempDir()
	s, clock := openStore(t, dir)
	for n := range 3 {
		put(t, s, gathered(n))
	}
	clock.now = clock.now.Add(time.Hour)
	a := gathered(1)
	bad := fileOf(t, s, idOf(a))
	raw, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	unreadable(t, bad)
	for name, do := range map[string]func(s *Store) error{
		"get":      func(s *Store) error { _, err := s.Get(idOf(a)); return err },
		"versions": func(s *Store) error { _, err := s.Versions(idOf(a)); return err },
		"put":      func(s *Store) error { _, err := s.Put(t.Context(), a); return err },
	} {
		if err := do(s); !isIOError(err) || !strings.Contains(err.Error(), filepath.Base(bad)) {
			t.Errorf("%s: got %v, want one that names the file", name, err)
		}
	}
	b := gathered(2)
	b.Title, a.Title = "Edited", "Edited"
	outcomes, err := s.PutAll(t.Context(), []Article{a, b, gathered(3)})
	if err != nil || !isIOError(outcomes[0].Err) || outcomes[1].Change != Edited || outcomes[2].Change != Added {
		t.Errorf("several: got %+v, %v", outcomes, err)
	}
	if ids, err := s.Expire(t.Context(), storeStart.AddDate(0, 0, 1)); err != nil || len(ids) != 3 || slices.Contains(ids, idOf(a)) {
		t.Errorf("expire: got %q, %v; want all others", ids, err)
	}
	again, _ := openStore(t, dir)
	if err := errors.Join(os.Remove(bad), os.WriteFile(bad, raw, 0o644)); err != nil {
		t.Fatal(err)
	}
	if got := put(t, again, a); got != Edited {
		t.Errorf("once it can be read: %s", got)
	}
}

// What was forgotten has to be known, or it might come back.
func TestUnreadableRefusals(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	if _, err := s.Forget(t.Context(), gathered(0).URL); err != nil {
		t.Fatal(err)
	}
	unreadable(t, filepath.Join(dir, forgottenName))
	if _, err := OpenStore(dir); !isIOError(err) || !strings.Contains(err.Error(), filepath.Join(dir, forgottenName)) {
		t.Errorf("got %v, want one that names the file", err)
	}
	if !s.Forgotten("", gathered(0).URL) {
		t.Error("what was known is no longer")
	}
}

// An article is forgotten although another file cannot be read, and its own is
// deleted if that cannot be; what may still hold it is named.
func TestForgetBesideUnreadableFiles(t *testing.T) {
	for _, tt := range []struct {
		name string
		bad  int // of articles 0 to 2, of which 1 is forgotten
		told bool
	}{{"another file", 0, true}, {"its own file", 1, false}} {
		dir := t.TempDir()
		s, _ := openStore(t, dir)
		for n := range 3 {
			put(t, s, gathered(n))
		}
		gone, bad := fileOf(t, s, idOf(gathered(1))), fileOf(t, s, idOf(gathered(tt.bad)))
		unreadable(t, bad)
		ids, err := s.Forget(t.Context(), gathered(1).URL)
		if !slices.Equal(ids, []string{idOf(gathered(1))}) {
			t.Errorf("%s: forgotten %q", tt.name, ids)
		}
		if told := isIOError(err) && strings.Contains(err.Error(), bad) && strings.Contains(err.Error(), "forget the article again"); told != tt.told || !told && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if _, err := os.Lstat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the file is there: %v", tt.name, err)
		}
		if err := os.Remove(bad); err != nil && tt.told {
			t.Fatal(err)
		}
		if _, err := s.Forget(t.Context(), gathered(1).URL); err != nil {
			t.Errorf("%s, again: %v", tt.name, err)
		}
	}
}
