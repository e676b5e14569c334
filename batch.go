package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"newsdesk/answer"
	"newsdesk/commands"
)

// maxLine bounds a line of batch input in bytes: a question of the greatest
// length, escaped, with room for the rest.
const maxLine = 1 << 16

// asked is a question of batch input in its JSON form.
type askedJSON struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Now      string `json:"now"`
	From     string `json:"from"`
	To       string `json:"to"`
	Source   string `json:"source"`
}

// batch answers the questions on standard input, one a line, and prints the
// results in their order while later ones are still being looked up. What a
// question does not state is taken from q. A question that cannot be answered
// as it is gets a result that says why; the rest goes on.
func (a *app) batch(q answer.Question, do func(context.Context, answer.Question) (any, error), asJSON bool) error {
	type job struct{ result chan any }
	jobs := make(chan job, 4*runtime.GOMAXPROCS(0))
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	failed := 0
	var readErr error
	go func() {
		defer close(jobs)
		lines := newLines(a.stdin)
		for {
			line, err := lines.next()
			if err != nil {
				if err != io.EOF {
					readErr = fmt.Errorf("read the questions: %w", err)
				}
				return
			}
			if strings.TrimSpace(line) == "" {
				continue
			}
			j := job{make(chan any, 1)}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
			places <- struct{}{}
			go func() {
				defer func() { <-places }()
				j.result <- a.answerLine(ctx, q, line, do)
			}()
		}
	}()
	for j := range jobs {
		result := <-j.result
		if f, ok := result.(failure); ok {
			failed++
			a.note("%v", f.err)
			result = f.result
		}
		if err := a.print(result, asJSON); err != nil {
			return err
		}
	}
	switch {
	case readErr != nil:
		return readErr
	case a.ctx.Err() != nil:
		return errors.New("stopped")
	case failed > 0:
		return fmt.Errorf("%d questions met an error", failed)
	}
	return nil
}

// failure is a result that an error of the program, not of the question, spoilt.
type failure struct {
	result any
	err    error
}

func (a *app) answerLine(ctx context.Context, q answer.Question, line string, do func(context.Context, answer.Question) (any, error)) any {
	q, err := parseLine(q, line)
	var result any
	if err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
		if result, err = do(ctx, q); err == nil {
			return result
		}
	}
	text, known := commands.Explain(err)
	switch r := result.(type) {
	case answer.Ranking:
		result = r
	case answer.Answer:
		r.Reason = text
		result = r
	default:
		result = answer.Answer{
			ID: q.ID, Question: q.Text, Verdict: answer.None, Reason: text,
			Sentences: []answer.Sentence{}, Citations: []answer.Citation{}, Related: []answer.Citation{},
		}
	}
	if !known {
		return failure{result, fmt.Errorf("question %q: %w", q.Text, err)}
	}
	return result
}

// parseLine reads one line of batch input over the defaults in q.
func parseLine(q answer.Question, line string) (answer.Question, error) {
	q.Text = strings.TrimSpace(line)
	if !strings.HasPrefix(q.Text, "{") {
		return q, nil
	}
	var in askedJSON
	if err := json.Unmarshal([]byte(q.Text), &in); err != nil {
		return q, &commands.BadOption{Option: "the line", Value: q.Text, Want: `a question, or a JSON object like {"question":"…"}`}
	}
	q.ID, q.Text = in.ID, in.Question
	if in.Source != "" {
		q.Source = in.Source
	}
	now, err := parseNow("now", in.Now)
	if err != nil {
		return q, err
	}
	if !now.IsZero() {
		q.Now = now
	}
	n := narrowing{Source: q.Source, From: in.From, To: in.To}
	narrowed, err := n.question(q.Text, q.Now)
	if err != nil {
		return q, err
	}
	if !narrowed.From.IsZero() {
		q.From = narrowed.From
	}
	if !narrowed.To.IsZero() {
		q.To = narrowed.To
	}
	return q, nil
}

// lines reads lines of bounded length.
type lines struct{ in *bufio.Reader }

func newLines(r io.Reader) *lines { return &lines{bufio.NewReaderSize(r, maxLine)} }

// next returns a line without its end; of one that is too long, the beginning.
func (l *lines) next() (string, error) {
	raw, err := l.in.ReadSlice('\n')
	line := strings.TrimRight(string(raw), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.in.ReadSlice('\n')
	}
	if err == io.EOF && line != "" {
		err = nil
	}
	return line, err
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
