package bot

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// suggestWithin is how long suggestions may take. Later than that, people have
// typed on.
const suggestWithin = 100 * time.Millisecond

// choice is one suggestion.
type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`

	Names map[string]string `json:"name_localizations,omitempty"`
}

// suggestRate is how often one person is given suggestions. Clients ask when
// somebody pauses in typing, so this is for programs.
var suggestRate = Rate{40, 20 * time.Second}

// suggest answers what a client asks for while a person types. It is logged
// only when debugging, as it may come with every letter, and what fails or
// comes too often suggests nothing.
func (b *Bot) suggest(ctx context.Context, in *interaction, data dg.ApplicationCommandInteractionData) {
	var found []string
	outcome := done
	if wait, _, _ := b.typists.take(person(in.Interaction), in.came); wait > 0 {
		outcome = limited
	} else {
		quick, cancel := context.WithTimeout(ctx, suggestWithin)
		found = b.suggestions(quick, in, data)
		cancel()
	}
	choices := struct {
		Choices []choice `json:"choices"`
	}{choicesOf(found)}
	x := b.newExchange(in, true)
	attrs := []any{"command", data.Name, "suggestions", len(choices.Choices)}
	if err := x.respond(ctx, giveChoices, choices); err != nil {
		outcome, attrs = late, append(attrs, "err", err)
	}
	b.observe.Suggested(b.known(data.Name), outcome)
	b.log.Debug("suggested", append(attrs, "outcome", outcome, "took_ms", b.now().Sub(in.came).Milliseconds())...)
}

// suggestions asks the option that is being typed into.
func (b *Bot) suggestions(ctx context.Context, in *interaction, data dg.ApplicationCommandInteractionData) []string {
	cmd, _ := commands.Find(b.cfg.Commands, data.Name)
	for _, typed := range data.Options {
		if typed == nil || !typed.Focused {
			continue
		}
		text, _ := typed.Value.(string)
		for _, o := range cmd.Options {
			if o.Name == typed.Name && o.Suggest != nil {
				admin := b.mayManage(in.Interaction)
				owner, err := b.mayActForAll(ctx, cmd, job{person: person(in.Interaction), admin: admin})
				if err != nil {
					return nil
				}
				return o.Suggest(ctx, text, commands.Call{
					Now: b.now(), Admin: admin, Owner: owner, Server: in.GuildID, Settings: b.settings(in.GuildID),
				})
			}
		}
	}
	return nil
}

// choicesOf fits suggestions into Discord's limits, each once. One that is too
// long is cut at a word: what is submitted are the words before.
func choicesOf(suggestions []string) []choice {
	list := []choice{}
	seen := map[string]bool{}
	for _, s := range suggestions {
		name, value := label(s, maxOptionText), plainLine(s)
		if utf8.RuneCountInString(value) > maxOptionText {
			value = strings.TrimSpace(strings.TrimSuffix(name, ellipsis))
		}
		if value == "" || seen[value] || len(list) == maxOptions {
			continue
		}
		seen[value] = true
		list = append(list, choice{Name: name, Value: value})
	}
	return list
}
