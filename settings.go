package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsdesk/bot"

	"github.com/joho/godotenv"
)

// A setting is one row of the settings table.
type setting struct {
	key     string
	initial string // the value where none is given
	secret  bool   // never printed
	meaning string
	check   func(string) error // nil takes anything
}

// settingsTable is all that can be set, by the environment or a .env file.
var settingsTable = []setting{
	{"DISCORD_TOKEN", "", true, "the bot's token, from the developer portal", nil},
	{"DISCORD_GUILD_IDS", "", false, "servers to register the commands in, by id, separated by commas; empty registers them everywhere", checkIDs},
	{"DISCORD_API", "", false, "address of Discord's REST API, if not Discord's own", checkAddress},
	{"DISCORD_PUBLIC_KEY", "", false, "the application's public key, from the developer portal; with it the bot takes interactions by POST to /interactions on HTTP_ADDR", checkKey},
	{"GATEWAY", "on", false, "on or off; off does without a connection to the gateway, and so without mentions and direct messages", checkOneOf("on", "off")},
	{"SHARDS", "1", false, "connections to the gateway: 1, auto, how many, or which of how many this process has, such as 0-3/16; from 2500 servers on Discord wants more than one", checkShards},
	{"ADMIN_ROLE_IDS", "", false, "roles that may use admin commands, by id, separated by commas, beside those who manage the server", checkIDs},
	{"OWNER_IDS", "", false, "people who may use /reindex and /feeds, by id, separated by commas; empty for the application's owner or team, and those who manage the server while the bot is in one only", checkIDs},
	{"RATE_PERSON", "10/1m", false, "how often one person may ask: so often at once, and again within that time; off for no bound", checkRate},
	{"RATE_SERVER", "120/1m", false, "the same for all people of one server together", checkRate},
	{"AT_ONCE_PERSON", "2", false, "questions of one person that are answered at the same time, 1 to 32", checkAtOnce},
	{"DATA_DIR", "", false, "folder of the articles; empty takes data/articles, or else the sample articles", nil},
	{"INDEX_DIR", "var/index", false, "folder of the index", nil},
	{"FEEDS_FILE", "data/feeds.opml", false, "list of the feeds that serve gathers, as OPML; newsdesk feeds changes it", nil},
	{"FEEDS_STATE", "var/feeds", false, "folder of what is remembered of each feed, for one process", nil},
	{"FEEDS_INTERVAL", "5m", false, "how often a feed is asked at the most, 30s or more; less often where little comes, down to once in 6h, or as in 30s-1h", checkInterval},
	{"FEEDS_CONTACT", "", false, "your web or mail address; sites that are asked see it, and can tell you what they mind", checkContact},
	{"FEEDS_ALLOW_HOSTS", "", false, "hosts and networks off the public network that may be asked all the same, such as intranet.example or 10.1.0.0/16, separated by commas", checkAllowed},
	{"SCAN_EVERY", "1m", false, "how often serve and chat look at all articles for what has changed, beside what the system tells them at once; 1s to 24h", checkScan},
	{"KEEP_DAYS", "", false, "days for which articles that were gathered or imported are kept, from their publication; older ones are deleted, with their versions; empty keeps all", checkDays},
	{"STATE_FILE", "var/newsdesk.db", false, "file of what servers have set and of ratings, for one process; off keeps nothing", nil},
	{"LOG_LEVEL", "info", false, "debug, info, warn or error; debug logs the text of questions", checkLevel},
	{"LOG_FORMAT", "text", false, "text or json", checkOneOf("text", "json")},
	{"HTTP_ADDR", "", false, "address for health checks (/healthz, /readyz), /metrics, /interactions and the pages of PUBLIC_URL, such as 127.0.0.1:8080; empty for none", checkListen},
	{"PUBLIC_URL", "", false, "address at which readers reach HTTP_ADDR, such as https://news.example; with it there are pages, one for each article, and citations of articles that have no address lead there; empty for none", checkPublic},
}

// settings are the values by key.
type settings map[string]string

// readSettings takes the settings from the environment, then from the file
// .env in the working directory, then from the table, and reports everything
// that is wrong with them at once.
func readSettings(lookup func(string) (string, bool)) (settings, error) {
	file, err := godotenv.Read(".env")
	var system *fs.PathError
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	case errors.As(err, &system):
		return nil, fmt.Errorf(".env cannot be read: %w: put a copy of it in its place, or delete it and set the environment", system.Err)
	default: // godotenv's errors quote the file, and so the token
		return nil, errors.New(".env cannot be read: write one KEY=value a line, as in .env.example")
	}
	fromFile := func(key string) (string, bool) { v, ok := file[key]; return v, ok }
	values := make(settings)
	var problems []error
	for _, s := range settingsTable {
		value := s.initial
		for _, source := range []func(string) (string, bool){fromFile, lookup} {
			if stated, _ := source(s.key); strings.TrimSpace(stated) != "" {
				value = strings.TrimSpace(stated)
			}
		}
		values[s.key] = value
		if s.check != nil && value != "" {
			if err := s.check(value); err != nil {
				problems = append(problems, fmt.Errorf("%s=%s: %w", s.key, value, err))
			}
		}
	}
	return values, errors.Join(problems...)
}

// list returns the comma-separated parts of a value.
func (s settings) list(key string) []string {
	return strings.FieldsFunc(s[key], func(r rune) bool { return r == ',' || r == ' ' })
}

// shown returns a value as it may be printed.
func (s setting) shown(value string) string {
	switch {
	case value == "":
		return "(not set)"
	case s.secret:
		return "(set, hidden)"
	}
	return value
}

func checkIDs(value string) error {
	for _, id := range (settings{"": value}).list("") {
		if len(id) < 17 || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
			return fmt.Errorf("%q is no id: ids are numbers of 17 to 20 digits, copied in Discord with developer mode on", id)
		}
	}
	return nil
}

func checkAddress(value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("want an address such as https://discord.com")
	}
	return nil
}

// checkPublic wants an address that paths can be put behind. A slash at its
// end is taken off where it is used.
func checkPublic(value string) error {
	u, err := url.Parse(value)
	if err != nil || checkAddress(value) != nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.ContainsAny(value, "?#") {
		return errors.New("want an address such as https://news.example, without ? and #")
	}
	return nil
}

func checkKey(value string) error {
	if key, err := hex.DecodeString(value); err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("want the 64 digits and letters from a to f that the application's General Information page shows")
	}
	return nil
}

func checkShards(value string) error {
	_, err := bot.ParseShards(value)
	return err
}

func checkRate(value string) error {
	_, err := bot.ParseRate(value)
	return err
}

func checkAtOnce(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 32 {
		return errors.New("want a number from 1 to 32")
	}
	return nil
}

func checkScan(value string) error {
	if d, err := time.ParseDuration(value); err != nil || d < time.Second || d > 24*time.Hour {
		return errors.New("want a time from 1s to 24h, such as 1m or 30s")
	}
	return nil
}

func checkDays(value string) error {
	if n, err := strconv.Atoi(value); err != nil || n < 1 || n > maxKeepDays {
		return fmt.Errorf("want a number of days from 1 to %d, or nothing to keep all", maxKeepDays)
	}
	return nil
}

func checkLevel(value string) error {
	var level slog.Level
	if level.UnmarshalText([]byte(value)) != nil {
		return errors.New("want debug, info, warn or error")
	}
	return nil
}

func checkOneOf(words ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("want %s", strings.Join(words, " or "))
		}
		return nil
	}
}

func checkListen(value string) error {
	if _, _, err := net.SplitHostPort(value); err != nil {
		return errors.New("want host:port such as 127.0.0.1:8080, or :8080")
	}
	return nil
}

// maxKeepDays is 100 years.
const maxKeepDays = 36500

// isDir reports whether path is a folder.
func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
