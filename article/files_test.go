package article

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func pathsOf(files []File) (paths []string) {
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestFiles(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, name := range []string{
		"b.txt", "a.MD", "c.jsonl.gz", "a/z.json", "a/b/c.html", "a.b/x.htm", "_posts/p.markdown", "n.ndjson",
		"readme.txt.txt.jsonl", // only the plain names are left out
		".git/x.txt", ".hidden.md", "_draft.md", "_drafts/x.md", "README.md", "sub/Readme.txt", "LICENSE", "license.md",
		"x.pdf", "y.gz", "z.tar.gz", "txt",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte("x")}
	}
	files, problems, err := Files(t.Context(), fsys)
	if err != nil || len(problems) > 0 {
		t.Fatalf("got %v, %v", problems, err)
	}
	want := []string{"_posts/p.markdown", "a.MD", "a.b/x.htm", "a/b/c.html", "a/z.json", "b.txt", "c.jsonl.gz", "n.ndjson", "readme.txt.txt.jsonl"}
	if got := pathsOf(files); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if files[1].Size != 1 {
		t.Errorf("got size %d, want 1", files[1].Size)
	}
}

func TestFilesBehindLinks(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	write := func(dir, name string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("x"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, dir, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	write(root, "own/a.txt")
	write(outside, "far/b.txt")
	write(outside, "far/deep/c.txt")
	write(outside, "other/d.txt")
	link(filepath.Join(outside, "far"), root, "linked")
	link(filepath.Join(outside, "far"), root, "twice")
	link(filepath.Join(outside, "other", "d.txt"), root, "file.txt")
	link(root, root, "self")
	link(root, outside, "far/back")
	link("own", root, "again")
	link(filepath.Join(outside, "other"), outside, "far/nested")
	link("nowhere.txt", root, "lost.txt")
	link("nowhere", root, "lost")

	files, problems, err := Files(t.Context(), os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"file.txt", "linked/b.txt", "linked/deep/c.txt", "own/a.txt"}
	if got := pathsOf(files); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var reasons []string
	for _, p := range problems {
		reasons = append(reasons, p.Error())
	}
	if got := strings.Join(reasons, "\n"); len(problems) != 2 || !strings.HasPrefix(got, "linked/nested: link to a folder inside") || !strings.Contains(got, "lost.txt: link leads nowhere") {
		t.Errorf("got problems %s", got)
	}
}

func TestFilesWithLinksInACircleThatCannotBeTold(t *testing.T) {
	fsys := fstest.MapFS{
		"a.txt": {Data: []byte("x")},
		"loop":  {Data: []byte("."), Mode: fs.ModeSymlink},
	}
	files, _, err := Files(t.Context(), fsys)
	if err != nil || len(files) == 0 || len(files) > 2 {
		t.Errorf("got %v, %v", files, err)
	}
}

func TestFilesThatMayNotBeListed(t *testing.T) {
	fsys := fstest.MapFS{"a/x.txt": {Data: []byte("x")}, "b/y.txt": {Data: []byte("x")}}
	files, problems, err := Files(t.Context(), forbidding{fsys, "a"})
	if err != nil {
		t.Fatal(err)
	}
	if got := pathsOf(files); !reflect.DeepEqual(got, []string{"b/y.txt"}) {
		t.Errorf("got %q", got)
	}
	if len(problems) != 1 || problems[0].Path != "a" || !strings.Contains(problems[0].Error(), "permission denied") {
		t.Errorf("got %v, want one problem of a that says permission denied", problems)
	}
	if _, _, err := Files(t.Context(), forbidding{fsys, "."}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("root: got %v, want permission denied", err)
	}
	if _, _, err := Files(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "none"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no root: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Files(ctx, fsys); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: got %v", err)
	}
}
