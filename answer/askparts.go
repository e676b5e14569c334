package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"newsdesk/index"
	"newsdesk/locale"
)

// askParts answers a question that compares: each part with sentences of its
// own, in order.
func (e *Engine) askParts(ctx context.Context, a *Answer, u understood, stats index.Stats) error {
	var reasons []locale.Text
	said := make(map[string]bool)
	var outcomes []outcome
	_, most := u.length.sentences()
	each := max(1, most/len(u.parts))
	answered, found := 0, 0
	for _, p := range u.parts {
		o, err := e.outcome(ctx, p, stats)
		if err != nil {
			return err
		}
		part := Part{Question: p.question, Outlets: p.scope.Outlets, Window: p.window(), Verdict: o.verdict, Cites: []int{}}
		if o.verdict != None {
			found++
			chosen := choose(o.picks, p.length)
			if unsaid := a.unsaid(chosen); len(unsaid) > 0 {
				part.Cites = a.cite(p, unsaid[:min(each, len(unsaid))])
			} else {
				part.Cites = a.citesOf(chosen)
			}
		}
		if o.verdict == Answered {
			answered++
		} else if reason := p.reasonOf(o); !said[reason.String()] {
			said[reason.String()] = true
			reasons = append(reasons, reason)
		}
		a.Scope = a.Scope.kept(o.found.unheld)
		a.Parts, outcomes = append(a.Parts, part), append(outcomes, o)
		a.Confidence += o.confidence / float64(len(u.parts))
	}
	switch {
	case answered == len(u.parts):
		a.Verdict = Answered
	case found > 0:
		a.Verdict = Weak
	default:
		for i, o := range outcomes {
			for _, c := range related(u.parts[i], o.picks) {
				known := slices.ContainsFunc(a.Related, func(r Citation) bool { return r.ArticleID == c.ArticleID })
				if c.N = len(a.Related) + 1; !known && c.N <= maxRelated {
					a.Related = append(a.Related, c)
				}
			}
		}
	}
	a.Said.Reason = locale.Join(reasons...)
	return nil
}

// reasonOf says why a part is not answered, or only weakly.
func (u understood) reasonOf(o outcome) locale.Text {
	if o.verdict == None {
		return locale.Textf("“%s” is not answered: %s", clipPart(u.question), o.reason)
	}
	return locale.Textf("“%s” is answered only in part: %s", clipPart(u.question), o.reason)
}

// clipPart cuts a part's words at a space to what a sentence can hold.
func clipPart(s string) string {
	const most = 90 // characters
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	cut := string(r[:most])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

// unsaid leaves out sentences that the answer holds already.
func (a *Answer) unsaid(picks []pick) []pick {
	var left []pick
	for _, p := range picks {
		if !slices.ContainsFunc(a.Sentences, func(s Sentence) bool { return s.Text == p.text() }) {
			left = append(left, p)
		}
	}
	return left
}

// citesOf returns the citations of sentences that the answer holds already.
func (a *Answer) citesOf(picks []pick) []int {
	cites := []int{}
	for _, s := range a.Sentences {
		if slices.ContainsFunc(picks, func(p pick) bool { return p.text() == s.Text }) && !slices.Contains(cites, s.Cites[0]) {
			cites = append(cites, s.Cites[0])
		}
	}
	return cites
}

// findAll is find for a question that may have parts: the passages for all of
// them, the best of each first.
func (e *Engine) findAll(ctx context.Context, u understood, limit int) (understood, found, error) {
	if len(u.parts) == 0 {
		return e.seek(ctx, u, limit)
	}
	var lists [][]candidate
	var all found
	for _, p := range u.parts {
		f, err := e.find(ctx, p, limit)
		if err != nil {
			return u, found{}, err
		}
		lists = append(lists, f.candidates)
		all.unheld = appendNew(all.unheld, f.unheld...)
	}
	seen := make(map[string]bool)
	for rank := range candidates {
		for _, list := range lists {
			if rank >= len(list) {
				continue
			}
			c := list[rank]
			if key := fmt.Sprint(c.Article, "#", c.N); !seen[key] {
				seen[key] = true
				all.candidates = append(all.candidates, c)
			}
		}
	}
	// Scores of several parts do not compare; they only have to fall.
	for i := 1; i < len(all.candidates); i++ {
		all.candidates[i].score = min(all.candidates[i].score, all.candidates[i-1].score)
	}
	return u, all, nil
}

// window is the time that a question looks at; with parts, from the first of
// theirs to the last.
func (u understood) window() Window {
	w := Window{Date{u.filter.From}, Date{u.filter.To}, u.period.words}
	var hull period
	for _, p := range u.parts {
		switch {
		case !p.period.stated:
		case !hull.stated:
			hull = p.period
		default:
			days := stretch{hull.from, hull.to}.hull(stretch{p.period.from, p.period.to})
			hull.from, hull.to = days.from, days.to
			if !strings.Contains(hull.words, p.period.words) {
				hull.words += ", " + p.period.words
			}
		}
	}
	if hull.stated {
		w = Window{Date{hull.from}, Date{hull.to}, hull.words}
	}
	return w
}
