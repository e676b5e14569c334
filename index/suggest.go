package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A Suggestion is what may be meant by what somebody has typed so far.
type Suggestion struct {
	Names  []string // that titles hold, the most frequent first
	Titles []string // the newest first
}

// Suggest returns at most n titles of articles published up to now, of the
// outlets among (of all where it is empty), each holding a word that begins so
// for every word typed, and at most n names that begin so. Typed is in any capitals; empty, it gets the newest titles and the
// most frequent names.
//
// It is for answering while somebody types: what it looks in is read in the
// background (about 10 µs an article), again when the index has changed, but no
// more than one part in twenty of the time. Until that is done, or where ctx ends
// first, it is that of a generation before, without what is gone by now, or
// nothing.
func (x *Index) Suggest(ctx context.Context, typed string, now time.Time, among []string, n int) (Suggestion, error) {
	h, err := x.headlines(ctx)
	if err != nil || h == nil || n <= 0 {
		return Suggestion{}, err
	}
	words := foldedWords(typed)
	return with(x, func(g *generation) (Suggestion, error) {
		there := func(t headline) bool { return true }
		if g.name != h.generation {
			there = func(t headline) bool {
				m, err := g.first(t.id)
				return err == nil && m != nil && strings.Join(strings.Fields(m.Title), " ") == t.text
			}
		}
		return Suggestion{Names: h.namesLike(strings.Join(words, " "), n), Titles: h.titlesWith(words, now.Unix(), among, n, there)}, nil
	})
}

// headlines are the titles of a generation, ready to be looked in.
type headlines struct {
	generation string
	fine       time.Time  // until when they will do for a later generation
	titles     []headline // newest first
	words      []string   // of titles, in order
	holding    [][]int32  // the titles that hold each
	names      []nameCount
}

type headline struct {
	id        string
	text      string
	source    string
	published int64
	words     []string
}

type nameCount struct {
	text, folded string
	n            int
}

// suggesting is the state of an Index's headlines; the Index's mu guards it.
type suggesting struct {
	ready *headlines
	busy  chan struct{} // closed when the reading under way has ended; nil where none is
}

// headlineShare bounds the reading of headlines to one part in so many of the
// time, however often the index changes.
const headlineShare = 20

// headlines returns those of the current generation, or of an earlier one if
// they will do or ctx ends before the others are read.
func (x *Index) headlines(ctx context.Context) (*headlines, error) {
	g, err := x.acquire()
	if err != nil {
		return nil, err
	}
	name := g.name
	g.release()
	x.mu.Lock()
	if h := x.suggesting.ready; h != nil && (h.generation == name || time.Now().Before(h.fine)) {
		x.mu.Unlock()
		return h, nil
	}
	busy := x.suggesting.busy
	if busy == nil {
		busy = make(chan struct{})
		x.suggesting.busy = busy
		go x.readHeadlines(busy)
	}
	x.mu.Unlock()
	select {
	case <-busy:
	case <-ctx.Done():
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.suggesting.ready, nil
}

// readHeadlines reads the headlines of the current generation. Trouble leaves
// things as they are: searches meet it too, and tell.
func (x *Index) readHeadlines(busy chan struct{}) {
	start := time.Now()
	h, err := with(x, func(g *generation) (*headlines, error) { return g.headlines(x.isClosed) })
	x.mu.Lock()
	defer x.mu.Unlock()
	if err == nil && h != nil {
		h.fine = time.Now().Add(headlineShare * time.Since(start))
		x.suggesting.ready = h
	}
	x.suggesting.busy = nil
	close(busy)
}

func (x *Index) isClosed() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.closed
}

// headlines reads all titles; nil once closed says so.
func (g *generation) headlines(closed func() bool) (*headlines, error) {
	h := &headlines{generation: g.name}
	for _, p := range g.parts {
		for _, doc := range p.articles() {
			if len(h.titles)%256 == 0 && closed() {
				return nil, nil
			}
			m, _ := p.texts.passage(doc)
			title := strings.Join(strings.Fields(m.Title), " ")
			if title != "" {
				h.titles = append(h.titles, headline{m.Article, title, m.Source, m.Published, foldedWords(title)})
			}
		}
	}
	h.arrange()
	return h, nil
}

// arrange makes the titles ready to be looked in.
func (h *headlines) arrange() {
	slices.SortFunc(h.titles, func(a, b headline) int {
		return cmp.Or(cmp.Compare(b.published, a.published), cmp.Compare(a.text, b.text), cmp.Compare(a.id, b.id))
	})
	holding := make(map[string][]int32)
	names := make(map[string]int)
	seen := make(map[string]bool)
	for i, t := range h.titles {
		for _, w := range t.words {
			if list := holding[w]; len(list) == 0 || list[len(list)-1] != int32(i) {
				holding[w] = append(list, int32(i))
			}
		}
		if seen[t.text] {
			continue // copies make a name no more frequent
		}
		seen[t.text] = true
		for _, name := range namesIn(t.text) {
			names[name]++
		}
	}
	for w := range holding {
		h.words = append(h.words, w)
	}
	slices.Sort(h.words)
	for _, w := range h.words {
		h.holding = append(h.holding, holding[w])
	}
	least := 1 // in many titles, what one alone holds is seldom looked for
	if len(seen) > 1000 {
		least = 2
	}
	for name, n := range names {
		if n >= least {
			h.names = append(h.names, nameCount{name, strings.Join(foldedWords(name), " "), n})
		}
	}
	slices.SortFunc(h.names, func(a, b nameCount) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.text, b.text)) })
}

// titlesWith finds the newest titles that hold all of the words, each as the
// beginning of one of theirs.
func (h *headlines) titlesWith(words []string, now int64, among []string, n int, there func(headline) bool) []string {
	var maybe []bool // by the longest word; nil for all
	if len(words) > 0 {
		longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
		maybe = make([]bool, len(h.titles))
		at, _ := slices.BinarySearch(h.words, longest)
		for ; at < len(h.words) && strings.HasPrefix(h.words[at], longest); at++ {
			for _, i := range h.holding[at] {
				maybe[i] = true
			}
		}
	}
	var list []string
	for i, t := range h.titles {
		if len(list) == n {
			break
		}
		if maybe != nil && !maybe[i] || t.published > now || !keeps(among, t.source) || slices.Contains(list, t.text) {
			continue
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !t.holds(w) }) && there(t) {
			list = append(list, t.text)
		}
	}
	return list
}

func (t headline) holds(prefix string) bool {
	return slices.ContainsFunc(t.words, func(w string) bool { return strings.HasPrefix(w, prefix) })
}

// namesLike finds the names one of whose words, and those behind it, begin so.
func (h *headlines) namesLike(prefix string, n int) []string {
	var list []string
	for _, name := range h.names {
		if len(list) == n {
			break
		}
		if strings.HasPrefix(name.folded, prefix) || strings.Contains(name.folded, " "+prefix) {
			list = append(list, name.text)
		}
	}
	return list
}

// foldedWords are the words of a text as Suggest compares them.
func foldedWords(text string) []string {
	return strings.FieldsFunc(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// namesIn finds the names in a title: words with a capital, other than its
// first alone. A title in which nearly every word has one tells none.
func namesIn(title string) []string {
	words := strings.FieldsFunc(title, unicode.IsSpace)
	if titleCase(words) {
		return nil
	}
	var names, run []string
	first := 0 // place of the run's first word
	flush := func() {
		if len(run) > 1 || len(run) == 1 && first > 0 {
			names = append(names, strings.Join(run, " "))
		}
		run = nil
	}
	for i, w := range words {
		bare := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		ends := !strings.HasSuffix(w, bare)
		for _, s := range []string{"'s", "’s"} {
			if cut, ok := strings.CutSuffix(bare, s); ok {
				bare, ends = cut, true
			}
		}
		r, _ := utf8.DecodeRuneInString(bare)
		if !unicode.IsUpper(r) || utf8.RuneCountInString(bare) < 2 || stopWords[strings.ToLower(bare)] && !isAcronym(bare) {
			flush()
			continue
		}
		if len(run) > 0 && !strings.HasPrefix(w, bare) {
			flush()
		}
		if len(run) == 0 {
			first = i
		}
		run = append(run, bare)
		if ends {
			flush()
		}
	}
	flush()
	return names
}

// titleCase reports whether most of a title's longer words begin with a
// capital, the first aside.
func titleCase(words []string) bool {
	long, upper := 0, 0
	for _, w := range words[min(1, len(words)):] {
		if r, _ := utf8.DecodeRuneInString(w); utf8.RuneCountInString(w) > 3 {
			long++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	return long > 2 && upper*4 >= long*3
}
