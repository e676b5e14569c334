package bot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Rate is how often something may be done: N times at once, and as many
// again within Per, little by little. The zero value is no bound.
type Rate struct {
	N   int
	Per time.Duration
}

// The bounds of a Rate. Per also bounds how long an idle limiter is kept.
const (
	maxRate    = 10_000
	longestPer = 24 * time.Hour
)

// ParseRate reads a rate such as "10/1m", or "off" for no bound.
func ParseRate(s string) (Rate, error) {
	if s = strings.TrimSpace(s); s == "off" {
		return Rate{}, nil
	}
	times, period, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(strings.TrimSpace(times))
	per, perErr := time.ParseDuration(strings.TrimSpace(period))
	switch {
	case err != nil || perErr != nil:
		return Rate{}, errors.New("want how often in how long, such as 10/1m, or off")
	case n < 1 || n > maxRate:
		return Rate{}, fmt.Errorf("want 1 to %d times, or off", maxRate)
	case per < time.Second || per > longestPer:
		return Rate{}, fmt.Errorf("want a time from 1s to %v", longestPer)
	}
	return Rate{n, per}, nil
}

// maxLimiters bounds the memory of a meter: about 100 bytes each. Beyond it
// some are forgotten, which lets somebody ask a few times more.
const maxLimiters = 50_000

// A meter holds each of many to the same rate.
type meter struct {
	rate Rate

	mu       sync.Mutex
	limiters map[string]*limiter
	swept    time.Time
}

type limiter struct {
	*rate.Limiter
	told bool // that it was too often, since it last was not
}

func newMeter(r Rate) *meter { return &meter{rate: r, limiters: map[string]*limiter{}} }

// take counts something done by key. Where that is too often it counts
// nothing, and returns how long to wait and whether key was told before. undo
// takes back what was counted.
func (m *meter) take(key string, now time.Time) (wait time.Duration, again bool, undo func()) {
	if m.rate.N == 0 || key == "" {
		return 0, false, func() {}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.limiter(key, now)
	r := l.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		again, l.told = l.told, true
		return wait, again, func() {}
	}
	l.told = false
	return 0, false, func() { r.CancelAt(now) }
}

func (m *meter) limiter(key string, now time.Time) *limiter {
	m.sweep(now)
	l := m.limiters[key]
	if l == nil {
		if len(m.limiters) >= maxLimiters {
			for any := range m.limiters {
				delete(m.limiters, any)
				break
			}
		}
		every := m.rate.Per / time.Duration(m.rate.N)
		l = &limiter{Limiter: rate.NewLimiter(rate.Every(every), m.rate.N)}
		m.limiters[key] = l
	}
	return l
}

// sweep forgets the limiters that are as good as new, once in a while: all
// that were left alone for Per are.
func (m *meter) sweep(now time.Time) {
	if now.Sub(m.swept) < m.rate.Per {
		return
	}
	m.swept = now
	for key, l := range m.limiters {
		if l.TokensAt(now) >= float64(m.rate.N) {
			delete(m.limiters, key)
		}
	}
}
