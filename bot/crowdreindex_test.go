package bot

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/data"
)

// rebuilder runs /reindex.
var rebuilder = discordtest.User{ID: "1200000000000009999", Permissions: discordtest.ManageGuild}

// rebuild has somebody run /reindex over and over until the crowd is done.
func (c *crowd) rebuild(guild string, over <-chan bool) {
	ended := func(o discordtest.Outcome) bool {
		return o.Original != nil && (strings.Contains(o.Text(), "up to date") || strings.Contains(o.Text(), "cancelled"))
	}
	for {
		run := c.r.d.Interact(c.r.ctx, discordtest.Interaction{Command: "reindex", User: rebuilder,
			Options: map[string]any{"full": true}, Place: discordtest.Place{GuildID: guild}})
		c.rebuilt++
		whole := make(chan bool)
		go func() {
			defer close(whole)
			if out, ok := run.Try(c.r.ctx, ended); !ok {
				c.t.Errorf("the reindex did not end: %q", out.Text())
			}
		}()
		select {
		case <-whole:
			continue
		case <-over:
		}
		out, ok := run.Try(c.r.ctx, func(o discordtest.Outcome) bool {
			return ended(o) || o.Original != nil && len(o.Original.Buttons()) > 0
		})
		if ok && !ended(out) {
			c.r.d.Press(c.r.ctx, discordtest.Press{MessageID: out.Original.ID, CustomID: out.Original.Buttons()[0].CustomID, User: rebuilder})
			c.rebuilt++ // it is counted too
		}
		<-whole
		return
	}
}

// multiplied gives the sample articles n times over, each copy at addresses of
// its own.
func multiplied(t testing.TB, n int) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(data.Sample(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(data.Sample(), name)
		for i := range n {
			changed := strings.ReplaceAll(string(raw), ".example/", fmt.Sprintf(".example/%d/", i))
			out[fmt.Sprintf("%d/%s", i, name)] = &fstest.MapFile{Data: []byte(changed), ModTime: askedAt}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCrowdBesideReindex(t *testing.T) {
	(&crowd{people: 4, questions: 60, copies: 5, slow: 10}).ask(t)
}

// BenchmarkAcknowledge tells the time from INTERACTION_CREATE to the
// acknowledgement for four people who ask again 100 ms after each answer, while
// /reindex full:true rebuilds an index of 8,000 articles over and over, and the
// same without:
//
//	go test ./bot -run '^$' -bench Acknowledge -benchtime 2000x
func BenchmarkAcknowledge(b *testing.B) {
	for name, copies := range map[string]int{"alone": 0, "reindex": 200} {
		b.Run(name, func(b *testing.B) {
			c := &crowd{people: 4, questions: b.N, copies: copies, pause: 100 * time.Millisecond}
			c.ask(b)
			c.report(b)
			b.ReportMetric(float64(c.rebuilt), "rebuilds")
		})
	}
}
