package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// GatewayFault is how one connection misbehaves.
type GatewayFault struct {
	NoHello         bool // says nothing at first
	SilentHeartbeat bool // never acknowledges a heartbeat
	Reconnect       bool // op 7 instead of READY
	Invalid         bool // op 9 instead of READY
	Close           int  // close code instead of READY
}

// FailGateway gives the next connections these faults, one each, in order.
// The zero GatewayFault is a sound connection.
func (s *Server) FailGateway(faults ...GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wireFault = append(s.wireFault, faults...)
}

// failEarly does what a fault has in place of READY.
func (c *conn) failEarly() bool {
	switch {
	case c.fault.Reconnect:
		c.write(frame{Op: opReconnect})
	case c.fault.Invalid:
		c.write(frame{Op: opInvalid, Data: false})
	case c.fault.Close != 0:
		c.shut(c.fault.Close, "as the test asked")
	default:
		return false
	}
	return true
}

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

func (s *Server) current() []*conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.live()
}

// Disconnect closes all connections with a code, or drops them without a word
// for 0. From then on WaitReady waits for a new one.
func (s *Server) Disconnect(code int) {
	for _, c := range s.current() {
		if code == 0 {
			c.mu.Lock()
			c.ready, c.closing = false, true
			c.mu.Unlock()
			c.ws.Close()
			continue
		}
		c.shut(code, "as the test asked")
	}
}

// Reconnect sends op 7: the bot has to connect anew. No event comes on the old
// connections any more.
func (s *Server) Reconnect() {
	for _, c := range s.current() {
		c.mu.Lock()
		c.writeLocked(frame{Op: opReconnect})
		c.ready = false
		c.mu.Unlock()
	}
}

// InvalidSession sends op 9. A session that is not resumable is forgotten.
func (s *Server) InvalidSession(resumable bool) {
	for _, c := range s.current() {
		if sess := c.session(); sess != nil && !resumable {
			s.forget(sess)
			c.mu.Lock()
			c.sess, c.ready = nil, false
			c.mu.Unlock()
		}
		c.write(frame{Op: opInvalid, Data: resumable})
	}
}
