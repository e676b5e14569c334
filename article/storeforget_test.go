package article

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// mentions returns the files below a folder, hidden ones too, that hold some
// words in their name or in their bytes.
func mentions(t testing.TB, dir string, words ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var raw []byte
		if !e.IsDir() {
			if raw, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		for _, w := range words {
			if strings.Contains(path, w) || strings.Contains(string(raw), w) {
				found = append(found, path+": "+w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestForgetLeavesNoTrace(t *testing.T) {
	for _, by := range []string{"id", "address"} {
		t.Run("by "+by, func(t *testing.T) {
			dir := t.TempDir()
			s, _ := openStore(t, dir)
			a, other := gathered(1), gathered(2)
			a.ID, a.URL = "wire: item №42", "https://S.example/secret-story?utm_source=x&a=1"
			a.Title = "A story about Jane"
			put(t, s, a)
			put(t, s, other)
			a.Text = "Jane was seen again."
			put(t, s, a)
			copied := gathered(3)
			copied.CopyOf = a.ID
			put(t, s, copied)
			copied.Text = "A new text of the third." // a version that mentions it too
			put(t, s, copied)
			copiedFile := "2025/11/26/report-3-" + idOf(copied) + ".md"
			edit(t, dir, copiedFile, "title:", "# a comment of ours\ntitle:")

			given := a.ID
			if by == "address" {
				given = "https://s.example/secret-story?a=1#top"
			}
			ids, err := s.Forget(t.Context(), given)
			if err != nil || !slices.Equal(ids, []string{a.ID}) {
				t.Fatalf("got %q, %v", ids, err)
			}
			if found := mentions(t, dir, "secret-story", "№42", "Jane", "jane", keyOf(a.ID)); len(found) > 0 {
				t.Errorf("left behind: %q", found)
			}
			if found := mentions(t, dir, "a comment of ours"); len(found) != 1 {
				t.Error("what people wrote into another file is gone")
			}
			if versions, err := s.Versions(idOf(copied)); err != nil || len(versions) != 2 {
				t.Errorf("the other's versions: %v, %v", versions, err)
			}
			again := gathered(4)
			again.URL = a.URL
			reopened, _ := openStore(t, dir)
			for _, s := range []*Store{s, reopened} {
				if one, two := put(t, s, a), put(t, s, again); by == "id" && one != Forgotten || two != Forgotten {
					t.Errorf("put again: got %q, %q, want forgotten", one, two)
				}
				if got := put(t, s, other); got != Unchanged {
					t.Errorf("another article: got %q", got)
				}
			}
			if ids, err := s.Forget(t.Context(), given); err != nil || len(ids) > 0 {
				t.Errorf("twice: got %q, %v", ids, err)
			}
		})
	}
}

func TestForgetFilesThatPeopleBrokeOrHid(t *testing.T) {
	for _, change := range []string{"draft: true\ntitle:", "title: ["} {
		dir := t.TempDir()
		s, _ := openStore(t, dir)
		a := gathered(1)
		put(t, s, a)
		edit(t, dir, "2025/11/26/report-1-"+idOf(a)+".md", "title:", change)
		if ids, err := s.Forget(t.Context(), a.URL); err != nil || !slices.Equal(ids, []string{idOf(a)}) {
			t.Errorf("%q: got %q, %v", change, ids, err)
		}
		if found := mentions(t, dir, idOf(a), "Otter"); len(found) > 0 {
			t.Errorf("%q: left behind: %q", change, found)
		}
	}
}

func TestForgetWhatIsNotThere(t *testing.T) {
	s, _ := openStore(t, t.TempDir())
	if ids, err := s.Forget(t.Context(), gathered(1).URL); err != nil || len(ids) > 0 {
		t.Errorf("got %q, %v", ids, err)
	}
	if got := put(t, s, gathered(1)); got != Forgotten {
		t.Errorf("got %q, want forgotten", got)
	}
	if _, err := s.Forget(t.Context(), " "); err == nil {
		t.Error("nothing named: got no error")
	}
}

func TestRemovedArticlesMayComeBack(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	a := gathered(1)
	put(t, s, a)
	a.Text = "Other words."
	put(t, s, a)
	if err := s.Remove(t.Context(), idOf(a)); err != nil {
		t.Fatal(err)
	}
	if found := mentions(t, dir, idOf(a), "2025"); len(found) > 0 {
		t.Errorf("left behind: %q", found)
	}
	if err := s.Remove(t.Context(), idOf(a)); !errors.Is(err, ErrNotStored) {
		t.Errorf("twice: got %v", err)
	}
	if got := put(t, s, a); got != Added {
		t.Errorf("got %q, want added", got)
	}
	if versions, err := s.Versions(idOf(a)); err != nil || len(versions) != 1 {
		t.Errorf("got %v, %v, want no earlier version", versions, err)
	}
}

func TestOldArticlesExpire(t *testing.T) {
	dir := t.TempDir()
	s, clock := openStore(t, dir)
	day := func(n int) time.Time { return storeStart.AddDate(0, 0, n) }
	for n, published := range []time.Time{day(-10), day(-5).Add(-time.Second), day(-5), day(-1), {}} {
		a := gathered(n)
		a.Published = published
		put(t, s, a)
		a.Title = "Edited"
		clock.now = clock.now.Add(time.Hour)
		put(t, s, a)
	}
	// A person moved one that is old.
	moved := filepath.Join(dir, "kept-"+idOf(gathered(0))+".md")
	if err := os.Rename(filepath.Join(dir, "2025/11/16/report-0-"+idOf(gathered(0))+".md"), moved); err != nil {
		t.Fatal(err)
	}
	ids, err := s.Expire(t.Context(), day(-5))
	slices.Sort(ids)
	want := []string{idOf(gathered(0)), idOf(gathered(1))}
	slices.Sort(want)
	if err != nil || !slices.Equal(ids, want) {
		t.Errorf("got %q, %v, want %q", ids, err, want)
	}
	if found := mentions(t, dir, want...); len(found) > 0 {
		t.Errorf("left behind: %q", found)
	}
	if n := len(allOf(t, dir)); n != 3 {
		t.Errorf("got %d articles, want 3", n)
	}
	if got := put(t, s, gathered(0)); got != Added {
		t.Errorf("put again: got %q, want added", got)
	}
}

// The days of which there are articles are known without opening one, whichever
// process put them.
func TestDaysOfArticles(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, _ := openStore(t, dir)
		another, _ := openStore(t, dir)
		has := func(from, to int) bool {
			return s.HasDays(storeStart.AddDate(0, 0, from), storeStart.AddDate(0, 0, to))
		}
		if has(-400, 400) {
			t.Error("an empty folder has days")
		}
		put(t, another, gathered(1)) // of storeStart
		time.Sleep(2 * time.Second)  // of the bubble; the folder is not looked over all the time
		for _, tt := range []struct {
			from, to int
			want     bool
		}{{0, 0, true}, {-1, 1, true}, {-2, -1, false}, {1, 2, false}} {
			if got := has(tt.from, tt.to); got != tt.want {
				t.Errorf("days %d to %d: got %t, want %t", tt.from, tt.to, got, tt.want)
			}
		}
	})
}
