package discordtest

import (
	"context"
	"slices"
)

// Remove takes the bot out of a server, as somebody who manages it does: a
// connection whose intents include the guilds is told so.
func (s *Server) Remove(ctx context.Context, guildID string) {
	s.t.Helper()
	s.leave(ctx, guildID, object{"id": guildID})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds = slices.DeleteFunc(s.guilds, func(id string) bool { return id == guildID })
	delete(s.commands, guildID)
}

// Outage makes a server unavailable for a while. The bot is still in it, and
// told by the same event.
func (s *Server) Outage(ctx context.Context, guildID string) {
	s.t.Helper()
	s.leave(ctx, guildID, object{"id": guildID, "unavailable": true})
}

func (s *Server) leave(ctx context.Context, guildID string, event object) {
	s.t.Helper()
	s.await(ctx, "a gateway connection that is ready", func() bool { return s.serves(guildID) })
	s.dispatch("GUILD_DELETE", guildID, func(*conn) any { return event }, intentGuilds)
}
