package store

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file that the disk cannot read is named, and neither set aside nor written:
// it may be sound once the disk is.
func TestUnreadableState(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "newsdesk.db")
	if err := os.Symlink("/proc/self/mem", path); err != nil { // of which the beginning can neither be read nor written
		t.Fatal(err)
	}
	_, err := Open(path, today, slog.New(slog.DiscardHandler))
	if !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want one that names the file", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// A page that cannot be read any more faults in a file that is read as memory. What
// is asked then gets an error, nobody waits for ever, and whoever opens the file
// anew gets one to use, with the old one set aside.
func TestStateThatFaults(t *testing.T) {
	for _, pages := range []int64{0, 1, 2, 3} { // that can still be read
		path := filepath.Join(t.TempDir(), "newsdesk.db")
		s, _ := openAt(t, path, today)
		s.keepFor(t, server, 7)
		if err := os.Truncate(path, pages*int64(os.Getpagesize())); err != nil { // it faults behind, as on a bad sector
			t.Fatal(err)
		}
		for range 2 {
			if got, err := s.Settings(server); !errors.Is(err, errDamaged) && (err != nil || got.GapDays != 7) {
				t.Errorf("%d pages: reading: got %+v, %v, want what was set or that it is damaged", pages, got, err)
			}
			if err := s.Rate(t.Context(), true); !errors.Is(err, errDamaged) {
				t.Errorf("%d pages: writing: got %v, want that it is damaged", pages, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Errorf("%d pages: close: %v", pages, err)
		}
		if pages == 0 {
			continue // an empty file is a new one
		}
		// Another process would have it for itself; this one holds the lock still.
		copied := filepath.Join(t.TempDir(), "newsdesk.db")
		raw, err := os.ReadFile(path)
		if err := errors.Join(err, os.WriteFile(copied, raw, 0o600)); err != nil {
			t.Fatal(err)
		}
		again, log := openAt(t, copied, today)
		if got, err := again.Settings(server); err != nil || got.GapDays != 0 {
			t.Errorf("%d pages: opened anew: %+v, %v", pages, got, err)
		}
		if !strings.Contains(log.String(), "set_aside="+copied) {
			t.Errorf("%d pages: the log holds %s", pages, log)
		}
	}
}
