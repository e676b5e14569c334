package feed

import (
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

var fullState = flag.String("full-state", "", "folder of states in which the test binary writes where files may not grow; for TestFullState alone")

// Where the disk is full, what was known of a feed stays, and nothing is left
// beside it.
func TestFullState(t *testing.T) {
	dir := t.TempDir()
	s := &state{Version: stateVersion, URL: "http://news.example/feed", ETag: "before"}
	if err := s.write(dir); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(os.Args[0], "-test.run=^TestWriteFullState$", "-full-state="+dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
	if got, err := readState(dir, s.URL); err != nil || got.ETag != "before" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestWriteFullState is the process that TestFullState starts.
func TestWriteFullState(t *testing.T) {
	if *fullState == "" {
		return // there is nothing to test: the other test runs this one
	}
	signal.Ignore(syscall.SIGXFSZ)
	for _, bytes := range []uint64{0, 1, 100} {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: 1000}); err != nil {
			t.Fatal(err)
		}
		s := &state{Version: stateVersion, URL: "http://news.example/feed", ETag: "after"}
		if err := s.write(*fullState); err == nil || !strings.Contains(err.Error(), "keep the state of http://news.example/feed: ") {
			t.Errorf("%d bytes: %v", bytes, err)
		}
	}
}
