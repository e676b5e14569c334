package discordtest

import (
	"sync"
	"time"
)

// Clock is a clock that a test turns; give its Now to WithClock, and to the
// bot where it can be told the time.
type Clock struct {
	mu   sync.Mutex
	time time.Time
	step time.Duration
}

// NewClock starts at nine in the morning of 14 March 2026, UTC. Each look at
// it moves it on by step, which may be 0.
func NewClock(step time.Duration) *Clock {
	return &Clock{time: time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), step: step}
}

// Now is the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(c.step)
	return c.time
}

// Turn moves the clock on.
func (c *Clock) Turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
}
