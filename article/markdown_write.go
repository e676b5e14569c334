package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// writeMarkdown writes a text as Markdown that reads back as the same text, or
// reports that this cannot be: where white space is more than one space
// between words and one or two line ends between blocks. Odd texts may slip
// through, so the caller reads back what was written.
func writeMarkdown(text string, headings []Span) (string, bool) {
	if !isSqueezed(text) {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(text) + len(text)/16 + 2)
	b.WriteByte('\n')
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := text[at:end]
		heading := len(headings) > 0 && headings[0] == Span{at, end}
		if heading {
			headings = headings[1:]
			b.WriteString("## ")
		}
		if len(line) > 0 {
			writeMarkdownLine(&b, line)
			// A line right behind another of the same block.
			if end+1 < len(text) && text[end+1] != '\n' {
				if heading {
					return "", false
				}
				b.WriteByte('\\')
			}
		}
		b.WriteByte('\n')
		at = end + 1
	}
	return b.String(), len(headings) == 0
}

// isSqueezed reports whether a text has no other white space than Markdown can
// state, and no characters that nobody sees.
func isSqueezed(text string) bool {
	last, before := '\n', '\n' // a text begins behind an empty line, so to say
	for _, r := range text {
		switch {
		case r == ' ':
			if last == ' ' || last == '\n' {
				return false
			}
		case r == '\n':
			if last == ' ' || last == '\n' && before == '\n' {
				return false
			}
		case unicode.IsSpace(r), isControl(r), r == '\u00ad', r == '\ufeff', r == utf8.RuneError:
			return false
		}
		last, before = r, last
	}
	return last != '\n' && last != ' '
}

// writeMarkdownLine puts a backslash before whatever Markdown could take for
// its own. Addresses stay as they are, since they are found as they are.
func writeMarkdownLine(b *strings.Builder, line string) {
	first := true
	for word := range strings.SplitSeq(line, " ") {
		if !first {
			b.WriteByte(' ')
		}
		switch {
		case strings.Contains(word, "://"), strings.HasPrefix(word, "www."), strings.Contains(word, "@"):
			b.WriteString(word)
		default:
			writeMarkdownWord(b, word, first)
		}
		first = false
	}
}

func writeMarkdownWord(b *strings.Builder, word string, first bool) {
	entities := entity.FindAllStringIndex(word, -1)
	for i := range len(word) {
		c := word[i]
		escape := false
		switch c {
		case '\\', '`', '*', '[', ']', '<', '|', '~':
			escape = true
		case '_':
			escape = i == 0 || i+1 == len(word) || !isPlainLetter(word[i-1]) || !isPlainLetter(word[i+1])
		case '&':
			escape = len(entities) > 0 && entities[0][0] == i
			if escape {
				entities = entities[1:]
			}
		case '#':
			escape = i == 0 || i+1 == len(word)
		case '>', '-', '+', '=', ':':
			escape = first && i == 0
		case '.', ')':
			escape = first && i > 0 && i < 10 && strings.Trim(word[:i], "0123456789") == "" // a list
		}
		if escape {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
}

func isPlainLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
