package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"newsdesk/article"
	"newsdesk/feed"

	"github.com/prometheus/client_golang/prometheus"
)

// parseInterval reads FEEDS_INTERVAL: the least time between two tries, and
// the most where it is given.
func parseInterval(s string) (least, most time.Duration, err error) {
	first, second, both := strings.Cut(s, "-")
	if least, err = time.ParseDuration(strings.TrimSpace(first)); err == nil && both {
		most, err = time.ParseDuration(strings.TrimSpace(second))
	} else if err == nil {
		most = max(6*time.Hour, least)
	}
	if err != nil || least < feed.MinInterval || most > feed.MaxInterval || least > most {
		return 0, 0, errors.New("want a time from 30s to 24h such as 5m, or two such as 30s-1h, the shorter first")
	}
	return least, most, nil
}

func checkInterval(value string) error {
	_, _, err := parseInterval(value)
	return err
}

func checkContact(value string) error {
	if !strings.ContainsAny(value, ".@") || strings.ContainsAny(value, " ()<>") {
		return errors.New("want a web or mail address, such as https://you.example or you@mail.example")
	}
	return nil
}

func checkAllowed(value string) error {
	return feed.CheckAllowed((settings{"": value}).list(""))
}

// feedClient returns the one client by which feeds and pages are fetched.
func (a *app) feedClient() (*feed.Client, error) {
	return feed.NewClient(feed.ClientOptions{Contact: a.settings["FEEDS_CONTACT"], Version: version, Allow: a.settings.list("FEEDS_ALLOW_HOSTS"), Pause: a.pause})
}

// gatherer returns one that gathers into a shelf; nil serves who only asks.
func (a *app) gatherer(client *feed.Client, shelf *shelf, observer feed.Observer, log *slog.Logger) (*feed.Gatherer, error) {
	least, most, err := parseInterval(a.settings["FEEDS_INTERVAL"])
	if err != nil {
		return nil, err
	}
	o := feed.Options{List: a.settings["FEEDS_FILE"], State: a.settings["FEEDS_STATE"], Client: client,
		Interval: least, MaxInterval: most, Log: log, Observer: observer}
	if shelf != nil {
		o.Sink, o.Forgotten = shelf, shelf.Forgotten
	}
	return feed.NewGatherer(o)
}

// feeds are the feeds of a process that serves.
type feeds struct {
	*feed.Gatherer
	client *feed.Client
	shelf  *shelf
	cancel context.CancelFunc
	done   chan struct{}

	fetched  *prometheus.CounterVec
	gathered *prometheus.CounterVec
	health   *prometheus.Desc
}

// startFeeds begins to gather what is in the list, now and as it changes.
// Where there are no articles yet, it waits for the first, since there is no
// index to answer from before.
func (a *app) startFeeds(log *slog.Logger) (*feeds, error) {
	listed, err := a.feedList()
	switch {
	case errors.Is(err, syscall.EIO): // questions are answered all the same
		log.Error("no feeds are gathered until their list can be read", "err", err)
	case err != nil:
		return nil, err
	}
	f := &feeds{done: make(chan struct{}), shelf: a.shelf(),
		fetched: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_feed_fetches_total", Help: "Requests for feeds and for articles' pages, by outcome.",
		}, []string{"outcome"}),
		gathered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "newsdesk_articles_gathered_total", Help: "Articles gathered from feeds, by what became of them.",
		}, []string{"change"}),
		health: prometheus.NewDesc("newsdesk_feeds", "Feeds in the list, by how they fare.", []string{"health"}, nil),
	}
	if len(listed) > 0 {
		if err := f.shelf.open(); err != nil {
			return nil, err
		}
		if a.settings["FEEDS_CONTACT"] == "" {
			log.Warn("FEEDS_CONTACT is not set: give your web or mail address, so that sites which are asked can reach you")
		}
	}
	if f.client, err = a.feedClient(); err != nil {
		return nil, misuse{err}
	}
	if f.Gatherer, err = a.gatherer(f.client, f.shelf, f, log); err != nil {
		return nil, misuse{err}
	}
	ctx, cancel := context.WithCancel(a.ctx)
	f.cancel = cancel
	go func() {
		defer close(f.done)
		if err := f.Run(ctx); err != nil {
			log.Error("no feeds are gathered", "err", err)
		}
	}()
	if len(listed) > 0 && isEmptyDir(f.shelf.dir) {
		log.Info("waiting for the first article of the feeds, since there is none yet to answer from", "dir", f.shelf.dir, "feeds", len(listed))
		select {
		case <-f.shelf.first:
		case <-a.ctx.Done():
			f.stop()
			return nil, context.Cause(a.ctx)
		}
	}
	return f, nil
}

// stop ends gathering; requests under way are broken off.
func (f *feeds) stop() {
	f.cancel()
	<-f.done
	f.client.Close()
}

// articlesDir is where gathered articles go.
func (a *app) articlesDir() string {
	if a.dataDir == "" {
		return localArticles
	}
	return a.dataDir
}

// isEmptyDir reports whether nothing that is seen stands in a folder.
func isEmptyDir(dir string) bool {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			return false
		}
	}
	return err == nil
}

// Fetched implements feed.Observer, as does the next.
func (f *feeds) Fetched(outcome string) { f.fetched.WithLabelValues(outcome).Inc() }

// Gathered counts an article.
func (f *feeds) Gathered(change article.Change) { f.gathered.WithLabelValues(string(change)).Inc() }

// Describe implements prometheus.Collector.
func (f *feeds) Describe(out chan<- *prometheus.Desc) {
	f.fetched.Describe(out)
	f.gathered.Describe(out)
	out <- f.health
}

// Collect implements prometheus.Collector.
func (f *feeds) Collect(out chan<- prometheus.Metric) {
	f.fetched.Collect(out)
	f.gathered.Collect(out)
	count := map[feed.Health]int{feed.New: 0, feed.Fine: 0, feed.Failing: 0, feed.Dead: 0}
	for _, s := range f.Status() {
		count[s.Health]++
	}
	for health, n := range count {
		out <- prometheus.MustNewConstMetric(f.health, prometheus.GaugeValue, float64(n), string(health))
	}
}
