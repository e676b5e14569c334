package eval

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/search/query"
	index_api "github.com/blevesearch/bleve_index_api"
)

// costPassages is how many passages the cost of a question is measured at.
const costPassages = 150_000

// BenchmarkCost sets the time of a whole Ask beside that of a plain Bleve match
// query for the same words, without stop-words and for ten hits, each question
// asked of both in turn. It reports the 95th percentiles in ms and their ratio:
//
//	go test ./eval -run '^$' -bench Cost -benchtime 1x -timeout 60m
//
// "made up" can be measured anywhere. "news" takes the articles of
// ../shared/eval with their own questions, where they are, over and over until
// there are as many passages.
func BenchmarkCost(b *testing.B) {
	b.Run("made up", func(b *testing.B) {
		m, err := Generate(b.Context(), 1, costPassages)
		if err != nil {
			b.Fatal(err)
		}
		var list []answer.Question
		for _, q := range m.Ask(400) {
			list = append(list, answer.Question{Text: q, Now: madeLast})
		}
		compareCost(b, m.FS(), list)
	})
	b.Run("news", func(b *testing.B) {
		dir := filepath.Join("..", "..", "shared", "eval", "weekly-news")
		file, err := os.Open(filepath.Join(dir, "questions.jsonl.gz"))
		if err != nil {
			b.Skipf("no articles to measure on: %v", err)
		}
		defer file.Close()
		questions, err := ReadQuestions(file, "weekly-news")
		if err != nil {
			b.Fatal(err)
		}
		var list []answer.Question
		for _, q := range questions {
			list = append(list, answer.Question{Text: q.Text, Now: q.Now})
		}
		compareCost(b, repeated(b, filepath.Join(dir, "corpus.jsonl.gz"), 6), list)
	})
}

// repeated is a corpus several times over, under other ids.
func repeated(b *testing.B, path string, times int) fs.FS {
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	raw, err := io.ReadAll(unpacked)
	if err != nil {
		b.Fatal(err)
	}
	files := make(fstest.MapFS)
	for i := range times {
		copied := fmt.Appendf(nil, "%s", raw)
		for at := 0; i > 0 && at < len(copied); at++ { // {"id": "rt… becomes {"id": "0t…
			if at == 0 || copied[at-1] == '\n' {
				copied[at+len(`{"id": "`)] = byte('0' + i)
			}
		}
		files[fmt.Sprintf("%d.jsonl", i)] = &fstest.MapFile{Data: copied, ModTime: time.Unix(1, 0)}
	}
	return files
}

func compareCost(b *testing.B, corpus fs.FS, questions []answer.Question) {
	ctx := context.Background()
	x, err := index.Open(filepath.Join(b.TempDir(), "own"), "bench")
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Rebuild(ctx, index.Collection{Name: "bench", FS: corpus}, nil); err != nil {
		b.Fatal(err)
	}
	stats, err := x.Stats()
	if err != nil {
		b.Fatal(err)
	}
	plain := plainBleve(b, corpus, index_api.DefaultScoringModel)
	defer plain.Close()
	engine := answer.New(x)
	var asks, matches []time.Duration
	b.ResetTimer()
	for range b.N {
		for round := range 2 { // the first warms up
			for _, q := range questions {
				begin := time.Now()
				if _, err := engine.Ask(ctx, q); err != nil {
					b.Fatal(err)
				}
				asked := time.Since(begin)
				begin = time.Now()
				match := bleve.NewMatchQuery(q.Text)
				match.SetField("text")
				if _, err := plain.Search(bleve.NewSearchRequest(match)); err != nil {
					b.Fatal(err)
				}
				if round > 0 {
					asks, matches = append(asks, asked), append(matches, time.Since(begin))
				}
			}
		}
	}
	ask, match := durations(asks), durations(matches)
	b.ReportMetric(float64(stats.Passages), "passages")
	b.ReportMetric(ask.P95, "ask-p95-ms")
	b.ReportMetric(match.P95, "match-p95-ms")
	b.ReportMetric(ask.P95/match.P95, "p95-ratio")
	b.ReportMetric(ask.P50/match.P50, "p50-ratio")
}

// costWords is the length of the plain index's passages, about the mean of ours.
const costWords = 145

// plainBleve builds what somebody who takes Bleve as it comes would: passages
// with their titles, by the English analyzer.
func plainBleve(b *testing.B, corpus fs.FS, scoring string) bleve.Index {
	mapping := bleve.NewIndexMapping()
	mapping.DefaultAnalyzer, mapping.ScoringModel = en.AnalyzerName, scoring
	plain, err := bleve.New(filepath.Join(b.TempDir(), "plain"), mapping)
	if err != nil {
		b.Fatal(err)
	}
	batch := plain.NewBatch()
	flush := func() {
		if err := plain.Batch(batch); err != nil {
			b.Fatal(err)
		}
		batch = plain.NewBatch()
	}
	err = readAll(b.Context(), corpus, func(_ string, a article.Article) {
		words := strings.Fields(a.Text)
		for n := 0; n*costWords < len(words); n++ {
			text := strings.Join(words[n*costWords:min(len(words), (n+1)*costWords)], " ")
			fields := map[string]any{"title": a.Title, "text": text, "article": a.ID}
			if !a.Published.IsZero() {
				fields["published"] = a.Published
			}
			if err := batch.Index(fmt.Sprintf("%s#%d", a.ID, n), fields); err != nil {
				b.Fatal(err)
			}
			if batch.Size() >= 1000 {
				flush()
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	flush()
	return plain
}

// BenchmarkShipped measures the rankings of Bleve as it comes on the questions
// of ../shared/eval, by its two scoring models, as eval measures ours:
//
//	go test ./eval -run '^$' -bench Shipped -benchtime 1x
func BenchmarkShipped(b *testing.B) {
	for _, set := range []string{"weekly-news", "web-facts"} {
		for _, scoring := range []string{index_api.TFIDFScoring, index_api.BM25Scoring} {
			b.Run(set+"/"+scoring, func(b *testing.B) {
				dir := filepath.Join("..", "..", "shared", "eval", set)
				file, err := os.Open(filepath.Join(dir, "questions.jsonl.gz"))
				if err != nil {
					b.Skipf("no articles to measure on: %v", err)
				}
				defer file.Close()
				questions, err := ReadQuestions(file, set)
				if err != nil {
					b.Fatal(err)
				}
				corpus := repeated(b, filepath.Join(dir, "corpus.jsonl.gz"), 1)
				all, err := scan(b.Context(), corpus, questions, time.Time{})
				if err != nil {
					b.Fatal(err)
				}
				plain := plainBleve(b, corpus, scoring)
				defer plain.Close()
				var list []Outcome
				for i, q := range questions {
					o := Outcome{ID: q.ID, Question: q.Text}
					o.judgeRanking(all[i], shippedRanking(b, plain, q))
					list = append(list, o)
				}
				for name, h := range map[string]*Hits{"answer": hits(list, answerRank), "article": hits(list, articleRank)} {
					if h != nil {
						b.ReportMetric(h.At1, name+"@1")
						b.ReportMetric(h.At4, name+"@4")
						b.ReportMetric(h.At10, name+"@10")
						b.ReportMetric(h.MRR, name+"-MRR")
					}
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// shippedRanking asks Bleve for the passages that match a question in text or
// title and came out before it was asked.
func shippedRanking(b *testing.B, x bleve.Index, q Question) answer.Ranking {
	text, title := bleve.NewMatchQuery(q.Text), bleve.NewMatchQuery(q.Text)
	text.SetField("text")
	title.SetField("title")
	var asked query.Query = bleve.NewDisjunctionQuery(text, title)
	if !q.Now.IsZero() {
		before := bleve.NewDateRangeQuery(time.Time{}, q.Now)
		before.SetField("published")
		before.SetBoost(0)
		asked = bleve.NewConjunctionQuery(asked, before)
	}
	request := bleve.NewSearchRequestOptions(asked, searched, 0, false)
	request.Fields = []string{"article", "text", "published"}
	res, err := x.Search(request)
	if err != nil {
		b.Fatal(err)
	}
	var r answer.Ranking
	for _, h := range res.Hits {
		one := answer.Result{Text: h.Fields["text"].(string), ArticleID: h.Fields["article"].(string)}
		if written, ok := h.Fields["published"].(string); ok {
			one.Published.Time, err = time.Parse(time.RFC3339, written)
			if err != nil {
				b.Fatal(err)
			}
		}
		r.Results = append(r.Results, one)
	}
	return r
}
