package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/locale"
)

// maxLine bounds a line of batch input in bytes: a question of the greatest
// length, escaped, with room for the rest.
const maxLine = 1 << 16

// askedJSON is a question of batch input in its JSON form. Its id is read
// apart, so that a line where something else is wrong keeps it.
type askedJSON struct {
	Question string `json:"question"`
	Before   string `json:"before"`
	Now      string `json:"now"`
	From     string `json:"from"`
	To       string `json:"to"`
	Source   string `json:"source"`
}

// work is what batch does with each question.
type work struct {
	do     func(context.Context, answer.Question) (any, error)
	refuse func(q answer.Question, reason string) any // the result where do gave none
}

func refusedAnswer(q answer.Question, reason string) any {
	return answer.Answer{
		ID: q.ID, Question: q.Text, Verdict: answer.None, Reason: reason,
		Sentences: []answer.Sentence{}, Citations: []answer.Citation{}, Related: []answer.Citation{},
	}
}

func refusedSearch(q answer.Question, reason string) any {
	return answer.Ranking{ID: q.ID, Query: q.Text, Results: []answer.Result{}, Reason: reason}
}

// batch does the questions on standard input, one a line, and prints the
// results in their order while later ones are still being looked up. What a
// question does not state is taken from q. A question that cannot be answered
// as it is gets a result that says why, in the form that refuse gives it; the
// rest goes on.
func (a *app) batch(q answer.Question, do func(context.Context, answer.Question) (any, error),
	refuse func(answer.Question, string) any, asJSON bool) error {
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	results := make(chan chan any, 4*runtime.GOMAXPROCS(0))
	var readErr error
	go func() {
		defer close(results)
		readErr = a.startAll(ctx, q, work{do, refuse}, results)
	}()
	failed := 0
	for {
		result, more := await(ctx, results)
		switch {
		case ctx.Err() != nil:
			return errStopped
		case more:
		case readErr != nil:
			return readErr
		case failed > 0:
			return fmt.Errorf("%d questions met an error", failed)
		default:
			return nil
		}
		if f, ok := result.(failure); ok {
			failed++
			a.note("%v", f.err)
			result = f.result
		}
		if err := a.print(result, asJSON); err != nil {
			return err
		}
	}
}

// await returns the next result and whether there was one. It does not outlast
// ctx, since the reading may wait for input that never comes.
func await(ctx context.Context, results <-chan chan any) (result any, more bool) {
	select {
	case next, more := <-results:
		if !more {
			return nil, false
		}
		select {
		case result := <-next:
			return result, true
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return nil, false
}

// startAll begins work on each line of standard input, on as many at once as
// there are processors, and sends where the result of each will be found.
func (a *app) startAll(ctx context.Context, q answer.Question, w work, results chan<- chan any) error {
	places := make(chan struct{}, runtime.GOMAXPROCS(0))
	lines := newLines(a.stdin)
	for {
		line, err := lines.next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read the questions: %w", err)
		case strings.TrimSpace(line) == "":
			continue
		}
		result := make(chan any, 1)
		select {
		case results <- result:
		case <-ctx.Done():
			return nil
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		go func() {
			defer func() { <-places }()
			result <- a.answerLine(ctx, q, line, w)
		}()
	}
}

// failure is a result that an error of the program, not of the question, spoilt.
type failure struct {
	result any
	err    error
}

func (a *app) answerLine(ctx context.Context, q answer.Question, line string, w work) (result any) {
	defer func() {
		// One question that the program stumbles over must not cost the others.
		if r := recover(); r != nil {
			err := fmt.Errorf("question %q: internal error: %v", q.Text, r)
			if a.logger().Enabled(ctx, slog.LevelDebug) {
				err = fmt.Errorf("%w\n%s", err, debug.Stack())
			}
			result = failure{w.refuse(q, commands.Unknown), err}
		}
	}()
	q, err := parseLine(q, line)
	if err == nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
		if result, err = w.do(ctx, q); err == nil {
			return result
		}
	}
	text, known := commands.Explain(locale.English, err)
	switch r := result.(type) {
	case answer.Ranking:
		r.Reason = text
		result = r
	case answer.Answer:
		r.Reason = text
		result = r
	default:
		result = w.refuse(q, text)
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
	var mark struct {
		ID json.RawMessage `json:"id"`
	}
	bad := &commands.BadOption{Option: "the line", Value: q.Text, Want: locale.Verbatim(`a question, or a JSON object like {"question":"…"}`)}
	if json.Unmarshal([]byte(q.Text), &mark) != nil {
		return q, bad
	}
	var err error
	if q.ID, err = parseID(mark.ID); err != nil {
		return q, err
	}
	var in askedJSON
	if json.Unmarshal([]byte(q.Text), &in) != nil {
		return q, bad
	}
	q.Text, q.Before = in.Question, in.Before
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
	from, to, err := narrowing{From: in.From, To: in.To}.days("from", "to")
	if err != nil {
		return q, err
	}
	if !from.IsZero() {
		q.From = from
	}
	if !to.IsZero() {
		q.To = to
	}
	return q, nil
}

// parseID takes an id as a string or a number; none and null are empty.
func parseID(raw json.RawMessage) (string, error) {
	var id string
	var number json.Number
	if len(raw) == 0 || json.Unmarshal(raw, &id) == nil {
		return id, nil
	}
	if json.Unmarshal(raw, &number) != nil {
		return "", &commands.BadOption{Option: "id", Value: string(raw), Want: locale.Verbatim("a string or a number")}
	}
	return number.String(), nil
}

// lines reads lines of bounded length.
type lines struct {
	in    *bufio.Reader
	begun bool
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, maxLine)} }

// next returns a line without its end; of one that is too long, the beginning.
// The byte order mark that some editors put before the first is taken away.
func (l *lines) next() (string, error) {
	raw, err := l.in.ReadSlice('\n')
	line := strings.TrimRight(string(raw), "\r\n")
	if !l.begun {
		line, l.begun = strings.TrimPrefix(line, "\ufeff"), true
	}
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
