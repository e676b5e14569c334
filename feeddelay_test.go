package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

// A newsroom publishes in feeds that the built program gathers.
type newsroom struct {
	t    testing.TB
	site *httptest.Server
	bot  *discordtest.Server

	mu    sync.Mutex
	items []string // newest first
}

// openNewsroom starts a program that polls so many feeds, in turn those of the
// articles, every 30 seconds; the first article is out.
func openNewsroom(t testing.TB, ctx context.Context, feeds int) *newsroom {
	t.Helper()
	n := &newsroom{t: t, bot: discordtest.New(t)}
	n.site = httptest.NewServer(n)
	t.Cleanup(n.site.Close)
	n.publish(0)
	var list strings.Builder
	for i := range feeds {
		fmt.Fprintf(&list, `<outline text="Harbour %d" xmlUrl="%s/%d?of=%d"/>`, i, n.site.URL, i, feeds)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "feeds.opml"), []byte("<opml><body>"+list.String()+"</body></opml>"), 0o644); err != nil {
		t.Fatal(err)
	}
	serve(t, build(t), dir, n.bot, "FEEDS_ALLOW_HOSTS=127.0.0.1", "FEEDS_CONTACT=https://newsdesk.example", "FEEDS_INTERVAL=30s-30s",
		"RATE_PERSON=off", "RATE_SERVER=off", "OWNER_IDS="+admin.ID)
	n.bot.WaitReady(ctx)
	return n
}

var admin = discordtest.User{ID: "1200000000000000001", Name: "ada", Permissions: discordtest.ManageGuild}

// animal is a name that no other article has.
func animal(i int) string { return "Zorb" + string(rune('a'+i/26%26)) + string(rune('a'+i%26)) + "ok" }

func (n *newsroom) publish(i int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.items = slices.Insert(n.items, 0, fmt.Sprintf(`<item><guid>%d</guid><title>%s in town</title><link>/%[1]d.html</link><pubDate>%s</pubDate>
<description>The otter %[2]s was seen at pier %[1]d of Weirholm on that day. Volunteers of the harbour watched it for an hour.</description></item>`,
		i, animal(i), time.Now().UTC().Format(time.RFC1123)))
}

// ServeHTTP serves a feed of every so many-th article.
func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var own, of int
	if _, err := fmt.Sscanf(r.URL.RequestURI(), "/%d?of=%d", &own, &of); err != nil {
		http.NotFound(w, r)
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	fmt.Fprint(w, "<rss><channel><title>Harbour</title><link>/</link>")
	for i, item := range n.items {
		if (len(n.items)-1-i)%of == own {
			fmt.Fprint(w, item)
		}
	}
	fmt.Fprint(w, "</channel></rss>")
}

// answered asks on Discord until an article is cited.
func (n *newsroom) answered(ctx context.Context, i int, every time.Duration) {
	n.t.Helper()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		o, _ := n.bot.Interact(ctx, discordtest.Interaction{Command: "ask", User: discordtest.User{ID: fmt.Sprint(1200000000000000100 + i), Name: "ben"},
			Options: map[string]any{"question": fmt.Sprintf("Where was %s seen?", animal(i))}}).Try(ctx)
		if text := o.Text(); strings.Contains(text, fmt.Sprintf("%s was seen at pier %d of Weirholm", animal(i), i)) && strings.Contains(text, "[1]") {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			n.t.Errorf("article %d is never cited; the last answer: %s", i, o.Text())
			return
		}
	}
}

// What comes out in a feed is cited on Discord.
func TestFromFeedToAnswer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), testPatience)
	defer cancel()
	n := openNewsroom(t, ctx, 1)
	n.answered(ctx, 0, 20*time.Millisecond)
	n.publish(1)
	o := n.bot.Interact(ctx, discordtest.Interaction{Command: "feeds", User: admin, Options: map[string]any{"feed": n.site.URL + "/0?of=1", "action": "check"}}).Wait(ctx)
	wantText(t, o.Text(), "It answered well")
	n.answered(ctx, 1, 20*time.Millisecond)
}

// BenchmarkFromFeedToAnswer measures how long it takes from an article's
// coming out, at any time, in one of eight feeds that are polled every 30
// seconds, to the answer on Discord that cites it.
//
//	go test . -run '^$' -bench FromFeedToAnswer -benchtime 40x -timeout 30m
func BenchmarkFromFeedToAnswer(b *testing.B) {
	ctx, cancel := context.WithTimeout(b.Context(), 25*time.Minute)
	defer cancel()
	n := openNewsroom(b, ctx, 8)
	n.answered(ctx, 0, time.Second)
	var mu sync.Mutex
	var took []time.Duration
	var readers sync.WaitGroup
	for i := 1; b.Loop(); i++ {
		time.Sleep(rand.N(12 * time.Second))
		n.publish(i)
		out := time.Now()
		readers.Go(func() {
			n.answered(ctx, i, 500*time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(out))
		})
	}
	readers.Wait()
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "p50-s")
	b.ReportMetric(took[(len(took)*95+99)/100-1].Seconds(), "p95-s")
	b.ReportMetric(took[len(took)-1].Seconds(), "max-s")
	b.ReportMetric(0, "ns/op")
}
