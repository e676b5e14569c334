package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

const (
	maxFeedBytes = 10 << 20 // of a feed, unpacked; ten times what outlets send
	maxSitemaps  = 3        // of an index that are read
)

const acceptFeed = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// An answer is what asking a feed brought.
type answer struct {
	doc       *document // nil if nothing has changed
	url       string    // that answered
	permanent string
	etag      string
	modified  string
	digest    string
	age       time.Duration
}

// A statusError is an answer that is none.
type statusError struct {
	status int
	wait   time.Duration // that it asks for
	text   string
}

func (e *statusError) Error() string { return e.text }

// poll asks a feed once and takes what is new in it; s tells how it went.
func (g *Gatherer) poll(ctx context.Context, f Feed, s *state) {
	before := s.status(f).Health
	err := g.safely(func() error {
		ans, err := g.ask(ctx, f, s)
		if err != nil {
			return err
		}
		return g.accept(ctx, f, s, ans)
	})
	if ctx.Err() != nil {
		return // stopped, which is not the feed's fault; it is due again at the start
	}
	now := time.Now()
	s.LastTry = now
	if err == nil {
		if before == Failing || before == Dead {
			g.log.Info("feed answers again", "feed", f.URL)
		}
		return
	}
	s.Error = shorten(oneLineOf(err), 500)
	var sink *sinkError
	if errors.As(err, &sink) { // the feed has no part in it
		s.Failures, s.NextTry = 1, now.Add(g.schedule.jitter(g.schedule.min))
		g.log.Error("articles of a feed could not be kept; they are offered again", "feed", f.URL, "err", err, "next_try", s.NextTry.UTC().Format(time.RFC3339))
		return
	}
	var se *statusError
	gone, wanted, outcome := false, time.Duration(0), "failed"
	if errors.As(err, &se) {
		gone, wanted = se.status == http.StatusGone && s.Moved == "", se.wait
		switch se.status {
		case http.StatusGone:
			outcome = "gone"
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			outcome = "limited"
		}
	}
	s.Moved = "" // perhaps it is back where it was
	g.observe(outcome)
	switch died := g.schedule.afterFailure(s, now, wanted, gone); {
	case died:
		g.log.Error("feed is dead: it is tried once a week from now on; remove it from the list, or mend its address", "feed", f.URL, "title", f.Title,
			"failures", s.Failures, "since", s.FailingSince.UTC().Format(time.RFC3339), "err", s.Error)
	case before != Failing && before != Dead:
		g.log.Warn("feed fails", "feed", f.URL, "err", s.Error, "next_try", s.NextTry.UTC().Format(time.RFC3339))
	default:
		g.log.Debug("feed still fails", "feed", f.URL, "err", s.Error, "failures", s.Failures)
	}
}

// safely turns a panic, such as of a parser, into an error.
func (g *Gatherer) safely(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			g.log.Error("reading a feed panicked, which is a fault of newsdesk", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("reading it failed inside of newsdesk: %v", r)
		}
	}()
	return do()
}

// accept takes the items of a good answer, and sets when to ask again.
func (g *Gatherer) accept(ctx context.Context, f Feed, s *state, ans *answer) error {
	if ans.doc != nil {
		s.Note = ""
		if err := g.take(ctx, f, s, ans, maxPages); err != nil {
			return err
		}
		g.observe("fetched")
	} else {
		g.observe("unchanged")
	}
	now := time.Now()
	s.Failures, s.FailingSince, s.Dead, s.Error = 0, time.Time{}, false, ""
	s.LastSuccess = now
	s.ETag, s.LastModified, s.Validated = ans.etag, ans.modified, ans.url
	if s.Digest = ans.digest; s.Pending > 0 {
		s.Digest = ""
	}
	if ans.permanent != "" && ans.permanent != s.Moved {
		s.Moved = ans.permanent
		g.log.Info("feed moved for good, and is asked there from now on", "feed", f.URL, "to", redact(s.Moved))
	}
	if s.Moved != "" && !strings.Contains(s.Note, s.Moved) {
		s.Note = strings.TrimPrefix(s.Note+"; it moved for good to "+redact(s.Moved), "; ")
	}
	g.schedule.afterSuccess(s, now, ans.age)
	return nil
}

// ask fetches a feed, if it has changed, and reads it.
func (g *Gatherer) ask(ctx context.Context, f Feed, s *state) (*answer, error) {
	req := request{url: f.URL, accept: acceptFeed, limit: maxFeedBytes}
	if s.Moved != "" {
		req.url = s.Moved
	}
	if s.Pending == 0 {
		req.etag, req.modified, req.validated = s.ETag, s.LastModified, s.Validated
	}
	res, err := g.o.Client.get(ctx, req)
	if err != nil {
		return nil, err
	}
	ans := &answer{url: res.url, permanent: res.permanent, age: maxAge(res.header),
		etag: bounded(res.header.Get("ETag")), modified: bounded(res.header.Get("Last-Modified"))}
	if res.status == http.StatusNotModified && (req.etag != "" || req.modified != "") {
		// A 304 may leave out what has not changed.
		if ans.etag == "" {
			ans.etag = s.ETag
		}
		if ans.modified == "" {
			ans.modified = s.LastModified
		}
		ans.digest = s.Digest
		return ans, nil
	}
	if res.status < 200 || res.status > 299 || res.status == http.StatusNoContent {
		return nil, refusal(res)
	}
	sum := sha256.Sum256(res.body)
	if ans.digest = hex.EncodeToString(sum[:12]); ans.digest == s.Digest {
		return ans, nil // the same once more, whatever its validators say
	}
	if ans.doc, err = g.parse(ctx, res); err != nil {
		if !errors.Is(err, ErrNoFeed) {
			err = fmt.Errorf("a feed that cannot be read: %w", err)
		}
		return nil, fmt.Errorf("%s answered %d with %w", hostOf(res.url), res.status, err)
	}
	if ans.doc.format == "sitemap index" {
		ans.etag, ans.modified, ans.digest = "", "", ""
		if err := g.follow(ctx, ans.doc); err != nil {
			return nil, err
		}
	}
	ans.doc.keepNews(time.Now())
	s.Hints, s.Format = ans.doc.hints, ans.doc.format
	s.Title, s.Site = ans.doc.title, ans.doc.site
	return ans, nil
}

// bounded drops a validator that no server needs.
func bounded(validator string) string {
	if len(validator) > 1024 {
		return ""
	}
	return validator
}

// parse reads a document when there is room for it in memory.
func (g *Gatherer) parse(ctx context.Context, res *response) (*document, error) {
	select {
	case g.parsing <- struct{}{}:
		defer func() { <-g.parsing }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return parse(res.body, res.contentType(), res.url)
}

// follow reads the first sitemaps of an index into it.
func (g *Gatherer) follow(ctx context.Context, d *document) error {
	read := 0
	var last error
	for _, address := range d.sitemaps[:min(len(d.sitemaps), maxSitemaps)] {
		res, err := g.o.Client.get(ctx, request{url: address, accept: acceptFeed, limit: maxFeedBytes})
		if err == nil && (res.status < 200 || res.status > 299) {
			err = refusal(res)
		}
		var part *document
		if err == nil {
			part, err = g.parse(ctx, res)
		}
		if err != nil {
			last = fmt.Errorf("sitemap %s: %w", redact(address), err)
			continue
		}
		read++
		d.items = append(d.items, part.items...)
		d.title = firstOf(d.title, part.title)
	}
	if read == 0 && last != nil {
		return last
	}
	d.format = "news sitemap"
	d.takeNewest()
	return nil
}

// refusal words an answer that holds no feed.
func refusal(res *response) *statusError {
	e := &statusError{status: res.status, wait: retryAfter(res.header, time.Now())}
	host := hostOf(res.url)
	switch res.status {
	case http.StatusGone:
		e.text = fmt.Sprintf("%s answered 410: the feed is gone for good", host)
	case http.StatusNotFound:
		e.text = fmt.Sprintf("%s answered 404: there is nothing at this address", host)
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		e.text = fmt.Sprintf("%s answered %d: it does not let newsdesk read this", host, res.status)
	case http.StatusTooManyRequests:
		e.text = fmt.Sprintf("%s answered 429: it is asked too often", host)
	default:
		e.text = strings.TrimSpace(fmt.Sprintf("%s answered %d %s", host, res.status, strings.ToLower(http.StatusText(res.status))))
	}
	return e
}

// oneLineOf keeps an error to one line of a table.
func oneLineOf(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func (g *Gatherer) observe(outcome string) {
	if g.o.Observer != nil {
		g.o.Observer.Fetched(outcome)
	}
}
