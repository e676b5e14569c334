package commands

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"newsdesk/answer"
	"newsdesk/locale"
)

func latest(d Deps) Command {
	return Command{
		Name:        "latest",
		Description: "The newest articles, grouped by story",
		Options: []Option{
			{Name: "topic", Description: "Only articles on this", MaxLength: 200, Suggest: suggestTopic(d)},
			sourceOption(d),
			{Name: "since", Description: "Only articles from this day on, such as 2025-11-26", MaxLength: dateLimit},
			{Name: "page", Description: "The page to show, from 1", Kind: Number},
		},
		run: func(ctx context.Context, call Call) (Reply, error) {
			since, err := ParseDay("since", call.Values["since"])
			if err != nil {
				return Reply{}, err
			}
			page, err := pageNumber(call.Values["page"])
			if err != nil {
				return Reply{}, err
			}
			l, err := d.Engine.Latest(ctx, answer.LatestQuery{
				Topic: call.Values["topic"], Source: call.Values["source"], Among: call.Settings.Sources, Since: since, Now: call.Now, Most: latestMost,
			})
			if err != nil {
				return Reply{}, err
			}
			return latestPage(call.Language, l, call.Values, page)
		},
	}
}

// How many stories a page shows, and how many there are in all pages.
const (
	latestSize = 5
	latestMost = 50
)

// latestPage shows one page of the newest stories.
func latestPage(in locale.Language, l answer.Latest, values map[string]string, page int) (Reply, error) {
	pages := max(1, (len(l.Stories)+latestSize-1)/latestSize)
	if page > pages {
		return Reply{}, &BadOption{Option: "page", Value: strconv.Itoa(page), Want: locale.Textf("a number from 1 to %d", pages)}
	}
	l.Stories = l.Stories[(page-1)*latestSize : min(len(l.Stories), page*latestSize)]
	r := LatestReply(in, l, values["topic"])
	turn := func(label string, to int) {
		v := maps.Clone(values)
		v["page"] = strconv.Itoa(to)
		r.Actions = append(r.Actions, Action{Label: label, Command: "latest", Values: v})
	}
	if page > 1 {
		turn(in.Say("Previous page"), page-1)
	}
	if page < pages {
		turn(in.Say("Next page"), page+1)
	}
	if pages > 1 {
		r.Note = in.Say("Page %d of %d", page, pages) + "; " + asOf(in, l.AsOf, true)
	}
	return r, nil
}

// LatestReply puts the newest stories in the form in which people get them.
func LatestReply(in locale.Language, l answer.Latest, topic string) Reply {
	r := Reply{Language: in, Title: in.Say("Latest news"), Note: asOf(in, l.AsOf, false)}
	if topic = strings.Join(strings.Fields(topic), " "); topic != "" {
		r.Title = in.Say("Latest on %s", clip(topic, 100))
	}
	if len(l.Stories) == 0 {
		r.Tone = Bad
		r.Lines = []Line{{Text: l.Said.Reason.In(in)}}
	} else if !l.Said.Note.IsZero() {
		r.Lines = []Line{{Text: l.Said.Note.In(in)}}
	}
	for _, s := range l.Stories {
		item := citedItem(in, s.Articles[0])
		item.N, item.Marks, item.Expand = 0, nil, nil
		item.Image, item.Recent = s.Articles[0].Image, true
		for _, more := range s.Articles[1:] {
			text := more.Source + ": " + more.Title
			if also := otherOutlets(in, more); len(also) > 0 {
				text += in.Say(" (also in %s)", strings.Join(also, ", "))
			}
			item.More = append(item.More, text)
		}
		r.Items = append(r.Items, item)
	}
	return r
}

func pageNumber(s string) (int, error) {
	if s == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, &BadOption{Option: "page", Value: s, Want: locale.Textf("a number from 1")}
	}
	return n, nil
}
