package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsdesk/feed"
	"newsdesk/locale"
)

// list is feeds that do as they are told.
type list struct {
	feeds []feed.Status
	asked []string
}

func (f *list) Gathers() bool         { return true }
func (f *list) Status() []feed.Status { return slices.Clone(f.feeds) }

func (f *list) Add(_ context.Context, address string) (feed.Status, []string, error) {
	switch {
	case !strings.HasPrefix(address, "https://"):
		return feed.Status{}, nil, fmt.Errorf("add %s: %w", address, feed.ErrForbidden)
	case address == "https://bare.example/":
		return feed.Status{}, nil, feed.ErrNoFeed
	case address == "https://down.example/":
		return feed.Status{}, nil, &FeedTrouble{"500 Internal Server Error"}
	case address == "https://many.example/":
		return feed.Status{}, []string{"https://many.example/news", "https://many.example/sport"}, nil
	case slices.ContainsFunc(f.feeds, func(s feed.Status) bool { return s.URL == address }):
		return feed.Status{}, nil, ErrKnownFeed
	}
	s := feed.Status{Feed: feed.Feed{URL: address, Title: "Added"}, Health: feed.New}
	f.feeds = append(f.feeds, s)
	return s, nil, nil
}

func (f *list) Remove(_ context.Context, url string) error {
	n := len(f.feeds)
	f.feeds = slices.DeleteFunc(f.feeds, func(s feed.Status) bool { return s.URL == url })
	if len(f.feeds) == n {
		return feed.ErrUnlisted
	}
	return nil
}

func (f *list) Check(_ context.Context, url string) (feed.Status, error) {
	f.asked = append(f.asked, url)
	return findFeed(f.feeds, url)
}

func someFeeds() *list {
	at := moment("2025-11-27 11:00:00")
	return &list{feeds: []feed.Status{
		{Feed: feed.Feed{URL: "https://wire.example/feed", Title: "Wire", Site: "https://wire.example/"}, Health: feed.Fine,
			LastTry: at, LastSuccess: at, NextTry: at.Add(30 * time.Minute), Articles: 1204, Note: "moved to https://wire.example/rss"},
		{Feed: feed.Feed{URL: "https://slow.example/rss"}, Health: feed.Failing, LastTry: at, LastSuccess: at.Add(-26 * time.Hour),
			NextTry: at.Add(2 * time.Hour), Articles: 1, Failures: 3, Error: "no answer\nwithin 20 s"},
		{Feed: feed.Feed{URL: "https://gone.example/atom", Title: "Gone"}, Health: feed.Dead, LastTry: at, NextTry: at.AddDate(0, 0, 7), Failures: 40, Error: "410 Gone"},
		{Feed: feed.Feed{URL: "https://new.example/feed.json", Title: "New"}, Health: feed.New},
	}}
}

// TestFeeds shows all that /feeds replies, in each language.
func TestFeeds(t *testing.T) {
	var shown strings.Builder
	for _, l := range locale.All() {
		d := depsOf(t, someFiles())
		d.Feeds = someFeeds()
		for _, values := range []map[string]string{
			nil,
			{"feed": "wire"},
			{"feed": "https://gone.example/atom", "action": "check"},
			{"feed": "Wire", "action": "check"},
			{"feed": "https://many.example/", "action": "add"},
			{"feed": "https://fresh.example/rss", "action": "add"},
			{"feed": "https://slow.example/rss", "action": "remove"},
			{"action": "add"},
			{"feed": "https://slow.example/rss"},
			{"page": "2"},
		} {
			c, _ := Find(All(d), "feeds")
			r, err := c.Run(t.Context(), Call{Values: values, Now: d.Now(), Admin: true, Owner: true, Language: l})
			text := dump(r)
			if err != nil {
				var known bool
				if text, known = Explain(l, err); !known {
					t.Errorf("%v: %v", values, err)
				}
				text += "\n"
			}
			fmt.Fprintf(&shown, "== %s: %v\n%s\n", l.Code(), values, text)
		}
		d.Feeds = &list{}
		r, err := d.call(t.Context(), "feeds", true)
		if err != nil || len(r.Actions) != 1 || r.Actions[0].Asks != "feed" {
			t.Errorf("without feeds: got %s and %v", dump(r), err)
		}
	}
	golden(t, "feeds", shown.String())
}

func TestFeedsAreForAdmins(t *testing.T) {
	d := depsOf(t, someFiles())
	if _, err := d.call(t.Context(), "feeds", true); !errors.Is(err, errNoFeeds) {
		t.Errorf("where none are read: got %v", err)
	}
	feeds := someFeeds()
	d.Feeds = feeds
	if r, err := d.call(t.Context(), "feeds", false, "feed", "wire", "action", "remove"); !errors.Is(err, ErrNotAdmin) || len(r.Facts) > 0 || len(feeds.feeds) != 4 {
		t.Errorf("got %v, %v", r, err)
	}
	c, _ := Find(All(d), "feeds")
	suggest := c.Options[0].Suggest
	if got := suggest(t.Context(), "", Call{}); got != nil {
		t.Errorf("others are suggested %v", got)
	}
	if got := fmt.Sprint(suggest(t.Context(), "GONE", Call{Admin: true, Owner: true})); got != "[https://gone.example/atom]" {
		t.Errorf("got %v", got)
	}
}

func TestFeedErrors(t *testing.T) {
	d := depsOf(t, someFiles())
	d.Feeds = someFeeds()
	for address, want := range map[string]string{
		"http://127.0.0.1/feed":     "This address is not asked: give a public one that begins with http:// or https://.",
		"https://bare.example/":     "There is no feed at this address, and the page there names none.",
		"https://down.example/":     "The feed cannot be read: 500 Internal Server Error.",
		"https://wire.example/feed": "This feed is in the list already.",
	} {
		_, err := d.call(t.Context(), "feeds", true, "action", "add", "feed", address)
		if text, known := Explain(locale.English, err); !known || text != want {
			t.Errorf("%s: got %q, want %q", address, text, want)
		}
	}
	for _, action := range []string{"remove", "check", "list"} {
		if _, err := d.call(t.Context(), "feeds", true, "action", action, "feed", "nobody's"); action != "list" && !errors.Is(err, feed.ErrUnlisted) {
			t.Errorf("%s: got %v", action, err)
		}
	}
	for _, bad := range [][]string{{"page", "9"}, {"page", "x"}, {"action", "burn"}, {"action", "remove"}} {
		var option *BadOption
		if _, err := d.call(t.Context(), "feeds", true, bad...); !errors.As(err, &option) {
			t.Errorf("%v: got %v", bad, err)
		}
	}
}

func TestFeedsInPages(t *testing.T) {
	d := depsOf(t, someFiles())
	f := &list{}
	for i := range 19 {
		f.feeds = append(f.feeds, feed.Status{Feed: feed.Feed{URL: fmt.Sprintf("https://wire.example/%d", i)}, Health: feed.Fine})
	}
	f.feeds[18].Health, f.feeds[18].Error = feed.Dead, "410 Gone"
	d.Feeds = f
	r, err := d.call(t.Context(), "feeds", true)
	if err != nil || !strings.Contains(r.Facts[0].Value, "dead") || !strings.HasPrefix(r.Note, "Page 1 of 3; 19 feeds: 18 fine, 1 dead") {
		t.Errorf("got %s, %v", dump(r), err)
	}
	seen := len(r.Facts)
	for range 2 {
		r = d.doAs(t, true, action(t, r, "Next page"))
		seen += len(r.Facts)
	}
	if seen != 19 {
		t.Errorf("got %d feeds", seen)
	}
}

// doAs calls an action.
func (d Deps) doAs(t *testing.T, admin bool, a Action) Reply {
	t.Helper()
	c, _ := Find(All(d), a.Command)
	r, err := c.Run(t.Context(), Call{Values: a.Values, Now: d.Now(), Admin: admin, Owner: admin})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStatusTellsOfFeeds(t *testing.T) {
	d := depsOf(t, someFiles())
	d.Feeds = someFeeds()
	r, err := d.call(t.Context(), "status", false)
	if text := dump(r); err != nil || !strings.Contains(text, "fact: Feeds = 1 fine, 1 failing, 1 dead, 1 not asked yet\n") || strings.Contains(text, "gone") {
		t.Errorf("got %s, %v", text, err)
	}
	r, err = d.call(t.Context(), "status", true)
	if text := dump(r); err != nil || !strings.Contains(text, "line: Gone: dead\nline: https://slow.example/rss: failing\n") || action(t, r, "Feeds").Command != "feeds" {
		t.Errorf("for admins: got %s, %v", text, err)
	}
}
