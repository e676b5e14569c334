package answer

import "time"

// americanEvening is how long after midnight in UTC it is still the day before
// on the west coast of America, so that "today" may mean that day.
const americanEvening = 8 * time.Hour

// fewUnits says what "a few days ago" reaches from, in units; to one unit ago.
var fewUnits = map[grain]int{byHour: 24, byDay: 7, byWeek: 6, byFortnight: 3, byMonth: 6, byYear: 6, byDecade: 6}

// mostUnits is the largest number of a unit that is counted back.
var mostUnits = map[grain]int{byHour: 1000, byDay: 400, byWeek: 200, byFortnight: 100, byMonth: 240, byYear: 100, byDecade: 10}

// back returns the day that many units before now.
func (r *whenReader) back(g grain, n int) time.Time {
	switch g {
	case byHour:
		return midnight(r.now.Add(-time.Duration(n) * time.Hour))
	case byWeek:
		return r.today.AddDate(0, 0, -7*n)
	case byFortnight:
		return r.today.AddDate(0, 0, -14*n)
	case byMonth:
		return r.today.AddDate(0, -n, 0)
	case byYear:
		return r.today.AddDate(-n, 0, 0)
	case byDecade:
		return r.today.AddDate(-10*n, 0, 0)
	}
	return r.today.AddDate(0, 0, -n)
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// monday returns the first day of today's week.
func (r *whenReader) monday() time.Time {
	return r.today.AddDate(0, 0, -(int(r.today.Weekday())+6)%7)
}

// relativeAt reads what is counted from now.
func (r *whenReader) relativeAt(i int, the bool) (stamp, bool) {
	s := stamp{end: i + 1, grain: byDay, bare: true, the: the}
	day := r.today
	switch t := r.at(i); {
	case t.upper && (t.low == "today" || t.low == "tonight" || t.low == "yesterday"), r.at(i-1).low == "-" && t.glued:
		return stamp{}, false // the Today show
	case r.any(i, "today", "tonight") && !r.any(i+1, "show", "program", "programme"):
		s.fixed = stretch{midnight(r.now.Add(-americanEvening)), day}
	case r.is(i, "this") && dayParts[r.at(i+1).low] && !r.at(i+1).upper:
		s.end, s.fixed = i+2, stretch{midnight(r.now.Add(-americanEvening)), day}
	case r.is(i, "yesterday"), r.is(i, "last", "night") && !r.at(i+1).upper:
		if t.low == "last" || dayParts[r.at(i+1).low] {
			s.end++
		}
		s.past, s.fixed = true, stretch{midnight(r.now.Add(-americanEvening)).AddDate(0, 0, -1), day.AddDate(0, 0, -1)}
	case r.is(i, "day", "before", "yesterday"), the && r.is(i, "night", "before", "last"):
		s.end, s.past, s.fixed = i+3, true, stretch{day.AddDate(0, 0, -2), day.AddDate(0, 0, -2)}
	case the && r.is(i, "other", "day"):
		s.end, s.past, s.fixed = i+2, true, stretch{r.back(byDay, 7), day}
	case the && r.is(i+1, "before", "last") && whenUnits[t.low] >= byWeekend:
		s.end, s.past, s.grain = i+3, true, whenUnits[t.low]
		s.fixed = r.unitBack(s.grain, 2)
	case r.any(i, "last", "past", "this", "these"):
		return r.lastAt(i, the)
	default:
		return r.agoAt(i)
	}
	return s, s.fixed != stretch{}
}

// unitBack returns the calendar's week, weekend, month or year that is n
// before the present one.
func (r *whenReader) unitBack(g grain, n int) stretch {
	switch g {
	case byWeekend:
		saturday := r.today.AddDate(0, 0, -(int(r.today.Weekday())+1)%7) // the latest
		if wd := r.today.Weekday(); n > 0 && wd != time.Saturday && wd != time.Sunday {
			n--
		}
		saturday = saturday.AddDate(0, 0, -7*n)
		return stretch{saturday, saturday.AddDate(0, 0, 1)}
	case byWeek:
		monday := r.monday().AddDate(0, 0, -7*n)
		return stretch{monday, monday.AddDate(0, 0, 6)}
	case byMonth:
		first := civil(r.today.Year(), int(r.today.Month())-n, 1)
		return stretch{first, first.AddDate(0, 1, -1)}
	case byYear:
		return yearOf(r.today.Year() - n)
	}
	return stretch{}
}

// lastAt reads "last week", "this month", "the past two years", "this past
// weekend", "last summer", "last March" and "last Tuesday".
func (r *whenReader) lastAt(i int, the bool) (stamp, bool) {
	word, j := r.at(i).low, i+1
	if r.any(i, "this", "these") && r.any(j, "past", "last") {
		word, the, j = "past", true, j+1
	}
	if n, k, ok := r.numberAt(j); ok && (word == "last" || word == "past") {
		g, ok := whenUnits[r.at(k).low]
		return r.rollingStamp(k+1, g, n), ok && g != byWeekend && n <= mostUnits[g] && !r.is(k+1, "of")
	}
	t := r.at(j)
	g, isUnit := whenUnits[t.low]
	switch {
	case isUnit && (t.upper || r.is(j+1, "of") || t.possessive && g >= byYear):
		return stamp{}, false // "This Week", the last week of the war, last year's final
	case isUnit && word == "this":
		return r.thisStamp(j+1, g)
	case isUnit && word == "last" && !the && g >= byWeekend && g <= byYear && g != byFortnight, isUnit && g == byWeekend:
		s := stamp{end: j + 1, grain: g, past: true, bare: true, fixed: r.unitBack(g, 1)}
		if g == byWeek && r.today.Weekday() == time.Sunday {
			s.fixed.to = r.today // who begins the week on Sunday means the days just past
		}
		return s, true
	case isUnit && (the || word == "past" && g >= byWeek):
		return r.rollingStamp(j+1, g, 1), true
	case isUnit:
		return stamp{}, false
	}
	return r.lastNamed(j, word)
}

// rollingStamp is the time from n units ago to now.
func (r *whenReader) rollingStamp(end int, g grain, n int) stamp {
	if n == aFew {
		n = fewUnits[g]
	}
	return stamp{end: end, grain: rolling, past: true, bare: true, the: true, fixed: stretch{r.back(g, min(n, mostUnits[g])), r.today}}
}

// thisStamp is the present week, month and so on so far. On a Monday "this
// week" means the days just past, so it always takes in the last seven.
func (r *whenReader) thisStamp(end int, g grain) (stamp, bool) {
	s := stamp{end: end, grain: rolling, bare: true, fixed: stretch{r.today, r.today}}
	switch wd := r.today.Weekday(); {
	case g == byWeek:
		s.fixed.from = r.back(byDay, 7)
	case g == byMonth, g == byYear:
		s.fixed.from = r.unitBack(g, 0).from
	case g == byDecade:
		s.fixed.from = civil(r.today.Year()/10*10, 1, 1)
	case g == byWeekend && (wd == time.Saturday || wd == time.Sunday):
		s.fixed.from = r.unitBack(g, 0).from.AddDate(0, 0, -1) // Friday evening belongs to it
	default:
		return stamp{}, false // on other days "this weekend" may be the next
	}
	return s, true
}

// lastNamed reads what has a name behind "last", "this" or "past" at token j.
func (r *whenReader) lastNamed(j int, word string) (stamp, bool) {
	if sn, ok := whenSeasons[r.at(j).low]; ok && !r.at(j).upper && !r.at(j).possessive {
		fixed, ok := r.seasonBack(sn, word == "this")
		return stamp{end: j + 1, grain: bySeason, past: word != "this", bare: true, fixed: fixed}, ok
	}
	if s, ok := r.weekdayAt(j, false); ok && s.weekday > 0 {
		ref := r.today
		if word != "this" {
			ref = ref.AddDate(0, 0, -1)
		}
		day, _ := s.resolve(ref)
		if word == "this" && day.from.Before(r.monday()) {
			return stamp{}, false // "this Sunday" on a Thursday is to come
		}
		return stamp{end: s.end, grain: byDay, past: true, bare: true, fixed: day}, true
	}
	s, ok := r.monthAt(j, false)
	if !ok || s.year > 0 {
		return stamp{}, false
	}
	switch last, _ := s.resolve(r.today); {
	case word == "this" && last.from.Year() < r.today.Year():
		return stamp{}, false
	case word != "this" && !last.to.Before(r.today):
		s.year = r.today.Year() - 1
	default:
		s.year = last.from.Year()
	}
	s.past, s.bare = true, true
	return s, true
}

// seasonBack returns the latest season that is over, or this year's if it has
// begun.
func (r *whenReader) seasonBack(sn season, this bool) (stretch, bool) {
	for y := r.today.Year(); y > r.today.Year()-3; y-- {
		in := seasonOf(sn, y)
		if sn == winter {
			in.from = civil(y, 12, 1)
		}
		switch begun, over := !in.from.After(r.today), in.to.Before(r.today); {
		case this && begun:
			return in, in.to.Year() >= r.today.Year()
		case !this && over:
			return in, true
		}
	}
	return stretch{}, false
}

// numberAt reads a number of units, in digits or words, and returns the token
// after it.
func (r *whenReader) numberAt(i int) (n, end int, ok bool) {
	if r.is(i, "a") && r.any(i+1, "few", "couple") {
		i++
	}
	if t := r.at(i); t.num > 0 && !t.ordinal && !t.decade {
		return t.num, i + 1, true
	}
	n, ok = whenNumbers[r.at(i).low]
	if r.is(i, "couple") && r.is(i+1, "of") {
		i++
	}
	return n, i + 1, ok
}

// agoAt reads "three weeks ago": about as much on either side as the words
// are rough.
func (r *whenReader) agoAt(i int) (stamp, bool) {
	n, j, ok := r.numberAt(i)
	g, isUnit := whenUnits[r.at(j).low]
	if !ok || !isUnit || g == byWeekend || !r.is(j+1, "ago") || n > mostUnits[g] || r.any(i-1, "than", "-", "over", "many") {
		return stamp{}, false
	}
	s := stamp{end: j + 2, grain: rolling, past: true, bare: true}
	if n == aFew {
		s.fixed = stretch{r.back(g, fewUnits[g]), r.back(g, 1)}
		return s, true
	}
	d := r.back(g, n)
	switch g {
	case byHour:
		s.fixed = stretch{d, r.today}
	case byDay:
		s.fixed = stretch{d.AddDate(0, 0, -1), d.AddDate(0, 0, 1)}
	case byWeek, byFortnight:
		s.fixed = stretch{d.AddDate(0, 0, -4), d.AddDate(0, 0, 4)}
	case byMonth:
		s.fixed = stretch{d.AddDate(0, 0, -16), d.AddDate(0, 0, 16)}
	case byYear:
		s.fixed = stretch{d.AddDate(0, -6, 0), d.AddDate(0, 6, 0)}
	default:
		s.fixed = stretch{d.AddDate(-2, 0, 0), d.AddDate(2, 0, 0)}
	}
	return s, true
}
