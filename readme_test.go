package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The exchange that the README opens with is what the program says.
func TestReadmeExchange(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(raw), "```console\n")
	block, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("the README holds no console block")
	}
	t.Chdir(t.TempDir())
	examples := strings.Split(block, "$ go run . ")[1:]
	if len(examples) < 2 {
		t.Fatalf("got %d examples, want an answer and a question without one", len(examples))
	}
	for _, example := range examples {
		command, want, _ := strings.Cut(example, "\n")
		verb, question, _ := strings.Cut(command, " ")
		var stdout, stderr bytes.Buffer
		unset := func(string) (string, bool) { return "", false }
		if code := run(t.Context(), []string{verb, strings.Trim(question, `"`)}, unset, nil, &stdout, &stderr); code != exitDone {
			t.Fatalf("%s: exit %d: %s", command, code, stderr.String())
		}
		got := flat(stdout.String())
		for _, part := range strings.Split(want, "…\n") { // … leaves something out
			if part = flat(part); !strings.Contains(got, part) {
				t.Errorf("%s: the README says\n%s\nthe program says\n%s", command, part, got)
			}
		}
	}
}

var asOf = regexp.MustCompile(`As of \d+ \w+ \d+`)

// flat takes off what differs from one day and one terminal to another.
func flat(s string) string {
	return asOf.ReplaceAllString(strings.Join(strings.Fields(s), " "), "As of some day")
}

// The README's table of settings is the program's.
func TestReadmeSettings(t *testing.T) {
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(".env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settingsTable {
		initial := ""
		if s.initial != "" {
			initial = "`" + s.initial + "` "
		}
		if row := "| `" + s.key + "` | " + initial + "| " + s.meaning + " |"; !strings.Contains(string(raw), row) {
			t.Errorf("the README lacks the row\n%s", row)
		}
		if !strings.Contains(string(example), s.key+"=") && s.key != "DISCORD_API" {
			t.Errorf(".env.example lacks %s", s.key)
		}
	}
}
