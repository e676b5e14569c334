package article

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
)

// refusals are hashes of the ids and addresses of what people want gone, as
// the file of them has it. They are no secret to whoever has the file and
// guesses an address; a salt beside them would not change that.
type refusals struct {
	path string

	mu     sync.Mutex
	hashes map[string]bool
	seen   os.FileInfo // of the file when it was read
}

// refresh takes in what other processes added, at the cost of one stat where
// they did not: the file is always replaced.
func (r *refusals) refresh() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	info, err := os.Stat(r.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.hashes, r.seen = nil, nil
		return nil
	case err == nil && r.seen != nil && os.SameFile(info, r.seen) && info.ModTime().Equal(r.seen.ModTime()) && info.Size() == r.seen.Size():
		return nil
	}
	raw, err := os.ReadFile(r.path)
	if err != nil {
		return fmt.Errorf("read what was forgotten: %w", err)
	}
	r.hashes, r.seen = make(map[string]bool), info
	for line := range strings.FieldsSeq(string(raw)) {
		r.hashes[line] = true
	}
	return nil
}

// holds reports whether an article is refused by its id or address.
func (r *refusals) holds(id, address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.hashes) == 0 {
		return false
	}
	address = CanonicalURL(address)
	return r.hashes[idHash(id)] || address != "" && r.hashes[addressHash(address)]
}

// with returns the file's content with further hashes.
func (r *refusals) with(hashes []string) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := maps.Clone(r.hashes)
	if all == nil {
		all = make(map[string]bool)
	}
	for _, h := range hashes {
		all[h] = true
	}
	return []byte(strings.Join(slices.Sorted(maps.Keys(all)), "\n") + "\n")
}

// Forgotten reports whether people wanted the article of an id or address gone,
// whichever process they told. Where that cannot be read just now, it is what
// was known before.
func (s *Store) Forgotten(id, address string) bool {
	_ = s.refused.refresh() // Put tells of what is wrong with the file
	return s.refused.holds(id, address)
}

// refuse adds hashes to what Put does not take. The caller is alone.
func (s *Store) refuse(ctx context.Context, hashes []string) error {
	if err := s.commit(ctx, []write{{name: forgottenName, data: s.refused.with(hashes)}}); err != nil {
		return err
	}
	return s.refused.refresh()
}

func idHash(id string) string           { return forgottenHash("id " + id) }
func addressHash(address string) string { return forgottenHash("address " + address) }

func forgottenHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
