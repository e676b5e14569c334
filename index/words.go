package index

import (
	"unicode/utf8"

	"github.com/blevesearch/segment"
)

// EachWord calls fn with the bounds of every word of a text, by the rules of
// UAX #29, in order. Chunks between spaces that are plain ASCII, most of any
// English text, are cut by a scanner of those rules' ASCII part, about five
// times as fast as the full tables.
func EachWord(text string, fn func(start, end int)) {
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
			eachASCII(text, at, end, fn)
		} else {
			eachUnicode(text[at:end], at, fn)
		}
		at = end
	}
}

func asciiSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func eachUnicode(chunk string, base int, fn func(start, end int)) {
	words := segment.NewWordSegmenterDirect([]byte(chunk))
	end := 0
	for words.Segment() {
		start := end
		end += len(words.Bytes())
		if words.Type() != segment.None {
			fn(base+start, base+end)
		}
	}
}

// Classes of ASCII characters in UAX #29, table 3.
const (
	other   = iota
	letter  // ALetter
	digit   // Numeric
	joiner  // ExtendNumLet: _
	midBoth // MidNumLet and Single_Quote: . '
	midWord // MidLetter: :
	midNum  // MidNum: , ;
)

func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return letter
	case c >= '0' && c <= '9':
		return digit
	case c == '_':
		return joiner
	case c == '.' || c == '\'':
		return midBoth
	case c == ':':
		return midWord
	case c == ',' || c == ';':
		return midNum
	}
	return other
}

// eachASCII cuts text[at:end] by rules WB5 to WB13b. What holds no letter and
// no digit is no word.
func eachASCII(text string, at, end int, fn func(start, end int)) {
	for at < end {
		class := classOf(text[at])
		if class != letter && class != digit && class != joiner {
			at++
			continue
		}
		start, word := at, class != joiner
		for at++; at < end; at++ {
			next := classOf(text[at])
			if next == letter || next == digit || next == joiner {
				word = word || next != joiner
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
