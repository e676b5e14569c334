package index

import (
	"bytes"
	"container/heap"
	"fmt"
	"math"

	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
)

// dropped is the new number of a passage that goes.
const dropped = math.MaxUint32

// renumbered is a part whose passages get other numbers, by those they have.
type renumbered struct {
	part    *part
	numbers []uint32
}

// errStopped is what a merge returns that was told to stop. Bleve takes any other
// error for trouble, tells it instead of why it stopped, and tries again for ever.
var errStopped = segmentapi.ErrClosed

// stopped returns errStopped once stop is closed.
func stopped(stop <-chan struct{}) error {
	select {
	case <-stop:
		return errStopped
	default:
		return nil
	}
}

// mergePostings writes the postings that several parts have together. The new
// numbers begin at 0 and rise by one from passage to passage, all of a part
// before those of the next. What it needs beside the parts is memory for the
// longest list and for the dictionary. It ends with errStopped soon after stop
// is closed, which may be nil; damage to a part is an error.
func mergePostings(w *pageWriter, from []renumbered, stop <-chan struct{}) (err error) {
	defer recoverDamage(&err)
	lens, err := joinedLengths(from)
	if err != nil {
		return err
	}
	m := merger{partWriter: newPartWriter(w, lens), stop: stop}
	for i, f := range from {
		if r := (&mergeReader{f, f.part.termsFrom(0), i, m.kindsOf(f.part.kinds)}); r.terms.next() {
			m.readers = append(m.readers, r)
		}
	}
	heap.Init(&m.readers)
	var term []byte
	for len(m.readers) > 0 {
		term = append(term[:0], m.readers[0].terms.term...)
		for len(m.readers) > 0 && bytes.Equal(m.readers[0].terms.term, term) {
			r := m.readers[0]
			if err := m.append(r); err != nil {
				return err
			}
			if r.terms.next() {
				heap.Fix(&m.readers, 0)
			} else {
				heap.Pop(&m.readers)
			}
		}
		if len(m.docs) == 0 {
			continue // what held it was dropped
		}
		if err := m.end(term); err != nil {
			return err
		}
	}
	return m.finish()
}

// joinedLengths returns the lengths of the passages by their new numbers.
func joinedLengths(from []renumbered) (lens []frequencies, err error) {
	for i, f := range from {
		if len(f.numbers) != int(f.part.Docs) {
			return nil, fmt.Errorf("merge postings: part %d has %d passages and %d new numbers", i, f.part.Docs, len(f.numbers))
		}
		for doc, number := range f.numbers {
			if number == dropped {
				continue
			}
			if int(number) != len(lens) {
				return nil, fmt.Errorf("merge postings: passage %d of part %d gets number %d, want %d", doc, i, number, len(lens))
			}
			lens = append(lens, f.part.lengths(uint32(doc)))
		}
	}
	return lens, nil
}

// A merger writes what its readers have.
type merger struct {
	*partWriter
	readers mergeReaders
	stop    <-chan struct{}
	read    int // postings, since stop was looked at

	at, of [blockDocs]uint32
}

// append takes the postings of the term that a reader is at.
func (m *merger) append(r *mergeReader) error {
	list := r.terms.list()
	for block := range list.blocks() {
		if m.read -= blockDocs; m.read < 0 {
			m.read = 1 << 20
			if err := stopped(m.stop); err != nil {
				return err
			}
		}
		for i, doc := range m.at[:list.read(block, &m.at, &m.of)] {
			if number := r.numbers[doc]; number != dropped {
				m.posting(number, r.kinds.number(m.of[i]))
			}
		}
	}
	return nil
}

// A mergeReader goes through the terms of a part.
type mergeReader struct {
	renumbered
	terms termReader
	place int // of the part among all
	kinds kindNumbers
}

// mergeReaders have that of the first term on top, of equal ones that of the
// first part.
type mergeReaders []*mergeReader

func (h mergeReaders) Len() int { return len(h) }
func (h mergeReaders) Less(i, j int) bool {
	if order := bytes.Compare(h[i].terms.term, h[j].terms.term); order != 0 {
		return order < 0
	}
	return h[i].place < h[j].place
}
func (h mergeReaders) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *mergeReaders) Push(v any)   { *h = append(*h, v.(*mergeReader)) }
func (h *mergeReaders) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
