package index

import "encoding/hex"

// Records are parts: numbers and names as one blob with its length before it,
// and then texts as codes. Who copies a record need not know what the blob
// holds; only the texts have to be put into other codes.
//
// An article's record, with its length before it, is the part of its id and,
// if its first passage is here, the part of its record. In both comes how many
// texts there are before the texts, each with its length. A passage's record is
// its blob, its heading with its length, and its piece up to the end.

// An encoder puts a text into codes and appends them.
type encoder func(dst []byte, text string) []byte

func (p *packer) blob(b []byte) {
	p.number(len(b))
	*p = append(*p, b...)
}

// name writes a string that is spelled out, of bytes in hex only the bytes.
func (p *packer) name(s string) {
	if raw, err := hex.DecodeString(s); err == nil && hex.EncodeToString(raw) == s {
		p.number(len(raw)<<1 | 1)
		*p = append(*p, raw...)
		return
	}
	p.number(len(s) << 1)
	*p = append(*p, s...)
}

func (p *packer) texts(encode encoder, texts ...string) {
	p.number(len(texts))
	for _, text := range texts {
		p.blob(encode(nil, text))
	}
}

// packArticle appends an article's record.
func packArticle(dst []byte, m *meta, encode encoder) []byte {
	var all, blob packer
	blob.name(m.Article)
	all.blob(blob)
	all.texts(encode, m.Title, string(swapHyphens([]byte(m.URL))), m.Language)
	if r := m.Record; r != nil {
		blob = blob[:0]
		blob.name(r.Hash)
		blob.number(r.Passages)
		blob.signed(r.Lengths.Text)
		blob.signed(r.Lengths.Title)
		blob.signed(r.Lengths.Heading)
		blob.number(orNil(len(r.Authors), r.Authors == nil))
		blob.number(orNil(len(r.Headings), r.Headings == nil))
		for _, h := range r.Headings {
			blob.number(h.Start)
			blob.signed(int64(h.Len()))
		}
		if r.Sketch != nil {
			blob.number(1)
			blob = appendSketch(blob, r.Sketch)
		} else {
			blob.number(0)
		}
		all.blob(blob)
		all.texts(encode, append([]string{r.File, r.Section, r.Language, r.Image}, r.Authors...)...)
	}
	p := packer(dst)
	p.blob(all)
	return p
}

// orNil is a length and whether there is no list at all.
func orNil(n int, none bool) int {
	if none {
		return 0
	}
	return n + 1
}

// swapHyphens makes hyphens of spaces and the reverse, since the words of
// addresses have hyphens between them, and spaces are left out.
func swapHyphens(text []byte) []byte {
	for i, c := range text {
		switch c {
		case '-':
			text[i] = ' '
		case ' ':
			text[i] = '-'
		}
	}
	return text
}

// How a piece is stored.
const (
	pieceCoded = iota
	pieceRaw
	pieceZstd
)

// packPassageRecord appends a passage's record, its piece in whichever form is
// the shortest.
func packPassageRecord(dst []byte, m *meta, piece string, encode encoder) []byte {
	form, stored := pieceCoded, encode(nil, piece)
	// Another form is worth trying only where words are few: codes take a third
	// of a text.
	if len(stored) > len(piece)/5*3 {
		if packed := zstdEncoder().EncodeAll([]byte(piece), nil); len(packed) < len(stored) && len(piece) <= maxZstd {
			form, stored = pieceZstd, packed
		}
		if len(piece) < len(stored) {
			form, stored = pieceRaw, []byte(piece)
		}
	}
	var blob packer
	blob.number(form)
	blob.number(m.Base)
	blob.signed(int64(m.Start - m.Base))
	blob.signed(int64(m.Base + len(piece) - m.End))
	blob.sentences(m.Sentences, textOf(m, piece))
	p := packer(dst)
	p.blob(blob)
	p.blob(encode(nil, m.Heading))
	return append(p, stored...)
}

// maxZstd bounds what is stored by zstd, and so what reading allocates, in
// bytes.
const maxZstd = 1 << 26

// textOf is the passage in its piece, or "" where it is not.
func textOf(m *meta, piece string) string {
	if from, to := m.Start-m.Base, m.End-m.Base; from >= 0 && from <= to && to <= len(piece) {
		return piece[from:to]
	}
	return ""
}

// Sentences are stored as their lengths. The gap before one is as long as the
// white space that stands there, or else given before the length; the last one
// mostly reaches to the end. The count is odd if it does, and 0 or 1 for what
// is no list of pairs.
const (
	shortSentence = 240 // from here on a length has two bytes
	longSentence  = 254 // from here on it is a uvarint
	gapGiven      = 255 // the gap is a uvarint, and the length comes after it
	noSentences   = 0   // nil
	plainList     = 1   // all as uvarints
	twoBytes      = (longSentence - shortSentence) << 8
)

func (p *packer) sentences(list []int, text string) {
	switch {
	case list == nil:
		p.number(noSentences)
		return
	case len(list)%2 != 0:
		p.number(plainList)
		p.number(len(list))
		for _, n := range list {
			p.number(n)
		}
		return
	}
	var lengths packer
	at, reaches := 0, 0
	for i := 0; i < len(list); i += 2 {
		gap, length := list[i], list[i+1]
		if gap != gapAt(text, at) {
			lengths = append(lengths, gapGiven)
			lengths.number(gap)
		}
		at += gap + length
		switch {
		case i+2 == len(list) && at == len(text) && gap == gapAt(text, at-gap-length):
			reaches = 1
		case length >= 0 && length < shortSentence:
			lengths = append(lengths, byte(length))
		case length >= 0 && length < shortSentence+twoBytes:
			length -= shortSentence
			lengths = append(lengths, byte(shortSentence+length>>8), byte(length))
		default:
			lengths = append(lengths, longSentence)
			lengths.number(length)
		}
	}
	p.number(2 + len(list)&^1 + reaches)
	*p = append(*p, lengths...)
}

// gapAt is how long the white space is at a place of a text.
func gapAt(text string, at int) (n int) {
	if at < 0 {
		return 0
	}
	for at+n < len(text) && (text[at+n] == ' ' || text[at+n] == '\n' || text[at+n] == '\r' || text[at+n] == '\t') {
		n++
	}
	return n
}

func (r *recordReader) sentences(text string) []int {
	count := r.number()
	switch count {
	case noSentences:
		return nil
	case plainList:
		list := make([]int, r.length())
		for i := range list {
			list[i] = r.number()
		}
		return list
	}
	reaches, pairs := count&1 != 0, (count-2)>>1
	if pairs < 0 || pairs > r.end-r.at+1 {
		panic(errSpoiled)
	}
	list := make([]int, 0, 2*pairs)
	at := 0
	for i := range pairs {
		gap := gapAt(text, at)
		if i == pairs-1 && reaches {
			list = append(list, gap, len(text)-at-gap)
			break
		}
		c := int(r.take(1)[0])
		if c == gapGiven {
			gap = r.number()
			c = int(r.take(1)[0])
		}
		length := c
		switch {
		case c >= longSentence:
			length = r.number()
		case c >= shortSentence:
			length = (c-shortSentence)<<8 + shortSentence + int(r.take(1)[0])
		}
		list = append(list, gap, length)
		at += gap + length
	}
	return list
}
