package index

import (
	"container/heap"
	"context"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// window is how many passages are scored at a time. The sums of so many stay
// in a processor's nearest memory.
const window = 2048

// A scratch is what one search works with.
type scratch struct {
	terms []scoredTerm
	order []*scoredTerm // by bound in the window at hand, lowest first
	below []int64       // what order up to and with this one can add at most

	sums     [window]int64
	freqs    [window]float64
	touched  [window / 64]uint64 // passages of the window that hold an essential term
	ofTerm   [window / 64]uint64 // that hold the term at hand
	best     candidates
	limit    int   // 0 keeps all
	least    int64 // what a passage must reach
	postings int   // since the deadline was looked at

	cursorPool []*cursor
	used       int
}

// A scoredTerm is a term of the query in the part at hand.
type scoredTerm struct {
	weight  float64
	cursors []*cursor
	bound   int64 // in the window at hand
}

// A candidate is a passage by its number in a part.
type candidate struct {
	score int64
	doc   uint32
}

var scratchPool = sync.Pool{New: func() any { return new(scratch) }}

// maxSpareCursors bounds what is kept for the next search, about 1 KB each.
const maxSpareCursors = 256

func (s *scratch) cursor() *cursor {
	if s.used == len(s.cursorPool) {
		s.cursorPool = append(s.cursorPool, new(cursor))
	}
	s.used++
	return s.cursorPool[s.used-1]
}

// forget gives the cursors back.
func (s *scratch) forget() {
	if len(s.cursorPool) > maxSpareCursors {
		s.cursorPool = s.cursorPool[:maxSpareCursors]
	}
	for _, c := range s.cursorPool {
		c.list, c.kindTable, c.docs, c.kinds = list{}, nil, nil, nil
	}
	s.used, s.best.before = 0, nil
}

// score finds the best passages of a part that pass, by MaxScore (Turtle and
// Flood 1995) over windows with the bounds of blocks: terms that even together
// cannot bring a passage among the best are looked up only for passages which
// other terms have brought near. It is exact. Passages below s.least are left
// out, those that reach it are not, so that ties can be told apart.
func (g *generation) score(ctx context.Context, s *scratch, p *part, pass func(doc uint64) bool) error {
	s.best.list, s.best.before = s.best.list[:0], p.before
	s.order = s.order[:0]
	for i := range s.terms {
		if len(s.terms[i].cursors) > 0 {
			s.order = append(s.order, &s.terms[i])
		}
	}
	for lo := uint32(0); lo < p.Docs; {
		if s.postings -= window / 8; s.postings <= 0 {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			s.postings = deadlineEvery
		}
		hi := min(lo+window, p.Docs)
		until := s.bounds(lo, hi, p.Docs)
		optional := 0
		for optional < len(s.order) && s.below[optional] < s.least {
			optional++
		}
		if optional == len(s.order) {
			lo = until
			continue
		}
		for _, t := range s.order[optional:] {
			if t.bound > 0 {
				g.addTerm(s, t, lo, hi)
			}
		}
		g.settle(s, p, lo, optional, pass)
		lo = hi
	}
	return nil
}

// bounds works out what each term can add in a window, and brings the terms
// into order. It returns up to where the bounds hold.
func (s *scratch) bounds(lo, hi, docs uint32) (until uint32) {
	until = docs
	for _, t := range s.order {
		frequency := 0.0
		for _, c := range t.cursors {
			bound, end := c.limit(lo, hi)
			frequency += bound
			until = min(until, end)
		}
		t.bound = 0
		if frequency > 0 {
			t.bound = contribution(t.weight, frequency) + 1
		}
	}
	slices.SortFunc(s.order, func(a, b *scoredTerm) int {
		if a.bound != b.bound {
			return int(min(max(a.bound-b.bound, -1), 1))
		}
		return 0
	})
	s.below = s.below[:0]
	sum := int64(0)
	for _, t := range s.order {
		sum += t.bound
		s.below = append(s.below, sum)
	}
	return max(until, hi)
}

// addTerm adds what a term gives to the passages of a window.
func (g *generation) addTerm(s *scratch, t *scoredTerm, lo, hi uint32) {
	if len(t.cursors) == 1 {
		c := t.cursors[0]
		for doc := c.seek(lo); doc < hi; doc = c.seek(doc + 1) {
			n := 0
			for i, d := range c.docs[c.at:c.n] {
				if d >= hi {
					break
				}
				f := g.norms.frequency(c.kindTable[c.kinds[c.at+i]], c.part.lengths(d))
				s.sums[d-lo] += contribution(t.weight, c.weight*f)
				s.touched[(d-lo)/64] |= 1 << ((d - lo) % 64)
				n++
			}
			c.at += n - 1
			doc = c.docs[c.at]
			s.postings -= n
		}
		return
	}
	for _, c := range t.cursors {
		for doc := c.seek(lo); doc < hi; doc = c.seek(doc + 1) {
			s.freqs[doc-lo] += c.frequency(g, doc)
			s.ofTerm[(doc-lo)/64] |= 1 << ((doc - lo) % 64)
			s.postings--
		}
	}
	for i, word := range s.ofTerm {
		s.ofTerm[i] = 0
		s.touched[i] |= word
		for ; word != 0; word &= word - 1 {
			d := 64*i + bits.TrailingZeros64(word)
			s.sums[d] += contribution(t.weight, s.freqs[d])
			s.freqs[d] = 0
		}
	}
}

// frequency is the weighted frequency of the form in the passage at hand.
func (c *cursor) frequency(g *generation, doc uint32) float64 {
	return float64(c.weight * g.norms.frequency(c.kindTable[c.kinds[c.at]], c.part.lengths(doc)))
}

// settle looks the optional terms up for what was touched in a window, and
// keeps what is good enough.
func (g *generation) settle(s *scratch, p *part, lo uint32, optional int, pass func(doc uint64) bool) {
	for i, word := range s.touched {
		s.touched[i] = 0
		for ; word != 0; word &= word - 1 {
			d := uint32(64*i + bits.TrailingZeros64(word))
			sum, doc := s.sums[d], lo+d
			s.sums[d] = 0
			if optional > 0 && sum+s.below[optional-1] < s.least || p.deleted.has(doc) || pass != nil && !pass(uint64(p.base+doc)) {
				continue
			}
			for o := optional - 1; o >= 0 && sum+s.below[o] >= s.least; o-- {
				sum += g.lookUp(s.order[o], doc)
			}
			if sum >= s.least {
				s.keep(candidate{sum, doc})
			}
		}
	}
}

// lookUp returns what a term adds to a passage.
func (g *generation) lookUp(t *scoredTerm, doc uint32) int64 {
	if t.bound == 0 {
		return 0
	}
	frequency, holds := 0.0, false
	for _, c := range t.cursors {
		if c.seek(doc) == doc {
			frequency += c.frequency(g, doc)
			holds = true
		}
	}
	if !holds {
		return 0
	}
	return contribution(t.weight, frequency)
}

func (s *scratch) keep(c candidate) {
	best := &s.best
	switch {
	case s.limit == 0:
		best.list = append(best.list, c)
		return
	case len(best.list) < s.limit:
		heap.Push(best, c)
	case best.better(c, best.list[0]):
		best.list[0] = c
		heap.Fix(best, 0)
	default:
		return
	}
	if len(best.list) == s.limit {
		s.least = max(s.least, best.list[0].score)
	}
}

// candidates of a part have the worst on top.
type candidates struct {
	list   []candidate
	before func(a, b uint32) bool // of equal scores
}

func (h *candidates) better(c, d candidate) bool {
	return c.score > d.score || c.score == d.score && h.before(c.doc, d.doc)
}

func (h *candidates) Len() int           { return len(h.list) }
func (h *candidates) Less(i, j int) bool { return h.better(h.list[j], h.list[i]) }
func (h *candidates) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *candidates) Push(v any)         { h.list = append(h.list, v.(candidate)) }
func (h *candidates) Pop() any {
	last := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return last
}

// anyScore is below what a passage that holds a term has.
const anyScore = math.MinInt64
