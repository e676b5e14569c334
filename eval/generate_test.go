package eval

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/article"
)

func generate(t *testing.T, seed uint64, passages int) *Made {
	t.Helper()
	m, err := Generate(t.Context(), seed, passages)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGenerateIsTheSameForEver(t *testing.T) {
	read := func(seed uint64) string {
		raw, err := fs.ReadFile(generate(t, seed, 50).FS(), madeName)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	first := read(7)
	if read(7) != first {
		t.Error("got other bytes from the same seed")
	}
	if read(8) == first {
		t.Error("got the same bytes from another seed")
	}
	if got, want := generate(t, 7, 50).Ask(20), generate(t, 7, 50).Ask(20); !slices.Equal(got, want) {
		t.Errorf("got questions %q, then %q", got, want)
	}
}

func TestGeneratedFileSystem(t *testing.T) {
	m := generate(t, 1, 30)
	if err := fstest.TestFS(m.FS(), madeName); err != nil {
		t.Fatal(err)
	}
	raw, err := fs.ReadFile(m.FS(), madeName)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(raw)) != m.size {
		t.Errorf("got %d bytes, want the %d that were announced", len(raw), m.size)
	}
	var text int64
	n := 0
	for a, problem := range article.Read(t.Context(), m.FS(), madeName) {
		if problem != nil {
			t.Fatal(problem)
		}
		if a.Title == "" || a.Source == "" || a.URL == "" || a.Published.Before(madeFirst) || a.Published.After(madeLast) {
			t.Errorf("got %+v, want it complete", a)
		}
		text += int64(len(a.Title) + len(a.Text))
		n++
	}
	if n != m.Articles || text != m.TextBytes {
		t.Errorf("got %d articles of %d bytes, want %d of %d", n, text, m.Articles, m.TextBytes)
	}
}

// Figures of English news: "the" is 5 to 7 % of the words, the fifty most
// frequent words are some 40 %, about half the words of a text come once, and
// rank times frequency changes little over two orders of magnitude.
func TestGeneratedWordsFollowZipf(t *testing.T) {
	m := generate(t, 1, 1500)
	counts := make(map[string]int)
	words := 0
	for i := range m.Articles {
		for w := range strings.FieldsSeq(m.article(i).Text) {
			counts[strings.ToLower(strings.Trim(w, "."))]++
			words++
		}
	}
	var byRank []int
	once := 0
	for _, n := range counts {
		byRank = append(byRank, n)
		if n == 1 {
			once++
		}
	}
	slices.SortFunc(byRank, func(a, b int) int { return b - a })
	top := 0
	for _, n := range byRank[:50] {
		top += n
	}
	share := func(n, of int) float64 { return float64(n) / float64(of) }
	slope := math.Log(share(byRank[9], byRank[999])) / math.Log(100)
	for name, test := range map[string]struct{ got, low, high float64 }{
		"share of the":             {share(counts["the"], words), 0.04, 0.08},
		"share of the top 50":      {share(top, words), 0.25, 0.5},
		"words that come once":     {share(once, len(counts)), 0.4, 0.75},
		"words":                    {float64(words), 1500 * 145, 1500 * 175},
		"slope, rank 10 to 1,000":  {slope, 0.8, 1.3},
		"vocabulary of the corpus": {float64(len(counts)), 15000, 60000},
	} {
		if test.got < test.low || test.got > test.high {
			t.Errorf("%s: got %.3f, want %v to %v", name, test.got, test.low, test.high)
		}
	}
}

// Articles of one story come out within some days and share their subject, and
// stories are far apart.
func TestMadeStoriesAreBursts(t *testing.T) {
	m := generate(t, 4, 400)
	for n := storyArticles; n+storyArticles < m.Articles; n += storyArticles {
		first, second, other := m.writer(n), m.writer(n+1), m.writer(n-1)
		if apart := first.published.Sub(second.published).Abs(); apart > storyDays*24*time.Hour {
			t.Errorf("articles %d and %d came out %v apart", n, n+1, apart)
		}
		if got := slices.Compare(first.topic[:storyWords], second.topic[:storyWords]); got != 0 || first.heroes[0] != second.heroes[0] {
			t.Errorf("articles %d and %d are of two subjects", n, n+1)
		}
		if slices.Equal(first.topic, second.topic) || slices.Equal(first.topic[:storyWords], other.topic[:storyWords]) {
			t.Errorf("article %d has the words of another", n)
		}
	}
}

func TestMadeCorpusWithMore(t *testing.T) {
	m := generate(t, 1, 30)
	if err := fstest.TestFS(m.fsWith(7), madeName, moreName); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, name := range []string{madeName, moreName} {
		for a, problem := range article.Read(t.Context(), m.fsWith(7), name) {
			if problem != nil || seen[a.ID] {
				t.Errorf("%s: got %s again, or problem %v", name, a.ID, problem)
			}
			seen[a.ID] = true
		}
	}
	if len(seen) != m.Articles+7 {
		t.Errorf("got %d articles, want 7 more than %d", len(seen), m.Articles)
	}
}

func TestMadeWordsDiffer(t *testing.T) {
	seen := make(map[string]uint64)
	for k := range uint64(100000) {
		w := madeWord(k)
		if other, ok := seen[w]; ok {
			t.Fatalf("%d and %d are both %q", other, k, w)
		}
		seen[w] = k
	}
}

func TestMadeQuestions(t *testing.T) {
	m := generate(t, 3, 200)
	functional := 0
	for _, q := range m.Ask(300) {
		words := strings.Fields(strings.TrimSuffix(q, "?"))
		if len(words) != questionLength || !strings.HasSuffix(q, "?") {
			t.Errorf("got %q, want ten words and a question mark", q)
		}
		says := 0
		for _, w := range words[2:] {
			if m.says(w) {
				says++
			}
		}
		if says == 0 {
			t.Errorf("got %q, want more than function words", q)
		}
		functional += len(words) - 2 - says
	}
	if mean := float64(functional) / 300; mean < 1 || mean > 4 {
		t.Errorf("got %.1f function words a question behind the opening, want 1 to 4", mean)
	}
}

func TestGenerateStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Generate(ctx, 1, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want canceled", err)
	}
}

func TestMadeArticleIsOneLine(t *testing.T) {
	m := generate(t, 1, 10)
	raw := line(m.article(0))
	if n := strings.Count(string(raw), "\n"); n != 1 || !json.Valid(raw) {
		t.Errorf("got %d line ends in %q", n, raw)
	}
}
