package article

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Where the folder of a store is gone, or is empty as a disk's is that is not
// mounted, nothing is put there, and all goes on once it is back.
func TestStoreWhereTheFolderVanishes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "articles")
	s, _ := openStore(t, dir)
	put(t, s, gathered(1))
	for name, empty := range map[string]bool{"gone": false, "empty": true} {
		if err := os.Rename(dir, dir+".away"); err != nil {
			t.Fatal(err)
		}
		if empty {
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if change, err := s.Put(t.Context(), gathered(2)); err == nil || empty && !errors.Is(err, errVanished) {
			t.Errorf("%s: %q, %v", name, change, err)
		}
		if list := allOf(t, filepath.Dir(dir)); len(list) != 1 {
			t.Errorf("%s: there are %d articles", name, len(list))
		}
		if err := errors.Join(os.RemoveAll(dir), os.Rename(dir+".away", dir)); err != nil {
			t.Fatal(err)
		}
		if got := put(t, s, gathered(1)); got != Unchanged {
			t.Errorf("%s, and back: %q", name, got)
		}
	}
	if got := put(t, s, gathered(2)); got != Added {
		t.Errorf("got %q", got)
	}
}
