package answer

// partAt reads a part of a month, a year or a decade: "early March", "the
// end of last year", "the first half of 2024", "Q1 2024".
func (r *whenReader) partAt(i int, the bool) (stamp, bool) {
	p, j, must := r.partWords(i)
	if p == whole || r.at(i).upper && p < quarter1 {
		return stamp{}, false
	}
	if must { // "of" or "in" stands between
		if !r.any(j, "of", "in") {
			return stamp{}, false
		}
		j++
	}
	s, ok := r.partOf(j, p, r.any(i-1, "by") || the && r.any(i-2, "by"))
	s.part, s.bare, s.the = p, true, must || the && s.grain == byDecade
	return s, ok
}

// partWords reads the words that name a part; must tells that "of" follows.
func (r *whenReader) partWords(i int) (p part, end int, must bool) {
	end = i + 1
	if r.at(end).low == "-" && r.at(end).glued {
		end++ // mid-March
	}
	switch r.at(i).low {
	case "early":
		return early, end, false
	case "mid":
		return middle, end, false
	case "late":
		return late, end, false
	case "start", "beginning":
		return opening, end, true
	case "end", "close":
		return ending, end, true
	case "middle":
		return middle, end, true
	case "latter":
		return secondHalf, i + 2, r.is(i+1, "half", "of")
	case "q":
		n := r.at(i + 1)
		if n.glued && n.num >= 1 && n.num <= 4 && len(n.low) == 1 {
			return quarter1 + part(n.num-1), i + 2, r.any(i+2, "of", "in")
		}
	case "last", "final", "first", "second", "third", "fourth", "1", "2", "3", "4":
		return r.nthPart(i)
	}
	return whole, end, false
}

// nthPart reads "first half", "second quarter", "last weeks" and "first days".
func (r *whenReader) nthPart(i int) (p part, end int, must bool) {
	n := map[string]int{"first": 1, "1": 1, "second": 2, "2": 2, "third": 3, "3": 3, "fourth": 4, "4": 4}[r.at(i).low]
	switch {
	case r.at(i).num > 0 && !r.at(i).ordinal:
	case r.is(i+1, "half") && (n == 1 || n == 2):
		return firstHalf + part(n-1), i + 2, true
	case r.is(i+1, "quarter") && n > 0:
		return quarter1 + part(n-1), i + 2, true
	case r.any(i+1, "days", "week", "weeks", "months") && n == 1:
		return opening, i + 2, true
	case r.any(i+1, "days", "week", "weeks", "months") && n == 0:
		return ending, i + 2, true
	}
	return whole, i + 1, false
}

// partOf reads what the part p is of; by tells that "by" stands before it.
func (r *whenReader) partOf(j int, p part, by bool) (stamp, bool) {
	if s, ok := r.monthAt(j, false); ok && p < quarter1 {
		return s, true
	}
	if r.at(j).low == "the" {
		if s, ok := r.yearAt(j+1, true); ok && s.grain == byDecade {
			return s, true
		}
	}
	if s, ok := r.yearAt(j, false); ok && s.fixed == (stretch{}) {
		return s, true
	}
	s := stamp{end: j + 2, grain: whenUnits[r.at(j+1).low]}
	if s.grain < byWeek || s.grain > byYear || s.grain == byFortnight || r.at(j+1).possessive {
		return stamp{}, false
	}
	switch r.at(j).low {
	case "last":
		s.past, s.fixed = true, r.unitBack(s.grain, 1)
	case "this", "the":
		s.fixed = r.unitBack(s.grain, 0)
		// "At the end of the year" is last year's until this year's is near.
		if r.at(j).low == "the" && !by && cutPart(s.fixed, s.grain, p).from.After(r.today) {
			s.fixed = r.unitBack(s.grain, 1)
		}
	default:
		return stamp{}, false
	}
	return s, true
}

// seasonAt reads "summer 2024", "the fall of 1989" and, behind the
// prepositions that leave no doubt, "over the summer".
func (r *whenReader) seasonAt(i int, the bool) (stamp, bool) {
	sn, ok := whenSeasons[r.at(i).low]
	if !ok {
		return stamp{}, false
	}
	s := stamp{grain: bySeason, season: sn, past: true, bare: true, the: true}
	if s.year, s.end, ok = r.yearBehind(i + 1); ok {
		return s, !r.is(i+1, ",")
	}
	if the && r.any(i-2, "over", "during", "since") && !r.is(i+1, "of") && !r.at(i).upper {
		s.end = i + 1
		if s.fixed, ok = r.seasonBack(sn, true); !ok {
			s.fixed, ok = r.seasonBack(sn, false)
		}
		return s, ok
	}
	return stamp{}, false
}

// wrappedAt reads a date behind words that add nothing, or a week: "the night
// of 5 March", "the month of March", "the week of March 5", "the weekend".
func (r *whenReader) wrappedAt(i int, the bool) (stamp, bool) {
	switch low := r.at(i).low; {
	case !the:
	case low == "weekend" && r.any(i-2, "over", "at", "on", "during", "since") && !r.at(i).possessive && !r.is(i+1, "of"):
		return stamp{end: i + 1, grain: byWeekend, the: true, fixed: r.unitBack(byWeekend, 0)}, true
	case !r.is(i+1, "of"):
	case low == "month" || low == "year":
		if s, ok := r.monthAt(i+2, false); ok && low == "month" {
			s.the = true
			return s, true
		}
		s, ok := r.yearAt(i+2, false)
		s.the = true
		return s, ok && low == "year"
	case dayParts[low], low == "day", low == "week", low == "weekend":
		s, ok := r.dayAt(i+2, r.is(i+2, "the"))
		days, fits := s.resolve(r.today)
		if !ok || !fits {
			return stamp{}, false
		}
		if low == "week" || low == "weekend" {
			s.grain = whenUnits[low]
			days.to = days.to.AddDate(0, 0, map[string]int{"week": 6, "weekend": 2}[low])
			s.fixed = days
		}
		s.the = true
		return s, true
	}
	return stamp{}, false
}
