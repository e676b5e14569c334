package eval

import (
	"errors"
	"math"
)

// A Comparison sets two runs side by side, question by question.
type Comparison struct {
	Questions  int `json:"questions"`   // in both
	OnlyBefore int `json:"only_before"` // left out, as those only in the other
	OnlyNow    int `json:"only_now"`

	Measures []Change `json:"measures"`
}

// A Change is how one figure changed over the questions that both runs
// measured it for.
type Change struct {
	Name      string  `json:"name"`
	Questions int     `json:"questions"`
	Before    float64 `json:"before"`
	Now       float64 `json:"now"`
	Wins      int     `json:"wins"` // questions that went better than before
	Losses    int     `json:"losses"`

	// P is how likely a difference of this size would come by chance, were
	// both runs equally good; two-sided.
	P float64 `json:"p"`
}

// compared is what Compare looks at.
func compared() []measure {
	return []measure{
		{"an answer @1", within(answerRank, 1)},
		{"an answer @4", within(answerRank, 4)},
		{"an answer @10", within(answerRank, depth)},
		{"an answer MRR", reciprocal(answerRank)},
		{"the article @1", within(articleRank, 1)},
		{"the article @4", within(articleRank, 4)},
		{"the article @10", within(articleRank, depth)},
		{"the article MRR", reciprocal(articleRank)},
		{"first sentence", holding(inSentence)},
		{"its quote", holding(inQuote)},
		{"any quote", holding(inAnyQuote)},
		{"answered", answered},
		{"nulls declined", declined},
		{"declined after removal", declinedRemoved},
	}
}

// Compare sets the outcomes of now beside those of an earlier run. Hits and
// misses are tested by McNemar's test, mean ranks by a randomisation test.
func Compare(before, now Report) (Comparison, error) {
	var c Comparison
	earlier := make(map[string]*Outcome, len(before.Outcomes))
	for i := range before.Outcomes {
		earlier[before.Outcomes[i].ID] = &before.Outcomes[i]
	}
	var pairs [][2]*Outcome
	for i := range now.Outcomes {
		if o := earlier[now.Outcomes[i].ID]; o != nil && o.Question == now.Outcomes[i].Question {
			pairs = append(pairs, [2]*Outcome{o, &now.Outcomes[i]})
		}
	}
	c.Questions = len(pairs)
	c.OnlyBefore, c.OnlyNow = len(before.Outcomes)-len(pairs), len(now.Outcomes)-len(pairs)
	if len(pairs) == 0 {
		return c, errors.New("no question is in both runs: compare runs of the same question file")
	}
	for _, m := range compared() {
		if change := m.compare(pairs); change.Questions > 0 {
			c.Measures = append(c.Measures, change)
		}
	}
	return c, nil
}

func (m measure) compare(pairs [][2]*Outcome) Change {
	c := Change{Name: m.name}
	var differences []float64
	binary := true
	for _, pair := range pairs {
		was, ok := m.value(pair[0])
		is, ok2 := m.value(pair[1])
		if !ok || !ok2 {
			continue
		}
		c.Before += was
		c.Now += is
		differences = append(differences, is-was)
		binary = binary && was == math.Trunc(was) && is == math.Trunc(is)
		switch {
		case is > was:
			c.Wins++
		case is < was:
			c.Losses++
		}
	}
	if c.Questions = len(differences); c.Questions == 0 {
		return c
	}
	c.Before, c.Now = round(c.Before/float64(c.Questions)), round(c.Now/float64(c.Questions))
	if binary {
		c.P = round(mcnemar(c.Wins, c.Losses))
	} else {
		c.P = round(randomised(differences))
	}
	return c
}
