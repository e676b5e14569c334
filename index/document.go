package index

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"newsdesk/article"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// The fields of a passage in Bleve.
const (
	fieldID       = "_id"      // Bleve's own: documentID
	fieldText     = "text"     // searched; the passage
	fieldTitle    = "title"    // searched; the article's title
	fieldHeading  = "heading"  // searched; the heading in force, and month and year
	fieldFile     = "file"     // keyword, on first passages: the file the article is from
	fieldURL      = "url"      // keyword, on first passages: the canonical address
	fieldLanguage = "language" // keyword, on first passages: code of the language, not if English
	fieldAlias    = "alias"    // keyword, on first passages: see aliasTokens
	fieldColumn   = "column"   // doc value: see column
	fieldPiece    = "piece"    // stored: the text up to the next passage
	fieldMeta     = "meta"     // stored: meta as JSON
)

// meta is what is stored with every passage.
type meta struct {
	Article   string `json:"a"`
	Title     string `json:"t,omitempty"`
	Source    string `json:"s,omitempty"`
	URL       string `json:"u,omitempty"`
	Published int64  `json:"d,omitempty"` // Unix seconds
	N         int    `json:"n,omitempty"`
	Base      int    `json:"b,omitempty"` // where the stored piece begins in the text
	Start     int    `json:"x,omitempty"`
	End       int    `json:"y,omitempty"`
	Heading   string `json:"h,omitempty"`
	Language  string `json:"g,omitempty"` // see LanguageOf

	// Sentences are the gaps before and the lengths of the sentences, in turn.
	Sentences []int `json:"q,omitempty"`

	Record *record `json:"r,omitempty"` // on first passages only
}

// record is what an article's first passage keeps of the article as a whole.
type record struct {
	File     string         `json:"f"`
	Hash     string         `json:"k"`
	Passages int            `json:"p"`
	Lengths  lengths        `json:"l"`
	Authors  []string       `json:"au,omitempty"`
	Section  string         `json:"se,omitempty"`
	Language string         `json:"la,omitempty"`
	Image    string         `json:"im,omitempty"`
	Headings []article.Span `json:"hs"` // nil and none are not the same, see article.Blocks
	Sketch   []byte         `json:"sk"` // of the whole text, packed
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

// documents makes the Bleve documents of an article, one for each passage, and
// the record that goes with the first. Texts are analysed here, once.
func (z *analyzer) documents(a article.Article, file, hash string) ([]*document.Document, *record) {
	cuts := cutPassages(a.Text, a.Headings)
	rec := &record{
		File: file, Hash: hash, Passages: len(cuts),
		Authors: a.Authors, Section: a.Section, Language: a.Language, Image: a.Image,
		Headings: a.Headings, Sketch: sketchOf(a.Text).pack(),
	}
	language := LanguageOf(a.Language, a.Text)
	docs := make([]*document.Document, len(cuts))
	for i, c := range slices.Backward(cuts) { // the first passage, which stores the sums, last
		m := meta{
			Article: a.ID, Title: a.Title, Source: a.Source, URL: a.URL,
			N: i, Base: c.piece.Start, Start: c.span.Start, End: c.span.End, Heading: c.heading,
			Language: language, Sentences: packSpans(c.span.Start, c.sentences),
		}
		if !a.Published.IsZero() {
			m.Published = a.Published.Unix()
		}
		piece := c.piece.Of(a.Text)
		text, title, heading := z.searched(m, piece)
		rec.Lengths.add(lengths{int64(len(text)), int64(len(title)), int64(len(heading))}, +1)
		if i == 0 {
			m.Record = rec
		}
		doc := document.NewDocument(documentID(a.ID, i))
		addSearched(doc, fieldText, text)
		addSearched(doc, fieldTitle, title)
		addSearched(doc, fieldHeading, heading)
		if i == 0 {
			doc.AddField(document.NewTextFieldCustom(fieldAlias, nil, nil,
				bleveindex.IndexField|bleveindex.SkipFreqNorm, analyzed(aliasTokens(language, a.Text))))
		}
		addStored(doc, m, piece)
		docs[i] = doc
	}
	return docs, rec
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

func addSearched(doc *document.Document, name string, tokens []Token) {
	if len(tokens) > 0 {
		doc.AddField(document.NewTextFieldCustom(name, nil, nil, bleveindex.IndexField|bleveindex.SkipFreqNorm, analyzed(tokens)))
	}
}

func addStored(doc *document.Document, m meta, piece string) {
	keyword := func(name string, value []byte, options bleveindex.FieldIndexingOptions) {
		doc.AddField(document.NewTextFieldCustom(name, nil, value, options, nil))
	}
	if m.Record != nil {
		keyword(fieldFile, []byte(m.Record.File), bleveindex.IndexField|bleveindex.SkipFreqNorm)
		if m.Language != "" {
			keyword(fieldLanguage, []byte(m.Language), bleveindex.IndexField|bleveindex.SkipFreqNorm)
		}
		if address := article.CanonicalURL(m.URL); address != "" {
			keyword(fieldURL, []byte(address), bleveindex.IndexField|bleveindex.SkipFreqNorm)
		}
	}
	keyword(fieldColumn, column{m.Published, m.N == 0, m.Source}.encode(),
		bleveindex.IndexField|bleveindex.DocValues|bleveindex.SkipFreqNorm)
	keyword(fieldPiece, []byte(piece), bleveindex.StoreField)
	packed, err := json.Marshal(m)
	if err != nil {
		panic(err) // meta holds nothing that JSON cannot write
	}
	keyword(fieldMeta, packed, bleveindex.StoreField)
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

// column is what filters and counts need of every passage, read as one doc
// value: the date, whether it is its article's first, and the source.
type column struct {
	published int64
	first     bool
	source    string
}

// encode writes the column as text, since Bleve keeps the byte 0xff of doc
// values for itself.
func (c column) encode() []byte {
	place := '-'
	if c.first {
		place = '1'
	}
	return fmt.Appendf(nil, "%016x%c%s", uint64(c.published), place, c.source)
}

func decodeColumn(b []byte) (column, error) {
	if len(b) < 17 {
		return column{}, fmt.Errorf("column of %d bytes, want 17 or more", len(b))
	}
	published, err := strconv.ParseUint(string(b[:16]), 16, 64)
	if err != nil {
		return column{}, fmt.Errorf("column: %w", err)
	}
	return column{int64(published), b[16] == '1', string(b[17:])}, nil
}

// A storedReader reads the stored fields of a passage, which its visit is
// called with.
type storedReader struct {
	m     meta
	piece string
	err   error
}

func (r *storedReader) visit(field string, _ byte, value []byte, _ []uint64) bool {
	switch field {
	case fieldMeta:
		r.err = json.Unmarshal(value, &r.m)
	case fieldPiece:
		r.piece = string(value)
	}
	return true
}

func (r *storedReader) result() (m meta, piece string, err error) {
	m, piece = r.m, r.piece
	if r.err != nil {
		return m, "", fmt.Errorf("stored passage: %w", r.err)
	}
	held := 0
	for _, n := range m.Sentences {
		if n < 0 {
			held = len(piece) + 1
		}
		held += n
	}
	if m.Article == "" || m.Base > m.Start || m.Start > m.End || m.End > m.Base+len(piece) || held > m.End-m.Start {
		return m, "", fmt.Errorf("stored passage %s is damaged", documentID(m.Article, m.N))
	}
	return m, piece, nil
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
		p.Sketch = unpackSketch(m.Record.Sketch)
		p.Image = m.Record.Image
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
