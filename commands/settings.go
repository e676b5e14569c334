package commands

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/locale"
	"newsdesk/store"
)

var (
	errNoStore  = errors.New("nothing can be set here: the people who run the bot have turned that off")
	errNoServer = errors.New("that belongs to a server on Discord: use it there")
)

// How much a server can list.
const (
	maxChannels       = 20
	maxAllowedSources = 25
)

// What the options of /settings take.
var (
	languageChoices = []Choice{
		{"As each person's Discord", "client"}, {"English", "en"}, {"Deutsch", "de"},
		{"Français", "fr"}, {"Español", "es"}, {"Українська", "uk"},
	}
	lengthChoices = []Choice{{"Short: one sentence", store.Short}, {"Normal: two to four sentences", "normal"}, {"Long: up to eight sentences", store.Long}}
	gapChoices    = []Choice{{"Not kept", "off"}, {"For 7 days", "7"}, {"For 30 days", "30"}, {"For 90 days", "90"}, {"For 365 days", "365"}}
	actionChoices = []Choice{{"Export all that is kept of this server", "export"}, {"Reset: delete all that is kept of this server", "delete"}}
)

// settings shows and changes what the admins of a server can set.
func settings(d Deps) Command {
	return Command{
		Name:        "settings",
		Description: "What the bot does in this server: shown, and changed by the options",
		Admin:       true,
		Private:     true,
		Anywhere:    true,
		Options: []Option{
			{Name: "add_channel", Description: "Answer in this channel, and only in those added", Kind: Channel},
			{Name: "remove_channel", Description: "No longer answer in this channel", Kind: Channel},
			{Name: "add_source", Description: "Use articles of this outlet, and only of those added", MaxLength: 100, Suggest: suggestAnySource(d)},
			{Name: "remove_source", Description: "No longer use articles of this outlet", MaxLength: 100, Suggest: suggestAllowed},
			{Name: "private", Description: "Show answers only to who asked, who may share them", Kind: Flag},
			{Name: "language", Description: "The language of replies", MaxLength: 10, Choices: languageChoices},
			{Name: "length", Description: "How much an answer says", MaxLength: 10, Choices: lengthChoices},
			{Name: "gaps", Description: "Keep the questions without an answer, and not who asked, for /gaps", MaxLength: 10, Choices: gapChoices},
			{Name: "action", Description: "Something else to do, at once", MaxLength: 10, Choices: actionChoices},
		},
		run: func(_ context.Context, call Call) (Reply, error) {
			if err := d.keeps(call); err != nil {
				return Reply{}, err
			}
			action := call.Values["action"]
			switch {
			case action != "" && len(call.Values) > 1:
				return Reply{}, &BadOption{Option: "action", Value: action, Want: locale.Textf("it alone, without other options")}
			case action == "export":
				return d.exportSettings(call)
			case action == "delete":
				return d.deleteSettings(call)
			case action != "":
				return Reply{}, badChoice("action", action, actionChoices)
			case len(call.Values) == 0:
				set, err := d.Store.Settings(call.Server)
				return settingsReply(call.Language, set, call.Language.Say("What is set")), err
			}
			set, err := d.Store.Change(call.Server, func(set *store.Settings) error { return d.change(set, call.Values) })
			if err != nil {
				return Reply{}, err
			}
			r := settingsReply(call.Language, set, call.Language.Say("Set"))
			r.Tone = Good
			return r, nil
		},
	}
}

// keeps reports, as an error, that nothing can be kept for where a call comes
// from.
func (d Deps) keeps(call Call) error {
	switch {
	case call.Server == "":
		return errNoServer
	case d.Store == nil:
		return errNoStore
	}
	return nil
}

// change takes the values of a call into the settings.
func (d Deps) change(set *store.Settings, values map[string]string) error {
	if v := values["add_channel"]; v != "" && !slices.Contains(set.Channels, v) {
		if len(set.Channels) == maxChannels {
			return &BadOption{Option: "add_channel", Value: v, Want: locale.Textf("%d channels at most, or none for all", maxChannels)}
		}
		set.Channels = append(set.Channels, v)
	}
	if v := values["remove_channel"]; v != "" {
		if !slices.Contains(set.Channels, v) {
			return &BadOption{Option: "remove_channel", Value: v, Want: locale.Textf("a channel that was added")}
		}
		set.Channels = slices.DeleteFunc(set.Channels, func(id string) bool { return id == v })
	}
	if v := values["add_source"]; v != "" {
		names, err := d.Engine.FindSources(v)
		if err != nil {
			return err
		}
		for _, name := range names {
			if !slices.Contains(set.Sources, name) {
				set.Sources = append(set.Sources, name)
			}
		}
		if len(set.Sources) > maxAllowedSources {
			return &BadOption{Option: "add_source", Value: v, Want: locale.Textf("%d outlets at most, or none for all", maxAllowedSources)}
		}
	}
	if v := values["remove_source"]; v != "" {
		left := slices.DeleteFunc(slices.Clone(set.Sources), func(name string) bool { return strings.EqualFold(name, strings.TrimSpace(v)) })
		if len(left) == len(set.Sources) {
			return &BadOption{Option: "remove_source", Value: v, Want: locale.Textf("an outlet that was added")}
		}
		set.Sources = left
	}
	if v := values["private"]; v != "" {
		set.Private = v == "true"
	}
	return changeChoices(set, values)
}

// changeChoices takes in what can only be one of some values.
func changeChoices(set *store.Settings, values map[string]string) error {
	for name, choices := range map[string][]Choice{"language": languageChoices, "length": lengthChoices, "gaps": gapChoices} {
		v, stated := values[name]
		if !stated {
			continue
		}
		if !isChoice(choices, v) {
			return badChoice(name, v, choices)
		}
		switch name {
		case "language":
			set.Language = strings.TrimPrefix(v, "client")
		case "length":
			set.Length = strings.TrimPrefix(v, "normal")
		case "gaps":
			set.GapDays, _ = strconv.Atoi(v) // 0 for off
		}
	}
	return nil
}

func isChoice(choices []Choice, value string) bool {
	return slices.ContainsFunc(choices, func(c Choice) bool { return c.Value == value })
}

func badChoice(option, value string, choices []Choice) error {
	var all locale.List
	for _, c := range choices {
		all.Items = append(all.Items, c.Value)
	}
	return &BadOption{Option: option, Value: value, Want: locale.Textf("one of %s", all)}
}

// settingsReply shows what is set.
func settingsReply(l locale.Language, set store.Settings, title string) Reply {
	r := Reply{Title: title, Actions: []Action{{Label: l.Say("Export"), Command: "settings", Values: map[string]string{"action": "export"}}}}
	channels := Fact{Name: l.Say("Answers in"), Value: l.Say("all channels")}
	if len(set.Channels) > 0 {
		channels = Fact{Name: channels.Name, Channels: set.Channels}
	}
	sources := l.Say("all outlets")
	if len(set.Sources) > 0 {
		sources = strings.Join(set.Sources, ", ")
	}
	private := l.Say("all; /ask with private shows one to who asked only")
	if set.Private {
		private = l.Say("who asked only, who may share them; answers to mentions are seen by all")
	}
	gaps := "0"
	if set.GapDays > 0 {
		gaps = strconv.Itoa(set.GapDays)
		r.Actions = append(r.Actions, Action{Label: l.Say(gapsTitle), Command: "gaps"})
	}
	r.Facts = []Fact{
		channels,
		{Name: l.Say("Articles of"), Value: sources},
		{Name: l.Say("Shown to"), Value: private},
		{Name: l.Say("Language"), Value: l.Say(nameOf(languageChoices, set.Language, 0))},
		{Name: l.Say("Length"), Value: l.Say(nameOf(lengthChoices, set.Length, 1))},
		{Name: l.Say(gapsTitle), Value: l.Say(nameOf(gapChoices, gaps, 0))},
	}
	r.Note = l.Say("The options of /settings change this")
	return r
}

// nameOf is what people read for a value, or for the usual one.
func nameOf(choices []Choice, value string, usual int) string {
	for _, c := range choices {
		if c.Value == value {
			return c.Name
		}
	}
	return choices[usual].Name
}

func (d Deps) exportSettings(call Call) (Reply, error) {
	raw, err := d.Store.Export(call.Server, call.Now)
	return Reply{
		Private: true, Aside: true, Lines: []Line{{Text: call.Language.Say("This is all that is kept of this server.")}},
		File: &File{Name: "newsdesk-" + call.Server + ".json", Data: raw},
	}, err
}

func (d Deps) deleteSettings(call Call) (Reply, error) {
	had, err := d.Store.Forget(call.Server)
	if err != nil {
		return Reply{}, err
	}
	r := settingsReply(call.Language, store.Settings{}, call.Language.Say("Deleted"))
	r.Tone = Good
	if !had {
		r.Title = call.Language.Say("Nothing was kept of this server")
	}
	return r, nil
}

// Elsewhere says where a server's settings have the bot answer.
func Elsewhere(l locale.Language, set store.Settings) Reply {
	return Reply{Language: l, Tone: Bad, Private: true, Lines: []Line{{Text: l.Say("Questions are not answered in this channel. Ask in"), Channels: set.Channels}}}
}

// question is what a call asks, held to the server's settings. It is asked as of
// the last second of the minute: the engine shares answers among those who ask
// the same of one moment, and an earlier one would miss what has just come in.
func (c Call) question(text string) answer.Question {
	q := answer.Question{Text: text, Among: c.Settings.Sources, Length: answer.Length(c.Settings.Length)}
	if !c.Now.IsZero() {
		q.Now = c.Now.Truncate(time.Minute).Add(time.Minute - time.Second)
	}
	return q
}

// mayUse reports whether articles of an outlet may be used for a call.
func (c Call) mayUse(source string) bool {
	return len(c.Settings.Sources) == 0 || slices.Contains(c.Settings.Sources, source)
}

// suggestAllowed gives the outlets that were added.
func suggestAllowed(_ context.Context, typed string, call Call) []string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	return slices.DeleteFunc(slices.Clone(call.Settings.Sources), func(name string) bool { return !strings.Contains(strings.ToLower(name), typed) })
}
