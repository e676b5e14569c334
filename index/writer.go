package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// batchSize is in passages. Larger batches were no faster, those of 100 took
// 2.8 times as long.
const batchSize = 1000

// tidyEvery is after how many batches of an update segments are merged.
const tidyEvery = 16

// A writer fills a Bleve index in a build folder. Operations reach the index
// in the order given; while one batch is written the next is filled, if there
// is a core for each.
type writer struct {
	dir   string
	cores int  // to be used at once, about
	amend bool // what was there before
	bleve *store
	batch *bleveindex.Batch

	full    chan *bleveindex.Batch
	done    chan struct{}  // closed when the last batch was written
	failed  chan struct{}  // closed at the first failure
	failure func(error)    // records the first failure
	writing sync.WaitGroup // a batch, which may outlast the first failure

	once sync.Once
	err  error
}

// newWriter makes dir and in it an empty index, or a copy of the base's. The
// folder is removed again if that fails.
func newWriter(ctx context.Context, dir string, cores int, base *generation, indexDir string) (w *writer, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	w = &writer{dir: dir, cores: cores, amend: base != nil, full: make(chan *bleveindex.Batch, min(1, cores-1)), done: make(chan struct{}), failed: make(chan struct{})}
	w.failure = func(err error) {
		w.once.Do(func() {
			w.err = err
			close(w.failed)
		})
	}
	path := filepath.Join(dir, bleveName)
	asyncErrors.Store(path, w.failure)
	if base != nil {
		if err = clone(filepath.Join(indexDir, base.name), dir); err != nil {
			return nil, err
		}
	}
	why := toFill
	if w.amend {
		why = toAmend
	}
	if w.bleve, err = openStore(path, why, cores); err != nil {
		return nil, err
	}
	w.batch = bleveindex.NewBatch()
	go w.write(ctx, w.full)
	return w, nil
}

// clone copies a generation, without its manifest, into a folder. What never
// changes once written is linked, so a million passages are copied in no time;
// the small files, which do change, are copied.
func clone(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case rel == manifestName || rel == checkName:
			return nil
		case isImmutable(rel):
			if os.Link(path, target) == nil {
				return nil
			}
			return copyFile(path, target) // no hard links on this file system
		default:
			return copyFile(path, target)
		}
	})
}

// isImmutable reports whether a file of an index never changes once written.
func isImmutable(path string) bool {
	switch filepath.Ext(path) {
	case ".zap", postingsExt, sheetExt:
		return true
	}
	return false
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func (w *writer) add(docs []*document.Document) error {
	for _, d := range docs {
		w.batch.Update(d)
	}
	if len(w.batch.IndexOps) >= batchSize {
		return w.flush()
	}
	return nil
}

func (w *writer) delete(id string) { w.batch.Delete(id) }

func (w *writer) flush() error {
	batch := w.batch
	w.batch = bleveindex.NewBatch()
	send := []*bleveindex.Batch{batch}
	if w.cores < 2 {
		send = append(send, nil) // which is taken only when the batch was written
	}
	for _, b := range send {
		select {
		case w.full <- b:
		case <-w.failed:
			return w.err
		}
	}
	return nil
}

// write writes batches until there are no more or one failed.
func (w *writer) write(ctx context.Context, full <-chan *bleveindex.Batch) {
	defer close(w.done)
	n := 0
	for batch := range full {
		if batch == nil {
			continue
		}
		err := ctx.Err()
		if err == nil {
			err = w.await(func() error { return w.bleve.Batch(batch) })
		}
		if n++; err == nil && n%tidyEvery == 0 && w.amend {
			err = w.await(func() error { return w.bleve.tidy(ctx) })
		}
		if err != nil {
			w.failure(err)
			return
		}
	}
}

// finish writes what is left, merges segments, closes the index and makes the
// postings of its new segments.
func (w *writer) finish(ctx context.Context) error {
	var err error
	if len(w.batch.IndexOps) > 0 {
		err = w.flush()
	}
	close(w.full)
	w.full = nil
	<-w.done
	merge := w.bleve.mergeAll
	if w.amend {
		merge = w.bleve.tidy
	}
	if err == nil {
		err = w.await(func() error { return merge(ctx) })
	}
	if err == nil { // a batch is safe only with all that was done before it, merges too
		last := bleveindex.NewBatch()
		last.DeleteInternal([]byte("nothing"))
		err = w.await(func() error { return w.bleve.Batch(last) })
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	path := filepath.Join(w.dir, bleveName)
	err = w.bleve.Close()
	w.bleve = nil
	asyncErrors.Delete(path)
	if err != nil {
		return err
	}
	if err := prune(path); err != nil {
		return err
	}
	return writePostings(ctx, path)
}

// await does something, and gives it up as soon as the async error callback was
// called, since Bleve retries for ever what failed and tells nobody else.
func (w *writer) await(do func() error) error {
	select {
	case <-w.failed:
		return w.err
	default:
	}
	result := make(chan error, 1)
	w.writing.Go(func() {
		defer func() {
			if v := recover(); v != nil { // an index that is closed meanwhile makes it panic
				result <- fmt.Errorf("write the index: %v", v)
			}
		}()
		result <- do()
	})
	select {
	case err := <-result:
		return err
	case <-w.failed:
		return w.err
	}
}

// closePatience bounds the wait for an index that is given up: with a full
// disk Bleve may not come to an end by itself.
const closePatience = 5 * time.Second

// abandon throws away what was written.
func (w *writer) abandon() {
	w.failure(errors.New("given up"))
	if w.full != nil {
		close(w.full)
		<-w.done
	}
	if w.bleve != nil {
		closed := make(chan struct{})
		written := make(chan struct{})
		go func() {
			w.writing.Wait()
			close(written)
		}()
		go func() {
			defer close(closed)
			select {
			case <-written:
			case <-time.After(closePatience / 2):
			}
			_ = w.bleve.Close()
		}()
		select {
		case <-closed:
		case <-time.After(closePatience):
		}
	}
	asyncErrors.Delete(filepath.Join(w.dir, bleveName))
	_ = os.RemoveAll(w.dir)
}
