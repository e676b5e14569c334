package feed

import (
	"context"
	"strings"
	"sync"
	"time"
)

// hosts keeps requests to one host apart.
type hosts struct {
	pause time.Duration

	mu sync.Mutex
	by map[string]*host
}

type host struct {
	turn  chan struct{} // holds one value while nobody asks
	users int           // that ask or wait; guarded by hosts.mu
	last  time.Time     // the end of the last request; guarded by turn
	pause time.Duration // that its robots.txt wants; guarded by hosts.mu
}

// maxHosts is how many hosts are remembered before those that nobody asks are
// forgotten.
const maxHosts = 4096

func newHosts(pause time.Duration) *hosts {
	return &hosts{pause: pause, by: make(map[string]*host)}
}

func (h *hosts) get(name string) *host {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	one := h.by[name]
	if one == nil {
		if len(h.by) >= maxHosts {
			for n, o := range h.by {
				if o.users == 0 {
					delete(h.by, n)
				}
			}
		}
		one = &host{turn: make(chan struct{}, 1), pause: h.pause}
		one.turn <- struct{}{}
		h.by[name] = one
	}
	return one
}

// enter waits until the host may be asked. The caller must call done.
func (h *hosts) enter(ctx context.Context, name string) (done func(), err error) {
	h.mu.Lock()
	one := h.get(name)
	one.users++
	h.mu.Unlock()
	leave := func() {
		h.mu.Lock()
		one.users--
		h.mu.Unlock()
	}
	select {
	case <-one.turn:
	case <-ctx.Done():
		leave()
		return nil, context.Cause(ctx)
	}
	h.mu.Lock()
	wait := one.pause - time.Since(one.last)
	h.mu.Unlock()
	if err := sleep(ctx, wait); err != nil {
		one.turn <- struct{}{}
		leave()
		return nil, err
	}
	return func() {
		one.last = time.Now()
		one.turn <- struct{}{}
		leave()
	}, nil
}

// slow makes the pause of a host at least this long.
func (h *hosts) slow(name string, pause time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.get(name)
	one.pause = max(h.pause, pause)
}

// sleep waits for d, or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
