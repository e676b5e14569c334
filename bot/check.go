package bot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	dg "github.com/bwmarrin/discordgo"
)

// A Report is what Check found.
type Report struct {
	UserID, UserName string // the bot's own
	ApplicationID    string
	Gateway          string        // address of the gateway
	SessionsLeft     int           // connections that may still be begun today
	SessionsTotal    int           // of so many
	SessionsReset    time.Duration // until then
	Shards           int           // connections to the gateway that Discord recommends
	Invite           string        // opened by somebody who manages a server, adds the bot to it
	Permissions      string        // what Invite asks for, in words
	UserInvite       string        // installs the commands for a person; empty where the application does not allow it
	Registered       bool          // everywhere that is configured, the commands are as they should be
	Advice           []string      // what does not fit together
	Refused          []string      // configured servers that the bot has no access to
}

// Check asks Discord whether the bot could run, and changes nothing. It
// returns ErrToken for a wrong token; the report then is empty.
func (b *Bot) Check(ctx context.Context) (Report, error) {
	var r Report
	app, err := b.application(ctx)
	if err != nil {
		return Report{}, err
	}
	r.ApplicationID, r.Invite, r.Permissions = app.ID, inviteLink(app.ID), neededWords
	defs := b.definitions(app)
	if slices.ContainsFunc(defs, func(d definition) bool { return slices.Contains(d.IntegrationTypes, onUsers) }) {
		r.UserInvite = userInviteLink(app.ID)
	}
	r.Advice = b.advise(app)
	var user struct{ ID, Username string }
	if err := b.call(ctx, b.shared(), http.MethodGet, dg.EndpointUser("@me"), nil, &user); err != nil {
		return r, fmt.Errorf("ask Discord who the bot is: %w", refusesToken(err))
	}
	r.UserID, r.UserName = user.ID, user.Username
	g, err := b.askGateway(ctx)
	if err != nil {
		return r, err
	}
	r.Gateway, r.SessionsLeft, r.SessionsTotal = g.URL, g.Limit.Remaining, g.Limit.Total
	r.SessionsReset, r.Shards = g.Limit.reset(), g.Shards
	if len(b.cfg.GuildIDs) == 0 {
		r.Registered, err = b.stand(ctx, dg.EndpointApplicationGlobalCommands(app.ID), defs)
		return r, err
	}
	r.Registered = true
	for _, guild := range b.cfg.GuildIDs {
		right, err := b.stand(ctx, dg.EndpointApplicationGuildCommands(app.ID, guild), inGuild(defs))
		status, _ := restStatus(err)
		switch {
		case status == http.StatusForbidden || status == http.StatusNotFound:
			r.Refused = append(r.Refused, guild)
		case err != nil:
			return r, fmt.Errorf("ask for the commands of server %s: %w", guild, err)
		}
		r.Registered = r.Registered && right
	}
	return r, nil
}

// advise says what of the application's own settings does not fit ours.
func (b *Bot) advise(app application) []string {
	var out []string
	switch byHTTP := b.cfg.PublicKey != ""; {
	case byHTTP && app.Endpoint == "":
		out = append(out, "the application has no Interactions Endpoint URL yet: enter the address that leads to /interactions on its General Information page")
	case !byHTTP && app.Endpoint != "":
		out = append(out, "Discord sends the interactions to "+app.Endpoint+", and none to the gateway: take the Interactions Endpoint URL off the application's General Information page, or set DISCORD_PUBLIC_KEY")
	}
	return out
}

// userInviteLink installs the commands for a person instead of a server.
func userInviteLink(appID string) string {
	return "https://discord.com/oauth2/authorize?" + url.Values{
		"client_id":        {appID},
		"scope":            {"applications.commands"},
		"integration_type": {strconv.Itoa(onUsers)},
	}.Encode()
}

// inviteLink asks for no more than the bot uses.
func inviteLink(appID string) string {
	return "https://discord.com/oauth2/authorize?" + url.Values{
		"client_id":   {appID},
		"scope":       {"bot applications.commands"},
		"permissions": {strconv.FormatInt(neededPermissions, 10)},
	}.Encode()
}

// gateway is where to connect to, and how often that may be done.
type gateway struct {
	URL    string       `json:"url"`
	Shards int          `json:"shards"` // as many as Discord recommends
	Limit  sessionLimit `json:"session_start_limit"`
}

type sessionLimit struct {
	Total          int `json:"total"`
	Remaining      int `json:"remaining"`
	ResetAfter     int `json:"reset_after"`     // ms
	MaxConcurrency int `json:"max_concurrency"` // connections that may be begun in 5 s
}

func (l sessionLimit) reset() time.Duration { return time.Duration(l.ResetAfter) * time.Millisecond }

func (b *Bot) askGateway(ctx context.Context) (gateway, error) {
	var g gateway
	if err := b.call(ctx, b.shared(), http.MethodGet, dg.EndpointGatewayBot, nil, &g); err != nil {
		return g, fmt.Errorf("ask Discord for the gateway: %w", refusesToken(err))
	}
	if u, err := url.Parse(g.URL); err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return g, fmt.Errorf("the gateway's address %q is none", g.URL)
	}
	return g, nil
}
