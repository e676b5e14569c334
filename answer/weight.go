package answer

import (
	"math"

	"newsdesk/index"
)

// What a term is worth, beside its rarity among the articles: a common word
// tells little even where few articles hold it, a name tells more, and the
// name of an outlet that others may quote a little less.
const (
	commonFactor = 0.4
	nameFactor   = 1.3
	citedFactor  = 0.8
)

func (t term) factor() float64 {
	switch {
	case t.cited:
		return citedFactor
	case t.name:
		return nameFactor
	case common[t.text]:
		return commonFactor
	}
	return 1
}

// In a small collection rarity is chance, so the weights rest on priorDocs
// passages as well that nobody has seen, a share of which hold the term: as
// many of a thousand as English texts of that length do, roughly.
const (
	priorDocs   = 1000
	priorCommon = 0.06
	priorOther  = 0.002
)

// weightOf is a term's share in a question: smoothed inverse document
// frequency, times its factor.
func weightOf(t term, s index.TermStat, docs int) float64 {
	prior := priorOther
	if common[t.text] {
		prior = priorCommon
	}
	n, holding := float64(docs)+priorDocs, float64(s.Docs)+priorDocs*prior
	return t.factor() * math.Log(1+(n-holding+0.5)/(holding+0.5))
}

// common are terms of everyday words that stand in texts on any subject.
var common = termSet(`
	go goes going gone went come came get got gotten make made take took taken give gave
	see saw seen look find found use used put set keep kept let seem become became turn
	want wanted need needed try tried ask asked feel felt think thought believe
	know known mean show shown tell told work works play move live believe hold bring brought
	happen write provide sit stand lose pay meet include continue learn change lead understand
	watch follow stop create speak read allow add spend grow open walk offer remember consider
	appear buy wait serve die send expect build stay fall cut reach remain suggest raise pass
	sell require report decide pull supposed
	time year years day days week weeks month months hour hours minute today yesterday tomorrow
	people man men woman women thing things way life world child part place case point
	government company number group problem fact lot kind bit
	new old good better best great big small large long little young important public bad
	same able early late high low different next last first second third previous recent current
	one two three four five six seven eight nine ten several various certain whole main major
	really actually exactly still even well back now then around away ever never always often
	already yet almost enough quite rather maybe perhaps together along later later soon
	name member area side line end head home hand eye word issue question service
	involve involving relate related regard regarding concern concerning describe described
	according term terms type kind sort state
`)

func termSet(words string) map[string]bool {
	m := make(map[string]bool)
	for _, tok := range index.Analyze(words) {
		m[tok.Term] = true
	}
	return m
}
