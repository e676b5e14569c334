package index

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"
)

var manyUpdates = flag.Int("many-updates", 150, "updates that TestManyUpdates makes")

// openFiles counts the file descriptors of this process; -1 where the system
// does not tell.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(entries)
}

func diskUsage(t *testing.T, dir string) (files int, bytes int64) {
	t.Helper()
	seen := make(map[string]bool) // generations share files, by name
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if info, err := d.Info(); err == nil && (!isImmutable(path) || !seen[d.Name()]) {
			seen[d.Name()] = true
			bytes += info.Size()
		}
		return nil
	}))
	return files, bytes
}

// Many little updates leave few segments, files and descriptors, and the very
// index that a rebuild makes:
//
//	go test ./index -run ManyUpdates -many-updates 500
func TestManyUpdates(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	rng := rand.New(rand.NewPCG(5, 6))
	files := fstest.MapFS{}
	animals := []string{"otter", "heron", "stork", "beaver", "crane", "lynx"}
	write := func(n, version int) string {
		name := fmt.Sprintf("%02d/%04d.jsonl", n%30, n)
		text := fmt.Sprintf("The %s number%d of version%d swims with a %s.", animals[rng.IntN(len(animals))], n, version, animals[rng.IntN(len(animals))])
		files[name] = file(record1(fmt.Sprintf("a%d", n), text))
		files[name].ModTime = longAgo.Add(time.Duration(version) * time.Second)
		return name
	}
	c := Collection{Name: "test", FS: files}
	for n := range 300 {
		write(n, 0)
	}
	update(t, x, c)
	descriptors := openFiles()
	most := 0
	for version := 1; version <= *manyUpdates; version++ {
		var names []string
		for range 1 + rng.IntN(3) {
			n := rng.IntN(600)
			name := fmt.Sprintf("%02d/%04d.jsonl", n%30, n)
			if rng.IntN(3) == 0 {
				delete(files, name)
				names = append(names, name)
			} else {
				names = append(names, write(n, version))
			}
		}
		s, err := x.UpdateFiles(t.Context(), c, names)
		if err != nil {
			t.Fatal(err)
		}
		if s.Full {
			t.Fatalf("update %d is a rebuild", version)
		}
		if version%50 == 0 {
			find(t, x, "otter") // as people do meanwhile
		}
		most = max(most, len(x.cur.parts), len(x.cur.manifest.Ledger))
	}
	if most > 12 {
		t.Errorf("there were %d segments or sheets", most)
	}
	if now := openFiles(); now > descriptors+20 {
		t.Errorf("%d file descriptors, %d before", now, descriptors)
	}
	s := update(t, x, c)
	if s.Published || s.FilesRead > 0 {
		t.Errorf("looking at everything finds %+v", s)
	}
	rebuilt := open(t, t.TempDir())
	update(t, rebuilt, c)
	sameIndex(t, x, rebuilt, append(animals, "number7", "version1", "version400", "number333"))
	count, bytes := diskUsage(t, dir)
	_, least := diskUsage(t, rebuilt.dir)
	t.Logf("at most %d segments or sheets; %d files, %d KB; a rebuild has %d KB", most, count, bytes>>10, least>>10)
	if count > 60 || bytes > 6*least {
		t.Errorf("%d files of %d bytes, where a rebuild has %d bytes", count, bytes, least)
	}
}

// sameIndex checks that two indexes hold the same and answer the same.
func sameIndex(t *testing.T, a, b *Index, words []string) {
	t.Helper()
	sa, err := a.Stats()
	must(t, err)
	sb, err := b.Stats()
	must(t, err)
	sa.IndexedAt, sa.Generation = sb.IndexedAt, sb.Generation
	if sa != sb {
		t.Errorf("stats differ: %+v, %+v", sa, sb)
	}
	la, err := a.Sources()
	must(t, err)
	lb, err := b.Sources()
	must(t, err)
	if !reflect.DeepEqual(la, lb) {
		t.Errorf("sources differ: %v, %v", la, lb)
	}
	for _, w := range words {
		q := Query{Terms: terms(w, "swims"), Limit: 1000}
		ra, err := a.Search(t.Context(), q)
		must(t, err)
		rb, err := b.Search(t.Context(), q)
		must(t, err)
		if !reflect.DeepEqual(ra, rb) {
			t.Errorf("a search for %q finds %d and %d, or in another order", w, len(ra.Hits), len(rb.Hits))
		}
	}
}

// An update of named files looks at no others, and takes in the same as one of
// all: what hid behind an id, what is gone with its folder, what is no article.
func TestUpdateFiles(t *testing.T) {
	x := open(t, t.TempDir())
	files := fstest.MapFS{
		"a.jsonl":     file(record1("1", "An otter swims.")),
		"b.jsonl":     file(record1("1", "A heron waits.") + record1("2", "A stork flies.")),
		"d/c.txt":     file("A beaver builds."),
		"d/e/f.txt":   file("A crane dances."),
		"z/never.txt": file("A lynx hides."),
	}
	c := Collection{Name: "test", FS: files}
	update(t, x, c)
	named := func(names ...string) Summary {
		t.Helper()
		s, err := x.UpdateFiles(t.Context(), c, names)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	files["z/never.txt"] = file("A lynx is never looked at.") // its time is another one, yet nobody names it
	files["z/never.txt"].ModTime = longAgo.Add(time.Hour)

	delete(files, "a.jsonl")
	if s := named("a.jsonl"); s.FilesRead != 1 || s.Removed != 1 || s.Added != 1 {
		t.Errorf("the article that was hidden is not found: %+v", s)
	}
	files["a.jsonl"] = file(record1("1", "An otter is back."))
	if s := named("a.jsonl", "not/there.txt", ".hidden/x.txt", "README.md"); s.FilesRead != 2 || s.Changed != 1 || s.Files != 5 {
		t.Errorf("the article that hides another: %+v", s)
	}
	delete(files, "d/c.txt")
	delete(files, "d/e/f.txt")
	if s := named("d"); s.Removed != 2 || s.FilesRead != 0 {
		t.Errorf("a folder that is gone: %+v", s)
	}
	if s := named("a.jsonl", "b.jsonl"); s.Published || s.FilesRead != 0 {
		t.Errorf("nothing has changed: %+v", s)
	}
	files["a.jsonl"], files["broken.json"] = file(record1("1", "An otter is there.")), file("{")
	files["a.jsonl"].ModTime = longAgo.Add(time.Hour)
	if s := named("a.jsonl"); len(s.Problems) != 0 {
		t.Errorf("problems of other files are told: %q", s.Problems)
	}
	if s := named("broken.json"); len(s.Problems) != 1 || s.Unchanged != 2+1 {
		t.Errorf("a broken file: %+v", s)
	}
	if got := find(t, x, "lynx"); !slices.Equal(find(t, x, "looked"), nil) || len(got) != 1 {
		t.Errorf("a file that is not named was read")
	}
	update(t, x, c)
	rebuilt := open(t, t.TempDir())
	update(t, rebuilt, c)
	sameIndex(t, x, rebuilt, []string{"otter", "heron", "stork", "beaver", "crane", "lynx", "looked"})
}

// holdsTerm reports whether the dictionary on disk still has a term, be it of
// deleted passages alone.
func holdsTerm(t *testing.T, x *Index, term string) bool {
	t.Helper()
	g, err := x.acquire()
	must(t, err)
	defer g.release()
	return slices.ContainsFunc(g.parts, func(p *part) bool {
		_, found := p.find(term)
		return found
	})
}

// What is purged is on disk no more, while a deletion alone leaves it there.
func TestPurge(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	files := fstest.MapFS{"a.txt": file("An otter swims."), "quagga.txt": file("A quagga grazes.")}
	c := Collection{Name: "test", FS: files}
	update(t, x, c)
	delete(files, "quagga.txt")
	if _, err := x.UpdateFiles(t.Context(), c, []string{"quagga.txt"}); err != nil {
		t.Fatal(err)
	}
	if !holdsTerm(t, x, "quagga") {
		t.Error("a deletion leaves nothing: this test shows nothing")
	}
	other := open(t, dir)
	find(t, other, "otter")
	if s, err := x.Purge(t.Context(), c, nil); err != nil || !s.Published {
		t.Fatalf("%+v, %v", s, err)
	}
	if holdsTerm(t, x, "quagga") || holdsTerm(t, other, "quagga") {
		t.Error("the dictionary holds what was purged")
	}
	if names, err := generations(dir); err != nil || len(names) != 1 {
		t.Errorf("got generations %v, %v, want one", names, err)
	}
	delete(files, "a.txt")
	if s, err := x.Purge(t.Context(), c, nil); err != nil || s.Articles != 0 || len(find(t, other, "otter")) > 0 {
		t.Errorf("the last article: %+v, %v", s, err)
	}
	files["a.txt"] = file("An otter swims.")
	if s := update(t, x, c); s.Added != 1 {
		t.Errorf("after an empty index: %+v", s)
	}
}

// A folder that was removed and built anew by another process is not taken for
// the one that was there.
func TestBuiltAnewElsewhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	files := fstest.MapFS{"a.txt": file("An otter swims."), "b.txt": file("A heron waits.")}
	c := Collection{Name: "test", FS: files}
	x := open(t, dir)
	update(t, x, c)
	must(t, os.RemoveAll(dir))
	delete(files, "b.txt")
	update(t, open(t, dir), c)
	files["b.txt"] = file("A heron waits.")
	if s := update(t, x, c); s.Full || s.Added != 1 || len(find(t, x, "heron")) != 1 {
		t.Errorf("got %+v", s)
	}
}
