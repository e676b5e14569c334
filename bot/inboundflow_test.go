package bot

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// endpoint runs a bot without a gateway whose interactions come by HTTP.
func endpoint(t *testing.T, d *discordtest.Server, cmds []commands.Command, settings ...setting) *rig {
	t.Helper()
	r := newRig(t, d, cmds, append([]setting{withConfig(func(c *Config) {
		c.PublicKey, c.NoGateway = d.PublicKey(), true
	})}, settings...)...)
	noted, read := r.b.sleep, 0
	r.b.sleep = func(ctx context.Context, wait time.Duration) error {
		if wait == r.b.waits.settle { // the pause for the server to read the response
			read++
			r.until("the response is read", func() bool { return count(d, discordtest.RouteEndpoint) >= read })
		}
		return noted(ctx, wait)
	}
	r.run()
	server := httptest.NewServer(r.b.Interactions())
	t.Cleanup(server.Close)
	r.until("the bot is ready", func() bool { return r.b.Ready() == nil })
	if err := d.SetEndpoint(r.ctx, server.URL); err != nil { // tries it with a PING and with forgeries
		t.Fatal(err)
	}
	return r
}

func TestInteractionsByHTTP(t *testing.T) {
	r := endpoint(t, discordtest.New(t), testCommands())
	out := r.ask("When did it open?")
	if out.AckType() != discordtest.AckDeferred || len(out.Events) != 2 || out.Events[1].Kind != "edit" {
		t.Errorf("got acknowledgement %d of %d events, want a deferral and an edit", out.AckType(), len(out.Events))
	}
	contains(t, out.Text(), "It opened on Friday.")
	pressed := r.press("Page 2", out, discordtest.User{}).Wait(r.ctx)
	if pressed.AckType() != discordtest.AckDeferredUpdate {
		t.Errorf("got acknowledgement %d of a button", pressed.AckType())
	}
	contains(t, pressed.Text(), "Page 2")
	contains(t, r.ask("panic").Text(), "Something went wrong")
	help := r.d.Interact(r.ctx, discordtest.Interaction{Command: "help", Place: discordtest.Place{Context: discordtest.BotDM}}).Wait(r.ctx)
	if !help.Original.Ephemeral() {
		t.Error("a private reply is shown to all")
	}
	if n := count(r.d, discordtest.RouteCallback); n != 0 {
		t.Errorf("%d acknowledgements were requests of their own", n)
	}
	if n := len(r.d.Gateway()); n != 0 {
		t.Errorf("got %d events on the gateway", n)
	}
}

func TestForgeriesAndReplaysAreRefused(t *testing.T) {
	r := endpoint(t, discordtest.New(t), testCommands())
	reply := r.d.Interact(r.ctx, discordtest.Interaction{Command: "page"})
	reply.Wait(r.ctx)
	for _, f := range []discordtest.Forgery{discordtest.WrongKey, discordtest.ChangedBody, discordtest.ChangedTime, discordtest.NoSignature,
		discordtest.NoTimestamp, discordtest.OddSignature, discordtest.Stale} {
		if status, body := r.d.Forge(r.ctx, f, reply.Payload); status != http.StatusUnauthorized {
			t.Errorf("%s: got %d %s, want 401", f, status, body)
		}
	}
	if status, body := r.d.Replay(r.ctx, reply); status != http.StatusUnauthorized {
		t.Errorf("a replay: got %d %s, want 401", status, body)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if n := len(r.log.lines(t, "answered")); n != 1 {
		t.Errorf("%d calls were answered, want one", n)
	}
}

// An edit may reach Discord before it has read the response that acknowledges.
func TestEditThatOvertakesTheAcknowledgementIsRepeated(t *testing.T) {
	early := true
	r := endpoint(t, discordtest.New(t), testCommands(), tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		if early && q.Method == http.MethodPatch {
			early = false
			_ = q.Body.Close()
			return &http.Response{Status: "404 Not Found", StatusCode: http.StatusNotFound, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
				Body: io.NopCloser(strings.NewReader(`{"message":"Unknown Webhook","code":10015}`))}, nil
		}
		return next.RoundTrip(q)
	}).through(http.DefaultTransport))
	contains(t, r.ask("When?").Text(), "It opened on Friday.")
	if early {
		t.Error("no edit was early")
	}
}

func TestStoppingAnswersWhatCameByHTTP(t *testing.T) {
	began := make(chan bool)
	cmds := one("endless", func(ctx context.Context, _ commands.Call) (commands.Reply, error) {
		began <- true
		<-ctx.Done()
		return commands.Reply{}, ctx.Err()
	})
	r := endpoint(t, discordtest.New(t), cmds, withBot(func(b *Bot) { b.waits.drain = time.Millisecond }))
	reply := r.d.Interact(r.ctx, discordtest.Interaction{Command: "endless"})
	<-began
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	contains(t, reply.Outcome().Text(), "being restarted")
}

// With both, interactions come by HTTP and messages on the gateway.
func TestHTTPBesideTheGateway(t *testing.T) {
	r := endpoint(t, discordtest.New(t), testCommands(), withConfig(func(c *Config) { c.NoGateway = false }))
	contains(t, r.ask("When?").Text(), "It opened on Friday.")
	r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true}).WaitText(r.ctx, "It opened on Friday.")
	if n := count(r.d, discordtest.RouteCallback); n != 0 {
		t.Errorf("%d acknowledgements were requests of their own", n)
	}
}
