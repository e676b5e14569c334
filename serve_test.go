package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

// testPatience bounds a wait for the bot, which takes a hundredth of it but on
// slow machines under load.
const testPatience = 5 * time.Minute

// output is what a process prints, read while it runs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// build makes the program as people run it, once for all tests.
func build(t testing.TB) string {
	t.Helper()
	program, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// programDir is where built has put the program, for TestMain to remove.
var programDir string

var built = sync.OnceValues(func() (program string, err error) {
	if programDir, err = os.MkdirTemp("", "newsdesk-built-"); err != nil {
		return "", err
	}
	program = filepath.Join(programDir, "newsdesk")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return program, nil
})

// serve starts the bot on a fake Discord in a folder of its own.
func serve(t testing.TB, program, dir string, d *discordtest.Server, env ...string) (*exec.Cmd, *output) {
	t.Helper()
	log := &output{}
	cmd := exec.Command(program, "serve")
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir,
		"DISCORD_TOKEN=" + d.Token(), "DISCORD_API=" + d.URL()}, env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		if strings.Contains(log.String(), d.Token()) {
			t.Error("the log holds the token")
		}
		if t.Failed() {
			t.Logf("the program printed:\n%s", log)
		}
	})
	return cmd, log
}

// The built program serves on Discord from connecting to shutting down.
func TestServe(t *testing.T) {
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	d := discordtest.New(t)
	cmd, log := serve(t, program, dir, d, "RATE_PERSON=100/1m")
	d.WaitReady(ctx)
	d.WaitRequest(ctx, discordtest.RouteSetCommands, 1)

	admin := discordtest.User{ID: "1200000000000000001", Name: "ada", Permissions: discordtest.ManageGuild}
	member := discordtest.User{ID: "1200000000000000002", Name: "ben"}

	t.Run("ask", func(t *testing.T) {
		r := d.Interact(ctx, discordtest.Interaction{Command: "ask", User: member,
			Options: map[string]any{"question": "How many people were injured in Zaporizhzhia?"}})
		o := r.Wait(ctx)
		if o.AckType() != discordtest.AckDeferred || o.Original.Ephemeral() || !o.Original.V2() {
			t.Errorf("got acknowledgement %d, ephemeral %v, V2 %v; want a public deferral and Components V2",
				o.AckType(), o.Original.Ephemeral(), o.Original.V2())
		}
		wantText(t, o.Text(), "At least seven people were injured", "[1]", "Sample Wire", "26 Nov 2025", "40 articles", "https://sample-wire.example/")
	})
	t.Run("ask in private what nobody knows", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "ask", User: member,
			Options: map[string]any{"question": "What is the population of Nauru?", "private": true}}).Wait(ctx)
		if !o.Original.Ephemeral() {
			t.Error("a private answer is shown to all")
		}
		wantText(t, o.Text(), "Not found", "Nauru")
	})
	t.Run("ask badly", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "ask", User: member,
			Options: map[string]any{"question": "Kremlin", "source": "Sample Wyre"}}).Wait(ctx)
		wantText(t, o.Text(), "Sample Wyre", "did you mean Sample Wire")
	})
	t.Run("latest", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "latest", User: member}).Wait(ctx)
		wantText(t, o.Text(), "Latest news", "27 Nov 2025")
	})
	t.Run("article, page by page", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "article", User: member,
			Options: map[string]any{"article": "https://sample-wire.example/2025/11/26/kremlin-visit"}}).Wait(ctx)
		wantText(t, o.Text(), "Kremlin confirms", "Ushakov")
	})
	t.Run("every other command", func(t *testing.T) {
		for name, want := range map[string]string{
			"sources": "Sample Daily", "status": "Passages", "help": "/ask", "privacy": "Nothing about people is stored",
		} {
			wantText(t, d.Interact(ctx, discordtest.Interaction{Command: name, User: member}).Wait(ctx).Text(), want)
		}
	})
	t.Run("reindex by a member who got past the permissions", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "reindex", User: member, Overridden: true}).Wait(ctx)
		wantText(t, o.Text(), "Only people who manage this server can do that")
	})
	t.Run("reindex by an admin", func(t *testing.T) {
		o := d.Interact(ctx, discordtest.Interaction{Command: "reindex", User: admin, Options: map[string]any{"full": true}}).
			Wait(ctx, func(o discordtest.Outcome) bool { return strings.Contains(o.Text(), "up to date") })
		wantText(t, o.Text(), "The index is up to date", "Built anew from 40 files", "40 articles")
	})
	t.Run("mention", func(t *testing.T) {
		c := d.Say(ctx, discordtest.Post{Content: "Who won the 2022 World Cup?", Mention: true, User: member})
		m := c.WaitText(ctx, "Argentina")
		if m.ReplyTo != c.ID() {
			t.Errorf("the answer replies to %q, want the question", m.ReplyTo)
		}
	})
	t.Run("no mention", func(t *testing.T) {
		if d.Say(ctx, discordtest.Post{Content: "Who won the 2022 World Cup?", User: member}).Replies() != nil {
			t.Error("the bot answers where it was not asked")
		}
	})

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	if strings.Contains(log.String(), "Zaporizhzhia") {
		t.Error("the log holds the text of a question")
	}

	// Nothing has changed, so the second start registers nothing.
	cmd, _ = serve(t, program, dir, d)
	d.WaitRequest(ctx, discordtest.RouteCommands, 2)
	d.WaitConnections(ctx, 2)
	d.WaitReady(ctx)
	if n := count(d, discordtest.RouteSetCommands); n != 1 {
		t.Errorf("the commands were registered %d times, want once", n)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

func wantText(t *testing.T, got string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(strings.ReplaceAll(got, "\\", ""), want) {
			t.Errorf("the reply does not hold %q:\n%s", want, got)
		}
	}
}

func count(d *discordtest.Server, route string) int {
	n := 0
	for _, r := range d.Requests() {
		if r.Route == route {
			n++
		}
		if r.Version != 10 {
			n += 1000 // an API version that Discord has given up
		}
	}
	return n
}

// Whatever keeps the bot from serving is said in words, with exit code 1 or 2.
func TestServeRefused(t *testing.T) {
	program := build(t)
	for _, test := range []struct {
		name, want string
		env        []string
		code       int
	}{
		{"no token", "DISCORD_TOKEN", []string{"DISCORD_TOKEN="}, 2},
		{"a wrong token", "does not accept the token", []string{"DISCORD_TOKEN=MTAwMDAwMDAwMDAwMDAwMDAwMA.GabcdE.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"}, 1},
		{"no rights in the server", "1300000000000000009", []string{"DISCORD_GUILD_IDS=1300000000000000009"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := discordtest.New(t, discordtest.WithForbidden("1300000000000000009"))
			if test.code == 1 && strings.Contains(test.name, "token") {
				d.Expect("401")
			}
			cmd, log := serve(t, program, t.TempDir(), d, test.env...)
			err := cmd.Wait()
			if err == nil || cmd.ProcessState.ExitCode() != test.code {
				t.Errorf("got %v, want exit code %d", err, test.code)
			}
			if !strings.Contains(log.String(), test.want) {
				t.Errorf("the program does not say %q", test.want)
			}
		})
	}
}
