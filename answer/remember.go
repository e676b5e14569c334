package answer

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"newsdesk/index"
)

// A Reuse counts what became of the questions that an engine was asked.
type Reuse struct {
	Searched   int64 // worked out
	Joined     int64 // got the answer that was being worked out for somebody else
	Remembered int64 // got an answer that was there already
}

// Reuse tells what was reused since the engine began; nothing where it does not
// Remember.
func (e *Engine) Reuse() Reuse {
	e.answers.mu.Lock()
	defer e.answers.mu.Unlock()
	return e.answers.reuse
}

// share answers a question by the answer to the same question, where there is
// one that was found in the present state of the index.
func (e *Engine) share(ctx context.Context, q Question) (Answer, error) {
	// Without a Now each question is of another moment, and of what is too long
	// the length as typed matters.
	if e.Remember <= 0 || q.Now.IsZero() || utf8.RuneCountInString(q.Text) > MaxQuestion {
		return e.work(ctx, q)
	}
	stats, err := e.index.Stats()
	if err != nil {
		return e.work(ctx, q)
	}
	of := snapshotOf(stats)
	return e.answers.get(ctx, keyOf(q), of, e.Remember, func(ctx context.Context) (Answer, bool, error) {
		a, err := e.work(ctx, q)
		if err != nil {
			return a, false, err
		}
		// The index may have changed between two of the searches.
		stats, err := e.index.Stats()
		return a, err == nil && snapshotOf(stats) == of, nil
	})
}

// A snapshot names one state of an index. Where the whole folder was built anew,
// names of generations come again.
type snapshot struct {
	generation string
	indexed    int64
}

func snapshotOf(s index.Stats) snapshot { return snapshot{s.Generation, s.IndexedAt.UnixNano()} }

// A key is all of a question that its answer depends on.
type key struct {
	text, before, source string
	among, without       string
	now, from, to        instant
	length               Length
	anyTime, verbatim    bool
}

func keyOf(q Question) key {
	return key{
		text: oneLine(q.Text), before: q.Before, source: q.Source,
		among: fmt.Sprintf("%q", q.Among), without: fmt.Sprintf("%q", q.Without),
		now: instantOf(q.Now), from: instantOf(q.From), to: instantOf(q.To),
		length: q.Length, anyTime: q.AnyTime, verbatim: q.verbatim,
	}
}

// An instant is a time that compares by what it is, in its zone.
type instant struct {
	second     int64
	nano, zone int
}

func instantOf(t time.Time) instant {
	_, zone := t.Zone()
	return instant{t.Unix(), t.Nanosecond(), zone}
}
