package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"newsdesk/article"

	"github.com/klauspost/compress/zstd"
)

// A passage is stored as one field, compressed, since Bleve's own compression
// hardly makes a text smaller: what is known of it, in binary, and its piece.

var (
	zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderCRC(true), zstd.WithSingleSegment(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
	zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			panic(err) // as above
		}
		return d
	})
)

func packPassage(m meta, piece string) []byte {
	var p packer
	p.text(m.Article)
	p.number(m.N)
	p.text(m.Title)
	p.text(m.Source)
	p.text(m.URL)
	p.signed(m.Published)
	p.number(m.Base)
	p.number(m.Start - m.Base)
	p.number(m.End - m.Start)
	p.text(m.Heading)
	p.text(m.Language)
	p.number(len(m.Sentences))
	for _, n := range m.Sentences {
		p.number(n)
	}
	if m.Record == nil {
		p.number(0)
	} else {
		p.number(1)
		p.record(m.Record)
	}
	return zstdEncoder().EncodeAll(append(p, piece...), nil)
}

// A packer is values one behind the other.
type packer []byte

func (p *packer) number(n int)   { *p = binary.AppendUvarint(*p, uint64(n)) }
func (p *packer) signed(n int64) { *p = binary.AppendVarint(*p, n) }

func (p *packer) text(s string) {
	p.number(len(s))
	*p = append(*p, s...)
}

func (p *packer) record(r *record) {
	p.text(r.File)
	p.text(r.Hash)
	p.number(r.Passages)
	p.signed(r.Lengths.Text)
	p.signed(r.Lengths.Title)
	p.signed(r.Lengths.Heading)
	p.number(len(r.Authors))
	for _, a := range r.Authors {
		p.text(a)
	}
	p.text(r.Section)
	p.text(r.Language)
	p.text(r.Image)
	if r.Headings == nil {
		p.number(0)
	} else {
		p.number(1 + len(r.Headings))
	}
	for _, h := range r.Headings {
		p.number(h.Start)
		p.number(h.Len())
	}
	p.text(string(r.Sketch))
}

var errStored = errors.New("a stored passage is damaged")

// unpackPassage gives back what packPassage was given.
func unpackPassage(packed []byte) (m meta, piece string, err error) {
	raw, err := zstdDecoder().DecodeAll(packed, nil)
	if err != nil {
		return m, "", fmt.Errorf("%w: %w", errStored, err)
	}
	u := unpacker{rest: string(raw)}
	m.Article, m.N, m.Title, m.Source, m.URL, m.Published = u.text(), u.number(), u.text(), u.text(), u.text(), u.signed()
	m.Base = u.number()
	m.Start = m.Base + u.number()
	m.End = m.Start + u.number()
	m.Heading, m.Language = u.text(), u.text()
	m.Sentences = make([]int, u.count())
	held := 0
	for i := range m.Sentences {
		m.Sentences[i] = u.number()
		held += m.Sentences[i]
	}
	if u.number() == 1 {
		m.Record = u.record()
	}
	if u.failed || m.Article == "" || m.End > m.Base+len(u.rest) || held > m.End-m.Start {
		return m, "", errStored
	}
	return m, u.rest, nil
}

// An unpacker takes values off the beginning of what is left. Once it has
// failed, all are zero.
type unpacker struct {
	rest   string
	failed bool
}

// number returns a number below 1<<40, so that sums of a few do not overflow.
func (u *unpacker) number() int {
	v := uint64(0)
	for i := 0; i < len(u.rest) && i < 6; i++ {
		v |= uint64(u.rest[i]&0x7f) << (7 * i)
		if u.rest[i] < 0x80 {
			u.rest = u.rest[i+1:]
			return int(v)
		}
	}
	u.rest, u.failed = "", true
	return 0
}

func (u *unpacker) signed() int64 {
	v, n := binary.Varint([]byte(u.rest[:min(binary.MaxVarintLen64, len(u.rest))]))
	if n <= 0 {
		u.rest, u.failed = "", true
		return 0
	}
	u.rest = u.rest[n:]
	return v
}

func (u *unpacker) text() string {
	n := u.number()
	if n > len(u.rest) {
		u.rest, u.failed = "", true
		return ""
	}
	s := u.rest[:n]
	u.rest = u.rest[n:]
	return s
}

// count is the number of values to come, of a byte each at least.
func (u *unpacker) count() int {
	n := u.number()
	if n > len(u.rest) {
		u.rest, u.failed = "", true
		return 0
	}
	return n
}

func (u *unpacker) record() *record {
	r := &record{File: u.text(), Hash: u.text(), Passages: u.number()}
	r.Lengths = lengths{u.signed(), u.signed(), u.signed()}
	for range u.count() {
		r.Authors = append(r.Authors, u.text())
	}
	r.Section, r.Language, r.Image = u.text(), u.text(), u.text()
	if n := u.count(); n > 0 {
		r.Headings = make([]article.Span, n-1)
		for i := range r.Headings {
			start := u.number()
			r.Headings[i] = article.Span{Start: start, End: start + u.number()}
		}
	}
	r.Sketch = []byte(u.text())
	return r
}

// A storedReader reads the stored fields of a passage, which its visit is
// called with.
type storedReader struct {
	m     meta
	piece string
	err   error
}

func (r *storedReader) visit(field string, _ byte, value []byte, _ []uint64) bool {
	if field != fieldPassage {
		return true
	}
	r.m, r.piece, r.err = unpackPassage(value)
	return false
}

func (r *storedReader) result() (meta, string, error) {
	if r.err == nil && r.m.Article == "" {
		r.err = errStored
	}
	return r.m, r.piece, r.err
}
