package discordtest

import (
	"context"
	"strings"
	"testing"
)

// misuse is a test that uses the fake, and what it must report; "" for one
// that passes.
type misuse struct {
	name string
	test func(testing.TB)
	want string
}

var editor = User{Permissions: ManageGuild}

// ready is a fake with a connected bot and /ask for editors in servers.
func ready(t *testing.T, tb testing.TB) *Server {
	s := New(tb)
	c := askCommand()
	c["default_member_permissions"] = "32"
	c["contexts"] = []any{0}
	register(t, s, c)
	connect(t, s, 0)
	return s
}

func options(kv ...any) map[string]any {
	m := map[string]any{"question": "a"}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i].(string)] = kv[i+1]
	}
	return m
}

// What no person could do, and what a bot must not do, fails the test that
// uses the fake.
func TestMisuseFailsTheTest(t *testing.T) {
	for _, tt := range append(append(impossibleUses(t), impossiblePresses(t)...), badBots(t)...) {
		got := failures(t, tt.test)
		if tt.want == "" && got != "" || tt.want != "" && !strings.Contains(got, tt.want) {
			t.Errorf("%s: got failures %q, want %q", tt.name, got, tt.want)
		}
	}
}

func impossibleUses(t *testing.T) []misuse {
	use := func(i Interaction) func(testing.TB) {
		return func(tb testing.TB) { ready(t, tb).Interact(context.Background(), i) }
	}
	return []misuse{
		{"an allowed use", use(Interaction{Command: "ask", Options: options("days", 3), User: editor}), ""},
		{"an overridden permission", use(Interaction{Command: "ask", Options: options(), Overridden: true}), ""},
		{"an administrator", use(Interaction{Command: "ask", Options: options(), User: User{Permissions: Administrator}}), ""},
		{"unregistered command", use(Interaction{Command: "tell"}), "no such command"},
		{"unregistered option", use(Interaction{Command: "ask", Options: options("how", "a"), User: editor}), `"how" is not registered`},
		{"missing option", use(Interaction{Command: "ask", User: editor}), `"question" is required`},
		{"wrong type", use(Interaction{Command: "ask", Options: options("days", "3"), User: editor}), `"days"`},
		{"out of range", use(Interaction{Command: "ask", Options: options("days", 31), User: editor}), "above 30"},
		{"too long", use(Interaction{Command: "ask", Options: options("question", long(301)), User: editor}), "registered length"},
		{"no permission", use(Interaction{Command: "ask", Options: options()}), "lacks the permissions"},
		{"not offered there", use(Interaction{Command: "ask", Options: options(), Place: Place{Context: BotDM}}), "not offered in context 1"},
		{"subcommand of a plain command", use(Interaction{Command: "ask now", User: editor}), `"now" is not registered`},
		{"autocomplete that is not offered", func(tb testing.TB) {
			ready(t, tb).Autocomplete(context.Background(), Interaction{Command: "ask", Options: options(), User: editor}, "question")
		}, "not registered with autocomplete"},
	}
}

func impossiblePresses(t *testing.T) []misuse {
	return []misuse{
		{"press on no message", func(tb testing.TB) {
			ready(t, tb).Press(context.Background(), Press{MessageID: "1", CustomID: "a"})
		}, "no message"},
		{"press on a disabled button", func(tb testing.TB) {
			s := ready(t, tb)
			b := button("a")
			b["disabled"] = true
			_, m := raw(t, s, "POST", messagesPath, quiet(object{"components": []any{row(b)}}))
			s.Press(context.Background(), Press{MessageID: asText(m["id"]), CustomID: "a"})
		}, "disabled"},
		{"press on a link", func(tb testing.TB) {
			s := ready(t, tb)
			_, m := raw(t, s, "POST", messagesPath, quiet(object{"components": []any{row(link("https://example.org"))}}))
			s.Press(context.Background(), Press{MessageID: asText(m["id"])})
		}, "no such component"},
		{"value that the menu lacks", func(tb testing.TB) {
			s := ready(t, tb)
			_, m := raw(t, s, "POST", messagesPath, quiet(object{"components": []any{row(menu(2))}}))
			s.Press(context.Background(), Press{MessageID: asText(m["id"]), CustomID: "menu", Values: []string{"9"}})
		}, `no value "9"`},
		{"another person's ephemeral message", func(tb testing.TB) {
			s := ready(t, tb)
			r := s.Interact(context.Background(), Interaction{Command: "ask", Options: options(), User: editor})
			body := quiet(object{"flags": flagEphemeral, "components": []any{row(button("a"))}})
			raw(t, s, "POST", callbackPath(r), ack(AckMessage, body))
			s.Press(context.Background(), Press{MessageID: r.Outcome().Original.ID, CustomID: "a", User: User{ID: "9"}})
		}, "another person's"},
	}
}

func badBots(t *testing.T) []misuse {
	return []misuse{
		{"answer that never comes", func(tb testing.TB) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			s := ready(t, tb)
			(&Reply{s: s, in: &interaction{}}).Wait(ctx)
		}, "waited for the bot's answer"},
		{"request that never comes", func(tb testing.TB) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			ready(t, tb).WaitRequest(ctx, RouteSetCommands, 2)
		}, "waited for PUT /applications/{application_id}/commands, 2 times"},
		{"unknown route", func(tb testing.TB) {
			raw(t, ready(t, tb), "GET", "/api/v10/guilds/1", nil)
		}, "GET /guilds/1: 404"},
		{"refused body", func(tb testing.TB) {
			raw(t, ready(t, tb), "POST", messagesPath, quiet(object{"content": long(2001)}))
		}, "50035"},
		{"missing allowed_mentions", func(tb testing.TB) {
			raw(t, ready(t, tb), "POST", messagesPath, object{"content": "a"})
		}, "allowed_mentions"},
		{"expected violation", func(tb testing.TB) {
			s := ready(t, tb)
			s.Expect("allowed_mentions")
			raw(t, s, "POST", messagesPath, object{"content": "a"})
		}, ""},
		{"expected violation that never comes", func(tb testing.TB) { ready(t, tb).Expect("50035") }, "never came"},
		{"failure on an unknown route", func(tb testing.TB) { ready(t, tb).Fail("GET /", 1, 500) }, "no route"},
	}
}
