package answer

import (
	"fmt"
	"strings"
	"time"

	"newsdesk/index"
)

// The share of the question's weight that the best sentence and its context
// must hold. Weight is inverse document frequency, so that a missing name
// counts for more than a missing verb.
const (
	answeredFrom = 0.72
	weakFrom     = 0.5
)

// judge says whether the sentences answer the question, and why not.
func judge(u understood, f found, picks []pick, stats index.Stats) (Verdict, string) {
	if missing := u.unknownNames(f); len(missing) > 0 {
		return None, fmt.Sprintf("No article mentions %s. %s", quoted(missing, "or"), covered(u, stats))
	}
	if len(picks) == 0 {
		return None, noPassage(u, f, stats)
	}
	best := picks[0]
	for _, p := range picks[:min(maxSentences, len(picks))] {
		if p.coverage > best.coverage {
			best = p
		}
	}
	lacking := u.lacking(f, best)
	switch {
	case best.coverage >= answeredFrom && !anyName(lacking):
		return Answered, ""
	case best.coverage >= weakFrom:
		return Weak, fmt.Sprintf("The nearest passage does not mention %s.", quoted(lacking, "or"))
	default:
		return None, fmt.Sprintf("No passage speaks of %s together. %s", quoted(heaviest(u, f), "and"), covered(u, stats))
	}
}

// unknownNames returns the names and numbers of the question that no article
// holds.
func (u understood) unknownNames(f found) []term {
	var missing []term
	for i, t := range f.terms {
		if t.Docs == 0 && u.terms[i].name {
			missing = append(missing, u.terms[i])
		}
	}
	return missing
}

// lacking returns the words of the question that are neither in the sentence
// nor in what stands around it.
func (u understood) lacking(f found, p pick) []term {
	var list []term
	for i := range f.terms {
		if p.from.Matched&(1<<i) == 0 {
			list = append(list, u.terms[i])
		}
	}
	return list
}

func anyName(terms []term) bool {
	for _, t := range terms {
		if t.name {
			return true
		}
	}
	return false
}

// heaviest returns up to three words that say most, in the question's order.
func heaviest(u understood, f found) []term {
	if len(u.terms) <= 3 {
		return u.terms
	}
	var list []term
	for i := range f.terms {
		heavier := 0
		for j := range f.terms {
			if f.terms[j].IDF > f.terms[i].IDF || f.terms[j].IDF == f.terms[i].IDF && j < i {
				heavier++
			}
		}
		if heavier < 3 {
			list = append(list, u.terms[i])
		}
	}
	return list
}

func noPassage(u understood, f found, stats index.Stats) string {
	known := false
	for _, t := range f.terms {
		known = known || t.Docs > 0
	}
	if !known {
		return fmt.Sprintf("No article mentions %s. %s", quoted(heaviest(u, f), "or"), covered(u, stats))
	}
	return fmt.Sprintf("No article%s mentions %s. %s", narrowed(u), quoted(heaviest(u, f), "or"), covered(u, stats))
}

// narrowed tells in words what the person left out by dates or source.
func narrowed(u understood) string {
	var b strings.Builder
	if len(u.filter.Sources) > 0 {
		fmt.Fprintf(&b, " of %s", strings.Join(u.filter.Sources, ", "))
	}
	from, to := u.filter.From, u.filter.To
	switch {
	case !from.IsZero() && !to.IsZero():
		fmt.Fprintf(&b, " from %s to %s", day(from), day(to))
	case !from.IsZero():
		fmt.Fprintf(&b, " since %s", day(from))
	case !to.IsZero():
		fmt.Fprintf(&b, " until %s", day(to))
	}
	if b.Len() == 0 {
		fmt.Fprintf(&b, " published by %s", day(u.now))
	}
	return b.String()
}

// covered says what time the articles span.
func covered(u understood, s index.Stats) string {
	switch {
	case s.Oldest.IsZero():
		return "The articles carry no dates."
	case s.Oldest.After(u.now):
		return fmt.Sprintf("The articles begin on %s, later than the question.", day(s.Oldest))
	case day(s.Oldest) == day(s.Newest):
		return fmt.Sprintf("The articles are of %s.", day(s.Oldest))
	}
	return fmt.Sprintf("The articles cover %s to %s.", day(s.Oldest), day(s.Newest))
}

func day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// quoted lists words as 'a', 'b' or 'c'.
func quoted(terms []term, last string) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = "'" + t.word + "'"
	}
	switch n := len(words); n {
	case 0:
		return "it"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
}
