package discordtest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestTokenIsWanted(t *testing.T) {
	s := New(t, WithToken("right"))
	s.Expect("401")
	for _, auth := range []string{"", "Bot wrong", "right", "Bearer right"} {
		status, got, _ := request(t, s, "GET", "/api/v10/users/@me", auth, nil)
		if status != 401 || asObject(got)["message"] != "401: Unauthorized" || integer(asObject(got)["code"]) != 0 {
			t.Errorf("%q: got %d %v, want 401", auth, status, got)
		}
	}
	if status, got, _ := request(t, s, "GET", "/api/v9/users/@me", "Bot right", nil); status != 200 || asObject(got)["id"] != ApplicationID {
		t.Errorf("got %d %v, want the bot", status, got)
	}
	log := s.Requests()
	if got := log[len(log)-1]; got.Version != 9 || got.Route != RouteUser || log[0].Version != 10 {
		t.Errorf("got request %+v, want version 9 of %s", got, RouteUser)
	}
}

func TestUnknownPlaces(t *testing.T) {
	s := New(t)
	s.Expect("404")
	for _, path := range []string{"/", "/users/@me", "/api/v8/users/@me", "/api/v10/users/7", "/api/v10//users/@me", "/api/v10/channels/9", "/api/v10/channels/9/messages/1"} {
		status, got := raw(t, s, "GET", path, nil)
		if status != 404 || got["message"] == nil {
			t.Errorf("%s: got %d %v, want 404", path, status, got)
		}
	}
}

func TestCommandsAreNormalised(t *testing.T) {
	s := New(t, WithGuilds("777"), WithForbidden("777"))
	put := func(path string, body any) []any {
		t.Helper()
		status, got, _ := request(t, s, "PUT", path, "Bot "+s.Token(), body)
		if status != 200 {
			t.Fatalf("PUT %s: got %d %v", path, status, got)
		}
		return asList(got)
	}
	def := askCommand()
	asObject(asList(def["options"])[1])["required"] = false
	def["name_localizations"] = object{"de": "frag"}
	first := asObject(put(commandsPath, []any{def})[0])
	for key, want := range map[string]any{"application_id": ApplicationID, "default_member_permissions": nil,
		"description_localizations": nil, "nsfw": false, "contexts": nil, "dm_permission": true} {
		if got, ok := first[key]; got != want || !ok {
			t.Errorf("%s: got %v, want %v", key, got, want)
		}
	}
	options := asList(first["options"])
	if _, ok := asObject(options[1])["required"]; ok || asObject(options[0])["required"] != true || integer(first["type"]) != 1 {
		t.Errorf("got %v", first)
	}
	again := asObject(put(commandsPath, []any{def})[0])
	if again["id"] != first["id"] || again["version"] != first["version"] {
		t.Errorf("the same command again: got id %v version %v, want them unchanged", again["id"], again["version"])
	}
	def["description"] = "Ask"
	changed := asObject(put(commandsPath, []any{def})[0])
	if changed["id"] != first["id"] || changed["version"] == first["version"] {
		t.Errorf("a changed command: got id %v version %v, want only another version", changed["id"], changed["version"])
	}
	_, got, _ := request(t, s, "GET", commandsPath, "Bot "+s.Token(), nil)
	if _, ok := asObject(asList(got)[0])["name_localizations"]; ok {
		t.Error("GET shows translations unasked")
	}
	_, got, _ = request(t, s, "GET", commandsPath+"?with_localizations=true", "Bot "+s.Token(), nil)
	if asObject(asObject(asList(got)[0])["name_localizations"])["de"] != "frag" {
		t.Errorf("GET with translations: got %v", got)
	}
	guild := strings.Replace(commandsPath, "/commands", "/guilds/"+GuildID+"/commands", 1)
	if got := asObject(put(guild, []any{askCommand()})[0]); got["guild_id"] != GuildID || got["id"] == first["id"] {
		t.Errorf("a guild's command: got %v", got)
	}
	put(commandsPath, []any{})
	if got := len(s.Commands("")) + 10*len(s.Commands(GuildID)); got != 10 {
		t.Errorf("after emptying the global ones: got %v and %v", s.Commands(""), s.Commands(GuildID))
	}
	for _, id := range []string{"777", "888"} { // closed, and not a member
		path := strings.Replace(commandsPath, "/commands", "/guilds/"+id+"/commands", 1)
		if status, got := raw(t, s, "PUT", path, []any{}); status != 403 || integer(got["code"]) != 50001 {
			t.Errorf("guild %s: got %d %v, want code 50001", id, status, got)
		}
	}
}

func TestClosedChannel(t *testing.T) {
	s := New(t, WithForbidden(ChannelID))
	if status, got := raw(t, s, "POST", messagesPath, say("a")); status != 403 || integer(got["code"]) != 50013 {
		t.Errorf("got %d %v, want code 50013", status, got)
	}
}

func TestMultipart(t *testing.T) {
	s := New(t)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("payload_json", string(encode(quiet(object{}))))
	f, _ := w.CreateFormFile("files[0]", "a.txt")
	_, _ = f.Write([]byte("a"))
	w.Close()
	r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL()+messagesPath, &b)
	r.Header.Set("Authorization", "Bot "+s.Token())
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("User-Agent", agent)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("a file without text: got %d, want it accepted", res.StatusCode)
	}
}

func TestWhoAsksHasToBeNamed(t *testing.T) {
	for agent, ok := range map[string]bool{
		"DiscordBot (https://newsdesk.example, 1)": true, "Mozilla/5.0": false, "": false,
	} {
		s := New(t)
		if !ok {
			s.Expect("User-Agent: ")
		}
		r, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL()+"/api/v10/gateway", nil)
		r.Header.Set("User-Agent", agent)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if res.Body.Close(); res.StatusCode != 200 || (len(s.Violations()) == 0) != ok {
			t.Errorf("%q: got %d and %v", agent, res.StatusCode, s.Violations())
		}
	}
}

func TestIDsInThePathAreNumbers(t *testing.T) {
	s := New(t)
	s.Expect("is not snowflake")
	status, got := raw(t, s, "GET", "/api/v10/channels/news", nil)
	if status != 400 || integer(got["code"]) != 50035 || asObject(got["errors"])["channel_id"] == nil {
		t.Errorf("got %d %v, want code 50035 about channel_id", status, got)
	}
	if status, got := raw(t, s, "GET", "/api/v10/channels/"+ChannelID, nil); status != 200 {
		t.Errorf("got %d %v", status, got)
	}
}

func TestOnlyOwnMessagesCanBeChanged(t *testing.T) {
	s := New(t)
	connect(t, s, intentGuildMessages)
	s.Expect("403")
	s.Expect("404")
	theirs := messagesPath + "/" + s.Say(soon(t), Post{Content: "a"}).ID()
	_, m := raw(t, s, "POST", messagesPath, say("b"))
	own := messagesPath + "/" + asText(m["id"])
	for _, tt := range []struct {
		method, path string
		body         any
		status, code int
	}{
		{"GET", theirs, nil, 200, 0},
		{"PATCH", theirs, say("c"), 403, 50005},
		{"DELETE", theirs, nil, 403, 50013},
		{"PATCH", own, say("c"), 200, 0},
		{"DELETE", own, nil, 204, 0},
		{"GET", own, nil, 404, 10008},
		{"GET", strings.Replace(commandsPath, ApplicationID, "5", 1), nil, 403, 20012},
	} {
		status, got, _ := request(t, s, tt.method, tt.path, "Bot "+s.Token(), tt.body)
		if status != tt.status || integer(asObject(got)["code"]) != tt.code {
			t.Errorf("%s %s: got %d %v, want %d and code %d", tt.method, tt.path, status, got, tt.status, tt.code)
		}
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	s := New(t)
	s.Expect("POST /channels")
	for _, tt := range []struct {
		kind, body   string
		status, code int
	}{
		{"application/json", `{"content":`, 400, 50109},
		{"text/plain", `{"content":"a"}`, 400, 50109},
		{"application/json", `"` + strings.Repeat("a", maxBody) + `"`, 413, 40005},
	} {
		r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL()+messagesPath, strings.NewReader(tt.body))
		r.Header = http.Header{"Authorization": {"Bot " + s.Token()}, "User-Agent": {agent}, "Content-Type": {tt.kind}}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if v, err := decode(raw); err != nil || res.StatusCode != tt.status || integer(asObject(v)["code"]) != tt.code {
			t.Errorf("%s %.20s: got %d %s, want %d and code %d", tt.kind, tt.body, res.StatusCode, raw, tt.status, tt.code)
		}
	}
}

func TestErrorsAreInDiscordsShape(t *testing.T) {
	s := New(t, WithSpec(""))
	s.Expect("50035")
	_, got := raw(t, s, "POST", messagesPath, quiet(object{"content": "a", "embeds": []any{object{"title": long(257)}}}))
	step := got["errors"]
	for _, key := range []string{"embeds", "0", "title"} {
		step = asObject(step)[key]
	}
	entry := asObject(asList(asObject(step)["_errors"])[0])
	if integer(got["code"]) != 50035 || got["message"] != "Invalid Form Body" || entry["code"] != "BASE_TYPE_MAX_LENGTH" {
		t.Errorf("got %v", got)
	}
}

// Whatever is sent, the server answers, in Discord's shape, and nothing
// beyond a limit gets through.
func FuzzBodies(f *testing.F) {
	paths := [][2]string{{"POST", messagesPath}, {"PUT", commandsPath}, {"POST", "callback"}, {"PATCH", "original"}}
	for i, cases := range [][]ruleCase{messageCases(), commandCases(), v2Cases(), componentCases()} {
		for _, c := range cases {
			f.Add(byte(i), []byte(encode(c.body)))
		}
	}
	f.Add(byte(2), []byte(encode(ack(AckModal, object{"components": []any{object{"type": 18}, nil, 5}}))))
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		s := New(t, WithSpec(""), WithClock(NewClock(time.Second).Now))
		s.Expect("")
		s.violate("", "the fuzzer may find nothing wrong")
		in := &interaction{kind: kindCommand, id: "1", token: "tok", created: s.clock(), changed: make(chan struct{}), channel: ChannelID, owners: object{"0": GuildID}}
		s.interactions["tok"] = in
		p := paths[int(which)%len(paths)]
		path := strings.NewReplacer("callback", "/api/v10/interactions/1/tok/callback",
			"original", "/api/v10/webhooks/"+ApplicationID+"/tok/messages/@original").Replace(p[1])
		if p[1] == "original" {
			in.ack = AckDeferred
			in.original = s.post(&message{channel: ChannelID, author: botUser(), interaction: in, flags: flagLoading}).id
		}
		r := httptest.NewRequest(p[0], path, bytes.NewReader(body))
		r.Header.Set("Authorization", "Bot "+s.Token())
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.serve(s.routes())(w, r)
		if w.Code >= 300 {
			if v, err := decode(w.Body.Bytes()); err != nil || asObject(v)["message"] == nil || w.Code >= 500 {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		}
		for _, m := range s.Messages(ChannelID) {
			if n := utf8.RuneCountInString(m.Content); n > maxContent || len(m.Components) > maxComponents || len(m.Embeds) > maxEmbeds {
				t.Errorf("a message beyond the limits was stored: %s", m.Raw)
			}
		}
	})
}

func TestComponentsShowOnlyFilesThatAreThere(t *testing.T) {
	for name, status := range map[string]int{"a.txt": 200, "b.txt": 400} {
		s := New(t)
		if status != 200 {
			s.Expect("attachment \"b.txt\" was not found")
		}
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.WriteField("payload_json", string(encode(quiet(object{"flags": flagV2, "components": []any{
			object{"type": typeFile, "file": object{"url": "attachment://" + name}},
		}}))))
		f, _ := w.CreateFormFile("files[0]", "a.txt")
		_, _ = f.Write([]byte("a"))
		w.Close()
		r, _ := http.NewRequestWithContext(t.Context(), "POST", s.URL()+messagesPath, &b)
		r.Header.Set("Authorization", "Bot "+s.Token())
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("User-Agent", agent)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != status {
			t.Errorf("%s: got %d, want %d", name, res.StatusCode, status)
		}
		if got := s.Requests()[0].Files["a.txt"]; string(got) != "a" {
			t.Errorf("the request is noted with the file %q", got)
		}
	}
}

func TestThreadsTellTheirChannel(t *testing.T) {
	s := New(t)
	connect(t, s, intentGuildMessages)
	c := s.Say(t.Context(), Post{Content: "hello", Place: Place{ChannelID: "1100000000000000041", Parent: ChannelID}})
	if !c.Delivered() {
		t.Error("a message in a thread is not delivered")
	}
	if status, got := raw(t, s, "GET", "/api/v10/channels/1100000000000000041", nil); status != 200 || got["parent_id"] != ChannelID || integer(got["type"]) != 11 {
		t.Errorf("got %d %v", status, got)
	}
}

func TestRemovalAndOutageAreToldToThoseWhoListen(t *testing.T) {
	s := New(t, WithGuilds("1300000000000000001"))
	k := connect(t, s, intentGuilds)
	s.Outage(t.Context(), GuildID)
	if got := k.event("GUILD_DELETE"); got["id"] != GuildID || got["unavailable"] != true {
		t.Errorf("got %v", got)
	}
	s.Remove(t.Context(), GuildID)
	if got := k.event("GUILD_DELETE"); got["id"] != GuildID || got["unavailable"] != nil {
		t.Errorf("got %v", got)
	}
}
