package index

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// unreadable puts a file in the place of another that can be opened and looked at,
// and of which each read fails as on a disk with a bad sector: what lies at the
// beginning of the process's own memory.
func unreadable(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink("/proc/self/mem", path); err != nil {
		return err
	}
	if _, err := os.ReadFile(path); !errors.Is(err, syscall.EIO) {
		return errors.New("the system reads " + path)
	}
	return nil
}

// oneOfEachKind lists a file of each kind that the generation in use consists of,
// and CURRENT, by their paths below the index.
func oneOfEachKind(t *testing.T, dir string) []string {
	t.Helper()
	kinds := map[string]string{currentName: currentName, manifestName: "", checkName: ""}
	must(t, filepath.WalkDir(current(t, dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind := filepath.Ext(path)
		if _, named := kinds[d.Name()]; named {
			kind = d.Name()
		}
		kinds[kind], err = filepath.Rel(dir, path)
		return err
	}))
	var names []string
	for _, name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// A disk that cannot read a file of the index costs no answer that is right, and
// gives none that is wrong; what is told names the file and how to mend it, and
// both kinds of build mend it.
func TestUnreadableIndex(t *testing.T) {
	master, c, said := grown(t)
	for _, name := range oneOfEachKind(t, master) {
		for _, when := range []string{"when it is opened", "while it is open"} {
			for _, full := range []bool{false, true} {
				about := filepath.Base(name) + " cannot be read " + when
				dir := filepath.Join(t.TempDir(), "index")
				must(t, os.CopyFS(dir, os.DirFS(master)))
				spoil := func() { must(t, unreadable(filepath.Join(dir, name))) }
				if when == "when it is opened" {
					spoil()
				}
				x := open(t, dir)
				if when == "while it is open" {
					spoil()
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				lies, errs := asks(ctx, x, said)
				if len(lies) > 0 {
					t.Errorf("%s: %q", about, lies)
				}
				for _, err := range errs {
					if text := err.Error(); !strings.Contains(text, "newsdesk reindex") || !strings.Contains(text, filepath.Base(name)) {
						t.Errorf("%s: %v, which does not say what is wrong and what to do", about, err)
					}
				}
				if problem := x.Problem(); problem != nil &&
					(!strings.Contains(problem.Error(), "newsdesk reindex --full") || !strings.Contains(problem.Error(), filepath.Base(name))) {
					t.Errorf("%s: problem %v, which does not say what is wrong and what to do", about, problem)
				}
				work := x.Update
				if full {
					work = x.Rebuild
				}
				if _, err := work(ctx, c, nil); err != nil {
					t.Errorf("%s: build (full %t): %v", about, full, err)
				}
				if lies, errs := asks(ctx, x, said); len(lies) > 0 || len(errs) > 0 || x.Problem() != nil {
					t.Errorf("%s: after a build (full %t): %q, %v, problem %v", about, full, lies, errs, x.Problem())
				}
				fresh := open(t, dir)
				if err := fresh.Verify(ctx, 0); (full || when == "when it is opened") && (err != nil || fresh.Problem() != nil) {
					t.Errorf("%s: opened anew after a build (full %t): %v, %v", about, full, err, fresh.Problem())
				}
				cancel()
				must(t, fresh.Close())
				must(t, x.Close())
				must(t, os.RemoveAll(dir))
			}
		}
	}
}

// Verify, which reads all, finds what cannot be read below an index that is open,
// and names it.
func TestVerifyTellsWhatCannotBeRead(t *testing.T) {
	master, _, said := grown(t)
	for _, name := range oneOfEachKind(t, master) {
		if filepath.Dir(name) == "." || filepath.Base(name) == manifestName || filepath.Base(name) == checkName {
			continue // what is in memory of these is sound, and they are read when it is opened
		}
		dir := filepath.Join(t.TempDir(), "index")
		must(t, os.CopyFS(dir, os.DirFS(master)))
		x := open(t, dir)
		must(t, unreadable(filepath.Join(dir, name)))
		if err := x.Verify(t.Context(), 0); err == nil || !strings.Contains(err.Error(), filepath.Base(name)) ||
			!strings.Contains(err.Error(), "input/output error") || !strings.Contains(err.Error(), "newsdesk reindex --full") {
			t.Errorf("%s: got %v, want that it cannot be read and what to do", name, err)
		}
		if lies, errs := asks(t.Context(), x, said); len(lies) > 0 || len(errs) > 0 && x.Usable() {
			t.Errorf("%s: %q, %v", name, lies, errs)
		}
		must(t, x.Close())
	}
}

// An article file that cannot be read is named, what the index held of it stays,
// and the rest goes on.
func TestUnreadableArticle(t *testing.T) {
	data := t.TempDir()
	write := func(name, text string) {
		must(t, os.RemoveAll(filepath.Join(data, name)))
		must(t, os.WriteFile(filepath.Join(data, name), []byte(text), 0o644))
	}
	write("a.txt", "An otter swims.")
	write("b.jsonl.gz", "") // replaced below
	write("c.md", "---\nid: c\n---\nA heron waits.")
	c := Collection{Name: data, FS: os.DirFS(data)}
	x := open(t, t.TempDir())
	update(t, x, c)
	for _, build := range []string{"update", "update of them alone", "once more"} {
		must(t, unreadable(filepath.Join(data, "a.txt")))
		must(t, unreadable(filepath.Join(data, "b.jsonl.gz")))
		write("c.md", "---\nid: c\n---\nA stork flies, "+build+".")
		var s Summary
		var err error
		if build == "update of them alone" {
			s, err = x.UpdateFiles(t.Context(), c, []string{"a.txt", "b.jsonl.gz", "c.md"})
		} else {
			s, err = x.Update(t.Context(), c, nil)
		}
		must(t, err)
		if len(s.Problems) != 2 || s.Problems[0] != "a.txt: read: input/output error" || s.Problems[1] != "b.jsonl.gz: read: input/output error" {
			t.Errorf("%s: got problems %q, want one for each file", build, s.Problems)
		}
		if s.Removed != 0 || len(find(t, x, "otter")) != 1 || len(find(t, x, "stork")) != 1 {
			t.Errorf("%s: %+v; otter %v, stork %v", build, s, find(t, x, "otter"), find(t, x, "stork"))
		}
	}
	write("a.txt", "An otter sleeps.")
	write("b.jsonl.gz", "")
	if s := update(t, x, c); len(s.Problems) != 0 || len(find(t, x, "sleep")) != 1 {
		t.Errorf("once it can be read: %+v", s)
	}
}
