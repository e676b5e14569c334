package eval

import (
	"fmt"
	"math"
)

// Reliability tells whether the confidence can be taken at its word: of the
// questions that it is 0.7 sure of, the articles should answer 0.7. Questions
// count as they are, and once more without the articles that answer them where
// those were taken away.
type Reliability struct {
	Bands []Band `json:"bands"` // those that a question fell in, lowest first

	// Error is the expected calibration error of Naeini et al., "Obtaining
	// Well Calibrated Probabilities Using Bayesian Binning" (AAAI 2015): the
	// mean distance between said and true, by questions.
	Error float64 `json:"error"`
}

// A Band is the questions whose confidence lies from From to below To.
type Band struct {
	From      float64 `json:"from"`
	To        float64 `json:"to"`
	Questions int     `json:"questions"`
	Said      float64 `json:"said"` // mean confidence
	True      float64 `json:"true"` // share that the articles answer
}

// bands is in how many parts the confidence is divided.
const bands = 5

// reliability is nil where no question lacks its answer, since the confidence
// then has nothing to be wrong in.
func reliability(list []Outcome) *Reliability {
	var sums [bands]struct{ n, said, true float64 }
	lacking := 0
	add := func(confidence float64, answerable bool) {
		b := &sums[min(bands-1, int(confidence*bands))]
		b.n++
		b.said += confidence
		b.true += one(answerable)
		if !answerable {
			lacking++
		}
	}
	total := 0.0
	for i := range list {
		o := &list[i]
		if _, answerable := answered(o); answerable || o.Null {
			add(o.Confidence, answerable)
			total++
		}
		if o.Removed != nil {
			add(o.Removed.Confidence, false)
			total++
		}
	}
	if lacking == 0 {
		return nil
	}
	r := &Reliability{}
	for i, b := range sums {
		if b.n == 0 {
			continue
		}
		r.Bands = append(r.Bands, Band{
			From: round(float64(i) / bands), To: round(float64(i+1) / bands),
			Questions: int(b.n), Said: round(b.said / b.n), True: round(b.true / b.n),
		})
		r.Error += math.Abs(b.said-b.true) / total
	}
	r.Error = round(r.Error)
	return r
}

func (t *table) reliability(r *Reliability) {
	if r == nil {
		return
	}
	t.row("how sure it was", "n", "said", "true")
	for _, b := range r.Bands {
		t.row(fmt.Sprintf("  %.1f to %.1f", b.From, b.To), b.Questions, b.Said, b.True)
	}
	t.row("  mean error", "", r.Error)
	t.gap()
}
