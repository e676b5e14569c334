package article

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A jsonRecord is an article as collections in JSON write it. The fields of
// one kind stand in order of preference: the first that holds something wins.
// Keys match in any case.
type jsonRecord struct {
	ID    values `json:"id"`
	MgoID values `json:"_id"`
	GUID  values `json:"guid"`
	UID   values `json:"uid"`

	Title    values `json:"title"`
	Headline values `json:"headline"`

	Text     values `json:"text"`
	Body     values `json:"body"`
	Content  values `json:"content"`
	MainText values `json:"maintext"`
	Article  values `json:"article"`

	URL          values `json:"url"`
	Link         values `json:"link"`
	CanonicalURL values `json:"canonical_url"`

	Published     values `json:"published"`
	PublishedAt   values `json:"published_at"`
	Date          values `json:"date"`
	DatePublish   values `json:"date_publish"`
	PubDate       values `json:"pubDate"`
	DatePublished values `json:"datePublished"`
	PublishedDate values `json:"published_date"`
	PublishedAtJS values `json:"publishedAt"`

	Source       values `json:"source"`
	SourceDomain values `json:"source_domain"`
	Outlet       values `json:"outlet"`
	Publisher    values `json:"publisher"`

	Author  values `json:"author"`
	Authors values `json:"authors"`

	Category values `json:"category"`
	Section  values `json:"section"`
	Language values `json:"language"`
	Lang     values `json:"lang"`

	Image      values `json:"image"`
	ImageURL   values `json:"image_url"`
	TopImage   values `json:"top_image"`
	URLToImage values `json:"urlToImage"`

	Updated      values `json:"updated"`
	UpdatedAt    values `json:"updated_at"`
	Modified     values `json:"modified"`
	DateModified values `json:"date_modified"`
	ModifiedLD   values `json:"dateModified"`
	ModifiedAt   values `json:"modified_at"`
	DateModify   values `json:"date_modify"`
	UpdatedAtJS  values `json:"updatedAt"`
	LastMod      values `json:"lastmod"`

	FirstSeen   values `json:"first_seen"`
	FirstSeenJS values `json:"firstSeen"`
	CopyOf      values `json:"copy_of"`
	CopyOfJS    values `json:"copyOf"`
}

// record is the adapter into the one model. The text keeps every byte; pieces
// of a list of texts are joined by an empty line.
func (j *jsonRecord) record() *record {
	r := &record{
		ids:       join(j.ID, j.MgoID, j.GUID, j.UID),
		titles:    join(j.Title, j.Headline),
		urls:      join(j.URL, j.Link, j.CanonicalURL),
		dates:     join(j.Published, j.PublishedAt, j.Date, j.DatePublish, j.PubDate, j.DatePublished, j.PublishedDate, j.PublishedAtJS),
		sources:   join(j.Source, j.SourceDomain, j.Outlet, j.Publisher),
		sections:  join(j.Category, j.Section),
		languages: join(j.Language, j.Lang),
		images:    join(j.Image, j.ImageURL, j.TopImage, j.URLToImage),
		updated:   join(j.Updated, j.UpdatedAt, j.Modified, j.DateModified, j.ModifiedLD, j.ModifiedAt, j.DateModify, j.UpdatedAtJS, j.LastMod),
		firstSeen: join(j.FirstSeen, j.FirstSeenJS),
		copyOf:    join(j.CopyOf, j.CopyOfJS),
	}
	for _, authors := range []values{j.Author, j.Authors} {
		if authors.hold() {
			r.authors = authors
			break
		}
	}
	for _, text := range []values{j.Text, j.Body, j.Content, j.MainText, j.Article} {
		if text.hold() {
			r.text = strings.Join(text, "\n\n")
			break
		}
	}
	return r
}

func join(fields ...values) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f...)
	}
	return all
}

// values are the strings that one JSON value stands for: a string or number
// itself, the elements of a list, and of an object what it is named by. What
// cannot stand for a string is left out, which is no error: a field that
// newsdesk does not understand is no reason to lose the article.
type values []string

func (v values) hold() bool {
	for _, s := range v {
		if strings.TrimSpace(s) != "" {
			return true
		}
	}
	return false
}

// UnmarshalJSON keeps the first of several fields that differ only in case.
func (v *values) UnmarshalJSON(raw []byte) error {
	if !v.hold() {
		*v = valuesOf(raw, 0)
	}
	return nil
}

// A named value is an object that stands for a string: a source of NewsAPI, a
// text of WordPress, an id or a date of MongoDB.
type namedValue struct {
	Name     values `json:"name"`
	Domain   values `json:"domain"`
	URL      values `json:"url"`
	Rendered values `json:"rendered"`
	OID      values `json:"$oid"`
	Date     values `json:"$date"`
}

// maxNesting is how deep lists and objects may stand in each other; each level
// is read once more.
const maxNesting = 3

func valuesOf(raw []byte, depth int) values {
	if len(raw) == 0 || depth > maxNesting {
		return nil
	}
	switch c := raw[0]; {
	case c == '"':
		if s, ok := unquote(raw); ok {
			return values{s}
		}
	case c == '-' || c >= '0' && c <= '9':
		return values{string(raw)}
	case c == '[':
		var elements []json.RawMessage
		if json.Unmarshal(raw, &elements) != nil {
			return nil
		}
		var all values
		for _, e := range elements {
			all = append(all, valuesOf(e, depth+1)...)
		}
		return all
	case c == '{' && depth < maxNesting:
		var named namedValue
		if json.Unmarshal(raw, &named) != nil {
			return nil
		}
		for _, v := range []values{named.Name, named.Domain, named.URL, named.Rendered, named.OID, named.Date} {
			if v.hold() {
				return v
			}
		}
	}
	return nil
}

// unquote is json.Unmarshal with a short way for strings without escapes.
func unquote(raw []byte) (string, bool) {
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// parseJSON reads one JSON object as a record.
func parseJSON(raw []byte) (*record, error) {
	if bytes.IndexByte(raw, 0) >= 0 {
		return nil, errBinary
	}
	raw = ToUTF8(raw)
	var j jsonRecord
	if err := json.Unmarshal(raw, &j); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("found a JSON %s; want an object", wrong.Value)
		}
		return nil, fmt.Errorf("not a JSON object: %w", err)
	}
	r := j.record()
	if isMarkup(r.text) {
		if err := r.setMarkup(); err != nil {
			return nil, err
		}
	}
	return r, nil
}
