package index

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var exactCorpora = flag.Int("corpora", 4, "how many random corpora the search is held to the exhaustive scorer on")

// A search finds what the exhaustive scorer finds, in the same order and with
// the same scores: over corpora with many ties, in several segments, with
// deletions, for terms in several forms and phrases, weights and filters.
func TestSearchIsExact(t *testing.T) {
	for seed := range uint64(*exactCorpora) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			x := randomIndex(t, random)
			hits := 0
			for range 150 {
				q := randomQuery(random)
				got, err := x.Search(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				want, err := x.Exhaustive(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				compareResults(t, q, got, want)
				hits += len(got.Hits)
			}
			if hits < 150 {
				t.Errorf("only %d hits: these questions prove nothing", hits)
			}
		})
	}
}

func compareResults(t *testing.T, q Query, got, want Result) {
	t.Helper()
	for i := range q.Terms {
		if got.Terms[i] != want.Terms[i] {
			t.Fatalf("%v: term %d has %+v, want %+v", q, i, got.Terms[i], want.Terms[i])
		}
	}
	if len(got.Hits) != len(want.Hits) {
		t.Fatalf("%v: got %d hits, want %d", q, len(got.Hits), len(want.Hits))
	}
	for i := range got.Hits {
		g, w := got.Hits[i], want.Hits[i]
		if g.Article != w.Article || g.N != w.N || g.Score != w.Score {
			t.Fatalf("%v, rank %d: got %s#%d (%v), want %s#%d (%v)", q, i+1, g.Article, g.N, g.Score, w.Article, w.N, w.Score)
		}
	}
}

// randomWord is one of few, the first of them far more frequent.
func randomWord(random *rand.Rand) string {
	n := int(1 / (random.Float64() + 0.003))
	return "word" + string(rune('a'+n/26)) + string(rune('a'+n%26))
}

// randomText now and then says one word again and again, so that the bounds of
// blocks differ.
func randomText(random *rand.Rand, n int) string {
	if n > 1 && random.IntN(200) == 0 {
		return strings.Repeat(randomWord(random)+" ", n)
	}
	var words []string
	for range n {
		words = append(words, randomWord(random))
	}
	return strings.Join(words, " ")
}

// randomIndex is built in several steps, some of which change or take away
// what is there.
func randomIndex(t *testing.T, random *rand.Rand) *Index {
	x := open(t, t.TempDir())
	files := fstest.MapFS{}
	for range 1 + random.IntN(4) {
		for range 1 + random.IntN(3) {
			var lines strings.Builder
			name := fmt.Sprintf("%02d.jsonl", random.IntN(12))
			for i := range random.IntN(1500) {
				fmt.Fprintf(&lines, "{\"id\":\"%s-%d\",\"title\":%q,\"source\":\"S%d\",\"published\":%q,\"text\":%q}\n",
					name, i, randomText(random, random.IntN(4)), random.IntN(3),
					time.Unix(1.7e9+random.Int64N(1e7), 0).UTC().Format(time.RFC3339), randomText(random, 1+random.IntN(12))+".")
			}
			lines.WriteString(fmt.Sprintf("{\"id\":\"%s-long\",\"title\":\"T\",\"text\":%q}\n", name, randomText(random, 700)+". "+randomText(random, 150)+"."))
			files[name] = file(lines.String())
		}
		update(t, x, Collection{Name: "test", FS: files})
	}
	return x
}

func randomQuery(random *rand.Rand) Query {
	q := Query{Limit: 1 + random.IntN(40)}
	for range 1 + random.IntN(6) {
		term := Term{}
		if random.IntN(3) == 0 {
			term.Weight = 0.1 + random.Float64()
		}
		for range 1 + max(0, random.IntN(5)-2) {
			form := Form{Analyze(randomWord(random))[0].Term, 1}
			if random.IntN(4) == 0 {
				form.Text += " " + Analyze(randomWord(random))[0].Term
			}
			if random.IntN(3) == 0 {
				form.Weight = 0.5
			}
			term.Forms = append(term.Forms, form)
		}
		q.Terms = append(q.Terms, term)
	}
	if random.IntN(3) == 0 {
		q.Filter.Sources = []string{fmt.Sprint("S", random.IntN(4))}
	}
	if random.IntN(3) == 0 {
		q.Filter.From = time.Unix(1.7e9+random.Int64N(1e7), 0)
		q.Filter.To = q.Filter.From.Add(time.Duration(random.Int64N(4e6)) * time.Second)
		q.Filter.KeepUndated = random.IntN(2) == 0
	}
	return q
}
