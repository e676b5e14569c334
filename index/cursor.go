package index

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// A cursor goes forward through the postings of one form in a part.
type cursor struct {
	list
	weight float64 // of the form
	slack  float64 // times a bound of the file: what it is for the means of this generation, weighted

	held        bool // in memory, all of them
	kindTable   []frequencies
	docs, kinds []uint32 // of the block at hand
	n           int      // postings in it
	at          int      // the next one
	block       int      // the one at hand, -1 before the first
	ahead       int      // no block before this one is needed any more

	docBuffer, kindBuffer [blockDocs]uint32
}

// reset puts the cursor before the first posting of a list.
func (c *cursor) reset(l list, weight float64, growth float64) {
	c.list, c.weight, c.slack = l, weight, weight*growth
	c.kindTable, c.held = l.part.kinds, false
	c.n, c.at, c.block, c.ahead = 0, 0, -1, 0
}

// hold puts the cursor before postings in memory, whose frequencies are bounded.
func (c *cursor) hold(p *part, docs, kinds []uint32, table []frequencies, bound, weight float64) {
	c.list, c.weight, c.slack = list{part: p, docs: len(docs), bound: packBound(bound)}, weight, weight
	c.kindTable, c.held, c.docs, c.kinds = table, true, docs, kinds
	c.n, c.at, c.block, c.ahead = len(docs), 0, 0, 0
}

// seek goes to the first posting that is not before doc and returns its
// passage, or the number of the part's passages where there is none.
func (c *cursor) seek(doc uint32) uint32 {
	if c.block >= 0 && c.n > 0 && c.docs[c.n-1] >= doc {
		for step := 0; c.docs[c.at] < doc; step++ {
			if step == 4 {
				i, _ := slices.BinarySearch(c.docs[c.at:c.n], doc)
				c.at += i
				break
			}
			c.at++
		}
		return c.docs[c.at]
	}
	if c.held || !c.reach(doc) {
		return c.part.Docs
	}
	if c.block != c.ahead {
		c.load(c.ahead)
	}
	if c.docs[c.n-1] < doc { // only where the one block's end is not known
		return c.part.Docs
	}
	i, _ := slices.BinarySearch(c.docs[:c.n], doc)
	c.at = i
	return c.docs[i]
}

// reach finds the block that may hold a passage, without reading it.
func (c *cursor) reach(doc uint32) bool {
	for c.ahead < c.blocks() && c.last(c.ahead) < doc {
		c.ahead++
	}
	return c.ahead < c.blocks()
}

func (c *cursor) load(block int) {
	c.n = c.read(block, &c.docBuffer, &c.kindBuffer)
	c.docs, c.kinds, c.block, c.at = c.docBuffer[:c.n], c.kindBuffer[:c.n], block, 0
}

// limit returns a bound on the weighted frequency in the passages from lo up
// to hi, and the passage up to which it holds without end, hi at least.
func (c *cursor) limit(lo, hi uint32) (bound float64, until uint32) {
	if c.block >= 0 && c.n > 0 && c.docs[c.n-1] >= lo {
		if next := c.seek(lo); next >= hi {
			return 0, next
		}
	}
	if c.held {
		return c.boundOf(0) * c.slack, hi
	}
	if !c.reach(lo) {
		return 0, c.part.Docs
	}
	for block := c.ahead; ; block++ {
		bound = max(bound, c.boundOf(block))
		if last := c.last(block); last >= hi-1 || block+1 == c.blocks() {
			return bound * c.slack, max(hi, last+1)
		}
	}
}

// together returns the passages in which one field holds all lists, and how
// often: as often as the rarest of them. A kind of its own goes with each.
func together(ctx context.Context, lists []list) (docs, kinds []uint32, table []frequencies, err error) {
	slices.SortStableFunc(lists, func(a, b list) int { return cmp.Compare(a.docs, b.docs) })
	cursors := make([]cursor, len(lists))
	for i, l := range lists {
		cursors[i].reset(l, 1, 1)
	}
	first := &cursors[0]
	for n, doc := 0, first.seek(0); doc < first.part.Docs; n, doc = n+1, first.seek(doc+1) {
		if n%deadlineEvery == 0 && ctx.Err() != nil {
			return nil, nil, nil, context.Cause(ctx)
		}
		all := first.kindTable[first.kinds[first.at]]
		for i := 1; i < len(cursors) && all != (frequencies{}); i++ {
			c := &cursors[i]
			if c.seek(doc) != doc {
				all = frequencies{}
				break
			}
			f := c.kindTable[c.kinds[c.at]]
			all = frequencies{min(all.text, f.text), min(all.title, f.title), min(all.heading, f.heading)}
		}
		if all != (frequencies{}) {
			docs, kinds, table = append(docs, doc), append(kinds, uint32(len(table))), append(table, all)
		}
	}
	return docs, kinds, table, nil
}

// cursors returns the cursors of a term's forms in a part, those of forms that
// stand nowhere left out.
func (g *generation) cursors(ctx context.Context, s *scratch, p *part, term Term) ([]*cursor, error) {
	var found []*cursor
	growth := g.norms.growth(p.Means)
	for _, form := range term.Forms {
		if !strings.Contains(form.Text, " ") {
			if l, ok := p.find(form.Text); ok {
				c := s.cursor()
				if c.reset(l, form.Weight, growth); l.docs <= unboundDocs {
					c.load(0)
					c.hold(p, c.docs, c.kinds, p.kinds, g.highest(p, c.docs, c.kinds, p.kinds), form.Weight)
				}
				found = append(found, c)
			}
			continue
		}
		var lists []list
		words := strings.Fields(form.Text)
		for _, word := range words {
			if l, ok := p.find(word); ok {
				lists = append(lists, l)
			}
		}
		if len(words) == 0 || len(lists) < len(words) {
			continue
		}
		docs, kinds, table, err := together(ctx, lists)
		if err != nil {
			return nil, err
		}
		if len(docs) == 0 {
			continue
		}
		c := s.cursor()
		c.hold(p, docs, kinds, table, g.highest(p, docs, kinds, table), form.Weight)
		found = append(found, c)
	}
	return found, nil
}

// highest returns the highest frequency of postings.
func (g *generation) highest(p *part, docs, kinds []uint32, table []frequencies) float64 {
	highest := 0.0
	for i, doc := range docs {
		highest = max(highest, g.norms.frequency(table[kinds[i]], p.lengths(doc)))
	}
	return highest
}
