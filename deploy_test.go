package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// What deploy/ sets are settings, and what it runs are subcommands.
func TestDeploymentFilesUseWhatThereIs(t *testing.T) {
	known := map[string]bool{}
	for _, s := range settingsTable {
		known[s.key] = true
	}
	ours := regexp.MustCompile(`\b(?:DISCORD|DATA|INDEX|LOG|HTTP|STATE|RATE|AT_ONCE|ADMIN)_[A-Z_]+\b`)
	for _, name := range []string{"Dockerfile", "compose.yaml", "newsdesk.service"} {
		raw, err := os.ReadFile("deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		found := ours.FindAllString(string(raw), -1)
		if len(found) == 0 {
			t.Errorf("%s sets nothing", name)
		}
		for _, key := range found {
			if !known[key] {
				t.Errorf("%s sets %s, which is no setting", name, key)
			}
		}
	}
	docker, err := os.ReadFile("deploy/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	image := regexp.MustCompile(`golang:(\d+\.\d+) `).FindStringSubmatch(string(docker))
	if image == nil || !strings.Contains(string(module), "\ngo "+image[1]) {
		t.Errorf("the image builds with another Go than go.mod asks for: %v", image)
	}
}
