package discordtest

import (
	"fmt"
	"testing"
	"time"
)

// shardIdentity is IDENTIFY of shard i of n.
func shardIdentity(s *Server, i, n int) object {
	d := identity(s, intentGuilds|intentGuildMessages|intentDirectMessages)
	d["shard"] = []any{i, n}
	return d
}

// connectShard connects one shard and waits until it is ready.
func connectShard(t *testing.T, s *Server, i, n int) *socket {
	t.Helper()
	k := dial(t, s, "/?v=10&encoding=json")
	k.send(opIdentify, shardIdentity(s, i, n))
	ready := k.event("READY")
	if got := fmt.Sprint(ready["shard"]); got != fmt.Sprint([]any{i, n}) {
		t.Errorf("got shard %s in READY, want [%d %d]", got, i, n)
	}
	return k
}

// other is a server that another shard of two hears of than GuildID.
const other = "1100000000004194306" // GuildID with the lowest bit above 22 changed

func TestEventsGoToTheShardOfTheServer(t *testing.T) {
	if ShardOf(GuildID, 2) == ShardOf(other, 2) || ShardOf("", 2) != 0 {
		t.Fatalf("got shards %d and %d of 2, %d for direct messages", ShardOf(GuildID, 2), ShardOf(other, 2), ShardOf("", 2))
	}
	s := New(t, WithGuilds(other), WithShards(2, 2))
	register(t, s, askCommand())
	shards := []*socket{connectShard(t, s, 0, 2), connectShard(t, s, 1, 2)}
	s.WaitReady(soon(t))
	for i, k := range shards {
		guild := GuildID
		if ShardOf(other, 2) == i {
			guild = other
		}
		if got := k.event("GUILD_CREATE"); got["id"] != guild {
			t.Errorf("shard %d: got server %v, want %s", i, got["id"], guild)
		}
		s.Interact(soon(t), Interaction{Command: "ask", Options: options(), Place: Place{GuildID: guild}})
		if got := k.event("INTERACTION_CREATE"); got["guild_id"] != guild {
			t.Errorf("shard %d: got an interaction in %v, want %s", i, got["guild_id"], guild)
		}
		s.Say(soon(t), Post{Content: "a", Place: Place{GuildID: guild}})
		if got := k.event("MESSAGE_CREATE"); got["guild_id"] != guild {
			t.Errorf("shard %d: got a message in %v, want %s", i, got["guild_id"], guild)
		}
	}
	s.Say(soon(t), Post{Content: "a", Place: Place{Context: BotDM}})
	if got := shards[0].event("MESSAGE_CREATE"); got["guild_id"] != nil {
		t.Errorf("shard 0: got a message in %v, want a direct one", got["guild_id"])
	}
}

func TestShardsThatAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name  string
		shard any
		want  int
	}{
		{"no shard", nil, 4011},
		{"too few shards", []any{0, 1}, 4011},
		{"shard beyond the last", []any{2, 2}, 4010},
		{"shard below the first", []any{-1, 2}, 4010},
		{"shard without their number", []any{0}, 4010},
	} {
		s := New(t, WithShards(4, 2))
		s.Expect(fmt.Sprint(tt.want))
		d := identity(s, 0)
		if tt.shard != nil {
			d["shard"] = tt.shard
		}
		k := dial(t, s, "")
		k.send(opIdentify, d)
		if got := k.closed(); got != tt.want {
			t.Errorf("%s: got close code %d, want %d", tt.name, got, tt.want)
		}
	}
	s := New(t, WithShards(4, 2))
	connectShard(t, s, 1, 2)
	if _, got := raw(t, s, "GET", "/api/v10/gateway/bot", nil); integer(got["shards"]) != 4 {
		t.Errorf("got %v, want 4 shards recommended", got)
	}
}

func TestConcurrencyOfIdentify(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now), WithShards(4, 1), WithMaxConcurrency(2))
	connectShard(t, s, 0, 4)
	connectShard(t, s, 1, 4) // another bucket
	s.Expect("op 9: IDENTIFY of shard 2")
	k := dial(t, s, "")
	k.send(opIdentify, shardIdentity(s, 2, 4)) // the bucket of shard 0
	k.next()                                   // HELLO
	if op, _, _, err := k.next(); err != nil || op != opInvalid {
		t.Errorf("got op %d %v, want 9", op, err)
	}
	clock.Turn(5 * time.Second)
	k.send(opIdentify, shardIdentity(s, 2, 4))
	k.event("READY")
}

func TestDayOfIdentifies(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now), WithSessionStarts(1), WithMaxConcurrency(1))
	limit := func() object {
		_, got := raw(t, s, "GET", "/api/v10/gateway/bot", nil)
		return asObject(got["session_start_limit"])
	}
	connect(t, s, 0)
	clock.Turn(time.Hour)
	if got := limit(); integer(got["remaining"]) != 0 || integer(got["reset_after"]) != 3*60*60*1000 {
		t.Errorf("got %v, want none left for three hours", got)
	}
	s.Expect("4004")
	k := dial(t, s, "")
	k.send(opIdentify, identity(s, 0))
	if got := k.closed(); got != 4004 {
		t.Errorf("one too many: got close code %d, want 4004", got)
	}
	clock.Turn(3 * time.Hour)
	if got := limit(); integer(got["remaining"]) != 1000 || integer(got["total"]) != 1000 || integer(got["max_concurrency"]) != 1 {
		t.Errorf("the next day: got %v", got)
	}
	connect(t, s, 0)
}
