package answer

import "time"

// A governor is what the words before a date make of it.
type governor int

const (
	govWithin  governor = iota
	govSince            // from its beginning on
	govAfter            // from its end on
	govBefore           // up to its beginning
	govUntil            // up to its end
	govBetween          // with "and" behind
	govFrom             // with "to" behind
)

// A phrase is a time as it was read.
type phrase struct {
	start, end int // tokens
	days       stretch
	grain      grain
	stamp      stamp
	gov        governor
	toCome     bool // a time after now, which says nothing of publication
}

// closed tells that the phrase is a stretch with both ends said.
func (p phrase) closed() bool { return !p.days.from.IsZero() && !p.days.to.IsZero() }

// absolute tells that the phrase names its year.
func (p phrase) absolute() bool { return p.stamp.year > 0 && p.stamp.fixed == stretch{} }

// governorAt reads the preposition at token i.
func (r *whenReader) governorAt(i int) (g governor, end int, ok bool) {
	switch {
	case r.any(i, "starting", "beginning") && r.any(i+1, "in", "on", "from", "with"), r.is(i, "not", "before"), r.is(i, "not", "until"):
		return govSince, i + 2, true
	case r.is(i, "no", "earlier", "than"), r.is(i, "not", "earlier", "than"):
		return govSince, i + 3, true
	case r.is(i, "no", "later", "than"), r.is(i, "not", "later", "than"):
		return govUntil, i + 3, true
	case r.is(i, "not", "after"), r.is(i, "up", "to"), r.is(i, "up", "until"), r.is(i, "as", "of"):
		return govUntil, i + 2, true
	case r.is(i, "prior", "to"):
		return govBefore, i + 2, true
	}
	switch r.at(i).low {
	case "in", "on", "at", "during", "throughout", "within", "over", "around":
		return govWithin, i + 1, true
	case "since", "starting":
		return govSince, i + 1, true
	case "after":
		return govAfter, i + 1, true
	case "before":
		return govBefore, i + 1, true
	case "until", "till", "by", "through":
		return govUntil, i + 1, true
	case "between":
		return govBetween, i + 1, true
	case "from":
		return govFrom, i + 1, true
	}
	return govWithin, i, false
}

// toComeAt reads a time after now: "tomorrow", "next week", "later this year".
func (r *whenReader) toComeAt(i int) (end int, ok bool) {
	if _, j, prep := r.governorAt(i); prep {
		i = j
	}
	if r.at(i).low == "the" {
		i++
	}
	switch {
	case r.is(i, "tomorrow") && !r.at(i).upper:
		return i + 1, true
	case r.any(i, "next", "coming") && r.namesTime(i+1), r.is(i, "later", "today"):
		return i + 2, true
	case r.is(i, "this", "coming") && r.namesTime(i+2), r.is(i, "later", "this") && r.namesTime(i+2):
		return i + 3, true
	}
	return i, false
}

// namesTime tells whether token i is a unit of time or one's name, such as
// week, Tuesday or March.
func (r *whenReader) namesTime(i int) bool {
	t := r.at(i)
	_, unit := whenUnits[t.low]
	_, season := whenSeasons[t.low]
	_, day := whenDays[t.low]
	_, month := whenMonths[t.low]
	return (unit || season) && !t.upper || day && len(t.low) > 5 || month
}

// phraseAt reads the phrase that begins at token i, if one does.
func (r *whenReader) phraseAt(i int, c clause) (phrase, bool) {
	if end, ok := r.toComeAt(i); ok {
		return phrase{start: i, end: end, toCome: true}, true
	}
	g, j, prep := r.governorAt(i)
	the := r.at(j).low == "the"
	if the {
		j++
	}
	s, ok := r.stampAt(j, the)
	if n, isDay := r.dayNumber(j); !ok && isDay && prep && r.any(i, "on", "between", "from") {
		s, ok = stamp{end: j + 1, place: j, day: n, dayOnly: true}, true
	}
	if !ok {
		// The weekend, autumn or Sunday that "this" names has not begun.
		end := j + 2
		return phrase{start: i, end: end, toCome: true}, r.is(j, "this") && !prep && r.namesTime(j+1) && !r.at(j+1).possessive
	}
	p := phrase{start: i, end: s.end, grain: s.grain, stamp: s, gov: g}
	named := r.nameFollows(s)
	if joined, ok := r.joinedPhrase(p); ok && (!the || s.the) && (prep || s.bare) {
		p = joined
	} else if s.dayOnly || g == govBetween || !r.stands(p, prep, the, named) {
		return phrase{}, false
	}
	if (c.superlative || r.any(i-1, "of")) && s.grain == rolling && s.fixed.to.Equal(r.today) && !s.fixed.from.After(r.back(byYear, 1)) {
		return phrase{}, false // the worst storm in the last 20 years
	}
	if c.future && !p.stamp.past {
		return phrase{start: i, end: p.end, toCome: true}, true
	}
	return r.govern(p, c, named)
}

// joinedPhrase reads on where a second date follows the first: between the
// two, from one to the other, or a list.
func (r *whenReader) joinedPhrase(p phrase) (phrase, bool) {
	a, ok := p.stamp, false
	for range 6 {
		k := p.end
		switch {
		case p.gov == govBetween && r.is(k, "and"), p.gov == govFrom && r.any(k, "to", "until", "till", "through", "-"):
			k++
		case p.gov == govWithin && r.any(k, "and", "or"), a.dayOnly && r.is(k, "to"), p.gov == govWithin && r.is(k, ",") && a.grain == byYear:
			k++
			if r.any(k, "and", "or") {
				k++
			}
			if r.at(k).low == r.at(p.start).low {
				k++
			}
		default:
			return p, ok
		}
		the := r.at(k).low == "the"
		if the {
			k++
		}
		b, found := r.stampAt(k, the)
		if n, isDay := r.dayNumber(k); !found && isDay && a.day > 0 {
			b, found = stamp{end: k + 1, day: n, dayOnly: true}, true
			if y, end, hasYear := r.yearBehind(k + 1); hasYear {
				a.year, b.end = y, end
			}
		}
		if !found || p.gov == govWithin && a.kind() != b.kind() || r.nameFollows(b) {
			return p, ok
		}
		days, fits := pairOf(a, b, r.today)
		if !fits && p.gov == govWithin { // in 2023 or 2022
			days, fits = pairOf(b, a, r.today)
		}
		if !fits {
			return p, ok
		}
		if ok {
			days = days.hull(p.days)
		}
		if b.dayOnly {
			b.grain = byDay
		}
		p.end, p.grain, p.days, ok = b.end, b.grain, days, true
		p.stamp = stamp{fixed: days, grain: b.grain, past: a.past || b.past, place: a.place}
		if p.gov != govWithin {
			p.gov = govWithin
			return p, true
		}
	}
	return p, ok
}

// kind tells apart what may stand in one list.
func (s stamp) kind() int {
	switch {
	case s.fixed != stretch{}:
		return 1
	case s.weekday > 0:
		return 2
	case s.day > 0:
		return 3
	case s.month > 0:
		return 4
	}
	return 5
}

// stands tells whether the words around a date leave it a time.
func (r *whenReader) stands(p phrase, prep, the, named bool) bool {
	s, word, calendar := p.stamp, r.at(p.start).low, p.stamp.fixed == stretch{} && p.stamp.weekday == 0
	prev := r.at(p.start - 1)
	if prep && the {
		prev = whenToken{}
	}
	switch {
	case the && !s.the || named:
		// Of names, "since the 7 October attack" still says when.
		return named && s.day > 0 && prep && p.gov != govWithin && p.gov != govFrom
	case calendar && !prep && prev.num > 0 && prev.num < 100:
		return false // what is left of 31 February 2024
	case !prep && (!s.bare || articleWords[prev.low]), prev.low == "-" && r.at(p.start).glued:
		return false
	case s.grain == rolling && r.any(p.start-1, "for"):
		return false // for the past 20 years
	case calendar && (s.month == 0 && s.season == noSeason) && !prep && s.part == whole:
		return false // World Cup 2022
	case !prep:
		return true
	case namesToo[r.at(s.place).low] && s.year == 0 && s.day == 0 && p.gov != govWithin:
		next := r.at(s.end)
		return !next.word || !whoseVerbs[next.low] && (len(next.low) < 4 || next.low[len(next.low)-2:] != "ed")
	}
	small := s.weekday > 0 || s.day > 0
	switch word {
	case "in":
		return s.weekday == 0
	case "on":
		return small || s.fixed != stretch{}
	case "at":
		return s.part != whole || s.grain == byWeekend
	case "over", "within", "around", "through":
		return s.fixed != stretch{} || s.month > 0
	case "from":
		return s.month > 0 || small || s.fixed != stretch{} || newsNouns[prev.low] || r.any(s.end, "on", "onward", "onwards")
	}
	return true
}

// nameFollows tells whether a calendar date is the beginning of a name, such
// as the 2024 Republican presidential primary.
func (r *whenReader) nameFollows(s stamp) bool {
	if s.fixed != (stretch{}) || s.weekday > 0 {
		return false
	}
	if r.is(s.end, "'", "s") {
		return true // 2023's final
	}
	for k := s.end; k < s.end+4; k++ {
		t := r.at(k)
		switch {
		case !t.word || !t.upper && !eventNouns[t.low] && !eventAdjectives[t.low]:
			return false
		case eventNouns[t.low]:
			return true
		}
	}
	return false
}

// govern turns a date into the days that its governor makes of it.
func (r *whenReader) govern(p phrase, c clause, named bool) (phrase, bool) {
	days, ok := p.stamp.resolve(r.today)
	if !ok {
		return phrase{}, false
	}
	p.days = days
	g := p.gov
	if p.days.from.After(r.today) || g == govUntil && p.stamp.weekday > 0 || r.soon(p.stamp) {
		p.toCome = true
		return p, true
	}
	if s := p.stamp; s.month == 9 && s.day == 11 && s.year == 0 && p.days.to.Before(r.back(byMonth, 1)) {
		return phrase{}, false // the one of 2001
	}
	if g == govFrom && r.any(p.end, "on", "onward", "onwards") {
		g, p.end = govSince, p.end+1
	}
	distant := g == govWithin || g == govFrom
	small := p.grain <= byWeekend || p.stamp.fixed != stretch{}
	switch {
	case g == govSince, g == govAfter && (small || named), distant && c.gov == govAfter:
		p.days.to = time.Time{}
	case g == govAfter:
		p.days.from, p.days.to = p.days.to.AddDate(0, 0, 1), time.Time{}
		p.toCome = p.days.from.After(r.today)
	case g == govBefore:
		p.days.from, p.days.to, p.grain = time.Time{}, p.days.from.AddDate(0, 0, -1), rolling
	case g == govUntil, distant && c.gov == govBefore:
		p.days.from = time.Time{}
	}
	// What ends after now without a beginning bounds nothing.
	return p, !p.days.from.IsZero() || p.days.to.Before(r.today)
}

// soon tells whether a day without a year comes within a month: on 15 May,
// "on 20 May" hardly means last year's.
func (r *whenReader) soon(s stamp) bool {
	if s.day == 0 || s.year > 0 || s.fixed != (stretch{}) {
		return false
	}
	for _, y := range []int{r.today.Year(), r.today.Year() + 1} {
		if days, ok := s.in(y); ok && days.from.After(r.today) && days.from.Before(r.today.AddDate(0, 1, 0)) {
			return true
		}
	}
	return false
}
