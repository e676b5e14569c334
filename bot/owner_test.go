package bot

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// theOwner owns the fake's application.
const theOwner = "1100000000000000005"

// forAll is a command that acts on all servers.
func forAll() []commands.Command {
	c := testCommands()[2]
	c.Owner = true
	return []commands.Command{c}
}

func TestWhoActsOnAllServers(t *testing.T) {
	const other = "1100000000000000091"
	manager := func(id string) discordtest.User {
		return discordtest.User{ID: id, Permissions: discordtest.ManageGuild}
	}
	for _, c := range []struct {
		name   string
		owners []string
		guilds []string
		user   discordtest.User
		want   string
	}{
		{"a manager of the only server", nil, nil, manager(other), "The index is up to date"},
		{"a manager of one of two servers", nil, []string{farGuild}, manager(other), "This acts on all servers that the bot is in"},
		{"the owner in one of two servers", nil, []string{farGuild}, discordtest.User{ID: theOwner}, "The index is up to date"},
		{"a member", nil, nil, discordtest.User{ID: other}, "Only people who manage this server can do that."},
		{"a manager of the only server, not named", []string{theOwner}, nil, manager(other), "This acts on all servers that the bot is in"},
		{"a named one who manages nothing", []string{other}, []string{farGuild}, discordtest.User{ID: other}, "The index is up to date"},
		{"the owner, but others are named", []string{other}, []string{farGuild}, manager(theOwner), "This acts on all servers that the bot is in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, discordtest.New(t, discordtest.WithGuilds(c.guilds...)), forAll(), withConfig(func(cfg *Config) { cfg.OwnerIDs = c.owners })).run()
			contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "reindex", User: c.user, Overridden: true}).Wait(r.ctx).Text(), c.want)
		})
	}
}

func TestTeamThatOwns(t *testing.T) {
	var app application
	if err := decode([]byte(`{"owner":{"id":"1"},"team":{"owner_user_id":"2","members":[
		{"user":{"id":"3"},"membership_state":2,"role":"developer"},{"user":{"id":"4"},"membership_state":1,"role":"admin"},
		{"user":{"id":"5"},"membership_state":2,"role":"read_only"}]}}`), &app); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(app.owners()); got != "[2 3]" {
		t.Errorf("got owners %s, want who owns the team and who develops", got)
	}
}

// Commands that stand are answered while Discord takes no new ones.
func TestRegistrationHoldsNothingUp(t *testing.T) {
	d := discordtest.New(t)
	if _, err := newRig(t, d, testCommands()).b.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Fail(discordtest.RouteCommands, 1<<30, 503)
	r := newRig(t, d, testCommands())
	r.b.sleep, r.b.waits.retry = sleep, time.Millisecond
	r.run()
	contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
	r.until("the trouble is logged", func() bool { return len(r.log.lines(t, "not registered")) > 0 })
	contains(t, fmt.Sprint(r.b.Ready()), "not registered")
	if line := r.log.lines(t, "connected")[0]; line["user"] != discordtest.BotName || line["servers"] != 1.0 {
		t.Errorf("got log line %v, want who the bot is and in how many servers", line)
	}
}

func TestWhatIsNoAPI(t *testing.T) {
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<h1>Welcome</h1>")
		}
	}
	for status, fatal := range map[int]bool{404: true, 200: true, 405: true, 403: false, 502: false} {
		s := httptest.NewServer(page(status))
		b, err := New(Config{Token: "a.b.c", API: s.URL, Commands: testCommands()})
		if err != nil {
			t.Fatal(err)
		}
		b.waits.retry = time.Millisecond
		_, err = b.Check(t.Context())
		if err == nil || strings.Contains(err.Error(), "DISCORD_API="+s.URL+" is not the address of Discord's API") != fatal {
			t.Errorf("%d: got %v", status, err)
		}
		if fatal && b.Run(t.Context()) == nil {
			t.Errorf("%d: the bot ran on", status)
		}
		s.Close()
	}
	s := httptest.NewServer(page(200))
	defer s.Close()
	b, err := New(Config{Token: "a.b.c", API: strings.Replace(s.URL, "http:", "https:", 1), Commands: testCommands()})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "does not speak https") {
		t.Errorf("plain HTTP: got %v", err)
	}
}

// typing is an Observer of suggestions.
type typing struct {
	ignorant
	outcomes chan string
}

func (o *typing) Suggested(command, outcome string) { o.outcomes <- command + " " + outcome }

func TestSuggestionsHaveARateOfTheirOwn(t *testing.T) {
	o := &typing{outcomes: make(chan string, 1)}
	var c clock
	c.turn(50 * 365 * 24 * time.Hour)
	r := newsRig(t, discordtest.New(t), t.TempDir(), withConfig(func(cfg *Config) {
		cfg.Now, cfg.Observer, cfg.Limits = c.now, o, Limits{Person: Rate{1, time.Hour}}
	})).run()
	typed := func(user string) (int, string) {
		got := r.d.Autocomplete(r.ctx, discordtest.Interaction{Command: "ask", User: discordtest.User{ID: user},
			Options: map[string]any{"question": "Kremlin"}}, "question").Choices(r.ctx)
		return len(got), <-o.outcomes
	}
	for range suggestRate.N {
		if _, outcome := typed("1100000000000000091"); outcome != "ask ok" { // how many depends on what is read by then
			t.Fatalf("got %s", outcome)
		}
	}
	if n, outcome := typed("1100000000000000091"); n != 0 || outcome != "ask limited" {
		t.Errorf("one too many: got %d suggestions, %s", n, outcome)
	}
	if n, outcome := typed("1100000000000000092"); outcome != "ask ok" {
		t.Errorf("somebody else: got %d suggestions, %s", n, outcome)
	}
}

// Whoever sees an answer may ask on, though Discord has not said yet that it
// took it.
func TestWhoHasReadMayAskOn(t *testing.T) {
	held := make(chan bool)
	slow := tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(q)
		if q.Method == http.MethodPatch {
			<-held
		}
		return res, err
	})
	r := start(t, slow.through(http.DefaultTransport), withConfig(func(c *Config) { c.Limits.AtOnce = 1 }))
	for range 3 {
		contains(t, r.ask("q").Text(), "It opened on Friday.")
	}
	close(held)
}
