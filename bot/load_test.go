package bot

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/data"
	"newsdesk/index"
)

var (
	loadFor    = flag.Duration("load", 4*time.Second, "how long TestLoad asks at twice the rate that can be sustained")
	loadCopies = flag.Int("load-copies", 5, "copies of the sample articles in the index of TestLoad")
)

// loadSlots is how many further articles come, change and go under load.
const loadSlots = 400

// A load is questions that come whether or not those before are answered, while
// the index is brought up to date without a pause and built anew now and then.
type load struct {
	t     *testing.T
	b     *Bot
	x     *index.Index
	dir   string // of the articles
	path  string // of the index
	texts []string

	asked, answered, shed atomic.Int64
	updates, rebuilds     int
	over                  chan struct{}
	underWay              sync.WaitGroup

	mu         sync.Mutex
	took, away []time.Duration // of what was answered, and of what was shed
}

func newLoad(t *testing.T) *load {
	l := &load{t: t, dir: t.TempDir(), path: filepath.Join(t.TempDir(), "index"), over: make(chan struct{})}
	if err := os.CopyFS(l.dir, multiplied(t, *loadCopies)); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(data.Questions()) {
		var q struct{ Question string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		l.texts = append(l.texts, q.Question)
	}
	var err error
	if l.x, err = index.Open(l.path, "test"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.x.Close() })
	c := index.Collection{Name: l.dir, FS: os.DirFS(l.dir)}
	if _, err := l.x.Update(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	l.x.LimitBuilds(max(1, runtime.GOMAXPROCS(0)/2)) // as serve does
	deps := commands.Deps{Index: l.x, Engine: answer.New(l.x), Collection: c, Version: "test", Started: askedAt, Now: func() time.Time { return askedAt }}
	l.b, err = New(Config{Token: "MTEw.x.y", Commands: commands.All(deps), Asked: deps.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l.b.waits.queue, l.b.waits.command = time.Hour, time.Hour // who gets a place is answered, however slow the machine
	return l
}

// ask has one person ask one question, and judges what became of it.
func (l *load) ask(n int) {
	j := job{kind: "slash", command: "ask", person: fmt.Sprint(n), guild: fmt.Sprint(n % 997), began: time.Now(),
		values: map[string]string{"question": l.texts[n%len(l.texts)]}}
	switch n % 10 {
	case 3:
		j.command, j.values = "latest", map[string]string{}
	case 5:
		j.command, j.values["page"] = "more", "1"
	case 7:
		j.command, j.values = "status", map[string]string{}
	}
	r := l.b.perform(l.t.Context(), j)
	took := time.Since(j.began)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case r.outcome == done:
		l.answered.Add(1)
		l.took = append(l.took, took)
	case r.outcome == flooded && strings.Contains(fmt.Sprint(r.reply.Lines), "Too much is being asked at once. Try again in"):
		l.shed.Add(1)
		l.away = append(l.away, took)
	default:
		l.t.Errorf("%s %v: %s, %v, %+v", j.command, j.values, r.outcome, r.err, r.reply)
	}
}

// change brings articles and takes them away, and indexes that, until all is over.
func (l *load) change() {
	c := index.Collection{Name: l.dir, FS: os.DirFS(l.dir)}
	rng := rand.New(rand.NewPCG(1, 1))
	for n := 1; ; n++ {
		select {
		case <-l.over:
			return
		default:
		}
		var names []string
		for range 1 + rng.IntN(5) {
			name := fmt.Sprintf("more-%d.md", rng.IntN(loadSlots))
			names = append(names, name)
			path := filepath.Join(l.dir, name)
			text := fmt.Sprintf("---\nid: %s\ntitle: Report %d\nsource: Wire\npublished: 2025-11-26\n---\nThe ferry to port %d leaves on Friday.\n", name, n, n)
			err := os.WriteFile(path, []byte(text), 0o644)
			if rng.IntN(3) == 0 {
				err = os.Remove(path)
			}
			if err != nil {
				l.t.Error(err)
			}
		}
		var err error
		if n%20 == 0 {
			l.rebuilds++
			_, err = l.x.Rebuild(l.t.Context(), c, nil)
		} else {
			l.updates++
			_, err = l.x.UpdateFiles(l.t.Context(), c, names)
		}
		if err != nil {
			l.t.Error(err)
			return
		}
	}
}

// sustained finds how many questions a second are answered where all places
// are taken and nobody waits.
func (l *load) sustained(within time.Duration) float64 {
	began, before := time.Now(), l.answered.Load()
	var people sync.WaitGroup
	for range maxAtOnce {
		people.Go(func() {
			for time.Since(began) < within {
				l.ask(int(l.asked.Add(1)))
			}
		})
	}
	people.Wait()
	return float64(l.answered.Load()-before) / time.Since(began).Seconds()
}

// flood asks so many questions a second for some time, and waits for their ends.
// At its beginning some are too many, however fast the machine: no place is free.
func (l *load) flood(rate float64, within time.Duration) {
	const tooMany = 20
	for range maxAtOnce {
		l.b.gate.slots <- struct{}{}
	}
	before := l.shed.Load()
	for range maxWaiting + tooMany {
		l.underWay.Go(func() { l.ask(int(l.asked.Add(1))) })
	}
	for l.shed.Load() < before+tooMany && !l.t.Failed() {
		time.Sleep(time.Millisecond)
	}
	for range maxAtOnce {
		<-l.b.gate.slots
	}
	began, n := time.Now(), 0
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for ; time.Since(began) < within; <-tick.C {
		for ; float64(n) < rate*time.Since(began).Seconds(); n++ {
			l.underWay.Go(func() { l.ask(int(l.asked.Add(1))) })
		}
	}
	l.underWay.Wait()
}

// A weight is what a process holds when nothing is asked.
type weight struct {
	goroutines, files int
	heap, anonymous   int // bytes; anonymous is resident memory
	onDisk, inFolder  int // bytes and files of the index
}

func (l *load) weigh() (w weight) {
	runtime.GC()
	runtime.GC() // the second takes what pools still held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.heap, w.goroutines = int(m.HeapAlloc), runtime.NumGoroutine()
	if entries, err := os.ReadDir("/proc/self/fd"); err == nil {
		w.files = len(entries)
	}
	raw, _ := os.ReadFile("/proc/self/status") // not there elsewhere
	if _, rest, ok := strings.Cut(string(raw), "RssAnon:"); ok {
		_, _ = fmt.Sscan(rest, &w.anonymous)
		w.anonymous <<= 10
	}
	err := filepath.WalkDir(l.path, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && d.IsDir() {
			return nil
		}
		w.inFolder++
		if info, err := d.Info(); err == nil {
			w.onDisk += int(info.Size())
		}
		return nil
	})
	if err != nil {
		l.t.Error(err)
	}
	return w
}

func (l *load) forget() (took, away []time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	took, away = l.took, l.away
	l.took, l.away = nil, nil
	return took, away
}

func quantile(times []time.Duration, part float64) time.Duration {
	slices.Sort(times)
	if len(times) == 0 {
		return 0
	}
	return times[int(part*float64(len(times)-1))].Round(100 * time.Microsecond)
}

// At twice the rate that can be sustained, beside updates and rebuilds, all are
// answered or told at once that too much is asked, and nothing grows:
//
//	go test ./bot -run 'TestLoad$' -v -load 1h -load-copies 50 -timeout 2h
func TestLoad(t *testing.T) {
	pieces := min(max(3, int(*loadFor/(2*time.Second))), 10)
	l := newLoad(t)
	var changing sync.WaitGroup
	changing.Go(l.change)
	piece := *loadFor / time.Duration(pieces)
	rate := l.sustained(cmp.Or(min(piece, 10*time.Second), time.Second))
	l.forget()
	t.Logf("%.0f questions a second are sustained; asking %.0f", rate, 2*rate)
	var all []weight
	for n := range pieces {
		l.flood(2*rate, piece)
		took, away := l.forget()
		w := l.weigh()
		all = append(all, w)
		if refused, answered := quantile(away, 0.5), quantile(took, 0.5); refused > answered/2 {
			t.Errorf("refusals took %v, answers, which wait for a place, only %v", refused, answered)
		}
		t.Logf("%2d: %6d answered, p50 %v p99 %v; %6d shed, p99 %v; %d goroutines, %d files open, heap %d MB, anonymous %d MB; index: %d files, %d MB",
			n+1, len(took), quantile(took, 0.5), quantile(took, 0.99), len(away), quantile(away, 0.99),
			w.goroutines, w.files, w.heap>>20, w.anonymous>>20, w.inFolder, w.onDisk>>20)
	}
	close(l.over)
	changing.Wait()
	t.Logf("%d asked, %d answered, %d shed; %d updates, %d rebuilds", l.asked.Load(), l.answered.Load(), l.shed.Load(), l.updates, l.rebuilds)
	if l.asked.Load() != l.answered.Load()+l.shed.Load() || l.shed.Load() == 0 || l.updates == 0 {
		t.Error("some questions met no end, or there was no load: this test shows little")
	}
	notGrown(t, all[1:])
}

// notGrown compares the better half of what was weighed early with that of the
// end: a build under way holds much for a while.
func notGrown(t *testing.T, all []weight) {
	t.Helper()
	for _, what := range []struct {
		name  string
		of    func(weight) int
		slack int
	}{
		{"goroutines", func(w weight) int { return w.goroutines }, 10},
		{"open files", func(w weight) int { return w.files }, 20},
		{"bytes of heap", func(w weight) int { return w.heap }, 16 << 20},
		{"bytes of anonymous memory", func(w weight) int { return w.anonymous }, 64 << 20},
		{"files of the index", func(w weight) int { return w.inFolder }, 60},
		{"bytes of the index", func(w weight) int { return w.onDisk }, 16 << 20},
	} {
		least := func(some []weight) int {
			v := what.of(some[0])
			for _, w := range some {
				v = min(v, what.of(w))
			}
			return v
		}
		early, late := least(all[:len(all)/2]), least(all[len(all)/2:])
		if late > early+early/4+what.slack {
			t.Errorf("%s grew from %d to %d", what.name, early, late)
		}
	}
}
