package answer

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"newsdesk/index"

	"github.com/agnivade/levenshtein"
)

// An outletTable finds the index's sources by what people call them.
type outletTable struct {
	keys   []string            // of the sources, the one with most articles first
	names  map[string][]string // as the articles write them, by key
	labels map[string][]string // those that are domains, by the parts that tell: verge of theverge.com
	halves map[string][]string // those like "CNBC | World News", by the key of the first half
}

// outletTables keeps the table of the generation in use.
type outletTables struct {
	mu         sync.Mutex
	generation string
	table      *outletTable
}

func (o *outletTables) of(x *index.Index) (*outletTable, error) {
	stats, err := x.Stats()
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.table != nil && o.generation == stats.Generation {
		return o.table, nil
	}
	sources, err := x.Sources()
	if err != nil {
		return nil, fmt.Errorf("list the sources: %w", err)
	}
	o.generation, o.table = stats.Generation, newOutletTable(sources)
	return o.table, nil
}

func newOutletTable(sources []index.SourceStat) *outletTable {
	t := &outletTable{names: make(map[string][]string), labels: make(map[string][]string), halves: make(map[string][]string)}
	for _, s := range sources {
		key := sourceKey(s.Name)
		if key == "" {
			continue
		}
		if t.names[key] == nil {
			t.keys = append(t.keys, key)
		}
		t.names[key] = append(t.names[key], s.Name)
		for _, label := range domainLabels(s.Name) {
			t.labels[label] = append(t.labels[label], s.Name)
		}
		if half := firstHalfOf(s.Name); half != s.Name {
			t.halves[sourceKey(half)] = append(t.halves[sourceKey(half)], s.Name)
		}
	}
	return t
}

// firstHalfOf is the outlet's name in one that has its section or motto behind
// it.
func firstHalfOf(name string) string {
	for _, between := range []string{" | ", " - ", " – ", ": "} {
		if before, _, ok := strings.Cut(name, between); ok {
			return before
		}
	}
	return name
}

// domainLabels are the parts of an address that tell whose it is, each with
// and without a leading "the"; none where the name is no address.
func domainLabels(name string) []string {
	if !isDomain(name) || strings.ContainsAny(name, " /") {
		return nil
	}
	var list []string
	for label := range strings.SplitSeq(strings.ToLower(name), ".") {
		if domainEnds[label] || noLabel[label] || len(label) < 2 {
			continue
		}
		list = append(list, label)
		if bare, ok := strings.CutPrefix(label, "the"); ok && len(bare) > 2 {
			list = append(list, bare)
		}
	}
	return list
}

var noLabel = set("www edition web m amp en go blog blogs")

// isDomain reports whether a word is an address such as example.com.
func isDomain(word string) bool {
	at := strings.LastIndexByte(word, '.')
	return at > 0 && domainEnds[strings.ToLower(word[at+1:])]
}

var domainEnds = set("com org net co uk in au tv io news info eu de fr it")

// named finds the sources that a name means: written so in any capitals, or
// domains of that name ("The Verge" for theverge.com), or those with a section
// or motto behind it. It does not guess.
func (t *outletTable) named(name string) []string {
	for _, name := range []string{name, firstHalfOf(name)} {
		key := sourceKey(name)
		squashed := strings.ReplaceAll(key, " ", "")
		for _, found := range [][]string{
			t.names[key], t.labels[squashed], t.labels[domainsOf[key]], t.halves[key],
			t.labels[strings.TrimSuffix(squashed, "news")],
		} {
			if len(found) > 0 && key != "" {
				return found
			}
		}
	}
	return nil
}

// FindSources returns the outlets that a person means by name, as the index
// names them, or an *UnknownSource.
func (e *Engine) FindSources(name string) ([]string, error) { return e.resolveSource(name) }

// withinAmong refuses a question that keeps to outlets of which none may be
// used.
func withinAmong(f index.Filter) error {
	if len(f.Sources) == 0 || len(f.Among) == 0 || slices.ContainsFunc(f.Sources, func(s string) bool { return slices.Contains(f.Among, s) }) {
		return nil
	}
	return &UnknownSource{Name: f.Sources[0], Barred: true}
}

// resolveSource finds the outlets that a person means by name: those that
// named finds, else those whose domain or name it is part of as whole words
// ("verge" for "The Verge", "bbc" for bbc.co.uk).
func (e *Engine) resolveSource(name string) ([]string, error) {
	t, err := e.outlets.of(e.index)
	if err != nil {
		return nil, err
	}
	want := sourceKey(name)
	if exact := t.names[want]; len(exact) > 0 {
		return exact, nil
	}
	var within []string
	for _, key := range t.keys {
		if want != "" && strings.Contains(" "+key+" ", " "+want+" ") {
			within = append(within, t.names[key]...)
		}
	}
	if len(within) > 0 {
		return within, nil
	}
	if named := t.named(name); len(named) > 0 {
		return named, nil
	}
	return nil, t.unknown(name)
}

// unknown tells which sources have a like name.
func (t *outletTable) unknown(name string) *UnknownSource {
	want := sourceKey(name)
	unknown := &UnknownSource{Name: oneLine(name)}
	type near struct {
		name     string
		distance int
	}
	var nearest []near
	for _, key := range t.keys {
		d := levenshtein.ComputeDistance(want, key)
		for _, label := range domainLabels(t.names[key][0]) {
			d = min(d, levenshtein.ComputeDistance(strings.ReplaceAll(want, " ", ""), label))
		}
		if d <= max(2, len(want)/3) {
			nearest = append(nearest, near{t.names[key][0], d})
		}
	}
	sort.SliceStable(nearest, func(i, j int) bool { return nearest[i].distance < nearest[j].distance })
	for _, n := range nearest[:min(3, len(nearest))] {
		unknown.Nearest = append(unknown.Nearest, n.name)
	}
	return unknown
}

// sourceKey writes an outlet's name in one way: lower case, words of letters
// and digits, without a leading "the" or "www".
func sourceKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(oneLine(name)), func(r rune) bool {
		return r == ' ' || r == '.' || r == '-' || r == '_' || r == '/' || r == ':' || r == '\''
	})
	if len(words) > 1 && (words[0] == "the" || words[0] == "www") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// appendNew appends what a list does not hold yet.
func appendNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
