package main

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/commands"

	"github.com/rivo/uniseg"
)

// someReply holds all that a reply can.
func someReply() commands.Reply {
	day := time.Date(2025, 11, 26, 10, 0, 0, 0, time.UTC)
	return commands.Reply{
		Title: "Who counted the otters?",
		Lines: []commands.Line{
			{Text: "Ines Falk counted eleven otters in the river Amper.", Cites: []int{1, 2}},
			{Text: "First line\nsecond line"},
		},
		Facts: []commands.Fact{{Name: "Articles", Value: "1,204"}, {Name: "東京", Value: "2 articles"}, {Name: "X", Value: ""}},
		Items: []commands.Item{
			{N: 1, Title: "Otters return", Source: "Wire", Published: day, Quote: "Ines Falk counted\n eleven  otters.",
				Marks: []article.Span{{Start: 5, End: 9}, {Start: 27, End: 33}}, Link: "https://wire.example/otters"},
			{N: 12, Title: "No source, no day"},
			{Title: "No number", Source: "Daily", Also: []string{"Echo", "Post\x1b"}, More: []string{"Wire: the same", "Post: once more"}},
			{Source: "Only a source"},
		},
		Note: "As of 26 Nov 2025",
	}
}

func TestPageForFiles(t *testing.T) {
	p := newPage(&strings.Builder{})
	p.reply(someReply())
	const want = `Who counted the otters?

Ines Falk counted eleven otters in the river Amper. [1] [2]
First line
second line

Articles  1,204
東京      2 articles
X         ` + `

[1] Wire, 26 Nov 2025: Otters return
    “Ines Falk counted eleven otters.”
    https://wire.example/otters

[12] No source, no day

Daily: No number
also in: Echo, Post
+ Wire: the same
+ Post: once more

Only a source

As of 26 Nov 2025
`
	if got := p.b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var out strings.Builder
	if err := p.flush(&out); err != nil || out.String() != want || p.b.Len() > 0 {
		t.Errorf("flush: got %d bytes and %v, %d left", out.Len(), err, p.b.Len())
	}
}

func TestPageForTerminals(t *testing.T) {
	p := &page{width: 30, style: true}
	p.reply(someReply())
	got := p.b.String()
	for _, want := range []string{
		bold + "Who counted the otters?" + plain + "\n",
		"Ines Falk counted eleven\notters in the river Amper. [1]\n[2]\n",
		bold + "東京" + plain + "      2 articles\n",
		bold + "[1] Wire, 26 Nov 2025: Otters\n    return" + plain + "\n",
		"    “Ines " + bold + "Falk" + plain + " counted eleven\n      " + bold + "otters" + plain + ".”\n",
		"    " + faint + "https://wire.example/otters" + plain + "\n",
		faint + "As of 26 Nov 2025" + plain + "\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%q", want, got)
		}
	}
}

func TestMarked(t *testing.T) {
	spans := func(at ...int) (list []article.Span) {
		for i := 0; i < len(at); i += 2 {
			list = append(list, article.Span{Start: at[i], End: at[i+1]})
		}
		return list
	}
	for _, tt := range []struct {
		name, quote string
		marks       []article.Span
		want        string
	}{
		{"none", "otters swim", nil, "otters swim"},
		{"first and last", "otters swim", spans(0, 6, 7, 11), "<otters> <swim>"},
		{"side by side", "ottersswim", spans(0, 6, 6, 10), "<otters><swim>"},
		{"beyond ASCII", "für Zürich", spans(5, 12), "für <Zürich>"},
		{"with what is not shown", "ot\x1bters\u202e swim", spans(0, 7), "<otters> swim"},
		{"nothing left to show", "a \x1b b", spans(2, 3), "a  b"},
	} {
		p := &page{style: true}
		if got := strings.NewReplacer(bold, "<", plain, ">").Replace(p.marked(tt.quote, tt.marks)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		want := strings.NewReplacer("<", "", ">", "").Replace(tt.want)
		if got := (&page{}).marked(tt.quote, tt.marks); got != want {
			t.Errorf("%s, without style: got %q, want %q", tt.name, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		name          string
		width, indent int
		text, want    string
	}{
		{"as wide as the page", 11, 0, "otters swim", "otters swim\n"},
		{"a column wider", 10, 0, "otters swim", "otters\nswim\n"},
		{"indented behind the first line", 12, 4, "otters swim well here", "otters swim\n    well\n    here\n"},
		{"wide characters take two columns", 10, 0, "東京 大阪 京都", "東京 大阪\n京都\n"},
		{"a family is one character of two columns", 8, 0, "👩‍👩‍👧 👩‍👩‍👧 👩‍👩‍👧", "👩‍👩‍👧 👩‍👩‍👧 👩‍👩‍👧\n"},
		{"accents take none", 11, 0, "o\u0301ttérs swim", "o\u0301ttérs swim\n"},
		{"a word wider than the page", 5, 0, "a hippopotamus b", "a\nhippopotamus\nb\n"},
		{"the first word wider than the page", 5, 2, "hippopotamus b", "hippopotamus\n  b\n"},
		{"styles take no columns", 11, 0, bold + "otters" + plain + " " + faint + "swim" + plain, bold + "otters" + plain + " " + faint + "swim" + plain + "\n"},
		{"line ends stay", 20, 2, "one\ntwo", "one\n  two\n"},
		{"nothing", 20, 0, "", "\n"},
		{"no width", 0, 4, "otters swim " + strings.Repeat("on ", 50) + "end", "otters swim " + strings.Repeat("on ", 50) + "end\n"},
	} {
		p := &page{width: tt.width}
		p.line(tt.indent, tt.text)
		if got := p.b.String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"otters\tswim\nwell":           "otters swim\nwell",
		"\x1b[2J\x1b]0;title\x07":      "[2J]0;title",
		"a\rb\u0085c\u00a0d\u2028e":    "a b c d e",
		"\u009b31m\x7f\x00":            "31m",
		"\u202eevil\u2066\u200f\u061c": "evil",
		"bad \xff bytes \xe6\x9d":      "bad  bytes ",
		"\ufffd":                       "",
		"Zürich 東京 👩‍👩‍👧 — “quoted”": "Zürich 東京 👩‍👩‍👧 — “quoted”",
	} {
		if got := visible(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestRankingPage(t *testing.T) {
	p := &page{}
	p.ranking(answer.Ranking{})
	p.ranking(answer.Ranking{Results: []answer.Result{
		{Rank: 1, Title: "Otters\x1b", Source: "Wire", URL: "https://wire.example/otters", Link: "https://wire.example/otters", Text: "Otters\nswim.\x07"},
		{Rank: 2, Title: "Herons", Text: "Herons wait."},
	}})
	p.ranking(answer.Ranking{Reason: "No passage holds it.", Results: []answer.Result{{Rank: 1, Title: "Owls", Text: "Owls hoot."}}})
	const want = "Nothing found.\n[1] Wire: Otters\n    https://wire.example/otters\n    Otters\n    swim.\n\n[2] Herons\n    Herons wait.\n" +
		"No passage holds it.\n\n[1] Owls\n    Owls hoot.\n"
	if got := p.b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var ownStyle = regexp.MustCompile("\x1b\\[[012]m")

// checkHarmless asserts that a page holds nothing that could steer a terminal
// but its own styles, and those only where it has a style.
func checkHarmless(t *testing.T, p *page) {
	t.Helper()
	text := p.b.String()
	if p.style {
		text = ownStyle.ReplaceAllString(text, "")
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar) {
			t.Fatalf("%U stands in %q", r, p.b.String())
		}
	}
	if !p.style {
		return
	}
	// Every style ends, so that none runs on into what comes behind.
	on := false
	for _, s := range ownStyle.FindAllString(p.b.String(), -1) {
		if on != (s == plain) {
			t.Fatalf("styles do not come in pairs in %q", p.b.String())
		}
		on = s != plain
	}
	if on {
		t.Fatalf("a style does not end in %q", p.b.String())
	}
}

// FuzzPage states that no article whatever can steer a terminal, and that
// lines are no wider than the page unless one word is.
func FuzzPage(f *testing.F) {
	for _, s := range []string{
		"Otters swim.", "\x1b[31mred\x1b[0m", "\x1b[1mbold\x1b[0m", "\x1b\x1b[0m[0m", "\u009b2J", "\u202eevil", "\x00\x07\r\n\t", "東京 👩‍👩‍👧 \xff\xfe",
		strings.Repeat("word ", 50), strings.Repeat("x", 200), "\x1b]8;;https://evil.example\x07here\x1b]8;;\x07", "a\u2028b\u2029c",
	} {
		f.Add(s, 0, 3, 20)
	}
	f.Fuzz(func(t *testing.T, s string, start, end, width int) {
		r := commands.Reply{
			Title: s, Lines: []commands.Line{{Text: s, Cites: []int{1}}}, Facts: []commands.Fact{{Name: s, Value: s}}, Note: s,
			Items: []commands.Item{{N: 1, Title: s, Source: s, Quote: s, Link: s, Also: []string{s}, More: []string{s}}},
		}
		if start >= 0 && start < end && end <= len(s) {
			r.Items[0].Marks = []article.Span{{Start: start, End: end}}
		}
		for _, p := range []*page{{}, {style: true}, {width: 20 + min(max(width, 0), 100)}, {width: 40, style: true}} {
			p.reply(r)
			p.ranking(answer.Ranking{Results: []answer.Result{{Rank: 1, Title: s, Source: s, URL: s, Text: s}}})
			checkHarmless(t, p)
		}
		p := &page{width: 20 + min(max(width, 0), 100)}
		p.line(4, visible(s))
		for _, line := range strings.Split(p.b.String(), "\n") {
			if w := uniseg.StringWidth(line); w > p.width && len(strings.Fields(line)) > 1 {
				t.Errorf("line %q takes %d columns of %d", line, w, p.width)
			}
		}
	})
}
