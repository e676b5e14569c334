package index

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var anySeeds = flag.Int("any-seeds", 3, "histories that TestAnyUpdates lives through")

// anyArticle is a line with a random article of an id.
func anyArticle(rng *rand.Rand, id string) string {
	animals := strings.Fields("otter heron badger swan kingfisher beaver crane falcon lynx marten")
	one := func() string { return animals[rng.IntN(len(animals))] }
	var text strings.Builder
	for range 1 + rng.IntN(2)*rng.IntN(80) {
		fmt.Fprintf(&text, "The %s swims past a %s near the old bridge. ", one(), one())
	}
	language := ""
	switch rng.IntN(5) {
	case 0:
		text.WriteString("The European Central Bank (ECB) counts otters. ")
	case 1:
		language = "de"
		text.WriteString("Der Fischotter schwimmt mit dem Reiher durch den Fluss und die Stadt ist nicht weit. ")
	}
	published := ""
	if rng.IntN(4) > 0 {
		published = fmt.Sprintf("%d-11-%02d", []int{1955, 2024, 2025}[rng.IntN(3)], 1+rng.IntN(28))
	}
	return fmt.Sprintf(`{"id":%q,"title":"Of %s and %s","source":"Wire%d","url":"https://wire.example/%d","published":%q,"language":%q,"text":%q}`+"\n",
		id, one(), one(), rng.IntN(4), rng.IntN(9), published, language, strings.TrimSpace(text.String()))
}

// cancelFS cancels when so many files were opened.
type cancelFS struct {
	fs.FS
	left   int
	cancel func()
}

func (c *cancelFS) Open(name string) (fs.File, error) {
	if c.left--; c.left == 0 {
		c.cancel()
	}
	return c.FS.Open(name)
}

// told is all that an index tells, by what it was asked.
func told(t *testing.T, x *Index) map[string]any {
	t.Helper()
	m := make(map[string]any)
	tell := func(about string, answer any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		m[about] = answer
	}
	stats, err := x.Stats()
	stats.IndexedAt, stats.Generation = time.Time{}, ""
	tell("stats", stats, err)
	sources, err := x.Sources()
	tell("sources", sources, err)
	languages, err := x.Languages()
	slices.Sort(languages)
	tell("languages", languages, err)
	aliases, err := x.Aliases([]string{TermOf("ECB", false)})
	tell("aliases", aliases, err)
	day := time.Date(2025, 11, 10, 0, 0, 0, 0, time.UTC)
	published, err := x.Published(day.AddDate(-1, 0, 0), day)
	tell("published", published, err)
	suggested, err := x.Suggest(t.Context(), "ot", day.AddDate(1, 0, 0), []string{"Wire1", "Wire2"}, 50)
	tell("suggested", suggested, err)
	for name, f := range map[string]Filter{
		"none": {}, "time": {From: day.AddDate(0, 0, -9), To: day}, "time or none": {From: day.AddDate(0, 0, -9), To: day, KeepUndated: true},
		"until": {NotAfter: day}, "sources": {Sources: []string{"Wire0", "Wire3"}}, "among": {Among: []string{"Wire0"}, Sources: []string{"Wire0", "Wire1"}},
		"without": {Without: []string{"id0", "id5", "id11", "nobody"}},
	} {
		for _, limit := range []int{3, 1000} {
			about := fmt.Sprintf("%s, %d at most", name, limit)
			latest, err := x.Latest(t.Context(), f, limit)
			tell("latest, "+about, latest, err)
			for _, q := range []Query{{Terms: terms("otter")}, {Terms: terms("heron", "swims", "Wire")}, {Terms: terms("lynx"), Holds: []string{"near the old bridge"}, Lacks: []string{"heron"}}} {
				q.Filter, q.Limit = f, limit
				res, err := x.Search(t.Context(), q)
				tell(fmt.Sprintf("search %v, %s", q.Terms, about), res, err)
			}
		}
	}
	for i := range 16 {
		id := fmt.Sprint("id", i)
		a, err := x.Article(t.Context(), id)
		if errors.Is(err, ErrNoArticle) {
			err = nil
		}
		tell(id, a, err)
		named, err := x.Named(t.Context(), fmt.Sprintf("https://wire.example/%d", i))
		tell("named "+id, named, err)
	}
	return m
}

// mapped counts the maps of files below a folder, 0 where the system does not
// tell.
func mapped(dir string) int {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0
	}
	return strings.Count(string(maps), dir)
}

// Whatever happens to the files, in however small batches it is written, and
// however often an update is cancelled: what the index tells is what one tells
// that is built of the files at once.
func TestAnyUpdates(t *testing.T) {
	cancelled := 0
	for seed := range uint64(*anySeeds) {
		rng := rand.New(rand.NewPCG(seed, 11))
		files := fstest.MapFS{}
		x := open(t, t.TempDir())
		x.batchSize = 1 + rng.IntN(12)
		var before map[string]any // what it told after the last update that was not cancelled
		for step := range 25 {
			if rng.IntN(3) == 0 {
				x.LimitBuilds(1 + rng.IntN(3))
			}
			var names []string
			for range 1 + rng.IntN(6) {
				path := fmt.Sprintf("%d.jsonl", rng.IntN(10))
				if names = append(names, path); rng.IntN(4) == 0 && len(files) > 1 {
					delete(files, path)
					continue
				}
				var text strings.Builder
				for range 1 + rng.IntN(5) {
					text.WriteString(anyArticle(rng, fmt.Sprint("id", rng.IntN(16))))
				}
				files[path] = file(text.String())
				files[path].ModTime = longAgo.Add(time.Duration(step) * time.Minute)
			}
			ctx, cancel := context.WithCancel(t.Context())
			if before != nil && rng.IntN(3) == 0 {
				_, err := x.Update(ctx, Collection{Name: "test", FS: &cancelFS{files, 1 + rng.IntN(len(files)+2), cancel}}, nil)
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatalf("seed %d, step %d: cancelled with %v", seed, step, err)
				}
				if err != nil {
					if cancelled++; !reflect.DeepEqual(told(t, x), before) {
						t.Fatalf("seed %d, step %d: an update that was cancelled has changed what the index tells", seed, step)
					}
				}
			}
			cancel()
			c := Collection{Name: "test", FS: files}
			if rng.IntN(2) == 0 && before != nil {
				if _, err := x.UpdateFiles(t.Context(), c, names); err != nil {
					t.Fatal(err)
				}
			} else {
				update(t, x, c)
			}
			before = told(t, x)
			if step%4 != 3 {
				continue
			}
			fresh := open(t, t.TempDir())
			fresh.LimitBuilds(1 + rng.IntN(3))
			update(t, fresh, c)
			want := told(t, fresh)
			for _, about := range slices.Sorted(maps.Keys(want)) {
				if !reflect.DeepEqual(before[about], want[about]) {
					t.Fatalf("seed %d, step %d, batches of %d: %s: updates led to\n%+v\na rebuild to\n%+v", seed, step, x.batchSize, about, before[about], want[about])
				}
			}
			must(t, fresh.Close())
			if n := mapped(fresh.dir); n > 0 {
				t.Errorf("seed %d, step %d: %d files of an index that is closed are mapped", seed, step, n)
			}
		}
		must(t, x.Close())
		if n := mapped(x.dir); n > 0 {
			t.Errorf("seed %d: %d files of an index that is closed are mapped", seed, n)
		}
	}
	if cancelled == 0 {
		t.Error("nothing was cancelled")
	}
}
