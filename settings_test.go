package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func lookupIn(env map[string]string) func(string) (string, bool) {
	return func(key string) (string, bool) { v, ok := env[key]; return v, ok }
}

func writeEnv(t *testing.T, text string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhereSettingsComeFrom(t *testing.T) {
	writeEnv(t, "# a comment\nINDEX_DIR=from-file\nLOG_LEVEL = \"debug\"\nexport DATA_DIR='my articles'\nHTTP_ADDR=\nUNKNOWN=x\n")
	s, err := readSettings(lookupIn(map[string]string{
		"INDEX_DIR": " from-environment ", "LOG_LEVEL": "  ", "LOG_FORMAT": "json", "UNKNOWN": "y",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"INDEX_DIR":  "from-environment", // goes before the file
		"LOG_LEVEL":  "debug",            // blank in the environment, so the file counts
		"DATA_DIR":   "my articles",
		"LOG_FORMAT": "json",
		"HTTP_ADDR":  "",
	} {
		if s[key] != want {
			t.Errorf("%s: got %q, want %q", key, s[key], want)
		}
	}
	if _, there := s["UNKNOWN"]; there || len(s) != len(settingsTable) {
		t.Errorf("got %d settings, want those %d of the table", len(s), len(settingsTable))
	}
}

func TestInitialSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	s, err := readSettings(lookupIn(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range settingsTable {
		if s[row.key] != row.initial {
			t.Errorf("%s: got %q, want %q", row.key, s[row.key], row.initial)
		}
		if row.check != nil && row.initial != "" && row.check(row.initial) != nil {
			t.Errorf("%s: its own initial value %q is refused", row.key, row.initial)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := readSettings(lookupIn(map[string]string{
		"DISCORD_GUILD_IDS": "123456789012345678,my-server", "DISCORD_API": "discord.com", "ADMIN_ROLE_IDS": "12",
		"LOG_LEVEL": "loud", "LOG_FORMAT": "xml", "HTTP_ADDR": "8080",
		"DISCORD_PUBLIC_KEY": "abc", "GATEWAY": "maybe", "SHARDS": "4/4",
		"RATE_PERSON": "often", "RATE_SERVER": "0/1m", "AT_ONCE_PERSON": "33",
	}))
	if err == nil {
		t.Fatal("got no error")
	}
	lines := strings.Split(err.Error(), "\n")
	want := []string{
		`DISCORD_GUILD_IDS=123456789012345678,my-server: "my-server" is no id`,
		"DISCORD_API=discord.com: want an address such as https://discord.com",
		"DISCORD_PUBLIC_KEY=abc: want the 64 digits",
		"GATEWAY=maybe: want on or off",
		`SHARDS=4/4: "4": shards are numbered from 0 to 3`,
		`ADMIN_ROLE_IDS=12: "12" is no id`,
		"RATE_PERSON=often: want how often in how long, such as 10/1m, or off",
		"RATE_SERVER=0/1m: want 1 to 10000 times, or off",
		"AT_ONCE_PERSON=33: want a number from 1 to 32",
		"LOG_LEVEL=loud: want debug, info, warn or error",
		"LOG_FORMAT=xml: want text or json",
		"HTTP_ADDR=8080: want host:port such as 127.0.0.1:8080, or :8080",
	}
	if len(lines) != len(want) {
		t.Errorf("got %d problems, want %d:\n%v", len(lines), len(want), err)
	}
	for i := range min(len(lines), len(want)) {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("problem %d: got %q, want %q", i+1, lines[i], want[i])
		}
	}
}

func TestChecksOfSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		key, value string
		good       bool
	}{
		{"DISCORD_GUILD_IDS", "123456789012345678", true},
		{"DISCORD_GUILD_IDS", "123456789012345678, 1234567890123456789,", true},
		{"DISCORD_GUILD_IDS", "123456789012345678;1234567890123456789", false},
		{"DISCORD_GUILD_IDS", "-12345678901234567", false},
		{"ADMIN_ROLE_IDS", "<@&123456789012345678>", false},
		{"DISCORD_API", "http://127.0.0.1:8080/api", true},
		{"DISCORD_API", "ftp://discord.com", false},
		{"DISCORD_API", "https://", false},
		{"DISCORD_API", "%zz", false},
		{"DISCORD_PUBLIC_KEY", strings.Repeat("0aF", 21) + "0", true},
		{"DISCORD_PUBLIC_KEY", strings.Repeat("0aF", 22), false},
		{"DISCORD_PUBLIC_KEY", strings.Repeat("0ag", 21) + "0", false},
		{"GATEWAY", "off", true},
		{"SHARDS", "auto", true},
		{"SHARDS", "0,2/4", true},
		{"SHARDS", "some", false},
		{"LOG_LEVEL", "WARN", true},
		{"LOG_LEVEL", "warning", false},
		{"LOG_FORMAT", "text", true},
		{"HTTP_ADDR", ":8080", true},
		{"HTTP_ADDR", "[::1]:8080", true},
		{"HTTP_ADDR", "localhost", false},
	} {
		s, err := readSettings(lookupIn(map[string]string{tt.key: tt.value}))
		if (err == nil) != tt.good {
			t.Errorf("%s=%s: got %v", tt.key, tt.value, err)
		}
		if s[tt.key] != tt.value {
			t.Errorf("%s: got %q, want %q", tt.key, s[tt.key], tt.value)
		}
	}
}

func TestListSetting(t *testing.T) {
	for value, want := range map[string]string{"": "", "a": "a", "a,b": "a|b", " a, b ,,c ": "a|b|c", ", ,": ""} {
		if got := strings.Join(settings{"K": value}.list("K"), "|"); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

const someToken = "MTAwMDAwMDAwMDAwMDAwMDAwMA.GabcdE.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"

func TestSecretsAreNotShown(t *testing.T) {
	secrets := 0
	for _, row := range settingsTable {
		got := row.shown(someToken)
		if row.secret {
			secrets++
			for i := range len(someToken) - 5 {
				if strings.Contains(got, someToken[i:i+6]) {
					t.Errorf("%s: shown as %q", row.key, got)
					break
				}
			}
		} else if got != someToken {
			t.Errorf("%s: shown as %q, want the value", row.key, got)
		}
		if got := row.shown(""); got != "(not set)" {
			t.Errorf("%s: nothing is shown as %q", row.key, got)
		}
		if strings.Contains(row.key, "TOKEN") && !row.secret {
			t.Errorf("%s is no secret", row.key)
		}
		if row.secret && row.check != nil {
			t.Errorf("%s: problems quote the value, so a secret must not be checked by its row", row.key)
		}
	}
	if secrets == 0 {
		t.Error("no setting is secret")
	}
}

func TestBrokenEnvFileKeepsItsSecrets(t *testing.T) {
	for _, text := range []string{
		"DISCORD_TOKEN " + someToken + "\n", "DISCORD_TOKEN=\"" + someToken + "\n", someToken, "=" + someToken, "DISCORD_TOKEN=" + someToken + "\n'" + someToken + "' = \n",
	} {
		writeEnv(t, text)
		s, err := readSettings(lookupIn(nil))
		if err == nil {
			continue // read in one way or another
		}
		if shown := fmt.Sprint(s, err); strings.Contains(shown, someToken[:6]) || strings.Contains(shown, someToken[40:]) || !strings.Contains(shown, ".env") {
			t.Errorf("%q: got %q, want an error that names the file and quotes nothing", text, shown)
		}
	}
}
