package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"newsdesk/answer"
	"newsdesk/commands"
)

func TestParseLine(t *testing.T) {
	at := func(s string) time.Time {
		m, err := time.Parse(time.DateTime, s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	given := answer.Question{Now: at("2025-11-27 08:00:00"), From: at("2025-11-01 00:00:00"), To: at("2025-11-26 23:59:59"), Source: "Wire"}
	for _, tt := range []struct {
		name, line string
		want       answer.Question
	}{
		{"plain text", "  Who won? \r", answer.Question{Text: "Who won?", Now: given.Now, From: given.From, To: given.To, Source: "Wire"}},
		{"text that looks like JSON further on", `Who is {"question"}?`, answer.Question{Text: `Who is {"question"}?`, Now: given.Now, From: given.From, To: given.To, Source: "Wire"}},
		{"an object with the question alone", `{"question":"Who won?"}`, answer.Question{Text: "Who won?", Now: given.Now, From: given.From, To: given.To, Source: "Wire"}},
		{"an object with everything", ` {"id":"q1","question":" Who\nwon?","now":"2024-06-30","from":"1.6.2024","to":"2024-06-15","source":"Daily","before":"Who played?","more":[1]} `,
			answer.Question{ID: "q1", Before: "Who played?", Text: " Who\nwon?", Now: at("2024-06-30 23:59:59"), From: at("2024-06-01 00:00:00"), To: at("2024-06-15 23:59:59"), Source: "Daily"}},
		{"times of day", `{"question":"Who?","now":"2024-06-30T10:00:00+02:00","to":"2024-06-15T06:00:00Z"}`,
			answer.Question{Text: "Who?", Now: at("2024-06-30 08:00:00"), From: given.From, To: at("2024-06-15 06:00:00"), Source: "Wire"}},
		{"an empty object", `{}`, answer.Question{Now: given.Now, From: given.From, To: given.To, Source: "Wire"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseLine(given, tt.line)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got  %v, %v\nwant %v", got, err, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, line, id string }{
		{"broken JSON", `{"question":"Who`, ""},
		{"a number for a question", `{"question":5}`, ""},
		{"two objects", `{"question":"Who?"} {"question":"Why?"}`, ""},
		{"a bad now", `{"id":"7","question":"Who?","now":"soon"}`, "7"},
		{"a bad from", `{"id":"7","question":"Who?","from":"2025-02-30"}`, "7"},
		{"a bad to", `{"id":"7","question":"Who?","to":"x"}`, "7"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseLine(given, tt.line)
			var bad *commands.BadOption
			if !errors.As(err, &bad) || got.ID != tt.id {
				t.Errorf("got id %q and %v, want id %q and an error in words", got.ID, err, tt.id)
			}
		})
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"the last line without an end", "a\nb", []string{"a", "b"}},
		{"Windows line ends and empty lines", "a\r\n\r\nb\r\n", []string{"a", "", "b"}},
		{"a line that is too long", long + "yyy\nb\n", []string{long, "b"}},
		{"one many times too long", strings.Repeat(long, 5) + "\nb", []string{long, "b"}},
		{"too long at the end", "a\n" + long + "yyy", []string{"a", long}},
		{"as long as may be", long[1:] + "\nb", []string{long[1:], "b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLines(iotest.HalfReader(strings.NewReader(tt.in)))
			var got []string
			for {
				line, err := l.next()
				if err != nil {
					if err != io.EOF {
						t.Errorf("got %v, want the end", err)
					}
					break
				}
				got = append(got, line)
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") || len(got) != len(tt.want) {
				t.Errorf("got %d lines, want %d", len(got), len(tt.want))
			}
		})
	}
}

// batchOf runs a batch and returns the answers that were printed.
func batchOf(t *testing.T, ctx context.Context, in io.Reader, do func(context.Context, answer.Question) (any, error)) (printed []map[string]any, stderr string, err error) {
	t.Helper()
	var out, errs strings.Builder
	a := &app{ctx: ctx, stdin: in, stdout: &out, stderr: &errs}
	err = a.batch(answer.Question{}, do, refusedAnswer, true)
	for line := range strings.Lines(out.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		printed = append(printed, v)
	}
	return printed, errs.String(), err
}

func reply(q answer.Question) answer.Answer {
	return answer.Answer{ID: q.ID, Question: q.Text, Verdict: answer.Answered}
}

func TestBatchKeepsTheOrder(t *testing.T) {
	// With one place nothing could be done while the first question waits.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	third := make(chan struct{})
	var in strings.Builder
	for i := range 40 {
		fmt.Fprintf(&in, "question %d\n\n", i)
	}
	printed, stderr, err := batchOf(t, t.Context(), strings.NewReader(in.String()), func(_ context.Context, q answer.Question) (any, error) {
		switch q.Text {
		case "question 0":
			<-third // the slowest: it is done only when a later one is
		case "question 3":
			close(third)
		}
		return reply(q), nil
	})
	if err != nil || stderr != "" || len(printed) != 40 {
		t.Fatalf("got %d answers, %q and %v", len(printed), stderr, err)
	}
	for i, a := range printed {
		if want := fmt.Sprintf("question %d", i); a["question"] != want {
			t.Errorf("answer %d is to %q, want %q", i, a["question"], want)
		}
	}
}

func TestBatchGoesOnAfterTrouble(t *testing.T) {
	in := `{"id":"a","question":"good"}
{"id":"b","question":"empty"}
{"id":"c","question":"broken"}
{"id":"d","question":"late","now":"then"}
{"id":"e"
` + strings.Repeat("x", 2*maxLine) + `
{"id":"f","question":"good"}`
	printed, stderr, err := batchOf(t, t.Context(), strings.NewReader(in), func(_ context.Context, q answer.Question) (any, error) {
		switch {
		case q.Text == "empty":
			return answer.Answer{ID: q.ID, Question: q.Text, Verdict: answer.None}, answer.ErrNoWords
		case q.Text == "broken":
			return answer.Answer{ID: q.ID, Question: q.Text, Verdict: answer.None}, errors.New("disk on fire\x1b[2J")
		case len(q.Text) > answer.MaxQuestion:
			return answer.Answer{ID: q.ID, Question: "long", Verdict: answer.None}, &answer.TooLong{Length: 9999}
		}
		return reply(q), nil
	})
	var got []string
	for _, a := range printed {
		got = append(got, fmt.Sprintf("%s %s %s", a["id"], a["verdict"], a["reason"]))
		for _, list := range []string{"answer", "citations", "related"} {
			if _, there := a[list]; !there {
				t.Errorf("%v has no %s", a["id"], list)
			}
		}
	}
	want := []string{
		"a answered ",
		"b none The question holds no word to look for: name a person, a place or a thing.",
		"c none " + commands.Unknown,
		`d none Now cannot be "then": give a day such as 2025-11-26.`,
		` none The line cannot be "{\"id\":\"e\"": give a question, or a JSON object like {"question":"…"}.`,
		" none The question is too long: 2000 characters at most, this one has 9999.",
		"f answered ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err == nil || err.Error() != "1 questions met an error" {
		t.Errorf("got %v, want that one question met an error of the program", err)
	}
	if !strings.Contains(stderr, `question "broken": disk on fire`) || strings.Contains(stderr, "\x1b") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("got %q on stderr, want the one error, harmless", stderr)
	}
}

func TestBatchEndsEarly(t *testing.T) {
	t.Run("the input breaks", func(t *testing.T) {
		in := io.MultiReader(strings.NewReader("one\n"), iotest.ErrReader(errors.New("the cable is out")))
		printed, _, err := batchOf(t, t.Context(), in, func(_ context.Context, q answer.Question) (any, error) { return reply(q), nil })
		if len(printed) != 1 || err == nil || !strings.Contains(err.Error(), "read the questions: the cable is out") {
			t.Errorf("got %d answers and %v", len(printed), err)
		}
	})
	t.Run("it is stopped", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		_, _, err := batchOf(t, ctx, strings.NewReader(strings.Repeat("question\n", 1000)), func(ctx context.Context, q answer.Question) (any, error) {
			stop()
			return answer.Answer{}, ctx.Err()
		})
		if err == nil {
			t.Error("got no error")
		}
	})
	t.Run("the output breaks", func(t *testing.T) {
		full := errors.New("no space")
		a := &app{ctx: t.Context(), stdin: strings.NewReader(strings.Repeat("question\n", 1000)), stdout: brokenWriter{full}, stderr: io.Discard}
		err := a.batch(answer.Question{}, func(_ context.Context, q answer.Question) (any, error) { return reply(q), nil }, refusedAnswer, true)
		if !errors.Is(err, full) {
			t.Errorf("got %v, want %v", err, full)
		}
	})
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
