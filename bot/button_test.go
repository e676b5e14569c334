package bot

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// press asks and presses the button with that label on the answer.
func (r *rig) press(label string, asked discordtest.Outcome, by discordtest.User) *discordtest.Reply {
	r.t.Helper()
	for _, b := range asked.Original.Buttons() {
		if b.Label == label {
			return r.d.Press(r.ctx, discordtest.Press{MessageID: asked.Original.ID, CustomID: b.CustomID, User: by})
		}
	}
	r.t.Fatalf("there is no button %q on %q", label, asked.Text())
	return nil
}

func TestButtonEditsItsMessage(t *testing.T) {
	r := start(t)
	asked := r.ask("q")
	out := r.press("Page 2", asked, discordtest.User{ID: "1100000000000000042"}).Wait(r.ctx)
	if out.AckType() != discordtest.AckDeferredUpdate {
		t.Errorf("got callback type %d, want a deferred update", out.AckType())
	}
	if out.Original.ID != asked.Original.ID || !strings.Contains(out.Original.Text(), "Page 2") {
		t.Errorf("got %q, want the message edited to page 2", out.Original.Text())
	}
}

func TestButtonsThatAreNotForAll(t *testing.T) {
	for _, c := range []struct {
		name, label, want string
		by                discordtest.User
	}{
		{"an admin command pressed by a member", "Rebuild", "Only people who manage", discordtest.User{}},
		{"a private command", "Help", "What can be asked", discordtest.User{}},
		{"trouble", "Trouble", "Something went wrong", discordtest.User{}},
		{"values that the command does not take", "Old", "no longer understood", discordtest.User{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t)
			asked := r.ask("q")
			out := r.press(c.label, asked, c.by).Wait(r.ctx, discordtest.Happened("follow-up", 1))
			if !out.FollowUps[len(out.FollowUps)-1].Ephemeral() {
				t.Error("what is for one person is shown to all")
			}
			contains(t, out.FollowUps[0].Text(), c.want)
			if out.Original.Text() != asked.Original.Text() {
				t.Errorf("the message that all see became %q", out.Original.Text())
			}
		})
	}
}

// A channel could be filled by pressing Share again and again.
func TestSharingCountsAsAsking(t *testing.T) {
	cmds := one("secret", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "A secret", Private: true, Share: true}, nil
	})
	cmds[0].Private = true
	r, _ := limitedRig(t, cmds, Limits{Person: Rate{2, time.Minute}})
	told := r.d.Interact(r.ctx, discordtest.Interaction{Command: "secret"}).Wait(r.ctx)
	if out := r.press("Share", told, discordtest.User{}).Wait(r.ctx); out.Original.Ephemeral() || !strings.Contains(out.Text(), "A secret") {
		t.Errorf("the first time: got %q", out.Text())
	}
	out := r.press("Share", told, discordtest.User{}).Wait(r.ctx)
	contains(t, out.Text(), "You are asking very often.")
	if !out.Original.Ephemeral() {
		t.Error("all see the refusal")
	}
	// The lines may come in another order than the calls.
	r.until("the refusal is logged", func() bool {
		return slices.ContainsFunc(r.log.lines(t, "answered"), func(line map[string]any) bool {
			return line["command"] == "share" && line["outcome"] == "limited"
		})
	})
}

func TestFormOfACommandThatIsGone(t *testing.T) {
	r := newRig(t, discordtest.New(t), one("old", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "An old answer", Actions: []commands.Action{{Label: "Ask on", Command: "gone", Asks: "question"}}}, nil
	})).run()
	old := r.d.Interact(r.ctx, discordtest.Interaction{Command: "old"}).Wait(r.ctx)
	m := r.followUp(r.press("Ask on", old, discordtest.User{}), 1)
	contains(t, m.Text(), "This button is no longer understood")
	if !m.Ephemeral() {
		t.Error("all see the refusal")
	}
}

func TestAdminMayPressAdminButtons(t *testing.T) {
	r := start(t)
	out := r.press("Rebuild", r.ask("q"), discordtest.User{Permissions: discordtest.ManageGuild}).Wait(r.ctx)
	contains(t, out.Original.Text(), "The index is up to date")
}

func TestButtonOnAPrivateMessageStaysPrivate(t *testing.T) {
	r := start(t)
	asked := r.ask("q", func(i *discordtest.Interaction) { i.Options["private"] = true })
	out := r.press("Page 2", asked, discordtest.User{}).Wait(r.ctx)
	if !out.Original.Ephemeral() || !strings.Contains(out.Original.Text(), "Page 2") {
		t.Errorf("got %q, want page 2 for one person only", out.Original.Text())
	}
	asked = r.ask("q", func(i *discordtest.Interaction) { i.Options["private"] = true })
	out = r.press("Help", asked, discordtest.User{}).Wait(r.ctx)
	if !out.Original.Ephemeral() || !strings.Contains(out.Original.Text(), "What can be asked") {
		t.Errorf("got %q, want the private message edited", out.Original.Text())
	}
}

func TestCustomIDs(t *testing.T) {
	const title = "When did the *bridge* open, \\ who saw it, and what did all of those say who had come to see it, at last?"
	for _, c := range []struct {
		name   string
		action commands.Action
		want   string
	}{
		{"values in order", commands.Action{Command: "article", Values: map[string]string{"page": "2", "article": "ab12"}}, "1:article?article=ab12&page=2"},
		{"signs that mean something", commands.Action{Command: "ask", Values: map[string]string{"question": "a&b=c?d%|ä\n"}}, "1:ask?question=a%26b%3Dc%3Fd%25%7C%C3%A4%0A"},
		{"no values", commands.Action{Command: "help"}, "1:help?"},
		{"the title", commands.Action{Command: "more", Values: map[string]string{"question": title, "page": "2"}}, "1:more?page=2&question~=db2f9ed5"},
		{"a value that is asked for", commands.Action{Command: "follow", Values: map[string]string{"before": title}, Asks: "question"}, "1:follow?before~=db2f9ed5&question.="},
		{"too long", commands.Action{Command: "ask", Values: map[string]string{"question": strings.Repeat("a", 100)}}, ""},
		{"no command", commands.Action{}, ""},
	} {
		got := customID(c.action, title)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if got == "" {
			continue
		}
		name, values, asks, err := parseCustomID(got, title)
		if err != nil || name != c.action.Command || !maps.Equal(values, c.action.Values) || asks != c.action.Asks {
			t.Errorf("%s: read back as %q %v %q %v", c.name, name, values, asks, err)
		}
	}
	if _, _, _, err := parseCustomID("1:more?page=2&question~=db2f9ed5", "Another question?"); !errors.Is(err, errLostTitle) {
		t.Errorf("got %v, want that the title is lost", err)
	}
	for _, bad := range []string{"", "help", "0:help?", "1:help", "1:?a=b", "1:a?b=%zz", "1:a?b=1&b=2", "1:a?b;c", "1:" + strings.Repeat("a", 500) + "?"} {
		if name, values, _, err := parseCustomID(bad, ""); !errors.Is(err, errOldButton) {
			t.Errorf("%q was read as %q %v", bad, name, values)
		}
	}
}

func TestValuesThatCommandsTake(t *testing.T) {
	c := commands.Command{Options: []commands.Option{
		{Name: "text", Required: true, MaxLength: 3}, {Name: "page", Kind: commands.Number}, {Name: "full", Kind: commands.Flag},
	}}
	for _, v := range []struct {
		name   string
		values map[string]string
		want   bool
	}{
		{"all", map[string]string{"text": "äöü", "page": "1", "full": "true"}, true},
		{"only what is required", map[string]string{"text": ""}, true},
		{"less than that", map[string]string{"page": "1"}, false},
		{"too long", map[string]string{"text": "abcd"}, false},
		{"no UTF-8", map[string]string{"text": "\xff"}, false},
		{"page 0", map[string]string{"text": "a", "page": "0"}, false},
		{"no number", map[string]string{"text": "a", "page": "x"}, false},
		{"neither true nor false", map[string]string{"text": "a", "full": "yes"}, false},
		{"an unknown option", map[string]string{"text": "a", "sudo": "1"}, false},
	} {
		if got := accepts(c, v.values); got != v.want {
			t.Errorf("%s: got %v, want %v", v.name, got, v.want)
		}
	}
}

// FuzzCustomID: whatever a custom id holds, reading it neither panics nor gives
// a call that writing would give another id for within the limit.
func FuzzCustomID(f *testing.F) {
	f.Add("1:article?article=ab12&page=2", "")
	f.Add("1:ask?question=%zz", "a\\*")
	f.Add("1:more?page=2&question~=db2f9ed5&x.=", "Who?\n*")
	f.Fuzz(func(t *testing.T, id, title string) {
		title = plainLine(title)
		name, values, asks, err := parseCustomID(id, title)
		if err != nil {
			return
		}
		again := customID(commands.Action{Command: name, Values: values, Asks: asks}, title)
		if again == "" {
			return // longer once written out
		}
		if utf8.RuneCountInString(again) > 100 {
			t.Fatalf("%q is too long", again)
		}
		name2, values2, asks2, err := parseCustomID(again, title)
		if err != nil || name2 != name || asks2 != asks || len(values2) != len(values) {
			t.Fatalf("%q reads as %q %v, and %q as %q %v", id, name, values, again, name2, values2)
		}
		for name, v := range values {
			if v2 := values2[name]; v2 != v && plainLine(v) != v2 {
				t.Fatalf("%q reads as %q %v, and %q as %q %v", id, name, values, again, name2, values2)
			}
		}
	})
}

// FuzzTitle: whatever stands in a title, what a press reads out of the message
// is what people saw there, and the calls that refer to it are made out.
func FuzzTitle(f *testing.F) {
	f.Add("When did the *bridge* open?")
	f.Add("\\ \\\\ *** \u202e e\u0301\n\n- x  ")
	f.Add(strings.Repeat("word ", 300))
	f.Fuzz(func(t *testing.T, title string) {
		m := render(commands.Reply{Title: title, Actions: []commands.Action{{Label: "More", Command: "more", Values: map[string]string{"question": title, "page": "1", "source": strings.Repeat("s", 40)}}}})
		seen := roundTrip(t, m)
		for _, id := range customIDs(seen.Components) {
			_, values, _, err := parseCustomID(id, titleOf(seen))
			if err != nil || plainLine(values["question"]) != plainLine(title) {
				t.Fatalf("%q: %q reads as %v, %v", title, id, values, err)
			}
		}
	})
}

// roundTrip is a message as an interaction brings it back.
func roundTrip(t testing.TB, m body) *dg.Message {
	t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var out dg.Message
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return &out
}
