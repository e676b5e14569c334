package main

import (
	"context"
	"path/filepath"

	"newsdesk/article"
)

// What a batch holds at most: so much is in memory twice, once being read and
// once being put away.
const (
	importArticles = 256
	importBytes    = 16 << 20
)

// An importBatch is what has been read of a source and is put away at once.
type importBatch struct {
	articles []article.Article
	from     []reject // where each of them stood
	rejects  []reject
	leftOut  map[string]int
	files    int        // ended in it
	unread   int        // that could not be read, or not to the end
	mark     importMark // where to go on behind it
}

// An importReader reads a source into batches.
type importReader struct {
	run    *importRun
	source *importSource
	out    func(*importBatch) bool

	batch importBatch
	bytes int        // of the texts in it
	mark  importMark // behind what was read last

	unread bool // a file could not be read to its end; it may be later
}

// read hands on all that stands behind a mark, and what there is at the end.
// Where ctx ends, so does reading, and what was read is handed on no more than
// to the last batch.
func (r *importReader) read(ctx context.Context, from importMark) {
	r.mark = from
	if from.Records == 0 && from.File == "" {
		for _, p := range r.source.broken {
			r.batch.rejects = append(r.batch.rejects, reject{File: filepath.Join(r.source.path, filepath.FromSlash(p.Path)), Reason: p.Err.Error()})
		}
	}
	behind := from.Records > 0 || from.File != ""
	for _, f := range r.source.files {
		if behind && f.name != from.File {
			r.run.bytes.Add(f.size)
			continue
		}
		if !behind {
			r.mark = importMark{Filter: from.Filter, File: f.name}
		}
		behind = false
		known, err := identity(f.path, f.size)
		if err != nil {
			r.unreadable(reject{File: f.path, Reason: reason(err).Error()})
			continue
		}
		r.mark.Identity, r.mark.Size = known, f.size
		if !r.file(ctx, f) || ctx.Err() != nil {
			return
		}
		r.batch.files++
	}
	r.mark.Done = !r.unread || r.source.folder // of which each run reads all
	r.flush()
}

// unreadable notes that a file could not be read, or not to its end.
func (r *importReader) unreadable(why reject) {
	r.unread = true
	r.batch.unread++
	r.batch.rejects = append(r.batch.rejects, why)
}

// file reads one file behind the mark. It reports whether to go on.
func (r *importReader) file(ctx context.Context, f importFile) bool {
	if article.IsWARC(f.path) {
		return r.warc(ctx, f)
	}
	for a, problem := range article.ReadBehind(ctx, countedFS{f.path, &r.run.bytes}, filepath.Base(f.path), r.mark.Records) {
		if ctx.Err() != nil {
			return false
		}
		if problem != nil && problem.Unread() {
			r.unreadable(reject{File: f.path, Record: r.mark.Records + 1, Reason: problem.Err.Error()})
			return true
		}
		r.mark.Records++
		at := reject{File: f.path, Record: r.mark.Records}
		if problem != nil {
			at.Line, at.Reason = problem.Line, problem.Err.Error()
			r.batch.rejects = append(r.batch.rejects, at)
		} else {
			r.add(a, at)
		}
		if !r.flushFull() {
			return false
		}
	}
	return true
}

// warc reads the pages of a WARC file.
func (r *importReader) warc(ctx context.Context, f importFile) bool {
	file, err := countedFS{f.path, &r.run.bytes}.Open("")
	if err != nil {
		r.unreadable(reject{File: f.path, Reason: reason(err).Error()})
		return true
	}
	defer file.Close()
	r.run.bytes.Add(r.mark.Offset)
	for c, err := range article.ReadWARC(ctx, file.(countedFile), r.mark.Offset) {
		if ctx.Err() != nil {
			return false
		}
		if err != nil {
			r.unreadable(reject{File: f.path, Record: r.mark.Records + 1, Offset: r.mark.Offset, Reason: err.Error()})
			return true
		}
		r.mark.Records++
		r.mark.Offset = c.Next
		at := reject{File: f.path, Record: r.mark.Records, Offset: c.Start, URL: c.Address}
		switch {
		case c.Broken:
			at.Reason = c.Err.Error()
			r.batch.rejects = append(r.batch.rejects, at)
		case c.Err != nil || !c.IsArticle():
			r.leaveOut(noArticle)
		default:
			a := c.Page.Article
			a.FirstSeen = c.Date
			r.add(a, at)
		}
		if !r.flushFull() {
			return false
		}
	}
	return true
}

func (r *importReader) add(a article.Article, at reject) {
	if why := r.run.filter.leavesOut(&a); why != "" {
		r.leaveOut(why)
		return
	}
	r.batch.articles = append(r.batch.articles, a)
	r.batch.from = append(r.batch.from, at)
	r.bytes += len(a.Text)
}

func (r *importReader) leaveOut(why string) {
	if r.batch.leftOut == nil {
		r.batch.leftOut = make(map[string]int)
	}
	r.batch.leftOut[why]++
}

// flushFull hands the batch on if it is full. Much that is left out counts too,
// so that a journal is never far behind.
func (r *importReader) flushFull() bool {
	left := 0
	for _, n := range r.batch.leftOut {
		left += n
	}
	if len(r.batch.articles) < importArticles && r.bytes < importBytes && len(r.batch.rejects) < importArticles && left < 16*importArticles {
		return true
	}
	return r.flush()
}

func (r *importReader) flush() bool {
	b := r.batch
	b.mark = r.mark
	r.batch, r.bytes = importBatch{}, 0
	return r.out(&b)
}
