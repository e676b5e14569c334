package index

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"
)

var smallFiles = flag.String("small-files", "", "an index that the test binary builds on where files may not grow; for TestSmallFiles alone")

// Where files cannot grow, each build fails in little time at whatever it comes
// to write, nothing is left of it, and what was there answers. This needs no
// disk that can be filled, as TestFullDisk of the program does.
func TestSmallFiles(t *testing.T) {
	out, err := exec.Command(os.Args[0], "-test.run=^TestWithSmallFiles$", "-test.v", "-small-files="+built(t)).CombinedOutput()
	if err != nil || testing.Verbose() {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Error(err)
	}
}

// TestWithSmallFiles is the process that TestSmallFiles starts: the bound on
// the size of files holds for the whole of it.
func TestWithSmallFiles(t *testing.T) {
	if *smallFiles == "" {
		return // there is nothing to test: the other test runs this one
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := func(bytes uint64) {
		must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: math.MaxUint64}))
	}
	files := fstest.MapFS{"a.txt": file("An otter swims."), "b.txt": file("A heron waits.")}
	for n := range 100 {
		files[fmt.Sprintf("c%d.txt", n)] = file(fmt.Sprintf("A stork flies over bridge%d.", n) + strings.Repeat(fmt.Sprintf(" It turned at tower%d.", n*n), 40))
	}
	c := Collection{Name: "test", FS: files}
	for _, full := range []bool{false, true} {
		failed := 0
		for bytes := uint64(0); ; bytes = max(64, 4*bytes) {
			dir := filepath.Join(t.TempDir(), "index")
			must(t, os.CopyFS(dir, os.DirFS(*smallFiles)))
			x := open(t, dir)
			build := x.Update
			if full {
				build = x.Rebuild
			}
			about := fmt.Sprintf("%d bytes, full %v", bytes, full)
			limit(bytes)
			start := time.Now()
			_, err := build(t.Context(), c, nil)
			limit(math.MaxUint64)
			if err == nil {
				break
			}
			failed++
			if text := err.Error(); !strings.Contains(text, "file too large") && !strings.Contains(text, "given up") || time.Since(start) > 30*time.Second {
				t.Errorf("%s: %v after %v", about, err, time.Since(start))
			}
			if len(find(t, x, "heron")) != 1 || len(find(t, x, "stork")) != 0 || x.Problem() != nil {
				t.Errorf("%s: the index does not answer any more", about)
			}
			wholeFolder(t, x, about)
			if _, err := build(t.Context(), c, nil); err != nil || len(find(t, x, "stork")) != 100 {
				t.Errorf("%s: without a bound: %v", about, err)
			}
			wholeFolder(t, x, about)
			must(t, x.Close())
		}
		if t.Logf("full %v: failed at %d sizes", full, failed); failed < 4 {
			t.Error("the test shows little")
		}
	}
}
