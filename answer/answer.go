// Package answer understands a question, chooses the passages and sentences
// that answer it, and cites them. Every sentence of an answer stands word for
// word in an article; where the articles hold none, the answer says so.
//
// It knows questions and passages. It does not know who asks, nor how an
// answer is shown.
package answer

import (
	"slices"
	"time"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
)

// A Question is what a person asks.
type Question struct {
	ID   string // passed through to the answer
	Text string // at most MaxQuestion characters

	// Before is the question that this one follows, if any. What Text lacks is
	// taken from there; AnyTime, From, To and Source are those of Before, and
	// hold for Text where it leans on Before. See Follow.
	Before string

	// Now is when the question is asked; nothing published later is used. A
	// zero Now is the present.
	Now time.Time

	// From and To bound the publication of the articles, both included.
	From, To time.Time

	// AnyTime ignores the time that the question's words state ("last week").
	AnyTime bool

	// Source names the outlet to use, in any capitals.
	Source string

	// Among names the only outlets of which anything is used, as the index
	// names them; empty for all.
	Among []string

	// Length is how much the answer says.
	Length Length

	// Without names articles, by id, that must not be used. It is for
	// measuring what happens where the answer is missing.
	Without []string

	// verbatim takes the text as words only, without operators.
	verbatim bool
}

// MaxQuestion is the length, in characters, of the longest question taken.
const MaxQuestion = 2000

// A Length is how many sentences an answer has.
type Length string

// The lengths.
const (
	Usual Length = "" // two to four
	Short Length = "short"
	Long  Length = "long" // up to eight
)

// sentences bounds the sentences of an answer: at least least, where there are
// so many that fit, and at most most.
func (l Length) sentences() (least, most int) {
	switch l {
	case Short:
		return 1, 1
	case Long:
		return 2 * minSentences, 2 * maxSentences
	}
	return minSentences, maxSentences
}

// A Verdict says what became of a question.
type Verdict string

// The verdicts.
const (
	Answered Verdict = "answered" // the sentences speak of what was asked
	Weak     Verdict = "weak"     // they speak of part of it
	None     Verdict = "none"     // the articles hold no answer
)

// An Answer is what the articles say to a question. Its JSON form is stable.
type Answer struct {
	ID        string     `json:"id"`
	Question  string     `json:"question"`
	Verdict   Verdict    `json:"verdict"`
	Reason    string     `json:"reason"`         // the verdict in words; empty where there is nothing to add
	Note      string     `json:"note,omitempty"` // which words were taken for misspelt, and for what
	Sentences []Sentence `json:"answer"`
	Citations []Citation `json:"citations"`
	Related   []Citation `json:"related"` // what comes nearest; only where the verdict is None

	// Confidence is how likely it is that the articles answer, from 0 to 1; the
	// verdict is taken from it.
	Confidence float64 `json:"confidence"`

	Support *Support `json:"support,omitempty"` // of the first sentence
	Differ  string   `json:"differ,omitempty"`  // in what reports differ, in words
	Window  Window   `json:"window"`            // of the articles looked at, as stated or understood
	Scope   Scope    `json:"scope,omitzero"`
	Parts   []Part   `json:"parts,omitempty"` // of a question that compares articles
	AsOf    AsOf     `json:"as_of"`
	TookMS  float64  `json:"took_ms"`

	Said Said `json:"-"`
}

// Said is what an answer says by itself, as it can be put in any language.
// The strings of the same names are that in English.
type Said struct{ Reason, Note, Differ locale.Text }

// clone returns an answer that shares nothing that can be changed.
func (a Answer) clone() Answer {
	a.Sentences, a.Parts = slices.Clone(a.Sentences), slices.Clone(a.Parts)
	for i := range a.Sentences {
		a.Sentences[i].Cites = slices.Clone(a.Sentences[i].Cites)
	}
	for i := range a.Parts {
		a.Parts[i].Outlets, a.Parts[i].Cites = slices.Clone(a.Parts[i].Outlets), slices.Clone(a.Parts[i].Cites)
	}
	a.Citations, a.Related = slices.Clone(a.Citations), slices.Clone(a.Related)
	for _, list := range [][]Citation{a.Citations, a.Related} {
		for i := range list {
			list[i].Also, list[i].Marks = slices.Clone(list[i].Also), slices.Clone(list[i].Marks)
		}
	}
	if a.Support != nil {
		support := *a.Support
		a.Support = &support
	}
	s := &a.Scope
	for _, list := range []*[]string{&s.Only, &s.Outlets, &s.Missing, &s.Phrases, &s.Without} {
		*list = slices.Clone(*list)
	}
	return a
}

// A Sentence is one sentence of an article, word for word.
type Sentence struct {
	Text  string `json:"text"`
	Cites []int  `json:"cites"` // into Citations, by their N
}

// A Citation is a piece of an article that anyone can check.
type Citation struct {
	N         int    `json:"n"`
	ArticleID string `json:"article_id"`
	Title     string `json:"title"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Published Date   `json:"published"`

	// Quote is the article's text from byte Start to End: the sentence of the
	// answer and its neighbours.
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`

	// Link leads to the sentence on the page, by a text fragment; of an article
	// without an address, to its page among Pages, if there are any.
	Link string `json:"link"`

	// Also are the other articles in which the sentence stands word for word,
	// or that are copies of the one cited, the earliest first.
	Also []Copy `json:"also,omitempty"`

	// Marks are the words of the question in Quote, as bytes of Quote.
	Marks []article.Span `json:"-"`

	// Image is the article's picture, where a story is told of.
	Image string `json:"-"`
}

// A Window bounds publication; an open side is zero.
type Window struct {
	From Date `json:"from"`
	To   Date `json:"to"`

	// Words are those of the question that the window was understood from;
	// empty where it was stated with the question.
	Words string `json:"words,omitempty"`
}

// String is the window for people, such as "10 to 16 Mar 2024"; empty where
// both sides are open.
func (w Window) String() string {
	return period{from: w.From.Time, to: w.To.Time, stated: !w.From.IsZero() || !w.To.IsZero()}.String()
}

// A Scope is what a question's text says, beside its time, of the passages to
// look at.
type Scope struct {
	Only    []string `json:"only,omitempty"`    // the outlets that source: keeps, as the articles write them
	Outlets []string `json:"outlets,omitempty"` // those that its words name, as written: their passages come first
	Missing []string `json:"missing,omitempty"` // of these, those that no article is from
	Phrases []string `json:"phrases,omitempty"` // that the passages hold word for word
	Without []string `json:"without,omitempty"` // words and phrases that they do not hold
}

// A Part is what a question that compares asks of one article.
type Part struct {
	Question string   `json:"question"`          // the words that are looked for
	Outlets  []string `json:"outlets,omitempty"` // as written in the question
	Window   Window   `json:"window"`
	Verdict  Verdict  `json:"verdict"`
	Cites    []int    `json:"cites"` // the citations that speak of it
}

// AsOf says what the answer rests on.
type AsOf struct {
	IndexedAt Date `json:"indexed_at"`
	Articles  int  `json:"articles"`
	Newest    Date `json:"newest"`
}

// A Date is a time that JSON carries as article.FormatDate writes it.
type Date struct{ time.Time }

// MarshalJSON writes the date as a string; a zero one is empty.
func (d Date) MarshalJSON() ([]byte, error) {
	return []byte(`"` + article.FormatDate(d.Time) + `"`), nil
}

// A Ranking is the passages that fit a question, best first. Its JSON form is
// stable.
type Ranking struct {
	ID      string   `json:"id"`
	Query   string   `json:"query"`
	Results []Result `json:"results"`
	Reason  string   `json:"reason,omitempty"` // why nothing was looked for, or not what was asked for
	Note    string   `json:"note,omitempty"`   // as in an Answer
	Window  Window   `json:"window,omitzero"`
	Scope   Scope    `json:"scope,omitzero"`
	TookMS  float64  `json:"took_ms"`
}

// A Result is one passage of a ranking. Text is the article's text from byte
// Start to End.
type Result struct {
	Rank      int     `json:"rank"`
	Score     float64 `json:"score"`
	ArticleID string  `json:"article_id"`
	Title     string  `json:"title"`
	Source    string  `json:"source"`
	URL       string  `json:"url"`
	Published Date    `json:"published"`
	Text      string  `json:"text"`
	Start     int     `json:"start"`
	End       int     `json:"end"`

	// Link is as that of a Citation, and leads to the page as a whole.
	Link string `json:"-"`

	// Marks are the words of the question in Text, as bytes of Text.
	Marks []article.Span `json:"-"`
}

// An Engine answers questions from an index. It may be used by many
// goroutines at once.
type Engine struct {
	// Pages are where articles without an address can be read. It is set before
	// the first question.
	Pages Pages

	// Remember is how many answers are kept for who asks the same in the same
	// state of the index, beside those that are being worked out. None are, and
	// each question is worked out by itself, where it is 0. It is set before the
	// first question.
	Remember int

	answers answers

	index   *index.Index
	weights weights
	lookups lookups
	outlets outletTables
}

// New returns an engine that answers from ix with the built-in model.
func New(ix *index.Index) *Engine {
	e, err := NewWith(ix, Builtin())
	if err != nil {
		panic(err) // the embedded model is wrong
	}
	return e
}

// NewWith returns an engine that answers with another model. It fails where
// the model names a feature that there is not.
func NewWith(ix *index.Index, m Model) (*Engine, error) {
	w, err := m.weights()
	if err != nil {
		return nil, err
	}
	return &Engine{index: ix, weights: w}, nil
}
