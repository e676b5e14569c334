package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// longAgo is a time at which nothing is suspected to have just been written.
var longAgo = time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)

func file(text string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(text), ModTime: longAgo}
}

func record1(id, text string) string {
	return fmt.Sprintf(`{"id":%q,"title":"Title of %s","source":"Wire","published":"2025-11-26","text":%q}`+"\n", id, id, text)
}

func open(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func update(t testing.TB, x *Index, c Collection) Summary {
	t.Helper()
	s, err := x.Update(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// find returns the ids of the articles that hold a word, in order.
func find(t testing.TB, x *Index, word string) []string {
	t.Helper()
	var terms []Term
	for _, tok := range Analyze(word) {
		terms = append(terms, Term{Forms: []Form{{tok.Term, 1}}})
	}
	res, err := x.Search(t.Context(), Query{Terms: terms, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range res.Hits {
		ids = append(ids, h.Article)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// readsFS counts which files are read; looking at size and time does not count.
type readsFS struct {
	fs.FS
	mu   sync.Mutex
	read map[string]int
}

func (r *readsFS) Open(name string) (fs.File, error) {
	f, err := r.FS.Open(name)
	if _, isDir := f.(fs.ReadDirFile); err != nil || isDir {
		return f, err
	}
	return &readsFile{File: f, fs: r, name: name}, nil
}

type readsFile struct {
	fs.File
	fs   *readsFS
	name string
	seen bool
}

func (f *readsFile) Read(p []byte) (int, error) {
	if !f.seen {
		f.seen = true
		f.fs.mu.Lock()
		f.fs.read[f.name]++
		f.fs.mu.Unlock()
	}
	return f.File.Read(p)
}

func TestUpdateReadsOnlyWhatChanged(t *testing.T) {
	files := fstest.MapFS{
		"a.jsonl": file(record1("a1", "An otter swims.") + record1("a2", "A heron waits.")),
		"b.txt":   file("A badger digs a hole."),
	}
	reads := &readsFS{FS: files, read: make(map[string]int)}
	c := Collection{Name: "test", FS: reads}
	x := open(t, t.TempDir())
	s := update(t, x, c)
	if !s.Full || !s.Published || s.Added != 3 || s.Articles != 3 {
		t.Fatalf("first update: got %+v, want a full build of 3 articles", s)
	}

	clear(reads.read)
	s = update(t, x, c)
	if s.Published || s.Unchanged != 3 || s.FilesRead != 0 {
		t.Errorf("second update: got %+v, want nothing done", s)
	}
	if len(reads.read) != 0 {
		t.Errorf("second update read %v, want no file", reads.read)
	}

	files["a.jsonl"] = file(record1("a1", "An otter swims.") + record1("a2", "A kingfisher dives.") + record1("a3", "A swan sleeps."))
	s = update(t, x, c)
	if s.Full || s.Added != 1 || s.Changed != 1 || s.Removed != 0 || s.Unchanged != 2 || s.Articles != 4 {
		t.Errorf("after a change: got %+v, want 1 added, 1 changed, 2 unchanged", s)
	}
	if len(reads.read) != 1 || reads.read["a.jsonl"] != 1 {
		t.Errorf("after a change the update read %v, want a.jsonl once", reads.read)
	}
	if got := find(t, x, "heron"); got != nil {
		t.Errorf("the old text is still found in %v", got)
	}
	if got := find(t, x, "kingfisher"); !slices.Equal(got, []string{"a2"}) {
		t.Errorf("the new text is found in %v, want a2", got)
	}

	delete(files, "a.jsonl")
	s = update(t, x, c)
	if s.Removed != 3 || s.Articles != 1 {
		t.Errorf("after a removal: got %+v, want 3 removed, 1 left", s)
	}
	if got := find(t, x, "otter"); got != nil {
		t.Errorf("a removed article is found: %v", got)
	}
}

func TestSameIDInTwoFiles(t *testing.T) {
	files := fstest.MapFS{
		"1.jsonl": file(record1("x", "The first text speaks of otters.")),
		"2.jsonl": file(record1("x", "The second text speaks of herons.") + record1("y", "Another.")),
	}
	c := Collection{Name: "test", FS: files}
	x := open(t, t.TempDir())
	s := update(t, x, c)
	if s.Articles != 2 || len(s.Problems) != 1 || !strings.Contains(s.Problems[0], `the id "x" is already that of an article in 1.jsonl`) {
		t.Fatalf("got %+v, want two articles and a word on the id", s)
	}
	if got := find(t, x, "herons"); got != nil {
		t.Errorf("the hidden article is found: %v", got)
	}

	delete(files, "1.jsonl")
	update(t, x, c)
	if got := find(t, x, "herons"); !slices.Equal(got, []string{"x"}) {
		t.Errorf("when the first is gone, herons are in %v, want x", got)
	}

	files["0.jsonl"] = file(record1("x", "An even earlier file speaks of badgers."))
	update(t, x, c)
	if got := find(t, x, "badgers herons"); !slices.Equal(got, []string{"x"}) {
		t.Errorf("got %v, want x", got)
	}
	if got := find(t, x, "herons"); got != nil {
		t.Errorf("the article of the later file is still found: %v", got)
	}
}

// Whatever happens to the files, updates lead to the state that a rebuild
// gives.
func TestUpdatesEqualRebuild(t *testing.T) {
	words := strings.Fields("otter heron badger swan kingfisher beaver crane falcon lynx marten")
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		files := fstest.MapFS{}
		x := open(t, t.TempDir())
		for step := range 12 {
			path := fmt.Sprintf("%d.jsonl", rng.IntN(4))
			if rng.IntN(4) == 0 {
				delete(files, path)
			} else {
				var text strings.Builder
				for range 1 + rng.IntN(4) {
					text.WriteString(record1(fmt.Sprint("id", rng.IntN(6)), "It speaks of the "+words[rng.IntN(len(words))]+"."))
				}
				files[path] = file(text.String())
				files[path].ModTime = longAgo.Add(time.Duration(step) * time.Minute)
			}
			if len(files) == 0 {
				continue
			}
			c := Collection{Name: "test", FS: files}
			update(t, x, c)
			fresh := open(t, t.TempDir())
			update(t, fresh, c)
			if got, want := state(t, x), state(t, fresh); !maps.Equal(got, want) {
				t.Fatalf("seed %d, step %d: updates led to\n%v\na rebuild to\n%v", seed, step, got, want)
			}
		}
	}
}

// state tells all that an index holds and how it scores.
func state(t *testing.T, x *Index) map[string]string {
	t.Helper()
	m := make(map[string]string)
	stats, err := x.Stats()
	if err != nil {
		t.Fatal(err)
	}
	m["count"] = fmt.Sprint(stats.Articles, stats.Passages)
	for _, word := range strings.Fields("otter heron badger swan kingfisher beaver crane falcon lynx marten") {
		res, err := x.Search(t.Context(), Query{Terms: []Term{{Forms: []Form{{Analyze(word)[0].Term, 1}}}}, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			m[word] += fmt.Sprintf("%s %.6f %s; ", h.Article, h.Score, h.Text)
		}
	}
	return m
}

// An article stays in the index while its file cannot be looked at, or cannot
// be read, and is read again when it can.
func TestUnreadableFileLosesNothing(t *testing.T) {
	for _, test := range []struct {
		name         string
		open, read   bool // what fails
		filesReadThe int  // files read once it works again
	}{
		{"a file that cannot be opened", true, false, 0},
		{"a file that cannot be read", false, true, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{"d/a.txt": file("An otter swims in the river."), "b.txt": file("A heron waits at the weir.")}
			broken := &brokenFS{FS: files}
			c := Collection{Name: "test", FS: broken}
			x := open(t, t.TempDir())
			update(t, x, c)

			broken.path, broken.open, broken.read = "d/a.txt", test.open, test.read
			if test.read {
				files["d/a.txt"].ModTime = longAgo.Add(time.Hour)
			}
			s := update(t, x, c)
			if len(s.Problems) != 1 || !strings.HasPrefix(s.Problems[0], "d/a.txt: ") {
				t.Errorf("got problems %v, want one that names d/a.txt", s.Problems)
			}
			if got := find(t, x, "otter"); len(got) != 1 {
				t.Error("the article is gone")
			}
			broken.path = ""
			if s = update(t, x, c); len(s.Problems) != 0 || s.FilesRead != test.filesReadThe {
				t.Errorf("once it works again: got %+v, want %d files read and no problems", s, test.filesReadThe)
			}
		})
	}
}

type brokenFS struct {
	fs.FS
	path       string
	open, read bool
}

func (b *brokenFS) Open(name string) (fs.File, error) {
	if name == b.path && b.open {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	f, err := b.FS.Open(name)
	if err == nil && name == b.path && b.read {
		return brokenFile{f, name}, nil
	}
	return f, err
}

type brokenFile struct {
	fs.File
	name string
}

func (f brokenFile) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("input/output error")}
}

func TestNoArticlesKeepsTheIndex(t *testing.T) {
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims.")}})
	for name, files := range map[string]fstest.MapFS{
		"an empty folder":         {},
		"nothing but bad files":   {"a.json": file("{")},
		"nothing but odd endings": {"a.exe": file("MZ")},
	} {
		_, err := x.Update(t.Context(), Collection{Name: "test", FS: files}, nil)
		if !errors.Is(err, ErrNoArticles) {
			t.Errorf("%s: got %v, want ErrNoArticles", name, err)
		}
		if got := find(t, x, "otter"); len(got) != 1 {
			t.Errorf("%s: the index is lost", name)
		}
	}
}

func TestOneWriterAtATime(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	c := Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims.")}}
	x := open(t, dir)
	if _, err := x.Update(t.Context(), c, nil); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	unlock()
	update(t, x, c)
}

func TestCancelledBuildLeavesAllAsItWas(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	files := fstest.MapFS{"a.txt": file("An otter swims.")}
	update(t, x, Collection{Name: "test", FS: files})
	before := names(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	files["b.txt"] = file("A heron waits.")
	if _, err := x.Update(ctx, Collection{Name: "test", FS: files}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if after := names(t, dir); !slices.Equal(before, after) {
		t.Errorf("the folder held %v, holds %v", before, after)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// Searches go on, and find a whole collection, old or new, while the index is
// rebuilt and updated.
func TestSearchWhileRebuilding(t *testing.T) {
	x := open(t, t.TempDir())
	collection := func(n int) Collection {
		files := fstest.MapFS{}
		for i := range 20 {
			files[fmt.Sprintf("%02d.txt", i)] = file(fmt.Sprintf("The otter number %d of state%d swims.", i, n))
			files[fmt.Sprintf("%02d.txt", i)].ModTime = longAgo.Add(time.Duration(n) * time.Hour)
		}
		return Collection{Name: "test", FS: files}
	}
	update(t, x, collection(0))
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var searches [4]int
	for worker := range searches {
		wg.Go(func() {
			for ctx.Err() == nil {
				res, err := x.Search(context.WithoutCancel(ctx), Query{Terms: []Term{{Forms: []Form{{"otter", 1}}}}, Limit: 50})
				if err != nil {
					t.Error(err)
					return
				}
				states := make(map[string]int)
				for _, h := range res.Hits {
					_, rest, _ := strings.Cut(h.Text, "state")
					states[rest[:1]]++
				}
				if len(states) != 1 || len(res.Hits) != 20 {
					t.Errorf("a search found %v, want 20 passages of one state", states)
					return
				}
				searches[worker]++
			}
		})
	}
	for n := 1; n < 10; n++ {
		build := x.Update
		if n%2 == 0 {
			build = x.Rebuild
		}
		if _, err := build(t.Context(), collection(n), nil); err != nil {
			t.Error(err)
		}
	}
	stop()
	wg.Wait()
	for worker, n := range searches {
		if n == 0 {
			t.Errorf("worker %d searched nothing", worker)
		}
	}
}
