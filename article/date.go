package article

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	minYear = 1600
	maxYear = 2200
	maxDate = 100 // bytes of a date as found
)

var (
	errNoDate        = errors.New("not a date; want one like 2025-11-26, 2025-11-26T10:00:00Z or November 26, 2025")
	errAmbiguousDate = errors.New("ambiguous date: day and month cannot be told apart; want one like 2025-11-26")
)

// ParseDate reads a date as news carry it: RFC 3339 and RFC 1123 with or
// without their zone, seconds or time, dates with the month in English
// ("Nov. 26, 2025", "26 November 2025"), 2025/11/26, 20251126, and the seconds
// or milliseconds since 1970. In front of a time, the year may have two digits
// as in RFC 822: 00 to 49 are of this century, 50 to 99 of the last (RFC 5322,
// section 4.3).
//
// A time without a zone is taken for UTC; behind a zone that is not known, only
// the day is kept, since the time could be off by half a day. Two numbers
// before a year (03/04/2025) are read only if one of them cannot be a month or
// both are equal, else the error says that they are ambiguous. Years before
// 1600 or after 2200 are errors.
func ParseDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxDate {
		return time.Time{}, errNoDate
	}
	t, err := parseDate(s)
	if err != nil {
		return time.Time{}, err
	}
	t = t.UTC()
	if t.Year() < minYear || t.Year() > maxYear {
		return time.Time{}, fmt.Errorf("year %d is out of range: want %d to %d", t.Year(), minYear, maxYear)
	}
	return t, nil
}

var allDigits = regexp.MustCompile(`^[0-9]+(\.[0-9]*)?([eE]\+?[0-9]{1,2})?$`)

func parseDate(s string) (time.Time, error) {
	if allDigits.MatchString(s) {
		return parseNumber(s)
	}
	// Forms that do not put the day in front of the time.
	for _, layout := range []string{time.ANSIC, "Mon Jan _2 15:04:05 2006 -0700", time.RubyDate} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	s = withWholeYear(plainDate(s))
	for _, form := range dayForms {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		day, err := dayOf(m[form.SubexpIndex("y")], m[form.SubexpIndex("m")], m[form.SubexpIndex("d")])
		if err != nil {
			return time.Time{}, err
		}
		return addTime(day, s[len(m[0]):])
	}
	if m := numbersThenYear.FindStringSubmatch(s); m != nil {
		day, err := dayOfNumbers(m[1], m[2], m[3])
		if err != nil {
			return time.Time{}, err
		}
		return addTime(day, s[len(m[0]):])
	}
	return time.Time{}, errNoDate
}

// parseNumber reads the seconds, milli-, micro- or nanoseconds since 1970, or
// digits of a day (20251126) with or without a time (20251126100000).
func parseNumber(s string) (time.Time, error) {
	switch len(s) {
	case len("20060102"):
		if t, err := time.Parse("20060102", s); err == nil {
			return t, nil
		}
	case len("20060102150405"):
		if t, err := time.Parse("20060102150405", s); err == nil {
			return t, nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return time.Time{}, errNoDate
	}
	// A second of 1973 to 5138; smaller numbers are years, counters or votes.
	switch {
	case f >= 1e8 && f < 1e11:
		return time.UnixMilli(int64(f * 1e3)), nil
	case f >= 1e11 && f < 1e14:
		return time.UnixMilli(int64(f)), nil
	case f >= 1e14 && f < 1e17:
		return time.UnixMicro(int64(f)), nil
	case f >= 1e17 && f < 9e18:
		return time.Unix(0, int64(f)), nil
	}
	return time.Time{}, errNoDate
}

var (
	label   = regexp.MustCompile(`(?i)^(date|published|publication date|first published|posted|dateline)( on| at)?\s*:?\s+`)
	weekday = regexp.MustCompile(`(?i)^(mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(day)?[.,]?\s+`)
	ordinal = regexp.MustCompile(`(?i)\b([0-9]{1,2})(st|nd|rd|th)\b`)

	dayForms = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})(?:[TZ]|\b)`),
		regexp.MustCompile(`^(?P<y>[0-9]{4})[-/. ](?P<m>[A-Za-z]{3,9})[-/. ](?P<d>[0-9]{1,2})\b`),
		regexp.MustCompile(`^(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?:T|\b)`),
		regexp.MustCompile(`^(?P<d>[0-9]{1,2})(?:[-/. ]| of )(?P<m>[A-Za-z]{3,9})[-/. ](?P<y>[0-9]{4})\b`),
		regexp.MustCompile(`^(?P<m>[A-Za-z]{3,9})[-/. ](?P<d>[0-9]{1,2})[-/. ](?P<y>[0-9]{4})\b`),
	}
	shortYear       = regexp.MustCompile(`^([0-9]{1,2}[- ][A-Za-z]{3,9}[- ])([0-9]{2}) ([0-9]{1,2}:)`)
	numbersThenYear = regexp.MustCompile(`^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})\b`)
)

// plainDate takes out what dates are decorated with: "Published:", the day of
// the week, "th" behind a number, commas, the full stop behind a month.
func plainDate(s string) string {
	s = label.ReplaceAllString(s, "")
	s = weekday.ReplaceAllString(s, "")
	s = ordinal.ReplaceAllString(s, "$1")
	s = strings.NewReplacer(",", " ", ". ", " ", "\u202f", " ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// withWholeYear writes out a year of two digits.
func withWholeYear(s string) string {
	m := shortYear.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	century := "20"
	if m[2] >= "50" {
		century = "19"
	}
	return m[1] + century + m[2] + " " + m[3] + s[len(m[0]):]
}

func dayOf(year, month, day string) (time.Time, error) {
	m, err := strconv.Atoi(month)
	if err != nil {
		if m = int(monthNamed(month)); m == 0 {
			return time.Time{}, errNoDate
		}
	}
	y, _ := strconv.Atoi(year) // digits, as the patterns have it
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != m {
		return time.Time{}, fmt.Errorf("no such day: %s-%s-%s", year, month, day)
	}
	return t, nil
}

// dayOfNumbers reads a day and a month in either order.
func dayOfNumbers(a, b, year string) (time.Time, error) {
	x, _ := strconv.Atoi(a)
	y, _ := strconv.Atoi(b)
	switch {
	case x > 12:
		return dayOf(year, b, a)
	case y > 12, x == y:
		return dayOf(year, a, b)
	}
	return time.Time{}, errAmbiguousDate
}

// monthNamed knows the English months and what they are shortened to, down to
// three letters.
func monthNamed(name string) time.Month {
	name = strings.ToLower(name)
	if name == "sept" {
		return time.September
	}
	for m := time.January; m <= time.December; m++ {
		full := strings.ToLower(m.String())
		if name == full || name == full[:3] {
			return m
		}
	}
	return 0
}
