package eval

import (
	"testing"

	"newsdesk/answer"
)

// A question taken away counts twice: as it was, and without its answer.
func TestReliability(t *testing.T) {
	zero := 0
	r := reliability([]Outcome{
		{Article: &zero, Verdict: answer.Answered, Confidence: 0.9, Removed: &Removed{Confidence: 0.1}},
		{Article: &zero, Verdict: answer.Answered, Confidence: 0.8, Removed: &Removed{Confidence: 0.3}},
		{Null: true, Verdict: answer.Answered, Confidence: 1},
	})
	want := []Band{
		{From: 0, To: 0.2, Questions: 1, Said: 0.1, True: 0},
		{From: 0.2, To: 0.4, Questions: 1, Said: 0.3, True: 0},
		{From: 0.8, To: 1, Questions: 3, Said: 0.9, True: 0.6667},
	}
	if r == nil || len(r.Bands) != len(want) {
		t.Fatalf("got %+v, want %d bands", r, len(want))
	}
	for i, b := range r.Bands {
		if b != want[i] {
			t.Errorf("band %d: got %+v, want %+v", i, b, want[i])
		}
	}
	// (0.1 + 0.3 + |2.7 - 2|) / 5
	if r.Error != 0.22 {
		t.Errorf("error: got %v, want 0.22", r.Error)
	}
}

// Where every question has its answer the confidence cannot be wrong.
func TestReliabilityWithoutNulls(t *testing.T) {
	zero := 0
	if r := reliability([]Outcome{{Article: &zero, Confidence: 0.5}}); r != nil {
		t.Errorf("got %+v, want nil", r)
	}
}
