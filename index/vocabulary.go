package index

import "encoding/binary"

// slack is how many bytes can be read behind a code and behind the words of a
// vocabulary, so that both are read in units that are larger than a byte.
const slack = 16

// A vocabulary undoes what a lexicon has written.
type vocabulary struct {
	slots []slot
	words []byte // those that no slot has room for are read here
	first [256]firstByte
}

// A slot holds the token of a rank where one look at the memory finds it: its
// bytes or, if they are more than shortToken, where in words they begin, and in
// the last byte their number with the kind below.
type slot [shortToken + 1]byte

const (
	shortToken = 15
	kindBits   = 2
)

// A firstByte is what the first byte of a code says of it.
type firstByte struct {
	rank  uint32 // of the first token
	width uint8  // bytes of the code; 0 if a token is spelled out
	shift uint8  // what takes the bytes behind the code away
}

// newVocabulary reads the lengths and kinds of the tokens, a byte each, and
// their words with slack bytes behind.
func newVocabulary(p prefixes, lengths, words []byte) *vocabulary {
	v := &vocabulary{slots: make([]slot, len(lengths)), words: words}
	at := 0
	for i, b := range lengths {
		n := int(b >> kindBits)
		if n > len(words)-slack-at {
			panic(errSpoiled)
		}
		s := &v.slots[i]
		*s = slot(words[at:])
		if n > shortToken {
			binary.LittleEndian.PutUint32(s[:], uint32(at))
		}
		s[shortToken] = b
		at += n
	}
	if at+slack != len(words) || len(lengths) > p.holds() || int(p.One)+int(p.Two)+int(p.Three) != escapeByte {
		panic(errSpoiled)
	}
	one, two := int(p.One), int(p.One)+int(p.Two)
	for c := range escapeByte {
		switch {
		case c < one:
			v.first[c] = firstByte{uint32(c), 1, 24}
		case c < two:
			v.first[c] = firstByte{uint32(one + (c-one)<<8), 2, 16}
		default:
			v.first[c] = firstByte{uint32(one + int(p.Two)<<8 + (c-two)<<16), 3, 8}
		}
	}
	return v
}

// word returns a token by its rank.
func (v *vocabulary) word(rank uint32) []byte {
	s := &v.slots[rank]
	n := s[shortToken] >> kindBits
	if n > shortToken {
		at := binary.LittleEndian.Uint32(s[:])
		return v.words[at : at+uint32(n)]
	}
	return s[:n]
}

// next reads the token at a place of a code: its rank, or if it is spelled out
// where it stands, and the place behind it. Behind the code are slack bytes.
func (v *vocabulary) next(code []byte, at int) (rank uint32, spelled []byte, next int) {
	c := binary.BigEndian.Uint32(code[at:])
	if f := &v.first[c>>24]; f.width != 0 {
		return f.rank + c&0xffffff>>(f.shift&31), nil, at + int(f.width)
	}
	n, width := binary.Uvarint(code[at+1:])
	if at += 1 + width; width <= 0 || n > uint64(len(code)-at) {
		panic(errSpoiled)
	}
	return 0, code[at : at+int(n) : at+int(n)], at + int(n)
}

// decode appends the text of code[:end]. Behind the code are slack bytes.
func (v *vocabulary) decode(dst, code []byte, end int) []byte {
	out, to := dst[:cap(dst)], len(dst)
	before := byte(kindOther)
	for at := 0; at < end; {
		if to+maxToken+1+slack > len(out) {
			out = append(out, make([]byte, max(512, len(out)))...)
			out = out[:cap(out)]
		}
		c := binary.BigEndian.Uint32(code[at:])
		f := &v.first[c>>24]
		if f.width == 0 {
			_, spelled, next := v.next(code, at)
			_, k := nextToken(string(spelled[:min(len(spelled), 8)]))
			kind := byte(k)
			if before>>1&kind&1 != 0 {
				out[to] = ' '
				to++
			}
			out = append(out[:to], spelled...)
			to = len(out)
			out = out[:cap(out)]
			before, at = kind, next
			continue
		}
		at += int(f.width)
		s := &v.slots[f.rank+c&0xffffff>>(f.shift&31)]
		out[to] = ' '
		last := s[shortToken]
		to += int(before >> 1 & last & 1)
		before = last & 3
		*(*slot)(out[to:]) = *s
		n := int(last >> kindBits)
		if n > shortToken {
			word := binary.LittleEndian.Uint32(s[:])
			copy(out[to:], v.words[word:int(word)+n])
		}
		to += n
	}
	return out[:to]
}
