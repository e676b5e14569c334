package web

import (
	"context"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/locale"
)

// maxID is how many bytes the id of an article may have in a request.
const maxID = 4 << 10

// shown is the page of one article.
type shown struct {
	commands.Dossier
	Said   locale.Language // of the page
	Base   string
	Blocks []block
	Mark   string // name of the mark, "" for none
	Lost   bool   // a mark was asked for that the text does not have
}

// A block is a paragraph or heading.
type block struct {
	Heading bool
	Pieces  []piece
}

// A piece of a block is marked as a whole or not at all.
type piece struct {
	Text   string
	Marked bool
	ID     string // of the first that is marked
}

func (s *site) article(ctx context.Context, q *request) error {
	id := q.PathValue("id")
	if id == "" {
		id = q.FormValue("id")
	}
	if id == "" || len(id) > maxID {
		return errNoPage
	}
	d, err := s.desk.Dossier(ctx, commands.Call{Now: s.desk.Now(), Language: q.Language}, id)
	if err != nil {
		return err
	}
	a := shown{Dossier: d, Said: q.Language, Base: s.base}
	var mark article.Span
	if name := q.FormValue("at"); name != "" {
		var ok bool
		if mark, ok = answer.ParseMark(name, d.Text); ok {
			a.Mark = name
		}
		a.Lost = !ok
	}
	a.Blocks = blocksOf(d.Article, mark, a.Mark)
	q.name, q.view = "article", a
	return nil
}

// blocksOf cuts an article into blocks and those at the ends of what is
// marked.
func blocksOf(a article.Article, mark article.Span, name string) []block {
	var list []block
	for _, b := range article.Blocks(a.Text, a.Headings) {
		next := block{Heading: b.Heading}
		add := func(start, end int, marked bool) {
			start, end = max(start, b.Start), min(end, b.End)
			if start >= end {
				return
			}
			p := piece{Text: a.Text[start:end], Marked: marked}
			if marked {
				p.ID, name = name, ""
			}
			next.Pieces = append(next.Pieces, p)
		}
		if mark.Len() == 0 {
			add(b.Start, b.End, false)
		} else {
			add(b.Start, mark.Start, false)
			add(mark.Start, mark.End, true)
			add(mark.End, b.End, false)
		}
		list = append(list, next)
	}
	return list
}

// Lang is the code for the language of the article's text.
func (a shown) Lang() string { return languageOf(index.LanguageOf(a.Language, a.Text)) }

// Path is the page of another article.
func (a shown) Path(id string) string { return a.Base + answer.PagePath(id, article.Span{}) }

// Names are the authors.
func (a shown) Names() string { return strings.Join(a.Authors, ", ") }

// Moment is a time for people.
func (a shown) Moment(t time.Time) string { return commands.Moment(a.Said, t) }

// Machine is a time for programs.
func (shown) Machine(t time.Time) string { return article.FormatDate(t) }
