package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPair is the longest quotation in bytes that is kept in one sentence.
const maxPair = 600

// A pairKind tells which marks can close each other. All double quotation marks
// are one kind, since texts mix "straight” and curly ones.
type pairKind byte

const (
	noPair pairKind = iota
	double
	single
	round
	square
	corner // 「」, 『』, 【】 and their like
)

// An opened mark waits for the one that closes it.
type opened struct {
	kind pairKind
	mark rune
	at   int
}

// maxOpen is how many marks may be open at once; nothing sane has more.
const maxOpen = 8

// pairs finds the quotations and bracketed parts of a paragraph: c.enclosed
// holds the outermost, in order, not overlapping, marks included. A mark whose
// counterpart is not in the paragraph, or more than 600 bytes away, counts as
// not there.
func (c *cutter) pairs(p Span) {
	c.enclosed = c.enclosed[:0]
	var stack [maxOpen]opened
	n := 0
	for i := p.Start; i < p.End; {
		if !mayPair[c.text[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(c.text[i:p.End])
		kind, opens, closes := c.role(r, i, size, p)
		if kind == noPair {
			i += size
			continue
		}
		at := n - 1 // the nearest open mark of the kind
		for at >= 0 && stack[at].kind != kind {
			at--
		}
		if opens && closes { // told apart by what came before
			opens = at < 0
			if at >= 0 && kind == double && (r == '“' || r == '«') {
				closes = stack[at].mark == '„' || stack[at].mark == '»'
				opens = !closes
			}
		}
		switch {
		case opens:
			// A quotation within one has marks of another kind: one of the same
			// kind means that the first was never closed.
			if at >= 0 && (kind == double || kind == single) {
				n = at
			}
			if n == maxOpen {
				copy(stack[:], stack[1:])
				n--
			}
			stack[n] = opened{kind, r, i}
			n++
		case at >= 0:
			n = at
			c.enclose(Span{stack[at].at, i + size})
		}
		i += size
	}
}

// enclose records a pair, unless it is too long, in place of those within it.
func (c *cutter) enclose(pair Span) {
	if pair.Len() > maxPair {
		return
	}
	n := len(c.enclosed)
	for n > 0 && c.enclosed[n-1].Start > pair.Start {
		n--
	}
	c.enclosed = append(c.enclosed[:n], pair)
}

// mayPair tells the first bytes of quotation marks and brackets.
var mayPair = [256]bool{
	'"': true, '\'': true, '(': true, ')': true, '[': true, ']': true,
	0xC2: true, 0xE2: true, 0xE3: true, 0xEF: true,
}

// role tells what the mark r, size bytes long at i, may do. Where the mark
// alone does not say, the characters beside it do.
func (c *cutter) role(r rune, i, size int, p Span) (kind pairKind, opens, closes bool) {
	switch r {
	case '(', '（':
		return round, true, false
	case ')', '）':
		return round, false, true
	case '[':
		return square, true, false
	case ']':
		return square, false, true
	case '「', '『', '【', '《', '〈':
		return corner, true, false
	case '」', '』', '】', '》', '〉':
		return corner, false, true
	}
	before, _ := utf8.DecodeLastRuneInString(c.text[p.Start:i])
	after, _ := utf8.DecodeRuneInString(c.text[i+size : p.End])
	first, last := i == p.Start, i+size == p.End
	free := first || unicode.IsSpace(before) || strings.ContainsRune("-–—/", before) || isOpener(before)
	ends := last || !unicode.IsLetter(after) && !unicode.IsDigit(after)
	switch r {
	case '“', '«', '‹':
		return double, true, true
	case '„', '‟':
		return double, true, false
	case '”', '»', '›':
		// Swedish ”opens” with the mark that closes elsewhere.
		return double, free && !last && !unicode.IsSpace(after), true
	case '"':
		tight := !last && !unicode.IsSpace(after)
		switch {
		case free && tight:
			return double, true, isOpener(before) || strings.ContainsRune("-–—/", before) || ends
		case free: // stands alone between spaces
			return double, true, true
		default:
			return double, tight && !ends, true
		}
	case '‘', '\'':
		if free && !last && !unicode.IsSpace(after) && !elided(c.text[i+size:p.End]) {
			return single, true, false
		}
		return c.closesSingle(before, ends, i+size, p)
	case '’':
		return c.closesSingle(before, ends, i+size, p)
	}
	return noPair, false, false
}

// closesSingle tells a closing single mark from an apostrophe: no letter or
// digit follows it, and it does not make a plural possessive ("the players’
// union").
func (c *cutter) closesSingle(before rune, ends bool, next int, p Span) (kind pairKind, opens, closes bool) {
	if !ends {
		return noPair, false, false
	}
	if before == 's' && next+1 < p.End && c.text[next] == ' ' && c.text[next+1] >= 'a' && c.text[next+1] <= 'z' {
		return noPair, false, false
	}
	return single, false, true
}

// elided reports whether s, behind an apostrophe, begins as a shortened word or
// year does: 'em, '90s. Such an apostrophe opens no quotation.
func elided(s string) bool {
	if len(s) >= 3 && s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9' && s[2] == 's' {
		return true
	}
	for _, w := range []string{"em", "til", "cause", "tis", "twas", "n", "round", "bout"} {
		if rest, ok := strings.CutPrefix(s, w); ok {
			r, _ := utf8.DecodeRuneInString(rest)
			return !unicode.IsLetter(r)
		}
	}
	return false
}

// isBracket reports whether r is a bracket rather than a quotation mark.
func isBracket(r rune) bool {
	switch r {
	case '(', ')', '[', ']', '{', '}', '（', '）', '【', '】':
		return true
	}
	return false
}

func isOpener(r rune) bool {
	switch r {
	case '“', '‘', '"', '\'', '«', '„', '‟', '‹', '(', '[', '{', '「', '『', '（', '【', '《', '〈':
		return true
	}
	return false
}

// isCloser reports whether r can close something right behind a stop. The marks
// that open in English are among them, since they close in other languages.
func isCloser(r rune) bool {
	switch r {
	case '”', '’', '"', '\'', '»', '›', '“', '‘', '«', ')', ']', '}', '」', '』', '）', '】', '》', '〉':
		return true
	}
	return false
}
