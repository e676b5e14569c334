package feed

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"newsdesk/article"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

var xmlDeclaration = regexp.MustCompile(`^\s*<\?xml\b[^>]{0,200}?\?>`)
var declaredEncoding = regexp.MustCompile(`encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})\s*["']`)

// toUTF8 returns a feed in UTF-8, without byte order mark, XML declaration and
// characters that XML forbids. What is good UTF-8 is taken for that whatever
// its labels say; else the byte order mark decides, then the header (RFC 7303),
// unless it names no more than a server's usual default, then the declaration.
func toUTF8(raw []byte, contentType string) []byte {
	out := decode(raw, contentType)
	out = bytes.TrimPrefix(out, []byte("\xef\xbb\xbf"))
	// It has done its work; a parser would decode by it once more.
	if loc := xmlDeclaration.FindIndex(out[:min(len(out), 1024)]); loc != nil {
		out = out[loc[1]:]
	}
	return bytes.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, out)
}

func decode(raw []byte, contentType string) []byte {
	if e := wide(raw); e != nil {
		if out, err := e.NewDecoder().Bytes(raw); err == nil {
			return out
		}
	}
	labels := labelsOf(raw, contentType)
	if utf8.Valid(raw) {
		// Of the encodings in use only these write other letters in ASCII.
		for _, l := range labels {
			if e, name := charset.Lookup(l); e != nil && name == "iso-2022-jp" && bytes.IndexByte(raw, 0x1b) >= 0 {
				if out, err := e.NewDecoder().Bytes(raw); err == nil {
					return out
				}
			}
		}
		return raw
	}
	for _, l := range labels {
		if e, name := charset.Lookup(l); e != nil && name != "utf-8" && name != "replacement" && !strings.HasPrefix(name, "utf-16") {
			if out, err := e.NewDecoder().Bytes(raw); err == nil {
				return out
			}
		}
	}
	return article.ToUTF8(raw)
}

// wide tells UTF-16 by its mark or by how it writes "<", "{" and spaces.
func wide(raw []byte) encoding.Encoding {
	if len(raw) < 4 {
		return nil
	}
	first := func(b byte) bool { return b == '<' || b == '{' || b == ' ' || b == '\n' || b == '\r' }
	switch {
	case raw[0] == 0xff && raw[1] == 0xfe, raw[1] == 0 && raw[3] == 0 && first(raw[0]):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case raw[0] == 0xfe && raw[1] == 0xff, raw[0] == 0 && raw[2] == 0 && first(raw[1]):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// labelsOf returns what header and declaration call the encoding, the more
// trustworthy first.
func labelsOf(raw []byte, contentType string) []string {
	var labels []string
	head := raw[:min(len(raw), 1024)]
	if d := xmlDeclaration.Find(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))); d != nil {
		if m := declaredEncoding.FindSubmatch(d); m != nil {
			labels = append(labels, string(m[1]))
		}
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		switch l := strings.ToLower(params["charset"]); l {
		case "iso-8859-1", "latin1", "us-ascii", "windows-1252":
			labels = append(labels, l)
		default:
			labels = append([]string{l}, labels...)
		}
	}
	return labels
}
