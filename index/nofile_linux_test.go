package index

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var fewFiles = flag.String("few-files", "", "an index that the test binary brings up to date with too few file descriptors; for TestFewFiles alone")

// Out of file descriptors, what is open goes on answering, nothing is taken for
// damage, the error says what to do, and all goes on once there are some again.
func TestFewFiles(t *testing.T) {
	out, err := exec.Command(os.Args[0], "-test.run=^TestWithFewFiles$", "-test.v", "-few-files="+built(t)).CombinedOutput()
	if err != nil || testing.Verbose() {
		t.Logf("%s", out)
	}
	if err != nil {
		t.Error(err)
	}
}

// TestWithFewFiles is the process that TestFewFiles starts: the bound on open
// files holds for the whole of it.
func TestWithFewFiles(t *testing.T) {
	if *fewFiles == "" {
		return // there is nothing to test: the other test runs this one
	}
	files := filesOf("An otter swims.", "A heron waits.", "A stork flies.")
	c := Collection{Name: "test", FS: files}
	var before syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before))
	limit := func(more int) {
		must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: uint64(openFiles() - 1 + more), Max: before.Max}))
	}
	enough := func() { must(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)) }
	refused, failed := 0, 0
	for more := 0; ; more++ {
		dir := filepath.Join(t.TempDir(), "index")
		must(t, os.CopyFS(dir, os.DirFS(*fewFiles)))
		about := fmt.Sprintf("with %d more files", more)
		wantWords := func(err error) {
			t.Helper()
			if text := err.Error(); !strings.Contains(text, "too many files are open: raise the limit") {
				t.Errorf("%s: %v, which does not say what to do", about, err)
			}
		}
		limit(more)
		x, err := Open(dir, "test")
		enough()
		if err != nil {
			refused++
			wantWords(err)
			continue
		}
		limit(more)
		s, err := x.Update(t.Context(), c, nil)
		enough()
		if err != nil {
			failed++
			wantWords(err)
			if more > 100 {
				t.Fatalf("%s: %v", about, err)
			}
		}
		if len(find(t, x, "otter")) != 1 || len(find(t, x, "heron")) != 1 {
			t.Errorf("%s: the index does not answer any more", about)
		}
		if err == nil {
			if s.Full || s.Added != 1 {
				t.Errorf("%s: %+v", about, s)
			}
			break
		}
		x.mu.Lock()
		x.tried = time.Time{} // as if a second had passed
		x.mu.Unlock()
		if s, err := x.Update(t.Context(), c, nil); err != nil || s.Full || s.Added != 1 || x.Problem() != nil {
			t.Errorf("%s: with enough again: %+v, %v, %v", about, s, err, x.Problem())
		}
		wholeFolder(t, x, about)
		must(t, x.Close())
	}
	t.Logf("opening was refused %d times, and an update %d times", refused, failed)
	if refused == 0 || failed == 0 {
		t.Error("the test shows little")
	}
}

// A process that serves and cannot open what another one publishes goes on with
// what it has, and takes the new one when it can.
func TestPublishedWhileOutOfFiles(t *testing.T) {
	dir := built(t)
	x := open(t, dir)
	find(t, x, "otter")
	x.mu.Lock()
	x.problem, x.tried, x.curState = fmt.Errorf("read the index: %w", explainShortage(syscall.EMFILE)), time.Now(), nil
	x.mu.Unlock()
	update(t, open(t, dir), Collection{Name: "test", FS: filesOf("An otter swims.", "A heron waits.", "A stork flies.")})
	if len(find(t, x, "otter")) != 1 || len(find(t, x, "stork")) != 0 || x.Problem() == nil {
		t.Errorf("while it is tried once a second: %v, problem %v", find(t, x, "stork"), x.Problem())
	}
	if _, err := x.Update(t.Context(), Collection{Name: "test", FS: filesOf("An otter swims.")}, nil); err == nil || !strings.Contains(err.Error(), "raise the limit") {
		t.Errorf("an update meanwhile: %v", err)
	}
	x.mu.Lock()
	x.tried = time.Time{}
	x.mu.Unlock()
	if len(find(t, x, "stork")) != 1 || x.Problem() != nil {
		t.Errorf("then: %v, problem %v", find(t, x, "stork"), x.Problem())
	}
}
