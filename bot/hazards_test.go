package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// What discordgo v0.29.0 does wrong, each as a test of the bot around it. The
// others are cases of TestRecovery and TestFatalCloses.

// discordgo would resume, be told 4007, and resume again for ever.
func TestSessionThatIsGoneIsNotResumed(t *testing.T) {
	d := discordtest.New(t)
	d.FailGateway(discordtest.GatewayFault{}, discordtest.GatewayFault{Close: 4007})
	r := newRig(t, d, testCommands()).run()
	d.WaitReady(r.ctx)
	d.Disconnect(4009)
	r.reconnected(3)
	contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
	if resumed, begun := d.Sent(opResume), d.Sent(opIdentify); resumed != 0 || begun != 3 {
		t.Errorf("got %d RESUMEs and %d IDENTIFYs, want none and 3", resumed, begun)
	}
}

// discordgo would identify again at once, and use up the day's 1000.
func TestRefusedIdentifyIsNotRepeatedAtOnce(t *testing.T) {
	clock := discordtest.NewClock(0)
	d := discordtest.New(t, discordtest.WithClock(clock.Now), discordtest.WithMaxConcurrency(1))
	invalid := discordtest.GatewayFault{Invalid: true}
	d.FailGateway(invalid, invalid, invalid, invalid, invalid)
	r := newRig(t, d, testCommands(), withClock(clock)).run()
	d.WaitConnections(r.ctx, 6)
	d.WaitReady(r.ctx)
	if n := d.Sent(opIdentify); n != 6 {
		t.Errorf("got %d IDENTIFYs on 6 connections", n)
	}
	if got, want := fmt.Sprint(r.pauses()), "[5s 10s 20s 40s 1m20s]"; got != want {
		t.Errorf("got pauses %s, want %s", got, want)
	}
}

// discordgo would notice only behind five heartbeats, or never.
func TestDeadConnectionsAreNoticed(t *testing.T) {
	const silent = "nothing was heard from Discord for 1s" // two heartbeats
	for _, c := range []struct {
		name string
		die  func(*discordtest.Server)
		want string // in the log
	}{
		{"nothing is sent", func(d *discordtest.Server) { d.Silence() }, silent},
		{"nothing is sent and nothing read", func(d *discordtest.Server) { d.HalfOpen() }, silent},
		{"it is closed, but the socket is not", func(d *discordtest.Server) { d.Linger(4000) }, "4000"},
		{"it says something that no version did", func(d *discordtest.Server) {
			d.SendFrame([]byte(`{"op":77,"d":null}`))
			d.Silence()
		}, silent},
		{"it ends inside a message", func(d *discordtest.Server) {
			d.SendFrame([]byte(`{"op":0,"t":"MESSAGE_CREATE","d":{"id":`))
			d.Disconnect(0)
		}, "not connected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // they wait
			d := discordtest.New(t, discordtest.WithHeartbeat(500*time.Millisecond))
			r := newRig(t, d, testCommands()).run()
			r.until("the bot is ready", func() bool { return r.b.Ready() == nil })
			before := len(r.log.lines(t, "connected"))
			c.die(d)
			r.until("the bot is ready again", func() bool {
				return len(r.log.lines(t, "connected")) > before && r.b.Ready() == nil
			})
			contains(t, r.log.String(), c.want)
			contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
		})
	}
}

// buckets is how many rate limits a session remembers.
func buckets(s *dg.Session) int {
	return reflect.ValueOf(s.Ratelimiter).Elem().FieldByName("buckets").Len()
}

// discordgo would keep a rate limit for each interaction for ever.
func TestRateLimitsDoNotPileUp(t *testing.T) {
	var c clock
	c.turn(50 * 365 * 24 * time.Hour)
	r := start(t, withConfig(func(cfg *Config) { cfg.Now = c.now }))
	r.ask("q")
	before := buckets(r.b.shared())
	for range 20 {
		r.ask("q")
	}
	if n := buckets(r.b.shared()); n != before {
		t.Errorf("the shared session remembers %d rate limits, %d before 20 interactions", n, before)
	}
	for n := range 10 {
		channel := fmt.Sprint(1100000000000000200 + n)
		r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true, Place: discordtest.Place{ChannelID: channel}}).Wait(r.ctx, 1)
	}
	r.answered(31)
	c.turn(sessionAge)
	r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true}).Wait(r.ctx, 1)
	if n := buckets(r.b.shared()); n > 2 {
		t.Errorf("the shared session remembers %d rate limits after an hour", n)
	}
}

// discordgo would sleep through the end of the context.
func TestRateLimitThatIsWaitedForEndsWithTheContext(t *testing.T) {
	limited := func(after string, global bool) setting {
		return tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
			res := &http.Response{Status: "429 Too Many Requests", StatusCode: 429, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
				Body: http.NoBody}
			res.Header.Set("X-RateLimit-Remaining", "0")
			res.Header.Set("X-RateLimit-Reset-After", after)
			if global {
				res.Header.Set("X-RateLimit-Global", "true")
			}
			res.Body = readCloser(`{"message":"You are being rate limited.","retry_after":` + after + `,"global":false}`)
			return res, nil
		}).through(http.DefaultTransport)
	}
	for name, global := range map[string]bool{"of one route": false, "of all": true} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, discordtest.New(t), testCommands(), limited("3600", global))
			r.b.waits.request = 2 * time.Hour
			slept := make(chan bool, 1)
			r.b.sleep = func(ctx context.Context, d time.Duration) error {
				if d < time.Hour {
					t.Errorf("got a pause of %v, want the hour that Discord asks for", d)
				}
				slept <- true
				<-ctx.Done()
				return ctx.Err()
			}
			// While the bot itself waits to repeat the request.
			ctx, cancel := context.WithCancel(context.WithoutCancel(r.ctx)) // a deadline would end the wait too
			ended := make(chan error)
			go func() { ended <- r.b.call(ctx, r.b.shared(), http.MethodGet, dg.EndpointGatewayBot, nil, nil) }()
			<-slept
			cancel()
			if err := <-ended; err == nil || !strings.Contains(err.Error(), "rate limit") {
				t.Errorf("got %v, want that it was the rate limit", err)
			}
			// While discordgo waits before the next one.
			ctx, cancel = context.WithCancel(context.WithoutCancel(r.ctx))
			go func() { ended <- r.b.call(ctx, r.b.shared(), http.MethodGet, dg.EndpointGatewayBot, nil, nil) }()
			cancel()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want that it was stopped", err)
			}
			// Nobody has to stop it: requests have a deadline of their own.
			r.b.waits.request = time.Millisecond
			if err := r.b.call(context.WithoutCancel(r.ctx), r.b.shared(), http.MethodGet, dg.EndpointGatewayBot, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want that it took too long", err)
			}
		})
	}
}

// discordgo would hand over half of the event.
func TestComponentsThatNobodyKnowsYet(t *testing.T) {
	r := start(t)
	odd := []any{map[string]any{"type": 99, "id": 1, "novelty": []any{map[string]any{"type": 98}}}}
	asked := r.ask("q")
	for _, b := range asked.Original.Buttons() {
		if b.Label == "Page 2" {
			out := r.d.Press(r.ctx, discordtest.Press{MessageID: asked.Original.ID, CustomID: b.CustomID,
				Extra: map[string]any{"message": map[string]any{"components": odd}}}).Wait(r.ctx)
			contains(t, out.Text(), "Page 2")
		}
	}
	c := r.d.Say(r.ctx, discordtest.Post{Content: "When did it open?", Mention: true, Extra: map[string]any{"components": odd}})
	contains(t, c.Wait(r.ctx, 1)[0].Text(), "It opened on Friday.")
}

func TestEventsThatMakeNoSense(t *testing.T) {
	r := start(t)
	r.d.WaitReady(r.ctx)
	for _, raw := range []string{
		`{"op":0,"s":90,"t":"INTERACTION_CREATE","d":null}`, `{"op":0,"s":91,"t":"INTERACTION_CREATE","d":[]}`,
		`{"op":0,"s":92,"t":"INTERACTION_CREATE","d":{"type":2}}`, `{"op":0,"s":93,"t":"INTERACTION_CREATE","d":{"type":3,"data":{"custom_id":5}}}`,
		`{"op":0,"s":94,"t":"MESSAGE_CREATE","d":null}`, `{"op":0,"s":95,"t":"MESSAGE_CREATE","d":{"author":null,"content":"<@1100000000000000001>"}}`,
		`{"op":0,"s":96,"t":"MESSAGE_CREATE","d":"text"}`, `{"op":0,"s":97,"t":"READY","d":{"user":null}}`, `{"op":0,"s":98,"t":"NEWS","d":{}}`,
		`{"op":11,"d":7}`, `{"op":10,"d":{"heartbeat_interval":-1}}`,
	} {
		r.d.SendFrame([]byte(raw))
	}
	contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
	if panics := r.log.lines(t, "panic"); len(panics) != 0 {
		t.Errorf("got panics: %v", panics)
	}
}

func TestPanickingCommandLeavesTheBotUp(t *testing.T) {
	cmds := one("odd", func(context.Context, commands.Call) (commands.Reply, error) { panic(errors.New("a bug")) })
	r := newRig(t, discordtest.New(t), cmds).run()
	for range 3 {
		contains(t, r.d.Interact(r.ctx, discordtest.Interaction{Command: "odd"}).Wait(r.ctx).Text(), "Something went wrong")
	}
	if n := r.d.Sent(opIdentify); n != 1 {
		t.Errorf("the bot identified %d times", n)
	}
}

// An address that Discord's shield has banned gets a page, with a status that
// from Discord itself would stop the bot.
func TestBanOfTheAddressIsWaitedOut(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusForbidden, http.StatusUnauthorized} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			var asked atomic.Int32
			banned := tripper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
				if !strings.HasSuffix(r.URL.Path, "/gateway/bot") || asked.Add(1) > 2 {
					return next.RoundTrip(r)
				}
				return &http.Response{
					StatusCode: status, Status: fmt.Sprint(status, " ", http.StatusText(status)), Request: r,
					Header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, Body: readCloser("<h1>error code: 1015</h1>"),
				}, nil
			})
			r := newRig(t, discordtest.New(t), testCommands(), banned.through(http.DefaultTransport)).run()
			contains(t, r.ask("q").Text(), "It opened on Friday.")
			if n := asked.Load(); n != 3 {
				t.Errorf("asked %d times, want once for each of two pauses, and once more", n)
			}
			if got := r.pauses(); len(got) < 2 || got[0] < shortestPause || got[1] <= got[0] {
				t.Errorf("got pauses %v", got)
			}
			contains(t, r.log.String(), "not from Discord's API")
			if strings.Contains(r.log.String(), "1015") {
				t.Error("the page is in the log")
			}
		})
	}
}
