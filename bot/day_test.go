package bot

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsdesk/answer"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/data"
	"newsdesk/index"
	"newsdesk/store"
)

// A memoryNet is a network in memory, for tests in which time is fake: a real
// socket that waits would hold it up.
type memoryNet struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func newMemoryNet() *memoryNet {
	return &memoryNet{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (n *memoryNet) Accept() (net.Conn, error) {
	select {
	case c := <-n.conns:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *memoryNet) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

func (n *memoryNet) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// dial reaches the listener, whatever the address.
func (n *memoryNet) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case n.conns <- buffered(there):
		return buffered(here), nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A bufferedConn is a pipe of which writing never waits for whoever reads, as a
// socket's does not.
type bufferedConn struct {
	net.Conn
	more chan struct{} // holds one where there is something to do

	mu     sync.Mutex
	queue  [][]byte
	closed bool
}

func buffered(c net.Conn) net.Conn {
	b := &bufferedConn{Conn: c, more: make(chan struct{}, 1)}
	go b.pump()
	return b
}

func (b *bufferedConn) tell() {
	select {
	case b.more <- struct{}{}:
	default:
	}
}

func (b *bufferedConn) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, net.ErrClosed
	}
	b.queue = append(b.queue, bytes.Clone(p))
	b.tell()
	return len(p), nil
}

// Close ends reading at once, and writing when what was written is read.
func (b *bufferedConn) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.tell()
	return b.Conn.SetReadDeadline(time.Unix(1, 0))
}

func (b *bufferedConn) SetWriteDeadline(time.Time) error { return nil }

func (b *bufferedConn) SetDeadline(t time.Time) error { return b.SetReadDeadline(t) }

func (b *bufferedConn) pump() {
	defer b.Conn.Close()
	for range b.more {
		b.mu.Lock()
		queue, closed := b.queue, b.closed
		b.queue = nil
		b.mu.Unlock()
		_ = b.Conn.SetWriteDeadline(time.Now().Add(time.Minute)) // whoever reads may be gone
		for _, p := range queue {
			if _, err := b.Conn.Write(p); err != nil {
				_ = b.Close()
				return
			}
		}
		if closed {
			return
		}
	}
}

// sizes are what a bot keeps in memory, and what runs.
type sizes struct {
	goroutines, limiters, buckets int
	busy, waiting, underWay       int
}

func sizesOf(b *Bot) sizes {
	return sizes{
		goroutines: runtime.NumGoroutine(),
		limiters:   len(b.gate.persons.limiters) + len(b.gate.servers.limiters) + len(b.typists.limiters) + len(b.astrays.limiters),
		busy:       len(b.gate.busy), waiting: len(b.desk.waiting), buckets: buckets(b.shared()), underWay: b.flight.n,
	}
}

// grown reports whether there is more than before, but for what comes and goes:
// an idle connection, and the rate limits of an hour's channels.
func (s sizes) grown(before sizes) bool {
	return s.goroutines > before.goroutines+4 || s.limiters > before.limiters || s.buckets > before.buckets+12 ||
		s.busy+s.waiting+s.underWay > before.busy+before.waiting+before.underWay
}

// For 24 hours of fake time people ask, press, write and type, connections end
// in every way, and gaps expire.
// Then the bot is as it was after the first hour.
func TestADay(t *testing.T) {
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sample := index.Collection{Name: "sample", FS: data.Sample()}
	if _, err := x.Rebuild(t.Context(), sample, nil); err != nil {
		t.Fatal(err)
	}
	deps := commands.Deps{Index: x, Engine: answer.New(x), Collection: sample, Now: func() time.Time { return askedAt }}
	synctest.Test(t, func(t *testing.T) {
		// The fake time begins in 2000, before Discord's ids do.
		time.Sleep(time.Until(time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)))
		network, log := newMemoryNet(), &logs{}
		defer func() {
			if text := log.String(); t.Failed() {
				t.Logf("the end of the log:\n%s", text[max(0, len(text)-4000):])
			}
		}()
		d := discordtest.New(t, discordtest.WithListener(network), discordtest.WithMaxConcurrency(1), discordtest.WithSpec(""),
			discordtest.WithGuilds(farGuild))
		client := &http.Transport{DialContext: network.dial}
		defer client.CloseIdleConnections()
		state, err := store.Open(filepath.Join(t.TempDir(), "state.db"), time.Now(), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer state.Close()
		deps.Store, deps.Ratings = state, state
		b, err := New(Config{
			Token: d.Token(), API: d.URL(), Commands: commands.All(deps), Store: state, Version: "test", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			Limits: Limits{Person: Rate{10, time.Minute}, Server: Rate{120, time.Minute}, AtOnce: 2},
		})
		if err != nil {
			t.Fatal(err)
		}
		b.client.Transport.(*transport).next, b.dial = client, network.dial
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Hour)
		defer stop()
		ended := make(chan error)
		go func() { ended <- b.Run(ctx) }()
		day := day{t: t, ctx: ctx, d: d, b: b}
		var first sizes
		for hour := range 24 {
			day.hour(hour)
			client.CloseIdleConnections()
			synctest.Wait()
			if got := sizesOf(b); hour == 0 {
				first = got
			} else if got.grown(first) {
				t.Errorf("after hour %d: got %+v, after the first %+v", hour+1, got, first)
			}
		}
		if n := d.Sent(opIdentify); n < 100 || n > 500 {
			t.Errorf("the bot identified %d times in a day", n)
		}
		// Those of the hours before midnight have gone.
		if gaps, err := state.Gaps(farGuild, time.Now()); err != nil || len(gaps) == 0 || len(gaps) >= 15 {
			t.Errorf("got %d gaps, %v, want those of today", len(gaps), err)
		}
		// Not by ctx: discordgo's Close sleeps with a lock that its listener wants.
		day.offBeat()
		d.Disconnect(4014)
		if err := <-ended; err == nil || !strings.Contains(err.Error(), "4014") {
			t.Errorf("got %v, want the fatal close", err)
		}
		time.Sleep(time.Minute)
	})
}

// A day is what happens to a bot.
type day struct {
	t   *testing.T
	ctx context.Context
	d   *discordtest.Server
	b   *Bot
}

// hour has things happen every few minutes, with people of each hour's own, and
// ends quietly.
func (y day) hour(hour int) {
	d := y.d
	ends := []func(){
		func() { d.Disconnect(0) }, func() { d.Disconnect(4000) }, func() { d.Disconnect(4009) }, d.Reconnect,
		func() { d.InvalidSession(false) }, func() { d.InvalidSession(true) },
		func() { d.SendFrame([]byte(`{"op":77,"d":null}`)); d.Silence() }, // the last word, also not at a heartbeat
	}
	for n := range 7 {
		who := discordtest.User{ID: fmt.Sprint(1500000000000000000 + hour*100 + n)}
		y.wait(d.Interact(y.ctx, discordtest.Interaction{Command: "ask", User: who, Options: map[string]any{"question": "Who confirmed the Kremlin visit?"}}))
		for range []int{12, 2}[min(n, 1)] { // once too many
			y.wait(d.Interact(y.ctx, discordtest.Interaction{Command: "privacy", User: who}))
		}
		y.wait(d.Interact(y.ctx, discordtest.Interaction{Command: "settings", User: discordtest.User{ID: fmt.Sprint(1510000000000000000 + hour*100 + n), Permissions: discordtest.ManageGuild},
			Options: map[string]any{"gaps": "30"}, Place: discordtest.Place{GuildID: farGuild}}))
		y.wait(d.Autocomplete(y.ctx, discordtest.Interaction{Command: "ask", User: who, Options: map[string]any{"question": "Krem"}}, "question"))
		place := discordtest.Place{ChannelID: fmt.Sprint(1600000000000000000 + hour*100 + n)}
		d.Say(y.ctx, discordtest.Post{Mention: true, User: discordtest.User{ID: place.ChannelID}, Place: place}).Wait(y.ctx, 1)
		// Kept for 30 days, of which it has a few hours left.
		if err := y.b.cfg.Store.AddGap(farGuild, fmt.Sprintf("Who was it in hour %d?", hour), time.Now().Add(-29*24*time.Hour)); err != nil {
			y.t.Error(err)
		}
		time.Sleep(4 * time.Minute)
		y.offBeat()
		ends[n]()
		time.Sleep(2 * time.Minute)
		d.WaitReady(y.ctx)
	}
	time.Sleep(18 * time.Minute)
}

// offBeat waits until no heartbeat is due for a while: discordgo sleeps for a
// second with its lock held when a connection ends, and a heartbeat that waits
// for the lock would hold up the fake time, which goes on only when all wait
// for it.
func (y day) offBeat() {
	const opHeartbeat = 1
	y.d.WaitSent(y.ctx, opHeartbeat, y.d.Sent(opHeartbeat)+1)
	time.Sleep(3 * time.Second)
}

// wait waits for an answer and forgets it a quarter of an hour later, when its
// token has expired.
func (y day) wait(r *discordtest.Reply) {
	r.Wait(y.ctx)
	synctest.Wait()
	r.Forget()
}
