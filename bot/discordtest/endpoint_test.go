package discordtest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// httpBot is a bot with an interactions endpoint: it checks signatures unless
// told not to, and answers what is no PING with reply.
type httpBot struct {
	*httptest.Server
	careless bool
	pong     string
	reply    func(w http.ResponseWriter, in object)
}

func startHTTPBot(t *testing.T, s *Server) *httpBot {
	b := &httpBot{pong: `{"type":1}`}
	key, err := hex.DecodeString(s.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sig, err := hex.DecodeString(r.Header.Get("X-Signature-Ed25519"))
		stamp := r.Header.Get("X-Signature-Timestamp")
		if !b.careless && (err != nil || len(sig) != ed25519.SignatureSize || !ed25519.Verify(key, append([]byte(stamp), body...), sig)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		v, _ := decode(body)
		w.Header().Set("Content-Type", "application/json")
		if integer(asObject(v)["type"]) == kindPing {
			_, _ = io.WriteString(w, b.pong)
			return
		}
		b.reply(w, asObject(v))
	}))
	t.Cleanup(b.Close)
	return b
}

// answers makes a bot answer every interaction with a callback.
func answers(body any) func(http.ResponseWriter, object) {
	return func(w http.ResponseWriter, _ object) { _, _ = w.Write(encode(body)) }
}

const applicationPath = "/api/v10/applications/@me"

func TestEndpointIsTriedBeforeItIsTaken(t *testing.T) {
	for _, tt := range []struct {
		name string
		bot  func(*httpBot)
		want string
	}{
		{"a sound one", func(*httpBot) {}, ""},
		{"one that checks no signatures", func(b *httpBot) { b.careless = true }, "want 401"},
		{"one that does not know PING", func(b *httpBot) { b.pong = `{"type":4}` }, "to a PING, want 200"},
		{"one that is not there", func(b *httpBot) { b.Close() }, "cannot be reached"},
	} {
		s := New(t)
		b := startHTTPBot(t, s)
		tt.bot(b)
		if tt.want != "" {
			s.Expect(tt.want)
		}
		status, got := raw(t, s, "PATCH", applicationPath, object{"interactions_endpoint_url": b.URL})
		switch {
		case tt.want == "" && (status != 200 || got["interactions_endpoint_url"] != b.URL || got["verify_key"] != s.PublicKey()):
			t.Errorf("%s: got %d %v, want it taken", tt.name, status, got)
		case tt.want != "" && (status != 400 || !strings.Contains(string(encode(got)), "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID")):
			t.Errorf("%s: got %d %v, want it refused", tt.name, status, got)
		}
	}
}

// posted is a fake whose bot has an endpoint and /ask.
func posted(t *testing.T, opts ...Option) (*Server, *httpBot) {
	s := New(t, opts...)
	b := startHTTPBot(t, s)
	if err := s.SetEndpoint(soon(t), b.URL); err != nil {
		t.Fatal(err)
	}
	register(t, s, askCommand())
	return s, b
}

func TestCallbackInTheAnswerOfTheEndpoint(t *testing.T) {
	s, b := posted(t)
	k := connect(t, s, intentGuildMessages)
	b.reply = answers(ack(AckMessage, quiet(object{"content": "because", "components": []any{row(button("more"))}})))
	r := s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
	out := r.Wait(soon(t))
	if out.AckType() != AckMessage || !strings.HasPrefix(out.Text(), "because") {
		t.Errorf("got %+v", out)
	}
	// The gateway brings the message, but not the interaction.
	if _, kind, _, err := k.next(); err != nil || kind != "MESSAGE_CREATE" {
		t.Errorf("got event %s %v, want MESSAGE_CREATE", kind, err)
	}
	b.reply = answers(ack(AckUpdate, say("and so")))
	if out := s.Press(soon(t), Press{MessageID: out.Original.ID, CustomID: "more"}).Wait(soon(t)); !strings.HasPrefix(out.Text(), "and so") {
		t.Errorf("after the button: got %q", out.Text())
	}
	s.Expect("40060")
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckMessage, say("a"))); status != 400 || integer(got["code"]) != 40060 {
		t.Errorf("a callback besides: got %d %v, want code 40060", status, got)
	}
	if err := s.SetEndpoint(soon(t), ""); err != nil {
		t.Fatal(err)
	}
	s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
	k.event("INTERACTION_CREATE")
}

func TestEndpointMayPostItsCallback(t *testing.T) {
	s, b := posted(t)
	b.reply = func(w http.ResponseWriter, in object) {
		w.WriteHeader(http.StatusAccepted)
		go func() {
			path := "/api/v10/interactions/" + asText(in["id"]) + "/" + asText(in["token"]) + "/callback"
			q, _ := http.NewRequest("POST", s.URL()+path, bytes.NewReader(encode(ack(AckMessage, say("later")))))
			q.Header = http.Header{"Content-Type": {"application/json"}, "User-Agent": {agent}}
			if res, err := http.DefaultClient.Do(q); err == nil {
				res.Body.Close()
			}
		}()
	}
	if out := s.Interact(soon(t), Interaction{Command: "ask", Options: options()}).Wait(soon(t)); out.Text() != "later" {
		t.Errorf("got %q", out.Text())
	}
}

func TestBadAnswersOfAnEndpoint(t *testing.T) {
	clock := NewClock(0)
	for _, tt := range []struct {
		name  string
		reply func(http.ResponseWriter, object)
		want  string
	}{
		{"a message beyond the limit", answers(ack(AckMessage, say(long(2001)))), "50035"},
		{"a callback for buttons", answers(ack(AckUpdate, say("a"))), "50035"},
		{"no JSON", func(w http.ResponseWriter, _ object) { _, _ = io.WriteString(w, "ok") }, "50109"},
		{"an error", func(w http.ResponseWriter, _ object) { w.WriteHeader(500) }, "answered 500"},
		{"nothing", func(w http.ResponseWriter, _ object) {}, "50035"},
		{"no answer", func(http.ResponseWriter, object) { panic(http.ErrAbortHandler) }, "cannot be reached"},
		{"an answer after three seconds", func(w http.ResponseWriter, in object) {
			clock.Turn(3*time.Second + time.Millisecond)
			answers(ack(AckMessage, say("a")))(w, in)
		}, "10062"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, b := posted(t, WithClock(clock.Now))
			b.reply = tt.reply
			s.Expect("interactions endpoint: ")
			r := s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
			s.await(soon(t), "a violation", func() bool { return len(s.violations) > 0 })
			if got := s.Violations()[0].String(); !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %q", got, tt.want)
			}
			if got := r.Outcome(); len(got.Events) != 0 {
				t.Errorf("got %+v, want nothing done", got)
			}
		})
	}
}

func TestForgeries(t *testing.T) {
	s, b := posted(t)
	b.reply = answers(ack(AckMessage, say("a")))
	r := s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
	r.Wait(soon(t))
	for f, want := range map[Forgery]int{Genuine: 200, WrongKey: 401, ChangedBody: 401, ChangedTime: 401,
		NoSignature: 401, NoTimestamp: 401, OddSignature: 401, Stale: 200} { // this bot looks at no clock
		if status, body := s.Forge(soon(t), f, r.Payload); status != want {
			t.Errorf("%s: got %d %s, want %d", f, status, body, want)
		}
	}
	if status, body := s.Forge(soon(t), Genuine, nil); status != 200 || body != `{"type":1}` {
		t.Errorf("PING: got %d %s", status, body)
	}
	if status, body := s.Replay(soon(t), r); status != 200 || !strings.Contains(body, `"content":"a"`) {
		t.Errorf("replay: got %d %s", status, body)
	}
	if got := len(s.Messages(ChannelID)); got != 1 {
		t.Errorf("got %d messages, want those of forgeries ignored", got)
	}
}
