package answer

import (
	"slices"
	"time"

	"newsdesk/locale"
)

// When reports that differ are held to tell of one matter. The rules are
// strict, since a false alarm costs more trust than a difference that the
// reader sees in the quotes.
const (
	// A sentence may score so much lower than the best one; only its place in
	// another passage costs about 2.
	differSlack = 4.0

	differCover  = 0.75                // of the question's weight, in the sentence with heading and title
	differOwn    = 0.4                 // of it, in both sentences themselves
	differWords  = 0.65                // of what either sentence holds of it beside names, in both: they do the same thing
	differShared = 0.9                 // of what either holds of it with heading and title, in both
	differWithin = 14 * 24 * time.Hour // between the articles
	maxDiffering = 3                   // reports that are named
)

// A report is a sentence that holds one value of what is asked for.
type report struct {
	pick
	quantity
}

// differing returns, newest first, the sentences that give another number or
// date than the best one does, and that one; none where all agree.
func (f found) differing(u understood, picks []pick) []report {
	read := u.valueReader()
	if read == nil || len(picks) == 0 {
		return nil
	}
	best, ok := f.reportOf(u, picks[0], read)
	if !ok {
		return nil
	}
	list := []report{best}
	for _, p := range picks[1:] {
		if p.score < best.score-differSlack {
			break
		}
		r, ok := f.reportOf(u, p, read)
		if !ok || p.from.Article == best.from.Article || !f.comparable(u, best.pick, p) ||
			slices.ContainsFunc(list, func(o report) bool { return !o.differs(r.quantity) && !newer(r, o) }) {
			continue
		}
		// Of several reports of one value the newest speaks.
		list = slices.DeleteFunc(list, func(o report) bool { return !o.differs(r.quantity) })
		list = append(list, r)
	}
	if len(list) < 2 {
		return nil
	}
	newestFirst(list)
	return list[:min(len(list), maxDiffering)]
}

func newestFirst(list []report) {
	slices.SortStableFunc(list, func(a, b report) int { return b.from.Published.Compare(a.from.Published) })
}

func newer(a, b report) bool { return a.from.Published.After(b.from.Published) }

// reportOf reads the one value that a sentence gives to the question.
func (f found) reportOf(u understood, p pick, read func(string) []quantity) (report, bool) {
	if p.from.Published.IsZero() || f.share(p.context()) < differCover || f.nameShare(u, p.context()) < 1 {
		return report{}, false
	}
	var values []quantity
	for _, q := range read(p.text()) {
		if !slices.ContainsFunc(values, func(v quantity) bool { return v.value == q.value }) {
			values = append(values, q)
		}
	}
	if len(values) != 1 { // of several none is sure to be the one
		return report{}, false
	}
	return report{p, values[0]}, true
}

// context is the terms of the question in a sentence, its heading and title.
func (p pick) context() uint64 { return p.from.own[p.at] | p.from.head[p.at] | p.from.title }

// comparable reports whether two sentences can be about the same matter.
func (f found) comparable(u understood, a, b pick) bool {
	names := uint64(0)
	for i, t := range u.terms {
		if t.name {
			names |= 1 << i
		}
	}
	alike := func(one, two uint64, least float64) bool { return f.share(one&two) >= least*f.share(one|two) }
	one, two := a.from.own[a.at], b.from.own[b.at]
	return f.share(one&two) >= differOwn && alike(one&^names, two&^names, differWords) &&
		alike(a.context(), b.context(), differShared) &&
		a.from.Published.Sub(b.from.Published).Abs() <= differWithin
}

// leading puts the reports before the other sentences of an answer.
func leading(reports []report, chosen []pick, most int) []pick {
	var list []pick
	for _, r := range reports {
		list = append(list, r.pick)
	}
	for _, p := range chosen {
		if len(list) < most && !repeats(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// differNote says that reports differ, in words.
func differNote(reports []report) locale.Text {
	var said locale.List
	for _, r := range reports {
		where := locale.List{Items: []any{r.from.Published}}
		if r.from.Source != "" {
			where.Items = []any{r.from.Source, r.from.Published}
		}
		said.Items = append(said.Items, locale.Textf("%s (%s)", r.shown, where))
	}
	if !sameDay(reports[0].from.Published, reports[len(reports)-1].from.Published) {
		return locale.Textf("Reports differ: %s; the newest comes first.", said)
	}
	return locale.Textf("Reports differ: %s.", said)
}
