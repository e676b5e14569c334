// Package bot puts the commands on Discord: it registers them, stays connected
// to the gateway, acknowledges in time, checks who may do what, and lays
// replies out within Discord's limits.
//
// It does not know what the commands do. Nothing outside it knows discordgo.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"time"

	"newsdesk/commands"
	"newsdesk/store"
)

// ErrToken is returned when Discord does not accept the token.
var ErrToken = errors.New("discord does not accept the token: copy it anew from the Bot page of https://discord.com/developers/applications into DISCORD_TOKEN")

// Config is what a bot needs. Token and Commands are required.
type Config struct {
	Token string // without "Bot "

	// API is the base URL of the REST API, empty for Discord's own. Its path
	// comes before /api/v10.
	API string

	GuildIDs     []string // where the commands are registered; none is everywhere
	AdminRoleIDs []string // roles that may use admin commands, beside managers
	OwnerIDs     []string // people who may act on all servers; none is who owns the application, see mayActForAll
	Commands     []commands.Command
	Store        *store.Store     // what servers have set; nil for nothing
	Log          *slog.Logger     // nil for none
	Now          func() time.Time // nil for time.Now
	Asked        func() time.Time // when questions count as asked; nil for when they are
	Version      string           // for the User-Agent

	// PublicKey is the application's, in hex. With one, Interactions serves
	// what Discord sends by HTTP. NoGateway then does without a connection to
	// the gateway, and so without mentions and direct messages.
	PublicKey string
	NoGateway bool

	Shards   Shards   // the zero value is one that holds all servers
	Limits   Limits   // the zero value is none
	Observer Observer // nil for none
}

// An Observer is told what happens, to count it. Its methods return soon, and
// are called from many goroutines.
type Observer interface {
	// Answered is told of each call of a command. command is "" for one that
	// there is not; outcome is one of a few words.
	Answered(command, outcome string, took time.Duration)
	// Acknowledged is told of each interaction that Discord heard of in time, and
	// how long after its arrival.
	Acknowledged(took time.Duration)
	// Suggested is told of each time that suggestions were asked for while
	// somebody types; outcome is "ok", "limited" or "late".
	Suggested(command, outcome string)
	// Limited is told of each call that is refused for being one too many; by
	// is "person", "server", "at_once" or "everybody".
	Limited(by string)
	// Shard is told when a connection to the gateway begins and ends.
	Shard(id int, connected bool)
	// Reconnected is told of each further try to connect.
	Reconnected(shard int)
}

// ignorant is an Observer that takes no notice.
type ignorant struct{}

func (ignorant) Answered(string, string, time.Duration) {}
func (ignorant) Acknowledged(time.Duration)             {}
func (ignorant) Suggested(string, string)               {}
func (ignorant) Limited(string)                         {}
func (ignorant) Shard(int, bool)                        {}
func (ignorant) Reconnected(int)                        {}

// A Bot is the commands on Discord. Make one with New.
type Bot struct {
	cfg      Config
	log      *slog.Logger
	now      func() time.Time
	observe  Observer
	client   *http.Client
	rest     session // for all requests but those of one interaction
	flight   *flight
	standing standing
	verifier *verifier // nil without a public key
	desk     desk
	arrivals chan arrival
	leaving  chan struct{} // closed when nothing new is taken any more
	gate     *gate
	astrays  *meter // of answers that say where to ask, by channel
	typists  *meter // of suggestions, by person
	owners   owners

	userID atomic.Pointer[string] // the bot's own, known once connected

	waits  waits
	dial   dial // to the gateway
	sleep  func(context.Context, time.Duration) error
	jitter func() float64 // from 0 to 1
}

// waits are the times a bot waits at most. Tests shorten them.
type waits struct {
	acknowledge time.Duration // Discord shows a failure after 3 s
	settle      time.Duration // for Discord to read an acknowledgement that is a response
	request     time.Duration // for a request and its repetitions
	reply       time.Duration
	queue       time.Duration // for other commands to end
	command     time.Duration
	admin       time.Duration // a reply's token lives 15 min
	hello       time.Duration // for the first word of a gateway connection
	open        time.Duration // for a connection to be ready
	drain       time.Duration // for answers under way when the bot stops
	linger      time.Duration // for them to say that they were stopped
	retry       time.Duration // before a failed request is repeated
}

var (
	tokenShape  = regexp.MustCompile(`^[\w-]+\.[\w-]+\.[\w-]+$`)
	snowflake   = regexp.MustCompile(`^[0-9]{15,20}$`)
	apiEndpoint = url.URL{Scheme: "https", Host: "discord.com"}
)

// New checks a configuration and makes a bot of it. It does not connect. All
// that is wrong with the configuration is told at once.
func New(cfg Config) (*Bot, error) {
	api, err := checkConfig(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Observer == nil {
		cfg.Observer = ignorant{}
	}
	b := &Bot{
		cfg: cfg, log: cfg.Log, now: cfg.Now, observe: cfg.Observer,
		flight: newFlight(),
		desk:   desk{waiting: map[string]chan<- word{}}, arrivals: make(chan arrival), leaving: make(chan struct{}),
		gate: newGate(cfg.Limits), astrays: newMeter(Rate{1, astrayEvery}), typists: newMeter(suggestRate),
		waits: waits{
			acknowledge: 3 * time.Second, settle: 150 * time.Millisecond, request: time.Minute, reply: 20 * time.Second, queue: queueWait,
			command: time.Minute, admin: 14 * time.Minute,
			hello: 20 * time.Second, open: time.Minute,
			drain: 20 * time.Second, linger: 5 * time.Second, retry: 500 * time.Millisecond,
		},
		dial: (&net.Dialer{}).DialContext, sleep: sleep, jitter: rand.Float64,
	}
	if key, err := parseKey(cfg.PublicKey); err == nil {
		b.verifier = &verifier{key: key}
	}
	b.client = &http.Client{
		Transport: &transport{api: api, named: cfg.API != "", next: http.DefaultTransport},
		Timeout:   30 * time.Second,
	}
	return b, nil
}

func checkConfig(cfg Config) (api *url.URL, err error) {
	var problems []error
	problem := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	switch {
	case cfg.Token == "":
		problem("DISCORD_TOKEN is not set: copy the bot's token from the Bot page of https://discord.com/developers/applications")
	case !tokenShape.MatchString(cfg.Token):
		problem(`DISCORD_TOKEN does not look like a bot token, which is three parts with dots between them, without "Bot " and quotes`)
	}
	api = &apiEndpoint
	if cfg.API != "" {
		if api, err = url.Parse(cfg.API); err != nil || api.Host == "" || api.Scheme != "http" && api.Scheme != "https" || api.RawQuery != "" || api.User != nil {
			problem("DISCORD_API is not the address of a REST API: give one such as http://127.0.0.1:4242")
		}
	}
	for _, id := range cfg.GuildIDs {
		if !snowflake.MatchString(id) {
			problem("DISCORD_GUILD_IDS: %q is not the id of a server: switch on developer mode in Discord and copy the server's id", id)
		}
	}
	for _, id := range cfg.AdminRoleIDs {
		if !snowflake.MatchString(id) {
			problem("ADMIN_ROLE_IDS: %q is not the id of a role: switch on developer mode in Discord and copy the role's id", id)
		}
	}
	for _, id := range cfg.OwnerIDs {
		if !snowflake.MatchString(id) {
			problem("OWNER_IDS: %q is not the id of a person: switch on developer mode in Discord and copy the person's id", id)
		}
	}
	if _, err := parseKey(cfg.PublicKey); cfg.PublicKey != "" && err != nil {
		problem("DISCORD_PUBLIC_KEY is not the application's public key, from its General Information page: %w", err)
	}
	if cfg.NoGateway && cfg.PublicKey == "" {
		problem("GATEWAY is off, so interactions have to come by HTTP: set DISCORD_PUBLIC_KEY to the application's public key, from its General Information page")
	}
	if len(cfg.Commands) == 0 {
		problem("the bot has no commands")
	}
	return api, errors.Join(problems...)
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errStopping is the cause by which commands are cancelled when the bot stops.
var errStopping = errors.New("the bot is stopping")

// Run registers the commands, connects, and serves until ctx ends. Then it
// takes nothing new, gives answers under way some time to finish, and returns
// nil. Trouble that passes is logged and met by connecting again; the error
// is what people have to mend, such as ErrToken. Run may be called once.
func (b *Bot) Run(ctx context.Context) error {
	// Answers outlive ctx for a moment, so that nobody is left with a bot that
	// is thinking for ever.
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	open, shut := context.WithCancel(ctx)
	go b.welcome(open, work)
	err := b.supervise(ctx, work)
	shut()
	<-b.leaving
	b.log.Info("stopping", "at_most", b.waits.drain+b.waits.linger)
	idle := b.flight.land()
	select {
	case <-idle:
		return err
	case <-time.After(b.waits.drain):
	}
	stop(errStopping)
	select {
	case <-idle:
	case <-time.After(b.waits.linger):
		b.log.Warn("answers are lost by stopping", "waited", b.waits.drain+b.waits.linger)
	}
	return err
}
