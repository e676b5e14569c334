package article

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// mendJSON returns JSON as pages embed it in a form that a parser takes:
// without the comments, CDATA marks, semicolon and stray commas around its
// values, and with line breaks inside of strings escaped. JSON that is sound
// comes back as it is.
func mendJSON(raw []byte) []byte {
	raw = bytes.TrimSpace(raw)
	if json.Valid(raw) {
		return raw
	}
	m := jsonMender{in: raw, out: make([]byte, 0, len(raw))}
	for m.at < len(raw) {
		m.next()
	}
	return bytes.TrimSpace(m.out)
}

type jsonMender struct {
	in, out []byte
	at      int
	quoted  bool
}

// next takes one byte, or one comment, of what is left.
func (m *jsonMender) next() {
	c := m.in[m.at]
	switch {
	case m.quoted && c == '\\' && m.at+1 < len(m.in):
		m.out = append(m.out, c, m.in[m.at+1])
		m.at++
	case m.quoted && c < ' ':
		m.out = fmt.Appendf(m.out, `\u%04x`, c)
	case c == '"':
		m.quoted = !m.quoted
		m.out = append(m.out, c)
	case m.quoted:
		m.out = append(m.out, c)
	case m.skip("<!--", "-->"), m.skip("/*", "*/"), m.skip("//", ""), m.skip("<![CDATA[", ""), m.skip("]]>", ""), m.skip("-->", ""):
		return
	case c == '}' || c == ']':
		m.out = append(bytes.TrimRight(m.out, ", \t\r\n"), c)
	case c == ';':
	default:
		m.out = append(m.out, c)
	}
	m.at++
}

// skip leaves out what begins with open up to and with end, or only open where
// end is "".
func (m *jsonMender) skip(open, end string) bool {
	rest := m.in[m.at:]
	if !bytes.HasPrefix(rest, []byte(open)) {
		return false
	}
	m.at += len(open)
	// A comment that begins with the JSON itself hides it from old browsers only.
	inside := bytes.TrimSpace(rest[len(open):])
	if end == "" || open == "<!--" && len(inside) > 0 && (inside[0] == '{' || inside[0] == '[') {
		return true
	}
	if i := bytes.Index(rest[len(open):], []byte(end)); i >= 0 {
		m.at += i + len(end)
	} else {
		m.at = len(m.in)
	}
	return true
}
