package article

import (
	"bufio"
	"bytes"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomUTF16LE = []byte("\xff\xfe")
	bomUTF16BE = []byte("\xfe\xff")
)

// afterBOM returns a reader behind the byte order mark of in, decoding UTF-16
// if that is what the mark says.
func afterBOM(in io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(in, 64<<10)
	head, err := r.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, bomUTF8) {
		_, err := r.Discard(len(bomUTF8))
		return r, err
	}
	if e := utf16Of(head); e != nil {
		return bufio.NewReaderSize(transform.NewReader(r, e.NewDecoder()), 64<<10), nil
	}
	return r, nil
}

func utf16Of(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, bomUTF16LE):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(head, bomUTF16BE):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	}
	return nil
}

// decodeText returns a whole file as UTF-8 without a byte order mark.
func decodeText(raw []byte) ([]byte, error) {
	if e := utf16Of(raw); e != nil {
		decoded, err := e.NewDecoder().Bytes(raw)
		if err != nil {
			return nil, err
		}
		raw = decoded
	}
	raw = bytes.TrimPrefix(raw, bomUTF8)
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, errBinary
	}
	return ToUTF8(raw), nil
}

// decodePage is decodeText for HTML, which may name its own encoding, as may
// the header it came with. Browsers heed the header first; here bytes that are
// good UTF-8 are that whatever anybody says, and a name under which bytes make
// no sense is passed over for the next: the page's own, then what old pages of
// its language are written in.
func decodePage(raw []byte, contentType string) ([]byte, error) {
	plain := utf8.Valid(raw)
	if utf16Of(raw) != nil || plain && bytes.IndexByte(raw, escape) < 0 && bytes.IndexByte(raw, 0) < 0 {
		return decodeText(raw)
	}
	for _, name := range statedCharsets(raw, contentType) {
		e, name := charset.Lookup(name)
		if e == nil || name == "utf-8" || name == "replacement" || plain && name != "iso-2022-jp" && !strings.HasPrefix(name, "utf-16") {
			continue
		}
		decoded, err := e.NewDecoder().Bytes(raw)
		if err == nil && bytes.Count(decoded, []byte("\uFFFD")) <= len(decoded)/1000 {
			return decodeText(decoded)
		}
	}
	return decodeText(raw)
}

// escape begins a change of letters in ISO-2022-JP, which else looks like ASCII.
const escape = '\x1b'

var (
	metaCharset  = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})`)
	htmlLanguage = regexp.MustCompile(`(?i)<html[^>]{0,500}\blang\s*=\s*["']?([a-z]{2})`)
)

// statedCharsets are the encodings that a page may be in, likeliest first.
func statedCharsets(raw []byte, contentType string) []string {
	var names []string
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		names = append(names, params["charset"])
	}
	head := raw[:min(len(raw), 8<<10)]
	if m := metaCharset.FindSubmatch(head); m != nil && !bytes.HasPrefix(bytes.ToLower(m[1]), []byte("utf-16")) {
		names = append(names, string(m[1])) // it could not be read if it were UTF-16
	}
	if m := htmlLanguage.FindSubmatch(head); m != nil && !utf8.Valid(raw) {
		names = append(names, oldCharsets(string(bytes.ToLower(m[1])))...)
	}
	return names
}

// oldCharsets are what pages in a language were written in before UTF-8, as
// browsers take for granted: https://encoding.spec.whatwg.org, locale defaults.
func oldCharsets(language string) []string {
	switch language {
	case "ru", "uk", "bg", "be", "sr", "mk", "kk", "ky":
		return []string{"windows-1251"}
	case "pl", "cs", "sk", "hu", "sl", "hr":
		return []string{"windows-1250"}
	case "ja":
		return []string{"shift_jis", "euc-jp"}
	case "zh":
		return []string{"gb18030", "big5"}
	case "ko":
		return []string{"euc-kr"}
	case "tr", "az", "ku":
		return []string{"windows-1254"}
	case "el":
		return []string{"windows-1253"}
	case "he":
		return []string{"windows-1255"}
	case "ar", "fa":
		return []string{"windows-1256"}
	case "lt", "lv", "et":
		return []string{"windows-1257"}
	case "vi":
		return []string{"windows-1258"}
	case "th":
		return []string{"windows-874"}
	}
	return nil
}

// ToUTF8 leaves UTF-8 alone. Anything else is read as Windows-1252, the usual
// encoding of old Western files, unless most of its non-ASCII is good UTF-8:
// then only the broken bytes are replaced.
func ToUTF8(raw []byte) []byte {
	if utf8.Valid(raw) {
		return raw
	}
	good, bad := 0, 0
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		rest = rest[size:]
	}
	if good <= bad {
		if decoded, err := charmap.Windows1252.NewDecoder().Bytes(raw); err == nil {
			return decoded
		}
	}
	return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
}
