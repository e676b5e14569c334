package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"newsdesk/commands"
)

func TestSplitWords(t *testing.T) {
	for line, want := range map[string]string{
		"":                                  "",
		"   ":                               "",
		"otters swim":                       "otters|swim",
		"  otters   swim ":                  "otters|swim",
		`source:"Sample Wire" otters`:       `source:"Sample Wire"|otters`,
		`he said "no way" twice`:            `he|said|"no|way"|twice`,
		`topic:"a b`:                        `topic:"a b`,
		`topic:"" otters`:                   `topic:""|otters`,
		`topic:"a"b c`:                      `topic:"a"b|c`,
		`a:"b c" d:"e f"`:                   `a:"b c"|d:"e f"`,
		`https://wire.example/a "b`:         `https://wire.example/a|"b`,
		"Zürich 東京":                         "Zürich|東京",
		`from:2025-11-01 to:2025-11-26 who`: "from:2025-11-01|to:2025-11-26|who",
	} {
		if got := strings.Join(splitWords(line), "|"); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	ask := commands.Command{Name: "ask", Options: []commands.Option{
		{Name: "question", Required: true}, {Name: "source"}, {Name: "from"}, {Name: "private", Kind: commands.Flag},
	}}
	full := commands.Command{Name: "reindex", Options: []commands.Option{{Name: "full", Kind: commands.Flag}}}
	for _, tt := range []struct {
		c          commands.Command
		line, want string
	}{
		{ask, "", ""},
		{ask, "Who won the cup?", "question=Who won the cup?"},
		{ask, `Who won source:"Sample Wire" the cup? from:2025-11-01`, "from=2025-11-01 question=Who won the cup? source=Sample Wire"},
		{ask, "question:otters swim", "question=otters"},
		{ask, `question:"who won" private`, "private=true question=who won"},
		{ask, "private:false otters", "private=false question=otters"},
		{ask, "Ratio 3:1 at https://wire.example/x?", "question=Ratio 3:1 at https://wire.example/x?"},
		{ask, "colour:red otters", "question=colour:red otters"},
		{ask, "source:Wire source:Daily otters", "question=source:Daily otters source=Wire"},
		{ask, `before:"1 May 2025" otters`, `question=before:"1 May 2025" otters`},
		{full, "full", "full=true"},
		{full, "full:true", "full=true"},
		{full, "everything", ""},
		{commands.Command{Name: "status"}, "please now", ""},
	} {
		values := parseOptions(tt.c, tt.line)
		var got []string
		for _, name := range slices.Sorted(maps.Keys(values)) {
			got = append(got, name+"="+values[name])
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("/%s %s: got %q, want %q", tt.c.Name, tt.line, g, tt.want)
		}
	}
}

// chatWith returns a chat whose commands say what they were called with.
func chatWith(t *testing.T) (c *chat, stdout, stderr *strings.Builder) {
	t.Helper()
	stdout, stderr = &strings.Builder{}, &strings.Builder{}
	echo := func(name string) commands.Command {
		return commands.New(name, "Says what it was called with", func(_ context.Context, call commands.Call) (commands.Reply, error) {
			r := commands.Reply{Lines: []commands.Line{{Text: fmt.Sprint(name, call.Values, " ", call.Admin)}}}
			switch call.Values["question"] {
			case "fail":
				return commands.Reply{}, errors.New("secret path /var")
			case "nothing":
				return commands.Reply{}, commands.ErrNotAdmin
			case "offer":
				r.Actions = []commands.Action{
					{Label: "Next page", Command: "article", Values: map[string]string{"page": "2"}},
					{Label: "Gone", Command: "gone"},
				}
			case "more":
				r.Actions = []commands.Action{{Label: "Ask a follow-up", Command: "article", Values: map[string]string{"before": "more"}, Asks: "then"}}
				r.Items = []commands.Item{{Title: "Cup", Expand: &commands.Action{Label: "[1] Cup", Command: "article", Values: map[string]string{"start": "5"}}}}
			}
			return r, nil
		})
	}
	ask, rebuild := echo("ask"), echo("reindex")
	ask.Options = []commands.Option{{Name: "question", Required: true}}
	rebuild.Admin, rebuild.Options = true, []commands.Option{{Name: "full", Kind: commands.Flag}}
	a := &app{ctx: t.Context(), stdout: stdout, stderr: stderr}
	return &chat{app: a, all: []commands.Command{ask, echo("article"), rebuild}, out: stdout}, stdout, stderr
}

func TestChat(t *testing.T) {
	for _, tt := range []struct{ name, lines, stdout, stderr string }{
		{"plain text asks", "Who won?\n", "askmap[question:Who won?] true\n\n", ""},
		{"a command", "/ask Who won?\n", "askmap[question:Who won?] true\n\n", ""},
		{"whoever sits here may do everything", "/reindex full\n", "reindexmap[full:true] true\n\n", ""},
		{"empty lines", "\n  \n\t\n", "", ""},
		{"an unknown command", "/frob x\n", "The command cannot be \"/frob\": give one of those that /help lists.\n\n", ""},
		{"an error in words", "nothing\n", "Only people who manage this server can do that.\n\n", ""},
		{"an error for operators", "fail\n", commands.Unknown + "\n\n", "newsdesk: secret path /var\n"},
		{"a number takes what was offered", "offer\n1\n", "askmap[question:offer] true\n(1) Next page\n(2) Gone\n\narticlemap[page:2] true\n\n", ""},
		{"a number that was not offered asks", "offer\n3\n", "askmap[question:offer] true\n(1) Next page\n(2) Gone\n\naskmap[question:3] true\n\n", ""},
		{"an offer ends with the next reply", "offer\nother\n1\n", "askmap[question:offer] true\n(1) Next page\n(2) Gone\n\naskmap[question:other] true\n\naskmap[question:1] true\n\n", ""},
		{"an offer that asks for something", "more\n1\nand why?\n",
			"askmap[question:more] true\n\nCup\n(1) Ask a follow-up\n(2) Full excerpt: [1] Cup\n\nAsk a follow-up:\n\narticlemap[before:more then:and why?] true\n\n", ""},
		{"a command instead of what is asked for", "more\n1\n/ask other\n2\n",
			"askmap[question:more] true\n\nCup\n(1) Ask a follow-up\n(2) Full excerpt: [1] Cup\n\nAsk a follow-up:\n\naskmap[question:other] true\n\naskmap[question:2] true\n\n", ""},
		{"what is shown in full", "more\n2\n", "askmap[question:more] true\n\nCup\n(1) Ask a follow-up\n(2) Full excerpt: [1] Cup\n\narticlemap[start:5] true\n\n", ""},
		{"leaving", "one\n/quit\ntwo\n", "askmap[question:one] true\n\n", ""},
		{"the end of the input without a line end", "one", "askmap[question:one] true\n\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, stdout, stderr := chatWith(t)
			if err := c.loop(newLines(strings.NewReader(tt.lines)).next); err != nil {
				t.Error(err)
			}
			if stdout.String() != tt.stdout || stderr.String() != tt.stderr {
				t.Errorf("got  %q and %q\nwant %q and %q", stdout, stderr, tt.stdout, tt.stderr)
			}
		})
	}
}

func TestChatEnds(t *testing.T) {
	c, stdout, _ := chatWith(t)
	broken := errors.New("the cable is out")
	if err := c.loop(func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	c.app.ctx = ctx
	if err := c.loop(func() (string, error) { return "again", nil }); err != nil || stdout.Len() > 0 {
		t.Errorf("got %v and %q, want a quiet end", err, stdout)
	}
}
