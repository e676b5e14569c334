package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

// farGuild is a server that another shard of two or four hears of than
// discordtest.GuildID.
const farGuild = "1100000000004194306"

func withShards(t *testing.T, s string) setting {
	t.Helper()
	shards, err := ParseShards(s)
	if err != nil {
		t.Fatal(err)
	}
	return withConfig(func(c *Config) { c.Shards = shards })
}

// withClock gives the bot a clock that its pauses turn.
func withClock(c *discordtest.Clock) setting {
	return func(cfg *Config, b *Bot) {
		cfg.Now = c.Now
		if b != nil {
			noted := b.sleep
			b.sleep = func(ctx context.Context, d time.Duration) error {
				c.Turn(d)
				return noted(ctx, d)
			}
		}
	}
}

// identified gives the shards of the IDENTIFYs so far, in their order.
func identified(t *testing.T, d *discordtest.Server) []string {
	t.Helper()
	var out []string
	for _, e := range d.Gateway() {
		if e.Close != 0 || e.Op != opIdentify {
			continue
		}
		var data struct{ Shard []int }
		if err := json.Unmarshal(e.Body, &data); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(data.Shard))
	}
	return out
}

// The fake refuses an IDENTIFY that comes too soon in its bucket, and one that
// has too few shards.
func TestShardsConnectInTurn(t *testing.T) {
	for _, concurrency := range []int{1, 2, 4} {
		t.Run(fmt.Sprint("max_concurrency ", concurrency), func(t *testing.T) {
			clock := discordtest.NewClock(0)
			d := discordtest.New(t, discordtest.WithClock(clock.Now), discordtest.WithGuilds(farGuild),
				discordtest.WithShards(4, 4), discordtest.WithMaxConcurrency(concurrency))
			began := clock.Now()
			r := newRig(t, d, testCommands(), withShards(t, "auto"), withClock(clock)).run()
			r.until("all shards are ready", func() bool { return r.b.Ready() == nil })
			got := identified(t, d)
			slices.Sort(got)
			if want := "[[0 4] [1 4] [2 4] [3 4]]"; fmt.Sprint(got) != want {
				t.Errorf("got IDENTIFYs of %v, want %s", got, want)
			}
			// All but the first of each bucket wait, each on the same clock.
			if took, most := clock.Now().Sub(began), time.Duration(4-concurrency)*identifyEvery; took > most {
				t.Errorf("connecting took %v, want %v", took, most)
			}
			for i, guild := range []string{discordtest.GuildID, farGuild} {
				out := r.ask("q", func(i *discordtest.Interaction) { i.Place.GuildID = guild })
				contains(t, out.Text(), "It opened on Friday.")
				if got, want := r.answered(i + 1)["shard"], float64(discordtest.ShardOf(guild, 4)); got != want {
					t.Errorf("got shard %v in the log, want %v", got, want)
				}
			}
			direct := discordtest.Place{Context: discordtest.BotDM}
			r.d.Say(r.ctx, discordtest.Post{Content: "When?", Place: direct}).WaitText(r.ctx, "It opened on Friday.")
			if n := count(d, discordtest.RouteGatewayBot); n != 1 {
				t.Errorf("Discord was asked %d times for the gateway, want once", n)
			}
		})
	}
}

func count(d *discordtest.Server, route string) int {
	n := 0
	for _, q := range d.Requests() {
		if q.Route == route {
			n++
		}
	}
	return n
}

func TestProcessesShareShards(t *testing.T) {
	d := discordtest.New(t, discordtest.WithGuilds(farGuild), discordtest.WithShards(4, 4))
	first := newRig(t, d, testCommands(), withShards(t, "0,2/4")).run()
	first.until("its shards are ready", func() bool { return first.b.Ready() == nil })
	second := newRig(t, d, testCommands(), withShards(t, "1,3/4")).run()
	second.until("its shards are ready", func() bool { return second.b.Ready() == nil })
	if n := count(d, discordtest.RouteCommands); n != 1 {
		t.Errorf("the commands were looked at %d times, want by one process only", n)
	}
	for _, guild := range []string{discordtest.GuildID, farGuild} {
		contains(t, first.ask("q", func(i *discordtest.Interaction) { i.Place.GuildID = guild }).Text(), "It opened on Friday.")
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	if err := second.stop(); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*rig{first, second} {
		if n := len(r.log.lines(t, "answered")); n != 1 {
			t.Errorf("a process answered %d times, want once", n)
		}
	}
	contains(t, second.log.String(), "registered by the process that has shard 0")
}

func TestLostShardComesBackAlone(t *testing.T) {
	d := discordtest.New(t, discordtest.WithShards(2, 2))
	r := newRig(t, d, testCommands(), withShards(t, "2")).run()
	r.until("its shards are ready", func() bool { return r.b.Ready() == nil })
	d.Shard(1).Disconnect(0)
	r.reconnected(3)
	got := identified(t, d)
	if len(got) != 3 || got[2] != "[1 2]" {
		t.Errorf("got IDENTIFYs of %v, want shard 1 again", got)
	}
}

func TestWhatIsNotReadyIsTold(t *testing.T) {
	d := discordtest.New(t, discordtest.WithShards(2, 2))
	r := newRig(t, d, testCommands(), withShards(t, "2"))
	contains(t, fmt.Sprint(r.b.Ready()), "not registered yet")
	held := make(chan bool)
	noted := r.b.sleep
	r.b.sleep = func(ctx context.Context, wait time.Duration) error {
		if err := noted(ctx, wait); err != nil || wait != shortestPause {
			return err
		}
		select { // the pause before shard 1 connects again
		case <-held:
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	r.run()
	r.until("its shards are ready", func() bool { return r.b.Ready() == nil })
	d.Shard(1).Disconnect(4000)
	r.until("one shard is gone", func() bool { return r.b.Ready() != nil })
	if got := r.b.Ready().Error(); got != "shard 1 of 2 is not connected" {
		t.Errorf("got %q", got)
	}
	close(held)
	r.reconnected(3)
}

func TestFatalCloseOfOneShardStopsAll(t *testing.T) {
	d := discordtest.New(t, discordtest.WithShards(2, 2))
	r := newRig(t, d, testCommands(), withShards(t, "2")).run()
	r.until("its shards are ready", func() bool { return r.b.Ready() == nil })
	d.Shard(1).Disconnect(4014)
	if err := r.wait(); err == nil {
		t.Error("Run returned nil")
	}
}

func TestTooFewShards(t *testing.T) {
	d := discordtest.New(t, discordtest.WithShards(4, 2))
	d.Expect("4011")
	r := newRig(t, d, testCommands()).run()
	err := r.wait()
	if err == nil {
		t.Fatal("Run returned nil")
	}
	contains(t, err.Error(), "set SHARDS=auto")
	contains(t, r.log.String(), "Discord recommends more shards")
}

// A shard that fails again and again does not use up the day's connections.
func TestLastConnectionsOfADayAreSpread(t *testing.T) {
	clock := discordtest.NewClock(0)
	d := discordtest.New(t, discordtest.WithClock(clock.Now), discordtest.WithMaxConcurrency(1), discordtest.WithSessionStarts(3))
	broken := discordtest.GatewayFault{Close: 4000}
	d.FailGateway(broken, broken, broken, broken)
	r := newRig(t, d, testCommands(), withClock(clock)).run()
	d.WaitConnections(r.ctx, 5)
	d.WaitReady(r.ctx)
	contains(t, r.log.String(), "few connections are left for today")
	long := 0
	for _, pause := range r.pauses() {
		if pause >= time.Hour {
			long++
		}
	}
	if long < 3 {
		t.Errorf("got pauses %v, want the last three connections spread over hours", r.pauses())
	}
}
