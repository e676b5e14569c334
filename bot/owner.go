package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"newsdesk/commands"
)

// ownersFresh is how long Discord's word counts on who owns the application and
// in how many servers it is.
const ownersFresh = 10 * time.Minute

// owners is what Discord said last.
type owners struct {
	mu    sync.Mutex // held while Discord is asked, so that it is asked once
	app   application
	asked time.Time // zero where it was never
}

// mayActForAll reports whether who asks may use a command that acts on all that
// the bot serves. Where OWNER_IDS names people it is they. Else it is who owns
// the application, or is in the team that does; and, as long as the bot is in
// one server only, those who manage that.
func (b *Bot) mayActForAll(ctx context.Context, cmd commands.Command, j job) (bool, error) {
	if !cmd.Owner {
		return false, nil
	}
	if len(b.cfg.OwnerIDs) > 0 {
		return slices.Contains(b.cfg.OwnerIDs, j.person), nil
	}
	app, err := b.owned(ctx)
	if err != nil {
		return false, err
	}
	return slices.Contains(app.owners(), j.person) || j.admin && app.Servers <= 1, nil
}

// owned asks Discord about the application, unless it did a while ago.
func (b *Bot) owned(ctx context.Context) (application, error) {
	b.owners.mu.Lock()
	defer b.owners.mu.Unlock()
	if now := b.now(); b.owners.asked.IsZero() || now.Sub(b.owners.asked) >= ownersFresh {
		app, err := b.application(ctx)
		if err != nil {
			return application{}, err
		}
		b.owners.app, b.owners.asked = app, now
	}
	return b.owners.app, nil
}

// owners lists the people who own an application: all of its team, but for those
// who only read.
func (a application) owners() []string {
	if a.Team == nil {
		return []string{a.Owner.ID}
	}
	list := []string{a.Team.Owner}
	for _, m := range a.Team.Members {
		if m.State == teamAccepted && m.Role != "read_only" {
			list = append(list, m.User.ID)
		}
	}
	return list
}

// teamAccepted is the state of a member who has accepted the invitation.
// https://discord.com/developers/docs/topics/teams
const teamAccepted = 2
