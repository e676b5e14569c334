package feed

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"newsdesk/article"
)

// Bounds of Options.Interval and MaxInterval.
const (
	MinInterval = 30 * time.Second
	MaxInterval = 24 * time.Hour
)

const (
	listEvery  = 15 * time.Second       // how often the list's file is looked at for changes
	checkEvery = 100 * time.Millisecond // how often Check looks whether it is done
)

// An Observer is told what a Gatherer does, for metrics, from several goroutines.
type Observer interface {
	Fetched(outcome string) // fetched, unchanged, failed, gone, limited, page or page_failed
	Gathered(change article.Change)
}

// Options say what a Gatherer works with.
type Options struct {
	List   string // file of the list of feeds
	State  string // folder of what is remembered of each; it belongs to one process
	Client *Client
	Sink   Sink

	// A feed is asked no more often than Interval, 5 minutes by default, and no
	// less often than MaxInterval, 6 hours by default, as long as it answers.
	Interval, MaxInterval time.Duration

	// Forgotten reports whether people want the article of an id or an address
	// gone for good: no page is fetched for it and nothing of it remembered. Nil
	// reports that of none.
	Forgotten func(id, address string) bool

	// AtOnce bounds the feeds that are asked at the same time; 8 by default.
	AtOnce int

	Log      *slog.Logger   // nil logs nothing
	Observer Observer       // may be nil
	Random   func() float64 // from 0 to 1, for jitter; nil is math/rand's
}

// A Gatherer asks feeds again and again and puts their articles into a Sink.
type Gatherer struct {
	o        Options
	log      *slog.Logger
	schedule schedule
	parsing  chan struct{} // bounds the documents in memory
	wake     chan struct{} // a poll ended

	mu       sync.Mutex
	tracks   []*track // in the list's order
	owners   map[string]string
	listSeen os.FileInfo
	listErr  string
	looked   time.Time
}

// A track is one feed of the list. Its state belongs to whoever set busy.
type track struct {
	feed   Feed
	state  *state
	status Status
	busy   bool
	gone   bool // from the list
}

// NewGatherer returns a Gatherer. Nothing is read or asked before Run or Poll.
func NewGatherer(o Options) (*Gatherer, error) {
	o.Interval, o.MaxInterval, o.AtOnce = cmp.Or(o.Interval, 5*time.Minute), cmp.Or(o.MaxInterval, 6*time.Hour), cmp.Or(o.AtOnce, 8)
	switch {
	case o.Client == nil:
		return nil, errors.New("a Gatherer needs a Client")
	case o.Interval < MinInterval || o.MaxInterval > MaxInterval || o.Interval > o.MaxInterval:
		return nil, fmt.Errorf("feeds are asked every %v to %v at the least and most: want between %v and %v", o.Interval, o.MaxInterval, MinInterval, MaxInterval)
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Forgotten == nil {
		o.Forgotten = func(string, string) bool { return false }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Gatherer{o: o, log: o.Log, schedule: schedule{o.Interval, o.MaxInterval, o.Random},
		parsing: make(chan struct{}, 2), wake: make(chan struct{}, 1), owners: make(map[string]string)}, nil
}

// Run gathers until ctx ends, heeding changes of the list. One feed never
// disturbs another; what is wrong with one stands in its Status. The error is
// that of a list that cannot be understood at the start; one that the disk cannot
// read is tried again.
func (g *Gatherer) Run(ctx context.Context) error {
	if err := g.reload(true); err != nil && !errors.Is(err, syscall.EIO) {
		return err
	}
	var polls sync.WaitGroup
	defer polls.Wait()
	for ctx.Err() == nil {
		if err := g.reload(false); err != nil {
			g.mu.Lock()
			news := g.listErr != err.Error()
			g.listErr = err.Error()
			g.mu.Unlock()
			if news {
				g.log.Error("the list of feeds cannot be read, so the last one stays", "err", err)
			}
		}
		next := g.start(ctx, &polls)
		t := time.NewTimer(max(min(time.Until(next), listEvery), 0))
		select {
		case <-ctx.Done():
		case <-g.wake:
		case <-t.C:
		}
		t.Stop()
	}
	return nil
}

// start begins the polls that are due and that there is room for, one for a
// host, and returns when it is to be called again at the latest.
func (g *Gatherer) start(ctx context.Context, polls *sync.WaitGroup) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, room := time.Now(), g.o.AtOnce
	next := now.Add(listEvery)
	busy := make(map[string]bool)
	var waiting []*track
	for _, t := range g.tracks {
		if t.busy {
			room--
			busy[hostOf(t.feed.URL)] = true
		} else {
			waiting = append(waiting, t)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *track) int { return a.status.NextTry.Compare(b.status.NextTry) })
	for _, t := range waiting {
		if t.status.NextTry.After(now) {
			if t.status.NextTry.Before(next) {
				next = t.status.NextTry
			}
			break
		}
		if host := hostOf(t.feed.URL); room > 0 && !busy[host] {
			busy[host] = true
			room--
			t.busy = true
			polls.Go(func() { g.run(ctx, t) })
		}
	}
	return next
}

// run polls one feed and notes what came of it.
func (g *Gatherer) run(ctx context.Context, t *track) {
	g.mu.Lock()
	f := t.feed
	g.mu.Unlock()
	g.poll(ctx, f, t.state)
	g.mu.Lock()
	gone := t.gone
	g.mu.Unlock()
	var err error
	if !gone {
		err = g.keep(t.state)
	}
	if err != nil {
		g.log.Error("what is known of a feed could not be kept; its articles are", "err", err)
	}
	g.mu.Lock()
	t.busy, t.status = false, t.state.status(t.feed)
	g.mu.Unlock()
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// keep writes the state of a feed, without what is to be forgotten. Another
// process may say that of an article while this one writes; whichever of the
// two looks last finds it.
func (g *Gatherer) keep(s *state) error {
	s.forget(g.o.Forgotten)
	for {
		if err := s.write(g.o.State); err != nil {
			return err
		}
		if links := s.forget(g.o.Forgotten); links == nil {
			return nil
		}
	}
}

// reload reads the list if its file has changed.
func (g *Gatherer) reload(now bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !now && time.Since(g.looked) < listEvery {
		return nil
	}
	g.looked = time.Now()
	info, err := os.Stat(g.o.List)
	if err == nil && g.listSeen != nil && info.ModTime().Equal(g.listSeen.ModTime()) && info.Size() == g.listSeen.Size() && os.SameFile(info, g.listSeen) {
		return nil
	}
	if err != nil {
		info = nil
		if g.listSeen == nil && !now {
			return nil
		}
	}
	list, err := ReadList(g.o.List)
	if err != nil {
		return err
	}
	g.listSeen, g.listErr = info, ""
	known := make(map[string]*track, len(g.tracks))
	for _, t := range g.tracks {
		known[t.feed.URL] = t
		t.gone = true
	}
	g.tracks = nil
	for _, f := range list.Feeds() {
		t := known[f.URL]
		if t == nil {
			s, err := readState(g.o.State, f.URL)
			if err != nil {
				g.log.Warn("what was known of a feed is lost, so it is asked as if it were new", "err", err)
			}
			s.believe(time.Now())
			t = &track{state: s}
			for _, e := range s.Items {
				if !e.None {
					g.owners[e.ID] = f.URL
				}
			}
		}
		t.feed, t.gone = f, false
		if !t.busy {
			t.status = t.state.status(f)
		} else {
			t.status.Feed = f
		}
		g.tracks = append(g.tracks, t)
	}
	for id, owner := range g.owners {
		if t := known[owner]; t != nil && t.gone {
			delete(g.owners, id)
		}
	}
	g.log.Info("list of feeds read", "file", g.o.List, "feeds", len(g.tracks))
	return nil
}

// Reload reads the list now, if its file has changed; Run does by itself before
// long.
func (g *Gatherer) Reload() error { return g.reload(true) }

// Status tells what became of each feed, in the list's order.
func (g *Gatherer) Status() []Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := make([]Status, 0, len(g.tracks))
	for _, t := range g.tracks {
		out = append(out, t.status)
	}
	return out
}

// own claims an article for a feed; the first that has it keeps it, so that
// an article in several feeds of an outlet is gathered once.
func (g *Gatherer) own(id, feedURL string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if owner, ok := g.owners[id]; ok && owner != feedURL {
		return false
	}
	g.owners[id] = feedURL
	return true
}

// Check has a feed of the list asked now, and tells how it fared. The error is
// ErrUnlisted, or that of ctx.
func (g *Gatherer) Check(ctx context.Context, url string) (Status, error) {
	asked := time.Now()
	for first := true; ; first = false {
		g.mu.Lock()
		i := slices.IndexFunc(g.tracks, func(t *track) bool { return t.feed.URL == url })
		if i < 0 {
			g.mu.Unlock()
			return Status{}, ErrUnlisted
		}
		t := g.tracks[i]
		if first && !t.busy {
			t.state.NextTry, t.status.NextTry = asked, asked
		}
		status, busy := t.status, t.busy
		g.mu.Unlock()
		if !busy && !status.LastTry.Before(asked) {
			return status, nil
		}
		select {
		case g.wake <- struct{}{}:
		default:
		}
		if err := sleep(ctx, checkEvery); err != nil {
			return status, err
		}
	}
}

// ErrUnlisted is returned when a feed is not in the list.
var ErrUnlisted = errors.New("no such feed is in the list")

// disown gives up an article that a feed claimed and could not make.
func (g *Gatherer) disown(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.owners, id)
}

// A Report is what one poll of one feed found.
type Report struct {
	Feed     Feed   // completed by what the feed says of itself
	Format   string // such as RSS
	URL      string // that answered
	Items    int
	Teasers  int               // items that do not hold the whole text
	Articles []article.Article // newest first; as they would be gathered
	Note     string            // what is worth mending
}

// Poll asks a feed once and tells what would be gathered. Nothing is kept, and
// of pages only those of the newest three articles are fetched.
func (g *Gatherer) Poll(ctx context.Context, f Feed) (Report, error) {
	u, err := parseAddress(f.URL)
	if err != nil {
		return Report{}, err
	}
	f.URL = u.String()
	var kept collector
	probe := &Gatherer{o: g.o, log: slog.New(slog.DiscardHandler), schedule: g.schedule, parsing: g.parsing, owners: make(map[string]string)}
	probe.o.Sink, probe.o.Observer = &kept, nil
	s := &state{Version: stateVersion, URL: f.URL, Items: make(map[string]*entry)}
	r := Report{Feed: f}
	ans, err := probe.ask(ctx, f, s)
	if err != nil {
		return r, err
	}
	if err := probe.take(ctx, f, s, ans, 3); err != nil {
		return r, err
	}
	r.Feed.Title, r.Feed.Site = cmp.Or(f.Title, ans.doc.title, hostOf(f.URL)), cmp.Or(f.Site, ans.doc.site)
	r.Format, r.URL, r.Items, r.Note = ans.doc.format, ans.url, len(ans.doc.items), s.Note
	if ans.permanent != "" {
		r.Note = strings.TrimPrefix(r.Note+"; it moved for good to "+redact(ans.permanent), "; ")
	}
	for i := range ans.doc.items {
		if _, _, teaser := ans.doc.items[i].text(); teaser {
			r.Teasers++
		}
	}
	r.Articles = kept.list
	slices.SortStableFunc(r.Articles, func(a, b article.Article) int { return b.Published.Compare(a.Published) })
	return r, nil
}

// collector is a Sink that holds what it is given.
type collector struct{ list []article.Article }

func (c *collector) Put(_ context.Context, a article.Article) (article.Change, error) {
	c.list = append(c.list, a)
	return article.Added, nil
}
