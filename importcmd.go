package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/index"
)

type importCmd struct {
	Files    []string `arg:"" name:"file" help:"Files (.jsonl, .json, .md, .txt, .html, .warc, each with .gz or without) and folders of such."`
	Language []string `placeholder:"CODE" help:"Only articles in these languages, such as en,de."`
	Since    string   `placeholder:"DAY" help:"Only articles published from this day on, such as 2025-11-26."`
	Until    string   `placeholder:"DAY" help:"Only articles published up to this day."`
	Rejects  string   `default:"${rejects}" placeholder:"FILE" help:"Where to write what could not be taken, and why: ${default}."`
	Again    bool     `help:"Read from the start what was imported before, or in part."`
	JSON     bool     `name:"json" help:"Print the summary as JSON."`
}

func (c *importCmd) Run(a *app) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	dir := a.dataDir
	if dir == "" {
		dir = localArticles
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return misuse{fmt.Errorf("%s is a file: name a folder to keep articles in with --data or DATA_DIR", dir)}
	}
	sources := make([]*importSource, len(c.Files))
	for i, name := range c.Files {
		if sources[i], err = openSource(a.ctx, name); err != nil {
			return err
		}
	}
	if days := a.settings["KEEP_DAYS"]; days != "" {
		a.note("mind: KEEP_DAYS is %s, so serve deletes what was published before, imported or not", days)
	}
	store, err := article.OpenStore(dir)
	if err != nil {
		return err
	}
	defer store.Close()
	run := &importRun{store: store, filter: filter, journal: openImportJournal(dir), rejects: rejectFile{path: c.Rejects}, sum: importSummary{LeftOut: make(map[string]int)}}
	if c.Again {
		run.journal.forget(sources)
	}
	err = run.all(a, sources)
	if cerr := run.rejects.close(); err == nil {
		err = cerr
	}
	if a.ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		a.note("the same command goes on from here")
		err = errors.Join(err, a.ctx.Err())
	}
	run.sum.RejectsFile = c.Rejects
	if n := run.sum.Unread; n > 0 {
		err = errors.Join(err, fmt.Errorf("%s could not be read to the end: %s says why; the same command goes on with it", countOf(n, "file"), c.Rejects))
	}
	if c.JSON {
		return errors.Join(err, writeJSON(a.stdout, run.sum))
	}
	fmt.Fprint(a.stdout, run.sum.String())
	return err
}

// An importFilter says which articles are wanted.
type importFilter struct {
	languages    []string
	since, until time.Time
}

func (c *importCmd) filter() (importFilter, error) {
	var f importFilter
	var err error
	for _, l := range c.Language {
		code := strings.ToLower(strings.TrimSpace(l))
		if len(code) < 2 || len(code) > 3 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "" {
			return f, misuse{fmt.Errorf("--language %s: give codes of two letters such as en or de", l)}
		}
		f.languages = append(f.languages, code)
	}
	slices.Sort(f.languages)
	if f.since, err = commands.ParseDay("--since", c.Since); err != nil {
		return f, err
	}
	if f.until, err = commands.ParseDay("--until", c.Until); err != nil {
		return f, err
	}
	if !f.until.IsZero() {
		f.until = commands.EndOfDay(f.until)
	}
	if !f.until.IsZero() && f.until.Before(f.since) {
		return f, misuse{fmt.Errorf("--until %s is before --since %s", c.Until, c.Since)}
	}
	return f, nil
}

// Why articles that could be read are left out.
const (
	otherLanguage = "in other languages"
	otherTime     = "of other times"
	noArticle     = "without an article"
)

// leavesOut returns why an article is not wanted, or "". One without a date
// goes by when it was fetched, and without that it is wanted at no time.
func (f importFilter) leavesOut(a *article.Article) string {
	if len(f.languages) > 0 && !slices.Contains(f.languages, index.LanguageOf(a.Language, a.Text)) {
		return otherLanguage
	}
	at := a.Published
	if at.IsZero() {
		at = a.FirstSeen
	}
	if !f.since.IsZero() && at.Before(f.since) || !f.until.IsZero() && (at.IsZero() || at.After(f.until)) {
		return otherTime
	}
	return ""
}

// String tells filters apart: what was left out by one may be wanted by another.
func (f importFilter) String() string {
	return strings.Join(f.languages, ",") + " " + article.FormatDate(f.since) + " " + article.FormatDate(f.until)
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// An importSummary is what became of the records of one run.
type importSummary struct {
	Files     int            `json:"files"`
	Before    int            `json:"files_before"`           // imported by an earlier run
	Unread    int            `json:"files_unread,omitempty"` // could not be read, or not to the end
	Added     int            `json:"added"`
	Edited    int            `json:"edited"`
	Unchanged int            `json:"unchanged"`
	Forgotten int            `json:"forgotten"`
	Rejected  int            `json:"rejected"`
	LeftOut   map[string]int `json:"left_out,omitempty"`

	RejectsFile string `json:"rejects_file"`
}

func (s *importSummary) count(change article.Change) {
	switch change {
	case article.Added:
		s.Added++
	case article.Edited:
		s.Edited++
	case article.Unchanged:
		s.Unchanged++
	case article.Forgotten:
		s.Forgotten++
	}
}

func (s importSummary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s read: %s added, %d changed, %d there before", countOf(s.Files, "file"), countOf(s.Added, "article"), s.Edited, s.Unchanged)
	if s.Forgotten > 0 {
		fmt.Fprintf(&b, ", %d not taken since they are to be forgotten", s.Forgotten)
	}
	b.WriteByte('\n')
	for _, why := range []string{noArticle, otherLanguage, otherTime} {
		if n := s.LeftOut[why]; n > 0 {
			fmt.Fprintf(&b, "left out: %d %s\n", n, why)
		}
	}
	if s.Before > 0 {
		fmt.Fprintf(&b, "%s imported before and not read again; --again reads from the start\n", countOf(s.Before, "file"))
	}
	if s.Rejected > 0 {
		fmt.Fprintf(&b, "%s rejected: %s says why\n", countOf(s.Rejected, "record"), s.RejectsFile)
	}
	if s.Added+s.Edited > 0 {
		b.WriteString("serve and chat find them by themselves; else newsdesk reindex has them found\n")
	}
	return b.String()
}
