package main

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

var listening = regexp.MustCompile(`msg=listening addr=(\S+)`)

// address waits for the address on which a process says that it listens.
func address(t *testing.T, ctx context.Context, log *output) string {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if found := listening.FindStringSubmatch(log.String()); found != nil {
			return found[1]
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the program does not listen")
		}
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// metricsWith returns the metrics once they hold some lines: what the bot does
// is counted behind its reply.
func metricsWith(t *testing.T, ctx context.Context, at string, lines ...string) string {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		_, body := get(t, "http://"+at+"/metrics")
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(body, line) })
		if len(lines) == 0 {
			return body
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("/metrics never held %q", lines)
		}
	}
}

// end stops the bot as systemd and Docker do.
func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// The built program answers signed requests and has no connection of its own.
func TestServeByHTTP(t *testing.T) {
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	d := discordtest.New(t)
	cmd, log := serve(t, program, dir, d, "DISCORD_PUBLIC_KEY="+d.PublicKey(), "GATEWAY=off", "HTTP_ADDR=127.0.0.1:0")
	at := address(t, ctx, log)
	d.WaitRequest(ctx, discordtest.RouteSetCommands, 1)
	if err := d.SetEndpoint(ctx, "http://"+at+"/interactions"); err != nil {
		t.Fatal(err)
	}
	o := d.Interact(ctx, discordtest.Interaction{Command: "ask",
		Options: map[string]any{"question": "How many people were injured in Zaporizhzhia?"}}).Wait(ctx)
	if o.AckType() != discordtest.AckDeferred {
		t.Errorf("got acknowledgement %d, want a deferral", o.AckType())
	}
	wantText(t, o.Text(), "At least seven people were injured", "[1]", "Sample Wire")
	if status, _ := d.Forge(ctx, discordtest.WrongKey, nil); status != http.StatusUnauthorized {
		t.Errorf("a forgery: got %d, want 401", status)
	}
	if n := count(d, discordtest.RouteCallback) + len(d.Gateway()); n != 0 {
		t.Errorf("got %d requests and events that should not be", n)
	}

	if status, body := get(t, "http://"+at+"/readyz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/readyz: got %d %s", status, body)
	}
	figures := metricsWith(t, ctx, at,
		`newsdesk_interactions_total{command="ask",outcome="ok"} 1`,
		`newsdesk_interaction_seconds_count{command="ask"} 1`, "newsdesk_acknowledge_seconds_count 1",
		`newsdesk_answers_total{by="search"} 1`, `newsdesk_answers_total{by="memory"} 0`,
		`newsdesk_index_articles 40`, "newsdesk_index_passages ", "newsdesk_index_age_seconds ", `newsdesk_build_info{go="go1.`)
	if strings.Contains(figures, "Zaporizhzhia") {
		t.Error("the metrics hold the text of a question")
	}
	health := exec.Command(program, "check", "--health")
	health.Dir, health.Env = dir, []string{"HTTP_ADDR=" + strings.Replace(at, "127.0.0.1", "0.0.0.0", 1)}
	if out, err := health.CombinedOutput(); err != nil || string(out) != "ok\n" {
		t.Errorf("check --health: %v, %s", err, out)
	}
	end(t, cmd)
	health = exec.Command(program, "check", "--health")
	health.Dir, health.Env = dir, []string{"HTTP_ADDR=" + at}
	if out, err := health.CombinedOutput(); err == nil || !strings.Contains(string(out), "no answer on HTTP_ADDR") {
		t.Errorf("check --health of a bot that has ended: %v, %s", err, out)
	}
	for _, want := range []string{"interactions_by=HTTP", "mentions_and_direct_messages=false", "articles=40",
		"the sample articles answer", `"commands are registered" changed=true where=everywhere`, "stopping", "msg=stopped"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q", want)
		}
	}
}

func TestServeShards(t *testing.T) {
	const far = "1100000000004194306" // on the other shard than discordtest.GuildID
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	d := discordtest.New(t, discordtest.WithGuilds(far), discordtest.WithShards(2, 2), discordtest.WithMaxConcurrency(2))
	cmd, log := serve(t, program, dir, d, "SHARDS=auto", "HTTP_ADDR=127.0.0.1:0")
	at := address(t, ctx, log)
	d.WaitReady(ctx)
	for _, guild := range []string{discordtest.GuildID, far} {
		o := d.Interact(ctx, discordtest.Interaction{Command: "ask", Place: discordtest.Place{GuildID: guild},
			Options: map[string]any{"question": "How many people were injured in Zaporizhzhia?"}}).Wait(ctx)
		wantText(t, o.Text(), "At least seven people were injured")
	}
	metricsWith(t, ctx, at, `newsdesk_gateway_connected{shard="0"} 1`, `newsdesk_gateway_connected{shard="1"} 1`)
	if n := count(d, discordtest.RouteSetCommands); n != 1 {
		t.Errorf("the commands were registered %d times, want once", n)
	}
	end(t, cmd)
}

func TestSettingsThatDoNotGoTogether(t *testing.T) {
	t.Chdir(t.TempDir())
	key := strings.Repeat("0a", 32)
	for _, tt := range []struct {
		env  map[string]string
		args string
		want string
	}{
		{map[string]string{"DISCORD_TOKEN": someToken, "GATEWAY": "off"}, "serve", "set DISCORD_PUBLIC_KEY"},
		{map[string]string{"DISCORD_TOKEN": someToken, "DISCORD_PUBLIC_KEY": key}, "serve", "HTTP_ADDR is not: set it"},
		{map[string]string{}, "check --health", "HTTP_ADDR is not set"},
	} {
		var errs strings.Builder
		code := run(t.Context(), strings.Fields(tt.args), lookupIn(tt.env), nil, io.Discard, &errs)
		if code != exitMisuse || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%s with %v: got exit code %d and %q, want %q", tt.args, tt.env, code, errs.String(), tt.want)
		}
	}
}

func TestCheckTellsHowToInvite(t *testing.T) {
	t.Chdir(t.TempDir())
	d := discordtest.New(t, discordtest.WithSpec("")) // it is named from the package's folder
	var out strings.Builder
	env := map[string]string{"DISCORD_TOKEN": d.Token(), "DISCORD_API": d.URL()}
	if code := run(t.Context(), []string{"check"}, lookupIn(env), nil, &out, io.Discard); code != exitDone {
		t.Errorf("got exit code %d", code)
	}
	wantText(t, out.String(), "signed in as "+discordtest.BotName, "1000 of 1000 connections left", "no privileged intent",
		"not registered yet", "client_id="+discordtest.ApplicationID, "View Channels, Send Messages, Send Messages in Threads, Read Message History")
}
