package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/locale"
)

type articleCmd struct {
	Article []string `arg:"" help:"Its id, its address or words of its title."`
	JSON    bool     `name:"json" help:"Print JSON."`
}

// Run shows an article in full, with what is known of it.
func (c *articleCmd) Run(a *app) error {
	x, collection, err := a.openIndex()
	if err != nil {
		return err
	}
	defer x.Close()
	ctx, cancel := context.WithTimeout(a.ctx, deadline)
	defer cancel()
	d := a.deps(x, collection)
	what := strings.Join(c.Article, " ")
	found, err := d.FindDossier(ctx, commands.Call{Now: a.asked()}, what)
	if errors.Is(err, index.ErrNoArticle) {
		return fmt.Errorf("no article %q: newsdesk latest and newsdesk search --json name those that there are", what)
	}
	if err != nil {
		return err
	}
	reply := d.ArticleReply(locale.English, found)
	if c.JSON {
		return writeJSON(a.stdout, newArticleJSON(found, reply.Items[0].Link))
	}
	page := newPage(a.stdout)
	page.reply(reply)
	return page.flush(a.stdout)
}

// articleJSON is an article for programs. Its form is stable.
type articleJSON struct {
	ArticleID string        `json:"article_id"`
	Title     string        `json:"title"`
	Source    string        `json:"source"`
	URL       string        `json:"url"`
	Published answer.Date   `json:"published"`
	Updated   answer.Date   `json:"updated"`
	FirstSeen answer.Date   `json:"first_seen"`
	Authors   []string      `json:"authors"`
	Section   string        `json:"section"`
	Language  string        `json:"language"`
	CopyOf    string        `json:"copy_of"`
	Copies    []answer.Copy `json:"copies"`
	Headlines []headline    `json:"headlines"` // former ones, the newest first
	Link      string        `json:"link"`
	Text      string        `json:"text"`
}

// A headline is one that an article had before.
type headline struct {
	Title string      `json:"title"`
	Until answer.Date `json:"until"`
}

func newArticleJSON(a commands.Dossier, link string) articleJSON {
	date := func(t time.Time) answer.Date { return answer.Date{Time: t} }
	j := articleJSON{
		ArticleID: a.ID, Title: a.Title, Source: a.Source, URL: a.URL, Link: link, Text: a.Text,
		Published: date(a.Published), Updated: date(a.Updated), FirstSeen: date(a.FirstSeen),
		Authors: append([]string{}, a.Authors...), Section: a.Section, Language: a.Language,
		CopyOf: a.CopyOf, Copies: append([]answer.Copy{}, a.Copies...), Headlines: []headline{},
	}
	for _, r := range a.Retitled() {
		j.Headlines = append(j.Headlines, headline{r.Was, date(r.At)})
	}
	return j
}
