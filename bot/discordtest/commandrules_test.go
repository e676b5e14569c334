package discordtest

import (
	"fmt"
	"strings"
	"testing"
)

func TestCommandRules(t *testing.T) {
	both(t, func(t *testing.T, s *Server, spec bool) {
		judge(t, s, spec, "PUT", commandsPath, commandCases())
		judge(t, s, spec, "PUT", commandsPath, optionCases())
		judge(t, s, spec, "PUT", commandsPath, choiceCases())
		judge(t, s, spec, "PUT", commandsPath, nestedCases())
	})
}

// changed is one command, ordinary but for a field.
func changed(key string, v any) []any {
	c := askCommand()
	c[key] = v
	return []any{c}
}

func commandCases() []ruleCase {
	chat := func(n int) []any {
		return many(n, func(i int) any { return object{"name": fmt.Sprint("c", i), "description": "d"} })
	}
	context := func(kind, n int) []any {
		return many(n, func(i int) any { return object{"type": kind, "name": fmt.Sprint("Check ", i)} })
	}
	return []ruleCase{
		{"an ordinary command", []any{askCommand()}, ""},
		{"none", []any{}, ""},
		{"unused fields as discordgo sends them", changed("options", []any{object{"type": optString, "name": "q", "description": "d",
			"required": false, "options": nil, "autocomplete": false, "choices": nil, "channel_types": nil}}), ""},
		{"permissions as a string", changed("default_member_permissions", "32"), ""},
		{"admins only", changed("default_member_permissions", "0"), ""},
		{"permissions in words", changed("default_member_permissions", "MANAGE_GUILD"), "default_member_permissions"},
		{"contexts", changed("contexts", []any{0, 1, 2}), ""},
		{"unknown context", changed("contexts", []any{3}), "contexts.0"},
		{"context twice", changed("contexts", []any{0, 0}), "contexts.1"},
		{"not for minors", changed("nsfw", true), ""},
		{"name in capitals", changed("name", "Ask"), "name is invalid"},
		{"name with a blank", changed("name", "ask me"), "name is invalid"},
		{"name in another script", changed("name", "спроси"), ""},
		{"name in capitals of another script", changed("name", "Спроси"), "name is invalid"},
		{"name of 33", changed("name", strings.Repeat("a", 33)), "name: Must be 32"},
		{"no description", changed("description", nil), "description: This field is required"},
		{"description of 101", changed("description", long(101)), "description: Must be 100"},
		{"unknown language", changed("name_localizations", object{"xx": "a"}), "name_localizations.xx"},
		{"translated name in capitals", changed("name_localizations", object{"de": "Frag"}), "name is invalid"},
		{"translations", changed("description_localizations", object{"de": "Frag nach Neuem", "pt-BR": "Pergunte"}), ""},
		{"same name twice", []any{askCommand(), askCommand()}, "must be unique"},
		{"same name, other type", []any{askCommand(), object{"type": messageCommand, "name": "ask"}}, ""},
		{"message command with blanks and capitals", []any{object{"type": messageCommand, "name": "Check This"}}, ""},
		{"message command with description", []any{object{"type": messageCommand, "name": "Check", "description": "d"}}, "cannot have description"},
		{"15 message commands", context(messageCommand, 15), ""},
		{"16 message commands", context(messageCommand, 16), "context menu commands"},
		{"16 user commands", context(userCommand, 16), "context menu commands"},
		{"something else among them", []any{7}, "Only dictionaries"},
		{"permissions as a list", changed("default_member_permissions", []any{"32"}), "default_member_permissions"},
		{"empty translation", changed("description_localizations", object{"de": ""}), "description_localizations.de"},
		{"context in words", changed("contexts", "guild"), "contexts: Only iterables"},
		{"100 commands", chat(100), ""},
		{"101 commands", chat(101), "(100)"},
	}
}

// withOptions is a command with these options.
func withOptions(list ...any) []any { return changed("options", list) }

func textOption(name string, extra ...any) object {
	o := object{"type": optString, "name": name, "description": "d"}
	for i := 0; i < len(extra); i += 2 {
		o[extra[i].(string)] = extra[i+1]
	}
	return o
}

func optionOf(kind int, extra ...any) object { return with(textOption("a", extra...), "type", kind) }

func choicesOf(n int) []any {
	return many(n, func(i int) any { return object{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} })
}

func optionCases() []ruleCase {
	options, text, number := withOptions, textOption, optionOf
	return []ruleCase{
		{"25 options", options(many(25, func(i int) any { return text(fmt.Sprint("o", i)) })...), ""},
		{"26 options", options(many(26, func(i int) any { return text(fmt.Sprint("o", i)) })...), "options: Must be"},
		{"required after optional", options(text("a"), text("b", "required", true)), "before non-required"},
		{"option twice", options(text("a"), text("a")), "unique within a command"},
		{"option without description", options(object{"type": optString, "name": "a"}), "description: This field is required"},
		{"option name in capitals", options(text("A")), "name is invalid"},
		{"option without type", options(object{"name": "a", "description": "d"}), "type: This field is required"},
		{"lengths of a number", options(number(optInteger, "max_length", 5)), "Lengths are for"},
		{"length in words", options(text("a", "max_length", "five")), "max_length: Value"},
		{"bounds of a number", options(number(optInteger, "min_value", 1, "max_value", 5)), ""},
		{"bounds of a text", options(text("a", "max_value", 5)), "Least and greatest"},
		{"channel types of a channel", options(number(optChannel, "channel_types", []any{0})), ""},
		{"channel types of a text", options(text("a", "channel_types", []any{0})), "Channel types are for"},
		{"least above greatest length", options(text("a", "min_length", 10, "max_length", 5)), "min_length"},
		{"length of 6001", options(text("a", "max_length", 6001)), "max_length"},
		{"option of unknown type", options(object{"type": 12, "name": "a", "description": "d"}), "type"},
	}
}

func choiceCases() []ruleCase {
	options, text, number, choices := withOptions, textOption, optionOf, choicesOf
	return []ruleCase{
		{"choices and autocomplete", options(text("a", "choices", choices(2), "autocomplete", true)), "mutually exclusive"},
		{"25 choices", options(text("a", "choices", choices(25))), ""},
		{"26 choices", options(text("a", "choices", choices(26))), "choices: Must be"},
		{"choice name of 101", options(text("a", "choices", []any{object{"name": long(101), "value": "v"}})), "choices.0.name"},
		{"choice value of 101", options(text("a", "choices", []any{object{"name": "n", "value": long(101)}})), "choices.0.value"},
		{"choice name twice", options(text("a", "choices", []any{object{"name": "n", "value": "1"}, object{"name": "n", "value": "2"}})), "Choice names must be unique"},
		{"choice of the wrong type", options(object{"type": optInteger, "name": "a", "description": "d", "choices": []any{object{"name": "n", "value": "v"}}}), "choices.0.value"},
		{"choices for a switch", options(object{"type": optBoolean, "name": "a", "description": "d", "autocomplete": true}), "for string, integer and number"},
		{"choice without a value", options(text("a", "choices", []any{object{"name": "n"}})), "choices.0.value: This field is required"},
		{"choice that is no fraction", options(number(optNumber, "choices", []any{object{"name": "n", "value": "v"}})), "choices.0.value"},
		{"choices that are fractions", options(number(optNumber, "choices", []any{object{"name": "n", "value": 0.5}})), ""},
	}
}

func nestedCases() []ruleCase {
	options, text := withOptions, textOption
	sub := func(name string, list ...any) object {
		return object{"type": optSubcommand, "name": name, "description": "d", "options": list}
	}
	group := func(list ...any) object {
		return object{"type": optGroup, "name": "g", "description": "d", "options": list}
	}
	big := func(last int) []any { // 25 choices of 200 characters, and last more
		return options(many(2, func(i int) any {
			n := 25
			if i == 1 {
				n = last
			}
			return text(fmt.Sprint(i), "choices", many(n, func(j int) any {
				return object{"name": fmt.Sprintf("%0100d", j), "value": fmt.Sprintf("%0100d", j)}
			}))
		})...)
	}
	return []ruleCase{
		{"subcommands", options(sub("a", text("q")), group(sub("b"))), ""},
		{"subcommand beside an option", options(sub("a"), text("q")), "mutually exclusive"},
		{"subcommand in a subcommand", options(sub("a", sub("b"))), "not valid here"},
		{"option in a group", options(group(text("q"))), "only sub-commands"},
		{"just below 8000 characters", big(13), ""},
		{"above 8000 characters", big(15), "maximum size (8000)"},
	}
}
