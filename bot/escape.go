package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A glyph is one grapheme of a text: what people see as one character and
// what must not be cut in two.
type glyph struct {
	plain  string // without what is never shown
	out    string // as Discord has to get it to show plain
	offset int    // in the text it comes from, in bytes
}

// glyphs divides a text and escapes it. Every character that Discord's
// Markdown could take for its own gets a backslash, which people do not see:
// the text stays verbatim, and nothing in it becomes a mention, a link, a
// heading or a spoiler. Control and direction characters are dropped, since
// they can make a text read as what it is not. Where lines is false, line ends
// become spaces. Spaces at the beginning are left out.
//
// It stops behind most characters that are not spaces, one more at least: that
// much is enough to see that the text has to be cut.
func glyphs(text string, lines bool, most int) []glyph {
	var out []glyph
	at, n := atStart, 0
	for offset := 0; offset < len(text) && n <= most; {
		cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(text[offset:], -1)
		plain := visible(cluster, lines)
		if plain != "" {
			var b strings.Builder
			for i, r := range plain {
				rest := plain[i+utf8.RuneLen(r):]
				if rest == "" {
					rest = text[offset+len(cluster):]
				}
				if special(r, at, rest) {
					b.WriteByte('\\')
				}
				b.WriteRune(r)
				at = at.after(r)
			}
			if g := (glyph{plain, b.String(), offset}); !blank(g) {
				out = append(out, g)
				n += utf8.RuneCountInString(g.out)
			} else if len(out) > 0 {
				out = append(out, g)
			}
		}
		offset += len(cluster)
	}
	return out
}

// place is where in a line a character stands, as far as it matters for lists.
type place int

const (
	atStart  place = iota // only spaces so far
	inNumber              // spaces and digits
	inText
)

func (p place) after(r rune) place {
	switch {
	case r == '\n':
		return atStart
	case p == atStart && unicode.IsSpace(r): // a list may stand behind any, and those that begin a text are left out
		return atStart
	case p != inText && r >= '0' && r <= '9':
		return inNumber
	}
	return inText
}

// special reports whether r, followed by rest, could mean something to
// Discord's Markdown.
func special(r rune, at place, rest string) bool {
	switch r {
	case '\\', '*', '_', '~', '`', '|', '[', ']', '<', '>', '@', '#':
		return true
	case '-', '+':
		return at == atStart // lists and small text
	case '.', ')':
		return at == inNumber // numbered lists
	case ':':
		return strings.HasPrefix(rest, "//") // addresses become links by themselves
	}
	return false
}

// visible gives a grapheme without the characters that are never shown.
func visible(cluster string, lines bool) string {
	if len(cluster) == 1 && cluster[0] >= ' ' && cluster[0] < 0x7f {
		return cluster
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			if lines {
				return '\n'
			}
			return ' '
		case r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return -1
		case hidden(r):
			return -1
		}
		return r // U+FFFD for bytes that are no UTF-8
	}, cluster)
}

// hidden reports characters that change the direction of a text, or show
// nothing at all. The joiners U+200C and U+200D stay: scripts and emoji need
// them.
func hidden(r rune) bool {
	switch {
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	case r == 0x061c, r == 0x200b, r == 0x200e, r == 0x200f, r == 0x2060, r == 0xfeff:
		return true
	}
	return false
}

// cost is the length of glyphs as Discord counts it, in characters.
func cost(gs []glyph) int {
	n := 0
	for _, g := range gs {
		n += utf8.RuneCountInString(g.out)
	}
	return n
}

func join(gs []glyph) string {
	var b strings.Builder
	for _, g := range gs {
		b.WriteString(g.out)
	}
	return b.String()
}

// blank reports a space of any kind: a text of nothing else is none to Discord.
func blank(g glyph) bool {
	return !strings.ContainsFunc(g.plain, func(r rune) bool { return !unicode.IsSpace(r) })
}

func trim(gs []glyph) []glyph {
	for len(gs) > 0 && blank(gs[0]) {
		gs = gs[1:]
	}
	for len(gs) > 0 && blank(gs[len(gs)-1]) {
		gs = gs[:len(gs)-1]
	}
	return gs
}

// ellipsis is its own glyph, so that a cut text is a list of glyphs too.
const ellipsis = "…"

// cut shortens glyphs to at most most characters, ellipsis included, and
// reports whether it did. It cuts behind a sentence if that loses less than
// half of the room, else behind a word, else between two glyphs.
func cut(gs []glyph, most int) ([]glyph, bool) {
	gs = trim(gs)
	if cost(gs) <= most {
		return gs, false
	}
	n, room := 0, most-2 // the ellipsis, and a space before it
	for n < len(gs) {
		if room -= utf8.RuneCountInString(gs[n].out); room < 0 {
			break
		}
		n++
	}
	if n == 0 {
		return nil, true
	}
	word, sentence := 0, 0
	for i := n/2 + 1; i <= n; i++ {
		if !blank(gs[i]) {
			continue
		}
		word = i
		if sentenceEnds(gs[:i]) {
			sentence = i
		}
	}
	end := glyph{ellipsis, ellipsis, gs[n-1].offset}
	switch {
	case sentence > 0:
		return append(append([]glyph{}, trim(gs[:sentence])...), glyph{" ", " ", end.offset}, end), true
	case word > 0:
		n = word
	}
	return append(append([]glyph{}, trim(gs[:n])...), end), true
}

func sentenceEnds(gs []glyph) bool {
	for len(gs) > 0 && strings.Contains(`"'”’»)`, gs[len(gs)-1].plain) {
		gs = gs[:len(gs)-1]
	}
	return len(gs) > 0 && strings.Contains(".!?", gs[len(gs)-1].plain)
}

// phrase is a text of one line, escaped and cut to at most most characters.
func phrase(text string, most int) string {
	gs, _ := cut(glyphs(text, false, most), most)
	return join(gs)
}

// label is a text of one line for places that know no Markdown.
func label(text string, most int) string {
	gs := glyphs(text, false, 2*most) // escapes count there, and not here
	for i := range gs {
		gs[i].out = gs[i].plain
	}
	gs, _ = cut(gs, most)
	return join(gs)
}

// plainLine is a text in one line as people see it, without characters that
// show nothing.
func plainLine(text string) string {
	var b strings.Builder
	for _, g := range trim(glyphs(text, false, maxText)) {
		b.WriteString(g.plain)
	}
	return b.String()
}

// unescape reads a text that glyphs wrote: a backslash before a sign is not
// seen.
func unescape(text string) string {
	var b strings.Builder
	after := false
	for _, r := range text {
		if r == '\\' && !after {
			after = true
			continue
		}
		after = false
		b.WriteRune(r)
	}
	return b.String()
}
