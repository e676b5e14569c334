package article

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode"
	"unicode/utf8"
)

// shingleWords is how many words a shingle has: long enough that two texts
// share one by quoting each other rather than by chance.
const shingleWords = 5

// Shingles are the runs of five words that stand in a text, each once, as
// hashes in order. Words are runs of letters and digits in lower case; an
// ideograph or kana is a word by itself. A text of fewer words is one shingle.
//
// Resemblance and containment are those of Broder, "On the resemblance and
// containment of documents" (1997). They are exact but for two shingles with
// one 64-bit hash.
type Shingles []uint64

// ShinglesOf returns the shingles of a text.
func ShinglesOf(text string) Shingles {
	list := make([]uint64, 0, len(text)/6)
	eachShingle(text, func(hash uint64) { list = append(list, hash) })
	slices.Sort(list)
	return slices.Compact(list)
}

// Resemblance is the share of both texts' shingles that stand in both, from 0
// to 1: their Jaccard index.
func (s Shingles) Resemblance(t Shingles) float64 {
	return ratio(common(s, t), len(s)+len(t)-common(s, t))
}

// Containment is the share of the shorter text's shingles that stand in the
// other, from 0 to 1.
func (s Shingles) Containment(t Shingles) float64 {
	return ratio(common(s, t), min(len(s), len(t)))
}

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// common counts what stands in both of two ordered lists.
func common[T uint32 | uint64](a, b []T) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// sketchSize is how many shingles a sketch keeps.
const sketchSize = 64

// A Sketch is the shingles of a text with the smallest hashes, cut to 32 bits,
// in order: Broder's MIN_s. It stands for a text of any length in at most 256
// bytes; of a text with no more shingles than that it holds all of them.
type Sketch []uint32

// SketchOf returns the sketch of a text.
func SketchOf(text string) Sketch {
	s := make(Sketch, 0, sketchSize+1)
	eachShingle(text, func(hash uint64) {
		h := uint32(hash >> 32)
		if len(s) == sketchSize && h >= s[sketchSize-1] {
			return
		}
		i, held := slices.BinarySearch(s, h)
		if held {
			return
		}
		s = slices.Insert(s, i, h)
		s = s[:min(len(s), sketchSize)]
	})
	return s
}

// Resemblance estimates that of the two texts. For a resemblance of r, the
// estimate's standard deviation is at most √(r(1-r)/64): 0.057 for 0.7, and
// never above 0.0625. It is exact where both sketches hold all shingles.
func (s Sketch) Resemblance(t Sketch) float64 {
	s, t = upTo(s, t)
	n := common(s, t)
	return ratio(n, len(s)+len(t)-n)
}

// Containment estimates that of the two texts, from as many shingles of the
// shorter as the second value tells: where one text is much longer than the
// other, few of the shorter's can be looked up in its sketch.
func (s Sketch) Containment(t Sketch) (share float64, from int) {
	s, t = upTo(s, t)
	from = min(len(s), len(t))
	return ratio(common(s, t), from), from
}

// upTo cuts two sketches to the hashes up to which both hold all there are.
func upTo(s, t Sketch) (Sketch, Sketch) {
	last := ^uint32(0)
	for _, one := range []Sketch{s, t} {
		if len(one) == sketchSize {
			last = min(last, one[sketchSize-1])
		}
	}
	cut := func(one Sketch) Sketch {
		n, held := slices.BinarySearch(one, last)
		if held {
			n++
		}
		return one[:n]
	}
	return cut(s), cut(t)
}

// bandSize is how many of a sketch's smallest hashes bring two texts together.
const bandSize = 8

// Alike returns the pairs of sketches, by their places, that may resemble each
// other much: those that share one of their eight smallest hashes. It misses a
// pair of resemblance r with a probability of at most (1-r)^8: of those of 0.7
// and more one in 15,000. Pairs are in order, the smaller place first.
func Alike(sketches []Sketch) [][2]int {
	type entry struct {
		hash uint32
		at   int
	}
	var entries []entry
	for i, s := range sketches {
		for _, h := range s[:min(bandSize, len(s))] {
			entries = append(entries, entry{h, i})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.hash != b.hash {
			if a.hash < b.hash {
				return -1
			}
			return 1
		}
		return a.at - b.at
	})
	var pairs [][2]int
	for i := range entries {
		for j := i + 1; j < len(entries) && entries[j].hash == entries[i].hash; j++ {
			pairs = append(pairs, [2]int{entries[i].at, entries[j].at})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	return slices.Compact(pairs)
}

// Pack writes a sketch as bytes, four a hash.
func (s Sketch) Pack() []byte {
	packed := make([]byte, 0, 4*len(s))
	for _, h := range s {
		packed = binary.BigEndian.AppendUint32(packed, h)
	}
	return packed
}

// UnpackSketch reads what Pack wrote.
func UnpackSketch(packed []byte) Sketch {
	s := make(Sketch, 0, len(packed)/4)
	for ; len(packed) >= 4; packed = packed[4:] {
		s = append(s, binary.BigEndian.Uint32(packed))
	}
	return s
}

// Constants of the hashes, which are stored: another choice is another schema.
// Words are hashed by FNV-1a, shingles by a polynomial of their words' hashes,
// so that one word in and one out makes the next, and mixed as MurmurHash3
// does at its end, since a sketch needs every bit to be even.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
	radix     = 0x9e3779b97f4a7c15
)

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// eachShingle calls fn with the hash of every shingle of a text, in order.
func eachShingle(text string, fn func(hash uint64)) {
	leaving := uint64(1) // what the oldest word's hash was multiplied by since
	for range shingleWords {
		_, leaving = bits.Mul64(leaving, radix)
	}
	var last [shingleWords]uint64 // the words' hashes, in turn
	sum, n := uint64(0), 0
	eachPlainWord(text, func(word uint64) {
		at := n % shingleWords
		sum = sum*radix + word - last[at]*leaving
		last[at] = word
		if n++; n >= shingleWords {
			fn(mix(sum))
		}
	})
	if n > 0 && n < shingleWords {
		fn(mix(sum))
	}
}

// eachPlainWord calls fn with the hash of every word, as Shingles has them.
func eachPlainWord(text string, fn func(hash uint64)) {
	word, open := uint64(fnvOffset), false
	end := func() {
		if open {
			fn(word)
		}
		word, open = fnvOffset, false
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'A' && c <= 'Z':
				c += 'a' - 'A'
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			default:
				end()
				continue
			}
			word, open = (word^uint64(c))*fnvPrime, true
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
			continue
		}
		wide := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		if wide {
			end()
		}
		word, open = (word^uint64(unicode.ToLower(r)))*fnvPrime, true
		if wide {
			end()
		}
	}
	end()
}
