package article

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Names below a store's folder that begin with a full stop; Files skips them.
const (
	versionsName = ".versions" // a folder for each article with earlier versions, by its key
	tempPrefix   = ".new-"     // being written; swept when a store is opened
)

const (
	maxPlainID = 40 // bytes of an id that stands in file names as it is
	maxSlug    = 80 // bytes
)

// hashedKey is the length of a key that stands for another id.
const hashedKey = len("x") + 26

// keyOf returns what stands for an id in file names: small letters and digits,
// which every file system tells apart. Of other ids it is a hash of 128 bits.
func keyOf(id string) string {
	plain := len(id) > 0 && len(id) <= maxPlainID && strings.Trim(id, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
	if plain && !(id[0] == 'x' && len(id) == hashedKey) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "x" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// keyIn returns the key that a file name carries, or "".
func keyIn(name string) string {
	stem, ok := strings.CutSuffix(name, ".md")
	i := strings.LastIndexByte(stem, '-')
	if !ok || i < 1 || len(stem)-i-1 > maxPlainID || strings.HasPrefix(stem, ".") || strings.HasPrefix(stem, "_") ||
		strings.Trim(stem[i+1:], "0123456789abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return stem[i+1:]
}

// slugOf makes a title fit for a file name: letters and digits in lower case,
// with "-" between words.
func slugOf(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(norm.NFC.String(title))) {
		if !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark) || r == unicode.ReplacementChar {
			gap = b.Len() > 0
			continue
		}
		if b.Len()+4 >= maxSlug {
			break
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "article"
	}
	return b.String()
}

// dayFolder is where an article is put at first.
func dayFolder(a *Article) string { return a.moment().UTC().Format("2006/01/02") }

// dayOfFolder returns the day that a folder stands for.
func dayOfFolder(dir string) (time.Time, bool) {
	day, err := time.Parse("2006/01/02", dir)
	return day, err == nil
}

// A listing knows the files of a store by their names alone. It is not for
// several goroutines at once.
type listing struct {
	root    string
	files   map[string]string   // by key: the path of the file
	more    map[string][]string // paths of further files with the same key
	folders map[string]*folder  // by path
	at      time.Time           // of the last refresh
}

// A folder of a listing is listed again only when its time has changed.
type folder struct {
	modTime time.Time
	settled bool // modTime was long enough ago to show every change since
	subs    []string
	keys    []string
}

// settleFolder is how long ago a folder must have changed for its time to
// differ after the next change. File systems keep times to 2 s at worst (FAT).
const settleFolder = 2 * time.Second

func newListing(root string) *listing {
	return &listing{root: root, files: make(map[string]string), more: make(map[string][]string), folders: make(map[string]*folder)}
}

// refresh takes in what other processes and people did to the folders. It
// looks at every folder and lists those that have changed. Temporary files are
// given to sweep, if that is not nil.
func (l *listing) refresh(sweep func(name string)) error {
	seen := make(map[string]bool)
	var changed []string
	queue := []string{"."}
	listed := make(map[string]*folder)
	for len(queue) > 0 {
		dir := queue[0]
		queue = queue[1:]
		f, isNew, err := l.look(dir, sweep, listed)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dir != ".":
			continue // gone between two looks
		case err != nil:
			return err
		}
		seen[dir] = true
		if isNew {
			changed = append(changed, dir)
		}
		queue = append(queue, f.subs...)
	}
	for dir := range l.folders {
		if !seen[dir] {
			changed = append(changed, dir)
		}
	}
	// All that has gone leaves before what has come enters: it may have moved.
	for _, dir := range changed {
		if f := l.folders[dir]; f != nil {
			for _, key := range f.keys {
				l.drop(key, dir)
			}
			delete(l.folders, dir)
		}
	}
	for dir, f := range listed {
		l.folders[dir] = f
		names := f.keys
		f.keys = nil
		for _, name := range names {
			l.add(path.Join(dir, name))
		}
	}
	l.at = time.Now()
	return nil
}

// look returns what is known of a folder. Where that has to be read anew, the
// folder goes into listed, with file names for keys.
func (l *listing) look(dir string, sweep func(string), listed map[string]*folder) (f *folder, isNew bool, err error) {
	full := filepath.Join(l.root, filepath.FromSlash(dir))
	info, err := os.Stat(full)
	if err != nil {
		return nil, false, err
	}
	if f := l.folders[dir]; f != nil && f.settled && f.modTime.Equal(info.ModTime()) && sweep == nil {
		return f, false, nil
	}
	entries, err := os.ReadDir(full)
	if err != nil {
		return nil, false, err
	}
	f = &folder{modTime: info.ModTime(), settled: time.Since(info.ModTime()) > settleFolder}
	for _, e := range entries {
		name := e.Name()
		switch {
		case strings.HasPrefix(name, tempPrefix) && sweep != nil:
			sweep(filepath.Join(full, name))
		case isLeftOut(e):
		case e.IsDir():
			f.subs = append(f.subs, path.Join(dir, name))
		case keyIn(name) != "":
			f.keys = append(f.keys, name)
		}
	}
	listed[dir] = f
	return f, true, nil
}

// add takes in a file. Of several with one key, the first in the order of
// paths counts, as it does for the index.
func (l *listing) add(name string) {
	key := keyIn(path.Base(name))
	if dir := l.folders[path.Dir(name)]; dir != nil {
		dir.keys = append(dir.keys, key)
	}
	held, ok := l.files[key]
	switch {
	case !ok:
		l.files[key] = name
	case held == name:
	case held < name:
		l.more[key] = append(l.more[key], name)
	default:
		l.files[key] = name
		l.more[key] = append(l.more[key], held)
	}
}

// drop takes out the files of a key that lie in one folder.
func (l *listing) drop(key, dir string) {
	inDir := func(name string) bool { return path.Dir(name) == dir }
	rest := slices.DeleteFunc(l.more[key], inDir)
	if held, ok := l.files[key]; ok && inDir(held) {
		delete(l.files, key)
		if len(rest) > 0 {
			slices.Sort(rest)
			l.files[key], rest = rest[0], rest[1:]
		}
	}
	if len(rest) > 0 {
		l.more[key] = rest
	} else {
		delete(l.more, key)
	}
}
