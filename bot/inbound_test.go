package bot

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

// signer signs requests as Discord does.
type signer struct {
	public  string
	private ed25519.PrivateKey
}

func newSigner(seed byte) signer {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
	return signer{hex.EncodeToString(private.Public().(ed25519.PublicKey)), private}
}

func (s signer) request(at time.Time, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/interactions", strings.NewReader(body))
	stamp := fmt.Sprint(at.Unix())
	r.Header.Set(headerTimestamp, stamp)
	r.Header.Set(headerSignature, hex.EncodeToString(ed25519.Sign(s.private, []byte(stamp+body))))
	return r
}

// posted returns what the bot responds to a request.
func (r *rig) posted(q *http.Request) (status int, body string) {
	w := httptest.NewRecorder()
	r.b.Interactions().ServeHTTP(w, q.WithContext(r.ctx))
	return w.Code, w.Body.String()
}

// byHTTP is a bot that takes interactions by HTTP only, with a clock.
func byHTTP(key signer, now func() time.Time) setting {
	return withConfig(func(c *Config) { c.PublicKey, c.NoGateway, c.Now = key.public, true, now })
}

const ping = `{"type":1,"id":"1","application_id":"2","version":1}`

func TestOnlyDiscordsOwnRequestsAreTaken(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	key := newSigner('k')
	for _, c := range []struct {
		name   string
		change func(*http.Request) *http.Request
		at     time.Duration // from now
		want   int
	}{
		{"sound", nil, 0, 200},
		{"somewhat old", nil, -oldest, 200},
		{"stale", nil, -oldest - time.Second, 401},
		{"from somewhat ahead", nil, newest, 200},
		{"from the future", nil, newest + time.Second, 401},
		{"without a signature", func(r *http.Request) *http.Request { r.Header.Del(headerSignature); return r }, 0, 401},
		{"without a time", func(r *http.Request) *http.Request { r.Header.Del(headerTimestamp); return r }, 0, 401},
		{"with another time", func(r *http.Request) *http.Request {
			r.Header.Set(headerTimestamp, fmt.Sprint(now.Unix()+1))
			return r
		}, 0, 401},
		{"with half a signature", func(r *http.Request) *http.Request {
			r.Header.Set(headerSignature, r.Header.Get(headerSignature)[:64])
			return r
		}, 0, 401},
		{"with a signature of other letters", func(r *http.Request) *http.Request {
			r.Header.Set(headerSignature, strings.Repeat("zz", 64))
			return r
		}, 0, 401},
		{"with another body", func(r *http.Request) *http.Request {
			r.Body = io.NopCloser(strings.NewReader(ping + " "))
			return r
		}, 0, 401},
		{"signed by somebody else", func(*http.Request) *http.Request { return newSigner('x').request(now, ping) }, 0, 401},
		{"signed, with a time that is none", func(r *http.Request) *http.Request {
			r.Header.Set(headerTimestamp, "soon")
			r.Header.Set(headerSignature, hex.EncodeToString(ed25519.Sign(key.private, []byte("soon"+ping))))
			return r
		}, 0, 401},
		{"by GET", func(r *http.Request) *http.Request { r.Method = http.MethodGet; return r }, 0, 405},
		{"with a body without end", func(r *http.Request) *http.Request {
			return key.request(now, strings.Repeat(" ", maxInteraction+1))
		}, 0, 413},
		{"signed, but not JSON", func(*http.Request) *http.Request { return key.request(now, "hello") }, 0, 400},
		{"signed, but without a token", func(*http.Request) *http.Request { return key.request(now, `{"type":2,"data":{}}`) }, 0, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, discordtest.New(t), testCommands(), byHTTP(key, func() time.Time { return now }))
			q := key.request(now.Add(c.at), ping)
			if c.change != nil {
				q = c.change(q)
			}
			status, body := r.posted(q)
			if status != c.want {
				t.Errorf("got %d %s, want %d", status, body, c.want)
			}
			if status == 200 && body != `{"type":1}` {
				t.Errorf("got %s", body)
			}
		})
	}
}

func TestReplaysAreRefused(t *testing.T) {
	var c clock
	c.turn(50 * 365 * 24 * time.Hour)
	key := newSigner('k')
	r := newRig(t, discordtest.New(t), testCommands(), byHTTP(key, c.now))
	at := c.now()
	again := func() int { status, _ := r.posted(key.request(at, ping)); return status }
	if status := again(); status != 200 {
		t.Fatalf("got %d for the first one", status)
	}
	for range 6 { // as long as its time passes for fresh
		if status := again(); status != 401 {
			t.Errorf("%v later: got %d, want 401", c.now().Sub(at), status)
		}
		c.turn(time.Minute)
	}
	// What came a while ago is forgotten: its age tells it.
	for range 100 {
		c.turn(oldest)
		at = c.now()
		if status := again(); status != 200 {
			t.Fatalf("got %d, want 200", status)
		}
	}
	if n := len(r.b.verifier.seen) + len(r.b.verifier.before); n > 4 {
		t.Errorf("%d signatures are remembered", n)
	}
}

const anInteraction = `{"type":2,"id":"1","application_id":"2","token":"t","data":{"id":"3","name":"page","type":1}}`

func TestInteractionsWhileTheBotDoesNotRun(t *testing.T) {
	key := newSigner('k')
	r := newRig(t, discordtest.New(t), testCommands(), byHTTP(key, time.Now),
		withBot(func(b *Bot) { b.waits.acknowledge = time.Millisecond }))
	if status, body := r.posted(key.request(time.Now(), anInteraction)); status != 503 {
		t.Errorf("before: got %d %s, want 503", status, body)
	}
	stopped, stop := context.WithCancel(r.ctx)
	stop()
	r.b.welcome(stopped, r.ctx)
	r.b.waits.acknowledge = time.Hour // it must not be waited for
	if status, body := r.posted(key.request(time.Now(), anInteraction+" ")); status != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("behind: got %d %s, want 503", status, body)
	}
	if r.b.Ready() == nil {
		t.Error("the bot counts as ready")
	}
}

// What no handler answers must not keep Discord waiting.
func TestInteractionOfAnUnknownKindIsRefusedAtOnce(t *testing.T) {
	key := newSigner('k')
	r := newRig(t, discordtest.New(t), testCommands(), byHTTP(key, time.Now),
		withBot(func(b *Bot) { b.waits.acknowledge = time.Hour }))
	go r.b.welcome(r.ctx, r.ctx)
	status, _ := r.posted(key.request(time.Now(), `{"type":99,"id":"1","application_id":"2","token":"t"}`))
	if status != 500 {
		t.Errorf("got %d, want 500", status)
	}
}

func TestWithoutGatewayNothingIsConnected(t *testing.T) {
	d := discordtest.New(t)
	r := newRig(t, d, testCommands(), withConfig(func(c *Config) { c.PublicKey, c.NoGateway = d.PublicKey(), true })).run()
	r.until("the bot is ready", func() bool { return r.b.Ready() == nil })
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if events := r.d.Gateway(); len(events) != 0 {
		t.Errorf("got %d gateway events", len(events))
	}
	contains(t, r.log.String(), "mentions and direct messages need the gateway")
}

func FuzzStrangersAreRefused(f *testing.F) {
	f.Add("1764072000", strings.Repeat("00", 64), ping)
	f.Add("", "", "")
	f.Add("-1", "zz", anInteraction)
	v := &verifier{key: newSigner('k').private.Public().(ed25519.PublicKey)}
	f.Fuzz(func(t *testing.T, stamp, sig, body string) {
		h := http.Header{headerTimestamp: {stamp}, headerSignature: {sig}}
		if v.verify(h, []byte(body), time.Unix(1764072000, 0)) == nil {
			t.Errorf("%q %q %q passed", stamp, sig, body)
		}
		if len(v.seen) > 0 {
			t.Error("a stranger's signature is remembered")
		}
	})
}

func FuzzEventsAreRead(f *testing.F) {
	f.Add(anInteraction)
	f.Add(`{"type":3,"token":"t","message":{"id":"1","author":{"id":"2"},"components":[{"type":99}]},"data":{"custom_id":"x","component_type":2}}`)
	f.Add(`[1,{"author":1,"components":null}]`)
	f.Fuzz(func(t *testing.T, raw string) {
		if in, err := decodeInteraction([]byte(raw), time.Now()); (in == nil) == (err == nil) {
			t.Errorf("got %v and %v", in, err)
		}
	})
}
