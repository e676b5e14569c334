package bot

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// The command that answers mentions and direct messages, and its option.
const (
	askCommand  = "ask"
	askQuestion = "question"
)

// concerns reports whether a person writes to the bot: mentions it by name in
// a channel, or writes to it directly. Answering one of its messages alone is
// not enough, since people thank it too. Other bots, itself included, never
// concern it: two bots could talk for ever.
func (b *Bot) concerns(m *dg.Message) bool {
	if m.Author == nil || m.Author.Bot || m.Author.System || m.WebhookID != "" {
		return false
	}
	if m.Type != dg.MessageTypeDefault && m.Type != dg.MessageTypeReply {
		return false
	}
	if m.GuildID == "" {
		return true
	}
	id := b.userID.Load()
	if id == nil {
		return false
	}
	_, mentioned := withoutMention(m.Content, *id)
	return mentioned
}

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
	j := job{kind: "mention", command: askCommand, person: m.Author.ID, guild: m.GuildID, values: map[string]string{askQuestion: question}}
	if m.GuildID == "" {
		j.kind = "direct"
	}
	j.began = b.now()
	b.admit(&j)
	defer j.pass.leave()
	if j.pass.refused != "" && j.pass.again {
		// All see this reply, so it comes once until the person may ask again.
		b.report(j, tooMany(limited, j.pass.refused), nil)
		return
	}
	if question == "" && j.pass.refused == "" {
		res := refusal("Ask me about the news, for example: what was decided at the climate summit? /help says more.")
		res.reply.Tone = commands.Neutral
		b.report(j, res, b.reply(ctx, m, res.reply))
		return
	}
	if j.pass.refused == "" {
		b.typing(ctx, m.ChannelID)
	}
	res := b.perform(ctx, j)
	b.report(j, res, b.reply(ctx, m, res.reply))
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
