package index_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/article"
	"newsdesk/index"
)

// BenchmarkTexts sets a file of texts beside passages that are packed singly, in
// size and in time, on news and on made-up text: ns a passage, bytes relative to
// those of the text; times are those of the processor.
//
//	go test ./index -run '^$' -bench 'Texts$' -benchtime 1x -passages 20000
func BenchmarkTexts(b *testing.B) {
	for name, articles := range map[string]func(*testing.B) []article.Article{"news": news, "made": madeArticles} {
		b.Run(name, func(b *testing.B) {
			trial, err := index.NewTextTrial(articles(b))
			if err != nil {
				b.Fatal(err)
			}
			passages := trial.Passages()
			order := rand.New(rand.NewPCG(1, 2)).Perm(passages)
			b.ResetTimer()
			took := make(map[string]float64)
			time := func(what string, rounds int, do func() error) {
				begin := processor(b)
				for range rounds {
					if err := do(); err != nil {
						b.Fatal(err)
					}
				}
				took[what] += (processor(b) - begin) / float64(rounds)
			}
			all := func(do func(int)) func() error {
				return func() error {
					for _, i := range order {
						do(i)
					}
					return nil
				}
			}
			for range b.N {
				time("pack", 1, func() error { trial.Pack(); return nil })
				var parts []*index.TextTrial
				time("write", 1, func() (err error) { parts, err = trial.Parts(1000); return err })
				time("merge", 1, func() error { return trial.Merge(parts) })
				merged := trial.Sizes()["file"]
				time("write-all", 1, trial.Write)
				time("unpack", 2, all(trial.Unpack))
				time("read", 10, all(trial.Read))
				opening, err := trial.Open()
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(opening.Microseconds()), "open-µs")
				sizes := trial.Sizes()
				b.ReportMetric(merged/sizes["text"], "merged/text")
				b.ReportMetric(sizes["file"]/sizes["text"], "size/text")
				b.ReportMetric(sizes["packed"]/sizes["text"], "packed/text")
				var table strings.Builder
				for i, name := range slices.Sorted(maps.Keys(sizes)) {
					if i%5 == 0 {
						table.WriteByte('\n')
					}
					fmt.Fprintf(&table, "%-13s %9.0f %.4f | ", name, sizes[name], sizes[name]/sizes["text"])
				}
				b.Log(table.String())
			}
			for what, d := range took {
				b.ReportMetric(d*1e9/float64(passages*b.N), what+"-ns")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// news are real articles, if they are at hand.
func news(b *testing.B) []article.Article {
	f, err := os.Open(filepath.Join("..", "..", "shared", "eval", "weekly-news", "corpus.jsonl.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return readArticles(b, fstest.MapFS{"articles.jsonl": {Data: raw}})
}

func madeArticles(b *testing.B) []article.Article { return readArticles(b, made(b).FS()) }

func readArticles(b *testing.B, from fs.FS) (list []article.Article) {
	for a, problem := range article.Read(context.Background(), from, "articles.jsonl") {
		if problem != nil {
			b.Fatal(problem)
		}
		list = append(list, a)
	}
	return list
}
