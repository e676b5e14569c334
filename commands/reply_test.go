package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

func date(s string) answer.Date { return answer.Date{Time: moment(s)} }

func someCitation(n int) answer.Citation {
	return answer.Citation{
		N: n, ArticleID: fmt.Sprintf("a%d", n), Title: "Otters return", Source: "Wire", URL: "https://wire.example/otters",
		Published: date("2025-11-20 08:00:00"), Quote: "Otters have returned. Eleven were counted.", Start: 3, End: 45,
		Link: "https://wire.example/otters#:~:text=Otters%20have%20returned.", Marks: []article.Span{{Start: 0, End: 6}, {Start: 22, End: 28}},
	}
}

// TestReplies shows the replies to values that do not depend on how answers
// are ranked, in each language.
func TestReplies(t *testing.T) {
	for _, l := range locale.All() {
		name := "replies." + l.Code()
		if l == locale.English {
			name = "replies"
		}
		golden(t, name, repliesIn(l))
	}
}

func repliesIn(l locale.Language) string {
	asOf := answer.AsOf{IndexedAt: date("2025-11-26 10:00:00"), Articles: 1204, Newest: date("2025-11-25 23:59:00")}
	found := answer.Answer{
		Question: "How many otters?", Verdict: answer.Answered, AsOf: asOf,
		Sentences: []answer.Sentence{{Text: "Otters have returned.", Cites: []int{1}}, {Text: "Eleven were counted.", Cites: []int{1, 2}}},
		Citations: []answer.Citation{someCitation(1), someCitation(2)},
	}
	copied := found
	copied.Support = &answer.Support{Outlets: 4, Texts: 2}
	copied.Said.Differ = locale.Textf("Reports differ: %s; the newest comes first.", locale.List{Items: []any{
		locale.Textf("%s (%s)", "11 otters", locale.List{Items: []any{"Wire", moment("2025-11-20 00:00:00")}}),
		locale.Textf("%s (%s)", "9 otters", locale.List{Items: []any{"Daily", moment("2025-11-19 00:00:00")}}),
	}})
	copied.Citations = []answer.Citation{someCitation(1), someCitation(2)}
	for i := range 8 {
		copied.Citations[0].Also = append(copied.Citations[0].Also, answer.Copy{ArticleID: fmt.Sprint(i), Source: fmt.Sprintf("Outlet %d", i/2*2)})
	}
	copied.Citations[1].Also = []answer.Copy{{ArticleID: "own", Source: "Wire"}, {ArticleID: "unnamed"}, {ArticleID: "p", Source: "Post"}, {ArticleID: "d", Source: "Daily"}, {ArticleID: "e", Source: "Echo"}, {ArticleID: "h", Source: "Herald"}, {ArticleID: "m", Source: "Mail"}, {ArticleID: "s", Source: "Sun"}}
	same := found
	same.Support = &answer.Support{Outlets: 2, Texts: 1}
	weak := found
	weak.Verdict, weak.Said.Reason = answer.Weak, locale.Textf("The nearest passage does not mention %s.", locale.List{Items: []any{"Amper"}, Each: "'%s'"})
	guessed := found
	guessed.Said.Note = locale.Textf("No article mentions '%s'; showing '%s'.", "Faulk", "Falk")
	none := answer.Answer{
		Question: "What of Nauru?", Verdict: answer.None,
		Said: answer.Said{Reason: locale.Textf("No article mentions %s. %s", locale.List{Items: []any{"Nauru"}, Each: "'%s'"},
			locale.Textf("The articles cover %s to %s.", moment("2025-11-01 00:00:00"), moment("2025-11-25 00:00:00")))},
		Related: []answer.Citation{someCitation(1)}, AsOf: asOf,
	}
	bare := none
	bare.Related, bare.AsOf = nil, answer.AsOf{IndexedAt: date("2025-11-26 10:00:00"), Articles: 1}
	second := someCitation(2)
	second.Source, second.Title = "Daily", "Eleven otters"
	second.Also = []answer.Copy{{ArticleID: "p", Source: "Post"}}
	stories := answer.Latest{AsOf: asOf, Stories: []answer.Story{
		{Articles: []answer.Citation{someCitation(1), second}},
		{Articles: []answer.Citation{{N: 1, ArticleID: "bare", Title: "A lamp"}}},
	}}
	var problems []string
	for i := range 1234 {
		problems = append(problems, fmt.Sprintf("bad.jsonl:%d: no text", i+1))
	}
	var shown strings.Builder
	for _, tt := range []struct {
		name  string
		reply Reply
	}{
		{"answered", AnswerReply(l, found)},
		{"answered, copied and disputed", AnswerReply(l, copied)},
		{"answered, all with one text", AnswerReply(l, same)},
		{"answered in part", AnswerReply(l, weak)},
		{"a misspelt name", AnswerReply(l, guessed)},
		{"not found", AnswerReply(l, none)},
		{"not found, nothing near", AnswerReply(l, bare)},
		{"latest", LatestReply(l, stories, "")},
		{"latest on a topic", LatestReply(l, stories, "  otters\n of the\tAmper ")},
		{"latest on a long topic", LatestReply(l, answer.Latest{AsOf: asOf, Said: answer.Said{Reason: locale.Verbatim("No article on it.")}}, strings.Repeat("otter ", 30))},
		{"reindex: nothing changed", SummaryReply(l, index.Summary{Files: 3, Articles: 1, Passages: 2, Took: 1234567 * time.Microsecond})},
		{"reindex: nothing changed, files read", SummaryReply(l, index.Summary{Files: 1, FilesRead: 1, Articles: 1, Passages: 2})},
		{"reindex: updated", SummaryReply(l, index.Summary{Files: 20, FilesRead: 4, Added: 1000, Changed: 2, Removed: 1, Unchanged: 34567, Articles: 35569, Passages: 100000})},
		{"reindex: full", SummaryReply(l, index.Summary{Full: true, Files: 1, Articles: 1, Passages: 1})},
		{"reindex: one problem", SummaryReply(l, index.Summary{Full: true, Files: 2, Articles: 1, Passages: 1, Problems: problems[:1]})},
		{"reindex: ten problems", SummaryReply(l, index.Summary{Full: true, Files: 2, Articles: 1, Passages: 1, Problems: problems[:10]})},
		{"reindex: many problems", SummaryReply(l, index.Summary{Full: true, Files: 2, Articles: 1, Passages: 1, Problems: problems})},
	} {
		fmt.Fprintf(&shown, "== %s\n%s\n", tt.name, dump(tt.reply))
	}
	return shown.String()
}

// TestCommands shows what the commands reply about four articles.
func TestCommands(t *testing.T) {
	d := depsOf(t, someFiles())
	var shown strings.Builder
	for _, tt := range []struct {
		name, command string
		admin         bool
		options       []string
	}{
		{name: "help", command: "help"},
		{name: "help for admins", command: "help", admin: true},
		{name: "privacy", command: "privacy"},
		{name: "sources", command: "sources"},
		{name: "status", command: "status"},
		{name: "all latest", command: "latest"},
		{name: "latest of an outlet", command: "latest", options: []string{"source", "daily", "since", "2025-11-01"}},
		{name: "article by id", command: "article", options: []string{"article", "otters"}},
		{name: "article by address", command: "article", options: []string{"article", "https://wire.example/budget?utm_source=x", "page", "1"}},
		{name: "article by title", command: "article", options: []string{"article", "rovers cup"}},
		{name: "reindex", command: "reindex", admin: true},
	} {
		r, err := d.call(t.Context(), tt.command, tt.admin, tt.options...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if strings.HasPrefix(r.Note, "Took ") {
			r.Note = "Took"
		}
		fmt.Fprintf(&shown, "== %s\n%s\n", tt.name, dump(r))
	}
	golden(t, "commands", undated(d, shown.String()))
}

func TestAsk(t *testing.T) {
	d := depsOf(t, someFiles())
	r, err := d.call(t.Context(), "ask", false, "question", "How many otters did Ines Falk count?", "private", "true")
	if err != nil {
		t.Fatal(err)
	}
	if !r.Private || r.Title != "How many otters did Ines Falk count?" || len(r.Items) == 0 || r.Items[0].ArticleID != "otters" {
		t.Errorf("got\n%s\nwant a private answer out of otters", dump(r))
	}
	for _, tt := range []struct {
		name    string
		options []string
		want    bool // that it is found
	}{
		{"on its day", []string{"from", "2025-11-20", "to", "2025-11-20"}, true},
		{"the day before", []string{"to", "19.11.2025"}, false},
		{"the day after", []string{"from", "21 November 2025"}, false},
		{"of its outlet", []string{"source", "WIRE"}, true},
		{"of another", []string{"source", "Daily"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := d.call(t.Context(), "ask", false, append(tt.options, "question", "How many otters did Ines Falk count?")...)
			if err != nil {
				t.Fatal(err)
			}
			found := r.Tone != Bad
			if r.Private || found != tt.want || found && r.Items[0].ArticleID != "otters" || !found && !strings.HasPrefix(r.Lines[0].Text, "Not found. ") {
				t.Errorf("got\n%s", dump(r))
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	d := depsOf(t, someFiles())
	for _, tt := range []struct {
		name, command string
		admin         bool
		options       []string
		want          string
	}{
		{name: "reindex by anybody", command: "reindex", want: "Only people who manage this server can do that."},
		{name: "no question", command: "ask", want: `The question is empty: ask something, such as "Who visits Moscow next week?".`},
		{name: "a bad day", command: "ask", options: []string{"question", "otters", "from", "soon"}, want: `From cannot be "soon": give a day such as 2025-11-26.`},
		{name: "another bad day", command: "ask", options: []string{"question", "otters", "to", "31.2.2025"}, want: `To cannot be "31.2.2025": give a day such as 2025-11-26.`},
		{name: "days backwards", command: "ask", options: []string{"question", "otters", "from", "2025-11-02", "to", "2025-11-01"},
			want: `The dates run backwards: "from" must not be later than "to".`},
		{name: "an unknown outlet", command: "ask", options: []string{"question", "otters", "source", "Dayly"}, want: `No article is from "Dayly": did you mean Daily?`},
		{name: "a bad day of latest", command: "latest", options: []string{"since", "2025-13-01"}, want: `Since cannot be "2025-13-01": give a day such as 2025-11-26.`},
		{name: "no article meant", command: "article", options: []string{"article", "  "}, want: `Article is missing: give an article's id, its address or words of its title.`},
		{name: "an unknown article", command: "article", options: []string{"article", "volcano erupts"}, want: "There is no such article. /ask and /latest show the articles that there are."},
		{name: "an unknown address", command: "article", options: []string{"article", "https://wire.example/none"}, want: "There is no such article. /ask and /latest show the articles that there are."},
		{name: "page 0", command: "article", options: []string{"article", "otters", "page", "0"}, want: `Page cannot be "0": give a number from 1.`},
		{name: "a page below", command: "article", options: []string{"article", "otters", "page", "-1"}, want: `Page cannot be "-1": give a number from 1.`},
		{name: "a page in words", command: "article", options: []string{"article", "otters", "page", "one"}, want: `Page cannot be "one": give a number from 1.`},
		{name: "a page beyond", command: "article", options: []string{"article", "otters", "page", "2"}, want: `Page cannot be "2": give a number from 1 to 1.`},
		{name: "a page far beyond", command: "article", options: []string{"article", "otters", "page", "99999999999999999999"}, want: `Page cannot be "99999999999999999999": give a number from 1.`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := d.call(t.Context(), tt.command, tt.admin, tt.options...)
			if err == nil {
				t.Fatalf("got\n%s\nwant an error", dump(r))
			}
			if text, known := Explain(locale.English, err); text != tt.want || !known {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}

func TestWithoutAnIndex(t *testing.T) {
	d := depsOf(t, nil)
	for _, c := range All(d) {
		switch c.Name {
		case "help", "privacy":
			if r, err := d.call(t.Context(), c.Name, false); err != nil || r.Title == "" {
				t.Errorf("/%s: got %v, want help without an index too", c.Name, err)
			}
		case "reindex", "cancel_reindex", "helpful", "unhelpful", "settings", "gaps", "feeds":
		default:
			_, err := d.call(t.Context(), c.Name, false, "question", "otters", "article", "otters", "text", strings.Repeat("otters ", 40))
			if text, known := Explain(locale.English, err); !known || !errors.Is(err, index.ErrNotBuilt) || !strings.Contains(text, "/reindex") {
				t.Errorf("/%s: got %v, in words %q, want that there is no index and who can mend it", c.Name, err, text)
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"an empty question", answer.ErrEmpty, `The question is empty: ask something, such as "Who visits Moscow next week?".`},
		{"no words", answer.ErrNoWords, "The question holds no word to look for: name a person, a place or a thing."},
		{"too long", &answer.TooLong{Length: 9999}, "The question is too long: 2000 characters at most, this one has 9999."},
		{"backwards", answer.ErrBackward, `The dates run backwards: "from" must not be later than "to".`},
		{"an unknown outlet", &answer.UnknownSource{Name: "Wyre", Nearest: []string{"Wire", "Wirr"}}, `No article is from "Wyre": did you mean Wire or Wirr?`},
		{"an operator that is none", &answer.BadOperator{Operator: "foo:x", Mend: locale.Verbatim("is no operator")}, `"foo:x" is no operator.`},
		{"only operators", answer.ErrOnlyOperators, "There is nothing to look for beside the operators: add what you want to know, such as source:bbc rate cut."},
		{"an unknown outlet, none near", &answer.UnknownSource{Name: "Wyre"}, `No article is from "Wyre": see the list of sources.`},
		{"a bad option", &BadOption{"from", strings.Repeat("é", 70), locale.Verbatim("a day")}, `From cannot be "` + strings.Repeat("é", 59) + `…": give a day.`},
		{"no admin", ErrNotAdmin, "Only people who manage this server can do that."},
		{"busy here", errBusy, "The index is being rebuilt already: try again when that is done."},
		{"busy elsewhere", index.ErrBusy, "The index is being rebuilt already. Try again when that is done."},
		{"no article", index.ErrNoArticle, "There is no such article. /ask and /latest show the articles that there are."},
		{"not built", index.ErrNotBuilt, "There is no index yet. Somebody who manages the bot has to run /reindex."},
		{"no articles", index.ErrNoArticles, "No articles were found to index. The index was left as it is."},
		{"too slow", context.DeadlineExceeded, "That took too long. Ask again, in fewer words perhaps."},
		{"stopped", context.Canceled, "That was stopped before it was done."},
	} {
		for how, err := range map[string]error{
			"as it is": tt.err, "joined": errors.Join(errors.New("other"), tt.err), "wrapped": fmt.Errorf("search: /var/secret: %w", tt.err),
		} {
			if text, known := Explain(locale.English, err); text != tt.want || !known {
				t.Errorf("%s, %s: got %q, want %q", tt.name, how, text, tt.want)
			}
		}
	}
	for _, err := range []error{nil, errors.New("token abc at /var/index is bad"), fmt.Errorf("search: %w", errors.New("bolt timeout"))} {
		if text, known := Explain(locale.English, err); text != Unknown || known {
			t.Errorf("%v: got %q and %v, want the words for what is unknown", err, text, known)
		}
	}
}

func TestParseDay(t *testing.T) {
	for text, want := range map[string]string{
		"2025-11-26": "2025-11-26 00:00:00", " 2025/11/26 ": "2025-11-26 00:00:00", "26.11.2025": "2025-11-26 00:00:00",
		"1.2.2025": "2025-02-01 00:00:00", "26 Nov 2025": "2025-11-26 00:00:00", "6 November 2025": "2025-11-06 00:00:00",
		"Nov 26, 2025": "2025-11-26 00:00:00", "november 26, 2025": "2025-11-26 00:00:00",
		"2025-11-26T10:30:00Z": "2025-11-26 10:30:00", "2025-11-26T01:30:00+02:00": "2025-11-25 23:30:00", "2024-02-29": "2024-02-29 00:00:00",
	} {
		got, err := ParseDay("from", text)
		if err != nil || !got.Equal(moment(want)) || got.Location() != time.UTC {
			t.Errorf("%q: got %v and %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", " \t"} {
		if got, err := ParseDay("from", text); err != nil || !got.IsZero() {
			t.Errorf("%q: got %v and %v, want no day", text, got, err)
		}
	}
	for _, text := range []string{"tomorrow", "2025-11", "2025-02-29", "2025-13-01", "11/26/2025", "26", "2025-11-26 10:30", "\x00"} {
		var bad *BadOption
		if got, err := ParseDay("since", text); !errors.As(err, &bad) || bad.Option != "since" || bad.Value != text {
			t.Errorf("%q: got %v and %v, want a bad option", text, got, err)
		}
	}
}

func TestEndOfDay(t *testing.T) {
	for from, want := range map[string]string{
		"2025-11-26 00:00:00": "2025-11-26 23:59:59",
		"2025-11-26 10:30:00": "2025-11-26 10:30:00",
		"2025-11-26 23:59:59": "2025-11-26 23:59:59",
	} {
		if got := EndOfDay(moment(from)); !got.Equal(moment(want)) {
			t.Errorf("%s: got %v, want %s", from, got, want)
		}
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 articles", 1: "1 article", 2: "2 articles", 999: "999 articles", 1000: "1,000 articles", 1234567: "1,234,567 articles", -1234: "-1,234 articles", -123: "-123 articles",
	} {
		if got := locale.English.Say("%d articles", n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 seconds", time.Second: "1 second", 59*time.Minute + 59*time.Second: "59 minutes", 61 * time.Minute: "1 hour 1 minute",
		25 * time.Hour: "1 day 1 hour", 50*24*time.Hour + 5*time.Hour: "50 days 5 hours",
	} {
		if got := Duration(locale.English, d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
