package bot

import (
	"strings"
	"testing"

	"newsdesk/commands"
)

func TestConfigurationIsChecked(t *testing.T) {
	good := Config{Token: "MTEw.abc.def", Commands: testCommands()}
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string // in the error; empty for none
	}{
		{"sound", func(*Config) {}, ""},
		{"an API of one's own", func(c *Config) { c.API = "http://127.0.0.1:4242/proxy/" }, ""},
		{"no token", func(c *Config) { c.Token = "" }, "DISCORD_TOKEN is not set"},
		{"a token with Bot", func(c *Config) { c.Token = "Bot MTEw.abc.def" }, "DISCORD_TOKEN does not look"},
		{"half a token", func(c *Config) { c.Token = "MTEw" }, "DISCORD_TOKEN does not look"},
		{"an API without a scheme", func(c *Config) { c.API = "127.0.0.1:4242" }, "DISCORD_API"},
		{"an API that is a path", func(c *Config) { c.API = "/discord" }, "DISCORD_API"},
		{"an API over something else", func(c *Config) { c.API = "ftp://host" }, "DISCORD_API"},
		{"a server's name", func(c *Config) { c.GuildIDs = []string{"My server"} }, `DISCORD_GUILD_IDS: "My server"`},
		{"a role's name", func(c *Config) { c.AdminRoleIDs = []string{"@mods"} }, `ADMIN_ROLE_IDS: "@mods"`},
		{"a public key", func(c *Config) { c.PublicKey = strings.Repeat("0a", 32) }, ""},
		{"half a public key", func(c *Config) { c.PublicKey = strings.Repeat("0a", 16) }, "DISCORD_PUBLIC_KEY"},
		{"neither gateway nor public key", func(c *Config) { c.NoGateway = true }, "set DISCORD_PUBLIC_KEY"},
		{"no commands", func(c *Config) { c.Commands = []commands.Command{} }, "no commands"},
	} {
		cfg := good
		c.change(&cfg)
		_, err := New(cfg)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got error %v, want %q in it", c.name, err, c.want)
		}
		if err != nil && cfg.Token != "" && strings.Contains(err.Error(), cfg.Token) {
			t.Errorf("%s: the error holds the token: %v", c.name, err)
		}
	}
}
