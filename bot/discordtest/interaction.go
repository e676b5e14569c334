package discordtest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Interaction is a person using a command.
type Interaction struct {
	Command string         // its name; "index rebuild" for a subcommand
	Options map[string]any // by name: string, bool, int, float64; ids as strings
	User    User
	Place   Place
	// Overridden says that the server's own settings let the person use a
	// command that its default_member_permissions would hide from them.
	Overridden bool
	// Target is what a user or message command was used on: a user's id, or
	// the id of a message the server knows.
	Target string
	Extra  map[string]any // laid over the payload: what Discord may add some day
}

// Interact sends INTERACTION_CREATE for a registered command, to a bot that
// is ready and has registered commands or does so before ctx ends. What no client could send fails the
// test: a command or option that is not registered, a missing required option,
// a value of the wrong type or length, a place where the command is not
// offered. A bot with an interactions endpoint gets it there instead.
func (s *Server) Interact(ctx context.Context, i Interaction) *Reply {
	s.t.Helper()
	return s.use(ctx, i, kindCommand, "")
}

// Autocomplete sends what a client sends while a person types into an option;
// i.Options holds what is typed so far, the option named by focus included.
func (s *Server) Autocomplete(ctx context.Context, i Interaction, focus string) *Reply {
	s.t.Helper()
	return s.use(ctx, i, kindAutocomplete, focus)
}

func (s *Server) use(ctx context.Context, i Interaction, kind int, focus string) *Reply {
	s.t.Helper()
	s.mu.Lock()
	if m := s.messages[i.Target]; m != nil && i.Place == (Place{}) {
		i.Place = standing(m, "")
	}
	at, _ := s.fill(i.Place, i.User)
	s.mu.Unlock()
	s.listening(ctx, at.GuildID)
	s.await(ctx, "commands that are registered", func() bool { return len(s.commands[at.GuildID])+len(s.commands[""]) > 0 })
	s.mu.Lock()
	in := &interaction{kind: kind}
	data, err := s.commandData(i, in, focus)
	if err != nil {
		s.mu.Unlock()
		s.t.Fatalf("discordtest: /%s: %v", i.Command, err)
	}
	body := s.payload(in, i.Place, i.User)
	body["data"] = data
	s.mu.Unlock()
	return s.send(in, overlay(body, i.Extra))
}

// listening waits for a bot that hears what is used in a guild, at its
// endpoint or on the gateway.
func (s *Server) listening(ctx context.Context, guild string) {
	s.t.Helper()
	s.await(ctx, "a gateway connection that is ready", func() bool { return s.endpoint != "" || s.serves(guild) })
}

// send delivers an interaction to the bot.
func (s *Server) send(in *interaction, body object) *Reply {
	r := &Reply{s: s, in: in, Payload: encode(body)}
	s.mu.Lock()
	endpoint, closed := s.endpoint, s.closed
	if endpoint != "" && !closed {
		in.sent = s.sign(r.Payload, s.clock())
		s.group.Add(1)
		go s.deliver(endpoint, in)
	}
	s.mu.Unlock()
	if endpoint == "" {
		s.dispatch("INTERACTION_CREATE", in.guild, func(*conn) any { return body }, 0)
	}
	return r
}

// commandData builds data from the registered definition.
func (s *Server) commandData(i Interaction, in *interaction, focus string) (object, error) {
	words := strings.Fields(i.Command)
	if len(words) == 0 {
		return nil, fmt.Errorf("no command is named")
	}
	place, _ := s.fill(i.Place, i.User)
	name := words[0]
	if i.Target != "" { // names of context menu commands may hold spaces
		name, words = i.Command, []string{i.Command}
	}
	def, err := s.offered(name, place, i)
	if err != nil {
		return nil, err
	}
	data := object{"id": def["id"], "name": def["name"], "type": def["type"]}
	if def["guild_id"] != nil {
		data["guild_id"] = def["guild_id"]
	}
	if i.Target != "" {
		data["target_id"] = i.Target
		data["resolved"] = s.resolve(i, integer(def["type"]))
	}
	at := data
	for _, word := range words[1:] {
		def = named(def, word)
		if def == nil || integer(def["type"]) > optGroup {
			return nil, fmt.Errorf("subcommand %q is not registered", word)
		}
		sub := object{"name": word, "type": def["type"]}
		at["options"], at = []any{sub}, sub
	}
	options, err := commandOptions(def, i.Options, in, focus)
	if err == nil && (len(options) > 0 || len(words) > 1) {
		at["options"] = options
	}
	return data, err
}

// resolve carries what a context menu command was used on.
func (s *Server) resolve(i Interaction, kind int) object {
	if kind == messageCommand && s.messages[i.Target] != nil {
		return object{"messages": object{i.Target: s.messages[i.Target].json()}}
	}
	u := User{ID: i.Target}
	return object{"users": object{i.Target: u.json()}, "members": object{i.Target: without(u.member(false))}}
}

// offered finds a command as the client would offer it: the guild's own first.
func (s *Server) offered(name string, p Place, i Interaction) (object, error) {
	for _, scope := range slices.Compact([]string{p.GuildID, ""}) {
		for _, def := range s.commands[scope] {
			if def["name"] != name || (integer(def["type"]) == chatCommand) != (i.Target == "") {
				continue
			}
			return def, allowed(def, p, i)
		}
	}
	return nil, fmt.Errorf("no such command is registered")
}

// allowed says why a client would not offer a command there to that person.
func allowed(def object, p Place, i Interaction) error {
	context := fmt.Sprintf("context %d", p.Context)
	if contexts, ok := def["contexts"].([]any); ok {
		if !slices.ContainsFunc(contexts, func(v any) bool { return integer(v) == int(p.Context) }) {
			return fmt.Errorf("the command is not offered in %s", context)
		}
	} else if p.Context == BotDM && def["dm_permission"] == false {
		return fmt.Errorf("the command is not offered in %s", context)
	}
	install := 0
	if p.UserInstalled {
		install = 1
	}
	if types := asList(def["integration_types"]); types != nil && !slices.ContainsFunc(types, func(v any) bool { return integer(v) == install }) {
		return fmt.Errorf("the command is not installed for %s", context)
	}
	need, ok := def["default_member_permissions"].(string)
	if !ok || p.Context != Guild || i.Overridden || i.User.permissions()&Administrator != 0 {
		return nil
	}
	bits, err := strconv.ParseUint(need, 10, 64)
	if err != nil {
		return fmt.Errorf("default_member_permissions %q: %w", need, err)
	}
	if bits == 0 || i.User.permissions()&bits != bits {
		return fmt.Errorf("the person lacks the permissions %s; give User.Permissions, or set Overridden", need)
	}
	return nil
}

func named(def object, name string) object {
	for _, x := range asList(def["options"]) {
		if asObject(x)["name"] == name {
			return asObject(x)
		}
	}
	return nil
}

// commandOptions gives the options in the order of their registration.
func commandOptions(def object, values map[string]any, in *interaction, focus string) ([]any, error) {
	left := maps.Clone(values)
	out := []any{}
	for _, x := range asList(def["options"]) {
		o := asObject(x)
		name, kind := asText(o["name"]), integer(o["type"])
		v, given := left[name]
		delete(left, name)
		switch {
		case kind <= optGroup:
			return nil, fmt.Errorf("the command has subcommands; name one")
		case !given && asBool(o["required"]) && in.kind != kindAutocomplete:
			return nil, fmt.Errorf("option %q is required", name)
		case !given:
			continue
		}
		entry := object{"name": name, "type": o["type"], "value": v}
		if name == focus {
			if !asBool(o["autocomplete"]) {
				return nil, fmt.Errorf("option %q is not registered with autocomplete", name)
			}
			entry["focused"], in.focus = true, kind
		} else if err := fits(o, kind, plain(v)); err != nil {
			return nil, fmt.Errorf("option %q: %w", name, err)
		}
		out = append(out, entry)
	}
	for name := range left {
		return nil, fmt.Errorf("option %q is not registered", name)
	}
	if in.kind == kindAutocomplete && in.focus == 0 {
		return nil, fmt.Errorf("the focused option %q has no value; give one, \"\" if nothing is typed", focus)
	}
	return out, nil
}

// fits checks a value as a client does before it sends it.
func fits(o object, kind int, v any) error {
	text, isText := v.(string)
	number, isNumber := v.(json.Number)
	_, isBool := v.(bool)
	switch kind {
	case optString:
		n := utf8.RuneCountInString(text)
		if hi := integer(o["max_length"]); !isText || hi > 0 && n > hi || n < integer(o["min_length"]) {
			return fmt.Errorf("%v is no string of the registered length", v)
		}
	case optInteger, optNumber:
		f, err := number.Float64()
		if !isNumber || err != nil || kind == optInteger && strings.ContainsAny(string(number), ".eE") {
			return fmt.Errorf("%v is not a number of the registered type", v)
		}
		if lo, ok := o["min_value"].(json.Number); ok && f < float(lo) {
			return fmt.Errorf("%v is below %s", v, lo)
		}
		if hi, ok := o["max_value"].(json.Number); ok && f > float(hi) {
			return fmt.Errorf("%v is above %s", v, hi)
		}
	case optBoolean:
		if !isBool {
			return fmt.Errorf("%v is neither true nor false", v)
		}
	default:
		if !isText {
			return fmt.Errorf("%v is not an id", v)
		}
	}
	choices := asList(o["choices"])
	if len(choices) > 0 && !slices.ContainsFunc(choices, func(c any) bool { return asObject(c)["value"] == v }) {
		return fmt.Errorf("%v is none of the registered choices", v)
	}
	return nil
}

func float(n json.Number) float64 { f, _ := n.Float64(); return f }
