package commands

import (
	"context"
	"slices"
	"strconv"
	"time"

	"newsdesk/locale"
	"newsdesk/store"
)

// gapPage is how many questions a page of /gaps shows.
const gapPage = 10

var orderChoices = []Choice{{"Newest first", "newest"}, {"Most frequent first", "frequent"}}

// gaps shows the questions that found nothing, where a server has them kept.
func gaps(d Deps) Command {
	return Command{
		Name:        "gaps",
		Description: "Questions of this server that found no answer, without who asked them",
		Admin:       true,
		Private:     true,
		Anywhere:    true,
		Options: []Option{
			{Name: "order", Description: "Which come first", MaxLength: 10, Choices: orderChoices},
			{Name: "page", Description: "The page to show, from 1", Kind: Number},
			{Name: "clear", Description: "Delete all of them", Kind: Flag},
		},
		run: func(_ context.Context, call Call) (Reply, error) {
			l := call.Language
			if err := d.keeps(call); err != nil {
				return Reply{}, err
			}
			if call.Values["clear"] == "true" {
				n, err := d.Store.ClearGaps(call.Server)
				return Reply{Tone: Good, Lines: []Line{{Text: l.Say("%d questions deleted.", n)}}}, err
			}
			page, err := pageNumber(call.Values["page"])
			if err != nil {
				return Reply{}, err
			}
			order := call.Values["order"]
			if order == "" {
				order = "newest"
			}
			if !isChoice(orderChoices, order) {
				return Reply{}, badChoice("order", order, orderChoices)
			}
			set, err := d.Store.Settings(call.Server)
			if err != nil {
				return Reply{}, err
			}
			if set.GapDays <= 0 {
				return Reply{Title: l.Say(gapsTitle), Lines: []Line{{Text: l.Say("They are not kept. /settings with gaps turns that on, for as many days as you choose; /privacy then tells everybody.")}}}, nil
			}
			list, err := d.Store.Gaps(call.Server, call.Now)
			if err != nil {
				return Reply{}, err
			}
			return gapsReply(l, list, order, page, set.GapDays)
		},
	}
}

const gapsTitle = "Questions without an answer"

// gapsReply shows one page; list is newest first.
func gapsReply(l locale.Language, list []store.Gap, order string, page, days int) (Reply, error) {
	r := Reply{Title: l.Say(gapsTitle), Note: l.Say("Kept %s", locale.Textf("for %d days", days))}
	if len(list) == 0 {
		r.Lines = []Line{{Text: l.Say("There are none.")}}
		return r, nil
	}
	other := orderChoices[1]
	if order == "frequent" {
		other = orderChoices[0]
		slices.SortStableFunc(list, func(a, b store.Gap) int { return b.Count - a.Count })
	}
	pages := (len(list) + gapPage - 1) / gapPage
	if page > pages {
		return Reply{}, &BadOption{Option: "page", Value: strconv.Itoa(page), Want: locale.Textf("a number from 1 to %d", pages)}
	}
	for _, g := range list[(page-1)*gapPage : min(len(list), page*gapPage)] {
		last := g.Last
		if t, err := time.Parse(time.DateOnly, g.Last); err == nil {
			last = l.Day(t)
		}
		r.Facts = append(r.Facts, Fact{Name: l.Say("%d times", g.Count), Value: g.Question + " (" + last + ")"})
	}
	turn := func(label, order string, to int) {
		r.Actions = append(r.Actions, Action{Label: label, Command: "gaps", Values: map[string]string{"order": order, "page": strconv.Itoa(to)}})
	}
	if page > 1 {
		turn(l.Say("Previous page"), order, page-1)
	}
	if page < pages {
		turn(l.Say("Next page"), order, page+1)
	}
	turn(l.Say(other.Name), other.Value, 1)
	r.Actions = append(r.Actions, Action{Label: l.Say("Delete all"), Command: "gaps", Values: map[string]string{"clear": "true"}})
	r.Note = l.Say("Page %d of %d; %s; kept %s", page, pages, locale.Textf("%d questions", len(list)), locale.Textf("for %d days", days))
	return r, nil
}
