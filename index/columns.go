package index

import (
	"iter"
	"slices"
	"sort"
	"strings"
	"time"
)

// An overview is what a generation holds as a whole, counted when first asked
// for.
type overview struct {
	sources   []SourceStat
	numbers   [][]int32 // by part and its number of a source: the number in sources
	dates     []int64   // of the dated articles, in order, Unix seconds
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
	o, err := with(x, (*generation).overview)
	if err != nil {
		return Stats{}, err
	}
	return o.stats, nil
}

// Sources returns the outlets, the one with most articles first.
func (x *Index) Sources() ([]SourceStat, error) {
	o, err := with(x, (*generation).overview)
	if err != nil {
		return nil, err
	}
	var list []SourceStat
	for _, s := range o.sources {
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
	o, err := with(x, (*generation).overview)
	if err != nil {
		return nil, err
	}
	return o.languages, nil
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

func (g *generation) overview() (*overview, error) {
	g.overviewOnce.Do(func() {
		defer recoverDamage(&g.overviewErr)
		var o *overview
		if o, g.overviewErr = g.count(); g.overviewErr == nil {
			g.overviewed.Store(o)
		}
	})
	return g.overviewed.Load(), g.overviewErr
}

// articles are those of a part that are not deleted, each with its first passage.
func (p *part) articles() iter.Seq2[uint32, uint32] {
	return func(yield func(article, doc uint32) bool) {
		for article, doc := range p.texts.beginnings() {
			if p.texts.n(doc) == 0 && !p.deleted.has(doc) && !yield(article, doc) {
				return
			}
		}
	}
}

func (g *generation) count() (*overview, error) {
	o := &overview{stats: Stats{
		Passages: g.manifest.Passages, IndexedAt: g.manifest.Created,
		Collection: g.manifest.Collection, Generation: g.name,
	}}
	known := make(map[string]int32)
	for _, p := range g.parts {
		var numbers []int32
		for _, name := range p.texts.sources() {
			n, ok := known[name]
			if !ok {
				n = int32(len(o.sources))
				known[name] = n
				o.sources = append(o.sources, SourceStat{Name: name})
			}
			numbers = append(numbers, n)
		}
		o.numbers = append(o.numbers, numbers)
		for article := range p.articles() {
			s := &o.sources[numbers[p.texts.source(article)]]
			s.Articles++
			o.stats.Articles++
			published := p.texts.published(article)
			if published == 0 {
				o.stats.Undated++
				continue
			}
			o.dates = append(o.dates, published)
			t := time.Unix(published, 0).UTC()
			widen(&s.Oldest, &s.Newest, t)
			widen(&o.stats.Oldest, &o.stats.Newest, t)
		}
	}
	slices.Sort(o.dates)
	var err error
	o.languages, err = g.languages()
	return o, err
}

func widen(oldest, newest *time.Time, t time.Time) {
	if oldest.IsZero() || t.Before(*oldest) {
		*oldest = t
	}
	if t.After(*newest) {
		*newest = t
	}
}

// Published counts the articles that came out after from and not after to.
func (x *Index) Published(from, to time.Time) (int, error) {
	o, err := with(x, (*generation).overview)
	if err != nil {
		return 0, err
	}
	begin, _ := slices.BinarySearch(o.dates, from.Unix()+1)
	end, _ := slices.BinarySearch(o.dates, to.Unix()+1)
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
	o, err := g.overview()
	if err != nil {
		return nil, err
	}
	if f.From.IsZero() && f.To.IsZero() && len(f.Sources) == 0 && len(f.Among) == 0 && len(f.Without) == 0 && !o.stats.Newest.After(f.NotAfter) {
		return nil, nil
	}
	var wanted []bool // by number of the source
	if len(f.Sources) > 0 || len(f.Among) > 0 {
		for _, s := range o.sources {
			wanted = append(wanted, keeps(f.Sources, s.Name) && keeps(f.Among, s.Name))
		}
	}
	without, err := g.numbers(f.Without)
	if err != nil {
		return nil, err
	}
	bounded := !f.From.IsZero() || !f.To.IsZero()
	from, to, notAfter := f.From.Unix(), f.To.Unix(), f.NotAfter.Unix()
	return func(doc uint64) bool {
		i, at := g.place(uint32(doc))
		texts := g.parts[i].texts
		article := texts.articleOf(at)
		published := texts.published(article)
		switch {
		case without[doc]:
			return false
		case wanted != nil && !wanted[o.numbers[i][texts.source(article)]]:
			return false
		case published == 0:
			return !bounded || f.KeepUndated
		case !f.From.IsZero() && published < from, !f.To.IsZero() && published > to:
			return false
		}
		return f.NotAfter.IsZero() || published <= notAfter
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
