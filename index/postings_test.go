package index

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"newsdesk/article"
)

// A posted passage is what an inverter is given.
type posted [3][]Token // text, title, heading

// postedPassages makes passages of which each word stands in so many of ten
// others, and some once only; now and then one is long, or says a word often.
func postedPassages(random *rand.Rand, n int) []posted {
	list := make([]posted, n)
	for doc := range list {
		for field := range list[doc] {
			words := random.IntN(9)
			if random.IntN(500) == 0 {
				words += 300
			}
			for range words {
				word := fmt.Sprint("w", int(1/(random.Float64()+1e-6)))
				for range 1 + max(0, random.IntN(30)-28)*random.IntN(40) {
					list[doc][field] = append(list[doc][field], Token{Term: word})
				}
			}
		}
	}
	return list
}

// written are the passages' postings as they are in a file.
func written(t testing.TB, passages []posted) []byte {
	t.Helper()
	v := newInverter()
	for _, p := range passages {
		v.add(p[0], p[1], p[2])
	}
	raw, err := pagesInMemory(postingsKind, func(w *pageWriter) error { return writePostings(w, v) })
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func opened(t testing.TB, raw []byte) *part {
	t.Helper()
	file, err := pagesIn(raw, postingsKind)
	if err != nil {
		t.Fatal(err)
	}
	p, err := openPart(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// wantPostings is what each term must be found in.
func wantPostings(passages []posted) (want map[string]map[uint32]frequencies, lens []frequencies) {
	want = make(map[string]map[uint32]frequencies)
	for doc, p := range passages {
		for field, tokens := range p {
			for _, token := range tokens {
				if want[token.Term] == nil {
					want[token.Term] = make(map[uint32]frequencies)
				}
				f := want[token.Term][uint32(doc)]
				switch field {
				case 0:
					f.text++
				case 1:
					f.title++
				case 2:
					f.heading++
				}
				want[token.Term][uint32(doc)] = f
			}
		}
		lens = append(lens, frequencies{uint32(len(p[0])), uint16(len(p[1])), uint16(len(p[2]))})
	}
	return want, lens
}

func TestPostingsAreWhatWasWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, docs := range []int{1, 2, 7, 200, 20_000} {
		passages := postedPassages(random, docs)
		want, lens := wantPostings(passages)
		p := opened(t, written(t, passages))
		n := newNorms(sumOf(lens), docs)
		if growth := n.growth(p.Means); growth > 1.0001 {
			t.Errorf("%d passages: bounds grow by %v where the means are the same", docs, growth)
		}
		var at, kinds [blockDocs]uint32
		for term, holding := range want {
			l, ok := p.find(term)
			if !ok || l.docs != len(holding) {
				t.Fatalf("%d passages, %s: found %v, in %d, want %d", docs, term, ok, l.docs, len(holding))
			}
			before, seen := -1, 0
			for block := range l.blocks() {
				for i := range l.read(block, &at, &kinds) {
					if f := p.kinds[kinds[i]]; f != holding[at[i]] || int(at[i]) <= before {
						t.Fatalf("%d passages, %s in %d after %d: got %v, want %v", docs, term, at[i], before, f, holding[at[i]])
					}
					if f := n.frequency(holding[at[i]], lens[at[i]]); l.docs > unboundDocs && f > l.boundOf(block) {
						t.Fatalf("%d passages, %s in %d: frequency %v beyond the bound %v", docs, term, at[i], f, l.boundOf(block))
					}
					before = int(at[i])
					seen++
				}
			}
			if seen != len(holding) {
				t.Fatalf("%d passages, %s: read %d postings, want %d", docs, term, seen, len(holding))
			}
		}
		for doc, l := range lens {
			if got := p.lengths(uint32(doc)); got != l {
				t.Fatalf("passage %d: got lengths %v, want %v", doc, got, l)
			}
		}
		if _, ok := p.find("nowhere"); ok {
			t.Error("found a term that was not written")
		}
		r, terms := p.termsFrom(0), slices.Sorted(maps.Keys(want))
		for _, term := range terms {
			if !r.next() || string(r.term) != term {
				t.Fatalf("%d passages: the dictionary has %q, want %q", docs, r.term, term)
			}
		}
		for range 2 {
			if r.next() {
				t.Errorf("%d passages: the dictionary goes on behind its end", docs)
			}
		}
	}
}

func sumOf(lens []frequencies) (sum lengths) {
	for _, l := range lens {
		sum.add(lengths{int64(l.text), int64(l.title), int64(l.heading)}, +1)
	}
	return sum
}

// Numbers of every size come back, whatever stands beside them.
func TestBlocks(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	for range 3000 {
		p := opened(t, written(t, nil))
		p.Docs = math.MaxUint32
		docs, kinds := make([]uint32, 1+random.IntN(blockDocs)), []uint32{}
		next, high, highKind := uint32(0), uint32(1)<<random.IntN(23), 1+random.IntN(2)*random.IntN(1<<random.IntN(14))
		for i := range docs {
			docs[i] = random.Uint32N(high)
			next += docs[i] + 1
			kinds = append(kinds, uint32(random.IntN(highKind)))
		}
		raw := append(appendBlock(nil, docs, kinds), make([]byte, padding)...)
		p.pages.content, p.pages.sums = raw, nil
		p.checked[0].Store(1)
		l := list{part: p, docs: len(docs), end: uint64(len(raw) - padding)}
		if len(docs) <= fewDocs {
			continue
		}
		var gotDocs, gotKinds [blockDocs]uint32
		n := l.read(0, &gotDocs, &gotKinds)
		for i, gap := range docs {
			docs[i] = gap
			if i > 0 {
				docs[i] += docs[i-1] + 1
			}
		}
		if !slices.Equal(gotDocs[:n], docs) || !slices.Equal(gotKinds[:n], kinds) {
			t.Fatalf("got %v and %v, want %v and %v", gotDocs[:n], gotKinds[:n], docs, kinds)
		}
	}
}

// A byte that is not what was written never changes what is read: it is an
// error, when the file is opened or when its page is read.
func TestPostingsNoticeDamage(t *testing.T) {
	passages := postedPassages(rand.New(rand.NewPCG(5, 1)), 20_000)
	want, _ := wantPostings(passages)
	sound := written(t, passages)
	for at := 0; at < len(sound); at += 1 + len(sound)/97 {
		raw := bytes.Clone(sound)
		raw[at] ^= 1 << (at % 8)
		if err := readWhole(raw, want); err == nil {
			t.Fatalf("byte %d of %d was changed, and all was read", at, len(sound))
		}
	}
	for _, size := range []int{0, 1, 100, len(sound) / 2, len(sound) - 1} {
		if err := readWhole(sound[:size], want); err == nil {
			t.Fatalf("the file was cut off at %d, and all was read", size)
		}
	}
	must(t, readWhole(sound, want))
}

func readWhole(raw []byte, want map[string]map[uint32]frequencies) (err error) {
	defer recoverDamage(&err)
	file, err := pagesIn(raw, postingsKind)
	if err != nil {
		return err
	}
	p, err := openPart(file)
	if err != nil {
		return err
	}
	var docs, kinds [blockDocs]uint32
	for term := range want {
		l, ok := p.find(term)
		if !ok {
			return fmt.Errorf("%s is not there", term)
		}
		for block := range l.blocks() {
			l.read(block, &docs, &kinds)
		}
	}
	for r := p.termsFrom(0); r.next(); {
	}
	return nil
}

// Whatever a file holds whose checksums are right, reading it ends, with what is
// in order or with an error.
func FuzzPostings(f *testing.F) {
	f.Add(uint32(100), byte(1), uint32(7), byte(128), uint16(60))
	f.Add(uint32(1<<31), byte(255), uint32(1), byte(3), uint16(1000))
	f.Fuzz(func(t *testing.T, at uint32, by byte, at2 uint32, by2 byte, docs uint16) {
		random := rand.New(rand.NewPCG(uint64(docs), 1))
		raw := written(t, postedPassages(random, int(docs%200)))
		file, err := pagesIn(raw, postingsKind)
		must(t, err)
		content := bytes.Clone(file.content)
		content[at%uint32(len(content))] ^= by
		content[uint32(len(content))-1-at2%min(uint32(len(content)), 2000)] ^= by2
		raw, err = pagesInMemory(postingsKind, func(w *pageWriter) error {
			_, err := w.Write(content)
			return err
		})
		must(t, err)
		if err := readSpoilt(t, raw); err != nil && !errors.Is(err, errDamaged) && !errors.Is(err, errSpoiled) {
			t.Fatal(err)
		}
	})
}

// readSpoilt reads all there is by all ways.
func readSpoilt(t *testing.T, raw []byte) (err error) {
	defer recoverDamage(&err)
	file, err := pagesIn(raw, postingsKind)
	must(t, err)
	p, err := openPart(file)
	if err != nil {
		return err
	}
	var docs, kinds [blockDocs]uint32
	check := func(l list) {
		before := -1
		for block := range l.blocks() {
			for _, doc := range docs[:l.read(block, &docs, &kinds)] {
				if int(doc) <= before || doc >= p.Docs {
					t.Fatalf("passage %d after %d of %d", doc, before, p.Docs)
				}
				before = int(doc)
			}
		}
	}
	for i := range 20 {
		if l, ok := p.find(fmt.Sprint("w", i)); ok {
			check(l)
		}
	}
	before := ""
	for r := p.termsFrom(0); r.next(); before = string(r.term) {
		if string(r.term) <= before {
			t.Fatalf("%q after %q", r.term, before)
		}
		check(r.list())
	}
	var numbers []uint32
	for doc := range p.Docs {
		numbers = append(numbers, doc)
	}
	_, err = pagesInMemory(postingsKind, func(w *pageWriter) error {
		return mergePostings(w, []renumbered{{p, numbers}}, nil)
	})
	return err
}

// What is stored comes back as it was, whatever it holds.
func FuzzStoredPassage(f *testing.F) {
	f.Add("id", "a title", "An otter swims.", 3, true)
	f.Add("", "", "", 0, false)
	f.Fuzz(func(t *testing.T, id, title, piece string, n int, first bool) {
		n &= 1<<20 - 1
		m := meta{Article: "a" + id, Title: title, Source: id, N: n, Published: -int64(n), Base: n, Start: n, End: n + len(piece),
			Sentences: []int{}, Language: title}
		if first {
			m.Record = &record{File: title, Passages: n, Authors: []string{id, ""}, Lengths: lengths{int64(n), 2, 3},
				Headings: []article.Span{}, Sketch: []byte(piece)}
		}
		file, err := writtenTexts(func(w *pageWriter) error { return writeTexts(w, []storedPassage{{m, piece}}) })
		must(t, err)
		got, text := file.passage(0)
		if text != piece {
			t.Fatalf("got %q, want %q", text, piece)
		}
		if first && len(got.Record.Sketch) == 0 {
			got.Record.Sketch = m.Record.Sketch // none and empty are the same
		}
		if !reflect.DeepEqual(got, m) {
			t.Fatalf("got %+v, want %+v", got, m)
		}
	})
}
