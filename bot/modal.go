package bot

import (
	"context"
	"fmt"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// A form is what is asked of a person before a call. Its custom id is that of
// the button, so that the call is carried on.
// https://discord.com/developers/docs/components/reference#text-input
type form struct {
	CustomID   string                `json:"custom_id"`
	Title      string                `json:"title"`
	Components []dg.MessageComponent `json:"components"`
}

// fieldID is the custom id of a form's only field.
const fieldID = "value"

// ask opens a form for the value of an option.
func (x *exchange) ask(ctx context.Context, id string, j job, asks string) error {
	l := j.refusing // the form is for who pressed
	cmd, _ := commands.Find(x.bot.cfg.Commands, j.command)
	most, text := maxModalText, asks
	for _, o := range cmd.Options {
		if o.Name == asks {
			most, text = min(most, max(o.MaxLength, 1)), l.Say(o.Description)
		}
	}
	f := form{CustomID: id, Title: label(l.Say(cmd.Description), maxModalTitle), Components: []dg.MessageComponent{
		dg.ActionsRow{Components: []dg.MessageComponent{dg.TextInput{
			CustomID: fieldID, Label: label(text, maxModalTitle), Style: dg.TextInputShort,
			Required: true, MinLength: 1, MaxLength: most,
		}}},
	}}
	if f.Title == "" {
		return fmt.Errorf("there is no command %q to ask for", j.command)
	}
	if err := x.respond(ctx, openModal, f); err != nil {
		return fmt.Errorf("open a form: %w", err)
	}
	return nil
}

// filledIn is what a person wrote into a form.
func filledIn(list []dg.MessageComponent) string {
	for _, c := range list {
		switch c := c.(type) {
		case *dg.ActionsRow:
			if text := filledIn(c.Components); text != "" {
				return text
			}
		case *dg.TextInput:
			return c.Value
		}
	}
	return ""
}
