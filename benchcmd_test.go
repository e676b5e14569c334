package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestBenchCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	code, stdout, stderr := measured(t, t.Context(), "bench", "--passages", "300", "--questions", "10", "--clients", "1,2", "--json")
	wantProgressOnly(t, stderr, "indexing made-up articles: ")
	if code != exitDone {
		t.Fatalf("got code %d", code)
	}
	var report struct {
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
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if report.Passages < 240 || report.Passages > 360 || report.Build.IndexMB <= 0 || len(report.Loads) != 2 ||
		report.Loads[1].Clients != 2 || report.Loads[1].Ask.P50 <= 0 {
		t.Errorf("got %+v", report)
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
		"no passages":    {t.Context(), "--passages 0", exitMisuse, "give numbers of 1 or more"},
		"no questions":   {t.Context(), "--questions 0", exitMisuse, "give numbers of 1 or more"},
		"no clients":     {t.Context(), "--clients 1,0", exitMisuse, "--clients 0: give numbers from 1"},
		"not a number":   {t.Context(), "--clients many", exitMisuse, "many"},
		"interrupted":    {stopped, "--passages 300", exitFailed, "stopped"},
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
