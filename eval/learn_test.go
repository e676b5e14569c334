package eval

import (
	"slices"
	"strings"
	"testing"

	"newsdesk/answer"
	"newsdesk/data"
	"newsdesk/index"
)

func samples(t *testing.T) Config {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	if _, err := x.Rebuild(t.Context(), index.Collection{Name: "samples", FS: data.Sample()}, nil); err != nil {
		t.Fatal(err)
	}
	questions, err := ReadQuestions(strings.NewReader(data.Questions()), "samples")
	if err != nil {
		t.Fatal(err)
	}
	return Config{Index: x, Corpus: data.Sample(), Questions: questions, Removal: true}
}

// What is learnt from one half of the questions helps with the other half to
// choose sentences and to know when not to know. (To rank passages better than
// BM25F alone, half of the sample questions are too few.)
func TestLearntWeightsCarryOver(t *testing.T) {
	c := samples(t)
	reports, err := HeldOut(t.Context(), []Config{c})
	if err != nil {
		t.Fatal(err)
	}
	learnt := reports[0]
	var asked []string
	for _, o := range learnt.Outcomes {
		asked = append(asked, o.ID)
	}
	slices.Sort(asked)
	if len(slices.Compact(asked)) != len(c.Questions) || learnt.Asked != len(c.Questions) {
		t.Errorf("%d questions were asked, want each of %d once", learnt.Asked, len(c.Questions))
	}
	c.Model = &answer.Model{}
	blank, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if learnt.Quotes.Quote <= blank.Quotes.Quote || learnt.Removal.AUROC <= blank.Removal.AUROC {
		t.Errorf("got %+v, %+v; want more than without a model: %+v, %+v",
			*learnt.Quotes, *learnt.Removal, *blank.Quotes, *blank.Removal)
	}
}

// The same questions give the same weights.
func TestLearnIsReproducible(t *testing.T) {
	c := samples(t)
	c.Questions = c.Questions[:40]
	one, err := Learn(t.Context(), []Config{c})
	if err != nil {
		t.Fatal(err)
	}
	two, err := Learn(t.Context(), []Config{c})
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range one.Sentence {
		if two.Sentence[name] != w {
			t.Errorf("%s: %v, then %v", name, w, two.Sentence[name])
		}
	}
}
