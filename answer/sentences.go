package answer

import (
	"math"
	"sort"
	"strings"

	"newsdesk/article"
	"newsdesk/index"
)

// How many sentences an answer has, and from how many passages they may come.
const (
	minSentences = 2
	maxSentences = 4
	fromPassages = 10
)

// quoteBudget bounds a quote in bytes, unless its sentence alone is longer;
// it is what a chat shows without a fold.
const quoteBudget = 350

// A pick is a sentence that may stand in the answer.
type pick struct {
	from     *candidate
	at       int          // place in from.Sentences
	span     article.Span // in from.Text
	features []float64
	score    float64 // by the model
}

// SentenceFeatures names what sentences are chosen by.
var SentenceFeatures = []string{
	"cover",      // share of the question's weight in the sentence
	"window",     // and in its neighbours
	"context",    // and in heading and title
	"pairs",      // neighbours of the question that are neighbours here
	"focus",      // share of what the title does not say already
	"focus_near", // and in its neighbours
	"fit",        // holds a word of the type that the question wants
	"fit_cover",  // and as much of the question's weight
	"number",     // likewise, where it wants a number
	"time",       // a time
	"person",     // a person
	"place",      // a place
	"ahead",      // tells of what is to come, where the question wants that
	"reason",     // gives a reason, where the question wants one
	"fit_near",   // a neighbour holds a word of the type
	"agent",      // who did it: the question's verb stands beside a new name
	"passage",    // how its passage compares with the best
	"first",      // the passage is the best
	"opening",    // first sentence of its article
	"early",      // near the beginning of its article
	"after",      // stands behind a sentence that covers more
	"tiny",       // fewer than five words
	"long",       // more than 45
	"question",
	"pronoun", // begins with a word that points back
	"fresh12",
	"vote",       // a word that the candidates vote for
	"typed_vote", // likewise one of the wanted type
	"title_said", // share of what the title says beside the question's words
}

const (
	sCover = iota
	sWindow
	sContext
	sPairs
	sFocus
	sFocusNear
	sFit
	sFitCover
	sNumber
	sTime
	sPerson
	sPlace
	sAhead
	sReason
	sFitNear
	sAgent
	sPassage
	sFirst
	sOpening
	sEarly
	sAfter
	sTiny
	sLong
	sQuestion
	sPronoun
	sFresh12
	sVote
	sTypedVote
	sTitleSaid
)

// pickSentences scores every sentence of the best passages, best first.
func (e *Engine) pickSentences(u understood, f found) []pick {
	var picks []pick
	for rank := range f.candidates[:min(fromPassages, len(f.candidates))] {
		picks = append(picks, picksOf(u, f, rank)...)
	}
	for i := range picks {
		picks[i].score = dot(e.weights.sentence, picks[i].features)
	}
	sort.SliceStable(picks, func(i, j int) bool { return picks[i].score > picks[j].score })
	return picks
}

// picksOf describes the sentences of the passage of that rank.
func picksOf(u understood, f found, rank int) []pick {
	c := &f.candidates[rank]
	fits := make([]float64, len(c.Sentences))
	for i, list := range c.rest {
		fits[i] = highest(f.votes.fits, list)
	}
	picks := make([]pick, len(c.Sentences))
	for i, s := range c.Sentences {
		v := make([]float64, len(SentenceFeatures))
		text := s.Of(c.Text)
		own, near := c.own[i], c.near(i)
		v[sCover] = f.share(own)
		v[sWindow] = f.share(own | near)
		v[sContext] = f.share(own | near | c.head[i] | c.title)
		v[sPairs] = f.pairShare(c.pairs[i])
		v[sFocus], v[sFocusNear] = f.focus(own, c.title), f.focus(own|near, c.title)
		v[sFit], v[sFitCover] = fits[i], fits[i]*v[sCover]
		if u.asks == asksReason {
			v[sReason] = indicator(givesReason(text))
		} else if place, ok := fitFeature[u.asks]; ok {
			v[place] = fits[i]
		}
		v[sAhead] = indicator(u.ahead && looksAhead(text))
		v[sAgent] = u.agentIn(text)
		if i > 0 {
			v[sFitNear] = fits[i-1]
			v[sAfter] = max(0, f.share(c.own[i-1])-v[sCover])
		}
		if i+1 < len(fits) {
			v[sFitNear] = max(v[sFitNear], fits[i+1])
		}
		v[sPassage] = math.Exp(c.score - f.candidates[0].score)
		v[sFirst] = indicator(rank == 0)
		v[sOpening] = indicator(c.N == 0 && i == 0)
		v[sEarly] = 1 / (1 + float64(c.N) + float64(i)/8)
		words := len(strings.Fields(text))
		v[sTiny], v[sLong] = indicator(words < 5), indicator(words > 45)
		v[sQuestion] = indicator(strings.HasSuffix(text, "?"))
		v[sPronoun] = indicator(pointsBack(text))
		v[sFresh12] = c.features[pFresh12]
		v[sVote], v[sTypedVote] = highest(f.votes.all, c.rest[i]), highest(f.votes.typed, c.rest[i])
		v[sTitleSaid] = titleSaid(c.titleRest, c.rest[i])
		picks[i] = pick{from: c, at: i, span: s, features: v}
	}
	return picks
}

// fitFeature is the feature of each kind of thing that may be asked for, so
// that a number may count more than a name.
var fitFeature = map[asks]int{asksNumber: sNumber, asksTime: sTime, asksPerson: sPerson, asksPlace: sPlace}

// looksAhead reports whether a text tells of what is to come.
func looksAhead(text string) bool {
	for _, w := range words(strings.ToLower(text)) {
		if ahead[w] {
			return true
		}
	}
	return false
}

var ahead = set("next tomorrow will upcoming soon scheduled")

// pointsBack reports whether a sentence begins with a word that stands for
// something in the sentence before.
func pointsBack(text string) bool {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "“\"‘'"), " ")
	return backward[strings.ToLower(strings.TrimRight(first, ","))]
}

var backward = set("he she it they this that these those his her its their such both but and so")

// slack is how much lower than the best a sentence may score to stand in an
// answer that has enough already: by the model's scale a sentence one
// lower is e times less likely to be right.
const slack = 1.0

// choose takes the sentences of the answer from picks: the best, then others
// that are nearly as good and say something else.
func choose(picks []pick, l Length) []pick {
	least, most := l.sentences()
	var chosen []pick
	for _, p := range picks {
		if len(chosen) == most || len(chosen) >= least && p.score < chosen[0].score-slack {
			break
		}
		if !repeats(chosen, p) {
			chosen = append(chosen, p)
		}
	}
	return chosen
}

// repeats reports whether a sentence says, in most of its words, what one
// already chosen says.
func repeats(chosen []pick, p pick) bool {
	if len(chosen) == 0 {
		return false
	}
	terms := p.terms()
	for _, c := range chosen {
		shared, others := 0, c.terms()
		for t := range terms {
			if others[t] {
				shared++
			}
		}
		if smaller := min(len(terms), len(others)); smaller == 0 || float64(shared) >= 0.8*float64(smaller) {
			return true
		}
	}
	return false
}

func (p pick) terms() map[string]bool {
	terms := make(map[string]bool)
	for _, tok := range index.AnalyzeIn(p.from.Language, p.text()) {
		terms[tok.Term] = true
	}
	return terms
}

func (p pick) text() string { return p.span.Of(p.from.Text) }

// quote returns the piece of the passage to show for a sentence: the sentence
// with the one before it, then the one behind it, as far as quoteBudget goes
// and no heading lies between. The one before comes first since it is what
// "he" or "it" points back to.
func (p pick) quote() article.Span {
	q := p.span
	if p.at > 0 {
		before := p.from.Sentences[p.at-1]
		if q.End-before.Start <= quoteBudget && p.adjoin(before, p.span) {
			q.Start = before.Start
		}
	}
	if p.at+1 < len(p.from.Sentences) {
		behind := p.from.Sentences[p.at+1]
		if behind.End-q.Start <= quoteBudget && p.adjoin(p.span, behind) {
			q.End = behind.End
		}
	}
	return q
}

// adjoin reports whether nothing but white space lies between two sentences.
func (p pick) adjoin(a, b article.Span) bool {
	return strings.TrimSpace(p.from.Text[a.End:b.Start]) == ""
}
