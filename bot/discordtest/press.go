package discordtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Press is a person using a button or a menu on a message of the bot.
type Press struct {
	MessageID string
	CustomID  string
	Values    []string // chosen in a menu
	User      User
	Locale    string
	Extra     map[string]any // laid over the payload
}

// Press sends the interaction of a component. The test fails when a person
// could not have done it: there is no such message for them, no such
// component, it is disabled, or the values are not among the menu's options.
func (s *Server) Press(ctx context.Context, p Press) *Reply {
	s.t.Helper()
	s.mu.Lock()
	m, o, err := s.pressed(p)
	s.mu.Unlock()
	if err != nil {
		s.t.Fatalf("discordtest: press %q: %v", p.CustomID, err)
	}
	s.listening(ctx, m.guild)
	s.mu.Lock()
	in := &interaction{kind: kindComponent, source: m.id}
	body := s.payload(in, standing(m, p.Locale), p.User)
	body["message"] = m.json()
	data := object{"component_type": o["type"], "custom_id": p.CustomID, "id": o["id"]}
	if isSelect(integer(o["type"])) {
		data["values"] = plain(append([]string{}, p.Values...))
		if resolved := chosen(integer(o["type"]), p.Values); resolved != nil {
			data["resolved"] = resolved
		}
	}
	body["data"] = data
	s.mu.Unlock()
	return s.send(in, overlay(body, p.Extra))
}

// standing is where a message stands.
func standing(m *message, locale string) Place {
	p := Place{GuildID: m.guild, ChannelID: m.channel, Locale: locale}
	if m.guild == "" {
		p.Context = BotDM
	}
	if in := m.interaction; in != nil {
		p.Context, p.UserInstalled = in.context, in.userInstalledOnly()
	}
	return p
}

// chosen carries the people that a menu of people gave; nil for a menu of
// strings. Roles and channels are not known here beyond their ids.
func chosen(kind int, ids []string) object {
	key := map[int]string{5: "users", 6: "roles", 7: "users", 8: "channels"}[kind]
	if key == "" {
		return nil
	}
	found := object{}
	for _, id := range ids {
		switch key {
		case "users":
			found[id] = User{ID: id}.json()
		default:
			found[id] = object{"id": id, "name": "news", "type": 0, "permissions": "0"}
		}
	}
	return object{key: found}
}

func (s *Server) pressed(p Press) (*message, object, error) {
	m := s.messages[p.MessageID]
	switch {
	case m == nil || !m.byBot() || m.deleted || m.loading():
		return nil, nil, fmt.Errorf("the bot has no message %q there", p.MessageID)
	case m.ephemeral() && m.interaction != nil && m.interaction.user.id() != p.User.id():
		return nil, nil, fmt.Errorf("message %s is ephemeral and another person's", m.id)
	}
	var found object
	each(m.components, func(o object) {
		if o["custom_id"] == p.CustomID && p.CustomID != "" {
			found = o
		}
	})
	switch {
	case found == nil:
		return nil, nil, fmt.Errorf("message %s has no such component", m.id)
	case asBool(found["disabled"]):
		return nil, nil, fmt.Errorf("it is disabled")
	case !isSelect(integer(found["type"])):
		return m, found, nil
	}
	return m, found, selectable(found, p.Values)
}

// selectable checks what a person chose in a menu.
func selectable(menu object, values []string) error {
	lo, hi := 1, 1
	if n, ok := asInt(menu["min_values"]); ok {
		lo = n
	}
	if n, ok := asInt(menu["max_values"]); ok {
		hi = n
	}
	if n := len(values); n < lo || n > hi {
		return fmt.Errorf("%d values are chosen; the menu takes %d to %d", n, lo, hi)
	}
	for _, v := range values {
		ok := slices.ContainsFunc(asList(menu["options"]), func(x any) bool { return asObject(x)["value"] == v })
		if !ok && integer(menu["type"]) == typeSelect {
			return fmt.Errorf("the menu has no value %q", v)
		}
	}
	return nil
}

// SubmitModal fills in the modal that a reply opened, by custom_id, and sends
// it; fields left out keep the value they were shown with. Several values of a
// menu are separated by newlines. The test fails when the client would not let
// a person send it.
func (s *Server) SubmitModal(ctx context.Context, r *Reply, values map[string]string) *Reply {
	s.t.Helper()
	r.Wait(ctx, Acknowledged)
	s.mu.Lock()
	opened := r.in
	rows, err := submitted(opened, values)
	if err != nil {
		s.mu.Unlock()
		s.t.Fatalf("discordtest: submit the modal: %v", err)
	}
	in := &interaction{kind: kindModal, source: opened.source}
	p := Place{GuildID: opened.guild, ChannelID: opened.channel, Context: opened.context, UserInstalled: opened.userInstalledOnly()}
	body := s.payload(in, p, opened.user)
	body["data"] = object{"custom_id": opened.modal["custom_id"], "components": rows}
	if m := s.messages[opened.source]; m != nil {
		body["message"] = m.json()
	}
	s.mu.Unlock()
	return s.send(in, body)
}

func submitted(in *interaction, values map[string]string) ([]any, error) {
	if in.ack != AckModal {
		return nil, fmt.Errorf("the bot answered with callback type %d, not with a modal", in.ack)
	}
	var rows []any
	used := 0
	next := 0
	id := func() int { next++; return next }
	for _, x := range asList(in.modal["components"]) {
		o := asObject(x)
		field, key := asObject(o["component"]), "component"
		if integer(o["type"]) == typeRow {
			field, key = asObject(asList(o["components"])[0]), "components"
		}
		if field == nil { // text between the fields is sent back bare
			rows = append(rows, object{"type": o["type"], "id": id()})
			continue
		}
		row := object{"type": o["type"], "id": id()}
		value, given := values[asText(field["custom_id"])]
		if given {
			used++
		} else {
			value = shown(field)
		}
		if err := fillable(field, value); err != nil {
			return nil, err
		}
		entry := object{"type": field["type"], "id": id(), "custom_id": field["custom_id"]}
		if integer(field["type"]) == typeTextInput {
			entry["value"] = value
		} else {
			entry["values"] = plain(strings.FieldsFunc(value, newline))
			if resolved := chosen(integer(field["type"]), strings.FieldsFunc(value, newline)); resolved != nil {
				entry["resolved"] = resolved
			}
		}
		row[key] = any(entry)
		if key == "components" {
			row[key] = []any{entry}
		}
		rows = append(rows, row)
	}
	if used != len(values) {
		return nil, fmt.Errorf("%d values are given for %d fields of the modal", len(values), used)
	}
	return rows, nil
}

func newline(r rune) bool { return r == '\n' }

// shown is what a field holds before anybody touches it: its value, or the
// options of a menu that are chosen from the start.
func shown(field object) string {
	var chosen []string
	for _, x := range asList(field["options"]) {
		if o := asObject(x); asBool(o["default"]) {
			chosen = append(chosen, asText(o["value"]))
		}
	}
	return asText(field["value"]) + strings.Join(chosen, "\n")
}

func fillable(field object, value string) error {
	n, required := utf8.RuneCountInString(value), field["required"] != false
	if isSelect(integer(field["type"])) && (value != "" || required) {
		return selectable(field, strings.FieldsFunc(value, newline))
	}
	switch {
	case required && n == 0:
		return fmt.Errorf("field %v is required", field["custom_id"])
	case n > 0 && n < integer(field["min_length"]):
		return fmt.Errorf("field %v takes at least %v characters", field["custom_id"], field["min_length"])
	case field["max_length"] != nil && n > integer(field["max_length"]):
		return fmt.Errorf("field %v takes at most %v characters", field["custom_id"], field["max_length"])
	}
	return nil
}
