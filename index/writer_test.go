package index

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"newsdesk/article"

	"github.com/blevesearch/bleve/v2/document"
)

// A build that is cancelled while a batch is written ends that batch, and not
// the program: Bleve panics on an index that was closed.
func TestGivenUpWhileABatchIsWritten(t *testing.T) {
	text := strings.Repeat("Otters swim in the river near the bridge. ", 20)
	for n := range 4 {
		w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), 1+n%2, batchSize, nil, "")
		must(t, err)
		for i := range batchSize + 100*n {
			_, err := w.add(article.Article{ID: fmt.Sprint(n, " ", i), Title: "Otters", Text: text}, "file", "hash")
			must(t, err)
		}
		w.abandon()
	}
}

// Articles, deletions and what is asked of them in between keep their order,
// with one core and with many.
func TestWriterKeepsOrder(t *testing.T) {
	for _, cores := range []int{1, 2, 5} {
		w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), cores, batchSize, nil, "")
		must(t, err)
		for i := range 500 {
			id := fmt.Sprintf("%03d", i)
			h, err := w.add(article.Article{ID: id, Title: "Otters", Text: strings.Repeat("An otter swims here. ", 1+i%90)}, "file", "hash")
			must(t, err)
			if i%3 == 0 {
				w.known(h)
				if h.passages.Load() < 1 || h.lengths.Text < 1 {
					t.Fatalf("%d cores: article %s is known to have %d passages", cores, id, h.passages.Load())
				}
				for n := range int(h.passages.Load()) {
					w.delete(documentID(id, n))
				}
			}
		}
		must(t, w.finish(t.Context()))
		s, err := openStore(filepath.Join(w.dir, bleveName), toRead, 1)
		must(t, err)
		reader, err := s.Reader()
		must(t, err)
		list, err := segments(reader)
		must(t, err)
		var ids []string
		for _, seg := range list {
			sides, err := sidesOf(seg.Segment())
			must(t, err)
			for a := range sides.texts.beginnings() {
				ids = append(ids, sides.texts.id(a))
			}
		}
		var want []string
		for i := range 500 {
			if i%3 != 0 {
				want = append(want, fmt.Sprintf("%03d", i))
			}
		}
		if strings.Join(ids, " ") != strings.Join(want, " ") {
			t.Errorf("%d cores: the index holds %q", cores, ids)
		}
		must(t, errors.Join(reader.Close(), s.Close()))
	}
}

// An article of nothing fails the build, wherever it is noticed.
func TestWriterFails(t *testing.T) {
	for _, cores := range []int{1, 2} {
		w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), cores, batchSize, nil, "")
		must(t, err)
		_, first := w.add(article.Article{ID: "empty", Title: "Nothing"}, "file", "hash")
		_, second := w.add(article.Article{ID: "full", Title: "Otters", Text: "An otter swims."}, "file", "hash")
		if err := errors.Join(first, second, w.finish(t.Context())); err == nil || !strings.Contains(err.Error(), `file: article "empty" has no sentence`) {
			t.Errorf("%d cores: %v", cores, err)
		}
		w.abandon()
	}
}

// What replaces an article of the same run does not read what is known of it
// while that is written still, though the writer has failed meanwhile.
func TestDroppedAfterAFailure(t *testing.T) {
	w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), 2, batchSize, nil, "")
	must(t, err)
	w.failure(errors.New("the disk is full"))
	j := &job{article: article.Article{ID: "otter", Text: strings.Repeat("An otter swims here. ", 5000)}, holding: &holding{}, made: make(chan struct{})}
	go w.make(j, new(analyzer))
	b := &build{out: w}
	for made := false; !made; {
		b.drop("otter", j.holding)
		select {
		case <-j.made:
			made = true
		default:
		}
	}
	w.abandon()
}

// What waits to be written takes no more memory where articles are large.
func TestLargeArticlesWait(t *testing.T) {
	for size, most := range map[int]int{100: jobsAhead, 64 << 10: jobsAhead / 2, 1 << 20: 3, 16 << 20: 1} {
		synctest.Test(t, func(t *testing.T) {
			w := &writer{cores: 2, failed: make(chan struct{}), err: errors.New("the disk is full")}
			w.makeRoom()
			added := 0
			go func() {
				for {
					if _, err := w.add(article.Article{Text: strings.Repeat("x", size)}, "file", "hash"); err != nil {
						return
					}
					added++
				}
			}()
			synctest.Wait()
			if added != most {
				t.Errorf("%d articles of %d bytes wait, want %d", added, size, most)
			}
			close(w.failed)
		})
	}
}

// A batch of passages that are no text has fewer of them.
func TestBatchesAreBounded(t *testing.T) {
	w := &writer{cores: 2, size: batchSize, batch: newBatch(), full: make(chan *batch, 100), failed: make(chan struct{})}
	for i := range 200 {
		d := &passageDocument{Document: document.NewDocument(fmt.Sprint(i)), stored: storedPassage{piece: strings.Repeat("x", 400_000)}}
		must(t, w.put(&job{docs: []*passageDocument{d}}))
	}
	if len(w.full) != 4 {
		t.Fatalf("200 passages of 400 KB make %d batches and one more, want 4", len(w.full))
	}
	for range len(w.full) {
		if b := <-w.full; b.bytes > batchBytes+400_000 {
			t.Errorf("a batch has %d bytes", b.bytes)
		}
	}
}

// A build that cannot begin leaves nothing behind.
func TestNoWriter(t *testing.T) {
	dir := t.TempDir()
	if _, err := newWriter(t.Context(), filepath.Join(dir, "build"), 2, batchSize, &generation{name: "gen-000001"}, dir); err == nil {
		t.Fatal("what is not there was cloned")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("%q is left, %v", left, err)
	}
	if _, left := asyncErrors.Load(filepath.Join(dir, "build", bleveName)); left {
		t.Error("trouble of the folder is still told to a writer")
	}
}

// An article over which the program panics fails the build, which names it,
// and does not end the program.
func TestWriterPanics(t *testing.T) {
	w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), 2, batchSize, nil, "")
	must(t, err)
	j := &job{article: article.Article{ID: "odd", Text: "An otter swims."}, file: "file", holding: &holding{}, made: make(chan struct{})}
	w.make(j, nil) // which has no analyzer
	<-j.made
	if err := w.finish(t.Context()); err == nil || !strings.Contains(err.Error(), `file: article "odd"`) {
		t.Error(err)
	}
	w.abandon()
}
