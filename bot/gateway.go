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
	"time"

	dg "github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// intents are what the bot asks to be told: messages, which it sees the text
// of only where it is mentioned or in direct ones. Neither is privileged.
// Interactions come in any case.
const intents = dg.IntentsGuildMessages | dg.IntentsDirectMessages

// The pauses between two connections.
const (
	firstPause    = time.Second
	shortestPause = 5 * time.Second // Discord takes one IDENTIFY in 5 s
	longestPause  = 10 * time.Minute
	calm          = time.Minute // a connection that held so long was sound
)

// A pause is the time before the next connection. It doubles while
// connections fail, so that a day's 1000 IDENTIFYs are never used up.
type pause struct{ step time.Duration }

// next returns the pause behind a connection that held for up. jitter, from 0
// to 1, spreads the bots that Discord has thrown out together.
func (p *pause) next(up time.Duration, jitter float64) time.Duration {
	base := firstPause
	if up >= calm {
		p.step = 0
	} else {
		p.step = max(2*p.step, shortestPause)
		base = p.step
	}
	d := base + time.Duration(jitter*float64(base)/2)
	p.step = min(p.step, longestPause)
	return min(d, longestPause)
}

// supervise registers the commands and keeps the bot connected until ctx ends,
// which is no error, or until something happens that people have to mend.
// Answers are given in work.
func (b *Bot) supervise(ctx, work context.Context) error {
	var p pause
	registered := false
	for {
		up, err := b.serve(ctx, work, &registered)
		if ctx.Err() != nil {
			return nil
		}
		if f := fatal(err); f != nil {
			return f
		}
		wait := p.next(up, b.jitter())
		b.log.Warn("not connected", "err", err, "was_up", up.Round(time.Second), "next_try_in", wait.Round(time.Millisecond))
		if b.sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// serve registers if that is still to be done, and holds one connection. It
// returns how long that was ready, and why it ended.
func (b *Bot) serve(ctx, work context.Context, registered *bool) (time.Duration, error) {
	if !*registered {
		if err := b.registerOnce(ctx); err != nil {
			return 0, err
		}
		*registered = true
	}
	g, err := b.askGateway(ctx)
	if err != nil {
		return 0, err
	}
	if g.Limit.Remaining == 0 && g.Limit.Total > 0 {
		b.log.Warn("no connections are left for today", "next_try_in", g.Limit.reset())
		if err := b.sleep(ctx, g.Limit.reset()); err != nil {
			return 0, err
		}
	}
	return b.connect(ctx, work, g.URL)
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
	b.log.Info("commands are registered", "changed", changed, "servers", len(b.cfg.GuildIDs)-len(refused))
	return nil
}

// connect holds one connection to the gateway until it ends, with a session of
// its own that is never resumed: what a resumed one would bring are
// interactions that are too old to be answered.
func (b *Bot) connect(ctx, work context.Context, address string) (time.Duration, error) {
	w := newWire(b.waits.hello)
	s := b.gatewaySession(ctx, work, w, address)
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
		if err != nil {
			w.end(err)
			return 0, w.why() // what Discord said, if it said something
		}
	case <-stuck.C:
		// The session may hold its own lock for ever, so it is left to itself.
		w.end(errors.New("connecting takes too long"))
		return 0, w.why()
	case <-ctx.Done():
		w.end(ctx.Err())
		return 0, ctx.Err()
	}
	ready := b.now()
	b.log.Info("connected")
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
	return b.now().Sub(ready), w.why()
}

// gatewaySession makes the session of one connection.
func (b *Bot) gatewaySession(ctx, work context.Context, w *wire, address string) *dg.Session {
	s := b.newSession()
	s.Client = &http.Client{Transport: gatewayAddress(address)}
	s.Compress = false // wire reads along
	s.SyncEvents = true
	s.Identify.Intents = intents
	s.Dialer = &websocket.Dialer{
		HandshakeTimeout: b.waits.hello,
		NetDialContext: func(_ context.Context, _, addr string) (net.Conn, error) {
			return w.dial(ctx, addr, false)
		},
		NetDialTLSContext: func(_ context.Context, _, addr string) (net.Conn, error) {
			return w.dial(ctx, addr, true)
		},
	}
	s.AddHandler(func(_ *dg.Session, e *dg.Ready) {
		if e.User != nil {
			b.userID.Store(&e.User.ID)
		}
	})
	s.AddHandler(func(_ *dg.Session, e *dg.InteractionCreate) {
		if e.Interaction != nil {
			b.spawn("interaction", func() { b.interact(work, e.Interaction) })
		}
	})
	s.AddHandler(func(_ *dg.Session, e *dg.MessageCreate) {
		if e.Message != nil && b.concerns(e.Message) {
			b.spawn("message", func() { b.answerMessage(work, e.Message) })
		}
	})
	return s
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

// A fatalError is one that connecting again does not mend.
type fatalError struct{ error }

func (e *fatalError) Unwrap() error { return e.error }

// fatal returns the error to stop with, or nil for trouble that may pass.
func fatal(err error) error {
	var closed *closeError
	var f *fatalError
	switch {
	case errors.Is(err, ErrToken):
		return err
	case errors.As(err, &f):
		return f.error
	case errors.As(err, &closed):
		return fatalClose(closed)
	}
	if status, _ := restStatus(err); status >= 400 && status < 500 && status != http.StatusTooManyRequests {
		return err // Discord understood, and will say the same again
	}
	return nil
}

// fatalClose says what to do about a close code behind which Discord wants no
// new connection, and nil for the others.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
func fatalClose(e *closeError) error {
	switch e.code {
	case 4004:
		return fmt.Errorf("%w (%w)", ErrToken, e)
	case 4010:
		return fmt.Errorf("discord does not know the shard, though the bot uses none: report this as a bug (%w)", e)
	case 4011:
		return fmt.Errorf("the bot is in more servers than one connection may serve, about 2500: take it out of some (%w)", e)
	case 4012:
		return fmt.Errorf("discord no longer speaks this version of the gateway: update newsdesk (%w)", e)
	case 4013:
		return fmt.Errorf("discord does not know the intents that the bot asks for: update newsdesk (%w)", e)
	case 4014:
		return fmt.Errorf("discord does not let the bot see messages, though it asks for no privileged intent: see whether the application is limited or unverified at https://discord.com/developers/applications (%w)", e)
	}
	return nil
}
