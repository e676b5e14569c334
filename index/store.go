package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segmentapi "github.com/blevesearch/scorch_segment_api/v2"
)

// A store is a Bleve index on disk: scorch, its storage engine, used directly.
// Mappings and queries, which the top of Bleve brings along, are not needed
// here and would take a third of the program's build time.
type store struct {
	bleveindex.Index
	shared   *shared
	analysis *bleveindex.AnalysisQueue // nil where the store is read-only
}

// What a store is opened for.
type purpose int

const (
	toRead  purpose = iota
	toFill          // from nothing, with mergeAll at the end
	toAmend         // what is there; segments are merged by tidy alone
)

// openStore opens the store in a folder, or makes one there. Panics over
// damaged files become errors. Without a timeout a second open of a store that
// is being written would wait for ever. Cores bounds the parallel part of writing.
func openStore(path string, why purpose, cores int) (s *store, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	registerAsyncErrors()
	registerSegments()
	s = &store{shared: &shared{cores: cores}}
	config := map[string]any{
		"path":                   path,
		"read_only":              why == toRead,
		"bolt_timeout":           "2s",
		"asyncErrorCallbackName": asyncErrorCallback,
		"forceSegmentType":       segmentType,
		"forceSegmentVersion":    segmentVersion,
		"segmentConfig":          map[string]any{sharedKey: s.shared},
	}
	switch why {
	case toFill:
		config["scorchMergePlanOptions"] = map[string]any{
			"MaxSegmentsPerTier": segmentsWhileFilling, "SegmentsPerMergeTask": segmentsWhileFilling,
			"FloorSegmentSize": batchSize / 2, // a tier counts in segments of this size, or of the smallest
		}
	case toAmend:
		config["scorchMergePlanOptions"] = map[string]any{"MaxSegmentsPerTier": math.MaxInt32}
	}
	if why != toRead {
		s.analysis = bleveindex.NewAnalysisQueue(cores)
	}
	s.Index, err = scorch.NewScorch(scorch.Name, config, s.analysis)
	if err == nil {
		if err = s.Open(); err == nil {
			if err = s.shared.failed(); err == nil {
				return s, nil
			}
			err = errors.Join(err, s.Index.Close())
		}
	}
	if s.analysis != nil {
		s.analysis.Close()
	}
	return nil, err
}

// While a store is filled its segments are merged rarely, for mergeAll does it
// once and for all; not never, since each is a file that is open.
const segmentsWhileFilling = 50

// mergeAll makes one segment of all. A term costs a segment some forty bytes
// beside its postings, so that few segments are small, and a search looks every
// term up once.
func (s *store) mergeAll(ctx context.Context) error {
	options := mergeplan.SingleSegmentMergePlanOptions
	options.SegmentsPerMergeTask = 1 << 10
	return s.merge(ctx, &options)
}

// How many segments an update leaves, and how large one may grow: five for each
// power of six times a thousand passages. So a passage is written again once
// for each power, four times or so in a million, and never in a segment so
// large that an update would take long over it. What was deleted from a large
// one is left until little else is in it, or all is built anew.
const (
	tierSegments   = 5
	tierGrowth     = 6
	smallSegment   = 1 << 10 // passages; fewer count as so many
	largestSegment = 1 << 18
)

// tidy merges segments until there are no more than that.
func (s *store) tidy(ctx context.Context) error {
	return s.merge(ctx, &mergeplan.MergePlanOptions{
		MaxSegmentsPerTier: tierSegments, SegmentsPerMergeTask: tierSegments, TierGrowth: tierGrowth,
		FloorSegmentSize: smallSegment, MaxSegmentSize: largestSegment, ReclaimDeletesWeight: 2,
	})
}

func (s *store) merge(ctx context.Context, plan *mergeplan.MergePlanOptions) error {
	engine, ok := s.Index.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("the index is no %T", engine)
	}
	return engine.ForceMerge(ctx, plan)
}

// segments lists the segments in the order of their documents' numbers.
func segments(reader bleveindex.IndexReader) ([]*scorch.SegmentSnapshot, error) {
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("the index is read by no %T", snapshot)
	}
	return snapshot.Segments(), nil
}

// fileOf returns the name of a segment's .zap.
func fileOf(s *scorch.SegmentSnapshot) (string, error) {
	file, ok := s.Segment().(segmentapi.PersistedSegment)
	if !ok {
		return "", errors.New("a segment is on no disk")
	}
	return filepath.Base(file.Path()), nil
}

// prune removes the files of segments that a closed store no longer uses. Bleve
// does so too, but some time after a merge. What belongs to a segment begins
// with its name.
func prune(path string) (err error) {
	s, err := openStore(path, toRead, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	reader, err := s.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	list, err := segments(reader)
	if err != nil {
		return err
	}
	used := map[string]bool{"root": true}
	for _, p := range list {
		file, err := fileOf(p)
		if err != nil {
			return err
		}
		used[segmentOf(file)] = true
	}
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		if !used[segmentOf(e.Name())] {
			err = errors.Join(err, os.Remove(filepath.Join(path, e.Name())))
		}
	}
	return err
}

// segmentOf is a name up to its extension.
func segmentOf(name string) string { return strings.TrimSuffix(name, filepath.Ext(name)) }

func (s *store) Close() error {
	err := s.Index.Close()
	if s.analysis != nil {
		s.analysis.Close()
	}
	if err != nil {
		return fmt.Errorf("close the index: %w", err)
	}
	return nil
}

// Bleve reports trouble of its background writers only to callbacks in a
// package variable, which must be set before an index is opened. This one
// hands it to the writer of the folder in question. Then they try again, at once
// and for ever, such as on a full disk; the callback has them wait, so that they
// take no core until the writer gives them up.
const (
	asyncErrorCallback = "newsdesk"
	asyncErrorPause    = 50 * time.Millisecond
)

var asyncErrors sync.Map // store folder to func(error)

var registerAsyncErrors = sync.OnceFunc(func() {
	scorch.RegistryAsyncErrorCallbacks[asyncErrorCallback] = func(err error, path string) {
		if report, ok := asyncErrors.Load(path); ok {
			report.(func(error))(fmt.Errorf("write the index: %w", err))
		}
		time.Sleep(asyncErrorPause)
	}
})
