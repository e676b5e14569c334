package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/segment"
)

// EachWord calls fn with the bounds of every word of a text, in the order of
// their ends. Words are those of UAX #29, and beside them, since each is one
// thing that people write in several ways and TermOf gives it one term:
//
//   - a number with its magnitude or its groups: "1.5 million", "40 000";
//   - "per cent", and the signs % $ € £ at a number;
//   - a short compound with a hyphen as a whole, behind its parts, which it
//     overlaps: "cease", "fire", "cease-fire";
//   - of scripts without spaces, every two neighbouring characters.
//
// Chunks between spaces that are plain ASCII, most of any English text, are
// cut by a scanner of those rules' ASCII part, about five times as fast as the
// full tables.
func EachWord(text string, fn func(start, end int)) {
	j := joiner{text: text, fn: fn}
	for at := 0; at < len(text); {
		if asciiSpace(text[at]) {
			at++
			continue
		}
		end, ascii := at, true
		for end < len(text) && !asciiSpace(text[end]) {
			ascii = ascii && text[end] < utf8.RuneSelf
			end++
		}
		if ascii {
			eachASCII(text, at, end, j.word)
		} else {
			eachUnicode(text[at:end], at, j.word)
		}
		at = end
	}
	j.flush()
}

func asciiSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func eachUnicode(chunk string, base int, fn func(start, end int)) {
	words := segment.NewWordSegmenterDirect([]byte(chunk))
	end, pairs := 0, pairer{before: -1, fn: func(start, end int) { fn(base+start, base+end) }}
	for words.Segment() {
		start := end
		end += len(words.Bytes())
		piece := chunk[start:end]
		switch first, size := utf8.DecodeRuneInString(piece); {
		case strings.ContainsFunc(piece, spaceless):
			pairs.cut(chunk, start, end)
		case words.Type() != segment.None || isSign(first) && size == len(piece) && beside(chunk, start, end):
			pairs.before = -1
			fn(base+start, base+end)
		default:
			pairs.before = -1
		}
	}
}

// A pairer finds the pairs of neighbouring characters.
type pairer struct {
	before int // where the character before begins, -1 if it is of another script
	fn     func(start, end int)
}

// cut finds the pairs that end in chunk[start:end], characters that stand
// alone, and what stands there in other scripts.
func (p *pairer) cut(chunk string, start, end int) {
	for at := start; at < end; {
		r, size := utf8.DecodeRuneInString(chunk[at:])
		next := at + size
		if !spaceless(r) {
			for next < end && !spaceless(decode(chunk[next:])) {
				next++
			}
			p.fn(at, next)
			p.before, at = -1, next
			continue
		}
		switch {
		case p.before >= 0:
			p.fn(p.before, next)
		case !spaceless(decode(chunk[next:])):
			p.fn(at, next)
		}
		p.before, at = at, next
	}
}

func decode(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// spaceless reports whether a character is of a script that writes no spaces
// between words. Hangul does, but with its particles; pairs find words there
// too (as in Lucene's CJKBigramFilter).
func spaceless(r rune) bool {
	return r >= 0x1100 && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul))
}

// Classes of ASCII characters in UAX #29, table 3, and the signs at numbers.
const (
	other   = iota
	letter  // ALetter
	digit   // Numeric
	extend  // ExtendNumLet: _
	midBoth // MidNumLet and Single_Quote: . '
	midWord // MidLetter: :
	midNum  // MidNum: , ;
	sign    // % $
)

func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return letter
	case c >= '0' && c <= '9':
		return digit
	case c == '_':
		return extend
	case c == '.' || c == '\'':
		return midBoth
	case c == ':':
		return midWord
	case c == ',' || c == ';':
		return midNum
	case c == '%' || c == '$':
		return sign
	}
	return other
}

// eachASCII cuts text[at:end] by rules WB5 to WB13b. What holds no letter and
// no digit is no word, unless it is a sign at a number.
func eachASCII(text string, at, end int, fn func(start, end int)) {
	begin := at
	for at < end {
		class := classOf(text[at])
		if class != letter && class != digit && class != extend {
			at++
			if class == sign && beside(text[begin:end], at-1-begin, at-begin) {
				fn(at-1, at)
			}
			continue
		}
		start, word := at, class != extend
		for at++; at < end; at++ {
			next := classOf(text[at])
			if next == letter || next == digit || next == extend {
				word = word || next != extend
				class = next
				continue
			}
			if at+1 == end || !joins(class, next, classOf(text[at+1])) {
				break
			}
		}
		if word {
			fn(start, at)
		}
	}
}

// joins reports whether mid stands inside a word between two characters of
// these classes: WB6, WB7, WB11, WB12.
func joins(before, mid, behind int) bool {
	switch {
	case before == letter && behind == letter:
		return mid == midBoth || mid == midWord
	case before == digit && behind == digit:
		return mid == midBoth || mid == midNum
	}
	return false
}

func isSign(r rune) bool { return r == '%' || r == '$' || r == '€' || r == '£' }

// beside reports whether a digit touches chunk[start:end].
func beside(chunk string, start, end int) bool {
	return start > 0 && classOf(chunk[start-1]) == digit || end < len(chunk) && classOf(chunk[end]) == digit
}

// A joiner puts words together that are one thing.
type joiner struct {
	text string
	fn   func(start, end int)

	// A word that may go on is held back: a number, or "per".
	holds            bool
	heldFrom, heldTo int
	groups           bool // the held number is one to three digits, or such and groups of three

	before, to int  // bounds of the word before; to is 0 at first
	chained    bool // the word before is itself behind a hyphen
}

// longestCompound bounds what is taken as a compound, in bytes. Words that
// are also written as one are short (cease-fire, counter-attack, e-mail).
const longestCompound = 15

func (j *joiner) word(start, end int) {
	if j.holds {
		if j.extend(start, end) {
			return
		}
		j.flush()
	}
	first := j.text[start]
	hyphened := j.to > 0 && j.to+1 == start && j.text[j.to] == '-'
	switch {
	case first >= '0' && first <= '9':
		j.holds, j.heldFrom, j.heldTo = true, start, end
		j.groups = end-start <= 3 && allDigits(j.text[start:end])
		if hyphened && !j.chained && j.compound(end) { // F-16
			j.flush()
			j.fn(j.before, end)
		}
	case first|0x20 == 'p' && end-start == 3 && foldEqual(j.text[start:end], "per"):
		j.holds, j.heldFrom, j.heldTo, j.groups = true, start, end, false
	default:
		j.fn(start, end)
		if hyphened && !j.chained && j.compound(end) {
			j.fn(j.before, end)
		}
	}
	j.before, j.to, j.chained = start, end, hyphened
}

// compound reports whether the word before and the one up to end are one in
// two parts.
func (j *joiner) compound(end int) bool {
	first := j.text[j.before]
	return end-j.before <= longestCompound && (first < '0' || first > '9') && (end == len(j.text) || j.text[end] != '-')
}

// extend adds a word to the one held back, if they are one thing.
func (j *joiner) extend(start, end int) bool {
	gap, word := j.text[j.heldTo:start], j.text[start:end]
	if gap != " " && gap != "-" && gap != "\u00a0" && gap != "\u202f" && gap != "\u2009" {
		return false
	}
	switch {
	case !isDigit(j.text[j.heldFrom]): // per
		if !foldEqual(word, "cent") {
			return false
		}
	case j.groups && gap != "-" && end-start == 3 && allDigits(word):
		j.heldTo = end
		return true // more groups, or a magnitude, may follow
	case magnitudes[fold(word)] == 0 || !isDigit(j.text[j.heldTo-1]) || len(word) < 2:
		return false
	}
	j.heldTo = end
	j.flush()
	j.before, j.to, j.chained = start, end, true
	return true
}

func (j *joiner) flush() {
	if j.holds {
		j.holds = false
		j.fn(j.heldFrom, j.heldTo)
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// foldEqual compares a word with one in lower case.
func foldEqual(word, lower string) bool {
	if len(word) != len(lower) {
		return false
	}
	for i := range len(word) {
		if word[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}
