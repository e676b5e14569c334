package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"newsdesk/bot/discordtest"
)

// What a server has set outlives the process, belongs to one process, and a
// damaged file costs no more than what stood in it.
func TestStateFile(t *testing.T) {
	program, dir := build(t), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	d := discordtest.New(t)
	admin := discordtest.User{ID: "1200000000000000001", Name: "ada", Permissions: discordtest.ManageGuild}
	use := func(command string, options map[string]any) string {
		t.Helper()
		return d.Interact(ctx, discordtest.Interaction{Command: command, User: admin, Options: options}).Wait(ctx).Text()
	}
	connections := 0
	start := func(env ...string) (stop func(), log *output) {
		t.Helper()
		cmd, log := serve(t, program, dir, d, env...)
		connections++
		d.WaitConnections(ctx, connections)
		d.WaitReady(ctx)
		return func() {
			t.Helper()
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("after SIGTERM: %v", err)
			}
		}, log
	}

	stop, _ := start()
	wantText(t, use("settings", map[string]any{"language": "de", "gaps": "30"}), "Deutsch", "For 30 days")
	use("ask", map[string]any{"question": "What is the population of Nauru?"})

	second, log := serve(t, program, dir, d)
	if err := second.Wait(); err == nil || second.ProcessState.ExitCode() != exitFailed {
		t.Errorf("a second process with the same file: %v", err)
	}
	wantText(t, log.String(), "state file var/newsdesk.db: another process has it open: end that one, or give each process a STATE_FILE of its own, or STATE_FILE=off")
	stop()

	stop, _ = start()
	wantText(t, use("settings", nil), "Deutsch", "30 Tage lang")
	wantText(t, use("gaps", nil), "population of Nauru")
	stop()

	path := filepath.Join(dir, "var", "newsdesk.db")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; want it for its owner alone", info, err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("not ours ", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	stop, log = start()
	wantText(t, log.String(), "the state file was damaged", "newsdesk.db.damaged-")
	wantText(t, use("settings", nil), "As each person's Discord")
	stop()

	stop, _ = start("STATE_FILE=off")
	wantText(t, use("settings", map[string]any{"language": "de"}), "Nothing can be set here")
	wantText(t, use("ask", map[string]any{"question": "Who won the 2022 World Cup?"}), "Argentina")
	stop()
}
