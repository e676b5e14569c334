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
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/article"
)

var flips = flag.Int("flips", 28, "how many bytes TestFlippedBytesUnsummed flips")

// grown makes an index of several segments with deleted passages, in two
// generations, and returns its folder and all that its articles ever said.
func grown(t *testing.T) (dir string, c Collection, said map[string][]article.Article) {
	t.Helper()
	dir = t.TempDir()
	x := open(t, dir)
	files := fstest.MapFS{}
	said = make(map[string][]article.Article)
	write := func(n, version int) {
		id := fmt.Sprintf("a%d", n)
		text := fmt.Sprintf("The otter number%d of version%d swims in the river Amper. ", n, version)
		for i := range 30 {
			text += fmt.Sprintf("Volunteer%d counted %d herons near bridge%d. ", i%7, n*i+version, (n+i)%11)
		}
		text = strings.TrimSpace(text)
		files[id+".jsonl"] = &fstest.MapFile{ModTime: longAgo.Add(time.Duration(version) * time.Second), Data: []byte(fmt.Sprintf(
			`{"id":%q,"title":"Title of %s","source":"Wire%d","url":"https://wire.example/%s","published":"2025-11-%02d","text":%q}`+"\n", id, id, n%3, id, 1+n%28, text))}
	}
	c = Collection{Name: "test", FS: files}
	for version := range 4 {
		for n := range 40 {
			if version == 0 || n%7 == version {
				write(n, version)
			}
		}
		delete(files, fmt.Sprintf("a%d.jsonl", 20+version))
		update(t, x, c)
		for n := range 40 {
			a, err := x.Article(t.Context(), fmt.Sprintf("a%d", n))
			if err == nil {
				said[a.ID] = append(said[a.ID], a)
			} else if !errors.Is(err, ErrNoArticle) {
				t.Fatal(err)
			}
		}
	}
	must(t, x.Close())
	return dir, c, said
}

// asks puts questions of all kinds to an index and returns what was wrong with
// the answers: how many of these are lies, and the errors.
func asks(ctx context.Context, x *Index, said map[string][]article.Article) (lies []string, errs []error) {
	passage := func(p Passage) {
		for _, a := range said[p.Article] {
			if p.Title == a.Title && p.Source == a.Source && p.URL == a.URL && p.Published.Equal(a.Published) &&
				p.Start >= 0 && p.Start <= p.End && p.End <= len(a.Text) && a.Text[p.Start:p.End] == p.Text {
				return
			}
		}
		lies = append(lies, fmt.Sprintf("%+v", p))
	}
	note := func(err error) {
		if err != nil && !errors.Is(err, ErrNoArticle) {
			errs = append(errs, err)
		}
	}
	for _, q := range []Query{
		{Terms: terms("otter")}, {Terms: terms("number7", "version1")}, {Terms: terms("bridge3", "swims")},
		{Terms: terms("herons", "volunteer2"), Filter: Filter{From: longAgo.AddDate(0, 0, -20), To: longAgo}},
		{Terms: terms("otter"), Filter: Filter{Sources: []string{"Wire1"}}},
	} {
		q.Limit = 50
		r, err := x.Search(ctx, q)
		note(err)
		for _, h := range r.Hits {
			passage(h.Passage)
		}
	}
	for _, id := range []string{"a3", "a21", "a39"} {
		a, err := x.Article(ctx, id)
		note(err)
		if err == nil && !slices.ContainsFunc(said[id], func(b article.Article) bool { return reflect.DeepEqual(a, b) }) {
			lies = append(lies, fmt.Sprintf("%+v", a))
		}
	}
	_, err := x.ByURL(ctx, "https://wire.example/a5")
	note(err)
	latest, err := x.Latest(ctx, Filter{}, 20)
	note(err)
	for _, p := range latest {
		passage(p)
	}
	_, err = x.Sources()
	note(err)
	_, err = x.Near("numbr7", 1)
	note(err)
	return lies, errs
}

// In an index too large for its checksums to be verified whenever it is opened,
// too, a byte that flips anywhere never makes a wrong quote, a panic or a hang;
// and Verify finds every one.
//
//	go test ./index -run FlippedBytesUnsummed -v -flips 5000
func TestFlippedBytesUnsummed(t *testing.T) {
	master, c, said := grown(t)
	var files []string
	gen := current(t, master)
	must(t, filepath.WalkDir(gen, func(path string, d fs.DirEntry, err error) error {
		if info, ierr := os.Stat(path); err == nil && ierr == nil && !d.IsDir() && info.Size() > 0 {
			files = append(files, strings.TrimPrefix(path, master))
		}
		return err
	}))
	files = append(files, "/"+currentName)
	rng := rand.New(rand.NewPCG(7, 8))
	seen := make(map[string]map[string]int) // by the kind of file
	for n := range *flips {
		dir := filepath.Join(t.TempDir(), "index")
		must(t, os.CopyFS(dir, os.DirFS(master)))
		rel := files[n%len(files)]
		path := filepath.Join(dir, rel)
		raw, err := os.ReadFile(path)
		must(t, err)
		at := rng.IntN(len(raw))
		raw[at] ^= 1 << rng.IntN(8)
		must(t, os.WriteFile(path, raw, 0o644))
		kind := filepath.Ext(rel)
		if filepath.Base(rel) == manifestName || kind == "" {
			kind = filepath.Base(rel)
		}
		if seen[kind] == nil {
			seen[kind] = make(map[string]int)
		}
		seen[kind][flipped(t, dir, fmt.Sprintf("%s, byte %d of %d", rel, at, len(raw)), n/len(files)%3 == 2, c, said)]++
		must(t, os.RemoveAll(dir))
	}
	for _, kind := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%-14s %v", kind, seen[kind])
	}
}

// flipped looks at an index of which one byte is wrong, and says how it went.
func flipped(t *testing.T, dir, about string, mayUpdate bool, c Collection, said map[string][]article.Article) string {
	t.Helper()
	x := &Index{dir: dir, gate: make(chan struct{}, 1), building: make(chan struct{}, 1)} // which sums up nothing
	defer x.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	atOnce := x.Problem()
	lies, errs := asks(ctx, x, said)
	if len(lies) > 0 {
		t.Errorf("%s: %q", about, lies)
	}
	for _, err := range errs {
		if text := err.Error(); !strings.Contains(text, "newsdesk reindex") && !strings.Contains(text, "a newer newsdesk") {
			t.Errorf("%s: %v, which does not say what to do", about, err)
		}
	}
	how := "harmless"
	switch {
	case atOnce != nil:
		how = "found when opened"
	case x.Problem() != nil:
		how = "found by a question"
	}
	if mayUpdate { // as it does until something is noticed
		c.FS.(fstest.MapFS)["new.txt"] = file("A stork flies.")
		defer delete(c.FS.(fstest.MapFS), "new.txt")
		if _, err := x.Update(ctx, c, nil); err != nil && !errors.Is(err, errLater) {
			t.Errorf("%s: an update: %v", about, err)
		}
		if lies, _ := asks(ctx, x, said); len(lies) > 0 {
			t.Errorf("%s, after an update: %q", about, lies)
		}
		if how == "harmless" {
			return "harmless to an update"
		}
		return how
	}
	damage := x.Verify(ctx, 0)
	if how == "harmless" && damage == nil && !strings.HasSuffix(strings.Split(about, ",")[0], currentName) {
		t.Errorf("%s: Verify finds nothing", about)
	} else if how == "harmless" && damage != nil {
		how = "found by Verify"
	}
	if damage != nil && errors.Is(damage, errLater) {
		return how
	}
	if _, err := x.Update(ctx, c, nil); err != nil && !errors.Is(err, errLater) || err == nil && x.Problem() != nil {
		t.Errorf("%s: the next update: %v, %v", about, err, x.Problem())
	}
	if lies, errs := asks(ctx, x, said); len(lies)+len(errs) > 0 && !errors.Is(errors.Join(errs...), errLater) {
		t.Errorf("%s: after the next update: %q, %v", about, lies, errs)
	}
	return how
}
