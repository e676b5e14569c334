package discordtest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestConnectionsThatFailAtOnce(t *testing.T) {
	s := New(t)
	s.FailGateway(GatewayFault{Reconnect: true}, GatewayFault{Invalid: true}, GatewayFault{Close: 4004}, GatewayFault{NoHello: true})
	for _, want := range []int{opReconnect, opInvalid} {
		k := dial(t, s, "/")
		k.send(opIdentify, identity(s, 0))
		k.next() // HELLO
		if op, _, _, err := k.next(); err != nil || op != want {
			t.Errorf("got op %d %v, want %d", op, err, want)
		}
	}
	k := dial(t, s, "/")
	k.send(opIdentify, identity(s, 0))
	if got := k.closed(); got != 4004 {
		t.Errorf("got close code %d, want 4004", got)
	}
	k = dial(t, s, "/")
	k.send(opIdentify, identity(s, 0))
	if op, kind, _, err := k.next(); err != nil || kind != "READY" {
		t.Errorf("without HELLO: got op %d %s %v, want READY first", op, kind, err)
	}
	s.Reconnect()
	if op, _, _, err := k.next(); err != nil || op != opReconnect {
		t.Errorf("got op %d %v, want 7", op, err)
	}
	k = connect(t, s, 0)
	s.InvalidSession(false)
	if op, _, _, err := k.next(); err != nil || op != opInvalid {
		t.Errorf("got op %d %v, want 9", op, err)
	}
	k.send(opIdentify, identity(s, 0)) // allowed on the same connection
	k.event("READY")
	s.Disconnect(0)
	if got := k.closed(); got != websocket.CloseAbnormalClosure && got != -1 {
		t.Errorf("got close code %d, want none", got)
	}
	s.WaitConnections(soon(t), 5)
	if got := s.Sent(opIdentify); got != 6 {
		t.Errorf("got %d IDENTIFYs, want 6", got)
	}
}

func TestGatewayThatRefusesTheConnection(t *testing.T) {
	s := New(t)
	s.FailGateway(GatewayFault{Refuse: http.StatusServiceUnavailable})
	_, res, err := websocket.DefaultDialer.DialContext(t.Context(), s.gatewayURL(), nil)
	if err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %v, want 503", err)
	}
	connect(t, s, 0)
}

func TestWhatComesInPlaceOfReady(t *testing.T) {
	s := New(t)
	begin := func(f GatewayFault) *socket {
		s.FailGateway(f)
		k := dial(t, s, "")
		k.next() // HELLO
		k.send(opIdentify, identity(s, 0))
		return k
	}
	if _, raw, err := begin(GatewayFault{Frame: "garbage"}).ws.ReadMessage(); err != nil || string(raw) != "garbage" {
		t.Errorf("got %q %v, want garbage", raw, err)
	}
	ready := begin(GatewayFault{Without: []string{"session_id", "application"}}).event("READY")
	if ready["session_id"] != nil || ready["application"] != nil || ready["user"] == nil {
		t.Errorf("got READY %v, want it without two fields", ready)
	}
	if _, raw, err := begin(GatewayFault{Invalid: true, Resumable: true}).ws.ReadMessage(); err != nil || !strings.Contains(string(raw), `"op":9,"d":true`) {
		t.Errorf("got %q %v, want op 9 that is resumable", raw, err)
	}
	k := begin(GatewayFault{NoReady: true})
	k.send(opHeartbeat, nil)
	if op, _, _, err := k.next(); err != nil || op != opAck {
		t.Errorf("got op %d %v, want nothing but the acknowledgement of a heartbeat", op, err)
	}
}

// hush is how long a test listens for what must not come.
const hush = 20 * time.Millisecond

func (k *socket) silent() bool {
	_ = k.ws.SetReadDeadline(time.Now().Add(hush))
	_, _, err := k.ws.ReadMessage()
	e, ok := err.(interface{ Timeout() bool })
	return ok && e.Timeout()
}

func TestConnectionsThatGoSilent(t *testing.T) {
	for name, quieten := range map[string]func(*Server){
		"silent":    func(s *Server) { s.Silence() },
		"half open": func(s *Server) { s.HalfOpen() },
	} {
		s := New(t)
		register(t, s, askCommand())
		old := connect(t, s, 0)
		quieten(s)
		old.send(opHeartbeat, nil)
		k := connect(t, s, 0) // the bot has to notice, and to connect anew
		s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
		k.event("INTERACTION_CREATE")
		if !old.silent() {
			t.Errorf("%s: something came", name)
		}
	}
}

func TestCloseThatLingers(t *testing.T) {
	s := New(t)
	k := connect(t, s, 0)
	s.Linger(4000)
	if got := k.closed(); got != 4000 {
		t.Errorf("got close code %d, want 4000", got)
	}
	if got := s.Gateway(); !got[len(got)-1].ByServer || len(s.live()) != 1 {
		t.Errorf("got %+v and %d connections, want the socket left open", got, len(s.live()))
	}
}

func TestHeartbeatIsAskedFor(t *testing.T) {
	s := New(t)
	k := connect(t, s, 0)
	s.AskHeartbeat()
	if op, _, _, err := k.next(); err != nil || op != opHeartbeat {
		t.Errorf("got op %d %v, want 1", op, err)
	}
}

func TestOddFramesAndEvents(t *testing.T) {
	s := New(t)
	register(t, s, askCommand())
	k := connect(t, s, intentGuildMessages)
	s.SendFrame([]byte(strings.Repeat("a", 1<<20)))
	if _, raw, err := k.ws.ReadMessage(); err != nil || len(raw) != 1<<20 {
		t.Errorf("got %d bytes %v, want a huge frame", len(raw), err)
	}
	s.Emit("TELEPATHY_START", object{"guild_id": GuildID, "mind": 1})
	if got := k.event("TELEPATHY_START"); integer(got["mind"]) != 1 {
		t.Errorf("got %v", got)
	}
	s.Interact(soon(t), Interaction{Command: "ask", Options: options(), Extra: object{"data": object{"mood": "good"}, "weather": 1}})
	got := k.event("INTERACTION_CREATE")
	if data := asObject(got["data"]); data["mood"] != "good" || data["name"] != "ask" || integer(got["weather"]) != 1 {
		t.Errorf("got %v", got)
	}
	strange := []any{object{"type": 99, "components": []any{object{"type": 98}}}}
	s.Say(soon(t), Post{Content: "a", Extra: object{"components": strange}})
	if got := k.event("MESSAGE_CREATE"); integer(asObject(asList(got["components"])[0])["type"]) != 99 {
		t.Errorf("got %v", got)
	}
	_, m := raw(t, s, "POST", messagesPath, quiet(object{"components": []any{row(button("more"))}}))
	s.Press(soon(t), Press{MessageID: asText(m["id"]), CustomID: "more", Extra: object{"message": object{"components": strange}}})
	got = k.event("INTERACTION_CREATE")
	if message := asObject(got["message"]); message["id"] != m["id"] || integer(asObject(asList(message["components"])[0])["type"]) != 99 {
		t.Errorf("got %v", message)
	}
}

func TestEventsTwiceAndOutOfOrder(t *testing.T) {
	s := New(t)
	k := connect(t, s, intentGuildMessages)
	first := s.Say(soon(t), Post{Content: "a"})
	s.Repeat()
	for range 2 {
		if got := k.event("MESSAGE_CREATE"); got["id"] != first.ID() {
			t.Errorf("got message %v, want %s twice", got["id"], first.ID())
		}
	}
	var second *Conversation
	s.Reverse(func() {
		first = s.Say(soon(t), Post{Content: "b"})
		second = s.Say(soon(t), Post{Content: "c"})
	})
	for _, want := range []string{second.ID(), first.ID()} {
		if got := k.event("MESSAGE_CREATE"); got["id"] != want {
			t.Errorf("got message %v, want %s", got["id"], want)
		}
	}
}

func TestOneShardIsClosed(t *testing.T) {
	s := New(t, WithGuilds(other))
	shards := []*socket{connectShard(t, s, 0, 2), connectShard(t, s, 1, 2)}
	s.Shard(1).Disconnect(4000)
	if got := shards[1].closed(); got != 4000 {
		t.Errorf("got close code %d, want 4000", got)
	}
	shards[0].send(opHeartbeat, nil)
	for {
		op, _, _, err := shards[0].next()
		if err != nil {
			t.Fatalf("the other shard: %v", err)
		}
		if op == opAck {
			break
		}
	}
}
