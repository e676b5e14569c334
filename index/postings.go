package index

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Beside each segment of Bleve lies a file of postings, as immutable as the
// segment, in which a search finds what BM25F needs: Bleve's own postings give
// a field at a time, through interfaces, with no bound on what a block of them
// can add to a score. It is a file of pages, with this content:
//
//	lists     of the terms that more than fewDocs passages hold, in order of
//	          the terms: a directory, and blocks of blockDocs postings
//	lengths   3 bytes a passage: terms in its text, title and heading; a first
//	          byte of longText says that they are among the long
//	long      12 bytes each: passages with longer fields, and their lengths
//	kinds     8 bytes each: triples of frequencies in text, title and heading,
//	          beside commonKinds, as they first occur in the lists
//	terms     the dictionary, see terms.go
//	tail      see tail
//
// The directory has dirEntry bytes a block: the last passage (4), a bound on
// the frequency (2) and where the block begins behind the directory (4). A list
// of one block has the bound only, one of unboundDocs or fewer nothing, since
// they are soon read. A block begins with a byte that holds two
// widths, of gaps (5 bits) and of kinds (3 bits). Then come the gaps between
// the passages and their kinds, in Rice's code (Rice 1979): of all, what is
// left of each number without its low bits, in unary, and behind these all the
// low bits, of the width. A width of kinds of 0 says that all are of kind 0,
// and is followed by nothing; others are one more than the width is.
//
// What is written depends on the passages and their order alone: postings that
// were merged are those that would have been made of all passages at once.
const (
	postingsExt  = ".post"
	postingsKind = "posting3"

	blockDocs   = 128
	unboundDocs = 32
	fewDocs     = 6 // of so many the dictionary itself tells
	dirEntry    = 10
	padding     = 8 // packed numbers are read as eight bytes
	longText    = 255
	maxGapBits  = 31
	maxKindLow  = 6
	maxPerTerm  = math.MaxUint16 // of one term in a title or heading; more counts as so many
)

// tail ends the content of a file of postings.
type tail struct {
	Means  [3]float64 // of text, title and heading, that the bounds were worked out with
	Lists  uint64     // bytes
	Terms  uint64     // bytes of their blocks
	Hashes uint64     // bytes
	Docs   uint32
	Long   uint32
	Kinds  uint32
	Count  uint32 // of terms
}

var tailSize = uint64(binary.Size(tail{}))

// frequencies are how often a term stands in the fields of a passage.
type frequencies struct {
	text           uint32
	title, heading uint16
}

// commonKinds have numbers of their own, the most frequent in news the lowest,
// since a number costs as many bits as it is high.
var commonKinds = []frequencies{
	{1, 0, 0}, {2, 0, 0}, {0, 1, 0}, {3, 0, 0}, {0, 0, 1}, {4, 0, 0}, {1, 1, 0}, {2, 1, 0},
	{3, 1, 0}, {5, 0, 0}, {4, 1, 0}, {6, 0, 0}, {1, 0, 1}, {5, 1, 0}, {7, 0, 0}, {6, 1, 0},
}

// A part is the postings of a segment.
type part struct {
	tail
	*pages
	dictionary
	kinds   []frequencies
	lens    []byte // the section of lengths
	long    []byte // the section of the long
	texts   *texts
	base    uint32 // number of its first passage in the generation
	deleted docSet // by the part's own numbers
}

// openPart reads the postings in a file, which it does not close where it fails.
func openPart(p *pages) (opened *part, err error) {
	defer recoverDamage(&err)
	if p.size() < tailSize {
		return nil, errSpoiled
	}
	o := &part{pages: p}
	end := p.size() - tailSize
	if _, err := binary.Decode(p.read(end, tailSize), binary.LittleEndian, &o.tail); err != nil {
		return nil, err
	}
	lengths := o.Lists
	long := lengths + 3*uint64(o.Docs) + 1
	kinds := long + 12*uint64(o.Long)
	terms := kinds + 8*uint64(o.Kinds)
	if o.Lists > end || o.Terms > end || o.Hashes > end || o.Long > o.Docs || o.dictionary.place(terms, &o.tail) != end {
		return nil, errSpoiled
	}
	o.lens, o.long = p.read(lengths, long-lengths), p.read(long, kinds-long)
	o.kinds = slices.Clone(commonKinds)
	for at := kinds; at < terms; at += 8 {
		o.kinds = append(o.kinds, unpackFrequencies(p.read(at, 8)))
	}
	return o, nil
}

// before reports which of two passages comes first where their scores are equal:
// by article and place in it.
func (p *part) before(a, b uint32) bool {
	x, y := p.texts.articleOf(a), p.texts.articleOf(b)
	if x == y {
		return a < b
	}
	return cmp.Or(strings.Compare(p.texts.id(x), p.texts.id(y)), p.texts.n(a)-p.texts.n(b)) < 0
}

// lengths returns how many terms the fields of a passage have.
func (p *part) lengths(doc uint32) frequencies {
	v := binary.LittleEndian.Uint32(p.lens[3*uint64(doc):])
	if v&0xff == longText {
		return p.longLengths(doc)
	}
	return frequencies{v & 0xff, uint16(v >> 8 & 0xff), uint16(v >> 16 & 0xff)}
}

func (p *part) longLengths(doc uint32) frequencies {
	lo, hi := 0, int(p.Long)
	for lo < hi {
		switch mid := int(uint(lo+hi) / 2); {
		case binary.LittleEndian.Uint32(p.long[12*mid:]) < doc:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	if lo == int(p.Long) || binary.LittleEndian.Uint32(p.long[12*lo:]) != doc {
		panic(errSpoiled)
	}
	return unpackFrequencies(p.long[12*lo+4:])
}

func isLong(l frequencies) bool {
	return l.text >= longText || l.title > math.MaxUint8 || l.heading > math.MaxUint8
}

func packFrequencies(f frequencies) uint64 {
	return uint64(f.text) | uint64(f.title)<<32 | uint64(f.heading)<<48
}

func unpackFrequencies(b []byte) frequencies {
	v := binary.LittleEndian.Uint64(b)
	return frequencies{uint32(v), uint16(v >> 32), uint16(v >> 48)}
}

// A list is the postings of one term in a part.
type list struct {
	part  *part
	docs  int    // deleted ones too
	at    uint64 // of the first block
	end   uint64 // of the list
	dir   []byte // nil where there is one block
	bound uint16 // of the one block, if there are more than unboundDocs

	few, fewKinds [fewDocs]uint32 // where there are no more
}

// listAt opens the list of a term that more than fewDocs passages hold.
func (p *part) listAt(docs uint32, at, size uint64) list {
	l := list{part: p, docs: int(docs), end: at + size}
	if docs > p.Docs || size > p.Lists || l.end > p.Lists {
		panic(errSpoiled)
	}
	head := uint64(0)
	switch {
	case docs > blockDocs:
		head = dirEntry * uint64(l.blocks())
		l.dir = p.read(at, head)
	case docs > unboundDocs:
		head = 2
		l.bound = binary.LittleEndian.Uint16(p.read(at, head))
	}
	if l.at = at + head; l.at > l.end {
		panic(errSpoiled)
	}
	return l
}

func (l *list) blocks() int { return (l.docs + blockDocs - 1) / blockDocs }

// last is the last passage of a block, or one behind it where there is but one.
func (l *list) last(block int) uint32 {
	if l.dir == nil {
		return l.part.Docs
	}
	return binary.LittleEndian.Uint32(l.dir[dirEntry*block:])
}

func (l *list) boundOf(block int) float64 {
	bound := l.bound
	if l.dir != nil {
		bound = binary.LittleEndian.Uint16(l.dir[dirEntry*block+4:])
	}
	return unpackBound(bound)
}

// A bound is the upper half of a float32, rounded up.
func packBound(f float64) uint16 {
	b := math.Float32bits(math.Nextafter32(float32(f), math.MaxFloat32))
	return uint16((b + 0xffff) >> 16)
}

func unpackBound(b uint16) float64 { return float64(math.Float32frombits(uint32(b) << 16)) }

// read unpacks a block: its passages and their kinds.
func (l *list) read(block int, docs, kinds *[blockDocs]uint32) int {
	if l.docs <= fewDocs {
		copy(docs[:], l.few[:l.docs])
		return copy(kinds[:], l.fewKinds[:l.docs])
	}
	n := min(blockDocs, l.docs-block*blockDocs)
	at, end, next := l.at, l.end, uint64(0)
	if l.dir != nil {
		at += uint64(binary.LittleEndian.Uint32(l.dir[dirEntry*block+6:]))
		if block+1 < l.blocks() {
			end = l.at + uint64(binary.LittleEndian.Uint32(l.dir[dirEntry*(block+1)+6:]))
		}
		if block > 0 {
			next = uint64(l.last(block-1)) + 1
		}
	}
	if at >= end || end > l.end {
		panic(errSpoiled)
	}
	data := l.part.read(at, end-at+padding)
	gapBits, kindBits := uint64(data[0]&maxGapBits), uint64(data[0]>>5)
	data = data[1:]
	unary := unaryReader{data: data, word: binary.LittleEndian.Uint64(data)}
	unary.read(docs[:n])
	if kindBits > 0 {
		unary.read(kinds[:n])
	} else {
		clear(kinds[:n])
	}
	low := unary.next
	if kindBits > 1 {
		addLow(data, low+uint64(n)*gapBits, kindBits-1, kinds[:n])
	}
	mask := uint64(1)<<gapBits - 1
	for i, high := range docs[:n] {
		next += uint64(high)<<gapBits | binary.LittleEndian.Uint64(data[low>>3:])>>(low&7)&mask
		docs[i] = uint32(next)
		next++
		low += gapBits
	}
	if next > uint64(l.part.Docs) || l.dir != nil && docs[n-1] != l.last(block) {
		panic(errSpoiled)
	}
	return n
}

// living counts the passages of a list that are not deleted.
func (l *list) living() int {
	if l.part.deleted == nil {
		return l.docs
	}
	n := 0
	var docs, kinds [blockDocs]uint32
	for block := range l.blocks() {
		for _, doc := range docs[:l.read(block, &docs, &kinds)] {
			if !l.part.deleted.has(doc) {
				n++
			}
		}
	}
	return n
}
