package answer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fireNews are reports of two outlets on one fire, of one on another, and what
// each says of the dead.
func fireNews(t testing.TB, first, second string) *desk {
	t.Helper()
	return deskOf(t, collection(t,
		record{ID: "first", Title: "Fire at the Amber cannery", Source: "Sample Daily", Published: "2025-11-26", URL: "https://daily.example/fire",
			Text: first + " The roof of the cannery fell in before the fire brigade came. Smoke drifted over the harbour until noon."},
		record{ID: "second", Title: "Amber cannery burned down", Source: "Sample Wire", Published: "2025-11-27", URL: "https://wire.example/fire",
			Text: "Relatives of the workers waited at the gate all night. " + second + " The prosecutor has opened an inquiry."},
		record{ID: "old", Title: "Fire at the Amber cannery", Source: "Sample Wire", Published: "2019-03-02",
			Text: "A heater burned at the Amber cannery, where two people were killed. It was rebuilt within a year."},
		record{ID: "storm", Title: "Storm over Gull Island", Source: "Sample Wire", Published: "2025-11-27",
			Text: "Seven people were killed in a storm on Gull Island, police said."},
	))
}

func TestReportsDiffer(t *testing.T) {
	const how = "How many people were killed in the fire at the Amber cannery?"
	for _, tt := range []struct {
		name, question, first, second string
		want                          string // the note
		leads                         string // the article cited first
	}{
		{"a toll that rose", how,
			"Police said 12 people were killed in the fire at the cannery.", "Police said 15 people were killed in the fire at the cannery.",
			"Reports differ: 15 people (Sample Wire, 27 Nov 2025), 12 people (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"in words and in figures", how,
			"Twelve people were killed in the fire at the cannery.", "At least 15 people were killed in the fire at the cannery, police said.",
			"Reports differ: 15 people (Sample Wire, 27 Nov 2025), Twelve people (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"the same number in words and in figures", how,
			"Twelve people were killed in the fire at the cannery.", "Police said 12 people were killed in the fire.", "", ""},
		{"other things are counted", how,
			"Police said 12 people were killed in the fire at the cannery.", "The fire killed people and destroyed 15 boats at the cannery.", "", ""},
		{"of several words the one that is asked for", "How many Amber hostages were released?",
			"The band released 10 hostages at Amber.", "The band released 14 elderly hostages at Amber, the fire brigade said.",
			"Reports differ: 14 elderly hostages (Sample Wire, 27 Nov 2025), 10 hostages (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"the dead without a noun", how,
			"The fire at the cannery killed at least 12 people, police said.", "The death toll from the fire at the cannery has risen to 15, police said.",
			"Reports differ: 15 (Sample Wire, 27 Nov 2025), 12 people (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"a toll that is asked for by its name", "What is the death toll of the fire at the Amber cannery?",
			"The fire at the cannery left 12 dead, police said.", "The fire at the cannery killed 15 and injured 30, police said.",
			"Reports differ: 15 (Sample Wire, 27 Nov 2025), 12 dead (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"the injured are not the dead", how,
			"Police said 12 people were killed in the fire at the cannery.", "The fire at the cannery injured 15 before it killed nobody else.", "", ""},
		{"several numbers of people, of which none is sure to be meant", how,
			"Police said 12 people were killed in the fire at the cannery.", "Police said 15 people were killed and 30 people hurt in the fire.", "", ""},
		{"a rounded number", "How many litres of oil burned in the Amber cannery fire?",
			"About 2,000 litres of oil burned in the cannery fire.", "In the cannery fire 1,950 litres of oil burned.", "", ""},
		{"money", "How much did the fire at the Amber cannery cost?",
			"The fire cost the cannery $2 million, the owner said.", "The fire cost the cannery $3.5 million, the insurer said.",
			"Reports differ: $3.5 million (Sample Wire, 27 Nov 2025), $2 million (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"a day", "When will the Amber cannery reopen after the fire?",
			"The cannery will reopen after the fire on 3 March, the owner said.", "The cannery will reopen after the fire on April 10, the owner said.",
			"Reports differ: 10 April (Sample Wire, 27 Nov 2025), 3 March (Sample Daily, 26 Nov 2025); the newest comes first.", "second"},
		{"the question asks for a person", "Who said that people were killed in the fire at the Amber cannery?",
			"Police said 12 people were killed in the fire at the cannery.", "Police said 15 people were killed in the fire at the cannery.", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := fireNews(t, tt.first, tt.second)
			q := Question{Text: tt.question, Now: theDay}
			a := d.ask(t, q)
			d.check(t, q, a)
			if a.Differ != tt.want {
				t.Errorf("got the note %q, want %q", a.Differ, tt.want)
			}
			if tt.leads != "" && (len(a.Citations) < 2 || a.Citations[0].ArticleID != tt.leads || a.Citations[1].ArticleID != "first") {
				t.Errorf("got %+v cited, want second, then first", a.Citations)
			}
		})
	}
}

// TestUpdatedCopyIsNotFolded is about a copy that was brought up to date: it
// must not be folded into the one that came out first.
func TestUpdatedCopyIsNotFolded(t *testing.T) {
	report := func(n int) string {
		return fmt.Sprintf("Police said %d people were killed in the fire at the Amber cannery. ", n) + paragraphsOf(ferryReport...)
	}
	d := deskOf(t, collection(t,
		record{ID: "first", Title: "Fire at the Amber cannery", Source: "Sample Wire", Published: "2025-11-26T08:00:00Z", Text: report(12)},
		record{ID: "second", Title: "Fire at the Amber cannery", Source: "Sample Wire", Published: "2025-11-26T20:00:00Z", Text: report(15)},
	))
	q := Question{Text: "How many people were killed in the fire at the Amber cannery?", Now: theDay}
	a := d.ask(t, q)
	d.check(t, q, a)
	if a.Citations[0].ArticleID != "second" || a.Differ != "Reports differ: 15 people (Sample Wire, 26 Nov 2025), 12 people (Sample Wire, 26 Nov 2025)." {
		t.Errorf("got %s and the note %q", a.Citations[0].ArticleID, a.Differ)
	}
}

// TestLateCopyIsNoNews is about a number of yesterday that somebody copies
// today: the report between is the newest.
func TestLateCopyIsNoNews(t *testing.T) {
	report := func(n int, more string) string {
		return fmt.Sprintf("Police said %d people were killed in the fire at the Amber cannery. ", n) + more
	}
	d := deskOf(t, collection(t,
		record{ID: "first", Title: "Fire at the Amber cannery", Source: "Sample Wire", Published: "2025-11-24", Text: report(12, paragraphsOf(ferryReport...))},
		record{ID: "second", Title: "Fire at the Amber cannery", Source: "Sample Daily", Published: "2025-11-25", Text: report(15, "The roof fell in before the fire brigade came.")},
		record{ID: "late", Title: "Amber cannery fire", Source: "Post", Published: "2025-11-26", Text: report(12, paragraphsOf(ferryReport[:4]...))},
	))
	q := Question{Text: "How many people were killed in the fire at the Amber cannery?", Now: theDay}
	a := d.ask(t, q)
	d.check(t, q, a)
	if a.Citations[0].ArticleID != "second" || a.Citations[1].ArticleID != "first" || outletsOf(a.Citations[1].Also) != "late" ||
		a.Differ != "Reports differ: 15 people (Sample Daily, 25 Nov 2025), 12 people (Sample Wire, 24 Nov 2025); the newest comes first." {
		t.Errorf("got %+v and the note %q", a.Citations, a.Differ)
	}
}

func TestQuantities(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"12 people died", "12 [person die]"},
		{"At least 1,204 Russian soldiers were there.", "1204 rough [russian soldier]"},
		{"It cost $1.2 million, or 3.5% of all, or £20m.", "1.2e+06 [$]; 3.5 [%]; 2e+07 [£]"},
		{"Twelve, not thirteen people", "12 []; 13 [person]"},
		{"forty per cent of them", "40 [%]"},
		{"15 percent less", "15 [% less]"},
		{"two hundred thousand tonnes", "200000 [tonn]"},
		{"the 15-year-old boy, a MiG-29 and one of us in 3D", ""},
		{"another 12 people, killing 15, and 3 more", "12 added [person]; 15 toll []; 3 added []"},
		{"(12) “13 ships”", "12 []; 13 [ship]"},
		{"1.2.3 and $ and % and 5,", "5 []"},
	} {
		var got []string
		for _, q := range quantitiesIn(tt.text) {
			units := slices.DeleteFunc(q.units, func(s string) bool { return s == "" })
			how := ""
			for word, is := range map[string]bool{"rough ": q.rough, "toll ": q.toll, "added ": q.added} {
				if is {
					how += word
				}
			}
			got = append(got, fmt.Sprintf("%v %s%v", q.value, how, units))
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
}

func TestTollBefore(t *testing.T) {
	for text, want := range map[string]bool{
		"The storm killed": true, "killing at least": true, "The death toll has risen to": true, "the toll stands at": true,
		"Death toll rises to": true, "The death toll from the storm in Amber reached": true,
		"The American death toll rose to": false, "The price rose to": false, "killed in": false, "": false,
		"the death toll and": false,
	} {
		if got := tollBefore(strings.Fields(text)); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestDaysInText(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"on 26 November 2025", "26 November"},
		{"on Nov. 26 and the 3rd of May", "26 November"},
		{"March 3rd, 2025", "3 March"},
		{"they may march 12 miles", ""},
		{"in May 2025", ""},
	} {
		var got []string
		for _, q := range daysIn(tt.text) {
			got = append(got, q.shown)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
}

func FuzzQuantities(f *testing.F) {
	f.Add("12 people, $3m and 5 % of twelve hundred")
	f.Add("\xff 1,,2 ..5 $")
	f.Fuzz(func(t *testing.T, text string) {
		for _, q := range append(quantitiesIn(text), daysIn(text)...) {
			if q.value < 0 || q.differs(q) {
				t.Errorf("%q: got %+v", text, q)
			}
		}
	})
}
