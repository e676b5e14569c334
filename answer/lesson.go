package answer

import (
	"context"
	"time"
)

// A Lesson is what a model can learn from one question: all that was weighed,
// with the features it was weighed by.
type Lesson struct {
	Passages   []Weighed
	Sentences  []Weighed
	Confidence []float64 // features of the whole; nil where nothing was found
}

// A Weighed thing is a passage or a sentence with its features, in the order
// of PassageFeatures or SentenceFeatures.
type Weighed struct {
	ArticleID string
	Published time.Time
	Text      string
	Quote     string // of a sentence: with its neighbours
	Features  []float64
}

// Lesson returns what the engine weighs for a question, best first.
func (e *Engine) Lesson(ctx context.Context, q Question) (Lesson, error) {
	u, err := e.understand(q)
	if err != nil {
		return Lesson{}, err
	}
	u, f, err := e.seek(ctx, u, candidates)
	if err != nil {
		return Lesson{}, err
	}
	var l Lesson
	for _, c := range f.candidates {
		l.Passages = append(l.Passages, Weighed{ArticleID: c.Article, Published: c.Published, Text: c.Text, Features: c.features})
	}
	picks := e.pickSentences(u, f)
	for _, p := range picks {
		l.Sentences = append(l.Sentences, Weighed{
			ArticleID: p.from.Article, Published: p.from.Published,
			Text: p.text(), Quote: p.quote().Of(p.from.Text), Features: p.features,
		})
	}
	if len(picks) > 0 {
		l.Confidence = confidenceFeatures(f, picks, f.live)
	}
	return l, nil
}
