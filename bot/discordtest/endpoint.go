package discordtest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Interactions over HTTP:
// https://discord.com/developers/docs/interactions/overview#preparing-for-interactions

// RouteEndpoint is Request.Route of what the bot's interactions endpoint
// answered: Body is the callback in it, Status and Answer the verdict.
const RouteEndpoint = "interactions endpoint"

// patience bounds a request to the endpoint in real time, lest a test hangs;
// whether the bot is late is judged by the clock.
const patience = 20 * time.Second

// delivery is one signed request.
type delivery struct {
	body            json.RawMessage
	time, signature string
}

// PublicKey is the application's, in hex as the developer portal shows it; GET
// /applications/@me tells it as verify_key.
func (s *Server) PublicKey() string {
	return hex.EncodeToString(s.key.Public().(ed25519.PublicKey))
}

func (s *Server) sign(body []byte, at time.Time) *delivery {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return &delivery{body, stamp, hex.EncodeToString(ed25519.Sign(s.key, append([]byte(stamp), body...)))}
}

// SetEndpoint is the developer setting the interactions endpoint: Discord
// tries the address first, with a PING, which wants 200 and {"type": 1}, and
// with badly signed ones, which want 401. From then on interactions go there,
// and none come on the gateway; "" brings them back.
func (s *Server) SetEndpoint(ctx context.Context, address string) error {
	if err := s.probe(ctx, address); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoint = address
	s.bump()
	return nil
}

// probe tries an endpoint as Discord does before it takes it.
func (s *Server) probe(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	for _, f := range []Forgery{WrongKey, Genuine, ChangedBody} {
		status, body, err := s.submit(ctx, address, s.forge(f, s.ping()))
		var pong struct {
			Type int `json:"type"`
		}
		switch {
		case err != nil:
			return fmt.Errorf("the endpoint cannot be reached: %w", err)
		case f != Genuine && status != http.StatusUnauthorized:
			return fmt.Errorf("the endpoint answered %d to a PING with %s, want 401", status, f)
		case f == Genuine && (status != http.StatusOK || json.Unmarshal(body, &pong) != nil || pong.Type != ackPong):
			return fmt.Errorf(`the endpoint answered %d %s to a PING, want 200 {"type":1}`, status, body)
		}
	}
	return nil
}

// ping is the interaction that only asks whether the endpoint is there.
func (s *Server) ping() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	return encode(object{"id": id, "application_id": ApplicationID, "type": kindPing, "token": "ping" + id, "version": 1,
		"user": User{}.json(), "entitlements": []any{}})
}

// submit sends one delivery and reads the answer.
func (s *Server) submit(ctx context.Context, address string, d *delivery) (int, []byte, error) {
	res, err := s.request(ctx, address, d)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	return res.StatusCode, body, err
}

func (s *Server) request(ctx context.Context, address string, d *delivery) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(d.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	if d.time != "" {
		r.Header.Set("X-Signature-Timestamp", d.time)
	}
	if d.signature != "" {
		r.Header.Set("X-Signature-Ed25519", d.signature)
	}
	return http.DefaultClient.Do(r)
}

// deliver posts an interaction to the endpoint and takes the answer as its
// callback: 200 with one, or 202 with nothing, when the bot will post it.
func (s *Server) deliver(address string, in *interaction) {
	defer s.group.Done()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	res, err := s.request(ctx, address, in.sent)
	q := &call{Request: &http.Request{Body: http.NoBody, URL: &url.URL{}}, rec: Request{
		Method: http.MethodPost, Route: RouteEndpoint, Version: 10, At: s.clock()}}
	var bad *refusal
	switch {
	case errors.Is(err, context.Canceled):
		return // the test is over
	case err != nil:
		bad = refuse(0, 0, "the endpoint cannot be reached: "+err.Error())
	default:
		defer res.Body.Close()
		q.Header, q.Body, q.rec.Path = res.Header, res.Body, res.Request.URL.Path
		bad = q.read()
	}
	accepted := err == nil && res.StatusCode == http.StatusAccepted && len(q.rec.Body) == 0
	switch {
	case bad != nil:
	case accepted:
	case res.StatusCode != http.StatusOK:
		bad = refuse(res.StatusCode, 0, fmt.Sprintf("the endpoint answered %d, want 200 with a callback or 202 with nothing", res.StatusCode))
	case s.spec != nil:
		bad = invalid(s.spec.request(RouteCallback, q.body))
	}
	if !accepted || bad != nil {
		s.settle(http.Header{}, q, func(q *call) (int, any, *refusal) {
			_, no := s.take(q, in)
			return http.StatusNoContent, nil, no
		}, bad)
	}
	for _, f := range q.after {
		f()
	}
}

// Forgery is a way in which a request to an endpoint may not be Discord's.
type Forgery string

// Forgeries; an endpoint answers 401 to all but the first, and a careful one
// knows that the last comes too late.
const (
	Genuine      Forgery = "a sound signature"
	WrongKey     Forgery = "another key's signature"
	ChangedBody  Forgery = "a body changed after signing"
	ChangedTime  Forgery = "a timestamp changed after signing"
	NoSignature  Forgery = "no signature"
	NoTimestamp  Forgery = "no timestamp"
	OddSignature Forgery = "a signature that is not hex"
	Stale        Forgery = "a sound signature of an hour ago"
)

// Forge posts a payload (nil for a PING) to the endpoint with a signature of
// some kind and returns the answer. Nothing comes of a callback in it.
func (s *Server) Forge(ctx context.Context, f Forgery, payload json.RawMessage) (status int, body string) {
	s.t.Helper()
	if payload == nil {
		payload = s.ping()
	}
	return s.answerOf(ctx, s.forge(f, payload))
}

// Replay posts the interaction of a reply again, byte for byte and with the
// same signature, as somebody might who overheard it.
func (s *Server) Replay(ctx context.Context, r *Reply) (status int, body string) {
	s.t.Helper()
	if r.in.sent == nil {
		s.t.Fatalf("discordtest: the interaction went to the gateway, not to an endpoint")
	}
	return s.answerOf(ctx, r.in.sent)
}

func (s *Server) answerOf(ctx context.Context, d *delivery) (int, string) {
	s.t.Helper()
	s.mu.Lock()
	address := s.endpoint
	s.mu.Unlock()
	status, body, err := s.submit(ctx, address, d)
	if err != nil {
		s.t.Fatalf("discordtest: post to the endpoint %q: %v", address, err)
	}
	return status, string(body)
}

func (s *Server) forge(f Forgery, payload json.RawMessage) *delivery {
	d := s.sign(payload, s.clock())
	switch f {
	case WrongKey:
		other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
		d.signature = hex.EncodeToString(ed25519.Sign(other, append([]byte(d.time), payload...)))
	case ChangedBody:
		d.body = bytes.Replace(payload, []byte("{"), []byte(`{"a":0,`), 1)
	case ChangedTime:
		d.time += "0"
	case NoSignature:
		d.signature = ""
	case NoTimestamp:
		d.time = ""
	case OddSignature:
		d.signature = strings.Repeat("zz", ed25519.SignatureSize)
	case Stale:
		d = s.sign(payload, s.clock().Add(-time.Hour))
	}
	return d
}
