// Package discordtest is a Discord to run a bot against in a test: the REST
// API v10, the gateway v10 and interactions over HTTP, on loopback and with
// state, that refuse what Discord refuses and say why.
//
//	d := discordtest.New(t)
//	// … run the bot with d.URL() and d.Token() …
//	r := d.Interact(ctx, discordtest.Interaction{Command: "ask", Options: …})
//	got := r.Wait(ctx).Text()
//
// What a person does is Interact, Autocomplete, Press, SubmitModal and Say;
// what the bot made of it is Outcome and Message. Whatever Discord would refuse
// is answered as Discord does, with its codes, and is a Violation, which fails
// the test unless it was told to Expect it. Clock turns the time; Fail,
// FailGateway and Connections are for bad days; SetEndpoint and Forge for
// interactions over HTTP.
//
// Bodies are checked by rules written by hand and, where the file is there,
// against Discord's OpenAPI description, with fields refused that it does not
// name. The server's own answers have to fit it too. discordgo, discord.js and
// Discord's own check of signatures are tried against it in its tests.
//
// It knows nothing of the bot under test and shares no code with it, so that
// a mistake in the bot's reading of Discord's rules is not repeated here. It
// has no network beyond loopback, no voice, no compression and no message
// history.
package discordtest

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The world every fake starts with. More servers come with WithGuilds, more
// channels by being named in an Interaction or a Post.
const (
	ApplicationID = "1100000000000000001" // also the bot's user id
	GuildID       = "1100000000000000002"
	ChannelID     = "1100000000000000003" // a text channel of GuildID
	BotName       = "newsbot"
)

const (
	ackWithin     = 3 * time.Second
	tokenLifetime = 15 * time.Minute
)

// Server is one fake Discord. Its methods may be called from several
// goroutines, except those that wait or act for a person, which end the test
// on a mistake and so belong in the test's own goroutine.
type Server struct {
	Connections // all that the bot has to the gateway

	t         testing.TB
	http      *httptest.Server
	token     string
	clock     func() time.Time
	spec      *Spec
	heartbeat time.Duration
	granted   int                // privileged intents switched on for the application
	key       ed25519.PrivateKey // signs interactions over HTTP
	strict    bool               // the limits on IDENTIFY are enforced
	listener  net.Listener       // nil for one on loopback

	startClock func() time.Time // of the limits on IDENTIFY
	rates      map[string]rate  // by route, where they are not the usual ones

	invalidLimit int

	shards, leastShards, concurrency int

	ctx    context.Context // ends with the server; bounds requests to the endpoint
	cancel context.CancelFunc

	mu           sync.Mutex
	changed      chan struct{} // closed and replaced whenever anything below changes
	closed       bool
	ids          int64
	guilds       []string
	barred       map[string]bool // guilds where commands may not be registered, channels that are closed
	channels     map[string]*channel
	commands     map[string][]object // by guild id, "" for the global ones
	messages     map[string]*message
	interactions map[string]*interaction // by token
	requests     []Request
	violations   []Violation
	expected     []*expectation
	faults       []*fault
	buckets      map[string]*bucket
	global       bucket
	invalid      []time.Time       // answers that count towards a ban
	endpoint     string            // where interactions are posted, "" for the gateway
	starts       int               // what is left of the day's IDENTIFYs
	day          time.Time         // when it began
	identified   map[int]time.Time // the latest IDENTIFY of each bucket

	conns     map[*conn]bool
	connected int // connections so far
	sessions  map[string]*session
	wireFault []GatewayFault
	wire      []GatewayEvent
	group     sync.WaitGroup // gateway connections and requests to the endpoint
}

// Option changes the world before the server starts.
type Option func(*Server)

// WithClock replaces time.Now wherever Discord would look at the time:
// acknowledgement, token lifetime, ids, rate limits. Heartbeats stay on the
// real clock, since they concern the socket.
func WithClock(now func() time.Time) Option { return func(s *Server) { s.clock = now } }

// WithListener has the server listen there and not on loopback, such as on a
// network in memory.
func WithListener(l net.Listener) Option { return func(s *Server) { s.listener = l } }

// WithToken sets the only accepted bot token.
func WithToken(token string) Option { return func(s *Server) { s.token = token } }

// WithGuilds adds servers the bot is a member of.
func WithGuilds(ids ...string) Option {
	return func(s *Server) { s.guilds = append(s.guilds, ids...) }
}

// WithForbidden closes servers to command registration (403, code 50001) and
// channels to the bot's messages (403, code 50013). Being refused there is no
// violation: a bot cannot know beforehand.
func WithForbidden(ids ...string) Option {
	return func(s *Server) {
		for _, id := range ids {
			s.barred[id] = true
		}
	}
}

// WithIntents switches privileged intents on for the application, as a bit
// set; asking for one that is off closes the gateway with 4014.
func WithIntents(bits int) Option { return func(s *Server) { s.granted = bits & privileged } }

// WithHeartbeat sets the interval told in HELLO (default 41.25 s). A
// connection silent for two of them is closed with 4009.
func WithHeartbeat(d time.Duration) Option { return func(s *Server) { s.heartbeat = d } }

// WithSpec has requests checked against this OpenAPI file too; "" for the
// rules written by hand alone. Without this option SpecPath is used.
func WithSpec(path string) Option {
	return func(s *Server) {
		s.spec = nil
		if path == "" {
			return
		}
		spec, err := LoadSpec(path)
		if err != nil {
			s.t.Fatalf("discordtest: %v", err)
		}
		s.spec = spec
	}
}

// New starts a fake Discord on loopback. When the test ends it stops and
// calls Check.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{
		t: t, token: "MTEw.discordtest.c2VjcmV0", clock: time.Now,
		heartbeat: 41250 * time.Millisecond, starts: startsADay,
		shards: 1, leastShards: 1, concurrency: 1, identified: map[int]time.Time{},
		changed: make(chan struct{}), guilds: []string{GuildID}, barred: map[string]bool{},
		channels: map[string]*channel{}, commands: map[string][]object{},
		messages: map[string]*message{}, interactions: map[string]*interaction{},
		buckets: map[string]*bucket{}, global: bucket{rate: rate{globalLimit, time.Second}}, rates: map[string]rate{}, invalidLimit: invalidLimit,
		conns: map[*conn]bool{}, sessions: map[string]*session{},
	}
	s.Connections = Connections{s, -1}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.key = ed25519.NewKeyFromSeed([]byte("a seed for discordtest, 32 bytes"))
	spec, err := sharedSpec()
	if err != nil {
		t.Logf("discordtest: only the rules written by hand are checked: %v", err)
	}
	s.spec = spec
	for _, o := range opts {
		o(s)
	}
	if s.startClock == nil {
		s.startClock = s.clock
	}
	s.channel(ChannelID, GuildID)
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(s.serve(s.routes())))
	if s.listener != nil {
		_ = s.http.Listener.Close() // it was never used
		s.http.Listener = s.listener
	}
	s.http.Start() // handlers read s.http, so only now
	t.Cleanup(func() {
		s.stop()
		s.Check()
	})
	return s
}

// URL is the base address, with neither path nor trailing slash; the REST API
// lies under /api/v10. The gateway's address comes from GET /gateway.
func (s *Server) URL() string { return s.http.URL }

// Token is the bot token, without "Bot ".
func (s *Server) Token() string { return s.token }

func (s *Server) gatewayURL() string { return "ws" + strings.TrimPrefix(s.http.URL, "http") }

func (s *Server) stop() {
	s.mu.Lock()
	s.closed = true
	conns := s.live()
	s.mu.Unlock()
	s.cancel()
	for _, c := range conns {
		c.ws.Close()
	}
	s.http.Close()
	s.group.Wait()
}

// bump wakes all that wait; call it with s.mu held after a change.
func (s *Server) bump() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await returns once done, called with s.mu held, says so. When ctx ends
// first it fails the test, naming what was awaited and the latest requests.
func (s *Server) await(ctx context.Context, what string, done func() bool) {
	s.t.Helper()
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			s.t.Fatalf("discordtest: waited for %s: %v\n%s", what, ctx.Err(), s.recent())
		}
	}
}

func (s *Server) recent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) == 0 {
		return "the bot made no request"
	}
	var b strings.Builder
	b.WriteString("the latest requests:")
	for _, q := range s.requests[max(0, len(s.requests)-8):] {
		fmt.Fprintf(&b, "\n\t%s %s -> %d %s", q.Method, q.Path, q.Status, q.Problem)
	}
	return b.String()
}

// newID makes a snowflake whose time part is the clock's, because bots read
// the age of things from it; call it with s.mu held.
func (s *Server) newID() string {
	const epoch = 1420070400000 // the first millisecond of 2015
	s.ids++
	return fmt.Sprint((s.clock().UnixMilli()-epoch)<<22 | s.ids&(1<<22-1))
}

// Violation is something that Discord would refuse, or that a well-behaved
// bot does not do.
type Violation struct {
	Route string // "POST /channels/{channel_id}/messages", or "gateway"
	Text  string // status, code and reason
}

func (v Violation) String() string { return v.Route + ": " + v.Text }

type expectation struct {
	text string
	met  bool
}

// Expect says that violations whose text contains this are the aim of the
// test. They no longer fail it; none of them coming does.
func (s *Server) Expect(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expected = append(s.expected, &expectation{text: text})
}

// Violations returns all violations so far, expected or not.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// violate records a violation; call it with s.mu held.
func (s *Server) violate(route, text string) {
	s.violations = append(s.violations, Violation{Route: route, Text: text})
	s.bump()
}

// Check fails the test for every violation that was not expected and every
// expectation that was not met, and forgets both. New has it called at the
// end; a test may call it earlier.
func (s *Server) Check() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range s.violations {
		known := false
		for _, e := range s.expected {
			if strings.Contains(v.String(), e.text) {
				e.met, known = true, true
			}
		}
		if !known {
			s.t.Errorf("discordtest: %s", v)
		}
	}
	for _, e := range s.expected {
		if !e.met {
			s.t.Errorf("discordtest: a violation containing %q was expected and never came", e.text)
		}
	}
	s.violations, s.expected = nil, nil
}
