package commands

import (
	"context"
	"strconv"

	"newsdesk/answer"
	"newsdesk/locale"
)

// questionOptions are those by which a chat keeps a question that was asked,
// behind those that are required.
func questionOptions(required ...Option) []Option {
	return append(required,
		Option{Name: "source", Description: "As with ask", MaxLength: 100},
		Option{Name: "from", Description: "As with ask", MaxLength: dateLimit},
		Option{Name: "to", Description: "As with ask", MaxLength: dateLimit},
		Option{Name: "any_time", Description: "As with ask", Kind: Flag})
}

// followUp offers to ask on.
func followUp(l locale.Language, q answer.Question) Action {
	v := values(q)
	v["before"] = v["question"]
	delete(v, "question")
	return Action{Label: l.Say("Ask a follow-up"), Command: "follow", Values: v, Asks: "question"}
}

// follow asks a question that follows another one: "and what did the others
// say?", "why?", "and in Germany?".
func follow(d Deps) Command {
	return Command{
		Name: "follow", Description: "Ask a follow-up", Hidden: true,
		Options: append(questionOptions(
			Option{Name: "before", Description: "The question that was asked before", Required: true, MaxLength: answer.MaxQuestion},
			Option{Name: "question", Description: "What you want to know now", Required: true, MaxLength: answer.MaxQuestion}),
			Option{Name: "private", Description: "As with ask", Kind: Flag}),
		run: func(ctx context.Context, call Call) (Reply, error) {
			before, err := asked(call)
			if err != nil {
				return Reply{}, err
			}
			before.Text = call.Values["before"]
			return d.answerTo(ctx, call, answer.Follow(before, call.Values["question"]))
		},
	}
}

// How many passages a page of more results shows, and how many there are in
// all: those that the engine weighs.
const (
	morePage = 5
	moreMost = 60
)

// more shows the passages that come behind those of an answer, in pages.
func more(d Deps) Command {
	return Command{
		Name: "more", Description: "What the articles say beside the answer", Hidden: true, Private: true,
		Options: append(questionOptions(Option{Name: "question", Description: "The question that was asked", Required: true, MaxLength: answer.MaxQuestion}),
			Option{Name: "page", Description: "The page to show, from 1", Kind: Number}),
		run: func(ctx context.Context, call Call) (Reply, error) {
			q, err := asked(call)
			if err != nil {
				return Reply{}, err
			}
			page, err := pageNumber(call.Values["page"])
			if err != nil {
				return Reply{}, err
			}
			left, err := d.beside(ctx, q)
			if err != nil {
				return Reply{}, err
			}
			return moreReply(call.Language, q, left, page), nil
		},
	}
}

// beside returns the passages for a question that its answer does not cite.
func (d Deps) beside(ctx context.Context, q answer.Question) ([]answer.Result, error) {
	a, err := d.Engine.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	ranking, err := d.Engine.Search(ctx, q, moreMost)
	if err != nil {
		return nil, err
	}
	var left []answer.Result
	for _, r := range ranking.Results {
		cited := false
		for _, c := range append(a.Citations, a.Related...) {
			cited = cited || c.ArticleID == r.ArticleID && c.Start < r.End && c.End > r.Start
		}
		if !cited {
			left = append(left, r)
		}
	}
	return left, nil
}

func moreReply(l locale.Language, q answer.Question, left []answer.Result, page int) Reply {
	r := Reply{Title: q.Text, Private: true, Share: true}
	pages := (len(left) + morePage - 1) / morePage
	turn := func(label string, to int) {
		r.Actions = append(r.Actions, Action{Label: label, Command: "more", Values: with(q, "page", strconv.Itoa(to))})
	}
	if page > 1 {
		turn(l.Say("Previous page"), min(page-1, max(1, pages)))
	}
	if page > pages {
		r.Tone = Bad
		r.Lines = []Line{{Text: l.Say("The articles hold nothing more on this.")}}
		return r
	}
	if page < pages {
		turn(l.Say("Next page"), page+1)
	}
	r.Actions = append(r.Actions, followUp(l, q))
	r.Lines = []Line{{Text: l.Say("What the articles say beside the answer:")}}
	for _, res := range left[(page-1)*morePage : min(len(left), page*morePage)] {
		r.Items = append(r.Items, Item{
			Title: res.Title, Source: res.Source, Published: res.Published.Time, Link: res.Link, ArticleID: res.ArticleID,
			Quote: res.Text, Marks: res.Marks, Expand: expand(0, res.Title, res.ArticleID, res.Start, res.End),
		})
	}
	r.Note = l.Say("Page %d of %d", page, pages)
	return r
}
