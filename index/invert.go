package index

import (
	"encoding/binary"
	"math"
)

// An inverter turns passages, given one after the other, into lists of
// postings in memory, about three bytes a posting.
type inverter struct {
	terms  map[string]uint32
	chains []chain // by term
	names  []string
	pool   pool

	kinds   map[frequencies]uint32
	triples []frequencies // by kind

	lengths []frequencies // by passage

	here  []uint32      // terms of the passage at hand
	freqs []frequencies // of these
	seen  []uint32      // by term: 1 + its place in here, where it is of this passage
	stamp []uint32      // by term: 1 + the passage that seen is of
}

func newInverter() *inverter {
	return &inverter{terms: make(map[string]uint32), kinds: make(map[frequencies]uint32)}
}

// add takes the next passage.
func (v *inverter) add(text, title, heading []Token) {
	doc := uint32(len(v.lengths))
	v.lengths = append(v.lengths, frequencies{uint32(len(text)), cut16(len(title)), cut16(len(heading))})
	v.here, v.freqs = v.here[:0], v.freqs[:0]
	for _, t := range text {
		v.of(t.Term, doc).text++
	}
	for _, t := range title {
		if f := v.of(t.Term, doc); f.title < maxPerTerm {
			f.title++
		}
	}
	for _, t := range heading {
		if f := v.of(t.Term, doc); f.heading < maxPerTerm {
			f.heading++
		}
	}
	for i, term := range v.here {
		kind, known := v.kinds[v.freqs[i]]
		if !known {
			kind = uint32(len(v.triples))
			v.kinds[v.freqs[i]] = kind
			v.triples = append(v.triples, v.freqs[i])
		}
		c := &v.chains[term]
		v.pool.add(c, doc-c.last)
		v.pool.add(c, kind)
		c.last = doc
		c.docs++
	}
}

func cut16(n int) uint16 { return uint16(min(n, math.MaxUint16)) }

// of returns the frequencies of a term in the passage at hand.
func (v *inverter) of(name string, doc uint32) *frequencies {
	term, known := v.terms[name]
	if !known {
		term = uint32(len(v.names))
		v.terms[name] = term
		v.names, v.chains = append(v.names, name), append(v.chains, chain{})
		v.seen, v.stamp = append(v.seen, 0), append(v.stamp, 0)
	}
	if v.stamp[term] != doc+1 {
		v.stamp[term], v.seen[term] = doc+1, uint32(len(v.here))
		v.here, v.freqs = append(v.here, term), append(v.freqs, frequencies{})
	}
	return &v.freqs[v.seen[term]]
}

// each calls fn with the postings of a term, by its number.
func (v *inverter) each(term uint32, fn func(doc, kind uint32)) {
	c := v.chains[term]
	r := chainReader{pool: &v.pool, at: c.head, size: firstSlice}
	doc := uint32(0)
	for range c.docs {
		doc += r.number()
		fn(doc, r.number())
	}
}

// A pool holds many growing sequences of bytes in few pieces of memory. Each
// is a chain of slices, every one twice as long as the one before up to
// lastSlice; the last four bytes of a slice say where the next one begins.
type pool struct {
	pages [][]byte
	used  uint64 // of all pages
}

const (
	firstSlice = 8
	lastSlice  = 1 << 12
	poolPage   = 1 << 20
	linkSize   = 4 // places are multiples of firstSlice, so four bytes reach 32 GiB
)

type chain struct {
	head, at   uint64 // first byte, next byte to be written
	left, size uint32 // bytes of the slice at hand before its link, and in all
	last       uint32 // passage
	docs       uint32
}

func (p *pool) slice(size uint64) uint64 {
	if left := poolPage - p.used%poolPage; p.used == 0 || left == poolPage || left < size {
		p.used = uint64(len(p.pages)) * poolPage
		p.pages = append(p.pages, make([]byte, poolPage))
	}
	at := p.used
	p.used += size
	return at
}

// add appends a number as a uvarint.
func (p *pool) add(c *chain, v uint32) {
	for v >= 0x80 {
		p.put(c, byte(v)|0x80)
		v >>= 7
	}
	p.put(c, byte(v))
}

func (p *pool) put(c *chain, b byte) {
	if c.left == 0 {
		p.grow(c)
	}
	p.pages[c.at/poolPage][c.at%poolPage] = b
	c.at++
	c.left--
}

func (p *pool) grow(c *chain) {
	if c.size == 0 {
		c.size = firstSlice
		c.head = p.slice(firstSlice)
		c.at = c.head
	} else {
		c.size = min(2*c.size, lastSlice)
		next := p.slice(uint64(c.size))
		binary.LittleEndian.PutUint32(p.pages[c.at/poolPage][c.at%poolPage:], uint32(next/firstSlice))
		c.at = next
	}
	c.left = c.size - linkSize
}

// A chainReader reads a chain from its beginning.
type chainReader struct {
	pool *pool
	at   uint64
	read uint32 // of the slice at hand
	size uint32 // of the slice at hand
}

func (r *chainReader) number() uint32 {
	v := uint32(0)
	for shift := 0; ; shift += 7 {
		if r.read == r.size-linkSize {
			link := r.pool.pages[r.at/poolPage][r.at%poolPage:]
			r.at = uint64(binary.LittleEndian.Uint32(link)) * firstSlice
			r.read, r.size = 0, min(2*r.size, lastSlice)
		}
		b := r.pool.pages[r.at/poolPage][r.at%poolPage]
		r.at++
		r.read++
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}
