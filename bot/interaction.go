package bot

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// interact answers one interaction.
func (b *Bot) interact(ctx context.Context, in *interaction) {
	switch data := in.Data.(type) {
	case dg.ApplicationCommandInteractionData:
		if in.Type == dg.InteractionApplicationCommandAutocomplete {
			b.suggest(ctx, in, data)
			return
		}
		b.slash(ctx, in, data)
	case dg.MessageComponentInteractionData:
		b.press(ctx, in, data)
	case dg.ModalSubmitInteractionData:
		b.submit(ctx, in, data)
	default:
		b.log.Debug("an interaction of no known kind", "type", int(in.Type))
	}
}

// slash runs a command, typed or chosen on a message. Whoever asked sees at
// once that the bot is at it: Discord gives 3 s, and a search may take longer.
func (b *Bot) slash(ctx context.Context, in *interaction, data dg.ApplicationCommandInteractionData) {
	cmd, known := commands.Find(b.cfg.Commands, data.Name)
	j := b.jobOf(in, "slash")
	j.command, j.values = data.Name, optionValues(data.Options)
	if data.CommandType == dg.MessageApplicationCommand {
		cmd, known = b.onMessage(data.Name)
		j.kind, j.command = "message command", cmd.Name
		j.values = textValue(cmd, targetText(data))
	}
	b.admit(&j)
	defer j.pass.leave()
	private := !j.pass.refused.IsZero() || !known || j.elsewhere(cmd) || cmd.Private || j.wantsPrivate() || cmd.Admin && !j.admin
	x := b.newExchange(in, private)
	j.language, j.refusing = x.language, x.language
	if err := x.acknowledge(ctx, deferReply); err != nil {
		b.report(j, result{outcome: late, err: err}, nil)
		return
	}
	j.progress = func(p commands.Progress) { x.progress(ctx, p) }
	res := b.perform(ctx, j)
	res.reply.Share = res.reply.Share || j.shareable(cmd, res)
	b.report(j, res, x.finish(ctx, res.reply))
}

// onMessage finds the command that is offered on messages under that name.
func (b *Bot) onMessage(name string) (commands.Command, bool) {
	for _, c := range b.cfg.Commands {
		if c.OnMessage != "" && c.OnMessage == name {
			return c, true
		}
	}
	return commands.Command{}, false
}

// textValue gives a text to a command's first option.
func textValue(c commands.Command, text string) map[string]string {
	if len(c.Options) == 0 {
		return map[string]string{}
	}
	return map[string]string{c.Options[0].Name: text}
}

// targetText is the text of the message that a command was chosen on, those of
// its embeds included: a shared link often is nothing else, and of what it
// forwards: that is all such a message holds. An answer of the bot stands for
// its question.
func targetText(data dg.ApplicationCommandInteractionData) string {
	if data.Resolved == nil || data.Resolved.Messages[data.TargetID] == nil {
		return ""
	}
	m := data.Resolved.Messages[data.TargetID]
	texts := messageTexts(m)
	for _, forwarded := range m.MessageSnapshots {
		if forwarded.Message != nil {
			texts = append(texts, messageTexts(forwarded.Message)...)
		}
	}
	text := []rune(strings.TrimSpace(strings.Join(texts, " ")))
	return string(text[:min(len(text), maxOptionLength)])
}

func messageTexts(m *dg.Message) []string {
	texts := []string{m.Content, titleOf(m)}
	for _, e := range m.Embeds {
		if e != nil {
			texts = append(texts, e.Title, e.Description)
		}
	}
	return texts
}

// optionValues gives the stated options as commands take them.
func optionValues(options []*dg.ApplicationCommandInteractionDataOption) map[string]string {
	values := map[string]string{}
	for _, o := range options {
		if o == nil {
			continue
		}
		switch v := o.Value.(type) {
		case string:
			values[o.Name] = v
		case bool:
			values[o.Name] = strconv.FormatBool(v)
		case float64:
			values[o.Name] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return values
}

// person is the id of who is behind an interaction.
func person(in *dg.Interaction) string {
	switch {
	case in.Member != nil && in.Member.User != nil:
		return in.Member.User.ID
	case in.User != nil:
		return in.User.ID
	}
	return ""
}

// mayManage reports whether who is behind an interaction may use admin
// commands. Discord hides those from others, but a server can override that,
// so it is asked here again. In direct messages nobody may, nor in a server that
// has not installed the bot, where a person uses it by themselves: who manages
// that one has no say in the bot.
func (b *Bot) mayManage(in *dg.Interaction) bool {
	if in.GuildID == "" || in.Member == nil {
		return false
	}
	if in.AuthorizingIntegrationOwners[dg.ApplicationIntegrationGuildInstall] != in.GuildID {
		return false
	}
	if in.Member.Permissions&(administrator|manageServer) != 0 {
		return true
	}
	return slices.ContainsFunc(in.Member.Roles, func(role string) bool { return slices.Contains(b.cfg.AdminRoleIDs, role) })
}

// report logs what became of one call, on one line. What was asked stays out
// of it, except when debugging.
func (b *Bot) report(j job, res result, replyErr error) {
	took := b.now().Sub(j.began)
	b.observe.Answered(b.known(j.command), res.outcome, took)
	attrs := []any{
		"kind", j.kind, "command", j.command, "outcome", res.outcome,
		"took_ms", took.Milliseconds(), "guild_id", j.guild,
	}
	if shard, ok := b.standing.shard(j.guild); ok {
		attrs = append(attrs, "shard", shard)
	}
	level := slog.LevelInfo
	if res.ref != "" {
		level = slog.LevelError
		attrs = append(attrs, "ref", res.ref)
	}
	debug := b.log.Enabled(context.Background(), slog.LevelDebug)
	if res.err != nil && (debug || !commands.Quotes(res.err)) {
		attrs = append(attrs, "err", res.err)
	}
	if res.stack != "" {
		attrs = append(attrs, "stack", res.stack)
	}
	if replyErr != nil {
		attrs = append(attrs, "reply_err", replyErr)
	}
	if replyErr != nil || res.outcome == late {
		level = max(level, slog.LevelWarn)
	}
	if debug {
		attrs = append(attrs, "values", j.values)
	}
	b.log.Log(context.Background(), level, "answered", attrs...)
}

// known is a command's name, or "" where it has none of ours: names come from
// outside, and must not become metrics.
func (b *Bot) known(name string) string {
	if _, ok := commands.Find(b.cfg.Commands, name); ok || name == shareCommand {
		return name
	}
	return ""
}
