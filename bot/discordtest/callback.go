package discordtest

import (
	"encoding/json"
	"time"
)

// Interaction types.
const (
	kindPing         = 1
	kindCommand      = 2
	kindComponent    = 3
	kindAutocomplete = 4
	kindModal        = 5
)

// Callback types, as Event.Type holds them.
const (
	ackPong           = 1
	AckMessage        = 4 // answered at once
	AckDeferred       = 5 // "is thinking"
	AckDeferredUpdate = 6 // a component: nothing changes yet
	AckUpdate         = 7 // a component: its message is edited
	AckChoices        = 8 // autocomplete
	AckModal          = 9
)

const maxFollowUpsUserInstalled = 5

// interaction is what the server knows of one.
type interaction struct {
	id, token      string
	kind           int
	created        time.Time
	guild, channel string
	context        Context
	user           User
	owners         object
	source         string         // message that holds the component
	focus          int            // option type that autocomplete asks for
	modal          map[string]any // of a modal answer: its data
	ack            int            // callback type, 0 before
	original       string         // message id of @original
	followUps      int
	events         []Event
	changed        chan struct{} // closed and replaced at each event
	sent           *delivery     // how it was posted to the endpoint
}

func (in *interaction) userInstalledOnly() bool { return in.owners["0"] == nil }

// event adds to the record of what the bot did; m may be nil.
func (in *interaction) event(q *call, kind string, m *message) {
	e := Event{Kind: kind, Type: in.ack, Body: q.rec.Body, At: q.rec.At}
	if m != nil {
		e.Message = m.view()
	}
	in.events = append(in.events, e)
	close(in.changed)
	in.changed = make(chan struct{})
}

// callback acknowledges an interaction, once and in time.
func (s *Server) callback(q *call) (int, any, *refusal) {
	in := s.interactions[q.PathValue("interaction_token")]
	if in == nil || in.id != q.PathValue("interaction_id") {
		return 0, nil, refuse(404, 10062, "Unknown interaction")
	}
	m, no := s.take(q, in)
	if no != nil {
		return 0, nil, no
	}
	kind := in.ack
	if q.URL.Query().Get("with_response") != "true" {
		return 204, nil, nil
	}
	out := object{"interaction": object{"id": in.id, "type": in.kind, "channel_id": in.channel}}
	if m != nil {
		asObject(out["interaction"])["response_message_id"] = m.id
		asObject(out["interaction"])["response_message_loading"] = m.loading()
		asObject(out["interaction"])["response_message_ephemeral"] = m.ephemeral()
		if kind == AckMessage || kind == AckUpdate {
			out["resource"] = object{"type": kind, "message": m.json()}
		}
	}
	return 200, out, nil
}

// take does what a callback says, whether it was posted or is the answer of
// the interactions endpoint, and gives the message it concerns.
func (s *Server) take(q *call, in *interaction) (*message, *refusal) {
	switch {
	case in.ack != 0:
		return nil, refuse(400, 40060, "Interaction has already been acknowledged.")
	case q.rec.At.Sub(in.created) > ackWithin:
		return nil, refuse(404, 10062, "Unknown interaction")
	}
	body := q.object()
	kind, ok := asInt(body["type"])
	if no := in.accepts(kind, ok, asObject(body["data"])); no != nil {
		return nil, no
	}
	m, no := s.acknowledge(q, in, kind, asObject(body["data"]))
	if no != nil {
		return nil, no
	}
	in.ack = kind
	in.event(q, "ack", m)
	return m, nil
}

// accepts checks that a callback type fits the kind of interaction.
func (in *interaction) accepts(kind int, ok bool, data object) *refusal {
	allowed := map[int]bool{AckMessage: true, AckDeferred: true, AckModal: in.kind != kindModal}
	if in.kind == kindComponent || in.kind == kindModal && in.source != "" {
		allowed[AckDeferredUpdate], allowed[AckUpdate] = true, true
	}
	if in.kind == kindAutocomplete {
		allowed = map[int]bool{AckChoices: true}
	}
	if !ok || !allowed[kind] {
		return invalid([]problem{{"type", "BASE_TYPE_CHOICES", "The callback type does not fit an interaction of this kind."}})
	}
	for key, v := range data {
		private := key == "flags" && kind == AckDeferred && (integer(v) == 0 || integer(v) == flagEphemeral)
		if (kind == AckDeferred || kind == AckDeferredUpdate) && !blank(v) && !private {
			return invalid([]problem{{"data." + key, "INTERACTION_DEFER_FLAGS", "A deferral may carry only the ephemeral flag."}})
		}
	}
	return nil
}

// acknowledge does what a callback asks and gives the message it concerns.
func (s *Server) acknowledge(q *call, in *interaction, kind int, data object) (*message, *refusal) {
	switch kind {
	case AckChoices:
		c := &checker{}
		c.choices("data", data, in.focus, maxChoices)
		return nil, invalid(c.problems)
	case AckModal:
		in.modal = data
		return nil, invalid(checkModal(data))
	case AckDeferredUpdate:
		in.original = in.source
		return nil, nil
	case AckUpdate:
		m := s.messages[in.source]
		d, no := q.check(data, m, flagsInEdit)
		if no != nil {
			return nil, under(no)
		}
		m.apply(d)
		m.edited, in.original = s.clock(), m.id
		return m, nil
	}
	m := &message{channel: in.channel, guild: in.guild, author: botUser(), interaction: in, kind: in.messageType()}
	if kind == AckDeferred {
		m.flags = flagLoading | integer(data["flags"])
	} else {
		d, no := q.check(data, nil, flagsInWebhook)
		if no != nil {
			return nil, under(no)
		}
		m.apply(d)
	}
	in.original = s.post(m).id
	if kind == AckMessage && !m.ephemeral() {
		q.after = append(q.after, s.announce(m))
	}
	return m, nil
}

// messageType is 20 for what answers a slash command, 19 for what answers a
// component, as clients show it.
func (in *interaction) messageType() int {
	if in.kind == kindCommand {
		return 20
	}
	return 19
}

// under moves the problems of a callback's data to where the body has them.
func under(no *refusal) *refusal {
	for i := range no.problems {
		no.problems[i].path = join("data", no.problems[i].path)
	}
	return no
}

// webhook finds the acknowledged interaction a token belongs to. A token that
// was never given is invalid; one whose interaction was not acknowledged has
// no webhook yet.
func (s *Server) webhook(q *call) (*interaction, *refusal) {
	in := s.interactions[q.PathValue("webhook_token")]
	switch {
	case q.PathValue("webhook_id") != ApplicationID:
		return nil, refuse(404, 10015, "Unknown Webhook")
	case in == nil || q.rec.At.Sub(in.created) > tokenLifetime:
		return nil, refuse(401, 50027, "Invalid Webhook Token")
	case in.ack == 0:
		no := refuse(404, 10015, "Unknown Webhook")
		no.innocent = in.sent != nil // a bot cannot know when its response was read
		return nil, no
	}
	return in, nil
}

// webhookMessage finds @original or a follow-up.
func (s *Server) webhookMessage(q *call) (*interaction, *message, *refusal) {
	in, no := s.webhook(q)
	if no != nil {
		return nil, nil, no
	}
	id := q.PathValue("message_id")
	if id == "" {
		id = in.original
	}
	m := s.messages[id]
	if m == nil || m.deleted || m.interaction != in && m.id != in.original {
		return nil, nil, refuse(404, 10008, "Unknown Message")
	}
	return in, m, nil
}

func (s *Server) getWebhookMessage(q *call) (int, any, *refusal) {
	_, m, no := s.webhookMessage(q)
	if no != nil {
		return 0, nil, no
	}
	return 200, m.json(), nil
}

func (s *Server) editWebhookMessage(q *call) (int, any, *refusal) {
	in, m, no := s.webhookMessage(q)
	if no == nil {
		no = s.edit(q, m)
	}
	if no != nil {
		return 0, nil, no
	}
	in.event(q, "edit", m)
	return 200, m.json(), nil
}

func (s *Server) deleteWebhookMessage(q *call) (int, any, *refusal) {
	in, m, no := s.webhookMessage(q)
	if no != nil {
		return 0, nil, no
	}
	in.event(q, "delete", m)
	m.deleted = true
	return 204, nil, nil
}

// followUp posts a further message. Straight after a deferral it fills the
// waiting message instead, whose privacy it cannot change.
func (s *Server) followUp(q *call) (int, any, *refusal) {
	in, no := s.webhook(q)
	if no != nil {
		return 0, nil, no
	}
	d, no := q.check(q.object(), nil, flagsInWebhook)
	if no != nil {
		return 0, nil, no
	}
	if waiting := s.messages[in.original]; waiting != nil && waiting.loading() && !waiting.deleted {
		private := waiting.flags & flagEphemeral
		waiting.apply(d)
		waiting.flags = waiting.flags&^flagEphemeral | private
		in.event(q, "edit", waiting)
		return 200, waiting.json(), nil
	}
	if in.followUps++; in.userInstalledOnly() && in.followUps > maxFollowUpsUserInstalled {
		return 0, nil, refuse(400, 40094, "Maximum number of follow ups reached for this interaction")
	}
	m := &message{channel: in.channel, guild: in.guild, author: botUser(), interaction: in, kind: 19}
	m.apply(d)
	s.post(m)
	in.event(q, "follow-up", m)
	if !m.ephemeral() {
		q.after = append(q.after, s.announce(m))
	}
	return 200, m.json(), nil
}

// Event is one thing the bot did for an interaction.
type Event struct {
	Kind    string          // "ack", "edit", "follow-up" or "delete"
	Type    int             // the callback type of the acknowledgement
	Body    json.RawMessage // as the bot sent it; empty for a delete
	Message Message         // the message afterwards; zero for an acknowledgement without one
	At      time.Time       // by the server's clock
}
