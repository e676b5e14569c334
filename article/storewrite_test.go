package article

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is replaced as a whole, or stays as it was with nothing beside it.
func TestReplaceFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not there yet")
	path, taken := filepath.Join(dir, "list"), filepath.Join(dir, "taken")
	for _, content := range []string{"a longer text", "short", ""} {
		if err := ReplaceFile(path, []byte(content), 0o640); err != nil {
			t.Fatal(err)
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != content {
			t.Errorf("got %q, %v, want %q", raw, err, content)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if err := os.MkdirAll(filepath.Join(taken, "by a folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(taken, []byte("text"), 0o640); err == nil {
		t.Error("a folder was replaced")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("got %v, %v, want nothing else beside them", entries, err)
	}
}
