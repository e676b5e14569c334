package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

func interactionOf(t *testing.T, r *discordtest.Reply) *interaction {
	t.Helper()
	in, err := decodeInteraction(r.Payload, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return in
}

const opIdentify, opResume = 2, 6

// reconnected waits until the bot is ready on its nth connection. The server
// alone cannot tell: it may take an old one for alive.
func (r *rig) reconnected(n int) {
	r.t.Helper()
	r.d.WaitConnections(r.ctx, n)
	r.until("the bot is ready again", func() bool { return r.b.Ready() == nil })
}

func TestRecovery(t *testing.T) {
	sound := discordtest.GatewayFault{}
	for _, c := range []struct {
		name   string
		faults []discordtest.GatewayFault
		then   func(*discordtest.Server) // once ready
		conns  int
	}{
		{"told to reconnect", nil, (*discordtest.Server).Reconnect, 2},
		{"told to reconnect in place of READY", []discordtest.GatewayFault{{Reconnect: true}}, nil, 2},
		{"session invalid", nil, func(d *discordtest.Server) { d.InvalidSession(false) }, 2},
		{"session invalid but resumable", nil, func(d *discordtest.Server) { d.InvalidSession(true) }, 2},
		{"session invalid in place of READY, over and over", []discordtest.GatewayFault{{Invalid: true}, {Invalid: true}, {Invalid: true}}, nil, 4},
		{"4009 session timed out", nil, func(d *discordtest.Server) { d.Disconnect(4009) }, 2},
		{"4000 in place of READY", []discordtest.GatewayFault{{Close: 4000}}, nil, 2},
		{"the connection is lost without a word", nil, func(d *discordtest.Server) { d.Disconnect(0) }, 2},
		{"no HELLO", []discordtest.GatewayFault{{NoHello: true}}, nil, 2},
		{"heartbeats are not acknowledged", []discordtest.GatewayFault{{SilentHeartbeat: true}, sound}, nil, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // some wait
			d := discordtest.New(t, discordtest.WithHeartbeat(time.Second))
			d.FailGateway(c.faults...)
			r := newRig(t, d, testCommands(), withBot(func(b *Bot) { b.waits.hello = 2 * time.Second })).run()
			if c.then != nil {
				d.WaitReady(r.ctx)
				c.then(d)
			}
			r.reconnected(c.conns)
			contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
			if n := d.Sent(opResume); n != 0 {
				t.Errorf("the bot resumed %d times", n)
			}
			identified := map[int]int{}
			for _, e := range d.Gateway() {
				if e.Close == 0 && e.Op == opIdentify {
					identified[e.Conn]++
				}
			}
			for conn, n := range identified {
				if n > 1 {
					t.Errorf("connection %d identified %d times", conn, n)
				}
			}
			for _, pause := range r.pauses() {
				if pause < firstPause {
					t.Errorf("got a pause of %v before a new connection", pause)
				}
			}
			if err := r.stop(); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

func TestStuckSessionIsAbandoned(t *testing.T) {
	d := discordtest.New(t)
	d.FailGateway(discordtest.GatewayFault{NoHello: true})
	r := newRig(t, d, testCommands(), withBot(func(b *Bot) { b.waits.open = time.Second })).run()
	d.WaitConnections(r.ctx, 2)
	d.WaitReady(r.ctx)
	contains(t, r.log.String(), "connecting takes too long")
}

func TestFatalCloses(t *testing.T) {
	for _, c := range []struct {
		code int
		want string
	}{
		{4004, "DISCORD_TOKEN"}, {4010, "SHARDS"}, {4011, "SHARDS=auto"}, {4012, "update newsdesk"}, {4013, "intents"}, {4014, "privileged"},
	} {
		for _, when := range []string{"in place of READY", "later"} {
			t.Run(when, func(t *testing.T) {
				d := discordtest.New(t)
				if when != "later" {
					d.FailGateway(discordtest.GatewayFault{Close: c.code})
				}
				r := newRig(t, d, testCommands()).run()
				if when == "later" {
					d.WaitReady(r.ctx)
					d.Disconnect(c.code)
				}
				err := r.wait()
				if err == nil {
					t.Fatalf("%d: Run returned nil", c.code)
				}
				contains(t, err.Error(), c.want)
				if got := errors.Is(err, ErrToken); got != (c.code == 4004) {
					t.Errorf("%d: got ErrToken %v", c.code, got)
				}
				if n := d.Sent(opIdentify); n != 1 {
					t.Errorf("%d: the bot identified %d times", c.code, n)
				}
			})
		}
	}
}

func TestWrongToken(t *testing.T) {
	d := discordtest.New(t)
	d.Expect("401")
	r := newRig(t, d, testCommands(), withConfig(func(c *Config) { c.Token = "MTEw.another.c2VjcmV0" })).run()
	if err := r.wait(); !errors.Is(err, ErrToken) {
		t.Errorf("got %v, want ErrToken", err)
	}
}

func TestIntentsAreNotPrivileged(t *testing.T) {
	r := start(t)
	r.d.WaitReady(r.ctx)
	for _, e := range r.d.Gateway() {
		if e.Op != opIdentify || e.Close != 0 {
			continue
		}
		var d struct{ Intents int }
		if err := json.Unmarshal(e.Body, &d); err != nil || d.Intents != 1<<9|1<<12 {
			t.Errorf("got intents %b, want guild and direct messages only", d.Intents)
		}
	}
}

func TestDayWithoutSessionsLeftIsWaitedOut(t *testing.T) {
	r := newRig(t, discordtest.New(t, discordtest.WithSessionStarts(0)), testCommands()).run()
	r.d.WaitReady(r.ctx)
	if got := r.pauses(); len(got) != 1 || got[0] != 4*time.Hour {
		t.Errorf("got pauses %v, want the four hours that Discord asked for", got)
	}
}

func TestPauses(t *testing.T) {
	var p pause
	for i, want := range []time.Duration{5, 10, 20, 40, 80, 160, 320, 600, 600, 600} {
		if got := p.next(0, 0); got != want*time.Second {
			t.Errorf("failure %d: got %v, want %v s", i+1, got, int(want))
		}
	}
	if got := p.next(time.Second, 1); got != longestPause {
		t.Errorf("got %v with all jitter, want no more than %v", got, longestPause)
	}
	if got := p.next(time.Hour, 1); got != firstPause*3/2 {
		t.Errorf("got %v behind a sound connection, want %v", got, firstPause*3/2)
	}
	if got := p.next(0, 0.5); got != shortestPause*5/4 {
		t.Errorf("got %v, want the pauses to begin anew", got)
	}
}

func TestStoppingFinishesAnswersUnderWay(t *testing.T) {
	began, finish := make(chan bool), make(chan bool)
	cmds := one("long", func(context.Context, commands.Call) (commands.Reply, error) {
		began <- true
		<-finish
		return commands.Reply{Title: "Just in time"}, nil
	})
	r := newRig(t, discordtest.New(t), cmds).run()
	reply := r.d.Interact(r.ctx, discordtest.Interaction{Command: "long"})
	<-began
	r.cancel()
	r.until("the bot has left the gateway", func() bool {
		events := r.d.Gateway()
		return len(events) > 0 && events[len(events)-1].Close != 0
	})
	close(finish)
	if err := r.wait(); err != nil {
		t.Fatal(err)
	}
	contains(t, reply.Outcome().Text(), "Just in time")
}

func TestStoppingDoesNotWaitForEver(t *testing.T) {
	began := make(chan bool)
	cmds := one("endless", func(ctx context.Context, _ commands.Call) (commands.Reply, error) {
		began <- true
		<-ctx.Done()
		return commands.Reply{}, ctx.Err()
	})
	r := newRig(t, discordtest.New(t), cmds, withBot(func(b *Bot) { b.waits.drain = time.Millisecond })).run()
	reply := r.d.Interact(r.ctx, discordtest.Interaction{Command: "endless"})
	<-began
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	contains(t, reply.Outcome().Text(), "being restarted")
	if lines := r.log.lines(t, "answered"); len(lines) != 1 || lines[0]["outcome"] != "stopped" {
		t.Errorf("got log lines %v", lines)
	}
}

func TestNothingIsBegunAfterLanding(t *testing.T) {
	r := newRig(t, discordtest.New(t), testCommands())
	<-r.b.flight.land()
	r.b.spawn("test", func() { t.Error("it was begun") })
}

func TestPanicInAHandlerIsRecovered(t *testing.T) {
	r := newRig(t, discordtest.New(t), testCommands())
	r.b.spawn("test", func() { panic("odd event") })
	<-r.b.flight.land()
	if lines := r.log.lines(t, "panic"); len(lines) != 1 || !strings.Contains(lines[0]["stack"].(string), "TestPanicInAHandler") {
		t.Errorf("got log %s", r.log)
	}
}
