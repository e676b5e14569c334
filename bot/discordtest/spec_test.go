package discordtest

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

func TestUnknownFieldsAreRefused(t *testing.T) {
	if _, err := SpecPath(); err != nil {
		t.Skip(err)
	}
	s := New(t)
	s.Expect("unknown field")
	s.Expect("unknown query parameter")
	nested := askCommand()
	asObject(asList(nested["options"])[0])["maxlength"] = 5
	for name, c := range map[string]struct {
		method, path string
		body         any
	}{
		"of a message":          {"POST", messagesPath, quiet(object{"content": "a", "contents": "b"})},
		"of a nested component": {"POST", messagesPath, v2(row(object{"type": 2, "style": 1, "label": "a", "custom_id": "a", "tooltip": "b"}))},
		"of an option":          {"PUT", commandsPath, []any{nested}},
		"in the address":        {"GET", commandsPath + "?with_localisations=true", nil},
	} {
		status, _ := raw(t, s, c.method, c.path, c.body)
		log := s.Requests()
		if got := log[len(log)-1].Problem; status != 400 || !strings.Contains(got, "unknown ") {
			t.Errorf("%s: got %d %s, want it refused as unknown", name, status, got)
		}
	}
}

// Every kind of answer is made once; the server itself holds each against
// Discord's description.
func TestOwnAnswersFitTheDescription(t *testing.T) {
	path, err := SpecPath()
	if err != nil {
		t.Skip(err)
	}
	s := New(t, WithSpec(path))
	full := askCommand()
	full["name_localizations"], full["default_member_permissions"], full["contexts"] = object{"de": "frag"}, "32", []any{0, 1}
	register(t, s, full, object{"type": messageCommand, "name": "Check This"})
	connect(t, s, 0)
	for _, p := range []string{"/gateway", "/gateway/bot", "/users/@me", "/applications/@me", "/oauth2/applications/@me",
		"/applications/" + ApplicationID + "/commands", "/channels/" + ChannelID} {
		raw(t, s, "GET", "/api/v10"+p, nil)
	}
	_, m := raw(t, s, "POST", messagesPath, quiet(object{"content": "a", "components": []any{row(button("a"), link("https://example.org")), row(menu(2))},
		"embeds": []any{object{"title": "t", "description": nil, "color": 5, "fields": []any{object{"name": "a", "value": "b"}}, "footer": object{"text": "f"}}}}))
	answer := say("b")
	answer["message_reference"] = object{"message_id": m["id"]}
	raw(t, s, "POST", messagesPath, answer)
	raw(t, s, "GET", messagesPath+"/"+asText(m["id"]), nil)
	raw(t, s, "POST", "/api/v10/channels/"+ChannelID+"/typing", nil)
	r := s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "a"}, Overridden: true})
	big := v2Cases()[0].body
	raw(t, s, "POST", callbackPath(r)+"?with_response=true", ack(AckMessage, big))
	raw(t, s, "GET", webhookPath(r)+"/messages/@original", nil)
	raw(t, s, "PATCH", webhookPath(r)+"/messages/@original", quiet(object{"components": []any{display("b")}}))
	raw(t, s, "POST", webhookPath(r), say("c"))
	r = s.Press(soon(t), Press{MessageID: asText(m["id"]), CustomID: "a"})
	raw(t, s, "POST", callbackPath(r)+"?with_response=true", ack(AckUpdate, say("d")))
	raw(t, s, "POST", webhookPath(r), say("e"))
	s.Fail(RouteMessage, 1, 429)
	raw(t, s, "POST", messagesPath, say("a"))
	s.Expect("")
	raw(t, s, "POST", messagesPath, quiet(object{"content": long(2001)}))
	bad := button("a")
	delete(bad, "style")
	raw(t, s, "POST", messagesPath, quiet(object{"embeds": []any{object{}}, "components": many(6, func(int) any { return row(bad) })}))
}

// What the server does wrong fails the test that uses it.
func TestOwnMistakesAreFound(t *testing.T) {
	if _, err := SpecPath(); err != nil {
		t.Skip(err)
	}
	for _, tt := range []struct {
		name   string
		status int
		answer object
		want   string
	}{
		{"a sound answer", 200, object{"url": "ws://127.0.0.1/"}, ""},
		{"a field too few", 200, object{}, "missing property 'url'"},
		{"a field too many", 200, object{"url": "ws://127.0.0.1/", "urls": 1}, "urls: unknown field"},
		{"a number as a string", 429, object{"message": "a", "code": "0", "retry_after": 1, "global": false}, "code: "},
		{"a limit without the wait", 429, object{"message": "a", "code": 0}, "retry_after"},
		{"an error that is none", 404, object{"error": "a"}, "missing properties"},
	} {
		got := failures(t, func(tb testing.TB) {
			s := New(tb)
			s.settle(http.Header{}, &call{Request: &http.Request{}, rec: Request{Route: RouteGateway, At: s.clock()}},
				func(*call) (int, any, *refusal) { return tt.status, tt.answer, nil }, nil)
		})
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got failures %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Discord describes no gateway events; what they carry of the REST API's
// objects is held against those.
func TestEventsCarryWhatTheDescriptionSays(t *testing.T) {
	if _, err := SpecPath(); err != nil {
		t.Skip(err)
	}
	s := New(t)
	register(t, s, everywhere(askCommand()), object{"type": messageCommand, "name": "Check This"})
	k := connect(t, s, intentGuildMessages|intentDirectMessages)
	fits := func(name string, v any, keys ...string) {
		t.Helper()
		s.spec.mu.Lock()
		schema, err := s.spec.answers.Compile("openapi.json#/components/schemas/" + name)
		s.spec.mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		o := maps.Clone(asObject(v))
		for _, key := range keys {
			delete(o, key)
		}
		if err := schema.Validate(o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	eventFields := []string{"guild_id", "channel_type", "member"}
	c := s.Say(soon(t), Post{Content: "a", Mention: true})
	fits("MessageResponse", k.event("MESSAGE_CREATE"), eventFields...)
	body := quiet(object{"content": "b", "components": []any{row(button("more"))}, "message_reference": object{"message_id": c.ID()}})
	_, m := raw(t, s, "POST", messagesPath, body)
	fits("MessageResponse", k.event("MESSAGE_CREATE"), eventFields...)
	s.Press(soon(t), Press{MessageID: asText(m["id"]), CustomID: "more"})
	pressed := k.event("INTERACTION_CREATE")
	fits("MessageResponse", pressed["message"])
	fits("UserResponse", asObject(pressed["member"])["user"])
	s.Interact(soon(t), Interaction{Command: "Check This", Target: c.ID()})
	resolved := asObject(asObject(k.event("INTERACTION_CREATE")["data"])["resolved"])
	fits("MessageResponse", asObject(resolved["messages"])[c.ID()])
	s.Interact(soon(t), Interaction{Command: "ask", Options: options(), Place: Place{Context: BotDM}})
	direct := k.event("INTERACTION_CREATE")
	fits("UserResponse", direct["user"])
	fits("PrivateChannelResponse", direct["channel"])
}
