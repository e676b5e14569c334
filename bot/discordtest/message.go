package discordtest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// message is a message as the server keeps it.
type message struct {
	id, channel, guild string
	author             object
	member             object // of a human author in a server, for MESSAGE_CREATE
	content            string
	embeds, components []any
	flags, kind        int
	files              map[string][]byte
	created            time.Time
	edited             time.Time
	replyTo            *message
	mentions           []any
	interaction        *interaction // what it answers; nil for others
	nonce              any
	deleted            bool
}

func (m *message) byBot() bool     { return m.author["id"] == ApplicationID }
func (m *message) loading() bool   { return m.flags&flagLoading != 0 }
func (m *message) ephemeral() bool { return m.flags&flagEphemeral != 0 }

// apply gives a message the contents of a draft.
func (m *message) apply(d draft) {
	m.content, m.flags, m.files = d.content, d.flags&^flagLoading, d.files
	m.embeds, m.components = normalEmbeds(d.embeds), normalComponents(d.components)
}

// normalEmbeds gives embeds as Discord sends them back.
func normalEmbeds(list []any) []any {
	out := []any{}
	for _, x := range list {
		e := without(asObject(x))
		e["type"] = "rich"
		for k, v := range e {
			if sub := asObject(v); sub != nil {
				e[k] = without(sub)
			}
		}
		var fields []any
		for _, f := range asList(e["fields"]) {
			f := without(asObject(f))
			f["inline"] = asBool(f["inline"])
			fields = append(fields, f)
		}
		if delete(e, "fields"); len(fields) > 0 {
			e["fields"] = fields
		}
		out = append(out, e)
	}
	return out
}

// normalComponents gives components as Discord sends them back: with ids, and
// the defaults of what was left out.
func normalComponents(list []any) []any {
	taken := map[int]bool{}
	each(list, func(o object) { taken[integer(o["id"])] = true })
	next := 0
	var number func(o object) object
	number = func(o object) object {
		o = without(o)
		if integer(o["id"]) == 0 {
			for next++; taken[next]; next++ {
			}
			o["id"] = json.Number(encode(next))
		}
		defaults(o)
		if acc := asObject(o["accessory"]); acc != nil {
			o["accessory"] = number(acc)
		}
		if children, ok := o["components"].([]any); ok {
			o["components"] = mapObjects(children, number)
		}
		return o
	}
	return mapObjects(list, number)
}

func defaults(o object) {
	fill := func(key string, v any) {
		if o[key] == nil {
			o[key] = v
		}
	}
	switch kind := integer(o["type"]); {
	case isSelect(kind):
		fill("min_values", json.Number("1"))
		fill("max_values", json.Number("1"))
		o["options"] = mapObjects(asList(o["options"]), func(o object) object { return without(o) })
		if kind != typeSelect {
			delete(o, "options")
		}
	case kind == typeContainer:
		if _, ok := o["accent_color"]; !ok {
			o["accent_color"] = nil
		}
		fill("spoiler", false)
	case kind == typeSeparator:
		fill("divider", true)
		fill("spacing", json.Number("1"))
	case kind == typeThumbnail:
		unfurl(o, "media")
	case kind == typeFile:
		unfurl(o, "file")
		delete(o, "description")
		o["name"], o["size"] = nil, nil
	case kind == typeGallery:
		o["items"] = mapObjects(asList(o["items"]), func(item object) object {
			item = without(item)
			unfurl(item, "media")
			return item
		})
	}
}

// unfurl adds what Discord tells of a picture or file.
func unfurl(o object, key string) {
	media := without(asObject(o[key]))
	media["id"], media["proxy_url"] = mediaID, media["url"]
	o[key], o["spoiler"] = media, asBool(o["spoiler"])
	if o["description"] == nil {
		o["description"] = nil
	}
}

func mapObjects(list []any, f func(object) object) []any {
	out := []any{}
	for _, x := range list {
		out = append(out, f(asObject(x)))
	}
	return out
}

// each visits components in reading order: a component, its children, its
// accessory.
func each(list []any, f func(object)) {
	for _, x := range list {
		o := asObject(x)
		f(o)
		each(asList(o["components"]), f)
		for _, key := range []string{"accessory", "component"} {
			if sub := asObject(o[key]); sub != nil {
				each([]any{sub}, f)
			}
		}
	}
}

// json is the message as Discord sends it.
func (m *message) json() object {
	out := object{
		"id": m.id, "channel_id": m.channel, "type": m.kind, "author": m.author, "content": m.content,
		"embeds": orEmpty(m.embeds), "components": orEmpty(m.components), "flags": m.flags,
		"timestamp": timestamp(m.created), "edited_timestamp": nil, "attachments": []any{},
		"mentions": orEmpty(m.mentions), "mention_roles": []any{}, "mention_everyone": false,
		"pinned": false, "tts": false,
	}
	if !m.edited.IsZero() {
		out["edited_timestamp"] = timestamp(m.edited)
	}
	if m.replyTo != nil {
		ref := object{"type": 0, "channel_id": m.channel, "message_id": m.replyTo.id}
		if m.guild != "" {
			ref["guild_id"] = m.guild
		}
		out["message_reference"] = ref
		old := m.replyTo.json()
		delete(old, "referenced_message")
		out["referenced_message"] = old
	}
	if in := m.interaction; in != nil {
		out["application_id"], out["webhook_id"] = ApplicationID, ApplicationID
		meta := object{"id": in.id, "type": in.kind, "user": in.user.json(), "authorizing_integration_owners": in.owners}
		switch in.kind {
		case kindComponent:
			meta["interacted_message_id"] = in.source
		case kindModal:
			meta["triggering_interaction_metadata"] = object{"id": in.id, "type": kindCommand,
				"user": in.user.json(), "authorizing_integration_owners": in.owners}
		}
		out["interaction_metadata"] = meta
	}
	if m.nonce != nil {
		out["nonce"] = m.nonce
	}
	return out
}

func orEmpty(l []any) []any {
	if l == nil {
		return []any{}
	}
	return l
}

// Message is a message as a person's client gets it.
type Message struct {
	ID, ChannelID, GuildID string
	Content                string
	Embeds, Components     []map[string]any
	Flags                  int
	ReplyTo                string          // id of the message it answers, or ""
	Raw                    json.RawMessage // all of it
}

func (m *message) view() Message {
	raw := encode(m.json())
	out := Message{ID: m.id, ChannelID: m.channel, GuildID: m.guild, Content: m.content, Flags: m.flags, Raw: raw}
	for _, e := range m.embeds {
		out.Embeds = append(out.Embeds, asObject(plain(e)))
	}
	for _, c := range m.components {
		out.Components = append(out.Components, asObject(plain(c)))
	}
	if m.replyTo != nil {
		out.ReplyTo = m.replyTo.id
	}
	return out
}

// Ephemeral reports that only the person who asked sees the message.
func (m Message) Ephemeral() bool { return m.Flags&flagEphemeral != 0 }

// V2 reports that the message is made of Components V2.
func (m Message) V2() bool { return m.Flags&flagV2 != 0 }

// Loading reports that the client still shows "… is thinking".
func (m Message) Loading() bool { return m.Flags&flagLoading != 0 }

func (m Message) each(f func(object)) {
	for _, c := range m.Components {
		each([]any{c}, f)
	}
}

// Text is all that a person can read in the message, a line each, in reading
// order: content, embeds, text displays, labels of buttons with their
// addresses, placeholders and options of selects.
func (m Message) Text() string {
	var lines []string
	add := func(parts ...string) {
		parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
		if len(parts) > 0 {
			lines = append(lines, strings.Join(parts, " "))
		}
	}
	add(m.Content)
	for _, e := range m.Embeds {
		add(asText(asObject(e["author"])["name"]))
		add(asText(e["title"]), asText(e["url"]))
		add(asText(e["description"]))
		for _, f := range asList(e["fields"]) {
			add(asText(asObject(f)["name"]))
			add(asText(asObject(f)["value"]))
		}
		add(asText(asObject(e["footer"])["text"]))
	}
	m.each(func(o object) {
		add(asText(o["content"]), asText(o["placeholder"]), asText(o["label"]), asText(o["url"]), asText(o["description"]))
		for _, x := range asList(o["options"]) {
			add(asText(asObject(x)["label"]), asText(asObject(x)["description"]))
		}
	})
	return strings.Join(lines, "\n")
}

// Button is one a person sees. URL is set for links, CustomID for the others.
type Button struct {
	Label, URL, CustomID string
	Disabled             bool
}

// Buttons returns the buttons in reading order.
func (m Message) Buttons() []Button {
	var out []Button
	m.each(func(o object) {
		if integer(o["type"]) == typeButton {
			out = append(out, Button{asText(o["label"]), asText(o["url"]), asText(o["custom_id"]), asBool(o["disabled"])})
		}
	})
	return out
}

// Select is a menu a person sees; Options maps labels to values.
type Select struct {
	CustomID, Placeholder string
	Options               map[string]string
	Disabled              bool
}

// Selects returns the menus in reading order.
func (m Message) Selects() []Select {
	var out []Select
	m.each(func(o object) {
		if !isSelect(integer(o["type"])) {
			return
		}
		sel := Select{asText(o["custom_id"]), asText(o["placeholder"]), map[string]string{}, asBool(o["disabled"])}
		for _, x := range asList(o["options"]) {
			sel.Options[asText(asObject(x)["label"])] = asText(asObject(x)["value"])
		}
		out = append(out, sel)
	})
	return out
}

// post stores a new message; call it with s.mu held.
func (s *Server) post(m *message) *message {
	m.id, m.created = s.newID(), s.clock()
	s.messages[m.id] = m
	s.bump()
	return m
}

// edit changes a message the bot may change.
func (s *Server) edit(q *call, m *message) *refusal {
	d, no := q.check(q.object(), m, flagsInEdit)
	if no != nil {
		return no
	}
	m.apply(d)
	m.edited = s.clock()
	return nil
}
