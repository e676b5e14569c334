package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (see it with -update)\ngot:\n%s", name, got)
	}
}

// A canned engine answers as it is told to, by the question's text.
type canned struct {
	rankings map[string]answer.Ranking
	answers  map[string]answer.Answer
	removed  map[string]answer.Answer // where articles are left out
	without  map[string][]string      // which those were
	err      error
}

func (c *canned) Search(_ context.Context, q answer.Question, _ int) (answer.Ranking, error) {
	return c.rankings[q.Text], c.err
}

func (c *canned) Ask(_ context.Context, q answer.Question) (answer.Answer, error) {
	if len(q.Without) > 0 {
		c.without[q.Text] = q.Without
		return c.removed[q.Text], c.err
	}
	return c.answers[q.Text], c.err
}

// The corpus: a to d of January 2023, and old, which holds what a does.
const tinyCorpus = `{"id":"a","title":"Funeral","published":"2023-01-05","text":"Benedict XVI was laid to rest in Rome. Many came."}
{"id":"b","title":"Speaker","published":"2023-01-04","text":"Kevin McCarthy was elected after 15 ballots."}
{"id":"c","title":"Storm","published":"2023-01-03","text":"The storm hit California, and 600,000 homes were dark."}
{"id":"d","title":"Rome","published":"2023-01-06","text":"Rome is quiet again."}
{"id":"old","title":"Resigned","published":"2022-11-01","text":"Benedict XVI gave up the office in 2013."}
`

const tinyQuestions = `{"id":"pope","question":"Which pope was buried?","now":"2023-01-05","answers":["Pope Benedict","Benedict XVI"],"article_ids":["a"],"editor_ids":["a"]}
{"id":"ballots","question":"How many ballots?","now":"2023-01-05","answers":["15"],"article_ids":["b"]}
{"id":"homes","question":"How many homes?","now":"2023-01-05","answers":["600,000"],"article_ids":["c"]}
{"id":"city","question":"Where was it?","now":"2023-01-05","answers":["Rome"],"article_ids":["a","d"]}
{"id":"lost","question":"Who lost?","now":"2023-01-05","answers":["Nobody"]}
{"id":"moon","question":"Who is on the moon?","now":"2023-01-05","null":true}
{"id":"mars","question":"Who is on Mars?","now":"2023-01-05","null":true}
`

func tinyFS() fstest.MapFS {
	return fstest.MapFS{"news.jsonl": {Data: []byte(tinyCorpus)}}
}

func result(id string, day int, text string) answer.Result {
	return answer.Result{ArticleID: id, Text: text, Published: answer.Date{Time: time.Date(2023, 1, day, 0, 0, 0, 0, time.UTC)}}
}

func quoting(confidence float64, sentence, first, second string) answer.Answer {
	return answer.Answer{
		Verdict: answer.Answered, Confidence: confidence,
		Sentences: []answer.Sentence{{Text: sentence, Cites: []int{1}}},
		Citations: []answer.Citation{{N: 1, Quote: first}, {N: 2, Quote: second}},
	}
}

// tinyEngine finds the pope first, the ballots second (the better passage of b
// does not hold them), the homes nowhere, and the city fifth, where only
// passages too old or too new hold it before.
func tinyEngine() *canned {
	none := answer.Answer{Verdict: answer.None}
	unsure := func(confidence float64) answer.Answer {
		return answer.Answer{Verdict: answer.None, Confidence: confidence}
	}
	return &canned{
		rankings: map[string]answer.Ranking{
			"Which pope was buried?": {Results: []answer.Result{
				result("a", 5, "Benedict XVI was laid to rest."), result("b", 4, "Kevin McCarthy"),
			}},
			"How many ballots?": {Results: []answer.Result{
				result("b", 4, "in 150 hours, and 15th to do so"), result("b", 4, "after 15 ballots"), result("c", 3, "one of 15"),
			}},
			"How many homes?": {Results: []answer.Result{result("a", 5, "Many came."), result("d", 6, "Rome")}},
			"Where was it?": {Results: []answer.Result{
				result("x", 8, "in Rome"), result("old", -60, "in Rome"), result("b", 4, "Kevin"), result("c", 3, "a storm"), result("d", 6, "Rome is quiet"),
			}},
		},
		answers: map[string]answer.Answer{
			"Which pope was buried?": quoting(0.9, "Benedict XVI was laid to rest.", "Benedict XVI was laid to rest. Many came.", "x"),
			"How many ballots?":      quoting(0.7, "He was elected.", "He was elected. It took 15 ballots.", "x"),
			"How many homes?":        quoting(0.5, "It was dark.", "It was dark.", "In 600,000 homes."),
			"Where was it?":          unsure(0.4),
			"Who is on the moon?":    none,
			"Who is on Mars?":        quoting(0.6, "Nobody is.", "Nobody is.", "x"),
		},
		removed: map[string]answer.Answer{
			"Which pope was buried?": unsure(0.3),
			"How many ballots?":      unsure(0.2),
			"How many homes?":        quoting(0.7, "x", "x", "x"),
			"Where was it?":          unsure(0.1),
		},
		without: make(map[string][]string),
	}
}

func tinyRun(t *testing.T, e engine, removal bool) Report {
	t.Helper()
	questions, err := ReadQuestions(strings.NewReader(tinyQuestions), "tiny.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	facts, err := scan(t.Context(), tinyFS(), questions, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	r := run{engine: e, questions: questions, facts: facts, removal: removal}
	report, err := r.measure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report.Corpus, report.Questions = "tiny", "tiny.jsonl"
	report.Latency = Latency{Percentiles{1.25, 12.4, 100}, Percentiles{0.5, 0.75, 9.999}}
	return report
}

func TestFigures(t *testing.T) {
	e := tinyEngine()
	r := tinyRun(t, e, true)
	for name, test := range map[string]struct{ got, want any }{
		// Ranks of an answer: 1, 2, none, 5.
		"answer":  {*r.Answer, Hits{4, 0.25, 0.5, 0.75, round((1 + 0.5 + 0 + 0.2) / 4)}},
		"article": {*r.Article, Hits{4, 0.5, 0.5, 0.75, round((1 + 1 + 0 + 0.2) / 4)}},
		"editor":  {*r.Editor, Hits{1, 1, 1, 1, 1}},
		"late":    {r.Late, 1},
		"unheld":  {r.Unheld, 1},
		"quotes":  {*r.Quotes, Quotes{4, 0.25, 0.5, 0.75}},
		// Confidences .9 .7 .5 .4 against 0 and .6: 2+2+1+1 of 8 pairs; keeping
		// all four, from .4 on, declines the 0.
		"verdicts": {*r.Verdicts, Verdicts{4, 0.75, 2, 0.5, 0.75, 0.5}},
		// Against .3 .2 .7 .1: 4+3.5+3+3 of 16. All four must stay to keep 90 %.
		"removal": {*r.Removal, Removal{4, 1.25, 0.75, 0.75, round(13.5 / 16), 0.75, 0.4}},
		"types":   {len(r.Types), 4},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, test.got, test.want)
		}
	}
	want := map[string][]string{
		"Which pope was buried?": {"a"}, "How many ballots?": {"b"}, "How many homes?": {"c"}, "Where was it?": {"a", "d"},
	}
	if !reflect.DeepEqual(e.without, want) {
		t.Errorf("got removed %v, want %v", e.without, want)
	}
}

func TestTable(t *testing.T) {
	before := tinyRun(t, tinyEngine(), true)
	e := tinyEngine()
	homes := e.rankings["How many homes?"]
	homes.Results = append(homes.Results, result("c", 3, "600,000 homes"))
	e.rankings["How many homes?"] = homes
	now := tinyRun(t, e, true)
	comparison, err := Compare(before, now)
	if err != nil {
		t.Fatal(err)
	}
	now.Comparison = &comparison
	var b strings.Builder
	if err := now.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "table.txt", b.String())
}

func TestWhatIsAskedOfTheEngine(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"a question without words": {answer.ErrNoWords, ""},
		"trouble with the index":   {errors.New("disk gone"), "search for question pope: disk gone"},
	} {
		t.Run(name, func(t *testing.T) {
			e := tinyEngine()
			e.err = test.err
			questions, err := ReadQuestions(strings.NewReader(tinyQuestions), "tiny.jsonl")
			if err != nil {
				t.Fatal(err)
			}
			r := run{engine: e, questions: questions, facts: make([]facts, len(questions))}
			report, err := r.measure(t.Context())
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got error %v, want the rest to go on", err)
			case test.want != "" && (err == nil || err.Error() != test.want):
				t.Errorf("got error %v, want %s", err, test.want)
			case test.want == "" && report.Outcomes[0].Problem == "":
				t.Error("got an outcome without its problem")
			}
		})
	}
}

// build indexes a corpus in a folder of the test's own.
func build(t *testing.T, corpus fstest.MapFS) *index.Index {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	if _, err := x.Rebuild(t.Context(), index.Collection{Name: "tiny", FS: corpus}, nil); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestRun(t *testing.T) {
	questions, err := ReadQuestions(strings.NewReader(
		`{"id":"pope","question":"Who was laid to rest in Rome?","now":"2023-01-05","answers":["Benedict XVI"],"article_ids":["a"]}
{"id":"ballots","question":"Who was elected after 15 ballots?","file":"./news.jsonl"}
{"id":"gold","question":"Who found zirconium below Antarctica?","now":"2023-01-05","null":true}`), "q")
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Index: build(t, tinyFS()), Corpus: tinyFS(), Questions: questions, Removal: true}
	r, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Articles != 5 || r.Passages != 5 || r.Asked != 3 || r.Late != 0 {
		t.Errorf("got %d articles, %d passages, %d asked, %d late, want 5, 5, 3 and 0", r.Articles, r.Passages, r.Asked, r.Late)
	}
	if r.Answer == nil || r.Answer.At1 != 1 || r.Article == nil || r.Article.At1 != 1 || r.Quotes.AnyQuote != 1 {
		t.Errorf("got %+v, %+v and %+v, want each found first", r.Answer, r.Article, r.Quotes)
	}
	if r.Verdicts.Answered != 1 || r.Verdicts.Declined != 1 {
		t.Errorf("got %+v, want the two answered and the third declined", r.Verdicts)
	}
	if o := r.Outcomes[0]; o.Removed == nil || o.Removed.Articles != 1 {
		t.Errorf("got %+v, want it asked again without one article", o.Removed)
	}
	again, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	r.Latency, again.Latency = Latency{}, Latency{}
	if !reflect.DeepEqual(r, again) {
		t.Errorf("got another report the second time:\n%+v\n%+v", r, again)
	}
}

func TestRunThatCannotBe(t *testing.T) {
	x := build(t, tinyFS())
	ask := func(q Question) []Question { q.ID, q.Text = "q", "Who was elected?"; return []Question{q} }
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, test := range map[string]struct {
		ctx       context.Context
		questions []Question
		want      string
	}{
		"no questions":               {t.Context(), nil, "no questions to ask"},
		"a file that is not there":   {t.Context(), ask(Question{File: "other.md"}), "question q: the corpus holds no article in other.md"},
		"stopped before it is begun": {stopped, ask(Question{Null: true}), "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(test.ctx, Config{Index: x, Corpus: tinyFS(), Questions: test.questions})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestOldArticleThatIsNamedMayAnswer(t *testing.T) {
	questions := []Question{
		{ID: "1", Text: "When?", Now: time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC), Answers: []string{"2013"}},
		{ID: "2", Text: "When?", Now: time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC), Answers: []string{"2013"}, Articles: []string{"old"}},
		{ID: "3", Text: "When?", Answers: []string{"2013"}},
		{ID: "4", Text: "When?", Answers: []string{"it was in the year 2013 that he gave it up"}, Articles: []string{"old"}},
	}
	list, err := scan(t.Context(), tinyFS(), questions, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var held []bool
	for _, f := range list {
		held = append(held, len(f.phrases) > 0)
	}
	if want := []bool{false, true, true, false}; !reflect.DeepEqual(held, want) {
		t.Errorf("got held %v, want %v", held, want)
	}
	if !list[0].unheld || list[3].unheld {
		t.Errorf("got unheld %v and %v, want the first only: a retelling is not looked for", list[0].unheld, list[3].unheld)
	}
}

func TestReadReport(t *testing.T) {
	saved := tinyRun(t, tinyEngine(), true)
	raw, err := json.Marshal(saved)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadReport(bytes.NewReader(raw))
	if err != nil || !reflect.DeepEqual(got, saved) {
		t.Errorf("got %+v, %v, want what was saved", got, err)
	}
	for name, raw := range map[string]string{
		"not JSON": "an answer", "another JSON": `{"verdict":"none"}`, "nothing": "", "cut short": string(raw[:len(raw)/2]),
	} {
		if _, err := ReadReport(strings.NewReader(raw)); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
