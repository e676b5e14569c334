package bot

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"newsdesk/bot/discordtest"
)

func TestMentionIsAnswered(t *testing.T) {
	r := start(t)
	c := r.d.Say(r.ctx, discordtest.Post{Content: "When did the bridge open?", Mention: true})
	m := c.Wait(r.ctx, 1)[0]
	if m.ReplyTo != c.ID() || !m.V2() {
		t.Errorf("got a message that answers %q, with flags %d", m.ReplyTo, m.Flags)
	}
	contains(t, m.Text(), "**When did the bridge open?**")
	contains(t, m.Text(), "It opened on Friday.")
	typed := false
	for _, q := range r.d.Requests() {
		typed = typed || q.Route == discordtest.RouteTyping
	}
	if !typed {
		t.Error("nobody was shown that the bot is typing")
	}
}

func TestDirectMessageIsAnswered(t *testing.T) {
	r := start(t)
	c := r.d.Say(r.ctx, discordtest.Post{Content: "When did it open?", Place: discordtest.Place{Context: discordtest.BotDM}})
	contains(t, c.Wait(r.ctx, 1)[0].Text(), "It opened on Friday.")
}

func TestTroubleWithAMentionIsToldInWords(t *testing.T) {
	r := start(t)
	c := r.d.Say(r.ctx, discordtest.Post{Content: "trouble", Mention: true})
	contains(t, c.Wait(r.ctx, 1)[0].Text(), "Something went wrong")
}

func TestMentionWithoutAQuestionGetsHelp(t *testing.T) {
	r := start(t)
	c := r.d.Say(r.ctx, discordtest.Post{Content: "<@!" + discordtest.ApplicationID + ">  "})
	contains(t, c.Wait(r.ctx, 1)[0].Text(), "Ask me about the news")
}

func TestMessagesThatDoNotConcernTheBot(t *testing.T) {
	r := start(t)
	answered := r.d.Say(r.ctx, discordtest.Post{Content: "First?", Mention: true}).Wait(r.ctx, 1)[0]
	for _, p := range []discordtest.Post{
		{Content: "no mention"},
		{Content: "from another bot", Mention: true, User: discordtest.User{ID: "1100000000000000050", Bot: true}},
		{Content: "@everyone"},
		{Content: "Thanks a lot! :)", ReplyTo: answered.ID},
		{Content: "<@1100000000000000060> another's mention"},
	} {
		r.d.Say(r.ctx, p)
	}
	// Events come in order, so an answer to the last one means that the others
	// were passed over.
	last := r.d.Say(r.ctx, discordtest.Post{Content: "Last?", Mention: true})
	last.Wait(r.ctx, 1)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	all := r.d.Messages(discordtest.ChannelID)
	for _, m := range all {
		if !strings.Contains(m.Text(), "First?") && !strings.Contains(m.Text(), "Last?") {
			t.Errorf("the bot answered %q", m.Text())
		}
	}
	if len(all) != 2 {
		t.Errorf("the bot wrote %d messages, want 2", len(all))
	}
}

func TestRepeatedAnswerIsWrittenOnce(t *testing.T) {
	var lost atomic.Bool
	r := start(t, tripper(func(q *http.Request, next http.RoundTripper) (*http.Response, error) {
		res, err := next.RoundTrip(q)
		if err == nil && q.Method == http.MethodPost && strings.HasSuffix(q.URL.Path, "/messages") && !lost.Swap(true) {
			_ = res.Body.Close()
			return nil, errors.New("the answer was lost on its way")
		}
		return res, err
	}).through(http.DefaultTransport))
	c := r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true})
	c.Wait(r.ctx, 1)
	r.answered(1)
	if n := len(c.Replies()); n != 1 || !lost.Load() {
		t.Errorf("got %d answers, want one", n)
	}
}

func TestMessageIsAnsweredWithoutTyping(t *testing.T) {
	r := start(t)
	r.d.WaitReady(r.ctx)
	r.d.Fail(discordtest.RouteTyping, tries, http.StatusInternalServerError)
	c := r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true})
	contains(t, c.Wait(r.ctx, 1)[0].Text(), "It opened on Friday.")
}

func TestChannelThatIsClosedToTheBotIsLogged(t *testing.T) {
	const closed = "1100000000000000070"
	r := newRig(t, discordtest.New(t, discordtest.WithForbidden(closed)), testCommands()).run()
	r.d.Say(r.ctx, discordtest.Post{Content: "When?", Mention: true, Place: discordtest.Place{ChannelID: closed}})
	// The answer in another channel shows that the bot goes on.
	r.d.Say(r.ctx, discordtest.Post{Content: "And here?", Mention: true}).Wait(r.ctx, 1)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	contains(t, r.log.String(), "Missing Permissions")
}
