package eval

import (
	"math"

	"newsdesk/answer"
)

// An Outcome is what became of one question. Its pointers are nil where
// nothing is known to measure against. Its JSON form is what Compare reads.
type Outcome struct {
	ID       string `json:"id"`
	Question string `json:"question"`
	Type     string `json:"type"`
	Null     bool   `json:"null,omitempty"` // nothing answers it
	Unheld   bool   `json:"unheld,omitempty"`

	// The ranks, from 1, of the first article whose best passage holds an
	// answer, the first that the question file names, and the first that its
	// makers had in mind; 0 where the first ten have none.
	Answer  *int `json:"answer_rank,omitempty"`
	Article *int `json:"article_rank,omitempty"`
	Editor  *int `json:"editor_rank,omitempty"`

	Late int `json:"late,omitempty"` // results that came out when nobody could have asked

	// Whether an answer stands in the first sentence of the answer, in the
	// excerpt that it cites, and in any excerpt cited.
	Sentence *bool `json:"sentence,omitempty"`
	Quote    *bool `json:"quote,omitempty"`
	AnyQuote *bool `json:"any_quote,omitempty"`

	Verdict    answer.Verdict `json:"verdict"`
	Confidence float64        `json:"confidence"`
	Removed    *Removed       `json:"removed,omitempty"`

	Problem string `json:"problem,omitempty"` // why it could not be asked
}

// Removed is what became of a question without the articles that answer it.
type Removed struct {
	Articles   int            `json:"articles"` // taken away
	Verdict    answer.Verdict `json:"verdict"`
	Confidence float64        `json:"confidence"`
}

// judgeRanking notes the ranks. Of each article its best passage counts.
func (o *Outcome) judgeRanking(f facts, r answer.Ranking) {
	o.Unheld = f.unheld
	var byAnswer, byArticle, byEditor int
	rank := 0
	seen := make(map[string]bool)
	for _, res := range r.Results {
		if isLate(res.Published.Time, f.window) {
			o.Late++
		}
		if seen[res.ArticleID] || rank == depth {
			continue
		}
		seen[res.ArticleID] = true
		rank++
		if byAnswer == 0 && f.mayAnswer(res.ArticleID, "", res.Published.Time) && flatten(res.Text).holdsAny(f.phrases) {
			byAnswer = rank
		}
		if byArticle == 0 && f.articles[res.ArticleID] {
			byArticle = rank
		}
		if byEditor == 0 && f.editors[res.ArticleID] {
			byEditor = rank
		}
	}
	if len(f.phrases) > 0 {
		o.Answer = &byAnswer
	}
	if len(f.articles) > 0 {
		o.Article = &byArticle
	}
	if len(f.editors) > 0 {
		o.Editor = &byEditor
	}
}

// judgeAnswer notes whether the answer's words are the right ones. An answer
// that says that there is none holds none.
func (o *Outcome) judgeAnswer(f facts, a answer.Answer) {
	if len(f.phrases) == 0 {
		return
	}
	var sentence, quote, anyQuote bool
	first := 0
	if len(a.Sentences) > 0 {
		sentence = flatten(a.Sentences[0].Text).holdsAny(f.phrases)
		if cites := a.Sentences[0].Cites; len(cites) > 0 {
			first = cites[0]
		}
	}
	for _, c := range a.Citations {
		if flatten(c.Quote).holdsAny(f.phrases) {
			anyQuote = true
			quote = quote || c.N == first
		}
	}
	o.Sentence, o.Quote, o.AnyQuote = &sentence, &quote, &anyQuote
}

// A measure is one figure by which a question went well or not.
type measure struct {
	name  string
	value func(*Outcome) (v float64, ok bool) // from 0 to 1; not ok where there is nothing to measure
}

func within(rank func(*Outcome) *int, k int) func(*Outcome) (float64, bool) {
	return func(o *Outcome) (float64, bool) {
		r := rank(o)
		if r == nil {
			return 0, false
		}
		return one(*r > 0 && *r <= k), true
	}
}

func reciprocal(rank func(*Outcome) *int) func(*Outcome) (float64, bool) {
	return func(o *Outcome) (float64, bool) {
		r := rank(o)
		if r == nil || *r == 0 {
			return 0, r != nil
		}
		return 1 / float64(*r), true
	}
}

func holding(held func(*Outcome) *bool) func(*Outcome) (float64, bool) {
	return func(o *Outcome) (float64, bool) {
		h := held(o)
		if h == nil {
			return 0, false
		}
		return one(*h), true
	}
}

// answered is 1 where a question that can be answered is. One whose answer is
// in no article, and that names none, cannot.
func answered(o *Outcome) (float64, bool) {
	return one(o.Verdict != answer.None), !o.Null && (!o.Unheld || o.Article != nil)
}

// declined is 1 where a question that cannot be answered is not.
func declined(o *Outcome) (float64, bool) { return one(o.Verdict == answer.None), o.Null }

// declinedRemoved is 1 where a question without its articles is not answered.
func declinedRemoved(o *Outcome) (float64, bool) {
	if o.Removed == nil {
		return 0, false
	}
	return one(o.Removed.Verdict == answer.None), true
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func answerRank(o *Outcome) *int  { return o.Answer }
func articleRank(o *Outcome) *int { return o.Article }
func editorRank(o *Outcome) *int  { return o.Editor }
func inSentence(o *Outcome) *bool { return o.Sentence }
func inQuote(o *Outcome) *bool    { return o.Quote }
func inAnyQuote(o *Outcome) *bool { return o.AnyQuote }

// mean returns the mean of a measure and over how many questions it goes.
func mean(list []Outcome, value func(*Outcome) (float64, bool)) (m float64, n int) {
	sum := 0.0
	for i := range list {
		if v, ok := value(&list[i]); ok {
			sum += v
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return round(sum / float64(n)), n
}

// round keeps four decimals, more than any of the figures means.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
