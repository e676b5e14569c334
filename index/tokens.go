package index

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
)

// Texts are stored as codes of words, which makes them a third as long and can
// be undone faster than they could be read. The model is that of words without
// spaces (Moura, Navarro, Ziviani and Baeza-Yates, "Fast and flexible word
// searching on compressed text", TOIS 2000): a text is cut into words and what
// stands between them, and a single space between two words is left out. The
// codes are whole bytes, of which the first says how many there are (Culpepper
// and Moffat, "Enhanced byte codes with restricted prefix properties", SPIRE
// 2005): frequent words have one, most have two, rare ones three. What occurs
// about once in a file is spelled out where it stands. Two tokens that often
// follow each other are one more token, a pair.

// Kinds of tokens, as two bits: whether a space is implied before and behind.
// A space stands only where both neighbours imply it.
const (
	kindOther  = 0 // what is between words, and characters of scripts without spaces
	kindSuffix = 2 // what begins with an apostrophe: 's, 't
	kindWord   = 3 // letters and digits
)

// nextToken returns the length of the token that a text begins with, and its
// kind. The kind of a token is that of its bytes alone.
func nextToken(s string) (n, kind int) {
	if n = wordBytes(s); n > 0 {
		return n, kindWord
	}
	if n = apostrophe(s); n > 0 {
		if letters := wordBytes(s[n:]); letters > 0 {
			return n + letters, kindSuffix
		}
	}
	if n = unspaced(s); n > 0 {
		return n, kindOther
	}
	for n < len(s) {
		c := s[n]
		if c < 0x80 && !wordByte[c] && c != '\'' {
			n++
			continue
		}
		rest := s[n:]
		if n > 0 && unspaced(rest) > 0 || wordBytes(rest) > 0 {
			break
		}
		if a := apostrophe(rest); a > 0 && n > 0 && wordBytes(rest[a:]) > 0 {
			break
		}
		n += max(1, signBytes(rest))
	}
	return n, kindOther
}

// wordByte are the bytes that words are made of, if no sign begins there.
var wordByte = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	return is
}()

// wordBytes returns how many bytes of a word a text begins with.
func wordBytes(s string) (n int) {
	for n < len(s) && wordByte[s[n]] && (s[n] < 0x80 || signBytes(s[n:]) == 0 && unspaced(s[n:]) == 0) {
		n++
	}
	return n
}

// signBytes returns the length of the sign beyond ASCII that a text begins with,
// if any: general punctuation such as dashes and quotes, guillemets, and the
// space that does not break.
func signBytes(s string) int {
	switch {
	case len(s) >= 3 && s[0] == 0xe2 && (s[1] == 0x80 || s[1] == 0x81):
		return 3
	case len(s) >= 2 && s[0] == 0xc2 && (s[1] == 0xa0 || s[1] == 0xab || s[1] == 0xbb):
		return 2
	}
	return 0
}

// unspaced returns the length of the character that a text begins with, if it
// is of a script without spaces: Thai, Lao, kana and ideographs. Each is a
// token.
func unspaced(s string) int {
	if len(s) >= 3 && (s[0] >= 0xe3 && s[0] <= 0xe9 || s[0] == 0xe0 && s[1] >= 0xb8 && s[1] <= 0xbb) {
		return 3
	}
	return 0
}

func apostrophe(s string) int {
	switch {
	case s != "" && s[0] == '\'':
		return 1
	case strings.HasPrefix(s, "’"):
		return len("’")
	}
	return 0
}

// Bounds of a vocabulary. Longer tokens are always spelled out.
const (
	maxToken      = 63
	maxVocabulary = 1 << 19
)

// prefixes divide the values of the first byte of a code: so many for tokens of
// one byte, of two, and of three; the last value comes before a token that is
// spelled out, behind its length as a uvarint.
type prefixes struct{ One, Two, Three uint8 }

const escapeByte = 0xff

// choosePrefixes finds the division that makes texts the shortest, for tokens
// that occur so many times, in falling order.
func choosePrefixes(counts []uint32) prefixes {
	before := make([]uint64, len(counts)+1) // occurrences of the tokens before
	for i, n := range counts {
		before[i+1] = before[i] + uint64(n)
	}
	best, least := prefixes{}, ^uint64(0)
	for three := range maxVocabulary>>16 + 1 {
		for two := range escapeByte - three + 1 {
			one := escapeByte - three - two
			if one+two<<8+three<<16 < len(counts) {
				continue
			}
			all := before[len(counts)]
			cost := 3*all - before[min(one, len(counts))] - before[min(one+two<<8, len(counts))]
			if cost < least {
				best, least = prefixes{uint8(one), uint8(two), uint8(three)}, cost
			}
		}
	}
	return best
}

// holds returns how many tokens there are codes for.
func (p prefixes) holds() int { return int(p.One) + int(p.Two)<<8 + int(p.Three)<<16 }

// code returns the code of a token by its rank, the bytes in order from the
// highest of the three down, and how many there are.
func (p prefixes) code(rank int) (code uint32, width int) {
	one, two := int(p.One), int(p.Two)<<8
	switch {
	case rank < one:
		return uint32(rank) << 16, 1
	case rank < one+two:
		return uint32(one<<8+rank-one) << 8, 2
	}
	return uint32((one+int(p.Two))<<16 + rank - one - two), 3
}

// A lexicon numbers the tokens of a file while it is made, counts them, and
// then gives codes to the frequent ones.
type lexicon struct {
	numbers map[string]uint32
	words   []string
	counts  []uint32
	codes   []uint32 // by number: the code with its width below, 0 if spelled out
	ranked  []uint32 // numbers of the tokens with codes, by rank
	often   uint32   // see setOften
	prefixes
}

func newLexicon() *lexicon { return &lexicon{numbers: make(map[string]uint32)} }

// number returns the number of a token, new or not.
func (l *lexicon) number(token string) uint32 {
	n, known := l.numbers[token]
	if !known {
		n = uint32(len(l.words))
		token = strings.Clone(token)
		l.numbers[token] = n
		l.words = append(l.words, token)
		l.counts = append(l.counts, 0)
	}
	return n
}

// rank gives codes to the tokens that are worth it.
func (l *lexicon) rank() {
	l.setOften()
	l.ranked = l.ranked[:0]
	for n, count := range l.counts {
		if l.worth(l.words[n], uint64(count)) {
			l.ranked = append(l.ranked, uint32(n))
		}
	}
	slices.SortFunc(l.ranked, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(l.counts[b], l.counts[a]), strings.Compare(l.words[a], l.words[b]))
	})
	l.ranked = l.ranked[:min(len(l.ranked), maxVocabulary)]
	counts := make([]uint32, len(l.ranked))
	for i, n := range l.ranked {
		counts[i] = l.counts[n]
	}
	l.prefixes = choosePrefixes(counts)
	l.codes = make([]uint32, len(l.words))
	for rank, n := range l.ranked {
		code, width := l.code(rank)
		l.codes[n] = code<<2 | uint32(width)
	}
}

// worth reports whether a token that occurs so many times should have a code.
func (l *lexicon) worth(token string, count uint64) bool {
	length := uint64(len(token))
	if length > maxToken || count >= uint64(l.often) {
		return length <= maxToken
	}
	// Of three bytes each with the token once in the vocabulary, against the
	// token each time with two bytes before.
	return 3*count+length+1 < count*(length+2) && !isPair(token)
}

// kindOf returns the kind of a token, or of several as of one: whether a space
// is implied before the first and behind the last.
func kindOf(token string) (kind byte) {
	first := true
	eachToken(token, func(t string) {
		_, k := nextToken(t)
		if first {
			kind, first = byte(k), false
		}
		kind = kind&1 | byte(k)&2
	})
	return kind
}

// put appends the code of a token by its number.
func (l *lexicon) put(dst []byte, number uint32) []byte {
	switch code := l.codes[number]; code & 3 {
	case 1:
		return append(dst, byte(code>>18))
	case 2:
		return append(dst, byte(code>>18), byte(code>>10))
	case 3:
		return append(dst, byte(code>>18), byte(code>>10), byte(code>>2))
	}
	if token := l.words[number]; !isPair(token) {
		return spellOut(dst, token)
	}
	return l.encode(dst, l.words[number])
}

// encode appends the code of a text.
func (l *lexicon) encode(dst []byte, text string) []byte {
	eachToken(text, func(token string) {
		if n, known := l.numbers[token]; known {
			dst = l.put(dst, n)
		} else {
			dst = spellOut(dst, token)
		}
	})
	return dst
}

func spellOut[T string | []byte](dst []byte, token T) []byte {
	dst = append(dst, escapeByte)
	dst = binary.AppendUvarint(dst, uint64(len(token)))
	return append(dst, token...)
}

// eachToken calls fn with the tokens of a text, without the spaces that are
// implied.
func eachToken(text string, fn func(token string)) {
	before := kindOther
	for text != "" {
		if text[0] == ' ' && before&2 != 0 && len(text) > 1 {
			if n, kind := nextToken(text[1:]); kind == kindWord {
				fn(text[1 : 1+n])
				text, before = text[1+n:], kind
				continue
			}
		}
		n, kind := nextToken(text)
		fn(text[:n])
		text, before = text[n:], kind
	}
}
