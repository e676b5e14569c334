package article

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestStoreThatAnotherProcessHolds(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	put(t, s, gathered(1))
	temp := filepath.Join(dir, "2025/11/26", tempPrefix+"1")
	if err := os.WriteFile(temp, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	held, err := s.lockFile(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	other, _ := openStore(t, dir)
	if _, err := os.Stat(temp); err != nil {
		t.Error("what the other process is writing was swept")
	}
	if _, err := other.Get(idOf(gathered(1))); err != nil {
		t.Errorf("reading has to go on: %v", err)
	}
	if _, err := other.lockFile(t.Context(), time.Millisecond); !errors.Is(err, ErrStoreBusy) {
		t.Errorf("got %v, want ErrStoreBusy", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if change, err := other.Put(ctx, gathered(2)); !errors.Is(err, context.DeadlineExceeded) || change != "" {
		t.Errorf("got %q, %v, want the end of the context", change, err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if got := put(t, other, gathered(2)); got != Added {
		t.Errorf("got %q, want added", got)
	}
	if _, _ = openStore(t, dir); len(leftovers(t, dir)) > 0 {
		t.Errorf("left behind: %q", leftovers(t, dir))
	}
}
