package eval

import (
	"bytes"
	"io"
	"io/fs"
	"time"
)

// madeName is the one file of a made-up corpus.
const madeName = "articles.jsonl"

// FS returns the corpus as a file system of one file, which is written while
// it is read.
func (m *Made) FS() fs.FS { return madeFS{m} }

type madeFS struct{ m *Made }

func (f madeFS) Open(name string) (fs.File, error) {
	switch name {
	case ".":
		return &madeDir{entries: []fs.DirEntry{fs.FileInfoToDirEntry(madeInfo{madeName, f.m.size, false})}}, nil
	case madeName:
		return &madeFile{m: f.m}, nil
	}
	err := fs.ErrNotExist
	if !fs.ValidPath(name) {
		err = fs.ErrInvalid
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

// A madeFile makes up an article when the one before has been read.
type madeFile struct {
	m    *Made
	next int // article
	rest bytes.Reader
}

func (f *madeFile) Read(p []byte) (int, error) {
	if f.rest.Len() == 0 {
		if f.next == f.m.Articles {
			return 0, io.EOF
		}
		f.rest.Reset(line(f.m.article(f.next)))
		f.next++
	}
	return f.rest.Read(p)
}

func (f *madeFile) Stat() (fs.FileInfo, error) { return madeInfo{madeName, f.m.size, false}, nil }
func (f *madeFile) Close() error               { return nil }

type madeDir struct{ entries []fs.DirEntry }

func (d *madeDir) Stat() (fs.FileInfo, error) { return madeInfo{".", 0, true}, nil }
func (d *madeDir) Close() error               { return nil }

func (d *madeDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: fs.ErrInvalid}
}

func (d *madeDir) ReadDir(n int) ([]fs.DirEntry, error) {
	list := d.entries
	d.entries = nil
	if n > 0 && len(list) == 0 {
		return nil, io.EOF
	}
	return list, nil
}

type madeInfo struct {
	name string
	size int64
	dir  bool
}

func (i madeInfo) Name() string       { return i.name }
func (i madeInfo) Size() int64        { return i.size }
func (i madeInfo) ModTime() time.Time { return madeFirst }
func (i madeInfo) IsDir() bool        { return i.dir }
func (i madeInfo) Sys() any           { return nil }

func (i madeInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
