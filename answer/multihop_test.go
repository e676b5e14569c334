package answer

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The queries of the multihop set name outlets and dates. What each names is
// labelled here by rules of their own, that share nothing with the package:
// a list of the outlets that the set speaks of, and patterns for its dates.
// The labels were read over by eye.

// labelOutlets are the outlets of the set, the longer before those that begin
// like them.
var labelOutlets = []string{
	"Cnbc | World Business News Leader", "The Independent - Life and Style", "The Independent - Travel", "The Roar | Sports Writers Blog", "The Roar",
	"BBC News - Entertainment & Arts", "BBC News", "BBC",
	"FOX News - Entertainment", "FOX News - Lifestyle", "FOX News - Health",
	"Business Today | Latest Stock Market And Economy News India", "Globes English | Israel Business Arena",
	"Live Science: The Most Interesting Articles", "Music Business Worldwide", "Advanced Science News", "Online News Association",
	"The Sydney Morning Herald", "The New York Times", "New York Times", "The Wall Street Journal", "Wall Street Journal",
	"The Washington Post", "The Economic Times", "The Times of India", "The Hindustan Times", "Hindustan Times", "The Hindu",
	"The Guardian", "The Verge", "The Age", "The Times", "Hacker News", "Sporting News", "Sport Grill", "Essentially Sports",
	"Revyuh Media", "Business Standard", "Business Line", "Business World", "CBSSports.com", "TechCrunch", "Engadget", "Polygon",
	"Yardbarker", "TalkSport", "Bloomberg", "Cricbuzz", "9to5Mac", "Reuters", "Forbes", "Fortune", "PCWorld", "Variety",
	"Wired", "CNBC", "CNET", "CNN", "ESPN",
}

// labelled returns the outlets that a query names, each once.
func labelled(query string) []string {
	var list []string
	for _, name := range labelOutlets {
		pattern := regexp.MustCompile(`(^|[^\w])` + regexp.QuoteMeta(name) + `($|[^\w.]|\.$)`)
		if name == "The Times" {
			pattern = regexp.MustCompile(`The Times( and|,)`)
		}
		if pattern.MatchString(query) {
			query = strings.ReplaceAll(query, name, "#")
			list = append(list, plainName(name))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// plainName is an outlet's name without its article and quotes.
func plainName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(strings.Trim(name, ` '",`), "The "), "the "))
}

var (
	labelDate      = regexp.MustCompile(`\b(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4}))?`)
	labelPublished = regexp.MustCompile(`(report|reported|review|article|published) on $`)
	labelISO       = regexp.MustCompile(`\b(\d{4}-\d\d-\d\d)T`)
)

// labelledDays returns the days of publication that a query names. One without
// its year is of publication only where the words before it say so, and of the
// year in which the query is asked. "Before" a day ends on the day before.
func labelledDays(query string) (days []string) {
	for _, m := range labelDate.FindAllStringSubmatchIndex(query, -1) {
		month, day := query[m[2]:m[3]], query[m[4]:m[5]]
		before, year := query[max(0, m[0]-25):m[0]], strconv.Itoa(askedThen.Year()-1)
		switch {
		case m[6] >= 0:
			year = query[m[6]:m[7]]
		case !labelPublished.MatchString(before):
			continue
		}
		t, err := time.Parse("January 2 2006", month+" "+day+" "+year)
		if err != nil {
			panic(err)
		}
		if strings.HasSuffix(before, "before ") {
			t = t.AddDate(0, 0, -1)
		}
		days = append(days, t.Format(time.DateOnly))
	}
	for _, m := range labelISO.FindAllStringSubmatch(query, -1) {
		days = append(days, m[1])
	}
	return days
}

type multihopQuery struct {
	ID, Type, Question string
}

func multihop(t *testing.T) []multihopQuery {
	t.Helper()
	fsys, ok := shared(t, "eval/multihop")
	if !ok {
		t.Skip("../shared/eval/multihop is not there: how its questions are understood is not measured")
	}
	f, err := fsys.Open("queries.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var list []multihopQuery
	for dec := json.NewDecoder(z); ; {
		var q multihopQuery
		if err := dec.Decode(&q); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, q)
	}
}

// askedThen is after the last day that the queries of the set name.
var askedThen = time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)

func TestMultihopIsUnderstood(t *testing.T) {
	d := sampleDesk(t)
	queries := multihop(t)
	const least = 0.97
	outlets, windows, apart := 0, 0, map[string]int{}
	for _, q := range queries {
		u, err := d.understand(Question{Text: q.Question, Now: askedThen})
		if err != nil {
			t.Errorf("%s: %v", q.ID, err)
			continue
		}
		var got []string
		for _, name := range u.scope.Outlets {
			got = append(got, plainName(name))
		}
		slices.Sort(got)
		if want := labelled(q.Question); slices.Equal(slices.Compact(got), want) {
			outlets++
		} else {
			t.Logf("%s: outlets %q, want %q: %s", q.ID, got, want, q.Question)
		}
		if days, wrong := labelledDays(q.Question), ""; true {
			if wrong = wrongWindows(u, days); wrong == "" {
				windows++
			} else {
				t.Logf("%s: %s, want %q: %s", q.ID, wrong, days, q.Question)
			}
		}
		if len(u.parts) > 0 {
			apart[q.Type]++
			for _, p := range u.parts {
				t.Logf("%s: part %q of %q, %s, %s", q.ID, p.question, p.scope.Outlets, p.period, listed(p.terms, "and"))
			}
		} else if q.Type == "comparison_query" || q.Type == "temporal_query" {
			t.Logf("%s: whole: %s", q.ID, q.Question)
		}
	}
	n := float64(len(queries))
	t.Logf("outlets %d, windows %d of %d; taken apart: %v", outlets, windows, len(queries), apart)
	if float64(outlets) < least*n || float64(windows) < least*n {
		t.Errorf("outlets of %d and windows of %d queries are understood, want %.0f %% of %d", outlets, windows, 100*least, len(queries))
	}
}

// wrongWindows says what is wrong with the windows of a query that names days:
// the whole's must reach from the first to the last, give or take two days on
// which a day's news is printed, and each day must be in a part's.
func wrongWindows(u understood, days []string) string {
	w := u.window()
	if len(days) == 0 {
		if !w.From.IsZero() || !w.To.IsZero() {
			return "a window: " + w.String()
		}
		return ""
	}
	first, last := slices.Min(days), slices.Max(days)
	from, to := w.From.Format(time.DateOnly), w.To.Format(time.DateOnly)
	switch {
	case w.From.IsZero() && w.To.IsZero():
		return "no window"
	case !w.From.IsZero() && (from > first || from < first):
		return "window " + w.String()
	case !w.To.IsZero() && (to < last || w.To.Time.AddDate(0, 0, -2).Format(time.DateOnly) > last):
		return "window " + w.String()
	}
	if len(u.parts) == 0 {
		return ""
	}
	for _, day := range days {
		if !slices.ContainsFunc(u.parts, func(p understood) bool {
			from, to := p.period.from.Format(time.DateOnly), p.period.to.Format(time.DateOnly)
			return p.period.stated && (p.period.from.IsZero() || from <= day) && (p.period.to.IsZero() || to >= day)
		}) {
			return "no part of " + day
		}
	}
	return ""
}
