package index

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A store is a Bleve index on disk: scorch, its storage engine, used directly.
// Mappings and queries, which the top of Bleve brings along, are not needed
// here and would take a third of the program's build time.
type store struct {
	bleveindex.Index
	analysis *bleveindex.AnalysisQueue // nil where the store is read-only
}

// A storeMode is what a store is opened for.
type storeMode int

const (
	toRead   storeMode = iota
	toChange           // what is there already
	toBuild            // from nothing, with mergeAll at the end
)

// openStore opens the store in a folder, or makes one there. Panics over
// damaged files become errors. Without a timeout a second open of a store that
// is being written would wait for ever.
func openStore(path string, mode storeMode) (s *store, err error) {
	defer recoverDamage(&err)
	registerAsyncErrors()
	s = &store{}
	config := map[string]any{
		"path":                   path,
		"read_only":              mode == toRead,
		"bolt_timeout":           "2s",
		"asyncErrorCallbackName": asyncErrorCallback,
	}
	if mode == toBuild {
		config["scorchMergePlanOptions"] = map[string]any{
			"MaxSegmentsPerTier": segmentsWhileBuilding, "SegmentsPerMergeTask": segmentsWhileBuilding,
			"FloorSegmentSize": batchSize / 2, // a tier counts in segments of this size, or of the smallest
		}
	}
	if mode != toRead {
		s.analysis = bleveindex.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	}
	s.Index, err = scorch.NewScorch(scorch.Name, config, s.analysis)
	if err == nil {
		err = s.Open()
	}
	if err != nil {
		if s.analysis != nil {
			s.analysis.Close()
		}
		return nil, err
	}
	return s, nil
}

// While an index is built anew its segments are merged rarely, for mergeAll does
// it once and for all; not never, since each is a file that is open.
const segmentsWhileBuilding = 50

// mergeAll makes one segment of all, and is back when that is on disk. A term
// costs a segment some forty bytes beside its postings, so that few segments
// are small, and a search looks every term up once.
func (s *store) mergeAll(ctx context.Context) error {
	options := mergeplan.SingleSegmentMergePlanOptions
	options.SegmentsPerMergeTask = 1 << 10
	if err := s.Index.(*scorch.Scorch).ForceMerge(ctx, &options); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	// A batch is done when the state that it leads to is on disk.
	last := bleveindex.NewBatch()
	last.SetInternal([]byte("merged"), []byte("1"))
	return s.Batch(last)
}

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
// hands it to the writer of the folder in question.
const asyncErrorCallback = "newsdesk"

var asyncErrors sync.Map // store folder to func(error)

var registerAsyncErrors = sync.OnceFunc(func() {
	scorch.RegistryAsyncErrorCallbacks[asyncErrorCallback] = func(err error, path string) {
		if report, ok := asyncErrors.Load(path); ok {
			report.(func(error))(fmt.Errorf("write the index: %w", err))
		}
	}
})
