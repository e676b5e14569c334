package index

import (
	"strconv"
	"time"

	"newsdesk/article"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// The fields of a passage in Bleve, keywords all. What is searched and what is
// read of a passage lies in files of its own, see segment.go.
const (
	fieldID       = "_id"      // Bleve's own: documentID
	fieldFile     = "file"     // on first passages: the file the article is from
	fieldURL      = "url"      // on first passages: the canonical address
	fieldLanguage = "language" // on first passages: code of the language, not if English
	fieldTerms    = "terms"
	fieldAlias    = "alias" // on first passages: see aliasTokens
)

// A passageDocument is a passage on its way into the index.
type passageDocument struct {
	*document.Document // its keywords

	order                int // among the passages of a batch
	stored               storedPassage
	text, title, heading []Token
}

// meta is what is stored with every passage beside its text.
type meta struct {
	Article   string
	Title     string
	Source    string
	URL       string
	Published int64 // Unix seconds
	N         int
	Base      int // where the stored piece begins in the text
	Start     int
	End       int
	Heading   string
	Language  string // see LanguageOf

	// Sentences are the gaps before and the lengths of the sentences, in turn.
	Sentences []int

	Record *record // on first passages only
}

// record is what an article's first passage keeps of the article as a whole.
type record struct {
	File     string
	Hash     string
	Passages int
	Lengths  lengths
	Authors  []string
	Section  string
	Language string
	Image    string
	Headings []article.Span // nil and none are not the same, see article.Blocks
	Sketch   []byte         // of the whole text, packed; nil of one passage
}

// lengths counts terms by searched field, for the averages that BM25 needs.
type lengths struct {
	Text    int64 `json:"text"`
	Title   int64 `json:"title"`
	Heading int64 `json:"heading"`
}

func (l *lengths) add(m lengths, sign int64) {
	l.Text += sign * m.Text
	l.Title += sign * m.Title
	l.Heading += sign * m.Heading
}

func documentID(articleID string, n int) string {
	return articleID + "#" + strconv.Itoa(n)
}

// documents makes the passages of an article, and the record that goes with
// the first. Texts are analysed here, once.
func (z *analyzer) documents(a article.Article, file, hash string) ([]*passageDocument, *record) {
	cuts := cutPassages(a.Text, a.Headings)
	rec := &record{
		File: file, Hash: hash, Passages: len(cuts),
		Authors: a.Authors, Section: a.Section, Language: a.Language, Image: a.Image,
		Headings: a.Headings,
	}
	if len(cuts) > 1 { // else see Passage.Sketch
		rec.Sketch = article.SketchOf(a.Text).Pack()
	}
	language := LanguageOf(a.Language, a.Text)
	docs := make([]*passageDocument, len(cuts))
	for i, c := range cuts {
		m := meta{
			Article: a.ID, Title: a.Title, Source: a.Source, URL: a.URL,
			N: i, Base: c.piece.Start, Start: c.span.Start, End: c.span.End, Heading: c.heading,
			Language: language, Sentences: packSpans(c.span.Start, c.sentences),
		}
		if !a.Published.IsZero() {
			m.Published = a.Published.Unix()
		}
		d := &passageDocument{Document: document.NewDocument(documentID(a.ID, i))}
		piece := c.piece.Of(a.Text)
		d.text, d.title, d.heading = z.searched(m, piece)
		rec.Lengths.add(lengths{int64(len(d.text)), int64(len(d.title)), int64(len(d.heading))}, +1)
		if i == 0 {
			m.Record = rec
			d.addKeywords(m, a.Text)
		}
		d.stored = storedPassage{m, piece}
		docs[i] = d
	}
	return docs, rec
}

// addKeywords adds what an article is found by beside its words.
func (d *passageDocument) addKeywords(first meta, text string) {
	add := func(field string, value []byte, as analysis.Analyzer) {
		d.AddField(document.NewTextFieldCustom(field, nil, value, bleveindex.IndexField|bleveindex.SkipFreqNorm, as))
	}
	add(fieldAlias, nil, analyzed(aliasTokens(first.Language, text)))
	add(fieldFile, []byte(first.Record.File), nil)
	if first.Language != "" {
		add(fieldLanguage, []byte(first.Language), nil)
	}
	if address := article.CanonicalURL(first.URL); address != "" {
		add(fieldURL, []byte(address), nil)
	}
}

// searched returns the terms of a passage's searched fields.
func (z *analyzer) searched(m meta, piece string) (text, title, heading []Token) {
	return z.analyze(m.Language, piece[m.Start-m.Base:m.End-m.Base]), z.analyze(m.Language, m.Title),
		append(z.analyze(m.Language, m.Heading), z.analyze("", DateWords(m.published()))...)
}

// DateWords returns the words of a date that people ask with: month and year.
// They are searched like a heading, since an article of 2022 seldom says 2022.
func DateWords(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("January 2006")
}

// analyzed is a text that was analysed already, in the form Bleve asks for.
type analyzed []Token

func (tokens analyzed) Analyze([]byte) analysis.TokenStream {
	stream := make(analysis.TokenStream, len(tokens))
	backing := make([]analysis.Token, len(tokens))
	for i, t := range tokens {
		backing[i] = analysis.Token{Term: []byte(t.Term), Start: t.Start, End: t.End, Position: i + 1}
		stream[i] = &backing[i]
	}
	return stream
}

func packSpans(base int, spans []article.Span) []int {
	packed := make([]int, 0, 2*len(spans))
	for _, s := range spans {
		packed = append(packed, s.Start-base, s.Len())
		base = s.End
	}
	return packed
}

func unpackSpans(packed []int) []article.Span {
	spans := make([]article.Span, 0, len(packed)/2)
	at := 0
	for i := 0; i+1 < len(packed); i += 2 {
		start := at + packed[i]
		at = start + packed[i+1]
		spans = append(spans, article.Span{Start: start, End: at})
	}
	return spans
}

func (m meta) passage(piece string) Passage {
	p := Passage{
		Article: m.Article, Title: m.Title, Source: m.Source, URL: m.URL, Published: m.published(),
		N: m.N, Heading: m.Heading, Language: m.Language,
		Text: piece[m.Start-m.Base : m.End-m.Base], Start: m.Start, End: m.End,
		Sentences: unpackSpans(m.Sentences),
	}
	if m.Record != nil {
		p.Image, p.sketch = m.Record.Image, m.Record.Sketch
		if m.Record.Passages == 1 {
			p.whole = piece
		}
	}
	return p
}

// published gives back the time; 0 stands for unknown, which costs only an
// article dated to the second the epoch began.
func (m meta) published() time.Time {
	if m.Published == 0 {
		return time.Time{}
	}
	return time.Unix(m.Published, 0).UTC()
}
