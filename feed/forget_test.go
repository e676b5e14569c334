package feed

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// statesHolding returns the files of a folder that hold a word, in any capitals.
func statesHolding(t *testing.T, dir, word string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(raw), []byte(word)) {
			names = append(names, f.Name())
		}
	}
	return names
}

// What people want forgotten leaves the states, and neither a process that
// remembers it nor the feed brings it back.
func TestForgotten(t *testing.T) {
	page := func(name, text string) string {
		return fmt.Sprintf(`<html><head><link rel="canonical" href="http://news.example/%s"></head><body><article><h1>%[1]s</h1><p>%s</p></article></body></html>`, name, text)
	}
	items := func(more ...string) string {
		return rssOf(append(more, newsItem("quagga-guid", "http://news.example/go?quagga=1", "Quagga seen", "A teaser."), newsItem("2", "http://news.example/otter", "Otter seen", "A teaser."))...)
	}
	s := &site{pages: map[string]string{"/feed": items(), "/go": page("quagga", body), "/otter": page("otter", body)}}
	atDesk(t, []Feed{{URL: feedURL, FullText: true}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Minute)
		if got := fmt.Sprint(d.shelf.took()); got != "[added Otter seen added Quagga seen]" {
			t.Fatalf("at first: %s", got)
		}
		id, states := d.shelf.titled("Quagga seen").ID, d.o.State
		if len(statesHolding(t, states, "quagga")) != 1 || len(statesHolding(t, states, id)) != 1 {
			t.Fatal("there is nothing to forget, so this shows nothing")
		}
		copied, err := os.ReadFile(stateFile(states, feedURL))
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"0123456789abcdef.json": string(copied), "aaaaaaaaaaaaaaaa.json": "{quagga", ".tmp-1": string(copied), "notes.json": "mine"} {
			if err := os.WriteFile(filepath.Join(states, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(filepath.Join(states, ".tmp-1"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}

		d.shelf.mu.Lock()
		d.shelf.gone = map[string]bool{id: true, "http://news.example/quagga": true}
		d.shelf.mu.Unlock()
		links, err := Forget(states, d.shelf.forgotten) // as another process does
		if err != nil || fmt.Sprint(links) != "[http://news.example/go?quagga=1]" {
			t.Errorf("got the links %v, %v", links, err)
		}
		if left := append(statesHolding(t, states, "quagga"), statesHolding(t, states, id)...); left != nil {
			t.Errorf("it is still in %v", left)
		}
		if raw, err := os.ReadFile(filepath.Join(states, "notes.json")); err != nil || string(raw) != "mine" {
			t.Errorf("a file that is none of ours: %q, %v", raw, err)
		}

		// The link is refused as well, as newsdesk forget does.
		d.shelf.mu.Lock()
		d.shelf.gone["http://news.example/go?quagga=1"] = true
		d.shelf.mu.Unlock()
		d.world.took()
		for i := range 3 {
			s.set("/feed", items(newsItem(fmt.Sprint("new", i), fmt.Sprintf("http://news.example/%d", i), "New one", body)))
			d.after(6 * time.Hour)
			if left := append(statesHolding(t, states, "quagga"), statesHolding(t, states, id)...); left != nil {
				t.Errorf("it is back in %v", left)
			}
		}
		if got := fmt.Sprint(d.shelf.took()); got != "[added New one added New one added New one]" {
			t.Errorf("put: %s", got)
		}
		if asked := fmt.Sprint(d.world.took()); strings.Contains(asked, "/go") || strings.Contains(asked, "/otter") {
			t.Errorf("asked for pages again: %s", asked)
		}
	})
}

func TestForgetWithoutStates(t *testing.T) {
	if links, err := Forget(filepath.Join(t.TempDir(), "none"), nil); links != nil || err != nil {
		t.Errorf("got %v, %v", links, err)
	}
}
