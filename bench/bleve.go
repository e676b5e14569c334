package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"newsdesk/index"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/highlight/highlighter/html"
	index_api "github.com/blevesearch/bleve_index_api"
)

// A bleveKind is what an index of Bleve holds, and what is asked of it.
type bleveKind struct {
	analyzer  string
	highlight bool // texts and term vectors are stored, of which fragments are made
	fields    bool // all that newsdesk keeps of a passage
}

var (
	// lean is as quick as Bleve can be: terms and frequencies alone.
	lean = bleveKind{analyzer: newsdeskAnalyzer}

	highlighted = bleveKind{analyzer: newsdeskAnalyzer, highlight: true}

	// sameFields is what people would build who want of Bleve what newsdesk
	// keeps: see addFields.
	sameFields = bleveKind{analyzer: newsdeskAnalyzer, fields: true}

	// allWords is lean with Bleve's own English analysis, less its stop-words.
	allWords = bleveKind{analyzer: englishAnalyzer}
)

// BM25 with the constants of newsdesk's index, which Bleve keeps in variables.
const (
	k1 = 1.2
	b  = 0.4
)

const (
	newsdeskAnalyzer = "newsdesk"
	englishAnalyzer  = "all English words"
	textField        = "text"
	bleveBatch       = 1000
	sweepWait        = 15 * time.Second
	bleveBoltWait    = "5s"
)

func bleveEngine(kind bleveKind) inner {
	return inner{
		version: func() string { return "Bleve " + moduleVersion("github.com/blevesearch/bleve/v2") },
		build:   kind.build,
		open:    kind.open,
	}
}

// prepare hands Bleve newsdesk's analyzer and constants.
func (kind bleveKind) prepare() error {
	search.BM25_k1, search.BM25_b = k1, b
	return registerAnalyzer()
}

// registerAnalyzer makes newsdesk's analyzer known to Bleve, which takes a name once.
var registerAnalyzer = sync.OnceValue(func() error {
	return registry.RegisterAnalyzer(newsdeskAnalyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return analyzer{}, nil
	})
})

// analyzer is newsdesk's.
type analyzer struct{}

func (analyzer) Analyze(text []byte) analysis.TokenStream {
	tokens := index.Analyze(string(text))
	stream := make(analysis.TokenStream, len(tokens))
	backing := make([]analysis.Token, len(tokens))
	for i, t := range tokens {
		backing[i] = analysis.Token{Term: []byte(t.Term), Start: t.Start, End: t.End, Position: i + 1}
		stream[i] = &backing[i]
	}
	return stream
}

func (kind bleveKind) mapping() (mapping.IndexMapping, error) {
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeTermVectors = kind.analyzer, kind.highlight || kind.fields, kind.highlight
	text.DocValues, text.IncludeInAll = false, false
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer(englishAnalyzer, map[string]any{
		"type": custom.Name, "tokenizer": unicode.Name, "token_filters": []string{en.PossessiveName, lowercase.Name, porter.Name},
	}); err != nil {
		return nil, err
	}
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt(textField, text)
	m.DefaultAnalyzer, m.DefaultField, m.ScoringModel = kind.analyzer, textField, index_api.BM25Scoring
	if kind.fields {
		addFields(m.DefaultMapping, text)
	}
	return m, nil
}

// addFields adds what newsdesk keeps beside a passage's text: title and heading
// searched like the text, the others as Bleve takes them by default, to look up,
// to sort and to show.
func addFields(m *mapping.DocumentMapping, text *mapping.FieldMapping) {
	for _, name := range []string{"title", "heading"} {
		m.AddFieldMappingsAt(name, text)
	}
	keyword, date := bleve.NewKeywordFieldMapping(), bleve.NewDateTimeFieldMapping()
	keyword.IncludeTermVectors, keyword.IncludeInAll, date.IncludeInAll = false, false, false
	for _, name := range []string{"article", "source", "url", "place"} {
		m.AddFieldMappingsAt(name, keyword)
	}
	m.AddFieldMappingsAt("published", date)
}

// fieldsOf is a passage as an index of the kind is given it.
func (kind bleveKind) fieldsOf(d document) map[string]any {
	fields := map[string]any{textField: d.Text}
	if kind.fields {
		fields["title"], fields["heading"] = d.Title, index.DateWords(d.Published)
		fields["article"], fields["source"], fields["url"], fields["published"] = d.ID, d.Source, d.URL, d.Published
		fields["place"] = fmt.Sprintf("0:0-%d", len(d.Text)) // its number and bytes in the article
	}
	return fields
}

func (kind bleveKind) build(_ context.Context, dir, corpus string) (r built, err error) {
	if err := kind.prepare(); err != nil {
		return r, err
	}
	m, err := kind.mapping()
	if err != nil {
		return r, err
	}
	start := time.Now()
	x, err := bleve.New(filepath.Join(dir, "index"), m)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	batch := x.NewBatch()
	if err := each(corpus, func(d document) error {
		if err := batch.Index(d.ID, kind.fieldsOf(d)); err != nil || batch.Size() < bleveBatch {
			return err
		}
		defer batch.Reset()
		return x.Batch(batch)
	}); err != nil {
		return r, err
	}
	if err := x.Batch(batch); err != nil {
		return r, err
	}
	r.IndexSeconds = time.Since(start).Seconds()
	start = time.Now()
	if err := merge(x); err != nil {
		return r, fmt.Errorf("merge: %w", err)
	}
	r.MergeSeconds = time.Since(start).Seconds()
	awaitSweep(dir)
	return r, nil
}

// merge brings all to one segment.
func merge(x bleve.Index) error {
	inside, err := x.Advanced()
	if err != nil {
		return err
	}
	s, ok := inside.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("%T cannot be merged", inside)
	}
	return s.ForceMerge(context.Background(), nil)
}

// awaitSweep waits until the files of segments that were merged are gone, which
// takes Bleve some seconds and needs the index to be open.
func awaitSweep(dir string) {
	for end := time.Now().Add(sweepWait); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if segments, err := filepath.Glob(filepath.Join(dir, "index", "store", "*.zap")); err == nil && len(segments) == 1 {
			return
		}
	}
}

type bleveAsker struct {
	bleve.Index
	kind bleveKind
}

func (kind bleveKind) open(_ context.Context, dir string) (asker, error) {
	if err := kind.prepare(); err != nil {
		return nil, err
	}
	x, err := bleve.OpenUsing(filepath.Join(dir, "index"), map[string]any{"read_only": true, "bolt_timeout": bleveBoltWait})
	if err != nil {
		return nil, err
	}
	return bleveAsker{x, kind}, nil
}

func (a bleveAsker) ask(ctx context.Context, question string, _ []string) ([]int, error) {
	match := bleve.NewMatchQuery(question)
	match.SetField(textField)
	request := bleve.NewSearchRequestOptions(match, top, 0, false)
	if a.kind.highlight {
		request.Highlight = bleve.NewHighlightWithStyle(html.Name)
		request.Highlight.AddField(textField)
	}
	found, err := a.SearchInContext(ctx, request)
	if err != nil {
		return nil, err
	}
	ids := make([]int, len(found.Hits))
	for i, h := range found.Hits {
		if a.kind.highlight && len(h.Fragments[textField]) == 0 {
			return nil, fmt.Errorf("passage %s has no fragment", h.ID)
		}
		if ids[i], err = strconv.Atoi(h.ID); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// moduleVersion returns the version of a library in this program.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return strings.TrimPrefix(m.Version, "v")
			}
		}
	}
	return "of unknown version"
}
