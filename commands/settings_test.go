package commands

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/locale"
	"newsdesk/store"
)

const testServer = "1100000000000000002"

// keeping gives the commands a file to keep things in.
func (d Deps) keeping(t *testing.T) Deps {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "newsdesk.db"), d.Now(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d.Store, d.Ratings = s, s
	return d
}

// in runs a command in the test's server as an admin.
func (d Deps) in(t *testing.T, name string, options ...string) (Reply, error) {
	t.Helper()
	c, ok := Find(All(d), name)
	if !ok {
		t.Fatalf("no command %q", name)
	}
	call := Call{Values: make(map[string]string), Now: d.Now(), Admin: true, Server: testServer}
	for i := 0; i < len(options); i += 2 {
		call.Values[options[i]] = options[i+1]
	}
	var err error
	if call.Settings, err = d.Store.Settings(testServer); err != nil {
		t.Fatal(err)
	}
	return c.Run(t.Context(), call)
}

func (d Deps) must(t *testing.T, name string, options ...string) Reply {
	t.Helper()
	r, err := d.in(t, name, options...)
	if err != nil {
		t.Fatalf("/%s %v: %v", name, options, err)
	}
	return r
}

func TestSettingsAreShownAndChanged(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	var b strings.Builder
	b.WriteString(dump(d.must(t, "settings")))
	b.WriteString(dump(d.must(t, "settings", "add_channel", "11", "private", "true", "language", "de", "length", "short", "gaps", "30", "add_source", "wire")))
	want := store.Settings{Channels: []string{"11"}, Sources: []string{"Wire"}, Private: true, Language: "de", Length: "short", GapDays: 30}
	if set, _ := d.Store.Settings(testServer); !reflect.DeepEqual(set, want) {
		t.Errorf("got %+v", set)
	}
	d.must(t, "settings", "add_channel", "12")
	d.must(t, "settings", "add_channel", "12")
	d.must(t, "settings", "remove_channel", "11", "language", "client", "length", "normal", "private", "false")
	want = store.Settings{Channels: []string{"12"}, Sources: []string{"Wire"}, GapDays: 30}
	if set, _ := d.Store.Settings(testServer); !reflect.DeepEqual(set, want) {
		t.Errorf("got %+v", set)
	}
	d.must(t, "settings", "remove_channel", "12", "remove_source", "WIRE", "gaps", "off")
	b.WriteString(dump(d.must(t, "settings")))
	golden(t, "settings", b.String())
}

func TestSettingsThatAreRefused(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	for i := range maxChannels {
		d.must(t, "settings", "add_channel", fmt.Sprint(100+i))
	}
	before, _ := d.Store.Settings(testServer)
	for _, tt := range []struct{ options, want string }{
		{"add_channel=7", `Add_channel cannot be "7": give 20 channels at most, or none for all.`},
		{"remove_channel=7", `Remove_channel cannot be "7": give a channel that was added.`},
		{"private=true add_source=Wyre", `No article is from "Wyre": did you mean Wire?`},
		{"add_source=Gazette-of-Nowhere", `No article is from "Gazette-of-Nowhere": see the list of sources.`},
		{"remove_source=Wire", `Remove_source cannot be "Wire": give an outlet that was added.`},
		{"private=true language=tlh", `Language cannot be "tlh": give one of client, en, de, fr, es, uk.`},
		{"length=endless", `Length cannot be "endless": give one of short, normal, long.`},
		{"gaps=4", `Gaps cannot be "4": give one of off, 7, 30, 90, 365.`},
		{"action=explode", `Action cannot be "explode": give one of export, delete.`},
		{"action=delete private=true", `Action cannot be "delete": give it alone, without other options.`},
	} {
		var options []string
		for _, o := range strings.Fields(tt.options) {
			name, value, _ := strings.Cut(o, "=")
			options = append(options, name, value)
		}
		_, err := d.in(t, "settings", options...)
		if text, known := Explain(locale.English, err); !known || text != tt.want {
			t.Errorf("%s: got %q", tt.options, text)
		}
		if set, _ := d.Store.Settings(testServer); !reflect.DeepEqual(set, before) {
			t.Errorf("%s: changed to %+v", tt.options, set)
		}
	}
}

func TestWhereNothingCanBeSet(t *testing.T) {
	without := depsOf(t, someFiles())
	with := without.keeping(t)
	for _, name := range []string{"settings", "gaps"} {
		if _, err := without.in(t, name); !errors.Is(err, errNoStore) {
			t.Errorf("/%s without a file: got %v", name, err)
		}
		if _, err := with.call(t.Context(), name, true); !errors.Is(err, errNoServer) {
			t.Errorf("/%s outside of a server: got %v", name, err)
		}
		if _, err := with.call(t.Context(), name, false); !errors.Is(err, ErrNotAdmin) {
			t.Errorf("/%s by somebody: got %v", name, err)
		}
	}
}

func TestExportAndDelete(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	d.must(t, "settings", "private", "true", "gaps", "7")
	d.must(t, "ask", "question", "What is the population of Nauru?")
	r := d.must(t, "settings", "action", "export")
	var got struct {
		Server   string
		Settings store.Settings
		Gaps     []store.Gap
	}
	if err := json.Unmarshal(r.File.Data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Server != testServer || !got.Settings.Private || len(got.Gaps) != 1 || r.File.Name != "newsdesk-"+testServer+".json" || !r.Private {
		t.Errorf("got %+v in %s", got, r.File.Name)
	}
	if r := d.must(t, "settings", "action", "delete"); r.Title != "Deleted" {
		t.Errorf("got %q", r.Title)
	}
	if r := d.must(t, "settings", "action", "delete"); r.Title != "Nothing was kept of this server" {
		t.Errorf("the second time: got %q", r.Title)
	}
	if set, _ := d.Store.Settings(testServer); !reflect.DeepEqual(set, store.Settings{}) {
		t.Errorf("got %+v", set)
	}
}

// Where an admin has allowed some outlets only, no command shows another's.
func TestOnlyAllowedSources(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	d.must(t, "settings", "add_source", "Daily")
	for _, tt := range []struct{ command, option, value string }{
		{"ask", "question", "How many otters are in the river Amper?"}, {"ask", "question", "Who won the cup?"},
		{"more", "question", "Who won the cup in the budget?"}, {"about", "text", "Otters have returned to the river Amper"},
		{"latest", "topic", ""}, {"latest", "topic", "otters"}, {"sources", "", ""},
	} {
		if text := dump(d.must(t, tt.command, tt.option, tt.value)); strings.Contains(text, "Wire") || strings.Contains(text, "wire.example") {
			t.Errorf("/%s %s: got\n%s", tt.command, tt.value, text)
		}
	}
	for _, what := range []string{"otters", "https://wire.example/otters", "Otters return to the river"} {
		if _, err := d.in(t, "article", "article", what); err == nil {
			t.Errorf("/article %s is shown", what)
		}
	}
	if _, err := d.in(t, "excerpt", "article", "otters", "start", "0", "end", "10"); !errors.Is(err, errMoved) {
		t.Errorf("got %v", err)
	}
	for _, source := range []string{"wire", "Wire"} {
		_, err := d.in(t, "ask", "question", "otters", "source", source)
		if text, _ := Explain(locale.English, err); text != `Articles of "Wire" are not used here: see the list of sources.` {
			t.Errorf("got %q", text)
		}
	}
	if text := dump(d.must(t, "article", "article", "cup")); !strings.Contains(text, "Rovers") {
		t.Errorf("got\n%s", text)
	}

	set, _ := d.Store.Settings(testServer)
	call := Call{Now: d.Now(), Server: testServer, Settings: set}
	for name, typed := range map[string]string{"ask": "ott", "article": "ott", "latest": "ott"} {
		c, _ := Find(All(d), name)
		if got := c.Options[0].Suggest(t.Context(), typed, call); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Otters return") }) {
			t.Errorf("/%s suggests %q", name, got)
		}
	}
	c, _ := Find(All(d), "ask")
	if got := c.Options[1].Suggest(t.Context(), "", call); !slices.Equal(got, []string{"Daily"}) {
		t.Errorf("suggests the outlets %q", got)
	}
	c, _ = Find(All(d), "settings")
	for i, want := range map[int]string{2: "Wire, Daily", 3: "Daily"} {
		if got := strings.Join(c.Options[i].Suggest(t.Context(), "", call), ", "); got != want {
			t.Errorf("%s suggests %q, want %q", c.Options[i].Name, got, want)
		}
	}
}

func TestLengthIsHeeded(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	sentences := func() (n int) {
		for _, l := range d.must(t, "ask", "question", "What of the otters in the river Amper?").Lines {
			if len(l.Cites) > 0 {
				n++
			}
		}
		return n
	}
	if n := sentences(); n != 2 {
		t.Errorf("got %d sentences", n)
	}
	d.must(t, "settings", "length", "short")
	if n := sentences(); n != 1 {
		t.Errorf("short: got %d sentences", n)
	}
}

func TestRatingsAreKept(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	for _, name := range []string{"helpful", "unhelpful", "helpful"} {
		d.must(t, name)
	}
	if text := dump(d.must(t, "status")); !strings.Contains(text, "Answers rated = 2 helpful, 1 not") {
		t.Errorf("got\n%s", text)
	}
}

func TestGaps(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	now := d.Now()
	d.Now = func() time.Time { return now }
	var b strings.Builder
	show := func(options ...string) { b.WriteString(dump(d.must(t, "gaps", options...)) + "\n") }
	const nauru = "What is the population of Nauru?"
	d.must(t, "ask", "question", nauru)
	show()
	d.must(t, "settings", "gaps", "7")
	show()
	for range 2 {
		d.must(t, "ask", "question", nauru)
	}
	d.must(t, "ask", "question", "Who won the cup?")
	d.must(t, "ask", "question", "Where does <@1100000000000000005> of +49 89 1234567 live, ann@mail.example?")
	d.must(t, "about", "text", "Somebody wrote this about zebras")
	now = now.AddDate(0, 0, 1)
	d.must(t, "follow", "before", "How many otters are there?", "question", "Who paints xylophones?")
	show()
	show("order", "frequent")
	for i := range 9 {
		d.must(t, "ask", "question", fmt.Sprintf("Which zebra is number%c?", 'A'+i))
	}
	show("page", "2")
	if _, err := d.in(t, "gaps", "page", "3"); err == nil {
		t.Error("a page that there is not is shown")
	}
	now = now.AddDate(0, 0, 6)
	if text := dump(d.must(t, "gaps")); strings.Contains(text, "Nauru") || !strings.Contains(text, "zebra") {
		t.Errorf("after a week: got\n%s", text)
	}
	show("clear", "true")
	show()
	golden(t, "gaps", b.String())
}

func TestPrivacySaysWhatIsKept(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	if text := dump(d.must(t, "privacy")); !strings.Contains(text, "Questions are forgotten") {
		t.Errorf("got\n%s", text)
	}
	d.must(t, "settings", "gaps", "30")
	if text := dump(d.must(t, "privacy")); !strings.Contains(text, "without an answer are kept for 30 days") {
		t.Errorf("got\n%s", text)
	}
}

func TestGapsNeverHoldAnswers(t *testing.T) {
	d := depsOf(t, someFiles()).keeping(t)
	d.must(t, "settings", "gaps", "7")
	for _, q := range []string{"How many otters are in the river Amper?", "Who won the cup?"} {
		r, err := d.Engine.Ask(t.Context(), answer.Question{Text: q, Now: d.Now()})
		if err != nil || r.Verdict == answer.None {
			t.Fatalf("%s: %s, %v", q, r.Verdict, err)
		}
		d.must(t, "ask", "question", q)
	}
	if list, err := d.Store.Gaps(testServer, d.Now()); len(list) > 0 || err != nil {
		t.Errorf("got %v, %v", list, err)
	}
}
