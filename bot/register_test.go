package bot

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s\n(go test ./bot -update writes it anew)", got, want)
	}
}

func indented(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw) + "\n"
}

func TestDefinitions(t *testing.T) {
	golden(t, "definitions.json", indented(t, Definitions(testCommands())))
}

func TestOptionsThatAreRequiredComeFirst(t *testing.T) {
	c := commands.Command{Options: []commands.Option{{Name: "a"}, {Name: "b", Required: true}, {Name: "c"}, {Name: "d", Required: true}}}
	var names string
	for _, o := range definitions([]commands.Command{c})[0].Options {
		names += o.Name
	}
	if names != "bdac" {
		t.Errorf("got order %q", names)
	}
}

func writes(d *discordtest.Server) int {
	n := 0
	for _, q := range d.Requests() {
		if q.Method == "PUT" {
			n++
		}
	}
	return n
}

func TestRegisterWritesOnlyWhatDiffers(t *testing.T) {
	for _, c := range []struct {
		name   string
		guilds []string
	}{
		{"everywhere", nil},
		{"in one server", []string{discordtest.GuildID}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := discordtest.New(t)
			in := withConfig(func(cfg *Config) { cfg.GuildIDs = c.guilds })
			for i, want := range []bool{true, false} {
				changed, err := newRig(t, d, testCommands(), in).b.Register(t.Context())
				if err != nil || changed != want {
					t.Errorf("run %d: got changed %v, error %v", i+1, changed, err)
				}
			}
			if n := writes(d); n != 1 {
				t.Errorf("got %d writes, want one", n)
			}
			other := testCommands()
			other[0].Description = "Ask something else"
			if changed, err := newRig(t, d, other, in).b.Register(t.Context()); err != nil || !changed {
				t.Errorf("a new description: got changed %v, error %v", changed, err)
			}
		})
	}
}

func TestEveryDifferenceIsSeen(t *testing.T) {
	same := definitions(testCommands())
	for name, change := range map[string]func(*commands.Command){
		"name":        func(c *commands.Command) { c.Name = "other" },
		"description": func(c *commands.Command) { c.Description = "other" },
		"admin":       func(c *commands.Command) { c.Admin = true },
		"required":    func(c *commands.Command) { c.Options[0].Required = false },
		"length":      func(c *commands.Command) { c.Options[0].MaxLength = 5 },
		"kind":        func(c *commands.Command) { c.Options[1].Kind = commands.Number },
		"no options":  func(c *commands.Command) { c.Options = nil },
	} {
		cmds := testCommands()
		change(&cmds[0])
		if indented(t, normal(definitions(cmds))) == indented(t, normal(same)) {
			t.Errorf("a change of the %s is not seen", name)
		}
	}
}

func TestServersThatRefuse(t *testing.T) {
	const other = "1100000000000000088"
	d := discordtest.New(t, discordtest.WithForbidden(other))
	both := withConfig(func(c *Config) { c.GuildIDs = []string{other, discordtest.GuildID} })
	changed, err := newRig(t, d, testCommands(), both).b.Register(t.Context())
	if err == nil || !changed {
		t.Fatalf("got changed %v, error %v", changed, err)
	}
	contains(t, err.Error(), "server "+other+" refuses the commands: invite the bot")

	r := newRig(t, d, testCommands(), both).run()
	contains(t, r.ask("Does the other server work?").Text(), "It opened on Friday.")
	contains(t, r.log.String(), "server "+other+" refuses")
	contains(t, r.log.String(), `"where":"in 1 of 2 servers"`)

	none := newRig(t, d, testCommands(), withConfig(func(c *Config) { c.GuildIDs = []string{other} })).run()
	if err := none.wait(); err == nil || !strings.Contains(err.Error(), "refuses the commands") {
		t.Errorf("got %v, want the refusal", err)
	}
}

func TestRegistrationSurvivesPassingTrouble(t *testing.T) {
	d := discordtest.New(t)
	d.Fail(discordtest.RouteSetCommands, 2*tries-1, 503)
	d.Fail(discordtest.RouteGatewayBot, 1, 429)
	r := newRig(t, d, testCommands()).run()
	contains(t, r.ask("q").Text(), "It opened on Friday.")
}

func TestCheckReport(t *testing.T) {
	const other = "1100000000000000088"
	d := discordtest.New(t, discordtest.WithForbidden(other), discordtest.WithSessionStarts(987))
	r := newRig(t, d, testCommands(), withConfig(func(c *Config) { c.GuildIDs = []string{other, discordtest.GuildID} }))
	got, err := r.b.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.UserName != discordtest.BotName || got.ApplicationID != discordtest.ApplicationID || got.SessionsLeft != 987 || got.SessionsTotal != 1000 {
		t.Errorf("got %+v", got)
	}
	if len(got.Refused) != 1 || got.Refused[0] != other {
		t.Errorf("got refused %v, want %s", got.Refused, other)
	}
	want := "https://discord.com/oauth2/authorize?client_id=" + discordtest.ApplicationID + "&permissions=274877975552&scope=bot+applications.commands"
	if got.Invite != want {
		t.Errorf("got invitation %s, want %s", got.Invite, want)
	}
	if got.Registered || got.UserInvite != "" || len(got.Advice) != 0 {
		t.Errorf("got registered %v, %q, %q", got.Registered, got.UserInvite, got.Advice)
	}
}

// The bits of the invitation, by the names that Discord's documentation has.
func TestInvitationAsksForWhatIsNamed(t *testing.T) {
	bits := map[string]int{"View Channels": 10, "Send Messages": 11, "Read Message History": 16, "Send Messages in Threads": 38}
	sum := 0
	for name := range strings.SplitSeq(neededWords, ", ") {
		bit, ok := bits[name]
		if !ok {
			t.Errorf("no permission is called %q", name)
		}
		sum |= 1 << bit
	}
	if sum != neededPermissions {
		t.Errorf("the words mean %b, the invitation asks for %b", sum, neededPermissions)
	}
}

// installable has the fake say that people may install the application for
// themselves.
func installable() setting {
	return tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(q)
		if err != nil || !strings.HasSuffix(q.URL.Path, "/applications/@me") {
			return res, err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		res.Body = readCloser(strings.Replace(string(body), `"integration_types_config":{`, `"integration_types_config":{"1":{},`, 1))
		res.ContentLength = -1
		return res, err
	}).through(http.DefaultTransport)
}

func TestInstalledForAPerson(t *testing.T) {
	r := start(t, installable())
	r.d.WaitReady(r.ctx)
	for _, place := range []discordtest.Place{{UserInstalled: true}, {Context: discordtest.BotDM, UserInstalled: true}, {Context: discordtest.Private}} {
		contains(t, r.ask("q", func(i *discordtest.Interaction) { i.Place = place }).Text(), "It opened on Friday.")
	}
	for _, raw := range r.d.Commands("") {
		var d definition
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		if users := slices.Contains(d.IntegrationTypes, onUsers); users == (d.Name == "reindex") {
			t.Errorf("%s: offered to people for themselves: %v", d.Name, users)
		}
	}
	if changed, err := r.b.Register(r.ctx); err != nil || changed {
		t.Errorf("again: got changed %v, %v", changed, err)
	}
	report, err := r.b.Check(r.ctx)
	want := "https://discord.com/oauth2/authorize?client_id=" + discordtest.ApplicationID + "&integration_type=1&scope=applications.commands"
	if err != nil || report.UserInvite != want {
		t.Errorf("got %q, %v, want %s", report.UserInvite, err, want)
	}
}

func TestCheckTellsWhatDoesNotFit(t *testing.T) {
	d := discordtest.New(t)
	check := func(c func(*Config)) (Report, error) {
		return newRig(t, d, testCommands(), withConfig(c)).b.Check(t.Context())
	}
	if _, err := check(func(c *Config) { c.PublicKey = newSigner('x').public }); err == nil || !strings.Contains(err.Error(), "DISCORD_PUBLIC_KEY is not that") {
		t.Errorf("another application's key: got %v", err)
	}
	r, err := check(func(c *Config) { c.PublicKey = strings.ToUpper(d.PublicKey()) })
	if err != nil || len(r.Advice) != 1 || !strings.Contains(r.Advice[0], "no Interactions Endpoint URL yet") {
		t.Errorf("no endpoint: got %q, %v", r.Advice, err)
	}
	running := endpoint(t, d, testCommands())
	r, err = check(func(*Config) {})
	if err != nil || len(r.Advice) != 1 || !strings.Contains(r.Advice[0], "none to the gateway") || !r.Registered {
		t.Errorf("an endpoint, and a bot on the gateway: got %q, registered %v, %v", r.Advice, r.Registered, err)
	}
	if r, err = running.b.Check(t.Context()); err != nil || len(r.Advice) != 0 {
		t.Errorf("all is well: got %q, %v", r.Advice, err)
	}
}

func TestDiscordTakesTheCommandsThatThereAre(t *testing.T) {
	r := newRig(t, discordtest.New(t), commands.All(commands.Deps{}))
	if _, err := r.b.Register(t.Context()); err != nil {
		t.Error(err)
	}
	if changed, err := r.b.Register(t.Context()); err != nil || changed {
		t.Errorf("again: got changed %v, error %v", changed, err)
	}
}
