package feed

import (
	"net/http"
	"testing"
	"time"
)

func TestInterval(t *testing.T) {
	now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	c := schedule{5 * time.Minute, 6 * time.Hour, func() float64 { return 0 }}
	every := func(gap time.Duration, n int, silent time.Duration) []time.Time {
		var out []time.Time
		for i := range n {
			out = append(out, now.Add(-silent-time.Duration(i)*gap))
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		recent []time.Time
		want   time.Duration
	}{
		{"news every minute", every(time.Minute, 10, 0), 5 * time.Minute},
		{"news every hour", every(time.Hour, 10, time.Hour), 30 * time.Minute},
		{"news every day", every(24*time.Hour, 10, 24*time.Hour), 6 * time.Hour},
		{"news every hour until yesterday", every(time.Hour, 10, 24*time.Hour), 99 * time.Minute},
		{"one article an hour ago", every(0, 1, time.Hour), 30 * time.Minute},
		{"one article last year", every(0, 1, 365*24*time.Hour), 6 * time.Hour},
	} {
		if got := c.interval(&state{Recent: tt.recent}, now); got != tt.want {
			t.Errorf("%s: asked every %v, want %v", tt.name, got, tt.want)
		}
	}
	s := &state{Recent: every(time.Minute, 10, 0), Hints: hints{Every: 20 * time.Minute}}
	if c.afterSuccess(s, now, 0); s.NextTry.Sub(now) != 20*time.Minute {
		t.Errorf("with a ttl: %v", s.NextTry.Sub(now))
	}
	if c.afterSuccess(s, now, 40*time.Minute); s.NextTry.Sub(now) != 40*time.Minute {
		t.Errorf("with a max-age: %v", s.NextTry.Sub(now))
	}
	c.random = func() float64 { return 0.999 }
	if c.afterSuccess(s, now, 0); s.NextTry.Sub(now) < 21*time.Minute || s.NextTry.Sub(now) > 22*time.Minute {
		t.Errorf("with jitter: %v", s.NextTry.Sub(now))
	}
}

func TestSkippedHours(t *testing.T) {
	wednesday := time.Date(2025, 11, 26, 12, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		hints hints
		want  string
	}{
		{hints{}, "26 12:30"},
		{hints{SkipHours: []int{12}}, "26 13:00"},
		{hints{SkipHours: []int{12, 13, 14}}, "26 15:00"},
		{hints{SkipDays: []string{"Wednesday"}}, "27 00:00"},
		{hints{SkipDays: []string{"Wednesday"}, SkipHours: []int{0}}, "27 01:00"},
		{hints{SkipDays: []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}}, "26 12:30"},
	} {
		if got := tt.hints.skip(wednesday).Format("02 15:04"); got != tt.want {
			t.Errorf("%+v: asked on %s, want %s", tt.hints, got, tt.want)
		}
	}
}

func TestHeadersAboutTime(t *testing.T) {
	now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{"120": 2 * time.Minute, "Wed, 26 Nov 2025 13:00:00 GMT": time.Hour, "Wed, 26 Nov 2025 11:00:00 GMT": 0, "-5": 0, "soon": 0, "": 0, "99999999999999999999": 0} {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("Retry-After %q: got %v, want %v", value, got, want)
		}
	}
	for value, want := range map[string]time.Duration{"max-age=600": 10 * time.Minute, "public, MAX-AGE=60, x": time.Minute, "max-age=31536000": mostEvery, "no-cache": 0, "max-age=-1": 0, "max-age=x": 0} {
		if got := maxAge(http.Header{"Cache-Control": {value}}); got != want {
			t.Errorf("Cache-Control %q: got %v, want %v", value, got, want)
		}
	}
	if got := maxAge(http.Header{"Cache-Control": {"max-age=600"}, "Age": {"500"}}); got != 100*time.Second {
		t.Errorf("of an answer that is 500 s old: %v", got)
	}
}
