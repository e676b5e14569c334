package eval

import (
	"bytes"
	"io"
	"io/fs"
	"time"
)

// The files of a made-up corpus; the second is there only where more articles
// are asked for.
const (
	madeName = "articles.jsonl"
	moreName = "more.jsonl"
)

// FS returns the corpus as a file system of one file, which is written while
// it is read.
func (m *Made) FS() fs.FS { return m.fsWith(0) }

// fsWith is FS with a second file of so many more articles, if any.
func (m *Made) fsWith(more int) fs.FS {
	f := madeFS{m: m, files: []madeRange{{madeName, m.size, 0, m.Articles}}}
	if more > 0 {
		r := madeRange{moreName, 0, m.Articles, m.Articles + more}
		for n := r.from; n < r.to; n++ {
			r.size += int64(len(line(m.article(n))))
		}
		f.files = append(f.files, r)
	}
	return f
}

type madeFS struct {
	m     *Made
	files []madeRange
}

// A madeRange is a file with the articles from number from on and before to.
type madeRange struct {
	name     string
	size     int64
	from, to int
}

func (r madeRange) info() madeInfo { return madeInfo{r.name, r.size, false} }

func (f madeFS) Open(name string) (fs.File, error) {
	if name == "." {
		d := &madeDir{}
		for _, r := range f.files {
			d.entries = append(d.entries, fs.FileInfoToDirEntry(r.info()))
		}
		return d, nil
	}
	for _, r := range f.files {
		if r.name == name {
			return &madeFile{madeRange: r, m: f.m}, nil
		}
	}
	err := fs.ErrNotExist
	if !fs.ValidPath(name) {
		err = fs.ErrInvalid
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: err}
}

// A madeFile makes up an article when the one before has been read.
type madeFile struct {
	madeRange
	m    *Made
	rest bytes.Reader
}

func (f *madeFile) Read(p []byte) (int, error) {
	if f.rest.Len() == 0 {
		if f.from == f.to {
			return 0, io.EOF
		}
		f.rest.Reset(line(f.m.article(f.from)))
		f.from++
	}
	return f.rest.Read(p)
}

func (f *madeFile) Stat() (fs.FileInfo, error) { return f.info(), nil }
func (f *madeFile) Close() error               { return nil }

type madeDir struct{ entries []fs.DirEntry }

func (d *madeDir) Stat() (fs.FileInfo, error) { return madeInfo{".", 0, true}, nil }
func (d *madeDir) Close() error               { return nil }

func (d *madeDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: ".", Err: fs.ErrInvalid}
}

func (d *madeDir) ReadDir(n int) ([]fs.DirEntry, error) {
	list := d.entries
	if n > 0 {
		if len(list) == 0 {
			return nil, io.EOF
		}
		list = list[:min(n, len(list))]
	}
	d.entries = d.entries[len(list):]
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
