package bot

import (
	"context"
	"sync"
	"time"
)

// A door lets the shards of a process connect in turn. Discord takes one
// IDENTIFY in 5 s from all the shards with the same remainder when divided by
// max_concurrency, and a number of them a day, behind which it resets the
// token.
// https://discord.com/developers/docs/events/gateway#rate-limiting
type door struct {
	b *Bot

	mu      sync.Mutex // held while Discord is asked, so that it is asked once
	gateway gateway
	asked   time.Time // zero where gateway has to be asked for
	lanes   map[int]*lane
}

const (
	identifyEvery = 5 * time.Second
	// gatewayFresh is how long Discord's word on the gateway counts. Many
	// shards that start together ask once.
	gatewayFresh = 30 * time.Second
	// scarce is the part of the day's connections that is saved up for shards
	// that connect at the first try.
	scarce = 20
)

// A lane is the shards that may not connect at the same time.
type lane struct {
	turn chan struct{} // holds one while a shard connects
	next time.Time     // when the next may; for who has the turn
}

func newDoor(b *Bot) *door { return &door{b: b, lanes: map[int]*lane{}} }

// look tells about the gateway, as Discord told a moment ago.
func (d *door) look(ctx context.Context) (gateway, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.b.now(); d.asked.IsZero() || now.Sub(d.asked) >= gatewayFresh {
		g, err := d.b.askGateway(ctx)
		if err != nil {
			return gateway{}, err
		}
		d.gateway, d.asked = g, now
	}
	return d.gateway, nil
}

// enter waits until a shard may connect, and returns where to. leave is called
// when it has identified, or has failed to. failing says that the shard's last
// connection came to nothing.
func (d *door) enter(ctx context.Context, shard int, failing bool) (address string, leave func(), err error) {
	g, err := d.look(ctx)
	if err != nil {
		return "", nil, err
	}
	if err := d.save(ctx, g.Limit, failing); err != nil {
		return "", nil, err
	}
	l := d.lane(shard % max(1, g.Limit.MaxConcurrency))
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	leave = func() {
		l.next = d.b.now().Add(identifyEvery)
		<-l.turn
	}
	if wait := l.next.Sub(d.b.now()); wait > 0 {
		if err := d.b.sleep(ctx, wait); err != nil {
			<-l.turn
			return "", nil, err
		}
	}
	d.mu.Lock()
	d.gateway.Limit.Remaining--
	d.mu.Unlock()
	return g.URL, leave, nil
}

func (d *door) lane(n int) *lane {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lanes[n] == nil {
		d.lanes[n] = &lane{turn: make(chan struct{}, 1)}
	}
	return d.lanes[n]
}

// save waits where the day's connections are used up, and spreads the last of
// them over the rest of the day where a shard fails again and again.
func (d *door) save(ctx context.Context, l sessionLimit, failing bool) error {
	switch {
	case l.Total <= 0: // Discord did not say
		return nil
	case l.Remaining <= 0:
		wait := l.reset()
		d.b.log.Warn("no connections are left for today", "of", l.Total, "next_try_in", wait)
		if err := d.b.sleep(ctx, wait); err != nil {
			return err
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.gateway.Limit.Remaining = l.Total
		return nil
	case l.Remaining > l.Total/scarce:
		return nil
	case !failing:
		d.b.log.Warn("few connections are left for today", "left", l.Remaining, "of", l.Total)
		return nil
	}
	wait := min(l.reset()/time.Duration(l.Remaining+1), time.Hour)
	d.b.log.Warn("few connections are left for today", "left", l.Remaining, "of", l.Total, "next_try_in", wait)
	return d.b.sleep(ctx, wait)
}
