package index_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/eval"
	"newsdesk/index"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
)

var (
	benchPassages = flag.Int("passages", 20_000, "how many passages the benchmarks of search and build are for")
	benchFolder   = flag.String("folder", "", "folder that keeps the indexes of the benchmark of search, so that they are built once")
)

const benchQuestions = 200

// BenchmarkSearch sets the time of a search beside that of Bleve's own match
// query, by the same analyzer and for the same number of hits, and of scoring
// alone with and without pruning, each question asked of all in turn. It
// reports ms.
//
//	go test ./index -run '^$' -bench 'Search$' -benchtime 1x -passages 1000000 -folder /tmp/bench -timeout 2h
func BenchmarkSearch(b *testing.B) {
	dir := *benchFolder
	if dir == "" {
		dir = b.TempDir()
	}
	m := made(b)
	dir = filepath.Join(dir, strconv.Itoa(*benchPassages))
	x := ownIndex(b, filepath.Join(dir, "own"), m)
	plain := plainIndex(b, filepath.Join(dir, "plain"), m)
	ctx := b.Context()
	b.ResetTimer()
	for range b.N {
		var own, hundred, top, all, match []time.Duration
		for round := range 3 { // the first warms up
			for _, question := range m.Ask(benchQuestions) {
				var terms []index.Term
				for _, t := range index.Analyze(question) {
					terms = append(terms, index.Term{Forms: []index.Form{{Text: t.Term, Weight: 1}}})
				}
				took := func(list *[]time.Duration, do func() error) {
					begin := time.Now()
					if err := do(); err != nil {
						b.Fatal(err)
					}
					if round > 0 {
						*list = append(*list, time.Since(begin))
					}
				}
				search := func(limit int) func() error {
					return func() error {
						_, err := x.Search(ctx, index.Query{Terms: terms, Limit: limit})
						return err
					}
				}
				took(&own, search(10))
				took(&hundred, search(150))
				took(&top, func() error {
					_, err := x.TopOnly(ctx, index.Query{Terms: terms, Limit: 10})
					return err
				})
				took(&all, func() error { // a limit that is never reached prunes nothing
					_, err := x.TopOnly(ctx, index.Query{Terms: terms, Limit: 1 << 30})
					return err
				})
				took(&match, func() error {
					q := bleve.NewMatchQuery(question)
					q.SetField("text")
					_, err := plain.Search(bleve.NewSearchRequest(q))
					return err
				})
			}
		}
		for name, list := range map[string][]time.Duration{"own": own, "own150": hundred, "top": top, "all": all, "match": match} {
			slices.Sort(list)
			b.ReportMetric(ms(list[len(list)/2]), name+"-p50-ms")
			b.ReportMetric(ms(list[len(list)*99/100]), name+"-p99-ms")
		}
	}
	b.ReportMetric(0, "ns/op")
	text := float64(m.TextBytes)
	b.ReportMetric(sizeOf(b, filepath.Join(dir, "own"), "gen-")/text, "size/text")
	b.ReportMetric(sizeOf(b, filepath.Join(dir, "plain"), "")/text, "plain-size/text")
	b.ReportMetric(anonymous(b), "anonymous-MB")
}

// BenchmarkBuild sets the rate of a rebuild beside that of plain Bleve with
// batches of 1000, the same fields and the same analyzer. The ratio of the
// processor's time is what a busy machine does not change.
//
//	go test ./index -run '^$' -bench 'Build$' -benchtime 2x -passages 100000 -timeout 2h
func BenchmarkBuild(b *testing.B) {
	m := made(b)
	var wall, cpu [2]float64
	for range b.N {
		for i, build := range []func(){
			func() {
				if err := ownIndex(b, filepath.Join(b.TempDir(), "own"), m).Close(); err != nil {
					b.Fatal(err)
				}
			},
			func() { plainIndex(b, filepath.Join(b.TempDir(), "plain"), m) },
		} {
			begin, used := time.Now(), processor(b)
			build()
			wall[i] += time.Since(begin).Seconds()
			cpu[i] += processor(b) - used
		}
	}
	passages := float64(*benchPassages * b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(passages/wall[0], "own-passages/s")
	b.ReportMetric(passages/wall[1], "plain-passages/s")
	b.ReportMetric(wall[1]/wall[0], "rate-ratio")
	b.ReportMetric(cpu[0], "own-cpu-s")
	b.ReportMetric(cpu[1], "plain-cpu-s")
	b.ReportMetric(cpu[1]/cpu[0], "cpu-ratio")
}

// processor is the time that the process had the processors, in seconds; 0
// where the system does not tell.
func processor(b *testing.B) float64 {
	raw, err := os.ReadFile("/proc/self/stat")
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(raw, []byte(") "))
	fields := strings.Fields(string(rest))
	user, err := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err := errors.Join(err, err2); err != nil {
		b.Fatal(err)
	}
	return float64(user+system) / 100 // Linux counts in hundredths for everybody
}

func made(b *testing.B) *eval.Made {
	m, err := eval.Generate(b.Context(), 1, *benchPassages)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func ownIndex(b *testing.B, dir string, m *eval.Made) *index.Index {
	x, err := index.Open(dir, "bench")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	if !x.Usable() {
		sum, err := x.Rebuild(context.Background(), index.Collection{Name: "bench", FS: m.FS()}, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d passages in %v, %.0f a second", sum.Passages, sum.Took, float64(sum.Passages)/sum.Took.Seconds())
		b.Log(memoryPeak(b))
	}
	return x
}

// sameAnalyzer is the analyzer of the index for the top of Bleve.
type sameAnalyzer struct{}

func (sameAnalyzer) Analyze(text []byte) analysis.TokenStream {
	var stream analysis.TokenStream
	for i, t := range index.Analyze(string(text)) {
		stream = append(stream, &analysis.Token{Term: []byte(t.Term), Start: t.Start, End: t.End, Position: i + 1})
	}
	return stream
}

// plainIndex is what Bleve makes of the same passages, with no more fields or
// options than are needed: no _all, no term vectors, no doc values.
func plainIndex(b *testing.B, dir string, m *eval.Made) bleve.Index {
	const analyzer = "newsdesk-bench"
	_ = registry.RegisterAnalyzer(analyzer, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) { // again for a second benchmark
		return sameAnalyzer{}, nil
	})
	if _, err := os.Stat(dir); err == nil {
		return openPlain(b, dir)
	}
	im := bleve.NewIndexMapping()
	im.DefaultMapping = bleve.NewDocumentStaticMapping()
	for name, stored := range map[string]bool{"text": true, "title": true, "heading": true, "url": true, "source": true, "published": true} {
		var f *mapping.FieldMapping
		if name == "text" || name == "title" || name == "heading" {
			f = bleve.NewTextFieldMapping()
			f.Analyzer = analyzer
		} else {
			f = bleve.NewKeywordFieldMapping()
		}
		f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = stored, false, false, false
		im.DefaultMapping.AddFieldMappingsAt(name, f)
	}
	x, err := bleve.New(dir, im)
	if err != nil {
		b.Fatal(err)
	}
	begin, n := time.Now(), 0
	batch := x.NewBatch()
	for a, problem := range article.Read(context.Background(), m.FS(), "articles.jsonl") {
		if problem != nil {
			b.Fatal(problem)
		}
		for i, text := range index.CutTexts(a) {
			n++
			doc := map[string]any{"text": text, "title": a.Title, "heading": index.DateWords(a.Published),
				"url": a.URL, "source": a.Source, "published": a.Published.String()}
			if err := batch.Index(fmt.Sprintf("%s#%d", a.ID, i), doc); err != nil {
				b.Fatal(err)
			}
			if batch.Size() == 1000 {
				if err := x.Batch(batch); err != nil {
					b.Fatal(err)
				}
				batch.Reset()
			}
		}
	}
	if err := x.Batch(batch); err != nil {
		b.Fatal(err)
	}
	took := time.Since(begin)
	b.Logf("plain: %d passages in %v, %.0f a second", n, took, float64(n)/took.Seconds())
	if err := x.Close(); err != nil { // what is not merged yet never will be
		b.Fatal(err)
	}
	return openPlain(b, dir)
}

func openPlain(b *testing.B, dir string) bleve.Index {
	x, err := bleve.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	return x
}

// sizeOf sums up the files below the folders of dir that begin with a prefix.
func sizeOf(b *testing.B, dir, prefix string) float64 {
	total := int64(0)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if rel, _ := filepath.Rel(dir, path); err == nil && strings.HasPrefix(rel, prefix) {
			total += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return float64(total)
}

// anonymous is the memory of the process that no file backs, in MB; 0 where the
// system does not tell.
func anonymous(b *testing.B) float64 {
	runtime.GC()
	return status(b, "RssAnon")
}

func memoryPeak(b *testing.B) string {
	return fmt.Sprintf("at most %.0f MB resident so far", status(b, "VmHWM"))
}

func status(b *testing.B, key string) float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(raw, []byte(key+":"))
	var kib float64
	_, _ = fmt.Sscan(string(rest), &kib)
	return kib * 1024 / 1e6
}
