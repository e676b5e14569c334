package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"newsdesk/bot"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/store"
)

type serveCmd struct{}

// shutPatience bounds the end of HTTP requests, once the bot has stopped.
const shutPatience = 3 * time.Second

// Run runs the bot until it is told to stop.
func (*serveCmd) Run(a *app) (err error) {
	log := a.logger()
	gathering, err := a.startFeeds(log)
	if err != nil {
		return err
	}
	defer gathering.stop()
	x, c, err := a.openIndex()
	if err != nil {
		return err
	}
	defer x.Close()
	state, err := a.openState(log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	d := a.deps(x, c)
	d.Feeds, d.Versions = gathering.desk(a), gathering.shelf
	if d.Store = state; state != nil {
		d.Ratings = state
	}
	x.LimitBuilds(runtime.GOMAXPROCS(0) / 2) // the others answer
	fresh := a.freshen(x, c, log)
	d.Stale = fresh.stale
	m := newMetrics(x, d.Engine, fresh)
	m.registry.MustRegister(gathering)
	b, err := a.bot(commands.All(d), state, log, m)
	if err != nil {
		return misuse{err}
	}
	if err := a.tell(x, c, log); err != nil {
		return err
	}
	server, err := a.listen(d, b, m, fresh, log)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() { fresh.run(ctx) })
	beside.Go(func() { a.keep(ctx, gathering.shelf, log) })
	beside.Go(func() { verify(ctx, x, fresh, log) })
	err = b.Run(a.ctx)
	stop()
	beside.Wait()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutPatience)
	defer cancel()
	err = errors.Join(err, server.Shutdown(end))
	log.Info("stopped")
	return err
}

// openState opens the file of what servers have set; nil where nothing is kept.
// Where nobody named a file and the usual one cannot be written, the bot does
// without.
func (a *app) openState(log *slog.Logger) (*store.Store, error) {
	path := a.settings["STATE_FILE"]
	if path == "off" {
		return nil, nil
	}
	s, err := store.Open(path, time.Now(), log)
	switch {
	case errors.Is(err, store.ErrInUse):
		return nil, fmt.Errorf("%w: end that one, or give each process a STATE_FILE of its own, or STATE_FILE=off", err)
	case isReadOnly(err) && path == initialOf("STATE_FILE"):
		log.Warn("the file of servers' settings cannot be written, so there are none: name one with STATE_FILE", "err", err)
		return nil, nil
	case errors.Is(err, syscall.EIO):
		return nil, fmt.Errorf("%w: look after the disk, put a copy of the file in its place or delete it, or name another with STATE_FILE", err)
	}
	return s, err
}

// tell says at the start what there is to answer from and how people are
// reached, and what is missing.
func (a *app) tell(x *index.Index, c index.Collection, log *slog.Logger) error {
	stats, err := x.Stats()
	if err != nil {
		return err
	}
	log.Info("index open", "articles", stats.Articles, "passages", stats.Passages, "newest", stats.Newest,
		"age", time.Since(stats.IndexedAt).Round(time.Second), "collection", stats.Collection, "dir", a.indexDir)
	if problem := x.Problem(); problem != nil {
		log.Warn("an older index answers; newsdesk reindex mends that", "err", problem)
	}
	switch {
	case c.FS == nil:
		log.Warn("the folder of the articles is gone: the index answers without it, and is not brought up to date")
	case strings.HasPrefix(c.Name, samplePrefix):
		log.Warn("the sample articles answer: name a folder of your own with DATA_DIR")
	}
	byHTTP, gateway := a.settings["DISCORD_PUBLIC_KEY"] != "", a.settings["GATEWAY"] != "off"
	through := "the gateway"
	if byHTTP {
		through = "HTTP"
	}
	log.Info("serving", "interactions_by", through, "mentions_and_direct_messages", gateway, "shards", a.settings["SHARDS"],
		"privileged_intents", "none are needed")
	if byHTTP && gateway {
		log.Info("once the Interactions Endpoint URL is set, Discord sends interactions there alone, and messages on the gateway")
	}
	return nil
}

func (a *app) bot(all []commands.Command, state *store.Store, log *slog.Logger, observer bot.Observer) (*bot.Bot, error) {
	shards, err := bot.ParseShards(a.settings["SHARDS"])
	if err != nil {
		return nil, err
	}
	limits, err := a.limits()
	if err != nil {
		return nil, err
	}
	return bot.New(bot.Config{
		Token: a.settings["DISCORD_TOKEN"], API: a.settings["DISCORD_API"],
		GuildIDs: a.settings.list("DISCORD_GUILD_IDS"), AdminRoleIDs: a.settings.list("ADMIN_ROLE_IDS"), OwnerIDs: a.settings.list("OWNER_IDS"),
		PublicKey: a.settings["DISCORD_PUBLIC_KEY"], NoGateway: a.settings["GATEWAY"] == "off", Shards: shards, Limits: limits, Observer: observer,
		Commands: all, Store: state, Log: log, Asked: a.asked, Version: version,
	})
}

// limits reads what was checked with the settings.
func (a *app) limits() (l bot.Limits, err error) {
	if l.Person, err = bot.ParseRate(a.settings["RATE_PERSON"]); err != nil {
		return l, err
	}
	if l.Server, err = bot.ParseRate(a.settings["RATE_SERVER"]); err != nil {
		return l, err
	}
	l.AtOnce, err = strconv.Atoi(a.settings["AT_ONCE_PERSON"])
	return l, err
}

func (a *app) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(a.settings["LOG_LEVEL"])) // checked with the settings
	options := &slog.HandlerOptions{Level: level}
	if a.settings["LOG_FORMAT"] == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, options))
	}
	return slog.New(slog.NewTextHandler(a.stderr, options))
}

type commandsCmd struct {
	Sync bool `help:"Register the commands with Discord, if they have changed."`
}

func (c *commandsCmd) Run(a *app) error {
	all := commands.All(commands.Deps{Now: a.asked})
	if !c.Sync {
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(bot.Definitions(all))
	}
	b, err := a.bot(all, nil, a.logger(), nil)
	if err != nil {
		return misuse{err}
	}
	changed, err := b.Register(a.ctx)
	if err != nil {
		return err
	}
	text := "registered already, unchanged"
	if changed {
		text = "registered"
	}
	_, err = fmt.Fprintln(a.stdout, text)
	return err
}
