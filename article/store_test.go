package article

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// A clock for stores, which goes on only when told to.
type storeClock struct{ now time.Time }

var storeStart = time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)

func openStore(t testing.TB, dir string) (*Store, *storeClock) {
	t.Helper()
	s, err := OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	clock := &storeClock{storeStart}
	s.now = func() time.Time { return clock.now }
	return s, clock
}

func gathered(n int) Article {
	return Article{
		URL: fmt.Sprintf("https://s.example/%d", n), Title: fmt.Sprintf("Report %d", n), Source: "Sample Wire",
		Published: time.Date(2025, 11, 26, 10, n%60, 0, 0, time.UTC),
		Text:      fmt.Sprintf("Otter number %d was seen in the river.\n\nNobody knows where number %d came from.", n, n),
	}
}

func put(t testing.TB, s *Store, a Article) Change {
	t.Helper()
	change, err := s.Put(t.Context(), a)
	if err != nil {
		t.Fatalf("%s: %v", a.Title, err)
	}
	return change
}

func idOf(a Article) string { return "u" + fingerprint(CanonicalURL(a.URL)) }

// allOf returns the articles that everybody reads below a folder, by path.
func allOf(t testing.TB, dir string) map[string]Article {
	t.Helper()
	files, problems, err := Files(t.Context(), os.DirFS(dir))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	all := make(map[string]Article)
	for _, f := range files {
		articles, problems := readFS(t, os.DirFS(dir), f.Path)
		if len(problems) > 0 || len(articles) != 1 {
			t.Fatalf("%s: %v, %v", f.Path, articles, problems)
		}
		all[f.Path] = articles[0]
	}
	return all
}

// edit changes a file as a person would.
func edit(t testing.TB, dir, name, old, new string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	raw, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(raw), old) {
		t.Fatalf("%v: no %q in %s", err, old, raw)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(raw), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestStoreKeepsArticles(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	a := gathered(1)
	if got := put(t, s, a); got != Added {
		t.Errorf("got %q, want added", got)
	}
	if got := put(t, s, a); got != Unchanged {
		t.Errorf("again: got %q, want unchanged", got)
	}
	want := a
	want.ID, want.FirstSeen = idOf(a), storeStart
	if got := allOf(t, dir); !reflect.DeepEqual(got, map[string]Article{"2025/11/26/report-1-" + want.ID + ".md": want}) {
		t.Errorf("got %+v", got)
	}
	for _, s := range []*Store{s, func() *Store { s, _ := openStore(t, dir); return s }()} {
		if got, err := s.Get(want.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
		if put(t, s, a) != Unchanged {
			t.Error("a store opened anew does not know its articles")
		}
	}
	if _, err := s.Get("none"); !errors.Is(err, ErrNotStored) {
		t.Errorf("got %v, want ErrNotStored", err)
	}
	for _, bad := range []Article{{ID: "a"}, {ID: "a\x00", Text: "x"}, {ID: "a", Text: strings.Repeat("x", maxText+1)}} {
		if change, err := s.Put(t.Context(), bad); err == nil || change != "" {
			t.Errorf("got %q and no error", change)
		}
	}
}

func TestEditsBecomeVersions(t *testing.T) {
	dir := t.TempDir()
	s, clock := openStore(t, dir)
	a := gathered(1)
	put(t, s, a)
	hour := func(n int) time.Time { return storeStart.Add(time.Duration(n) * time.Hour) }
	steps := []struct {
		name   string
		change func()
		want   Change
	}{
		{"white space", func() { a.Text = strings.ReplaceAll(a.Text, " ", "  "); a.Title += " " }, Unchanged},
		{"a title", func() { a.Title = "Otter seen" }, Edited},
		{"a section", func() { a.Section = "World"; a.Updated = hour(2) }, Unchanged},
		{"nothing but less", func() { a.Section, a.Published = "", time.Time{} }, Unchanged},
		{"a text", func() { a.Text += "\n\nIt has gone." }, Edited},
		{"date, and both", func() {
			a.Published = storeStart.AddDate(0, 0, 3)
			a.Title, a.Text = "Otter gone", "It has gone."
		}, Edited},
	}
	for i, step := range steps {
		clock.now = hour(i)
		step.change()
		if got := put(t, s, a); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
		if len(allOf(t, dir)) != 1 {
			t.Fatalf("%s: the article is there twice", step.name)
		}
	}
	now, err := s.Get(idOf(a))
	if err != nil || now.Section != "World" || !now.Updated.Equal(hour(2)) || !now.FirstSeen.Equal(storeStart) || !now.Published.Equal(a.Published) || now.Title != "Otter gone" {
		t.Errorf("got %+v, %v", now, err)
	}
	versions, err := s.Versions(idOf(a))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range versions {
		got = append(got, fmt.Sprint(v.Article.Title, " ", v.Since.Hour(), " ", v.NewTitle, " ", v.NewText))
	}
	want := []string{"Report 1 12 false false", "Otter seen 13 true false", "Otter seen 16 false true", "Otter gone 17 true true"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVersionsAreBounded(t *testing.T) {
	s, clock := openStore(t, t.TempDir())
	a := gathered(1)
	for n := range 60 {
		a.Title = fmt.Sprintf("Title %d", n)
		put(t, s, a)
		if n%3 > 0 { // three edits a second
			clock.now = clock.now.Add(time.Second)
		}
	}
	versions, err := s.Versions(idOf(a))
	if err != nil || len(versions) != maxVersions+1 {
		t.Fatalf("got %d versions, %v", len(versions), err)
	}
	if first, second, last := versions[0].Article.Title, versions[1].Article.Title, versions[maxVersions].Article.Title; first != "Title 0" || second != "Title 10" || last != "Title 59" {
		t.Errorf("got %q, %q … %q", first, second, last)
	}
}

func TestWhatPeopleEditStays(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	a := gathered(1)
	put(t, s, a)
	name := "2025/11/26/report-1-" + idOf(a) + ".md"
	edit(t, dir, name, "title: Report 1", "title: Report one # our own words\ntags: [otters]")
	edit(t, dir, name, "Nobody knows", "**Nobody** [knows](https://x.example)")
	before, _ := os.ReadFile(filepath.Join(dir, name))
	if got := put(t, s, a); got != Unchanged {
		t.Errorf("got %q, want unchanged", got)
	}
	if after, _ := os.ReadFile(filepath.Join(dir, name)); string(after) != string(before) {
		t.Errorf("the file was written: %s", after)
	}
	a.Section = "World"
	put(t, s, a)
	after, _ := os.ReadFile(filepath.Join(dir, name))
	for _, want := range []string{"title: Report one\n", "section: World\n", "tags: [otters]\n", "**Nobody** [knows](https://x.example)"} {
		if !strings.Contains(string(after), want) {
			t.Errorf("no %q in %s", want, after)
		}
	}
	// The outlet's new text counts, its old title does not.
	a.Text = "All is known."
	if got := put(t, s, a); got != Edited {
		t.Errorf("got %q, want edited", got)
	}
	got, err := s.Get(idOf(a))
	if err != nil || got.Title != "Report one" || got.Text != "All is known." {
		t.Errorf("got %+v, %v", got, err)
	}
	versions, err := s.Versions(idOf(a))
	if err != nil || len(versions) != 2 || !strings.Contains(versions[0].Article.Text, "Nobody knows") {
		t.Errorf("what people wrote is no version: %+v, %v", versions, err)
	}
}

// A busyContext calls a function at one of the moments at which it is asked
// whether it has ended.
type busyContext struct {
	context.Context
	call, at int
	do       func()
}

func (c *busyContext) Err() error {
	if c.call++; c.call == c.at {
		c.do()
	}
	return nil
}

func TestSavingAFileWhileItIsPut(t *testing.T) {
	tried := 0
	for at := 1; at < 8; at++ {
		dir := t.TempDir()
		s, _ := openStore(t, dir)
		a := gathered(1)
		put(t, s, a)
		name := "2025/11/26/report-1-" + idOf(a) + ".md"
		a.Text = "The outlet's new text."
		ctx := &busyContext{Context: t.Context(), at: at, do: func() {
			edit(t, dir, name, "title: Report 1", "title: Our own title")
			tried++
		}}
		if change, err := s.Put(ctx, a); err != nil || change != Edited {
			t.Errorf("at %d: got %q, %v", at, change, err)
		}
		got, err := s.Get(idOf(a))
		if err != nil || got.Text != a.Text || got.Title != "Our own title" && ctx.call >= at {
			t.Errorf("at %d: got %+v, %v", at, got, err)
		}
	}
	if tried < 2 {
		t.Errorf("a file was saved in the middle only %d times", tried)
	}
}

func TestFilesThatPeopleBreakOrHide(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	a, b := gathered(1), gathered(2)
	put(t, s, a)
	put(t, s, b)
	edit(t, dir, "2025/11/26/report-1-"+idOf(a)+".md", "title:", "title: [")
	edit(t, dir, "2025/11/26/report-2-"+idOf(b)+".md", "title:", "draft: true\ntitle:")
	a.Text, b.Text = "New text.", "New text."
	if _, err := s.Put(t.Context(), a); err == nil || !strings.Contains(err.Error(), "report-1-") || !strings.Contains(err.Error(), "mend it") {
		t.Errorf("got %v, want what is broken", err)
	}
	if got := put(t, s, b); got != Unchanged {
		t.Errorf("a draft: got %q, want unchanged", got)
	}
}

func TestFilesThatPeopleMoveOrRemove(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	for n := range 3 {
		put(t, s, gathered(n))
	}
	move := func(n int, to string) {
		t.Helper()
		from := filepath.Join(dir, "2025/11/26", fmt.Sprintf("report-%d-%s.md", n, idOf(gathered(n))))
		to = filepath.Join(dir, to)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(from, to)); err != nil {
			t.Fatal(err)
		}
	}
	move(0, "otters/kept/first-"+idOf(gathered(0))+".md")
	if got := put(t, s, gathered(0)); got != Unchanged {
		t.Errorf("moved: got %q, want unchanged", got)
	}
	if err := os.Remove(filepath.Join(dir, "2025/11/26", "report-1-"+idOf(gathered(1))+".md")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(idOf(gathered(1))); !errors.Is(err, ErrNotStored) {
		t.Errorf("removed: got %v", err)
	}
	if got := put(t, s, gathered(1)); got != Added {
		t.Errorf("removed: got %q, want added", got)
	}
	// Somebody else's file stands where the article would.
	other := filepath.Join(dir, "2025/11/26", "report-7-"+idOf(gathered(7))+".md")
	if err := os.WriteFile(other, []byte("---\nid: other\n---\nWords of others."), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, again := put(t, s, gathered(7)), put(t, s, gathered(7)); got != Added || again != Unchanged {
		t.Errorf("got %q, %q, want added, unchanged", got, again)
	}
	if n := len(allOf(t, dir)); n != 5 {
		t.Errorf("got %d articles, want 5", n)
	}
	reopened, _ := openStore(t, dir)
	for _, n := range []int{0, 1, 2, 7} {
		if got := put(t, reopened, gathered(n)); got != Unchanged {
			t.Errorf("opened anew: got %q of %d, want unchanged", got, n)
		}
	}
}

func TestTwoStoresOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	one, _ := openStore(t, dir)
	two, _ := openStore(t, dir)
	a := gathered(1)
	put(t, one, a)
	two.files.at = two.files.at.Add(-time.Second) // as long ago as makes Get look again
	if _, err := two.Get(idOf(a)); err != nil {
		t.Errorf("the other does not see it: %v", err)
	}
	a.Title, a.Text = "Otter seen", "Other words."
	if got := put(t, two, a); got != Edited {
		t.Errorf("got %q, want edited", got)
	}
	done := make(chan error)
	for _, s := range []*Store{one, two, one, two} {
		go func() {
			var err error
			for n := range 40 {
				_, putErr := s.Put(t.Context(), gathered(100+n))
				err = errors.Join(err, putErr)
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(allOf(t, dir)); n != 41 {
		t.Errorf("got %d articles, want 41", n)
	}
	if _, err := two.Forget(t.Context(), a.URL); err != nil {
		t.Error(err)
	}
	if got := put(t, one, a); got != Forgotten {
		t.Errorf("forgotten by the other: got %q", got)
	}
}

func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	titles := []string{"CON", "../../etc/passwd", "a/b\\c:d*e?\"f<g>|h", ".hidden", "_draft", "README", "…", strings.Repeat("Ω", 400), "Zürich é é", "琥珀港 closed", "\u202egnp.exe", "x\x00y"}
	ids := []string{"con", "nul", "../up", "A", "a", "Ä", strings.Repeat("i", 512), "x00000000000000000000000000", "a-b", "a b", "/", ".", "a%2fb", "tag:x,2025:1"}
	for i, id := range ids {
		a := gathered(i)
		a.ID, a.Title = id, titles[i%len(titles)]
		if got := put(t, s, a); got != Added {
			t.Errorf("%q: got %q", id, got)
		}
	}
	found := make(map[string]bool)
	for name, a := range allOf(t, dir) {
		found[a.ID] = true
		base := filepath.Base(name)
		if len(base) > 200 || strings.ContainsAny(base, "\\:*?\"<>| ") || !strings.HasPrefix(name, "2025/11/26/") || base != strings.ToLower(base) || keyIn(base) != keyOf(a.ID) {
			t.Errorf("%q has the file %q", a.ID, name)
		}
	}
	if len(found) != len(ids) {
		t.Errorf("got %d articles, want %d", len(found), len(ids))
	}
}
