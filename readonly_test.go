//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// In a folder that one may not write to, the articles answer all the same.
func TestAskWhereNothingCanBeWritten(t *testing.T) {
	program, dir := build(t), t.TempDir()
	temp, locked := filepath.Join(dir, "temp"), filepath.Join(dir, "locked")
	write(t, filepath.Join(locked, "news", "otters.txt"), "Otters swim in the river Amper, a report said.")
	write(t, filepath.Join(locked, "secret", "otters.txt"), "Otters swim.")
	if err := os.Mkdir(temp, 0o777); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{
		filepath.Dir(dir): 0o755, filepath.Dir(filepath.Dir(program)): 0o755, temp: 0o777, locked: 0o555, filepath.Join(locked, "secret"): 0,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = errors.Join(os.Chmod(locked, 0o755), os.Chmod(filepath.Join(locked, "secret"), 0o755)) })
	ask := func(args ...string) (stdout, stderr string, code int) {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Dir = locked
		cmd.Env = []string{"TMPDIR=" + temp}
		if os.Getuid() == 0 { // who may write everywhere
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		var out, errs strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Skipf("the program cannot be run as somebody without rights: %v", err)
		}
		return out.String(), errs.String(), cmd.ProcessState.ExitCode()
	}
	for _, tt := range []struct{ args, stdout, stderr string }{
		{"ask Who won the 2022 World Cup?", "Argentina", "newsdesk: var/index cannot be written (permission denied): the index is built in a temporary folder and removed at the end; to keep one, name a folder with --index\n"},
		{"--data news search otters", "river Amper", "newsdesk: var/index cannot be written (permission denied): the index is built"},
		{"--index here ask Kremlin", "", "newsdesk: index folder here cannot be written: permission denied: name another folder with --index or INDEX_DIR\n"},
	} {
		stdout, stderr, code := ask(strings.Fields(tt.args)...)
		if (code == exitDone) != (tt.stdout != "") || !strings.Contains(stdout, tt.stdout) || !strings.HasPrefix(stderr, tt.stderr) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: got exit code %d, %q and %q, want %q and %q", tt.args, code, stdout, stderr, tt.stdout, tt.stderr)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("%s: got %v, %v left in the folder for temporary files", tt.args, left, err)
		}
	}

	// Where it is the articles that cannot be read, no index helps.
	if stdout, stderr, code := ask("--data", "secret", "ask", "otters"); code != exitFailed || stdout != "" || !strings.Contains(stderr, "secret: list articles: stat: permission denied\n") {
		t.Errorf("articles that cannot be read: got exit code %d, %q and %q", code, stdout, stderr)
	}
}
