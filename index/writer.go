package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// batchSize is in passages. Batches of 1000 to 4000 took the same time within a
// tenth, of 500 and of 8000 more; a batch takes some 10 KB a passage while it is
// made.
const batchSize = 2000

// batchBytes bounds what is in the passages of a batch, but for its last article.
// 2000 passages have 3 MB, unless they are no text: where words are as long as
// sentences may be, one passage has 400 KB.
const batchBytes = 16 << 20

// tidyEvery is after how many batches of an update segments are merged.
const tidyEvery = 8

// A writer fills an index in a build folder. Articles are cut and analysed by
// as many goroutines as there are cores to use, and reach the index in the order
// given; while one batch is written the next is filled.
type writer struct {
	dir   string
	cores int  // to be used at once, about; with one, add does all by itself
	size  int  // passages and deletions of a batch, about
	amend bool // what was there before
	bleve *store

	jobs  chan *job     // to be made passages of; nil with one core, or once closed
	order chan *job     // the same, and the deletions between them
	room  chan struct{} // what waits in jobs and order, see job.room
	ended chan struct{} // closed when the last of order is in a batch

	// Of the one goroutine that fills batches.
	analyzer analyzer
	batch    *batch
	passages int // added in all, and
	lengths  lengths

	full    chan *batch
	done    chan struct{}  // closed when the last batch was written
	failed  chan struct{}  // closed at the first failure
	failure func(error)    // records the first failure
	writing sync.WaitGroup // a batch, which may outlast the first failure

	once sync.Once
	err  error
}

// A batch is written as one.
type batch struct {
	*bleveindex.Batch
	added int             // passages, and
	bytes int             // in them
	gone  map[string]bool // ids that it deletes; all others are new
}

func newBatch() *batch { return &batch{Batch: bleveindex.NewBatch(), gone: make(map[string]bool)} }

// newWriter makes dir and in it an empty index, or a copy of the base's. The
// folder is removed again if that fails.
func newWriter(ctx context.Context, dir string, cores, size int, base *generation, indexDir string) (w *writer, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, bleveName)
	defer func() {
		if err != nil {
			asyncErrors.Delete(path)
			_ = os.RemoveAll(dir)
		}
	}()
	w = &writer{
		dir: dir, cores: cores, size: size, amend: base != nil, batch: newBatch(),
		full: make(chan *batch), ended: make(chan struct{}), done: make(chan struct{}), failed: make(chan struct{}),
	}
	w.failure = func(err error) {
		w.once.Do(func() {
			w.err = err
			close(w.failed)
		})
	}
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
	go w.write(ctx, w.full)
	if cores > 1 {
		w.makeRoom()
		for range cores {
			go w.makeAll(w.jobs)
		}
		go w.fill(w.order)
	} else {
		close(w.ended)
	}
	return w, nil
}

// put puts a job into the batch, and the batch on its way once it is full.
func (w *writer) put(j *job) error {
	select {
	case <-w.failed:
		return w.err
	default:
	}
	if j.id != "" {
		w.batch.Delete(j.id)
		w.batch.gone[j.id] = true
	}
	for _, d := range j.docs {
		d.order = w.batch.added
		w.batch.added++
		w.batch.bytes += len(d.stored.piece)
		w.batch.Update(d)
	}
	w.passages += len(j.docs)
	w.lengths.add(j.lengths, +1)
	if j.reached != nil {
		close(j.reached)
	}
	if len(w.batch.IndexOps) >= w.size || w.batch.bytes >= batchBytes {
		return w.flush()
	}
	return nil
}

func (w *writer) flush() error {
	send := []*batch{w.batch}
	w.batch = newBatch()
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
func (w *writer) write(ctx context.Context, full <-chan *batch) {
	defer close(w.done)
	n := 0
	for batch := range full {
		if batch == nil {
			continue
		}
		err := ctx.Err()
		if err == nil {
			w.bleve.shared.only(batch.gone)
			err = w.await(func() error { return w.bleve.Batch(batch.Batch) })
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

// closeOrder ends what makes passages and fills batches.
func (w *writer) closeOrder() {
	if w.order != nil {
		close(w.jobs)
		close(w.order)
		w.jobs, w.order = nil, nil
	}
	<-w.ended
}

// finish writes what is left, merges segments and closes the index.
func (w *writer) finish(ctx context.Context) error {
	w.closeOrder()
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
	return prune(path)
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
	w.closeOrder()
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
