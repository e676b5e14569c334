package bot

import (
	"context"
	"sync"
	"time"

	"newsdesk/locale"
)

// Limits are what one person or server may ask for, so that none of them takes
// the bot from the others. The zero value is no limits.
type Limits struct {
	Person, Server Rate
	AtOnce         int // calls of one person at the same time; 0 is no bound
}

// How many commands run at the same time, and how many wait for that. More is
// a flood, and those who ask are told to ask again.
const (
	maxAtOnce       = 32
	maxAdminsAtOnce = 2             // for those who may manage the bot: no flood keeps them out
	maxServerAtOnce = maxAtOnce / 2 // of one server: the others find a place
	maxWaiting      = 64

	queueWait = 10 * time.Second
)

// A gate lets calls of commands through.
type gate struct {
	atOnce           int
	persons, servers *meter
	slots, admins    chan struct{} // hold one for each command that runs
	queue            chan struct{} // holds one for each that waits

	mu   sync.Mutex
	busy map[string]int // calls under way, by person or server
}

func newGate(l Limits) *gate {
	return &gate{
		atOnce: l.AtOnce, persons: newMeter(l.Person), servers: newMeter(l.Server),
		slots: make(chan struct{}, maxAtOnce), admins: make(chan struct{}, maxAdminsAtOnce),
		queue: make(chan struct{}, maxWaiting), busy: map[string]int{},
	}
}

// A pass says whether a call may go on. leave is called in any case when it is
// over, and may be called again.
type pass struct {
	refused locale.Text // words for who asked; zero where the call may go on
	by      string      // what refuses, for metrics
	again   bool        // who asked was told so before
	leave   func()
}

// admit counts a call. It does not wait. Those who may manage the bot are not
// held up by the others of their server.
func (g *gate) admit(person, server string, admin bool, now time.Time) pass {
	wait, again, undo := g.persons.take(person, now)
	if wait > 0 {
		return tooOften(wait, again)
	}
	if !admin {
		if wait, again, _ = g.servers.take(server, now); wait > 0 {
			undo()
			return refuse("server", locale.Join(locale.Textf("This server is asking very often."), tryAgain(wait)), again)
		}
	}
	return g.enter(person, server, admin)
}

// manage counts a call of an admin command by somebody who may use it. Only
// how often counts, not what else is under way: whoever began long work has to
// be able to end it.
func (g *gate) manage(person string, now time.Time) pass {
	if wait, again, _ := g.persons.take(person, now); wait > 0 {
		return tooOften(wait, again)
	}
	return pass{leave: func() {}}
}

func tooOften(wait time.Duration, again bool) pass {
	return refuse("person", locale.Join(locale.Textf("You are asking very often."), tryAgain(wait)), again)
}

// enter notes that a call is under way, unless too many of the same are.
func (g *gate) enter(person, server string, admin bool) pass {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.atOnce > 0 && person != "" && g.busy[person] >= g.atOnce:
		return refuse("at_once", locale.Textf("Your last questions are still being answered. Ask again when that is done."), false)
	case !admin && server != "" && g.busy[server] >= maxServerAtOnce:
		return refuse("at_once", locale.Join(locale.Textf("This server's last questions are still being answered."), tryAgain(queueWait)), false)
	}
	g.busy[person]++
	g.busy[server]++
	return pass{leave: sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		for _, key := range []string{person, server} {
			if g.busy[key]--; g.busy[key] <= 0 {
				delete(g.busy, key)
			}
		}
	})}
}

func refuse(by string, words locale.Text, again bool) pass {
	return pass{refused: words, by: by, again: again, leave: func() {}}
}

// slot waits for a place to run in. It reports false where there are too many
// who wait, or none comes free in time.
func (g *gate) slot(ctx context.Context, admin bool, wait time.Duration) (leave func(), ok bool) {
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, true
	default:
	}
	own := g.admins
	if !admin {
		own = nil // never ready
	}
	select {
	case g.queue <- struct{}{}:
		defer func() { <-g.queue }()
	default:
		if !admin {
			return nil, false
		}
	}
	patience := time.NewTimer(wait)
	defer patience.Stop()
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, true
	case own <- struct{}{}:
		return func() { <-own }, true
	case <-patience.C:
	case <-ctx.Done():
	}
	return nil, false
}

// tryAgain says when to ask again.
func tryAgain(wait time.Duration) locale.Text {
	if wait > 90*time.Second {
		return locale.Textf("Try again in %d min.", int((wait+time.Minute-1)/time.Minute))
	}
	return locale.Textf("Try again in %d s.", int((wait+time.Second-1)/time.Second))
}
