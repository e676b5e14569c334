package bot

import (
	"context"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// press runs the call that a button or a menu's choice carries. What comes back
// takes the place of the message, except what is for one person only, what
// stands beside it and what went wrong: anybody may press, and the message is
// everybody's.
func (b *Bot) press(ctx context.Context, in *interaction, data dg.MessageComponentInteractionData) {
	id := data.CustomID
	if id == shareID {
		b.share(ctx, in)
		return
	}
	if len(data.Values) > 0 {
		id = data.Values[0]
	}
	j, asks, err := b.called("button", in, id)
	x := b.newExchange(in, isPrivate(in.Message))
	cmd, known := commands.Find(b.cfg.Commands, j.command)
	j.language = x.language
	if cmd.Private {
		j.language = j.refusing // it stands beside the message, for one person
	}
	if asks != "" && err == nil && known && !j.elsewhere(cmd) {
		res := result{outcome: askedFor}
		if res.err = x.ask(ctx, id, j, asks); res.err != nil {
			res.outcome = late
		}
		b.report(j, res, nil)
		return
	}
	if err := x.acknowledge(ctx, deferUpdate); err != nil {
		b.report(j, result{outcome: late, err: err}, nil)
		return
	}
	j.progress = func(p commands.Progress) { x.progress(ctx, p) }
	res := b.answerCall(ctx, j, err)
	if res.outcome != done || res.reply.Aside || res.reply.Private && !x.private {
		b.report(j, res, x.whisper(ctx, res.reply))
		return
	}
	res.reply.Share = res.reply.Share || j.shareable(cmd, res)
	b.report(j, res, x.finish(ctx, res.reply))
}

// submit runs the call of a form, with what was filled in. The answer is a new
// message, for as many eyes as the one that the form was opened from.
func (b *Bot) submit(ctx context.Context, in *interaction, data dg.ModalSubmitInteractionData) {
	j, asks, err := b.called("modal", in, data.CustomID)
	if err == nil {
		j.values[asks] = filledIn(data.Components)
	}
	cmd, _ := commands.Find(b.cfg.Commands, j.command)
	x := b.newExchange(in, isPrivate(in.Message) || cmd.Private || j.elsewhere(cmd) || err != nil)
	j.language, j.refusing = x.language, x.language
	if err := x.acknowledge(ctx, deferReply); err != nil {
		b.report(j, result{outcome: late, err: err}, nil)
		return
	}
	res := b.answerCall(ctx, j, err)
	b.report(j, res, x.finish(ctx, res.reply))
}

// called makes a job of what a custom id carries.
func (b *Bot) called(kind string, in *interaction, id string) (j job, asks string, err error) {
	j = b.jobOf(in, kind)
	j.refusing = b.language(in.Interaction, true)
	j.command, j.values, asks, err = parseCustomID(id, titleOf(in.Message))
	return j, asks, err
}

// answerCall performs a call that came out of a message, unless there is an
// error already. A command's privacy is that of its reply.
func (b *Bot) answerCall(ctx context.Context, j job, err error) result {
	cmd, known := commands.Find(b.cfg.Commands, j.command)
	if err == nil && known && j.elsewhere(cmd) { // whatever its values, of which a form may lack one
		return result{reply: commands.Elsewhere(j.refusing, j.settings), outcome: refused}
	}
	if err == nil && (!known || !accepts(cmd, j.values)) {
		err = errOldButton
	}
	if err != nil {
		return refusal(j.refusing, j.refusing.Say(asSentence(err)))
	}
	res := b.perform(ctx, j)
	res.reply.Private = res.reply.Private || cmd.Private
	return res
}

// share repeats a private message for all to see, without the button that did
// it. It counts as a question does: a channel could be filled by pressing it.
func (b *Bot) share(ctx context.Context, in *interaction) {
	j := b.jobOf(in, "button")
	j.command = shareCommand
	elsewhere := j.elsewhere(commands.Command{})
	b.admit(&j)
	defer j.pass.leave()
	x := b.newExchange(in, elsewhere || !j.pass.refused.IsZero())
	j.language, j.refusing = x.language, x.language
	if err := x.acknowledge(ctx, deferReply); err != nil {
		b.report(j, result{outcome: late, err: err}, nil)
		return
	}
	if elsewhere {
		b.report(j, result{outcome: refused}, x.finish(ctx, commands.Elsewhere(x.language, j.settings)))
		return
	}
	if !j.pass.refused.IsZero() {
		res := tooMany(j.refusing, limited, j.pass.refused)
		b.report(j, res, x.finish(ctx, res.reply))
		return
	}
	m := message(nil)
	if in.Message != nil {
		m = message(withoutButton(in.Message.Components, shareID))
	}
	if len(m.Components) == 0 {
		res := refusal(x.language, x.language.Say(asSentence(errOldButton)))
		b.report(j, res, x.finish(ctx, res.reply))
		return
	}
	b.report(j, result{outcome: done}, x.edit(ctx, m))
}

// withoutButton copies components without the button of that custom id, and
// without the rows that it leaves empty.
func withoutButton(list []dg.MessageComponent, id string) []dg.MessageComponent {
	var out []dg.MessageComponent
	for _, c := range list {
		switch c := c.(type) {
		case *dg.Container:
			box := *c
			if box.Components = withoutButton(c.Components, id); len(box.Components) > 0 {
				out = append(out, box)
			}
		case *dg.ActionsRow:
			row := *c
			if row.Components = withoutButton(c.Components, id); len(row.Components) > 0 {
				out = append(out, row)
			}
		case *dg.Button:
			if c.CustomID != id {
				out = append(out, c)
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// isPrivate reports whether only one person sees a message.
func isPrivate(m *dg.Message) bool { return m != nil && m.Flags&flagEphemeral != 0 }
