package feed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
)

const (
	maxPageBytes = 6 << 20 // of a page, unpacked
	maxPages     = 60      // that one poll fetches; the rest waits for the next
	maxPageTries = 3       // until the teaser has to do
)

// A taking is one feed's items on their way into the sink.
type taking struct {
	*Gatherer
	feed  Feed
	state *state
	doc   *document
	now   time.Time
	pages int // that may still be fetched

	byLink  map[string]string // keys of remembered items by canonical link
	links   map[string]int    // how many items of the document have it
	present map[string]bool   // keys in the document

	added, edited, unread, noText, pending int
	pageErr                                error // the first
}

// take puts what is new or changed in a document into the sink, oldest first.
// The error is that of the sink.
func (g *Gatherer) take(ctx context.Context, f Feed, s *state, ans *answer, pages int) error {
	t := &taking{Gatherer: g, feed: f, state: s, doc: ans.doc, now: time.Now(), pages: pages,
		byLink: make(map[string]string), links: make(map[string]int), present: make(map[string]bool)}
	readings := t.readings()
	for key, e := range s.Items {
		if e.Link != "" {
			t.byLink[e.Link] = key
		}
	}
	var err error
	for i := len(readings) - 1; i >= 0; i-- {
		if err = t.one(ctx, readings[i]); err != nil {
			t.pending += i + 1
			break
		}
	}
	s.Pending = t.pending
	s.prune()
	t.note()
	if t.added+t.edited > 0 {
		g.log.Info("articles gathered", "feed", f.URL, "added", t.added, "edited", t.edited)
	}
	return err
}

// readings reads the document's items, each once, under keys that tell them
// apart: some feeds give all items the same guid, or all the same link.
func (t *taking) readings() []reading {
	var out []reading
	guids := make(map[string]map[string]bool) // links by guid
	for i := range t.doc.items {
		r := t.doc.items[i].read(t.feed, t.doc)
		if r.article.Title+r.article.Text == "" {
			continue
		}
		if guids[r.key] == nil {
			guids[r.key] = make(map[string]bool)
		}
		link := article.CanonicalURL(r.article.URL)
		if guids[r.key][link] {
			continue // the same once more
		}
		guids[r.key][link] = true
		if link != "" {
			t.links[link]++
		}
		out = append(out, r)
	}
	seen := make(map[string]bool)
	for i := range out {
		r := &out[i]
		if link := article.CanonicalURL(r.article.URL); len(guids[r.key]) > 1 {
			if t.links[link] == 1 {
				r.key = link
			} else {
				r.key = "t" + fingerprint(r.article.Title)
			}
		}
		t.present[r.key] = true
	}
	return slices.DeleteFunc(out, func(r reading) bool { was := seen[r.key]; seen[r.key] = true; return was })
}

// one takes one item.
func (t *taking) one(ctx context.Context, r reading) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	link := article.CanonicalURL(r.article.URL)
	if t.links[link] > 1 {
		link = "" // the front page, or the like
	}
	e, fresh := t.remembered(r, link)
	e.LastSeen = t.now
	a := &r.article
	published := clamp(a.Published, e.FirstSeen)
	if !e.Published.IsZero() && (!r.dated || !published.Equal(a.Published)) {
		// A date of updating, or one to come, such as that of asking, tells when
		// it was published only the first time.
		published = e.Published
	}
	e.Published, a.Published = published, published
	if r.digest = fingerprint(r.digest, article.FormatDate(published)); e.Digest == r.digest {
		return nil
	}
	if t.o.Forgotten(e.ID, a.URL) {
		delete(t.state.Items, r.key)
		return nil
	}
	a.Updated, a.FirstSeen = clamp(a.Updated, t.now), e.FirstSeen
	if e.None = !t.own(e.ID, t.feed.URL); e.None {
		return t.done(e, r, link, fresh)
	}
	final := true
	if r.teaser && t.feed.FullText && a.URL != "" {
		final = t.fullText(ctx, &r, e, fresh)
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.None {
			return t.done(e, r, link, fresh)
		}
	}
	if strings.TrimSpace(a.Text) == "" {
		if !final {
			t.pending++
			return nil
		}
		t.noText++
		t.disown(e.ID) // another feed may have its text
		e.None = true
		return t.done(e, r, link, fresh)
	}
	a.ID = e.ID
	change, err := t.o.Sink.Put(ctx, *a)
	if err != nil {
		return &sinkError{err}
	}
	t.count(change)
	if change == article.Forgotten {
		t.disown(e.ID)
		delete(t.state.Items, r.key)
		return nil
	}
	if !final {
		t.pending++
		t.state.Items[r.key].Link = link
		return nil
	}
	return t.done(e, r, link, fresh)
}

// remembered finds an item by its key, else by its link, so that an article
// stays the same one when its link or title changes and when its guid does.
func (t *taking) remembered(r reading, link string) (e *entry, fresh bool) {
	s := t.state
	if e := s.Items[r.key]; e != nil {
		return e, e.Digest == "" && e.Tries == 0
	}
	if old, ok := t.byLink[link]; ok && link != "" {
		if e := s.Items[old]; e != nil {
			if !t.present[old] {
				delete(s.Items, old)
			}
			s.Items[r.key] = e
			return e, false
		}
	}
	e = &entry{ID: idOf(t.feed, link, r.key), FirstSeen: t.now}
	s.Items[r.key] = e
	return e, true
}

// done notes that an item needs nothing more.
func (t *taking) done(e *entry, r reading, link string, fresh bool) error {
	if e.Digest == "" && fresh || e.Tries > 0 && e.Digest == "" {
		t.state.came(r.article.Published, e.FirstSeen)
	}
	e.Digest, e.Link, e.Tries = r.digest, link, 0
	return nil
}

// A sinkError says that an article is not kept.
type sinkError struct{ error }

const notKept = "its articles cannot be kept"

func (e *sinkError) Error() string { return notKept + ": " + e.error.Error() }
func (e *sinkError) Unwrap() error { return e.error }

func (t *taking) count(change article.Change) {
	switch change {
	case article.Added:
		t.added++
		t.state.Articles++
	case article.Edited:
		t.edited++
	}
	if t.o.Observer != nil {
		t.o.Observer.Gathered(change)
	}
}

// note tells operators what is worth mending.
func (t *taking) note() {
	var notes []string
	if t.doc.dropped > 0 {
		notes = append(notes, fmt.Sprintf("it holds %d items, of which the newest %d are taken", t.doc.dropped+len(t.doc.items), len(t.doc.items)))
	}
	if t.noText > 0 && !t.feed.FullText {
		notes = append(notes, fmt.Sprintf("%d items have no text; add the feed anew with --full-text to fetch their pages", t.noText))
	} else if t.noText > 0 {
		notes = append(notes, fmt.Sprintf("%d items have no text, nor have their pages", t.noText))
	}
	if t.unread > 0 {
		notes = append(notes, fmt.Sprintf("%d pages could not be used, the first: %s", t.unread, oneLineOf(t.pageErr)))
	}
	t.state.Note = shorten(strings.Join(notes, "; "), 500)
}

// fullText completes an item by its page. It reports whether that is settled;
// if not, the page is worth another try.
func (t *taking) fullText(ctx context.Context, r *reading, e *entry, fresh bool) (final bool) {
	if t.pages <= 0 {
		return false
	}
	t.pages--
	page, err := t.page(ctx, r.article.URL)
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		t.observe("page_failed")
		t.unread++
		if t.pageErr == nil {
			t.pageErr = err
		}
		var again *laterError
		if !errors.As(err, &again) {
			return true
		}
		if again.limited {
			t.pages = 0 // the host has had enough for now
		}
		e.Tries++
		return e.Tries >= maxPageTries
	}
	t.observe("page")
	t.complete(r, e, page.Article, fresh)
	return true
}

// A laterError is a failure that may pass.
type laterError struct {
	error
	limited bool
}

func (e *laterError) Unwrap() error { return e.error }

// page fetches and reads the page of an article, if its site lets robots.
func (t *taking) page(ctx context.Context, address string) (article.Page, error) {
	res, err := t.o.Client.get(ctx, request{url: address, accept: "text/html, application/xhtml+xml;q=0.9", limit: maxPageBytes, robots: true})
	switch {
	case errors.Is(err, ErrForbidden), errors.Is(err, errTooBig), errors.Is(err, ErrRobots) && !strings.Contains(err.Error(), "at the moment"):
		return article.Page{}, err
	case err != nil:
		return article.Page{}, &laterError{error: err}
	case res.status == 429 || res.status >= 500:
		return article.Page{}, &laterError{refusal(res), res.status == 429 || res.status == 503}
	case res.status < 200 || res.status > 299:
		return article.Page{}, refusal(res)
	}
	if ct := strings.ToLower(res.contentType()); ct != "" && !strings.Contains(ct, "html") {
		return article.Page{}, fmt.Errorf("%s is no web page but %s", redact(res.url), shorten(ct, 60))
	}
	if res.hops > 0 && isFrontPage(res.url) {
		return article.Page{}, fmt.Errorf("%s leads to the front page", redact(address))
	}
	page, err := article.ParsePage(res.body, res.contentType(), res.url)
	if err == nil && page.Paywalled {
		err = fmt.Errorf("%s is behind a paywall", redact(address))
	}
	return page, err
}

// complete takes from the page what the feed does not tell, and its text if
// there is more of it.
func (t *taking) complete(r *reading, e *entry, page article.Article, fresh bool) {
	a := &r.article
	if len(page.Text) > len(a.Text) {
		a.Text, a.Headings = page.Text, page.Headings
	}
	if a.Published.IsZero() || article.DayOnly(a.Published) && sameDay(a.Published, page.Published) {
		a.Published = clamp(page.Published, e.FirstSeen)
	}
	if a.Updated.IsZero() {
		a.Updated = clamp(page.Updated, t.now)
	}
	if len(a.Authors) == 0 {
		a.Authors = page.Authors
	}
	a.Title, a.Section, a.Language, a.Image = firstOf(a.Title, page.Title), firstOf(a.Section, page.Section), firstOf(a.Language, page.Language), firstOf(a.Image, page.Image)
	// A page may say only of its own site which of its addresses counts.
	if canonical := article.CanonicalURL(page.URL); canonical != "" && hostOf(canonical) == hostOf(a.URL) {
		id := idOf(t.feed, canonical, "")
		switch {
		case id == e.ID:
			a.URL = page.URL
		case fresh && !isFrontPage(canonical) && !t.hasID(id):
			// Not where it is the address of another item: then all pages of
			// the site name the same one.
			e.ID, e.None, a.URL = id, !t.own(id, t.feed.URL), page.URL
		}
	}
}

func (t *taking) hasID(id string) bool {
	for _, e := range t.state.Items {
		if e.ID == id {
			return true
		}
	}
	return false
}

func isFrontPage(address string) bool {
	u, err := url.Parse(address)
	return err != nil || (u.Path == "" || u.Path == "/") && u.RawQuery == ""
}

func sameDay(a, b time.Time) bool {
	return !b.IsZero() && a.UTC().YearDay() == b.UTC().YearDay() && a.UTC().Year() == b.UTC().Year()
}
