package eval

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A flat text is its letters and digits in lower case, without anything
// between, so that "U.K." is "UK"; and where in it words begin and end.
type flat struct {
	letters string
	edge    []bool // edge[i]: between letters[:i] and letters[i:] something was left out
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func flatten(s string) flat {
	var b strings.Builder
	b.Grow(len(s))
	edge := make([]bool, 0, len(s)+1)
	gap := true
	for i, r := range s {
		if !isWordRune(r) {
			gap = gap || !insideNumber(s, i, r)
			continue
		}
		was := b.Len()
		b.WriteRune(unicode.ToLower(r))
		for len(edge) < b.Len() {
			edge = append(edge, gap && len(edge) == was)
		}
		gap = false
	}
	return flat{b.String(), append(edge, true)}
}

// insideNumber reports whether the comma or point r at s[i:] stands between
// digits: "500" is not held by "500,000", nor "7" by "7.8".
func insideNumber(s string, i int, r rune) bool {
	if r != ',' && r != '.' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return unicode.IsDigit(before) && unicode.IsDigit(after)
}

// holds reports whether a phrase, flattened, stands in the text as whole words.
func (f flat) holds(phrase string) bool {
	if phrase == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(f.letters[from:], phrase)
		if i < 0 {
			return false
		}
		start := from + i
		if f.edge[start] && f.edge[start+len(phrase)] {
			return true
		}
		from = start + 1
	}
}

// holdsAny reports whether one of the phrases stands in the text.
func (f flat) holdsAny(phrases []string) bool {
	for _, p := range phrases {
		if f.holds(p) {
			return true
		}
	}
	return false
}

// News answers a question if it came out in the three weeks before it was
// asked, or up to two days after, since the day a quiz is dated and the days
// of the outlets' clocks differ. What came out later still must not be found
// at all.
const (
	daysBefore = 21
	daysAfter  = 2
)

// daysAfterNow is how many days after now, by the calendar in UTC, an article
// came out; negative for one of days before.
func daysAfterNow(published, now time.Time) int {
	day := func(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }
	return int(day(published).Sub(day(now)).Hours() / 24)
}

// inWindow reports whether news of a question asked at now may have come out
// at published. A question without a now has no window.
func inWindow(published, now time.Time) bool {
	if now.IsZero() {
		return true
	}
	if published.IsZero() {
		return false
	}
	n := daysAfterNow(published, now)
	return -daysBefore <= n && n <= daysAfter
}

// isLate reports whether an article came out when nobody could have asked yet.
func isLate(published, now time.Time) bool {
	return !published.IsZero() && !now.IsZero() && daysAfterNow(published, now) > daysAfter
}
