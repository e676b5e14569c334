package discordtest

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// https://discord.com/developers/docs/interactions/application-commands
const (
	maxChatCommands    = 100 // per scope: global, or one guild
	maxContextCommands = 15  // user commands, and as many message commands
	maxCommandText     = 8000
	maxOptions         = 25
	maxChoices         = 25
)

// Types of commands and of their options.
const (
	chatCommand    = 1
	userCommand    = 2
	messageCommand = 3

	optSubcommand = 1
	optGroup      = 2
	optString     = 3
	optInteger    = 4
	optBoolean    = 5
	optUser       = 6
	optChannel    = 7
	optRole       = 8
	optMentioned  = 9
	optNumber     = 10
	optFile       = 11
)

const locales = " id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko ar he "

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

type commandKey struct {
	name string
	kind int
}

// checkCommands checks the body of a bulk overwrite.
func checkCommands(list []any) []problem {
	c := &checker{}
	count := map[int]int{}
	seen := map[commandKey]bool{}
	for i, x := range list {
		def := asObject(x)
		kind := c.number(def, join(i), "type", 1, 4, chatCommand)
		key := commandKey{asText(def["name"]), kind}
		if seen[key] {
			c.fail(join(i), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key] = true
		count[kind]++
		c.command(join(i), def, kind)
	}
	if count[chatCommand] > maxChatCommands {
		c.fail("", "APPLICATION_COMMAND_TOO_MANY", "Maximum number of application commands reached (%d).", maxChatCommands)
	}
	if count[userCommand] > maxContextCommands || count[messageCommand] > maxContextCommands {
		c.fail("", "APPLICATION_COMMAND_TOO_MANY", "Maximum number of context menu commands reached (%d).", maxContextCommands)
	}
	return c.problems
}

func (c *checker) command(at string, def object, kind int) {
	if def == nil {
		c.fail(at, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return
	}
	if kind == chatCommand {
		c.name(at, def)
		c.text(def, at, "description", 1, 100)
		c.locales(at, def, "description_localizations", 100, false)
	} else {
		c.text(def, at, "name", 1, 32)
		if !blank(def["description"]) || !blank(def["options"]) {
			c.fail(at, "APPLICATION_COMMAND_CONTEXT_MENU", "Context menu commands cannot have description or options")
		}
	}
	switch p := def["default_member_permissions"].(type) {
	case nil, json.Number:
	case string:
		if strings.Trim(p, "0123456789") != "" || p == "" {
			c.fail(join(at, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value %q is not int.", p)
		}
	default:
		c.fail(join(at, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Must be a bit set written as a string.")
	}
	c.distinct(at, def, "contexts", 2)
	c.distinct(at, def, "integration_types", 1)
	c.options(at, def, 0)
	if n := commandText(def); n > maxCommandText {
		c.fail(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d): %d.", maxCommandText, n)
	}
}

// name checks a name that is typed, which is in lower case wherever its
// script has cases.
func (c *checker) name(at string, o object) {
	name := c.text(o, at, "name", 1, 32)
	if name != "" && utf8.RuneCountInString(name) <= 32 && !validName(name) {
		c.fail(join(at, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid: %q.", name)
	}
	c.locales(at, o, "name_localizations", 32, true)
}

func validName(name string) bool {
	return commandName.MatchString(name) && strings.ToLower(name) == name
}

func (c *checker) locales(at string, o object, key string, longest int, name bool) {
	for locale, v := range asObject(o[key]) {
		path := join(at, key, locale)
		n := utf8.RuneCountInString(asText(v))
		switch {
		case !strings.Contains(locales, " "+locale+" "):
			c.fail(path, "ENUM_TYPE_COERCE", "Value %q is not a valid enum value.", locale)
		case n < 1 || n > longest:
			c.fail(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", longest)
		case name && !validName(asText(v)):
			c.fail(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid: %q.", asText(v))
		}
	}
}

// distinct checks an optional list of different numbers from 0 to highest.
func (c *checker) distinct(at string, o object, key string, highest int) {
	if o[key] == nil {
		return
	}
	seen := map[int]bool{}
	for i, v := range c.list(o, at, key, 1, highest+1) {
		n, ok := asInt(v)
		if !ok || n < 0 || n > highest {
			c.fail(join(at, key, i), "BASE_TYPE_CHOICES", "Value must be one of 0 to %d.", highest)
		}
		if seen[n] {
			c.fail(join(at, key, i), "LIST_ITEM_VALUE_DUPLICATED", "List items must be unique.")
		}
		seen[n] = true
	}
}

// options checks the options of a command (depth 0), a group or a subcommand.
func (c *checker) options(at string, parent object, depth int) {
	optional, nested, ordinary := false, false, false
	names := map[string]bool{}
	for i, x := range c.list(parent, at, "options", 0, maxOptions) {
		o, path := asObject(x), join(at, "options", i)
		kind := c.number(o, path, "type", 1, optFile, 0)
		c.name(path, o)
		c.text(o, path, "description", 1, 100)
		c.locales(path, o, "description_localizations", 100, false)
		name := asText(o["name"])
		if names[name] {
			c.fail(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique within a command: %q.", name)
		}
		names[name] = true
		switch kind {
		case 0:
			c.required(join(path, "type"))
		case optSubcommand, optGroup:
			nested = true
			c.nested(path, o, kind, depth, integer(parent["type"]))
		default:
			ordinary = true
			c.option(path, o, kind)
			if asBool(o["required"]) && optional {
				c.fail(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
			}
			optional = optional || !asBool(o["required"])
		}
	}
	if nested && ordinary {
		c.fail(join(at, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

// nested checks where a subcommand or group stands: group within command,
// subcommand within command or group.
func (c *checker) nested(at string, o object, kind, depth, parent int) {
	if kind == optGroup && depth > 0 || kind == optSubcommand && depth > 0 && parent != optGroup {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option type is not valid here")
		return
	}
	for i, x := range asList(o["options"]) {
		if t := integer(asObject(x)["type"]); kind == optGroup && t != optSubcommand {
			c.fail(join(at, "options", i, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds only sub-commands")
		}
	}
	c.options(at, o, depth+1)
}

// option checks one that takes a value.
func (c *checker) option(at string, o object, kind int) {
	c.flag(o, at, "required")
	numeric := kind == optInteger || kind == optNumber
	choices := c.choices(at, o, kind, maxChoices)
	if c.flag(o, at, "autocomplete") && len(choices) > 0 {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", "Choices and autocomplete are mutually exclusive")
	}
	if (asBool(o["autocomplete"]) || len(choices) > 0) && !numeric && kind != optString {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Choices and autocomplete are for string, integer and number options")
	}
	if kind == optString {
		lo := c.number(o, at, "min_length", 0, 6000, 0)
		if hi := c.number(o, at, "max_length", 1, 6000, 6000); lo > hi {
			c.fail(join(at, "min_length"), "NUMBER_TYPE_MAX", "min_length is above max_length")
		}
	} else if !blank(o["min_length"]) || !blank(o["max_length"]) {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Lengths are for string options")
	}
	if !numeric && (o["min_value"] != nil || o["max_value"] != nil) {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Least and greatest values are for integer and number options")
	}
	if kind != optChannel && !blank(o["channel_types"]) {
		c.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Channel types are for channel options")
	}
}

// choices checks those of an option, or those of an autocomplete answer.
func (c *checker) choices(at string, o object, kind, most int) []any {
	list := c.list(o, at, "choices", 0, most)
	names := map[string]bool{}
	for i, x := range list {
		choice, path := asObject(x), join(at, "choices", i)
		name := c.text(choice, path, "name", 1, 100)
		if names[name] {
			c.fail(path, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", "Choice names must be unique: %q.", name)
		}
		names[name] = true
		c.locales(path, choice, "name_localizations", 100, false)
		c.choiceValue(path, choice, kind)
	}
	return list
}

func (c *checker) choiceValue(at string, choice object, kind int) {
	number, isNumber := choice["value"].(json.Number)
	switch {
	case choice["value"] == nil:
		c.required(join(at, "value"))
	case kind == optString:
		c.text(choice, at, "value", 0, 100)
	case kind == optInteger:
		if _, err := number.Int64(); err != nil {
			c.fail(join(at, "value"), "NUMBER_TYPE_COERCE", "Value %s is not int.", encode(choice["value"]))
		}
	case kind == optNumber && !isNumber:
		c.fail(join(at, "value"), "NUMBER_TYPE_COERCE", "Value %s is not float.", encode(choice["value"]))
	}
}

// commandText is the length of all names, descriptions and choice values, each
// in its longest translation.
func commandText(o object) int {
	n := 0
	for _, key := range []string{"name", "description"} {
		longest := utf8.RuneCountInString(asText(o[key]))
		for _, v := range asObject(o[key+"_localizations"]) {
			longest = max(longest, utf8.RuneCountInString(asText(v)))
		}
		n += longest
	}
	switch v := o["value"].(type) {
	case string:
		n += utf8.RuneCountInString(v)
	case json.Number:
		n += len(v)
	}
	for _, key := range []string{"options", "choices"} {
		for _, x := range asList(o[key]) {
			n += commandText(asObject(x))
		}
	}
	return n
}
