package article

import (
	"context"
	"errors"
	"time"
)

// A Store keeps gathered articles as files that people can read, edit and put
// in git: below its folder, YYYY/MM/DD/<words of the title>-<id>.md, by the day
// of publication in UTC, else of first seeing, in Markdown with YAML front
// matter. Read reads them like any other file.
//
// A file keeps its name for good, whatever becomes of title, text and date, and
// may be moved to any folder below the store's. What people change in it stays
// until the outlet itself changes that part of the article.
//
// All methods may be called at once from many goroutines, and by several
// processes that have the same folder open.
type Store struct{}

// A Change says what putting an article into a Store did.
type Change string

const (
	Added     Change = "added"
	Edited    Change = "edited"    // a new version of one that was there
	Unchanged Change = "unchanged" // it was there, just so
	Forgotten Change = "forgotten" // people wanted it gone; it was not taken
)

// An Outcome is what became of one article of several.
type Outcome struct {
	ID     string // that it was given, or was made
	Change Change // empty if it was not taken
	Err    error  // why the article as such cannot be kept
}

// A Version is an article as it stood for a time.
type Version struct {
	Article Article

	// Since is when newsdesk first had this version.
	Since time.Time

	// NewTitle and NewText say what differs, in more than white space, from the
	// version before; neither does in the first.
	NewTitle, NewText bool
}

var (
	// ErrNotStored is wrapped when a store has no article of an id.
	ErrNotStored = errors.New("no such article is stored")

	// ErrStoreBusy is wrapped when another process wrote to the folder for so
	// long that waiting for it was given up.
	ErrStoreBusy = errors.New("another newsdesk is writing to the folder of articles; try again when it is done, or end it")
)

// OpenStore opens the store in a folder, which is made if need be. It lists the
// folder and reads the articles of the last days, by which copies are known.
func OpenStore(dir string) (*Store, error) { return nil, errors.ErrUnsupported }

// Close ends the use of the store. Nothing is lost without it.
func (s *Store) Close() error { return nil }

// Put keeps an article, and returns once it is safe from a crash. The id, or
// where there is none the address, or else the text, tells whether it is there
// already. Of one that is:
//
//   - A title or text that differs in more than white space is a new version;
//     the one before is kept, see Versions.
//   - Other fields are brought up to date, which is no new version. What the
//     new one leaves empty stays, and so does FirstSeen.
//   - What people changed in the file stays as long as the outlet's own title,
//     text or other fields, each by itself, are what they were.
//
// A zero FirstSeen becomes now. An empty CopyOf becomes the id of the earliest
// article of the days around whose text this one repeats, if any. Names and
// titles are cleaned as those of any file that Read reads.
//
// The error says why the article is not kept; nothing is half-written then.
func (s *Store) Put(ctx context.Context, a Article) (Change, error) {
	return "", errors.ErrUnsupported
}

// PutAll is Put for many: all are safe from a crash when it returns, at a small
// part of the price. Outcomes are in order. The error is one of the disk or of
// ctx; those without a Change are not kept then.
func (s *Store) PutAll(ctx context.Context, list []Article) ([]Outcome, error) {
	return nil, errors.ErrUnsupported
}

// Get returns an article as its file has it now. The error wraps ErrNotStored
// if there is none.
func (s *Store) Get(id string) (Article, error) { return Article{}, errors.ErrUnsupported }

// Versions returns how an article stood, oldest first and the present one
// last. Of more than 50 earlier versions the first and the newest are kept. The
// error wraps ErrNotStored if there is none.
func (s *Store) Versions(id string) ([]Version, error) { return nil, errors.ErrUnsupported }

// Remove deletes an article with its versions; it may be put again. The error
// wraps ErrNotStored if there is none.
func (s *Store) Remove(ctx context.Context, id string) error { return errors.ErrUnsupported }

// Forget deletes an article, named by its id or address, with its versions and
// all mention of its id in other files of the store. No more than hashes of the
// id and the address stay, by which Put refuses it for good. It returns the ids
// of what was deleted, none if nothing was there; that is refused all the same.
// It looks into every file of the store, of which it takes some 10,000 a second.
func (s *Store) Forget(ctx context.Context, idOrURL string) (ids []string, err error) {
	return nil, errors.ErrUnsupported
}

// Expire deletes the articles published before a time, or, where that is
// unknown, first seen before it, with their versions, and returns their ids.
// Only files in folders of such days are looked at.
func (s *Store) Expire(ctx context.Context, before time.Time) (ids []string, err error) {
	return nil, errors.ErrUnsupported
}
