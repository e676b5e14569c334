package answer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsdesk/index"
)

// events are reports, of which two tell of one fire.
func events(t testing.TB) *desk {
	t.Helper()
	return deskOf(t, collection(t,
		record{ID: "fire-wire", Title: "Fire destroys Grand Hotel in Port Amber", Source: "Wire", Published: "2025-11-20T08:00:00Z", URL: "https://wire.example/fire?utm_source=feed",
			Text: "A fire destroyed the Grand Hotel in Port Amber on Thursday night. Forty guests fled through the windows. Fire chief Olaf Brandt said a heater had burned."},
		record{ID: "fire-daily", Title: "Grand Hotel fire: forty guests flee in Port Amber", Source: "Daily", Published: "2025-11-20T12:00:00Z", URL: "https://daily.example/hotel",
			Text: "Forty guests of the Grand Hotel in Port Amber fled a fire on Thursday night. The hotel was destroyed. A heater had burned, fire chief Olaf Brandt told reporters."},
		record{ID: "fire-old", Title: "Fire destroys Grand Hotel in Port Amber", Source: "Wire", Published: "2024-11-20",
			Text: "A fire destroyed the Grand Hotel in Port Amber on Wednesday night. Sixty guests fled through the windows. Fire chief Olaf Brandt said a heater had burned."},
		record{ID: "football", Title: "Rovers beat Amber United in the cup", Source: "Daily", Published: "2025-11-20T20:00:00Z", URL: "https://daily.example/cup",
			Text: "Rovers won the cup on Thursday after extra time. Their keeper saved three penalties."},
		record{ID: "budget", Title: "Parliament passes the budget", Source: "Wire", Published: "2025-11-21", URL: "https://wire.example/budget",
			Text: "Parliament passed the budget with a majority of nine votes. Taxes on fuel rise in January."},
		record{ID: "otters", Title: "Otters return to the river", Source: "Nature Post", Published: "2025-11-18", URL: "https://nature.example/otters",
			Text: "Otters have returned to the river after sixty years. Biologists counted eleven of them."},
		record{ID: "undated", Title: "How a lamp is made", Source: "Nature Post", Text: "A lamp is made of glass and brass. It takes a week."},
	))
}

func storiesOf(l Latest) string {
	var stories []string
	for _, s := range l.Stories {
		var ids []string
		for _, c := range s.Articles {
			ids = append(ids, c.ArticleID)
		}
		stories = append(stories, strings.Join(ids, "+"))
	}
	return strings.Join(stories, " ")
}

func TestLatest(t *testing.T) {
	d := events(t)
	now := moment("2025-11-27")
	for _, tt := range []struct {
		name string
		q    LatestQuery
		want string
	}{
		{"all, newest first, reports of one event together, undated last", LatestQuery{Now: now}, "budget football fire-daily+fire-wire otters fire-old undated"},
		{"of one outlet", LatestQuery{Now: now, Source: "wire"}, "budget fire-wire fire-old"},
		{"since a day", LatestQuery{Now: now, Since: moment("2025-11-20")}, "budget football fire-daily+fire-wire"},
		{"as it was", LatestQuery{Now: moment("2025-11-19")}, "otters fire-old undated"},
		{"on a topic", LatestQuery{Now: now, Topic: "the hotel fire"}, "fire-daily+fire-wire fire-old"},
		{"on a topic, of one outlet, since a day", LatestQuery{Now: now, Topic: "hotel fire", Source: "Wire", Since: moment("2025-01-01")}, "fire-wire"},
		{"on a topic that one article has", LatestQuery{Now: now, Topic: "otters"}, "otters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := d.Latest(t.Context(), tt.q)
			if err != nil || storiesOf(l) != tt.want || l.Reason != "" {
				t.Errorf("got %q, reason %q and %v, want %q", storiesOf(l), l.Reason, err, tt.want)
			}
			for _, s := range l.Stories {
				for i, c := range s.Articles {
					d.checkCitation(t, Question{Text: tt.name, Now: tt.q.Now, From: tt.q.Since}, c, i+1)
				}
			}
		})
	}
}

func TestLatestFindsNothing(t *testing.T) {
	d := events(t)
	const covers = " The articles cover 20 Nov 2024 to 21 Nov 2025."
	now := moment("2025-11-27")
	for _, tt := range []struct {
		name string
		q    LatestQuery
		want string
	}{
		{"an unknown topic", LatestQuery{Now: now, Topic: "zzxyq\x1b  qqwert"}, "No article on 'zzxyq qqwert' published by 27 Nov 2025." + covers},
		{"a topic of other days", LatestQuery{Now: now, Topic: "otters", Since: moment("2025-11-20")}, "No article on 'otters' since 20 Nov 2025." + covers},
		{"a topic of other outlets", LatestQuery{Now: now, Topic: "otters", Source: "Daily"}, "No article on 'otters' of Daily." + covers},
		{"days without articles", LatestQuery{Now: now, Since: moment("2025-11-26")}, "No article since 26 Nov 2025." + covers},
		{"before the collection begins", LatestQuery{Now: moment("2020-01-01"), Source: "Wire"}, "No article of Wire. The articles begin on 20 Nov 2024, later than the question."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := d.Latest(t.Context(), tt.q)
			if err != nil || l.Stories == nil || len(l.Stories) > 0 || l.Reason != tt.want {
				t.Errorf("got %q, reason %q and %v\nwant the reason %q", storiesOf(l), l.Reason, err, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name string
		q    LatestQuery
		want error
	}{
		{"a day to come", LatestQuery{Now: now, Since: moment("2026-01-01")}, ErrFuture},
		{"a topic of stop-words", LatestQuery{Now: now, Topic: "who is it"}, ErrNoWords},
		{"a topic that is too long", LatestQuery{Now: now, Topic: strings.Repeat("otter ", 400)}, ErrTooLong},
	} {
		if l, err := d.Latest(t.Context(), tt.q); !errors.Is(err, tt.want) || l.Stories == nil {
			t.Errorf("%s: got %v and %v, want %v", tt.name, l.Stories, err, tt.want)
		}
	}
	var unknown *UnknownSource
	if _, err := d.Latest(t.Context(), LatestQuery{Now: now, Source: "Gazette"}); !errors.As(err, &unknown) {
		t.Errorf("an unknown outlet: got %v", err)
	}
}

func TestLatestIsBounded(t *testing.T) {
	var records []record
	for i := range 40 {
		records = append(records, record{ID: fmt.Sprint(i), Title: fmt.Sprintf("Thing%d", i), Published: "2025-11-20",
			Text: fmt.Sprintf("Alpha%d beta%d gamma%d delta%d.", i, i, i, i)})
	}
	l, err := deskOf(t, collection(t, records...)).Latest(t.Context(), LatestQuery{Now: theDay})
	if err != nil || len(l.Stories) != maxStories {
		t.Errorf("got %d stories and %v, want %d", len(l.Stories), err, maxStories)
	}
}

// TestStoriesOfTheSamples states what holds of any grouping.
func TestStoriesOfTheSamples(t *testing.T) {
	d := sampleDesk(t)
	l, err := d.Latest(t.Context(), LatestQuery{Now: theDay})
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for i, s := range l.Stories {
		head := s.Articles[0].Published
		if i > 0 && head.After(l.Stories[i-1].Articles[0].Published.Time) {
			t.Errorf("story %d is newer than the one before", i)
		}
		if !slices.IsSortedFunc(s.Articles, func(a, b Citation) int { return b.Published.Compare(a.Published.Time) }) {
			t.Errorf("story %d is not newest first", i)
		}
		for n, c := range s.Articles {
			if seen[c.ArticleID] || head.Sub(c.Published.Time) > 72*time.Hour {
				t.Errorf("%s stands twice, or in a story %v newer", c.ArticleID, head.Sub(c.Published.Time))
			}
			seen[c.ArticleID] = true
			d.checkCitation(t, Question{Text: "latest", Now: theDay}, c, n+1)
		}
	}
}

func TestFindArticle(t *testing.T) {
	d := events(t)
	now := moment("2025-11-27")
	for _, tt := range []struct{ name, what, want string }{
		{"its address", "https://daily.example/hotel", "fire-daily"},
		{"its address with what tracks readers", "HTTPS://Daily.Example:443/hotel?utm_medium=chat&fbclid=x#photos", "fire-daily"},
		{"its address without what tracks readers", "https://wire.example/fire", "fire-wire"},
		{"its title", "Otters return to the river", "otters"},
		{"words of its title", "rovers united CUP", "football"},
		{"its title with noise", "“Parliament passes the budget” – Wire?!", "budget"},
		{"most of its title and a word too many", "Otters return to the river today", "otters"},
		{"a title of more than a question's length", "Otters return to the river" + strings.Repeat(" ", 5000), "otters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := d.FindArticle(t.Context(), tt.what, now, nil); err != nil || got != tt.want {
				t.Errorf("got %q and %v, want %q", got, err, tt.want)
			}
		})
	}
	for _, tt := range []struct {
		name, what string
		want       error
	}{
		{"an address of nothing", "https://daily.example/nothing", index.ErrNoArticle},
		{"another scheme", "ftp://daily.example/hotel", index.ErrNoArticle},
		{"no address at all", "://", index.ErrNoArticle},
		{"words of no title", "volcano erupts on Monday", index.ErrNoArticle},
		{"words that stand in a text only", "heater burned windows Thursday", index.ErrNoArticle},
		{"stop-words", "who is it", ErrNoWords},
		{"nothing", " ", ErrEmpty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := d.FindArticle(t.Context(), tt.what, now, nil); !errors.Is(err, tt.want) {
				t.Errorf("got %q and %v, want %v", got, err, tt.want)
			}
		})
	}
}
