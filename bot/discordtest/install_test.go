package discordtest

import (
	"strings"
	"testing"
)

// everywhere is a command that is offered in all places and to people who
// have the bot for themselves.
func everywhere(def object) object {
	def["contexts"], def["integration_types"] = []any{0, 1, 2}, []any{0, 1}
	return def
}

func TestOwnersTellWhomTheBotIsInstalledFor(t *testing.T) {
	s := New(t)
	register(t, s, everywhere(askCommand()))
	k := connect(t, s, 0)
	for _, tt := range []struct {
		name  string
		place Place
		want  string // authorizing_integration_owners
	}{
		{"a server", Place{}, `{"0":"` + GuildID + `"}`},
		{"a server, for the person only", Place{UserInstalled: true}, `{"1":"42"}`},
		{"a direct message", Place{Context: BotDM}, `{"0":"0"}`},
		{"a direct message, for the person only", Place{Context: BotDM, UserInstalled: true}, `{"1":"42"}`},
		{"a direct message with somebody else", Place{Context: Private}, `{"1":"42"}`},
	} {
		r := s.Interact(soon(t), Interaction{Command: "ask", Options: options(), Place: tt.place, User: User{ID: "42"}})
		got := k.event("INTERACTION_CREATE")
		if owners := string(encode(got["authorizing_integration_owners"])); owners != tt.want || integer(got["context"]) != int(tt.place.Context) {
			t.Errorf("%s: got owners %s in context %v, want %s", tt.name, owners, got["context"], tt.want)
		}
		if inGuild := got["guild_id"] != nil; inGuild != (tt.place.Context == Guild) {
			t.Errorf("%s: got server %v", tt.name, got["guild_id"])
		}
		// A button in the answer is pressed where the answer stands.
		raw(t, s, "POST", callbackPath(r), ack(AckMessage, quiet(object{"content": "a", "components": []any{row(button("more"))}})))
		s.Press(soon(t), Press{MessageID: r.Outcome().Original.ID, CustomID: "more", User: User{ID: "42"}})
		pressed := k.event("INTERACTION_CREATE")
		for _, key := range []string{"authorizing_integration_owners", "context", "guild_id", "channel_id"} {
			if string(encode(pressed[key])) != string(encode(got[key])) {
				t.Errorf("%s: the button has %s %v, want %v", tt.name, key, pressed[key], got[key])
			}
		}
	}
}

func TestCommandForServersOnlyIsNotThereForAPerson(t *testing.T) {
	got := failures(t, func(tb testing.TB) {
		ready(t, tb).Interact(soon(t), Interaction{Command: "ask", Options: options(), User: editor, Place: Place{UserInstalled: true}})
	})
	if !strings.Contains(got, "not installed for") {
		t.Errorf("got failures %q", got)
	}
}

func TestMessageCommandWhereTheBotIsNot(t *testing.T) {
	s := New(t)
	register(t, s, everywhere(object{"type": messageCommand, "name": "Check This"}))
	k := connect(t, s, intentDirectMessages|intentGuildMessages)
	c := s.Say(soon(t), Post{Content: "is this so?", Place: Place{Context: Private}})
	if c.Delivered() {
		t.Error("the bot is told of a message between other people")
	}
	s.Interact(soon(t), Interaction{Command: "Check This", Target: c.ID(), Place: Place{Context: Private}})
	data := asObject(k.event("INTERACTION_CREATE")["data"])
	found := asObject(asObject(asObject(data["resolved"])["messages"])[c.ID()])
	if integer(data["type"]) != messageCommand || data["target_id"] != c.ID() || found["content"] != "is this so?" {
		t.Errorf("got data %v", data)
	}
}

func TestMessageCommandIsUsedWhereTheMessageStands(t *testing.T) {
	s := New(t)
	register(t, s, everywhere(object{"type": messageCommand, "name": "Check This"}))
	k := connect(t, s, intentDirectMessages)
	c := s.Say(soon(t), Post{Content: "is this so?", Place: Place{Context: BotDM}})
	k.event("MESSAGE_CREATE")
	s.Interact(soon(t), Interaction{Command: "Check This", Target: c.ID()})
	if got := k.event("INTERACTION_CREATE"); integer(got["context"]) != int(BotDM) || got["channel_id"] != dmChannelID {
		t.Errorf("got context %v and channel %v, want the direct message", got["context"], got["channel_id"])
	}
}

func TestMenuOfPeopleResolvesThem(t *testing.T) {
	s := New(t)
	k := connect(t, s, 0)
	_, m := raw(t, s, "POST", messagesPath, quiet(object{"components": []any{row(object{"type": 5, "custom_id": "who", "max_values": 2})}}))
	s.Press(soon(t), Press{MessageID: asText(m["id"]), CustomID: "who", Values: []string{"42", "43"}})
	data := asObject(k.event("INTERACTION_CREATE")["data"])
	if users := asObject(asObject(data["resolved"])["users"]); len(users) != 2 || asObject(users["43"])["id"] != "43" {
		t.Errorf("got data %v", data)
	}
}

func TestMenusInModals(t *testing.T) {
	topics := menu(3)
	asObject(asList(topics["options"])[1])["default"] = true
	topics["max_values"] = 2
	modal := object{"custom_id": "f", "title": "t", "components": []any{object{"type": typeLabel, "label": "Topics", "component": topics}}}
	for _, tt := range []struct {
		name, values, want string // what is sent, or the failure
	}{
		{"left as it is", "-", `["1"]`},
		{"one chosen", "2", `["2"]`},
		{"two chosen", "0\n2", `["0","2"]`},
		{"three chosen", "0\n1\n2", "the menu takes 1 to 2"},
		{"none chosen", "", "the menu takes 1 to 2"},
		{"one that is not there", "9", `no value "9"`},
	} {
		got := failures(t, func(tb testing.TB) {
			s := New(tb)
			register(t, s, askCommand())
			k := connect(t, s, 0)
			r := s.Interact(soon(t), Interaction{Command: "ask", Options: options()})
			raw(t, s, "POST", callbackPath(r), ack(AckModal, modal))
			k.event("INTERACTION_CREATE")
			values := map[string]string{"menu": tt.values}
			if tt.values == "-" {
				values = nil
			}
			s.SubmitModal(soon(t), r, values)
			sent := asList(asObject(k.event("INTERACTION_CREATE")["data"])["components"])[0]
			if got := string(encode(asObject(asObject(sent)["component"])["values"])); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
			}
		})
		if (got == "") != strings.HasPrefix(tt.want, "[") || got != "" && !strings.Contains(got, tt.want) {
			t.Errorf("%s: got failures %q, want %q", tt.name, got, tt.want)
		}
	}
}
