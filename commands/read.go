package commands

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
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

// pageSize is how many bytes of an article a page shows: what one message on
// Discord holds with its title and escapes.
const pageSize = 2400

func showArticle(d Deps) Command {
	return Command{
		Name:        "article",
		Description: "One article in full, in pages",
		Options: []Option{
			{Name: "article", Description: "Its id, its address or words of its title", Required: true, MaxLength: 2048, Suggest: suggestTitle(d)},
			{Name: "page", Description: "The page to show, from 1", Kind: Number},
		},
		run: func(ctx context.Context, call Call) (Reply, error) {
			page, err := pageNumber(call.Values["page"])
			if err != nil {
				return Reply{}, err
			}
			a, err := d.findArticle(ctx, call.Values["article"], call)
			if err != nil {
				return Reply{}, err
			}
			return articleReply(call.Language, a, page)
		},
	}
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

// findArticle finds the article that a person means: by id, by address, or by
// words of its title.
func (d Deps) findArticle(ctx context.Context, what string, call Call) (article.Article, error) {
	what = strings.TrimSpace(what)
	if what == "" {
		return article.Article{}, &BadOption{Option: "article", Value: what, Want: locale.Textf("an article's id, its address or words of its title")}
	}
	a, err := d.article(ctx, call, what)
	if !errors.Is(err, index.ErrNoArticle) {
		return a, err
	}
	id, err := d.Engine.FindArticle(ctx, what, call.Now, call.Settings.Sources)
	if err != nil {
		return article.Article{}, err
	}
	return d.article(ctx, call, id)
}

// article returns the one of that id, if it may be used.
func (d Deps) article(ctx context.Context, call Call, id string) (article.Article, error) {
	a, err := d.Index.Article(ctx, id)
	if err == nil && !call.mayUse(a.Source) {
		return article.Article{}, index.ErrNoArticle
	}
	return a, err
}

func articleReply(l locale.Language, a article.Article, page int) (Reply, error) {
	pages := pagesOf(a)
	if page > len(pages) {
		return Reply{}, &BadOption{Option: "page", Value: strconv.Itoa(page), Want: locale.Textf("a number from 1 to %d", len(pages))}
	}
	r := Reply{Title: a.Title}
	for _, b := range pages[page-1] {
		r.Lines = append(r.Lines, Line{Text: b})
	}
	r.Items = []Item{{Title: a.Title, Source: a.Source, Published: a.Published, Link: a.URL, ArticleID: a.ID}}
	turn := func(label string, to int) {
		r.Actions = append(r.Actions, Action{Label: label, Command: "article", Values: map[string]string{
			"article": a.ID, "page": strconv.Itoa(to),
		}})
	}
	if page > 1 {
		turn(l.Say("Previous page"), page-1)
	}
	if page < len(pages) {
		turn(l.Say("Next page"), page+1)
	}
	if len(pages) > 1 {
		r.Note = l.Say("Page %d of %d", page, len(pages))
	}
	return r, nil
}

// pagesOf divides an article into pages of whole paragraphs; a paragraph that
// is longer than a page is divided at sentence ends.
func pagesOf(a article.Article) [][]string {
	var pages [][]string
	var page []string
	size := 0
	put := func(s string) {
		if size > 0 && size+len(s) > pageSize {
			pages, page, size = append(pages, page), nil, 0
		}
		page, size = append(page, s), size+len(s)
	}
	for _, b := range article.Blocks(a.Text, a.Headings) {
		text := b.Of(a.Text)
		if len(text) <= pageSize {
			put(text)
			continue
		}
		for _, piece := range paragraphPieces(a.Text, b) {
			put(piece)
		}
	}
	if len(page) > 0 {
		pages = append(pages, page)
	}
	return pages
}

func paragraphPieces(text string, b article.Block) []string {
	var pieces []string
	start := b.Start
	for i, s := range b.Sentences {
		if s.End-start > pageSize && i > 0 && b.Sentences[i-1].End > start {
			pieces = append(pieces, text[start:b.Sentences[i-1].End])
			start = s.Start
		}
		for s.End-start > pageSize { // one endless sentence
			cut := start + pageSize
			for !utf8.RuneStart(text[cut]) {
				cut--
			}
			pieces = append(pieces, text[start:cut])
			start = cut
		}
	}
	return append(pieces, text[start:b.End])
}
