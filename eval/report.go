package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
)

// A Report is what Run measured. Shares are from 0 to 1. Parts are nil where
// the questions state nothing to measure them by. Its JSON form is stable.
type Report struct {
	Corpus    string `json:"corpus"` // names for people, set by the caller
	Questions string `json:"questions"`

	Asked    int `json:"asked"` // questions
	Articles int `json:"articles"`
	Passages int `json:"passages"`

	// Unheld counts questions left out of the answer figures because no
	// article of their window holds an answer.
	Unheld int `json:"unheld"`

	Answer  *Hits `json:"answer,omitempty"`  // a passage that holds an answer
	Article *Hits `json:"article,omitempty"` // an article that the question file names
	Editor  *Hits `json:"editor,omitempty"`  // an article that the question's makers had in mind
	Late    int   `json:"late"`              // results that came out when nobody could have asked; to be 0

	Quotes   *Quotes   `json:"quotes,omitempty"`
	Verdicts *Verdicts `json:"verdicts,omitempty"`
	Removal  *Removal  `json:"removal,omitempty"`

	Reliability *Reliability `json:"reliability,omitempty"`

	Types   []Type  `json:"types"`
	Latency Latency `json:"latency"`

	Comparison *Comparison `json:"comparison,omitempty"` // set by the caller
	Outcomes   []Outcome   `json:"outcomes"`             // in the order of the questions
}

// Hits are the shares of questions with a hit among the first 1, 4 and 10
// articles, and the mean of 1 / rank of the first hit.
type Hits struct {
	Questions int     `json:"questions"`
	At1       float64 `json:"at_1"`
	At4       float64 `json:"at_4"`
	At10      float64 `json:"at_10"`
	MRR       float64 `json:"mrr"`
}

// Quotes are the shares of questions of which an answer stands in the first
// sentence, in the excerpt it cites, and in any excerpt.
type Quotes struct {
	Questions int     `json:"questions"`
	Sentence  float64 `json:"sentence"`
	Quote     float64 `json:"quote"`
	AnyQuote  float64 `json:"any_quote"`
}

// Verdicts tell whether answers come where there are some. AUROC is how likely
// the confidence in a question with an answer is above that in one without.
type Verdicts struct {
	Answerable int     `json:"answerable"`
	Answered   float64 `json:"answered"` // of the answerable: verdict other than none
	Nulls      int     `json:"nulls"`
	Declined   float64 `json:"declined"` // of the nulls: verdict none
	AUROC      float64 `json:"auroc"`    // 0 without nulls

	// Refused90 is the share of the nulls declined by the threshold that keeps
	// 90 % of the answerable.
	Refused90 float64 `json:"refused_90"`
}

// Removal compares the questions with themselves after the articles that
// answer them were taken away.
type Removal struct {
	Questions int     `json:"questions"`
	Articles  float64 `json:"articles"` // taken away, mean
	Answered  float64 `json:"answered"` // as they are
	Declined  float64 `json:"declined"` // after the removal
	AUROC     float64 `json:"auroc"`
	Refused90 float64 `json:"refused_90"` // share declined by the threshold that keeps 90 % as they are
	Threshold float64 `json:"threshold"`  // that one
}

// A Type is the figures of one kind of question.
type Type struct {
	Type      string  `json:"type"`
	Questions int     `json:"questions"`
	Hits      *Hits   `json:"hits,omitempty"` // by answer; by article where the file has no answers
	Quotes    *Quotes `json:"quotes,omitempty"`
}

// summarise adds the outcomes up.
func summarise(list []Outcome) Report {
	r := Report{
		Asked:  len(list),
		Answer: hits(list, answerRank), Article: hits(list, articleRank), Editor: hits(list, editorRank),
		Quotes: quotes(list), Verdicts: verdicts(list), Removal: removal(list),
		Reliability: reliability(list),
		Outcomes:    list,
	}
	rank := articleRank
	if r.Answer != nil {
		rank = answerRank
	}
	byType := make(map[string][]Outcome)
	for _, o := range list {
		r.Late += o.Late
		if o.Unheld {
			r.Unheld++
		}
		if !o.Null {
			byType[o.Type] = append(byType[o.Type], o)
		}
	}
	for name, some := range byType {
		r.Types = append(r.Types, Type{Type: name, Questions: len(some), Hits: hits(some, rank), Quotes: quotes(some)})
	}
	sort.Slice(r.Types, func(i, j int) bool {
		a, b := &r.Types[i], &r.Types[j]
		if a.Questions != b.Questions {
			return a.Questions > b.Questions
		}
		return a.Type < b.Type
	})
	return r
}

func hits(list []Outcome, rank func(*Outcome) *int) *Hits {
	var h Hits
	h.At1, h.Questions = mean(list, within(rank, 1))
	if h.Questions == 0 {
		return nil
	}
	h.At4, _ = mean(list, within(rank, 4))
	h.At10, _ = mean(list, within(rank, depth))
	h.MRR, _ = mean(list, reciprocal(rank))
	return &h
}

func quotes(list []Outcome) *Quotes {
	var q Quotes
	q.Sentence, q.Questions = mean(list, holding(inSentence))
	if q.Questions == 0 {
		return nil
	}
	q.Quote, _ = mean(list, holding(inQuote))
	q.AnyQuote, _ = mean(list, holding(inAnyQuote))
	return &q
}

func verdicts(list []Outcome) *Verdicts {
	var v Verdicts
	v.Answered, v.Answerable = mean(list, answered)
	v.Declined, v.Nulls = mean(list, declined)
	if v.Answerable+v.Nulls == 0 {
		return nil
	}
	var with, without []float64
	for i := range list {
		o := &list[i]
		if _, ok := answered(o); ok {
			with = append(with, o.Confidence)
		} else if o.Null {
			without = append(without, o.Confidence)
		}
	}
	v.AUROC = round(auroc(with, without))
	refused, _ := refusedAt(with, without, keep)
	v.Refused90 = round(refused)
	return &v
}

// keep is the share of answers that the removal test's threshold keeps.
const keep = 0.9

func removal(list []Outcome) *Removal {
	var some []Outcome
	var with, without []float64
	taken := 0
	for _, o := range list {
		if o.Removed != nil {
			some = append(some, o)
			with, without = append(with, o.Confidence), append(without, o.Removed.Confidence)
			taken += o.Removed.Articles
		}
	}
	if len(some) == 0 {
		return nil
	}
	r := Removal{Questions: len(some), Articles: round(float64(taken) / float64(len(some)))}
	r.Answered, _ = mean(some, func(o *Outcome) (float64, bool) { v, _ := answered(o); return v, true })
	r.Declined, _ = mean(some, declinedRemoved)
	r.AUROC = round(auroc(with, without))
	refused, threshold := refusedAt(with, without, keep)
	r.Refused90, r.Threshold = round(refused), round(threshold)
	return &r
}

// ReadReport reads a report that was saved as JSON.
func ReadReport(in io.Reader) (Report, error) {
	var r Report
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return r, fmt.Errorf("%w: want a report written by eval --save", err)
	}
	if len(r.Outcomes) == 0 {
		return r, errors.New("it holds no outcomes: want a report written by eval --save")
	}
	return r, nil
}
