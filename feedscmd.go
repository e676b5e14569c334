package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"newsdesk/article"
	"newsdesk/feed"
)

type feedsCmd struct {
	Add    feedsAddCmd    `cmd:"" help:"Add a feed, by its address or that of its site."`
	Remove feedsRemoveCmd `cmd:"" help:"Take a feed off the list, by its address or title. Its articles stay."`
	List   feedsListCmd   `cmd:"" help:"Show the feeds and how they fare."`
	Check  feedsCheckCmd  `cmd:"" help:"Ask feeds once and tell what would be gathered; nothing is kept."`
	Import feedsImportCmd `cmd:"" help:"Add the feeds of an OPML file, as other readers export it."`
	Export feedsExportCmd `cmd:"" help:"Print the list as OPML."`
}

type feedsAddCmd struct {
	Address  string `arg:"" help:"Of the feed, or of the site."`
	Title    string `help:"What to call it; without one, what it calls itself."`
	Folder   string `help:"The heading it stands under in the list, such as \"World / Europe\"."`
	FullText *bool  `negatable:"" help:"Fetch the whole text from an article's page where the feed has only a teaser, or no longer; of a feed that is there, it else stays as it is."`
}

// Run adds the best feed at an address once it has been read.
func (c *feedsAddCmd) Run(a *app) error {
	client, err := a.feedClient()
	if err != nil {
		return err
	}
	defer client.Close()
	found, err := client.Discover(a.ctx, c.Address)
	if err != nil {
		return err
	}
	out := &errWriter{Writer: a.stdout}
	if len(found) > 1 {
		fmt.Fprintf(out, "%d feeds; the first is taken, the others can be added by their addresses:\n", len(found))
		for _, f := range found {
			fmt.Fprintf(out, "  %s  %s\n", f.URL, visible(describe(f.Title, f.Format, f.Items)))
		}
	}
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return err
	}
	best := found[0].Feed
	if i := slices.IndexFunc(list.Feeds(), func(f feed.Feed) bool { return f.URL == best.URL }); i >= 0 {
		best.FullText = list.Feeds()[i].FullText
	}
	if c.FullText != nil {
		best.FullText = *c.FullText
	}
	g, err := a.gatherer(client, nil, nil, nil)
	if err != nil {
		return err
	}
	r, err := g.Poll(a.ctx, best)
	if err != nil {
		return err
	}
	f := r.Feed
	f.Folder = c.Folder
	if c.Title != "" {
		f.Title = c.Title
	}
	added, err := list.Add(f)
	if err != nil {
		return misuse{err}
	}
	if err := list.Write(a.settings["FEEDS_FILE"]); err != nil {
		return err
	}
	what := "Added"
	if !added {
		what = "Was there already, and is brought up to date:"
	}
	fmt.Fprintf(out, "%s %s (%s, %s)\n", what, visible(f.Title), f.URL, found[0].Where)
	a.printReport(out, r)
	return out.err
}

func describe(title, format string, items int) string {
	s := fmt.Sprintf("%s, %s", format, countOf(items, "item"))
	if title != "" {
		s = title + " (" + s + ")"
	}
	return s
}

// printReport shows what a poll found: the newest three headlines, and what
// is worth mending.
func (a *app) printReport(out io.Writer, r feed.Report) {
	fmt.Fprintf(out, "  %s, %s, %s would be gathered\n", r.Format, countOf(r.Items, "item"), countOf(len(r.Articles), "article"))
	for _, art := range r.Articles[:min(3, len(r.Articles))] {
		day := article.FormatDate(art.Published)
		if day == "" {
			day = "no date"
		}
		fmt.Fprintf(out, "  %.10s  %s\n", day, visible(art.Title))
	}
	if r.Teasers > 0 && !r.Feed.FullText {
		fmt.Fprintf(out, "  %d of them are teasers: --full-text fetches the articles' pages\n", r.Teasers)
	}
	if r.Note != "" {
		fmt.Fprintf(out, "  mind: %s\n", visible(r.Note))
	}
}

type feedsRemoveCmd struct {
	Feed string `arg:"" help:"Its address, its title, or the address of its site."`
}

// Run takes feeds off the list.
func (c *feedsRemoveCmd) Run(a *app) error {
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return err
	}
	gone := list.Remove(c.Feed)
	if len(gone) == 0 {
		return misuse{fmt.Errorf("no feed is called %q in %s: newsdesk feeds list shows those that are there", c.Feed, a.settings["FEEDS_FILE"])}
	}
	if err := list.Write(a.settings["FEEDS_FILE"]); err != nil {
		return err
	}
	out := &errWriter{Writer: a.stdout}
	for _, f := range gone {
		fmt.Fprintf(out, "Removed %s (%s)\n", visible(f.Title), f.URL)
	}
	fmt.Fprintln(out, "The articles gathered from it stay, and what is remembered of it, should it come back.")
	return out.err
}

type feedsListCmd struct {
	JSON bool `help:"Print one JSON object a line."`
}

// Run shows the list with what the serving process keeps of each feed.
func (c *feedsListCmd) Run(a *app) error {
	feeds, err := a.feedList()
	if err != nil {
		return err
	}
	all, err := feed.ReadStatus(a.settings["FEEDS_STATE"], feeds)
	if err != nil {
		a.note("%v", err)
	}
	if c.JSON {
		enc := json.NewEncoder(a.stdout)
		for _, s := range all {
			if err := enc.Encode(statusJSON(s)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(a.stdout, "No feeds yet: newsdesk feeds add ADDRESS")
		return err
	}
	return printFeeds(a.stdout, all, a.asked())
}

func printFeeds(out io.Writer, all []feed.Status, now time.Time) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "FEED\tHEALTH\tLAST SUCCESS\tNEXT TRY\tARTICLES\tREMARK")
	for _, s := range all {
		title := s.Title
		if title == "" {
			title = s.URL
		}
		remark := s.Error
		if remark == "" {
			remark = s.Note
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", visible(cut(title, 40)), s.Health, ago(s.LastSuccess, now), in(s.NextTry, now), s.Articles, visible(cut(remark, 160)))
	}
	return w.Flush()
}

// cut shortens s to some characters.
func cut(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return span(now.Sub(t)) + " ago"
}

func in(t, now time.Time) string {
	if t.IsZero() || !t.After(now) {
		return "now"
	}
	return "in " + span(t.Sub(now))
}

// span writes a time in its greatest unit.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// statusJSON is one feed of feeds list --json.
func statusJSON(s feed.Status) any {
	return struct {
		URL         string    `json:"url"`
		Title       string    `json:"title"`
		Site        string    `json:"site"`
		Folder      string    `json:"folder"`
		FullText    bool      `json:"full_text"`
		Health      string    `json:"health"`
		LastTry     time.Time `json:"last_try,omitzero"`
		LastSuccess time.Time `json:"last_success,omitzero"`
		NextTry     time.Time `json:"next_try,omitzero"`
		Articles    int       `json:"articles"`
		Failures    int       `json:"failures"`
		Error       string    `json:"error"`
		Note        string    `json:"note"`
	}{s.URL, s.Title, s.Site, s.Folder, s.FullText, string(s.Health), s.LastTry.UTC(), s.LastSuccess.UTC(), s.NextTry.UTC(), s.Articles, s.Failures, s.Error, s.Note}
}

type feedsCheckCmd struct {
	Address  string `arg:"" optional:"" help:"Of one feed; without it all of the list are asked."`
	FullText bool   `help:"Fetch pages as with the switch of the same name in the list, of the newest articles."`
}

// Run polls without keeping anything.
func (c *feedsCheckCmd) Run(a *app) error {
	feeds := []feed.Feed{{URL: c.Address, FullText: c.FullText}}
	if listed, err := a.feedList(); c.Address == "" {
		if err != nil {
			return err
		}
		if feeds = listed; len(feeds) == 0 {
			return misuse{errors.New("the list has no feeds: name an address, or add one with newsdesk feeds add")}
		}
	}
	client, err := a.feedClient()
	if err != nil {
		return err
	}
	defer client.Close()
	g, err := a.gatherer(client, nil, nil, nil)
	if err != nil {
		return err
	}
	type outcome struct {
		report feed.Report
		err    error
	}
	results := make([]chan outcome, len(feeds))
	slots := make(chan struct{}, 8)
	var all sync.WaitGroup
	defer all.Wait()
	for i, f := range feeds {
		results[i] = make(chan outcome, 1)
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			r, err := g.Poll(a.ctx, f)
			results[i] <- outcome{r, err}
		})
	}
	out := &errWriter{Writer: a.stdout}
	failed := 0
	for i, f := range feeds {
		o := <-results[i]
		if o.err != nil {
			failed++
			fmt.Fprintf(out, "no  %s: %s\n", f.URL, visible(o.err.Error()))
			continue
		}
		fmt.Fprintf(out, "ok  %s (%s)\n", visible(o.report.Feed.Title), f.URL)
		a.printReport(out, o.report)
	}
	if err := errors.Join(out.err, a.ctx.Err()); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d feeds cannot be gathered, see above", failed, len(feeds))
	}
	return nil
}

type feedsImportCmd struct {
	File string `arg:"" help:"An OPML file, or - for standard input."`
}

// Run merges another list into ours.
func (c *feedsImportCmd) Run(a *app) error {
	var raw []byte
	var err error
	if c.File == "-" {
		raw, err = io.ReadAll(io.LimitReader(a.stdin, 32<<20))
	} else {
		raw, err = os.ReadFile(c.File)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, reason(err))
	}
	other, err := feed.ParseList(raw)
	if err != nil {
		return misuse{fmt.Errorf("%s: %w", c.File, err)}
	}
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return err
	}
	for _, problem := range other.Problems() {
		a.note("left out: %v", problem)
	}
	known := len(other.Feeds())
	added := list.Merge(other)
	if len(added) > 0 {
		if err := list.Write(a.settings["FEEDS_FILE"]); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, "%s added to %s, %d there before\n", countOf(len(added), "feed"), a.settings["FEEDS_FILE"], known-len(added))
	return err
}

type feedsExportCmd struct{}

// Run prints the list.
func (*feedsExportCmd) Run(a *app) error {
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return err
	}
	_, err = a.stdout.Write(list.Bytes())
	return err
}

// feedList returns the feeds of the list, and says what is wrong with others.
func (a *app) feedList() ([]feed.Feed, error) {
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return nil, err
	}
	for _, problem := range list.Problems() {
		a.note("%s: left out: %s", a.settings["FEEDS_FILE"], strings.TrimSpace(problem.Error()))
	}
	return list.Feeds(), nil
}
