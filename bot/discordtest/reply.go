package discordtest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Reply is what becomes of one interaction.
type Reply struct {
	s       *Server
	in      *interaction
	Payload json.RawMessage // the interaction as it was sent
}

// Outcome is what the bot did for an interaction up to some moment.
type Outcome struct {
	Events    []Event   // in the order of Discord's answers
	Original  *Message  // @original as it is now; nil if there is none
	FollowUps []Message // those still there, as they are now
}

// Until says whether enough has happened. It must not call the server.
type Until func(Outcome) bool

// Acknowledged is met by any callback.
func Acknowledged(o Outcome) bool { return len(o.Events) > 0 }

// Answered is met once a person sees something other than "is thinking": a
// message, an edit, a modal, choices.
func Answered(o Outcome) bool {
	return slices.ContainsFunc(o.Events, func(e Event) bool {
		return e.Kind != "ack" || e.Type != AckDeferred && e.Type != AckDeferredUpdate
	})
}

// Happened is met by n events of a kind.
func Happened(kind string, n int) Until {
	return func(o Outcome) bool {
		for _, e := range o.Events {
			if e.Kind == kind {
				n--
			}
		}
		return n <= 0
	}
}

// Wait returns when all conditions hold, Answered if none is given; it fails
// the test when ctx ends first.
func (r *Reply) Wait(ctx context.Context, until ...Until) Outcome {
	r.s.t.Helper()
	if len(until) == 0 {
		until = []Until{Answered}
	}
	var out Outcome
	r.s.await(ctx, "the bot's answer to an interaction", func() bool {
		out = r.outcome()
		return !slices.ContainsFunc(until, func(u Until) bool { return !u(out) })
	})
	return out
}

// Try is Wait without a failure: it reports whether all conditions held before
// ctx ended. Hundreds of goroutines may be waiting so at once, each woken by
// what happens to its own interaction alone.
func (r *Reply) Try(ctx context.Context, until ...Until) (Outcome, bool) {
	if len(until) == 0 {
		until = []Until{Answered}
	}
	for {
		r.s.mu.Lock()
		out, changed := r.outcome(), r.in.changed
		r.s.mu.Unlock()
		if !slices.ContainsFunc(until, func(u Until) bool { return !u(out) }) {
			return out, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return out, false
		}
	}
}

// Sent is when the person used the command or pressed, by the server's clock.
func (r *Reply) Sent() time.Time { return r.in.created }

// Forget drops all that is remembered of an interaction, with its messages and
// requests, for tests in which memory counts. To the bot it is then unknown.
func (r *Reply) Forget() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	token := r.in.token
	delete(r.s.interactions, token)
	maps.DeleteFunc(r.s.messages, func(_ string, m *message) bool { return m.interaction == r.in })
	maps.DeleteFunc(r.s.buckets, func(key string, _ *bucket) bool { return strings.Contains(key, token) })
	r.s.requests = slices.DeleteFunc(r.s.requests, func(q Request) bool { return strings.Contains(q.Path, token) })
	unsend := func(sess *session) {
		sess.sent = slices.DeleteFunc(sess.sent, func(f frame) bool { return asObject(f.Data)["token"] == token })
	}
	for c := range r.s.conns {
		c.mu.Lock()
		if c.sess != nil {
			unsend(c.sess)
		}
		c.mu.Unlock()
	}
	for _, sess := range r.s.sessions {
		if sess.left {
			unsend(sess)
		}
	}
}

// Outcome is what the bot did so far.
func (r *Reply) Outcome() Outcome {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	return r.outcome()
}

func (r *Reply) outcome() Outcome {
	out := Outcome{Events: slices.Clone(r.in.events)}
	if m := r.s.messages[r.in.original]; m != nil && !m.deleted {
		v := m.view()
		out.Original = &v
	}
	for _, m := range r.s.botMessages(r.in.channel) {
		own := r.s.messages[m.ID].interaction == r.in
		if own && m.ID != r.in.original {
			out.FollowUps = append(out.FollowUps, m)
		}
	}
	return out
}

// AckType is the type of the callback, 0 before there is one.
func (o Outcome) AckType() int {
	if len(o.Events) == 0 {
		return 0
	}
	return o.Events[0].Type
}

// Text is all that the person sees as the answer: @original, then follow-ups.
func (o Outcome) Text() string {
	text := ""
	if o.Original != nil {
		text = o.Original.Text()
	}
	for _, m := range o.FollowUps {
		if text != "" {
			text += "\n"
		}
		text += m.Text()
	}
	return text
}

// Choice is one suggestion of an autocomplete answer.
type Choice struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Choices waits for an autocomplete answer.
func (r *Reply) Choices(ctx context.Context) []Choice {
	r.s.t.Helper()
	var body struct {
		Data struct {
			Choices []Choice `json:"choices"`
		} `json:"data"`
	}
	out := r.Wait(ctx, Acknowledged)
	if err := json.Unmarshal(out.Events[0].Body, &body); err != nil || out.AckType() != AckChoices {
		r.s.t.Fatalf("discordtest: the answer holds no choices: %s", out.Events[0].Body)
	}
	return body.Data.Choices
}
