package answer

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// scope is what a question says of the passages to look at, beside its time.
type scope struct {
	Scope
	prefer []string       // sources to prefer, as the articles write them
	spans  []article.Span // of the question that name outlets
	cited  []article.Span // of these, those of outlets that no article is from
}

// readScope finds the outlets that a question names, and decides which of its
// phrases must be held.
func (e *Engine) readScope(text string, o operators, sources []string) (scope, []outletMention, error) {
	s := scope{Scope: Scope{Phrases: required(text, o.phrases), Without: o.lacks}}
	if len(o.sources) > 0 {
		s.Only = sources
	}
	t, err := e.outlets.of(e.index)
	if err != nil {
		return s, nil, err
	}
	mentions := newOutletReader(text, func(key string) bool { return len(t.names[key]) > 0 || len(t.labels[key]) > 0 }).mentions()
	for _, m := range mentions {
		s.spans = append(s.spans, m.span)
		if s.name(t, m.names); len(t.named(m.names[0])) == 0 {
			s.cited = append(s.cited, m.span)
		}
	}
	return s, mentions, nil
}

// name takes outlets into the scope.
func (s *scope) name(t *outletTable, names []string) {
	for _, name := range names {
		if slices.ContainsFunc(s.Outlets, func(o string) bool { return sourceKey(o) == sourceKey(name) }) {
			continue
		}
		s.Outlets = append(s.Outlets, name)
		if found := t.named(name); len(found) > 0 {
			s.prefer = appendNew(s.prefer, found...)
		} else {
			s.Missing = append(s.Missing, name)
		}
	}
}

// withOutlets adds the names of outlets that no article is from to a question's
// terms, lightly, since other outlets quote them; and all of the question's
// words where there are no terms, as in "What did The Verge report?".
func (u understood) withOutlets(text string, terms []term) []term {
	if len(terms) == 0 {
		return termsOf(u.language, text, "")
	}
	for _, t := range termsOf(u.language, only(text, u.scope.cited), "") {
		known := slices.ContainsFunc(terms, func(o term) bool { return o.text == t.text })
		if !known && len(u.scope.cited) > 0 && len(terms) < index.MaxTerms {
			t.name, t.cited, t.like = false, true, nil
			terms = append(terms, t)
		}
	}
	return terms
}

// required returns the phrases that passages must hold. In a question that is
// a sentence the title of a work is none of them, since articles name it once
// and then speak of "the film": of 31 questions with phrases, those were the
// only ones that lost their answers.
func required(text string, phrases []string) []string {
	var list []string
	for _, p := range phrases {
		if !isSentence(text) || !isTitle(p) {
			list = append(list, p)
		}
	}
	return list
}

// isSentence reports whether a question is asked in a sentence rather than in
// keywords.
func isSentence(text string) bool {
	list := words(strings.ToLower(text))
	return len(list) > 0 && (strings.Contains(text, "?") || interrogatives[list[0]] || auxiliary[list[0]] || list[0] == "in" || opensQuestion[list[0]])
}

// isTitle reports whether all words of a phrase that carry meaning have
// capitals.
func isTitle(phrase string) bool {
	for _, tok := range index.Analyze(phrase) {
		if r, _ := utf8.DecodeRuneInString(phrase[tok.Start:tok.End]); unicode.IsLower(r) {
			return false
		}
	}
	return true
}

// blank writes spaces over spans of a text.
func blank(text string, spans []article.Span) string {
	b := []byte(text)
	for _, s := range spans {
		for i := s.Start; i < s.End; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

// propose searches the index for a question. Of the outlets that it names,
// passages are proposed even if others score higher. Where no passage holds
// the phrases, it searches without them and returns them.
func (e *Engine) propose(ctx context.Context, u understood, terms []index.Term, limit int) (res index.Result, unheld []string, err error) {
	q := index.Query{Terms: terms, Filter: u.filter, Limit: limit, Holds: u.scope.Phrases, Lacks: u.scope.Without}
	if res, err = e.index.Search(ctx, q); err != nil {
		return res, nil, err
	}
	if len(res.Hits) == 0 && len(q.Holds) > 0 {
		unheld, q.Holds = q.Holds, nil
		if res, err = e.index.Search(ctx, q); err != nil {
			return res, nil, err
		}
	}
	if len(u.scope.prefer) == 0 || len(u.filter.Sources) > 0 {
		return res, unheld, nil
	}
	q.Filter.Sources, q.Limit = u.scope.prefer, candidates/2
	preferred, err := e.index.Search(ctx, q)
	if err != nil {
		return res, nil, err
	}
	return withPreferred(res, preferred.Hits), unheld, nil
}

// withPreferred puts hits that are not among the candidates in the place of
// the last of them.
func withPreferred(res index.Result, preferred []index.Hit) index.Result {
	top := res.Hits[:min(candidates, len(res.Hits))]
	var missing []index.Hit
	for _, h := range preferred {
		if !slices.ContainsFunc(top, func(o index.Hit) bool { return o.Article == h.Article && o.N == h.N }) {
			missing = append(missing, h)
		}
	}
	kept := top[:min(len(top), candidates-min(len(missing), candidates/2))]
	missing = missing[:min(len(missing), candidates-len(kept))]
	hits := slices.Concat(kept, missing)
	for _, h := range res.Hits[len(kept):] {
		if !slices.ContainsFunc(missing, func(o index.Hit) bool { return o.Article == h.Article && o.N == h.N }) {
			hits = append(hits, h)
		}
	}
	res.Hits = hits
	return res
}

// prefers reports whether a source is one that the question names.
func (s scope) prefers(source string) bool { return slices.Contains(s.prefer, source) }

// notes says what of the scope could not be kept to; zero where all was.
func (s scope) notes(unheld []string) locale.Text {
	var list []locale.Text
	if len(unheld) > 0 {
		phrases := listOf(unheld)
		phrases.Each, phrases.Last = "“%s”", and
		list = append(list, locale.Textf("No passage holds %s word for word.", phrases))
	}
	if len(s.Missing) > 0 {
		outlets := listOf(s.Missing)
		outlets.Last = or
		list = append(list, locale.Textf("No article is from %s.", outlets))
	}
	return locale.Join(list...)
}

// narrowTo adds what a filter leaves out to what the question's operators do.
func (u *understood) narrowTo(f index.Filter) {
	if f.From.Before(u.filter.From) {
		f.From = u.filter.From
	}
	f.To = u.filter.To
	if len(f.Sources) == 0 {
		f.Sources = u.filter.Sources
	}
	u.filter = f
}

// kept is the scope as it was kept to: without phrases that no passage holds.
func (s Scope) kept(unheld []string) Scope {
	if len(unheld) > 0 {
		s.Phrases = nil
	}
	return s
}
