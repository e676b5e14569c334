package article

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"
)

var storeSize = flag.Int("store-size", 2000, "articles in the store that BenchmarkOpenStore opens")

// newsLike is an article of some 3,500 bytes, as news are.
func newsLike(n int) Article {
	a := gathered(n)
	a.Published = storeStart.Add(time.Duration(n%(30*24*60)) * -time.Minute)
	words := wordsOf(uint64(n), 400)
	for i := 40; i < len(words); i += 50 {
		words[i] += ".\n\n" + fmt.Sprintf("Paragraph %d", i)
	}
	a.Text = strings.ReplaceAll(strings.Join(words, " "), "\n ", "\n")
	return a
}

func BenchmarkPut(b *testing.B) {
	s, _ := openStore(b, b.TempDir())
	n := 0
	for b.Loop() {
		put(b, s, newsLike(n))
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
}

func BenchmarkPutUnchanged(b *testing.B) {
	s, _ := openStore(b, b.TempDir())
	a := newsLike(1)
	put(b, s, a)
	for b.Loop() {
		put(b, s, a)
	}
}

func BenchmarkPutAll(b *testing.B) {
	s, _ := openStore(b, b.TempDir())
	fill(b, s, b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}

func fill(b *testing.B, s *Store, n int) {
	for from := 0; from < n; from += 1000 {
		var list []Article
		for i := from; i < min(from+1000, n); i++ {
			list = append(list, newsLike(i))
		}
		if _, err := s.PutAll(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenStore opens a store of -store-size articles, a fourth of which
// are of the last days, and puts the first article, for which those are read.
func BenchmarkOpenStore(b *testing.B) {
	dir := b.TempDir()
	s, _ := openStore(b, dir)
	fill(b, s, *storeSize)
	var opening, putting time.Duration
	for b.Loop() {
		start := time.Now()
		s, _ := openStore(b, dir)
		opening += time.Since(start)
		start = time.Now()
		put(b, s, newsLike(0))
		putting += time.Since(start)
	}
	b.ReportMetric(float64(opening.Milliseconds())/float64(b.N), "ms/open")
	b.ReportMetric(float64(putting.Milliseconds())/float64(b.N), "ms/first-put")
}
