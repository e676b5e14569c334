package discordtest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// node is a bot made with discord.js, in a process of its own.
type node struct {
	t     *testing.T
	in    io.Writer
	lines chan nodeLine
}

type nodeLine struct {
	Event, User, Message     string
	Guilds, Commands, Status int
	Code                     any // a number of Discord's, or a word of discord.js
}

// startNode starts a script of testdata/discordjs. Where it cannot run, the
// test is skipped, except where CI says that it has to run.
func startNode(t *testing.T, s *Server, script string, env ...string) *node {
	t.Helper()
	cannot := func(format string, args ...any) {
		t.Helper()
		if text := fmt.Sprintf(format, args...); os.Getenv("CI") == "true" {
			t.Fatal(text)
		} else {
			t.Skip(text)
		}
	}
	program, err := exec.LookPath("node")
	if err != nil {
		cannot("discord.js is not tried against the fake: %v", err)
	}
	dir := filepath.Join("testdata", "discordjs")
	for _, module := range []string{"discord.js", "discord-interactions"} {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", module)); err != nil {
			cannot("%s is not tried against the fake: run npm ci in bot/discordtest/%s", module, dir)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, script)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.Env = append(os.Environ(), "DISCORD_API="+s.URL(), "DISCORD_TOKEN="+s.Token(), "DISCORD_PUBLIC_KEY="+s.PublicKey())
	cmd.Env = append(cmd.Env, env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n := &node{t, in, make(chan nodeLine, 64)}
	read := make(chan bool)
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var l nodeLine
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				l = nodeLine{Event: "error", Message: lines.Text()}
			}
			n.lines <- l
		}
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-read
		_ = cmd.Wait() // it was killed
	})
	return n
}

// resume lets the bot go on.
func (n *node) resume() {
	n.t.Helper()
	if _, err := io.WriteString(n.in, "\n"); err != nil {
		n.t.Fatal(err)
	}
}

// expect reads the next line, which has to be of a kind.
func (n *node) expect(event string) nodeLine {
	n.t.Helper()
	select {
	case l := <-n.lines:
		if l.Event != event {
			n.t.Fatalf("discord.js says %+v, want %q", l, event)
		}
		return l
	case <-soon(n.t).Done():
		n.t.Fatalf("discord.js says nothing, want %q", event)
	}
	return nodeLine{}
}

// A second, independent client: what discord.js does well, the fake takes, and
// what Discord would refuse, the fake refuses with Discord's code.
func TestDiscordJSAgainstTheFake(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now))
	n := startNode(t, s, "client.js")
	if l := n.expect("ready"); l.User != BotName || l.Guilds != 1 || l.Commands != 4 {
		t.Errorf("got %+v, want %s in one server with 4 commands", l, BotName)
	}
	n.expect("done")
	t.Run("an interaction", func(t *testing.T) { nodeAnswers(t, s, n) })
	t.Run("messages", func(t *testing.T) {
		c := s.Say(soon(t), Post{Content: "good morning", Mention: true, User: User{ID: "42", Name: "ann"}})
		n.expect("done")
		if m := c.Wait(soon(t), 1)[0]; m.Content != "Hello ann" || m.ReplyTo != c.ID() {
			t.Errorf("got %+v", m)
		}
		s.Say(soon(t), Post{Content: "and you?", ReplyTo: c.Replies()[0].ID})
		n.expect("done")
		s.Say(soon(t), Post{Content: "<@" + ApplicationID + "> hello", Place: Place{Context: BotDM}})
		n.expect("done")
		r := s.Interact(soon(t), Interaction{Command: "Check This", Target: c.ID()})
		n.expect("done")
		if got := r.Outcome(); got.Text() != "Checked: <@"+ApplicationID+"> good morning" || !got.Original.Ephemeral() {
			t.Errorf("message command: got %q", got.Text())
		}
	})
	t.Run("what is refused", func(t *testing.T) { nodeIsRefused(t, s, n, clock) })
}

func nodeAnswers(t *testing.T, s *Server, n *node) {
	r := s.Autocomplete(soon(t), Interaction{Command: "ask", Options: map[string]any{"topic": "clim"}}, "topic")
	n.expect("done")
	if got := r.Choices(soon(t)); len(got) != 1 || got[0].Name != "climate" {
		t.Errorf("got choices %v", got)
	}
	r = s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "why?"}})
	n.expect("done")
	out := r.Outcome()
	if out.AckType() != AckDeferred || !out.Original.V2() || len(out.FollowUps) != 0 || len(out.Original.Selects()) != 1 {
		t.Errorf("got %+v", out)
	}
	if first := out.Events[1].Message.Text(); first != "You asked: why?\nA quote\nRead https://example.org/a\nShow\nFirst\nSecond\nMore" {
		t.Errorf("got first %q", first)
	}
	s.Press(soon(t), Press{MessageID: out.Original.ID, CustomID: "menu", Values: []string{"2"}})
	n.expect("done")
	if got := r.Outcome().Text(); got != "Chosen: 2\nMore" {
		t.Errorf("after the menu: got %q", got)
	}
	s.Press(soon(t), Press{MessageID: out.Original.ID, CustomID: "more"})
	n.expect("done")
	if got := r.Outcome().Text(); got != "Pressed" {
		t.Errorf("after the button: got %q", got)
	}
	r = s.Interact(soon(t), Interaction{Command: "form"})
	n.expect("done")
	r = s.SubmitModal(soon(t), r, map[string]string{"q": "why?", "topic": "1"})
	n.expect("done")
	if got := r.Outcome().Text(); got != "Form: why? on 1" {
		t.Errorf("after the form: got %q", got)
	}
}

func nodeIsRefused(t *testing.T, s *Server, n *node, clock *Clock) {
	s.Expect("")
	for _, tt := range []struct {
		how    string
		wait   time.Duration // while the bot waits
		status int
		code   float64
	}{
		{"twice", 0, 400, 40060},
		{"late", ackWithin + time.Millisecond, 404, 10062},
		{"expired", tokenLifetime + time.Millisecond, 401, 50027},
		{"long", 0, 400, 50035},
		{"empty", 0, 400, 50006},
		{"deleted", 0, 404, 10008},
		{"unflagged", 0, 400, 50035},
		{"command", 0, 400, 50035},
	} {
		s.Interact(soon(t), Interaction{Command: "misbehave", Options: map[string]any{"how": tt.how}})
		if tt.wait > 0 {
			n.expect("waits")
			clock.Turn(tt.wait)
			n.resume()
		}
		if l := n.expect("refused"); l.Code != tt.code || l.Status != tt.status {
			t.Errorf("%s: got %+v, want status %d and code %v", tt.how, l, tt.status, tt.code)
		}
	}
}

// discord.js opens as many shards as it is told to, each hears of its own
// servers, and one that is cut off resumes.
func TestDiscordJSInShards(t *testing.T) {
	s := New(t, WithGuilds(other), WithShards(2, 2), WithMaxConcurrency(2))
	n := startNode(t, s, "client.js", "SHARDS=auto")
	if l := n.expect("ready"); l.Guilds != 2 {
		t.Errorf("got %+v, want both servers", l)
	}
	n.expect("done")
	s.WaitReady(soon(t))
	for _, guild := range []string{GuildID, other} {
		r := s.Interact(soon(t), Interaction{Command: "ask", Options: map[string]any{"question": "why?"}, Place: Place{GuildID: guild}})
		n.expect("done")
		if got := r.Outcome(); got.Original == nil || got.Original.GuildID != guild {
			t.Errorf("got %+v, want an answer in %s", got.Original, guild)
		}
	}
	s.Shard(1).Disconnect(4000)
	if l := n.expect("resumed"); l.Status != 1 {
		t.Errorf("got %+v, want shard 1 resumed", l)
	}
	if identified, resumed := s.Sent(opIdentify), s.Sent(opResume); identified != 2 || resumed != 1 {
		t.Errorf("got %d IDENTIFYs and %d RESUMEs, want 2 and 1", identified, resumed)
	}
}

// Discord's own library finds the signatures sound, and forged ones not.
func TestDiscordsLibraryChecksTheSignatures(t *testing.T) {
	s := New(t)
	register(t, s, askCommand())
	address := startNode(t, s, "endpoint.js").expect("listens").Message
	if status, got := raw(t, s, "PATCH", applicationPath, object{"interactions_endpoint_url": address}); status != 200 {
		t.Fatalf("got %d %v, want the endpoint taken", status, got)
	}
	out := s.Interact(soon(t), Interaction{Command: "ask", Options: options()}).Wait(soon(t))
	if out.Text() != "You used ask" {
		t.Errorf("got %q", out.Text())
	}
	for _, f := range []Forgery{WrongKey, ChangedBody, ChangedTime, NoSignature, NoTimestamp, OddSignature} {
		if status, body := s.Forge(soon(t), f, nil); status != 401 {
			t.Errorf("%s: got %d %s, want 401", f, status, body)
		}
	}
}
