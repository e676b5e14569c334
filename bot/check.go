package bot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
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
	r.ApplicationID, r.Invite = app.ID, inviteLink(app.ID)
	var user struct{ ID, Username string }
	if err := b.call(ctx, b.rest, http.MethodGet, dg.EndpointUser("@me"), nil, &user); err != nil {
		return r, fmt.Errorf("ask Discord who the bot is: %w", refusesToken(err))
	}
	r.UserID, r.UserName = user.ID, user.Username
	g, err := b.askGateway(ctx)
	if err != nil {
		return r, err
	}
	r.Gateway, r.SessionsLeft, r.SessionsTotal = g.URL, g.Limit.Remaining, g.Limit.Total
	r.SessionsReset, r.Shards = g.Limit.reset(), g.Shards
	for _, guild := range b.cfg.GuildIDs {
		err := b.call(ctx, b.rest, http.MethodGet, dg.EndpointApplicationGuildCommands(app.ID, guild), nil, nil)
		status, _ := restStatus(err)
		switch {
		case status == http.StatusForbidden || status == http.StatusNotFound:
			r.Refused = append(r.Refused, guild)
		case err != nil:
			return r, fmt.Errorf("ask for the commands of server %s: %w", guild, err)
		}
	}
	return r, nil
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
	if err := b.call(ctx, b.rest, http.MethodGet, dg.EndpointGatewayBot, nil, &g); err != nil {
		return g, fmt.Errorf("ask Discord for the gateway: %w", refusesToken(err))
	}
	if u, err := url.Parse(g.URL); err != nil || u.Scheme != "ws" && u.Scheme != "wss" || u.Host == "" {
		return g, fmt.Errorf("the gateway's address %q is none", g.URL)
	}
	return g, nil
}
