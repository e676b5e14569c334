package index

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

const (
	currentName = "CURRENT"
	genPrefix   = "gen-"
	buildPrefix = "build-"
	bleveName   = "bleve"
)

// A generation is one open, unchanging state of the index. It counts its
// users, so that it is closed when the last search on it ends.
type generation struct {
	name     string
	manifest manifest
	bleve    *store
	reader   bleveindex.IndexReader
	parts    []*part // the largest first
	norms    norms
	holdings holdings

	mu      sync.Mutex
	users   int
	retired bool

	overviewOnce sync.Once
	overviewed   atomic.Pointer[overview]
	overviewErr  error

	aliasOnce  sync.Once
	aliasTable map[string][]string // see readAliases
	aliasErr   error
}

// openGeneration opens the generation dir/name read-only and checks that it
// holds what its manifest says. Checksums are verified if there are no more than
// sumUpTo bytes.
func openGeneration(dir, name string, sumUpTo int64) (*generation, error) {
	path := filepath.Join(dir, name)
	m, err := readManifest(path)
	if err != nil {
		return nil, fmt.Errorf("generation %s: %w", name, err)
	}
	if m.Schema != schema {
		return nil, fmt.Errorf("generation %s: %w: it was written by an older newsdesk (schema %d, now %d)",
			name, ErrNotBuilt, m.Schema, schema)
	}
	if err := verify(path, m.Sums, sumUpTo); err != nil {
		return nil, fmt.Errorf("generation %s: %w", name, err)
	}
	b, err := openStore(filepath.Join(path, bleveName), toRead, 1)
	if err != nil {
		return nil, fmt.Errorf("generation %s: %w", name, err)
	}
	g := &generation{name: name, manifest: m, bleve: b}
	if err := g.prepare(); err != nil {
		_ = g.close()
		return nil, fmt.Errorf("generation %s: %w", name, err)
	}
	return g, nil
}

func (g *generation) prepare() (err error) {
	defer recoverDamage(&err)
	if g.reader, err = g.bleve.Reader(); err != nil {
		return err
	}
	count, err := g.reader.DocCount()
	if err != nil {
		return err
	}
	if count != uint64(g.manifest.Passages) {
		return fmt.Errorf("holds %d passages where its manifest says %d", count, g.manifest.Passages)
	}
	g.norms = newNorms(g.manifest.Lengths, g.manifest.Passages)
	list, err := segments(g.reader)
	if err != nil {
		return err
	}
	base := uint32(0)
	for _, s := range list {
		sides, err := sidesOf(s.Segment())
		if err != nil {
			return err
		}
		p := sides.part
		p.texts, p.base = sides.texts, base
		if s.Deleted() != nil {
			s.Deleted().Iterate(func(doc uint32) bool {
				p.deleted.add(doc)
				return true
			})
		}
		g.parts = append(g.parts, p)
		base += p.Docs
	}
	slices.SortStableFunc(g.parts, func(a, b *part) int { return int(b.Docs) - int(a.Docs) })
	return nil
}

// place returns which part a passage is in, and its number there.
func (g *generation) place(doc uint32) (part int, at uint32) {
	for i, p := range g.parts {
		if at := doc - p.base; doc >= p.base && at < p.Docs {
			return i, at
		}
	}
	panic(fmt.Errorf("there is no passage %d", doc))
}

// holdings remembers in how many passages terms stand.
type holdings struct {
	mu    sync.Mutex
	count map[string]int
}

func (h *holdings) get(key string) (int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, known := h.count[key]
	return n, known
}

func (h *holdings) put(key string, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.count == nil || len(h.count) >= maxHoldings {
		h.count = make(map[string]int)
	}
	h.count[key] = n
}

func (g *generation) retain() {
	g.mu.Lock()
	g.users++
	g.mu.Unlock()
}

func (g *generation) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.users--
	if g.retired && g.users == 0 {
		_ = g.close()
	}
}

// retire closes the generation as soon as nobody uses it.
func (g *generation) retire() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.retired {
		return nil
	}
	g.retired = true
	if g.users == 0 {
		return g.close()
	}
	return nil
}

func (g *generation) close() error {
	var err error
	if g.reader != nil {
		err = g.reader.Close()
	}
	return errors.Join(err, g.bleve.Close())
}

// openNewest opens the generation that CURRENT names, or, where that one is
// broken or known to be bad, the newest sound one. The problem says why what is
// returned is not what it should be; it is never nil when the generation is nil.
func openNewest(dir string, bad map[string]error, sumUpTo int64) (*generation, error) {
	current, err := readCurrent(dir)
	if isShortage(err) {
		return nil, fmt.Errorf("read the index: %w", explainShortage(err))
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	var first error
	switch {
	case errors.Is(err, fs.ErrNotExist):
		first = fmt.Errorf("%s is missing", filepath.Join(dir, currentName))
	case err != nil:
		first = err // generations may be sound
	case !isGeneration(current):
		first = fmt.Errorf("%s names no generation", filepath.Join(dir, currentName))
	case bad[current] != nil:
		first = bad[current]
	default:
		g, err := openGeneration(dir, current, sumUpTo)
		if err == nil {
			return g, nil
		}
		if errors.Is(err, errLater) {
			return nil, fmt.Errorf("index %s: %w: use a newer newsdesk, or another folder with --index", dir, err)
		}
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("read the index: %w", err)
		}
		if isShortage(err) {
			return nil, fmt.Errorf("read the index: %w", explainShortage(err))
		}
		first = err
	}
	names, err := generations(dir)
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	if current == "" && len(names) == 0 {
		return nil, fmt.Errorf("%w in %s: run \"newsdesk reindex\"", ErrNotBuilt, dir)
	}
	for i := len(names) - 1; i >= 0; i-- {
		if names[i] == current || bad[names[i]] != nil {
			continue
		}
		if g, err := openGeneration(dir, names[i], sumUpTo); err == nil {
			return g, fmt.Errorf("the index is damaged (%w); an older state (%s) answers until \"newsdesk reindex --full\" mends it",
				first, names[i])
		}
	}
	if errors.Is(first, ErrNotBuilt) {
		return nil, fmt.Errorf("index %s: %w: run \"newsdesk reindex\"", dir, first)
	}
	return nil, fmt.Errorf("the index in %s is damaged (%w): run \"newsdesk reindex --full\"", dir, first)
}

// readCurrent returns what CURRENT holds.
func readCurrent(dir string) (string, error) {
	f, err := os.Open(filepath.Join(dir, currentName))
	if err != nil {
		return "", err
	}
	defer f.Close()
	name := make([]byte, 64) // no name is longer
	n, err := io.ReadFull(f, name)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return strings.TrimSpace(string(name[:n])), err
}

// generations lists the names of the generations in dir, oldest first.
func generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && isGeneration(e.Name()) {
			names = append(names, e.Name())
		}
	}
	sort.Slice(names, func(i, j int) bool { return generationNumber(names[i]) < generationNumber(names[j]) })
	return names, nil
}

func isGeneration(name string) bool {
	return strings.HasPrefix(name, genPrefix) && generationNumber(name) > 0
}

// generationNumber returns the number in a generation's name, 0 for others.
func generationNumber(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, genPrefix))
	if err != nil {
		return 0
	}
	return n
}
