package answer

import (
	"slices"
	"strings"
	"time"

	"newsdesk/article"
)

// maxParts bounds the parts of a question; one that compares more is asked as
// a whole.
const maxParts = 4

// An anchor is a place in a comparison that speaks of one article: "the
// article from The Verge", "their later report".
type anchor struct {
	from, to int // words
	outlets  []string
	noun     bool // an article is named, not only an outlet
}

// takeApart divides a question that compares articles ("Does the article from
// A suggest X, while the article from B says Y?", "Has … changed between the
// report by A on 5 May 2023 and the report by B on 9 May 2023?") into what it
// asks of each, with each article's outlet and time. All other questions stay
// whole.
func (u *understood) takeApart(text string, mentions []outletMention, e *Engine) {
	if len(mentions) == 0 && !u.period.stated {
		return
	}
	r := newOutletReader(text, nil)
	if !r.compares() {
		return
	}
	anchors := r.anchors(mentions)
	if len(anchors) < 2 || len(anchors) > maxParts {
		return
	}
	t, err := e.outlets.of(e.index)
	if err != nil {
		return // the index is gone, as the search will tell
	}
	c := r.cuts(anchors)
	var parts []understood
	for i, a := range anchors {
		p := u.part(text, c, i, a.outlets, t)
		if len(p.terms) == 0 && i > 0 { // "compared to its earlier report"
			p.terms = parts[0].terms
		}
		if len(p.terms) == 0 {
			return
		}
		parts = append(parts, p)
	}
	if !slices.ContainsFunc(parts[1:], func(p understood) bool { return !parts[0].sameAs(p) }) {
		return
	}
	u.parts = parts
}

// sameAs reports whether two parts would find the same.
func (u understood) sameAs(p understood) bool {
	return slices.Equal(u.scope.Outlets, p.scope.Outlets) && u.period == p.period && u.text == p.text
}

// compares reports whether the question begins as one that compares articles
// does: it is to be answered by yes or no, or goes from one article to
// another.
func (r *outletReader) compares() bool {
	i := 0
	if r.low(0) == "according" {
		for i = 1; i < len(r.words) && !strings.HasPrefix(r.gap(i), ","); i++ {
		}
	}
	return beginsComparison[r.low(i)]
}

var (
	beginsComparison = set("was were is are has have had did do does between after before")
)

// anchors finds the articles that a comparison speaks of.
func (r *outletReader) anchors(mentions []outletMention) []anchor {
	var list []anchor
	for _, m := range mentions {
		a := anchor{noun: m.noun >= 0}
		a.from, a.to = r.wordsOf(m.span)
		if m.noun >= 0 {
			a.from, a.to = min(a.from, m.noun), max(a.to, m.noun+1)
		}
		a.from = r.phraseStart(a.from)
		for _, name := range m.names {
			a.outlets = []string{name}
			list = append(list, a)
		}
	}
	list = append(list, r.otherArticles(list)...)
	slices.SortStableFunc(list, func(a, b anchor) int { return a.from - b.from })
	if two := r.oneAndOther(); len(two) == 2 && len(list) > 0 && !slices.ContainsFunc(list, func(a anchor) bool { return a.outlets != nil && !slices.Equal(a.outlets, list[0].outlets) }) {
		two[0].outlets, two[1].outlets = list[0].outlets, list[0].outlets
		return two
	}
	// An outlet named only as the source of all: "…, as reported by A, changed
	// between the article on X and the article on Y".
	nouns := slices.DeleteFunc(slices.Clone(list), func(a anchor) bool { return !a.noun })
	if shared := slices.DeleteFunc(slices.Clone(list), func(a anchor) bool { return a.noun }); len(nouns) >= 2 && len(shared) == 1 {
		list = nouns
		if list[0].outlets == nil {
			list[0].outlets = shared[0].outlets
		}
	}
	if len(list) == 1 {
		list = append(list, r.laterDate(list[0])...)
	}
	for i := 1; i < len(list); i++ {
		if list[i].outlets == nil {
			list[i].outlets = list[i-1].outlets
		}
	}
	if len(list) > 1 && list[0].outlets == nil {
		list[0].outlets = list[1].outlets
	}
	return list
}

// wordsOf returns the words of a span.
func (r *outletReader) wordsOf(s article.Span) (from, to int) {
	for from < len(r.words) && r.words[from].End <= s.Start {
		from++
	}
	for to = from; to < len(r.words) && r.words[to].Start < s.End; to++ {
	}
	return from, to
}

// phraseStart goes back from a word over what belongs to its phrase.
func (r *outletReader) phraseStart(i int) int {
	for i > 0 && anchorBefore[r.low(i-1)] && !strings.ContainsAny(r.gap(i), ",;:?.") {
		i--
	}
	return i
}

var anchorBefore = set("the a an its their his her both articles article report reports another other earlier later subsequent same from by in of the two recent separate")

// otherArticles finds articles that are spoken of without their outlet: "the
// other article", "its later report", "the article on X of 5 May 2023", "the
// same source".
func (r *outletReader) otherArticles(taken []anchor) []anchor {
	var list []anchor
	for i := range r.words {
		if slices.ContainsFunc(taken, func(a anchor) bool { return a.from <= i && i < a.to }) {
			continue
		}
		a := anchor{from: r.phraseStart(i), to: i + 1, noun: true}
		switch {
		case (r.low(i) == "source" || r.low(i) == "outlet") && (r.low(i-1) == "same" || r.low(i-2) == "same") &&
			afterCut[r.low(r.phraseStart(i-1)-1)]:
			list = append(list, anchor{from: r.phraseStart(i - 1), to: i + 1, noun: true})
		case !oneArticle[r.low(i)] || a.from == i || slices.ContainsFunc(taken, func(t anchor) bool { return t.to == a.from || a.to == t.from }):
		case r.another(a) || r.dated(i+1):
			list = append(list, a)
		}
	}
	return list
}

var (
	oneArticle = set("article report review piece story post")
	afterCut   = set("while whereas did does do than as and compared")
)

// another reports whether an anchor's words tell that it is one of several.
func (r *outletReader) another(a anchor) bool {
	for i := a.from; i < a.to; i++ {
		switch r.low(i) {
		case "other", "another", "earlier", "later", "subsequent":
			return true
		}
	}
	return false
}

// dated reports whether a year stands in what follows word i, up to the next
// article that is spoken of.
func (r *outletReader) dated(i int) bool {
	for ; i < len(r.words) && !oneArticle[r.low(i)]; i++ {
		if isYearWord(r.low(i)) {
			return true
		}
	}
	return false
}

// oneAndOther finds "with one discussing X and the other detailing Y".
func (r *outletReader) oneAndOther() []anchor {
	var list []anchor
	for i := range r.words {
		one := len(list) == 0 && r.low(i) == "one" && r.low(i-1) == "with"
		other := len(list) == 1 && r.low(i) == "other" && r.low(i-1) == "the"
		if (one || other) && strings.HasSuffix(r.low(i+1), "ing") {
			list = append(list, anchor{from: i - 1, to: i + 2, noun: true})
		}
	}
	return list
}

// laterDate finds a second article of an outlet by its year alone: "After A
// reported on X on 5 May 2023 and then reported on Y on 9 May 2023".
func (r *outletReader) laterDate(first anchor) []anchor {
	cut := -1
	for i, years := first.to, 0; i < len(r.words); i++ {
		switch {
		case isYearWord(r.low(i)):
			if years++; years == 2 && cut > 0 {
				return []anchor{{from: cut, to: i + 1, outlets: first.outlets}}
			}
		case years == 1 && cut < 0 && joinsDates[r.low(i)]:
			cut = i
		}
	}
	return nil
}

var joinsDates = set("and then again compared while whereas before than")

func isYearWord(low string) bool {
	return len(low) == 4 && (low[:2] == "19" || low[:2] == "20") && strings.Trim(low, "0123456789") == ""
}

// cuts are how a question is divided, in bytes.
type cuts struct {
	chunks []article.Span // one for each anchor
	head   article.Span   // stands before the first and belongs to all
	tail   article.Span   // stands behind the last and belongs to all
}

func (r *outletReader) cuts(anchors []anchor) cuts {
	n := len(anchors)
	c := cuts{chunks: make([]article.Span, n)}
	start, end := 0, len(r.text)
	first, last := anchors[0].from, anchors[n-1].to
	if link := r.low(first - 1); link == "between" || link == "from" || link == "with" || r.low(first) == "with" {
		start = r.words[first].Start
		c.head = article.Span{Start: 0, End: start}
	}
	if at, ok := r.tailAt(last); ok {
		end = at
		if beginsComparison[r.low(0)] && !auxiliary[r.low(0)] {
			c.tail = article.Span{Start: at, End: len(r.text)}
		}
	}
	for i := range anchors {
		c.chunks[i] = article.Span{Start: start, End: end}
		if i == n-1 {
			break
		}
		if next := anchors[i+1]; next.from == anchors[i].from { // "the A and B articles" say one thing
			continue
		} else {
			start = r.cutBetween(anchors[i].to, next.from)
		}
		for k := i; k >= 0 && anchors[k].from == anchors[i].from; k-- {
			c.chunks[k].End = start
		}
	}
	return c
}

// tailAt finds where what is asked of all articles begins, or, in a question
// to be answered by yes or no, where it is said over again in other words.
func (r *outletReader) tailAt(after int) (at int, ok bool) {
	for i := len(r.words) - 1; i > after; i-- {
		if strings.HasPrefix(r.gap(i), ",") && (auxiliary[r.low(i)] || r.low(i) == "or" && auxiliary[r.low(i+1)] || r.low(i) == "indicating") {
			return r.words[i].Start, true
		}
	}
	return 0, false
}

// cutBetween finds where one article's words end and the next one's begin,
// between two words: at the last word that sets against, else at the last
// comma or "and".
func (r *outletReader) cutBetween(from, to int) int {
	if joinsDates[r.low(to)] {
		return r.words[to].Start
	}
	at, comma := -1, -1
	for i := from; i < to; i++ {
		switch {
		case setsAgainst[r.low(i)]:
			at = i
		case strings.HasPrefix(r.gap(i), ",") && i > from && !isYearWord(r.low(i)), r.low(i) == "and":
			comma = i
		}
	}
	if at < 0 {
		at = comma
	}
	if at < 0 {
		at = to
	}
	return r.words[at].Start
}

var setsAgainst = set("while whereas compared than before after unlike opposed contrast similar similarly identically different versus vs")

// part is the question as it is asked of one article.
func (u *understood) part(text string, c cuts, i int, outlets []string, t *outletTable) understood {
	p := *u
	p.scope.Outlets, p.scope.Missing, p.scope.prefer = nil, nil, nil
	p.scope.name(t, outlets)
	p.expectation, p.verb = expectKind(asksAnything), nil
	p.question = c.wording(text, i)
	all := []article.Span{c.head, c.chunks[i], c.tail}
	p.text = only(u.text, all)
	if u.period.stated {
		p.filter.From, p.filter.To, p.period = time.Time{}, time.Time{}, period{}
		for _, spans := range [][]article.Span{{c.chunks[i]}, all} {
			if when := periodOf(withoutOrder(only(u.text, spans)), u.now); when.stated && !p.period.stated && when.short() {
				p.filter.From, p.filter.To, p.filter.KeepUndated, p.period = when.from, when.to, true, when
			}
		}
	}
	when := p.period.span // of publication, which articles seldom state
	p.terms = slices.DeleteFunc(termsOf(p.language, p.text, ""), func(t term) bool {
		return ofComparing[strings.ToLower(t.word)] || p.period.stated && when.Start <= t.at && t.at < when.End
	})
	return p
}

// short tells a time of publication from years that an article speaks of.
func (p period) short() bool {
	const longest = 62 * 24 * time.Hour
	return p.from.IsZero() || p.to.IsZero() || p.to.Sub(p.from) <= longest
}

// wording is a part of the question as it was asked, without the words that
// only joined it to the others.
func (c cuts) wording(text string, i int) string {
	chunk := strings.Fields(c.chunks[i].Of(text))
	for len(chunk) > 1 && joining[strings.ToLower(chunk[0])] {
		chunk = chunk[1:]
	}
	head, tail := strings.Fields(c.head.Of(text)), strings.Fields(c.tail.Of(text))
	if len(head) == 1 {
		head = nil // Between
	}
	return strings.Trim(strings.Join(slices.Concat(head, chunk, tail), " "), " ,;")
}

var joining = set("and while whereas before after between or")

// withoutOrder takes away the "after" or "before" that puts one article behind
// another, since the day that follows in time is still that of its own.
func withoutOrder(text string) string {
	r := newOutletReader(text, nil)
	if first := r.low(0); (first == "after" || first == "before") && !r.isTime(1) {
		return blank(text, []article.Span{r.words[0].Span})
	}
	return text
}

// only writes spaces over all but some spans of a text.
func only(text string, spans []article.Span) string {
	b := []byte(strings.Repeat(" ", len(text)))
	for _, s := range spans {
		copy(b[s.Start:s.End], text[s.Start:s.End])
	}
	return string(b)
}

// ofComparing are words of a comparison that the articles compared do not hold.
var ofComparing = set(`suggest suggests claim claims indicate indicates discuss discusses discussing discussed mention mentions
	mentioned describe describes described compared comparison similar similarly different difference same consistent
	inconsistent consistency inconsistency change changed unchanged remain remained portrayal portray portrayed narrative
	published publication article articles report reports reported reporting source sources highlighting regarding
	concerning subsequent earlier later agree disagree both one other another contrast opposed while focus focuses`)
