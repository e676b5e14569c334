package discordtest

import (
	"strings"
	"testing"
	"time"
)

func say(text string) object { return quiet(object{"content": text}) }

func ack(kind int, data any) object { return object{"type": kind, "data": data} }

// step is one request of the bot about an interaction, and its answer.
type step struct {
	method string
	path   string // "callback", "", "/messages/@original", "/messages/{last}"
	body   object
	after  time.Duration // since the step before
	status int
	code   int
}

// story is what a bot does about one interaction.
type story struct {
	name  string
	steps []step
	want  string // text of all messages at the end
}

func timeStories() []story {
	deferred, private := ack(AckDeferred, nil), ack(AckDeferred, object{"flags": flagEphemeral})
	const original = "/messages/@original"
	return []story{
		{"answered at once", []step{{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0}}, "a"},
		{"answered in the last moment", []step{{"POST", "callback", ack(AckMessage, say("a")), 3 * time.Second, 204, 0}}, "a"},
		{"answered too late", []step{{"POST", "callback", ack(AckMessage, say("a")), 3*time.Second + 1, 404, 10062}}, ""},
		{"acknowledged twice", []step{
			{"POST", "callback", deferred, 0, 204, 0}, {"POST", "callback", ack(AckMessage, say("a")), 0, 400, 40060}}, ""},
		{"deferred, then edited", []step{
			{"POST", "callback", deferred, 0, 204, 0}, {"PATCH", original, say("a"), time.Minute, 200, 0}}, "a"},
		{"edited before the acknowledgement", []step{{"PATCH", original, say("a"), 0, 404, 10015}}, ""},
		{"followed up before the acknowledgement", []step{{"POST", "", say("a"), 0, 404, 10015}}, ""},
		{"edited in the last moment of the token", []step{
			{"POST", "callback", deferred, 0, 204, 0}, {"PATCH", original, say("a"), 15 * time.Minute, 200, 0}}, "a"},
		{"edited after the token's end", []step{
			{"POST", "callback", deferred, 0, 204, 0}, {"PATCH", original, say("a"), 15*time.Minute + 1, 401, 50027}}, ""},
		{"followed up after the token's end", []step{
			{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0}, {"POST", "", say("b"), 16 * time.Minute, 401, 50027}}, "a"},
		{"first follow-up fills the deferral", []step{
			{"POST", "callback", private, 0, 204, 0}, {"POST", "", say("a"), 0, 200, 0}, {"POST", "", say("b"), 0, 200, 0}}, "a\nb"},
		{"follow-up edited and deleted", []step{
			{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0}, {"POST", "", say("b"), 0, 200, 0},
			{"PATCH", "/messages/{last}", say("c"), 0, 200, 0}, {"GET", "/messages/{last}", nil, 0, 200, 0},
			{"DELETE", "/messages/{last}", nil, 0, 204, 0}, {"PATCH", "/messages/{last}", say("d"), 0, 404, 10008}}, "a"},
		{"form, which has no message", []step{
			{"POST", "callback", ack(AckModal, object{"custom_id": "f", "title": "t", "components": []any{display("a")}}), 0, 204, 0},
			{"GET", original, nil, 0, 404, 10008}, {"POST", "callback", ack(AckMessage, say("a")), 0, 400, 40060},
			{"POST", "", say("b"), 0, 200, 0}}, "b"},
		{"acknowledged after the token's end", []step{{"POST", "callback", ack(AckMessage, say("a")), 16 * time.Minute, 404, 10062}}, ""},
		{"original deleted", []step{
			{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0}, {"DELETE", original, nil, 0, 204, 0},
			{"GET", original, nil, 0, 404, 10008}}, ""},
	}
}

func contentStories() []story {
	deferred := ack(AckDeferred, nil)
	const original = "/messages/@original"
	return []story{
		{"deferral that says more than private", []step{
			{"POST", "callback", ack(AckDeferred, object{"flags": flagEphemeral | flagV2}), 0, 400, 50035}}, ""},
		{"deferral with text", []step{{"POST", "callback", ack(AckDeferred, say("a")), 0, 400, 50035}}, ""},
		{"deferral with the blanks of discordgo", []step{{"POST", "callback", ack(AckDeferred,
			object{"tts": false, "content": "", "components": nil, "embeds": nil, "flags": flagEphemeral}), 0, 204, 0}}, ""},
		{"update for a command", []step{{"POST", "callback", ack(AckUpdate, say("a")), 0, 400, 50035}}, ""},
		{"choices for a command", []step{{"POST", "callback", ack(AckChoices, object{"choices": []any{}}), 0, 400, 50035}}, ""},
		{"empty answer", []step{{"POST", "callback", ack(AckMessage, quiet(object{})), 0, 400, 50006}}, ""},
		{"deferral edited to Components V2", []step{
			{"POST", "callback", deferred, 0, 204, 0}, {"PATCH", original, v2(display("a")), 0, 200, 0}}, "a"},
		{"deferral edited to Components V2 without the flag", []step{
			{"POST", "callback", deferred, 0, 204, 0},
			{"PATCH", original, quiet(object{"components": []any{display("a")}}), 0, 400, 50035}}, ""},
		{"Components V2 edited without repeating the flag", []step{
			{"POST", "callback", ack(AckMessage, v2(display("a"))), 0, 204, 0},
			{"PATCH", original, quiet(object{"components": []any{display("b")}}), 0, 200, 0}}, "b"},
		{"Components V2 taken back", []step{
			{"POST", "callback", ack(AckMessage, v2(display("a"))), 0, 204, 0},
			{"PATCH", original, quiet(object{"flags": 0, "components": []any{}, "content": "b"}), 0, 400, 50035}}, "a"},
		{"Components V2 given content", []step{
			{"POST", "callback", ack(AckMessage, v2(display("a"))), 0, 204, 0}, {"PATCH", original, say("b"), 0, 400, 50035}}, "a"},
		{"text turned into Components V2 without emptying it", []step{
			{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0}, {"PATCH", original, v2(display("b")), 0, 400, 50035}}, "a"},
		{"privacy changed by an edit", []step{
			{"POST", "callback", deferred, 0, 204, 0},
			{"PATCH", original, quiet(object{"content": "a", "flags": flagEphemeral}), 0, 400, 50035}}, ""},
		{"message edited to nothing", []step{
			{"POST", "callback", ack(AckMessage, say("a")), 0, 204, 0},
			{"PATCH", original, quiet(object{"content": nil}), 0, 400, 50006}}, "a"},
	}
}

func TestLifeOfAnInteraction(t *testing.T) {
	for _, tt := range append(timeStories(), contentStories()...) {
		t.Run(tt.name, func(t *testing.T) {
			clock := NewClock(0)
			s := New(t, WithClock(clock.Now))
			r := asked(t, s)
			last := ""
			for i, st := range tt.steps {
				clock.Turn(st.after)
				path := callbackPath(r)
				if st.path != "callback" {
					path = webhookPath(r) + strings.ReplaceAll(st.path, "{last}", last)
				}
				if st.status >= 400 {
					s.Expect("")
				}
				var body any
				if st.body != nil {
					body = st.body
				}
				status, got := raw(t, s, st.method, path, body)
				if status != st.status || integer(got["code"]) != st.code {
					t.Errorf("step %d: got %d %v, want %d and code %d", i, status, got, st.status, st.code)
				}
				if st.method == "POST" && status == 200 {
					last = asText(got["id"])
				}
			}
			if got := r.Outcome().Text(); got != tt.want {
				t.Errorf("got messages %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFirstFollowUpCannotChangePrivacy(t *testing.T) {
	for _, private := range []bool{true, false} {
		s := New(t)
		r := asked(t, s)
		deferral, followUp := ack(AckDeferred, nil), say("a")
		if private {
			deferral = ack(AckDeferred, object{"flags": flagEphemeral})
		} else {
			followUp["flags"] = flagEphemeral
		}
		raw(t, s, "POST", callbackPath(r), deferral)
		if status, got := raw(t, s, "POST", webhookPath(r), followUp); status != 200 {
			t.Fatal(got)
		}
		if out := r.Wait(soon(t)); out.Original.Ephemeral() != private || out.Text() != "a" {
			t.Errorf("got ephemeral %v and %q, want %v", out.Original.Ephemeral(), out.Text(), private)
		}
	}
}

func TestSameNonceIsOneMessage(t *testing.T) {
	s := New(t)
	body := say("a")
	body["nonce"], body["enforce_nonce"] = "12345", true
	_, first := raw(t, s, "POST", messagesPath, body)
	if status, again := raw(t, s, "POST", messagesPath, body); status != 200 || again["id"] != first["id"] {
		t.Errorf("got %d %v, want message %v again", status, again, first["id"])
	}
	if got := len(s.Messages(ChannelID)); got != 1 {
		t.Errorf("got %d messages, want 1", got)
	}
}
