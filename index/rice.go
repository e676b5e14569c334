package index

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A unaryReader reads numbers, each as many bits of 0 and one of 1.
type unaryReader struct {
	data []byte
	word uint64 // what is not read of the eight bytes at hand
	at   uint64 // bits before these
	next uint64 // bit that is read next
}

func (r *unaryReader) read(to []uint32) {
	word, at, next := r.word, r.at, r.next
	for i := range to {
		for word == 0 {
			at += 64
			word = binary.LittleEndian.Uint64(r.data[at/8:])
		}
		one := at + uint64(bits.TrailingZeros64(word))
		word &= word - 1
		to[i] = uint32(one - next)
		next = one + 1
	}
	r.word, r.at, r.next = word, at, next
}

// addLow gives numbers their low bits.
func addLow(data []byte, at, width uint64, to []uint32) {
	mask := uint64(1)<<width - 1
	for i, high := range to {
		to[i] = high<<width | uint32(binary.LittleEndian.Uint64(data[at>>3:])>>(at&7)&mask)
		at += width
	}
}

// A bitWriter appends bits to bytes, the lowest first.
type bitWriter struct {
	bytes []byte
	held  uint64
	n     int // bits held, fewer than eight between calls
}

// put appends the low bits of a number, 32 at most.
func (w *bitWriter) put(v uint32, width int) {
	w.held |= uint64(v) & (1<<width - 1) << w.n
	for w.n += width; w.n >= 8; w.n -= 8 {
		w.bytes = append(w.bytes, byte(w.held))
		w.held >>= 8
	}
}

func (w *bitWriter) unary(v uint32) {
	for ; v >= 32; v -= 32 {
		w.put(0, 32)
	}
	w.put(1<<v, int(v)+1)
}

// end fills the last byte up.
func (w *bitWriter) end() []byte {
	if w.n > 0 {
		w.put(0, 8-w.n)
	}
	return w.bytes
}

// riceWidth returns how many low bits, most at most, make the code of the
// numbers the shortest.
func riceWidth(numbers []uint32, most int) int {
	length := func(width int) int {
		n := len(numbers) * (width + 1)
		for _, v := range numbers {
			n += int(v >> width)
		}
		return n
	}
	sum := uint64(0)
	for _, v := range numbers {
		sum += uint64(v)
	}
	width := min(most, bits.Len64(sum/uint64(len(numbers))))
	best := length(width)
	for ; width > 0; width-- {
		n := length(width - 1)
		if n > best {
			break
		}
		best = n
	}
	return width
}

// appendBlock appends the code of a block.
func appendBlock(b []byte, gaps, kinds []uint32) []byte {
	gapBits, kindBits := riceWidth(gaps, maxGapBits), 0
	if slices.Max(kinds) > 0 {
		kindBits = 1 + riceWidth(kinds, maxKindLow)
	}
	w := bitWriter{bytes: append(b, byte(gapBits|kindBits<<5))}
	for _, v := range gaps {
		w.unary(v >> gapBits)
	}
	if kindBits > 0 {
		for _, v := range kinds {
			w.unary(v >> (kindBits - 1))
		}
	}
	for _, v := range gaps {
		w.put(v, gapBits)
	}
	if kindBits > 1 {
		for _, v := range kinds {
			w.put(v, kindBits-1)
		}
	}
	return w.end()
}
