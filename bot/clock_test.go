package bot

import (
	"testing"
	"time"
)

// A clock that jumps neither locks anybody out for longer than the rate says
// nor lifts the bound for longer than once.
func TestRateWhereTheClockJumps(t *testing.T) {
	const year = 365 * 24 * time.Hour
	m := newMeter(Rate{3, time.Minute})
	now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	for _, jump := range []time.Duration{0, -year, 10 * year, -10 * year, year} {
		now = now.Add(jump)
		allowed := 0
		for range 20 {
			if wait, _, _ := m.take("ann", now); wait == 0 {
				allowed++
			} else if wait > time.Minute {
				t.Errorf("behind a jump of %v: wait %v", jump, wait)
			}
		}
		if allowed > 3 {
			t.Errorf("behind a jump of %v: %d were allowed", jump, allowed)
		}
		now = now.Add(time.Minute)
		if wait, _, _ := m.take("ann", now); wait > 0 {
			t.Errorf("a minute behind a jump of %v: wait %v", jump, wait)
		}
	}
}
