// Package article says what a news article is, reads articles out of files of
// many formats, and cuts their texts into headings and sentences.
//
// It knows nothing of indexes, questions or chats.
package article

import (
	"fmt"
	"time"
)

// An Article is one published text. Everything but ID, Title and Text may be
// empty, since a fact that a file does not state is never invented.
type Article struct {
	// ID names the article for good: the id that its file gave, else one made
	// from the canonical URL, else one made from the text.
	ID string

	Title   string
	Source  string // the outlet, as its file writes it: a name or a domain
	URL     string // absolute http or https address, else empty
	Authors []string
	Section string

	// Language is a BCP 47 tag such as "en" or "pt-BR".
	Language string

	// Image is the address of the article's main picture, http or https.
	Image string

	// Published is in UTC; zero when unknown, exactly midnight when only the
	// day is known. See FormatDate.
	Published time.Time

	// Updated is when the outlet says that it last changed the article, and
	// FirstSeen when newsdesk first had it; in UTC, zero when unknown.
	Updated   time.Time
	FirstSeen time.Time

	// CopyOf is the id of an earlier article of which this one was a copy, or
	// nearly, when it was gathered; else empty.
	CopyOf string

	// Text is plain text in UTF-8. Every offset that newsdesk hands out counts
	// bytes of this string. For JSON records and .txt files it is the very text
	// found there; for HTML and Markdown it is what a reader would see, with
	// one line for each paragraph, heading or list item.
	Text string

	// Headings are the parts of Text that the markup says are headings, in
	// order. Nil where the format has no markup; see Blocks.
	Headings []Span
}

// A Span is the half-open range of bytes from Start to End of some text.
type Span struct{ Start, End int }

// Len returns the number of bytes in s.
func (s Span) Len() int { return s.End - s.Start }

// Of returns the piece of text that s covers.
func (s Span) Of(text string) string { return text[s.Start:s.End] }

// A Problem is a file, or one record of a file, that could not be read as an
// article. Reading goes on behind it.
type Problem struct {
	Path string // slash-separated, relative to the collection's root
	Line int    // first line of the record, counted from 1; 0 for the whole file
	Err  error
}

func (p *Problem) Error() string {
	if p.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", p.Path, p.Line, p.Err)
	}
	return fmt.Sprintf("%s: %v", p.Path, p.Err)
}

func (p *Problem) Unwrap() error { return p.Err }

// FormatDate writes a publication time as JSON output carries it: RFC 3339, or
// only the day (2006-01-02) where only the day is known, or "" where nothing is.
func FormatDate(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case DayOnly(t):
		return t.UTC().Format(time.DateOnly)
	default:
		return t.UTC().Format(time.RFC3339)
	}
}

// DayOnly reports whether t states a day without a time of day. An article
// that really came out at midnight UTC to the second is taken for one too;
// nothing but the way its date is written depends on it.
func DayOnly(t time.Time) bool {
	t = t.UTC()
	return !t.IsZero() && t.Equal(t.Truncate(24*time.Hour))
}
