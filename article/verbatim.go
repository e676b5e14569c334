package article

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Front matter with this key and value says that no Markdown stands behind it
// but the very text, as writeVerbatim writes it. Markdown cannot state every
// text: it has one kind of white space, and no control characters.
const (
	bodyKey  = "body"
	verbatim = "verbatim"
)

// writeVerbatim writes a text so that every byte of it comes back from an
// editor or from git: it stands there as it is, between two line ends, but for
//
//	\\      a backslash
//	\[ \]   around a heading
//	\r      a carriage return
//	\u{7}   any other control character but tab and line feed, the separators
//	        of lines and the byte order mark, by its number in hexadecimal
//
// The text is UTF-8, and headings lie in it one behind the other.
func writeVerbatim(text string, headings []Span) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/16 + 2)
	b.WriteByte('\n')
	open := false
	for i, r := range text {
		for len(headings) > 0 {
			if open && headings[0].End == i {
				b.WriteString(`\]`)
				open, headings = false, headings[1:]
				continue
			}
			if !open && headings[0].Start == i {
				b.WriteString(`\[`)
				open = true
			}
			break
		}
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\r':
			b.WriteString(`\r`)
		case r != '\n' && r != '\t' && isControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
	}
	if open {
		b.WriteString(`\]`)
	}
	b.WriteByte('\n')
	return b.String()
}

// readVerbatim undoes writeVerbatim. It takes whatever people make of that: a
// backslash with no meaning stands for itself.
func readVerbatim(body string) (text string, headings []Span) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	body = strings.TrimSuffix(strings.TrimPrefix(body, "\n"), "\n")
	var b strings.Builder
	b.Grow(len(body))
	open := -1
	for {
		at := strings.IndexByte(body, '\\')
		if at < 0 || at+1 == len(body) {
			b.WriteString(body)
			return b.String(), headings
		}
		b.WriteString(body[:at])
		escape := body[at:]
		body = body[at+2:]
		switch escape[1] {
		case '\\':
			b.WriteByte('\\')
		case 'r':
			b.WriteByte('\r')
		case '[':
			open = b.Len()
		case ']':
			if open >= 0 && open < b.Len() {
				headings = append(headings, Span{open, b.Len()})
			}
			open = -1
		case 'u':
			r, rest, ok := cutNumber(body)
			if ok {
				body = rest
				b.WriteRune(r)
				continue
			}
			b.WriteString(escape[:2])
		default:
			b.WriteByte('\\')
			body = escape[1:]
		}
	}
}

// cutNumber reads "{7}" off the front of s.
func cutNumber(s string) (r rune, rest string, ok bool) {
	digits, _, ok := strings.Cut(s[:min(len(s), 8)], "}")
	if !ok || !strings.HasPrefix(digits, "{") {
		return 0, "", false
	}
	n, err := strconv.ParseUint(digits[1:], 16, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, "", false
	}
	return rune(n), s[len(digits)+1:], true
}
