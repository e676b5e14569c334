package discordtest

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// limited is one request and what is told of its limits.
func limited(t *testing.T, s *Server, method, path string, body any) (int, object, http.Header) {
	t.Helper()
	status, got, h := request(t, s, method, path, "Bot "+s.Token(), body)
	return status, asObject(got), h
}

func TestFailuresAskedFor(t *testing.T) {
	s := New(t)
	s.Fail(RouteMessage, 1, 429)
	s.Fail(RouteMessage, 1, 502)
	status, got, h := limited(t, s, "POST", messagesPath, say("a"))
	if got["retry_after"] == nil || status != 429 || h.Get("Retry-After") == "" || h.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("got %d %v %v, want 429 with a wait", status, got, h)
	}
	if status, _, _ := limited(t, s, "POST", messagesPath, say("a")); status != 502 {
		t.Errorf("got %d, want 502", status)
	}
	if status, _, _ := limited(t, s, "POST", messagesPath, say("a")); status != 200 {
		t.Errorf("got %d, want 200 again", status)
	}
}

func TestBucketOfARoute(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now), WithRateLimit(RouteMessage, 5, 4*time.Second))
	for i := range 5 {
		status, _, h := limited(t, s, "POST", messagesPath, say("a"))
		if want := fmt.Sprint(4 - i); status != 200 || h.Get("X-RateLimit-Remaining") != want || h.Get("X-RateLimit-Limit") != "5" {
			t.Fatalf("request %d: got %d %v, want %s left", i, status, h, want)
		}
		clock.Turn(500 * time.Millisecond)
	}
	status, got, h := limited(t, s, "POST", messagesPath, say("a"))
	if status != 429 || fmt.Sprintf("%v %v", got["retry_after"], got["global"]) != "1.5 false" || h.Get("X-RateLimit-Scope") != "user" || h.Get("X-RateLimit-Reset-After") != "1.500" {
		t.Errorf("past the limit: got %d %v %v", status, got, h)
	}
	if got, want := h.Get("X-RateLimit-Reset"), fmt.Sprintf("%d.000", clock.Now().Unix()+2); got != want {
		t.Errorf("got reset %s, want %s", got, want)
	}
	s.Say(soon(t), Post{Content: "a", Place: Place{Context: Private}}) // makes the channel known
	if status, _, h := limited(t, s, "POST", "/api/v10/channels/"+dmChannelID+"/messages", say("a")); status != 200 || h.Get("X-RateLimit-Remaining") != "4" {
		t.Errorf("another channel: got %d %v", status, h)
	}
	clock.Turn(1500 * time.Millisecond)
	if status, _, _ := limited(t, s, "POST", messagesPath, say("a")); status != 200 {
		t.Errorf("after the wait: got %d, want 200", status)
	}
}

func TestGlobalLimit(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now))
	r := asked(t, s) // registers with the first request
	for i := 1; i < globalLimit; i++ {
		if status, got, _ := limited(t, s, "GET", []string{"/api/v10/users/@me", commandsPath}[i%2], nil); status != 200 {
			t.Fatalf("request %d: got %d %v", i, status, got)
		}
	}
	status, got, h := limited(t, s, "GET", "/api/v10/users/@me", nil)
	if status != 429 || got["global"] != true || h.Get("X-RateLimit-Global") != "true" || h.Get("X-RateLimit-Scope") != "global" || h.Get("X-RateLimit-Bucket") != "" {
		t.Errorf("past the limit: got %d %v %v", status, got, h)
	}
	if status, got := raw(t, s, "POST", callbackPath(r), ack(AckMessage, say("a"))); status != 204 {
		t.Errorf("an interaction: got %d %v, want it exempt", status, got)
	}
	if status, got := raw(t, s, "PATCH", webhookPath(r)+"/messages/@original", say("b")); status != 200 {
		t.Errorf("its message: got %d %v, want it exempt", status, got)
	}
	clock.Turn(time.Second)
	if status, got, _ := limited(t, s, "GET", "/api/v10/users/@me", nil); status != 200 {
		t.Errorf("a second later: got %d %v", status, got)
	}
}

func TestInvalidRequestsEndInABan(t *testing.T) {
	clock := NewClock(0)
	s := New(t, WithClock(clock.Now), WithInvalidLimit(3), WithForbidden("777"))
	s.Expect("401")
	s.Expect("1015")
	s.Expect("User-Agent: \"Go-http-client/1.1\" is not")
	request(t, s, "GET", "/api/v10/users/@me", "Bot wrong", nil)
	limited(t, s, "PUT", "/api/v10/applications/"+ApplicationID+"/guilds/777/commands", []any{}) // 403
	clock.Turn(9 * time.Minute)
	if got := s.InvalidRequests(); got != 2 {
		t.Errorf("got %d, want the 401 and the 403", got)
	}
	s.Fail(RouteUser, 1, 429)
	limited(t, s, "GET", "/api/v10/users/@me", nil)
	res, err := http.Get(s.URL() + "/api/v10/gateway")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 429 || res.Header.Get("Content-Type") != "text/html" || res.Header.Get("Retry-After") != "61" {
		t.Errorf("once banned: got %d %v", res.StatusCode, res.Header)
	}
	clock.Turn(10 * time.Minute)
	if status, got, _ := limited(t, s, "GET", "/api/v10/users/@me", nil); status != 200 || s.InvalidRequests() != 0 {
		t.Errorf("ten minutes later: got %d %v", status, got)
	}
}
