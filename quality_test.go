package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var updateQuality = flag.Bool("update-quality", false, "write testdata/quality.golden anew")

// The figures of the sample questions stand in a file, so that every change of
// ranking shows as a difference: go test -run TestQuality -update-quality .
func TestQuality(t *testing.T) {
	const golden = "testdata/quality.golden"
	want, err := os.ReadFile(golden)
	if err != nil && !*updateQuality {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	unset := func(string) (string, bool) { return "", false }
	args := []string{"--index", t.TempDir(), "eval", "--removal"}
	if code := run(t.Context(), args, unset, nil, &stdout, &stderr); code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr.String())
	}
	got, _, _ := strings.Cut(stdout.String(), "latency in ms")
	if *updateQuality {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != string(want) {
		t.Errorf("the quality has changed; it was\n%s\nand is\n%s", want, got)
	}
}
