package commands

import (
	"context"
	"sync/atomic"
)

// Ratings keep how many answers were found helpful. They are told nothing of
// the answer and of who found it so, so somebody who presses twice counts
// twice.
type Ratings interface {
	Rate(ctx context.Context, helpful bool) error
	Rated(ctx context.Context) (helpful, unhelpful int64, err error)
}

// A Tally keeps Ratings in memory: they end with the process. Its zero value
// is ready for use.
type Tally struct{ helpful, unhelpful atomic.Int64 }

// Rate counts one answer.
func (t *Tally) Rate(_ context.Context, helpful bool) error {
	if helpful {
		t.helpful.Add(1)
	} else {
		t.unhelpful.Add(1)
	}
	return nil
}

// Rated returns the counts. It never fails.
func (t *Tally) Rated(context.Context) (helpful, unhelpful int64, err error) {
	return t.helpful.Load(), t.unhelpful.Load(), nil
}

func rate(d Deps, name string, helpful bool) Command {
	return Command{
		Name: name, Description: "Say whether an answer is of use", Hidden: true, Private: true,
		run: func(ctx context.Context, call Call) (Reply, error) {
			if err := d.Ratings.Rate(ctx, helpful); err != nil {
				return Reply{}, err
			}
			return Reply{Private: true, Aside: true, Lines: []Line{{Text: call.Language.Say("Thank you. That is counted, and nothing else is kept: neither who you are nor what was asked.")}}}, nil
		},
	}
}
