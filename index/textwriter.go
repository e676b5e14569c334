package index

import (
	"encoding/binary"
	"math"
)

// A storedPassage is a passage as it is stored.
type storedPassage struct {
	meta  meta
	piece string
}

// follows reports whether a passage comes next after another in their article.
func (p *storedPassage) follows(before *storedPassage) bool {
	m, b := &p.meta, &before.meta
	return m.N == b.N+1 && m.Record == nil && m.Article == b.Article && m.Title == b.Title && m.URL == b.URL &&
		m.Source == b.Source && m.Published == b.Published && m.Language == b.Language
}

// writeTexts writes a file of texts. The passages of an article should follow
// one another in order, which shares what is known of the article.
func writeTexts(w *pageWriter, list []storedPassage) error {
	lex := newLexicon()
	var tokens []uint32 // of all texts, each with endOfText behind
	each := func(encode encoder, do func(p *storedPassage, article, passage []byte) error) error {
		var article, passage []byte
		for i := range list {
			p := &list[i]
			article = article[:0]
			if i == 0 || !p.follows(&list[i-1]) {
				article = packArticle(article, &p.meta, encode)
			}
			passage = packPassageRecord(passage[:0], &p.meta, p.piece, encode)
			if err := do(p, article, passage); err != nil {
				return err
			}
		}
		return nil
	}
	count := func(dst []byte, text string) []byte {
		eachToken(text, func(token string) {
			n := lex.number(token)
			lex.counts[n]++
			tokens = append(tokens, n)
		})
		tokens = append(tokens, endOfText)
		return dst
	}
	if err := each(count, func(*storedPassage, []byte, []byte) error { return nil }); err != nil {
		return err
	}
	tokens = lex.pair(tokens)
	lex.rank()
	t, err := newTextWriter(w, lex)
	if err != nil {
		return err
	}
	encode := func(dst []byte, _ string) []byte {
		for i, n := range tokens {
			if n == endOfText {
				tokens = tokens[i+1:]
				break
			}
			dst = lex.put(dst, n)
		}
		return dst
	}
	err = each(encode, func(p *storedPassage, article, passage []byte) error {
		if len(article) > 0 {
			t.article(p.meta.Published, p.meta.Source, p.meta.N)
		}
		return t.passage(article, passage)
	})
	if err != nil {
		return err
	}
	return t.finish()
}

const endOfText = math.MaxUint32

// A textWriter writes a file of texts of which the records are there.
type textWriter struct {
	out     *pageWriter
	lexicon *lexicon

	docs     uint32
	sizes    []byte
	blocks   []textBlock
	columns  [len(textsFooter{}.Widths)][]uint64
	dates    []int64
	sources  map[string]uint64
	names    packer
	articles uint32
}

// newTextWriter begins a file with its vocabulary.
func newTextWriter(out *pageWriter, lex *lexicon) (*textWriter, error) {
	var words []byte
	for _, n := range lex.ranked {
		words = append(words, lex.words[n]...)
	}
	_, err := out.Write(append(words, make([]byte, slack)...))
	return &textWriter{out: out, lexicon: lex, sources: make(map[string]uint64)}, err
}

// article begins an article with the next passage, its n-th.
func (t *textWriter) article(published int64, source string, n int) {
	place, known := t.sources[source]
	if !known {
		place = uint64(len(t.sources))
		t.sources[source] = place
		t.names.text(source)
	}
	t.columns[articleRecords] = append(t.columns[articleRecords], t.out.at)
	t.columns[articleSource] = append(t.columns[articleSource], place)
	t.columns[articleFirst] = append(t.columns[articleFirst], uint64(n))
	t.dates = append(t.dates, published)
}

// passage writes a passage's record and, if it is the first after article was
// called, before it the article's.
func (t *textWriter) passage(article, passage []byte) error {
	if t.docs%blockTexts == 0 {
		t.blocks = append(t.blocks, textBlock{At: t.out.at, Before: t.articles})
	}
	if len(article) > 0 {
		t.blocks[len(t.blocks)-1].Begins |= 1 << (t.docs % blockTexts)
		t.articles++
	}
	t.docs++
	size := len(article) + len(passage)
	if size >= hugeRecord {
		size = hugeRecord
		if _, err := t.out.Write(binary.LittleEndian.AppendUint64(nil, uint64(8+len(article)+len(passage)))); err != nil {
			return err
		}
		if len(article) > 0 {
			t.columns[articleRecords][t.articles-1] += 8
		}
	}
	t.sizes = binary.LittleEndian.AppendUint16(t.sizes, uint16(size))
	if _, err := t.out.Write(article); err != nil {
		return err
	}
	_, err := t.out.Write(passage)
	return err
}

// finish writes what comes behind the records.
func (t *textWriter) finish() error {
	foot := textsFooter{Docs: t.docs, ArticleCount: t.articles, Prefixes: t.lexicon.prefixes}
	var after []byte
	begin := func() uint64 { return t.out.at + uint64(len(after)) }
	foot.Lengths = begin()
	for _, n := range t.lexicon.ranked {
		word := t.lexicon.words[n]
		after = append(after, byte(len(word)<<kindBits)|kindOf(word))
	}
	foot.Sizes = begin()
	after = append(after, t.sizes...)
	foot.Blocks = begin()
	after, err := binary.Append(after, binary.LittleEndian, t.blocks)
	if err != nil {
		return err
	}
	foot.Articles = begin()
	foot.Published, t.columns[articlePublished] = datesFrom(t.dates)
	for i, column := range t.columns {
		after, foot.Widths[i] = appendColumn(after, column)
	}
	foot.Sources = begin()
	after = append(after, t.names...)
	if after, err = binary.Append(after, binary.LittleEndian, foot); err != nil {
		return err
	}
	_, err = t.out.Write(after)
	return err
}

// datesFrom counts dates from the earliest one, so that the numbers are small;
// 0 is that none is known.
func datesFrom(dates []int64) (first int64, since []uint64) {
	first = math.MaxInt64
	for _, d := range dates {
		if d != 0 {
			first = min(first, d)
		}
	}
	for _, d := range dates {
		if d != 0 {
			d = d - first + 1
		}
		since = append(since, uint64(d))
	}
	return first, since
}
