package answer

import (
	"math"
	"time"

	"newsdesk/index"
	"newsdesk/locale"
)

// How likely an answer must be right, by the model, to be given as one, or as
// one in part.
const (
	answeredFrom = 0.6
	weakFrom     = 0.35 // where the collection is an archive
	weakLive     = 0.15 // so much more where it is live: there an answer is fresh, or older news

	// olderFrom is the same for what an archive would answer, see olderNews.
	olderFrom = 0.7
)

// ConfidenceFeatures names what the confidence is taken from.
var ConfidenceFeatures = []string{
	"one",      // always 1
	"bm25",     // of the best passage, as in PassageFeatures
	"cover",    // of the best passage
	"article",  // share of the question's weight in the best article
	"sentence", // in the best sentence
	"window",   // and its neighbours
	"context",  // and heading and title
	"focus",    // the best sentence's and its neighbours' share of what the title does not say
	"names",    // share of the question's names in the best passage
	"known",    // share of the question's weight that any article holds
	"pairs",
	"fresh12",
	"news12",
	"agree",      // other articles' passages that cover as much
	"lead",       // by how much the best passage leads
	"archive",    // the collection is not live
	"vote",       // the best sentence holds a word that the candidates vote for
	"typed_vote", // one of the type that the question wants

	// Of the best five passages, the less the older.
	"around_cover", "around_title", "around_article", "around_window", "around_bm25",
}

// confidence tells how likely the best of the picks answers the question,
// from 0 to 1.
func (e *Engine) confidence(f found, picks []pick) float64 {
	if len(picks) == 0 {
		return 0
	}
	return sigmoid(dot(e.weights.confidence, confidenceFeatures(f, picks, f.live)))
}

// confidenceFeatures describes what was found, in a collection that is as live
// as said.
func confidenceFeatures(f found, picks []pick, live float64) []float64 {
	best, top := picks[0], f.candidates[0]
	fresh, news := top.features[pFresh12], top.features[pNews12]
	if live == 0 {
		fresh, news = 0, 0
	}
	known := uint64(0)
	for i, t := range f.terms {
		if t.docs > 0 {
			known |= 1 << i
		}
	}
	agree := 0.0
	for _, c := range f.candidates[1:] {
		if c.Article != top.Article && c.features[pCover] >= 0.95*top.features[pCover] {
			agree++
		}
	}
	lead := 0.0
	if len(f.candidates) > 1 {
		lead = 1 - math.Exp(f.candidates[1].score-top.score)
	}
	features := []float64{
		1, top.features[pBM25], top.features[pCover], top.features[pArticle],
		best.features[sCover], best.features[sWindow], best.features[sContext], best.features[sFocusNear],
		top.features[pNames], f.share(known),
		top.features[pPairs], fresh, news,
		1 - 1/(1+agree), lead, 1 - live,
		best.features[sVote], best.features[sTypedVote],
	}
	return append(features, around(f, live)...)
}

// aroundPassages is how many of the best passages tell whether the matter is
// in the news at all.
const aroundPassages = 5

// around returns what the best passages have in the mean, the less the older
// they are where the collection is live: passages that fit well but are of
// another time seldom answer.
func around(f found, live float64) []float64 {
	of := [...]int{pCover, pTitle, pArticle, pWindow, pBM25}
	means := make([]float64, len(of))
	list := f.candidates[:min(aroundPassages, len(f.candidates))]
	for _, c := range list {
		fresh := max(c.features[pFresh12], 1-live)
		for k, from := range of {
			means[k] += c.features[from] * fresh / float64(len(list))
		}
	}
	return means
}

// judge says whether the sentences answer the question, and why not.
func judge(u understood, f found, picks []pick, confidence float64, stats index.Stats) (Verdict, locale.Text) {
	if missing := u.unknownNames(f); len(missing) > 0 {
		return None, locale.Textf("No article mentions %s. %s", listed(missing, or), covered(u, stats))
	}
	if len(picks) == 0 {
		return None, noPassage(u, f, stats)
	}
	lacking := u.lacking(picks[0].from.all())
	weakFrom := weakFrom + weakLive*f.live
	switch {
	case confidence >= answeredFrom:
		return Answered, locale.Text{}
	case confidence >= weakFrom && len(lacking) > 0:
		return Weak, locale.Textf("The nearest passage does not mention %s.", listed(lacking, or))
	case confidence >= weakFrom:
		return Weak, locale.Textf("The nearest passage speaks of it, but may not say just this.")
	default:
		if len(u.terms) == 1 {
			return None, locale.Textf("No passage says much of %s. %s", listed(u.terms, and), covered(u, stats))
		}
		return None, locale.Textf("No passage speaks of %s together. %s", listed(heaviest(u, f), and), covered(u, stats))
	}
}

// olderNews gives a question that does not ask for news what an archive would
// answer, though the passage is old: people ask a live collection about last
// year's too, and only they know which they mean. The reason tells how old.
func (e *Engine) olderNews(u understood, f found, picks []pick) (reason locale.Text, ok bool) {
	if u.age == ofNews || f.live == 0 || len(picks) == 0 || picks[0].from.Published.IsZero() || len(u.unknownNames(f)) > 0 {
		return reason, false
	}
	if sigmoid(dot(e.weights.confidence, confidenceFeatures(f, picks, 0))) < olderFrom {
		return reason, false
	}
	return locale.Textf("What comes nearest is older news, of %s.", picks[0].from.Published), true
}

// unknownNames returns the names and numbers of the question that no article
// holds.
func (u understood) unknownNames(f found) []term {
	var missing []term
	for i, t := range f.terms {
		if t.docs == 0 && u.terms[i].name {
			missing = append(missing, u.terms[i])
		}
	}
	return missing
}

// lacking returns the words of the question that a set of terms lacks.
func (u understood) lacking(set uint64) []term {
	var list []term
	for i, t := range u.terms {
		if set&(1<<i) == 0 && !t.cited {
			list = append(list, t)
		}
	}
	return list
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
			if f.terms[j].weight > f.terms[i].weight || f.terms[j].weight == f.terms[i].weight && j < i {
				heavier++
			}
		}
		if heavier < 3 {
			list = append(list, u.terms[i])
		}
	}
	return list
}

func noPassage(u understood, f found, stats index.Stats) locale.Text {
	known := false
	for _, t := range f.terms {
		known = known || t.docs > 0
	}
	if !known {
		return locale.Textf("No article mentions %s. %s", listed(heaviest(u, f), or), covered(u, stats))
	}
	return locale.Textf("No article%s mentions %s. %s", narrowed(u), listed(heaviest(u, f), or), covered(u, stats))
}

// narrowed tells in words what the person left out by dates or source.
func narrowed(u understood) locale.Text {
	var outlets, days locale.Text
	if list := u.filter.Sources; len(list) > 0 {
		outlets = locale.Textf(" of %s", listOf(list))
	}
	from, to := u.filter.From, u.filter.To
	switch {
	case !from.IsZero() && !to.IsZero():
		days = locale.Textf(" from %s to %s", from, to)
	case !from.IsZero():
		days = locale.Textf(" since %s", from)
	case !to.IsZero():
		days = locale.Textf(" until %s", to)
	case outlets.IsZero():
		days = locale.Textf(" published by %s", u.now)
	}
	return locale.Textf("%s%s", outlets, days)
}

// covered says what time the articles span.
func covered(u understood, s index.Stats) locale.Text {
	switch {
	case s.Oldest.IsZero():
		return locale.Textf("The articles carry no dates.")
	case s.Oldest.After(u.now):
		return locale.Textf("The articles begin on %s, later than the question.", s.Oldest)
	case sameDay(s.Oldest, s.Newest):
		return locale.Textf("The articles are of %s.", s.Oldest)
	}
	return locale.Textf("The articles cover %s to %s.", s.Oldest, s.Newest)
}

func sameDay(a, b time.Time) bool { return midnight(a.UTC()).Equal(midnight(b.UTC())) }

// How the last of a list is joined to the others.
const (
	and = "%s and %s"
	or  = "%s or %s"
)

// listed lists words as 'a', 'b' or 'c'.
func listed(terms []term, last string) any {
	if len(terms) == 0 {
		return locale.Textf("it")
	}
	words := make([]any, len(terms))
	for i, t := range terms {
		words[i] = t.word
	}
	return locale.List{Items: words, Each: "'%s'", Last: last}
}

func listOf(names []string) locale.List {
	var l locale.List
	for _, name := range names {
		l.Items = append(l.Items, name)
	}
	return l
}
