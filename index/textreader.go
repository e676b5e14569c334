package index

import (
	"encoding/binary"
	"encoding/hex"
	"sync"

	"newsdesk/article"

	"github.com/klauspost/compress/zstd"
)

// A recordReader takes values off a record. What would lie behind its end
// panics with errSpoiled.
type recordReader struct {
	b       []byte // and slack behind the end
	at, end int
}

func (r *recordReader) number() int {
	if r.at < r.end && r.b[r.at] < 0x80 {
		r.at++
		return int(r.b[r.at-1])
	}
	v, n := binary.Uvarint(r.b[r.at:r.end])
	if n <= 0 {
		panic(errSpoiled)
	}
	r.at += n
	return int(v)
}

func (r *recordReader) signed() int64 {
	v, n := binary.Varint(r.b[r.at:r.end])
	if n <= 0 {
		panic(errSpoiled)
	}
	r.at += n
	return v
}

// length is a number of bytes, or of values of a byte at least, that follow.
func (r *recordReader) length() int {
	n := r.number()
	if n < 0 || n > r.end-r.at {
		panic(errSpoiled)
	}
	return n
}

func (r *recordReader) take(n int) []byte {
	if n < 0 || n > r.end-r.at {
		panic(errSpoiled)
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

// blob returns a reader of what has its length before it.
func (r *recordReader) blob() recordReader {
	n := r.length()
	r.at += n
	return recordReader{b: r.b, at: r.at - n, end: r.at}
}

// rest is what is left.
func (r *recordReader) rest() []byte { return r.b[r.at:r.end] }

func (r *recordReader) appendName(dst []byte) []byte {
	n := r.number()
	b := r.take(n >> 1)
	if n&1 != 0 {
		return hex.AppendEncode(dst, b)
	}
	return append(dst, b...)
}

// A textScratch puts the strings of a passage together, so that they are made
// as one.
type textScratch struct {
	vocabulary *vocabulary
	text       []byte
	ends       []int // of the strings in text

	whole    string // text, when all is there
	at, next int    // of what take returns
}

var textScratches = sync.Pool{New: func() any { return new(textScratch) }}

// keptScratch is how much memory a scratch may keep, in bytes.
const keptScratch = 1 << 16

func (s *textScratch) end(text []byte) {
	s.text = text
	s.ends = append(s.ends, len(text))
}

// decode reads a code up to the end of its reader.
func (s *textScratch) decode(r recordReader) {
	s.end(s.vocabulary.decode(s.text, r.b[r.at:], r.end-r.at))
}

// take returns the next of the strings.
func (s *textScratch) take() string {
	from := s.at
	s.at = s.ends[s.next]
	s.next++
	return s.whole[from:s.at]
}

// article reads the first part of an article's record: id, title, URL and
// language.
func (s *textScratch) article(r *recordReader) {
	blob := r.blob()
	s.end(blob.appendName(s.text))
	if r.number() != 3 {
		panic(errSpoiled)
	}
	s.decode(r.blob())
	from := len(s.text)
	s.decode(r.blob())
	swapHyphens(s.text[from:])
	s.decode(r.blob())
}

// record reads the second part, hash, file, section, language, image and
// authors as strings.
func (s *textScratch) record(r *recordReader) *record {
	blob := r.blob()
	s.end(blob.appendName(s.text))
	rec := &record{Passages: blob.number()}
	rec.Lengths = lengths{blob.signed(), blob.signed(), blob.signed()}
	authors := blob.number()
	if n := blob.number(); n > 0 {
		if n-1 > blob.end-blob.at {
			panic(errSpoiled)
		}
		rec.Headings = make([]article.Span, n-1)
		for i := range rec.Headings {
			start := blob.number()
			rec.Headings[i] = article.Span{Start: start, End: start + int(blob.signed())}
		}
	}
	if blob.number() == 1 {
		rec.Sketch = readSketch(blob.rest())
	}
	if n := r.number(); n != 4+max(authors-1, 0) || n > r.end-r.at {
		panic(errSpoiled)
	} else if authors > 0 {
		rec.Authors = make([]string, n-4)
	}
	for range 4 + len(rec.Authors) {
		s.decode(r.blob())
	}
	return rec
}

// passageNumbers are what a passage's record holds beside strings.
type passageNumbers struct {
	base, start, behind int
	sentences           recordReader
}

// passage reads a passage's record, heading and piece as strings.
func (s *textScratch) passage(r *recordReader) passageNumbers {
	blob := r.blob()
	form := blob.number()
	n := passageNumbers{base: blob.number(), start: int(blob.signed()), behind: int(blob.signed()), sentences: blob}
	s.decode(r.blob())
	s.end(s.piece(form, r))
	return n
}

// piece appends a piece that is stored in a form up to the end of a record.
func (s *textScratch) piece(form int, r *recordReader) []byte {
	stored := r.rest()
	switch form {
	case pieceCoded:
		return s.vocabulary.decode(s.text, r.b[r.at:], r.end-r.at)
	case pieceRaw:
		return append(s.text, stored...)
	case pieceZstd:
		var header zstd.Header
		if err := header.Decode(stored); err != nil || !header.HasFCS || header.FrameContentSize > maxZstd {
			panic(errSpoiled)
		}
		text, err := zstdDecoder().DecodeAll(stored, make([]byte, 0, header.FrameContentSize))
		if err != nil {
			panic(errSpoiled)
		}
		return append(s.text, text...)
	}
	panic(errSpoiled)
}

// into fills in what needs the piece too.
func (n passageNumbers) into(m *meta, piece string) {
	m.Base = n.base
	m.Start = n.base + n.start
	m.End = n.base + len(piece) - n.behind
	m.Sentences = n.sentences.sentences(textOf(m, piece))
}
