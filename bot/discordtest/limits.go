package discordtest

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

// fault is a failure the test asked for.
type fault struct {
	route  string
	left   int
	status int
}

// retryAfter is short so that a bot that waits as told does not hold up its
// test.
const retryAfter = 20 * time.Millisecond

// Fail answers the next n requests of a route with status: 429 with a
// retry_after of 20 ms, or 500 and above.
func (s *Server) Fail(route string, n, status int) {
	s.t.Helper()
	if s.handlers()[route] == nil {
		s.t.Fatalf("discordtest: no route %q; use the Route constants", route)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault{route, n, status})
}

// WaitRequest returns once n requests of a route have succeeded: before using
// a command, for its registration.
func (s *Server) WaitRequest(ctx context.Context, route string, n int) {
	s.t.Helper()
	s.await(ctx, fmt.Sprintf("%s, %d times", route, n), func() bool {
		left := n
		for _, q := range s.requests {
			if q.Route == route && q.Status < 300 {
				left--
			}
		}
		return left <= 0
	})
}

func (s *Server) injected(q *call) *refusal {
	for _, f := range s.faults {
		if f.route != q.rec.Route || f.left == 0 {
			continue
		}
		f.left--
		no := &refusal{status: f.status, message: fmt.Sprintf("%d: %s", f.status, http.StatusText(f.status)), innocent: true}
		if f.status == 429 {
			no.message, no.retry = "You are being rate limited.", retryAfter
		}
		return no
	}
	return nil
}

// bucket counts the requests of one second.
type bucket struct {
	since time.Time
	used  int
}

// limit counts a request against its bucket: the route and its main id.
// Acknowledging an interaction is never limited.
func (s *Server) limit(q *call) *refusal {
	b := s.bucket(q)
	if b.used++; b.used <= bucketSize || q.rec.Route == RouteCallback {
		return nil
	}
	return &refusal{status: 429, message: "You are being rate limited.", innocent: true,
		retry: b.since.Add(time.Second).Sub(q.rec.At)}
}

func (s *Server) bucket(q *call) *bucket {
	key := q.rec.Route + q.PathValue("channel_id") + q.PathValue("guild_id") + q.PathValue("webhook_token") + q.PathValue("interaction_token")
	b := s.buckets[key]
	if b == nil || q.rec.At.Sub(b.since) >= time.Second {
		b = &bucket{since: q.rec.At}
		s.buckets[key] = b
	}
	return b
}

func (s *Server) limitHeaders(h http.Header, q *call, no *refusal) {
	b := s.bucket(q)
	left, after := max(0, bucketSize-b.used), b.since.Add(time.Second).Sub(q.rec.At)
	if no != nil && no.retry > 0 {
		left, after = 0, no.retry
		h.Set("Retry-After", strconv.Itoa(int(after.Seconds())+1))
		h.Set("X-RateLimit-Scope", "user")
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(bucketSize))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	h.Set("X-RateLimit-Reset-After", strconv.FormatFloat(after.Seconds(), 'f', 3, 64))
	h.Set("X-RateLimit-Reset", strconv.FormatFloat(float64(q.rec.At.Add(after).UnixMilli())/1000, 'f', 3, 64))
	name := fnv.New32a()
	_, _ = name.Write([]byte(q.rec.Route)) // a hash never fails
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%08x", name.Sum32()))
}
