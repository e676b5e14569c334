package index

import (
	"math"
	"math/bits"
)

// setOften sets how often tokens must occur, and follow each other, to be a
// pair: the more tokens there are, the more often, since the vocabulary should
// not be filled with pairs.
func (l *lexicon) setOften() {
	all := uint64(0)
	for _, n := range l.counts {
		all += uint64(n)
	}
	l.often = max(4, uint32(min(all>>18, math.MaxUint32)))
}

// pair makes pairs of tokens that follow each other in texts, in place.
func (l *lexicon) pair(tokens []uint32) []uint32 {
	l.setOften()
	often := func(n uint32) bool { return n != endOfText && l.counts[n] >= l.often }
	follow := newFollowers(len(tokens))
	for i := 1; i < len(tokens); i++ {
		if a, b := tokens[i-1], tokens[i]; often(a) && often(b) {
			follow.find(a, b).count++
		}
	}
	for i := range follow.table {
		f := &follow.table[i]
		f.often = f.count >= l.often
		if f.often {
			token := joined(l.words[f.a], l.words[f.b])
			if f.often = len(token) <= maxToken && isPair(token); f.often {
				f.pair = l.number(token)
			}
		}
	}
	at := func(i int) *follower {
		if i+1 < len(tokens) && often(tokens[i]) && often(tokens[i+1]) {
			return follow.find(tokens[i], tokens[i+1])
		}
		return new(follower)
	}
	paired := make([]uint32, len(l.words))
	kept := tokens[:0]
	for i, here := 0, at(0); i < len(tokens); {
		next := at(i + 1)
		// The second may be in a pair with the third that comes more often.
		if !here.often || next.count > here.count {
			kept = append(kept, tokens[i])
			i, here = i+1, next
			continue
		}
		paired[here.a]++
		paired[here.b]++
		l.counts[here.pair]++
		kept = append(kept, here.pair)
		i, here = i+2, at(i+2)
	}
	for n, count := range paired {
		l.counts[n] -= count
	}
	return kept
}

// followers count how often tokens follow each other, in a hash table with
// linear probing.
type followers struct {
	table []follower
	shift int
}

type follower struct {
	a, b  uint32
	count uint32 // 0 if the entry is free
	pair  uint32 // number as a token, where often
	often bool
}

// newFollowers has room for so many.
func newFollowers(n int) *followers {
	width := bits.Len(uint(n)) + 1
	return &followers{make([]follower, 1<<width), 64 - width}
}

// find returns the entry of two tokens, of which the count is 0 if it is new.
func (f *followers) find(a, b uint32) *follower {
	for i := (uint64(a)<<32 | uint64(b)) * 0x9e3779b97f4a7c15 >> f.shift; ; i = (i + 1) & uint64(len(f.table)-1) {
		e := &f.table[i]
		if e.count == 0 {
			e.a, e.b = a, b
			return e
		}
		if e.a == a && e.b == b {
			return e
		}
	}
}

// joined is the text that two tokens make.
func joined(a, b string) string {
	if kindOf(a)>>1&kindOf(b)&1 != 0 {
		return a + " " + b
	}
	return a + b
}

// isPair reports whether a token is two.
func isPair(token string) bool {
	n := 0
	eachToken(token, func(string) { n++ })
	return n == 2
}
