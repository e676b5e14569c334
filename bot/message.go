package bot

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// The command that answers mentions and direct messages, and its option.
const (
	askCommand  = "ask"
	askQuestion = "question"
)

// concerns reports whether a person writes to the bot: mentions it by name in
// a channel, answers one of its messages with a ping, or writes to it directly.
// Other bots, itself included, never concern it: two bots could talk for ever.
// Nor do thanks.
func (b *Bot) concerns(m *dg.Message) bool {
	if m.Author == nil || m.Author.Bot || m.Author.System || m.WebhookID != "" {
		return false
	}
	if m.Type != dg.MessageTypeDefault && m.Type != dg.MessageTypeReply {
		return false
	}
	id := b.userID.Load()
	if m.GuildID == "" {
		return id == nil || !b.answersBot(m, *id) || !thanks(m.Content)
	}
	if id == nil {
		return false
	}
	if _, mentioned := withoutMention(m.Content, *id); mentioned {
		return true
	}
	pinged := slices.ContainsFunc(m.Mentions, func(u *dg.User) bool { return u != nil && u.ID == *id })
	return pinged && b.answersBot(m, *id) && !thanks(m.Content)
}

// answersBot reports whether a message answers one of the bot's.
func (b *Bot) answersBot(m *dg.Message, id string) bool {
	to := m.ReferencedMessage
	return m.Type == dg.MessageTypeReply && to != nil && to.Author != nil && to.Author.ID == id
}

// thanks reports whether a message says no more than that its writer has read
// the answer.
func thanks(text string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if !slices.Contains(thanking, w) {
			return false
		}
	}
	return true
}

var thanking = strings.Fields("thanks thank you thx ty cheers ok okay great nice good cool perfect lol haha wow bot so much very a lot got it danke merci gracias yes no well done")

// withoutMention takes the mentions of a user out of a text.
func withoutMention(text, id string) (string, bool) {
	rest := strings.NewReplacer("<@"+id+">", " ", "<@!"+id+">", " ").Replace(text)
	return strings.Join(strings.Fields(rest), " "), rest != text
}

// answerMessage answers a question out of a message, by a message.
func (b *Bot) answerMessage(ctx context.Context, m *dg.Message) {
	id := ""
	if p := b.userID.Load(); p != nil {
		id = *p
	}
	question, _ := withoutMention(m.Content, id)
	j := job{kind: "mention", command: askCommand, person: m.Author.ID, guild: m.GuildID, channel: m.ChannelID, values: map[string]string{askQuestion: question}}
	j.settings = b.settings(m.GuildID)
	if b.answersBot(m, id) {
		if command, values, ok := b.following(m.ReferencedMessage, question); ok {
			j.kind, j.command, j.values = "reply", command, values
		}
	}
	if m.GuildID == "" {
		j.kind = "direct"
	}
	j.language, _ = chosen(j.settings) // messages do not tell theirs
	j.refusing = j.language
	j.began = b.now()
	b.admit(&j)
	defer j.pass.leave()
	if !j.pass.refused.IsZero() && j.pass.again {
		// All see this reply, so it comes once until the person may ask again.
		b.report(j, tooMany(j.language, limited, j.pass.refused), nil)
		return
	}
	if j.pass.refused.IsZero() && b.astray(ctx, &j) {
		// All see this reply too: it comes once in a while.
		if wait, _, _ := b.astrays.take(j.channel, j.began); wait > 0 {
			b.report(j, result{outcome: refused}, nil)
			return
		}
	} else if question == "" && j.pass.refused.IsZero() {
		res := refusal(j.language, j.language.Say("Ask me about the news, for example: what was decided at the climate summit? /help says more."))
		res.reply.Tone = commands.Neutral
		b.report(j, res, b.reply(ctx, m, res.reply))
		return
	}
	if cmd, _ := commands.Find(b.cfg.Commands, j.command); j.pass.refused.IsZero() && !j.elsewhere(cmd) {
		b.typing(ctx, m.ChannelID)
	}
	res := b.perform(ctx, j)
	b.report(j, res, b.reply(ctx, m, res.reply))
}

// following makes the call by which a message of the bot lets people ask on:
// that of its button which asks for something. It reports false where there is
// none, or where it cannot be made out; the question then stands alone.
func (b *Bot) following(m *dg.Message, question string) (command string, values map[string]string, ok bool) {
	for _, id := range customIDs(m.Components) {
		command, values, asks, err := parseCustomID(id, titleOf(m))
		if err != nil || asks == "" {
			continue
		}
		values[asks] = question
		if cmd, known := commands.Find(b.cfg.Commands, command); known && accepts(cmd, values) {
			return command, values, true
		}
	}
	return "", nil, false
}

// customIDs lists those of the buttons in components.
func customIDs(list []dg.MessageComponent) []string {
	var ids []string
	for _, c := range list {
		switch c := c.(type) {
		case *dg.Container:
			ids = append(ids, customIDs(c.Components)...)
		case *dg.ActionsRow:
			ids = append(ids, customIDs(c.Components)...)
		case *dg.Button:
			ids = append(ids, c.CustomID)
		}
	}
	return ids
}

// typing shows that the bot is at it. It is a courtesy: where it fails, the
// reply will tell why.
func (b *Bot) typing(ctx context.Context, channelID string) {
	ctx, cancel := context.WithTimeout(ctx, b.waits.acknowledge)
	defer cancel()
	if err := b.call(ctx, b.shared(), http.MethodPost, dg.EndpointChannelTyping(channelID), nil, nil); err != nil {
		b.log.Debug("typing is not shown", "err", err)
	}
}

// reply answers a message, without pinging who wrote it. The nonce keeps a
// repeated request from writing twice.
func (b *Bot) reply(ctx context.Context, m *dg.Message, r commands.Reply) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.waits.reply)
	defer cancel()
	exists := false
	r.Share = false // all see it already
	out := render(r)
	out.Reference = &dg.MessageReference{MessageID: m.ID, ChannelID: m.ChannelID, GuildID: m.GuildID, FailIfNotExists: &exists}
	out.Nonce, out.EnforceNonce = m.ID, true
	if err := b.call(ctx, b.shared(), http.MethodPost, dg.EndpointChannelMessages(m.ChannelID), out, nil); err != nil {
		return fmt.Errorf("answer a message: %w", err)
	}
	return nil
}
