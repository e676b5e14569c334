package index

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// Merging gives, byte for byte, what inverting all passages at once gives that
// are not dropped, also where what is merged was merged.
func TestMergedPostingsAreThoseOfAll(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 1))
	for round := range 30 {
		type piece struct {
			part *part
			all  []posted
		}
		var pieces []piece
		for range 1 + random.IntN(9) {
			all := postedPassages(random, random.IntN(1+random.IntN(3000)))
			pieces = append(pieces, piece{opened(t, written(t, all)), all})
		}
		for len(pieces) > 0 {
			merged := 1 + random.IntN(len(pieces))
			var from []renumbered
			var live []posted
			for _, p := range pieces[:merged] {
				drop := []float64{0, 0, 0.1, 0.9, 1}[random.IntN(5)]
				numbers := make([]uint32, len(p.all))
				for doc := range numbers {
					if numbers[doc] = uint32(len(live)); random.Float64() < drop {
						numbers[doc] = dropped
					} else {
						live = append(live, p.all[doc])
					}
				}
				from = append(from, renumbered{p.part, numbers})
			}
			raw, err := pagesInMemory(postingsKind, func(w *pageWriter) error { return mergePostings(w, from, nil) })
			must(t, err)
			if !bytes.Equal(raw, written(t, live)) {
				t.Fatalf("round %d: %d parts, merged into %d passages, are not what is written at once", round, merged, len(live))
			}
			if pieces = pieces[merged:]; len(pieces) > 0 {
				pieces = append([]piece{{opened(t, raw), live}}, pieces...)
			}
		}
	}
}

func TestMergingIsRefused(t *testing.T) {
	p := opened(t, written(t, postedPassages(rand.New(rand.NewPCG(4, 1)), 3)))
	for name, numbers := range map[string][]uint32{
		"too few":      {0, 1},
		"not in order": {1, 0, 2},
		"twice":        {0, 0, 1},
		"a gap":        {0, dropped, 2},
	} {
		_, err := pagesInMemory(postingsKind, func(w *pageWriter) error { return mergePostings(w, []renumbered{{p, numbers}}, nil) })
		if err == nil {
			t.Errorf("%s: numbers %v were taken", name, numbers)
		}
	}
	stop := make(chan struct{})
	close(stop)
	_, err := pagesInMemory(postingsKind, func(w *pageWriter) error {
		return mergePostings(w, []renumbered{{p, []uint32{0, 1, 2}}}, stop)
	})
	if !errors.Is(err, errStopped) {
		t.Errorf("got %v, want to be stopped", err)
	}
}

// BenchmarkPostings sets merging beside inverting, and a term that is there
// beside one that is not.
//
//	go test ./index -run '^$' -bench Postings
func BenchmarkPostings(b *testing.B) {
	random := rand.New(rand.NewPCG(6, 1))
	var from []renumbered
	var all []posted
	var terms []string
	for range 10 {
		passages := postedPassages(random, 2000)
		run := renumbered{part: opened(b, written(b, passages))}
		for range passages {
			run.numbers = append(run.numbers, uint32(len(all)+len(run.numbers)))
		}
		from, all = append(from, run), append(all, passages...)
	}
	whole := opened(b, written(b, all))
	for r := whole.termsFrom(0); r.next(); {
		terms = append(terms, string(r.term))
	}
	b.Run("invert", func(b *testing.B) {
		for b.Loop() {
			written(b, all)
		}
		b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "passages/s")
	})
	b.Run("merge", func(b *testing.B) {
		for b.Loop() {
			if _, err := pagesInMemory(postingsKind, func(w *pageWriter) error { return mergePostings(w, from, nil) }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(all)*b.N)/b.Elapsed().Seconds(), "passages/s")
	})
	for name, ending := range map[string]string{"find": "", "miss": "x"} {
		b.Run(name, func(b *testing.B) {
			asked := make([]string, 1024)
			for i := range asked {
				asked[i] = terms[random.IntN(len(terms))] + ending
			}
			for i := 0; b.Loop(); i++ {
				if _, ok := whole.find(asked[i%len(asked)]); ok != (ending == "") {
					b.Fatalf("%s: found %v", asked[i%len(asked)], ok)
				}
			}
		})
	}
}
