package index

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// A store is a Bleve index on disk: scorch, its storage engine, used directly.
// Mappings and queries, which the top of Bleve brings along, are not needed
// here and would take a third of the program's build time.
type store struct {
	bleveindex.Index
	analysis *bleveindex.AnalysisQueue // nil where the store is read-only
}

// openStore opens the store in a folder, or makes one there. Panics over
// damaged files become errors. Without a timeout a second open of a store that
// is being written would wait for ever.
func openStore(path string, readOnly bool) (s *store, err error) {
	defer recoverDamage(&err)
	registerAsyncErrors()
	s = &store{}
	if !readOnly {
		s.analysis = bleveindex.NewAnalysisQueue(runtime.GOMAXPROCS(0))
	}
	s.Index, err = scorch.NewScorch(scorch.Name, map[string]any{
		"path":                   path,
		"read_only":              readOnly,
		"bolt_timeout":           "2s",
		"asyncErrorCallbackName": asyncErrorCallback,
	}, s.analysis)
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
