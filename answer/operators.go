package answer

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
	"newsdesk/locale"

	"github.com/agnivade/levenshtein"
)

// A BadOperator is an operator in a question that cannot be followed.
type BadOperator struct {
	Operator string      // as it was typed
	Mend     locale.Text // what is wrong and what to write instead
}

func (e *BadOperator) Error() string { return fmt.Sprintf("%q %s", e.Operator, e.Mend) }

// operators are what a question's text says of the articles to look in, in
// signs instead of words:
//
//	source:verge source:"The Verge"   only articles of this outlet
//	before:2023-10-01 after:2023      only those published before, or after, this day, month or year
//	"exact phrase"                    only passages that hold these very words
//	-word -"a phrase"                 only passages that hold no such word
//
// Of several outlets any will do; all else holds together. An operator begins
// a word and has no space behind its colon.
type operators struct {
	text       string // the question without the operators; phrases stay in it
	sources    []string
	from, to   time.Time
	phrases    []string
	lacks      []string
	lastBefore string // as typed, for errors
	lastAfter  string
	phraseEnd  int // of the last phrase: inside of it nothing is an operator
}

const (
	opSource = "source"
	opBefore = "before"
	opAfter  = "after"
)

// alsoCalled are the operators by their names and those that other search
// engines give them.
var alsoCalled = map[string]string{
	opSource: opSource, opBefore: opBefore, opAfter: opAfter,
	"site": opSource, "outlet": opSource, "publisher": opSource, "domain": opSource,
	"from": opAfter, "since": opAfter, "start": opAfter,
	"to": opBefore, "until": opBefore, "till": opBefore, "end": opBefore,
}

// operators reads those of a question's text, which is on one line.
func (q Question) operators(text string, now time.Time) (operators, error) {
	if q.verbatim {
		return operators{text: text}, nil
	}
	o, err := readOperators(text, now)
	if err == nil && o.text == "" {
		err = ErrOnlyOperators
	}
	return o, err
}

// readOperators takes the operators out of a question that is on one line.
func readOperators(text string, now time.Time) (operators, error) {
	var o operators
	var rest strings.Builder
	for at := 0; at < len(text); {
		end, err := o.readAt(text, at, now)
		if err != nil {
			return o, err
		}
		if end > at {
			at = end
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		rest.WriteString(text[at : at+size])
		at += size
	}
	o.text = strings.Join(strings.Fields(rest.String()), " ")
	if !o.from.IsZero() && !o.to.IsZero() && o.from.After(o.to) {
		return o, &BadOperator{o.lastAfter + " " + o.lastBefore, locale.Textf("leaves no day between: let after: be earlier than before:")}
	}
	return o, nil
}

// readAt reads the operator that begins at that byte and returns its end, or
// at where none does. A phrase is noted but not passed over.
func (o *operators) readAt(text string, at int, now time.Time) (end int, err error) {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	if at < o.phraseEnd || at > 0 && !unicode.IsSpace(before) && !strings.ContainsRune("(['‘", before) {
		return at, nil
	}
	if phrase, end := quotedAt(text, at); end > at {
		if o.phraseEnd = end; holdsWord(phrase) {
			o.phrases = appendNew(o.phrases, phrase)
		}
		return at, nil
	}
	if text[at] == '-' {
		return o.lackAt(text, at), nil
	}
	return o.namedAt(text, at, now)
}

// quotedAt returns what stands between double quotes from at on, and where it
// ends; at where nothing does. The closing quote ends a word, so that inches
// are no quotes.
func quotedAt(text string, at int) (inside string, end int) {
	for _, q := range [][2]string{{`"`, `"`}, {"“", "”"}, {"„", "“"}, {"“", `"`}, {"«", "»"}} {
		rest, ok := strings.CutPrefix(text[at:], q[0])
		if !ok {
			continue
		}
		close := strings.Index(rest, q[1])
		if close < 0 {
			continue
		}
		end = at + len(q[0]) + close + len(q[1])
		next, _ := utf8.DecodeRuneInString(text[end:])
		if close > 0 && rest[0] != ' ' && (end == len(text) || !unicode.IsLetter(next) && !unicode.IsDigit(next)) {
			return strings.TrimSpace(rest[:close]), end
		}
	}
	return "", at
}

func holdsWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// lackAt reads -word or -"a phrase". A number behind the sign is negative, a
// stop-word stands in nearly every passage: neither is left out.
func (o *operators) lackAt(text string, at int) (end int) {
	if phrase, end := quotedAt(text, at+1); end > at+1 && holdsWord(phrase) {
		o.lacks = appendNew(o.lacks, phrase)
		return end
	}
	first, _ := utf8.DecodeRuneInString(text[at+1:])
	if !unicode.IsLetter(first) {
		return at
	}
	end = wordEnd(text, at+1)
	word := strings.TrimRight(text[at+1:end], ".,;:?!)]’'”\"")
	if len(index.Analyze(word)) == 0 || strings.HasSuffix(word, "-") {
		return at
	}
	o.lacks = appendNew(o.lacks, word)
	return at + 1 + len(word)
}

func wordEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], ' '); n >= 0 {
		return at + n
	}
	return len(text)
}

// namedAt reads name:value. The name is of two or more small letters, for
// "Mission:Impossible" is a title; a known one may be in any capitals.
func (o *operators) namedAt(text string, at int, now time.Time) (end int, err error) {
	end = wordEnd(text, at)
	name, _, ok := strings.Cut(text[at:end], ":")
	if !ok || len(name) < 2 || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") != "" {
		return at, nil
	}
	known := strings.ToLower(name)
	isKnown := known == opSource || known == opBefore || known == opAfter
	from := at + len(name) + 1
	value, valueEnd := quotedAt(text, from)
	if valueEnd == from {
		value, valueEnd = strings.TrimRight(text[from:end], ".,;:?!)]"), end
	}
	typed := strings.TrimSpace(text[at:valueEnd])
	first, _ := utf8.DecodeRuneInString(value)
	switch {
	case value == "" && isKnown && (name == known || end == len(text)):
		return at, o.emptyAt(text, typed, known, end, now)
	case value == "", !isKnown && (name != known || !unicode.IsLetter(first) && !unicode.IsDigit(first)):
		return at, nil // text: "Re:", "http://…", "std::sort"
	case !isKnown:
		return at, unknownOperator(typed, name)
	case known == opSource:
		if !holdsWord(value) {
			return at, &BadOperator{typed, locale.Textf("names no outlet: write it like source:bbc")}
		}
		o.sources = append(o.sources, strings.FieldsFunc(value, func(r rune) bool { return r == ',' })...)
		return valueEnd, nil
	}
	return valueEnd, o.bound(known, typed, value, now)
}

// emptyAt judges an operator without a value. With a space behind it may be
// text ("before: and after:"), unless what follows is clearly its value.
func (o *operators) emptyAt(text, typed, name string, end int, now time.Time) error {
	value, _ := quotedAt(text, min(end+1, len(text)))
	if value == "" && end < len(text) {
		value = text[end+1 : wordEnd(text, end+1)]
	}
	example := map[string]string{opSource: "source:bbc", opBefore: "before:2023-10-01", opAfter: "after:2023-10-01"}[name]
	const sentence = 6 // words of a statement to complete, "The peace came after:"
	switch {
	case end == len(text) && len(strings.Fields(text)) < sentence:
		return &BadOperator{typed, locale.Textf("has no value: write it like %s", example)}
	case name != opSource && !dayOf(value, now).from.IsZero():
		return &BadOperator{typed + " " + value, locale.Textf("has a space behind its colon: write it like %s", example)}
	}
	return nil
}

func unknownOperator(typed, name string) error {
	nearest, least := "", 3 // slips of the pen from the operator's name
	for called, known := range alsoCalled {
		d := levenshtein.ComputeDistance(name, called)
		if d < min(least, len(name)) || d == least && known < nearest {
			nearest, least = known, d
		}
	}
	if nearest != "" && least <= max(1, len(name)/3) {
		return &BadOperator{typed, locale.Textf("is no operator: there are source:, before:, after:, \"a phrase\" and -word; did you mean %s:?", nearest)}
	}
	return &BadOperator{typed, locale.Textf("is no operator: there are source:, before:, after:, \"a phrase\" and -word; to look for these words, put a space behind the colon")}
}

// bound reads the day of before: or after:. Neither takes in what it names:
// after:2023 begins with 2024.
func (o *operators) bound(name, typed, value string, now time.Time) error {
	days := dayOf(value, now)
	if days.from.IsZero() || days.to.IsZero() {
		return &BadOperator{typed, locale.Textf("names no day: write it like %[1]s:2023-10-01, %[1]s:2023-10, %[1]s:2023 or %[1]s:\"1 October 2023\"", name)}
	}
	if name == opBefore {
		if to := days.from.Add(-time.Second); o.to.IsZero() || to.Before(o.to) {
			o.to, o.lastBefore = to, typed
		}
		return nil
	}
	if from := days.to.AddDate(0, 0, 1); from.After(o.from) {
		o.from, o.lastAfter = from, typed
	}
	return nil
}

// dayOf reads a day, month or year, as numbers or as people write it. It is
// open at both ends where the value names none.
func dayOf(value string, now time.Time) stretch {
	value = strings.TrimSpace(value)
	for _, f := range []struct {
		layout              string
		years, months, days int // how long it is
	}{
		{time.DateOnly, 0, 0, 1}, {"2006-1-2", 0, 0, 1}, {"2006/1/2", 0, 0, 1}, {"2.1.2006", 0, 0, 1},
		{"2006-01", 0, 1, 0}, {"2006-1", 0, 1, 0}, {"2006/1", 0, 1, 0}, {"2006", 1, 0, 0},
	} {
		if t, err := time.Parse(f.layout, value); err == nil {
			return stretch{t, t.AddDate(f.years, f.months, f.days-1)}
		}
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		day := midnight(t.UTC())
		return stretch{day, day}
	}
	now = now.UTC()
	r := whenReader{text: value, toks: whenTokens(value), now: now, today: midnight(now)}
	s, ok := r.stampAt(0, false)
	if !ok && r.at(0).low == "the" {
		s, ok = r.stampAt(1, true)
	}
	if !ok || s.end != len(r.toks) {
		return stretch{}
	}
	days, _ := s.resolve(r.today)
	return days
}

// narrow writes the operators' bounds into a question that may have its own.
func (o operators) narrow(q Question) Question {
	if o.from.After(q.From) {
		q.From = o.from
	}
	if !o.to.IsZero() && (q.To.IsZero() || o.to.Before(q.To)) {
		q.To = o.to
	}
	return q
}

// outlets finds the outlets to keep: any that the operators or the question's
// option name.
func (o operators) outlets(e *Engine, option string) ([]string, error) {
	names := o.sources
	if option != "" {
		names = append(slices.Clip(names), option)
	}
	var list []string
	for _, name := range names {
		found, err := e.resolveSource(name)
		if err != nil {
			return nil, err
		}
		list = appendNew(list, found...)
	}
	return list, nil
}
