package bot

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// Why a gateway connection ended.
var (
	errReconnect = errors.New("discord asked for a new connection")
	errInvalid   = errors.New("discord did not accept the session")
	errClosed    = errors.New("the connection was closed")
)

// A closeError is Discord closing the gateway connection with a reason.
type closeError struct {
	code int
	text string
}

func (e *closeError) Error() string {
	return fmt.Sprintf("discord closed the gateway connection: %d %s", e.code, e.text)
}

// Opcodes of the gateway.
// https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
const (
	opReconnect = 7
	opInvalid   = 9
	opHello     = 10
)

// A wire is the network connection under a gateway connection. It reads what
// Discord says before discordgo does, and ends the connection where discordgo
// v0.29.0 would go astray:
//
//   - told to reconnect before READY, it deadlocks;
//   - told that its session is invalid, it identifies again at once, and
//     again, until the day's 1000 are used up and the token is reset;
//   - told nothing at all, it waits for ever for HELLO, and for five
//     heartbeats afterwards;
//   - it tells the reason for which Discord closed only to its log.
type wire struct {
	via   dial
	hello time.Duration // how long to wait for HELLO
	down  chan struct{} // closed when the connection has ended

	mu     sync.Mutex
	conn   net.Conn
	reason error // once down

	// Only for whoever reads.
	frames frames
	idle   time.Duration // silence that ends the connection
}

// A dial reaches an address of a network.
type dial func(ctx context.Context, network, addr string) (net.Conn, error)

func newWire(via dial, hello time.Duration) *wire {
	return &wire{via: via, hello: hello, idle: hello, down: make(chan struct{})}
}

// dial connects to the gateway, over TLS or plainly. It may be called once.
func (w *wire) dial(ctx context.Context, addr string, secure bool) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, w.hello)
	defer cancel()
	conn, err := w.via(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if secure {
		host, _, _ := net.SplitHostPort(addr) // it was dialled
		over := tls.Client(conn, &tls.Config{ServerName: host})
		if err := over.HandshakeContext(ctx); err != nil {
			_ = conn.Close() // the handshake's error tells more
			return nil, err
		}
		conn = over
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reason != nil {
		_ = conn.Close() // it is not wanted any more
		return nil, w.reason
	}
	w.conn = conn
	return &watched{Conn: conn, wire: w}, nil
}

// end closes the connection for a reason, unless it has ended already.
func (w *wire) end(reason error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reason != nil {
		return
	}
	w.reason = reason
	if w.conn != nil {
		_ = w.conn.Close() // nothing can be done about a socket that does not close
	}
	close(w.down)
}

// why returns the reason for which the connection ended, nil if it has not.
func (w *wire) why() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason
}

// watched is the connection as discordgo gets it.
type watched struct {
	net.Conn
	wire *wire
}

func (c *watched) Read(p []byte) (int, error) {
	w := c.wire
	if err := w.why(); err != nil {
		return 0, err
	}
	// Heartbeats are answered, so a live connection is never silent for long.
	if err := c.Conn.SetReadDeadline(time.Now().Add(w.idle)); err != nil {
		w.end(err)
		return 0, err
	}
	n, err := c.Conn.Read(p)
	n = w.frames.feed(p[:n], w.see)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("nothing was heard from Discord for %v", w.idle)
	}
	if err != nil {
		w.end(err)
	}
	if reason := w.why(); reason != nil && n == 0 {
		return 0, reason
	}
	return n, nil // what came before the end is still heard
}

func (c *watched) Close() error {
	c.wire.end(errClosed)
	return nil
}

// see looks at one message of Discord, and reports whether the connection goes
// on behind it.
func (w *wire) see(opcode byte, payload []byte) bool {
	w.judge(opcode, payload)
	return w.why() == nil
}

func (w *wire) judge(opcode byte, payload []byte) {
	if opcode == opcodeClose {
		e := &closeError{code: 1005, text: "without a reason"}
		if len(payload) >= 2 {
			e.code, e.text = int(binary.BigEndian.Uint16(payload)), string(payload[2:])
		}
		w.end(e)
		return
	}
	var m struct {
		Op   int             `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	if opcode != opcodeText || json.Unmarshal(payload, &m) != nil {
		return
	}
	switch m.Op {
	case opReconnect:
		w.end(errReconnect)
	case opInvalid:
		w.end(errInvalid)
	case opHello:
		var h struct {
			Interval int64 `json:"heartbeat_interval"` // ms
		}
		if json.Unmarshal(m.Data, &h) == nil && h.Interval > 0 && h.Interval < time.Hour.Milliseconds() {
			w.idle = 2 * time.Duration(h.Interval) * time.Millisecond
		}
	}
}
