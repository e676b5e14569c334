package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestBenchCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := measured(t, t.Context(), "bench", "--sizes", "60,300", "--questions", "10", "--clients", "1,2",
		"--no-rebuild", "--keep", "kept", "--svg", "plot.svg", "--json")
	wantProgressOnly(t, stderr, "bench: ")
	if code != exitDone {
		t.Fatalf("got code %d", code)
	}
	var report struct {
		Sizes []struct {
			Passages int
			Build    struct {
				IndexMB float64 `json:"index_mb"`
			}
			Loads []struct {
				Clients int
				Ask     struct {
					P50 float64 `json:"p50_ms"`
				}
			}
			Beside any `json:"beside_rebuild"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Sizes) != 2 {
		t.Fatalf("got %+v, want two sizes", report)
	}
	if s := report.Sizes[1]; s.Passages < 240 || s.Passages > 360 || s.Build.IndexMB <= 0 || len(s.Loads) != 2 ||
		s.Loads[1].Clients != 2 || s.Loads[1].Ask.P50 <= 0 || s.Beside != nil {
		t.Errorf("got %+v", s)
	}
	if kept, err := os.ReadDir("kept"); err != nil || len(kept) != 2 {
		t.Errorf("got %v and error %v, want a folder for each size", kept, err)
	}
	if plot, err := os.ReadFile("plot.svg"); err != nil || !strings.HasPrefix(string(plot), "<svg ") {
		t.Errorf("got %.40q and error %v, want a plot", plot, err)
	}
}

func TestBenchCommandThatCannotBe(t *testing.T) {
	t.Chdir(t.TempDir())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, test := range map[string]struct {
		ctx  context.Context
		args string
		code int
		want string
	}{
		"no passages":    {t.Context(), "--sizes 0", exitMisuse, "--sizes 0: give numbers such as"},
		"too many":       {t.Context(), "--sizes 1k,21m", exitMisuse, "--sizes 21m: give numbers such as 500, 10k or 1m, up to 20m"},
		"far too many":   {t.Context(), "--sizes 9223372036854775807k", exitMisuse, "up to 20m"},
		"no number":      {t.Context(), "--sizes many", exitMisuse, "--sizes many"},
		"one twice":      {t.Context(), "--sizes 1000,2k,1k", exitMisuse, "--sizes: one number stands there twice"},
		"no questions":   {t.Context(), "--questions 0", exitMisuse, "give a number of 1 or more"},
		"no clients":     {t.Context(), "--clients 1,0", exitMisuse, "--clients 0: give numbers from 1"},
		"not a number":   {t.Context(), "--clients many", exitMisuse, "many"},
		"no such folder": {t.Context(), "--svg nowhere/plot.svg", exitFailed, "draw the figures: open nowhere/plot.svg"},
		"interrupted":    {stopped, "--sizes 300", exitFailed, "stopped"},
		"a stray object": {t.Context(), "fast", exitMisuse, "unexpected argument fast"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := measured(t, test.ctx, append([]string{"bench"}, strings.Fields(test.args)...)...)
			if code != test.code || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("got code %d, %q and %q, want %d and %q", code, stdout, stderr, test.code, test.want)
			}
		})
	}
}

// wantProgressOnly allows nothing on standard error but the lines of progress
// that a slow machine shows.
func wantProgressOnly(t *testing.T, stderr, of string) {
	t.Helper()
	for line := range strings.Lines(stderr) {
		if !strings.Contains(line, of) {
			t.Errorf("got %q on standard error", line)
		}
	}
}
