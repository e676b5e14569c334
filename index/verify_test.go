package index

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestVerify(t *testing.T) {
	dir := built(t)
	x := open(t, dir)
	must(t, x.Verify(t.Context(), 0))
	began := time.Now()
	must(t, x.Verify(t.Context(), 200_000))
	if size := sizeOf(t, current(t, dir)); time.Since(began) < time.Duration(size)*time.Second/400_000 {
		t.Errorf("%d bytes took %v", size, time.Since(began))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.Verify(ctx, 1); !errors.Is(err, context.Canceled) || x.Problem() != nil {
		t.Errorf("cancelled: %v, %v", err, x.Problem())
	}
	if err := open(t, t.TempDir()).Verify(t.Context(), 0); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("nothing built: %v", err)
	}

	// A file goes bad that is read once, when the index is opened.
	bolt := filepath.Join(current(t, dir), bleveName, "root.bolt")
	raw, err := os.ReadFile(bolt)
	must(t, err)
	raw[len(raw)-1] ^= 1
	must(t, os.WriteFile(bolt, raw, 0o644))
	if err := x.Verify(t.Context(), 0); err == nil || !strings.Contains(err.Error(), "root.bolt is not what was written") || !strings.Contains(err.Error(), "reindex --full") {
		t.Errorf("damaged: %v", err)
	}
	if len(find(t, x, "otter")) != 1 || len(find(t, x, "heron")) != 0 || x.Problem() == nil {
		t.Errorf("the generation before does not answer; problem %v", x.Problem())
	}

	// A folder that is away is no damage: what is open goes on.
	must(t, os.Rename(dir, dir+".away"))
	if err := x.Verify(t.Context(), 0); err != nil || len(find(t, x, "otter")) != 1 {
		t.Errorf("the folder is away: %v", err)
	}
	must(t, os.Rename(dir+".away", dir))
}

func sizeOf(t *testing.T, dir string) int64 {
	t.Helper()
	_, bytes := diskUsage(t, dir)
	return bytes
}
