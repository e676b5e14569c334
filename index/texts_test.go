package index

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"newsdesk/article"
)

// textsFile writes passages into memory and opens them.
func textsFile(t testing.TB, list []storedPassage) *texts {
	t.Helper()
	return openedTexts(t, func(w *pageWriter) error { return writeTexts(w, list) })
}

func openedTexts(t testing.TB, fill func(*pageWriter) error) *texts {
	t.Helper()
	file, err := pagesInMemory(textsKind, fill)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pagesIn(file, textsKind)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := openTexts(p)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// sameTexts checks that a file holds just these passages.
func sameTexts(t *testing.T, got *texts, want []storedPassage) {
	t.Helper()
	if got.docs() != len(want) {
		t.Fatalf("got %d passages, want %d", got.docs(), len(want))
	}
	for doc, p := range want {
		m, piece := got.passage(uint32(doc))
		if piece != p.piece {
			t.Fatalf("passage %d: got %.200q, want %.200q", doc, piece, p.piece)
		}
		if !reflect.DeepEqual(m, p.meta) {
			t.Fatalf("passage %d: got %+v, want %+v", doc, m, p.meta)
		}
		a := got.articleOf(uint32(doc))
		if id, n := got.id(a), got.n(uint32(doc)); id != m.Article || n != m.N {
			t.Fatalf("passage %d: columns say %s#%d, want %s#%d", doc, id, n, m.Article, m.N)
		}
		if got.published(a) != m.Published || got.sources()[got.source(a)] != m.Source {
			t.Fatalf("passage %d: columns say published %d, source %d of %q, want %+v",
				doc, got.published(a), got.source(a), got.sources(), m)
		}
		if a >= got.ArticleCount {
			t.Fatalf("passage %d is of article %d of %d", doc, a, got.ArticleCount)
		}
		if doc > 0 {
			if before := got.articleOf(uint32(doc - 1)); a != before && a != before+1 {
				t.Fatalf("passage %d is of article %d, the one before of %d", doc, a, before)
			}
		}
	}
}

// madePassages are random articles of one passage and more, in words that are
// frequent, rare and none.
func madePassages(rng *rand.Rand, articles int) (list []storedPassage) {
	for range articles {
		id := fmt.Sprint("article", rng.IntN(1000))
		if rng.IntN(3) == 0 {
			id = fmt.Sprintf("%016x", rng.Uint64())
		}
		m := meta{Article: id, Title: madeText(rng, 8), Source: fmt.Sprint("source", rng.IntN(3)),
			URL:       "https://news.example/" + strings.ReplaceAll(madeText(rng, 4), " ", "-"),
			Published: int64(rng.IntN(2)) * rng.Int64N(1<<31), Language: []string{"", "de"}[rng.IntN(2)]}
		passages := 1 + rng.IntN(4)
		if rng.IntN(20) == 0 {
			passages = 90
		}
		for n := range passages {
			piece := madeText(rng, rng.IntN(60))
			m.N, m.Start, m.Heading = n, m.Base, madeText(rng, rng.IntN(3))
			m.End = m.Start + rng.IntN(len(piece)+1)
			m.Sentences = madeSentences(rng, m.End-m.Start)
			m.Record = nil
			if n == 0 && rng.IntN(20) > 0 {
				m.Record = &record{File: "articles.jsonl", Hash: fmt.Sprintf("%016x", rng.Uint64()), Passages: passages,
					Lengths: lengths{rng.Int64N(1000), 2, 3}, Section: madeText(rng, 1)}
				for range rng.IntN(3) {
					m.Record.Authors = append(m.Record.Authors, madeText(rng, 2))
					m.Record.Headings = append(m.Record.Headings, article.Span{Start: rng.IntN(1000), End: 1000})
					m.Record.Sketch = append(m.Record.Sketch, "0123456789"...)
				}
				if rng.IntN(2) == 0 {
					m.Record.Sketch = madeSketch(rng)
				}
			}
			list = append(list, storedPassage{m, piece})
			m.Base += len(piece)
		}
	}
	return list
}

func madeSketch(rng *rand.Rand) []byte {
	sketch := make(article.Sketch, rng.IntN(65))
	for i := range sketch {
		sketch[i] = rng.Uint32() >> rng.IntN(32)
	}
	slices.Sort(sketch)
	return slices.Compact(sketch).Pack()
}

func madeSentences(rng *rand.Rand, within int) []int {
	list := []int{}
	for within > 0 && rng.IntN(10) > 0 {
		gap := min(rng.IntN(3), within)
		length := rng.IntN(within - gap + 1)
		list = append(list, gap, length)
		within -= gap + length
	}
	return list
}

func madeText(rng *rand.Rand, words int) string {
	var b strings.Builder
	for range words {
		switch rng.IntN(12) {
		case 0:
			b.WriteString([]string{"'s", "’t", "'", "’", "—", "« ", " »", "“", "\u00a0", "\xe2\x80", "\xe2", "ดี", "日本", "カ", "\xff", "\x00"}[rng.IntN(16)])
		case 1:
			for range rng.IntN(5) {
				b.WriteByte(byte(rng.Uint32()))
			}
		case 2:
			fmt.Fprint(&b, rng.Uint64())
		case 3:
			b.WriteString(strings.Repeat("long", rng.IntN(30)))
		default:
			fmt.Fprint(&b, "w", int(1/(rng.Float64()+1e-4)))
		}
		b.WriteString([]string{" ", " ", " ", " ", "  ", ", ", ". ", "\n\n", "-", "", "…"}[rng.IntN(11)])
	}
	return b.String()
}

// What is read of a file of texts is what was written, whatever it holds and in
// whichever order.
func TestTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, articles := range []int{0, 1, 2, 30, 300} {
		list := madePassages(rng, articles)
		sameTexts(t, textsFile(t, list), list)
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		sameTexts(t, textsFile(t, list), list)
	}
}

// Passages that no text is made of are kept as they are too.
func TestTextsOdd(t *testing.T) {
	junk := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range junk {
		junk[i] = byte(rng.Uint32())
	}
	var list []storedPassage
	for i, piece := range []string{
		"", " ", "  ", "a", "a b", "a  b", "a 's b's ’s '", "''s", "\xff\xfe", "\xe2\x80", "don't", "a\xe2\x80\x99",
		string(junk[:100]), strings.Repeat("日本語、", 100), strings.Repeat(" ", 100_000),
		"東京都は日本の首都である。", "В Україні", strings.Repeat("x", 64) + " " + strings.Repeat("x", 63) + " " + strings.Repeat("x", 64) + " " + strings.Repeat("x", 63),
	} {
		list = append(list,
			storedPassage{meta{Article: fmt.Sprint(i), Title: piece[:min(len(piece), 1000)], Sentences: []int{}, End: len(piece),
				Record: &record{Authors: []string{}, Headings: []article.Span{}, Sketch: []byte{}}}, piece},
			storedPassage{meta{Article: fmt.Sprint(i), N: i, Start: 5, Base: 3, End: 1, Sentences: []int{1, 2, 3}, Published: -1 << 40}, piece},
			storedPassage{meta{Article: fmt.Sprint(i), N: i, Sentences: []int{1, 250, 3, 4000, 7, 1 << 40, 1, 1}, Published: 1 << 50}, piece})
	}
	for _, piece := range []string{string(junk), strings.Repeat("a", 16<<20), strings.Repeat("word ", 1<<20)} {
		list = append(list, storedPassage{meta{Article: "huge", End: len(piece)}, piece})
	}
	sameTexts(t, textsFile(t, list), list)
}

// Files merged, and merged again, hold what one file written of the passages
// that stayed would hold, and nothing else.
func TestTextsMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for round := range 10 {
		level := make([]*texts, 1+rng.IntN(9))
		lists := make([][]storedPassage, len(level))
		for i := range level {
			lists[i] = madePassages(rng, rng.IntN(30))
			level[i] = textsFile(t, lists[i])
		}
		for len(level) > 1 || round%2 == 0 && rng.IntN(3) > 0 {
			n := 1 + rng.IntN(len(level))
			merged, list := mergedTexts(t, rng, level[:n], lists[:n])
			sameTexts(t, merged, list)
			level = append([]*texts{merged}, level[n:]...)
			lists = append([][]storedPassage{list}, lists[n:]...)
		}
		anew := textsFile(t, lists[0])
		if got, want := level[0].pages.size(), anew.pages.size(); got > want+want/20+100 {
			t.Errorf("merged to %d bytes, written anew %d", got, want)
		}
	}
}

// mergedTexts merges files, each passage left out with the same chance.
func mergedTexts(t testing.TB, rng *rand.Rand, from []*texts, lists [][]storedPassage) (*texts, []storedPassage) {
	var in []renumberedTexts
	var stay []storedPassage
	dropped := rng.IntN(4)
	for i, f := range from {
		numbers := make([]uint32, f.docs())
		for doc := range numbers {
			if rng.IntN(5) < dropped {
				numbers[doc] = math.MaxUint32
				continue
			}
			numbers[doc] = uint32(len(stay))
			stay = append(stay, lists[i][doc])
		}
		in = append(in, renumberedTexts{f, numbers})
	}
	return openedTexts(t, func(w *pageWriter) error { return mergeTexts(w, in, nil) }), stay
}

// Of an article that is left out no word stays that no other has.
func TestTextsForget(t *testing.T) {
	const secret = "Quetzalcoatlus"
	said := strings.Repeat("the "+secret+" flew ", 5)
	list := []storedPassage{
		{meta{Article: "kept", Title: "the bird", Source: "paper", Record: &record{File: "a.jsonl"}}, strings.Repeat("the bird flew ", 5)},
		{meta{Article: "id" + secret, Title: said, Source: "source" + secret, URL: "https://" + secret + ".example", Heading: said,
			Record: &record{File: secret, Section: secret, Authors: []string{secret, secret}}}, said},
		{meta{Article: "id" + secret, Title: said, Source: "source" + secret, URL: "https://" + secret + ".example", N: 1}, said},
	}
	f := textsFile(t, list)
	if !strings.Contains(string(f.pages.content), secret) {
		t.Fatal("the word is nowhere from the beginning")
	}
	merged := openedTexts(t, func(w *pageWriter) error {
		return mergeTexts(w, []renumberedTexts{{f, []uint32{0, math.MaxUint32, math.MaxUint32}}}, nil)
	})
	sameTexts(t, merged, list[:1])
	for n := 4; n <= len(secret); n++ {
		for i := range len(secret) - n + 1 {
			if strings.Contains(string(merged.pages.content), secret[i:i+n]) {
				t.Errorf("%q is still there", secret[i:i+n])
			}
		}
	}
}

func TestTextsMergeStops(t *testing.T) {
	list := madePassages(rand.New(rand.NewPCG(7, 8)), 300)
	f := textsFile(t, list)
	numbers := make([]uint32, len(list))
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	stop := make(chan struct{})
	close(stop)
	_, err := pagesInMemory(textsKind, func(w *pageWriter) error { return mergeTexts(w, []renumberedTexts{{f, numbers}}, stop) })
	if !errors.Is(err, errStopped) {
		t.Errorf("got %v, want %v", err, errStopped)
	}
	numbers[7] = 9
	if _, err := pagesInMemory(textsKind, func(w *pageWriter) error { return mergeTexts(w, []renumberedTexts{{f, numbers}}, nil) }); err == nil {
		t.Error("numbers out of order were merged")
	}
}

// Whatever stands in a file of which the checksums are right, reading it ends,
// in a passage or in a panic that is recovered, and takes no more memory than
// the file could be worth.
func FuzzTexts(f *testing.F) {
	rng := rand.New(rand.NewPCG(9, 10))
	list := madePassages(rng, 20)
	list = append(list, storedPassage{meta{Article: "z", Sentences: []int{}}, strings.Repeat("z", 10_000)},
		storedPassage{meta{Article: "raw", Sentences: []int{}}, "\xff\x00\xfe\x01"})
	sound := slices.Clone(textsFile(f, list).pages.content)
	for range 50 {
		f.Add(rng.Uint64())
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		content := slices.Clone(sound)
		for range 1 + rng.IntN(4) {
			at := rng.IntN(len(content))
			if rng.IntN(3) == 0 { // where the file says how long all is
				at = len(content) - 1 - rng.IntN(int(textsFooterSize)+300)
			}
			content[at] = byte(rng.Uint32())
		}
		if rng.IntN(4) == 0 {
			content = content[rng.IntN(len(content)):]
		}
		readSpoiled(t, content)
	})
}

// readSpoiled reads and merges a file of texts that may hold anything.
func readSpoiled(t *testing.T, content []byte) {
	file, err := pagesInMemory(textsKind, func(w *pageWriter) error { _, err := w.Write(content); return err })
	if err != nil {
		t.Fatal(err)
	}
	p, err := pagesIn(file, textsKind)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := openTexts(p)
	if err != nil {
		return
	}
	for doc := range uint32(opened.docs()) {
		func() {
			var err error
			defer recoverDamage(&err)
			opened.passage(doc)
			opened.n(doc)
			opened.id(opened.articleOf(doc))
		}()
	}
	numbers := make([]uint32, opened.docs())
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	file, err = pagesInMemory(textsKind, func(w *pageWriter) error {
		return mergeTexts(w, []renumberedTexts{{opened, numbers}}, nil)
	})
	if err != nil {
		return
	}
	if p, err = pagesIn(file, textsKind); err != nil {
		t.Fatal(err)
	}
	if _, err = openTexts(p); err != nil {
		t.Errorf("what was merged cannot be opened: %v", err)
	}
}

// A byte that changed in a file is noticed when it is opened or where it is
// read; a passage that is read is the one that was written.
func TestTextsNoticeDamage(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	list := madePassages(rng, 60)
	file, err := pagesInMemory(textsKind, func(w *pageWriter) error { return writeTexts(w, list) })
	must(t, err)
	for range 60 {
		flipped := slices.Clone(file)
		flipped[rng.IntN(len(flipped))] ^= 1 << rng.IntN(8)
		noticed := false
		p, err := pagesIn(flipped, textsKind)
		var opened *texts
		if err == nil {
			opened, err = openTexts(p)
		}
		if err != nil {
			if !errors.Is(err, errSpoiled) {
				t.Errorf("got %v, want %v", err, errSpoiled)
			}
			continue
		}
		for doc, want := range list {
			var err error
			func() {
				defer recoverDamage(&err)
				if m, piece := opened.passage(uint32(doc)); piece != want.piece || !reflect.DeepEqual(m, want.meta) {
					t.Errorf("passage %d was read otherwise than written", doc)
				}
			}()
			noticed = noticed || err != nil
		}
		if !noticed {
			t.Error("nobody noticed a byte that had changed")
		}
	}
}

// What reading unpacks is bounded, however a piece was made.
func TestPiecesAreBounded(t *testing.T) {
	one := zstdEncoder().EncodeAll([]byte("An otter swims."), nil)
	large := zstdEncoder().EncodeAll(make([]byte, maxZstd), nil)
	for name, stored := range map[string][]byte{"one behind another": append(slices.Clone(one), large...), "twice": append(slices.Clone(large), large...)} {
		func() {
			defer func() {
				if got := recover(); got != errSpoiled {
					t.Errorf("%s: got %v, want %v", name, got, errSpoiled)
				}
			}()
			new(textScratch).piece(pieceZstd, &recordReader{b: stored, end: len(stored)})
		}()
	}
	if got := new(textScratch).piece(pieceZstd, &recordReader{b: large, end: len(large)}); len(got) != maxZstd {
		t.Errorf("the largest piece has %d bytes", len(got))
	}
}
