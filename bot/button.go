package bot

import (
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
	"newsdesk/locale"
)

// A custom id carries the call of a button, a menu's choice or a modal, such
// as "1:article?article=ab12&page=2". Messages outlive the program that wrote
// them, so nothing is kept in memory: what does not fit into a custom id stands
// in the message itself. Behind the name of an option
//
//   - "~" means that its value is the title of the message, and gives a checksum
//     of it: questions are longer than custom ids;
//   - "." means that the person is asked for its value.
//
// The number is the version of this form.
const buttonPrefix = "1:"

// What people read where a call cannot be made out.
var (
	errOldButton = errors.New("this button is no longer understood: ask again for a fresh one")
	errLostTitle = errors.New("the question of this message cannot be read any more: ask it again")
)

// shareID is the custom id of the button that shows a private reply to all.
const (
	shareID      = buttonPrefix + shareCommand + "?"
	shareCommand = "share" // to the log and to metrics
)

// menuID is that of the menu of what can be shown in full.
const menuID = buttonPrefix + "menu?"

// actionRows makes buttons of a reply's actions, and returns how many. One
// whose call does not fit into a custom id is left out. The title is that of
// the message, if it can be read from there.
func actionRows(r commands.Reply, title string) (rows []dg.MessageComponent, buttons int) {
	var list []dg.MessageComponent
	seen := map[string]bool{}
	add := func(text, id string) {
		if id == "" || text == "" || seen[id] || len(list) == maxButtons {
			return
		}
		seen[id] = true
		list = append(list, dg.Button{Style: dg.SecondaryButton, Label: text, CustomID: id})
	}
	for _, a := range r.Actions {
		add(label(a.Label, maxLabel), customID(a, title))
	}
	if r.Share {
		add(r.Language.Say("Share"), shareID)
	}
	buttons = len(list)
	// Rows of like length look better than a full one and a single button.
	for n := (buttons + maxRowButtons - 1) / maxRowButtons; n > 0; n-- {
		length := (len(list) + n - 1) / n
		rows = append(rows, dg.ActionsRow{Components: list[:length]})
		list = list[length:]
	}
	return rows, buttons
}

// menuRow makes a menu of the items that can be shown in full, nil where there
// are none.
func menuRow(l locale.Language, items []commands.Item) dg.MessageComponent {
	var options []dg.SelectMenuOption
	seen := map[string]bool{}
	for _, item := range items {
		if item.Expand == nil || len(options) == maxOptions {
			continue
		}
		id, text := customID(*item.Expand, ""), label(item.Expand.Label, maxOptionText)
		if id == "" || text == "" || seen[id] {
			continue
		}
		seen[id] = true
		where := label(strings.Join(append(nonEmpty(item.Source), nonEmpty(dayInWords(l, item.Published))...), ", "), maxOptionText)
		if where == "" {
			where = l.Say("Shown only to you")
		}
		options = append(options, dg.SelectMenuOption{Label: text, Value: id, Description: where})
	}
	if len(options) == 0 {
		return nil
	}
	return dg.ActionsRow{Components: []dg.MessageComponent{dg.SelectMenu{
		MenuType: dg.StringSelectMenu, CustomID: menuID, Placeholder: label(l.Say("Show the full excerpt"), maxPlaceholder), Options: options,
	}}}
}

// customID puts an action's call in a custom id, or "" where it does not fit.
// A value that is the message's title is only referred to.
func customID(a commands.Action, title string) string {
	v := url.Values{}
	for name, value := range a.Values {
		if title != "" && plainLine(value) == title {
			v.Set(name+"~", checksum(title))
		} else {
			v.Set(name, value)
		}
	}
	if a.Asks != "" {
		v.Set(a.Asks+".", "")
	}
	id := buttonPrefix + a.Command + "?" + v.Encode()
	if a.Command == "" || !utf8.ValidString(a.Command) || strings.Contains(a.Command, "?") || utf8.RuneCountInString(id) > maxCustomID {
		return ""
	}
	return id
}

func checksum(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

// parseCustomID reads what customID wrote, of a message with that title. asks
// is the option that the person is asked for, if any.
func parseCustomID(id, title string) (command string, values map[string]string, asks string, err error) {
	rest, ok := strings.CutPrefix(id, buttonPrefix)
	command, query, found := strings.Cut(rest, "?")
	if !ok || !found || command == "" || len(id) > 4*maxCustomID {
		return "", nil, "", errOldButton
	}
	parsed, err := url.ParseQuery(query)
	if err != nil {
		return "", nil, "", errOldButton
	}
	values = map[string]string{}
	for name, list := range parsed {
		if len(list) != 1 {
			return "", nil, "", errOldButton
		}
		if option, ok := strings.CutSuffix(name, "~"); ok {
			if checksum(title) != list[0] {
				return "", nil, "", errLostTitle
			}
			values[option] = title
		} else if option, ok := strings.CutSuffix(name, "."); ok {
			asks = option
		} else {
			values[name] = list[0]
		}
	}
	return command, values, asks, nil
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
		case commands.Channel:
			if !snowflake.MatchString(v) {
				return false
			}
		default:
			if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c commands.Choice) bool { return c.Value == v }) {
				return false
			}
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
