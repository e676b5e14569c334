package answer

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkAsk asks all questions of a set of ../shared/eval about its articles,
// one after the other; an operation is the whole set:
//
//	go test ./answer -run '^$' -bench Ask -benchtime 2x
func BenchmarkAsk(b *testing.B) {
	for _, set := range []string{"weekly-news", "web-facts"} {
		b.Run(set, func(b *testing.B) {
			dir := filepath.Join("..", "..", "shared", "eval", set)
			questions := questionsOf(b, filepath.Join(dir, "questions.jsonl.gz"))
			d := deskOf(b, os.DirFS(dir)) // the questions are no articles, and left out
			ask := func() {
				for _, q := range questions {
					if _, err := d.Ask(b.Context(), q); err != nil && !isOwn(err) {
						b.Fatal(err)
					}
				}
			}
			ask() // so that columns are read and words known
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(questions)), "µs/question")
		})
	}
}

func questionsOf(b *testing.B, path string) (list []Question) {
	file, err := os.Open(path)
	if err != nil {
		b.Skipf("there are no questions to ask: %v", err)
	}
	defer file.Close()
	raw, err := gzip.NewReader(file)
	if err != nil {
		b.Fatal(err)
	}
	for lines := json.NewDecoder(raw); lines.More(); {
		var line struct{ Question, Now string }
		if err := lines.Decode(&line); err != nil {
			b.Fatal(err)
		}
		q := Question{Text: line.Question, Now: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
		if day, err := time.Parse(time.DateOnly, line.Now); err == nil {
			q.Now = day.AddDate(0, 0, 1).Add(-time.Second)
		}
		list = append(list, q)
	}
	return list
}
