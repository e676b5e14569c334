package index

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/bits"
)

// A file of texts holds passages with what is known of them, by number from 0
// on, and each article's own data once. Passages that follow one another in
// their article share an entry in the table of articles. Its content is
//
//	words     of the vocabulary, the most frequent first, and slack bytes
//	records   one a passage, see packPassageRecord; before that of an
//	          article's first passage here its own, see packArticle
//	lengths   of the vocabulary's words, a byte each, the kind in its low bits
//	sizes     of records, two bytes each; the largest value means that the
//	          size is in the record's first eight bytes
//	blocks    one for blockTexts passages, see textBlock
//	articles  four columns, see articleRecords
//	sources   each with its length before it
//	footer    see textsFooter
const (
	textsExt   = ".text"
	textsKind  = "texts  1"
	blockTexts = 16
	hugeRecord = math.MaxUint16
)

// textsFooter ends the content of a file of texts.
type textsFooter struct {
	Lengths, Sizes, Blocks, Articles, Sources uint64 // where each begins

	Published int64 // what the column of dates counts from

	// An article of which passages do not follow each other in order counts
	// several times.
	Docs, ArticleCount uint32
	Widths             [4]uint8 // of the columns of articles
	Prefixes           prefixes
	_                  uint8
}

var textsFooterSize = uint64(binary.Size(textsFooter{}))

// A textBlock tells of blockTexts passages where their records begin, how many
// articles begin before, and which of them begin one.
type textBlock struct {
	At     uint64
	Before uint32
	Begins uint16
	_      uint16
}

const textBlockSize = 16

// texts are the passages of a file. They may be read by many at once. Numbers
// of passages and articles must be below Docs and ArticleCount; what is damaged
// panics, mostly with errSpoiled.
type texts struct {
	pages *pages
	textsFooter
	vocabulary    *vocabulary
	sizes, blocks []byte
	columns       [len(textsFooter{}.Widths)]numberColumn
	names         []string
}

// Columns of articles, each as wide as its largest number needs.
const (
	articleRecords   = iota // where the record is
	articlePublished        // seconds after the footer's date, and one; 0 is unknown
	articleSource           // its place in sources
	articleFirst            // which passage of the article its first one here is
)

// openTexts reads the columns of a file of texts.
func openTexts(p *pages) (t *texts, err error) {
	defer func() {
		if recover() != nil {
			t, err = nil, fmt.Errorf("%w: %w", errDamaged, errSpoiled)
		}
	}()
	t = &texts{pages: p}
	if p.size() < textsFooterSize {
		panic(errSpoiled)
	}
	footerAt := p.size() - textsFooterSize
	if _, err := binary.Decode(p.read(footerAt, textsFooterSize), binary.LittleEndian, &t.textsFooter); err != nil {
		return nil, err
	}
	section := func(from, to uint64) []byte {
		if from > to {
			panic(errSpoiled)
		}
		return p.read(from, to-from)
	}
	lengths := section(t.Lengths, t.Sizes)
	total := uint64(0)
	for _, b := range lengths {
		total += uint64(b >> kindBits)
	}
	t.vocabulary = newVocabulary(t.Prefixes, lengths, p.read(0, total+slack))
	t.sizes, t.blocks = section(t.Sizes, t.Blocks), section(t.Blocks, t.Articles)
	blocks := (uint64(t.Docs) + blockTexts - 1) / blockTexts
	if uint64(len(t.sizes)) != 2*uint64(t.Docs) || uint64(len(t.blocks)) != textBlockSize*blocks || t.ArticleCount > t.Docs {
		panic(errSpoiled)
	}
	rest := section(t.Articles, t.Sources)
	for i, width := range t.Widths {
		size := uint64(width) * uint64(t.ArticleCount)
		if width > 8 || width&(width-1) != 0 || size > uint64(len(rest)) {
			panic(errSpoiled)
		}
		t.columns[i] = numberColumn{rest[:size], int(width)}
		rest = rest[size:]
	}
	if len(rest) > 0 {
		panic(errSpoiled)
	}
	names := section(t.Sources, footerAt)
	for r := (recordReader{b: names, end: len(names)}); r.at < r.end; {
		t.names = append(t.names, string(r.take(r.length())))
	}
	return t, nil
}

// docs is how many passages there are.
func (t *texts) docs() int { return int(t.Docs) }

// sources are the names of sources, each once.
func (t *texts) sources() []string { return t.names }

// articleOf returns the number of a passage's article. Numbers rise with those
// of passages.
func (t *texts) articleOf(doc uint32) uint32 {
	b := t.blocks[textBlockSize*(doc/blockTexts):]
	begins := binary.LittleEndian.Uint16(b[12:]) << (blockTexts - 1 - doc%blockTexts)
	return binary.LittleEndian.Uint32(b[8:]) + uint32(bits.OnesCount16(begins)) - 1
}

// begin returns the first passage here of a passage's article.
func (t *texts) begin(doc uint32) uint32 {
	block := int(doc / blockTexts)
	begins := binary.LittleEndian.Uint16(t.blocks[textBlockSize*block+12:]) << (blockTexts - 1 - doc%blockTexts)
	for ; begins == 0; begins = binary.LittleEndian.Uint16(t.blocks[textBlockSize*block+12:]) {
		block--
		doc = uint32(block*blockTexts + blockTexts - 1)
	}
	return doc - uint32(bits.LeadingZeros16(begins))
}

// n returns which passage of its article one is, from 0.
func (t *texts) n(doc uint32) int {
	return int(t.columns[articleFirst].at(t.articleOf(doc))) + int(doc-t.begin(doc))
}

// published returns when an article came out in Unix seconds, 0 if unknown.
func (t *texts) published(article uint32) int64 {
	v := t.columns[articlePublished].at(article)
	if v == 0 {
		return 0
	}
	return t.Published + int64(v-1)
}

// source returns the place of an article's source among the sources.
func (t *texts) source(article uint32) uint32 {
	return uint32(t.columns[articleSource].at(article))
}

// id returns the name of an article.
func (t *texts) id(article uint32) string {
	r := t.articleRecord(article)
	blob := r.blob()
	return string(blob.appendName(nil))
}

// articleRecord returns a reader of an article's record. Behind it are slack
// bytes or more.
func (t *texts) articleRecord(article uint32) recordReader {
	at := t.columns[articleRecords].at(article)
	size, body := t.pages.number(at)
	if size > t.pages.size() {
		panic(errSpoiled)
	}
	return recordReader{b: t.pages.read(body, size+slack), end: int(size)}
}

// record returns a reader of a passage's record, with slack bytes behind.
func (t *texts) record(doc uint32) recordReader {
	block := doc / blockTexts
	at := binary.LittleEndian.Uint64(t.blocks[textBlockSize*block:])
	for i := block * blockTexts; ; i++ {
		size := uint64(binary.LittleEndian.Uint16(t.sizes[2*i:]))
		if size == hugeRecord {
			size = binary.LittleEndian.Uint64(t.pages.read(at, 8))
			if size < 8 || size > t.pages.size() {
				panic(errSpoiled)
			}
			if i == doc {
				return t.body(at+8, size-8, doc)
			}
		}
		if i == doc {
			return t.body(at, size, doc)
		}
		at += size
	}
}

// body leaves an article's record out before that of a passage.
func (t *texts) body(at, size uint64, doc uint32) recordReader {
	r := recordReader{b: t.pages.read(at, size+slack), end: int(size)}
	if t.begin(doc) == doc {
		r.take(r.length())
	}
	return r
}

// passage returns what was stored.
func (t *texts) passage(doc uint32) (m meta, piece string) {
	s := textScratches.Get().(*textScratch)
	s.text, s.ends, s.vocabulary = s.text[:0], s.ends[:0], t.vocabulary
	article := t.articleOf(doc)
	begin := t.begin(doc)
	m.N = int(t.columns[articleFirst].at(article)) + int(doc-begin)
	m.Published, m.Source = t.published(article), t.names[t.source(article)]
	a := t.articleRecord(article)
	s.article(&a)
	if begin == doc && a.at < a.end {
		m.Record = s.record(&a)
	}
	r := t.record(doc)
	fill := s.passage(&r)

	s.whole, s.at, s.next = string(s.text), 0, 0
	m.Article, m.Title, m.URL, m.Language = s.take(), s.take(), s.take(), s.take()
	if m.Record != nil {
		m.Record.Hash, m.Record.File, m.Record.Section, m.Record.Language, m.Record.Image = s.take(), s.take(), s.take(), s.take(), s.take()
		for i := range m.Record.Authors {
			m.Record.Authors[i] = s.take()
		}
	}
	m.Heading, piece = s.take(), s.take()
	fill.into(&m, piece)
	s.whole = ""
	if cap(s.text) <= keptScratch {
		textScratches.Put(s)
	}
	return m, piece
}

// A numberColumn is numbers of the same width.
type numberColumn struct {
	b     []byte
	width int
}

func (c numberColumn) at(i uint32) uint64 {
	b := c.b[int(i)*c.width:]
	switch c.width {
	case 0:
		return 0
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	}
	return binary.LittleEndian.Uint64(b)
}

// appendColumn appends a column that is as narrow as its numbers let it be.
func appendColumn(dst []byte, numbers []uint64) (column []byte, width uint8) {
	most := uint64(0)
	for _, n := range numbers {
		most = max(most, n)
	}
	switch {
	case most == 0:
		return dst, 0
	case most <= math.MaxUint8:
		width = 1
	case most <= math.MaxUint16:
		width = 2
	case most <= math.MaxUint32:
		width = 4
	default:
		width = 8
	}
	for _, n := range numbers {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], n)
		dst = append(dst, b[:width]...)
	}
	return dst, width
}

// beginnings are the articles, each with its first passage here.
func (t *texts) beginnings() iter.Seq2[uint32, uint32] {
	return func(yield func(article, doc uint32) bool) {
		for block := range uint32(len(t.blocks) / textBlockSize) {
			b := t.blocks[textBlockSize*block:]
			article := binary.LittleEndian.Uint32(b[8:])
			for begins := binary.LittleEndian.Uint16(b[12:]); begins != 0; begins &= begins - 1 {
				if !yield(article, block*blockTexts+uint32(bits.TrailingZeros16(begins))) {
					return
				}
				article++
			}
		}
	}
}
