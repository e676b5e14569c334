package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/feed"
	"newsdesk/index"

	"golang.org/x/term"
)

type forgetCmd struct {
	Article string `arg:"" placeholder:"URL|ID" help:"The article's address or id."`
	Yes     bool   `help:"Do not ask."`
}

// Run removes an article for good: its files with their earlier versions, what
// is remembered of it in feeds, and every trace in the index, for which that is
// built anew.
func (c *forgetCmd) Run(a *app) error {
	articles, err := a.collection()
	if err != nil {
		return err
	}
	if !isDir(articles.Name) {
		return misuse{errors.New("newsdesk forget wants a folder of articles: name it with --data or DATA_DIR")}
	}
	x, err := index.Open(a.indexDir, version)
	if err != nil {
		return err
	}
	defer x.Close()
	// Only what the index knows can be shown before it goes.
	if _, err := a.patiently(func() (index.Summary, error) { return a.build(x, articles, false) }); err != nil {
		return fmt.Errorf("bring the index up to date: %w", busy(err))
	}
	held, err := x.Named(a.ctx, c.Article)
	if err != nil {
		return err
	}
	if err := c.preview(a, articles.Name, held); err != nil {
		return err
	}
	ids, err := a.forgetFiles(articles.Name, c.Article)
	if err != nil {
		return err
	}
	bar := newProgress(a.stderr, "building the index without it")
	s, err := a.patiently(func() (index.Summary, error) { return x.Purge(a.ctx, articles, bar.show) })
	bar.end()
	if err != nil {
		return fmt.Errorf("the files are gone; the index still holds the article: run newsdesk forget again: %w", busy(err))
	}
	return c.report(a, x, articles.Name, ids, s)
}

// preview says what will be removed, and asks.
func (c *forgetCmd) preview(a *app, dir string, held []index.Held) error {
	own := 0
	for _, h := range held {
		a.note("%s", strings.Join(nonEmpty(h.Title, h.Source, article.FormatDate(h.Published), h.URL), ", "))
		if isOwn(h.File) {
			own++
			a.note("    %s is a file of yours with more in it, and stays as it is: %s", filepath.Join(dir, h.File), mendOwn)
			continue
		}
		a.note("    %s and its earlier versions; %s in the index", filepath.Join(dir, h.File), countOf(h.Passages, "passage"))
	}
	switch {
	case len(held) > 0 && own == len(held):
		return errors.New("nothing was removed")
	case len(held) == 0:
		a.note("no article has this id or address; what may be left of it goes, and it is not taken again")
	}
	if c.Yes {
		return nil
	}
	in, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return misuse{errors.New("nothing was removed: say --yes to forget it for good")}
	}
	fmt.Fprint(a.stderr, "newsdesk: forget it for good? [y/N] ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer != "y" && answer != "yes" {
		return errors.New("nothing was removed")
	}
	return nil
}

const mendOwn = "take the article out of it by hand and run this command again"

// isOwn reports whether a file is of a kind that newsdesk never writes, so that
// an article in it is a person's own.
func isOwn(file string) bool { return path.Ext(strings.ToLower(file)) != ".md" }

func nonEmpty(list ...string) []string {
	var some []string
	for _, s := range list {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}

// forgetFiles removes the article from the articles' folder, from what is
// remembered of feeds and from what imports have rejected. Only when it is to be
// refused is it looked for there: a process that gathers sees that as well.
func (a *app) forgetFiles(dir, idOrURL string) (ids []string, err error) {
	files, err := article.OpenStore(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	// What cannot be done in one place is told, and the others are cleared.
	ids, err = files.Forget(a.ctx, idOrURL)
	links, ferr := feed.Forget(a.settings["FEEDS_STATE"], files.Forgotten)
	err = errors.Join(err, ferr)
	for _, link := range links {
		// A feed may link to an article by another address than its own.
		if !files.Forgotten("", link) {
			more, ferr := files.Forget(a.ctx, link)
			ids, err = append(ids, more...), errors.Join(err, ferr)
		}
	}
	return ids, errors.Join(err, openImportJournal(dir).forgetRejects(func(x reject) bool {
		return files.Forgotten("", x.URL) || slices.ContainsFunc(append(ids, idOrURL), func(name string) bool { return strings.Contains(x.Reason, name) })
	}))
}

// patiently does something again while another process writes the index, as
// one that serves does when files go.
func (a *app) patiently(do func() (index.Summary, error)) (index.Summary, error) {
	for waited := time.Duration(0); ; waited += busyPoll {
		s, err := do()
		if !errors.Is(err, index.ErrBusy) || waited >= busyPatience {
			return s, err
		}
		select {
		case <-time.After(busyPoll):
		case <-a.ctx.Done():
			return s, context.Cause(a.ctx)
		}
	}
}

// report says what was removed, and what could not be.
func (c *forgetCmd) report(a *app, x *index.Index, dir string, ids []string, s index.Summary) error {
	left, err := x.Named(a.ctx, c.Article)
	if err != nil {
		return err
	}
	switch len(ids) {
	case 0:
		fmt.Fprintf(a.stdout, "no file held the article; it will not be taken again\n")
	default:
		fmt.Fprintf(a.stdout, "forgotten: %s, with its earlier versions; it will not be taken again\n", strings.Join(ids, ", "))
	}
	fmt.Fprintf(a.stdout, "the index was built anew, of %s; nothing of the article is left in it\n", countOf(s.Articles, "article"))
	if repository := gitAbove(dir); repository != "" {
		a.note("%s is a git repository, whose history may hold the article still", repository)
	}
	if len(left) == 0 {
		return nil
	}
	var problems []error
	for _, h := range left {
		problems = append(problems, fmt.Errorf("%s still holds the article, and so does the index: %s", filepath.Join(dir, h.File), mendOwn))
	}
	return errors.Join(problems...)
}

// gitAbove returns the git repository that a folder lies in, or "".
func gitAbove(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
