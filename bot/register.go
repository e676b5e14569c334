package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
	"newsdesk/locale"
)

// definition is a slash command as Discord stores it.
// https://discord.com/developers/docs/interactions/application-commands
type definition struct {
	Type                     int                `json:"type"`
	Name                     string             `json:"name"`
	Names                    map[string]string  `json:"name_localizations,omitempty"` // by Discord's codes of languages
	Description              string             `json:"description"`
	Descriptions             map[string]string  `json:"description_localizations,omitempty"`
	Options                  []definitionOption `json:"options,omitempty"`
	DefaultMemberPermissions *string            `json:"default_member_permissions,omitempty"`
	Contexts                 []int              `json:"contexts,omitempty"`
	IntegrationTypes         []int              `json:"integration_types,omitempty"`
}

type definitionOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Choices      []choice          `json:"choices,omitempty"`
	ChannelTypes []int             `json:"channel_types,omitempty"`
	MinValue     *float64          `json:"min_value,omitempty"`
	MaxLength    int               `json:"max_length,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
}

// Where a command is offered, and how the bot is installed.
const (
	chatCommand    = 1
	messageCommand = 3
	inServers      = 0
	inBotDMs       = 1
	inOtherDMs     = 2
	onServers      = 0
	onUsers        = 1
)

// Definitions returns the definitions of commands as Discord takes them, ready
// to be written as JSON.
func Definitions(cmds []commands.Command) any { return definitions(cmds) }

func definitions(cmds []commands.Command) []definition {
	out := []definition{}
	for _, c := range cmds {
		if c.OnMessage != "" {
			out = append(out, definition{
				Type: messageCommand, Name: c.OnMessage, Names: saidOf(c.OnMessage, maxName), Contexts: []int{inServers, inBotDMs}, IntegrationTypes: []int{onServers},
			})
		}
		if c.Hidden {
			continue
		}
		d := definition{
			Type: chatCommand, Name: c.Name, Names: namesOf(c.Name),
			Description: label(c.Description, maxDescription), Descriptions: saidOf(c.Description, maxDescription),
			Contexts: []int{inServers, inBotDMs}, IntegrationTypes: []int{onServers},
		}
		if c.Admin {
			// Those who manage the server see the command, which is whom the
			// handler lets use it. "0" would hide it from all but
			// administrators. A server that lets other roles use it, by
			// ADMIN_ROLE_IDS, shows it to them under Integrations.
			need := strconv.Itoa(manageServer)
			d.DefaultMemberPermissions = &need
			d.Contexts = []int{inServers}
		}
		for _, o := range c.Options {
			d.Options = append(d.Options, defineOption(o))
		}
		// Discord wants those that are required first.
		slices.SortStableFunc(d.Options, func(a, b definitionOption) int {
			return cmp.Compare(rank(a.Required), rank(b.Required))
		})
		out = append(out, d)
	}
	return out
}

func rank(required bool) int {
	if required {
		return 0
	}
	return 1
}

func defineOption(o commands.Option) definitionOption {
	d := definitionOption{
		Name: o.Name, Names: namesOf(o.Name), Required: o.Required,
		Description: label(o.Description, maxDescription), Descriptions: saidOf(o.Description, maxDescription),
	}
	switch o.Kind {
	case commands.Flag:
		d.Type = int(dg.ApplicationCommandOptionBoolean)
	case commands.Number:
		least := 1.0
		d.Type, d.MinValue = int(dg.ApplicationCommandOptionInteger), &least
	case commands.Channel:
		d.Type, d.ChannelTypes = int(dg.ApplicationCommandOptionChannel), sorted(channelTypes)
	default:
		d.Type, d.MaxLength = int(dg.ApplicationCommandOptionString), min(o.MaxLength, maxOptionLength)
		d.Autocomplete = o.Suggest != nil
		for _, c := range o.Choices {
			d.Choices = append(d.Choices, choice{Name: label(c.Name, maxOptionText), Value: c.Value, Names: saidOf(c.Name, maxOptionText)})
		}
		if len(d.Choices) > 0 {
			d.MaxLength = 0 // none is typed
		}
	}
	return d
}

// namesOf is what a command or an option is called, and saidOf what a text is,
// in other languages.
func namesOf(name string) map[string]string {
	return translations(func(l locale.Language) string { return l.Name(name) })
}

func saidOf(text string, most int) map[string]string {
	return translations(func(l locale.Language) string { return label(l.Say(text), most) })
}

// channelTypes are those in which people write to a bot.
// https://discord.com/developers/docs/resources/channel#channel-object-channel-types
var channelTypes = []int{
	int(dg.ChannelTypeGuildText), int(dg.ChannelTypeGuildVoice), int(dg.ChannelTypeGuildNews),
	int(dg.ChannelTypeGuildStageVoice), int(dg.ChannelTypeGuildForum),
}

// inGuild leaves out what only commands for everywhere have.
func inGuild(defs []definition) []definition {
	out := slices.Clone(defs)
	for i := range out {
		out[i].Contexts, out[i].IntegrationTypes = nil, nil
	}
	return out
}

// forUsers offers the commands that are not for admins also to people who
// install the bot for themselves, wherever they write.
func forUsers(defs []definition) []definition {
	out := slices.Clone(defs)
	for i := range out {
		if slices.Contains(out[i].Contexts, inBotDMs) {
			out[i].Contexts = []int{inServers, inBotDMs, inOtherDMs}
			out[i].IntegrationTypes = []int{onServers, onUsers}
		}
	}
	return out
}

// definitions are the commands' as the application lets them be installed.
func (b *Bot) definitions(app application) []definition {
	defs := definitions(b.cfg.Commands)
	if _, on := app.Installs[strconv.Itoa(onUsers)]; on {
		return forUsers(defs)
	}
	return defs
}

// normal brings definitions in a form in which equal ones are deeply equal,
// whatever order and defaults Discord sends back.
func normal(defs []definition) []definition {
	out := slices.Clone(defs)
	for i := range out {
		d := &out[i]
		d.Type = cmp.Or(d.Type, chatCommand)
		d.Contexts, d.IntegrationTypes = sorted(d.Contexts), sorted(d.IntegrationTypes)
		d.Names, d.Descriptions = nonEmptyMap(d.Names), nonEmptyMap(d.Descriptions)
		d.Options = slices.Clone(d.Options)
		for k := range d.Options {
			o := &d.Options[k]
			o.ChannelTypes = sorted(o.ChannelTypes)
			o.Names, o.Descriptions = nonEmptyMap(o.Names), nonEmptyMap(o.Descriptions)
			o.Choices = slices.Clone(o.Choices)
			for c := range o.Choices {
				o.Choices[c].Names = nonEmptyMap(o.Choices[c].Names)
			}
		}
		if len(d.Options) == 0 {
			d.Options = nil
		}
	}
	slices.SortFunc(out, func(a, b definition) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func nonEmptyMap(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

func sorted(list []int) []int {
	if len(list) == 0 {
		return nil
	}
	return slices.Sorted(slices.Values(list))
}

// Register brings Discord's definitions of the commands up to date, in every
// configured server or everywhere, and reports whether it changed any. Where
// they are right already it writes nothing: Discord allows 200 new ones a day.
// A server that refuses is part of the error, and the others are done.
func (b *Bot) Register(ctx context.Context) (changed bool, err error) {
	changed, refused, err := b.register(ctx)
	return changed, errors.Join(append(refused, err)...)
}

// register returns apart the servers that refused, each an error that says
// what to do.
func (b *Bot) register(ctx context.Context) (changed bool, refused []error, err error) {
	app, err := b.application(ctx)
	if err != nil {
		return false, nil, err
	}
	for _, advice := range b.advise(app) {
		b.log.Warn(advice)
	}
	defs := b.definitions(app)
	if len(b.cfg.GuildIDs) == 0 {
		changed, err = b.overwrite(ctx, dg.EndpointApplicationGlobalCommands(app.ID), defs)
		return changed, nil, err
	}
	for _, guild := range b.cfg.GuildIDs {
		did, err := b.overwrite(ctx, dg.EndpointApplicationGuildCommands(app.ID, guild), inGuild(defs))
		status, _ := restStatus(err)
		switch {
		case status == http.StatusForbidden || status == http.StatusNotFound:
			refused = append(refused, fmt.Errorf("server %s refuses the commands: invite the bot there with the link that \"newsdesk check\" prints, or take it out of DISCORD_GUILD_IDS: %w", guild, err))
		case err != nil:
			return changed, refused, fmt.Errorf("register in server %s: %w", guild, err)
		}
		changed = changed || did
	}
	return changed, refused, nil
}

// overwrite writes the definitions at address unless they stand there.
func (b *Bot) overwrite(ctx context.Context, address string, defs []definition) (changed bool, err error) {
	right, err := b.stand(ctx, address, defs)
	if err != nil || right {
		return false, err
	}
	if err := b.call(ctx, b.shared(), http.MethodPut, address, defs, nil); err != nil {
		return false, fmt.Errorf("register the commands: %w", refusesToken(err))
	}
	return true, nil
}

// stand reports whether the definitions stand at address.
func (b *Bot) stand(ctx context.Context, address string, defs []definition) (bool, error) {
	var have []definition
	if err := b.call(ctx, b.shared(), http.MethodGet, address+"?with_localizations=true", nil, &have); err != nil {
		return false, fmt.Errorf("read the registered commands: %w", refusesToken(err))
	}
	return reflect.DeepEqual(normal(have), normal(defs)), nil
}

// application is what the token belongs to.
type application struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Key      string `json:"verify_key"`
	Endpoint string `json:"interactions_endpoint_url"` // empty where interactions come on the gateway

	Servers int                 `json:"approximate_guild_count"`
	Owner   struct{ ID string } `json:"owner"`
	Team    *struct {           // nil where one person owns it
		Owner   string `json:"owner_user_id"`
		Members []struct {
			User  struct{ ID string } `json:"user"`
			State int                 `json:"membership_state"`
			Role  string              `json:"role"`
		} `json:"members"`
	} `json:"team"`

	// Installs has a key for each way in which the application may be installed.
	Installs map[string]json.RawMessage `json:"integration_types_config"`
}

func (b *Bot) application(ctx context.Context) (application, error) {
	var app application
	if err := b.call(ctx, b.shared(), http.MethodGet, dg.EndpointApplication("@me"), nil, &app); err != nil {
		return app, fmt.Errorf("ask Discord which application this is: %w", refusesToken(err))
	}
	if b.cfg.PublicKey != "" && app.Key != "" && !strings.EqualFold(app.Key, b.cfg.PublicKey) {
		return app, &fatalError{errors.New("DISCORD_PUBLIC_KEY is not that of the application which the token belongs to: copy it anew from its General Information page")}
	}
	return app, nil
}
