package commands

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/article"
	"newsdesk/locale"
	"newsdesk/store"
)

// histories are the versions of articles by id.
type histories map[string][]article.Version

func (h histories) Versions(id string) ([]article.Version, error) {
	if id == "broken" {
		return nil, errors.New("disk on fire")
	}
	if list, ok := h[id]; ok {
		return list, nil
	}
	return nil, fmt.Errorf("%s: %w", id, article.ErrNotStored)
}

const ferry = "The ferry Northern Star ran aground off Port Amber on Monday with 140 people on board, the coast guard said. Nobody was hurt. " +
	"Divers will look at the hull before tugs try to pull the ship free at high tide. The line has cancelled all sailings until Thursday, its owner said."

// copiedFiles are an article, a copy of it, and two others.
func copiedFiles() fstest.MapFS {
	return fstest.MapFS{"all.jsonl": {Data: fmt.Appendf(nil, `{"id":"wire","title":"Ferry aground off Port Amber","source":"Wire","published":"2025-11-20T08:00:00Z","text":%q}
{"id":"daily","title":"Ship stuck","source":"Daily","url":"https://daily.example/ship","published":"2025-11-21","text":%q}
{"id":"post","title":"140 on stranded ferry","source":"Post","text":%q}
{"id":"broken","title":"How a lamp is made","text":"A lamp is made of glass and brass. It takes a week."}
`, ferry, ferry, ferry), ModTime: moment("2025-11-26 12:00:00")}}
}

func someHistories() histories {
	title := func(s string) article.Article { return article.Article{ID: "wire", Title: s} }
	last := title("Ferry aground off Port Amber")
	last.FirstSeen, last.Updated = moment("2025-11-20 08:02:11"), moment("2025-11-22 09:30:00")
	return histories{
		"wire": {
			{Article: title("Ferry in trouble"), Since: moment("2025-11-20 08:02:11")},
			{Article: title("Ferry aground"), Since: moment("2025-11-20 09:00:00"), NewTitle: true},
			{Article: title("Ferry aground"), Since: moment("2025-11-20 10:15:00"), NewText: true},
			{Article: last, Since: moment("2025-11-22 09:31:00"), NewTitle: true, NewText: true},
		},
		"daily": {{Article: article.Article{ID: "daily", CopyOf: "wire", FirstSeen: moment("2025-11-21 07:00:00")}}},
	}
}

// TestWhatIsKnownOfAnArticle shows it in each language.
func TestWhatIsKnownOfAnArticle(t *testing.T) {
	d := depsOf(t, copiedFiles())
	d.Versions = someHistories()
	d.Engine.Pages = "https://news.example"
	var shown strings.Builder
	for _, l := range locale.All() {
		for _, id := range []string{"wire", "https://daily.example/ship", "https://news.example/a/post?at=0-9#0-9"} {
			c, _ := Find(All(d), "article")
			r, err := c.Run(t.Context(), Call{Values: map[string]string{"article": id}, Now: d.Now(), Language: l})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&shown, "== %s: %s\n%s\n", l.Code(), id, dump(r))
		}
	}
	golden(t, "article", shown.String())
}

func TestDossierHeedsOutlets(t *testing.T) {
	d := depsOf(t, copiedFiles())
	d.Versions = someHistories()
	only := Call{Now: d.Now(), Settings: store.Settings{Sources: []string{"Daily"}}}
	a, err := d.Dossier(t.Context(), only, "daily")
	if err != nil || a.Original != nil || len(a.Copies) > 0 {
		t.Errorf("got %+v and %v, want nothing of outlets that are not used", a, err)
	}
	a, err = d.Dossier(t.Context(), Call{Now: d.Now()}, "daily")
	if err != nil || a.Original == nil || a.Original.ID != "wire" || len(a.Copies) != 1 || a.Copies[0].ArticleID != "post" {
		t.Errorf("got %+v and %v", a, err)
	}
	if _, err := d.Dossier(t.Context(), Call{Now: d.Now()}, "broken"); err == nil || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("got %v, want what the disk says", err)
	}
	if _, err := d.call(t.Context(), "article", false, "article", "broken"); err == nil {
		t.Error("got no error")
	} else if text, known := Explain(locale.English, err); known || text != Unknown {
		t.Errorf("people read %q", text)
	}
}

func TestManyChangesAreCounted(t *testing.T) {
	a := Dossier{}
	for i := range 12 {
		a.Versions = append(a.Versions, article.Version{Article: article.Article{Title: fmt.Sprint("Headline ", i)}, Since: moment("2025-11-20 08:00:00"), NewTitle: i > 0, NewText: i > 6})
	}
	r := Reply{Facts: a.facts(locale.English)}
	if text := dump(r); strings.Count(text, "before: “") != shownChanges || !strings.Contains(text, "Headline changed before that = 8 times\n") ||
		!strings.Contains(text, "before: “Headline 10”") || !strings.Contains(text, "Text changed = 5 times, the last on 20 Nov 2025 08:00 UTC\n") {
		t.Errorf("got %s", text)
	}
}
