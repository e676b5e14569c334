package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/index"
)

// An outletMention is a place in a question that names outlets as those whose
// words are asked for: "according to The Verge", "the CNN and Fox News articles".
// A question about an outlet ("Did The New York Times sue?") has none.
type outletMention struct {
	names []string
	span  article.Span // of the names with what joins them
	noun  int          // place of the word they belong to, such as article, or -1
}

// An outletReader finds the mentions in a question.
type outletReader struct {
	text  string
	words []outletWord
	known func(key string) bool // whether the index holds articles of that outlet
}

type outletWord struct {
	article.Span        // without a possessive's ending
	low          string // in small letters
	upper        bool   // begins with a capital, or is like 9to5
	owner        bool   // a possessive
}

// A named is words that may name an outlet.
type named struct {
	from, to int // words, to not included
	name     string
	outlet   bool // known to be one
	everyday bool // known, but a word of every day too
	quoted   bool
	likely   bool // is built like an outlet's name: Yardley News, TalkRadio
}

func newOutletReader(text string, known func(string) bool) *outletReader {
	r := &outletReader{text: text, known: known}
	index.EachWord(text, func(start, end int) {
		if n := len(r.words); n > 0 && start < r.words[n-1].End {
			return // a compound, whose parts are words already
		}
		word := text[start:end]
		first, _ := utf8.DecodeRuneInString(word)
		w := outletWord{Span: article.Span{Start: start, End: end}}
		w.upper = unicode.IsUpper(first) || unicode.IsDigit(first) && strings.ContainsFunc(word, unicode.IsUpper)
		bare := withoutPossessive(word)
		w.owner, w.End, w.low = bare != word, start+len(bare), strings.ToLower(bare)
		r.words = append(r.words, w)
	})
	return r
}

// low is a word in small letters; "" beyond the ends.
func (r *outletReader) low(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i].low
}

func (r *outletReader) upper(i int) bool { return i >= 0 && i < len(r.words) && r.words[i].upper }

// gap is what stands before word i, up to the word before it.
func (r *outletReader) gap(i int) string {
	from, to := 0, len(r.text)
	if i > 0 && i <= len(r.words) {
		from = r.words[i-1].End
	}
	if i < len(r.words) {
		to = r.words[i].Start
	}
	return r.text[from:to]
}

// mentions returns the mentions in order. Names that nothing but a comparison
// with another outlet makes one are taken in a second reading.
func (r *outletReader) mentions() []outletMention {
	lists := r.lists()
	accepted := make([]bool, len(lists))
	var found []outletMention
	for _, beside := range []bool{false, true} {
		for i, list := range lists {
			if accepted[i] || beside && len(found) == 0 {
				continue
			}
			if m, ok := r.mentionOf(list, beside); ok {
				accepted[i] = true
				found = append(found, m)
			}
		}
	}
	slices.SortFunc(found, func(a, b outletMention) int { return a.span.Start - b.span.Start })
	return found
}

// lists returns the names in the text, those that "and" or a comma joins
// together.
func (r *outletReader) lists() [][]named {
	var lists [][]named
	for i := 0; i < len(r.words); {
		n, ok := r.nameAt(i)
		if !ok {
			i++
			continue
		}
		if len(lists) > 0 {
			if last := lists[len(lists)-1]; r.joined(last[len(last)-1], n) {
				lists[len(lists)-1] = append(last, n)
				i = n.to
				continue
			}
		}
		lists = append(lists, []named{n})
		i = n.to
	}
	return lists
}

// joined reports whether nothing but commas, "and", "both" and quotes stand
// between two names.
func (r *outletReader) joined(a, b named) bool {
	between := strings.Trim(r.text[r.words[a.to-1].End:r.words[b.from].Start], `'"“”‘’ `)
	switch strings.TrimSpace(strings.TrimSuffix(strings.Trim(strings.TrimSuffix(between, "the"), `'"“”‘’ `), "both")) {
	case ",", "and", "or", ", and", ", or", "&", ",' and", ",” and", "' and", "” and":
		return true
	}
	return false
}

// nameAt reads the name that begins at word i: one in quotes, a known one, or
// a run of capitals. "The" before it is part of its span.
func (r *outletReader) nameAt(i int) (named, bool) {
	if n, ok := r.quotedName(i); ok {
		return n, true
	}
	at := i
	if r.low(i) == "the" && strings.TrimSpace(r.gap(i+1)) == "" {
		at++
	}
	if at == i && r.low(i) == "the" {
		return named{}, false
	}
	if n, ok := r.knownName(i, at); ok {
		return n, true
	}
	if !r.upper(at) || opensQuestion[r.low(at)] || r.isTime(at) || strings.TrimSpace(r.gap(i)) == "" && i > 0 && r.upper(i-1) {
		return named{}, false
	}
	end := at + 1
	for r.upper(end) && (r.gap(end) == " " || r.gap(end) == " & ") {
		end++
	}
	n := r.extended(named{from: i, to: end})
	n.likely = n.to > end
	for k := at; k < end; k++ {
		word := r.words[k].Of(r.text)
		n.likely = n.likely || end-at > 1 && outletWords[r.low(k)] || strings.ContainsFunc(word[1:], unicode.IsUpper) && strings.ContainsFunc(word, unicode.IsLower) ||
			isDomain(word)
	}
	return n, true
}

// quotedName reads a name in quotes.
func (r *outletReader) quotedName(i int) (named, bool) {
	gap := r.gap(i)
	open, size := utf8.DecodeLastRuneInString(gap)
	closing := map[rune]string{'\'': "'", '"': `"`, '‘': "’", '“': "”"}[open]
	if closing == "" || !r.upper(i) || i > 0 && len(gap) == size {
		return named{}, false
	}
	for to := i + 1; to <= min(i+9, len(r.words)); to++ {
		behind := strings.TrimLeft(r.text[r.words[to-1].End:], ",")
		after, ok := strings.CutPrefix(behind, closing)
		if !ok || after != "" && !strings.ContainsRune(" ,.?;:)"+"'’", rune(after[0])) && !strings.HasPrefix(after, "’") {
			continue
		}
		n := named{from: i, to: to, quoted: true}
		n.name = firstHalfOf(r.text[r.words[i].Start:r.words[to-1].End])
		r.judge(&n)
		n.name = r.text[r.words[i].Start:r.words[to-1].End]
		return n, true
	}
	return named{}, false
}

// knownName reads the longest known name whose first word, "the" left out, is
// word at.
func (r *outletReader) knownName(i, at int) (named, bool) {
	const longest = 6 // words
	for to := min(at+longest, len(r.words)); to > at; to-- {
		if strings.ContainsAny(r.text[r.words[at].Start:r.words[to-1].End], ",;?!()\"“”") {
			continue
		}
		n := named{from: i, to: to, name: r.text[r.words[i].Start:r.words[to-1].End]}
		if r.judge(&n); n.outlet {
			return r.extended(n), true
		}
	}
	return named{}, false
}

// judge looks a name up among those known.
func (r *outletReader) judge(n *named) {
	key := sourceKey(n.name)
	with := key
	if strings.HasPrefix(strings.ToLower(n.name), "the ") {
		with = "the " + key
	}
	n.everyday = everydayNames[key] || everydayNames[with]
	n.outlet = n.everyday || outletNames[key] || outletNames[with] ||
		isDomain(n.name) && !strings.Contains(n.name, " ")
	if !n.outlet && r.known(key) {
		n.outlet, n.everyday = true, !strings.Contains(key, " ")
	}
}

// extended takes in a name's second half, as in "Cnbc | World Business News
// Leader" and "BBC News - Entertainment & Arts".
func (r *outletReader) extended(n named) named {
	if gap := r.gap(n.to); n.to < len(r.words) && r.upper(n.to) && (gap == " | " || gap == " - " && n.outlet) {
		n.to++
		for r.gap(n.to) == " " && (r.upper(n.to) || r.upper(n.to+1) && r.low(n.to) == "and") || r.gap(n.to) == " & " && r.upper(n.to) {
			n.to++
		}
	}
	n.name = r.text[r.words[n.from].Start:r.words[n.to-1].End]
	return n
}

// A cue is what the words beside a name tell of it.
type cue int

const (
	noCue        cue = iota
	cueVerb          // it says something
	cueSaid          // something is said by it
	cueAccording     // according to it
	cueNoun          // an article of it
)

// mentionOf decides whether a list of names is a mention; beside tells that
// the question has another one.
func (r *outletReader) mentionOf(list []named, beside bool) (outletMention, bool) {
	first, last := list[0], list[len(list)-1]
	left, leftNoun := r.leftCue(first.from, beside)
	right, rightNoun := r.rightCue(last)
	if left != noCue && r.upper(last.to) && r.gap(last.to) == " " && right != cueNoun && !last.quoted {
		left = noCue // The Guardian Council
	}
	m := outletMention{noun: rightNoun}
	c := max(left, right)
	if right != cueNoun {
		m.noun = leftNoun
	}
	var cited []named
	for _, n := range list {
		plain := !n.outlet && !n.quoted && !n.likely
		if r.cites(n, c, beside) && (!plain || len(list) == 1) {
			cited = append(cited, n)
			m.names = append(m.names, strings.TrimPrefix(strings.Trim(n.name, "_"), "the "))
		}
	}
	if len(cited) == 0 {
		return m, false
	}
	first, last = cited[0], cited[len(cited)-1]
	m.span = article.Span{Start: r.words[first.from].Start, End: r.words[last.to-1].End}
	return m, true
}

// cites reports whether a cue beside a name makes it an outlet that is cited.
func (r *outletReader) cites(n named, c cue, beside bool) bool {
	capital := r.upper(n.from) && r.low(n.from) != "the" || r.upper(n.from+1) || n.quoted
	switch {
	case n.outlet && n.quoted && !n.everyday:
		return true // nobody puts a company into quotes
	case c == noCue:
		return false
	case n.outlet && !capital:
		return c >= cueAccording && !n.everyday
	case n.outlet:
		return !n.everyday || c >= cueSaid || beside
	case n.quoted:
		return c >= cueSaid
	case n.likely:
		return c == cueNoun || beside && c >= cueSaid
	}
	return beside && c == cueNoun
}

// leftCue reads the words before word i, and returns the noun among them.
func (r *outletReader) leftCue(i int, beside bool) (cue, int) {
	k := i - 1
	for r.low(k) == "the" || r.low(k) == "both" || r.low(k) == "either" {
		k--
	}
	if strings.ContainsAny(r.gap(k+1), ",;:?.") {
		return noCue, -1
	}
	link, before := r.low(k), k-1
	for leftAdverbs[r.low(before)] {
		before--
	}
	switch {
	case link == "to" && r.low(k-1) == "according", link == "per":
		return cueAccording, -1
	case link == "including" && outletNouns[r.low(k-1)], link == "as" && r.low(k-1) == "such" && outletNouns[r.low(k-2)]:
		return cueSaid, -1
	case link == "on" && r.low(before) == "featured" && beside:
		return cueSaid, -1
	case !outletLinks[link]:
		return noCue, -1
	case articleNouns[r.low(before)] && link != "of":
		return cueNoun, before
	case citing[r.low(before)], r.low(before) == "another", r.low(before) == "one" && link == "from":
		return cueSaid, -1
	case beside && (link == "by" || link == "in"), link == "by" && r.articleBefore(k):
		return cueVerb, -1
	}
	return noCue, -1
}

var (
	outletLinks = set("by from in across of")
	leftAdverbs = set("previously recently separately also first earlier later together")
	outletNouns = set("sources outlets publications media newspapers websites sites")
)

// articleBefore reports whether an article is spoken of before word i: "has
// the reporting on the match by …".
func (r *outletReader) articleBefore(i int) bool {
	for k := range i {
		if articleNouns[r.low(k)] {
			return true
		}
	}
	return false
}

// isTime reports whether word i names a month or a day.
func (r *outletReader) isTime(i int) bool {
	_, month := whenMonths[r.low(i)]
	_, day := whenDays[r.low(i)]
	return month || day
}

// rightCue reads the words behind a name, and returns the noun among them.
func (r *outletReader) rightCue(n named) (cue, int) {
	i := n.to
	gap := strings.Trim(r.gap(i), `'"”’,`)
	if strings.HasPrefix(gap, "s ") {
		gap = " "
	}
	if i >= len(r.words) || gap != " " {
		return noCue, -1
	}
	owner := r.words[i-1].owner || strings.HasPrefix(r.gap(i), "' ") && !n.quoted || strings.HasPrefix(r.gap(i), "’ ") && !n.quoted
	const reach = 4 // words: The Verge's second report, the Polygon Diablo 4 guide
	for k := i; k < min(i+reach, len(r.words)); k++ {
		switch {
		case articleNouns[r.low(k)]:
			return cueNoun, k
		case k > i && strings.Trim(r.gap(k), " ") != "":
			return noCue, -1
		case k == i && owner && portrays[r.low(k)]:
			return cueVerb, -1
		case k == i && (citingVerbs[r.low(k)] || besideVerbs[r.low(k)] && citingVerbs[r.low(k+1)]):
			return cueVerb, -1
		}
		if !n.outlet || !owner && !r.upper(k) && !articleAdjectives[r.low(k)] && !isNumeral(r.low(k)) {
			break
		}
	}
	return noCue, -1
}

var (
	besideVerbs       = set("also first then later both recently has have")
	portrays          = set("portrayal narrative reporting description account version explanation view stance claims")
	articleAdjectives = set("other own latest earlier later subsequent same recent previous separate new second first")
)

// isNumeral reports whether a word in small letters is a number, in figures or not.
func isNumeral(low string) bool {
	return strings.ContainsFunc(low, unicode.IsDigit) || numberWords[low]
}
