package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

func TestSlashCommandIsDeferredAndAnswered(t *testing.T) {
	r := start(t)
	out := r.ask("When did it open?")
	if out.AckType() != discordtest.AckDeferred {
		t.Errorf("got callback type %d, want a deferral", out.AckType())
	}
	if len(out.Events) != 2 || out.Events[1].Kind != "edit" {
		t.Errorf("got %d events, want a deferral and an edit", len(out.Events))
	}
	m := out.Original
	if !m.V2() || m.Ephemeral() || m.Loading() {
		t.Errorf("got flags %d, want Components V2 for all", m.Flags)
	}
	contains(t, m.Text(), "It opened on Friday. [1]")
	contains(t, m.Text(), "**[1] Harbour Post · <t:1764158400:D>**")
	contains(t, m.Text(), "> It **opened** on Friday.")
	contains(t, m.Text(), "https://harbour.example/bridge")
	for _, q := range r.d.Requests() {
		if q.Version != 10 {
			t.Errorf("%s %s went to v%d", q.Method, q.Path, q.Version)
		}
	}
}

func TestPrivacyOfReplies(t *testing.T) {
	for _, c := range []struct {
		name    string
		use     discordtest.Interaction
		private bool
	}{
		{"an ordinary command", discordtest.Interaction{Command: "page"}, false},
		{"a private command", discordtest.Interaction{Command: "help"}, true},
		{"the option private", discordtest.Interaction{Command: "ask", Options: map[string]any{"question": "q", "private": true}}, true},
		{"private set to false", discordtest.Interaction{Command: "ask", Options: map[string]any{"question": "q", "private": false}}, false},
		{"an admin command used by others", discordtest.Interaction{Command: "reindex", Overridden: true}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t)
			out := r.d.Interact(r.ctx, c.use).Wait(r.ctx)
			if got := out.Original.Ephemeral(); got != c.private {
				t.Errorf("got private %v, want %v", got, c.private)
			}
		})
	}
}

func TestReplyThatTurnsOutPrivateIsNotShownToAll(t *testing.T) {
	r := start(t)
	out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "surprise"}).Wait(r.ctx, discordtest.Happened("follow-up", 1))
	if out.Original != nil {
		t.Errorf("the public message is still there: %s", out.Original.Text())
	}
	if len(out.FollowUps) != 1 || !out.FollowUps[0].Ephemeral() {
		t.Fatalf("got follow-ups %v, want a private one", out.FollowUps)
	}
	contains(t, out.Text(), "Psst")
}

func TestTroubleIsToldInWords(t *testing.T) {
	r := start(t)
	contains(t, r.ask("too late").Text(), "That took too long")
	r.answered(1)

	text := r.ask("trouble").Text()
	contains(t, text, "Something went wrong")
	if strings.Contains(text, "secret") {
		t.Errorf("people read what is for operators: %q", text)
	}
	_, ref, _ := strings.Cut(text, "Reference ")
	last := r.answered(2)
	if ref == "" || last["ref"] != ref || last["err"] != errOdd.Error() || last["outcome"] != "error" {
		t.Errorf("got log line %v, want reference %q with the whole error", last, ref)
	}

	contains(t, r.ask("panic").Text(), "Reference ")
	last = r.answered(3)
	if stack, _ := last["stack"].(string); last["outcome"] != "panic" || !strings.Contains(stack, "testCommands") {
		t.Errorf("got log line %v, want the stack of the panic", last)
	}
	contains(t, r.ask("still there?").Text(), "It opened on Friday.")
}

func TestLogLineOfAnAnswer(t *testing.T) {
	r := start(t)
	r.ask("what nobody should know")
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	lines := r.log.lines(t, "answered")
	if len(lines) != 1 {
		t.Fatalf("got %d lines, want one:\n%s", len(lines), r.log)
	}
	for key, want := range map[string]any{"command": "ask", "kind": "slash", "outcome": "ok", "guild_id": discordtest.GuildID, "shard": 0.0} {
		if lines[0][key] != want {
			t.Errorf("got %s %v, want %v", key, lines[0][key], want)
		}
	}
	if ms, ok := lines[0]["took_ms"].(float64); !ok || ms < 0 {
		t.Errorf("got took_ms %v", lines[0]["took_ms"])
	}
	if strings.Contains(r.log.String(), "nobody should know") {
		t.Errorf("the log holds the question:\n%s", r.log)
	}
}

func TestAdminCommands(t *testing.T) {
	const role = "1100000000000000077"
	for _, c := range []struct {
		name string
		user discordtest.User
		may  bool
	}{
		{"an administrator", discordtest.User{Permissions: discordtest.Administrator}, true},
		{"who manages the server", discordtest.User{Permissions: discordtest.ManageGuild}, true},
		{"a holder of the role", discordtest.User{Roles: []string{role}}, true},
		{"a holder of another role", discordtest.User{Roles: []string{"1100000000000000078"}}, false},
		{"a member", discordtest.User{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, withConfig(func(cfg *Config) { cfg.AdminRoleIDs = []string{role} }))
			out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "reindex", User: c.user, Overridden: true}).Wait(r.ctx)
			want := "Only people who manage this server can do that."
			if c.may {
				want = "The index is up to date"
			}
			contains(t, out.Text(), want)
		})
	}
}

// clock is a clock that the test turns.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(0, c.ns.Load()) }
func (c *clock) turn(d time.Duration) { c.ns.Add(int64(d)) }

func TestProgressIsToldNotTooOftenAndNeverAfterwards(t *testing.T) {
	var c clock
	c.turn(48 * 365 * 24 * time.Hour)
	calls := make(chan func(commands.Progress))
	finish := make(chan bool)
	cmds := one("long", func(_ context.Context, call commands.Call) (commands.Reply, error) {
		calls <- call.Progress
		<-finish
		return commands.Reply{Title: "Ready"}, nil
	})
	r := newRig(t, discordtest.New(t), cmds, withConfig(func(cfg *Config) { cfg.Now = c.now })).run()
	reply := r.d.Interact(r.ctx, discordtest.Interaction{Command: "long"})
	tell := <-calls
	tell(commands.Progress{Text: "Reading", Done: 1, Total: 4})
	contains(t, reply.Wait(r.ctx, discordtest.Happened("edit", 1)).Text(), "Reading (25 %)")
	tell(commands.Progress{Text: "too soon"})
	c.turn(progressEvery)
	r.until("progress is told again", func() bool { // the first edit may be under way still
		tell(commands.Progress{Text: "Half"})
		return len(reply.Outcome().Events) >= 3
	})
	contains(t, reply.Outcome().Text(), "Half")
	close(finish)
	contains(t, reply.Wait(r.ctx, discordtest.Happened("edit", 3)).Text(), "Ready")
	c.turn(time.Hour)
	tell(commands.Progress{Text: "too late"})
	if err := r.stop(); err != nil { // waits for all that is under way
		t.Fatal(err)
	}
	if out := reply.Outcome(); len(out.Events) != 4 || out.Original.Text() != "**Ready**" {
		t.Errorf("got %d events and %q, want one deferral, two tellings and the reply", len(out.Events), out.Text())
	}
}

func TestReplyWaitsForProgressThatIsUnderWay(t *testing.T) {
	var edits, atOnce atomic.Int32
	second := make(chan bool)
	cmds := one("long", func(_ context.Context, call commands.Call) (commands.Reply, error) {
		call.Progress(commands.Progress{Text: "Reading"})
		return commands.Reply{Title: "Ready"}, nil
	})
	r := newRig(t, discordtest.New(t), cmds, tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		if q.Method != http.MethodPatch {
			return next.RoundTrip(q)
		}
		if edits.Add(1) == 1 {
			select { // the reply must not come while progress is held up here
			case <-second:
			case <-time.After(50 * time.Millisecond):
			}
		} else {
			close(second)
		}
		if atOnce.Add(1) > 1 {
			t.Error("two edits are under way at once")
		}
		defer atOnce.Add(-1)
		return next.RoundTrip(q)
	}).through(http.DefaultTransport)).run()
	out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "long"}).Wait(r.ctx, discordtest.Happened("edit", 2))
	contains(t, out.Text(), "Ready")
}

func TestCommandsHaveADeadline(t *testing.T) {
	cmds := one("slow", func(ctx context.Context, _ commands.Call) (commands.Reply, error) {
		<-ctx.Done()
		return commands.Reply{}, ctx.Err()
	})
	r := newRig(t, discordtest.New(t), cmds, withBot(func(b *Bot) { b.waits.command = time.Millisecond })).run()
	contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "slow"}).Wait(r.ctx).Text(), "That took too long")
}

func TestAdminCommandsMayTakeAsLongAsAReplyCanBeSent(t *testing.T) {
	var left time.Duration
	cmds := one("reindex", func(ctx context.Context, _ commands.Call) (commands.Reply, error) {
		deadline, _ := ctx.Deadline()
		left = time.Until(deadline)
		return commands.Reply{Title: "Ready"}, nil
	})
	cmds[0].Admin = true
	r := newRig(t, discordtest.New(t), cmds).run()
	r.d.Interact(r.ctx, discordtest.Interaction{Command: "reindex", User: discordtest.User{Permissions: discordtest.ManageGuild}}).Wait(r.ctx)
	if left < 10*time.Minute || left > 15*time.Minute {
		t.Errorf("got %v, want somewhat less than the token's 15 minutes", left)
	}
}

func TestErrorsOfTheNetworkHoldNoTokens(t *testing.T) {
	r := start(t, tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		if q.Method == http.MethodPatch {
			return nil, errors.New("no route to host")
		}
		return next.RoundTrip(q)
	}).through(http.DefaultTransport))
	r.d.Interact(r.ctx, discordtest.Interaction{Command: "page"})
	if got := r.answered(1)["reply_err"]; got != "send the reply: no route to host" {
		t.Errorf("got %v, want the error without the address", got)
	}
}

func TestFloodIsRefusedInWords(t *testing.T) {
	r := start(t, withBot(func(b *Bot) { b.gate.slots, b.waits.queue = make(chan struct{}), time.Millisecond }))
	out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "page"}).Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, out.Text(), "Too much is being asked at once. Try again in 10 s.")
	if out.Original != nil || !out.FollowUps[0].Ephemeral() {
		t.Error("all see that one was refused")
	}
}

func TestFailingRequestsAreRepeated(t *testing.T) {
	for _, c := range []struct {
		name, route string
		status      int
	}{
		{"rate limit on the acknowledgement", discordtest.RouteCallback, http.StatusTooManyRequests},
		{"rate limit on the reply", discordtest.RouteEditOriginal, http.StatusTooManyRequests},
		{"server error on the reply", discordtest.RouteEditOriginal, http.StatusInternalServerError},
		{"bad gateway on the reply", discordtest.RouteEditOriginal, http.StatusBadGateway},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t)
			r.d.WaitReady(r.ctx)
			r.d.Fail(c.route, 2, c.status)
			contains(t, r.ask("When?").Text(), "It opened on Friday.")
		})
	}
}

func TestReplyThatDiscordNeverTakesIsLoggedWithoutTokens(t *testing.T) {
	r := start(t)
	r.d.WaitReady(r.ctx)
	r.d.Fail(discordtest.RouteEditOriginal, tries, http.StatusServiceUnavailable)
	r.d.Interact(r.ctx, discordtest.Interaction{Command: "page"}).Wait(r.ctx, discordtest.Acknowledged)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	lines := r.log.lines(t, "answered")
	if len(lines) != 1 || lines[0]["level"] != "WARN" {
		t.Fatalf("got %v, want one warning", lines)
	}
	contains(t, lines[0]["reply_err"].(string), "send the reply: HTTP 503")
}

func TestReplyThatDiscordRefusesIsReplaced(t *testing.T) {
	r := start(t)
	r.d.WaitReady(r.ctx)
	r.d.Fail(discordtest.RouteEditOriginal, 1, http.StatusBadRequest)
	contains(t, r.ask("q").Text(), "Something went wrong")
	if line := r.answered(1); line["level"] != "WARN" {
		t.Errorf("got log line %v, want a warning", line)
	}
}

func TestLateInteractionIsGivenUp(t *testing.T) {
	d := discordtest.New(t)
	d.Expect("40060")
	r := newRig(t, d, testCommands()).run()
	in := r.d.Interact(r.ctx, discordtest.Interaction{Command: "page"})
	in.Wait(r.ctx)
	// A second acknowledgement is what a repeated request looks like.
	x := r.b.newExchange(interactionOf(t, in), false)
	if err := x.acknowledge(r.ctx, deferReply); err != nil {
		t.Errorf("got %v, want a repeated acknowledgement to count", err)
	}
	d.Expect("10062")
	other := *x.in.Interaction
	other.ID = "1100000000000000999"
	x = r.b.newExchange(&interaction{Interaction: &other}, false)
	if err := x.acknowledge(r.ctx, deferReply); err == nil || !strings.Contains(err.Error(), "too late") {
		t.Errorf("got %v, want an error that says it was too late", err)
	}
}

// Questions may count as asked on another day, but the bot goes by the clock.
func TestQuestionsOfAnotherDay(t *testing.T) {
	day := time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC)
	cmds := one("day", func(_ context.Context, c commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: c.Now.Format(time.DateOnly)}, nil
	})
	r := endpoint(t, discordtest.New(t), cmds, withConfig(func(c *Config) { c.Asked = func() time.Time { return day } }))
	contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "day"}).Wait(r.ctx).Text(), "2025-11-26")
}

// Discord may have heard an acknowledgement although its answer does not come
// back in time.
func TestAcknowledgementWithoutAnAnswer(t *testing.T) {
	slow := tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(q)
		if err == nil && strings.HasSuffix(q.URL.Path, "/callback") {
			_ = res.Body.Close()
			<-q.Context().Done()
			return nil, q.Context().Err()
		}
		return res, err
	})
	r := start(t, slow.through(http.DefaultTransport), withBot(func(b *Bot) { b.waits.acknowledge = time.Second }))
	out := r.d.Interact(r.ctx, discordtest.Interaction{Command: "ask", Options: map[string]any{"question": "q"}}).Wait(r.ctx, discordtest.Happened("edit", 1))
	contains(t, out.Text(), "It opened on Friday.")
	contains(t, r.log.String(), "no word came back to an acknowledgement")
}
