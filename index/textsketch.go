package index

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A sketch is hashes in rising order, evenly spread, of which the gaps are
// stored by Rice's code: of all in unary what is above their low bits, then the
// low bits. It is the shortest where low bits are about those of the mean gap.

// sketchOther is the number of low bits that says that a sketch is no such
// hashes and is stored as it is.
const sketchOther = 0xff

// appendSketch appends a packed sketch.
func appendSketch(dst, sketch []byte) []byte {
	gaps := make([]uint32, 0, len(sketch)/4)
	last := uint32(0)
	for i := 0; i < len(sketch); i += 4 {
		if len(sketch)-i < 4 || i > 0 && binary.BigEndian.Uint32(sketch[i:]) <= last {
			return append(append(dst, sketchOther), sketch...)
		}
		hash := binary.BigEndian.Uint32(sketch[i:])
		gaps = append(gaps, hash-last)
		last = hash
	}
	if len(sketch) == 0 {
		return dst
	}
	low := max(bits.Len32(last/uint32(len(gaps))), 1) - 1
	w := bitWriter{bytes: binary.AppendUvarint(append(dst, byte(low)), uint64(len(gaps)))}
	for _, gap := range gaps {
		w.unary(gap >> low)
	}
	for _, gap := range gaps {
		w.put(gap, low)
	}
	return w.end()
}

// readSketch reads all of what appendSketch appended.
func readSketch(b []byte) []byte {
	if len(b) == 0 {
		return []byte{}
	}
	low := b[0]
	if low == sketchOther {
		return append([]byte{}, b[1:]...)
	}
	count, width := binary.Uvarint(b[1:])
	if width <= 0 || low >= 32 || count > 8*uint64(len(b)) {
		panic(errSpoiled)
	}
	data := append(slices.Clone(b[1+width:]), make([]byte, padding)...)
	gaps := make([]uint32, count)
	r := unaryReader{data: data}
	r.word = binary.LittleEndian.Uint64(data)
	r.read(gaps)
	addLow(data, r.next, uint64(low), gaps)
	sketch := make([]byte, 0, 4*count)
	hash := uint32(0)
	for _, gap := range gaps {
		hash += gap
		sketch = binary.BigEndian.AppendUint32(sketch, hash)
	}
	return sketch
}
