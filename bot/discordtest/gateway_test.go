package discordtest

import (
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestGatewayCloseCodes(t *testing.T) {
	wrong := func(s *Server, key string, v any) object {
		d := identity(s, 0)
		d[key] = v
		return d
	}
	for _, tt := range []struct {
		name string
		talk func(s *Server, k *socket)
		want int
	}{
		{"wrong token", func(s *Server, k *socket) { k.send(opIdentify, wrong(s, "token", "x")) }, 4004},
		{"privileged intent that is off", func(s *Server, k *socket) { k.send(opIdentify, identity(s, IntentMessageContent)) }, 4014},
		{"intent that does not exist", func(s *Server, k *socket) { k.send(opIdentify, identity(s, 1<<40)) }, 4013},
		{"no intents", func(s *Server, k *socket) { k.send(opIdentify, wrong(s, "intents", nil)) }, 4002},
		{"impossible shard", func(s *Server, k *socket) { k.send(opIdentify, wrong(s, "shard", []any{2, 2})) }, 4010},
		{"presence before IDENTIFY", func(s *Server, k *socket) { k.send(3, object{}) }, 4003},
		{"opcode that does not exist", func(s *Server, k *socket) { k.send(77, nil) }, 4001},
		{"payload of more than 4096 bytes", func(s *Server, k *socket) { k.send(3, strings.Repeat("a", 4096)) }, 4002},
		{"no JSON", func(s *Server, k *socket) { _ = k.ws.WriteMessage(websocket.TextMessage, []byte("{")) }, 4002},
		{"IDENTIFY twice", func(s *Server, k *socket) {
			k.send(opIdentify, identity(s, 0))
			k.send(opIdentify, identity(s, 0))
		}, 4005},
		{"121 heartbeats at once", func(s *Server, k *socket) {
			for range 121 {
				k.send(opHeartbeat, nil)
			}
		}, 4008},
		{"RESUME of nothing", func(s *Server, k *socket) { k.send(opResume, "x") }, 4002},
		{"RESUME with the wrong token", func(s *Server, k *socket) {
			k.send(opResume, object{"token": "x", "session_id": "x", "seq": 1})
		}, 4004},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(t)
			s.Expect("gateway: ")
			k := dial(t, s, "?v=9&encoding=json")
			tt.talk(s, k)
			if got := k.closed(); got != tt.want {
				t.Errorf("got close code %d, want %d", got, tt.want)
			}
		})
	}
}

func TestGatewayAddressIsChecked(t *testing.T) {
	s := New(t)
	if got := dial(t, s, "/?v=3&encoding=json").closed(); got != 4012 {
		t.Errorf("old version: got close code %d, want 4012", got)
	}
	if got := dial(t, s, "/?v=10&encoding=etf").closed(); got != 4002 {
		t.Errorf("other encoding: got close code %d, want 4002", got)
	}
}

func TestSilentConnectionIsClosed(t *testing.T) {
	s := New(t, WithHeartbeat(200*time.Millisecond))
	k := dial(t, s, "/")
	k.send(opIdentify, identity(s, 0))
	if got := k.closed(); got != 4009 {
		t.Errorf("got close code %d, want 4009", got)
	}
}

func TestHelloReadyAndHeartbeat(t *testing.T) {
	s := New(t, WithIntents(IntentMessageContent), WithHeartbeat(30*time.Second), WithSessionStarts(5))
	k := dial(t, s, "/?v=10&encoding=json")
	op, _, hello, err := k.next()
	if err != nil || op != opHello || integer(hello["heartbeat_interval"]) != 30000 {
		t.Fatalf("got op %d %v %v, want HELLO", op, hello, err)
	}
	k.send(opIdentify, identity(s, intentGuilds|IntentMessageContent))
	ready := k.event("READY")
	if asObject(ready["user"])["id"] != ApplicationID || ready["session_id"] == "" || len(asList(ready["guilds"])) != 1 {
		t.Errorf("got READY %v", ready)
	}
	if got := k.event("GUILD_CREATE"); got["id"] != GuildID {
		t.Errorf("got GUILD_CREATE %v", got)
	}
	k.send(opHeartbeat, 2)
	if op, _, _, err := k.next(); err != nil || op != opAck {
		t.Errorf("got op %d %v, want an acknowledgement", op, err)
	}
	s.WaitSent(soon(t), opHeartbeat, 1)
	if _, got := raw(t, s, "GET", "/api/v10/gateway/bot", nil); integer(asObject(got["session_start_limit"])["remaining"]) != 4 {
		t.Errorf("after one IDENTIFY: got %v", got)
	}
}

func TestResume(t *testing.T) {
	s := New(t)
	register(t, s, askCommand())
	k := dial(t, s, "/?v=10&encoding=json")
	k.send(opIdentify, identity(s, 0))
	id := k.event("READY")["session_id"]
	s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "a"}})
	k.event("INTERACTION_CREATE")
	s.Disconnect(4000)
	if got := k.closed(); got != 4000 {
		t.Errorf("got close code %d, want 4000", got)
	}
	resume := func(seq int) *socket {
		k := dial(t, s, "/?v=10&encoding=json")
		k.send(opResume, object{"token": s.Token(), "session_id": id, "seq": seq})
		return k
	}
	k = resume(1) // READY was 1, so the interaction comes again
	k.event("INTERACTION_CREATE")
	k.event("RESUMED")
	s.WaitReady(soon(t))
	s.Expect("4007")
	if got := resume(99).closed(); got != 4007 {
		t.Errorf("number from the future: got close code %d, want 4007", got)
	}
	k = resume(1)
	for {
		op, _, _, err := k.next()
		if err != nil {
			t.Fatal(err)
		}
		if op == opInvalid {
			break // 4007 ended the session
		}
	}
}

func TestTimedOutSessionCannotBeResumed(t *testing.T) {
	s := New(t)
	k := dial(t, s, "/?v=10&encoding=json")
	k.send(opIdentify, identity(s, 0))
	id := k.event("READY")["session_id"]
	s.Disconnect(4009)
	s.Expect("4007")
	k = dial(t, s, "/?v=10&encoding=json")
	k.send(opResume, object{"token": s.Token(), "session_id": id, "seq": 1})
	if got := k.closed(); got != 4007 {
		t.Errorf("got close code %d, want 4007", got)
	}
	connect(t, s, 0)
}

func TestSay(t *testing.T) {
	const all = intentGuildMessages | intentDirectMessages
	for _, tt := range []struct {
		name    string
		intents int
		post    Post
		content string // what the bot reads; "-" if it hears nothing
	}{
		{"in a channel", all, Post{Content: "hello"}, ""},
		{"in a channel, content allowed", all | IntentMessageContent, Post{Content: "hello"}, "hello"},
		{"with a mention", all, Post{Content: "why?", Mention: true}, "<@" + ApplicationID + "> why?"},
		{"in a direct message", all, Post{Content: "why?", Place: Place{Context: BotDM}}, "why?"},
		{"in a channel, not listening", intentDirectMessages, Post{Content: "hello"}, "-"},
		{"in a direct message, not listening", intentGuildMessages, Post{Content: "hello", Place: Place{Context: BotDM}}, "-"},
		{"by another bot", all, Post{Content: "beep", Mention: true, User: User{ID: "9", Bot: true}}, "<@" + ApplicationID + "> beep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := New(t, WithIntents(IntentMessageContent))
			k := connect(t, s, tt.intents)
			c := s.Say(soon(t), tt.post)
			if c.Delivered() != (tt.content != "-") {
				t.Fatalf("got delivered %v", c.Delivered())
			}
			if tt.content == "-" {
				return
			}
			got := k.event("MESSAGE_CREATE")
			if got["content"] != tt.content || got["id"] != c.ID() || asObject(got["author"])["bot"] != tt.post.User.Bot {
				t.Errorf("got %v, want content %q", got, tt.content)
			}
			if inGuild := got["guild_id"] != nil && got["member"] != nil; inGuild != (tt.post.Place.Context == Guild) {
				t.Errorf("got guild %v member %v", got["guild_id"], got["member"])
			}
		})
	}
}

func TestConversation(t *testing.T) {
	s := New(t)
	k := connect(t, s, intentGuildMessages)
	c := s.Say(soon(t), Post{Content: "why?", Mention: true})
	k.event("MESSAGE_CREATE")
	body := say("because")
	body["message_reference"] = object{"message_id": c.ID()}
	status, m := raw(t, s, "POST", messagesPath, body)
	if status != 200 {
		t.Fatal(m)
	}
	if got := k.event("MESSAGE_CREATE"); got["id"] != m["id"] {
		t.Errorf("the bot is not told of its own message: got %v", got)
	}
	if got := c.Wait(soon(t), 1); got[0].ReplyTo != c.ID() || got[0].Text() != "because" {
		t.Errorf("got %+v", got)
	}
	path := messagesPath + "/" + asText(m["id"])
	if status, got := raw(t, s, "PATCH", path, say("because of that")); status != 200 {
		t.Fatal(got)
	}
	if got := c.WaitText(soon(t), "of that"); got.ReplyTo != c.ID() {
		t.Errorf("after an edit: got %+v", got)
	}
	// An answer to the bot's message pings it, so its content is readable.
	s.Say(soon(t), Post{Content: "and then?", ReplyTo: asText(m["id"])})
	if got := k.event("MESSAGE_CREATE"); got["content"] != "and then?" || asObject(got["referenced_message"])["id"] != m["id"] {
		t.Errorf("got %v", got)
	}
	if status, got := raw(t, s, "DELETE", path, nil); status != 204 {
		t.Fatal(got)
	}
	if got := s.Messages(ChannelID); len(got) != 0 {
		t.Errorf("after deleting: got %+v", got)
	}
}
