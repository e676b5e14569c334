package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/locale"
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
	q := call.question(call.Values["question"])
	q.Source, q.AnyTime = call.Values["source"], call.Values["any_time"] == "true"
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
	r, verdict, err := d.answer(ctx, call.Language, q)
	if err == nil && verdict == answer.None {
		err = d.Store.AddGap(call.Server, q.Text, call.Now)
	}
	r.Private = call.Values["private"] == "true"
	return r, err
}

// answer asks, and offers what can be asked next.
func (d Deps) answer(ctx context.Context, l locale.Language, q answer.Question) (Reply, answer.Verdict, error) {
	a, err := d.Engine.Ask(ctx, q)
	if err != nil {
		return Reply{}, answer.None, err
	}
	r := AnswerReply(l, a)
	r.Share = true
	if len(r.Items) > 0 {
		r.Actions = append(r.Actions, Action{Label: l.Say("More results"), Command: "more", Values: with(q, "page", "1")})
	}
	r.Actions = append(r.Actions, followUp(l, q))
	if a.Window.Words != "" {
		r.Actions = append(r.Actions, Action{Label: l.Say("Any time"), Command: "ask", Values: with(q, "any_time", "true")})
	}
	r.Actions = append(r.Actions, Action{Label: l.Say("Helpful"), Command: "helpful"}, Action{Label: l.Say("Not helpful"), Command: "unhelpful"})
	return r, a.Verdict, nil
}

// AnswerReply puts an answer in the form in which people get it.
func AnswerReply(l locale.Language, a answer.Answer) Reply {
	r := Reply{Language: l, Title: a.Question, Note: asOf(l, a.AsOf, false)}
	if window := windowNote(l, a.Window); window != "" {
		r.Note += "; " + window
		if a.Window.Words != "" {
			r.Note += l.Say(" (“%s”)", a.Window.Words)
		}
	}
	r.Note += scopeNote(l, a.Scope)
	note, reason := a.Said.Note.In(l), a.Said.Reason.In(l)
	if note != "" {
		r.Lines = append(r.Lines, Line{Text: note})
	}
	for _, s := range a.Sentences {
		r.Lines = append(r.Lines, Line{Text: s.Text, Cites: s.Cites})
	}
	for _, remark := range nonEmpty(agreement(l, a.Support), a.Said.Differ.In(l)) {
		r.Lines = append(r.Lines, Line{Text: remark})
	}
	items := a.Citations
	switch a.Verdict {
	case answer.Answered:
		r.Tone = Good
		if reason != "" {
			r.Lines = append(r.Lines, Line{Text: reason})
		}
	case answer.Weak:
		r.Tone = Doubtful
		r.Lines = append([]Line{{Text: l.Say("The articles answer this only in part. %s", reason)}}, r.Lines...)
	default:
		r.Tone = Bad
		r.Lines = []Line{{Text: l.Say("Not found. %s", reason)}}
		items = a.Related
		if len(items) > 0 {
			r.Lines = append(r.Lines, Line{Text: l.Say("What comes nearest:")})
		}
	}
	for _, c := range items {
		item := citedItem(l, c)
		if a.Verdict == answer.None {
			item.N, item.Expand.Label = 0, c.Title
		}
		r.Items = append(r.Items, item)
	}
	return r
}

// windowNote says which articles a window keeps: "only those of 5 Mar 2024",
// "only those since 5 Mar 2024"; "" where it keeps all.
func windowNote(l locale.Language, w answer.Window) string {
	window := l.Days(w.From.Time, w.To.Time)
	switch {
	case window == "":
		return ""
	case w.From.IsZero() || w.To.IsZero():
		return l.Say("only those %s", window)
	}
	return l.Say("only those of %s", window)
}

// Looked says which articles a ranking is of; "" where it is of all.
func Looked(l locale.Language, r answer.Ranking) string {
	return strings.TrimPrefix(windowNote(l, r.Window)+scopeNote(l, r.Scope), "; ")
}

// scopeNote says what a question's text made of the passages looked at, each
// thing behind a semicolon; "" where it made nothing.
func scopeNote(l locale.Language, s answer.Scope) string {
	known := slices.DeleteFunc(slices.Clone(s.Outlets), func(o string) bool { return slices.Contains(s.Missing, o) })
	note := ""
	add := func(names []string, said string) {
		if len(names) > 0 {
			note += "; " + said
		}
	}
	add(s.Only, l.Say("only articles of %s", listOf(s.Only, "")))
	add(known, l.Say("those of %s first", listOf(known, "")))
	add(s.Phrases, l.Say("with %s", listOf(s.Phrases, "“%s”")))
	add(s.Without, l.Say("without %s", listOf(s.Without, "“%s”")))
	return note
}

// listOf lists names, each as the message says.
func listOf(names []string, each string) locale.List {
	list := locale.List{Each: each}
	for _, name := range names {
		list.Items = append(list.Items, name)
	}
	return list
}

func citedItem(l locale.Language, c answer.Citation) Item {
	return Item{
		N: c.N, Title: c.Title, Source: c.Source, Published: c.Published.Time,
		Quote: c.Quote, Marks: c.Marks, Link: c.Link, ArticleID: c.ArticleID,
		Also:   otherOutlets(l, c),
		Expand: expand(c.N, c.Title, c.ArticleID, c.Start, c.End),
	}
}

// maxOutlets is how many outlets are named that have the same text.
const maxOutlets = 5

// otherOutlets names the outlets that have a cited text too.
func otherOutlets(l locale.Language, c answer.Citation) []string {
	var names []string
	for _, o := range c.Also {
		if o.Source != "" && o.Source != c.Source && !slices.Contains(names, o.Source) {
			names = append(names, o.Source)
		}
	}
	if more := len(names) - maxOutlets; more > 0 {
		names = append(names[:maxOutlets], l.Say("%d more", more))
	}
	return names
}

// agreement says in words how many say the same; "" of one.
func agreement(l locale.Language, s *answer.Support) string {
	switch {
	case s == nil || s.Outlets < 2:
		return ""
	case s.Texts == 1:
		return l.Say("%d outlets say so, all with the same text.", s.Outlets)
	}
	return l.Say("%s say so, %s.", locale.Textf("%d outlets", s.Outlets), locale.Textf("in %d independent texts", s.Texts))
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// asOf says what an answer rests on, behind other words or not.
func asOf(l locale.Language, s answer.AsOf, behind bool) string {
	articles := locale.Textf("%d articles", s.Articles)
	note := l.Say("As of %s, %s", s.IndexedAt.Time, articles)
	if behind {
		note = l.Say("as of %s, %s", s.IndexedAt.Time, articles)
	}
	if !s.Newest.IsZero() {
		note += l.Say(", the newest of %s", s.Newest.Time)
	}
	return note
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
	return time.Time{}, &BadOption{Option: name, Value: s, Want: locale.Textf("a day such as 2025-11-26")}
}

// EndOfDay moves a day to its last moment; a time of day stays.
func EndOfDay(t time.Time) time.Time {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Add(24*time.Hour - time.Second)
	}
	return t
}
