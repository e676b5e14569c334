package discordtest

import (
	"context"
	"maps"
	"strings"
	"unicode/utf8"
)

// Post is a message that somebody writes in a channel.
type Post struct {
	Content string
	Mention bool   // put the bot's mention before the content
	ReplyTo string // id of a message answered, which pings its author
	User    User   // User.Bot for another bot
	Place   Place
	Extra   map[string]any // laid over the event
}

// Conversation is a message somebody wrote and what the bot made of it.
type Conversation struct {
	s         *Server
	message   *message
	delivered bool
}

// Say stores a message and sends MESSAGE_CREATE to a bot that is ready or
// becomes so before ctx ends, if its intents include such messages. Content
// is empty as on Discord unless the message mentions the bot or is a direct
// one, or the bot has the message content intent. Where the bot is there for
// one person only it is told of no message; such a one may still be the target
// of a message command.
func (s *Server) Say(ctx context.Context, p Post) *Conversation {
	s.t.Helper()
	mention := "<@" + ApplicationID + ">"
	if p.Mention && !strings.Contains(p.Content, mention) {
		p.Content = strings.TrimSpace(mention + " " + p.Content)
	}
	if n := utf8.RuneCountInString(p.Content); n > maxContent || p.Content == "" {
		s.t.Fatalf("discordtest: nobody can write a message of %d characters", n)
	}
	s.mu.Lock()
	at, ch := s.fill(p.Place, p.User)
	s.mu.Unlock()
	told := !at.UserInstalled
	if told {
		s.await(ctx, "a gateway connection that is ready", func() bool { return s.serves(at.GuildID) })
	}
	s.mu.Lock()
	m := &message{channel: ch.id, guild: at.GuildID, author: p.User.json(), content: p.Content}
	if at.GuildID != "" {
		m.member = p.User.member(false)
	}
	if p.ReplyTo != "" {
		m.replyTo, m.kind = s.messages[p.ReplyTo], 19
		if m.replyTo == nil || m.replyTo.channel != m.channel {
			s.mu.Unlock()
			s.t.Fatalf("discordtest: there is no message %q in channel %s to answer", p.ReplyTo, ch.id)
		}
	}
	if strings.Contains(p.Content, mention) || strings.Contains(p.Content, "<@!"+ApplicationID+">") || m.replyTo != nil && m.replyTo.byBot() {
		m.mentions = []any{botUser()}
	}
	s.post(m)
	event, intent := s.messageEvent(m), messageIntent(m.guild)
	s.mu.Unlock()
	n := 0
	if told {
		n = s.dispatch("MESSAGE_CREATE", m.guild, func(c *conn) any { return overlay(event(c.intents()), p.Extra) }, intent)
	}
	return &Conversation{s: s, message: m, delivered: n > 0}
}

// messageIntent is the one that brings messages of a guild, or direct ones.
func messageIntent(guild string) int {
	if guild == "" {
		return intentDirectMessages
	}
	return intentGuildMessages
}

// messageEvent gives a function that makes MESSAGE_CREATE for a set of
// intents; call it with s.mu held, and the function without.
func (s *Server) messageEvent(m *message) func(intents int) object {
	full := asObject(plain(m.json()))
	full["channel_type"] = s.channel(m.channel, m.guild).kind()
	if m.guild != "" {
		full["guild_id"] = m.guild
	}
	if m.member != nil {
		full["member"] = m.member
	}
	open := m.byBot() || m.guild == "" || len(m.mentions) > 0
	return func(intents int) object {
		if open || intents&IntentMessageContent != 0 {
			return full
		}
		hidden := maps.Clone(full)
		hidden["content"] = ""
		for _, key := range []string{"embeds", "components", "attachments"} {
			hidden[key] = []any{}
		}
		return hidden
	}
}

// ID is the message's.
func (c *Conversation) ID() string { return c.message.id }

// Delivered reports that the bot's intents let it see the message.
func (c *Conversation) Delivered() bool { return c.delivered }

// Replies returns what the bot wrote in the channel since, oldest first;
// Message.ReplyTo tells which of it answers this message.
func (c *Conversation) Replies() []Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.replies()
}

func (c *Conversation) replies() []Message {
	var out []Message
	for _, m := range c.s.botMessages(c.message.channel) {
		if compareIDs(m.ID, c.message.id) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// Wait returns when the bot has written n messages or more; it fails the test
// when ctx ends first.
func (c *Conversation) Wait(ctx context.Context, n int) []Message {
	c.s.t.Helper()
	var out []Message
	c.s.await(ctx, "the bot's message in reply", func() bool {
		out = c.replies()
		return len(out) >= n
	})
	return out
}

// WaitText is Wait until some message of the bot, as posted or as edited
// since, contains text.
func (c *Conversation) WaitText(ctx context.Context, text string) Message {
	c.s.t.Helper()
	var found Message
	c.s.await(ctx, "a message of the bot containing "+text, func() bool {
		for _, m := range c.replies() {
			if strings.Contains(m.Text(), text) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}
