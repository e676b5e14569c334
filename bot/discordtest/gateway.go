package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Intents that matter here; the privileged ones must be granted.
const (
	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	IntentGuildMembers   = 1 << 1
	IntentPresences      = 1 << 8
	IntentMessageContent = 1 << 15

	privileged = IntentGuildMembers | IntentPresences | IntentMessageContent
	allIntents = 1<<26 - 1
)

// Gateway opcodes.
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opResume    = 6
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

const (
	maxPayload  = 4096 // bytes the bot may send at once
	maxSends    = 120  // a minute
	writeWithin = 5 * time.Second
)

// applicationFlags tells an application which privileged intents it holds, in
// the form for those in fewer than 100 servers.
func applicationFlags(granted int) int {
	flags := 0
	for intent, flag := range map[int]int{IntentPresences: 1 << 13, IntentGuildMembers: 1 << 15, IntentMessageContent: 1 << 19} {
		if granted&intent != 0 {
			flags |= flag
		}
	}
	return flags
}

// session outlives a connection, so that it can be resumed.
type session struct {
	id      string
	intents int
	shard   int // of shards
	shards  int
	seq     int
	sent    []frame // for replay
	over    bool    // it timed out and cannot be resumed
	left    bool    // its connection is gone; under Server.mu
}

// frame is a gateway payload.
type frame struct {
	Op   int    `json:"op"`
	Data any    `json:"d"`
	Seq  *int   `json:"s"`
	Type string `json:"t,omitempty"`
}

// conn is one gateway connection.
type conn struct {
	s     *Server
	ws    *websocket.Conn
	n     int // 1 for the first connection
	fault GatewayFault
	sends []time.Time

	mu      sync.Mutex // orders writes and with them sequence numbers; taken after Server.mu
	sess    *session
	ready   bool
	closing bool
	mute    bool    // sends nothing
	deaf    bool    // reads nothing
	held    []frame // events kept back; nil when they are not
}

func (c *conn) hearsNothing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deaf
}

func (c *conn) intents() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sess == nil {
		return 0
	}
	return c.sess.intents
}

func (s *Server) live() []*conn {
	var out []*conn
	for c := range s.conns {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *conn) int { return a.n - b.n })
	return out
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.connected++
	c := &conn{s: s, n: s.connected}
	if len(s.wireFault) > 0 {
		c.fault, s.wireFault = s.wireFault[0], s.wireFault[1:]
	}
	s.bump()
	s.mu.Unlock()
	if c.fault.Refuse != 0 {
		http.Error(w, http.StatusText(c.fault.Refuse), c.fault.Refuse)
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c.ws = ws
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		ws.Close()
		return
	}
	s.conns[c] = true
	s.group.Add(1)
	s.bump()
	s.mu.Unlock()
	defer s.group.Done()
	c.run(r.URL.Query().Get("v"), r.URL.Query().Get("encoding"))
	ws.Close()
	sess := c.session()
	s.mu.Lock()
	delete(s.conns, c)
	if sess != nil {
		sess.left = true
	}
	s.bump()
	s.mu.Unlock()
}

func (c *conn) run(version, encoding string) {
	switch {
	case version != "" && version != "10" && version != "9":
		c.shut(4012, "Invalid API version")
	case encoding != "" && encoding != "json":
		c.shut(4002, "Only JSON is spoken here")
	case !c.fault.NoHello:
		c.write(frame{Op: opHello, Data: object{"heartbeat_interval": c.s.heartbeat.Milliseconds()}})
	}
	c.alive()
	for {
		_, raw, err := c.ws.ReadMessage()
		if c.hearsNothing() {
			<-c.s.ctx.Done()
			return
		}
		if err != nil {
			c.gone(err)
			return
		}
		c.receive(raw)
	}
}

// alive moves the moment from which the connection counts as dead.
func (c *conn) alive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		_ = c.ws.SetReadDeadline(time.Now().Add(2 * c.s.heartbeat)) // fails on a closed socket only
	}
}

// gone records why a connection ended, and tells a silent client so.
func (c *conn) gone(err error) {
	code := websocket.CloseAbnormalClosure
	if ce, ok := err.(*websocket.CloseError); ok {
		code = ce.Code
	} else if te, ok := err.(interface{ Timeout() bool }); ok && te.Timeout() {
		c.shut(4009, "Session timed out.")
	}
	c.note(GatewayEvent{Conn: c.n, Close: code})
	sess := c.session()
	if sess != nil && (code == websocket.CloseNormalClosure || code == websocket.CloseGoingAway) {
		c.s.forget(sess) // a client that leaves in order has ended its session
	}
}

func (s *Server) forget(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess.id)
}

func (c *conn) note(e GatewayEvent) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.wire = append(c.s.wire, e)
	c.s.bump()
}

// receive handles one payload of the bot.
func (c *conn) receive(raw []byte) {
	c.mu.Lock()
	over := c.closing
	c.mu.Unlock()
	if over {
		return // we have hung up; what still comes in is only drained
	}
	var f struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(raw, &f); err != nil || f.Op == nil || len(raw) > maxPayload {
		c.refuse(4002, "Decode error")
		return
	}
	if c.tooMany() {
		c.refuse(4008, "Rate limited")
		return
	}
	c.note(GatewayEvent{Conn: c.n, Op: *f.Op, Body: slices.Clone(f.Data)})
	known := c.session() != nil
	switch op := *f.Op; {
	case op == opHeartbeat:
		c.alive()
		if !c.fault.SilentHeartbeat {
			c.write(frame{Op: opAck})
		}
	case op == opIdentify && known:
		c.refuse(4005, "Already authenticated")
	case op == opIdentify:
		c.identify(f.Data)
	case op == opResume && !known:
		c.resume(f.Data)
	case op != opResume && !slices.Contains([]int{3, 4, 8, 31}, op):
		c.refuse(4001, "Unknown opcode")
	case !known:
		c.refuse(4003, "Not authenticated")
	}
}

func (c *conn) session() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sess
}

// tooMany counts what the bot sends against 120 in 60 s.
func (c *conn) tooMany() bool {
	now := c.s.clock()
	c.sends = slices.DeleteFunc(c.sends, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	c.sends = append(c.sends, now)
	return len(c.sends) > maxSends
}

// refuse closes the connection for a mistake of the bot.
func (c *conn) refuse(code int, reason string) {
	c.s.mu.Lock()
	c.s.violate("gateway", fmt.Sprintf("%d %s", code, reason))
	c.s.mu.Unlock()
	c.shut(code, reason)
}

// shut sends a close frame and waits for the client to go, at most a moment:
// closing at once would reset the connection and lose the frame.
func (c *conn) shut(code int, reason string) {
	c.note(GatewayEvent{Conn: c.n, Close: code, ByServer: true})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing, c.ready = true, false
	if code == 4009 && c.sess != nil {
		c.sess.over = true
	}
	deadline := time.Now().Add(writeWithin)
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), deadline)
	_ = c.ws.SetReadDeadline(deadline)
}

func (c *conn) write(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writeLocked(f)
}

func (c *conn) writeLocked(f frame) {
	c.send(encode(f))
}

// send writes a frame as it is; call it with c.mu held.
func (c *conn) send(raw []byte) {
	if c.closing || c.mute {
		return
	}
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWithin))
	_ = c.ws.WriteMessage(websocket.TextMessage, raw) // a broken connection shows when it is read
}

// event sends a dispatch with the session's next number; call it with c.mu
// held.
func (c *conn) event(kind string, data any) {
	c.sess.seq++
	seq := c.sess.seq
	f := frame{Op: opDispatch, Type: kind, Data: data, Seq: &seq}
	c.sess.sent = append(c.sess.sent, f)
	if c.held != nil {
		c.held = append(c.held, f)
		return
	}
	c.writeLocked(f)
}

// dispatch sends an event of a guild ("" for direct messages) to every ready
// connection of its shard whose intents include intent (0 for events that need
// none), and says to how many. data is called without s.mu.
func (s *Server) dispatch(kind, guild string, data func(*conn) any, intent int) int {
	s.mu.Lock()
	conns := s.live()
	s.mu.Unlock()
	n := 0
	for _, c := range conns {
		if intent != 0 && c.intents()&intent == 0 {
			continue
		}
		d := data(c)
		c.mu.Lock()
		if c.ready && c.sess.hears(guild) {
			c.event(kind, d)
			n++
		}
		c.mu.Unlock()
	}
	return n
}
