package index

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"newsdesk/article"
)

// writtenPart writes random passages into a file, by two inverters, and returns
// what each term must be found in.
func writtenPart(t testing.TB, docs int) (path string, want map[string]map[uint32]frequencies, lens []frequencies) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(docs)))
	inverters := []*inverter{newInverter(0), newInverter(uint32(docs / 3))}
	want = make(map[string]map[uint32]frequencies)
	for doc := range uint32(docs) {
		var fields [3][]Token
		for i := range fields {
			for range random.IntN(9) {
				// Every so many words in ten, and some once only.
				word := fmt.Sprint("w", int(1/(random.Float64()+1e-6)))
				fields[i] = append(fields[i], Token{Term: word})
				if want[word] == nil {
					want[word] = make(map[uint32]frequencies)
				}
				f := want[word][doc]
				switch i {
				case 0:
					f.text++
				case 1:
					f.title++
				case 2:
					f.heading++
				}
				want[word][doc] = f
			}
		}
		lens = append(lens, frequencies{uint32(len(fields[0])), uint16(len(fields[1])), uint16(len(fields[2]))})
		v := inverters[0]
		if doc >= inverters[1].first {
			v = inverters[1]
		}
		v.add(fields[0], fields[1], fields[2])
	}
	path = filepath.Join(t.TempDir(), "0"+postingsExt)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	ranks := make([]uint32, docs)
	for i := range ranks {
		ranks[i] = uint32(docs - 1 - i)
	}
	o := &partWriter{file: f, out: bufio.NewWriter(f), inverters: inverters}
	o.Docs = uint32(docs)
	if err := o.write(ranks); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path, want, lens
}

func TestPostingsAreWhatWasWritten(t *testing.T) {
	for _, docs := range []int{1, 2, 7, 200, 20_000} {
		path, want, lens := writtenPart(t, docs)
		p, err := openPart(path)
		if err != nil {
			t.Fatal(err)
		}
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
			before := -1
			for block := range l.blocks() {
				for i := range l.read(block, &at, &kinds) {
					if f := p.kinds[kinds[i]]; f != holding[at[i]] || int(at[i]) <= before {
						t.Fatalf("%d passages, %s in %d after %d: got %v, want %v", docs, term, at[i], before, f, holding[at[i]])
					}
					if f, bound := n.frequency(holding[at[i]], lens[at[i]]), l.boundOf(block); f > bound {
						t.Fatalf("%d passages, %s in %d: frequency %v beyond the bound %v", docs, term, at[i], f, bound)
					}
					before = int(at[i])
				}
			}
		}
		for doc, l := range lens {
			if got := p.lengths(uint32(doc)); got != l || p.rank(uint32(doc)) != uint32(docs-1-doc) {
				t.Fatalf("passage %d: got lengths %v and rank %d", doc, got, p.rank(uint32(doc)))
			}
		}
		if _, ok := p.find("nowhere"); ok {
			t.Error("found a term that was not written")
		}
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}
}

func sumOf(lens []frequencies) (sum lengths) {
	for _, l := range lens {
		sum.add(lengths{int64(l.text), int64(l.title), int64(l.heading)}, +1)
	}
	return sum
}

// A byte that is not what was written never changes what is read: it is an
// error, when the file is opened or when its page is read.
func TestPostingsNoticeDamage(t *testing.T) {
	path, want, _ := writtenPart(t, 20_000)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(sound); at += 1 + len(sound)/97 {
		raw := bytes.Clone(sound)
		raw[at] ^= 1 << (at % 8)
		spoilt := filepath.Join(t.TempDir(), "0"+postingsExt)
		if err := os.WriteFile(spoilt, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readWhole(spoilt, want); err == nil {
			t.Fatalf("byte %d of %d was changed, and all was read", at, len(sound))
		}
	}
	for _, size := range []int{0, 1, 100, len(sound) / 2, len(sound) - 1} {
		spoilt := filepath.Join(t.TempDir(), "0"+postingsExt)
		if err := os.WriteFile(spoilt, sound[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := readWhole(spoilt, want); err == nil {
			t.Fatalf("the file was cut off at %d, and all was read", size)
		}
	}
	if err := readWhole(path, want); err != nil {
		t.Fatal(err)
	}
}

func readWhole(path string, want map[string]map[uint32]frequencies) (err error) {
	p, err := openPart(path)
	if err != nil {
		return err
	}
	defer p.close()
	defer recoverDamage(&err)
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
	for doc := range p.Docs {
		p.rank(doc)
	}
	return nil
}

// What is stored comes back as it was, whatever it holds.
func FuzzStoredPassage(f *testing.F) {
	f.Add("id", "a title", "An otter swims.", 3, true, []byte("An otter"))
	f.Add("", "", "", 0, false, []byte(nil))
	f.Fuzz(func(t *testing.T, id, title, piece string, n int, first bool, raw []byte) {
		if _, _, err := unpackPassage(raw); err != nil && len(raw) == 0 {
			t.Log(err) // anything but a panic
		}
		n &= 1<<20 - 1
		m := meta{Article: "a" + id, Title: title, Source: id, N: n, Published: -int64(n), Base: n, Start: n, End: n + len(piece),
			Sentences: []int{}, Language: title}
		if first {
			m.Record = &record{File: title, Passages: n, Authors: []string{id, ""}, Lengths: lengths{int64(n), 2, 3},
				Headings: []article.Span{}, Sketch: []byte(piece)}
		}
		got, text, err := unpackPassage(packPassage(m, piece))
		if err != nil || text != piece {
			t.Fatalf("got %q, %v, want %q", text, err, piece)
		}
		if first && len(got.Record.Sketch) == 0 {
			got.Record.Sketch = m.Record.Sketch // none and empty are the same
		}
		if !reflect.DeepEqual(got, m) {
			t.Fatalf("got %+v, want %+v", got, m)
		}
	})
}
