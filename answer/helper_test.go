package answer

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"newsdesk/data"
	"newsdesk/index"
)

// theDay is the end of the day on which most questions are asked.
var theDay = time.Date(2025, 11, 27, 23, 59, 59, 0, time.UTC)

// a desk is an engine with its index and a memory of the articles' texts.
type desk struct {
	*Engine
	index *index.Index

	mu    sync.Mutex
	texts map[string]string
}

func deskOf(t testing.TB, articles fs.FS) *desk {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	if _, err := x.Rebuild(t.Context(), index.Collection{Name: "test", FS: articles}, nil); err != nil {
		t.Fatal(err)
	}
	return &desk{Engine: New(x), index: x, texts: make(map[string]string)}
}

func sampleDesk(t testing.TB) *desk {
	t.Helper()
	return deskOf(t, data.Sample())
}

// text returns an article's text as the index gives it back.
func (d *desk) text(t testing.TB, id string) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if text, ok := d.texts[id]; ok {
		return text
	}
	a, err := d.index.Article(t.Context(), id)
	if err != nil {
		t.Errorf("article %s is cited but cannot be read: %v", id, err)
	}
	d.texts[id] = a.Text
	return a.Text
}

func (d *desk) ask(t testing.TB, q Question) Answer {
	t.Helper()
	if q.Now.IsZero() {
		q.Now = theDay
	}
	a, err := d.Ask(t.Context(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return a
}

// record is an article in the form of a line of a collection.
type record struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Source    string `json:"source,omitempty"`
	URL       string `json:"url,omitempty"`
	Published string `json:"published,omitempty"`
	Text      string `json:"text"`
}

func collection(t testing.TB, records ...record) fs.FS {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for _, r := range records {
		if err := enc.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return fstest.MapFS{"all.jsonl": {Data: []byte(b.String())}}
}

// shared opens a folder of measuring data beside the module, and reports false
// where there is none.
func shared(t *testing.T, name string) (fs.FS, bool) {
	t.Helper()
	dir := "../../shared/" + name
	if _, err := os.Stat(dir); err != nil {
		t.Logf("%s is not there: nothing is tested", dir)
		return nil, false
	}
	return os.DirFS(dir), true
}

// isOwn reports whether an error is one that a question itself can bring.
func isOwn(err error) bool {
	var source *UnknownSource
	var operator *BadOperator
	return errors.As(err, &operator) || errors.Is(err, ErrOnlyOperators) || errors.Is(err, ErrEmpty) || errors.Is(err, ErrNoWords) || errors.Is(err, ErrTooLong) ||
		errors.Is(err, ErrBackward) || errors.As(err, &source)
}

// check asserts what holds of every answer, whatever was asked.
func (d *desk) check(t testing.TB, q Question, a Answer) {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%q: "+format, append([]any{q.Text}, args...)...)
	}
	if (a.Verdict == None) != (len(a.Sentences) == 0) || (a.Verdict == None) != (len(a.Citations) == 0) {
		bad("verdict %s with %d sentences and %d citations", a.Verdict, len(a.Sentences), len(a.Citations))
	}
	if a.Verdict != None && len(a.Related) > 0 || len(a.Related) > maxRelated {
		bad("verdict %s with %d related", a.Verdict, len(a.Related))
	}
	if (a.Reason == "") != (a.Verdict == Answered) {
		bad("verdict %s with the reason %q", a.Verdict, a.Reason)
	}
	if len(a.Sentences) > maxSentences {
		bad("%d sentences", len(a.Sentences))
	}
	if a.Question != q.Text || a.ID != q.ID || a.Sentences == nil || a.Citations == nil || a.Related == nil {
		bad("the answer lost what was asked, or JSON would say null")
	}
	if a.Confidence < 0 || a.Confidence > 1 {
		bad("confidence %v", a.Confidence)
	}
	for _, s := range a.Sentences {
		d.checkSentence(t, q, a, s)
	}
	for i, c := range a.Citations {
		d.checkCitation(t, q, c, i+1)
	}
	for i, c := range a.Related {
		d.checkCitation(t, q, c, i+1)
	}
}

func (d *desk) checkSentence(t testing.TB, q Question, a Answer, s Sentence) {
	t.Helper()
	if strings.TrimSpace(s.Text) == "" || len(s.Cites) == 0 {
		t.Errorf("%q: sentence %q cites %v", q.Text, s.Text, s.Cites)
	}
	for _, n := range s.Cites {
		if n < 1 || n > len(a.Citations) {
			t.Errorf("%q: sentence %q cites [%d] of %d", q.Text, s.Text, n, len(a.Citations))
		} else if quote := a.Citations[n-1].Quote; !strings.Contains(quote, s.Text) {
			t.Errorf("%q: sentence %q is not in the quote %q", q.Text, s.Text, quote)
		}
	}
}

func (d *desk) checkCitation(t testing.TB, q Question, c Citation, n int) {
	t.Helper()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%q: citation %d of %s: "+format, append([]any{q.Text, n, c.ArticleID}, args...)...)
	}
	if c.N != n {
		bad("has the number %d", c.N)
	}
	text := d.text(t, c.ArticleID)
	if c.Start < 0 || c.End > len(text) || c.Start >= c.End {
		bad("bytes %d to %d of %d", c.Start, c.End, len(text))
	} else if text[c.Start:c.End] != c.Quote {
		bad("quote %q, but the article has %q there", c.Quote, text[c.Start:c.End])
	}
	if !utf8.ValidString(c.Quote) {
		bad("quote %q cuts a character", c.Quote)
	}
	if c.URL == "" && c.Link != "" || !strings.HasPrefix(c.Link, c.URL) {
		bad("link %q for the page %q", c.Link, c.URL)
	}
	if !q.Now.IsZero() && c.Published.After(q.Now) {
		bad("published %v, after the question of %v", c.Published, q.Now)
	}
	if !q.From.IsZero() && c.Published.Before(q.From) || !q.To.IsZero() && c.Published.After(q.To) {
		bad("published %v, not between %v and %v", c.Published, q.From, q.To)
	}
	for i, o := range c.Also {
		if o.ArticleID == c.ArticleID || slices.ContainsFunc(c.Also[:i], func(b Copy) bool { return b.ArticleID == o.ArticleID }) {
			bad("names %s twice", o.ArticleID)
		}
		if d.text(t, o.ArticleID) == "" || !q.Now.IsZero() && o.Published.After(q.Now) {
			bad("is said to stand also in %s of %v", o.ArticleID, o.Published)
		}
	}
	for _, id := range q.Without {
		if c.ArticleID == id {
			bad("was to be left out")
		}
	}
	at := 0
	for _, m := range c.Marks {
		if m.Start < at || m.End <= m.Start || m.End > len(c.Quote) {
			bad("mark %v behind %d in a quote of %d bytes", m, at, len(c.Quote))
			return
		}
		at = m.End
	}
}

// checkLength asserts that an answer has two sentences where its passages hold
// two that say different things.
func (d *desk) checkLength(t testing.TB, q Question, a Answer) {
	t.Helper()
	if a.Verdict == None || len(a.Sentences) >= minSentences {
		return
	}
	u, err := d.understand(q)
	if err != nil {
		t.Errorf("%q: %v", q.Text, err)
		return
	}
	f, err := d.find(t.Context(), u, candidates)
	if err != nil {
		t.Errorf("%q: %v", q.Text, err)
		return
	}
	picks := d.pickSentences(u, f)
	for _, p := range picks[1:] {
		if !repeats(picks[:1], p) {
			t.Errorf("%q: one sentence only, though %q says something else than %q", q.Text, p.text(), picks[0].text())
			return
		}
	}
}
