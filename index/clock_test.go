package index

import (
	"testing"
	"testing/fstest"
	"time"
)

// Files from a time that has not come, as where the clock was set back, are not
// read over and over, and a change of one is seen.
func TestFilesOfTheFuture(t *testing.T) {
	x := open(t, t.TempDir())
	files := fstest.MapFS{"a.txt": file("An otter swims.")}
	files["a.txt"].ModTime = time.Now().AddDate(1, 0, 0)
	c := Collection{Name: "test", FS: files}
	update(t, x, c)
	if s := update(t, x, c); s.FilesRead > 0 || s.Published {
		t.Errorf("nothing has changed: %+v", s)
	}
	files["a.txt"] = file("A heron flies..")
	files["a.txt"].ModTime = time.Now().AddDate(0, 0, -1)
	if s := update(t, x, c); s.Changed+s.Added != 1 {
		t.Errorf("it has changed: %+v", s)
	}
	files["a.txt"].ModTime = time.Now().Add(clockSlack / 2) // another machine's clock
	update(t, x, c)
	if s := update(t, x, c); s.FilesRead != 1 {
		t.Errorf("it may have been written again within its time: %+v", s)
	}
}
