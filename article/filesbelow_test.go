package article

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"
)

func TestFilesBelow(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, name := range []string{"a.txt", "d/b.txt", "d/e/c.md", "d/_draft.md", "d/.versions/v.md", "_posts/p.md", "_drafts/x.md", ".git/x.txt", "README.md", "other/z.txt"} {
		fsys[name] = &fstest.MapFile{Data: []byte("x")}
	}
	for _, tt := range []struct{ names, want []string }{
		{[]string{"a.txt", "a.txt"}, []string{"a.txt"}},
		{[]string{"d/e/c.md", "d", "d/b.txt"}, []string{"d/b.txt", "d/e/c.md"}},
		{[]string{"_posts/p.md"}, []string{"_posts/p.md"}},
		{[]string{"."}, []string{"_posts/p.md", "a.txt", "d/b.txt", "d/e/c.md", "other/z.txt"}},
		{[]string{"d/_draft.md", "d/.versions", "d/.versions/v.md", "_drafts/x.md", "_drafts", ".git/x.txt", "README.md"}, nil},
		{[]string{"not/there.txt", "", "/a.txt", "../a.txt", "d/../a.txt"}, nil},
		{nil, nil},
	} {
		files, problems, err := FilesBelow(t.Context(), fsys, tt.names)
		if err != nil || len(problems) > 0 {
			t.Errorf("%q: %v, %v", tt.names, problems, err)
		}
		if got := pathsOf(files); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.names, got, tt.want)
		}
	}
	if _, _, err := FilesBelow(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "gone")), []string{"a.txt"}); err == nil {
		t.Error("a folder that is not there has no files, and no error")
	}
}

// Where a link to a folder is named, all files are listed, since what lies
// behind it can have more than one path.
func TestFilesBelowLinks(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	err := errors.Join(os.WriteFile(filepath.Join(root, "a.txt"), []byte("x"), 0o644), os.WriteFile(filepath.Join(outside, "b.txt"), []byte("x"), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Symlink(outside, filepath.Join(root, "link")), os.Symlink("a.txt", filepath.Join(root, "c.txt"))); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for name, want := range map[string][]string{"link": {"a.txt", "c.txt", "link/b.txt"}, "c.txt": {"c.txt"}} {
		files, _, err := FilesBelow(t.Context(), os.DirFS(root), []string{name})
		if got := pathsOf(files); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
}
