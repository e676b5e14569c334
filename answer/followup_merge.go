package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
)

// fragment reports whether a text is no question by itself but a piece to put
// into the one before: "in Germany?", "the opposition?", "last week?".
func fragment(own utterance, lead, about bool) bool {
	list := wordSpans(own.text)
	if len(own.pieces) == 0 && !own.period.stated {
		return false
	}
	for _, w := range list {
		lower := strings.ToLower(w.Of(own.text))
		inTime := own.period.stated && w.Start >= own.period.span.Start && w.End <= own.period.span.End
		if !inTime && (auxiliaries[lower] || interrogatives[lower] || pronouns[lower]) {
			return false
		}
	}
	opens := strings.ToLower(list[0].Of(own.text))
	return lead || about || prepositions[opens] || len(own.pieces) == 0 || len(own.pieces) == 1 && len(list) <= 3
}

// asksOn reports whether a text has the form of a question.
func asksOn(own utterance) bool {
	return slices.ContainsFunc(words(strings.ToLower(own.text)), func(w string) bool {
		return interrogatives[w] || auxiliaries[w]
	})
}

// question is the text with a capital and a question mark.
func (s utterance) question() string {
	text := s.text
	if !carried(text) {
		text = strings.TrimRight(text, " ?.!") + "?"
	}
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}

// carried reports whether pieces of another question stand behind a question.
func carried(text string) bool {
	return strings.Contains(text, "? (") && strings.HasSuffix(text, ")")
}

// carry adds pieces of the question before to a question, and its time unless
// the question states one.
func (s utterance) carry(list []piece, before utterance) string {
	var added []string
	for _, p := range list {
		added = append(added, strings.TrimSpace(p.prep+" "+p.text))
	}
	if before.period.stated && !s.period.stated {
		added = append(added, before.period.words)
	}
	if len(added) == 0 {
		return s.question()
	}
	return s.question() + " (" + strings.Join(added, ", ") + ")"
}

// without returns the pieces that a question which goes on does not replace by
// its own: the same words, or others of that kind in that place.
func (s utterance) without(own utterance) []piece {
	var left []piece
	for _, p := range s.pieces {
		if !slices.ContainsFunc(own.pieces, func(o piece) bool {
			said := strings.Contains(" "+strings.ToLower(o.text)+" ", " "+strings.ToLower(p.text)+" ")
			return said || o.name == p.name && strings.EqualFold(o.prep, p.prep) && (o.name || o.noun)
		}) {
			left = append(left, p)
		}
	}
	return left
}

// persons returns what "he" or "she" may stand for: the names that the
// question is about, else all of its names, else all of its words.
func (s utterance) persons() []piece {
	var names, subjects []piece
	for _, p := range s.pieces {
		if p.name {
			names = append(names, p)
			if p.prep == "" {
				subjects = append(subjects, p)
			}
		}
	}
	switch {
	case len(subjects) > 0:
		return subjects
	case len(names) > 0:
		return names
	}
	return s.pieces
}

// with puts the pieces of a fragment in the places of those that they stand
// for, or behind the question where there are none.
func (s utterance) with(own utterance) string {
	text := s.text
	if own.period.stated {
		if s.period.stated {
			text = text[:s.period.span.Start] + own.period.words + text[s.period.span.End:]
		} else {
			text = appended(text, own.period.words)
		}
		s = utterance{text, pieces(text, s.period.span), s.period}
	}
	for _, o := range own.pieces {
		i := s.placeOf(o)
		if i < 0 {
			text = appended(text, strings.TrimSpace(o.prep+" "+o.text))
			continue
		}
		at := s.pieces[i].span
		shift := len(text) - len(s.text) // earlier replacements stand before it, or behind all
		if shift != 0 && strings.HasPrefix(text, s.text[:at.Start]) {
			shift = 0
		}
		text = text[:at.Start+shift] + o.text + text[at.End+shift:]
		s.pieces = slices.Delete(slices.Clone(s.pieces), i, i+1)
	}
	return utterance{text: text}.question()
}

func appended(text, more string) string {
	if inner, ok := strings.CutSuffix(text, ")"); ok && carried(text) {
		return inner + ", " + more + ")"
	}
	return strings.TrimRight(text, " ?.!") + " " + more + "?"
}

// placeOf returns which piece a piece of a fragment stands for, or -1.
func (s utterance) placeOf(o piece) int {
	find := func(ok func(piece) bool) int { return slices.IndexFunc(s.pieces, ok) }
	like := func(p piece) bool { return p.name == o.name && strings.EqualFold(p.prep, o.prep) }
	switch {
	case o.prep != "":
		if i := find(like); i >= 0 {
			return i
		}
		if !o.name || !places[strings.ToLower(o.prep)] {
			return -1
		}
		return find(func(p piece) bool { return p.name && places[strings.ToLower(p.prep)] })
	case o.name:
		if i := find(like); i >= 0 {
			return i
		}
		return find(func(p piece) bool { return p.name })
	}
	return find(func(p piece) bool {
		return like(p) && p.noun && len(strings.Fields(p.text)) <= len(strings.Fields(o.text))
	})
}

// pointsBackTo reports whether a word of the question stands for something in
// the question before, and whether that is a person. A word that something in
// the question itself precedes stands for that ("How do otters clean their
// fur?").
func (s utterance) pointsBackTo() (points, person bool) {
	list := wordSpans(s.text)
	for i, w := range list {
		lower, next := strings.ToLower(w.Of(s.text)), ""
		if i+1 < len(list) && strings.Trim(s.text[w.End:list[i+1].Start], " ") == "" {
			next = strings.ToLower(list[i+1].Of(s.text))
		}
		if !pronouns[lower] || slices.ContainsFunc(s.pieces, func(p piece) bool {
			return p.span.Start < w.Start && (p.name || p.noun)
		}) {
			continue
		}
		switch lower {
		case "that", "this", "these", "those":
			if next != "" && !auxiliaries[next] && !prepositions[next] && !grammar(next) {
				continue // "that bridge" says which itself
			}
		case "there":
			if auxiliaries[next] || i > 0 && auxiliaries[strings.ToLower(list[i-1].Of(s.text))] {
				continue // "is there"
			}
		case "it":
			if impersonal[next] {
				continue
			}
		}
		points = true
		person = person || persons[lower]
	}
	return points, person
}

// grammar reports whether a word carries no subject.
func grammar(word string) bool {
	return len(index.Analyze(word)) == 0 || interrogatives[strings.ToLower(word)]
}

var (
	prepositions = set(`about against after among around at before behind between by concerning during for from in into
		near of off on over regarding since to toward towards under until upon via with within without across`)
	places         = set("in at of from to near across within into on")
	articles       = set("a an the my our your some any all each every other")
	auxiliaries    = set("do does did is are was were be been being has have had will would can could shall should may might must")
	interrogatives = set("who whom whose what when where why which how")
	pronouns       = set("he him his she her hers they them their theirs it its this that these those there")
	persons        = set("he him his she her hers")
	impersonal     = set("true likely possible clear certain known legal safe right wrong fair raining snowing")
	fillers        = set("else exactly really please come not so too either instead yet still already go")
)
