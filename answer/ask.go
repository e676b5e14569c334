package answer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// maxRelated is how many articles a question without an answer is pointed to.
const maxRelated = 3

// Ask answers a question. Errors are the question's own (ErrEmpty, ErrNoWords,
// ErrOnlyOperators, ErrTooLong, ErrBackward, *UnknownSource, *BadOperator) or
// the index's; that the articles hold no answer is none.
//
// Where the engine does Remember, the answer may be the one that somebody else
// got to the same question; it is what it would be were it worked out again.
func (e *Engine) Ask(ctx context.Context, q Question) (Answer, error) {
	start := time.Now()
	a, err := e.share(ctx, q)
	a.ID, a.Question, a.TookMS = q.ID, q.Text, milliseconds(time.Since(start))
	return a, err
}

// work works an answer out.
func (e *Engine) work(ctx context.Context, q Question) (Answer, error) {
	a := Answer{
		Verdict:   None,
		Sentences: []Sentence{}, Citations: []Citation{}, Related: []Citation{},
		Window: Window{From: Date{q.From}, To: Date{q.To}},
	}
	stats, err := e.index.Stats()
	if err != nil {
		return a, err
	}
	a.AsOf = asOf(stats)
	u, err := e.understand(q)
	if err != nil {
		return a, err
	}
	a.Window, a.Scope = u.window(), u.scope.Scope
	if len(u.parts) > 0 {
		err = e.askParts(ctx, &a, u, stats)
	} else {
		err = e.askWhole(ctx, &a, u, stats)
	}
	if err != nil {
		return a, fmt.Errorf("search: %w", err)
	}
	a.Reason, a.Note, a.Differ = a.Said.Reason.String(), a.Said.Note.String(), a.Said.Differ.String()
	a.Confidence = math.Round(a.Confidence*1e4) / 1e4 // more it does not mean
	return a, nil
}

// askWhole answers a question that is one.
func (e *Engine) askWhole(ctx context.Context, a *Answer, u understood, stats index.Stats) error {
	o, err := e.outcome(ctx, u, stats)
	if err != nil {
		return err
	}
	a.Verdict, a.Confidence = o.verdict, o.confidence
	a.Said.Reason, a.Said.Note = o.reason, o.u.note
	a.Scope = a.Scope.kept(o.found.unheld)
	if a.Verdict == None {
		a.Related = related(o.u, o.picks)
		return nil
	}
	return e.conclude(ctx, o.u, o.found, o.picks, a)
}

// An outcome is what became of a question, or of a part of one.
type outcome struct {
	u          understood // with what was guessed
	found      found
	picks      []pick
	verdict    Verdict
	reason     locale.Text
	confidence float64
}

// outcome looks for an answer. Where guesses at misspelt words lead to none it
// looks once more for the words as written: then it is honest to say that a
// word is unknown.
func (e *Engine) outcome(ctx context.Context, u understood, stats index.Stats) (outcome, error) {
	u, f, err := e.seek(ctx, u, candidates)
	if err != nil {
		return outcome{}, err
	}
	o := e.decide(u, f, stats)
	if o.verdict == None && !u.note.IsZero() {
		if u, f, err = e.seekAsWritten(ctx, u, candidates); err != nil {
			return outcome{}, err
		}
		o = e.decide(u, f, stats)
	}
	return o, nil
}

// decide comes to a verdict on what was found.
func (e *Engine) decide(u understood, f found, stats index.Stats) outcome {
	o := outcome{u: u, found: f, picks: e.pickSentences(u, f)}
	o.confidence = e.confidence(f, o.picks)
	o.verdict, o.reason = judge(u, f, o.picks, o.confidence, stats)
	if o.verdict == None {
		if reason, ok := e.olderNews(u, f, o.picks); ok {
			o.verdict, o.reason = Weak, reason
		}
	}
	// What was found is of other outlets than those asked for.
	if o.verdict == Answered && len(u.scope.Missing) > 0 {
		o.verdict = Weak
	}
	o.reason = locale.Join(o.reason, u.scope.notes(f.unheld))
	return o
}

func asOf(s index.Stats) AsOf {
	return AsOf{IndexedAt: Date{s.IndexedAt}, Articles: s.Articles, Newest: Date{s.Newest}}
}

// cite writes the chosen sentences and their citations. A sentence inside a
// quote that is already cited shares its citation, and so does one that another
// article has too, word for word. It returns the numbers of the citations.
func (a *Answer) cite(u understood, chosen []pick) []int {
	cites := []int{}
	for _, p := range chosen {
		start, end := p.from.Start+p.span.Start, p.from.Start+p.span.End
		n := 0
		for _, c := range a.Citations {
			if c.ArticleID == p.from.Article && c.Start <= start && end <= c.End || holdsSentence(c.Quote, p.text()) {
				n = c.N
			}
		}
		if n == 0 {
			n = len(a.Citations) + 1
			a.Citations = append(a.Citations, citation(u, p, n))
		}
		a.Sentences = append(a.Sentences, Sentence{Text: p.text(), Cites: []int{n}})
		if !slices.Contains(cites, n) {
			cites = append(cites, n)
		}
	}
	return cites
}

// holdsSentence reports whether a sentence stands in a quote as it is.
func holdsSentence(quote, sentence string) bool {
	i := strings.Index(quote, sentence)
	return i == 0 || i > 0 && strings.ContainsAny(quote[i-1:i], " \n")
}

func citation(u understood, p pick, n int) Citation {
	q := p.quote()
	text := q.Of(p.from.Text)
	return Citation{
		N: n, ArticleID: p.from.Article, Title: p.from.Title, Source: p.from.Source,
		URL: p.from.URL, Published: Date{p.from.Published},
		Quote: text, Start: p.from.Start + q.Start, End: p.from.Start + q.End,
		Link:  u.pages.linkTo(p.from.Passage, p.span),
		Marks: marks(u, p.from.Language, text),
	}
}

// marks finds the question's words in a text.
func marks(u understood, language, text string) []article.Span {
	var spans []article.Span
	l, tokens := u.lookup(), index.AnalyzeIn(language, text)
	phrases := l.phrases.read()
	for i, tok := range tokens {
		_, words := phrases.next(l.phrases.parts[tok.Term])
		switch {
		case words > 0:
			tok.Start = tokens[i-words+1].Start
		case l.terms[tok.Term] == 0:
			continue
		}
		span := article.Span{Start: tok.Start, End: tok.End}
		for n := len(spans); n > 0 && spans[n-1].End > span.Start; n-- {
			span.Start = min(span.Start, spans[n-1].Start) // a whole and its parts
			spans = spans[:n-1]
		}
		spans = append(spans, span)
	}
	return spans
}

// related cites the best sentence of each of the nearest articles, copies once.
func related(u understood, picks []pick) []Citation {
	list := []Citation{}
	var told []pick
	seen := make(map[string]bool)
	for _, p := range picks {
		if len(list) == maxRelated {
			break
		}
		if p.from.own[p.at] == 0 || seen[p.from.Article] {
			continue
		}
		seen[p.from.Article] = true
		if repeats(told, p) {
			continue
		}
		told = append(told, p)
		list = append(list, citation(u, p, len(list)+1))
	}
	return list
}
