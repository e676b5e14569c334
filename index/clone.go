package index

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// clone copies a generation, without its manifest, into a folder. What never
// changes once written is linked, so a million passages are copied in no time;
// the small files, which do change, are copied.
func clone(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case rel == manifestName || rel == checkName:
			return nil
		case isImmutable(rel):
			if os.Link(path, target) == nil {
				return nil
			}
			return copyFile(path, target) // no hard links on this file system
		default:
			return copyFile(path, target)
		}
	})
}

// isImmutable reports whether a file of an index never changes once written.
func isImmutable(path string) bool {
	switch filepath.Ext(path) {
	case zapExt, postingsExt, textsExt, sheetExt:
		return true
	}
	return false
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
