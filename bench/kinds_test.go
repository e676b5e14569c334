package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
)

// smallCorpus makes up some passages.
func smallCorpus(t *testing.T) (config, corpus) {
	t.Helper()
	c := config{questions: 10, seed: 1, patience: time.Hour, until: time.Now().Add(time.Hour), stderr: io.Discard}
	k, err := openCorpus(t.Context(), c, t.TempDir(), 120)
	if err != nil {
		t.Fatal(err)
	}
	return c, k
}

// Engines are given newsdesk's terms, or texts of which they keep all words and
// stem them: those that are here.
func TestWhatEnginesLookUp(t *testing.T) {
	helpers, err := filepath.Abs("helpers")
	if err != nil {
		t.Fatal(err)
	}
	c, k := smallCorpus(t)
	for _, e := range engines(helpers) {
		if len(e.rounds) == 0 || e.name == "newsdesk-ask" {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			if err := e.check(t.Context()); err != nil {
				t.Skip(err)
			}
			if _, err := e.build(t.Context(), c, k, false); err != nil {
				t.Fatal(err)
			}
			s, err := e.start(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			defer s.stop()
			found := func(question string) int {
				t.Helper()
				_, ids, err := s.ask(question)
				if err != nil {
					t.Fatal(err)
				}
				slices.Sort(ids)
				if len(slices.Compact(ids)) != len(ids) {
					t.Errorf("%q: got an id twice", question)
				}
				return len(ids)
			}
			all := map[bool]int{true: top}[e.rounds[0] == asTyped]
			if got := found("Was the?\t"); got != all {
				t.Errorf("got %d passages for stop-words, want %d", got, all)
			}
			if got := found("Having?\t"); (got > 0) != (all > 0) {
				t.Errorf("got %d passages that have, want %d or less", got, all)
			}
			questions, err := k.questions()
			if err != nil {
				t.Fatal(err)
			}
			if got := found(questions[0]); got == 0 {
				t.Errorf("nothing was found for %q", questions[0])
			}
		})
	}
}

// The index with the same fields gives back, and finds by, all that newsdesk keeps.
func TestSameFields(t *testing.T) {
	_, k := smallCorpus(t)
	dir := t.TempDir()
	if b, err := sameFields.build(t.Context(), dir, k.dir); err != nil || b.IndexSeconds <= 0 {
		t.Fatalf("got %+v and error %v", b, err)
	}
	a, err := sameFields.open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var want document
	if err := each(k.dir, func(d document) error {
		if d.ID == documentID(7) {
			want = d
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	byURL := bleve.NewTermQuery(want.URL)
	byURL.SetField("url")
	inTime := bleve.NewDateRangeInclusiveQuery(want.Published, want.Published, new(true), new(true))
	inTime.SetField("published")
	inHeading := bleve.NewMatchQuery(want.Published.Format("2006"))
	inHeading.SetField("heading")
	request := bleve.NewSearchRequest(bleve.NewConjunctionQuery(byURL, inTime, inHeading))
	request.Fields = []string{"*"}
	request.SortBy([]string{"-published", "source", "place"})
	found, err := a.(bleveAsker).SearchInContext(t.Context(), request)
	if err != nil || len(found.Hits) != 1 {
		t.Fatalf("got %v and error %v, want one passage", found, err)
	}
	h := found.Hits[0]
	for name, want := range map[string]string{
		"text": want.Text, "title": noTitle, "heading": want.Published.Format("January 2006"), "article": want.ID, "source": want.Source,
		"url": want.URL, "published": want.Published.Format(time.RFC3339), "place": fmt.Sprintf("0:0-%d", len(want.Text)),
	} {
		if got := fmt.Sprint(h.Fields[name]); got != want || want == "" {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// Questions name no month, by which newsdesk would find what came out in it.
func TestQuestions(t *testing.T) {
	_, k := smallCorpus(t)
	questions, err := k.questions()
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) != 15 {
		t.Errorf("got %d questions, want 10 and half as many to warm up", len(questions))
	}
	for _, q := range questions {
		for m := time.January; m <= time.December; m++ {
			if slices.Contains(strings.FieldsFunc(q, func(r rune) bool { return strings.ContainsRune(" ?\t", r) }), m.String()) {
				t.Errorf("%q names a month", q)
			}
		}
	}
	words, terms := wordsPerQuestion([]string{"Who did it?\tit", "What was said in the end?\tsai end"})
	if words != 4.5 || terms != 1.5 {
		t.Errorf("got %v words and %v terms, want 4.5 and 1.5", words, terms)
	}
}

// A meeting is an asker that says who has come and waits to be told to answer.
type meeting struct {
	io.Closer
	arrived chan struct{}
	begin   chan struct{}
}

func (m meeting) ask(ctx context.Context, _ string, _ []string) ([]int, error) {
	m.arrived <- struct{}{}
	select {
	case <-m.begin:
		return []int{1}, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// All clients have a question at the door at the same time.
func TestClientsAtOnce(t *testing.T) {
	const n = 5
	m := meeting{arrived: make(chan struct{}), begin: make(chan struct{})}
	d, err := openDoor(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	clients, leave, err := enter(t.Context(), d.Addr().String(), n)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range 2 {
			for range n {
				<-m.arrived
			}
			for range n {
				m.begin <- struct{}{}
			}
		}
	}()
	took, all, err := together(t.Context(), clients, slices.Repeat([]string{"Who?\twho"}, 2*n))
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range took {
		if d <= 0 || d > all {
			t.Errorf("question %d took %v of %v", i, d, all)
		}
	}
	leave()
	if err := d.close(); err != nil {
		t.Error(err)
	}
}

// failing answers nothing.
type failing struct{ io.Closer }

func (failing) ask(context.Context, string, []string) ([]int, error) { return nil, io.ErrNoProgress }

func TestClientUnserved(t *testing.T) {
	d, err := openDoor(t.Context(), failing{})
	if err != nil {
		t.Fatal(err)
	}
	clients, leave, err := enter(t.Context(), d.Addr().String(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := together(t.Context(), clients, []string{"Who?\twho", "What?\twhat"}); err == nil {
		t.Error("got no error of a search that failed")
	}
	leave()
	if err := d.close(); err == nil {
		t.Error("the door does not tell what failed")
	}
}
