package index

import (
	"strings"
	"time"
	"unicode"

	"newsdesk/article"
)

// Passages aim at targetWords and reach maxWords at most, unless one sentence
// alone is longer. Trials on news questions found passages of 100 to 200
// words, searched together with their title, better than whole articles and
// than single sentences.
const (
	minWords    = 60 // what a heading or the text's end may leave standing alone
	targetWords = 170
	maxWords    = 200
)

// A Passage is a run of whole sentences of one article.
type Passage struct {
	Article   string // the article's ID
	Title     string
	Source    string
	URL       string
	Published time.Time

	Image string // of the article, http or https; only on its first passage

	N       int    // place among the article's passages, from 0
	Heading string // the heading in force where the passage begins, or ""

	Language string // of the article, by its code; "" is English, see LanguageOf

	// Text is the article's text from Start to End, byte for byte.
	Text       string
	Start, End int

	// Sentences are the spans of Text that are sentences; what lies between
	// them is white space and headings.
	Sentences []article.Span

	sketch []byte // packed, of the article's whole text; on first passages
	whole  string // the article's text, where this is its only passage
}

// Sketch returns the sketch of the article's whole text; only first passages
// have one. That of a text of one passage is made anew, in some 10 µs, since it
// would take nearly as much room as the text.
func (p Passage) Sketch() article.Sketch {
	if p.whole != "" {
		return article.SketchOf(p.whole)
	}
	return article.UnpackSketch(p.sketch)
}

// cut is one passage of a text before it has met its article. The pieces of a
// text, one behind the other, are the whole text: piece holds what lies
// between this passage's beginning and the next one's, white space included.
type cut struct {
	span, piece article.Span
	heading     string
	sentences   []article.Span // in the article's text
}

// cutPassages divides a text at sentence ends into passages. A heading opens
// a new passage as soon as the one before has minWords. Passages do not
// overlap, so that together they are the text and no sentence is found twice.
func cutPassages(text string, headings []article.Span) []cut {
	c := cutter{text: text}
	for _, block := range article.Blocks(text, headings) {
		if block.Heading {
			c.breakAt(minWords)
			c.headingNow = strings.Join(strings.Fields(block.Of(text)), " ")
			if c.words == 0 {
				c.open.heading = c.headingNow
			}
		} else {
			c.breakAt(targetWords)
		}
		for _, s := range block.Sentences {
			c.add(s, block.Heading)
		}
	}
	c.flush()
	c.mergeTail()
	for i := range c.done {
		c.done[i].piece = article.Span{Start: c.done[i].span.Start, End: len(text)}
		if i > 0 {
			c.done[i-1].piece.End = c.done[i].span.Start
		}
	}
	if len(c.done) > 0 {
		c.done[0].piece.Start = 0
	}
	return c.done
}

type cutter struct {
	text       string
	done       []cut
	open       cut // being filled
	words      int // in open
	headingNow string
}

// breakAt closes the open passage if it has at least so many words.
func (c *cutter) breakAt(words int) {
	if c.words >= words {
		c.flush()
	}
}

func (c *cutter) add(s article.Span, heading bool) {
	n := countWords(s.Of(c.text))
	if c.words > 0 && c.words+n > maxWords {
		c.flush()
	}
	if c.words == 0 {
		c.open.span.Start = s.Start
	}
	c.open.span.End = s.End
	c.words += max(n, 1)
	if !heading {
		c.open.sentences = append(c.open.sentences, s)
	}
}

func (c *cutter) flush() {
	if c.words > 0 {
		c.done = append(c.done, c.open)
	}
	c.open, c.words = cut{heading: c.headingNow}, 0
}

// mergeTail gives a last passage that is too short to stand alone to the one
// before it, if both fit into one.
func (c *cutter) mergeTail() {
	n := len(c.done)
	if n < 2 {
		return
	}
	last, before := c.done[n-1], c.done[n-2]
	tail := countWords(last.span.Of(c.text))
	if tail < minWords && tail+countWords(before.span.Of(c.text)) <= maxWords {
		c.done[n-2].span.End = last.span.End
		c.done[n-2].sentences = append(before.sentences, last.sentences...)
		c.done = c.done[:n-1]
	}
}

// countWords counts runs of non-space bytes; for scripts without spaces, two
// ideographs or kana count as one word.
func countWords(s string) int {
	words, wide, inWord := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			inWord = false
		case r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			wide++
			inWord = false
		case !inWord:
			words++
			inWord = true
		}
	}
	return words + (wide+1)/2
}
