package article

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Remove deletes an article with its versions; it may be put again. The error
// wraps ErrNotStored if there is none.
func (s *Store) Remove(ctx context.Context, id string) error {
	err := s.alone(ctx, func() error {
		if _, _, err := s.find(id); err != nil {
			return err
		}
		var own []string
		for _, name := range s.namesOf(id) {
			if found, err := s.read(name); err == nil && found.ID == id {
				own = append(own, name)
			}
		}
		return s.delete(id, own)
	})
	if err != nil {
		return fmt.Errorf("remove an article: %w", err)
	}
	return nil
}

// delete deletes the files of an article, versions first, so that none stays
// behind if it is killed halfway and called again. The caller is alone.
func (s *Store) delete(id string, names []string) error {
	if err := s.removeVersions(keyOf(id)); err != nil {
		return err
	}
	return s.remove(names)
}

// Expire deletes the articles published before a time, or, where that is
// unknown, first seen before it, with their versions, and returns their ids.
// It looks into files in folders of days up to that time and into those that
// people moved elsewhere, and not into those of later days.
func (s *Store) Expire(ctx context.Context, before time.Time) (ids []string, err error) {
	var names []string
	err = s.alone(ctx, func() error {
		if err := s.refresh(nil); err != nil {
			return err
		}
		for key, name := range s.files.files {
			if day, ok := dayOfFolder(path.Dir(name)); !ok || day.Before(before) {
				names = append(append(names, name), s.files.more[key]...)
			}
		}
		return nil
	})
	slices.Sort(names)
	for some := range slices.Chunk(names, putArticles) {
		if err == nil {
			err = s.alone(ctx, func() error { return s.expire(some, before, &ids) })
		}
	}
	if err != nil {
		return ids, fmt.Errorf("remove old articles: %w", err)
	}
	return ids, nil
}

// HasDays reports whether an article is kept in a folder of one of some days, of
// which the last and the first are included. It opens no article.
func (s *Store) HasDays(from, to time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hasDays(from, to) || s.isBehind() && s.refresh(nil) == nil && s.hasDays(from, to)
}

func (s *Store) hasDays(from, to time.Time) bool {
	from = from.UTC().Truncate(24 * time.Hour)
	for dir, f := range s.files.folders {
		if day, ok := dayOfFolder(dir); ok && len(f.keys) > 0 && !day.Before(from) && !day.After(to) {
			return true
		}
	}
	return false
}

func (s *Store) expire(names []string, before time.Time, ids *[]string) error {
	for _, name := range names {
		// What cannot be read now is looked at again the next time.
		found, err := s.read(name)
		if t := found.moment(); err != nil || t.IsZero() || !t.Before(before) {
			continue
		}
		if err := s.delete(found.ID, []string{name}); err != nil {
			return err
		}
		*ids = append(*ids, found.ID)
	}
	return nil
}

// alone calls fn while nobody else reads or writes.
func (s *Store) alone(ctx context.Context, fn func() error) error {
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	return fn()
}

// Forget deletes an article, named by its id or address, with its versions and
// all mention of its id in other files of the store. No more than hashes of the
// id and the address stay, by which Put refuses it for good. It returns the ids
// of what was deleted, none if nothing was there; that is refused all the same.
// It looks into every file of the store. The error names those that cannot be
// read, and in which the article may stand still; what else there was is gone.
func (s *Store) Forget(ctx context.Context, idOrURL string) (ids []string, err error) {
	given := strings.TrimSpace(idOrURL)
	if given == "" {
		return nil, errors.New("forget an article: want its id or its address")
	}
	if ids, err = s.forget(ctx, given); err != nil {
		return ids, fmt.Errorf("forget an article: %w", err)
	}
	return ids, nil
}

// forget looks for files while others go on, since that may take long.
func (s *Store) forget(ctx context.Context, given string) ([]string, error) {
	address := CanonicalURL(given)
	hashes := []string{idHash(given)}
	if address != "" {
		hashes = append(hashes, addressHash(address))
	}
	// It is refused before it goes, so that no feed comes in between.
	if err := s.alone(ctx, func() error { return s.refuse(ctx, hashes) }); err != nil {
		return nil, err
	}
	files := make(map[string][]string) // by id
	unread, err := s.search(ctx, cmp.Or(address, given), func(name string, r *record) error {
		id := first(r.ids, strings.TrimSpace)
		url := CanonicalURL(first(r.urls, statedURL))
		if id == "" || id != given && (address == "" || url != address) {
			return nil
		}
		hashes = append(hashes, idHash(id))
		if url != "" {
			hashes = append(hashes, addressHash(url))
		}
		files[id] = append(files[id], name)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	err = s.alone(ctx, func() error {
		s.addBroken(files, given, AddressID(address))
		ids = slices.Sorted(maps.Keys(files))
		if err := s.refuse(ctx, hashes); err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.delete(id, files[id]); err != nil {
				return err
			}
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			err = s.unmention(ctx, id)
		}
	}
	return ids, errors.Join(err, s.stillUnread(unread))
}

// stillUnread tells what to do about files that could not be read, but for those
// that are gone.
func (s *Store) stillUnread(errs map[string]error) error {
	var list []error
	for _, full := range slices.Sorted(maps.Keys(errs)) {
		if _, err := os.Lstat(full); !errors.Is(err, fs.ErrNotExist) {
			list = append(list, fmt.Errorf("%s: %w: the article may stand there; put a copy of the file in its place or delete it, and forget the article again",
				full, withoutPath(errs[full])))
		}
	}
	return errors.Join(list...)
}

// addBroken adds files that are named after one of some ids and cannot be read:
// whatever stands in them, it came from that article.
func (s *Store) addBroken(files map[string][]string, ids ...string) {
	for _, id := range ids {
		for _, name := range s.namesOf(id) {
			_, err := s.read(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !slices.Contains(files[id], name) {
				files[id] = append(files[id], name)
			}
		}
	}
}

var copyOfLine = regexp.MustCompile(`(?im)^copy_?of:.*\n(?:[ \t]+.*\n)*`)

// unmention takes an id out of the files that say they are copies of it.
func (s *Store) unmention(ctx context.Context, id string) error {
	var names []string
	_, err := s.search(ctx, id, func(name string, r *record) error { // Forget tells what is unread
		if slices.Contains(r.copyOf, id) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		return err
	}
	return s.alone(ctx, func() error {
		var writes []write
		for _, name := range names {
			old, err := s.read(name)
			if errors.Is(err, fs.ErrNotExist) || err == nil && old.CopyOf != id {
				continue // changed in between
			}
			if err != nil {
				return err
			}
			raw, err := old.withoutCopyOf(name)
			if err != nil {
				return err
			}
			writes = append(writes, write{name, raw, old.file})
		}
		return s.commit(ctx, writes)
	})
}

// withoutCopyOf leaves a file as people made it, where that can be.
func (s stored) withoutCopyOf(name string) ([]byte, error) {
	next := s
	next.CopyOf = ""
	if front, _, err := splitFences(s.raw); err == nil {
		raw := bytes.Replace(s.raw, front, copyOfLine.ReplaceAll(front, nil), 1)
		if back, err := parseStored(raw, name); err == nil && back.equal(next) {
			return raw, nil
		}
	}
	return next.encode(s.raw, name)
}

// splitFences returns the YAML of a file, and what stands behind it.
func splitFences(raw []byte) (front []byte, text string, err error) {
	head, rest, _ := bytes.Cut(raw, []byte{'\n'})
	front, body, ok := cutFence(rest, "---")
	if string(bytes.TrimRight(head, " \r\t")) != "---" || !ok {
		return nil, "", errors.New("no front matter")
	}
	return front, string(body), nil
}

// search calls fn with the front matter of every file of the store, versions
// too, that may hold some words there. It goes on behind files and folders that
// cannot be read, and returns why not, by their paths.
func (s *Store) search(ctx context.Context, words string, fn func(name string, r *record) error) (unread map[string]error, err error) {
	sign := bytes.ToLower([]byte(longestWord(words)))
	unread = make(map[string]error)
	return unread, filepath.WalkDir(s.dir, func(full string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			unread[full] = err
			return nil
		case e.IsDir() && e.Name() == ".git":
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(e.Name(), ".md"):
			return nil
		}
		head, err := readHead(full)
		if err != nil {
			unread[full] = err
			return nil
		}
		if !bytes.Contains(bytes.ToLower(head), sign) {
			return nil
		}
		front, _, err := cutFrontMatter(ToUTF8(head))
		if err != nil || front == nil {
			return nil // no file that Put wrote
		}
		name, err := filepath.Rel(s.dir, full)
		if err != nil {
			return err
		}
		return fn(filepath.ToSlash(name), front.record())
	})
}

func readHead(full string) ([]byte, error) {
	file, err := os.Open(full)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a person was quicker
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, maxFrontMatter+1024))
	if err != nil {
		return nil, err
	}
	return head, nil
}

// longestWord returns the longest run of plain letters and digits in s: it
// stands in YAML as it is, however that is written.
func longestWord(s string) (longest string) {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r > 'z' || !isPlainLetter(byte(r)) }) {
		if len(word) > len(longest) {
			longest = word
		}
	}
	return longest
}
