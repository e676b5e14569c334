package answer

import (
	"context"
	"fmt"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

// maxRelated is how many articles a question without an answer is pointed to.
const maxRelated = 3

// Ask answers a question. Errors are the question's own (ErrEmpty, ErrNoWords,
// ErrTooLong, ErrBackward, *UnknownSource) or the index's; that the articles
// hold no answer is none.
func (e *Engine) Ask(ctx context.Context, q Question) (Answer, error) {
	start := time.Now()
	a := Answer{
		ID: q.ID, Question: q.Text, Verdict: None,
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
	a.Window = Window{Date{u.filter.From}, Date{u.filter.To}, u.period.words}
	u, f, err := e.seek(ctx, u, candidates)
	if err != nil {
		return a, fmt.Errorf("search: %w", err)
	}
	picks := e.decide(&a, u, f, stats)
	if a.Verdict == None && !u.note.IsZero() { // then it is honest to say that the word is unknown
		if u, f, err = e.seekAsWritten(ctx, u, candidates); err != nil {
			return a, fmt.Errorf("search: %w", err)
		}
		picks = e.decide(&a, u, f, stats)
	}
	if a.Verdict == None {
		a.Related = related(u, picks)
	} else if err := e.conclude(ctx, u, f, picks, &a); err != nil {
		return a, fmt.Errorf("compare the articles: %w", err)
	}
	a.Reason, a.Note, a.Differ = a.Said.Reason.String(), a.Said.Note.String(), a.Said.Differ.String()
	a.TookMS = milliseconds(time.Since(start))
	return a, nil
}

// decide comes to a verdict on what was found.
func (e *Engine) decide(a *Answer, u understood, f found, stats index.Stats) []pick {
	picks := e.pickSentences(u, f)
	a.Confidence, a.Said.Note = e.confidence(f, picks), u.note
	a.Verdict, a.Said.Reason = judge(u, f, picks, a.Confidence, stats)
	return picks
}

func asOf(s index.Stats) AsOf {
	return AsOf{IndexedAt: Date{s.IndexedAt}, Articles: s.Articles, Newest: Date{s.Newest}}
}

// cite writes the chosen sentences and their citations. A sentence inside a
// quote that is already cited shares its citation, and so does one that another
// article has too, word for word.
func (a *Answer) cite(u understood, chosen []pick) {
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
	}
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
		Link: fragmentLink(p.from.URL, p.text()), Marks: marks(u, p.from.Language, text),
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
