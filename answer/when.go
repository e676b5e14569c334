package answer

import (
	"strings"
	"time"

	"newsdesk/article"
)

// A period is the time of publication that a question states, as far as its
// words tell. Days are those of UTC.
//
// It is generous, for an article shut out is lost while one let in is only
// ranked: a stretch with an end takes in the days on which news of its last
// hours is printed (see graceOf), rough words take in what they may mean, and
// words that may be a name or a time to come state nothing. It never reaches
// beyond the end of the day on which the question is asked.
type period struct {
	from, to time.Time    // both included; zero is open
	stated   bool         // a window was stated: it filters
	words    string       // the words that state it, as written: "in March 2024"
	span     article.Span // where they stand in the text
	news     bool         // asks for what is new ("latest", "next week"); without a window, recency counts more
	old      bool         // is about a year before last year, or an earlier one
}

// periodOf reads the period that a question, asked at now, states. Of several
// the first counts; if they touch ("on Tuesday last week") it is what they
// share. Two dates with years, as in a comparison, count from the one to the
// other, and a time counted from now goes before a date of the past.
func periodOf(text string, now time.Time) period {
	now = now.UTC()
	r := whenReader{text: text, toks: whenTokens(text), now: now, today: midnight(now)}
	var p period
	var best phrase
	found := false
	var c clause
	for i := 0; i < len(r.toks); {
		ph, ok := r.phraseAt(i, c)
		if !ok {
			c.read(&r, i)
			p.news = p.news || r.asksNews(i)
			p.old = p.old || r.namesOldYear(i)
			i++
			continue
		}
		i = ph.end
		switch {
		case !found && best.toCome && !ph.stamp.past && r.touch(best, ph): // next week, on Tuesday
			best.end = ph.end
		case !found:
			best, found, p.news = ph, !ph.toCome, p.news || ph.toCome
		case ph.toCome:
			if !r.touch(best, ph) {
				p.news = true
			} else if !best.stamp.past { // Tuesday of next week, but not 2015 and the next year
				p.news, found = true, false
			}
		default:
			best = r.combine(best, ph)
		}
	}
	if found {
		r.state(&p, best)
	}
	return p
}

// state writes a phrase into a period.
func (r *whenReader) state(p *period, ph phrase) {
	p.stated = true
	p.span = article.Span{Start: r.at(ph.start).Start, End: r.at(ph.end - 1).End}
	p.words = p.span.Of(r.text)
	p.from = ph.days.from
	lastYear := civil(r.today.Year()-1, 1, 1)
	if to := ph.days.to; !to.IsZero() {
		p.old = p.old || to.Before(lastYear)
		if to = to.AddDate(0, 0, graceOf(ph.grain, r.asksFigures())); to.After(r.today) {
			to = r.today
		}
		p.to = to.AddDate(0, 0, 1).Add(-time.Nanosecond)
	}
}

// touch tells whether only a comma or "of" stands between two phrases.
func (r *whenReader) touch(a, b phrase) bool {
	return b.start == a.end || b.start == a.end+1 && r.any(a.end, ",", "of")
}

// combine takes a second phrase into the first.
func (r *whenReader) combine(a, b phrase) phrase {
	switch {
	case r.touch(a, b):
		return r.share(a, b)
	case a.absolute() && b.absolute() && (a.closed() && b.closed() || a.gov == b.gov) && a.grain == b.grain:
		a.days = a.days.hull(b.days)
	case a.absolute() && b.stamp.fixed != stretch{} && b.gov == govWithin && b.days.from.After(a.days.to):
		return b
	}
	return a
}

// share is what two phrases side by side have in common. The one that leaves
// its week or year out takes it from the other.
func (r *whenReader) share(a, b phrase) phrase {
	floating, other := a, b
	if !a.stamp.floating() {
		floating, other = b, a
	}
	days, ok := a.days.intersect(b.days)
	if floating.stamp.floating() && other.closed() && floating.gov == govWithin {
		if again, fits := floating.stamp.resolve(other.days.to); fits {
			days, ok = again.intersect(other.days)
		}
	}
	switch {
	case !ok && a.absolute() && !b.absolute():
		return b
	case !ok:
		return a
	}
	a.days, a.end, a.grain = days, b.end, min(a.grain, b.grain)
	a.stamp = stamp{fixed: days}
	return a
}

// covers tells whether an article published at t is in the period. Where none
// is stated all are; else one without a date is not.
func (p period) covers(t time.Time) bool {
	if !p.stated {
		return true
	}
	return !t.IsZero() && !t.Before(p.from) && (p.to.IsZero() || !t.After(p.to))
}

// String is the period for people: "10 to 16 Mar 2024", "since 5 Mar 2024".
// It is empty where none is stated.
func (p period) String() string {
	const full = "2 Jan 2006"
	switch a, b := p.from, p.to; {
	case !p.stated:
		return ""
	case a.IsZero():
		return "until " + b.Format(full)
	case b.IsZero():
		return "since " + a.Format(full)
	case a.Format(full) == b.Format(full):
		return b.Format(full)
	case a.Year() != b.Year():
		return a.Format(full) + " to " + b.Format(full)
	case a.Month() != b.Month():
		return a.Format("2 Jan") + " to " + b.Format(full)
	default:
		return a.Format("2") + " to " + b.Format(full)
	}
}

// A clause is what the words before a phrase tell of it.
type clause struct {
	future      bool     // something will be
	superlative bool     // the first, the worst: of years, not in them
	gov         governor // after or before an event, whose time follows: "after the raid last week"
}

// read takes in a token that belongs to no time.
func (c *clause) read(r *whenReader, i int) {
	t := r.at(i)
	switch {
	case strings.ContainsAny(t.low, ".?!;") && !t.word && !r.at(i+1).glued && r.at(i-1).Len() > 1:
		*c = clause{}
	case !t.word && t.low != "-" && t.low != "'" && t.low != `"`, clauseStarts[t.low]:
		c.gov, c.superlative = govWithin, false
	case t.upper:
	case t.low == "since", t.low == "after", t.low == "following":
		c.gov = govAfter
	case t.low == "before", t.low == "until", r.is(i, "prior", "to"):
		c.gov = govBefore
	case futureWords[t.low], futureTo[t.low] && r.is(i+1, "to"), strings.HasSuffix(t.low, "'ll"), strings.HasSuffix(t.low, "’ll"):
		c.future = true
	case superlatives[t.low]:
		c.superlative = true
	}
}

// asksFigures tells whether the question is for what is counted.
func (r *whenReader) asksFigures() bool {
	for i, t := range r.toks {
		if figureWords[t.low] || t.low == "how" && r.any(i+1, "many", "much", "often") {
			return true
		}
	}
	return false
}

// asksNews tells whether token i asks for what is new.
func (r *whenReader) asksNews(i int) bool {
	t := r.at(i)
	switch {
	case t.upper || !t.word:
		return false
	case t.low == "breaking":
		return i == 0 || newsNouns[r.at(i+1).low]
	}
	return whenNews[t.low] || r.is(i, "so", "far") || r.is(i, "these", "days")
}

// namesOldYear tells whether token i is a year, or the years, before last.
func (r *whenReader) namesOldYear(i int) bool {
	t := r.at(i)
	return t.num > 1000 && t.num < r.today.Year()-1 && len(t.low) == 4 && !t.ordinal && !r.counts(i)
}
