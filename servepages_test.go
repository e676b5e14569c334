package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"newsdesk/bot/discordtest"
)

// The built program has pages where it is told under what address, and else
// none.
func TestServePages(t *testing.T) {
	program := build(t)
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	d := discordtest.New(t)
	cmd, log := serve(t, program, t.TempDir(), d, "HTTP_ADDR=127.0.0.1:0", "PUBLIC_URL=https://news.example/desk/")
	at := "http://" + address(t, ctx, log)
	status, home := get(t, at+"/")
	if status != http.StatusOK || !strings.Contains(home, `<link rel="stylesheet" href="/desk/style.css?v=`) {
		t.Errorf("/: got %d %s", status, home)
	}
	_, rest, found := strings.Cut(home, `dir="auto"><a href="/desk`)
	path, _, _ := strings.Cut(rest, `"`)
	if status, page := get(t, at+path+"?at=0-9"); !found || status != http.StatusOK || !strings.Contains(page, `<mark id="0-9">`) {
		t.Errorf("%s: got %d %s", path, status, page)
	}
	if status, page := get(t, at+"/a/nobody"); status != http.StatusNotFound || !strings.Contains(page, "There is no such article") {
		t.Errorf("got %d %s", status, page)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		if status, page := get(t, at+path); status != http.StatusOK || strings.Contains(page, "<html") {
			t.Errorf("%s: got %d %s", path, status, page)
		}
	}
	end(t, cmd)

	cmd, log = serve(t, program, t.TempDir(), d, "HTTP_ADDR=127.0.0.1:0")
	at = "http://" + address(t, ctx, log)
	for _, path := range []string{"/", "/a/nobody", "/style.css"} {
		if status, page := get(t, at+path); status != http.StatusNotFound || strings.Contains(page, "<html") {
			t.Errorf("without PUBLIC_URL, %s: got %d %s", path, status, page)
		}
	}
	end(t, cmd)
}
