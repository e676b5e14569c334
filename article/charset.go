package article

import (
	"bufio"
	"bytes"
	"io"
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
	return toUTF8(raw), nil
}

// decodePage is decodeText for HTML, which may name its own encoding.
func decodePage(raw []byte) ([]byte, error) {
	if utf16Of(raw) == nil && !utf8.Valid(raw) && bytes.IndexByte(raw, 0) < 0 {
		if e, name, _ := charset.DetermineEncoding(raw, "text/html"); name != "utf-8" {
			if decoded, err := e.NewDecoder().Bytes(raw); err == nil {
				raw = decoded
			}
		}
	}
	return decodeText(raw)
}

// toUTF8 leaves UTF-8 alone. Anything else is read as Windows-1252, the usual
// encoding of old Western files, unless most of its non-ASCII is good UTF-8:
// then only the broken bytes are replaced.
func toUTF8(raw []byte) []byte {
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
