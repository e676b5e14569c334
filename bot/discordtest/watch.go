package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// GatewayEvent is a payload of the bot, or the end of a connection.
type GatewayEvent struct {
	Conn     int             // 1 for the first connection
	Op       int             // of a payload
	Body     json.RawMessage // its d
	Close    int             // the close code, 0 for a payload; 1006 for a lost connection
	ByServer bool            // the server closed
}

// Gateway returns what the bot sent on its gateway connections and how they
// ended.
func (s *Server) Gateway() []GatewayEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wire)
}

// Sent counts the payloads with an opcode, over all connections: 2 for
// IDENTIFY, 6 for RESUME, 1 for heartbeats.
func (s *Server) Sent(op int) int {
	n := 0
	for _, e := range s.Gateway() {
		if e.Close == 0 && e.Op == op {
			n++
		}
	}
	return n
}

// WaitSent returns once the bot has sent n payloads with an opcode.
func (s *Server) WaitSent(ctx context.Context, op, n int) {
	s.t.Helper()
	s.await(ctx, fmt.Sprintf("gateway op %d, %d times", op, n), func() bool {
		left := n
		for _, e := range s.wire {
			if e.Close == 0 && e.Op == op {
				left--
			}
		}
		return left <= 0
	})
}

// WaitReady returns once every shard of the bot has a connection between
// READY or RESUMED and its end.
func (s *Server) WaitReady(ctx context.Context) {
	s.t.Helper()
	s.await(ctx, "a gateway connection that is ready, for every shard", s.complete)
}

// WaitConnections returns once the bot has connected n times in all.
func (s *Server) WaitConnections(ctx context.Context, n int) {
	s.t.Helper()
	s.await(ctx, fmt.Sprintf("gateway connection %d", n), func() bool { return s.connected >= n })
}

// readyConns wants s.mu held.
func (s *Server) readyConns() []*conn {
	return slices.DeleteFunc(s.live(), func(c *conn) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return !c.ready
	})
}
