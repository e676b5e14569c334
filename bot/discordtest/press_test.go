package discordtest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAutocomplete(t *testing.T) {
	s := New(t)
	register(t, s, askCommand())
	k := connect(t, s, 0)
	choice := func(i int) any { return object{"name": strings.Repeat("a", i+1), "value": "v"} }
	for _, tt := range []struct {
		name   string
		body   object
		status int
	}{
		{"25 choices", ack(AckChoices, object{"choices": many(25, choice)}), 204},
		{"no choices", ack(AckChoices, object{"choices": []any{}}), 204},
		{"no choices, as discordgo says it", ack(AckChoices, object{"tts": false, "content": "", "components": nil, "embeds": nil}), 204},
		{"26 choices", ack(AckChoices, object{"choices": many(26, choice)}), 400},
		{"name of 101", ack(AckChoices, object{"choices": []any{object{"name": long(101), "value": "v"}}}), 400},
		{"value of 101", ack(AckChoices, object{"choices": []any{object{"name": "n", "value": long(101)}}}), 400},
		{"number for a string", ack(AckChoices, object{"choices": []any{object{"name": "n", "value": 5}}}), 400},
		{"a message", ack(AckMessage, say("a")), 400},
	} {
		r := s.Autocomplete(soon(t), Interaction{Command: "ask", Options: map[string]any{"topic": "cli"}}, "topic")
		focused := asObject(asList(asObject(k.event("INTERACTION_CREATE")["data"])["options"])[0])
		if focused["focused"] != true || focused["value"] != "cli" {
			t.Errorf("%s: got option %v", tt.name, focused)
		}
		if tt.status == 400 {
			s.Expect("400")
		}
		if status, got := raw(t, s, "POST", callbackPath(r), tt.body); status != tt.status {
			t.Errorf("%s: got %d %v, want %d", tt.name, status, got, tt.status)
		}
		if tt.name == "25 choices" {
			if got := r.Choices(soon(t)); len(got) != 25 || got[0].Value != "v" {
				t.Errorf("got choices %v", got)
			}
		}
	}
}

func TestPressAndModal(t *testing.T) {
	s := New(t)
	k := connect(t, s, 0)
	status, m := raw(t, s, "POST", messagesPath, quiet(object{"content": "a", "components": []any{row(button("more")), row(menu(3))}}))
	if status != 200 {
		t.Fatal(m)
	}
	id := asText(m["id"])
	if menus := s.Messages(ChannelID)[0].Selects(); len(menus) != 1 || menus[0].Options["Option 2"] != "2" {
		t.Errorf("got menus %+v", menus)
	}
	r := s.Press(soon(t), Press{MessageID: id, CustomID: "menu", Values: []string{"2"}})
	got := k.event("INTERACTION_CREATE")
	if data := asObject(got["data"]); integer(data["component_type"]) != 3 || asList(data["values"])[0] != "2" || asObject(got["message"])["id"] != id {
		t.Errorf("got %v", got)
	}
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckUpdate, say("b"))); status != 204 {
		t.Fatal(got)
	}
	if out := r.Wait(soon(t)); out.Original.ID != id || !strings.HasPrefix(out.Text(), "b\nmore\n") {
		t.Errorf("after the update: got %q", out.Text())
	}
	r = s.Press(soon(t), Press{MessageID: id, CustomID: "more"})
	modal := object{"custom_id": "form", "title": "Refine", "components": []any{
		row(object{"type": 4, "custom_id": "q", "label": "Question", "style": 1, "max_length": 20}),
		object{"type": 18, "label": "Since", "component": object{"type": 4, "custom_id": "since", "style": 1, "required": false}}}}
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckModal, modal)); status != 204 {
		t.Fatal(got)
	}
	k.event("INTERACTION_CREATE")
	r = s.SubmitModal(soon(t), r, map[string]string{"q": "why?"})
	data := asObject(k.event("INTERACTION_CREATE")["data"])
	first := asObject(asList(asObject(asList(data["components"])[0])["components"])[0])
	if data["custom_id"] != "form" || first["value"] != "why?" {
		t.Errorf("got modal data %v", data)
	}
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckUpdate, say("c"))); status != 204 {
		t.Errorf("update after a modal from a button: got %d %v", status, got)
	}
}

func labelled(component object) object {
	return object{"type": typeLabel, "label": "a", "component": component}
}

func with(o object, key string, v any) object {
	o[key] = v
	return o
}

// group is one of radio buttons or checkboxes.
func group(kind, n int) object {
	return object{"type": kind, "custom_id": "g", "options": many(n, func(i int) any {
		return object{"label": fmt.Sprint("Option ", i), "value": fmt.Sprint(i)}
	})}
}

func TestModalRules(t *testing.T) {
	for _, spec := range []Option{WithSpec(""), func(*Server) {}} {
		modalRules(t, New(t, spec, WithClock(NewClock(time.Second).Now)))
	}
}

func modalRules(t *testing.T, s *Server) {
	register(t, s, askCommand())
	connect(t, s, 0)
	s.Expect("")
	field := func(extra ...any) object {
		o := object{"type": 4, "custom_id": "q", "label": "Question", "style": 1}
		for i := 0; i < len(extra); i += 2 {
			o[extra[i].(string)] = extra[i+1]
		}
		return o
	}
	form := func(list ...any) object { return object{"custom_id": "f", "title": "t", "components": orEmpty(list)} }
	fields := func(n int) []any { return many(n, func(i int) any { return row(field("custom_id", long(i+1))) }) }
	for name, tt := range map[string]struct {
		modal object
		ok    bool
	}{
		"five fields":                 {form(fields(5)...), true},
		"six fields":                  {form(fields(6)...), false},
		"no fields":                   {form(), false},
		"a button":                    {form(row(button("a"))), false},
		"two fields in a row":         {form(row(field(), field("custom_id", "r"))), false},
		"field without label":         {form(row(field("label", nil))), false},
		"field without style":         {form(row(field("style", nil))), false},
		"label of 46":                 {form(row(field("label", long(46)))), false},
		"least above greatest":        {form(row(field("min_length", 9, "max_length", 3))), false},
		"label twice":                 {form(object{"type": 18, "label": "a", "component": field()}), false},
		"labelled menu":               {form(labelled(menu(2))), true},
		"disabled menu":               {form(labelled(with(menu(2), "disabled", true))), false},
		"value too long":              {form(row(field("max_length", 3, "value", "abcd"))), false},
		"two radio buttons":           {form(labelled(group(typeRadioGroup, 2))), true},
		"one radio button":            {form(labelled(group(typeRadioGroup, 1))), false},
		"eleven radio buttons":        {form(labelled(group(typeRadioGroup, 11))), false},
		"a checkbox in a group":       {form(labelled(group(typeCheckboxGroup, 1))), true},
		"no checkbox in a group":      {form(labelled(group(typeCheckboxGroup, 0))), false},
		"same mark twice":             {form(labelled(with(group(typeRadioGroup, 2), "options", []any{object{"label": "a", "value": "1"}, object{"label": "b", "value": "1"}}))), false},
		"a checkbox":                  {form(labelled(object{"type": typeCheckbox, "custom_id": "c", "default": true})), true},
		"a checkbox that is maybe on": {form(labelled(object{"type": typeCheckbox, "custom_id": "c", "default": "maybe"})), false},
		"an upload":                   {form(labelled(object{"type": typeFileUpload, "custom_id": "c", "max_values": 10})), true},
		"an upload of eleven":         {form(labelled(object{"type": typeFileUpload, "custom_id": "c", "max_values": 11})), false},
		"a label around a button":     {form(labelled(button("a"))), false},
		"same custom_id twice":        {form(row(field()), row(field())), false},
		"title of 46":                 {object{"custom_id": "f", "title": long(46), "components": fields(1)}, false},
	} {
		r := s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "a"}})
		r.in.created = s.clock() // the clock runs a second at each look
		if status, got := raw(t, s, "POST", callbackPath(r), ack(AckModal, tt.modal)); (status == 204) != tt.ok {
			t.Errorf("%s: got %d %v, want accepted %v", name, status, got, tt.ok)
		}
	}
}

func TestModalsAreFilledInAsAPersonCan(t *testing.T) {
	modal := object{"custom_id": "f", "title": "t", "components": []any{
		row(object{"type": 4, "custom_id": "q", "label": "Question", "style": 1, "min_length": 3, "max_length": 5}),
		display("a hint"),
		row(object{"type": 4, "custom_id": "r", "label": "More", "style": 2, "required": false, "value": "kept"})}}
	for _, tt := range []struct {
		name   string
		values map[string]string
		want   string // of the failure
	}{
		{"as asked", map[string]string{"q": "why?"}, ""},
		{"nothing in a required field", nil, "field q is required"},
		{"too short", map[string]string{"q": "a"}, "at least 3"},
		{"too long", map[string]string{"q": "because"}, "at most 5"},
		{"field that is not there", map[string]string{"q": "why?", "z": "a"}, "2 values are given"},
	} {
		got := failures(t, func(tb testing.TB) {
			s := New(tb)
			r := asked(t, s)
			if status, got := raw(t, s, "POST", callbackPath(r), ack(AckModal, modal)); status != 204 {
				t.Error(got)
			}
			r = s.SubmitModal(soon(t), r, tt.values)
			if payload := string(r.Payload); !strings.Contains(payload, `"value":"kept"`) {
				t.Errorf("%s: the field left alone lost its value: %s", tt.name, payload)
			}
		})
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got failures %q, want %q", tt.name, got, tt.want)
		}
	}
}
