package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"newsdesk/feed"
	"newsdesk/locale"
)

// Feeds are the feeds that articles are gathered from. What people can mend is
// told by errors that wrap one of package feed's or ErrKnownFeed, or by a
// *FeedTrouble.
type Feeds interface {
	// Gathers reports whether articles are gathered in this process; else only
	// the list is changed, for one that does.
	Gathers() bool

	// Status tells how the feeds fare, in the order of their list.
	Status() []feed.Status

	// Add adds the feed at an address, or the one of the site there. Where the
	// site has several it adds none and returns their addresses.
	Add(ctx context.Context, address string) (added feed.Status, choice []string, err error)

	// Remove takes a feed off the list. Its articles stay.
	Remove(ctx context.Context, url string) error

	// Check asks a feed now and tells how it fared.
	Check(ctx context.Context, url string) (feed.Status, error)
}

// ErrKnownFeed is wrapped where a feed is added that is there.
var ErrKnownFeed = errors.New("this feed is in the list already")

var errNoFeeds = errors.New("no feeds are read here")

// FeedTrouble is why a feed cannot be read, in words for whoever manages it.
type FeedTrouble struct{ Why string }

func (e *FeedTrouble) Error() string { return "read the feed: " + e.Why }

var feedActions = []Choice{{"Show", "list"}, {"Add", "add"}, {"Remove", "remove"}, {"Ask it now", "check"}}

// feeds shows the feeds and changes their list.
func feeds(d Deps) Command {
	return Command{
		Name:        "feeds",
		Description: "The feeds that articles come from, and how they fare",
		Admin:       true,
		Owner:       true,
		Private:     true,
		Anywhere:    true,
		Options: []Option{
			{Name: "feed", Description: "Its address or title; to add one, also the address of its site", MaxLength: 2048, Suggest: suggestFeed(d)},
			{Name: "action", Description: "What to do with it", MaxLength: 10, Choices: feedActions},
			{Name: "page", Description: "The page to show, from 1", Kind: Number},
		},
		run: func(ctx context.Context, call Call) (Reply, error) {
			if d.Feeds == nil {
				return Reply{}, errNoFeeds
			}
			what, action := strings.TrimSpace(call.Values["feed"]), call.Values["action"]
			switch {
			case action != "" && !isChoice(feedActions, action):
				return Reply{}, badChoice("action", action, feedActions)
			case what == "" && action != "" && action != "list":
				return Reply{}, &BadOption{Option: "feed", Value: what, Want: locale.Textf("the address of a feed")}
			case what == "":
				page, err := pageNumber(call.Values["page"])
				if err != nil {
					return Reply{}, err
				}
				return feedsReply(call.Language, d.Feeds.Status(), page)
			case action == "add":
				return d.addFeed(ctx, call, what)
			}
			return d.oneFeed(ctx, call.Language, what, action)
		},
	}
}

// addFeed adds the feed at an address. Where a site has several, one is to be
// chosen.
func (d Deps) addFeed(ctx context.Context, call Call, address string) (Reply, error) {
	l := call.Language
	s, choice, err := d.Feeds.Add(ctx, address)
	if err != nil {
		return Reply{}, err
	}
	if len(choice) == 0 {
		said := l.Say("Added. Its articles can be asked as soon as they are fetched.")
		if !d.Feeds.Gathers() {
			said = l.Say("Added. Its articles are fetched while newsdesk serve runs.")
		}
		r := feedReply(l, s, said)
		r.Tone = Good
		return r, nil
	}
	r := Reply{Title: l.Say("Which one?"), Tone: Doubtful, Lines: []Line{{Text: l.Say("There are several feeds. Add the one that you mean:")}}}
	for i, url := range choice[:min(feedPage, len(choice))] {
		n := strconv.Itoa(i + 1)
		r.Facts = append(r.Facts, Fact{Name: n, Value: url})
		r.Actions = append(r.Actions, Action{Label: l.Say("Add %s", n), Command: "feeds", Values: map[string]string{"feed": url, "action": "add"}})
	}
	return r, nil
}

// oneFeed shows a feed of the list, asks it or removes it.
func (d Deps) oneFeed(ctx context.Context, l locale.Language, what, action string) (Reply, error) {
	s, err := findFeed(d.Feeds.Status(), what)
	if err != nil {
		return Reply{}, err
	}
	switch action {
	case "remove":
		if err := d.Feeds.Remove(ctx, s.URL); err != nil {
			return Reply{}, err
		}
		return Reply{
			Tone: Good, Title: s.URL, Lines: []Line{{Text: l.Say("Removed. The articles that came from it stay.")}},
			Actions: []Action{feedAction(l.Say("Add again"), s.URL, "add"), {Label: l.Say("All feeds"), Command: "feeds"}},
		}, nil
	case "check":
		if s, err = d.Feeds.Check(ctx, s.URL); err != nil {
			return Reply{}, err
		}
		r := feedReply(l, s, l.Say("It answered well."))
		if r.Tone = Good; s.Error != "" {
			r = feedReply(l, s, l.Say("It did not answer well."))
		}
		return r, nil
	}
	return feedReply(l, s, ""), nil
}

// findFeed finds a feed by its address or title.
func findFeed(list []feed.Status, what string) (feed.Status, error) {
	for _, same := range []func(feed.Status) bool{
		func(s feed.Status) bool { return s.URL == what },
		func(s feed.Status) bool { return strings.EqualFold(s.Title, what) || strings.EqualFold(s.Site, what) },
	} {
		if i := slices.IndexFunc(list, same); i >= 0 {
			return list[i], nil
		}
	}
	return feed.Status{}, feed.ErrUnlisted
}

// feedAction offers to do something with a feed. The reply's title has to be
// its address: few addresses fit into a button.
func feedAction(label, url, action string) Action {
	return Action{Label: label, Command: "feeds", Values: map[string]string{"feed": url, "action": action}}
}

// feedReply shows one feed, behind a line about it.
func feedReply(l locale.Language, s feed.Status, said string) Reply {
	r := Reply{Title: s.URL, Actions: []Action{
		feedAction(l.Say("Ask it now"), s.URL, "check"), feedAction(l.Say("Remove"), s.URL, "remove"), {Label: l.Say("All feeds"), Command: "feeds"},
	}}
	if said != "" {
		r.Lines = []Line{{Text: said}}
	}
	if s.Health == feed.Failing || s.Health == feed.Dead {
		r.Tone = Doubtful
	}
	add := func(name, value string) {
		if value != "" {
			r.Facts = append(r.Facts, Fact{Name: name, Value: value})
		}
	}
	add(l.Say("Title"), s.Title)
	add(l.Say("Site"), s.Site)
	add(l.Say("Health"), HealthName(l, s.Health))
	add(l.Say("Last success"), Moment(l, s.LastSuccess))
	add(l.Say("Last try"), Moment(l, s.LastTry))
	add(l.Say("Next try"), Moment(l, s.NextTry))
	add(l.Say("Articles"), l.Say("%d", s.Articles))
	if s.Failures > 0 {
		add(l.Say("Failures in a row"), l.Say("%d", s.Failures))
	}
	add(l.Say("Error"), clip(oneLine(s.Error), 250))
	add(l.Say("Remark"), clip(oneLine(s.Note), 250))
	return r
}

// HealthName is what a feed's health is called.
func HealthName(l locale.Language, h feed.Health) string {
	switch h {
	case feed.Fine:
		return l.Say("fine")
	case feed.Failing:
		return l.Say("failing")
	case feed.Dead:
		return l.Say("dead")
	}
	return l.Say("not asked yet")
}

// FeedCounts says how many feeds there are of each health.
func FeedCounts(l locale.Language, list []feed.Status) string {
	n := map[feed.Health]int{}
	for _, s := range list {
		n[s.Health]++
	}
	var said []string
	add := func(count int, text string) {
		if count > 0 {
			said = append(said, text)
		}
	}
	add(n[feed.Fine], l.Say("%d fine", n[feed.Fine]))
	add(n[feed.Failing], l.Say("%d failing", n[feed.Failing]))
	add(n[feed.Dead], l.Say("%d dead", n[feed.Dead]))
	add(n[feed.New], l.Say("%d not asked yet", n[feed.New]))
	if len(said) == 0 {
		return l.Say("none")
	}
	return strings.Join(said, ", ")
}

// WorstFirst returns the feeds with those first that somebody has to look
// after: dead ones, then those that failed most often.
func WorstFirst(list []feed.Status) []feed.Status {
	rank := map[feed.Health]int{feed.Dead: 0, feed.Failing: 1, feed.New: 2, feed.Fine: 3}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b feed.Status) int {
		return cmp.Or(cmp.Compare(rank[a.Health], rank[b.Health]), cmp.Compare(b.Failures, a.Failures))
	})
	return list
}

// FeedName is what a feed is called: its title, else its address.
func FeedName(s feed.Status) string { return cmp.Or(s.Title, s.URL) }

// feedPage is how many feeds a page of /feeds shows.
const feedPage = 8

func feedsReply(l locale.Language, list []feed.Status, page int) (Reply, error) {
	r := Reply{Title: l.Say("Feeds")}
	add := Action{Label: l.Say("Add a feed"), Command: "feeds", Values: map[string]string{"action": "add"}, Asks: "feed"}
	if len(list) == 0 {
		r.Lines, r.Actions = []Line{{Text: l.Say("There are no feeds yet.")}}, []Action{add}
		return r, nil
	}
	pages := (len(list) + feedPage - 1) / feedPage
	if page > pages {
		return Reply{}, &BadOption{Option: "page", Value: strconv.Itoa(page), Want: locale.Textf("a number from 1 to %d", pages)}
	}
	list = WorstFirst(list)
	for _, s := range list[(page-1)*feedPage : min(len(list), page*feedPage)] {
		value := HealthName(l, s.Health) + ", " + l.Say("%d articles", s.Articles)
		if !s.LastSuccess.IsZero() {
			value += "; " + l.Say("last success %s", l.Time(s.LastSuccess))
		}
		if !s.NextTry.IsZero() {
			value += "; " + l.Say("next try %s", l.Time(s.NextTry))
		}
		if s.Error != "" {
			value += "; " + clip(oneLine(s.Error), 120)
		}
		r.Facts = append(r.Facts, Fact{Name: clip(FeedName(s), 100), Value: value})
	}
	turn := func(label string, to int) {
		r.Actions = append(r.Actions, Action{Label: label, Command: "feeds", Values: map[string]string{"page": strconv.Itoa(to)}})
	}
	if page > 1 {
		turn(l.Say("Previous page"), page-1)
	}
	if page < pages {
		turn(l.Say("Next page"), page+1)
	}
	r.Actions = append(r.Actions, add)
	r.Note = l.Say("%d feeds", len(list)) + ": " + FeedCounts(l, list)
	if pages > 1 {
		r.Note = l.Say("Page %d of %d", page, pages) + "; " + r.Note
	}
	return r, nil
}

// maxSuggested is how long an address may be for Discord to take it as a
// suggestion.
const maxSuggested = 100

// suggestFeed gives the feeds of which address or title hold what was typed.
func suggestFeed(d Deps) func(context.Context, string, Call) []string {
	return func(_ context.Context, typed string, call Call) []string {
		if d.Feeds == nil || !call.Owner {
			return nil
		}
		typed = strings.ToLower(strings.TrimSpace(typed))
		var list []string
		for _, s := range d.Feeds.Status() {
			if len(list) == MaxSuggestions || !strings.Contains(strings.ToLower(s.URL+" "+s.Title), typed) {
				continue
			}
			if len(s.URL) > maxSuggested && s.Title != "" {
				list = append(list, s.Title)
			} else {
				list = append(list, s.URL)
			}
		}
		return list
	}
}
