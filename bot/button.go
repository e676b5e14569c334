package bot

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// buttonPrefix is the version of the form of our custom ids. Messages outlive
// the program that wrote them: a button in an unknown form is refused in words.
const buttonPrefix = "1:"

// actionRows makes buttons of the actions, and returns how many. One whose
// call does not fit into a custom id is left out.
func actionRows(actions []commands.Action) (rows []dg.MessageComponent, buttons int) {
	var row []dg.MessageComponent
	seen := map[string]bool{}
	for _, a := range actions {
		id, text := customID(a), label(a.Label, maxLabel)
		if id == "" || text == "" || seen[id] || buttons == maxButtons {
			continue
		}
		seen[id] = true
		row = append(row, dg.Button{Style: dg.SecondaryButton, Label: text, CustomID: id})
		if buttons++; len(row) == maxRowButtons {
			rows, row = append(rows, dg.ActionsRow{Components: row}), nil
		}
	}
	if len(row) > 0 {
		rows = append(rows, dg.ActionsRow{Components: row})
	}
	return rows, buttons
}

// customID puts an action's call in a custom id, such as
// "1:article?article=ab12&page=2", or "" where it does not fit.
func customID(a commands.Action) string {
	values := url.Values{}
	for name, v := range a.Values {
		values.Set(name, v)
	}
	id := buttonPrefix + a.Command + "?" + values.Encode()
	if a.Command == "" || !utf8.ValidString(a.Command) || strings.Contains(a.Command, "?") || utf8.RuneCountInString(id) > maxCustomID {
		return ""
	}
	return id
}

// parseCustomID reads what customID wrote. It reports false for all else.
func parseCustomID(id string) (command string, values map[string]string, ok bool) {
	rest, ok := strings.CutPrefix(id, buttonPrefix)
	command, query, found := strings.Cut(rest, "?")
	if !ok || !found || command == "" || len(id) > 4*maxCustomID {
		return "", nil, false
	}
	parsed, err := url.ParseQuery(query)
	if err != nil {
		return "", nil, false
	}
	values = map[string]string{}
	for name, list := range parsed {
		if len(list) != 1 {
			return "", nil, false
		}
		values[name] = list[0]
	}
	return command, values, true
}

// accepts reports whether a call's values are ones that the command's options
// take. Discord checks those of slash commands, and we do again, because
// buttons and messages carry values past Discord's check.
func accepts(c commands.Command, values map[string]string) bool {
	known := map[string]bool{}
	for _, o := range c.Options {
		known[o.Name] = true
		v, stated := values[o.Name]
		if !stated {
			if o.Required {
				return false
			}
			continue
		}
		switch o.Kind {
		case commands.Flag:
			if v != "true" && v != "false" {
				return false
			}
		case commands.Number:
			if n, err := strconv.Atoi(v); err != nil || n < 1 {
				return false
			}
		default:
			if !utf8.ValidString(v) || o.MaxLength > 0 && utf8.RuneCountInString(v) > o.MaxLength {
				return false
			}
		}
	}
	for name := range values {
		if !known[name] {
			return false
		}
	}
	return true
}
