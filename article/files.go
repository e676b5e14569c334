package article

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// A File is one file of a collection that may hold articles.
type File struct {
	Path    string // slash-separated, relative to the collection's root
	Size    int64  // bytes on disk, so the packed size of a .gz file
	ModTime time.Time
}

// Files lists the article files below the root of fsys in the lexical order of
// their paths, and a Problem for every file or folder that it could not look
// into. The error is non-nil only if the root itself cannot be read or ctx ends.
//
// A file is an article file if Read knows its extension. Left out are names
// that begin with "." or "_" (hidden files, templates, drafts; but the folder
// _posts is read, since blogs keep their articles there) and notes about the
// collection: README, LICENSE, LICENCE, COPYING and NOTICE with or without a
// .md, .markdown or .txt behind them, in any folder.
//
// A link to a file counts as a file. A link to a folder is followed unless the
// folder is listed already, so that no link leads in a circle; links to
// folders inside of a linked folder are Problems.
func Files(ctx context.Context, fsys fs.FS) ([]File, []*Problem, error) {
	l := lister{fsys: fsys}
	if err := l.walk(ctx, ".", false); err != nil {
		return nil, nil, fmt.Errorf("list articles: %w", err)
	}
	// Links come last: whatever is reachable without them keeps its own path.
	links := l.links
	for _, link := range links {
		if err := l.followFolder(ctx, link); err != nil {
			return nil, nil, fmt.Errorf("list articles: %w", err)
		}
	}
	l.sort()
	return l.files, l.problems, nil
}

func (l *lister) sort() {
	slices.SortFunc(l.files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(l.problems, func(a, b *Problem) int { return cmp.Compare(a.Path, b.Path) })
}

// FilesBelow lists what Files would, of the files and folders that are named, by
// slash-separated paths from the root of fsys, and of all that lies below them.
// Names of what is not there, or is left out, add nothing. The cost is that of
// what is named, unless one of the names is a link to a folder: then all files
// are listed.
func FilesBelow(ctx context.Context, fsys fs.FS, names []string) ([]File, []*Problem, error) {
	if _, err := fs.Stat(fsys, "."); err != nil {
		return nil, nil, fmt.Errorf("list articles: %w", withoutPath(err))
	}
	l := lister{fsys: fsys}
	for _, name := range outermost(names) {
		info, err := fs.Lstat(fsys, name)
		switch {
		case !fs.ValidPath(name) || errors.Is(err, fs.ErrNotExist) || isBelowLeftOut(name):
		case err != nil:
			l.report(name, err)
		case info.Mode()&fs.ModeSymlink != 0 && isFolder(fsys, name):
			return Files(ctx, fsys)
		case isLeftOut(fs.FileInfoToDirEntry(info)) && name != ".":
		case !info.IsDir():
			l.addFile(name)
		default:
			if err := l.walk(ctx, name, false); err != nil {
				return nil, nil, fmt.Errorf("list articles: %w", err)
			}
		}
	}
	if len(l.links) > 0 {
		return Files(ctx, fsys)
	}
	l.sort()
	return l.files, l.problems, nil
}

// outermost returns the names that do not lie below another one, in order.
func outermost(names []string) []string {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		all[name] = true
	}
	var list []string
	for name := range all {
		inner := false
		for dir := name; dir != "." && dir != "/" && !inner; {
			dir = path.Dir(dir)
			inner = all[dir]
		}
		if !inner {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

// isBelowLeftOut reports whether a folder on the way to name is left out.
func isBelowLeftOut(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if base := path.Base(dir); base[0] == '.' || base[0] == '_' && base != "_posts" {
			return true
		}
	}
	return false
}

func isFolder(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

type lister struct {
	fsys     fs.FS
	files    []File
	problems []*Problem
	folders  []fs.FileInfo // every folder listed so far
	links    []string      // links to folders, met outside of linked folders
}

var errNestedLink = errors.New("link to a folder inside of a linked folder is not followed; link to it from the collection itself")

// walk lists what lies below root. Its error ends the whole listing.
func (l *lister) walk(ctx context.Context, root string, linked bool) error {
	return fs.WalkDir(l.fsys, root, func(name string, entry fs.DirEntry, err error) error {
		if ctxErr := ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		if err != nil && name == "." {
			return withoutPath(err)
		}
		if err != nil {
			l.report(name, err)
			return nil // WalkDir has no more to say of this folder
		}
		if name != root && isLeftOut(entry) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case entry.IsDir():
			return l.enter(name, root, linked, entry)
		case entry.Type()&fs.ModeSymlink != 0:
			l.followLink(name, linked)
		default:
			l.addFile(name)
		}
		return nil
	})
}

// enter notes a folder, or skips it if a link has led back to a listed one.
func (l *lister) enter(name, root string, linked bool, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		l.report(name, err)
		return fs.SkipDir
	}
	if linked && name != root && l.isListed(info) {
		return fs.SkipDir
	}
	l.folders = append(l.folders, info)
	return nil
}

func (l *lister) followLink(name string, linked bool) {
	info, err := fs.Stat(l.fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// A link that names no article file is nobody's loss.
		if _, _, ok := formatOf(name); ok {
			l.report(name, errors.New("link leads nowhere; mend or remove it"))
		}
	case err != nil:
		l.report(name, err)
	case !info.IsDir():
		l.addFile(name)
	case !linked:
		l.links = append(l.links, name)
	case !l.isListed(info):
		l.report(name, errNestedLink)
	}
}

func (l *lister) followFolder(ctx context.Context, link string) error {
	info, err := fs.Stat(l.fsys, link)
	if err != nil {
		l.report(link, err)
		return nil
	}
	if l.isListed(info) {
		return nil
	}
	// WalkDir does not look behind a link that is its root, hence the loop.
	entries, err := fs.ReadDir(l.fsys, link)
	if err != nil {
		l.report(link, err)
		return nil
	}
	l.folders = append(l.folders, info)
	for _, entry := range entries {
		name := path.Join(link, entry.Name())
		switch {
		case isLeftOut(entry):
		case entry.IsDir():
			if info, err := entry.Info(); err == nil && l.isListed(info) {
				continue
			}
			if err := l.walk(ctx, name, true); err != nil {
				return err
			}
		case entry.Type()&fs.ModeSymlink != 0:
			l.followLink(name, true)
		default:
			l.addFile(name)
		}
	}
	return nil
}

// isListed tells links in a circle. It knows files of the operating system
// only; on any other fs.FS the bar on nested links ends the circle.
func (l *lister) isListed(folder fs.FileInfo) bool {
	return slices.ContainsFunc(l.folders, func(seen fs.FileInfo) bool { return os.SameFile(seen, folder) })
}

func (l *lister) addFile(name string) {
	if _, _, ok := formatOf(name); !ok {
		return
	}
	info, err := fs.Stat(l.fsys, name)
	if err != nil {
		l.report(name, err)
		return
	}
	if !info.Mode().IsRegular() {
		l.report(name, errNotRegular)
		return
	}
	l.files = append(l.files, File{Path: name, Size: info.Size(), ModTime: info.ModTime()})
}

func (l *lister) report(name string, err error) {
	l.problems = append(l.problems, &Problem{Path: name, Err: withoutPath(err)})
}

func isLeftOut(entry fs.DirEntry) bool {
	name := entry.Name()
	switch {
	case strings.HasPrefix(name, "."):
		return true
	case strings.HasPrefix(name, "_"):
		return name != "_posts"
	case entry.IsDir():
		return false
	}
	stem, ext, _ := strings.Cut(strings.ToLower(name), ".")
	switch stem {
	case "readme", "license", "licence", "copying", "notice":
		return ext == "" || ext == "md" || ext == "markdown" || ext == "txt"
	}
	return false
}

// withoutPath takes the path out of a file system error, since a Problem
// states it already.
func withoutPath(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return unread{fmt.Errorf("%s: %w", pathErr.Op, pathErr.Err)}
	}
	return err
}

// unread marks an error of reading a file, not of what stands in it.
type unread struct{ error }

func (u unread) Unwrap() error { return u.error }

// Unread reports whether a problem is that the file could not be read, or not
// to its end, rather than what was read. The file may be sound then, and hold
// all that it held before.
func (p *Problem) Unread() bool {
	var u unread
	return errors.As(p.Err, &u) || errors.Is(p.Err, errGzipEnds)
}
