package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/commands"
)

// lead is how many glyphs of a quote stay before its first matched word where
// the quote is too long to be shown from its beginning.
const lead = 80

// farthest is how far into a quote, in bytes, matched words are looked for.
const farthest = 20000

// quote writes an excerpt of at most most characters as a block quote with the
// matched words in bold.
func quote(item commands.Item, most int) string {
	last := 0
	for _, m := range item.Marks {
		last = max(last, min(m.End, len(item.Quote), farthest))
	}
	// An escaped byte makes two characters at most.
	gs := withoutGaps(trim(glyphs(item.Quote, true, 2*(last+most))))
	if len(gs) == 0 {
		return ""
	}
	gs, bold := excerpt(gs, boldGlyphs(gs, item.Marks), most)
	return "> " + emphasised(gs, bold, "> ")
}

// withoutGaps leaves empty lines out, for which a quote has no room.
func withoutGaps(gs []glyph) []glyph {
	return slices.CompactFunc(gs, func(a, b glyph) bool { return a.plain == "\n" && b.plain == "\n" })
}

// emphasised writes glyphs, those that are bold in bold; each further line
// begins with prefix.
func emphasised(gs []glyph, bold []bool, prefix string) string {
	var b strings.Builder
	for i, g := range gs {
		if bold[i] && (i == 0 || !bold[i-1]) {
			b.WriteString("**")
		}
		b.WriteString(g.out)
		if bold[i] && (i+1 == len(gs) || !bold[i+1]) {
			b.WriteString("**")
		}
		if g.plain == "\n" {
			b.WriteString(prefix)
		}
	}
	return b.String()
}

// boldCost is how many characters emphasised adds at most.
func boldCost(bold []bool) int {
	n := 0
	for i, is := range bold {
		if is && (i == 0 || !bold[i-1]) {
			n += len("****")
		}
	}
	return n
}

// boldGlyphs says which glyphs the marks cover. A mark that begins or ends
// within a glyph takes all of it. Spaces are bold only between two words of
// one mark, since Discord's bold begins and ends with something seen, and does
// not reach over line ends.
func boldGlyphs(gs []glyph, marks []article.Span) []bool {
	bold := make([]bool, len(gs)+1)
	marks = slices.Clone(marks)
	slices.SortFunc(marks, func(a, b article.Span) int { return a.Start - b.Start })
	if len(marks) > maxMarks {
		marks = marks[:maxMarks]
	}
	for _, m := range marks {
		if m.Start >= m.End {
			continue
		}
		i, _ := slices.BinarySearchFunc(gs, m.Start, func(g glyph, at int) int { return g.offset - at })
		if i > 0 && (i == len(gs) || gs[i].offset > m.Start) {
			i--
		}
		from, to := -1, -1 // the first and last glyph that is seen
		for ; i < len(gs) && gs[i].offset < m.End; i++ {
			if i+1 < len(gs) && gs[i+1].offset <= m.Start || blank(gs[i]) {
				continue
			}
			if from < 0 {
				from = i
			}
			to = i
		}
		for i := max(from, 0); i <= to; i++ {
			bold[i] = true
		}
	}
	return within(gs, bold)
}

// within takes bold away from line ends and from what stands beside them
// unseen.
func within(gs []glyph, bold []bool) []bool {
	for i, g := range gs {
		if blank(g) && (g.plain == "\n" || i == 0 || !bold[i-1] || i+1 == len(gs) || !bold[i+1]) {
			bold[i] = false
		}
	}
	for i := len(gs) - 1; i >= 0; i-- {
		if blank(gs[i]) && !bold[i+1] {
			bold[i] = false
		}
	}
	return bold
}

// excerpt cuts a quote to its length, where it is too long to the piece with
// the most matched words. That piece begins with a sentence, or else shortly
// before a matched word.
func excerpt(gs []glyph, bold []bool, most int) ([]glyph, []bool) {
	short, shortened := cut(gs, most)
	if !shortened {
		return gs, bold
	}
	start := bestStart(gs, bold, most)
	if start == 0 {
		return short, bolder(short, bold, 0)
	}
	short, _ = cut(gs[start:], most-2)
	out := append([]glyph{{ellipsis, ellipsis, 0}, {" ", " ", 0}}, short...)
	return out, append([]bool{false, false}, bolder(short, bold, start)...)
}

// bestStart finds where the piece of a quote with the most matched words
// begins, the earliest of several.
func bestStart(gs []glyph, bold []bool, most int) int {
	starts := []int{0}
	for i := 1; i < len(gs); i++ {
		if blank(gs[i-1]) && !blank(gs[i]) && sentenceEnds(trim(gs[max(0, i-5):i])) {
			starts = append(starts, i)
		}
	}
	best, found := 0, matches(gs, bold, 0, most)
	for _, s := range starts[1:] {
		if n := matches(gs, bold, s, most); n > found {
			best, found = s, n
		}
	}
	if found > 0 {
		return best
	}
	first := slices.Index(bold, true) // in the middle of a sentence longer than the room
	start := max(0, first-lead)
	for start > 0 && start < first && !blank(gs[start]) {
		start++
	}
	for start > 0 && start < first && blank(gs[start]) {
		start++
	}
	return start
}

// matches counts the matched words in the most characters from start on.
func matches(gs []glyph, bold []bool, start, most int) int {
	n := 0
	for i := start; i < len(gs) && most > 0; i++ {
		most -= utf8.RuneCountInString(gs[i].out)
		if bold[i] && (i == start || !bold[i-1]) {
			n++
		}
	}
	return n
}

// bolder carries bold over to a list of glyphs that was cut, and may have got
// an ellipsis, from the glyph at start on.
func bolder(gs []glyph, bold []bool, start int) []bool {
	out := make([]bool, len(gs)+1)
	for i, g := range gs {
		out[i] = start+i < len(bold) && bold[start+i] && g.plain != ellipsis
	}
	return within(gs, out)
}
