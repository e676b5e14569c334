package discordtest

import (
	"strings"
	"testing"
)

func TestUnknownTokens(t *testing.T) {
	for _, tt := range []struct {
		method, path string
		body         object
		status, code int
	}{
		{"POST", "/interactions/1/never/callback", ack(AckMessage, say("a")), 404, 10062},
		{"PATCH", "/webhooks/" + ApplicationID + "/never/messages/@original", say("a"), 401, 50027},
		{"PATCH", "/webhooks/" + ApplicationID + "/never/messages/%40original", say("a"), 401, 50027},
		{"POST", "/webhooks/" + ApplicationID + "/never", say("a"), 401, 50027},
		{"POST", "/webhooks/1/never", say("a"), 404, 10015},
	} {
		s := New(t)
		s.Expect("")
		if status, got := raw(t, s, tt.method, "/api/v10"+tt.path, tt.body); status != tt.status || integer(got["code"]) != tt.code {
			t.Errorf("%s: got %d %v, want %d and code %d", tt.path, status, got, tt.status, tt.code)
		}
	}
}

func TestReplyTellsWhatHappened(t *testing.T) {
	s := New(t)
	r := asked(t, s)
	if status, _ := raw(t, s, "POST", callbackPath(r), ack(AckDeferred, object{"flags": flagEphemeral})); status != 204 {
		t.Fatal(status)
	}
	out := r.Wait(soon(t), Acknowledged)
	if out.AckType() != AckDeferred || !out.Original.Ephemeral() || !out.Original.Loading() || Answered(out) {
		t.Errorf("after a private deferral: got %+v", out.Original)
	}
	answer := v2(display("**Why**"), row(link("https://example.org/a"), button("next")))
	if status, got := raw(t, s, "PATCH", webhookPath(r)+"/messages/@original", answer); status != 200 {
		t.Fatal(got)
	}
	out = r.Wait(soon(t))
	if got, want := out.Text(), "**Why**\nread https://example.org/a\nmore"; got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
	if m := out.Original; !m.Ephemeral() || m.Loading() || !m.V2() {
		t.Errorf("got flags %d, want private, done and Components V2", m.Flags)
	}
	b := out.Original.Buttons()
	if len(b) != 2 || b[0].URL != "https://example.org/a" || b[1].CustomID != "next" {
		t.Errorf("got buttons %+v", b)
	}
	if len(out.Events) != 2 || out.Events[1].Kind != "edit" || !strings.Contains(string(out.Events[1].Body), "**Why**") {
		t.Errorf("got events %+v", out.Events)
	}
}

func TestWithResponseReturnsTheMessage(t *testing.T) {
	s := New(t)
	r := asked(t, s)
	status, got := raw(t, s, "POST", callbackPath(r)+"?with_response=true", ack(AckMessage, say("a")))
	message := asObject(asObject(got["resource"])["message"])
	if status != 200 || message["content"] != "a" {
		t.Errorf("got %d %v", status, got)
	}
}

func TestMissingAllowedMentionsIsAViolationThoughAccepted(t *testing.T) {
	s := New(t)
	r := asked(t, s)
	s.Expect("allowed_mentions")
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckMessage, object{"content": "a"})); status != 204 {
		t.Errorf("callback: got %d %v, want it accepted", status, got)
	}
	if status, got := raw(t, s, "PATCH", webhookPath(r)+"/messages/@original", object{"content": "b"}); status != 200 {
		t.Errorf("edit: got %d %v, want it accepted", status, got)
	}
	body := object{"content": "c", "allowed_mentions": object{"parse": []any{"users"}}}
	if status, got := raw(t, s, "POST", webhookPath(r), body); status != 200 {
		t.Errorf("follow-up: got %d %v, want it accepted", status, got)
	}
	if got := len(s.Violations()); got != 3 {
		t.Errorf("got %d violations, want 3", got)
	}
}

func TestUserInstalledAppsFollowUpFiveTimes(t *testing.T) {
	s := New(t)
	c := askCommand()
	c["contexts"], c["integration_types"] = []any{0, 2}, []any{0, 1}
	register(t, s, c)
	connect(t, s, 0)
	r := s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "a"}, Place: Place{Context: Private}})
	raw(t, s, "POST", callbackPath(r), ack(AckMessage, say("a")))
	for range 5 {
		if status, got := raw(t, s, "POST", webhookPath(r), say("b")); status != 200 {
			t.Fatal(got)
		}
	}
	s.Expect("40094")
	if status, got := raw(t, s, "POST", webhookPath(r), say("c")); status != 400 || integer(got["code"]) != 40094 {
		t.Errorf("sixth follow-up: got %d %v, want code 40094", status, got)
	}
}

func TestPayloadOfAnInteraction(t *testing.T) {
	s := New(t)
	def := askCommand()
	def["default_member_permissions"] = "32"
	register(t, s, def)
	k := connect(t, s, 0)
	s.Interact(soon(t), Interaction{
		Command: "ask", Options: map[string]any{"days": 7, "question": "why?"},
		User: User{Permissions: ManageGuild, Roles: []string{"77"}}, Place: Place{Locale: "de"}})
	got := k.event("INTERACTION_CREATE")
	data, member := asObject(got["data"]), asObject(got["member"])
	options := asList(data["options"])
	if data["name"] != "ask" || len(options) != 2 || asObject(options[0])["value"] != "why?" || integer(asObject(options[1])["value"]) != 7 {
		t.Errorf("got data %v", data)
	}
	if registered := string(s.Commands("")[0]); !strings.Contains(registered, `"id":"`+asText(data["id"])+`"`) {
		t.Errorf("the id %v is not that of the registered command %s", data["id"], registered)
	}
	if got["locale"] != "de" || got["guild_id"] != GuildID || asList(member["roles"])[0] != "77" {
		t.Errorf("got locale %v guild %v member %v", got["locale"], got["guild_id"], member)
	}
	for _, key := range []string{"app_permissions", "entitlements", "attachment_size_limit", "authorizing_integration_owners", "context", "channel", "version"} {
		if got[key] == nil {
			t.Errorf("%s is missing", key)
		}
	}
	s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "a"}, Place: Place{Context: BotDM}})
	if got := k.event("INTERACTION_CREATE"); got["member"] != nil || got["guild_id"] != nil || asObject(got["user"])["id"] == nil {
		t.Errorf("in a direct message: got %v", got)
	}
}

func TestSubcommandsAndContextMenus(t *testing.T) {
	s := New(t)
	register(t, s,
		object{"name": "index", "description": "d", "options": []any{object{"type": optGroup, "name": "do", "description": "d",
			"options": []any{object{"type": optSubcommand, "name": "rebuild", "description": "d",
				"options": []any{object{"type": optBoolean, "name": "full", "description": "d"}}}}}}},
		object{"type": messageCommand, "name": "Check This"}, object{"type": userCommand, "name": "Greet"})
	k := connect(t, s, intentGuildMessages)
	s.Interact(soon(t), Interaction{Command: "index do rebuild", Options: map[string]any{"full": true}})
	at := asObject(k.event("INTERACTION_CREATE")["data"])
	for _, want := range []string{"do", "rebuild", "full"} {
		if at = asObject(asList(at["options"])[0]); at["name"] != want {
			t.Fatalf("got option %v, want %s", at, want)
		}
	}
	if at["value"] != true {
		t.Errorf("got value %v", at["value"])
	}
	c := s.Say(soon(t), Post{Content: "is this so?"})
	s.Interact(soon(t), Interaction{Command: "Check This", Target: c.ID()})
	data := asObject(k.event("INTERACTION_CREATE")["data"])
	// A message command carries the content that the event hides.
	found := asObject(asObject(asObject(data["resolved"])["messages"])[c.ID()])
	if data["target_id"] != c.ID() || found["content"] != "is this so?" {
		t.Errorf("got data %v", data)
	}
	s.Interact(soon(t), Interaction{Command: "Greet", Target: "42"})
	data = asObject(k.event("INTERACTION_CREATE")["data"])
	if asObject(asObject(data["resolved"])["users"])["42"] == nil {
		t.Errorf("got data %v", data)
	}
}
