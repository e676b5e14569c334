package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// batchSize is in passages. Larger batches were no faster, those of 100 took
// 2.8 times as long.
const batchSize = 1000

// A writer fills a Bleve index in a build folder. Operations reach the index
// in the order given; while one batch is written the next is filled.
type writer struct {
	dir   string
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
func newWriter(ctx context.Context, dir string, base *generation, indexDir string) (w *writer, err error) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir)
		}
	}()
	w = &writer{dir: dir, full: make(chan *bleveindex.Batch, 1), done: make(chan struct{}), failed: make(chan struct{})}
	w.failure = func(err error) {
		w.once.Do(func() {
			w.err = err
			close(w.failed)
		})
	}
	path := filepath.Join(dir, bleveName)
	asyncErrors.Store(path, w.failure)
	if base != nil {
		if err = clone(filepath.Join(indexDir, base.name, bleveName), path); err != nil {
			return nil, err
		}
	}
	if w.bleve, err = openStore(path, false); err != nil {
		return nil, err
	}
	w.batch = bleveindex.NewBatch()
	go w.write(ctx, w.full)
	return w, nil
}

// clone copies a Bleve index that is open read-only. Segments never change
// once written and are linked, so a million passages are copied in no time;
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
			return os.Mkdir(target, 0o755)
		case strings.HasSuffix(path, ".zap"):
			if os.Link(path, target) == nil {
				return nil
			}
			return copyFile(path, target) // no hard links on this file system
		default:
			return copyFile(path, target)
		}
	})
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
	select {
	case w.full <- batch:
		return nil
	case <-w.failed:
		return w.err
	}
}

// write writes batches until there are no more or one failed. Bleve retries a
// failed write for ever and tells only the async error callback, so each
// batch is given up as soon as that was called.
func (w *writer) write(ctx context.Context, full <-chan *bleveindex.Batch) {
	defer close(w.done)
	for batch := range full {
		if err := ctx.Err(); err != nil {
			w.failure(err)
			return
		}
		result := make(chan error, 1)
		w.writing.Go(func() {
			defer func() {
				if v := recover(); v != nil { // an index that is closed meanwhile makes it panic
					result <- fmt.Errorf("write a batch: %v", v)
				}
			}()
			result <- w.bleve.Batch(batch)
		})
		select {
		case err := <-result:
			if err != nil {
				w.failure(err)
				return
			}
		case <-w.failed:
			return
		}
	}
}

// finish writes what is left and closes the index.
func (w *writer) finish() error {
	var err error
	if len(w.batch.IndexOps) > 0 {
		err = w.flush()
	}
	close(w.full)
	w.full = nil
	<-w.done
	select {
	case <-w.failed:
		return w.err
	default:
	}
	if err != nil {
		return err
	}
	err = w.bleve.Close()
	w.bleve = nil
	asyncErrors.Delete(filepath.Join(w.dir, bleveName))
	return err
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
