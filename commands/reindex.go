package commands

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"newsdesk/index"
	"newsdesk/locale"
)

var errBusy = errors.New("the index is being rebuilt already: try again when that is done")

// errOverdue is what a reindex ends with that takes longer than may be waited
// for.
var errOverdue = errors.New("the reindex took longer than Discord waits for a reply, so it was stopped and the index is as it was: the people who run the bot can run newsdesk reindex, which takes its time")

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
		Name: "cancel_reindex", Description: "End the reindex under way", Hidden: true, Admin: true, Owner: true, Private: true,
		run: func(_ context.Context, call Call) (Reply, error) {
			text := call.Language.Say("No reindex is under way.")
			if running.end(errCancelled) {
				text = call.Language.Say("The reindex is being cancelled.")
			}
			return Reply{Private: true, Aside: true, Lines: []Line{{Text: text}}}, nil
		},
	}
}

func reindex(d Deps, running *rebuild) Command {
	return Command{
		Name:        "reindex",
		Description: "Bring the index up to date with the articles",
		Admin:       true,
		Owner:       true,
		Private:     true,
		Options:     []Option{{Name: "full", Description: "Read every article again and build the index anew", Kind: Flag}},
		run: func(ctx context.Context, call Call) (Reply, error) {
			l := call.Language
			stop := &Action{Label: l.Say("Cancel"), Command: "cancel_reindex"}
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
			tell(Progress{Text: l.Say("Looking for what has changed")})
			build := d.Index.Update
			if call.Values["full"] == "true" {
				build = d.Index.Rebuild
			}
			s, err := build(ctx, d.Collection, func(p index.Progress) {
				tell(Progress{
					Text: l.Say("Reading the articles: %d so far", p.Articles),
					Done: p.Bytes, Total: p.OfBytes,
				})
			})
			if errors.Is(context.Cause(ctx), errCancelled) && err != nil {
				return Reply{Tone: Doubtful, Title: l.Say("The reindex was cancelled"), Lines: []Line{{Text: l.Say("The index is as it was before.")}}}, nil
			}
			if errors.Is(err, context.DeadlineExceeded) {
				return Reply{}, errOverdue
			}
			if err != nil {
				return Reply{}, err
			}
			return SummaryReply(l, s), nil
		},
	}
}

// SummaryReply tells what a reindex did.
func SummaryReply(l locale.Language, s index.Summary) Reply {
	r := Reply{Language: l, Tone: Good, Title: l.Say("The index is up to date")}
	var text string
	switch {
	case !s.Full && s.Added+s.Changed+s.Removed == 0:
		read := locale.Textf("none read again")
		if s.FilesRead > 0 {
			read = locale.Textf("%d read again", s.FilesRead)
		}
		text = l.Say("Nothing has changed: %s %s, %s.", locale.Textf("%d articles", s.Articles), locale.Textf("in %d files", s.Files), read)
	case s.Full:
		text = l.Say("Built anew %s: %s, %s.", locale.Textf("from %d files", s.Files), locale.Textf("%d articles", s.Articles), locale.Textf("%d passages", s.Passages))
	default:
		text = l.Say("%s, %s: %d added, %d changed, %d removed, %d as before (%d %s read).",
			locale.Textf("%d articles", s.Articles), locale.Textf("%d passages", s.Passages),
			s.Added, s.Changed, s.Removed, s.Unchanged, s.FilesRead, locale.Textf("of %d files", s.Files))
	}
	r.Lines = append(r.Lines, Line{Text: text})
	if n := len(s.Problems); n > 0 {
		r.Tone = Doubtful
		lines := []string{l.Say("%d things could not be read and were left out:", n)}
		lines = append(lines, s.Problems[:min(n, shownProblems)]...)
		if n > shownProblems {
			lines = append(lines, l.Say("and %d more", n-shownProblems))
		}
		r.Lines = append(r.Lines, Line{Text: strings.Join(lines, "\n")})
	}
	r.Note = l.Say("Took %s", s.Took.Round(time.Millisecond).String())
	return r
}
