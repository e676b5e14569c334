package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/locale"
)

// deadline bounds one question.
const deadline = 30 * time.Second

// narrowing are the flags that say which articles to look in.
type narrowing struct {
	Source string `placeholder:"OUTLET" help:"Only articles of this outlet."`
	From   string `placeholder:"DAY" help:"Only articles from this day on, such as 2025-11-26."`
	To     string `placeholder:"DAY" help:"Only articles up to this day."`

	AnyTime bool `help:"Take no account of the time that the question states, such as last week."`
}

func (n narrowing) question(text string, now time.Time) (answer.Question, error) {
	q := answer.Question{Text: text, Now: now, Source: n.Source, AnyTime: n.AnyTime}
	var err error
	q.From, q.To, err = n.days("--from", "--to")
	return q, err
}

// days returns the bounds; errors call them by the names given.
func (n narrowing) days(nameFrom, nameTo string) (from, to time.Time, err error) {
	if from, err = commands.ParseDay(nameFrom, n.From); err != nil {
		return from, to, err
	}
	if to, err = commands.ParseDay(nameTo, n.To); err != nil {
		return from, to, err
	}
	if !to.IsZero() {
		to = commands.EndOfDay(to)
	}
	return from, to, nil
}

type askCmd struct {
	narrowing
	Question []string `arg:"" optional:"" help:"The question; - reads one a line from standard input, as text or as JSON {\"question\",\"now\",\"id\",\"from\",\"to\",\"source\"}."`
	JSON     bool     `name:"json" help:"Print JSON, one line an answer."`
}

func (c *askCmd) Run(a *app) error {
	text := strings.Join(c.Question, " ")
	if text == "" {
		return misuse{answer.ErrEmpty}
	}
	return a.look(c.narrowing, text, c.JSON, refusedAnswer,
		func(ctx context.Context, e *answer.Engine, q answer.Question) (any, error) { return e.Ask(ctx, q) })
}

// look does one question, or those on standard input where the text is "-".
func (a *app) look(n narrowing, text string, asJSON bool, refuse func(answer.Question, string) any,
	do func(context.Context, *answer.Engine, answer.Question) (any, error)) error {
	q, err := n.question(text, a.asked())
	if err != nil {
		return err
	}
	x, _, err := a.openIndex()
	if err != nil {
		return err
	}
	defer x.Close()
	engine := a.engine(x)
	one := func(ctx context.Context, q answer.Question) (any, error) { return do(ctx, engine, q) }
	if text == "-" {
		return a.batch(q, one, refuse, asJSON)
	}
	return a.one(q, one, asJSON)
}

type searchCmd struct {
	narrowing
	Words []string `arg:"" optional:"" help:"What to look for; - reads from standard input as ask does."`
	Limit int      `default:"10" help:"How many passages, 1 to 200."`
	JSON  bool     `name:"json" help:"Print JSON, one line a search."`
}

const maxSearch = 200

func (c *searchCmd) Run(a *app) error {
	text := strings.Join(c.Words, " ")
	switch {
	case text == "":
		return misuse{errors.New("no words to look for: name some, such as newsdesk search kremlin visit")}
	case c.Limit < 1 || c.Limit > maxSearch:
		return misuse{fmt.Errorf("--limit %d: give a number from 1 to %d", c.Limit, maxSearch)}
	}
	return a.look(c.narrowing, text, c.JSON, refusedSearch,
		func(ctx context.Context, e *answer.Engine, q answer.Question) (any, error) {
			return e.Search(ctx, q, c.Limit)
		})
}

// one answers a single question.
func (a *app) one(q answer.Question, do func(context.Context, answer.Question) (any, error), asJSON bool) error {
	ctx, cancel := context.WithTimeout(a.ctx, deadline)
	defer cancel()
	result, err := do(ctx, q)
	if err != nil {
		return err
	}
	return a.print(result, asJSON)
}

// print writes a result as JSON on one line, or for people.
func (a *app) print(result any, asJSON bool) error {
	if asJSON {
		return writeJSON(a.stdout, result)
	}
	page := newPage(a.stdout)
	switch r := result.(type) {
	case answer.Answer:
		page.reply(commands.AnswerReply(locale.English, r))
	case answer.Ranking:
		page.ranking(r)
	}
	return page.flush(a.stdout)
}

type latestCmd struct {
	Topic  []string `arg:"" optional:"" help:"Only articles on this."`
	Source string   `placeholder:"OUTLET" help:"Only articles of this outlet."`
	Since  string   `placeholder:"DAY" help:"Only articles from this day on."`
	JSON   bool     `name:"json" help:"Print JSON."`
}

func (c *latestCmd) Run(a *app) error {
	since, err := commands.ParseDay("--since", c.Since)
	if err != nil {
		return err
	}
	x, _, err := a.openIndex()
	if err != nil {
		return err
	}
	defer x.Close()
	ctx, cancel := context.WithTimeout(a.ctx, deadline)
	defer cancel()
	topic := strings.Join(c.Topic, " ")
	l, err := a.engine(x).Latest(ctx, answer.LatestQuery{Topic: topic, Source: c.Source, Since: since, Now: a.asked()})
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(a.stdout, l)
	}
	page := newPage(a.stdout)
	page.reply(commands.LatestReply(locale.English, l, topic))
	return page.flush(a.stdout)
}

type reindexCmd struct {
	Full bool `help:"Read every article again and build the index anew."`
	JSON bool `name:"json" help:"Print the summary as JSON."`
}

func (c *reindexCmd) Run(a *app) error {
	articles, err := a.collection()
	if err != nil {
		return err
	}
	x, err := index.Open(a.indexDir, version)
	if err != nil {
		return err
	}
	defer x.Close()
	s, err := a.build(x, articles, c.Full)
	for _, p := range s.Problems {
		a.note("%s", p)
	}
	switch {
	case errors.Is(err, index.ErrBusy):
		return busy(err)
	case a.stopped(err):
		return errors.New("stopped; the index is as it was")
	case err != nil:
		return err
	}
	if c.JSON {
		return writeJSON(a.stdout, summaryJSON{
			s.Full, s.Published, s.Files, s.FilesRead, s.Added, s.Changed, s.Removed, s.Unchanged,
			s.Articles, s.Passages, append([]string{}, s.Problems...), float64(s.Took.Microseconds()) / 1000,
		})
	}
	s.Problems = nil // named above
	page := newPage(a.stdout)
	page.reply(commands.SummaryReply(locale.English, s))
	return page.flush(a.stdout)
}

type summaryJSON struct {
	Full      bool     `json:"full"`
	Published bool     `json:"published"`
	Files     int      `json:"files"`
	FilesRead int      `json:"files_read"`
	Added     int      `json:"added"`
	Changed   int      `json:"changed"`
	Removed   int      `json:"removed"`
	Unchanged int      `json:"unchanged"`
	Articles  int      `json:"articles"`
	Passages  int      `json:"passages"`
	Problems  []string `json:"problems"`
	TookMS    float64  `json:"took_ms"`
}
