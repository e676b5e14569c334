package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"newsdesk/index"
)

var errBusy = errors.New("the index is being rebuilt already: try again when that is done")

// shownProblems is how many of the files that could not be read are named in
// a reply; the others are counted.
const shownProblems = 10

// errCancelled is the cause by which somebody ends a reindex.
var errCancelled = errors.New("the reindex was cancelled")

// A rebuild is the reindex under way, if any.
type rebuild struct {
	mu     sync.Mutex
	cancel context.CancelCauseFunc // nil where none is
}

// begin returns the context of a reindex, and false where one runs already.
func (r *rebuild) begin(ctx context.Context) (context.Context, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		return ctx, false
	}
	ctx, r.cancel = context.WithCancelCause(ctx)
	return ctx, true
}

// end ends the reindex for a reason, and reports whether there was one.
func (r *rebuild) end(reason error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel == nil {
		return false
	}
	r.cancel(reason)
	return true
}

func (r *rebuild) ended() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel(nil)
	r.cancel = nil
}

// cancelReindex ends the reindex that runs in this process. Until it is whole
// the new index is not used, so the old one stays.
func cancelReindex(running *rebuild) Command {
	return Command{
		Name: "cancel_reindex", Description: "End the reindex under way", Hidden: true, Admin: true, Private: true,
		run: func(context.Context, Call) (Reply, error) {
			text := "No reindex is under way."
			if running.end(errCancelled) {
				text = "The reindex is being cancelled."
			}
			return Reply{Private: true, Aside: true, Lines: []Line{{Text: text}}}, nil
		},
	}
}

func reindex(d Deps, running *rebuild) Command {
	stop := &Action{Label: "Cancel", Command: "cancel_reindex"}
	return Command{
		Name:        "reindex",
		Description: "Bring the index up to date with the articles",
		Admin:       true,
		Private:     true,
		Options:     []Option{{Name: "full", Description: "Read every article again and build the index anew", Kind: Flag}},
		run: func(ctx context.Context, call Call) (Reply, error) {
			ctx, ok := running.begin(ctx)
			if !ok {
				return Reply{}, errBusy
			}
			defer running.ended()
			tell := func(p Progress) {
				if call.Progress != nil {
					p.Stop = stop
					call.Progress(p)
				}
			}
			tell(Progress{Text: "Looking for what has changed"})
			build := d.Index.Update
			if call.Values["full"] == "true" {
				build = d.Index.Rebuild
			}
			s, err := build(ctx, d.Collection, func(p index.Progress) {
				tell(Progress{
					Text: fmt.Sprintf("Reading the articles: %s so far", grouped(p.Articles)),
					Done: p.Bytes, Total: p.OfBytes,
				})
			})
			if errors.Is(context.Cause(ctx), errCancelled) && err != nil {
				return Reply{Tone: Doubtful, Title: "The reindex was cancelled", Lines: []Line{{Text: "The index is as it was before."}}}, nil
			}
			if err != nil {
				return Reply{}, err
			}
			return SummaryReply(s), nil
		},
	}
}

// SummaryReply tells what a reindex did.
func SummaryReply(s index.Summary) Reply {
	r := Reply{Tone: Good, Title: "The index is up to date"}
	var text string
	switch {
	case !s.Full && s.Added+s.Changed+s.Removed == 0:
		read := "none"
		if s.FilesRead > 0 {
			read = grouped(s.FilesRead)
		}
		text = fmt.Sprintf("Nothing has changed: %s in %s, %s read again.", count(s.Articles, "article"), count(s.Files, "file"), read)
	case s.Full:
		text = fmt.Sprintf("Built anew from %s: %s, %s.", count(s.Files, "file"), count(s.Articles, "article"), count(s.Passages, "passage"))
	default:
		text = fmt.Sprintf("%s, %s: %s added, %s changed, %s removed, %s as before (%s of %s read).",
			count(s.Articles, "article"), count(s.Passages, "passage"),
			grouped(s.Added), grouped(s.Changed), grouped(s.Removed), grouped(s.Unchanged),
			grouped(s.FilesRead), count(s.Files, "file"))
	}
	r.Lines = append(r.Lines, Line{Text: text})
	if n := len(s.Problems); n > 0 {
		r.Tone = Doubtful
		lines := []string{fmt.Sprintf("%s could not be read and %s left out:", count(n, "thing"), map[bool]string{true: "was", false: "were"}[n == 1])}
		lines = append(lines, s.Problems[:min(n, shownProblems)]...)
		if n > shownProblems {
			lines = append(lines, fmt.Sprintf("and %s more", grouped(n-shownProblems)))
		}
		r.Lines = append(r.Lines, Line{Text: strings.Join(lines, "\n")})
	}
	r.Note = fmt.Sprintf("Took %s", s.Took.Round(time.Millisecond))
	return r
}
