package index

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"sort"

	"github.com/blevesearch/vellum"
)

// The dictionary of a file of postings has the terms in order, so that
// dictionaries are merged front to back and terms like another are found. A
// table of hashes leads to a term at once.
//
//	blocks    of blockTerms terms, see below
//	starts    4 bytes each: where a block begins in the blocks, and where the
//	          last one ends
//	buckets   4 bytes each: where a bucket begins among the hashes, and where
//	          the last one ends
//	hashes    of the terms of each bucket: their marks, a byte each, and behind
//	          these their blocks, packed to as few bits as the number of blocks
//	          has; eight bytes of padding at the end
//
// A block begins with the place of its first list, a uvarint. For each term
// come: how many bytes it has in common with the one before and how many
// others, four bits each, where 15 stands for a byte that follows; the other
// bytes; as a uvarint, twice the number of passages that hold it, and 1 more
// where these are few and not all of kind 0; then the length of its list, as a
// uvarint, or the few passages, packed to as many bits as the highest number
// of a passage has, and their kinds as uvarints, unless all are 0.
const (
	blockTerms  = 20
	bucketTerms = 32 // about
	longCommon  = 15
	maxTermSize = 255
)

// dictionary is where its sections begin.
type dictionary struct {
	blocksAt, startsAt, bucketsAt, hashesAt uint64

	blockCount, bucketCount uint32
	placeBits, docBits      uint64 // of the number of a block and of a passage
}

// place works out where the sections begin, and returns where they end.
func (d *dictionary) place(at uint64, t *tail) (end uint64) {
	d.blockCount, d.bucketCount = (t.Count+blockTerms-1)/blockTerms, t.Count/bucketTerms+1
	d.placeBits, d.docBits = uint64(bits.Len32(max(d.blockCount, 1)-1)), uint64(bits.Len32(max(t.Docs, 1)-1))
	d.blocksAt = at
	d.startsAt = d.blocksAt + t.Terms
	d.bucketsAt = d.startsAt + 4*(uint64(d.blockCount)+1)
	d.hashesAt = d.bucketsAt + 4*(uint64(d.bucketCount)+1)
	return d.hashesAt + t.Hashes + padding
}

// hashTerm is FNV-1a with its bits mixed once more.
func hashTerm[T string | []byte](term T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(term) {
		h = (h ^ uint64(term[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// bucketOf returns the bucket of a hash, and its mark there.
func bucketOf(hash uint64, buckets uint32) (bucket uint32, mark byte) {
	high, _ := bits.Mul64(hash, uint64(buckets))
	return uint32(high), byte(hash)
}

// find returns the list of a term; false where the part does not hold it.
func (p *part) find(term string) (list, bool) {
	bucket, mark := bucketOf(hashTerm(term), p.bucketCount)
	span := p.read(p.bucketsAt+4*uint64(bucket), 8)
	from, to := uint64(binary.LittleEndian.Uint32(span)), uint64(binary.LittleEndian.Uint32(span[4:]))
	if from > to || to > p.Hashes {
		panic(errSpoiled)
	}
	data := p.read(p.hashesAt+from, to-from+padding)
	n := int(8 * (to - from) / (8 + p.placeBits))
	for i := 0; ; i++ {
		next := bytes.IndexByte(data[i:n], mark)
		if next < 0 {
			return list{}, false
		}
		i += next
		at := uint64(i) * p.placeBits
		block := binary.LittleEndian.Uint64(data[uint64(n)+at>>3:]) >> (at & 7) & (1<<p.placeBits - 1)
		if l, ok := p.findIn(uint32(block), term); ok {
			return l, true
		}
	}
}

func (p *part) findIn(block uint32, term string) (list, bool) {
	r := p.termsFrom(block)
	common := 0 // bytes that the term has in common with the one before
	for r.left > 0 {
		r.step()
		if r.common > common {
			continue
		}
		if r.common < common {
			break
		}
		rest, other := term[common:], r.other()
		n := 0
		for n < len(rest) && n < len(other) && rest[n] == other[n] {
			n++
		}
		if n == len(rest) && n == len(other) {
			return r.list(), true
		}
		common += n
	}
	return list{}, false
}

// A termReader goes through the terms of a part.
type termReader struct {
	part  *part
	block uint32 // the one at hand
	data  []byte // of it
	at    int    // of these, where the next term begins
	left  int    // terms that come
	lists uint64 // where the list of the one at hand begins
	term  []byte // the one at hand, after next

	common   int // bytes it has in common with the one before
	from, to int // the other bytes
	docs     uint32
	size     uint64 // of its list
	few      int    // or where its passages are
	kinds    int    // and their kinds, 0 where all are 0
}

func (r *termReader) other() []byte { return r.data[r.from:r.to] }

// termsFrom returns a reader before the first term of a block.
func (p *part) termsFrom(block uint32) termReader {
	r := termReader{part: p, block: block}
	r.enter()
	return r
}

func (r *termReader) enter() {
	p := r.part
	r.data, r.at, r.left, r.size = nil, 0, 0, 0
	if r.block >= p.blockCount {
		if r.block > p.blockCount {
			panic(errSpoiled)
		}
		return
	}
	span := p.read(p.startsAt+4*uint64(r.block), 8)
	from, to := binary.LittleEndian.Uint32(span), binary.LittleEndian.Uint32(span[4:])
	if from > to || uint64(to) > p.Terms {
		panic(errSpoiled)
	}
	r.data = p.read(p.blocksAt+uint64(from), uint64(to-from))
	r.left = int(min(blockTerms, p.Count-blockTerms*r.block))
	r.lists, r.at = numberIn(r.data, 0)
}

// numberIn reads a uvarint, and returns where the next value begins.
func numberIn(data []byte, at int) (v uint64, next int) {
	if v := data[at]; v < 0x80 {
		return uint64(v), at + 1
	}
	v, n := binary.Uvarint(data[at:])
	if n <= 0 {
		panic(errSpoiled)
	}
	return v, at + n
}

// step goes to the next term of the block, without making it whole.
func (r *termReader) step() {
	data, at := r.data, r.at
	r.left--
	r.lists += r.size
	common, other := int(data[at]&15), int(data[at]>>4)
	at++
	if common == longCommon {
		common = int(data[at])
		at++
	}
	if other == longCommon {
		other = int(data[at])
		at++
	}
	r.common, r.from, r.to = common, at, at+other
	docs, at := numberIn(data, at+other)
	if r.docs = uint32(docs / 2); docs/2 == 0 || docs/2 > uint64(r.part.Docs) {
		panic(errSpoiled)
	}
	if r.docs > fewDocs {
		r.size, r.at = numberIn(data, at)
		return
	}
	r.few, r.kinds, r.size = at, 0, 0
	at += (int(r.docs)*int(r.part.docBits) + 7) / 8
	if docs%2 == 1 {
		r.kinds = at
		for range r.docs {
			_, at = numberIn(data, at)
		}
	}
	r.at = at
}

// next goes to the next term; false behind the last.
func (r *termReader) next() bool {
	if !r.advance() {
		return false
	}
	r.whole()
	return true
}

// advance is next without making the term whole.
func (r *termReader) advance() bool {
	if r.left == 0 {
		if r.block >= r.part.blockCount {
			return false
		}
		r.block++
		if r.enter(); r.left == 0 {
			return false
		}
	}
	r.step()
	return true
}

// whole makes the term at hand of the last one that was made and what differs.
// Those between may be left out if they all begin as far like that one as the
// term at hand does.
func (r *termReader) whole() {
	if r.common > len(r.term) || r.term != nil && bytes.Compare(r.other(), r.term[r.common:]) <= 0 {
		panic(errSpoiled) // they are not in order
	}
	r.term = append(r.term[:r.common], r.other()...)
}

// list returns the postings of the term at hand.
func (r *termReader) list() list {
	if r.docs > fewDocs {
		return r.part.listAt(r.docs, r.lists, r.size)
	}
	l := list{part: r.part, docs: int(r.docs)}
	next := uint64(0)
	var packed [padding + 4*fewDocs]byte
	copy(packed[:4*fewDocs], r.data[r.few:])
	addLow(packed[:], 0, r.part.docBits, l.few[:r.docs])
	for _, doc := range l.few[:r.docs] {
		if uint64(doc) < next || doc >= r.part.Docs {
			panic(errSpoiled)
		}
		next = uint64(doc) + 1
	}
	for i, at := 0, r.kinds; at > 0 && i < int(r.docs); i++ {
		var kind uint64
		kind, at = numberIn(r.data, at)
		l.fewKinds[i] = uint32(kind)
	}
	return l
}

// firstOf returns the first term of a block.
func (p *part) firstOf(block uint32) []byte {
	r := p.termsFrom(block)
	r.step()
	return r.other()
}

// reach returns the block that a term is in, if it is in any: the last one
// whose first term is not behind it.
func (p *part) reach(term []byte) uint32 {
	n := sort.Search(int(p.blockCount), func(i int) bool { return bytes.Compare(p.firstOf(uint32(i)), term) > 0 })
	return uint32(max(n, 1) - 1)
}

// matching returns the first terms that begin with a prefix and that an
// automaton accepts, in order, at most so many. Where it cannot accept what
// begins like a term, all that does is passed over.
func (p *part) matching(a vellum.Automaton, prefix string, most int) []string {
	var found []string
	states := []int{a.Start()} // by bytes of the term at hand
	dead := 0                  // so many bytes of it are more than can be accepted; 0 where none are
	r := p.termsFrom(p.reach([]byte(prefix)))
	for len(found) < most && r.advance() {
		if dead > 0 && r.common >= dead {
			continue
		}
		r.whole()
		if bytes.Compare(r.term[:min(len(r.term), len(prefix))], []byte(prefix)) > 0 {
			break
		}
		dead = 0
		for states = states[:min(len(states), r.common+1)]; len(states) <= len(r.term); {
			s := a.Accept(states[len(states)-1], r.term[len(states)-1])
			if !a.CanMatch(s) {
				dead = len(states)
				break
			}
			states = append(states, s)
		}
		if dead > 0 {
			r.skip(dead)
			continue
		}
		if bytes.HasPrefix(r.term, []byte(prefix)) && a.IsMatch(states[len(states)-1]) {
			found = append(found, string(r.term))
		}
	}
	return found
}

// skip goes on to the last block that begins with or before what follows the
// terms of which so many bytes are those of the term at hand, if that is not the
// block at hand.
func (r *termReader) skip(size int) {
	p, prefix := r.part, r.term[:size]
	within := func(block uint32) bool { return bytes.HasPrefix(p.firstOf(block), prefix) }
	if r.block+1 >= p.blockCount || !within(r.block+1) {
		return
	}
	rest := int(p.blockCount - r.block - 1) // the first of these blocks is within
	n := sort.Search(rest, func(i int) bool { return !within(r.block + 1 + uint32(i)) })
	r.block += uint32(n)
	r.enter()
}
