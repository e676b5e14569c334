package index

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// built makes an index of two generations and returns its folder.
func built(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	x := open(t, dir)
	files := fstest.MapFS{"a.txt": file("An otter swims.")}
	update(t, x, Collection{Name: "test", FS: files})
	files["b.txt"] = file("A heron waits.")
	update(t, x, Collection{Name: "test", FS: files})
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func current(t *testing.T, dir string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, strings.TrimSpace(string(raw)))
}

func TestBrokenGeneration(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(t *testing.T, gen string)
	}{
		{"its folder is gone", func(t *testing.T, gen string) { must(t, os.RemoveAll(gen)) }},
		{"its manifest is gone", func(t *testing.T, gen string) { must(t, os.Remove(filepath.Join(gen, manifestName))) }},
		{"its manifest is cut off", func(t *testing.T, gen string) { must(t, os.Truncate(filepath.Join(gen, manifestName), 20)) }},
		{"its index is gone", func(t *testing.T, gen string) { must(t, os.RemoveAll(filepath.Join(gen, bleveName))) }},
		{"its root is cut off", func(t *testing.T, gen string) {
			must(t, os.Truncate(filepath.Join(gen, bleveName, "root.bolt"), 100))
		}},
		{"its segments are empty", func(t *testing.T, gen string) {
			segments, err := filepath.Glob(filepath.Join(gen, bleveName, "*.zap"))
			if err != nil || len(segments) == 0 {
				t.Fatal("no segments", err)
			}
			for _, s := range segments {
				// Segments are linked between generations: replace, not cut.
				must(t, os.Remove(s))
				must(t, os.WriteFile(s, nil, 0o600))
			}
		}},
		{"CURRENT names nonsense", func(t *testing.T, gen string) {
			must(t, os.WriteFile(filepath.Join(filepath.Dir(gen), currentName), []byte("../../etc\n"), 0o644))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := built(t)
			test.spoil(t, current(t, dir))
			x := open(t, dir)
			if x.Problem() == nil || !strings.Contains(x.Problem().Error(), "reindex --full") {
				t.Errorf("got problem %v, want one that says what to do", x.Problem())
			}
			if got := find(t, x, "otter"); len(got) != 1 {
				t.Fatalf("the older generation does not answer: %v", got)
			}
			c := Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims."), "b.txt": file("A heron waits.")}}
			if s := update(t, x, c); !s.Full || !s.Published {
				t.Errorf("got %+v, want a full build", s)
			}
			if x.Problem() != nil {
				t.Errorf("after the rebuild: %v", x.Problem())
			}
			if got := find(t, x, "heron"); len(got) != 1 {
				t.Errorf("the new generation does not answer")
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNothingBuilt(t *testing.T) {
	x := open(t, filepath.Join(t.TempDir(), "not", "there"))
	if !errors.Is(x.Problem(), ErrNotBuilt) || x.Usable() {
		t.Errorf("got %v, want ErrNotBuilt", x.Problem())
	}
	if _, err := x.Search(t.Context(), Query{Terms: terms("otter")}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("got %v, want ErrNotBuilt", err)
	}
}

func TestSchemas(t *testing.T) {
	spoil := func(dir, written string) {
		path := filepath.Join(current(t, dir), manifestName)
		raw, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, regexp.MustCompile(`"schema": \d+`).ReplaceAll(raw, []byte(`"schema": `+written)), 0o644))
	}
	later := built(t)
	spoil(later, "99")
	if _, err := Open(later, "test"); err == nil || !strings.Contains(err.Error(), "use a newer newsdesk") {
		t.Errorf("a later schema: got %v, want advice", err)
	}
	earlier := built(t)
	spoil(earlier, "0")
	x := open(t, earlier)
	if x.Problem() == nil {
		t.Error("an earlier schema is not noticed")
	}
	if s := update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims.")}}); !s.Full {
		t.Errorf("got %+v, want a full build", s)
	}
}

func TestAnotherProcessPublishes(t *testing.T) {
	dir := t.TempDir()
	files := fstest.MapFS{"a.txt": file("An otter swims.")}
	writer, reader := open(t, dir), open(t, dir)
	update(t, writer, Collection{Name: "test", FS: files})
	if got := find(t, reader, "otter"); len(got) != 1 {
		t.Errorf("the first generation is not noticed")
	}
	for i := range 5 { // long enough for what the reader had open to be swept
		files["b.txt"] = file("A heron waits.")
		files["b.txt"].ModTime = longAgo.Add(time.Duration(i) * time.Hour)
		if _, err := writer.Rebuild(t.Context(), Collection{Name: "test", FS: files}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := find(t, reader, "heron"); len(got) != 1 {
		t.Errorf("a new generation is not noticed")
	}
	gens, err := generations(dir)
	if err != nil || len(gens) != 2 {
		t.Errorf("got generations %v, %v, want the current and the one before", gens, err)
	}
}

func TestStaleBuildsAreSwept(t *testing.T) {
	dir := built(t)
	stale := filepath.Join(dir, buildPrefix+"4711")
	must(t, os.MkdirAll(filepath.Join(stale, bleveName), 0o755))
	unnamed := filepath.Join(dir, currentName+".4711") // killed before it was renamed
	must(t, os.WriteFile(unnamed, nil, 0o644))
	x := open(t, dir)
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims."), "b.txt": file("A heron waits.")}})
	for _, left := range []string{stale, unnamed} {
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("what a killed build left behind is still there: %v", err)
		}
	}
}

// A byte that flips anywhere in the current generation is noticed: the one
// before answers, or, where it shares the damaged segment, the error says what
// to do. Nothing panics and nothing wrong is answered.
func TestFlippedBytes(t *testing.T) {
	master := built(t)
	rng := rand.New(rand.NewPCG(7, 7))
	standIns, refusals := 0, 0
	for range 120 {
		dir := filepath.Join(t.TempDir(), "index")
		must(t, os.CopyFS(dir, os.DirFS(master)))
		gen := current(t, dir)
		var files []string
		must(t, filepath.WalkDir(gen, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, path)
			}
			return err
		}))
		path := files[rng.IntN(len(files))]
		raw, err := os.ReadFile(path)
		must(t, err)
		if len(raw) == 0 {
			continue
		}
		at := rng.IntN(len(raw))
		raw[at] ^= 1 << rng.IntN(8)
		must(t, os.WriteFile(path, raw, 0o644))
		x, err := Open(dir, "test")
		if err != nil {
			if !strings.Contains(err.Error(), "newer newsdesk") {
				t.Errorf("%s, byte %d: %v", path, at, err)
			}
			continue // the schema's number became a later one
		}
		res, err := x.Search(t.Context(), Query{Terms: terms("otter")})
		switch {
		case err != nil:
			refusals++
			if !strings.Contains(err.Error(), "newsdesk reindex") {
				t.Errorf("%s, byte %d: %v, which does not say what to do", path, at, err)
			}
		case len(res.Hits) != 1 || res.Hits[0].Text != "An otter swims.":
			t.Errorf("%s, byte %d: found %+v", path, at, res.Hits)
		case x.Problem() != nil:
			standIns++
		}
		must(t, x.Close())
	}
	if standIns+refusals < 60 {
		t.Errorf("only %d stand-ins and %d refusals in 120 flips: the test shows little", standIns, refusals)
	}
}

// Bleve tries again as soon as the callback returns.
func TestAsyncErrorsAreNotRetriedAtOnce(t *testing.T) {
	registerAsyncErrors()
	told := 0
	asyncErrors.Store("somewhere", func(error) { told++ })
	defer asyncErrors.Delete("somewhere")
	start := time.Now()
	for range 3 {
		scorch.RegistryAsyncErrorCallbacks[asyncErrorCallback](errors.New("no space"), "somewhere")
	}
	if took := time.Since(start); took < 3*asyncErrorPause || told != 3 {
		t.Errorf("three errors took %v, and %d were told", took, told)
	}
}

// Damage that shows only when it is read has the same end.
func TestDamageFoundLater(t *testing.T) {
	x := open(t, built(t))
	calls := 0
	name, err := with(x, func(g *generation) (string, error) {
		if calls++; calls == 1 {
			var none []byte
			_ = none[calls] // as a decoder over damaged data does
		}
		return g.name, nil
	})
	if err != nil || calls != 2 || name != "gen-000001" {
		t.Errorf("got %q after %d calls, %v; want the generation before", name, calls, err)
	}
	if x.Problem() == nil || !strings.Contains(x.Problem().Error(), "reindex --full") {
		t.Errorf("got problem %v, want one that says what to do", x.Problem())
	}
	if _, err := with(x, func(*generation) (int, error) { return 0, errors.New("bad varint") }); err == nil || !strings.Contains(err.Error(), "reindex --full") {
		t.Errorf("with none left: got %v, want words", err)
	}
}

// The index mends itself when its folder or CURRENT went away.
func TestFolderGone(t *testing.T) {
	files := fstest.MapFS{"a.txt": file("An otter swims.")}
	c := Collection{Name: "test", FS: files}
	for name, spoil := range map[string]func(dir string) error{
		"the folder":    os.RemoveAll,
		"CURRENT alone": func(dir string) error { return os.Remove(filepath.Join(dir, currentName)) },
	} {
		dir := filepath.Join(t.TempDir(), "index")
		x := open(t, dir)
		update(t, x, c)
		must(t, spoil(dir))
		if got := find(t, x, "otter"); len(got) != 1 {
			t.Errorf("%s gone: what was open does not answer", name)
		}
		update(t, x, c)
		fresh := open(t, dir)
		if got := find(t, fresh, "otter"); len(got) != 1 || fresh.Problem() != nil {
			t.Errorf("%s gone: after an update the index holds %v, problem %v", name, got, fresh.Problem())
		}
	}
}

func TestCurrentMissing(t *testing.T) {
	dir := built(t)
	must(t, os.Remove(filepath.Join(dir, currentName)))
	x := open(t, dir)
	if got := find(t, x, "heron"); len(got) != 1 {
		t.Errorf("the newest generation does not answer")
	}
	if x.Problem() == nil {
		t.Error("a missing CURRENT is no problem")
	}
}

// The generation that stood in for a damaged one is kept, not the damaged one.
func TestSweepKeepsWhatAnswered(t *testing.T) {
	dir := built(t)
	must(t, os.WriteFile(filepath.Join(current(t, dir), manifestName), []byte("junk"), 0o644))
	x := open(t, dir)
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims."), "b.txt": file("A heron waits.")}})
	gens, err := generations(dir)
	must(t, err)
	if !slices.Equal(gens, []string{"gen-000001", "gen-000003"}) {
		t.Errorf("got %v, want the one that answered and the new one", gens)
	}
}
