package bot

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
)

// A witness reads along with the bot on its connections to the gateway, and
// knows which interactions reached it whole: what a broken connection swallowed
// nobody can answer. It shares no code with the bot's own reading.
type witness struct {
	mu    sync.Mutex
	heard map[string]bool // by the interaction's token
}

// through has the witness listen on what the bot dials.
func (w *witness) through() setting {
	return withBot(func(b *Bot) {
		next := b.dial
		b.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := next(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			out, in := io.Pipe()
			go w.listen(out)
			return &overheard{conn, in}, nil
		}
	})
}

// knows reports whether the bot got an interaction.
func (w *witness) knows(token string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.heard[token]
}

// listen reads what a server of WebSockets sends, which is in frames of one
// piece without a mask here.
func (w *witness) listen(from *io.PipeReader) {
	defer func() { _, _ = io.Copy(io.Discard, from) }() // the bot must not wait for us
	r := bufio.NewReader(from)
	if _, err := http.ReadResponse(r, nil); err != nil {
		return
	}
	for {
		payload, err := frame(r)
		if err != nil {
			return
		}
		var m struct {
			Type string `json:"t"`
			Data struct {
				Token string `json:"token"`
			} `json:"d"`
		}
		if json.Unmarshal(payload, &m) == nil && m.Type == "INTERACTION_CREATE" {
			w.mu.Lock()
			w.heard[m.Data.Token] = true
			w.mu.Unlock()
		}
	}
}

func frame(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := uint64(head[1])
	var err error
	switch n {
	case 126:
		var long uint16
		err = binary.Read(r, binary.BigEndian, &long)
		n = uint64(long)
	case 127:
		err = binary.Read(r, binary.BigEndian, &n)
	}
	if err != nil {
		return nil, err
	}
	payload := make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return payload, err
}

// overheard is a connection that a witness listens to.
type overheard struct {
	net.Conn
	to *io.PipeWriter
}

func (c *overheard) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	_, _ = c.to.Write(p[:n]) // the witness reads all
	if err != nil {
		_ = c.to.Close() // never fails
	}
	return n, err
}

func (c *overheard) Close() error {
	_ = c.to.Close() // never fails
	return c.Conn.Close()
}
