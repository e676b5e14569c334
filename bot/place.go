package bot

import (
	"context"
	"net/http"
	"slices"
	"time"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
	"newsdesk/store"
)

// astrayEvery is how often, in one channel, a mention is told that the bot
// answers elsewhere.
const astrayEvery = 10 * time.Minute

// jobOf is a job of an interaction, whose command is not settled yet.
func (b *Bot) jobOf(in *interaction, kind string) job {
	return job{
		kind: kind, person: person(in.Interaction), admin: b.mayManage(in.Interaction), began: in.came,
		guild: in.GuildID, channel: in.ChannelID, parent: in.parent, settings: b.settings(in.GuildID),
	}
}

// settings are what a server has set. Where they cannot be read the defaults
// hold, so that people are answered.
func (b *Bot) settings(guild string) store.Settings {
	set, err := b.cfg.Store.Settings(guild)
	if err != nil {
		b.log.Error("settings cannot be read, so the defaults hold", "guild_id", guild, "err", err)
		return store.Settings{}
	}
	return set
}

// elsewhere reports whether a server's settings have the bot answer a command
// in other channels only. A thread is of its channel.
func (j job) elsewhere(cmd commands.Command) bool {
	if cmd.Anywhere || cmd.Admin || j.guild == "" || len(j.settings.Channels) == 0 {
		return false
	}
	return !slices.Contains(j.settings.Channels, j.channel) && !slices.Contains(j.settings.Channels, j.parent)
}

// astray is elsewhere for a job out of a message, of which Discord does not say
// whether it stands in a thread.
func (b *Bot) astray(ctx context.Context, j *job) bool {
	cmd, _ := commands.Find(b.cfg.Commands, j.command)
	if !j.elsewhere(cmd) {
		return false
	}
	var channel struct {
		Parent string `json:"parent_id"`
	}
	ctx, cancel := context.WithTimeout(ctx, b.waits.acknowledge)
	defer cancel()
	if err := b.call(ctx, b.shared(), http.MethodGet, dg.EndpointChannel(j.channel), nil, &channel); err != nil {
		b.log.Debug("it is not known whether a channel is a thread", "err", err)
	}
	j.parent = channel.Parent
	return j.elsewhere(cmd)
}

// wantsPrivate reports whether the answer to a command that was typed is for
// the person only: what they state goes before what the server has set.
func (j job) wantsPrivate() bool {
	if stated := j.values["private"]; stated != "" {
		return stated == "true"
	}
	return j.settings.Private && j.guild != ""
}

// shareable reports whether a reply is private only because the server has set
// so, and may be shared.
func (j job) shareable(cmd commands.Command, res result) bool {
	return j.settings.Private && res.outcome == done && !cmd.Private && !cmd.Admin
}

// A ready is what Discord says at the beginning of a connection.
type ready struct {
	User   struct{ ID, Username string }
	Shard  []int                  // which, of how many
	Guilds *[]struct{ ID string } // all of the shard
}

// attrs adds to a line of the log who the bot is and in how many servers, as far
// as Discord said. r may be nil.
func (r *ready) attrs(attrs ...any) []any {
	if r == nil {
		return attrs
	}
	attrs = append(attrs, "user", r.User.Username, "user_id", r.User.ID)
	if r.Guilds != nil {
		attrs = append(attrs, "servers", len(*r.Guilds))
	}
	return attrs
}

// forgetLost deletes what is kept of servers that the bot was removed from
// while it was not connected.
func (b *Bot) forgetLost(r ready) {
	if r.Guilds == nil || len(r.Shard) != 2 || r.Shard[1] < 1 {
		return
	}
	in := map[string]bool{}
	for _, g := range *r.Guilds {
		in[g.ID] = true
	}
	lost, own, err := b.cfg.Store.Keep(r.User.ID, func(server string) bool { return shardOf(server, r.Shard[1]) == r.Shard[0] && !in[server] })
	switch {
	case err != nil:
		b.log.Error("what is kept of servers is not looked through", "err", err)
	case !own:
		b.log.Warn("STATE_FILE holds the settings of another bot's servers: name another file")
	}
	for _, server := range lost {
		b.log.Info("removed from a server meanwhile: what was kept of it is deleted", "guild_id", server)
	}
}

// forget deletes what is kept of a server that the bot was removed from.
func (b *Bot) forget(guild string) {
	b.log.Info("removed from a server: what is kept of it is being deleted", "guild_id", guild)
	if _, err := b.cfg.Store.Forget(guild); err != nil {
		b.log.Error("what is kept of a server is not deleted", "guild_id", guild, "err", err)
	}
}
