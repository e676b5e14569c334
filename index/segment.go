package index

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// Bleve's storage engine leaves to a plugin what a segment is. Here it is three
// files of one name: Bleve's own .zap, which holds the ids and keywords of the
// passages; the postings that searches go by; and the texts. The last two are
// made from the passages of a batch, in memory, and merged as Bleve merges its
// segments, so nothing is analysed or compressed twice.
const (
	segmentType    = "newsdesk"
	segmentVersion = 1

	zapExt = ".zap"
)

// sideFiles are the kinds of files beside a .zap.
var sideFiles = []string{postingsExt, textsExt}

// sideFile names the file that lies beside a segment's .zap.
func sideFile(zapPath, ext string) string { return strings.TrimSuffix(zapPath, zapExt) + ext }

var registerSegments = sync.OnceFunc(func() { scorch.RegisterSegmentPlugin(&plugin{}, false) })

// A plugin makes, opens and merges segments for Bleve.
type plugin struct{ zap zap.ZapPlugin }

func (*plugin) Type() string    { return segmentType }
func (*plugin) Version() uint32 { return segmentVersion }

// newSegment is a segment in memory.
type newSegment struct {
	segmentapi.UnpersistedSegment
	sides
	files map[string][]byte // by extension
}

// openSegment is a segment on disk.
type openSegment struct {
	segmentapi.PersistedSegment
	sides
	refs atomic.Int64
}

// sides are what a segment holds beside Bleve's part of it.
type sides struct {
	shared *shared
	part   *part
	texts  *texts
	open   []*pages
}

// sidesOf returns a segment's sides.
func sidesOf(s segmentapi.Segment) (*sides, error) {
	switch s := s.(type) {
	case *newSegment:
		return &s.sides, nil
	case *openSegment:
		return &s.sides, nil
	}
	return nil, fmt.Errorf("%T is no segment of newsdesk", s)
}

// inside returns Bleve's part of a segment.
func inside(s segmentapi.Segment) segmentapi.Segment {
	switch s := s.(type) {
	case *newSegment:
		return s.UnpersistedSegment
	case *openSegment:
		return s.PersistedSegment
	}
	return s
}

// read opens the sides; pages gives those of an extension and kind.
func (s *sides) read(docs uint64, pages func(ext, kind string) (*pages, error)) (err error) {
	defer recoverDamage(&err)
	postings, err := pages(postingsExt, postingsKind)
	if err != nil {
		return err
	}
	s.open = append(s.open, postings)
	if s.part, err = openPart(postings); err != nil {
		return err
	}
	written, err := pages(textsExt, textsKind)
	if err != nil {
		return err
	}
	s.open = append(s.open, written)
	if s.texts, err = openTexts(written); err != nil {
		return err
	}
	if uint64(s.part.Docs) != docs || uint64(s.texts.docs()) != docs {
		return fmt.Errorf("%d passages, of which %d have postings and %d a text: %w", docs, s.part.Docs, s.texts.docs(), errSpoiled)
	}
	return nil
}

func (s *sides) close() error {
	var err error
	for _, p := range s.open {
		err = errors.Join(err, p.close())
	}
	s.open = nil
	return err
}

func (p *plugin) New(docs []bleveindex.Document) (segmentapi.Segment, uint64, error) {
	return p.NewUsing(docs, nil)
}

// NewUsing makes a segment of a batch, in the order in which its passages were
// added; Bleve hands them over in any.
func (p *plugin) NewUsing(docs []bleveindex.Document, config map[string]any) (segmentapi.Segment, uint64, error) {
	passages := make([]*passageDocument, len(docs))
	for i, d := range docs {
		var ok bool
		if passages[i], ok = d.(*passageDocument); !ok {
			return nil, 0, fmt.Errorf("%T is no passage", d)
		}
	}
	slices.SortFunc(passages, func(a, b *passageDocument) int { return cmp.Compare(a.order, b.order) })
	inverted := newInverter()
	stored := make([]storedPassage, len(docs))
	for i, d := range passages {
		docs[i] = d
		inverted.add(d.text, d.title, d.heading)
		stored[i] = d.stored
	}
	s := &newSegment{sides: sides{shared: sharedIn(config)}, files: make(map[string][]byte)}
	made, size, err := p.zap.NewUsing(docs, config)
	if err != nil {
		return nil, 0, err
	}
	s.UnpersistedSegment = made.(segmentapi.UnpersistedSegment)
	if s.files[postingsExt], err = pagesInMemory(postingsKind, func(w *pageWriter) error { return writePostings(w, inverted) }); err != nil {
		return nil, 0, err
	}
	if s.files[textsExt], err = pagesInMemory(textsKind, func(w *pageWriter) error { return writeTexts(w, stored) }); err != nil {
		return nil, 0, err
	}
	for _, b := range s.files {
		size += uint64(len(b))
	}
	return s, size, s.read(uint64(len(docs)), func(ext, kind string) (*pages, error) { return pagesIn(s.files[ext], kind) })
}

// Persist writes the files of the segment. The .zap comes first and goes first,
// so that what lies beside none is left over.
func (s *newSegment) Persist(path string) error {
	if err := s.UnpersistedSegment.Persist(path); err != nil {
		return err
	}
	for _, ext := range sideFiles {
		if err := os.WriteFile(sideFile(path, ext), s.files[ext], 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (p *plugin) Open(path string) (segmentapi.Segment, error) { return p.OpenUsing(path, nil) }

func (p *plugin) OpenUsing(path string, config map[string]any) (segmentapi.Segment, error) {
	s, err := p.open(path, config)
	if err != nil {
		sharedIn(config).fail(err)
		return nil, err
	}
	return s, nil
}

func (p *plugin) open(path string, config map[string]any) (*openSegment, error) {
	found, err := p.zap.OpenUsing(path, config)
	if err != nil {
		return nil, err
	}
	s := &openSegment{PersistedSegment: found.(segmentapi.PersistedSegment), sides: sides{shared: sharedIn(config)}}
	s.refs.Store(1)
	if err := s.read(found.Count(), func(ext, kind string) (*pages, error) { return openPages(sideFile(path, ext), kind) }); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *openSegment) AddRef() { s.refs.Add(1) }

func (s *openSegment) DecRef() error {
	if s.refs.Add(-1) > 0 {
		return nil
	}
	return errors.Join(s.close(), s.PersistedSegment.Close())
}

func (s *openSegment) Close() error { return s.DecRef() }

func (p *plugin) Merge(segments []segmentapi.Segment, drops []*roaring.Bitmap, path string, stop chan struct{}, stats segmentapi.StatsReporter) ([][]uint64, uint64, error) {
	return p.MergeUsing(segments, drops, path, stop, stats, nil)
}

func (p *plugin) MergeUsing(segments []segmentapi.Segment, drops []*roaring.Bitmap, path string, stop chan struct{}, stats segmentapi.StatsReporter, config map[string]any) (numbers [][]uint64, size uint64, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	removeLeftSides(filepath.Dir(path))
	zaps := make([]segmentapi.Segment, len(segments))
	for i, s := range segments {
		zaps[i] = inside(s)
	}
	numbers, size, err = p.zap.MergeUsing(zaps, drops, path, stop, stats, config)
	if err != nil {
		return nil, 0, err
	}
	var postings []renumbered
	var written []renumberedTexts
	for i, s := range segments {
		sides, err := sidesOf(s)
		if err != nil {
			return nil, 0, err
		}
		short := make([]uint32, sides.part.Docs)
		for old := range short {
			short[old] = dropped
			if len(numbers) > 0 && (drops[i] == nil || !drops[i].Contains(uint32(old))) {
				short[old] = uint32(numbers[i][old])
			}
		}
		postings = append(postings, renumbered{sides.part, short})
		written = append(written, renumberedTexts{sides.texts, short})
	}
	err = sharedIn(config).both(func() error {
		return writePages(sideFile(path, postingsExt), postingsKind, func(w *pageWriter) error { return mergePostings(w, postings, stop) })
	}, func() error {
		return writePages(sideFile(path, textsExt), textsKind, func(w *pageWriter) error { return mergeTexts(w, written, stop) })
	})
	if err != nil {
		return nil, 0, err
	}
	return numbers, size, nil
}

// removeLeftSides removes the files that lie beside no .zap any more, so that a
// long build does not keep what it merged.
func removeLeftSides(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if slices.Contains(sideFiles, filepath.Ext(path)) {
			if _, err := os.Stat(strings.TrimSuffix(path, filepath.Ext(path)) + zapExt); errors.Is(err, os.ErrNotExist) {
				_ = os.Remove(path)
			}
		}
	}
}

// shared is what the segments of one open store have in common, and what they
// tell whoever opened it.
type shared struct {
	cores int // that may be used at once

	mu      sync.Mutex
	failure error           // the first met while a segment was opened
	gone    map[string]bool // see only
}

// sharedKey is what Bleve hands shared on by.
const sharedKey = "newsdesk"

func sharedIn(config map[string]any) *shared {
	if s, ok := config[sharedKey].(*shared); ok {
		return s
	}
	return &shared{}
}

// both does two things, at once if there are the cores. Of two errors it returns
// the first one's: Bleve knows its own only when nothing is around them.
func (s *shared) both(one, two func() error) error {
	do := func(what func() error) (err error) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer recoverDamage(&err)
		return what()
	}
	if s.cores < 2 {
		if err := do(one); err != nil {
			return err
		}
		return do(two)
	}
	second := make(chan error, 1)
	go func() { second <- do(two) }()
	err := do(one)
	if other := <-second; err == nil {
		err = other
	}
	return err
}

// fail takes note of why a segment could not be opened: Bleve goes on with an
// older state, or none, and tells only its log.
func (s *shared) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure == nil {
		s.failure = err
	}
}

func (s *shared) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// only makes it known which ids of the batch to be written segments may hold.
// Bleve looks every id of a batch up in every segment, for it may be there; that
// would take longer than all else while an index is filled.
func (s *shared) only(gone map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = gone
}

// of returns the ids that segments may hold.
func (s *shared) of(ids []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone == nil {
		return ids
	}
	var list []string
	for _, id := range ids {
		if s.gone[id] {
			list = append(list, id)
		}
	}
	return list
}

func (s *newSegment) DocNumbers(ids []string) (*roaring.Bitmap, error) {
	return s.UnpersistedSegment.DocNumbers(s.shared.of(ids))
}

func (s *openSegment) DocNumbers(ids []string) (*roaring.Bitmap, error) {
	return s.PersistedSegment.DocNumbers(s.shared.of(ids))
}
