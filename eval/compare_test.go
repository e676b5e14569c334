package eval

import (
	"reflect"
	"strconv"
	"testing"

	"newsdesk/answer"
)

// ranked makes a report of questions with the ranks given; -1 measures nothing.
func ranked(ranks ...int) Report {
	var r Report
	for i, rank := range ranks {
		o := Outcome{ID: strconv.Itoa(i), Question: "q", Verdict: answer.Answered}
		if rank >= 0 {
			o.Answer = &rank
		}
		r.Outcomes = append(r.Outcomes, o)
	}
	return r
}

func TestCompare(t *testing.T) {
	c, err := Compare(ranked(0, 0, 0, 0, 0, 0, 2, 1, -1, 3), ranked(1, 1, 1, 1, 1, 1, 1, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	if c.Questions != 9 || c.OnlyBefore != 1 || c.OnlyNow != 0 {
		t.Errorf("got %d in both, %d and %d in one, want 9, 1 and 0", c.Questions, c.OnlyBefore, c.OnlyNow)
	}
	changes := make(map[string]Change)
	for _, m := range c.Measures {
		changes[m.Name] = m
	}
	// Seven rose to 1 and one fell: 2 (1 + 8) / 256. Within ten, six rose.
	for _, want := range []Change{
		{"an answer @1", 8, 0.125, 0.875, 7, 1, round(2 * 9 / 256.0)},
		{"an answer @10", 8, 0.25, 1, 6, 0, round(2 / 64.0)},
		{"answered", 9, 1, 1, 0, 0, 1},
	} {
		if got := changes[want.Name]; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	// Six differences of 1, and two of a half that cancel out. By chance the
	// six agree in 2 of 64 draws of the signs, and the two do not pull them
	// back in 3 of 4.
	mrr := changes["an answer MRR"]
	if mrr.Before != round(1.5/8) || mrr.Now != round(7.5/8) || mrr.Wins != 7 || mrr.Losses != 1 || mrr.P < 0.018 || mrr.P > 0.029 {
		t.Errorf("got %+v", mrr)
	}
	if _, ok := changes["the article @1"]; ok {
		t.Error("got a figure that neither run measured")
	}
}

func TestCompareOfOtherQuestions(t *testing.T) {
	other := ranked(1)
	other.Outcomes[0].Question = "another"
	if _, err := Compare(ranked(1), other); err == nil {
		t.Error("got no error, want one: the same id is not the same question")
	}
}
