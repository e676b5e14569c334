package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPhraseInText(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		want         bool
	}{
		{"The state of the union is sound.", "state of the union", true},
		{"The state of a union is sound.", "state of the union", false},
		{"Taylor Swift’s tour", "taylor swift", true},
		{"A swift tailor", "taylor swift", false},
		{"a Covid-19 ward", "covid 19", true},
		{"two visits to Rome", "visit to Rome", false},
		{"so so so good", "so so good", true},
		{"the U.S. Senate", "US senate", true},
		{"Beyoncé sings", "BEYONCE SINGS", true},
		{"12,000 people", "12000 people", true},
		{"rate cuts", "rate", true},
		{"anything", "", false},
		{"", "anything", false},
		{"anything", "?!", false},
	} {
		if got := holds(tt.text, plainWords(tt.phrase)); got != tt.want {
			t.Errorf("%q in %q: got %v, want %v", tt.phrase, tt.text, got, tt.want)
		}
	}
}

// Among many passages that hold a phrase's words, those that hold the phrase
// are found wherever their score puts them.
func TestWording(t *testing.T) {
	var lines strings.Builder
	add := func(id, title, text string) {
		fmt.Fprintf(&lines, "{\"id\":%q,\"title\":%q,\"text\":%q}\n", id, title, text)
	}
	for i := range 300 {
		add(fmt.Sprintf("n%d", i), "Years", "Two years, years of two and last year: years and years, the last two.")
	}
	add("far", "Rivers", strings.Repeat("The river runs on and on. ", 20)+"In the last two years it ran dry.")
	add("title", "The Last Two Years", "Nothing else is told.")
	add("who", "Health", "As the WHO says, the last two years were hard.")
	add("band", "Music", "Fans heard who says what.")
	add("sum", "Pay", "O'Brien paid 1.5 million of it.")
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.jsonl": file(lines.String())}})
	for _, tt := range []struct {
		name         string
		terms        []Term
		holds, lacks []string
		limit        int
		want         string
	}{
		{"a phrase of common words", terms("years", "two"), []string{"the last two years"}, nil, 10, "far title who"},
		{"a phrase that no term finds", terms("badger"), []string{"last two years"}, nil, 10, "far title who"},
		{"a number with a point", terms("pay"), []string{"paid 1.5 million"}, nil, 10, "sum"},
		{"a name with an apostrophe", terms("pay"), []string{"O’Brien paid"}, nil, 10, "sum"},
		{"without a name with an apostrophe", terms("pay", "river"), nil, []string{"O'Brien"}, 10, "far"},
		{"in any capitals", terms("says"), []string{"who says"}, nil, 10, "band who"},
		{"two phrases", terms("years"), []string{"two years", "river runs"}, nil, 10, "far"},
		{"as written only", terms("years"), []string{"last two year"}, nil, 10, ""},
		{"stop-words only", terms("river"), []string{"on and on"}, nil, 10, "far"},
		{"without a word, in all its forms", terms("river", "health", "music"), nil, []string{"fan"}, 10, "far who"},
		{"without a phrase", terms("river", "health"), nil, []string{"who says"}, 10, "far"},
		{"with and without", terms("years"), []string{"last two years"}, []string{"river", "the WHO"}, 10, "title"},
		{"a limit", terms("years", "two"), []string{"last two years"}, nil, 1, "who"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := x.Search(t.Context(), Query{Terms: tt.terms, Holds: tt.holds, Lacks: tt.lacks, Limit: tt.limit})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range res.Hits {
				got = append(got, h.Article)
			}
			slices.Sort(got)
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
		})
	}
	if res, err := x.Search(t.Context(), Query{Terms: terms("years"), Limit: 1000}); err != nil || len(res.Hits) != 303 {
		t.Errorf("the search after: got %d passages and %v, want 303", len(res.Hits), err)
	}
}

// Where more passages hold a phrase and nothing else that is asked for than are
// wanted, those of the first articles count, however the index was made.
func TestWordingTies(t *testing.T) {
	files := fstest.MapFS{}
	x := open(t, t.TempDir())
	c := Collection{Name: "test", FS: files}
	for i := range 40 {
		id := fmt.Sprintf("a%02d", 99-i)
		files[fmt.Sprintf("f%02d.jsonl", i)] = file(record1(id, "The otter swims near the old bridge."))
		update(t, x, c)
	}
	res, err := x.Search(t.Context(), Query{Terms: terms("heron"), Holds: []string{"old bridge"}, Limit: 2})
	must(t, err)
	if len(res.Hits) != 2 || res.Hits[0].Article != "a60" || res.Hits[1].Article != "a61" {
		t.Errorf("got %+v", res.Hits)
	}
}
