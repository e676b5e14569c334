package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Routes with state, as Request.Route and Fail name them.
const (
	RouteGateway          = "GET /gateway"
	RouteGatewayBot       = "GET /gateway/bot"
	RouteUser             = "GET /users/@me"
	RouteApplication      = "GET /applications/@me"
	RouteEditApplication  = "PATCH /applications/@me"
	RouteOAuthApp         = "GET /oauth2/applications/@me"
	RouteCommands         = "GET /applications/{application_id}/commands"
	RouteSetCommands      = "PUT /applications/{application_id}/commands"
	RouteGuildCommands    = "GET /applications/{application_id}/guilds/{guild_id}/commands"
	RouteSetGuildCommands = "PUT /applications/{application_id}/guilds/{guild_id}/commands"
	RouteCallback         = "POST /interactions/{interaction_id}/{interaction_token}/callback"
	RouteOriginal         = "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	RouteEditOriginal     = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	RouteDeleteOriginal   = "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original"
	RouteFollowUp         = "POST /webhooks/{webhook_id}/{webhook_token}"
	RouteGetFollowUp      = "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
	RouteEditFollowUp     = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
	RouteDeleteFollowUp   = "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
	RouteChannel          = "GET /channels/{channel_id}"
	RouteTyping           = "POST /channels/{channel_id}/typing"
	RouteMessage          = "POST /channels/{channel_id}/messages"
	RouteGetMessage       = "GET /channels/{channel_id}/messages/{message_id}"
	RouteEditMessage      = "PATCH /channels/{channel_id}/messages/{message_id}"
	RouteDeleteMessage    = "DELETE /channels/{channel_id}/messages/{message_id}"
)

// handler answers one request with s.mu held: a status and a body (nil for
// none), or a refusal.
type handler func(*call) (int, any, *refusal)

func (s *Server) handlers() map[string]handler {
	return map[string]handler{
		RouteGateway: s.getGateway, RouteGatewayBot: s.getGatewayBot,
		RouteUser: s.getUser, RouteApplication: s.getApplication, RouteOAuthApp: s.getApplication, RouteEditApplication: s.editApplication,
		RouteCommands: s.getCommands, RouteSetCommands: s.setCommands,
		RouteGuildCommands: s.getCommands, RouteSetGuildCommands: s.setCommands,
		RouteCallback: s.callback,
		RouteOriginal: s.getWebhookMessage, RouteEditOriginal: s.editWebhookMessage, RouteDeleteOriginal: s.deleteWebhookMessage,
		RouteFollowUp: s.followUp, RouteGetFollowUp: s.getWebhookMessage,
		RouteEditFollowUp: s.editWebhookMessage, RouteDeleteFollowUp: s.deleteWebhookMessage,
		RouteChannel: s.getChannel, RouteTyping: s.typing, RouteMessage: s.createMessage,
		RouteGetMessage: s.getMessage, RouteEditMessage: s.editMessage, RouteDeleteMessage: s.deleteMessage,
	}
}

// Request is one REST request of the bot and how it was answered.
type Request struct {
	Method, Path string // Path without /api/v10
	Route        string // method and path template; "" for an unknown one
	Query        url.Values
	Version      int               // of the API: 10, or 9 as discordgo asks for by itself
	Body         json.RawMessage   // as sent; of multipart, payload_json
	Files        map[string][]byte // of multipart, by file name
	Status       int
	Answer       json.RawMessage
	Problem      string // why it was refused, or what is wrong although it was not
	Injected     bool   // a failure that the test asked for with Fail
	At           time.Time
}

// Requests returns all REST requests in the order of their answers.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// routes gives the REST API with its prefix taken off.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for route, h := range s.handlers() {
		mux.HandleFunc(route, s.rest(route, h))
	}
	mux.HandleFunc("/", s.rest("", func(*call) (int, any, *refusal) {
		return 0, nil, refuse(404, 0, "404: Not Found")
	}))
	return mux
}

// serve tells the gateway from the REST API.
func (s *Server) serve(rest http.Handler) http.HandlerFunc {
	v10, v9 := http.StripPrefix("/api/v10", rest), http.StripPrefix("/api/v9", rest)
	lost := s.rest("", func(*call) (int, any, *refusal) { return 0, nil, refuse(404, 0, "404: Not Found") })
	return func(w http.ResponseWriter, r *http.Request) {
		p := r.URL.Path
		switch {
		case websocket.IsWebSocketUpgrade(r):
			s.serveGateway(w, r)
		case path.Clean(p) != p: // ServeMux would redirect; Discord has no such page
			lost(w, r)
		case strings.HasPrefix(p, "/api/v10/"):
			v10.ServeHTTP(w, r)
		case strings.HasPrefix(p, "/api/v9/"):
			v9.ServeHTTP(w, r)
		default:
			lost(w, r)
		}
	}
}

func (s *Server) rest(route string, h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := &call{Request: r, rec: Request{
			Method: r.Method, Path: r.URL.Path, Route: route, Query: r.URL.Query(), Version: 10, At: s.clock()}}
		if strings.HasPrefix(r.RequestURI, "/api/v9/") {
			q.rec.Version = 9
		}
		bad := q.read()
		if agent := r.UserAgent(); !strings.HasPrefix(agent, "DiscordBot (") {
			q.notes = append(q.notes, fmt.Sprintf("User-Agent: %q is not of the form DiscordBot (address, version)", agent))
		}
		if bad == nil && s.spec != nil && route != "" {
			bad = s.described(q)
		}
		if bad == nil && route == RouteEditApplication && s.authorize(q) == nil {
			bad = s.tryEndpoint(q) // without the lock, which the bot may need to answer
		}
		status, body := s.settle(w.Header(), q, h, bad)
		write(w, status, body)
		for _, f := range q.after {
			f()
		}
	}
}

// described holds a request against Discord's description.
func (s *Server) described(q *call) *refusal {
	if problems := s.spec.query(q.rec.Route, q.rec.Query); len(problems) > 0 {
		return invalid(problems)
	}
	if q.Method == "GET" || q.Method == "DELETE" {
		return nil
	}
	return invalid(s.spec.request(q.rec.Route, q.body))
}

// settle answers and records under the lock, which it gives back even if a
// handler panics: net/http would go on and every later wait hang.
func (s *Server) settle(header http.Header, q *call, h handler, bad *refusal) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status, body, no := s.answer(q, h, bad)
	if no != nil {
		status, body = no.status, no.body()
		if no.page {
			body = no.message
		}
		s.countInvalid(q.rec.At, no)
	}
	s.limitHeaders(header, q, no)
	s.record(q, status, body, no)
	return status, body
}

// answer goes through the checks in Discord's order: limits, token, path,
// body, state.
func (s *Server) answer(q *call, h handler, bad *refusal) (int, any, *refusal) {
	if q.rec.Route == RouteEndpoint { // it was Discord that asked
		if bad != nil {
			return 0, nil, bad
		}
		return h(q)
	}
	if no := s.injected(q); no != nil {
		q.rec.Injected = true
		return 0, nil, no
	}
	if no := s.limit(q); no != nil {
		return 0, nil, no
	}
	if no := s.authorize(q); no != nil {
		return 0, nil, no
	}
	if problems := pathProblems(q); len(problems) > 0 {
		return 0, nil, invalid(problems)
	}
	if bad != nil && q.rec.Route != "" {
		return 0, nil, bad
	}
	return h(q)
}

// pathProblems names the ids in the path that are no numbers.
func pathProblems(q *call) []problem {
	c := &checker{}
	for _, step := range strings.Split(q.rec.Route, "/") {
		name := strings.Trim(step, "{}")
		if v := q.PathValue(name); strings.HasSuffix(name, "_id") && strings.Trim(v, "0123456789") != "" {
			c.fail(name, "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", v)
		}
	}
	return c.problems
}

// authorize wants the bot token, except where the path carries a token of its
// own.
func (s *Server) authorize(q *call) *refusal {
	route := q.rec.Route
	if route == RouteGateway || aboutInteraction(route) {
		return nil
	}
	if q.Header.Get("Authorization") != "Bot "+s.token {
		return refuse(401, 0, "401: Unauthorized")
	}
	if id := q.PathValue("application_id"); id != "" && id != ApplicationID {
		return refuse(403, 20012, "You are not authorized to perform this action on this application")
	}
	return nil
}

func (s *Server) record(q *call, status int, body any, no *refusal) {
	rec := q.rec
	rec.Status = status
	if body != nil {
		rec.Answer = encode(body)
		s.selfCheck(rec)
	}
	route := rec.Route
	if route == "" {
		route = rec.Method + " " + rec.Path
	}
	if no != nil {
		rec.Problem = no.String()
		if !no.innocent {
			s.violate(route, rec.Problem)
		}
	}
	for _, note := range q.notes {
		rec.Problem = strings.TrimPrefix(rec.Problem+"; "+note, "; ")
		s.violate(route, note)
	}
	s.requests = append(s.requests, rec)
	s.bump()
}

// selfCheck holds an answer of this server against what Discord says it sends.
func (s *Server) selfCheck(rec Request) {
	if s.spec == nil || rec.Route == "" || rec.Route == RouteEndpoint {
		return
	}
	body, err := decode(rec.Answer)
	if _, page := body.(string); page && err == nil {
		return // not an answer of the API
	}
	for _, p := range s.spec.answer(rec.Route, rec.Status, body) {
		s.t.Errorf("discordtest itself is wrong: %s answers %d: %s\n%s", rec.Route, rec.Status, p, rec.Answer)
	}
}

func write(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	kind, raw := "application/json", []byte(encode(body))
	if page, ok := body.(string); ok {
		kind, raw = "text/html", []byte(page)
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the bot may have gone away
}
