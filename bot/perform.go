package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"newsdesk/commands"
	"newsdesk/locale"
	"newsdesk/store"
)

// A job is one call of a command, from wherever it came.
type job struct {
	kind     string // "slash", "message command", "button", "modal", "mention", "reply" or "direct"
	command  string
	person   string // id of who asks
	guild    string // id; empty in direct messages
	channel  string // id
	parent   string // id of the channel that channel is a thread of, if it is one
	settings store.Settings
	values   map[string]string
	admin    bool
	language locale.Language         // of the reply
	refusing locale.Language         // of a refusal or an error, which may be for other eyes
	progress func(commands.Progress) // may be nil
	began    time.Time
	pass     *pass // of the gate; nil where it was not asked yet
}

// A result is what became of a job: always words for people, and for operators
// what happened.
type result struct {
	reply   commands.Reply
	outcome string
	err     error
	ref     string // names an unknown error to people and in the log
	stack   string // of a panic
}

// Outcomes, as the log has them.
const (
	done    = "ok"
	refused = "refused"
	failed  = "error"
	crashed = "panic"
	stopped = "stopped"
	limited = "limited" // one call too many of a person or a server
	flooded = "busy"    // one too many of all
	late    = "late"    // Discord took no acknowledgement

	askedFor = "asked" // a form was opened
)

// A panicError is a command that panicked.
type panicError struct {
	value any
	stack string
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// perform runs a command within its time. It never fails: whatever goes wrong
// becomes words.
func (b *Bot) perform(ctx context.Context, j job) result {
	cmd, known := commands.Find(b.cfg.Commands, j.command)
	if !known {
		return refusal(j.refusing, j.refusing.Say("There is no such command any more. /help lists those that there are."))
	}
	if j.pass == nil {
		b.admit(&j)
	}
	// Before the reply is on its way: whoever has read it may ask on at once.
	defer j.pass.leave()
	if !j.pass.refused.IsZero() {
		return tooMany(j.refusing, limited, j.pass.refused)
	}
	if j.elsewhere(cmd) {
		return result{reply: commands.Elsewhere(j.refusing, j.settings), outcome: refused}
	}
	leave, ok := b.gate.slot(ctx, j.admin, b.waits.queue)
	if !ok {
		b.observe.Limited("everybody")
		return tooMany(j.refusing, flooded, locale.Join(locale.Textf("Too much is being asked at once."), tryAgain(queueWait)))
	}
	defer leave()
	within := b.waits.command
	if cmd.Admin {
		within = b.waits.admin
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	owner, err := b.mayActForAll(ctx, cmd, j)
	if err != nil {
		return explain(ctx, j.refusing, err)
	}
	reply, err := safely(ctx, cmd, commands.Call{
		Values: j.values, Now: b.asked(j), Admin: j.admin, Owner: owner, Language: j.language, Server: j.guild, Settings: j.settings, Progress: j.progress,
	})
	if err == nil {
		return result{reply: reply, outcome: done}
	}
	return explain(ctx, j.refusing, err)
}

// asked is when a question counts as asked.
func (b *Bot) asked(j job) time.Time {
	if b.cfg.Asked != nil {
		return b.cfg.Asked()
	}
	return j.began
}

// admit asks the gate, which counts the job. j.pass.leave has to follow.
func (b *Bot) admit(j *job) {
	var p pass
	if cmd, known := commands.Find(b.cfg.Commands, j.command); known && cmd.Admin && j.admin {
		p = b.gate.manage(j.person, j.began)
	} else {
		p = b.gate.admit(j.person, j.guild, j.admin, j.began)
	}
	if !p.refused.IsZero() {
		b.observe.Limited(p.by)
	}
	j.pass = &p
}

// tooMany refuses a call for the eyes of who asked only.
func tooMany(l locale.Language, outcome string, words locale.Text) result {
	res := refusal(l, words.In(l))
	res.outcome, res.reply.Private = outcome, true
	return res
}

func safely(ctx context.Context, cmd commands.Command, call commands.Call) (r commands.Reply, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, string(debug.Stack())}
		}
	}()
	return cmd.Run(ctx, call)
}

// explain puts an error in words. One that is not known gets a reference, by
// which the people who run the bot find it in the log.
func explain(ctx context.Context, l locale.Language, err error) result {
	if errors.Is(context.Cause(ctx), errStopping) {
		res := refusal(l, l.Say("The bot is being restarted. Ask again in a minute."))
		res.outcome, res.err = stopped, err
		return res
	}
	text, known := commands.Explain(l, err)
	res := refusal(l, text)
	res.err = err
	if known {
		return res
	}
	res.outcome, res.ref = failed, rand.Text()[:8]
	res.reply.Note = l.Say("Reference %s", res.ref)
	var p *panicError
	if errors.As(err, &p) {
		res.outcome, res.stack = crashed, p.stack
	}
	return res
}

// asSentence writes one of our own errors for people.
func asSentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func refusal(l locale.Language, text string) result {
	return result{
		reply:   commands.Reply{Language: l, Tone: commands.Bad, Lines: []commands.Line{{Text: text}}},
		outcome: refused,
	}
}
