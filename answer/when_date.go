package answer

import "time"

// A grain is the size of the piece of the calendar that words name. It decides
// how long after its end news of it is still published; see graceOf.
type grain int

const (
	byHour grain = iota
	byDay
	byWeekend
	byWeek
	byFortnight
	byMonth
	bySeason
	byYear
	byDecade
	rolling // counted back from now; nothing is added
)

// graceOf is how many days are added to the end: what happens on a day is
// printed on that day or the next, and what happened in a month, such as on
// its last evening, up to two days after it. Figures of a month or a year, as
// in "how many were born in 2022", only appear some time after its end.
func graceOf(g grain, figures bool) int {
	switch {
	case g == rolling || g == byHour:
		return 0
	case g <= byWeekend:
		return 1
	case figures && g == byMonth:
		return 60
	case figures && g >= bySeason:
		return 365
	}
	return 2
}

// A stretch is a run of days, by their midnights in UTC, both included; a zero
// one is open.
type stretch struct{ from, to time.Time }

func (s stretch) intersect(o stretch) (stretch, bool) {
	if s.from.Before(o.from) {
		s.from = o.from
	}
	if s.to.IsZero() || !o.to.IsZero() && o.to.Before(s.to) {
		s.to = o.to
	}
	return s, s.to.IsZero() || !s.from.After(s.to)
}

// hull is the least stretch that holds both.
func (s stretch) hull(o stretch) stretch {
	if s.from.After(o.from) {
		s.from = o.from
	}
	if o.to.IsZero() || !s.to.IsZero() && o.to.After(s.to) {
		s.to = o.to
	}
	return s
}

type season int

// The seasons of the northern half of the earth, which most news in English
// means.
const (
	noSeason season = iota
	spring
	summer
	autumn
	winter
)

// A part is a part of a month, a year or another stretch.
type part int

const (
	whole part = iota
	early
	middle
	late
	opening
	ending
	firstHalf
	secondHalf
	quarter1 // to quarter4, in order
	quarter2
	quarter3
	quarter4
)

// A stamp is a place in the calendar as words give it. What they leave out is
// zero and is found by resolve.
type stamp struct {
	end              int // the token after it
	grain            grain
	year, month, day int
	lastDay          int  // of "5 to 9 March"
	dayOnly          bool // a number that is a day only beside another date
	weekday          int  // 1 for Sunday, 0 for none
	season           season
	part             part
	fixed            stretch // where it was counted from now

	past  bool // "last", "ago", a year: no future is meant
	bare  bool // may stand without a preposition
	the   bool // may stand behind "the"
	place int  // the token it begins at
}

// floating tells whether the stamp leaves out which week or year it is in.
func (s stamp) floating() bool {
	return s.fixed == stretch{} && s.year == 0
}

// resolve finds the days of a stamp: of those that fit, the latest that have
// begun by the day ref. It reports false for a day that does not exist.
func (s stamp) resolve(ref time.Time) (stretch, bool) {
	switch {
	case s.fixed != stretch{}:
		return cutPart(s.fixed, s.grain, s.part), true
	case s.weekday > 0:
		back := (int(ref.Weekday()) - (s.weekday - 1) + 7) % 7
		d := ref.AddDate(0, 0, -back)
		return stretch{d, d}, true
	case s.year > 0:
		return s.in(s.year)
	}
	// Eight years always hold a 29 February.
	for y := ref.Year(); y > ref.Year()-9; y-- {
		if got, ok := s.in(y); ok && !got.from.After(ref) {
			return got, true
		}
	}
	return stretch{}, false
}

// in returns the days of the stamp in a year.
func (s stamp) in(year int) (stretch, bool) {
	switch {
	case s.day > 0:
		from := civil(year, s.month, s.day)
		to := from
		if s.lastDay > 0 {
			to = civil(year, s.month, s.lastDay)
		}
		return stretch{from, to}, int(to.Month()) == s.month && int(from.Month()) == s.month && !to.Before(from)
	case s.month > 0:
		return cutPart(stretch{civil(year, s.month, 1), civil(year, s.month+1, 0)}, byMonth, s.part), true
	case s.season > 0:
		return seasonOf(s.season, year), true
	case s.grain == byDecade:
		return cutPart(stretch{civil(year, 1, 1), civil(year+9, 12, 31)}, byDecade, s.part), true
	}
	return cutPart(yearOf(year), byYear, s.part), true
}

func civil(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func yearOf(year int) stretch { return stretch{civil(year, 1, 1), civil(year, 12, 31)} }

// seasonOf takes in both the months and the weeks that astronomers count to a
// season. A winter is named after the year it begins in or the one it ends in,
// so that "the winter of 2023" reaches from 2022 to 2024.
func seasonOf(s season, year int) stretch {
	switch s {
	case spring:
		return stretch{civil(year, 3, 1), civil(year, 6, 20)}
	case summer:
		return stretch{civil(year, 6, 1), civil(year, 9, 22)}
	case autumn:
		return stretch{civil(year, 9, 1), civil(year, 12, 20)}
	}
	return stretch{civil(year-1, 12, 1), civil(year+1, 3, 20)}
}

// cutPart takes a part of a stretch, generously: people call April early in the
// year as well as late in spring.
func cutPart(s stretch, g grain, p part) stretch {
	if p == whole || s.from.IsZero() || s.to.IsZero() {
		return s
	}
	switch g {
	case byYear:
		return cutYear(s, p)
	case byMonth:
		return cutDays(s, p, 12, 8, 23, 18)
	case byDecade:
		y := s.from.Year()
		years := map[part][2]int{early: {0, 3}, middle: {3, 6}, late: {6, 9}, opening: {0, 2}, ending: {8, 9}, firstHalf: {0, 4}, secondHalf: {5, 9}}
		if in, ok := years[p]; ok {
			return stretch{civil(y+in[0], 1, 1), civil(y+in[1], 12, 31)}
		}
	}
	return s // of a week, a part is as good as the whole
}

func cutYear(s stretch, p part) stretch {
	months := map[part][2]int{
		early: {1, 4}, middle: {5, 9}, late: {9, 12}, opening: {1, 2}, ending: {11, 12}, firstHalf: {1, 6}, secondHalf: {7, 12},
		quarter1: {1, 3}, quarter2: {4, 6}, quarter3: {7, 9}, quarter4: {10, 12},
	}
	in := months[p]
	return stretch{civil(s.from.Year(), in[0], 1), civil(s.from.Year(), in[1]+1, 0)}
}

// cutDays takes days 1 to headTo, midFrom to midTo or tailFrom to the end.
func cutDays(s stretch, p part, headTo, midFrom, midTo, tailFrom int) stretch {
	day := func(n int) time.Time { return s.from.AddDate(0, 0, n-1) }
	switch p {
	case early, opening:
		return stretch{s.from, day(headTo)}
	case middle:
		return stretch{day(midFrom), day(midTo)}
	case late, ending:
		return stretch{day(tailFrom), s.to}
	case firstHalf:
		return stretch{s.from, day(15)}
	case secondHalf:
		return stretch{day(15), s.to}
	}
	return s
}

// pairOf resolves two stamps of "from A to B" or "A and B", each of which may
// leave out what the other says: "from 5 to 9 March", "between October and May
// 2024". It reports false where they make no run of days.
func pairOf(a, b stamp, ref time.Time) (stretch, bool) {
	if a.dayOnly && b.dayOnly {
		return stretch{}, false
	}
	if a.dayOnly {
		a.month, a.year, a.grain = b.month, b.year, byDay
	}
	if b.dayOnly {
		b.month, b.year, b.grain = a.month, a.year, byDay
	}
	if a.month > 0 && a.year == 0 && b.month > 0 && b.year > 0 {
		a.year = b.year
		if a.month > b.month {
			a.year--
		}
	}
	if b.month > 0 && b.year == 0 && a.month > 0 && a.year > 0 {
		b.year = a.year
		if b.month < a.month {
			b.year++
		}
	}
	last, ok := b.resolve(ref)
	if !ok {
		return stretch{}, false
	}
	if a.floating() && ref.After(last.to) {
		ref = last.to
	}
	first, ok := a.resolve(ref)
	return stretch{first.from, last.to}, ok && !first.from.After(last.to)
}
