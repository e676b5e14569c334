package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
)

// logs is a log that tests read while the bot writes it.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// lines returns the log's lines with that message.
func (l *logs) lines(t testing.TB, msg string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for raw := range strings.Lines(l.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(raw), &line); err != nil {
			t.Fatalf("log line %q: %v", raw, err)
		}
		if line["msg"] == msg {
			out = append(out, line)
		}
	}
	return out
}

// rig is a bot that runs against a Discord of its own.
type rig struct {
	t      testing.TB
	ctx    context.Context // ends before the test's patience does
	d      *discordtest.Server
	b      *Bot
	log    *logs
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // of Run, once ended

	mu    sync.Mutex
	slept []time.Duration
}

// setting changes a rig before it starts.
type setting func(*Config, *Bot)

func withConfig(f func(*Config)) setting {
	return func(c *Config, b *Bot) {
		if b == nil {
			f(c)
		}
	}
}

func withBot(f func(*Bot)) setting {
	return func(_ *Config, b *Bot) {
		if b != nil {
			f(b)
		}
	}
}

// newRig makes a bot that does not run yet. It never sleeps: the pauses it
// would make are noted.
func newRig(t testing.TB, d *discordtest.Server, cmds []commands.Command, settings ...setting) *rig {
	t.Helper()
	patience := 5 * time.Minute // a hundred times what tests take
	if _, long := t.(*testing.B); long {
		patience = 2 * time.Hour
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	r := &rig{t: t, ctx: ctx, d: d, log: &logs{}, ended: make(chan struct{})}
	cfg := Config{
		Token: d.Token(), API: d.URL(), Commands: cmds, Version: "test",
		Log: slog.New(slog.NewJSONHandler(r.log, nil)),
	}
	for _, s := range settings {
		s(&cfg, nil)
	}
	b, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	b.sleep = func(ctx context.Context, d time.Duration) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.slept = append(r.slept, d)
		return ctx.Err()
	}
	b.jitter = func() float64 { return 0 }
	for _, s := range settings {
		s(&cfg, b)
	}
	r.b = b
	return r
}

// run starts the bot. At the end of the test it has to stop in order, and must
// not have logged a token.
func (r *rig) run() *rig {
	ctx, cancel := context.WithCancel(r.ctx)
	r.cancel = cancel
	go func() {
		defer close(r.ended)
		r.err = r.b.Run(ctx)
	}()
	r.t.Cleanup(func() {
		cancel()
		<-r.ended
		for _, secret := range []string{r.b.cfg.Token, "aW50ZXJhY3Rpb246"} { // "interaction:" in base64 begins every token
			if strings.Contains(r.log.String(), secret) {
				r.t.Errorf("the log holds a token:\n%s", r.log)
			}
		}
	})
	return r
}

// wait returns what Run returned.
func (r *rig) wait() error {
	r.t.Helper()
	select {
	case <-r.ended:
		return r.err
	case <-r.ctx.Done():
		r.t.Fatalf("Run did not return; the log:\n%s", r.log)
		return nil
	}
}

func (r *rig) stop() error {
	r.t.Helper()
	r.cancel()
	return r.wait()
}

func (r *rig) pauses() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]time.Duration{}, r.slept...)
}

// ask uses /ask and waits for the answer.
func (r *rig) ask(question string, more ...func(*discordtest.Interaction)) discordtest.Outcome {
	r.t.Helper()
	i := discordtest.Interaction{Command: "ask", Options: map[string]any{"question": question}}
	for _, f := range more {
		f(&i)
	}
	return r.d.Interact(r.ctx, i).Wait(r.ctx)
}

// start runs a bot with the commands of testCommands.
func start(t *testing.T, settings ...setting) *rig {
	t.Helper()
	return newRig(t, discordtest.New(t), testCommands(), settings...).run()
}

// until waits for something that nothing tells of.
func (r *rig) until(what string, done func() bool) {
	r.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-r.ctx.Done():
			r.t.Fatalf("waited for it in vain that %s; the log:\n%s", what, r.log)
		}
	}
}

// tripper is a func between the bot and Discord.
type tripper func(*http.Request, http.RoundTripper) (*http.Response, error)

func (f tripper) through(next http.RoundTripper) setting {
	return withBot(func(b *Bot) {
		b.client.Transport.(*transport).next = roundTripper(func(r *http.Request) (*http.Response, error) { return f(r, next) })
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answered waits for the log line of the nth answer, which is written behind
// the answer itself.
func (r *rig) answered(n int) map[string]any {
	r.t.Helper()
	var lines []map[string]any
	r.until("an answer is logged", func() bool {
		lines = r.log.lines(r.t, "answered")
		return len(lines) >= n
	})
	return lines[n-1]
}

var errOdd = errors.New("disk /srv/secret is on fire")

// testCommands are commands of every kind that the bot treats differently.
func testCommands() []commands.Command {
	ask := commands.New("ask", "Ask the news a question", func(_ context.Context, c commands.Call) (commands.Reply, error) {
		switch c.Values["question"] {
		case "trouble":
			return commands.Reply{}, errOdd
		case "panic":
			panic("a bug")
		case "too late":
			return commands.Reply{}, context.DeadlineExceeded
		}
		return commands.Reply{
			Tone: commands.Good, Title: c.Values["question"], Private: c.Values["private"] == "true",
			Lines: []commands.Line{{Text: "It opened on Friday.", Cites: []int{1}}},
			Items: []commands.Item{{
				N: 1, Title: "The bridge is open", Source: "Harbour Post", Quote: "It opened on Friday.",
				Marks: []article.Span{{Start: 3, End: 9}}, Link: "https://harbour.example/bridge",
				Published: time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC),
			}},
			Actions: []commands.Action{
				{Label: "Page 2", Command: "page", Values: map[string]string{"page": "2"}},
				{Label: "Rebuild", Command: "reindex"},
				{Label: "Help", Command: "help"},
				{Label: "Trouble", Command: "ask", Values: map[string]string{"question": "trouble"}},
				{Label: "Old", Command: "page", Values: map[string]string{"page": "0"}},
			},
		}, nil
	})
	ask.Options = []commands.Option{
		{Name: "question", Description: "What you want to know", Required: true, MaxLength: 2000},
		{Name: "private", Description: "Show the answer only to you", Kind: commands.Flag},
	}
	page := commands.New("page", "A page of a text", func(_ context.Context, c commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "Page " + c.Values["page"]}, nil
	})
	page.Options = []commands.Option{{Name: "page", Description: "The page to show", Kind: commands.Number}}
	reindex := commands.New("reindex", "Bring the index up to date", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "The index is up to date"}, nil
	})
	reindex.Admin = true
	help := commands.New("help", "What can be asked", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "What can be asked"}, nil
	})
	help.Private = true
	surprise := commands.New("surprise", "A reply that turns out to be private", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "Psst", Private: true}, nil
	})
	return []commands.Command{ask, page, reindex, help, surprise}
}

// one is a command of that name that does what run does.
func one(name string, run func(context.Context, commands.Call) (commands.Reply, error)) []commands.Command {
	return []commands.Command{commands.New(name, "A command", run)}
}

func contains(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("got %q, want it to contain %q", text, part)
	}
}

func readCloser(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
