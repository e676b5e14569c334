package index

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// A file of the generation in use is removed, cut off or emptied while the index
// is open: no question gets a wrong answer, a panic or none at all, and an update
// or two later the index is whole.
func TestSpoiledWhileOpen(t *testing.T) {
	master, c, said := grown(t)
	files := c.FS.(fstest.MapFS)
	gen := current(t, master)
	var names []string
	seen := make(map[string]int)
	must(t, filepath.WalkDir(gen, func(path string, d fs.DirEntry, err error) error {
		if kind := filepath.Ext(path); err == nil && !d.IsDir() {
			if seen[kind]++; seen[kind] <= 1 {
				names = append(names, strings.TrimPrefix(path, master))
			}
		}
		return err
	}))
	names = append(names, "/"+currentName)
	for _, name := range names {
		for how, spoil := range map[string]func(string) error{
			"removed": os.Remove,
			"cut off": func(path string) error {
				info, err := os.Stat(path)
				if err != nil {
					return err
				}
				return os.Truncate(path, info.Size()/2)
			},
			"emptied": func(path string) error { return os.Truncate(path, 0) },
		} {
			dir := filepath.Join(t.TempDir(), "index")
			must(t, os.CopyFS(dir, os.DirFS(master)))
			x := open(t, dir)
			about := name + " is " + how
			must(t, spoil(filepath.Join(dir, name)))
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			check := func(when string, mayFail bool) {
				t.Helper()
				lies, errs := asks(ctx, x, said)
				if len(lies) > 0 {
					t.Errorf("%s, %s: %q", about, when, lies)
				}
				for _, err := range errs {
					if !mayFail || !strings.Contains(err.Error(), "newsdesk reindex") {
						t.Errorf("%s, %s: %v", about, when, err)
					}
				}
			}
			check("at first", true)
			files["new.txt"] = file("A stork flies.")
			var tries []string
			for len(tries) < 3 {
				_, err := x.Update(ctx, c, nil)
				if err == nil {
					break
				}
				tries = append(tries, err.Error())
			}
			if len(tries) > 1 || x.Problem() != nil {
				t.Errorf("%s: updates: %q, problem %v", about, tries, x.Problem())
			}
			check("after an update", false)
			fresh := open(t, dir)
			if err := fresh.Verify(ctx, 0); err != nil || len(find(t, fresh, "stork")) != 1 || fresh.Problem() != nil {
				t.Errorf("%s: opened anew: %v, %v", about, err, fresh.Problem())
			}
			cancel()
			must(t, fresh.Close())
			must(t, x.Close())
			delete(files, "new.txt")
			must(t, os.RemoveAll(dir))
		}
	}
	t.Log(fmt.Sprint(len(names)), "files")
}
