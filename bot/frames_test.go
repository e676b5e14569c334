package bot

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

// frameOf is a message as a server sends it.
func frameOf(opcode byte, payload string) string {
	switch n := len(payload); {
	case n < 126:
		return string([]byte{0x80 | opcode, byte(n)}) + payload
	case n < 1<<16:
		return string(binary.BigEndian.AppendUint16([]byte{0x80 | opcode, 126}, uint16(n))) + payload
	default:
		return string(binary.BigEndian.AppendUint64([]byte{0x80 | opcode, 127}, uint64(n))) + payload
	}
}

const handshake = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

func feedAll(stream string, piece int) []string {
	var f frames
	var got []string
	for p := []byte(stream); len(p) > 0; {
		n := min(piece, len(p))
		f.feed(p[:n], func(opcode byte, payload []byte) bool {
			got = append(got, fmt.Sprint(opcode, string(payload)))
			return true
		})
		p = p[n:]
	}
	return got
}

func TestFramesAreFoundHoweverTheyAreCut(t *testing.T) {
	stream := handshake + frameOf(1, `{"op":10}`) + frameOf(1, strings.Repeat("a", 300)) + frameOf(9, "") +
		frameOf(1, strings.Repeat("b", 70000)) + "\x01\x03par" + "\x80\x03ted" + frameOf(8, "\x0f\xaeno")
	want := []string{`1{"op":10}`, "1" + strings.Repeat("a", 300), "9", "0ted", "8\x0f\xaeno"}
	for _, piece := range []int{1, 2, 7, 1000, len(stream)} {
		if got := feedAll(stream, piece); !reflect.DeepEqual(got, want) {
			t.Errorf("in pieces of %d: got %.200q", piece, got)
		}
	}
}

func TestWhatEndsAWire(t *testing.T) {
	for _, c := range []struct {
		name, frame string
		want        error
	}{
		{"reconnect", frameOf(1, `{"op":7,"d":null}`), errReconnect},
		{"invalid session", frameOf(1, `{"t":null,"s":null,"op":9,"d":false}`), errInvalid},
		{"an event", frameOf(1, `{"op":0,"t":"READY","d":{"op":9}}`), nil},
		{"no JSON", frameOf(1, `op 9`), nil},
		{"a ping", frameOf(9, `{"op":9}`), nil},
	} {
		w := newWire((&net.Dialer{}).DialContext, time.Second)
		w.frames.feed([]byte(handshake+c.frame), w.see)
		if got := w.why(); !errors.Is(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	w := newWire((&net.Dialer{}).DialContext, time.Second)
	w.frames.feed([]byte(handshake+frameOf(8, "\x0f\xaeDisallowed intent(s).")), w.see)
	var e *closeError
	if !errors.As(w.why(), &e) || e.code != 4014 || e.text != "Disallowed intent(s)." {
		t.Errorf("got %v, want 4014 with its reason", w.why())
	}
}

// What Discord sent before it ended the connection is heard, and what ended it
// is not: discordgo would go astray. Both may come in one piece.
func TestWhatCameBeforeTheEndIsHeard(t *testing.T) {
	event, end := frameOf(1, `{"op":0,"t":"INTERACTION_CREATE","d":{}}`), frameOf(1, `{"op":7,"d":null}`)
	for _, pieces := range [][]string{
		{handshake + event + end + event}, {handshake, event + end}, {handshake + event, end + event},
		{handshake + event + end[:1], end[1:]}, {handshake + event[:9], event[9:] + end}, {handshake + event + frameOf(8, "\x03\xe8")},
	} {
		here, there := net.Pipe()
		w := newWire(func(context.Context, string, string) (net.Conn, error) { return here, nil }, time.Minute)
		conn, err := w.dial(t.Context(), "discord.example:80", false)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for _, p := range pieces {
				_, _ = io.WriteString(there, p) // ends when the other side hangs up
			}
		}()
		heard, err := io.ReadAll(conn)
		if got := strings.TrimSuffix(string(heard), end[:1]); got != handshake+event || err == nil {
			t.Errorf("%q: heard %q, %v", pieces, got, err)
		}
	}
}

func TestHelloSetsHowLongSilenceMayLast(t *testing.T) {
	w := newWire((&net.Dialer{}).DialContext, time.Second)
	w.frames.feed([]byte(handshake+frameOf(1, `{"op":10,"d":{"heartbeat_interval":41250,"_trace":["`+strings.Repeat("x", 500)+`"]}}`)), w.see)
	if w.idle != 82500*time.Millisecond {
		t.Errorf("got %v, want twice the heartbeat interval", w.idle)
	}
	w.frames.feed([]byte(frameOf(1, `{"op":10,"d":{"heartbeat_interval":-1}}`)), w.see)
	if w.idle != 82500*time.Millisecond {
		t.Errorf("got %v out of a nonsensical interval", w.idle)
	}
}

// FuzzFrames: any bytes, however cut, give the same messages, none of them
// longer than what is kept.
func FuzzFrames(f *testing.F) {
	f.Add([]byte(frameOf(1, `{"op":10}`)+frameOf(8, "\x0f\xae")), 3)
	f.Add([]byte{0x81, 127, 255, 255, 255, 255, 255, 255, 255, 255, 1}, 1)
	f.Add(bytes.Repeat([]byte{0x81, 0xfe}, 20), 5)
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		piece = max(1, min(piece, 4096))
		whole := feedAll(handshake+string(stream), len(stream)+len(handshake))
		if got := feedAll(handshake+string(stream), piece); !reflect.DeepEqual(got, whole) {
			t.Fatalf("in pieces of %d: got %q, want %q", piece, got, whole)
		}
		for _, m := range whole {
			if len(m) > longestKept+2 {
				t.Fatalf("a message of %d bytes was kept", len(m))
			}
		}
	})
}

func TestGatewayOverTLSIsVerified(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of the client that hangs up
	server.StartTLS()
	defer server.Close()
	_, err := newWire((&net.Dialer{}).DialContext, time.Second).dial(t.Context(), server.Listener.Addr().String(), true)
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) {
		t.Errorf("got %v, want the certificate refused", err)
	}
}

func TestWireThatHasEndedDoesNotConnect(t *testing.T) {
	server := httptest.NewServer(nil)
	defer server.Close()
	w := newWire((&net.Dialer{}).DialContext, time.Second)
	w.end(errReconnect)
	w.end(errInvalid)
	if _, err := w.dial(t.Context(), server.Listener.Addr().String(), false); !errors.Is(err, errReconnect) {
		t.Errorf("got %v, want the first reason", err)
	}
}
