package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
	"newsdesk/locale"
)

// An exchange is what the bot says to one interaction.
type exchange struct {
	bot      *Bot
	rest     *dg.Session
	in       *interaction
	private  bool // only who asked sees it
	language locale.Language

	mu    sync.Mutex
	over  bool // the reply is on its way: progress would overwrite it
	busy  bool // an edit that tells progress is under way
	last  time.Time
	edits sync.WaitGroup
}

func (b *Bot) newExchange(in *interaction, private bool) *exchange {
	return &exchange{bot: b, rest: b.newSession(), in: in, private: private, language: b.language(in.Interaction, private)}
}

// acknowledge tells Discord that an answer follows, and thereby for whose eyes
// it is, which cannot be changed afterwards. Where no word came back in time it
// may have been heard all the same, so that is no error: silence would leave
// somebody with a bot that is thinking for ever.
func (x *exchange) acknowledge(ctx context.Context, kind int) error {
	type data struct {
		Flags int `json:"flags"`
	}
	var flags any
	if x.private && kind == deferReply {
		flags = data{flagEphemeral}
	}
	err := x.respond(ctx, kind, flags)
	if errors.Is(err, context.DeadlineExceeded) {
		x.bot.log.Warn("no word came back to an acknowledgement", "within", x.bot.waits.acknowledge)
		return nil
	}
	return err
}

// respond sends the one callback that an interaction takes.
func (x *exchange) respond(ctx context.Context, kind int, data any) error {
	ctx, cancel := context.WithTimeout(ctx, x.bot.waits.acknowledge)
	defer cancel()
	in := struct {
		Type int `json:"type"`
		Data any `json:"data,omitempty"`
	}{kind, data}
	err := x.bot.callback(ctx, x.rest, x.in.Interaction, in)
	switch _, code := restStatus(err); {
	case code == codeAlreadyAcknowledged:
		return nil // an earlier try came through although its answer was lost
	case code == codeUnknownInteraction:
		return fmt.Errorf("acknowledge: it was too late: %w", err)
	case err != nil:
		return fmt.Errorf("acknowledge: %w", err)
	}
	x.bot.observe.Acknowledged(x.bot.now().Sub(x.in.came))
	return nil
}

// progress shows how far long work is, unless it did so a moment ago.
func (x *exchange) progress(ctx context.Context, p commands.Progress) {
	now := x.bot.now()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over || x.busy || !x.last.IsZero() && now.Sub(x.last) < progressEvery {
		return
	}
	x.busy, x.last = true, now
	m := render(progressReply(p))
	x.edits.Go(func() {
		_ = x.edit(ctx, m) // what is lost is told by the next
		x.mu.Lock()
		defer x.mu.Unlock()
		x.busy = false
	})
}

func progressReply(p commands.Progress) commands.Reply {
	text := p.Text
	if p.Total > 0 {
		text += fmt.Sprintf(" (%d %%)", min(100, max(0, p.Done*100/p.Total)))
	}
	r := commands.Reply{Lines: []commands.Line{{Text: text}}}
	if p.Total > 0 {
		done := int(min(barLength, max(0, p.Done*barLength/p.Total)))
		r.Lines = append(r.Lines, commands.Line{Text: strings.Repeat("▰", done) + strings.Repeat("▱", barLength-done)})
	}
	if p.Stop != nil {
		r.Actions = []commands.Action{*p.Stop}
	}
	return r
}

// barLength is how many signs the bar of progress has.
const barLength = 20

// settle waits for the last edit that tells progress.
func (x *exchange) settle() {
	x.mu.Lock()
	x.over = true
	x.mu.Unlock()
	x.edits.Wait()
}

// finish shows the reply. One that turns out to be for one person only takes
// the place of a message that all would see.
func (x *exchange) finish(ctx context.Context, r commands.Reply) error {
	x.settle()
	if r.Private && !x.private {
		return x.replacePublic(ctx, r)
	}
	r.Share = r.Share && x.private && x.in.GuildID != ""
	err := x.edit(ctx, render(r))
	if status, _ := restStatus(err); status != http.StatusBadRequest {
		return err
	}
	// Discord will not have the message, which is our mistake. Nobody should
	// be left with a bot that is thinking for ever.
	_ = x.edit(ctx, render(refusal(x.language, x.language.Say(commands.Unknown)).reply))
	return err
}

func (x *exchange) replacePublic(ctx context.Context, r commands.Reply) error {
	ctx, cancel := x.within(ctx)
	defer cancel()
	if err := x.bot.call(ctx, x.rest, http.MethodDelete, x.original(), nil, nil); err != nil {
		return fmt.Errorf("take back the public reply: %w", err)
	}
	return x.whisper(ctx, r)
}

// whisper adds a message that only the person sees, and leaves the others.
func (x *exchange) whisper(ctx context.Context, r commands.Reply) error {
	x.settle()
	ctx, cancel := x.within(ctx)
	defer cancel()
	r.Share = r.Share && x.in.GuildID != ""
	m := render(r)
	m.Flags |= flagEphemeral
	if err := x.bot.call(ctx, x.rest, http.MethodPost, dg.EndpointFollowupMessage(x.in.AppID, x.in.Token), m, nil); err != nil {
		return fmt.Errorf("send the private reply: %w", err)
	}
	return nil
}

func (x *exchange) edit(ctx context.Context, m body) error {
	ctx, cancel := x.within(ctx)
	defer cancel()
	if err := x.bot.call(ctx, x.rest, http.MethodPatch, x.original(), m, nil); err != nil {
		return fmt.Errorf("send the reply: %w", err)
	}
	return nil
}

func (x *exchange) original() string {
	return dg.EndpointInteractionResponseActions(x.in.AppID, x.in.Token)
}

// within bounds a request. It outlives the command's own context: a command
// that was stopped still says so.
func (x *exchange) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), x.bot.waits.reply)
}
