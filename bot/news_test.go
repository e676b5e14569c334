package bot

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/data"
	"newsdesk/index"
)

// askedAt is when the questions of these tests are asked.
var askedAt = time.Date(2025, 11, 27, 20, 0, 0, 0, time.UTC)

// startNews runs a bot with the real commands over the sample articles.
func startNews(t *testing.T) *rig {
	t.Helper()
	return newsRig(t, discordtest.New(t), t.TempDir()).run()
}

// newsRig makes a bot over the sample articles, with the index in dir, which
// is built where there is none.
func newsRig(t testing.TB, d *discordtest.Server, dir string, settings ...setting) *rig {
	t.Helper()
	return newsRigOver(t, d, dir, index.Collection{Name: "sample", FS: data.Sample()}, settings...)
}

// newsRigOver is newsRig over other articles.
func newsRigOver(t testing.TB, d *discordtest.Server, dir string, all index.Collection, settings ...setting) *rig {
	t.Helper()
	x, err := index.Open(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	x.LimitBuilds(runtime.GOMAXPROCS(0) / 2) // as serve does
	if !x.Usable() {
		if _, err := x.Rebuild(t.Context(), all, nil); err != nil {
			t.Fatal(err)
		}
	}
	now := func() time.Time { return askedAt }
	deps := commands.Deps{Index: x, Engine: answer.New(x), Collection: all, Version: "test", Started: askedAt, Now: now}
	return newRig(t, d, commands.All(deps), append([]setting{withConfig(func(c *Config) { c.Now = now })}, settings...)...)
}

// talk is a conversation as a person sees it.
type talk struct{ strings.Builder }

func (c *talk) did(format string, args ...any) { fmt.Fprintf(c, "> "+format+"\n\n", args...) }

func (c *talk) saw(m *discordtest.Message) { c.WriteString(shown(*m) + "\n") }

var indexedOn = regexp.MustCompile(`[Aa]s of \d+ \w+ \d{4}`)

// golden compares the conversation with testdata/talk-NAME.txt.
func (c *talk) golden(t *testing.T, name string) {
	t.Helper()
	golden(t, "talk-"+name+".txt", indexedOn.ReplaceAllString(c.String(), "As of TODAY"))
}

// shown draws a message in letters.
func shown(m discordtest.Message) string {
	var b strings.Builder
	if m.Ephemeral() {
		b.WriteString("(only you can see this)\n")
	}
	for _, c := range m.Components {
		draw(&b, c)
	}
	return b.String()
}

func draw(b *strings.Builder, c map[string]any) {
	children, _ := c["components"].([]any)
	each := func() {
		for _, child := range children {
			draw(b, child.(map[string]any))
		}
	}
	switch fmt.Sprint(c["type"]) {
	case "1":
		each()
		b.WriteString("\n")
	case "2":
		fmt.Fprintf(b, "( %v )", c["label"])
		if c["url"] != nil {
			fmt.Fprintf(b, " → %v", c["url"])
		}
		b.WriteString("  ")
	case "3":
		fmt.Fprintf(b, "[ %v ▾ ]", c["placeholder"])
		for _, o := range c["options"].([]any) {
			o := o.(map[string]any)
			fmt.Fprintf(b, "\n    %v — %v", o["label"], o["description"])
		}
	case "9":
		each()
		draw(b, c["accessory"].(map[string]any))
		b.WriteString("\n")
	case "10":
		fmt.Fprintf(b, "%v\n", c["content"])
	case "11":
		fmt.Fprintf(b, "{ picture %v }", c["media"].(map[string]any)["url"])
	case "14":
		b.WriteString(strings.Repeat("─", 40) + "\n")
	case "17":
		fmt.Fprintf(b, "┃ colour %06x\n", number(c["accent_color"]))
		each()
	default:
		fmt.Fprintf(b, "? %v\n", c)
	}
}

func number(v any) int {
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(v), &n)
	return n
}

// choose picks from the menu on a message what begins with label.
func (r *rig) choose(label string, m *discordtest.Message) *discordtest.Reply {
	r.t.Helper()
	for _, menu := range m.Selects() {
		for text, value := range menu.Options {
			if strings.HasPrefix(text, label) {
				return r.d.Press(r.ctx, discordtest.Press{MessageID: m.ID, CustomID: menu.CustomID, Values: []string{value}})
			}
		}
	}
	r.t.Fatalf("there is nothing to choose that begins with %q on %q", label, m.Text())
	return nil
}

// click presses a button on a message.
func (r *rig) click(label string, m *discordtest.Message) *discordtest.Reply {
	r.t.Helper()
	return r.press(label, discordtest.Outcome{Original: m}, discordtest.User{})
}

// followUp waits for the nth further message.
func (r *rig) followUp(p *discordtest.Reply, n int) *discordtest.Message {
	r.t.Helper()
	out := p.Wait(r.ctx, discordtest.Happened("follow-up", n))
	return &out.FollowUps[n-1]
}

func TestTalkAboutAnAnswer(t *testing.T) {
	r := startNews(t)
	var c talk
	c.did("/ask question: Who confirmed the Kremlin visit?")
	asked := r.ask("Who confirmed the Kremlin visit?").Original
	c.saw(asked)
	golden(t, "answer-kremlin.json", indexedOn.ReplaceAllString(indented(t, asked.Components), "As of TODAY"))

	c.did("chooses [1] in the menu")
	c.saw(r.followUp(r.choose("[1]", asked), 1))
	c.did("presses More results")
	more := r.followUp(r.click("More results", asked), 1)
	c.saw(more)
	c.did("presses Next page")
	out := r.click("Next page", more).Wait(r.ctx, discordtest.Happened("edit", 1))
	c.saw(out.Original)
	c.did("presses Helpful")
	c.saw(r.followUp(r.click("Helpful", asked), 1))
	c.did("presses Ask a follow-up, and writes: and when?")
	form := r.click("Ask a follow-up", asked)
	next := r.d.SubmitModal(r.ctx, form, map[string]string{fieldID: "and when?"}).Wait(r.ctx)
	c.saw(next.Original)
	if next.Original.ID == asked.ID {
		t.Error("a follow-up takes the place of the answer")
	}
	c.golden(t, "answer")
}

func TestTalkAboutTheLatestNews(t *testing.T) {
	r := startNews(t)
	var c talk
	c.did("/latest")
	first := r.d.Interact(r.ctx, discordtest.Interaction{Command: "latest"}).Wait(r.ctx)
	c.saw(first.Original)
	c.did("presses Next page")
	c.saw(r.click("Next page", first.Original).Wait(r.ctx, discordtest.Happened("edit", 1)).Original)
	c.golden(t, "latest")
}

func TestTalkAboutWhatIsNotFound(t *testing.T) {
	r := startNews(t)
	var c talk
	for _, q := range []string{"What is the population of Nauru?", "Who visited Moscow last week?"} {
		c.did("/ask question: %s", q)
		c.saw(r.ask(q).Original)
	}
	c.golden(t, "none")
}

func TestPrivateAnswerIsShared(t *testing.T) {
	r := startNews(t)
	asked := r.ask("Who confirmed the Kremlin visit?", func(i *discordtest.Interaction) { i.Options["private"] = true })
	if !asked.Original.Ephemeral() {
		t.Fatal("the answer is for all")
	}
	out := r.click("Share", asked.Original).Wait(r.ctx)
	if out.Original.Ephemeral() || out.AckType() != discordtest.AckDeferred {
		t.Error("what is shared is private")
	}
	want := strings.Replace(shown(*asked.Original), "(only you can see this)\n", "", 1)
	want = strings.NewReplacer("\n( Share )  ", "\n", "( Share )  ", "").Replace(want)
	if got := shown(*out.Original); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// The copy works as the answer does.
	contains(t, r.followUp(r.click("More results", out.Original), 1).Text(), "Page 1 of")
	for _, b := range r.ask("Who confirmed the Kremlin visit?").Original.Buttons() {
		if b.Label == "Share" {
			t.Error("an answer for all can be shared")
		}
	}
	dm := r.ask("Who confirmed the Kremlin visit?", func(i *discordtest.Interaction) {
		i.Options["private"], i.Place = true, discordtest.Place{Context: discordtest.BotDM}
	})
	if strings.Contains(dm.Text(), "Share") {
		t.Error("an answer in a direct message can be shared")
	}
}

func TestFollowUpOnAPrivateAnswerIsPrivate(t *testing.T) {
	r := startNews(t)
	asked := r.ask("Who confirmed the Kremlin visit?", func(i *discordtest.Interaction) { i.Options["private"] = true })
	next := r.d.SubmitModal(r.ctx, r.click("Ask a follow-up", asked.Original), map[string]string{fieldID: "why?"}).Wait(r.ctx)
	if !next.Original.Ephemeral() {
		t.Error("the follow-up is for all")
	}
	contains(t, next.Text(), "Why? (Who confirmed the Kremlin visit?)")
	// An excerpt stands beside the private answer, not in its place.
	out := r.choose("[1]", asked.Original).Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, out.Original.Text(), "Who confirmed the Kremlin visit?")
}

// TestButtonsOutliveTheBot: what an answer offers still works when another
// process has taken the place of the one that wrote it.
func TestButtonsOutliveTheBot(t *testing.T) {
	d, dir := discordtest.New(t), t.TempDir()
	first := newsRig(t, d, dir).run()
	asked := first.ask("Who visits the *Kremlin*, as \\ was said \"visit\" by_those?", func(i *discordtest.Interaction) {
		i.Options["source"], i.Options["from"] = "Sample Wire", "1 Nov 2025"
	})
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := newsRig(t, d, dir).run()
	second.until("the second bot is connected", func() bool { return len(second.log.lines(t, "connected")) > 0 })
	contains(t, second.followUp(second.click("More results", asked.Original), 1).Text(), "Page 1 of")
	next := second.d.SubmitModal(second.ctx, second.click("Ask a follow-up", asked.Original), map[string]string{fieldID: "why?"}).Wait(second.ctx)
	contains(t, seenBy(next.Text()), "Why? (Who visits the *Kremlin*, as \\ was said \"visit\" by_those?)")
}

func TestStateThatIsLostIsSaid(t *testing.T) {
	r := startNews(t)
	asked := r.ask("Who confirmed the Kremlin visit?").Original
	strange := map[string]any{"message": map[string]any{"components": []any{map[string]any{"type": 17, "components": []any{map[string]any{"type": 10, "content": "**Another title**"}}}}}}
	for _, b := range asked.Buttons() {
		if b.Label != "More results" && b.Label != "Ask a follow-up" {
			continue
		}
		out := r.d.Press(r.ctx, discordtest.Press{MessageID: asked.ID, CustomID: b.CustomID, Extra: strange}).Wait(r.ctx, discordtest.Happened("follow-up", 1))
		contains(t, out.FollowUps[0].Text(), "The question of this message cannot be read any more: ask it again.")
		if !out.FollowUps[0].Ephemeral() || shown(*out.Original) != shown(*asked) {
			t.Error("all see that one person's button did not work")
		}
	}
}

// TestLongQuestions: the longest question whose buttons work, and one that is
// cut, which offers only what does not need it.
func TestLongQuestions(t *testing.T) {
	r := startNews(t)
	question := func(n int) string {
		return "Who confirmed the Kremlin visit" + strings.Repeat(" and so on", (n-32)/10) + "?"
	}
	asked := r.ask(question(maxTitle)).Original
	contains(t, r.followUp(r.click("More results", asked), 1).Text(), "Page 1 of")
	labels := ""
	for _, b := range r.ask(question(1900)).Original.Buttons() {
		labels += b.Label + " "
	}
	if strings.Contains(labels, "More results") || !strings.Contains(labels, "Helpful") {
		t.Errorf("got %q", labels)
	}
}

func TestWhatWasTypedWronglyIsNotLoggedEither(t *testing.T) {
	r := startNews(t)
	with := func(option, value string) func(*discordtest.Interaction) {
		return func(i *discordtest.Interaction) { i.Options[option] = value }
	}
	for _, got := range []discordtest.Outcome{
		r.ask("Who confirmed it?", with("source", "Nosuch Outlet")),
		r.ask("Who confirmed it?", with("from", "Nosuch day")),
		r.ask("Who confirmed it? before:nosuch-operator"),
		r.ask("Who confirmed it? source:nosuch-operator"),
	} {
		contains(t, strings.ToLower(got.Text()), "nosuch") // the person reads it
	}
	if line := r.answered(4); line["outcome"] != "refused" {
		t.Errorf("got %v", line)
	}
	if strings.Contains(strings.ToLower(r.log.String()), "nosuch") {
		t.Errorf("the log holds what was typed:\n%s", r.log)
	}
}
