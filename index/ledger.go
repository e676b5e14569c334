package index

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// A fingerprint tells an unchanged file by its size and time, without opening
// it, and keeps what an update must know of the file.
type fingerprint struct {
	Size     int64 `json:"size"`
	ModTime  int64 `json:"mtime"` // Unix nanoseconds
	Articles int   `json:"articles"`

	// Unsettled files are read again at the next update: they were written so
	// shortly before they were read that size and time could miss a change,
	// or they could not be read whole.
	Unsettled bool `json:"unsettled,omitempty"`

	Remarks *remarks `json:"remarks,omitempty"` // few files have any
}

type remarks struct {
	// Shadowed are ids that this file holds too, while an earlier file's
	// article of the same id is the one in the index.
	Shadowed []string `json:"shadowed,omitempty"`

	// Problems are kept so that an update which skips the file still names
	// what could not be read in it.
	Problems []string `json:"problems,omitempty"`
}

func (f *fingerprint) remark() *remarks {
	if f.Remarks == nil {
		f.Remarks = new(remarks)
	}
	return f.Remarks
}

// remarked returns the remarks, empty where there are none.
func (f fingerprint) remarked() remarks {
	if f.Remarks == nil {
		return remarks{}
	}
	return *f.Remarks
}

// A ledger is what is known of all files of the collection. On disk it is a few
// sheets, which generations share like segments: an update writes what it
// changed as one more sheet, so that it costs what changed and not what there
// is. A later sheet overrules an earlier one.
type ledger struct {
	files    map[string]fingerprint
	shadowed map[string][]string // id to the files that hold it in vain
	remarked map[string]bool     // files with problems
	articles int
}

// A change of a ledger: the fingerprints to set by path; nil takes one out.
type ledgerChange map[string]*fingerprint

// A sheet is one file of a ledger.
type sheet struct {
	Name    string `json:"name"`
	Entries int    `json:"entries"`
}

// entry is a line of a sheet.
type entry struct {
	Path string       `json:"path"`
	File *fingerprint `json:"file,omitempty"` // nil where it is gone
}

const (
	sheetPrefix = "files-"
	sheetExt    = ".jsonl"
)

func newLedger() *ledger {
	return &ledger{files: make(map[string]fingerprint), shadowed: make(map[string][]string), remarked: make(map[string]bool)}
}

func (l *ledger) set(path string, f *fingerprint) {
	old := l.files[path]
	l.articles -= old.Articles
	for _, id := range old.remarked().Shadowed {
		if rest := slices.DeleteFunc(l.shadowed[id], func(p string) bool { return p == path }); len(rest) > 0 {
			l.shadowed[id] = rest
		} else {
			delete(l.shadowed, id)
		}
	}
	delete(l.remarked, path)
	if f == nil {
		delete(l.files, path)
		return
	}
	l.files[path] = *f
	l.articles += f.Articles
	for _, id := range f.remarked().Shadowed {
		l.shadowed[id] = append(l.shadowed[id], path)
	}
	if len(f.remarked().Problems) > 0 {
		l.remarked[path] = true
	}
}

func (l *ledger) apply(c ledgerChange) {
	for path, f := range c {
		l.set(path, f)
	}
}

// under lists the files that are one of the names or lie below one. Only where a
// name is that of a folder, as isFile tells, all files have to be gone through.
func (l *ledger) under(names []string, isFile func(string) bool) []string {
	var list []string
	folders := make(map[string]bool)
	for _, name := range names {
		if _, known := l.files[name]; known {
			list = append(list, name)
		} else if !isFile(name) {
			folders[name] = true
		}
	}
	for path := range l.files {
		if len(folders) == 0 {
			break
		}
		if isBelow(path, folders) {
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return slices.Compact(list) // a name may be given twice
}

func isBelow(name string, folders map[string]bool) bool {
	for name != "." && !folders[name] {
		name = path.Dir(name)
	}
	return folders[name]
}

// readLedger reads the ledger of a generation; an error wraps errDamaged.
func readLedger(dir string, m manifest) (*ledger, error) {
	l := newLedger()
	for _, p := range m.Ledger {
		if err := readSheet(dir, p, m.Sums[p.Name], l.set); err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
	}
	return l, nil
}

func readSheet(dir string, p sheet, want sum, set func(string, *fingerprint)) error {
	raw, err := os.ReadFile(filepath.Join(dir, p.Name))
	if err != nil {
		return err
	}
	if got := (sum{int64(len(raw)), crc32.Checksum(raw, castagnoli)}); got != want {
		return fmt.Errorf("%s is not what was written", p.Name)
	}
	for line := range bytes.Lines(raw) {
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		set(e.Path, e.File)
	}
	return nil
}

// writeLedger writes into dir the ledger of a generation that follows base, of
// which dir holds the sheets, with a change. A sheet that is not more than twice
// as large as the newer ones together is merged with them, so that the number
// of sheets grows with the logarithm of the number of files, and so does how
// often an entry is written again.
func writeLedger(dir string, base manifest, c ledgerChange) ([]sheet, error) {
	sheets := slices.Clone(base.Ledger)
	c = maps.Clone(c)
	for len(sheets) > 0 && sheets[len(sheets)-1].Entries <= 2*len(c) {
		last := sheets[len(sheets)-1]
		sheets = sheets[:len(sheets)-1]
		older := make(ledgerChange, last.Entries)
		err := readSheet(dir, last, base.Sums[last.Name], func(path string, f *fingerprint) { older[path] = f })
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		maps.Copy(older, c)
		c = older
		if err := os.Remove(filepath.Join(dir, last.Name)); err != nil {
			return nil, err
		}
	}
	if len(sheets) == 0 {
		maps.DeleteFunc(c, func(_ string, f *fingerprint) bool { return f == nil })
	}
	if len(c) == 0 {
		return sheets, nil
	}
	number := 1
	for _, p := range base.Ledger {
		number = max(number, sheetNumber(p.Name)+1)
	}
	p := sheet{Name: fmt.Sprintf("%s%06d%s", sheetPrefix, number, sheetExt), Entries: len(c)}
	return append(sheets, p), writeSheet(filepath.Join(dir, p.Name), c)
}

func sheetNumber(name string) int {
	var n int
	_, _ = fmt.Sscanf(name, sheetPrefix+"%d", &n)
	return n
}

func writeSheet(path string, c ledgerChange) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range slices.Sorted(maps.Keys(c)) {
		if err == nil {
			err = enc.Encode(entry{p, c[p]})
		}
	}
	if err == nil {
		err = w.Flush()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
