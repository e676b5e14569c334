package discordtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Commands returns the registered commands of a guild, or the global ones for
// "", as Discord would send them.
func (s *Server) Commands(guildID string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []json.RawMessage
	for _, c := range s.commands[guildID] {
		out = append(out, encode(c))
	}
	return out
}

func (s *Server) guildAccess(id string) *refusal {
	if id == "" || slices.Contains(s.guilds, id) && !s.barred[id] {
		return nil
	}
	no := refuse(403, 50001, "Missing Access")
	no.innocent = true
	return no
}

func (s *Server) getCommands(q *call) (int, any, *refusal) {
	guild := q.PathValue("guild_id")
	if no := s.guildAccess(guild); no != nil {
		return 0, nil, no
	}
	out := []any{}
	for _, c := range s.commands[guild] {
		if q.URL.Query().Get("with_localizations") != "true" {
			c = asObject(plain(c))
			dropLocales(c)
		}
		out = append(out, c)
	}
	return 200, out, nil
}

// dropLocales takes out the dictionaries, which Discord lists only when asked.
func dropLocales(o object) {
	delete(o, "name_localizations")
	delete(o, "description_localizations")
	for _, x := range asList(o["options"]) {
		dropLocales(asObject(x))
	}
}

func (s *Server) setCommands(q *call) (int, any, *refusal) {
	guild := q.PathValue("guild_id")
	if no := s.guildAccess(guild); no != nil {
		return 0, nil, no
	}
	list, ok := q.body.([]any)
	if !ok {
		return 0, nil, invalid([]problem{{code: "LIST_TYPE_CONVERT", text: "Only iterables may be used in a ListType"}})
	}
	if no := invalid(checkCommands(list)); no != nil {
		return 0, nil, no
	}
	var next []object
	out := []any{}
	for _, x := range list {
		c := s.registered(asObject(x), guild)
		next = append(next, c)
		out = append(out, c)
	}
	s.commands[guild] = next
	return 200, out, nil
}

// registered is a definition as Discord keeps it. A command keeps its id as
// long as its name and type stay, and its version as long as nothing changes.
func (s *Server) registered(def object, guild string) object {
	c := object{
		"application_id": ApplicationID, "type": json.Number("1"), "name": def["name"], "description": asText(def["description"]),
		"name_localizations": def["name_localizations"], "description_localizations": def["description_localizations"],
		"default_member_permissions": nil, "nsfw": asBool(def["nsfw"]),
	}
	if t := def["type"]; t != nil {
		c["type"] = t
	}
	switch p := def["default_member_permissions"].(type) {
	case string:
		c["default_member_permissions"] = p
	case json.Number:
		c["default_member_permissions"] = p.String()
	}
	if guild != "" {
		c["guild_id"] = guild
	} else {
		s.installation(c, def)
	}
	if options := normalOptions(asList(def["options"])); len(options) > 0 {
		c["options"] = options
	}
	c = asObject(plain(c))
	for _, old := range s.commands[guild] {
		if old["name"] != c["name"] || integer(old["type"]) != integer(c["type"]) {
			continue
		}
		c["id"], c["version"] = old["id"], old["version"]
		if bytes.Equal(encode(c), encode(old)) {
			return c
		}
		c["version"] = s.newID()
		return c
	}
	c["id"], c["version"] = s.newID(), s.newID()
	return c
}

// installation fills what only global commands have: where they are offered.
func (s *Server) installation(c, def object) {
	c["contexts"], c["integration_types"] = def["contexts"], []any{json.Number("0")}
	if t := asList(def["integration_types"]); len(t) > 0 {
		c["integration_types"] = t
	}
	inDM := def["dm_permission"] == nil || asBool(def["dm_permission"])
	if contexts, ok := def["contexts"].([]any); ok {
		inDM = slices.ContainsFunc(contexts, func(v any) bool { return integer(v) == int(BotDM) })
	} else if !inDM {
		c["contexts"] = []any{json.Number("0")}
	}
	c["dm_permission"] = inDM
}

// normalOptions leaves out what Discord does not send back: false, null and
// empty lists.
func normalOptions(options []any) []any {
	var out []any
	for _, x := range options {
		o := maps.Clone(asObject(x))
		maps.DeleteFunc(o, func(k string, v any) bool { return blank(v) })
		if sub := normalOptions(asList(o["options"])); len(sub) > 0 {
			o["options"] = sub
		}
		out = append(out, o)
	}
	return out
}
