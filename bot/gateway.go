package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	dg "github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

// intents are what the bot asks to be told: messages, which it sees the text
// of only where it is mentioned or in direct ones. Neither is privileged.
// Interactions come in any case.
const intents = dg.IntentsGuildMessages | dg.IntentsDirectMessages

// intentsWithStore tell also when the bot is removed from a server, where
// something is kept of servers that has to go with them.
const intentsWithStore = intents | dg.IntentsGuilds

// supervise registers the commands and, beside that, keeps the shards of this
// process connected until ctx ends, which is no error, or until something
// happens that people have to mend. Answers are given in work. Commands that
// stand from an earlier day are answered while Discord takes no new ones.
func (b *Bot) supervise(ctx, work context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.prepare(ctx) })
	group.Go(func() error { return b.attend(ctx, work) })
	return group.Wait()
}

// attend is there for people, by the gateway or by HTTP alone.
func (b *Bot) attend(ctx, work context.Context) error {
	if b.cfg.NoGateway {
		b.standing.expect(Shards{})
		b.log.Info("ready for interactions by HTTP; mentions and direct messages need the gateway, which is off")
		<-ctx.Done()
		return nil
	}
	d := newDoor(b)
	shards, err := b.plan(ctx, d)
	if err != nil || ctx.Err() != nil {
		return err
	}
	b.standing.expect(shards)
	group, ctx := errgroup.WithContext(ctx)
	for _, id := range shards.IDs {
		group.Go(func() error { return b.hold(ctx, work, d, shard{id, shards.Of}) })
	}
	return group.Wait()
}

// prepare registers the commands, unless that is for another process to do.
func (b *Bot) prepare(ctx context.Context) error {
	if !b.cfg.Shards.first() {
		b.standing.register()
		b.log.Info("commands are registered by the process that has shard 0")
		return nil
	}
	return b.persist(ctx, "not registered", func(ctx context.Context) (time.Duration, error) {
		err := b.registerOnce(ctx)
		if err == nil {
			b.standing.register()
		}
		return 0, err
	})
}

// plan settles which shards this process has.
func (b *Bot) plan(ctx context.Context, d *door) (Shards, error) {
	shards := b.cfg.Shards.normal()
	err := b.persist(ctx, "not connected", func(ctx context.Context) (time.Duration, error) {
		g, err := d.look(ctx)
		if err != nil {
			return 0, err
		}
		recommended := min(max(1, g.Shards), maxShards)
		if shards.Auto {
			shards = all(recommended)
		} else if recommended > shards.Of {
			b.log.Warn("Discord recommends more shards: set SHARDS=auto, or raise their number in all processes", "shards", shards.Of, "recommended", recommended)
		}
		return 0, nil
	})
	return shards, err
}

// shard is one connection of several.
type shard struct{ id, of int }

// hold keeps one shard connected.
func (b *Bot) hold(ctx, work context.Context, d *door, s shard) error {
	failing := false
	return b.persist(ctx, "not connected", func(ctx context.Context) (time.Duration, error) {
		if failing {
			b.observe.Reconnected(s.id)
		}
		up, err := b.connect(ctx, work, d, s, failing)
		failing = up < calm
		return up, err
	}, "shard", s.id)
}

// persist tries until it comes off or ctx ends, which is no error, or until
// something happens that people have to mend. try returns for how long it was
// well, and why it ended.
func (b *Bot) persist(ctx context.Context, trouble string, try func(context.Context) (time.Duration, error), attrs ...any) error {
	var p pause
	for {
		up, err := try(ctx)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		if f := fatal(err); f != nil {
			return f
		}
		wait := p.next(up, b.jitter())
		b.log.Warn(trouble, append(attrs, "err", err, "was_up", up.Round(time.Second), "next_try_in", wait.Round(time.Millisecond))...)
		if b.sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// registerOnce does without the servers that refuse, unless all do.
func (b *Bot) registerOnce(ctx context.Context) error {
	changed, refused, err := b.register(ctx)
	if err != nil {
		return err
	}
	if n := len(refused); n > 0 && n == len(b.cfg.GuildIDs) {
		return &fatalError{errors.Join(refused...)}
	}
	for _, err := range refused {
		b.log.Error("commands are not registered", "err", err)
	}
	where := "everywhere"
	if n := len(b.cfg.GuildIDs); n > 0 {
		where = fmt.Sprintf("in %d of %d servers", n-len(refused), n)
	}
	b.log.Info("commands are registered", "changed", changed, "where", where)
	return nil
}

// connect holds one connection to the gateway until it ends, with a session of
// its own that is never resumed: what a resumed one would bring are
// interactions that are too old to be answered. It returns how long that was
// ready, and why it ended.
func (b *Bot) connect(ctx, work context.Context, d *door, sh shard, failing bool) (time.Duration, error) {
	address, leave, err := d.enter(ctx, sh.id, failing)
	if err != nil {
		return 0, err
	}
	w := newWire(b.dial, b.waits.hello)
	s := b.gatewaySession(ctx, work, w, address)
	s.ShardID, s.ShardCount = sh.id, sh.of
	var hello atomic.Pointer[ready]
	s.AddHandler(func(_ *dg.Session, e *dg.Event) {
		var r ready
		if e.Type == "READY" && json.Unmarshal(e.RawData, &r) == nil {
			hello.Store(&r)
		}
	})
	err = b.open(ctx, s, w)
	leave()
	if err != nil {
		return 0, err
	}
	since := b.now()
	b.log.Info("connected", hello.Load().attrs("shard", sh.id, "shards", sh.of)...)
	b.connected(sh, true)
	defer b.connected(sh, false)
	select {
	case <-w.down:
	case <-ctx.Done():
		// Leaving in order shows the bot as offline at once. Close sleeps for a
		// second behind its close frame, which is not waited for.
		go func() { _ = s.Close() }()
		select {
		case <-w.down:
		case <-time.After(time.Second):
			w.end(errClosed)
		}
	}
	return b.now().Sub(since), w.why()
}

func (b *Bot) connected(s shard, up bool) {
	b.standing.connect(s.id, up)
	b.observe.Shard(s.id, up)
}

// open begins a connection, and returns once it is ready or has ended.
func (b *Bot) open(ctx context.Context, s *dg.Session, w *wire) error {
	opened := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				opened <- fmt.Errorf("discordgo panicked: %v", v)
			}
		}()
		opened <- s.Open()
	}()
	stuck := time.NewTimer(b.waits.open)
	defer stuck.Stop()
	select {
	case err := <-opened:
		if err == nil {
			return nil
		}
		w.end(err)
	case <-stuck.C:
		// The session may hold its own lock for ever, so it is left to itself.
		w.end(errors.New("connecting takes too long"))
	case <-ctx.Done():
		w.end(ctx.Err())
	}
	return w.why() // what Discord said, if it said something
}

// gatewaySession makes the session of one connection.
func (b *Bot) gatewaySession(ctx, work context.Context, w *wire, address string) *dg.Session {
	s := b.newSession()
	s.Client = &http.Client{Transport: gatewayAddress(address)}
	s.Compress = false // wire reads along
	s.SyncEvents = true
	s.Identify.Intents = intents
	if b.cfg.Store != nil {
		s.Identify.Intents = intentsWithStore
	}
	s.Dialer = &websocket.Dialer{
		HandshakeTimeout: b.waits.hello,
		NetDialContext: func(_ context.Context, _, addr string) (net.Conn, error) {
			return w.dial(ctx, addr, false)
		},
		NetDialTLSContext: func(_ context.Context, _, addr string) (net.Conn, error) {
			return w.dial(ctx, addr, true)
		},
	}
	s.AddHandler(func(_ *dg.Session, e *dg.Event) { b.event(work, e) })
	return s
}

// event handles an event as Discord sent it, rather than as discordgo reads
// it: see decode.
func (b *Bot) event(work context.Context, e *dg.Event) {
	switch e.Type {
	case "READY":
		var r ready
		if err := json.Unmarshal(e.RawData, &r); err == nil && r.User.ID != "" {
			b.userID.Store(&r.User.ID)
			b.spawn("ready", func() { b.forgetLost(r) })
		}
	case "GUILD_DELETE":
		var g struct {
			ID          string
			Unavailable bool // for a while; the bot is still in it
		}
		if err := json.Unmarshal(e.RawData, &g); err == nil && !g.Unavailable {
			b.spawn("removal", func() { b.forget(g.ID) })
		}
	case "INTERACTION_CREATE":
		came := b.now()
		b.spawn("interaction", func() {
			in, err := decodeInteraction(e.RawData, came)
			if err != nil {
				b.log.Error("an interaction that cannot be read", "err", err)
				return
			}
			b.interact(work, in)
		})
	case "MESSAGE_CREATE":
		b.spawn("message", func() {
			var m dg.Message
			if err := decode(e.RawData, &m); err != nil {
				b.log.Error("a message that cannot be read", "err", err)
			} else if b.concerns(&m) {
				b.answerMessage(work, &m)
			}
		})
	}
}

// gatewayAddress answers discordgo's request for the address of the gateway,
// which is known already. discordgo hangs "?v=9&encoding=json" on it; behind a
// fragment that is never sent.
type gatewayAddress string

func (a gatewayAddress) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := json.Marshal(map[string]string{"url": strings.TrimSuffix(string(a), "/") + "/?v=10&encoding=json#"})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(raw)), Request: r,
	}, nil
}
