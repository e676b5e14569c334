package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
)

// dateLimit is how many characters a date as people write it has at most.
const dateLimit = 40

func sourceOption(d Deps) Option {
	return Option{Name: "source", Description: "Only articles of this outlet", MaxLength: 100, Suggest: suggestSource(d)}
}

func ask(d Deps) Command {
	return Command{
		Name:        "ask",
		Description: "Ask the news a question and get quoted sentences with their sources",
		Options: []Option{
			{Name: "question", Description: "What you want to know, in your own words", Required: true, MaxLength: answer.MaxQuestion, Suggest: suggestQuestion(d)},
			sourceOption(d),
			{Name: "from", Description: "Only articles from this day on, such as 2025-11-26", MaxLength: dateLimit},
			{Name: "to", Description: "Only articles up to this day, such as 2025-11-30", MaxLength: dateLimit},
			{Name: "any_time", Description: "Take no account of the time that the question states, such as last week", Kind: Flag},
			{Name: "private", Description: "Show the answer only to you", Kind: Flag},
		},
		run: func(ctx context.Context, call Call) (Reply, error) {
			q, err := asked(call)
			if err != nil {
				return Reply{}, err
			}
			return d.answerTo(ctx, call, q)
		},
	}
}

// asked reads a question out of a call's values.
func asked(call Call) (answer.Question, error) {
	q := call.within(answer.Question{Text: call.Values["question"], Now: call.Now, Source: call.Values["source"],
		AnyTime: call.Values["any_time"] == "true"})
	var err error
	if q.From, err = ParseDay("from", call.Values["from"]); err != nil {
		return q, err
	}
	if q.To, err = ParseDay("to", call.Values["to"]); err != nil {
		return q, err
	}
	if !q.To.IsZero() {
		q.To = EndOfDay(q.To)
	}
	return q, nil
}

// values writes what asked reads, as briefly as it can be written: a chat may
// have to keep it in a button.
func values(q answer.Question) map[string]string {
	v := map[string]string{"question": q.Text}
	put := func(name, value string) {
		if value != "" {
			v[name] = value
		}
	}
	put("source", q.Source)
	put("from", article.FormatDate(q.From))
	if q.To.Equal(EndOfDay(q.To.Truncate(24 * time.Hour))) {
		put("to", q.To.Format(time.DateOnly))
	} else {
		put("to", article.FormatDate(q.To))
	}
	if q.AnyTime {
		v["any_time"] = "true"
	}
	return v
}

// with is a question's values and one more.
func with(q answer.Question, name, value string) map[string]string {
	v := values(q)
	v[name] = value
	return v
}

// answerTo answers what a person has typed. Where that found nothing, a server
// may want to know.
func (d Deps) answerTo(ctx context.Context, call Call, q answer.Question) (Reply, error) {
	r, verdict, err := d.answer(ctx, q)
	if err == nil && verdict == answer.None {
		err = d.Store.AddGap(call.Server, q.Text, call.Now)
	}
	r.Private = call.Values["private"] == "true"
	return r, err
}

// answer asks, and offers what can be asked next.
func (d Deps) answer(ctx context.Context, q answer.Question) (Reply, answer.Verdict, error) {
	a, err := d.Engine.Ask(ctx, q)
	if err != nil {
		return Reply{}, answer.None, err
	}
	r := AnswerReply(a)
	r.Share = true
	if len(r.Items) > 0 {
		r.Actions = append(r.Actions, Action{Label: "More results", Command: "more", Values: with(q, "page", "1")})
	}
	r.Actions = append(r.Actions, followUp(q))
	if a.Window.Words != "" {
		r.Actions = append(r.Actions, Action{Label: "Any time", Command: "ask", Values: with(q, "any_time", "true")})
	}
	r.Actions = append(r.Actions, Action{Label: "Helpful", Command: "helpful"}, Action{Label: "Not helpful", Command: "unhelpful"})
	return r, a.Verdict, nil
}

// AnswerReply puts an answer in the form in which people get it.
func AnswerReply(a answer.Answer) Reply {
	r := Reply{Title: a.Question, Note: asOf(a.AsOf)}
	if window := windowNote(a.Window); window != "" {
		r.Note += "; " + window
		if a.Window.Words != "" {
			r.Note += fmt.Sprintf(" (“%s”)", a.Window.Words)
		}
	}
	r.Note += scopeNote(a.Scope)
	if a.Note != "" {
		r.Lines = append(r.Lines, Line{Text: a.Note})
	}
	for _, s := range a.Sentences {
		r.Lines = append(r.Lines, Line{Text: s.Text, Cites: s.Cites})
	}
	for _, remark := range nonEmpty(agreement(a.Support), a.Differ) {
		r.Lines = append(r.Lines, Line{Text: remark})
	}
	items := a.Citations
	switch a.Verdict {
	case answer.Answered:
		r.Tone = Good
		if a.Reason != "" {
			r.Lines = append(r.Lines, Line{Text: a.Reason})
		}
	case answer.Weak:
		r.Tone = Doubtful
		r.Lines = append([]Line{{Text: "The articles answer this only in part. " + a.Reason}}, r.Lines...)
	default:
		r.Tone = Bad
		r.Lines = []Line{{Text: "Not found. " + a.Reason}}
		items = a.Related
		if len(items) > 0 {
			r.Lines = append(r.Lines, Line{Text: "What comes nearest:"})
		}
	}
	for _, c := range items {
		item := citedItem(c)
		if a.Verdict == answer.None {
			item.N, item.Expand.Label = 0, c.Title
		}
		r.Items = append(r.Items, item)
	}
	return r
}

// windowNote says which articles a window keeps: "only those of 5 Mar 2024",
// "only those since 5 Mar 2024"; "" where it keeps all.
func windowNote(w answer.Window) string {
	window := w.String()
	switch {
	case window == "":
		return ""
	case w.From.IsZero() || w.To.IsZero():
		return "only those " + window
	}
	return "only those of " + window
}

// Looked says which articles a ranking is of; "" where it is of all.
func Looked(r answer.Ranking) string {
	return strings.TrimPrefix(windowNote(r.Window)+scopeNote(r.Scope), "; ")
}

// scopeNote says what a question's text made of the passages looked at, each
// thing behind a semicolon; "" where it made nothing.
func scopeNote(s answer.Scope) string {
	var b strings.Builder
	if len(s.Only) > 0 {
		fmt.Fprintf(&b, "; only those of %s", strings.Join(s.Only, ", "))
	}
	known := slices.DeleteFunc(slices.Clone(s.Outlets), func(o string) bool { return slices.Contains(s.Missing, o) })
	if len(known) > 0 {
		fmt.Fprintf(&b, "; those of %s first", strings.Join(known, ", "))
	}
	if len(s.Phrases) > 0 {
		fmt.Fprintf(&b, "; with “%s”", strings.Join(s.Phrases, "”, “"))
	}
	if len(s.Without) > 0 {
		fmt.Fprintf(&b, "; without “%s”", strings.Join(s.Without, "”, “"))
	}
	return b.String()
}

func citedItem(c answer.Citation) Item {
	return Item{
		N: c.N, Title: c.Title, Source: c.Source, Published: c.Published.Time,
		Quote: c.Quote, Marks: c.Marks, Link: c.Link, ArticleID: c.ArticleID,
		Also:   otherOutlets(c),
		Expand: expand(c.N, c.Title, c.ArticleID, c.Start, c.End),
	}
}

// maxOutlets is how many outlets are named that have the same text.
const maxOutlets = 5

// otherOutlets names the outlets that have a cited text too.
func otherOutlets(c answer.Citation) []string {
	var names []string
	for _, o := range c.Also {
		if o.Source != "" && o.Source != c.Source && !slices.Contains(names, o.Source) {
			names = append(names, o.Source)
		}
	}
	if more := len(names) - maxOutlets; more > 0 {
		names = append(names[:maxOutlets], fmt.Sprintf("%d more", more))
	}
	return names
}

// agreement says in words how many say the same; "" of one.
func agreement(s *answer.Support) string {
	switch {
	case s == nil || s.Outlets < 2:
		return ""
	case s.Texts == 1:
		return fmt.Sprintf("%s say so, all with the same text.", count(s.Outlets, "outlet"))
	}
	return fmt.Sprintf("%s say so, in %s.", count(s.Outlets, "outlet"), count(s.Texts, "independent text"))
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func asOf(s answer.AsOf) string {
	note := fmt.Sprintf("As of %s, %s", day(s.IndexedAt.Time), count(s.Articles, "article"))
	if !s.Newest.IsZero() {
		note += fmt.Sprintf(", the newest of %s", day(s.Newest.Time))
	}
	return note
}

func day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// count writes a number with its noun: 1 article, 1,204 articles.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(n) + " " + noun
}

// grouped writes a number with commas between its thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// dayLayouts are the ways in which people may write a day.
var dayLayouts = []string{
	time.DateOnly, time.RFC3339, "2006/01/02", "2.1.2006", "2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006",
}

// ParseDay reads a day, or a time, as people write it. A day is its first
// moment in UTC. The name is that of the option, for the error.
func ParseDay(name, s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, &BadOption{Option: name, Value: s, Want: "a day such as 2025-11-26"}
}

// EndOfDay moves a day to its last moment; a time of day stays.
func EndOfDay(t time.Time) time.Time {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Add(24*time.Hour - time.Second)
	}
	return t
}
