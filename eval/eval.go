// Package eval measures answers: how well they fit questions with known
// answers, and how fast they come from articles made up for it.
//
// It knows corpora and question files. It does not know how answers are found,
// nor what ranking they come from, so that it measures any of them alike.
package eval

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

// Config says what to measure.
type Config struct {
	// Index is searched. It holds the articles of Corpus, which are read once
	// more to find out which of them hold an answer.
	Index  *index.Index
	Corpus fs.FS

	Questions []Question

	// Now is when questions are asked that do not say so. If zero, it is the
	// end of the day on which the newest article came out.
	Now time.Time

	// Removal asks every question once more without the articles that answer
	// it, to see whether the answer then tells that it is none.
	Removal bool

	// Model is what is measured; nil is the one built in.
	Model *answer.Model
}

// An engine is what is measured.
type engine interface {
	Ask(context.Context, answer.Question) (answer.Answer, error)
	Search(context.Context, answer.Question, int) (answer.Ranking, error)
}

// A run is one measurement under way.
type run struct {
	engine    engine
	questions []Question
	facts     []facts // parallel to questions
	removal   bool
}

const (
	// depth is how many articles count; behind them nobody reads.
	depth = 10

	// searched is how many passages are asked for, so that the best of each
	// article leave about depth articles even where the articles are long. It
	// is no more than Ask looks at, since what is beyond may change the order.
	searched = 100

	// warmUp is how many questions are asked before any is timed.
	warmUp = 10
)

// Run asks all questions, one after the other, and reports. The report depends
// on the index, the corpus and the questions alone, but for its latencies.
func Run(ctx context.Context, c Config) (Report, error) {
	if len(c.Questions) == 0 {
		return Report{}, errors.New("no questions to ask")
	}
	stats, err := c.Index.Stats()
	if err != nil {
		return Report{}, err
	}
	now := c.Now
	if now.IsZero() && !stats.Newest.IsZero() {
		now = endOfDay(stats.Newest)
	}
	r := run{questions: c.Questions, removal: c.Removal}
	if r.engine, err = c.engine(); err != nil {
		return Report{}, err
	}
	if r.facts, err = scan(ctx, c.Corpus, c.Questions, now); err != nil {
		return Report{}, err
	}
	report, err := r.measure(ctx)
	report.Articles, report.Passages = stats.Articles, stats.Passages
	return report, err
}

func (c Config) engine() (*answer.Engine, error) {
	if c.Model == nil {
		return answer.New(c.Index), nil
	}
	return answer.NewWith(c.Index, *c.Model)
}

func (r *run) measure(ctx context.Context) (Report, error) {
	for i := range min(warmUp, len(r.questions)) {
		if _, _, err := r.one(ctx, i); err != nil {
			return Report{}, err
		}
	}
	var list []Outcome
	var asks, searches []time.Duration
	for i := range r.questions {
		o, took, err := r.one(ctx, i)
		if err != nil {
			return Report{}, err
		}
		list = append(list, o)
		asks, searches = append(asks, took.ask), append(searches, took.search)
	}
	report := summarise(list)
	report.Latency = Latency{Ask: durations(asks), Search: durations(searches)}
	return report, nil
}

type took struct{ ask, search time.Duration }

// one asks one question in all ways and judges what comes back.
func (r *run) one(ctx context.Context, i int) (Outcome, took, error) {
	q, f := r.questions[i], r.facts[i]
	o := Outcome{ID: q.ID, Question: q.Text, Type: q.Type, Null: q.Null}
	asked := answer.Question{ID: q.ID, Text: q.Text, Now: f.now}
	var t took

	start := time.Now()
	ranking, err := r.engine.Search(ctx, asked, searched)
	t.search = time.Since(start)
	if err := o.refused(err); err != nil {
		return o, t, fmt.Errorf("search for question %s: %w", q.ID, err)
	}
	o.judgeRanking(f, ranking)

	start = time.Now()
	a, err := r.engine.Ask(ctx, asked)
	t.ask = time.Since(start)
	if err := o.refused(err); err != nil {
		return o, t, fmt.Errorf("ask question %s: %w", q.ID, err)
	}
	o.Verdict, o.Confidence = verdict(a), a.Confidence
	o.judgeAnswer(f, a)

	if !r.removal || q.Null || len(f.without) == 0 {
		return o, t, nil
	}
	asked.Without = f.without
	a, err = r.engine.Ask(ctx, asked)
	if err := o.refused(err); err != nil {
		return o, t, fmt.Errorf("ask question %s without its answer: %w", q.ID, err)
	}
	o.Removed = &Removed{Articles: len(f.without), Verdict: verdict(a), Confidence: a.Confidence}
	return o, t, nil
}

// refused notes an error that is the question's own: whoever asks it gets no
// answer, and the rest goes on. It returns any other error.
func (o *Outcome) refused(err error) error {
	for _, own := range []error{answer.ErrEmpty, answer.ErrNoWords, answer.ErrOnlyOperators, answer.ErrTooLong, answer.ErrBackward} {
		if errors.Is(err, own) {
			o.Problem = err.Error()
			return nil
		}
	}
	var operator *answer.BadOperator
	var source *answer.UnknownSource
	if errors.As(err, &operator) || errors.As(err, &source) {
		o.Problem = err.Error()
		return nil
	}
	return err
}

// verdict is None for an answer that did not come about.
func verdict(a answer.Answer) answer.Verdict {
	if a.Verdict == "" {
		return answer.None
	}
	return a.Verdict
}
