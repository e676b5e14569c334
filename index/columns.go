package index

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// columns hold, for every document number of a generation, what filters and
// counts need. They are read once, when first asked for: about 13 bytes a
// passage. Of segments that the generation before had too, they are its.
type columns struct {
	segments  []placed
	published []int64 // Unix seconds, 0 unknown
	source    []int32 // into sources; -1 for numbers of deleted documents
	first     []bool
	sources   []SourceStat
	dates     []int64 // of the dated articles, in order
	stats     Stats
	languages []string
}

// A SourceStat counts the articles of one outlet.
type SourceStat struct {
	Name           string // as the articles write it; "" where they do not say
	Articles       int
	Oldest, Newest time.Time // zero where no article of it is dated
}

// Stats describe the generation in use.
type Stats struct {
	Articles, Passages int
	Oldest, Newest     time.Time // of the dated articles
	Undated            int       // articles without a date
	IndexedAt          time.Time
	Collection         string
	Generation         string
}

// Stats returns what the index holds.
func (x *Index) Stats() (Stats, error) {
	c, err := with(x, (*generation).cols)
	if err != nil {
		return Stats{}, err
	}
	return c.stats, nil
}

// Sources returns the outlets, the one with most articles first.
func (x *Index) Sources() ([]SourceStat, error) {
	c, err := with(x, (*generation).cols)
	if err != nil {
		return nil, err
	}
	var list []SourceStat
	for _, s := range c.sources {
		if s.Articles > 0 {
			list = append(list, s)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].Articles != list[j].Articles {
			return list[i].Articles > list[j].Articles
		}
		return list[i].Name < list[j].Name
	})
	return list, nil
}

// Languages returns the codes of the languages beside English that articles are
// in, as LanguageOf tells them.
func (x *Index) Languages() ([]string, error) {
	c, err := with(x, (*generation).cols)
	if err != nil {
		return nil, err
	}
	return c.languages, nil
}

func (g *generation) languages() ([]string, error) {
	dict, err := g.reader.FieldDict(fieldLanguage)
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	var list []string
	for {
		entry, err := dict.Next()
		if err != nil || entry == nil {
			return list, err
		}
		n, err := g.holding(fieldLanguage, entry.Term)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, strings.Clone(entry.Term))
		}
	}
}

// placed tells which document numbers a segment's documents have. A segment is
// known by its file, which never changes, and by the sum of that.
type placed struct {
	file    string
	sum     sum
	from, n int
}

// inherit lets a generation take over what does not change of the one before.
func (g *generation) inherit(before *generation) {
	switch c := before.columns.Load(); {
	case g.columns.Load() != nil:
	case c != nil:
		g.before.Store(c)
	default:
		g.before.Store(before.before.Load())
	}
}

func (g *generation) cols() (*columns, error) {
	g.columnsOnce.Do(func() {
		defer recoverDamage(&g.columnsErr)
		var c *columns
		if c, g.columnsErr = g.readColumns(g.before.Swap(nil)); g.columnsErr == nil {
			g.columns.Store(c)
		}
	})
	return g.columns.Load(), g.columnsErr
}

// readColumns reads the columns; before are those of an earlier generation, or
// nil.
func (g *generation) readColumns(before *columns) (*columns, error) {
	values, err := g.reader.DocValueReader([]string{fieldColumn})
	if err != nil {
		return nil, err
	}
	list, err := segments(g.reader)
	if err != nil {
		return nil, err
	}
	c, known := &columns{}, make(map[string]int32)
	if before != nil {
		for i, s := range before.sources {
			c.sources = append(c.sources, SourceStat{Name: s.Name})
			known[s.Name] = int32(i)
		}
	}
	for _, s := range list {
		p := placed{file: s.file, sum: g.manifest.Sums[bleveName+"/"+s.file], from: len(c.published), n: s.docs}
		c.segments = append(c.segments, p)
		c.grow(p.n)
		if before.copyTo(c, p) {
			for n := range s.deleted {
				c.source[p.from+n], c.first[p.from+n] = -1, false
			}
			continue
		}
		gone := make(map[int]bool)
		for n := range s.deleted {
			gone[n] = true
		}
		for n := range p.n {
			if gone[n] {
				continue
			}
			if err := c.read(values, p.from+n, known); err != nil {
				return nil, fmt.Errorf("read the columns: %w", err)
			}
		}
	}
	c.count(g)
	c.languages, err = g.languages()
	return c, err
}

// copyTo copies what is known of a segment's documents, if anything is.
func (c *columns) copyTo(to *columns, p placed) bool {
	if c == nil {
		return false
	}
	for _, old := range c.segments {
		if old.file == p.file && old.sum == p.sum && old.n == p.n {
			copy(to.published[p.from:], c.published[old.from:old.from+old.n])
			copy(to.source[p.from:], c.source[old.from:old.from+old.n])
			copy(to.first[p.from:], c.first[old.from:old.from+old.n])
			return true
		}
	}
	return false
}

// grow makes place for n more documents.
func (c *columns) grow(n int) {
	c.published = append(c.published, make([]int64, n)...)
	c.source = append(c.source, slices.Repeat([]int32{-1}, n)...)
	c.first = append(c.first, make([]bool, n)...)
}

func (c *columns) read(values bleveindex.DocValueReader, n int, known map[string]int32) error {
	var problem error
	err := values.VisitDocValues(bleveindex.NewIndexInternalID(nil, uint64(n)), func(_ string, term []byte) {
		col, err := decodeColumn(term)
		if err != nil {
			problem = err
			return
		}
		s, ok := known[col.source]
		if !ok {
			s = int32(len(c.sources))
			c.sources = append(c.sources, SourceStat{Name: strings.Clone(col.source)})
			known[c.sources[s].Name] = s
		}
		c.published[n], c.source[n], c.first[n] = col.published, s, col.first
	})
	return errors.Join(err, problem)
}

func (c *columns) count(g *generation) {
	c.stats = Stats{
		Passages: g.manifest.Passages, IndexedAt: g.manifest.Created,
		Collection: g.manifest.Collection, Generation: g.name,
	}
	widen := func(oldest, newest *time.Time, t time.Time) {
		if oldest.IsZero() || t.Before(*oldest) {
			*oldest = t
		}
		if t.After(*newest) {
			*newest = t
		}
	}
	for n, first := range c.first {
		if !first || c.source[n] < 0 {
			continue
		}
		s := &c.sources[c.source[n]]
		s.Articles++
		c.stats.Articles++
		if c.published[n] == 0 {
			c.stats.Undated++
			continue
		}
		c.dates = append(c.dates, c.published[n])
		t := time.Unix(c.published[n], 0).UTC()
		widen(&s.Oldest, &s.Newest, t)
		widen(&c.stats.Oldest, &c.stats.Newest, t)
	}
	slices.Sort(c.dates)
}

// Published counts the articles that came out after from and not after to.
func (x *Index) Published(from, to time.Time) (int, error) {
	c, err := with(x, (*generation).cols)
	if err != nil {
		return 0, err
	}
	begin, _ := slices.BinarySearch(c.dates, from.Unix()+1)
	end, _ := slices.BinarySearch(c.dates, to.Unix()+1)
	return max(0, end-begin), nil
}

// A Filter leaves passages out. Its zero value leaves out none.
type Filter struct {
	// From and To bound the publication, both included. An article without a
	// date is outside of every bound, unless KeepUndated is set.
	From, To    time.Time
	KeepUndated bool

	// NotAfter leaves out what was published later; articles without a date
	// stay.
	NotAfter time.Time

	// Sources names the outlets to keep, exactly as Sources lists them.
	Sources []string

	// Among names the only outlets of which anything is used, whatever Sources
	// says.
	Among []string

	// Without names articles to leave out, by id.
	Without []string
}

func (f Filter) empty() bool {
	return f.From.IsZero() && f.To.IsZero() && f.NotAfter.IsZero() && len(f.Sources) == 0 && len(f.Among) == 0 && len(f.Without) == 0
}

// filter returns a test by document number; nil where all pass.
func (g *generation) filter(f Filter) (func(doc uint64) bool, error) {
	if f.empty() {
		return nil, nil
	}
	c, err := g.cols()
	if err != nil {
		return nil, err
	}
	if f.From.IsZero() && f.To.IsZero() && len(f.Sources) == 0 && len(f.Among) == 0 && len(f.Without) == 0 && !c.stats.Newest.After(f.NotAfter) {
		return nil, nil
	}
	var wanted map[int32]bool
	if len(f.Sources) > 0 || len(f.Among) > 0 {
		wanted = make(map[int32]bool)
		for i, s := range c.sources {
			wanted[int32(i)] = keeps(f.Sources, s.Name) && keeps(f.Among, s.Name)
		}
	}
	without, err := g.numbers(f.Without)
	if err != nil {
		return nil, err
	}
	bounded := !f.From.IsZero() || !f.To.IsZero()
	from, to, notAfter := f.From.Unix(), f.To.Unix(), f.NotAfter.Unix()
	return func(doc uint64) bool {
		p := c.published[doc]
		switch {
		case without[doc]:
			return false
		case wanted != nil && !wanted[c.source[doc]]:
			return false
		case p == 0:
			return !bounded || f.KeepUndated
		case !f.From.IsZero() && p < from, !f.To.IsZero() && p > to:
			return false
		}
		return f.NotAfter.IsZero() || p <= notAfter
	}, nil
}

// keeps reports whether a list of what to keep holds a name; an empty one keeps
// all.
func keeps(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }

// numbers returns the document numbers of the articles' passages.
func (g *generation) numbers(ids []string) (map[uint64]bool, error) {
	var set map[uint64]bool
	for _, id := range ids {
		m, err := g.first(id)
		if err != nil {
			return nil, err
		}
		if m == nil {
			continue
		}
		if set == nil {
			set = make(map[uint64]bool)
		}
		for n := range m.Record.Passages {
			doc, err := g.reader.InternalID(documentID(id, n))
			if err != nil {
				return nil, err
			}
			set[doc.Value()] = true
		}
	}
	return set, nil
}
