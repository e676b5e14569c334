package answer

import (
	"strconv"
	"strings"
	"time"
)

// A whenReader reads the times in one question. Every method looks at a
// bounded number of tokens, so that the whole takes linear time.
type whenReader struct {
	text  string
	toks  []whenToken
	now   time.Time
	today time.Time // midnight of now's day
}

// at returns a token; beyond the ends it is an empty mark.
func (r *whenReader) at(i int) whenToken {
	if i < 0 || i >= len(r.toks) {
		return whenToken{num: -1}
	}
	return r.toks[i]
}

// is tells whether the tokens from i are these words.
func (r *whenReader) is(i int, words ...string) bool {
	for k, w := range words {
		if r.at(i+k).low != w {
			return false
		}
	}
	return true
}

func (r *whenReader) any(i int, words ...string) bool {
	for _, w := range words {
		if r.at(i).low == w {
			return true
		}
	}
	return false
}

// joined tells whether token i goes on behind a hyphen: 2024-based, Mar-a-Lago.
func (r *whenReader) joined(i int) bool {
	return r.at(i+1).low == "-" && r.at(i+1).glued && r.at(i+2).glued && r.at(i+2).word
}

// stampAt reads the date at token i; the tells that "the" stands before it.
func (r *whenReader) stampAt(i int, the bool) (stamp, bool) {
	for _, read := range []func(int, bool) (stamp, bool){
		r.partAt, r.relativeAt, r.dayAt, r.monthAt, r.weekdayAt, r.seasonAt, r.yearAt, r.wrappedAt,
	} {
		if s, ok := read(i, the); ok {
			s.place = i
			return s, true
		}
	}
	return stamp{}, false
}

// isYear tells whether token i is a year that can be one of publication.
func (r *whenReader) isYear(i int) bool {
	t := r.at(i)
	return t.num >= 1900 && t.num < 2100 && len(t.low) == 4 && !t.ordinal && !t.decade && !r.counts(i) && !r.joinsLetters(i)
}

func (r *whenReader) joinsLetters(i int) bool { return r.joined(i) && r.at(i+2).num < 0 }

// counts tells whether the number at token i counts something: $2000, 2000
// people, 2000%.
func (r *whenReader) counts(i int) bool {
	if p := r.at(i - 1); r.at(i).glued && (p.low == "$" || p.low == "€" || p.low == "£" || p.low == "/" || p.low == ".") {
		return true
	}
	return r.any(i+1, "%", "/", "$", "€") || countNouns[r.at(i+1).low]
}

// yearBehind reads "2024", ", 2024", "of 2024" or "of last year" at token i.
func (r *whenReader) yearBehind(i int) (year, end int, ok bool) {
	if r.any(i, ",", "of", "in") {
		i++
	}
	switch {
	case r.isYear(i):
		return r.at(i).num, i + 1, true
	case r.is(i, "last", "year"):
		return r.now.Year() - 1, i + 2, true
	case r.is(i, "this", "year"):
		return r.now.Year(), i + 2, true
	}
	return 0, i, false
}

func (r *whenReader) yearAt(i int, the bool) (stamp, bool) {
	t := r.at(i)
	switch {
	case t.decade && t.num%10 == 0 && (t.num > 1900 && t.num < 2100 || t.num >= 20 && t.num < 100):
		y := t.num
		if y < 100 {
			y += 1900
		}
		return stamp{end: i + 1, grain: byDecade, year: y, past: true, the: true}, true
	case t.low == "'" && r.at(i+1).decade:
		return r.yearAt(i+1, the)
	case t.low == "year" && r.isYear(i+1):
		return stamp{end: i + 2, grain: byYear, year: r.at(i + 1).num, past: true, the: true}, true
	case !r.isYear(i) || the || r.any(i-1, "fiscal", "fy"):
		return stamp{}, false
	}
	s := stamp{end: i + 1, grain: byYear, year: t.num, past: true}
	if next := r.at(i + 2); r.joined(i) {
		if next.num != (t.num+1)%100 && next.num != t.num+1 {
			return stamp{}, false // 2023-11-07 is read as a day, 2023-1 is nothing
		}
		s.end, s.fixed = i+3, stretch{civil(t.num, 1, 1), civil(t.num+1, 12, 31)} // 2022-23
	}
	return s, true
}

// monthToken tells which month token i names. Short names want a capital and
// a number or a preposition; prep tells that one stands before.
func (r *whenReader) monthToken(i int) (int, bool) {
	t := r.at(i)
	m, ok := whenMonths[t.low]
	if !ok || !t.word || r.joinsLetters(i) || r.at(i-1).low == "-" && t.glued && !r.any(i-2, "mid", "early", "late") {
		return 0, false
	}
	if short := len(t.low) <= 4 && t.low != "may" && t.low != "june" && t.low != "july"; short && !t.upper && i > 0 && r.at(i-1).num < 0 && r.at(i+1).num < 0 {
		return 0, false
	}
	return int(m), true
}

// pastDot returns the token after a month's and its abbreviation's dot.
func (r *whenReader) pastDot(i int) int {
	if r.at(i+1).low == "." && r.at(i+1).glued && len(r.at(i).low) <= 4 && r.at(i+2).num >= 0 {
		return i + 2
	}
	return i + 1
}

// monthAt reads "March", "March 2024" and "March last year".
func (r *whenReader) monthAt(i int, _ bool) (stamp, bool) {
	m, ok := r.monthToken(i)
	if !ok {
		return stamp{}, false
	}
	s := stamp{end: i + 1, grain: byMonth, month: m}
	if y, end, ok := r.yearBehind(r.pastDot(i)); ok {
		s.year, s.end, s.bare, s.past = y, end, true, true
		return s, true
	}
	next := r.at(i + 1)
	switch low := r.at(i).low; {
	case namesToo[low] && next.upper && next.word, low == "may" && r.at(i).possessive:
		return stamp{}, false // Theresa May's, June Smith
	case low == "march" && (r.any(i+1, "madness", "hare") || r.is(i+1, "on") && r.at(i+2).num < 0 && r.at(i+2).upper):
		return stamp{}, false // the march on Washington
	case low == "august" && r.any(i+1, "company", "body", "institution", "presence", "assembly", "chamber"):
		return stamp{}, false
	}
	return s, true
}

// dayNumber reads a day of the month, such as 5 or 5th.
func (r *whenReader) dayNumber(i int) (int, bool) {
	t := r.at(i)
	ok := t.num >= 1 && t.num <= 31 && !t.decade && (t.ordinal || len(t.low) <= 2 && !r.counts(i))
	return t.num, ok
}

// dayAt reads a day as people and machines write it.
func (r *whenReader) dayAt(i int, the bool) (stamp, bool) {
	if s, ok := r.numericDay(i); ok {
		return s, true
	}
	s := stamp{grain: byDay}
	if m, ok := r.monthToken(i); ok { // March 5, March the 5th, March 5-9, 2024
		j := r.pastDot(i)
		if r.at(j).low == "the" && r.at(j+1).ordinal {
			j++
		}
		if s.day, ok = r.dayNumber(j); !ok {
			return stamp{}, false
		}
		s.month, s.end = m, j+1
		r.lastDay(&s)
	} else { // 5 March, the 5th of March, 5-9 March 2024
		if s.day, ok = r.dayNumber(i); !ok && !r.joined(i) {
			return stamp{}, false
		}
		s.day, s.end, s.the = r.at(i).num, i+1, r.at(i).ordinal
		if s.day < 1 || s.day > 31 {
			return stamp{}, false
		}
		r.lastDay(&s)
		j := s.end
		if r.at(j).low == "of" {
			j++
		}
		if s.month, ok = r.monthToken(j); !ok {
			return stamp{}, false
		}
		s.end = r.pastDot(j)
		if r.at(s.end).num < 0 {
			s.end = j + 1
		}
	}
	if y, end, ok := r.yearBehind(s.end); ok {
		s.year, s.end, s.bare, s.past = y, end, true, true
	}
	if _, ok := s.in(2024); !ok || r.joinsLetters(s.end-1) {
		return stamp{}, false
	}
	if behind := s.end; s.year > 0 { // the November 1, 2023, article
		if r.at(behind).low == "," {
			behind++
		}
		s.the = s.the || newsNouns[r.at(behind).low]
	}
	return s, true
}

// lastDay takes in "-9" behind the first day.
func (r *whenReader) lastDay(s *stamp) {
	if r.joined(s.end - 1) {
		if d, ok := r.dayNumber(s.end + 1); ok && d > s.day {
			s.lastDay, s.end = d, s.end+2
		}
	}
}

// numericDay reads 2024-03-05 and 25/12/2024. Of 5/3/2024 nobody knows which
// number is the month, so it is no date.
func (r *whenReader) numericDay(i int) (stamp, bool) {
	a, b, c := r.at(i), r.at(i+2), r.at(i+4)
	if day, _, ok := strings.Cut(c.low, "t"); ok && len(day) == 2 { // 2024-03-05T10:00
		c.num, _ = strconv.Atoi(day)
	}
	sep := r.at(i + 1).low
	if sep != "-" && sep != "/" || r.at(i+3).low != sep || !r.at(i+4).glued || !b.glued {
		return stamp{}, false
	}
	s := stamp{end: i + 5, grain: byDay, bare: true, past: true, the: true}
	switch {
	case len(a.low) == 4 && a.num >= 1900 && a.num < 2100:
		s.year, s.month, s.day = a.num, b.num, c.num
	case sep == "/" && len(c.low) == 4 && c.num >= 1900 && c.num < 2100 && (a.num > 12 || b.num > 12 || a.num == b.num):
		s.year, s.month, s.day = c.num, min(a.num, b.num), max(a.num, b.num)
		if a.num <= 12 && b.num <= 12 {
			s.month = a.num
		}
	default:
		return stamp{}, false
	}
	if s.month < 1 || s.month > 12 || s.day < 1 {
		return stamp{}, false
	}
	_, ok := s.in(s.year)
	return s, ok
}

// weekdayAt reads a day of the week that is no part of a name.
func (r *whenReader) weekdayAt(i int, the bool) (stamp, bool) {
	t := r.at(i)
	wd, ok := whenDays[t.low]
	before := r.at(i - 1)
	if !ok || the || r.joinsLetters(i) || before.low == "-" && t.glued || namedBefore[before.low] || r.is(i-2, "mail", "on") {
		return stamp{}, false
	}
	s := stamp{end: i + 1, grain: byDay, weekday: int(wd) + 1}
	next := r.at(i + 1)
	short := len(t.low) <= 5 // Thurs is the longest; Friday the shortest name in full
	switch {
	case short && (!t.upper || before.low != "on" || next.upper):
		return stamp{}, false
	case namedAfter[next.low], next.upper && dayParts[next.low], next.low == "the" && r.at(i+2).ordinal && !r.is(i+3, "of"):
		return stamp{}, false
	}
	if dayParts[next.low] {
		s.end++
	}
	j := s.end
	if r.any(j, ",", "the") {
		j++
	}
	if day, ok := r.dayAt(j, true); ok { // Tuesday, 5 March
		return day, true
	}
	s.bare = r.bareWeekday(i, s.end > i+1)
	return s, true
}

// bareWeekday tells whether the weekday at i may stand without a preposition,
// as in "was delayed Wednesday", "Tuesday's win" and "host the awards Sunday
// night"; part tells that the part of the day follows.
func (r *whenReader) bareWeekday(i int, part bool) bool {
	before, next := r.at(i-1), r.at(i+1)
	switch {
	case r.at(i).possessive:
		return !next.upper || !before.upper
	case before.low == "the" && !part, next.upper && !part, before.upper:
		return false
	case i == 0:
		return part
	}
	switch before.low {
	case "of", "in", "about", "for", "with", "to", "at", "into", "than", "like", "his", "her", "their", "its", "our", "my", "or", "and", "no":
		return false
	}
	return before.word
}
