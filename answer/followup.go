package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/article"
)

// Follow makes a whole question of one that follows another, as people ask on:
// "and what did Macron say?", "and in Germany?", "why?". Where the text leans
// on the question before, it gets from there what it lacks: the subject, the
// time of publication, the outlet. A text that stands on its own takes nothing
// over.
//
// Now is that of before. The text of the result says in words what is looked
// for, so that it can be shown and be followed in its turn. It is never longer
// than MaxQuestion unless text itself is.
func Follow(before Question, text string) Question {
	q := before
	q.Before, q.From, q.To = "", before.From, before.To
	own := oneLine(text)
	whole, leans := wholeQuestion(before, own)
	if !leans || utf8.RuneCountInString(whole) > MaxQuestion {
		return Question{ID: before.ID, Text: text, Now: before.Now, Among: before.Among, Length: before.Length, Without: before.Without}
	}
	q.Text = whole
	if periodOf(own, before.Now).stated { // its own time goes before any that was stated with the other
		q.From, q.To, q.AnyTime = Question{}.From, Question{}.To, false
	}
	return q
}

// An utterance is a question as far as following it asks for.
type utterance struct {
	text   string
	pieces []piece // the words that say what it is about, without those of time
	period period
}

// A piece is neighbouring words of one kind: a name, or other words that carry
// subject.
type piece struct {
	prep string       // the preposition before it, as written; empty for none
	span article.Span // in the text, without the preposition
	text string
	name bool
	noun bool // an auxiliary or an article stands before it, so it is no verb
}

// wholeQuestion completes a text that leans on the question before, and reports
// whether it does.
func wholeQuestion(before Question, text string) (string, bool) {
	rest, lead, about := withoutLead(text)
	b, own := read(withoutCarried(oneLine(before.Text)), before), read(rest, before)
	if b.text == "" || rest == "" {
		return text, false
	}
	if fragment(own, lead, about) {
		return b.with(own), true
	}
	points, person := own.pointsBackTo()
	switch {
	case len(own.pieces) == 0 && asksOn(own): // "why?", "when did that happen?"
		return own.question() + " (" + b.text + ")", true
	case person && !lead:
		return own.carry(b.persons(), b), true
	case points || lead && asksOn(own):
		return own.carry(b.without(own), b), true
	}
	return text, false
}

// withoutLead takes off the words with which people go on asking. It reports
// whether there were any, and whether they ask about something else ("what
// about").
func withoutLead(text string) (rest string, lead, about bool) {
	rest = text
	for again := true; again; {
		again = false
		for _, w := range leads {
			if len(rest) > len(w) && strings.EqualFold(rest[:len(w)], w) && strings.ContainsAny(rest[len(w):len(w)+1], " ,") {
				rest, lead, again = strings.TrimLeft(rest[len(w):], " ,"), true, true
				about = about || strings.HasSuffix(w, "about") || strings.HasSuffix(w, "for")
			}
		}
	}
	return rest, lead, about
}

var leads = []string{"and", "but", "so", "or", "also", "ok", "okay", "then", "now", "what about", "how about", "as for"}

// withoutCarried takes off what was carried into a question that itself only
// went on asking: of "Why? (Who resigned?)" it leaves "Who resigned?".
func withoutCarried(text string) string {
	head, inner, found := strings.Cut(text, "? (")
	if !found || !strings.HasSuffix(inner, "?)") || len(pieces(head, article.Span{})) > 0 {
		return text
	}
	return strings.TrimSuffix(inner, ")")
}

func read(text string, asked Question) utterance {
	p := periodOf(text, asked.Now)
	if !p.stated {
		p.span = article.Span{}
	}
	return utterance{text, pieces(text, p.span), p}
}

// pieces finds the pieces of a text outside of the words that state a time.
func pieces(text string, time article.Span) []piece {
	var list []piece
	mixed := strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
	prep, noun, open := "", false, false
	end := 0
	for _, w := range wordSpans(text) {
		word := w.Of(text)
		lower := strings.ToLower(word)
		if strings.Trim(text[end:w.Start], " ") != "" {
			prep, noun, open = "", false, false
		}
		end = w.End
		first, _ := utf8.DecodeRuneInString(word)
		name := mixed && unicode.IsUpper(first) && !(opensSentence(text, w.Start) && (opensQuestion[lower] || grammar(word)))
		switch {
		case w.Start < time.End && w.End > time.Start:
			prep, noun, open = "", false, false
		case prepositions[lower] && !name:
			prep, noun, open = word, true, false
		case articles[lower]:
			noun, open = true, false
		case auxiliaries[lower]:
			prep, noun, open = "", true, false
		case !name && (grammar(word) || asking[lower] || fillers[lower]):
			prep, noun, open = "", false, false
		case open && list[len(list)-1].name == name:
			last := &list[len(list)-1]
			last.span.End = w.End
			last.text = last.span.Of(text)
		default:
			if open && !name { // what follows a name is no part of its place
				prep, noun = "", false
			}
			list = append(list, piece{prep, w, word, name, noun})
			open = true
		}
	}
	return list
}

// wordSpans finds the words of a text; hyphens and apostrophes are part of
// them.
func wordSpans(text string) []article.Span {
	var list []article.Span
	start := -1
	for i, r := range text + " " {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || start >= 0 && (r == '\'' || r == '’' || r == '-')
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			list = append(list, article.Span{Start: start, End: i})
			start = -1
		}
	}
	return list
}
