package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// measured runs the program in an empty folder, with a folder for temporary
// files that must be empty afterwards.
func measured(t *testing.T, ctx context.Context, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	var out, errs bytes.Buffer
	nothing := func(string) (string, bool) { return "", false }
	code = run(ctx, args, nothing, strings.NewReader(""), &out, &errs)
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("got %s left in the folder for temporary files", left[0].Name())
	}
	return code, out.String(), errs.String()
}

func TestEvalOfTheSamples(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := measured(t, t.Context(), "eval", "--save", "report.json")
	wantProgressOnly(t, stderr, "reading articles: ")
	if code != exitDone {
		t.Fatalf("got code %d and %q", code, stderr)
	}
	for _, want := range []string{"questions of the sample questions, asked of the sample articles\n", "\n  the right article ", "\nlatency in ms "} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
	if _, err := os.Stat("var"); err == nil {
		t.Error("got an index in var, which is the person's own")
	}
	code, stdout, stderr = measured(t, t.Context(), "eval", "--json", "--compare", "report.json", "--limit-questions", "5")
	if code != exitDone {
		t.Fatalf("got code %d and %q", code, stderr)
	}
	var report struct {
		Asked      int `json:"asked"`
		Comparison struct {
			Questions int `json:"questions"`
			Measures  []struct{ Wins, Losses int }
		} `json:"comparison"`
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if report.Asked != 5 || report.Comparison.Questions != 5 || len(report.Comparison.Measures) == 0 {
		t.Errorf("got %+v, want 5 questions compared", report)
	}
	for _, m := range report.Comparison.Measures {
		if m.Wins+m.Losses > 0 {
			t.Errorf("got %+v from the same run twice", m)
		}
	}
}

func TestEvalOfFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "news/a.jsonl", `{"id":"a","title":"Funeral","published":"2023-01-05","text":"Benedict XVI was laid to rest in Rome."}
{"id":"b","title":"Nothing"}
`)
	write(t, "other/b.txt", "Another article.\n\nIt tells of something else.\n")
	write(t, "q.jsonl", `{"question":"Who was laid to rest?","now":"2023-01-05","answers":["Benedict XVI"]}`)
	for range 2 { // the second finds the index of the first
		code, stdout, stderr := measured(t, t.Context(), "eval", "--corpus", "news", "--questions", "q.jsonl", "--index", "ix")
		if code != exitDone || !strings.Contains(stdout, "1 question of q.jsonl, asked of news\n1 article in 1 passage\n") {
			t.Errorf("got code %d, %q and\n%s", code, stderr, stdout)
		}
		if !strings.Contains(stderr, "newsdesk: a.jsonl:2: ") {
			t.Errorf("got %q, want the record named that could not be read", stderr)
		}
	}
	code, stdout, _ := measured(t, t.Context(), "eval", "--corpus", "news/a.jsonl", "--questions", "q.jsonl")
	if code != exitDone || !strings.Contains(stdout, "asked of a.jsonl\n1 article ") {
		t.Errorf("got code %d and\n%s", code, stdout)
	}
}

func TestEvalThatCannotBe(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "news/a.txt", "An article.\n\nIt tells of something.\n")
	write(t, "news/b.txt", "Another article.\n\nIt tells of something else.\n")
	write(t, "q.jsonl", `{"question":"What does it tell of?","answers":["something"]}`)
	write(t, "bad.jsonl", "{\"question\":\"Who?\",\"answers\":[\"x\"]}\nWho?\nWhy?\n")
	write(t, "file.jsonl", `{"question":"Who?","file":"c.txt"}`)
	if code, _, stderr := measured(t, t.Context(), "--data", "news/a.txt", "--index", "ix", "reindex"); code != exitDone {
		t.Fatal(stderr)
	}
	for name, test := range map[string]struct {
		args string
		code int
		want string
	}{
		"a corpus without questions": {"--corpus news", exitMisuse, "--corpus without --questions"},
		"a negative limit":           {"--limit-questions=-1", exitMisuse, "--limit-questions -1: give a number"},
		"no such questions":          {"--questions none.jsonl", exitFailed, "questions none.jsonl: no such file"},
		"bad questions":              {"--questions bad.jsonl", exitFailed, "newsdesk: bad.jsonl:3: "},
		"no such corpus":             {"--corpus none --questions q.jsonl", exitFailed, "corpus none: no such file"},
		"no such report":             {"--compare none.json", exitFailed, "report none.json: no such file"},
		"a report that is none":      {"--compare q.jsonl", exitFailed, "want a report written by eval --save"},
		"questions of another one":   {"--corpus news --questions file.jsonl", exitFailed, "the corpus holds no article in c.txt"},
		"an index of another one":    {"--corpus news --questions q.jsonl --index ix", exitFailed, "stays as it is: name another folder"},
		"a folder that is not there": {"--save none/r.json --limit-questions 1", exitFailed, "save the report: open none/r.json"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := measured(t, t.Context(), append([]string{"eval"}, strings.Fields(test.args)...)...)
			if code != test.code || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("got code %d, %q and %q, want %d and %q", code, stdout, stderr, test.code, test.want)
			}
		})
	}
}

func TestEvalStops(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if code, _, stderr := measured(t, ctx, "eval"); code != exitFailed || !strings.Contains(stderr, "stopped") {
		t.Errorf("got code %d and %q, want it stopped", code, stderr)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEvalOfDuplicates(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := measured(t, t.Context(), "eval", "--duplicates")
	wantProgressOnly(t, stderr, "reading articles: ")
	if code != exitDone || !strings.Contains(stdout, "articles of the sample articles\n") || !strings.Contains(stdout, "\n  resembling by 0.7 or more ") {
		t.Errorf("got code %d, %q and\n%s", code, stderr, stdout)
	}
	text := "The ferry Northern Star ran aground off Port Amber in thick fog on Tuesday evening, and nobody was hurt."
	corpus := `{"id":"a","title":"One","text":"` + text + `","story":"s"}` + "\n" + `{"id":"b","title":"Two","text":"` + text + `","story":"s"}` + "\n"
	if err := os.WriteFile("corpus.jsonl", []byte(corpus), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = measured(t, t.Context(), "eval", "--duplicates", "--corpus", "corpus.jsonl", "--json")
	var got struct {
		Corpus                 string
		Articles, Pairs, Found int
		Recall, Precision      float64
		Stories                []struct{ Part string }
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("got code %d, %q and\n%s", code, stderr, stdout)
	}
	if got.Corpus != "corpus.jsonl" || got.Articles != 2 || got.Pairs != 1 || got.Found != 1 || got.Recall != 1 || got.Precision != 1 || len(got.Stories) != 1 {
		t.Errorf("got %+v", got)
	}
	for _, more := range []string{"--removal", "--half=1", "--save=x", "--limit-questions=3"} {
		if code, _, stderr := measured(t, t.Context(), "eval", "--duplicates", more); code != exitMisuse || !strings.Contains(stderr, "asks no questions") {
			t.Errorf("%s: got code %d and %q", more, code, stderr)
		}
	}
}
