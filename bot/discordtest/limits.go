package discordtest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// https://discord.com/developers/docs/topics/rate-limits
const (
	globalLimit    = 50 // requests a second, those about interactions aside
	invalidLimit   = 10000
	invalidWithin  = 10 * time.Minute
	invalidRefused = "error code: 1015" // what the guard before Discord's API says
)

// rate is the size of a bucket.
type rate struct {
	requests int
	per      time.Duration
}

// WithRateLimit sets how many requests of a route, in one channel, server or
// interaction, are answered in a time. Discord tells no numbers; without this
// option they are 50 in a second.
func WithRateLimit(route string, requests int, per time.Duration) Option {
	return func(s *Server) {
		if s.handlers()[route] == nil {
			s.t.Fatalf("discordtest: no route %q; use the Route constants", route)
		}
		s.rates[route] = rate{requests, per}
	}
}

// WithInvalidLimit sets how many answers of 401, 403 and 429 in ten minutes
// have the address banned, Discord's 10,000 otherwise.
func WithInvalidLimit(n int) Option { return func(s *Server) { s.invalidLimit = n } }

// InvalidRequests is how many requests of the last ten minutes by the clock
// were answered with 401, 403 or 429. At 10,000 Discord bans the address.
func (s *Server) InvalidRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalidSince(s.clock())
}

func (s *Server) invalidSince(now time.Time) int {
	s.invalid = slices.DeleteFunc(s.invalid, func(t time.Time) bool { return now.Sub(t) >= invalidWithin })
	return len(s.invalid)
}

// countInvalid adds an answer to those that may end in a ban.
func (s *Server) countInvalid(at time.Time, no *refusal) {
	switch no.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		if !no.page {
			s.invalid = append(s.invalid, at)
		}
	}
}

// bucket counts requests from a moment on.
type bucket struct {
	since time.Time
	used  int
	rate
}

// at gives the bucket as it is now, emptied when its time is over.
func (b *bucket) at(now time.Time) *bucket {
	if now.Sub(b.since) >= b.per {
		b.since, b.used = now, 0
	}
	return b
}

func (b *bucket) left() int { return max(0, b.requests-b.used) }

func (b *bucket) resets(now time.Time) time.Duration { return b.since.Add(b.per).Sub(now) }

// aboutInteraction reports a route that a token in its path allows, which the
// global limit passes over.
func aboutInteraction(route string) bool { return strings.Contains(route, "_token}") }

// limit counts a request against the ban, the global limit and its bucket.
// Acknowledging an interaction is never limited.
func (s *Server) limit(q *call) *refusal {
	now := q.rec.At
	if s.invalidSince(now) >= s.invalidLimit {
		return &refusal{status: 429, message: invalidRefused, page: true, retry: s.invalid[0].Add(invalidWithin).Sub(now)}
	}
	if !aboutInteraction(q.rec.Route) {
		if s.global.at(now).used++; s.global.used > globalLimit {
			return &refusal{status: 429, message: "You are being rate limited.", scope: "global", innocent: true, retry: s.global.resets(now)}
		}
	}
	b := s.bucket(q)
	if b.used++; b.used <= b.requests || q.rec.Route == RouteCallback {
		return nil
	}
	return &refusal{status: 429, message: "You are being rate limited.", scope: "user", innocent: true, retry: b.resets(now)}
}

// bucket finds the one of a request: of its route and main id.
func (s *Server) bucket(q *call) *bucket {
	key := q.rec.Route + q.PathValue("channel_id") + q.PathValue("guild_id") + q.PathValue("webhook_token") + q.PathValue("interaction_token")
	b := s.buckets[key]
	if b == nil {
		r, ok := s.rates[q.rec.Route]
		if !ok {
			r = rate{globalLimit, time.Second}
		}
		b = &bucket{rate: r}
		s.buckets[key] = b
	}
	return b.at(q.rec.At)
}

// limitHeaders tells how the request stands with its limits.
func (s *Server) limitHeaders(h http.Header, q *call, no *refusal) {
	b := s.bucket(q)
	left, after := b.left(), b.resets(q.rec.At)
	if no != nil && no.retry > 0 {
		left, after = 0, no.retry
		h.Set("Retry-After", strconv.Itoa(int(after.Seconds())+1))
		if no.page {
			return
		}
		h.Set("X-RateLimit-Scope", no.scope)
		if no.scope == "global" {
			h.Set("X-RateLimit-Global", "true")
			return // the bucket has nothing to do with it
		}
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(b.requests))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(after.Seconds(), 'f', 3, 64))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(q.rec.At.Add(after).UnixMilli())/1000, 'f', 3, 64))
	name := fnv.New32a()
	_, _ = name.Write([]byte(q.rec.Route)) // a hash never fails
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%08x", name.Sum32()))
}
