package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"newsdesk/commands"
	"newsdesk/feed"
)

// A feedDesk is the list of feeds as /feeds shows and changes it.
type feedDesk struct {
	list, state string // as the settings name them
	client      *feed.Client
	gatherer    *feed.Gatherer
	gathers     bool // in this process; else what another one keeps is told

	mu sync.Mutex // held while the list is changed
}

// feedDesk makes one that is not gathering.
func (a *app) feedDesk() (*feedDesk, error) {
	client, err := a.feedClient()
	if err != nil {
		return nil, misuse{err}
	}
	g, err := a.gatherer(client, nil, nil, nil)
	if err != nil {
		return nil, misuse{err}
	}
	return &feedDesk{list: a.settings["FEEDS_FILE"], state: a.settings["FEEDS_STATE"], client: client, gatherer: g}, nil
}

// desk is that of a process that gathers.
func (f *feeds) desk(a *app) *feedDesk {
	return &feedDesk{list: a.settings["FEEDS_FILE"], state: a.settings["FEEDS_STATE"], client: f.client, gatherer: f.Gatherer, gathers: true}
}

// Gathers implements commands.Feeds, as do the next four.
func (f *feedDesk) Gathers() bool { return f.gathers }

// Status tells how the feeds fare. A list that cannot be read just now is that
// which the gatherer read last.
func (f *feedDesk) Status() []feed.Status {
	list, err := feed.ReadList(f.list)
	if err != nil {
		return f.gatherer.Status()
	}
	if !f.gathers {
		all, _ := feed.ReadStatus(f.state, list.Feeds()) // of what cannot be read it tells nothing
		return all
	}
	known := f.gatherer.Status()
	var all []feed.Status
	for _, one := range list.Feeds() {
		s := feed.Status{Feed: one, Health: feed.New} // added a moment ago
		if i := slices.IndexFunc(known, func(k feed.Status) bool { return k.URL == one.URL }); i >= 0 {
			s = known[i]
		}
		all = append(all, s)
	}
	return all
}

// Add reads the feed before it is put in the list.
func (f *feedDesk) Add(ctx context.Context, address string) (feed.Status, []string, error) {
	found, err := f.client.Discover(ctx, address)
	if err != nil {
		return feed.Status{}, nil, troubleOf(ctx, err)
	}
	if len(found) > 1 {
		var choice []string
		for _, one := range found {
			choice = append(choice, one.URL)
		}
		return feed.Status{}, choice, nil
	}
	report, err := f.gatherer.Poll(ctx, found[0].Feed)
	if err != nil {
		return feed.Status{}, nil, troubleOf(ctx, err)
	}
	err = f.change(func(list *feed.List) error {
		if slices.ContainsFunc(list.Feeds(), func(one feed.Feed) bool { return one.URL == report.Feed.URL }) {
			return commands.ErrKnownFeed
		}
		_, err := list.Add(report.Feed)
		return err
	})
	return feed.Status{Feed: report.Feed, Health: feed.New}, nil, err
}

// Remove takes a feed off the list by its address.
func (f *feedDesk) Remove(_ context.Context, url string) error {
	return f.change(func(list *feed.List) error {
		if len(list.Remove(url)) == 0 {
			return feed.ErrUnlisted
		}
		return nil
	})
}

// change reads, changes and writes the list.
func (f *feedDesk) change(do func(*feed.List) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	list, err := feed.ReadList(f.list)
	if err != nil {
		return err
	}
	if err := do(list); err != nil {
		return err
	}
	if err := list.Write(f.list); err != nil || !f.gathers {
		return err
	}
	return f.gatherer.Reload() // what was added is asked at once
}

// Check asks a feed now. One that is not gathered here is asked once, and
// nothing of it is kept.
func (f *feedDesk) Check(ctx context.Context, url string) (feed.Status, error) {
	if f.gathers {
		if s, err := f.gatherer.Check(ctx, url); !errors.Is(err, feed.ErrUnlisted) {
			return s, err
		}
	}
	all := f.Status()
	i := slices.IndexFunc(all, func(s feed.Status) bool { return s.URL == url })
	if i < 0 {
		return feed.Status{}, feed.ErrUnlisted
	}
	s := all[i]
	report, err := f.gatherer.Poll(ctx, s.Feed)
	if ctx.Err() != nil {
		return s, context.Cause(ctx)
	}
	s.LastTry = time.Now()
	if s.Health, s.Error = feed.Fine, ""; err != nil {
		s.Health, s.Error, s.Failures = feed.Failing, err.Error(), s.Failures+1
		return s, nil
	}
	s.LastSuccess, s.Failures, s.Title = s.LastTry, 0, cmp.Or(s.Title, report.Feed.Title)
	return s, nil
}

// troubleOf tells what whoever adds a feed can mend. What strangers' servers
// and the network say is for them too.
func troubleOf(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, feed.ErrNoFeed) || errors.Is(err, feed.ErrForbidden) {
		return err
	}
	return &commands.FeedTrouble{Why: err.Error()}
}
