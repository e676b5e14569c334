package eval

import (
	"strings"
	"testing"
	"time"
)

func TestHolds(t *testing.T) {
	for name, test := range map[string]struct {
		text, answer string
		want         bool
	}{
		"as it stands":             {"The Buffalo Bills won.", "Buffalo Bills", true},
		"in other capitals":        {"THE BUFFALO BILLS", "Buffalo bills", true},
		"across a line":            {"the Buffalo\nBills", "Buffalo Bills", true},
		"with other punctuation":   {"Law and Order; M&M’s", `"M&M's"`, true},
		"an acronym without stops": {"in the UK now", "U.K.", true},
		"an acronym with stops":    {"in the U.K. now", "UK", true},
		"in the possessive":        {"Oreo's new flavour", "Oreo", true},
		"within a word":            {"the seventeenth", "seven", false},
		"at a word's end":          {"Newcastle", "castle", false},
		"a digit within a number":  {"in 2017", "7", false},
		"a digit of a decimal":     {"a 7.8 quake", "7", false},
		"the decimal itself":       {"a 7.8 quake", "7.8", true},
		"part of a grouped number": {"$500,000", "500", false},
		"a grouped number":         {"$500,000", "$500,000", true},
		"a number before a comma":  {"paid 500, then left", "$500", true},
		"a number at the end":      {"paid 500.", "500", true},
		"found behind a near miss": {"seventy-seven, seven", "seven", true},
		"accents":                  {"with Beyoncé", "BEYONCÉ", true},
		"of all words":             {"Bills", "Buffalo Bills", false},
		"in nothing":               {"", "a", false},
		"nothing":                  {"a text", "!", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := flatten(test.text).holds(flatten(test.answer).letters); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// Whatever whole words are taken out of a text, the text holds them.
func FuzzHolds(f *testing.F) {
	f.Add("The U.K. paid $500,000.", 1, 2)
	f.Add("ﬁn İstanbul \xff é", 0, 3)
	f.Fuzz(func(t *testing.T, text string, from, n int) {
		flat := flatten(text)
		if len(flat.edge) != len(flat.letters)+1 {
			t.Fatalf("got %d edges for %d bytes, want one more", len(flat.edge), len(flat.letters))
		}
		words := strings.Fields(text)
		if from < 0 || n < 1 || from > len(words) || n > len(words)-from {
			return
		}
		phrase := flatten(strings.Join(words[from:from+n], " ")).letters
		if phrase != "" && !flat.holds(phrase) {
			t.Errorf("%q does not hold %q", text, phrase)
		}
	})
}

func TestWindow(t *testing.T) {
	now := time.Date(2023, 1, 5, 23, 59, 59, 0, time.UTC)
	for name, test := range map[string]struct {
		published  time.Time
		in, isLate bool
	}{
		"of the day":             {time.Date(2023, 1, 5, 0, 0, 0, 0, time.UTC), true, false},
		"21 days before":         {time.Date(2022, 12, 15, 0, 0, 0, 0, time.UTC), true, false},
		"22 days before":         {time.Date(2022, 12, 14, 23, 0, 0, 0, time.UTC), false, false},
		"two days after, late":   {time.Date(2023, 1, 7, 23, 59, 0, 0, time.UTC), true, false},
		"three days after":       {time.Date(2023, 1, 8, 0, 0, 0, 0, time.UTC), false, true},
		"of another zone's day":  {time.Date(2023, 1, 8, 1, 0, 0, 0, time.FixedZone("", 2*3600)), true, false},
		"at a time not known":    {time.Time{}, false, false},
		"two years after, early": {time.Date(2025, 1, 5, 0, 0, 0, 0, time.UTC), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := inWindow(test.published, now); got != test.in {
				t.Errorf("got in the window %v, want %v", got, test.in)
			}
			if got := isLate(test.published, now); got != test.isLate {
				t.Errorf("got late %v, want %v", got, test.isLate)
			}
			if !inWindow(test.published, time.Time{}) || isLate(test.published, time.Time{}) {
				t.Error("a question without a day has a window")
			}
		})
	}
}
