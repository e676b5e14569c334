package index

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"math/bits"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// writePostings gives every segment of the Bleve index in dir, which nobody is
// writing, its files of postings, and takes away those of segments that are no
// more. Of a clone only what is new has to be written.
func writePostings(ctx context.Context, dir string) (err error) {
	defer recoverDamage(&err)
	s, err := openStore(dir, toRead, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	reader, err := s.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	wanted := make(map[string]bool) // files
	for _, seg := range reader.(*scorch.IndexSnapshot).Segments() {
		names, err := partNames(seg)
		if err != nil {
			return err
		}
		wanted[filepath.Base(seg.Segment().(segment.PersistedSegment).Path())] = true
		for i, name := range names {
			path := filepath.Join(dir, name)
			wanted[name] = true
			if _, err := os.Stat(path); err == nil {
				continue
			}
			first := i * partDocs
			if err := writePart(ctx, path, seg, first, min(first+partDocs, int(seg.FullSize()))); err != nil {
				return fmt.Errorf("write the postings: %w", err)
			}
		}
	}
	// Bleve leaves segments that were merged to its next opening.
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && isImmutable(path) && !wanted[filepath.Base(path)] {
			err = os.Remove(path)
		}
		return err
	})
}

// partNames returns the names of the files of postings that go with a segment.
func partNames(seg *scorch.SegmentSnapshot) ([]string, error) {
	persisted, ok := seg.Segment().(segment.PersistedSegment)
	if !ok {
		return nil, fmt.Errorf("segment %d is not on disk", seg.Id())
	}
	base := strings.TrimSuffix(filepath.Base(persisted.Path()), filepath.Ext(persisted.Path()))
	var names []string
	for first := 0; first < int(seg.FullSize()); first += partDocs {
		names = append(names, fmt.Sprintf("%s-%d%s", base, first/partDocs, postingsExt))
	}
	return names, nil
}

// writePart writes the postings of a segment's passages from one number up to
// another.
func writePart(ctx context.Context, path string, seg *scorch.SegmentSnapshot, from, to int) error {
	docs := to - from
	places := make([]place, docs)
	workers := min(runtime.GOMAXPROCS(0), docs)
	inverters := make([]*inverter, workers)
	failed := make(chan error, workers)
	for w := range workers {
		begin, end := docs*w/workers, docs*(w+1)/workers
		inverters[w] = newInverter(uint32(begin))
		go func() { failed <- invert(ctx, inverters[w], seg, from, places[begin:end]) }()
	}
	var err error
	for range workers {
		err = errors.Join(err, <-failed)
	}
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	o := &partWriter{file: f, out: bufio.NewWriterSize(f, 1<<18), inverters: inverters}
	o.Docs = uint32(docs)
	return errors.Join(o.write(ranksOf(places)), f.Close())
}

// A place tells a passage's article and its number in it.
type place struct {
	article string
	n       int
}

// invert reads the passages of a segment that the places are for, analyses
// them as they were when they were indexed, and inverts them.
func invert(ctx context.Context, v *inverter, seg *scorch.SegmentSnapshot, base int, places []place) (err error) {
	defer recoverDamage(&err)
	deleted := seg.Deleted()
	for i := range places {
		doc := base + int(v.first) + i
		if i%256 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if deleted != nil && deleted.Contains(uint32(doc)) {
			v.skip()
			continue
		}
		var r storedReader
		if err := seg.VisitDocument(uint64(doc), r.visit); err != nil {
			return err
		}
		m, piece, err := r.result()
		if err != nil {
			return err
		}
		places[i] = place{m.Article, m.N}
		text, title, heading := v.analyzer.searched(m, piece)
		v.add(text, title, heading)
	}
	return nil
}

// ranksOf numbers passages in the order of their articles and numbers.
func ranksOf(places []place) []uint32 {
	order := make([]uint32, len(places))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(strings.Compare(places[a].article, places[b].article), places[a].n-places[b].n, int(a)-int(b))
	})
	ranks := make([]uint32, len(places))
	for rank, doc := range order {
		ranks[doc] = uint32(rank)
	}
	return ranks
}

// A partWriter writes a file of postings.
type partWriter struct {
	header
	file      *os.File
	out       *bufio.Writer
	at        uint64
	inverters []*inverter // of passages that follow one another

	kindOf [][]uint32 // by inverter and its kind: the kind in the file
	kinds  []frequencies
	norms  norms
	lens   []frequencies
	table  []uint64

	docs, nums []uint32 // of the list at hand
	dir, data  []byte
}

func (o *partWriter) put(b []byte) error {
	n, err := o.out.Write(b)
	o.at += uint64(n)
	return err
}

func (o *partWriter) write(ranks []uint32) error {
	copy(o.Magic[:], postingsMagic)
	o.countLengths()
	o.joinKinds()
	if err := o.writeColumns(ranks); err != nil {
		return err
	}
	o.Lists = o.at
	if err := o.writeLists(); err != nil {
		return err
	}
	o.Table = o.at
	var table []byte
	for _, bucket := range o.table {
		table = binary.LittleEndian.AppendUint64(table, bucket)
	}
	if err := o.put(append(table, make([]byte, padding)...)); err != nil {
		return err
	}
	o.Sums = o.at
	if err := o.out.Flush(); err != nil {
		return err
	}
	head, err := binary.Append(nil, binary.LittleEndian, &o.header)
	if err != nil {
		return err
	}
	if _, err := o.file.WriteAt(head, 0); err != nil {
		return err
	}
	return o.writeSums()
}

// writeSums reads what was written, page by page, and appends the checksums.
func (o *partWriter) writeSums() error {
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	page := make([]byte, sumPage)
	var sums []byte
	for {
		n, err := io.ReadFull(o.file, page)
		if n > 0 {
			sums = binary.LittleEndian.AppendUint32(sums, crc32.Checksum(page[:n], castagnoli))
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				break
			}
			return err
		}
	}
	_, err := o.file.Write(sums)
	return err
}

func (o *partWriter) countLengths() {
	var sum lengths
	for _, v := range o.inverters {
		o.lens = append(o.lens, v.lengths...)
	}
	for _, l := range o.lens {
		sum.add(lengths{int64(l.text), int64(l.title), int64(l.heading)}, +1)
	}
	o.norms = newNorms(sum, len(o.lens))
	o.Means = o.norms.means()
}

// joinKinds numbers the kinds of all inverters, the most frequent ones lowest.
func (o *partWriter) joinKinds() {
	counts := make(map[frequencies]int)
	for _, v := range o.inverters {
		for kind, f := range v.triples {
			counts[f] += v.counts[kind]
		}
	}
	for f := range counts {
		o.kinds = append(o.kinds, f)
	}
	slices.SortFunc(o.kinds, func(a, b frequencies) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(packFrequencies(a), packFrequencies(b)))
	})
	number := make(map[frequencies]uint32, len(o.kinds))
	for i, f := range o.kinds {
		number[f] = uint32(i)
	}
	for _, v := range o.inverters {
		of := make([]uint32, len(v.triples))
		for kind, f := range v.triples {
			of[kind] = number[f]
		}
		o.kindOf = append(o.kindOf, of)
	}
	o.Kinds = uint32(len(o.kinds))
}

func (o *partWriter) writeColumns(ranks []uint32) error {
	if err := o.put(make([]byte, binary.Size(&o.header))); err != nil {
		return err
	}
	var b []byte
	o.Lengths = o.at
	for _, l := range o.lens {
		b = binary.LittleEndian.AppendUint64(b, packFrequencies(l))
	}
	o.Ranks = o.Lengths + uint64(len(b))
	for _, r := range ranks {
		b = binary.LittleEndian.AppendUint32(b, r)
	}
	o.KindsAt = o.Lengths + uint64(len(b))
	for _, f := range o.kinds {
		b = binary.LittleEndian.AppendUint64(b, packFrequencies(f))
	}
	return o.put(b)
}

func (o *partWriter) writeLists() error {
	type entry struct {
		bucket uint32
		name   string
	}
	var entries []entry
	for i, v := range o.inverters {
		for _, name := range v.names {
			if !slices.ContainsFunc(o.inverters[:i], func(before *inverter) bool { _, known := before.terms[name]; return known }) {
				entries = append(entries, entry{name: name})
			}
		}
	}
	o.Buckets = 1 << bits.Len(uint(len(entries)/bucketSize))
	for i, e := range entries {
		entries[i].bucket = uint32(hashTerm(e.name)) & (o.Buckets - 1)
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.bucket, b.bucket), strings.Compare(a.name, b.name))
	})
	for bucket := range o.Buckets {
		o.table = append(o.table, o.at)
		for ; len(entries) > 0 && entries[0].bucket == bucket; entries = entries[1:] {
			if err := o.writeList(entries[0].name); err != nil {
				return err
			}
		}
	}
	o.table = append(o.table, o.at)
	return nil
}

func (o *partWriter) writeList(name string) error {
	o.docs, o.nums = o.docs[:0], o.nums[:0]
	for i, v := range o.inverters {
		of := o.kindOf[i]
		v.each(name, func(doc, kind uint32) { o.docs, o.nums = append(o.docs, doc), append(o.nums, of[kind]) })
	}
	o.dir, o.data = o.dir[:0], o.data[:0]
	next := uint32(0)
	for i := 0; i < len(o.docs); i += blockDocs {
		docs, kinds := o.docs[i:min(i+blockDocs, len(o.docs))], o.nums[i:min(i+blockDocs, len(o.docs))]
		bound := 0.0
		for j, doc := range docs {
			bound = max(bound, o.norms.frequency(o.kinds[kinds[j]], o.lens[doc]))
		}
		last := docs[len(docs)-1]
		if len(o.docs) > blockDocs {
			o.dir = binary.LittleEndian.AppendUint32(o.dir, last)
		}
		o.dir = binary.LittleEndian.AppendUint16(o.dir, packBound(bound))
		if len(o.docs) > blockDocs {
			o.dir = binary.LittleEndian.AppendUint32(o.dir, uint32(len(o.data)))
		}
		for j, doc := range docs { // docs become gaps
			docs[j], next = doc-next, doc+1
		}
		if len(o.docs) <= shortDocs {
			for j := range docs {
				o.data = binary.AppendUvarint(binary.AppendUvarint(o.data, uint64(docs[j])), uint64(kinds[j]))
			}
			break
		}
		o.data = append(o.data, byte(widthOf(docs)), byte(widthOf(kinds)))
		o.data = pack(o.data, widthOf(docs), docs)
		o.data = pack(o.data, widthOf(kinds), kinds)
	}
	if len(o.data) > math.MaxUint32 {
		return fmt.Errorf("the postings of %q are too many", name)
	}
	head := append([]byte{byte(len(name))}, name...)
	head = binary.AppendUvarint(head, uint64(len(o.docs)))
	head = binary.AppendUvarint(head, uint64(len(o.dir)+len(o.data)))
	return errors.Join(o.put(head), o.put(o.dir), o.put(o.data))
}
