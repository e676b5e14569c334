package feed

import (
	"testing"
	"time"
)

// What a clock noted that was ahead keeps no feed from being asked.
func TestStateOfAClockThatWasAhead(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		ahead   time.Duration
		believe bool // that it is asked when it said
	}{
		"right":             {0, true},
		"a minute ahead":    {time.Minute, true},
		"ten years ahead":   {10 * 365 * 24 * time.Hour, false},
		"a year behind now": {-365 * 24 * time.Hour, true},
	} {
		then := now.Add(tt.ahead)
		next := then.Add(6 * time.Hour)
		s := &state{Version: stateVersion, URL: name, LastTry: then, LastSuccess: then, NextTry: next, Recent: []time.Time{then, now.Add(-time.Hour)}, ETag: "1"}
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
		s, err := readState(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		s.believe(now)
		if tt.believe && !s.NextTry.Equal(next) || !tt.believe && (s.NextTry.After(now) || s.LastTry.After(now) || s.Recent[0].After(now)) || s.ETag != "1" {
			t.Errorf("%s: %+v", name, s)
		}
		c := schedule{min: 5 * time.Minute, max: 6 * time.Hour, random: func() float64 { return 0 }}
		if c.afterSuccess(s, now, 0); s.NextTry.Before(now.Add(c.min)) || s.NextTry.After(now.Add(c.max)) {
			t.Errorf("%s: asked again at %v", name, s.NextTry)
		}
	}
}
