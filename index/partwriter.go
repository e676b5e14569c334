package index

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// writePostings writes the postings of all that an inverter was given.
func writePostings(w *pageWriter, v *inverter) error {
	o := newPartWriter(w, v.lengths)
	order := make([]uint32, len(v.names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(v.names[a], v.names[b]) })
	of := o.kindsOf(v.triples)
	for _, term := range order {
		v.each(term, func(doc, kind uint32) { o.posting(doc, of.number(kind)) })
		if err := o.end([]byte(v.names[term])); err != nil {
			return err
		}
	}
	return o.finish()
}

// A partWriter writes the postings of a part, term by term in their order: those
// of a term by posting, in the order of the passages, and then end.
type partWriter struct {
	tail
	w     *pageWriter
	norms norms
	lens  []frequencies
	kinds []frequencies
	known map[frequencies]uint32 // the number of each kind

	docs, nums []uint32 // of the list at hand, passages and kinds

	dictionary
	term   []byte // the last one written
	terms  []byte // blocks of the dictionary
	starts []byte
	hashes []uint64
	dir    []byte
	data   []byte
}

// newPartWriter begins a part of passages with these lengths.
func newPartWriter(w *pageWriter, lens []frequencies) *partWriter {
	o := &partWriter{w: w, lens: lens, known: make(map[frequencies]uint32)}
	var sum lengths
	for _, l := range lens {
		sum.add(lengths{int64(l.text), int64(l.title), int64(l.heading)}, +1)
	}
	o.norms = newNorms(sum, len(lens))
	o.Means, o.Docs = o.norms.means(), uint32(len(lens))
	o.dictionary.place(0, &o.tail) // for the bits of a passage
	for _, f := range commonKinds {
		o.kindOf(f)
	}
	return o
}

func (o *partWriter) kindOf(f frequencies) uint32 {
	kind, known := o.known[f]
	if !known {
		kind = uint32(len(o.kinds))
		o.known[f] = kind
		o.kinds = append(o.kinds, f)
	}
	return kind
}

// kindNumbers are the numbers in a partWriter of kinds from elsewhere. They get
// them when they first occur.
type kindNumbers struct {
	to      *partWriter
	from    []frequencies
	numbers []uint32 // one more each; 0 is not known yet
}

func (o *partWriter) kindsOf(from []frequencies) kindNumbers {
	return kindNumbers{o, from, make([]uint32, len(from))}
}

func (k *kindNumbers) number(kind uint32) uint32 {
	if k.numbers[kind] == 0 {
		k.numbers[kind] = 1 + k.to.kindOf(k.from[kind])
	}
	return k.numbers[kind] - 1
}

func (o *partWriter) posting(doc, kind uint32) {
	o.docs, o.nums = append(o.docs, doc), append(o.nums, kind)
}

// end writes the list of a term.
func (o *partWriter) end(term []byte) error {
	if len(term) == 0 || len(term) > maxTermSize || o.Count == math.MaxUint32 {
		return fmt.Errorf("the term %.80q cannot be written", term)
	}
	common := 0
	if o.Count%blockTerms == 0 {
		if len(o.terms) > math.MaxUint32/2 {
			return fmt.Errorf("the terms are too many")
		}
		o.starts = binary.LittleEndian.AppendUint32(o.starts, uint32(len(o.terms)))
		o.terms = binary.AppendUvarint(o.terms, o.w.at)
	} else {
		for common < min(len(term), len(o.term)) && term[common] == o.term[common] {
			common++
		}
	}
	other := term[common:]
	o.terms = append(o.terms, byte(min(common, longCommon)|min(len(other), longCommon)<<4))
	if common >= longCommon {
		o.terms = append(o.terms, byte(common))
	}
	if len(other) >= longCommon {
		o.terms = append(o.terms, byte(len(other)))
	}
	o.terms = append(o.terms, other...)
	o.term = append(o.term[:common], other...)
	o.hashes = append(o.hashes, hashTerm(term))
	o.Count++
	err := error(nil)
	if len(o.docs) <= fewDocs {
		o.few()
	} else {
		o.terms = binary.AppendUvarint(o.terms, 2*uint64(len(o.docs)))
		err = o.list()
	}
	o.docs, o.nums = o.docs[:0], o.nums[:0]
	return err
}

func (o *partWriter) few() {
	other := 0 // some kind is not 0
	if slices.Max(o.nums) > 0 {
		other = 1
	}
	o.terms = binary.AppendUvarint(o.terms, uint64(2*len(o.docs)+other))
	w := bitWriter{bytes: o.terms}
	for _, doc := range o.docs {
		w.put(doc, int(o.docBits))
	}
	o.terms = w.end()
	for i := 0; i < len(o.nums) && other == 1; i++ {
		o.terms = binary.AppendUvarint(o.terms, uint64(o.nums[i]))
	}
}

func (o *partWriter) list() error {
	o.dir, o.data = o.dir[:0], o.data[:0]
	next := uint32(0)
	for docs, kinds := range blocksOf(o.docs, o.nums) {
		if len(o.docs) > blockDocs {
			o.dir = binary.LittleEndian.AppendUint32(o.dir, docs[len(docs)-1])
		}
		if len(o.docs) > unboundDocs {
			bound := 0.0
			for j, doc := range docs {
				bound = max(bound, o.norms.frequency(o.kinds[kinds[j]], o.lens[doc]))
			}
			o.dir = binary.LittleEndian.AppendUint16(o.dir, packBound(bound))
		}
		if len(o.docs) > blockDocs {
			o.dir = binary.LittleEndian.AppendUint32(o.dir, uint32(len(o.data)))
		}
		for j, doc := range docs { // docs become gaps
			docs[j], next = doc-next, doc+1
		}
		o.data = appendBlock(o.data, docs, kinds)
	}
	if len(o.data) > math.MaxUint32 {
		return fmt.Errorf("the postings of %q are too many", o.term)
	}
	o.terms = binary.AppendUvarint(o.terms, uint64(len(o.dir)+len(o.data)))
	if _, err := o.w.Write(o.dir); err != nil {
		return err
	}
	_, err := o.w.Write(o.data)
	return err
}

func blocksOf(docs, kinds []uint32) func(func(docs, kinds []uint32) bool) {
	return func(yield func(docs, kinds []uint32) bool) {
		for i := 0; i < len(docs); i += blockDocs {
			if end := min(i+blockDocs, len(docs)); !yield(docs[i:end], kinds[i:end]) {
				return
			}
		}
	}
}

// finish writes what comes behind the lists.
func (o *partWriter) finish() error {
	o.Lists, o.Terms, o.Kinds = o.w.at, uint64(len(o.terms)), uint32(len(o.kinds)-len(commonKinds))
	o.dictionary.place(0, &o.tail) // for the numbers of blocks and buckets
	buckets, hashes := o.table()
	o.Hashes = uint64(len(hashes) - padding)
	var lens, long, kinds []byte
	for doc, l := range o.lens {
		if isLong(l) {
			o.Long++
			long = binary.LittleEndian.AppendUint32(long, uint32(doc))
			long = binary.LittleEndian.AppendUint64(long, packFrequencies(l))
			l = frequencies{text: longText}
		}
		lens = append(lens, byte(l.text), byte(l.title), byte(l.heading))
	}
	for _, f := range o.kinds[len(commonKinds):] {
		kinds = binary.LittleEndian.AppendUint64(kinds, packFrequencies(f))
	}
	end, err := binary.Append(nil, binary.LittleEndian, &o.tail)
	if err != nil {
		return err
	}
	starts := binary.LittleEndian.AppendUint32(o.starts, uint32(len(o.terms)))
	for _, section := range [][]byte{lens, {0}, long, kinds, o.terms, starts, buckets, hashes, end} {
		if _, err := o.w.Write(section); err != nil {
			return err
		}
	}
	return nil
}

// table makes the table of hashes.
func (o *partWriter) table() (buckets, hashes []byte) {
	begin := make([]uint32, o.bucketCount+1) // of each bucket among the terms in order of buckets
	for _, hash := range o.hashes {
		bucket, _ := bucketOf(hash, o.bucketCount)
		begin[bucket+1]++
	}
	for i := range o.bucketCount {
		begin[i+1] += begin[i]
	}
	order, free := make([]uint32, o.Count), slices.Clone(begin)
	for i, hash := range o.hashes {
		bucket, _ := bucketOf(hash, o.bucketCount)
		order[free[bucket]] = uint32(i)
		free[bucket]++
	}
	for bucket := range o.bucketCount {
		buckets = binary.LittleEndian.AppendUint32(buckets, uint32(len(hashes)))
		terms := order[begin[bucket]:begin[bucket+1]]
		for _, i := range terms {
			_, mark := bucketOf(o.hashes[i], o.bucketCount)
			hashes = append(hashes, mark)
		}
		w := bitWriter{bytes: hashes}
		for _, i := range terms {
			w.put(i/blockTerms, int(o.placeBits))
		}
		hashes = w.end()
	}
	buckets = binary.LittleEndian.AppendUint32(buckets, uint32(len(hashes)))
	return buckets, append(hashes, make([]byte, padding)...)
}
