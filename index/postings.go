package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"
	"os"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/mmap-go"
)

// Beside each segment of Bleve lie files of postings, as immutable as the
// segment, in which a search finds what BM25F needs: Bleve's own postings give
// a field at a time, through interfaces, with no bound on what a block of them
// can add to a score. A file describes a part of the segment, partDocs
// passages at most, in little endian:
//
//	header    see header
//	lengths   8 bytes a passage: terms in its text (4), title (2), heading (2)
//	ranks     4 bytes a passage: its place in the order of article and number
//	kinds     8 bytes each: a triple of frequencies in text, title and heading
//	lists     one a term, in buckets by the term's hash: the length of the term,
//	          the term, how many passages hold it, and how many bytes come then,
//	          as uvarints; a directory; blocks of blockDocs postings
//	buckets   8 bytes each: where the bucket begins, and behind the last one
//	          where they end; eight bytes of padding
//	sums      CRC-32C of every sumPage bytes before
//
// The directory has 10 bytes a block: the last passage, a bound on the
// frequency, where the block begins. A list of one block has the bound only,
// and one of shortDocs postings or fewer has uvarints instead of the block.
// A block is two widths and then, packed to these, the gaps between the
// passages and the kinds, of which the most frequent have the lowest numbers.
const (
	postingsExt   = ".post"
	postingsMagic = "newsdesk postings 2\n\x00\x00\x00\x00"

	partDocs   = 1 << 20
	blockDocs  = 128
	dirEntry   = 10
	sumPage    = 1 << 16
	padding    = 8 // a packed number is read as eight bytes
	shortDocs  = 6
	bucketSize = 6              // terms, about
	maxPerTerm = math.MaxUint16 // of one term in a title or heading; more counts as so many
)

// header begins a file of postings.
type header struct {
	Magic   [24]byte
	Means   [3]float64 // of text, title and heading, that the bounds were worked out with
	Docs    uint32
	Kinds   uint32
	Buckets uint32 // a power of two
	_       uint32

	Lengths, Ranks, KindsAt, Lists, Table, Sums uint64 // where each begins
}

// frequencies are how often a term stands in the fields of a passage.
type frequencies struct {
	text           uint32
	title, heading uint16
}

// A part is the postings of some passages that follow one another in a
// segment.
type part struct {
	header
	file    mmap.MMap
	handle  *os.File
	kinds   []frequencies
	lens    []byte // the section of lengths
	base    uint32 // number of its first passage in the generation
	deleted docSet // by the part's own numbers
	checked []atomic.Uint64
}

var errPostings = errors.New("the postings are not what was written")

// openPart maps a file of postings.
func openPart(path string) (opened *part, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	p := &part{handle: f}
	defer func() {
		if err != nil {
			_ = p.close()
		}
	}()
	if p.file, err = mmap.Map(f, mmap.RDONLY, 0); err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	n, err := binary.Decode(p.file, binary.LittleEndian, &p.header)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	at := []uint64{uint64(n), p.Lengths, p.Ranks, p.KindsAt, p.Lists, p.Table, p.Sums, uint64(len(p.file))}
	for i := range at[1:] {
		if at[i] > at[i+1] {
			return nil, fmt.Errorf("%s: %w", path, errPostings)
		}
	}
	pages := (p.Sums + sumPage - 1) / sumPage
	if string(p.Magic[:]) != postingsMagic || bits.OnesCount32(p.Buckets) != 1 || uint64(len(p.file)) != p.Sums+4*pages ||
		p.Ranks-p.Lengths != 8*uint64(p.Docs) || p.KindsAt-p.Ranks != 4*uint64(p.Docs) ||
		p.Lists-p.KindsAt != 8*uint64(p.Kinds) || p.Sums-p.Table != 8*uint64(p.Buckets+1)+padding {
		return nil, fmt.Errorf("%s: %w", path, errPostings)
	}
	p.checked = make([]atomic.Uint64, pages/64+1)
	defer recoverDamage(&err)
	p.read(0, uint64(n))
	p.lens = p.read(p.Lengths, 8*uint64(p.Docs))
	for i := range p.Kinds {
		p.kinds = append(p.kinds, unpackFrequencies(p.read(p.KindsAt+8*uint64(i), 8)))
	}
	return p, nil
}

// delete takes note of the segment's deleted passages, of which the part's
// first has that number.
func (p *part) delete(seg *scorch.SegmentSnapshot, first uint32) {
	deleted := seg.Deleted()
	if deleted == nil || deleted.IsEmpty() {
		return
	}
	for it := deleted.Iterator(); it.HasNext(); {
		if d := it.Next(); d >= first && d-first < p.Docs {
			p.deleted.add(d - first)
		}
	}
}

func (p *part) close() error {
	var err error
	if p.file != nil {
		err = p.file.Unmap()
	}
	return errors.Join(err, p.handle.Close())
}

// read returns n bytes. What they are part of is held against its checksum
// when it is first read; a difference panics, as a fault of the memory does.
func (p *part) read(at, n uint64) []byte {
	for page := at / sumPage; page*sumPage < at+n; page++ {
		word, bit := &p.checked[page/64], uint64(1)<<(page%64)
		if word.Load()&bit != 0 {
			continue
		}
		want := binary.LittleEndian.Uint32(p.file[p.Sums+4*page:])
		if crc32.Checksum(p.file[page*sumPage:min((page+1)*sumPage, p.Sums)], castagnoli) != want {
			panic(errPostings)
		}
		word.Or(bit)
	}
	return p.file[at : at+n]
}

// lengths returns how many terms the fields of a passage have.
func (p *part) lengths(doc uint32) frequencies { return unpackFrequencies(p.lens[8*doc:]) }

func (p *part) rank(doc uint32) uint32 {
	return binary.LittleEndian.Uint32(p.read(p.Ranks+4*uint64(doc), 4))
}

func packFrequencies(f frequencies) uint64 {
	return uint64(f.text) | uint64(f.title)<<32 | uint64(f.heading)<<48
}

func unpackFrequencies(b []byte) frequencies {
	v := binary.LittleEndian.Uint64(b)
	return frequencies{uint32(v), uint16(v >> 32), uint16(v >> 48)}
}

// hashTerm is FNV-1a with its bits mixed once more.
func hashTerm(term string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(term) {
		h = (h ^ uint64(term[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// A list is the postings of one term in a part.
type list struct {
	part  *part
	docs  int    // deleted ones too
	at    uint64 // of the first block in the file
	dir   []byte // nil where there is one block
	bound uint16 // of the one block
}

// find returns the list of a term; false where the part does not hold it.
func (p *part) find(term string) (list, bool) {
	bucket := p.read(p.Table+8*(hashTerm(term)&uint64(p.Buckets-1)), 16)
	at, end := binary.LittleEndian.Uint64(bucket), binary.LittleEndian.Uint64(bucket[8:])
	uvarint := func() uint64 {
		v, width := binary.Uvarint(p.read(at, min(binary.MaxVarintLen32, p.Sums-at)))
		if width <= 0 {
			panic(errPostings)
		}
		at += uint64(width)
		return v
	}
	for at < end {
		n := uint64(p.read(at, 1)[0])
		found := string(p.read(at+1, n)) == term
		at += 1 + n
		docs, size := uvarint(), uvarint()
		if !found {
			at += size
			continue
		}
		if docs == 0 || docs > uint64(p.Docs) {
			panic(errPostings)
		}
		l := list{part: p, docs: int(docs)}
		if docs <= blockDocs {
			l.bound = binary.LittleEndian.Uint16(p.read(at, 2))
			l.at = at + 2
			return l, true
		}
		directory := (docs + blockDocs - 1) / blockDocs * dirEntry
		l.dir = p.read(at, directory)
		l.at = at + directory
		return l, true
	}
	return list{}, false
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
	n := min(blockDocs, l.docs-block*blockDocs)
	at, next := l.at, uint32(0)
	if l.dir != nil {
		at += uint64(binary.LittleEndian.Uint32(l.dir[dirEntry*block+6:]))
	}
	if block > 0 {
		next = l.last(block-1) + 1
	}
	if l.docs <= shortDocs {
		return l.readShort(docs, kinds)
	}
	head := l.part.read(at, 2)
	docWidth, kindWidth := uint64(head[0]), uint64(head[1])
	docBytes, kindBytes := (uint64(n)*docWidth+7)/8, (uint64(n)*kindWidth+7)/8
	if docWidth > 32 || kindWidth > 32 {
		panic(errPostings)
	}
	data := l.part.read(at+2, docBytes+kindBytes+padding)
	unpack(data, docWidth, docs[:n])
	for i, gap := range docs[:n] {
		next += gap
		docs[i] = next
		next++
	}
	unpack(data[docBytes:], kindWidth, kinds[:n])
	return n
}

func (l *list) readShort(docs, kinds *[blockDocs]uint32) int {
	data := l.part.read(l.at, min(2*shortDocs*binary.MaxVarintLen32, l.part.Sums-l.at))
	next := uint32(0)
	for i := range l.docs {
		gap, n := binary.Uvarint(data)
		kind, m := binary.Uvarint(data[max(n, 0):])
		if n <= 0 || m <= 0 {
			panic(errPostings)
		}
		data = data[n+m:]
		docs[i], kinds[i] = next+uint32(gap), uint32(kind)
		next = docs[i] + 1
	}
	return l.docs
}

func unpack(data []byte, width uint64, to []uint32) {
	mask, at := uint64(1)<<width-1, uint64(0)
	for i := range to {
		to[i] = uint32(binary.LittleEndian.Uint64(data[at>>3:]) >> (at & 7) & mask)
		at += width
	}
}

// pack appends numbers, each to a width of bits.
func pack(b []byte, width int, numbers []uint32) []byte {
	held, n := uint64(0), 0
	for _, v := range numbers {
		held |= uint64(v) << n
		for n += width; n >= 8; n -= 8 {
			b = append(b, byte(held))
			held >>= 8
		}
	}
	if n > 0 {
		b = append(b, byte(held))
	}
	return b
}

func widthOf(numbers []uint32) int {
	all := uint32(0)
	for _, v := range numbers {
		all |= v
	}
	return bits.Len32(all)
}
