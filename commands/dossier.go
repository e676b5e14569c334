package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// Versions tells how articles stood before; article.Store does.
type Versions interface {
	// Versions returns how an article stood, oldest first and the present one
	// last, or an error that wraps article.ErrNotStored.
	Versions(id string) ([]article.Version, error)
}

// A Dossier is an article with what is known about it beside its text.
type Dossier struct {
	article.Article

	Versions []article.Version // oldest first, the present one last; none where they are not kept
	Original *article.Article  // of which it is a copy, where that can be read; else nil
	Copies   []answer.Copy     // other articles with the same text, the earliest first
}

// A Retitle is a change of an article's headline.
type Retitle struct {
	At  time.Time
	Was string // the headline until then
}

// Dossier returns all about the article of an id, as far as it may be used for
// the call; index.ErrNoArticle where there is none.
func (d Deps) Dossier(ctx context.Context, call Call, id string) (Dossier, error) {
	a, err := d.article(ctx, call, id)
	if err != nil {
		return Dossier{}, err
	}
	return d.dossier(ctx, call, a)
}

// FindDossier is Dossier of the article that a person means by id, by address,
// or by words of its title.
func (d Deps) FindDossier(ctx context.Context, call Call, what string) (Dossier, error) {
	a, err := d.findArticle(ctx, what, call)
	if err != nil {
		return Dossier{}, err
	}
	return d.dossier(ctx, call, a)
}

func (d Deps) dossier(ctx context.Context, call Call, a article.Article) (Dossier, error) {
	all := Dossier{Article: a}
	if err := d.addVersions(&all); err != nil {
		return all, err
	}
	if all.CopyOf != "" {
		original, err := d.article(ctx, call, all.CopyOf)
		switch {
		case errors.Is(err, index.ErrNoArticle): // gone, or of an outlet that is not used here
		case err != nil:
			return all, err
		default:
			all.Original = &original
		}
	}
	copies, err := d.Engine.CopiesOf(ctx, a, call.Now, call.Settings.Sources)
	if err != nil {
		return all, fmt.Errorf("look for copies: %w", err)
	}
	all.Copies = slices.DeleteFunc(copies, func(c answer.Copy) bool { return all.Original != nil && c.ArticleID == all.Original.ID })
	return all, nil
}

// addVersions adds what is kept of an article outside of the index.
func (d Deps) addVersions(all *Dossier) error {
	if d.Versions == nil {
		return nil
	}
	versions, err := d.Versions.Versions(all.ID)
	if errors.Is(err, article.ErrNotStored) || err == nil && len(versions) == 0 {
		return nil // it came from elsewhere than a feed
	}
	if err != nil {
		return fmt.Errorf("read the versions of %s: %w", all.ID, err)
	}
	all.Versions = versions
	kept := versions[len(versions)-1].Article
	if all.FirstSeen.IsZero() {
		all.FirstSeen = kept.FirstSeen
	}
	if all.Updated.IsZero() {
		all.Updated = kept.Updated
	}
	if all.CopyOf == "" {
		all.CopyOf = kept.CopyOf
	}
	return nil
}

// Retitled returns the changes of the headline, the newest first.
func (a Dossier) Retitled() []Retitle {
	var list []Retitle
	for i := len(a.Versions) - 1; i > 0; i-- {
		if a.Versions[i].NewTitle {
			list = append(list, Retitle{At: a.Versions[i].Since, Was: a.Versions[i-1].Article.Title})
		}
	}
	return list
}

// Rewritten returns when the text changed, the newest first.
func (a Dossier) Rewritten() []time.Time {
	var list []time.Time
	for i := len(a.Versions) - 1; i > 0; i-- {
		if a.Versions[i].NewText {
			list = append(list, a.Versions[i].Since)
		}
	}
	return list
}

// shownChanges is how many changes of an article are told; the others are
// counted.
const shownChanges = 3

// facts are what is known of an article beside outlet, title and text.
func (a Dossier) facts(l locale.Language) []Fact {
	var list []Fact
	add := func(name, value string) {
		if value != "" {
			list = append(list, Fact{Name: name, Value: value})
		}
	}
	if !article.DayOnly(a.Published) { // the day stands beside the outlet
		add(l.Say("Published"), Moment(l, a.Published))
	}
	add(l.Say("First seen"), Moment(l, a.FirstSeen))
	add(l.Say("Changed by the outlet"), Moment(l, a.Updated))
	retitled := a.Retitled()
	for _, r := range retitled[:min(shownChanges, len(retitled))] {
		add(l.Say("Headline changed on %s", l.Time(r.At)), l.Say("before: “%s”", r.Was))
	}
	if more := len(retitled) - shownChanges; more > 0 {
		add(l.Say("Headline changed before that"), l.Say("%d times", more))
	}
	if rewritten := a.Rewritten(); len(rewritten) > 0 {
		add(l.Say("Text changed"), l.Say("%d times", len(rewritten))+", "+l.Say("the last on %s", l.Time(rewritten[0])))
	}
	if a.Original != nil {
		add(l.Say("A copy of"), outletAndDay(l, a.Original.Source, a.Original.Published)+": "+a.Original.Title)
	}
	var copies []string
	for _, c := range a.Copies[:min(maxOutlets, len(a.Copies))] {
		copies = append(copies, outletAndDay(l, c.Source, c.Published.Time))
	}
	if more := len(a.Copies) - maxOutlets; more > 0 {
		copies = append(copies, l.Say("%d more", more))
	}
	add(l.Say("The same text in"), strings.Join(copies, "; "))
	return list
}

// Moment writes a time of an article: in UTC with the time of day, if that is
// known; "" where nothing is.
func Moment(l locale.Language, t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case article.DayOnly(t):
		return l.Day(t)
	}
	return l.Time(t)
}

// outletAndDay names an article by where and when it came out.
func outletAndDay(l locale.Language, source string, published time.Time) string {
	if source == "" {
		source = l.Say("(no source stated)")
	}
	if published.IsZero() {
		return source
	}
	return source + ", " + l.Day(published)
}
