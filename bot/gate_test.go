package bot

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

func TestParseRate(t *testing.T) {
	for s, want := range map[string]Rate{
		"10/1m": {10, time.Minute}, " 1 / 1s ": {1, time.Second}, "10000/24h": {10000, 24 * time.Hour}, "off": {},
	} {
		if got, err := ParseRate(s); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"": "such as 10/1m", "10": "such as 10/1m", "ten/1m": "such as 10/1m", "10/m": "such as 10/1m", "10/1m/2": "such as 10/1m",
		"0/1m": "1 to 10000", "-1/1m": "1 to 10000", "10001/1m": "1 to 10000", "1/25h": "from 1s", "1/1ms": "from 1s", "1/-1m": "from 1s",
	} {
		if got, err := ParseRate(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want an error with %q", s, got, err, want)
		}
	}
}

// limitedRig is a bot with limits and a clock that stands still.
func limitedRig(t *testing.T, cmds []commands.Command, l Limits) (*rig, *clock) {
	t.Helper()
	c := &clock{}
	c.turn(50 * 365 * 24 * time.Hour)
	return newRig(t, discordtest.New(t), cmds, withConfig(func(cfg *Config) { cfg.Now, cfg.Limits = c.now, l })).run(), c
}

func TestPersonWhoAsksTooOften(t *testing.T) {
	r, c := limitedRig(t, testCommands(), Limits{Person: Rate{2, time.Minute}})
	contains(t, r.ask("1").Text(), "It opened on Friday.")
	contains(t, r.ask("2").Text(), "It opened on Friday.")
	out := r.ask("3")
	contains(t, out.Text(), "You are asking very often. Try again in 30 s.")
	if !out.Original.Ephemeral() {
		t.Error("all see the refusal")
	}
	c.turn(18 * time.Second)
	contains(t, r.ask("4").Text(), "Try again in 12 s.")
	contains(t, r.ask("5", func(i *discordtest.Interaction) { i.User.ID = "1100000000000000091" }).Text(), "It opened on Friday.")
	c.turn(12 * time.Second)
	contains(t, r.ask("6").Text(), "It opened on Friday.")
	contains(t, r.ask("7").Text(), "Try again in 30 s.")
	outcomes := map[any]int{}
	r.answered(7)
	for _, line := range r.log.lines(t, "answered") {
		outcomes[line["outcome"]]++
	}
	if outcomes["ok"] != 4 || outcomes["limited"] != 3 {
		t.Errorf("got outcomes %v, want 4 ok and 3 limited", outcomes)
	}
}

func TestButtonsMentionsAndDirectMessagesCountToo(t *testing.T) {
	r, _ := limitedRig(t, testCommands(), Limits{Person: Rate{3, time.Minute}})
	out := r.ask("1")
	r.d.Say(r.ctx, discordtest.Post{Content: "2", Mention: true}).WaitText(r.ctx, "It opened on Friday.")
	direct := discordtest.Place{Context: discordtest.BotDM}
	r.d.Say(r.ctx, discordtest.Post{Content: "3", Place: direct}).WaitText(r.ctx, "It opened on Friday.")
	press := r.press("Page 2", out, discordtest.User{})
	said := press.Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, said.Text(), "You are asking very often")
	if m := said.FollowUps[0]; !m.Ephemeral() {
		t.Error("all see the refusal")
	}
}

// All see what answers a mention, so a person is told once.
func TestRefusedMentionsAreToldOnce(t *testing.T) {
	r, c := limitedRig(t, testCommands(), Limits{Person: Rate{1, time.Minute}})
	say := func(text string) *discordtest.Conversation {
		return r.d.Say(r.ctx, discordtest.Post{Content: text, Mention: true})
	}
	say("first").WaitText(r.ctx, "It opened on Friday.")
	say("second").WaitText(r.ctx, "Try again in 60 s.")
	r.answered(2)
	for n := range 3 {
		say("more")
		r.answered(3 + n)
	}
	c.turn(time.Minute)
	say("later").WaitText(r.ctx, "It opened on Friday.")
	say("again").WaitText(r.ctx, "Try again in 60 s.")
	if n := len(r.d.Messages(discordtest.ChannelID)); n != 4 {
		t.Errorf("the bot wrote %d messages, want 4", n)
	}
}

func TestServerThatAsksTooOften(t *testing.T) {
	r, c := limitedRig(t, testCommands(), Limits{Server: Rate{2, time.Minute}})
	by := func(n int) func(*discordtest.Interaction) {
		return func(i *discordtest.Interaction) { i.User.ID = fmt.Sprint(1100000000000000100 + n) }
	}
	r.ask("1", by(1))
	r.ask("2", by(2))
	contains(t, r.ask("3", by(3)).Text(), "This server is asking very often. Try again in 30 s.")
	contains(t, r.ask("4", by(3), func(i *discordtest.Interaction) { i.Place.Context = discordtest.BotDM }).Text(), "It opened on Friday.")
	// Whoever manages the server is not kept out by its people.
	contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "reindex", User: discordtest.User{Permissions: discordtest.ManageGuild}}).
		Wait(r.ctx).Text(), "The index is up to date")
	c.turn(30 * time.Second)
	contains(t, r.ask("5", by(3)).Text(), "It opened on Friday.")
}

// A refusal by the server does not count against the person.
func TestRefusalsCostNothing(t *testing.T) {
	var c clock
	g := newGate(Limits{Person: Rate{2, time.Minute}, Server: Rate{1, time.Second}})
	for n := range 10 {
		p := g.admit("person", "server", false, c.now())
		if got := p.by; n > 0 && got != "server" {
			t.Fatalf("call %d: refused by %q, want the server", n, got)
		}
		p.leave()
	}
	c.turn(time.Second)
	if p := g.admit("person", "server", false, c.now()); !p.refused.IsZero() {
		t.Errorf("got %q, want the person to have one left", p.refused)
	}
}

func TestSlowQuestionsOfOneHoldUpNobodyElse(t *testing.T) {
	finish := make(chan bool)
	began := make(chan bool)
	cmds := one("slow", func(ctx context.Context, _ commands.Call) (commands.Reply, error) {
		began <- true
		<-finish
		return commands.Reply{Title: "Ready"}, nil
	})
	r, _ := limitedRig(t, cmds, Limits{AtOnce: 2})
	first := r.d.Interact(r.ctx, discordtest.Interaction{Command: "slow"})
	<-began
	r.d.Interact(r.ctx, discordtest.Interaction{Command: "slow"})
	<-began
	contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "slow"}).Wait(r.ctx).Text(), "Your last questions are still being answered")
	other := r.d.Interact(r.ctx, discordtest.Interaction{Command: "slow", User: discordtest.User{ID: "1100000000000000092"}})
	<-began
	close(finish)
	contains(t, first.Wait(r.ctx).Text(), "Ready")
	contains(t, other.Wait(r.ctx).Text(), "Ready")
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.b.gate.busy); n != 0 {
		t.Errorf("%d are still counted as being answered", n)
	}
}

func TestOneServerDoesNotFillAllPlaces(t *testing.T) {
	g := newGate(Limits{})
	var c clock
	for n := range maxServerAtOnce {
		if p := g.admit(fmt.Sprint(n), "server", false, c.now()); !p.refused.IsZero() {
			t.Fatalf("call %d: %s", n, p.refused)
		}
	}
	if p := g.admit("another", "server", false, c.now()); p.by != "at_once" {
		t.Error("one server may fill all places")
	}
	for _, p := range []pass{g.admit("another", "other server", false, c.now()), g.admit("admin", "server", true, c.now()), g.admit("another", "", false, c.now())} {
		if !p.refused.IsZero() {
			t.Errorf("refused: %s", p.refused)
		}
	}
}

func TestPlacesAndTheQueue(t *testing.T) {
	g := newGate(Limits{})
	ctx := t.Context()
	var leaves []func()
	for range maxAtOnce {
		leave, ok := g.slot(ctx, false, 0)
		if !ok {
			t.Fatal("no place, though all are free")
		}
		leaves = append(leaves, leave)
	}
	if _, ok := g.slot(ctx, false, 0); ok {
		t.Error("a place beyond the last")
	}
	for range maxAdminsAtOnce {
		leave, ok := g.slot(ctx, true, time.Hour)
		if !ok {
			t.Fatal("a flood keeps admins out")
		}
		leaves = append(leaves, leave)
	}
	if _, ok := g.slot(ctx, true, 0); ok {
		t.Error("admins have places without end")
	}
	got := make(chan bool)
	for range maxWaiting {
		go func() {
			_, ok := g.slot(ctx, false, time.Hour)
			got <- ok
		}()
	}
	for len(g.queue) < maxWaiting {
		runtime.Gosched()
	}
	if _, ok := g.slot(ctx, false, time.Hour); ok {
		t.Error("the queue has no end")
	}
	leaves[0]()
	if !<-got {
		t.Error("who waited got no place, though one came free")
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	<-g.queue // make room for one
	if _, ok := g.slot(stopped, false, time.Hour); ok {
		t.Error("a place for who waits no more")
	}
}

func TestIdleLimitersAreForgotten(t *testing.T) {
	var c clock
	m := newMeter(Rate{2, time.Minute})
	for n := range 1000 {
		m.take(fmt.Sprint(n), c.now())
	}
	c.turn(20 * time.Second)
	m.take("busy", c.now())
	m.take("busy", c.now())
	c.turn(40 * time.Second) // the thousand have waited for a minute, busy has not
	m.take("new", c.now())
	if len(m.limiters) != 2 {
		t.Errorf("%d limiters are kept, want those of busy and new", len(m.limiters))
	}
	if wait, _, _ := m.take("busy", c.now()); wait != 0 {
		t.Errorf("got %v, want one more for busy", wait)
	}
	if wait, _, _ := m.take("busy", c.now()); wait == 0 {
		t.Error("busy was forgotten although it is")
	}
}

func TestMemoryOfLimitersIsBounded(t *testing.T) {
	var c clock
	m := newMeter(Rate{1, time.Hour})
	for n := range maxLimiters + 1000 {
		m.take(fmt.Sprint(n), c.now())
	}
	if len(m.limiters) > maxLimiters {
		t.Errorf("%d limiters are kept, want at most %d", len(m.limiters), maxLimiters)
	}
}

func TestWhenToTryAgain(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		time.Nanosecond: "in 1 s.", 12 * time.Second: "in 12 s.", 12*time.Second + 1: "in 13 s.", 90 * time.Second: "in 90 s.", 91 * time.Second: "in 2 min.",
	} {
		if got := tryAgain(wait).String(); got != "Try again "+want {
			t.Errorf("%v: got %q", wait, got)
		}
	}
}
