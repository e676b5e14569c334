package bot

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/data"
	"newsdesk/index"
	"newsdesk/store"
)

const (
	newsChannel  = "1100000000000000031"
	otherChannel = "1100000000000000032"
	someThread   = "1100000000000000033"
	otherServer  = "1300000000000000001"

	nowhere = "What is the population of Nauru?" // no article says
	kremlin = "Who confirmed the Kremlin visit?"
)

var manager = discordtest.User{ID: "1200000000000000001", Permissions: discordtest.ManageGuild}

// keeper is a bot over the sample articles that keeps what is set, and a clock.
type keeper struct {
	*rig
	store *store.Store
	now   atomic.Pointer[time.Time]
}

func startKeeping(t *testing.T, d *discordtest.Server, more ...setting) *keeper {
	t.Helper()
	k, cmds, keeps := newKeeper(t)
	k.rig = newRig(t, d, cmds, append([]setting{keeps}, more...)...).run()
	return k
}

// newKeeper makes all but the bot.
func newKeeper(t *testing.T) (*keeper, []commands.Command, setting) {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	sample := index.Collection{Name: "sample", FS: data.Sample()}
	if _, err := x.Rebuild(t.Context(), sample, nil); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(filepath.Join(t.TempDir(), "newsdesk.db"), askedAt, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k := &keeper{store: s}
	k.turn(0)
	now := func() time.Time { return *k.now.Load() }
	deps := commands.Deps{Index: x, Engine: answer.New(x), Collection: sample, Store: s, Ratings: s, Version: "test", Started: askedAt, Now: now}
	return k, commands.All(deps), withConfig(func(c *Config) { c.Now, c.Store = now, s })
}

// turn sets the clock to some days after askedAt.
func (k *keeper) turn(days int) {
	at := askedAt.AddDate(0, 0, days)
	k.now.Store(&at)
}

// set uses /settings as somebody who manages the server; options are name,
// value, name, value.
func (k *keeper) set(options ...any) discordtest.Outcome {
	k.t.Helper()
	return k.use(discordtest.Interaction{Command: "settings", User: manager, Options: named(options)})
}

func (k *keeper) use(i discordtest.Interaction) discordtest.Outcome {
	k.t.Helper()
	return k.d.Interact(k.ctx, i).Wait(k.ctx)
}

func named(options []any) map[string]any {
	m := map[string]any{}
	for i := 0; i < len(options); i += 2 {
		m[options[i].(string)] = options[i+1]
	}
	return m
}

func in(channel string) discordtest.Place { return discordtest.Place{ChannelID: channel} }

func TestSettingsAreForThoseWhoManageTheServer(t *testing.T) {
	k := startKeeping(t, discordtest.New(t), withConfig(func(c *Config) { c.AdminRoleIDs = []string{"1100000000000000066"} }))
	member := discordtest.User{ID: "1200000000000000002"}
	for _, command := range []string{"settings", "gaps"} {
		out := k.use(discordtest.Interaction{Command: command, User: member, Overridden: true})
		contains(t, out.Text(), "Only people who manage this server can do that")
		if !out.Original.Ephemeral() {
			t.Errorf("/%s: the refusal is shown to all", command)
		}
		member.Roles = []string{"1100000000000000066"}
		if out := k.use(discordtest.Interaction{Command: command, User: member, Overridden: true}); strings.Contains(out.Text(), "Only people") {
			t.Errorf("/%s: refused although ADMIN_ROLE_IDS allows it", command)
		}
		member.Roles = nil
	}
	out := k.set("add_channel", newsChannel, "length", "short", "language", "fr")
	contains(t, out.Text(), "<#"+newsChannel+">")
	contains(t, out.Text(), "Français")
	if !out.Original.Ephemeral() {
		t.Error("the settings are shown to all")
	}
	contains(t, k.set("add_source", "Sample Wyre").Text(), "voulais-tu dire Sample Wire")
}

// Wherever the bot may not answer, whatever way of asking is told where to.
func TestChannelsAreHeeded(t *testing.T) {
	d := discordtest.New(t)
	k := startKeeping(t, d)
	before := k.ask(kremlin)
	menu := d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true}).Wait(k.ctx, 1)[0]
	k.set("add_channel", newsChannel)

	told := func(what string, out discordtest.Outcome) {
		t.Helper()
		text := out.Text()
		if len(out.FollowUps) > 0 { // beside the message that is there already
			text = out.FollowUps[0].Text()
		}
		if !strings.Contains(text, "Questions are not answered in this channel. Ask in <#"+newsChannel+">") {
			t.Errorf("%s: got %q", what, text)
		}
		if private := len(out.FollowUps) > 0 && out.FollowUps[0].Ephemeral() || out.Original != nil && out.Original.Ephemeral(); !private {
			t.Errorf("%s: all see it", what)
		}
	}
	told("slash", k.ask(kremlin))
	told("privately", k.ask(kremlin, func(i *discordtest.Interaction) { i.Options["private"] = true }))
	told("latest", k.use(discordtest.Interaction{Command: "latest"}))
	told("a button", k.click("More results", before.Original).Wait(k.ctx, discordtest.Happened("follow-up", 1)))
	told("a button that would open a form", k.click("Ask a follow-up", before.Original).Wait(k.ctx, discordtest.Happened("follow-up", 1)))
	post := d.Say(k.ctx, discordtest.Post{Content: "Ushakov has confirmed that Witkoff visits the Kremlin"})
	told("a message command", k.use(discordtest.Interaction{Command: "Ask the news about this", Target: post.ID()}))

	mention := d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true})
	contains(t, mention.WaitText(k.ctx, "Ask in").Text(), "<#"+newsChannel+">")
	n := len(k.log.lines(t, "answered"))
	again := d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true})
	reply := d.Say(k.ctx, discordtest.Post{Content: "why?", ReplyTo: menu.ID})
	k.answered(n + 2)
	if len(again.Replies())+len(reply.Replies()) > 0 {
		t.Error("a mention is told each time where to ask")
	}

	// It is answered where it may, in threads there, directly, and /help everywhere.
	place := func(p discordtest.Place) func(*discordtest.Interaction) {
		return func(i *discordtest.Interaction) { i.Place = p }
	}
	contains(t, k.ask(kremlin, place(in(newsChannel))).Text(), "Ushakov")
	thread := discordtest.Place{ChannelID: someThread, Parent: newsChannel}
	contains(t, k.ask(kremlin, place(thread)).Text(), "Ushakov")
	d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true, Place: in(newsChannel)}).WaitText(k.ctx, "Ushakov")
	d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true, Place: thread}).WaitText(k.ctx, "Ushakov")
	contains(t, k.ask(kremlin, place(discordtest.Place{Context: discordtest.BotDM})).Text(), "Ushakov")
	contains(t, k.use(discordtest.Interaction{Command: "help"}).Text(), "What can be asked")
	contains(t, k.use(discordtest.Interaction{Command: "privacy"}).Text(), "Nothing about people is stored")

	k.set("remove_channel", newsChannel)
	contains(t, k.ask(kremlin).Text(), "Ushakov")
}

func TestChannelsAreHeededByHTTP(t *testing.T) {
	d := discordtest.New(t, discordtest.WithClock(func() time.Time { return askedAt }))
	k, cmds, keeps := newKeeper(t)
	k.rig = endpoint(t, d, cmds, keeps)
	k.set("add_channel", newsChannel)
	contains(t, k.ask(kremlin).Text(), "Ask in <#"+newsChannel+">")
	contains(t, k.ask(kremlin, func(i *discordtest.Interaction) { i.Place = in(newsChannel) }).Text(), "Ushakov")
}

func TestPrivateByDefault(t *testing.T) {
	k := startKeeping(t, discordtest.New(t))
	k.set("private", true)
	for _, command := range []string{"latest", "sources"} {
		out := k.use(discordtest.Interaction{Command: command})
		if !out.Original.Ephemeral() {
			t.Errorf("/%s is shown to all", command)
		}
		contains(t, out.Text(), "Share")
	}
	if out := k.ask(kremlin); !out.Original.Ephemeral() || !strings.Contains(out.Text(), "Share") {
		t.Errorf("got %q", out.Text())
	}
	if out := k.ask(kremlin, func(i *discordtest.Interaction) { i.Options["private"] = false }); out.Original.Ephemeral() {
		t.Error("what a person states does not go before the setting")
	}
	if out := k.ask(kremlin, func(i *discordtest.Interaction) { i.Place = discordtest.Place{GuildID: otherServer} }); out.Original.Ephemeral() {
		t.Error("another server's answer is private")
	}
}

func TestSourcesAndLengthAreHeededByMentions(t *testing.T) {
	d := discordtest.New(t)
	k := startKeeping(t, d)
	k.set("add_source", "Sample Daily", "length", "short")
	text := d.Say(k.ctx, discordtest.Post{Content: kremlin, Mention: true}).Wait(k.ctx, 1)[0].Text()
	if strings.Contains(text, "Sample Wire") || strings.Contains(text, "[2]") {
		t.Errorf("got %q", text)
	}
	for _, c := range d.Autocomplete(k.ctx, discordtest.Interaction{Command: "ask", Options: map[string]any{"source": "sam"}}, "source").Choices(k.ctx) {
		if c.Name == "Sample Wire" {
			t.Error("an outlet that may not be used is suggested")
		}
	}
}

func TestExportIsAPrivateFile(t *testing.T) {
	d := discordtest.New(t)
	k := startKeeping(t, d)
	k.set("private", true, "gaps", "30")
	k.ask(nowhere)
	out := k.set("action", "export")
	if !out.Original.Ephemeral() {
		t.Error("all see the export")
	}
	shown := k.set()
	byButton := k.press("Export", shown, manager).Wait(k.ctx, discordtest.Happened("follow-up", 1))
	if !byButton.FollowUps[0].Ephemeral() {
		t.Error("all see the export by button")
	}
	files := 0
	for _, r := range d.Requests() {
		for name, raw := range r.Files {
			files++
			var got struct {
				Settings store.Settings
				Gaps     []store.Gap
			}
			if err := json.Unmarshal(raw, &got); err != nil || !got.Settings.Private || len(got.Gaps) != 1 || got.Gaps[0].Question != nowhere {
				t.Errorf("%s holds %s, %v", name, raw, err)
			}
			if strings.Contains(string(raw), manager.ID) {
				t.Error("the export holds a person's id")
			}
		}
	}
	if files != 2 {
		t.Errorf("got %d files, want 2", files)
	}
}

func TestGapsAreKeptWhereTheServerWants(t *testing.T) {
	k := startKeeping(t, discordtest.New(t))
	k.ask(nowhere)
	k.set("gaps", "7")
	k.ask(kremlin)
	k.ask(nowhere, func(i *discordtest.Interaction) { i.Place = discordtest.Place{GuildID: otherServer} })
	k.ask(nowhere, func(i *discordtest.Interaction) { i.Place = discordtest.Place{Context: discordtest.BotDM} })
	gaps := func() string {
		t.Helper()
		return k.use(discordtest.Interaction{Command: "gaps", User: manager}).Text()
	}
	contains(t, gaps(), "There are none")
	k.ask(nowhere)
	k.d.Say(k.ctx, discordtest.Post{Content: nowhere + " Ask <@1200000000000000009>", Mention: true}).Wait(k.ctx, 1)
	text := gaps()
	contains(t, text, "**1 time** What is the population of Nauru?")
	if strings.Contains(text, "1200000000000000009") || strings.Contains(text, discordtest.ApplicationID) {
		t.Errorf("an id is kept: %q", text)
	}
	contains(t, k.use(discordtest.Interaction{Command: "privacy"}).Text(), "kept for 7 days")
	k.turn(7)
	contains(t, gaps(), "There are none")
}

func TestWhatIsKeptGoesWithTheServer(t *testing.T) {
	d := discordtest.New(t, discordtest.WithGuilds(otherServer))
	k := startKeeping(t, d)
	k.set("private", true, "gaps", "7")
	k.use(discordtest.Interaction{Command: "settings", User: manager, Place: discordtest.Place{GuildID: otherServer}, Options: map[string]any{"private": true}})
	k.ask(nowhere)
	kept := func(server string) bool {
		set, err := k.store.Settings(server)
		return err != nil || set.Private
	}
	d.Outage(k.ctx, discordtest.GuildID)
	k.ask(kremlin) // behind the outage
	if !kept(discordtest.GuildID) {
		t.Error("an outage costs a server its settings")
	}
	d.Remove(k.ctx, discordtest.GuildID)
	k.until("the settings are deleted", func() bool { return !kept(discordtest.GuildID) })
	if lines := k.log.lines(t, "removed from a server: what is kept of it is being deleted"); len(lines) != 1 || lines[0]["guild_id"] != discordtest.GuildID {
		t.Errorf("got the log lines %v", lines)
	}
	if !kept(otherServer) {
		t.Error("another server's settings are gone")
	}
	contains(t, k.use(discordtest.Interaction{Command: "settings", User: manager, Place: discordtest.Place{GuildID: otherServer}, Options: map[string]any{"action": "delete"}}).Text(), "Deleted")
	if kept(otherServer) {
		t.Error("the settings are not deleted")
	}
}

func TestIntentsAreNoMoreThanNeeded(t *testing.T) {
	for _, tt := range []struct {
		start func(*discordtest.Server) *rig
		want  int
	}{
		{func(d *discordtest.Server) *rig { return newRig(t, d, testCommands()).run() }, 1<<9 | 1<<12},
		{func(d *discordtest.Server) *rig { return startKeeping(t, d).rig }, 1<<0 | 1<<9 | 1<<12},
	} {
		d := discordtest.New(t)
		r := tt.start(d)
		d.WaitReady(r.ctx)
		for _, e := range d.Gateway() {
			var identify struct{ Intents int }
			if e.Op == 2 && (json.Unmarshal(e.Body, &identify) != nil || identify.Intents != tt.want) {
				t.Errorf("got the intents %b, want %b", identify.Intents, tt.want)
			}
		}
	}
}

// A server that the bot lost while it was down is forgotten at the next
// connection, and only by the bot whose server it was.
func TestServersLostMeanwhileAreForgotten(t *testing.T) {
	d := discordtest.New(t)
	k, cmds, keeps := newKeeper(t)
	k.rig = newRig(t, d, cmds, keeps)
	for _, server := range []string{discordtest.GuildID, otherServer} { // the bot is in the first alone
		if _, err := k.store.Change(server, func(set *store.Settings) error { set.Private, set.GapDays = true, 7; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := k.store.AddGap(server, nowhere, askedAt); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(server string) bool {
		set, err := k.store.Settings(server)
		return err != nil || set.Private
	}
	type guilds = []struct{ ID string }
	type user = struct{ ID, Username string }
	for _, r := range []ready{
		{User: user{ID: discordtest.ApplicationID}, Shard: []int{0, 1}, Guilds: &guilds{{otherServer}, {discordtest.GuildID}}},
		{User: user{ID: discordtest.ApplicationID}, Shard: []int{0, 1}},                // Discord does not say
		{User: user{ID: "1100000000000000077"}, Shard: []int{0, 1}, Guilds: &guilds{}}, // another bot
	} {
		k.b.forgetLost(r)
	}
	if !kept(otherServer) || !kept(discordtest.GuildID) {
		t.Fatal("forgotten by another bot, or for nothing")
	}
	if len(k.log.lines(t, "STATE_FILE holds the settings of another bot's servers: name another file")) != 1 {
		t.Error("nobody is told that the file is another bot's")
	}
	k.run()
	k.until("the lost server is forgotten", func() bool { return !kept(otherServer) })
	if !kept(discordtest.GuildID) {
		t.Error("a server that the bot is in is forgotten")
	}
	if had, err := k.store.Forget(otherServer); had || err != nil {
		t.Errorf("something is left: %v, %v", had, err)
	}
}
