package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A reindex that is killed at any moment leaves an index that answers, and
// nothing that the next reindex does not sweep.
func TestKilledReindex(t *testing.T) {
	const articles, kills = 1500, 20
	program, dir := build(t), t.TempDir()
	var lines strings.Builder
	for i := range articles {
		fmt.Fprintf(&lines, `{"id":"a%d","title":"Report %d","published":"2025-11-26","text":"The otter called Number%d swims in the river Amper. %s"}`+"\n",
			i, i, i, strings.Repeat("Volunteers counted the animals along both banks of the water. ", 20))
	}
	if err := os.WriteFile(filepath.Join(dir, "news.jsonl"), []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		cmd := exec.Command(program, append([]string{"--data", "news.jsonl"}, args...)...)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		return cmd
	}
	ask := func() {
		t.Helper()
		out, err := command("ask", "Where does the otter called Number1234 swim?").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "swims in the river Amper") {
			t.Errorf("ask: %v\n%s", err, out)
		}
	}
	start := time.Now()
	if out, err := command("reindex").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(start) // of the run that was last done: the machine may be busier at times
	rng := rand.New(rand.NewPCG(1, 2))
	done := 0
	for killed := 0; killed < kills; {
		cmd := command("reindex", "--full")
		start := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(rng.Int64N(int64(whole))), func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		switch {
		case err == nil:
			done, whole = done+1, min(whole, time.Since(start))
		case cmd.ProcessState.Exited():
			t.Fatalf("reindex: %v", err)
		default:
			killed++
		}
		ask()
	}
	t.Logf("ask answered after %d kills and %d runs that were done before", kills, done)
	if out, err := command("reindex", "--full").CombinedOutput(); err != nil {
		t.Errorf("reindex after the kills: %v\n%s", err, out)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "var", "index"))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 4 { // CURRENT, LOCK, two generations
		t.Errorf("the index folder holds %v", entries)
	}
}
