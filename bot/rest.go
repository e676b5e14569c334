package bot

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	dg "github.com/bwmarrin/discordgo"
)

// transport sends discordgo's requests to the configured API, and to v10 of it
// where discordgo means v9.
type transport struct {
	api   *url.URL
	named bool // by DISCORD_API
	next  http.RoundTripper
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = t.api.Scheme, t.api.Host, ""
	path := "/api/v10/" + strings.TrimPrefix(r.URL.Path, "/api/v"+dg.APIVersion+"/")
	r.URL.Path, r.URL.RawPath = strings.TrimSuffix(t.api.Path, "/")+path, ""
	res, err := t.next.RoundTrip(r)
	var plain tls.RecordHeaderError
	if errors.As(err, &plain) && string(plain.RecordHeader[:]) == "HTTP/" {
		return nil, t.noAPI("does not speak https")
	}
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if t.named && kind != "application/json" && foreign(res.StatusCode, kind) {
		_ = res.Body.Close() // it is a page for people
		return nil, t.noAPI("answers " + res.Status + " to " + r.URL.Path)
	}
	if res.StatusCode >= 400 && res.StatusCode < 500 && kind != "application/json" {
		_ = res.Body.Close() // it is a page for people
		return nil, &foreignError{res.Status}
	}
	return res, nil
}

// foreign reports an answer, not in the form of Discord's API, that its shield
// would not give either: a page that is not there, or one for people.
func foreign(status int, kind string) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return true
	}
	return status < 400 && kind == "text/html"
}

// noAPI is the error that stops a bot whose DISCORD_API names something else.
func (t *transport) noAPI(why string) error {
	return &fatalError{fmt.Errorf("DISCORD_API=%s is not the address of Discord's API: what is there %s; name another, or none for Discord's own", t.api.Redacted(), why)}
}

// A foreignError is a refusal that is not in the form of Discord's API, but of
// something before it, such as the shield that bans an address for an hour
// when it got too many refusals. It says nothing of the token or of what was
// asked for, and passes.
type foreignError struct{ status string }

func (e *foreignError) Error() string {
	return fmt.Sprintf("HTTP %s, and not from Discord's API but from something before it: it may have shut this address out for a while, or DISCORD_API is wrong", e.status)
}

// newSession makes a session for REST requests. One is made for each
// interaction, because discordgo never forgets a rate limit: each interaction
// has one of its own, and they would pile up.
func (b *Bot) newSession() *dg.Session {
	s, _ := dg.New("Bot " + b.cfg.Token) // never fails
	s.Client = b.client
	s.UserAgent = fmt.Sprintf("DiscordBot (https://github.com/bwmarrin/discordgo, %s) newsdesk/%s", dg.VERSION, b.cfg.Version)
	s.StateEnabled = false
	s.ShouldReconnectOnError = false
	// discordgo's log is one variable for the whole process, its messages carry
	// tokens, and all that matters in them is seen by wire.
	s.LogLevel = dg.LogError - 1
	return s
}

// A session is one that is made anew now and then: the rate limits of channels
// pile up too, only more slowly.
type session struct {
	mu   sync.Mutex
	made time.Time
	*dg.Session
}

const sessionAge = time.Hour

// shared is the session for requests that are not about one interaction.
func (b *Bot) shared() *dg.Session {
	b.rest.mu.Lock()
	defer b.rest.mu.Unlock()
	if now := b.now(); b.rest.Session == nil || now.Sub(b.rest.made) >= sessionAge {
		b.rest.Session, b.rest.made = b.newSession(), now
	}
	return b.rest.Session
}

// tries is how often a request is made before its failure counts.
const tries = 4

// call makes a REST request, and repeats it where Discord says so or fails.
// It reads the answer into out unless that is nil. All our requests may be
// repeated: messages carry a nonce, and see acknowledge.
func (b *Bot) call(ctx context.Context, s *dg.Session, method, address string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, b.waits.request)
	defer cancel()
	var err error
	for try := 1; ; try++ {
		var raw []byte
		raw, err = request(ctx, s, method, address, in)
		if err == nil && out != nil {
			err = json.Unmarshal(raw, out)
		}
		if err == nil {
			return nil
		}
		wait, again := b.retryAfter(ctx, err, try)
		if !again {
			return clean(err)
		}
		if b.sleep(ctx, wait) != nil {
			return clean(err)
		}
	}
}

// request makes one request. discordgo first sleeps until a rate limit ends,
// whatever ctx says, and some last for an hour. When ctx ends it is left
// asleep, and makes no request any more when it wakes.
func request(ctx context.Context, s *dg.Session, method, address string, in any) ([]byte, error) {
	type answer struct {
		raw []byte
		err error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				done <- answer{err: fmt.Errorf("discordgo panicked: %v", v)}
			}
		}()
		options := []dg.RequestOption{dg.WithContext(ctx), dg.WithRetryOnRatelimit(false), dg.WithRestRetries(0)}
		if m, ok := in.(body); ok && m.file != nil {
			raw, err := withFile(s, method, address, m, options)
			done <- answer{raw, err}
			return
		}
		raw, err := s.RequestWithBucketID(method, address, in, method+" "+address, options...)
		done <- answer{raw, err}
	}()
	select {
	case a := <-done:
		return a.raw, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// withFile makes a request that carries a file.
func withFile(s *dg.Session, method, address string, m body, options []dg.RequestOption) ([]byte, error) {
	kind, raw, err := dg.MultipartBodyWithJSON(m, []*dg.File{{Name: m.file.Name, ContentType: "application/json", Reader: bytes.NewReader(m.file.Data)}})
	if err != nil {
		return nil, err
	}
	return s.RequestRaw(method, address, kind, raw, method+" "+address, 0, options...)
}

// retryAfter reports whether a failed request is worth repeating, and when.
func (b *Bot) retryAfter(ctx context.Context, err error, try int) (time.Duration, bool) {
	if try == tries || ctx.Err() != nil {
		return 0, false
	}
	wait := b.waits.retry * time.Duration(try)
	var limited *dg.RateLimitError
	var foreign *foreignError
	var final *fatalError
	if errors.As(err, &foreign) || errors.As(err, &final) {
		return 0, false // asking on makes a ban longer
	} else if errors.As(err, &limited) {
		wait = limited.RetryAfter
	} else if status, code := restStatus(err); status > 0 && status < 500 && code != codeUnknownWebhook {
		return 0, false
	}
	deadline, bounded := ctx.Deadline()
	return wait, !bounded || time.Until(deadline) > wait
}

// restStatus gives the HTTP status and Discord's code of a refused request,
// and zeros for other errors.
func restStatus(err error) (status, code int) {
	var rest *dg.RESTError
	if !errors.As(err, &rest) || rest.Response == nil {
		return 0, 0
	}
	if rest.Message != nil {
		code = rest.Message.Code
	}
	return rest.Response.StatusCode, code
}

// clean takes the address out of an error of a request: those of interactions
// hold tokens.
func clean(err error) error {
	var limited *dg.RateLimitError
	if errors.As(err, &limited) {
		return fmt.Errorf("discord's rate limit, for %v more", limited.RetryAfter)
	}
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// refusesToken turns the answer to a wrong token into ErrToken. It is not for
// interactions, where the same status speaks of the interaction's token.
func refusesToken(err error) error {
	if status, _ := restStatus(err); status == http.StatusUnauthorized {
		return ErrToken
	}
	return err
}
