package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"newsdesk/answer"
	"newsdesk/commands"
)

func TestLineIDs(t *testing.T) {
	for _, tt := range []struct{ name, line, id, problem string }{
		{"a string", `{"id":"q1","question":"Who?"}`, "q1", ""},
		{"a number", `{"id":7,"question":"Who?"}`, "7", ""},
		{"a number as it is written", `{"id":1.50e3,"question":"Who?"}`, "1.50e3", ""},
		{"a number longer than any float", `{"id":12345678901234567890123,"question":"Who?"}`, "12345678901234567890123", ""},
		{"null", `{"id":null,"question":"Who?"}`, "", ""},
		{"an object", `{"id":{"a":1},"question":"Who?"}`, "", `id cannot be "{\"a\":1}": give a string or a number`},
		{"a truth", `{"id":true,"question":"Who?"}`, "", `id cannot be "true": give a string or a number`},
		{"beside a question that is none", `{"id":"q1","question":5}`, "q1", "the line cannot be "},
		{"behind a question that is none", `{"question":["a"],"id":9}`, "9", "the line cannot be "},
		{"beside a day that is a number", `{"id":"q1","question":"Who?","from":20250101}`, "q1", "the line cannot be "},
		{"beside a first day that is none", `{"id":"q1","question":"Who?","from":"x"}`, "q1", `from cannot be "x": give a day`},
		{"beside a last day that is none", `{"id":"q1","question":"Who?","to":"x"}`, "q1", `to cannot be "x": give a day`},
		{"beside a moment that is none", `{"id":"q1","question":"Who?","now":"x"}`, "q1", `now cannot be "x": give a day`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := parseLine(answer.Question{}, tt.line)
			problem := ""
			if err != nil {
				problem = err.Error()
			}
			if q.ID != tt.id || !strings.HasPrefix(problem, tt.problem) || (problem == "") != (tt.problem == "") {
				t.Errorf("got id %q and problem %q, want %q and %q", q.ID, problem, tt.id, tt.problem)
			}
		})
	}
}

func TestFirstLineWithAByteOrderMark(t *testing.T) {
	l := newLines(strings.NewReader("\ufeff{\"id\":1}\n\ufeffa\n"))
	for _, want := range []string{`{"id":1}`, "\ufeffa"} {
		if line, err := l.next(); line != want || err != nil {
			t.Errorf("got %q, %v, want %q", line, err, want)
		}
	}
	if line, err := l.next(); err != io.EOF {
		t.Errorf("got %q, %v, want the end", line, err)
	}
}

// A search that cannot be done has the form of a search.
func TestBatchOfSearches(t *testing.T) {
	in := "{\"id\":\"a\",\"question\":\"otters\"}\n{\"id\":2,\"question\":\"otters\",\"to\":\"then\"}\n{\"id\":\"c\"\n{\"id\":\"d\",\"question\":\"who\"}\n"
	do := func(_ context.Context, q answer.Question) (any, error) {
		r := answer.Ranking{ID: q.ID, Query: q.Text, Results: []answer.Result{}}
		if q.Text == "who" {
			return r, answer.ErrNoWords
		}
		return r, nil
	}
	for asJSON, want := range map[bool]string{
		true: `{"id":"a","query":"otters","results":[],"took_ms":0}
{"id":"2","query":"otters","results":[],"reason":"To cannot be \"then\": give a day such as 2025-11-26.","took_ms":0}
{"id":"","query":"{\"id\":\"c\"","results":[],"reason":"The line cannot be \"{\\\"id\\\":\\\"c\\\"\": give a question, or a JSON object like {\"question\":\"…\"}.","took_ms":0}
{"id":"d","query":"who","results":[],"reason":"The question holds no word to look for: name a person, a place or a thing.","took_ms":0}
`,
		false: `Nothing found.
To cannot be "then": give a day such as 2025-11-26.
The line cannot be "{\"id\":\"c\"": give a question, or a JSON object like {"question":"…"}.
The question holds no word to look for: name a person, a place or a thing.
`,
	} {
		var out strings.Builder
		a := &app{ctx: t.Context(), stdin: strings.NewReader(in), stdout: &out, stderr: io.Discard}
		if err := a.batch(answer.Question{}, do, refusedSearch, asJSON); err != nil || out.String() != want {
			t.Errorf("got %v and\n%s\nwant\n%s", err, out.String(), want)
		}
	}
}

func TestBatchOutlivesAPanic(t *testing.T) {
	for _, tt := range []struct {
		level string
		stack bool
	}{{"info", false}, {"debug", true}} {
		in := "first\nboom\x1b[2J\nlast\n"
		var out, errs strings.Builder
		a := &app{ctx: t.Context(), stdin: strings.NewReader(in), stdout: &out, stderr: &errs, settings: settings{"LOG_LEVEL": tt.level}}
		err := a.batch(answer.Question{}, func(_ context.Context, q answer.Question) (any, error) {
			if strings.HasPrefix(q.Text, "boom") {
				panic(errors.New("index out of range"))
			}
			return answer.Answer{ID: q.Text}, nil
		}, refusedAnswer, true)
		if err == nil || err.Error() != "1 questions met an error" {
			t.Errorf("%s: got %v", tt.level, err)
		}
		got := strings.Split(out.String(), "\n")
		if len(got) != 4 || !strings.Contains(got[0], `"id":"first"`) || !strings.Contains(got[1], commands.Unknown) || !strings.Contains(got[2], `"id":"last"`) {
			t.Errorf("%s: got %q", tt.level, got)
		}
		line, stack, _ := strings.Cut(errs.String(), "\n")
		if want := `newsdesk: question "boom\x1b[2J": internal error: index out of range`; line != want || strings.Contains(stack, "batch.go") != tt.stack {
			t.Errorf("%s: got %q and stack %q, want %q", tt.level, line, stack, want)
		}
	}
}
