package article

import (
	"strings"
	"unicode"
)

// A gap is what stands between two pieces of plain text.
type gap int

const (
	noGap     gap = iota
	space         // between words
	newLine       // between list items, table rows, lines of verse
	emptyLine     // between blocks
)

// A plainText collects the text that a reader of a marked-up page would see:
// white space collapsed, blocks apart by an empty line, nothing around it.
// Its zero value is ready to use.
type plainText struct {
	b        strings.Builder
	pending  gap
	headings []Span

	inHeading int // headings open in each other; only the outermost counts
	headStart int // offset of the open heading's first byte, -1 before it
}

// write adds running text, in which any white space is as good as one space.
func (p *plainText) write(s string) {
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			p.pending = max(p.pending, space)
		case isControl(r) || r == '\u00ad' || r == '\ufeff': // nobody sees these
		default:
			p.flush()
			p.b.WriteRune(r)
		}
	}
}

// writeLines adds text whose lines and indents mean something, such as code.
func (p *plainText) writeLines(s string) {
	if p.inHeading > 0 {
		p.write(s)
		return
	}
	for line := range strings.Lines(s) {
		text := strings.TrimRightFunc(line, unicode.IsSpace)
		indent := len(text) - len(strings.TrimLeft(text, " \t"))
		if text != "" {
			p.flush()
			p.b.WriteString(text[:indent])
			p.write(text[indent:])
		}
		if strings.HasSuffix(line, "\n") {
			p.gap(newLine)
		}
	}
}

// gap asks for a gap before the next text; the widest one asked for wins. A
// heading stays on one line.
func (p *plainText) gap(g gap) {
	if p.inHeading > 0 {
		g = min(g, space)
	}
	p.pending = max(p.pending, g)
}

func (p *plainText) flush() {
	if p.b.Len() > 0 {
		p.b.WriteString([...]string{noGap: "", space: " ", newLine: "\n", emptyLine: "\n\n"}[p.pending])
	}
	p.pending = noGap
	if p.inHeading > 0 && p.headStart < 0 {
		p.headStart = p.b.Len()
	}
}

func (p *plainText) startHeading() {
	p.gap(emptyLine)
	if p.inHeading++; p.inHeading == 1 {
		p.headStart = -1
	}
}

func (p *plainText) endHeading() {
	if p.inHeading--; p.inHeading > 0 {
		return
	}
	if p.headStart >= 0 {
		p.headings = append(p.headings, Span{p.headStart, p.b.Len()})
	}
	p.gap(emptyLine)
}

func (p *plainText) String() string { return p.b.String() }
