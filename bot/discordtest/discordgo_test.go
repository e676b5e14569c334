package discordtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"
)

// rewrite sends what discordgo means for Discord to the fake, in version 10.
type rewrite struct{ to *url.URL }

func (r rewrite) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.URL.Scheme, q.URL.Host, q.Host = r.to.Scheme, r.to.Host, r.to.Host
	q.URL.Path = strings.Replace(q.URL.Path, "/api/v9/", "/api/v10/", 1)
	q.URL.RawPath = ""
	return http.DefaultTransport.RoundTrip(q)
}

func discordgoSession(t *testing.T, s *Server) *discordgo.Session {
	t.Helper()
	to, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	d, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	d.Client = &http.Client{Transport: rewrite{to}}
	d.StateEnabled, d.ShouldReconnectOnError = false, false
	d.Identify.Intents = discordgo.IntentGuildMessages
	return d
}

// answerWith makes a small bot of a session; its errors come on the channel.
func answerWith(d *discordgo.Session) <-chan error {
	none := &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
	failed := make(chan error, 16)
	check := func(err error) {
		if err != nil {
			failed <- err
		}
	}
	d.AddHandler(func(d *discordgo.Session, i *discordgo.InteractionCreate) {
		data := i.ApplicationCommandData()
		check(d.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseDeferredChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral}}))
		text := "You asked: " + data.Options[0].StringValue()
		rows := []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Read", Style: discordgo.LinkButton, URL: "https://example.org/a"},
		}}}
		_, err := d.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text, Components: &rows, AllowedMentions: none})
		check(err)
		_, err = d.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{AllowedMentions: none,
			Embeds: []*discordgo.MessageEmbed{{Title: "More", URL: "https://example.org/b"}}})
		check(err)
	})
	d.AddHandler(func(d *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author.Bot || len(m.Mentions) == 0 {
			return
		}
		_, err := d.ChannelMessageSendComplex(m.ChannelID, &discordgo.MessageSend{
			Content: "Hello " + m.Author.Username, AllowedMentions: none, Reference: m.Reference()})
		check(err)
	})
	return failed
}

// A real library registers a command, is asked, defers, edits, follows up and
// answers a mention, without a violation.
func TestDiscordgoAgainstTheFake(t *testing.T) {
	s := New(t)
	d := discordgoSession(t, s)
	failed := answerWith(d)
	_, err := d.ApplicationCommandBulkOverwrite(ApplicationID, "", []*discordgo.ApplicationCommand{{
		Name: "ask", Description: "Ask about the news", Options: []*discordgo.ApplicationCommandOption{
			{Type: discordgo.ApplicationCommandOptionString, Name: "question", Description: "What", Required: true, MaxLength: 300},
			{Type: discordgo.ApplicationCommandOptionBoolean, Name: "private", Description: "Only for me"}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	defer d.Close()

	s.WaitRequest(soon(t), RouteSetCommands, 1)
	r := s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "why?"}})
	out := r.Wait(soon(t), Answered, Happened("follow-up", 1))
	if got, want := out.Text(), "You asked: why?\nRead https://example.org/a\nMore https://example.org/b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !out.Original.Ephemeral() || out.FollowUps[0].Ephemeral() {
		t.Error("the answer is not private, or the follow-up is")
	}
	c := s.Say(soon(t), Post{Content: "good morning", Mention: true, User: User{ID: "42", Name: "ann"}})
	if m := c.Wait(soon(t), 1)[0]; m.Content != "Hello ann" || m.ReplyTo != c.ID() {
		t.Errorf("got %+v", m)
	}
	for _, q := range s.Requests() {
		if q.Version != 10 || q.Status >= 300 {
			t.Errorf("got %s in version %d: %d %s", q.Route, q.Version, q.Status, q.Problem)
		}
	}
	select {
	case err := <-failed:
		t.Error(err)
	default:
	}
}
