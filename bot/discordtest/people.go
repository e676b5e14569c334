package discordtest

import (
	"encoding/base64"
	"fmt"
	"strconv"
)

// Context is where an interaction happens, numbered as Discord does.
type Context int

const (
	Guild   Context = 0 // a channel of a server
	BotDM   Context = 1 // a direct message to the bot
	Private Context = 2 // other direct messages; the bot is installed for the person only
)

// Permission bits that matter to a bot.
const (
	Administrator = 1 << 3
	ManageGuild   = 1 << 5
)

const (
	// Everyone holds these in a server: view, send, embed, history, commands.
	memberPermissions = 1<<10 | 1<<11 | 1<<14 | 1<<16 | 1<<31
	appPermissions    = "2251799813869632"
	dmChannelID       = "1100000000000000004"
	defaultUserID     = "1100000000000000005"
	mediaID           = "1100000000000000006" // of every picture; nothing is fetched
)

// User is a person, or another bot. The zero value is an ordinary member.
type User struct {
	ID          string // default: the same person each time
	Name        string
	Bot         bool
	Roles       []string // ids; for messages and interactions in a server
	Permissions uint64   // beside those that every member has
}

func (u User) id() string {
	if u.ID == "" {
		return defaultUserID
	}
	return u.ID
}

func (u User) json() object {
	name := u.Name
	if name == "" {
		name = "reader" + u.id()[max(0, len(u.id())-4):]
	}
	return object{"id": u.id(), "username": name, "avatar": nil, "discriminator": "0", "public_flags": 0,
		"flags": 0, "global_name": name, "primary_guild": nil, "bot": u.Bot}
}

func (u User) permissions() uint64 { return u.Permissions | memberPermissions }

// member is the person in a server; full adds what interactions carry.
func (u User) member(full bool) object {
	roles := []any{}
	for _, r := range u.Roles {
		roles = append(roles, r)
	}
	out := object{"roles": roles, "nick": nil, "avatar": nil, "joined_at": "2024-03-01T09:00:00.000000+00:00",
		"premium_since": nil, "communication_disabled_until": nil, "deaf": false, "mute": false, "pending": false, "flags": 0}
	if full {
		out["user"] = u.json()
		out["permissions"] = strconv.FormatUint(u.permissions(), 10)
	}
	return out
}

// Place is where something happens. The zero value is ChannelID in GuildID.
type Place struct {
	Context Context
	// UserInstalled says that the bot is there for the person only, who has
	// it installed for themselves, as is always so in Private.
	UserInstalled bool

	GuildID   string // of a server other than GuildID
	ChannelID string // of a channel other than the context's own
	Parent    string // makes the channel a thread of this one
	Locale    string // the person's language, default en-US
}

// fill completes a place; call it with s.mu held.
func (s *Server) fill(p Place, u User) (Place, *channel) {
	if p.Locale == "" {
		p.Locale = "en-US"
	}
	p.UserInstalled = p.UserInstalled || p.Context == Private
	if p.Context != Guild {
		p.GuildID = ""
		if p.ChannelID == "" {
			p.ChannelID = dmChannelID
		}
	} else if p.GuildID == "" {
		p.GuildID = GuildID
	}
	if p.ChannelID == "" {
		p.ChannelID = ChannelID
		if p.GuildID != GuildID {
			p.ChannelID = p.GuildID // every server has a first channel with the server's own id
		}
	}
	ch := s.channel(p.ChannelID, p.GuildID)
	if p.Parent != "" {
		ch.parent = p.Parent
	}
	if p.GuildID == "" && ch.user == nil {
		ch.user = u.json()
	}
	return p, ch
}

// payload is the part that all interactions have, as Discord sends it raw,
// with fields that no library knows of yet.
func (s *Server) payload(in *interaction, p Place, u User) object {
	p, ch := s.fill(p, u)
	in.id, in.created, in.user, in.guild, in.channel, in.context = s.newID(), s.clock(), u, p.GuildID, p.ChannelID, p.Context
	in.token = base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("interaction:%s:%0120d", in.id, s.ids)))
	in.changed = make(chan struct{})
	in.owners = object{"0": p.GuildID}
	out := object{
		"id": in.id, "application_id": ApplicationID, "type": in.kind, "token": in.token, "version": 1,
		"channel_id": p.ChannelID, "channel": ch.partial(), "context": int(p.Context), "locale": p.Locale,
		"app_permissions": appPermissions, "entitlements": []any{}, "entitlement_sku_ids": []any{},
		"attachment_size_limit": 10 << 20,
	}
	switch p.Context {
	case Guild:
		out["guild_id"], out["guild_locale"] = p.GuildID, "en-US"
		out["guild"] = object{"id": p.GuildID, "locale": "en-US", "features": []any{}}
		out["member"] = u.member(true)
	case BotDM:
		in.owners = object{"0": "0"} // how Discord writes a server install seen from a direct message
		out["user"] = u.json()
	case Private:
		out["user"] = u.json()
	}
	if p.UserInstalled {
		in.owners = object{"1": u.id()}
	}
	out["authorizing_integration_owners"] = in.owners
	s.interactions[in.token] = in
	return out
}
