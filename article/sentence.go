package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSentence is the longest sentence in bytes. What has no end before (a table
// on one line, a text without punctuation) is cut at a semicolon, a comma or
// white space, so that whatever handles sentences can rely on the bound.
const maxSentence = 2000

// A cutter cuts paragraphs of one text into sentences. It is made for English,
// with the marks of other languages known too; hand-written rules do, since the
// general ones (UAX #29) know no abbreviations, attributions or quotations.
//
// A sentence ends at a full stop, question mark or exclamation mark, with the
// closing marks behind it, where something follows that looks like a beginning:
// a capital letter, a digit, an opening mark, a letter of a script without case.
// It never ends within a pair of quotation marks or brackets; see pairs.
type cutter struct {
	text      string
	small     bool   // text has no capital letter, so none can be asked for
	sentences []Span // of all paragraphs so far
	enclosed  []Span // pairs of the paragraph; kept for its memory
}

// newCutter returns a cutter for a text that has some number of paragraphs.
func newCutter(text string, paragraphs int) *cutter {
	return &cutter{
		text:      text,
		small:     strings.IndexFunc(text, unicode.IsUpper) < 0,
		sentences: make([]Span, 0, max(len(text)/100+1, paragraphs)),
	}
}

// A stop is a place where a sentence may end.
type stop struct {
	first, last int  // offsets of the first and the last terminal, such as "?!"
	mark        rune // the last terminal; '?' if any was one, '…' for several full stops
	quoted      bool // the terminals are in quotation marks that close behind them
	end         int  // behind the terminals and all closing marks
}

// paragraph appends the sentences of p, which has no white space at its ends.
func (c *cutter) paragraph(p Span) {
	c.pairs(p)
	start, next := p.Start, 0 // next counts the pairs that are behind
	for i := p.Start; i < p.End; {
		limit := p.End
		for next < len(c.enclosed) && c.enclosed[next].Start < i {
			next++
		}
		if next < len(c.enclosed) {
			limit = c.enclosed[next].Start
		}
		var s stop
		ok := true
		if i = c.nextTerminal(i, limit); i == p.End {
			break
		} else if i == limit {
			pair := c.enclosed[next]
			next++
			i = pair.End
			s, ok = c.endOfPair(pair, start)
		} else {
			s = c.terminals(stop{first: i}, i, p.End)
		}
		if !ok {
			continue
		}
		s = c.closing(s, p.End, next)
		i = s.end
		if c.ends(s, start, p.End) {
			c.add(start, i)
			start = skipSpace(c.text, i, p.End)
			i = start
		}
	}
	c.add(start, p.End)
}

// mayStop tells the first bytes of characters that may be terminals, so that
// nearly all others are passed over quickly.
var mayStop = [256]bool{
	'.': true, '!': true, '?': true,
	0xD6: true, 0xD8: true, 0xDB: true, // Armenian, Arabic, Urdu
	0xE0: true, 0xE1: true, // Indic and other scripts
	0xE2: true, 0xE3: true, 0xEF: true, // ellipsis and the like; ideographic; full width
}

// nextTerminal returns the offset of the first terminal in [i, limit), or limit.
func (c *cutter) nextTerminal(i, limit int) int {
	for i < limit {
		b := c.text[i]
		if !mayStop[b] {
			i++
			continue
		}
		if b < utf8.RuneSelf {
			return i
		}
		r, n := utf8.DecodeRuneInString(c.text[i:limit])
		if isTerminal(r) {
			return i
		}
		i += n
	}
	return limit
}

// isTerminal reports whether r ends sentences in some script: Unicode's
// Sentence_Terminal, and the ellipsis, which Unicode leaves out.
func isTerminal(r rune) bool {
	switch {
	case r == '.' || r == '!' || r == '?' || r == '…':
		return true
	case r < 0x0589 || r >= 0x2018 && r <= 0x201F: // most text; quotation marks
		return false
	}
	return unicode.Is(unicode.STerm, r)
}

// terminals reads the run of terminals at i into s. Full stops with single
// spaces between them (". . .") are one run.
func (c *cutter) terminals(s stop, i, end int) stop {
	for i < end {
		r, n := utf8.DecodeRuneInString(c.text[i:end])
		if !isTerminal(r) {
			break
		}
		switch {
		case s.mark == '?' || s.mark == '!' || r == '?' || r == '!':
			s.mark = '?'
		case s.mark != 0 && r < utf8.RuneSelf:
			s.mark = '…'
		default:
			s.mark = r
		}
		s.last, s.end = i, i+n
		i += n
		if r == '.' && i+1 < end && c.text[i] == ' ' && c.text[i+1] == '.' &&
			(i+2 == end || c.text[i+2] == ' ' || c.text[i+2] == '.') {
			i++
		}
	}
	return s
}

// endOfPair returns the stop just inside the closing mark of a pair, if there
// is one. A bracket can end a sentence only if it holds all of it, from start.
func (c *cutter) endOfPair(pair Span, start int) (stop, bool) {
	open, _ := utf8.DecodeRuneInString(c.text[pair.Start:])
	if isBracket(open) && pair.Start != start {
		return stop{}, false
	}
	i := pair.End
	var r rune
	for i > pair.Start {
		var n int
		r, n = utf8.DecodeLastRuneInString(c.text[pair.Start:i])
		if isTerminal(r) {
			break
		}
		if !isCloser(r) && !unicode.IsSpace(r) {
			return stop{}, false
		}
		i -= n
	}
	first := i
	for first > pair.Start {
		r, n := utf8.DecodeLastRuneInString(c.text[pair.Start:first])
		if !isTerminal(r) {
			break
		}
		first -= n
	}
	if first == i {
		return stop{}, false
	}
	s := c.terminals(stop{first: first, quoted: !isBracket(open)}, first, i)
	s.end = pair.End
	return s, true
}

// closing moves the end of s behind all that belongs to it: closing marks,
// further terminals, and the numbers of notes, as in "word.[12]" and "word.³".
func (c *cutter) closing(s stop, end, next int) stop {
	for s.end < end {
		if n := noteLength(c.text[s.end:min(end, s.end+8)]); n > 0 {
			s.end += n
			continue
		}
		for next < len(c.enclosed) && c.enclosed[next].Start < s.end {
			next++
		}
		r, n := utf8.DecodeRuneInString(c.text[s.end:end])
		switch {
		case next < len(c.enclosed) && c.enclosed[next].Start == s.end:
			return s // an opening mark, glued to the stop
		case isTerminal(r):
			s = c.terminals(s, s.end, end)
		case isCloser(r):
			s.end += n
			s.quoted = s.quoted || !isBracket(r)
		default:
			return s
		}
	}
	return s
}

// noteLength returns the length of the note number that s begins with, or 0.
func noteLength(s string) int {
	for _, sup := range []string{"¹", "²", "³"} {
		if strings.HasPrefix(s, sup) {
			return len(sup)
		}
	}
	if s[0] != '[' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ']' && i > 1:
			return i + 1
		case c < '0' || c > '9' && c < 'a' || c > 'z': // "[3]", "[a]"
			return 0
		}
	}
	return 0
}

// add appends the sentence between two offsets, cut into pieces if too long.
func (c *cutter) add(start, end int) {
	s := trim(c.text, Span{start, end})
	for s.Len() > maxSentence {
		cut := s.Start + cutLength(s.Of(c.text))
		piece := trim(c.text, Span{s.Start, cut})
		c.sentences = append(c.sentences, piece)
		s.Start = skipSpace(c.text, cut, s.End)
	}
	if s.Len() > 0 {
		c.sentences = append(c.sentences, s)
	}
}

// cutLength returns how much of s, which is too long and begins with no white
// space, to cut off: up to the last semicolon, else comma, in the second half of
// what is allowed, else the last white space there, else all that is allowed.
func cutLength(s string) int {
	const half = maxSentence / 2
	window := s[half:maxSentence]
	for _, mark := range []string{"; ", ", ", "；", "，", "、"} {
		if i := strings.LastIndex(window, mark); i >= 0 {
			return half + i + len(mark)
		}
	}
	if i := strings.LastIndexFunc(window, unicode.IsSpace); i >= 0 {
		return half + i
	}
	for n := maxSentence; n > maxSentence-utf8.UTFMax; n-- {
		if utf8.RuneStart(s[n]) {
			return n
		}
	}
	return maxSentence // not UTF-8, so there is no character to keep whole
}
