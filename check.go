package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/feed"
	"newsdesk/index"
	"newsdesk/locale"
)

type checkCmd struct {
	Health bool `help:"Ask only whether the bot that serves on HTTP_ADDR is ready, for containers."`
}

// checkPatience bounds the talk with Discord.
const checkPatience = 20 * time.Second

// Run prints the settings and what came of testing them. It changes nothing
// and goes on after a failure, so that all trouble is seen at once.
func (c *checkCmd) Run(a *app) error {
	if c.Health {
		return a.checkHealth()
	}
	out := &errWriter{Writer: a.stdout}
	fmt.Fprintln(out, "Settings")
	for _, s := range settingsTable {
		fmt.Fprintf(out, "  %-18s %-24s %s\n", s.key, s.shown(a.settings[s.key]), s.meaning)
	}
	fmt.Fprintln(out, "\nTests")
	failed := false
	report := func(what string, err error, good string) {
		if err != nil {
			failed = true
			fmt.Fprintf(out, "  %-9s no: %s\n", what, visible(err.Error()))
			return
		}
		fmt.Fprintf(out, "  %-9s ok: %s\n", what, strings.ReplaceAll(visible(good), "\n", "\n                "))
	}
	articles, err := a.checkArticles()
	report("articles", err, articles)
	state, err := a.checkIndex()
	report("index", err, state)
	feeds, err := a.checkFeeds()
	report("feeds", err, feeds)
	if a.settings["DISCORD_TOKEN"] == "" {
		fmt.Fprintln(out, "  Discord   not tested: DISCORD_TOKEN is not set, which only serve needs")
	} else {
		who, err := a.checkDiscord()
		report("Discord", err, who)
	}
	if out.err != nil {
		return out.err
	}
	if failed {
		return errors.New("something is wrong, see above")
	}
	return nil
}

// An errWriter keeps the first error, so that one look at the end is enough.
type errWriter struct {
	io.Writer
	err error
}

func (w *errWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.Writer.Write(p)
	w.err = err
	return n, err
}

func (a *app) checkArticles() (string, error) {
	dir := a.articlesDir()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) || isEmptyDir(dir) {
		if list, err := feed.ReadList(a.settings["FEEDS_FILE"]); err == nil && len(list.Feeds()) > 0 {
			return "none yet in " + dir + "; serve waits for the first that a feed brings", nil
		}
	}
	c, err := a.collection()
	if err != nil {
		return "", err
	}
	files, problems, err := article.Files(a.ctx, c.FS)
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("%w in %s", index.ErrNoArticles, c.Name)
	}
	text := fmt.Sprintf("%s in %s", countOf(len(files), "file"), c.Name)
	if len(problems) > 0 {
		text += fmt.Sprintf("; %d could not be read, the first: %s", len(problems), problems[0])
	}
	return text, nil
}

func (a *app) checkIndex() (string, error) {
	x, err := index.Open(a.indexDir, version)
	if err != nil {
		return "", err
	}
	defer x.Close()
	if problem := x.Problem(); problem != nil {
		if errors.Is(problem, index.ErrNotBuilt) {
			return "not built yet; the first question builds it", nil
		}
		return "", problem
	}
	s, err := x.Stats()
	if err == nil {
		err = x.Verify(a.ctx, 0)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, %s, built %s from %s", countOf(s.Articles, "article"), countOf(s.Passages, "passage"),
		s.IndexedAt.Format(time.RFC3339), s.Collection), nil
}

// checkFeeds asks none: newsdesk feeds check does that.
func (a *app) checkFeeds() (string, error) {
	list, err := feed.ReadList(a.settings["FEEDS_FILE"])
	if err != nil {
		return "", err
	}
	feeds := list.Feeds()
	all, err := feed.ReadStatus(a.settings["FEEDS_STATE"], feeds)
	if err != nil {
		return "", err
	}
	if len(feeds) == 0 {
		return fmt.Sprintf("none in %s; newsdesk feeds add puts some there, and serve gathers them", a.settings["FEEDS_FILE"]), nil
	}
	text := fmt.Sprintf("%s in %s: %s", countOf(len(feeds), "feed"), a.settings["FEEDS_FILE"], commands.FeedCounts(locale.English, all))
	for _, problem := range list.Problems() {
		text += "\nmind: left out: " + strings.TrimSpace(problem.Error())
	}
	if a.settings["FEEDS_CONTACT"] == "" {
		text += "\nmind: FEEDS_CONTACT is not set, so sites that are asked cannot reach you"
	}
	if info, err := os.Stat(a.articlesDir()); err == nil && !info.IsDir() {
		return "", fmt.Errorf("%s is one file, and the articles of feeds need a folder: name one with DATA_DIR or --data", a.articlesDir())
	}
	return text, nil
}

func (a *app) checkDiscord() (string, error) {
	b, err := a.bot(commands.All(commands.Deps{Now: a.asked}), nil, a.logger(), nil)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(a.ctx, checkPatience)
	defer cancel()
	r, err := b.Check(ctx)
	if err != nil {
		return "", err
	}
	if len(r.Refused) > 0 {
		return "", fmt.Errorf("no access to the servers %s: add the bot there with %s", strings.Join(r.Refused, ", "), r.Invite)
	}
	registered := "the commands are registered"
	if !r.Registered {
		registered = "the commands are not registered yet, or not as they are now: serve does that"
	}
	text := fmt.Sprintf(`signed in as %s (application %s)
%d of %d connections left today, %d recommended at a time; no privileged intent is needed
%s
invite with %s
which asks for: %s`,
		r.UserName, r.ApplicationID, r.SessionsLeft, r.SessionsTotal, max(1, r.Shards), registered, r.Invite, r.Permissions)
	for _, advice := range r.Advice {
		text += "\nmind: " + advice
	}
	if r.UserInvite != "" {
		text += "\nfor oneself, without a server: " + r.UserInvite
	}
	return text, nil
}

// checkHealth asks another process of the program, on HTTP_ADDR.
func (a *app) checkHealth() error {
	host, port, err := net.SplitHostPort(a.settings["HTTP_ADDR"])
	if err != nil {
		return misuse{errors.New("HTTP_ADDR is not set: set it as for the bot that serves")}
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(a.ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("no answer on HTTP_ADDR=%s: %w", a.settings["HTTP_ADDR"], errors.Unwrap(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", strings.TrimSpace(string(body)))
	}
	_, err = fmt.Fprint(a.stdout, string(body))
	return err
}
