package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Block is a heading, a paragraph or a list item of a text, without the
// white space around it.
type Block struct {
	Span
	Heading bool

	// Sentences are in order and do not overlap. Each is free of white space
	// at its ends, and together they hold every other byte of the block. A
	// heading is one sentence.
	Sentences []Span
}

// Blocks cuts text into blocks and those into sentences. Every byte that is
// not white space is in exactly one sentence of one block, and no span begins
// or ends within a UTF-8 sequence.
//
// Headings are the ones that the markup names; nil says that there was no
// markup, and then they are recognised by their form. A named heading that lies
// outside the text, cuts a character, overlaps the one before, or is longer
// than a sentence may be (2000 bytes) is read as ordinary text.
//
// A blank line always ends a block. So does a single line break, unless the
// text has no markup and looks hard-wrapped; see wrapWidth. The time taken grows
// with the length of text, whatever is in it.
func Blocks(text string, headings []Span) []Block {
	b := blocker{text: text}
	// Mostly there is one for each line. The bound is for a text of blank lines.
	b.blocks = make([]Block, 0, min(strings.Count(text, "\n"), len(text)/16)+1)
	if headings == nil {
		b.width = wrapWidth(text)
	}
	from := 0
	for _, h := range headings {
		if h.Start < from || h.End > len(text) || h.Start >= h.End || h.Len() > maxSentence ||
			!utf8.RuneStart(text[h.Start]) || h.End < len(text) && !utf8.RuneStart(text[h.End]) {
			continue
		}
		b.paragraphs(from, h.Start)
		b.add(h, true)
		from = h.End
	}
	b.paragraphs(from, len(text))
	if headings == nil {
		markHeadings(text, b.blocks)
	}

	// One slice holds the sentences of all blocks: thousands of small ones
	// would cost more than the cutting.
	c := newCutter(text, len(b.blocks))
	for _, block := range b.blocks {
		if block.Heading {
			c.sentences = append(c.sentences, block.Span)
		} else {
			c.paragraph(block.Span)
		}
	}
	all := c.sentences
	for i := range b.blocks {
		n := 0
		for n < len(all) && all[n].End <= b.blocks[i].End {
			n++
		}
		b.blocks[i].Sentences = all[:n:n]
		all = all[n:]
	}
	return b.blocks
}

// A blocker collects the blocks of a text.
type blocker struct {
	text   string
	width  int // columns of a hard-wrapped text, else 0
	blocks []Block
}

// add keeps what is left of s without the white space around it, if anything.
func (b *blocker) add(s Span, heading bool) {
	if s = trim(b.text, s); s.Len() > 0 {
		b.blocks = append(b.blocks, Block{Span: s, Heading: heading})
	}
}

// paragraphs adds the blocks between two offsets that hold no known heading.
func (b *blocker) paragraphs(from, to int) {
	var open Span // the block so far; empty when none is begun
	var last Span // its last line, untrimmed
	for from < to {
		line, next := nextLine(b.text, from, to)
		from = next
		blank := trim(b.text, line).Len() == 0
		if open.Len() > 0 && (blank || b.width == 0 || !continues(b.text, last, line, b.width)) {
			b.add(open, false)
			open = Span{}
		}
		switch {
		case blank:
			continue
		case open.Len() == 0:
			open = line
		default:
			open.End = line.End
		}
		last = line
	}
	b.add(open, false)
}

// nextLine returns the line that begins at from, without its line break, and
// where the following one begins. Both are at most to.
func nextLine(text string, from, to int) (line Span, next int) {
	for i := from; i < to; i++ {
		switch text[i] {
		case '\n':
			return Span{from, i}, i + 1
		case '\r':
			if i+1 < to && text[i+1] == '\n' {
				return Span{from, i}, i + 2
			}
			return Span{from, i}, i + 1
		case 0xE2: // the line and paragraph separators, U+2028 and U+2029
			if s := text[i:to]; strings.HasPrefix(s, "\u2028") || strings.HasPrefix(s, "\u2029") {
				return Span{from, i}, i + len("\u2028")
			}
		}
	}
	return Span{from, to}, to
}

// Hard-wrapped texts are between these many columns wide.
const minWrap, maxWrap = 40, 100

// wrapWidth returns the number of columns that text was hard-wrapped to, or 0
// if a line break within it ends a paragraph. It takes a text for hard-wrapped
// if
//   - 19 of 20 lines fit into a width of 40 to 100 characters,
//   - at least three line breaks are not beside a blank line,
//   - at 7 of 10 of those, the next word would not have fitted any more, give
//     or take a tenth of the width, and
//   - at half of those, the next line goes on with a small letter.
//
// The third keeps out verse, lists and tables, the fourth tables with columns
// of fixed width. A text without small letters never counts as wrapped.
func wrapWidth(text string) int {
	var lengths [maxWrap + 2]int
	lines := 0
	for from := 0; from < len(text); {
		var line Span
		line, from = nextLine(text, from, len(text))
		if line = trimRight(text, line); line.Len() > 0 {
			lengths[min(columns(text, line), maxWrap+1)]++
			lines++
		}
	}
	width, within := 0, 0
	for ; within*20 < lines*19; width++ {
		within += lengths[width]
	}
	width-- // the loop steps once past the length that sufficed
	if width < minWrap || width > maxWrap {
		return 0
	}

	inner, full, small := 0, 0, 0
	var last Span
	for from := 0; from < len(text); {
		var line Span
		line, from = nextLine(text, from, len(text))
		if line = trimRight(text, line); line.Len() > 0 && last.Len() > 0 {
			inner++
			if fills(text, last, line, width) {
				full++
			}
			if r, _ := utf8.DecodeRuneInString(trim(text, line).Of(text)); unicode.IsLower(r) {
				small++
			}
		}
		last = line
	}
	if inner < 3 || full*10 < inner*7 || small*2 < inner {
		return 0
	}
	return width
}

// continues reports whether line, of a text wrapped to width, belongs to the
// paragraph that last is the latest line of.
func continues(text string, last, line Span, width int) bool {
	last = trimRight(text, last)
	if isBullet(trim(text, line).Of(text)) {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(trim(text, line).Of(text)); unicode.IsLower(r) {
		return true
	}
	return fills(text, last, line, width) && indent(text, line) <= indent(text, last)
}

// fills reports whether the first word of next would not have fitted on line.
// Wrapping may leave a tenth of the width ragged.
func fills(text string, line, next Span, width int) bool {
	word := trim(text, next)
	if i := strings.IndexAny(word.Of(text), " \t"); i >= 0 {
		word.End = word.Start + i
	}
	return columns(text, line)+1+columns(text, word) > width-width/10
}

func columns(text string, s Span) int { return utf8.RuneCountInString(s.Of(text)) }

// indent returns the number of bytes of white space that line begins with.
func indent(text string, line Span) int { return trim(text, line).Start - line.Start }

// isBullet reports whether a line begins as a list item does: with a dash, a
// dot or a star, or with a number of up to three digits, before a space.
func isBullet(line string) bool {
	for _, b := range []string{"- ", "* ", "• ", "◦ ", "▪ ", "‣ ", "· ", "– ", "— ", "+ "} {
		if strings.HasPrefix(line, b) {
			return true
		}
	}
	n := 0
	for n < len(line) && n < 4 && line[n] >= '0' && line[n] <= '9' {
		n++
	}
	return n > 0 && n < 4 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' '
}

// trim takes white space, as Unicode defines it, off both ends of s.
func trim(text string, s Span) Span {
	s = trimRight(text, s)
	s.Start = skipSpace(text, s.Start, s.End)
	return s
}

func trimRight(text string, s Span) Span {
	s.End = s.Start + len(strings.TrimRightFunc(s.Of(text), unicode.IsSpace))
	return s
}

// skipSpace returns the offset of the first character from i on that is not
// white space, or end.
func skipSpace(text string, i, end int) int {
	for i < end {
		if c := text[i]; c < utf8.RuneSelf {
			if c != ' ' && (c < '\t' || c > '\r') {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:end])
		if !unicode.IsSpace(r) {
			return i
		}
		i += n
	}
	return i
}
