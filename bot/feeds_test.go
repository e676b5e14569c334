package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/feed"
	"newsdesk/index"
)

// feedList is feeds that can be added and removed.
type feedList struct {
	mu    sync.Mutex
	feeds []feed.Status
}

func (f *feedList) Gathers() bool { return true }

func (f *feedList) Status() []feed.Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.feeds)
}

func (f *feedList) Add(_ context.Context, address string) (feed.Status, []string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if address == "https://many.example/" {
		return feed.Status{}, []string{"https://many.example/news", "https://many.example/" + strings.Repeat("x", 200)}, nil
	}
	s := feed.Status{Feed: feed.Feed{URL: address, Title: "@everyone **new**"}, Health: feed.New}
	f.feeds = append(f.feeds, s)
	return s, nil, nil
}

func (f *feedList) Remove(_ context.Context, url string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.feeds = slices.DeleteFunc(f.feeds, func(s feed.Status) bool { return s.URL == url })
	return nil
}

func (f *feedList) Check(_ context.Context, url string) (feed.Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, s := range f.feeds {
		if s.URL == url {
			f.feeds[i].Health, f.feeds[i].Error, f.feeds[i].Failures = feed.Fine, "", 0
			return f.feeds[i], nil
		}
	}
	return feed.Status{}, feed.ErrUnlisted
}

// versions are those of the only article that has any.
type versions []article.Version

func (v versions) Versions(id string) ([]article.Version, error) {
	if id != "ferry" {
		return nil, article.ErrNotStored
	}
	return v, nil
}

// startGathering runs a bot that has feeds, and articles without addresses.
func startGathering(t *testing.T, feeds *feedList) *rig {
	t.Helper()
	const text = "The ferry Northern Star ran aground off Port Amber on Monday with 140 people on board, the coast guard said. Nobody was hurt. Tugs will try to pull the ship free at high tide."
	files := fstest.MapFS{"all.jsonl": {Data: fmt.Appendf(nil, `{"id":"ferry","title":"Ferry aground off Port Amber","source":"Wire","published":"2025-11-20T08:00:00Z","text":%q}
{"id":"copy","title":"Ship stuck","source":"Daily","published":"2025-11-21","text":%q}
`, text, text)}}
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	c := index.Collection{Name: "test", FS: files}
	if _, err := x.Rebuild(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	first := time.Date(2025, 11, 20, 8, 2, 0, 0, time.UTC)
	d := commands.Deps{Index: x, Engine: answer.New(x), Collection: c, Version: "test", Started: askedAt, Now: func() time.Time { return askedAt }, Feeds: feeds,
		Versions: versions{
			{Article: article.Article{Title: "Ferry <@1> in trouble"}, Since: first},
			{Article: article.Article{Title: "Ferry aground off Port Amber", FirstSeen: first}, Since: first.Add(time.Hour), NewTitle: true},
		}}
	d.Engine.Pages = "https://news.example"
	return newRig(t, discordtest.New(t), commands.All(d), withConfig(func(c *Config) { c.Now = d.Now })).run()
}

func TestFeedsOnDiscord(t *testing.T) {
	at := askedAt.Add(-time.Hour)
	long := "https://long.example/" + strings.Repeat("path/", 60) + "rss"
	feeds := &feedList{feeds: []feed.Status{
		{Feed: feed.Feed{URL: "https://wire.example/feed", Title: "Wire"}, Health: feed.Fine, LastTry: at, LastSuccess: at, NextTry: askedAt, Articles: 1204},
		{Feed: feed.Feed{URL: long, Title: "Long"}, Health: feed.Dead, LastTry: at, Failures: 40, Error: "410 Gone <@&1>"},
	}}
	r := startGathering(t, feeds)
	use := func(user discordtest.User, options ...any) discordtest.Outcome {
		return r.d.Interact(r.ctx, discordtest.Interaction{Command: "feeds", User: user, Overridden: true, Options: named(options)}).Wait(r.ctx)
	}
	out := use(discordtest.User{ID: "1200000000000000002"}, "feed", "Wire", "action", "remove")
	contains(t, out.Text(), "Only people who manage this server can do that")
	if !out.Original.Ephemeral() || len(feeds.Status()) != 2 {
		t.Error("somebody who may not removed a feed, or was refused before all")
	}

	var c talk
	c.did("/feeds")
	out = use(manager)
	c.saw(out.Original)
	c.did("/feeds feed:Long")
	out = use(manager, "feed", "Long")
	c.saw(out.Original)
	c.did("[Ask it now]")
	out = r.press("Ask it now", out, manager).Wait(r.ctx) // its address is longer than a custom id
	c.saw(out.Original)
	c.did("/feeds feed:https://many.example/ action:add")
	out = use(manager, "feed", "https://many.example/", "action", "add")
	c.saw(out.Original)
	c.did("[Add 1]")
	out = r.press("Add 1", out, manager).Wait(r.ctx)
	c.saw(out.Original)
	c.did("[Remove]")
	out = r.press("Remove", out, manager).Wait(r.ctx)
	c.saw(out.Original)
	c.did("/status")
	out = r.d.Interact(r.ctx, discordtest.Interaction{Command: "status", User: manager}).Wait(r.ctx)
	c.saw(out.Original)
	text := c.String()
	c.Reset()
	c.WriteString(regexp.MustCompile(`\*\*Indexed\*\* .*`).ReplaceAllString(text, "**Indexed** TODAY"))
	c.golden(t, "feeds")
	if got := feeds.Status(); len(got) != 2 || got[1].Health != feed.Fine {
		t.Errorf("got the feeds %+v", got)
	}

	if choices := r.d.Autocomplete(r.ctx, discordtest.Interaction{Command: "feeds", User: manager, Overridden: true, Options: map[string]any{"feed": "lo"}}, "feed").Choices(r.ctx); len(choices) != 1 {
		t.Errorf("got the suggestions %v", choices)
	}
}

func TestArticleOnDiscord(t *testing.T) {
	r := startGathering(t, &feedList{})
	var c talk
	c.did("/article article:https://news.example/a/ferry?at=0-9#0-9")
	out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "article", Options: map[string]any{"article": "https://news.example/a/ferry?at=0-9#0-9"}}).Wait(r.ctx)
	c.saw(out.Original)
	c.did("/ask question:Where did the ferry Northern Star run aground?")
	c.saw(r.ask("Where did the ferry Northern Star run aground?").Original)
	c.golden(t, "article")
}
