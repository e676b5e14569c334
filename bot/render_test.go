package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// sampleReplies are replies as the commands give them, and worse ones.
func sampleReplies() map[string]commands.Reply {
	long := strings.Repeat("The council met again on Tuesday and talked about the bridge. ", 60)
	quote := "Residents waited. The bridge, closed since 2019, opened on Friday. \"Finally!\" said one. # not a heading @everyone"
	at, opened := strings.Index(quote, "bridge"), strings.Index(quote, "opened")
	answer := commands.Reply{
		Tone: commands.Good, Title: "When did the *bridge* open?",
		Lines: []commands.Line{{Text: "The bridge, closed since 2019, opened on Friday.", Cites: []int{1, 2}}, {Text: "It cost 3.5 million.", Cites: []int{2}}},
		Items: []commands.Item{
			{N: 1, Title: "The bridge is open", Source: "Harbour Post", Published: time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC),
				Quote: quote, Marks: []article.Span{{Start: at, End: at + 6}, {Start: opened, End: opened + 6}}, Link: "https://harbour.example/bridge#:~:text=The%20bridge", Also: []string{"Daily_Mail", "*Echo*"}},
			{N: 2, Title: "What it cost", Source: "City_Wire", Published: time.Date(2025, 11, 27, 23, 30, 0, 0, time.UTC), Quote: "It cost 3.5 million.", More: []string{"Daily: Bridge opens", "Tribune: At last"}},
		},
		Note: "As of 28 Nov 2025, 1,204 articles", Share: true,
		Actions: []commands.Action{
			{Label: "More results", Command: "more", Values: map[string]string{"question": "When did the *bridge* open?", "page": "1"}},
			{Label: "Ask a follow-up", Command: "follow", Values: map[string]string{"before": "When did the *bridge* open?"}, Asks: "question"},
			{Label: "Any time", Command: "ask", Values: map[string]string{"question": "When did the *bridge* open?", "any_time": "true"}},
			{Label: "Helpful", Command: "helpful"}, {Label: "Not helpful", Command: "unhelpful"},
		},
	}
	for i := range answer.Items {
		answer.Items[i].Expand = &commands.Action{Label: fmt.Sprintf("[%d] %s", i+1, answer.Items[i].Title), Command: "excerpt", Values: map[string]string{"article": fmt.Sprintf("b%d", i+1), "start": "0", "end": "90"}}
	}
	many := commands.Reply{Tone: commands.Neutral, Title: "Latest news"}
	for i := range 20 {
		many.Items = append(many.Items, commands.Item{Title: fmt.Sprintf("Story %d", i+1), Source: "Wire", Link: "https://wire.example/", Quote: long[:200]})
	}
	sources := commands.Reply{Title: "Sources", Note: "40 sources"}
	for i := range 90 {
		sources.Facts = append(sources.Facts, commands.Fact{Name: fmt.Sprintf("Outlet %d", i), Value: "1,204 articles, 1 Jan 2024 to 26 Nov 2025"})
	}
	latest := commands.Reply{Title: "Latest news", Note: "Page 1 of 4; as of 28 Nov 2025, 1,204 articles", Actions: []commands.Action{
		{Label: "Next page", Command: "latest", Values: map[string]string{"page": "2"}},
	}}
	for i, image := range []string{"https://harbour.example/bridge.jpg", "http://harbour.example/plain.jpg", "javascript:x", ""} {
		latest.Items = append(latest.Items, commands.Item{
			Title: fmt.Sprintf("The *bridge* is open (%d)", i), Source: "Harbour Post", Recent: true, Image: image, Quote: "It opened on Friday.",
			Published: time.Date(2025, 11, 27, 8, 0, 0, 0, time.UTC), Link: "https://harbour.example/a_(b)_*c*", More: []string{"Daily: Bridge opens"},
		})
	}
	latest.Items = append(latest.Items, commands.Item{Title: "Brackets [video]", Image: "https://harbour.example/video.jpg", Link: "https://harbour.example/v", Recent: true})
	return map[string]commands.Reply{
		"answer":  answer,
		"many":    many,
		"latest":  latest,
		"sources": sources,
		"page": {Title: "A long read", Lines: []commands.Line{{Text: long[:1100]}, {Text: long[:1200]}, {Text: long[:1000]}},
			Items:   []commands.Item{{Title: "A long read", Source: "Harbour Post", Link: "https://harbour.example/long"}},
			Actions: []commands.Action{{Label: "Next page", Command: "article", Values: map[string]string{"article": "ab12", "page": "2"}}},
			Note:    "Page 1 of 2"},
		"none":  {Tone: commands.Bad, Lines: []commands.Line{{Text: "Not found. No article speaks of this."}}},
		"empty": {Title: "\u200b", Lines: []commands.Line{{Text: " \n"}}, Items: []commands.Item{{}}},
	}
}

func TestRenderedReplies(t *testing.T) {
	for name, r := range sampleReplies() {
		t.Run(name, func(t *testing.T) {
			m := render(r)
			checkBody(t, m)
			golden(t, "reply-"+name+".json", indented(t, m))
		})
	}
}

func TestDiscordTakesTheRenderedReplies(t *testing.T) {
	for name, reply := range sampleReplies() {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, discordtest.New(t), one("show", func(context.Context, commands.Call) (commands.Reply, error) { return reply, nil })).run()
			if out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "show"}).Wait(r.ctx); out.Original.Text() == "" {
				t.Error("nothing is shown")
			}
		})
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	for name, want := range map[string]string{
		"many": "of 20 articles did not fit", "sources": "more lines did not fit", "page": "the text is cut",
	} {
		contains(t, indented(t, render(sampleReplies()[name])), want)
	}
}

func TestQuotes(t *testing.T) {
	far := strings.Repeat("Nothing of note happened here. ", 20) + "Then the bridge opened. " + strings.Repeat("And so on it went. ", 20)
	at := strings.Index(far, "bridge")
	for _, c := range []struct {
		name, quote string
		marks       []article.Span
		want        string
	}{
		{"two words side by side", "the old bridge", []article.Span{{Start: 4, End: 7}, {Start: 8, End: 14}}, "> the **old** **bridge**"},
		{"marks out of order and overlapping", "abcdef", []article.Span{{Start: 2, End: 5}, {Start: 1, End: 3}}, "> a**bcde**f"},
		{"marks outside", "abc", []article.Span{{Start: -4, End: -1}, {Start: 2, End: 99}, {Start: 50, End: 60}, {Start: 2, End: 1}}, "> ab**c**"},
		{"part of a character", "e\u0301a", []article.Span{{Start: 1, End: 2}}, "> **e\u0301**a"},
		{"two lines", "one\ntwo", []article.Span{{Start: 0, End: 7}}, "> **one**\n> **two**"},
		{"signs in bold", "a*b", []article.Span{{Start: 0, End: 3}}, `> **a\*b**`},
		{"nothing", " \n", nil, ""},
	} {
		if got := quote(commands.Item{Quote: c.quote, Marks: c.marks}, maxQuote); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	got := quote(commands.Item{Quote: far, Marks: []article.Span{{Start: at, End: at + 6}}}, maxQuote)
	contains(t, got, "Then the **bridge** opened.")
	if !strings.HasPrefix(got, "> … ") || !strings.HasSuffix(got, "…") || utf8.RuneCountInString(got) > maxQuote+10 {
		t.Errorf("got %q, want an excerpt around the matched word", got)
	}
}

func TestLinks(t *testing.T) {
	long := "https://a.example/" + strings.Repeat("x", 400)
	for _, c := range []struct{ name, link, want string }{
		{"a page", "https://a.example/b", "https://a.example/b"},
		{"a fragment that is too long", long + "#:~:text=" + strings.Repeat("y", 200), long},
		{"too long itself", long + long, ""},
		{"a script", "javascript:alert(1)", ""},
		{"no host", "https:///b", ""},
		{"a space", "https://a.example/b c", ""},
		{"none", "", ""},
	} {
		if got := linkOf(c.link); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// checkBody finds what Discord would refuse in a message, by rules of its own.
func checkBody(t testing.TB, m body) {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Flags      int              `json:"flags"`
		Components []map[string]any `json:"components"`
		Mentions   struct {
			Parse *[]string `json:"parse"`
		} `json:"allowed_mentions"`
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	if v.Flags != 32768 || v.Mentions.Parse == nil || len(*v.Mentions.Parse) != 0 {
		t.Errorf("got flags %d and mentions %v", v.Flags, v.Mentions.Parse)
	}
	w := walk{t: t, ids: map[string]bool{}}
	for _, c := range v.Components {
		w.visit(c)
	}
	if w.count > 40 || w.text > 4000 || w.text == 0 {
		t.Errorf("got %d components and %d characters", w.count, w.text)
	}
}

type walk struct {
	t           testing.TB
	count, text int
	ids         map[string]bool
}

func (w *walk) visit(c map[string]any) {
	w.t.Helper()
	w.count++
	children, _ := c["components"].([]any)
	switch kind := c["type"].(float64); kind {
	case 1:
		if len(children) < 1 || len(children) > 5 {
			w.t.Errorf("a row of %d buttons", len(children))
		}
	case 2:
		w.button(c)
	case 9:
		if len(children) != 1 || c["accessory"] == nil {
			w.t.Errorf("a section with %d texts and accessory %v", len(children), c["accessory"])
		}
	case 10:
		content := c["content"].(string)
		w.text += len([]rune(content))
		checkText(w.t, content)
	case 3:
		w.menu(c)
	case 11:
		link := c["media"].(map[string]any)["url"].(string)
		if u, err := url.Parse(link); err != nil || u.Scheme != "https" || u.Host == "" || len(link) > 2048 {
			w.t.Errorf("a picture at %q", link)
		}
	case 14:
	case 17:
		if len(children) == 0 {
			w.t.Error("an empty container")
		}
	default:
		w.t.Errorf("a component of type %v", kind)
	}
	for _, child := range children {
		w.visit(child.(map[string]any))
	}
	if a, ok := c["accessory"].(map[string]any); ok {
		w.visit(a)
	}
}

func (w *walk) button(c map[string]any) {
	w.t.Helper()
	if n := len([]rune(c["label"].(string))); n < 1 || n > 80 {
		w.t.Errorf("a label of %d characters", n)
	}
	if c["style"].(float64) == 5 {
		link, _ := c["url"].(string)
		u, err := url.Parse(link)
		if err != nil || len([]rune(link)) > 512 || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			w.t.Errorf("a button to %q", link)
		}
		return
	}
	id, _ := c["custom_id"].(string)
	if n := len([]rune(id)); n < 1 || n > 100 || w.ids[id] {
		w.t.Errorf("custom_id %q, seen already: %v", id, w.ids[id])
	}
	w.ids[id] = true
}

func (w *walk) menu(c map[string]any) {
	w.t.Helper()
	options := c["options"].([]any)
	if len(options) < 1 || len(options) > 25 {
		w.t.Errorf("a menu of %d", len(options))
	}
	values := map[string]bool{}
	for _, o := range options {
		o := o.(map[string]any)
		for _, key := range []string{"label", "value", "description"} {
			if n := len([]rune(o[key].(string))); n < 1 || n > 100 {
				w.t.Errorf("a menu's %s of %d characters", key, n)
			}
		}
		if values[o["value"].(string)] {
			w.t.Errorf("the value %q stands twice in a menu", o["value"])
		}
		values[o["value"].(string)] = true
	}
}

var (
	escaped   = regexp.MustCompile(`\\[^0-9A-Za-z\s]`)
	ownMarks  = regexp.MustCompile(`^(> |-# )|\*\*|\[[^\[\]]+\]\(https?://[^\s()<>\[\]\\]+\)|\[\d+\]|<t:\d+:[DR]>`)
	listStart = regexp.MustCompile(`^[\s\p{Z}]*([-+]|\d+[.)])`) // JavaScript's \s, by which Discord reads, knows spaces of all kinds
)

// checkText fails where a text display holds Markdown other than the few forms
// in which the renderer writes: bold, a block quote or small text at the
// beginning of a line, days, links of titles, and marks such as [1].
func checkText(t testing.TB, content string) {
	t.Helper()
	if strings.TrimSpace(content) == "" {
		t.Errorf("an empty text: %q", content)
	}
	for line := range strings.SplitSeq(content, "\n") {
		rest := escaped.ReplaceAllString(line, "x")
		if strings.Count(rest, "**")%2 != 0 {
			t.Errorf("bold does not end: %q", line)
		}
		rest = ownMarks.ReplaceAllString(rest, "")
		if strings.ContainsAny(rest, "*_~`|[]<>@#\\") || strings.Contains(rest, "://") || listStart.MatchString(rest) {
			t.Errorf("live markup in %q", line)
		}
		if strings.ContainsAny(line, "\x00\x1b\x7f\r\u202e\u2066\u200f\u2028") {
			t.Errorf("control characters in %q", line)
		}
	}
}

// FuzzRender: whatever the articles hold, the message breaks no limit of
// Discord and nothing in it is live.
func FuzzRender(f *testing.F) {
	f.Add("# a @everyone [x](https://y) <@1> ||z|| - 1. \u202e👩‍🚀 e\u0301.\n> q", int64(1))
	f.Add("\u00a01. ~~@everyon\u00a0", int64(1))
	f.Add("\u3000\u2003 \u3000", int64(2))
	f.Add("1. \n- +\t**", int64(7))
	f.Add(strings.Repeat("word. ", 900), int64(3))
	f.Add(strings.Repeat("*", 3000), int64(4))
	f.Add("\xff\xfe\\", int64(5))
	f.Add("\xff\xfe\xfe\\", int64(-43)) // two custom ids that were one in JSON
	f.Fuzz(func(t *testing.T, text string, seed int64) {
		text = text[:min(len(text), 6000)] // longer ones only take longer
		checkBody(t, render(arbitraryReply(text, rand.New(rand.NewSource(seed)))))
	})
}

// arbitraryReply makes a reply of pieces of text.
func arbitraryReply(text string, rnd *rand.Rand) commands.Reply {
	piece := func() string {
		if len(text) == 0 || rnd.Intn(5) == 0 {
			return ""
		}
		from := rnd.Intn(len(text))
		return strings.Repeat(text[from:from+1+rnd.Intn(len(text)-from)], 1+rnd.Intn(3))
	}
	span := func() article.Span {
		return article.Span{Start: rnd.Intn(len(text)+9) - 4, End: rnd.Intn(len(text)+9) - 4}
	}
	some := func(most int, do func()) {
		for range rnd.Intn(most) {
			do()
		}
	}
	r := commands.Reply{Tone: commands.Tone(rnd.Intn(5)), Title: piece(), Note: piece(), Share: rnd.Intn(2) == 0}
	some(6, func() {
		l := commands.Line{Text: piece(), Cites: rnd.Perm(9)[:rnd.Intn(9)]}
		some(4, func() { l.Marks = append(l.Marks, span()) })
		r.Lines = append(r.Lines, l)
	})
	some(60, func() { r.Facts = append(r.Facts, commands.Fact{Name: piece(), Value: piece()}) })
	some(20, func() {
		item := commands.Item{
			N: rnd.Intn(20) - 2, Title: piece(), Source: piece(), Published: time.Unix(rnd.Int63n(4e9), 0), Quote: piece(),
			Link: []string{"", piece(), "https://a.example/" + url.PathEscape(piece()), "https://a.example/" + piece()}[rnd.Intn(4)],
		}
		some(20, func() { item.Marks = append(item.Marks, span()) })
		some(4, func() { item.More = append(item.More, piece()) })
		some(2, func() { item.Also = append(item.Also, piece()) })
		item.Recent, item.Image = rnd.Intn(2) == 0, []string{"", piece(), "https://a.example/p.jpg", "http://a.example/p.jpg"}[rnd.Intn(4)]
		if rnd.Intn(2) == 0 {
			item.Expand = &commands.Action{Label: piece(), Command: "excerpt", Values: map[string]string{"article": piece()}}
		}
		r.Items = append(r.Items, item)
	})
	some(20, func() {
		a := commands.Action{Label: piece(), Command: piece(), Values: map[string]string{"page": piece()}}
		if rnd.Intn(3) == 0 {
			a.Values["question"] = r.Title
		}
		r.Actions = append(r.Actions, a)
	})
	return r
}

// BenchmarkAnyReply renders random replies out of markup, mentions and any
// Unicode, and holds each to Discord's rules; a million of them by
//
//	go test ./bot -run '^$' -bench AnyReply -benchtime 1000000x -timeout 2h
func BenchmarkAnyReply(b *testing.B) {
	rnd := rand.New(rand.NewSource(1))
	pieces := []string{"**", "*", "_", "~~", "||", "`", "```", "> ", "# ", "-# ", "1. ", "- ", "\n", " ", "[x](https://a.example)", "2) ", "+ ", "\u00a0", "\u3000", "\u200b",
		"<@1>", "<#2>", "@everyone", "<t:1:R>", "<:a:3>", "https://a.example/?q=", "\u202e", "👩‍🚀", "e\u0301", "ﷺ", "word. "}
	for b.Loop() {
		var text strings.Builder
		for range rnd.Intn(1 + rnd.Intn(200)) {
			if rnd.Intn(2) == 0 {
				text.WriteString(pieces[rnd.Intn(len(pieces))])
			} else {
				text.WriteRune(rune(rnd.Intn(0x110000)))
			}
		}
		checkBody(b, render(arbitraryReply(text.String(), rnd)))
	}
}

func BenchmarkRender(b *testing.B) {
	r := sampleReplies()["answer"]
	for b.Loop() {
		render(r)
	}
}

// Articles come from anywhere: a quote of a megabyte must not hold the bot up.
func BenchmarkRenderEndlessTexts(b *testing.B) {
	long := strings.Repeat("*a ", 1<<18)
	r := commands.Reply{Title: long, Note: long, Lines: []commands.Line{{Text: long}}}
	for range 30 {
		r.Items = append(r.Items, commands.Item{Title: long, Source: long, Quote: long, Also: []string{long}, More: []string{long}})
		r.Facts = append(r.Facts, commands.Fact{Name: long, Value: long})
	}
	for b.Loop() {
		render(r)
	}
}
