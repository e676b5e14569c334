package bot

import (
	"slices"
	"strings"

	"newsdesk/article"
	"newsdesk/commands"
)

// lead is how many glyphs of a quote stay before its first matched word where
// the quote is too long to be shown from its beginning.
const lead = 80

// quote writes an excerpt as a block quote with the matched words in bold.
func quote(item commands.Item) string {
	first := 0
	for i, m := range item.Marks {
		if i == 0 || m.Start < first {
			first = min(max(0, m.Start), len(item.Quote))
		}
	}
	// An escaped byte makes two characters at most.
	gs := trim(glyphs(item.Quote, true, 2*(first+maxQuote)))
	if len(gs) == 0 {
		return ""
	}
	bold := boldGlyphs(gs, item.Marks)
	gs, bold = excerpt(gs, bold)
	var b strings.Builder
	b.WriteString("> ")
	for i, g := range gs {
		starts := bold[i] && (i == 0 || !bold[i-1])
		ends := bold[i] && (i+1 == len(gs) || !bold[i+1])
		if starts {
			b.WriteString("**")
		}
		b.WriteString(g.out)
		if ends {
			b.WriteString("**")
		}
		if g.plain == "\n" {
			b.WriteString("> ")
		}
	}
	return b.String()
}

// boldGlyphs says which glyphs the marks cover. A mark that begins or ends
// within a glyph takes all of it; spaces at line ends and between two marks
// are never bold, since Discord's bold does not reach over them.
func boldGlyphs(gs []glyph, marks []article.Span) []bool {
	bold := make([]bool, len(gs)+1)
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b article.Span) int { return a.Start - b.Start })
	if len(marks) > maxMarks {
		marks = marks[:maxMarks]
	}
	for _, m := range marks {
		for i, g := range gs {
			next := g.offset + 1
			if i+1 < len(gs) {
				next = gs[i+1].offset
			}
			if g.offset < m.End && next > m.Start && m.Start < m.End && !blank(g) {
				bold[i] = true
			}
		}
	}
	return bold
}

// excerpt cuts a quote to its length. Where the first matched word would be
// cut off, the beginning goes instead.
func excerpt(gs []glyph, bold []bool) ([]glyph, []bool) {
	short, shortened := cut(gs, maxQuote)
	if !shortened {
		return gs, bold
	}
	first := slices.Index(bold, true)
	if first < 0 || first < len(short)-1 {
		return short, bolder(short, bold, 0)
	}
	start := max(0, first-lead)
	for start < first && !blank(gs[start]) {
		start++
	}
	for start < first && blank(gs[start]) {
		start++
	}
	short, _ = cut(gs[start:], maxQuote-2)
	out := append([]glyph{{ellipsis, ellipsis, 0}, {" ", " ", 0}}, short...)
	return out, append([]bool{false, false}, bolder(short, bold, start)...)
}

// bolder carries bold over to a list of glyphs that was cut, and may have got
// an ellipsis, from the glyph at start on.
func bolder(gs []glyph, bold []bool, start int) []bool {
	out := make([]bool, len(gs)+1)
	for i, g := range gs {
		out[i] = start+i < len(bold) && bold[start+i] && g.plain != ellipsis && !blank(g)
	}
	return out
}
