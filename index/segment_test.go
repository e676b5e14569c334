package index

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"newsdesk/article"

	"github.com/RoaringBitmap/roaring/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
)

// madeDocuments are passages of articles with these names, as Bleve hands them
// to the plugin once it has analysed them.
func madeDocuments(ids ...string) (docs []*passageDocument) {
	var z analyzer
	for _, id := range ids {
		rng := rand.New(rand.NewPCG(uint64(len(id)), uint64(id[len(id)-1])))
		var text strings.Builder
		for range 1 + rng.IntN(60) {
			fmt.Fprintf(&text, "The otter number%d of %s swims past bridge%d with a heron. ", rng.IntN(9), id, rng.IntN(20))
		}
		made, _ := z.documents(article.Article{ID: id, Title: "Title of " + id, Source: "Wire" + id[len(id)-1:], URL: "https://wire.example/" + id,
			Text: text.String()}, "file of "+id, "hash of "+id)
		docs = append(docs, made...)
	}
	for _, d := range docs {
		d.AddIDField()
		d.VisitFields(func(f bleveindex.Field) { f.Analyze() })
	}
	return docs
}

// madeSegment is a segment in memory of passages, handed over in any order.
func madeSegment(t *testing.T, docs []*passageDocument) segmentapi.Segment {
	t.Helper()
	var mixed []bleveindex.Document
	for i, d := range docs {
		d.order = i
	}
	for _, i := range rand.Perm(len(docs)) {
		mixed = append(mixed, docs[i])
	}
	s, size, err := new(plugin).New(mixed)
	must(t, err)
	if size == 0 || s.Count() != uint64(len(docs)) {
		t.Fatalf("%d passages make a segment of %d, of %d bytes", len(docs), s.Count(), size)
	}
	return s
}

// persisted writes a segment and opens it again.
func persisted(t *testing.T, s segmentapi.Segment) *openSegment {
	t.Helper()
	path := filepath.Join(t.TempDir(), "000000000001"+zapExt)
	must(t, s.(segmentapi.UnpersistedSegment).Persist(path))
	return reopened(t, path)
}

func reopened(t *testing.T, path string) *openSegment {
	t.Helper()
	s, err := new(plugin).Open(path)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s.(*openSegment)
}

// sameSegment checks that a segment holds just these passages: their texts,
// postings and ids.
func sameSegment(t *testing.T, got segmentapi.Segment, want []*passageDocument) {
	t.Helper()
	sides, err := sidesOf(got)
	must(t, err)
	var stored []storedPassage
	var ids []string
	for _, d := range want {
		stored, ids = append(stored, d.stored), append(ids, d.ID())
	}
	sameTexts(t, sides.texts, stored)
	if len(want) == 0 {
		return
	}
	fresh, err := sidesOf(madeSegment(t, want))
	must(t, err)
	if !reflect.DeepEqual(sides.part.content, fresh.part.content) {
		t.Error("the postings are not those of a segment made at once")
	}
	for i, id := range ids {
		if docs, err := got.DocNumbers([]string{id}); err != nil || !slices.Equal(docs.ToArray(), []uint32{uint32(i)}) {
			t.Fatalf("%s has the numbers %v, want %d; %v", id, docs, i, err)
		}
	}
}

// What is made of passages, written, opened and merged holds what would be made
// of the passages that stay, be what is merged in memory or on disk, or itself
// merged.
func TestSegments(t *testing.T) {
	docs := [][]*passageDocument{madeDocuments("a1", "a2", "a3"), madeDocuments("b4"), madeDocuments("c5", "c6", "c7", "c8")}
	inMemory := madeSegment(t, docs[0])
	sameSegment(t, inMemory, docs[0])
	var onDisk []segmentapi.Segment
	for _, d := range docs {
		s := persisted(t, madeSegment(t, d))
		sameSegment(t, s, d)
		onDisk = append(onDisk, s)
	}
	type input struct {
		segment segmentapi.Segment
		docs    []*passageDocument
		drops   []string // articles
	}
	merge := func(inputs ...input) (segmentapi.Segment, []*passageDocument) {
		t.Helper()
		var segments []segmentapi.Segment
		var drops []*roaring.Bitmap
		var left []*passageDocument
		var want [][]uint64
		for _, in := range inputs {
			var dropped *roaring.Bitmap
			var numbers []uint64
			for i, d := range in.docs {
				if slices.Contains(in.drops, d.stored.meta.Article) {
					if dropped == nil {
						dropped = roaring.New()
					}
					dropped.Add(uint32(i))
					numbers = append(numbers, ^uint64(0))
					continue
				}
				numbers = append(numbers, uint64(len(left)))
				left = append(left, d)
			}
			segments, drops, want = append(segments, in.segment), append(drops, dropped), append(want, numbers)
		}
		path := filepath.Join(t.TempDir(), "000000000002"+zapExt)
		numbers, size, err := new(plugin).Merge(segments, drops, path, nil, nil)
		must(t, err)
		if size == 0 || len(left) > 0 && !reflect.DeepEqual(numbers, want) {
			t.Fatalf("the new numbers are %v, want %v", numbers, want)
		}
		return reopened(t, path), left
	}
	some, someDocs := merge(input{inMemory, docs[0], []string{"a2"}}, input{onDisk[1], docs[1], nil}, input{onDisk[2], docs[2], []string{"c5", "c8"}})
	sameSegment(t, some, someDocs)
	other := madeDocuments("d9", "e10")
	again, againDocs := merge(input{some, someDocs, []string{"b4"}}, input{madeSegment(t, other), other, []string{"d9"}})
	sameSegment(t, again, againDocs)
	one, oneDocs := merge(input{onDisk[0], docs[0], []string{"a1", "a2", "a3"}}, input{onDisk[1], docs[1], nil})
	sameSegment(t, one, oneDocs)
	none, noneDocs := merge(input{onDisk[1], docs[1], []string{"b4"}})
	sameSegment(t, none, noneDocs)
}

// A segment is unmapped when the last of those who hold it lets go.
func TestSegmentsAreUnmapped(t *testing.T) {
	docs := madeDocuments("a1")
	path := filepath.Join(t.TempDir(), "000000000001"+zapExt)
	must(t, madeSegment(t, docs).(segmentapi.UnpersistedSegment).Persist(path))
	opened, err := new(plugin).Open(path)
	must(t, err)
	s := opened.(*openSegment)
	s.AddRef()
	must(t, s.Close())
	sameSegment(t, s, docs)
	if len(s.open) != len(sideFiles) {
		t.Errorf("%d files are mapped, want %d", len(s.open), len(sideFiles))
	}
	must(t, s.DecRef())
	if len(s.open) != 0 {
		t.Errorf("%d files are mapped still", len(s.open))
	}
}

// What cannot be opened whole is not left half mapped, and is known to whoever
// opens the store.
func TestSegmentsThatLackAFile(t *testing.T) {
	for _, ext := range append(slices.Clone(sideFiles), zapExt) {
		path := filepath.Join(t.TempDir(), "000000000001"+zapExt)
		must(t, madeSegment(t, madeDocuments("a1")).(segmentapi.UnpersistedSegment).Persist(path))
		must(t, os.Remove(sideFile(path, ext)))
		before := openFiles()
		told := &shared{}
		if _, err := new(plugin).OpenUsing(path, map[string]any{sharedKey: told}); err == nil || told.failed() != err {
			t.Errorf("without %s: %v, told %v", ext, err, told.failed())
		}
		if now := openFiles(); now != before {
			t.Errorf("without %s: %d files are open, %d before", ext, now, before)
		}
	}
}

// countdown ends something after so many reports.
type countdown struct {
	left int
	end  func()
}

func (c *countdown) ReportBytesWritten(uint64) {
	if c.left--; c.left == 0 {
		c.end()
	}
}

// A merge that is stopped, at whatever moment, says so in the one way that Bleve
// understands: it takes all else for trouble, tells it and tries again for ever.
func TestStoppedMerge(t *testing.T) {
	docs := madeDocuments("a1", "a2", "a3", "a4")
	s := madeSegment(t, docs)
	merge := func(c *countdown, stop chan struct{}) error {
		path := filepath.Join(t.TempDir(), "000000000002"+zapExt)
		_, _, err := new(plugin).Merge([]segmentapi.Segment{s, s}, []*roaring.Bitmap{nil, nil}, path, stop, c)
		return err
	}
	counted := &countdown{}
	must(t, merge(counted, make(chan struct{})))
	for _, at := range []int{1, -counted.left / 2, -counted.left} {
		stop := make(chan struct{})
		if err := merge(&countdown{at, func() { close(stop) }}, stop); err != segmentapi.ErrClosed {
			t.Errorf("stopped after %d of %d writes: got %v, want %v", at, -counted.left, err, segmentapi.ErrClosed)
		}
	}
}

// Where a file cannot be written, Bleve tries again: a segment with its own name,
// a merge with another. What such a try has left goes with its .zap.
func TestWritingFails(t *testing.T) {
	dir := t.TempDir()
	docs := madeDocuments("a1", "a2")
	s := madeSegment(t, docs)
	path := filepath.Join(dir, "000000000001"+zapExt)
	blocked := sideFile(path, textsExt)
	must(t, os.Mkdir(blocked, 0o755))
	if err := s.(segmentapi.UnpersistedSegment).Persist(path); err == nil {
		t.Fatal("a folder was written over")
	}
	must(t, os.Remove(blocked))
	must(t, s.(segmentapi.UnpersistedSegment).Persist(path))
	sameSegment(t, reopened(t, path), docs)

	merge := func(path string) error {
		_, _, err := new(plugin).Merge([]segmentapi.Segment{s}, []*roaring.Bitmap{nil}, path, nil, nil)
		return err
	}
	failed, merged := filepath.Join(dir, "000000000002"+zapExt), filepath.Join(dir, "000000000003"+zapExt)
	blocked = sideFile(failed, textsExt)
	must(t, os.MkdirAll(filepath.Join(blocked, "not empty"), 0o755))
	if merge(failed) == nil {
		t.Fatal("a folder was written over")
	}
	if _, err := os.Stat(sideFile(failed, postingsExt)); err != nil {
		t.Errorf("this test shows nothing: %v", err)
	}
	must(t, os.RemoveAll(blocked))
	must(t, os.Remove(failed)) // as Bleve does
	must(t, merge(merged))
	if left, err := filepath.Glob(sideFile(failed, "*")); err != nil || len(left) > 0 {
		t.Errorf("%q is left, %v", left, err)
	}
	for _, path := range []string{path, merged} {
		sameSegment(t, reopened(t, path), docs)
	}
}
