package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const agent = "DiscordBot (https://newsdesk.example, 1)"

// raw makes one request as a bot without any library would.
func raw(t *testing.T, s *Server, method, path string, body any) (int, object) {
	t.Helper()
	status, answer, _ := request(t, s, method, path, "Bot "+s.Token(), body)
	return status, asObject(answer)
}

func request(t *testing.T, s *Server, method, path, auth string, body any) (int, any, http.Header) {
	t.Helper()
	var payload io.Reader
	if body != nil {
		payload = bytes.NewReader(encode(body))
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, payload)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", auth)
	r.Header.Set("User-Agent", agent)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 {
		return res.StatusCode, nil, res.Header
	}
	v, err := decode(got)
	if err != nil {
		t.Fatalf("%s %s: answer %q: %v", method, path, got, err)
	}
	return res.StatusCode, v, res.Header
}

// socket is a gateway connection of a bot without any library.
type socket struct {
	t  *testing.T
	ws *websocket.Conn
}

func dial(t *testing.T, s *Server, query string) *socket {
	t.Helper()
	ws, res, err := websocket.DefaultDialer.DialContext(t.Context(), s.gatewayURL()+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	t.Cleanup(func() { ws.Close() })
	return &socket{t, ws}
}

func (k *socket) send(op int, d any) {
	k.t.Helper()
	if err := k.ws.WriteJSON(object{"op": op, "d": d}); err != nil {
		k.t.Fatal(err)
	}
}

// atMost is a hundred times what is waited for but on slow machines under load.
const atMost = time.Minute

// next reads one payload, within that.
func (k *socket) next() (op int, kind string, d object, err error) {
	var f struct {
		Op   int             `json:"op"`
		Type string          `json:"t"`
		Data json.RawMessage `json:"d"`
	}
	_ = k.ws.SetReadDeadline(time.Now().Add(atMost))
	if err := k.ws.ReadJSON(&f); err != nil {
		return 0, "", nil, err
	}
	v, err := decode(f.Data)
	return f.Op, f.Type, asObject(v), err
}

// event reads on to an event of a kind.
func (k *socket) event(want string) object {
	k.t.Helper()
	for {
		_, kind, d, err := k.next()
		if err != nil {
			k.t.Fatalf("wait for %s: %v", want, err)
		}
		if kind == want {
			return d
		}
	}
}

// closed reads on to the end of the connection and gives its code.
func (k *socket) closed() int {
	for {
		if _, _, _, err := k.next(); err != nil {
			if ce, ok := err.(*websocket.CloseError); ok {
				return ce.Code
			}
			return -1
		}
	}
}

func identity(s *Server, intents int) object {
	return object{"token": s.Token(), "intents": intents, "properties": object{"os": "linux", "browser": "t", "device": "t"}}
}

// join connects a bot and waits until it is ready.
func connect(t *testing.T, s *Server, intents int) *socket {
	t.Helper()
	k := dial(t, s, "/?v=10&encoding=json")
	k.send(opIdentify, identity(s, intents))
	k.event("READY")
	return k
}

// soon bounds every wait of a test.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), atMost)
	t.Cleanup(cancel)
	return ctx
}

// witness stands in for a test that is meant to fail.
type witness struct {
	testing.TB
	mu       sync.Mutex
	said     []string
	cleanups []func()
}

func (w *witness) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func (w *witness) Helper()                           {}
func (w *witness) Cleanup(f func())                  { w.cleanups = append(w.cleanups, f) }
func (w *witness) Logf(format string, args ...any)   {}
func (w *witness) Errorf(format string, args ...any) { w.note(format, args...) }
func (w *witness) Fatalf(format string, args ...any) {
	w.note(format, args...)
	runtime.Goexit()
}

// failures runs a test that uses the fake wrongly, and gives what it reports.
func failures(t *testing.T, f func(testing.TB)) string {
	t.Helper()
	w := &witness{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for i := len(w.cleanups) - 1; i >= 0; i-- {
				w.cleanups[i]()
			}
		}()
		f(w)
	}()
	<-done
	return strings.Join(w.said, "\n")
}

// quiet is what every message must carry.
func quiet(body object) object {
	body["allowed_mentions"] = object{"parse": []any{}}
	return body
}

const (
	commandsPath = "/api/v10/applications/" + ApplicationID + "/commands"
	messagesPath = "/api/v10/channels/" + ChannelID + "/messages"
)

// askCommand is a command as a bot would register it.
func askCommand() object {
	return object{"name": "ask", "description": "Ask about the news", "options": []any{
		object{"type": optString, "name": "question", "description": "What to ask", "required": true, "max_length": 300},
		object{"type": optString, "name": "topic", "description": "A topic", "autocomplete": true},
		object{"type": optInteger, "name": "days", "description": "How far back", "min_value": 1, "max_value": 30},
	}}
}

func register(t *testing.T, s *Server, commands ...any) {
	t.Helper()
	status, answer, _ := request(t, s, "PUT", commandsPath, "Bot "+s.Token(), commands)
	if status != 200 {
		t.Fatalf("register: got %d %v", status, answer)
	}
}

// asked registers /ask, connects and uses it: the usual start of a test.
func asked(t *testing.T, s *Server) *Reply {
	t.Helper()
	register(t, s, askCommand())
	connect(t, s, 0)
	return s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "why?"}})
}

func callbackPath(r *Reply) string {
	return "/api/v10/interactions/" + r.in.id + "/" + r.in.token + "/callback"
}

func webhookPath(r *Reply) string { return "/api/v10/webhooks/" + ApplicationID + "/" + r.in.token }
