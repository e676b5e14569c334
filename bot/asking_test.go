package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

func TestSuggestionsWhileTyping(t *testing.T) {
	r := startNews(t)
	r.d.WaitReady(r.ctx)
	for _, tt := range []struct{ command, option, typed, want string }{
		{"ask", "question", "kremlin conf", "Kremlin confirms Witkoff visit next week"},
		{"ask", "question", "Who is Witk", "Who is Witkoff"},
		{"ask", "source", "da", "Sample Daily"},
		{"latest", "topic", "uk", "Ukraine"},
		{"article", "article", "eight", "World population reaches eight billion"},
		{"ask", "question", "zzzz", ""},
	} {
		r.until("suggestions are read", func() bool { // the first ones may come before that
			choices := r.d.Autocomplete(r.ctx, discordtest.Interaction{Command: tt.command, Options: map[string]any{tt.option: tt.typed}}, tt.option).Choices(r.ctx)
			return tt.want == "" && len(choices) == 0 || len(choices) > 0 && choices[0].Name == tt.want && choices[0].Value == tt.want
		})
	}
	// What is suggested can be submitted, and anything else too.
	contains(t, r.ask("Kremlin confirms Witkoff visit next week").Original.Text(), "[1]")
}

func TestSuggestionsFitAndComeSoon(t *testing.T) {
	cmds := one("show", func(context.Context, commands.Call) (commands.Reply, error) { return commands.Reply{}, nil })
	many := make([]string, 60)
	for i := range many {
		many[i] = fmt.Sprintf("%d %s \u202e", i/2, strings.Repeat("word👩‍🚀 ", 40))
	}
	cmds[0].Options = []commands.Option{
		{Name: "many", Description: "Many", Suggest: func(context.Context, string, commands.Call) []string { return append([]string{"", " "}, many...) }},
		{Name: "slow", Description: "Slow", Suggest: func(ctx context.Context, _ string, _ commands.Call) []string { <-ctx.Done(); return []string{"late"} }},
	}
	r := newRig(t, discordtest.New(t), cmds).run()
	typed := func(option string) []discordtest.Choice {
		return r.d.Autocomplete(r.ctx, discordtest.Interaction{Command: "show", Options: map[string]any{option: "x"}}, option).Choices(r.ctx)
	}
	choices := typed("many")
	if len(choices) != 25 {
		t.Errorf("got %d choices", len(choices))
	}
	for _, c := range choices {
		if v := c.Value.(string); strings.Contains(v, "…") || strings.Contains(v, "\u202e") || !strings.HasSuffix(v, "word👩‍🚀") {
			t.Errorf("got %q", v)
		}
	}
	if got := typed("slow"); len(got) != 1 || got[0].Name != "late" {
		t.Errorf("got %v", got)
	}
}

func TestMessageCommand(t *testing.T) {
	r := startNews(t)
	said := r.d.Say(r.ctx, discordtest.Post{Content: "Did you hear? Ushakov has confirmed that Witkoff visits the Kremlin! https://evil.example/x <@1100000000000000005>"})
	use := discordtest.Interaction{Command: "Ask the news about this", Target: said.ID()}
	out := r.d.Interact(r.ctx, use).Wait(r.ctx)
	if !out.Original.Ephemeral() {
		t.Error("all see what one person asked about another's message")
	}
	contains(t, out.Text(), "**Did you hear? Ushakov has confirmed that Witkoff visits the Kremlin!**")
	contains(t, out.Text(), "[1]")
	contains(t, out.Text(), "Share")

	empty := r.d.Say(r.ctx, discordtest.Post{Content: "https://evil.example/x"})
	use.Target = empty.ID()
	contains(t, r.d.Interact(r.ctx, use).Wait(r.ctx).Text(), "The question is empty")
}

func TestReplyToAnAnswerFollowsIt(t *testing.T) {
	for _, place := range []discordtest.Place{{}, {Context: discordtest.BotDM}} {
		r := startNews(t)
		first := r.d.Say(r.ctx, discordtest.Post{Content: "Who confirmed the Kremlin visit?", Mention: true, Place: place}).Wait(r.ctx, 1)[0]
		next := r.d.Say(r.ctx, discordtest.Post{Content: "and when?", ReplyTo: first.ID, Place: place})
		answer := next.Wait(r.ctx, 1)[0]
		contains(t, answer.Text(), "**When? (Who confirmed the Kremlin visit?)**")
		if answer.ReplyTo != next.ID() {
			t.Errorf("the answer is to %q", answer.ReplyTo)
		}
		// It goes on, and a question that stands alone takes nothing along.
		again := r.d.Say(r.ctx, discordtest.Post{Content: "why?", ReplyTo: answer.ID, Place: place}).Wait(r.ctx, 1)[0]
		contains(t, again.Text(), "**Why? (Who confirmed the Kremlin visit?)**")
		alone := r.d.Say(r.ctx, discordtest.Post{Content: "Which countries joined NATO?", ReplyTo: again.ID, Place: place}).Wait(r.ctx, 1)[0]
		contains(t, alone.Text(), "**Which countries joined NATO?**")
		r.answered(4)
		if got := r.log.lines(t, "answered")[1]; got["command"] != "follow" {
			t.Errorf("got log line %v", got)
		}
	}
}

func TestReplyToSomethingElseStandsAlone(t *testing.T) {
	r := startNews(t)
	help := r.d.Say(r.ctx, discordtest.Post{Content: "<@" + discordtest.ApplicationID + ">"}).Wait(r.ctx, 1)[0]
	out := r.d.Say(r.ctx, discordtest.Post{Content: "Who confirmed the Kremlin visit?", ReplyTo: help.ID}).Wait(r.ctx, 1)[0]
	contains(t, out.Text(), "**Who confirmed the Kremlin visit?**")
}

func TestAdminsOfServersWithoutTheBotAreNone(t *testing.T) {
	r := startNews(t)
	in := &discordtest.Interaction{Command: "help", User: discordtest.User{Permissions: discordtest.Administrator}}
	contains(t, r.d.Interact(r.ctx, *in).Wait(r.ctx).Text(), "/reindex")
	in.Extra = map[string]any{"authorizing_integration_owners": map[string]any{"0": nil, "1": "1100000000000000005"}}
	if text := r.d.Interact(r.ctx, *in).Wait(r.ctx).Text(); strings.Contains(text, "/reindex") {
		t.Error("who manages a server that has not installed the bot may manage the bot")
	}
}

func TestThanks(t *testing.T) {
	for text, want := range map[string]bool{
		"Thanks!": true, "thank you very much 👍": true, "": true, "ok": true, "Thanks, and when?": false, "Why?": false, "good news from Chile?": false,
	} {
		if got := thanks(text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// A forwarded message has no text of its own.
func TestTextOfAForwardedMessage(t *testing.T) {
	in, err := decodeInteraction([]byte(`{"type":2,"data":{"type":3,"name":"x","target_id":"7","resolved":{"messages":{"7":{"id":"7",
		"content":"","embeds":[],"message_snapshots":[{"message":{"content":"The bridge is open.","embeds":[{"title":"Harbour Post"}]}},{}]}}}}}`), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(targetText(in.Data.(dg.ApplicationCommandInteractionData))), " ")
	if want := "The bridge is open. Harbour Post"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
