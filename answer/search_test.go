package answer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"newsdesk/data"
)

func (d *desk) search(t testing.TB, q Question, limit int) Ranking {
	t.Helper()
	r, err := d.Search(t.Context(), q, limit)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	if len(r.Results) > limit {
		t.Errorf("%q: %d results, want %d at most", q.Text, len(r.Results), limit)
	}
	for i, res := range r.Results {
		if res.Rank != i+1 {
			t.Errorf("%q: rank %d in place %d", q.Text, res.Rank, i+1)
		}
		if i > 0 && res.Score > r.Results[i-1].Score {
			t.Errorf("%q: score %v behind %v", q.Text, res.Score, r.Results[i-1].Score)
		}
		if text := d.text(t, res.ArticleID); text[res.Start:res.End] != res.Text {
			t.Errorf("%q: result %d is not the article's text from %d to %d", q.Text, res.Rank, res.Start, res.End)
		}
		if res.Published.After(q.Now) {
			t.Errorf("%q: result %d is of %v, after the question", q.Text, res.Rank, res.Published)
		}
	}
	return r
}

func TestSearchRanksAsAskDoes(t *testing.T) {
	d := sampleDesk(t)
	for i, a := range readAsked(t, strings.NewReader(data.Questions())) {
		if i%6 != 1 {
			continue
		}
		q := a.question(t)
		r := d.search(t, q, fromPassages)
		answer := d.ask(t, q)
		for _, c := range append(answer.Citations, answer.Related...) {
			if !holds(r.Results, c) {
				t.Errorf("%q: the quote of %s is in none of the first %d results", q.Text, c.ArticleID, fromPassages)
			}
		}
	}
}

func holds(results []Result, c Citation) bool {
	for _, r := range results {
		if r.ArticleID == c.ArticleID && r.Start <= c.Start && c.End <= r.End {
			return true
		}
	}
	return false
}

// TestRankDoesNotDependOnTheLimit searches more passages than the second
// stage looks at.
func TestRankDoesNotDependOnTheLimit(t *testing.T) {
	var records []record
	for i := range 290 {
		text := "Otters swim in the river. " + strings.Repeat(fmt.Sprintf("Word%d stands here. ", i), 1+i%7)
		if i%3 == 0 {
			text += "The otter count of the river rose."
		}
		records = append(records, record{ID: fmt.Sprintf("a%03d", i), Title: fmt.Sprintf("Report %d", i/2), Published: "2025-11-20", Text: text})
	}
	d := deskOf(t, collection(t, records...))
	for _, text := range []string{"otters", "How many otters swim in the river?", "otter count word6 report"} {
		q := Question{Text: text, Now: theDay}
		all := d.search(t, q, 300)
		if len(all.Results) != 290 {
			t.Fatalf("%q: %d results, want all 290", text, len(all.Results))
		}
		for _, limit := range []int{1, 10, candidates, candidates + 1, 250} {
			if got := d.search(t, q, limit); !reflect.DeepEqual(got.Results, all.Results[:limit]) {
				t.Errorf("%q: the first %d of 300 are others than with a limit of %d", text, limit, limit)
			}
		}
	}
}

func TestSearchFindsNothing(t *testing.T) {
	d := events(t)
	r := d.search(t, Question{ID: "7", Text: "zzxyq", Now: theDay}, 10)
	if r.ID != "7" || r.Query != "zzxyq" || r.Results == nil || len(r.Results) > 0 {
		t.Errorf("got %+v, want an empty list under the question's id", r)
	}
}

func TestStoppedSearch(t *testing.T) {
	d := events(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := d.Ask(ctx, Question{Text: "otters", Now: theDay}); !errors.Is(err, context.Canceled) {
		t.Errorf("Ask: got %v, want that it was stopped", err)
	}
	if _, err := d.Search(ctx, Question{Text: "otters", Now: theDay}, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("Search: got %v, want that it was stopped", err)
	}
	if _, err := d.Latest(ctx, LatestQuery{Now: theDay}); !errors.Is(err, context.Canceled) {
		t.Errorf("Latest: got %v, want that it was stopped", err)
	}
}
