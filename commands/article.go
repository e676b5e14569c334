package commands

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

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
			if page > 1 {
				return d.articleReply(call.Language, Dossier{Article: a}, page)
			}
			whole, err := d.dossier(ctx, call, a)
			if err != nil {
				return Reply{}, err
			}
			return d.articleReply(call.Language, whole, page)
		},
	}
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

// articleReply shows one page of an article, the first with what is known of it.
func (d Deps) articleReply(l locale.Language, a Dossier, page int) (Reply, error) {
	pages := pagesOf(a.Article)
	if page > len(pages) {
		return Reply{}, &BadOption{Option: "page", Value: strconv.Itoa(page), Want: locale.Textf("a number from 1 to %d", len(pages))}
	}
	r := Reply{Title: a.Title}
	for _, b := range pages[page-1] {
		r.Lines = append(r.Lines, Line{Text: b})
	}
	r.Items = []Item{{Title: a.Title, Source: a.Source, Published: a.Published, Link: d.addressOf(a.Article), ArticleID: a.ID}}
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
	if page == 1 {
		r.Facts = a.facts(l)
		if a.Original != nil {
			r.Actions = append(r.Actions, Action{Label: l.Say("The original"), Command: "article", Values: map[string]string{"article": a.Original.ID}})
		}
	}
	return r, nil
}

// ArticleReply shows an article in full, with what is known of it.
func (d Deps) ArticleReply(l locale.Language, a Dossier) Reply {
	r := Reply{Language: l, Title: a.Title, Facts: a.facts(l)}
	for _, b := range article.Blocks(a.Text, a.Headings) {
		r.Lines = append(r.Lines, Line{Text: b.Of(a.Text)})
	}
	r.Items = []Item{{Title: a.Title, Source: a.Source, Published: a.Published, Link: d.addressOf(a.Article), ArticleID: a.ID}}
	return r
}

// addressOf is where an article can be read: at its outlet, else on a page of
// its own, else "".
func (d Deps) addressOf(a article.Article) string {
	if a.URL != "" || d.Engine == nil {
		return a.URL
	}
	return d.Engine.Pages.Link(a.ID, article.Span{})
}
