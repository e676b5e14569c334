package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
	"newsdesk/data"
	"newsdesk/index"
)

// A crowd is people who all ask at once, each the next question as soon as the
// last is answered.
type crowd struct {
	people, questions int
	chaos             time.Duration // a connection to the gateway is broken so long after it is ready; 0 for never
	copies            int           // of the sample articles, in an index that is rebuilt all the while; 0 for one that is not
	pause             time.Duration // between an answer and a person's next question
	slow              int           // Discord's clock is so many times slower, for tests on busy machines; 0 for not

	t       testing.TB
	r       *rig
	witness *witness
	asked   atomic.Int64
	texts   []string

	quiet                   sync.RWMutex // held for reading while a question is asked
	mu                      sync.Mutex
	acks                    []time.Duration
	answered, shed, unheard int
	rebuilt                 int                  // times
	doubtful                []*discordtest.Reply // unheard as far as is known
	heap                    [2]uint64            // behind a fifth of the questions, and before the last
}

const (
	inAServer = 10 // people of a crowd
	// shortened is by what the bot's pauses are divided under chaos; Discord's
	// limits on IDENTIFY run ahead by what that leaves out.
	shortened = 1000
	// silence is the heartbeat where dead connections are among the chaos.
	silence = time.Second
)

// counts is an Observer of calls.
type counts struct {
	ignorant
	limited, finished atomic.Int64
}

func (c *counts) Limited(string)                         { c.limited.Add(1) }
func (c *counts) Answered(string, string, time.Duration) { c.finished.Add(1) }

// A fastClock runs ahead of the time by the pauses that are left out.
type fastClock struct{ ahead atomic.Int64 }

func (c *fastClock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *fastClock) sleep(ctx context.Context, d time.Duration) error {
	real := d / shortened
	err := sleep(ctx, real)
	c.ahead.Add(int64(d - real))
	return err
}

// ask has the crowd ask its questions of a bot with the real commands, and
// checks what became of each: acknowledged in time, which the fake insists on,
// and answered once, if only by being told that too much is asked.
func (c *crowd) ask(t testing.TB) {
	t.Helper()
	c.t, c.witness = t, &witness{heard: map[string]bool{}}
	var clock fastClock
	var guilds []string
	for n := range (c.people + inAServer - 1) / inAServer {
		guilds = append(guilds, fmt.Sprint(1300000000000000000+n))
	}
	began := time.Now()
	// Bodies are held to Discord's description elsewhere; that takes longer than
	// all that the bot does.
	options := []discordtest.Option{discordtest.WithSpec(""), discordtest.WithGuilds(guilds...), discordtest.WithMaxConcurrency(1), discordtest.WithIdentifyClock(clock.now),
		discordtest.WithClock(func() time.Time { return began.Add(time.Since(began) / time.Duration(max(1, c.slow))) })}
	if c.chaos >= silence {
		options = append(options, discordtest.WithHeartbeat(silence))
	}
	d := discordtest.New(t, options...)
	seen := &counts{}
	collection := index.Collection{Name: "sample", FS: data.Sample()}
	if c.copies > 0 {
		collection.FS = multiplied(t, c.copies)
	}
	c.r = newsRigOver(t, d, t.TempDir(), collection, c.witness.through(), withConfig(func(cfg *Config) {
		cfg.Now, cfg.Asked = clock.now, func() time.Time { return askedAt }
		cfg.Observer, cfg.Log = seen, slog.New(slog.DiscardHandler)
		cfg.Limits = Limits{AtOnce: 2}
		cfg.OwnerIDs = []string{rebuilder.ID}
	}), withBot(func(b *Bot) { b.sleep = clock.sleep })).run()
	for line := range strings.Lines(data.Questions()) {
		var q struct{ Question string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		c.texts = append(c.texts, q.Question)
	}
	d.WaitReady(c.r.ctx)
	before := runtime.NumGoroutine()
	over := make(chan bool)
	var breaking, asking sync.WaitGroup
	if c.chaos > 0 {
		breaking.Go(func() { c.breakThings(over) })
	}
	if c.copies > 0 {
		breaking.Go(func() { c.rebuild(guilds[0], over) })
	}
	for n := range c.people {
		asking.Go(func() { c.person(n, guilds[n/inAServer]) })
	}
	asking.Wait()
	close(over)
	breaking.Wait()
	c.hearAll()
	c.r.until("all is counted", func() bool { return int(seen.finished.Load()) >= c.answered+c.shed+c.rebuilt })
	if n := int(seen.limited.Load()); n != c.shed {
		t.Errorf("%d were told that too much is asked, and %d counted", c.shed, n)
	}
	if n := c.answered + c.shed + c.unheard; n != c.questions {
		t.Errorf("got %d ends of %d questions", n, c.questions)
	}
	if c.questions >= 1000 && c.copies == 0 && c.heap[1] > c.heap[0]+c.heap[0]/4+4<<20 {
		t.Errorf("the heap grew from %d to %d MB", c.heap[0]>>20, c.heap[1]>>20)
	}
	d.WaitReady(c.r.ctx)
	c.r.until("what the questions ran has ended", func() bool {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		return runtime.NumGoroutine() <= before+5
	})
}

// breakThings ends connections in every way that there is.
func (c *crowd) breakThings(over <-chan bool) {
	d := c.r.d
	ways := []func(){
		func() { d.Disconnect(0) }, func() { d.Disconnect(4000) }, func() { d.Disconnect(4009) }, d.Reconnect,
		func() { d.InvalidSession(false) }, func() { d.Linger(1001) },
	}
	if c.chaos >= silence {
		ways = append(ways, d.Silence, d.HalfOpen) // noticed after two heartbeats
	}
	for n := 0; ; n++ {
		for ready := false; !ready; ready = c.r.b.Ready() == nil {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
			}
		}
		select {
		case <-over:
			return
		case <-time.After(c.chaos):
		}
		ways[n%len(ways)]()
	}
}

// person asks until all questions are asked.
func (c *crowd) person(n int, guild string) {
	var last *discordtest.Reply
	defer func() { c.once(last) }()
	for {
		number := int(c.asked.Add(1)) - 1
		switch {
		case number >= c.questions:
			return
		case number == c.questions/5:
			c.weigh(0)
		case number == c.questions-1:
			c.weigh(1)
		}
		c.quiet.RLock()
		i := discordtest.Interaction{
			Command: "ask", Options: map[string]any{"question": c.texts[number%len(c.texts)]},
			User:  discordtest.User{ID: fmt.Sprint(1200000000000000000 + n)},
			Place: discordtest.Place{GuildID: guild, ChannelID: fmt.Sprint(1400000000000000000 + n)},
		}
		switch number % 10 {
		case 3:
			i.Command, i.Options = "latest", nil
		case 7:
			i.Command, i.Options = "status", nil
		}
		reply := c.r.d.Interact(c.r.ctx, i)
		c.judge(reply)
		c.once(last)
		last = reply
		c.quiet.RUnlock()
		if c.pause > 0 {
			time.Sleep(c.pause)
		}
	}
}

// final is met once a person sees the end of it.
func final(o discordtest.Outcome) bool { return finals(o) > 0 }

func finals(o discordtest.Outcome) int {
	n := 0
	for _, e := range o.Events {
		if e.Kind == "edit" || e.Kind == "follow-up" {
			n++
		}
	}
	return n
}

func tokenOf(r *discordtest.Reply) string {
	var in struct{ Token string }
	_ = json.Unmarshal(r.Payload, &in) // the fake wrote it
	return in.Token
}

// judge waits for the end of one question.
func (c *crowd) judge(reply *discordtest.Reply) {
	out, ok := c.try(reply, time.Second)
	if !ok && (c.chaos == 0 || c.witness.knows(tokenOf(reply))) {
		out, ok = c.try(reply, time.Minute)
		if !ok {
			c.t.Errorf("lost, though the bot got it: %s", reply.Payload)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		c.unheard++
		c.doubtful = append(c.doubtful, reply)
		return
	}
	c.acks = append(c.acks, out.Events[0].At.Sub(reply.Sent()))
	text := out.Text()
	switch {
	case strings.Contains(text, "Too much is being asked at once. Try again in"), strings.Contains(text, "are still being answered"):
		c.shed++
	case text == "" || strings.Contains(text, "went wrong"):
		c.t.Errorf("got the reply %q to %s", text, reply.Payload)
	default:
		c.answered++
	}
}

func (c *crowd) try(reply *discordtest.Reply, patience time.Duration) (discordtest.Outcome, bool) {
	ctx, cancel := context.WithTimeout(c.r.ctx, patience)
	defer cancel()
	return reply.Try(ctx, final)
}

// once checks that a question from a while ago got no second reply.
func (c *crowd) once(reply *discordtest.Reply) {
	if reply == nil {
		return
	}
	if n := finals(reply.Outcome()); n > 1 {
		c.t.Errorf("got %d replies to %s", n, reply.Payload)
	} else if n == 1 {
		reply.Forget()
	}
}

// hearAll looks again at what the bot seemed not to have got.
func (c *crowd) hearAll() {
	for _, reply := range c.doubtful {
		if c.witness.knows(tokenOf(reply)) {
			c.unheard--
			c.judge(reply)
		}
	}
}

// weigh notes how much memory is in use while nobody asks.
func (c *crowd) weigh(i int) {
	c.quiet.Lock()
	defer c.quiet.Unlock()
	runtime.GC()
	runtime.GC() // what was used during the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heap[i] = m.HeapAlloc
}

// report gives the figures of a crowd.
func (c *crowd) report(b *testing.B) {
	b.ReportMetric(float64(c.answered), "answered")
	b.ReportMetric(float64(c.shed), "shed")
	b.ReportMetric(float64(c.unheard), "undelivered")
	b.ReportMetric(float64(c.r.d.Sent(opIdentify)), "IDENTIFYs")
	b.ReportMetric(float64(c.heap[0])/(1<<20), "early-MB")
	b.ReportMetric(float64(c.heap[1])/(1<<20), "late-MB")
	reportTimes(b, c.acks)
}

// reportTimes gives the times to acknowledge.
func reportTimes(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	if len(times) == 0 {
		return
	}
	at := func(part float64) float64 {
		return float64(times[int(part*float64(len(times)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(at(1), "max-ms")
}

func TestCrowd(t *testing.T) {
	c := &crowd{people: 40, questions: 200, slow: 10}
	c.ask(t)
	if c.unheard != 0 {
		t.Errorf("%d did not reach the bot", c.unheard)
	}
}

func TestCrowdThroughChaos(t *testing.T) {
	(&crowd{people: 20, questions: 200, chaos: 50 * time.Millisecond, slow: 10}).ask(t)
}

// BenchmarkCrowd has 200 people ask at once, with and without a connection
// that breaks every second; 10,000 questions by
//
//	go test ./bot -run '^$' -bench Crowd -benchtime 10000x -timeout 1h
func BenchmarkCrowd(b *testing.B) {
	for name, chaos := range map[string]time.Duration{"calm": 0, "chaos": time.Second} {
		b.Run(name, func(b *testing.B) {
			c := &crowd{people: 200, questions: b.N, chaos: chaos}
			c.ask(b)
			c.report(b)
		})
	}
}
