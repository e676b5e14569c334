package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"newsdesk/article"
)

// journalName is the journal's file in the folder of the articles. Its dot keeps
// it from being read as an article.
const journalName = ".import.json"

// An importJournal says how far each file has been imported. It is written
// behind the articles: where it is lost or behind the truth, some are read once
// more, and found to be there.
type importJournal struct {
	path  string
	Files map[string]importMark `json:"files"` // by absolute path of what was named

	// RejectsFile had so many bytes; what stands behind them is said again.
	RejectsFile string `json:"rejects_file,omitempty"`
	Rejects     int64  `json:"rejects,omitempty"`
}

// An importMark is a place behind which all is still to be read.
type importMark struct {
	Filter   string `json:"filter"`
	File     string `json:"file,omitempty"`     // which of a folder
	Identity string `json:"identity,omitempty"` // of its file
	Size     int64  `json:"size"`               // of its file, when it was begun
	Records  int    `json:"records"`
	Offset   int64  `json:"offset,omitempty"` // of a WARC file, in bytes
	Done     bool   `json:"done,omitempty"`
}

// openImportJournal reads the journal of a folder. One that cannot be read is
// as good as none.
func openImportJournal(dir string) *importJournal {
	j := &importJournal{path: filepath.Join(dir, journalName)}
	if raw, err := os.ReadFile(j.path); err == nil {
		_ = json.Unmarshal(raw, j) // see above
	}
	if j.Files == nil {
		j.Files = make(map[string]importMark)
	}
	return j
}

// forget has sources read from the start.
func (j *importJournal) forget(sources []*importSource) {
	for _, s := range sources {
		delete(j.Files, s.path)
	}
}

// from returns where to go on with a source: the zero mark, with the filter,
// where it was not begun, or is no longer what it was.
func (j *importJournal) from(s *importSource, filter string) importMark {
	m, begun := j.Files[s.path]
	start := importMark{Filter: filter}
	if !begun || m.Filter != filter {
		return start
	}
	f := s.file(m.File)
	if f == nil {
		return start
	}
	if known, err := identity(f.path, m.Size); err != nil || known != m.Identity || f.size != m.Size && !growsAtEnd(f.path) {
		return start
	}
	m.Done = m.Done && f.size == m.Size
	return m
}

// growsAtEnd tells files to which records are added from those that are edited.
func growsAtEnd(name string) bool {
	ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz"))
	return ext == ".jsonl" || ext == ".ndjson" || article.IsWARC(name)
}

// save replaces the journal as a whole.
func (j *importJournal) save() error {
	raw, err := json.MarshalIndent(j, "", " ")
	if err != nil {
		return err
	}
	return article.ReplaceFile(j.path, append(raw, '\n'), 0o644)
}

// identity tells the first size bytes of a file from those of another, wherever
// it lies, by the digest of 64 KiB at their beginning and at their end.
func identity(path string, size int64) (string, error) {
	const piece = 64 << 10
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	for _, at := range []int64{0, max(0, size-piece)} {
		if _, err := io.Copy(sum, io.NewSectionReader(f, at, min(piece, size-at))); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// A reject is a record that could not be taken.
type reject struct {
	File   string `json:"file"`
	Record int    `json:"record"`           // from 1 in its file; 0 for the whole file
	Line   int    `json:"line,omitempty"`   // where it begins, in files of lines
	Offset int64  `json:"offset,omitempty"` // where it begins in a WARC file, in bytes
	URL    string `json:"url,omitempty"`
	Reason string `json:"reason"`
}

// A rejectFile is made when there is a first reject. Its zero value with a path
// is ready to use.
type rejectFile struct {
	path string
	file *os.File
	out  *bufio.Writer
	size int64 // to which it is cut before more is written
}

// write adds rejects and returns once the operating system has them.
func (r *rejectFile) write(rejects []reject) error {
	if len(rejects) == 0 {
		return nil
	}
	if r.file == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	encoder := json.NewEncoder(r.out)
	encoder.SetEscapeHTML(false)
	for _, x := range rejects {
		if err := encoder.Encode(x); err != nil {
			return err
		}
	}
	if err := r.out.Flush(); err != nil {
		return err
	}
	var err error
	r.size, err = r.file.Seek(0, io.SeekCurrent)
	return err
}

func (r *rejectFile) open() error {
	if err := os.MkdirAll(filepath.Dir(r.path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(r.path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.size = min(r.size, info.Size())
	if info.Mode().IsRegular() {
		err = f.Truncate(r.size)
	}
	if _, serr := f.Seek(r.size, io.SeekStart); info.Mode().IsRegular() && err == nil {
		err = serr
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	r.file, r.out = f, bufio.NewWriter(f)
	return nil
}

// startAnew drops what an earlier run has written.
func (r *rejectFile) startAnew() error {
	if info, err := os.Lstat(r.path); err != nil || !info.Mode().IsRegular() {
		return nil // there is nothing, or it is a terminal or pipe
	}
	return os.Truncate(r.path, 0)
}

func (r *rejectFile) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
