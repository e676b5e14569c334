package feed

import (
	"slices"
	"time"
)

const (
	maxRecent = 10

	// A feed that fails is dead when it did so this often and this long: an
	// outage of a weekend kills none.
	deadFailures = 10
	deadAfter    = 5 * 24 * time.Hour
	deadEvery    = 7 * 24 * time.Hour

	maxRetryAfter = 24 * time.Hour
)

// A schedule says when feeds are asked.
type schedule struct {
	min, max time.Duration
	random   func() float64 // from 0 to 1, for jitter
}

// interval is half the time that lay between the newest articles on average,
// that since the newest included: a feed is asked twice for each article, and
// ever less often as it falls silent.
func (c schedule) interval(s *state, now time.Time) time.Duration {
	if len(s.Recent) == 0 {
		if s.LastTry.IsZero() {
			return c.min
		}
		// Nothing yet; from the first success on it slows down.
		return c.bound(now.Sub(s.LastTry) + c.min)
	}
	oldest := s.Recent[len(s.Recent)-1]
	return c.bound(now.Sub(oldest) / time.Duration(2*len(s.Recent)))
}

func (c schedule) bound(d time.Duration) time.Duration { return min(max(d, c.min), c.max) }

// afterSuccess sets when a feed is asked next; age is how long its answer said
// that it stays good.
func (c schedule) afterSuccess(s *state, now time.Time, age time.Duration) {
	wait := max(c.interval(s, now), s.Hints.Every, age)
	if s.Pending > 0 {
		wait = max(c.min, age)
	}
	s.NextTry = s.Hints.skip(now.Add(c.jitter(wait)))
}

// jitter adds up to a tenth, so that feeds that were added together, and all
// the programs that ask at full hours, drift apart.
func (c schedule) jitter(d time.Duration) time.Duration {
	return d + time.Duration(c.random()*float64(d)/10)
}

// afterFailure sets when a feed is asked again: after twice as long each time,
// and not before it wants to be. gone says that it told that it is no more. It
// reports whether the feed died of it.
func (c schedule) afterFailure(s *state, now time.Time, wanted time.Duration, gone bool) (died bool) {
	s.Failures++
	if s.FailingSince.IsZero() {
		s.FailingSince = now
	}
	was := s.Dead
	s.Dead = s.Dead || gone || s.Failures >= deadFailures && now.Sub(s.FailingSince) >= deadAfter
	wait := c.bound(c.min << min(s.Failures-1, 20))
	if s.Dead {
		wait = deadEvery
	}
	wait = max(wait, min(wanted, maxRetryAfter))
	s.NextTry = now.Add(c.jitter(wait))
	return s.Dead && !was
}

// came notes when an article came: as its outlet says, if that is no later
// than newsdesk saw it.
func (s *state) came(published, seen time.Time) {
	if published.IsZero() || published.After(seen) {
		published = seen
	}
	s.Recent = append(s.Recent, published)
	slices.SortFunc(s.Recent, func(a, b time.Time) int { return b.Compare(a) })
	s.Recent = s.Recent[:min(len(s.Recent), maxRecent)]
}
