// Package feed gathers articles from the network: RSS, Atom, RDF, JSON Feed and
// news sitemaps, and the pages that they lead to.
//
// It knows how to ask politely and safely, and what became of each feed. It
// knows nothing of indexes, questions or chats; where the articles go is a
// Sink's business.
//
// A List says what to gather, a Client how, a Gatherer when. Time is that of
// package time, so that testing/synctest simulates days of it in seconds.
package feed

import (
	"context"
	"time"

	"newsdesk/article"
)

// A Feed is one line of the list of feeds.
type Feed struct {
	URL    string // absolute http or https address; names the feed
	Title  string // as people call it, and the outlet of its articles
	Site   string // address of the site that it belongs to, or empty
	Folder string // the headings it stands under in the list, joined by " / ", or empty

	// FullText has the whole text fetched from the article's page where the
	// feed has only a teaser.
	FullText bool
}

// Health says how a feed fares.
type Health string

const (
	New     Health = "new"     // not asked yet
	Fine    Health = "fine"    // the last try went well
	Failing Health = "failing" // the last try failed; it is tried again, ever less often
	Dead    Health = "dead"    // gone, or failing for so long that only people can mend it; tried once a week
)

// A Status is what became of one feed.
type Status struct {
	Feed
	Health Health

	LastTry     time.Time // zero if there was none, as below
	LastSuccess time.Time // the last answer that was understood, a 304 included
	NextTry     time.Time

	Articles int    // gathered from it in all
	Failures int    // in a row
	Error    string // of the last try, for operators; empty if it went well
	Note     string // what operators may want to mend though it went well, or empty
}

// A Sink is where gathered articles go. Put returns once the article is safe
// from a crash. Its error means that the article is not kept, so that it has to
// be offered again. It is called from several goroutines. Titles may be empty.
type Sink interface {
	Put(ctx context.Context, a article.Article) (article.Change, error)
}
