package discordtest

import (
	"context"
	"fmt"
	"net/http"
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
			no.message, no.scope, no.retry = "You are being rate limited.", "user", retryAfter
		}
		return no
	}
	return nil
}
