package discordtest

import (
	"maps"
	"slices"
	"time"
)

// GatewayFault is how one connection misbehaves from its beginning.
type GatewayFault struct {
	Refuse          int      // HTTP status in place of a WebSocket
	NoHello         bool     // says nothing at first
	SilentHeartbeat bool     // never acknowledges a heartbeat
	Reconnect       bool     // op 7 instead of READY
	Invalid         bool     // op 9 instead of READY
	Resumable       bool     // with Invalid: it says that the session may be resumed
	Close           int      // close code instead of READY
	NoReady         bool     // nothing instead of READY
	Frame           string   // this instead of READY, whatever it is
	Without         []string // fields that READY lacks
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
		c.write(frame{Op: opInvalid, Data: c.fault.Resumable})
	case c.fault.Close != 0:
		c.shut(c.fault.Close, "as the test asked")
	case c.fault.Frame != "":
		c.mu.Lock()
		c.send([]byte(c.fault.Frame))
		c.mu.Unlock()
	default:
		return c.fault.NoReady
	}
	return true
}

// Connections are those that a bot has to the gateway, all of them or one
// shard's. What they are told to do happens on each that is open.
type Connections struct {
	s     *Server
	shard int // -1 for all
}

// Shard is the connections of one shard.
func (s *Server) Shard(i int) Connections { return Connections{s, i} }

func (l Connections) list() []*conn {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	return slices.DeleteFunc(l.s.live(), func(c *conn) bool {
		sess := c.session()
		return l.shard >= 0 && (sess == nil || sess.shard != l.shard)
	})
}

// each calls f for every connection, with its lock held.
func (l Connections) each(f func(*conn)) {
	for _, c := range l.list() {
		c.mu.Lock()
		f(c)
		c.mu.Unlock()
	}
}

// Disconnect closes with a code, or drops the connection without a word for 0.
// From then on WaitReady waits for a new one.
func (l Connections) Disconnect(code int) {
	for _, c := range l.list() {
		if code != 0 {
			c.shut(code, "as the test asked")
			continue
		}
		c.mu.Lock()
		c.ready, c.closing = false, true
		c.mu.Unlock()
		c.ws.Close()
	}
}

// Reconnect sends op 7: the bot has to connect anew. No event comes on the old
// connections any more.
func (l Connections) Reconnect() {
	l.each(func(c *conn) {
		c.writeLocked(frame{Op: opReconnect})
		c.ready = false
	})
}

// InvalidSession sends op 9. A session that is not resumable is forgotten.
func (l Connections) InvalidSession(resumable bool) {
	var gone []*session
	l.each(func(c *conn) {
		if c.sess != nil && !resumable {
			gone = append(gone, c.sess)
			c.sess, c.ready = nil, false
		}
		c.writeLocked(frame{Op: opInvalid, Data: resumable})
	})
	for _, sess := range gone {
		l.s.forget(sess)
	}
}

// AskHeartbeat sends op 1: a heartbeat is wanted at once.
func (l Connections) AskHeartbeat() {
	l.each(func(c *conn) { c.writeLocked(frame{Op: opHeartbeat}) })
}

// Silence has nothing sent any more, neither events nor acknowledgements of
// heartbeats; what the bot sends is still read.
func (l Connections) Silence() {
	l.each(func(c *conn) { c.mute, c.ready = true, false })
}

// HalfOpen is Silence where nothing is read either, as when the other side is
// gone and nobody has said so.
func (l Connections) HalfOpen() {
	l.each(func(c *conn) {
		c.mute, c.deaf, c.ready = true, true, false
		_ = c.ws.SetReadDeadline(time.Time{}) // fails on a closed socket only
	})
}

// Linger sends a close frame and then neither reads nor closes the socket: the
// bot must not wait for that.
func (l Connections) Linger(code int) {
	for _, c := range l.list() {
		c.mu.Lock()
		c.deaf = true
		c.mu.Unlock()
		c.shut(code, "as the test asked")
	}
}

// SendFrame sends a frame of any kind and size: garbage, or what a later
// version of Discord might say.
func (l Connections) SendFrame(raw []byte) {
	l.each(func(c *conn) { c.send(raw) })
}

// Repeat sends the latest event again, with the same number.
func (l Connections) Repeat() {
	l.each(func(c *conn) {
		if c.sess != nil && len(c.sess.sent) > 0 {
			c.writeLocked(c.sess.sent[len(c.sess.sent)-1])
		}
	})
}

// Reverse holds back the events that come of what act does, and then sends
// them in reverse order, the numbers with them.
func (l Connections) Reverse(act func()) {
	l.each(func(c *conn) { c.held = []frame{} })
	act()
	l.each(func(c *conn) {
		held := c.held
		c.held = nil
		for _, f := range slices.Backward(held) {
			c.writeLocked(f)
		}
	})
}

// Emit sends an event of any kind to those that hear of data's guild_id.
func (s *Server) Emit(kind string, data map[string]any) {
	s.dispatch(kind, asText(data["guild_id"]), func(*conn) any { return data }, 0)
}

// overlay puts what a test wants changed over a payload, object by object.
func overlay(payload, changes object) object {
	out := maps.Clone(payload)
	for key, v := range changes {
		if sub, deeper := asObject(v), asObject(out[key]); sub != nil && deeper != nil {
			v = overlay(deeper, sub)
		}
		out[key] = v
	}
	return out
}
