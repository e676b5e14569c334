//go:build unix

package article

import (
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

var fullDir = flag.String("full-dir", "", "has the test binary put an article into this folder where files may not grow over 1000 bytes")

// TestPutWhereNothingFits is run by TestFullDisk, in a process of its own: the
// bound on the size of files holds for the whole process.
func TestPutWhereNothingFits(t *testing.T) {
	if *fullDir == "" {
		return // there is nothing to test: the other test runs this one
	}
	s, err := OpenStore(*fullDir)
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 1000, Max: 1000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	list := []Article{gathered(1), gathered(2), gathered(3)}
	list[0].Text = "Edited, and short."
	list[2].Text = strings.Repeat("Too long for what is left. ", 100)
	outcomes, err := s.PutAll(t.Context(), list)
	if err == nil || !strings.Contains(err.Error(), "file too large") {
		t.Errorf("got %v, want that there is no room", err)
	}
	for _, o := range outcomes {
		if o.Change != "" {
			t.Errorf("%s is said to be %s", o.ID, o.Change)
		}
	}
}

// Where the disk is full, nothing is half-written and all is as it was.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	put(t, s, gathered(1))
	before := allOf(t, dir)
	out, err := exec.Command(os.Args[0], "-test.run=^TestPutWhereNothingFits$", "-full-dir="+dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	after := allOf(t, dir)
	if len(after) != 1 || len(before) != 1 {
		t.Fatalf("got %d articles, want 1", len(after))
	}
	for name, a := range before {
		if after[name].Text != a.Text {
			t.Errorf("%s has changed", name)
		}
	}
	if versions, err := s.Versions(idOf(gathered(1))); err != nil || len(versions) != 1 {
		t.Errorf("got %d versions, %v", len(versions), err)
	}
	for n := range 3 {
		want := Added
		if n == 1 {
			want = Unchanged
		}
		if got := put(t, s, gathered(n)); got != want {
			t.Errorf("with room again: got %q of %d, want %q", got, n, want)
		}
	}
}
