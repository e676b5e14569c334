package index

import (
	"fmt"

	"newsdesk/article"
)

// A job is an article to be added, or an id to be deleted.
type job struct {
	article    article.Article
	file, hash string
	id         string // to be deleted

	holding *holding
	docs    []*passageDocument
	lengths lengths
	made    chan struct{} // closed when docs are there
	reached chan struct{} // closed when all before is in a batch
}

// How many articles wait for something, at most, and how many bytes of text in
// all of them, or else one article. Passages take ten times the text.
const (
	jobsAhead = 64
	textAhead = 4 << 20
)

func (w *writer) makeRoom() {
	w.jobs, w.order, w.room = make(chan *job, jobsAhead), make(chan *job, jobsAhead), make(chan struct{}, jobsAhead)
}

// room is how much of jobsAhead a job takes.
func (j *job) room() int { return min(jobsAhead, 1+len(j.article.Text)/(textAhead/jobsAhead)) }

// add adds an article's passages, some time later. What it returns is filled in
// then, see known.
func (w *writer) add(a article.Article, file, hash string) (*holding, error) {
	j := &job{article: a, file: file, hash: hash, holding: &holding{hash: hash}, made: make(chan struct{})}
	if w.cores < 2 {
		w.make(j, &w.analyzer)
		return j.holding, w.put(j)
	}
	for range j.room() {
		select {
		case w.room <- struct{}{}:
		case <-w.failed:
			return nil, w.err
		}
	}
	for _, to := range []chan *job{w.order, w.jobs} {
		select {
		case to <- j:
		case <-w.failed:
			return nil, w.err
		}
	}
	return j.holding, nil
}

// delete deletes a passage.
func (w *writer) delete(id string) {
	j := &job{id: id}
	if w.cores < 2 {
		_ = w.put(j) // a failure is met by what comes next
		return
	}
	select {
	case w.order <- j:
	case <-w.failed:
	}
}

// makeAll makes passages of articles until there are no more, or nobody wants
// them.
func (w *writer) makeAll(jobs <-chan *job) {
	var z analyzer
	for j := range jobs {
		select {
		case <-w.failed:
		default:
			w.make(j, &z)
		}
	}
}

func (w *writer) make(j *job, z *analyzer) {
	defer close(j.made)
	defer func() {
		if v := recover(); v != nil { // one odd article should not end a bot that serves
			w.failure(fmt.Errorf("index %s: article %q: %v", j.file, j.article.ID, v))
		}
	}()
	docs, rec := z.documents(j.article, j.file, j.hash)
	if len(docs) == 0 {
		w.failure(fmt.Errorf("index %s: article %q has no sentence", j.file, j.article.ID))
		return
	}
	j.docs, j.lengths = docs, rec.Lengths
	j.holding.lengths = rec.Lengths
	j.holding.passages.Store(int32(len(docs)))
}

// known waits until a holding is filled in, or the writer has failed.
func (w *writer) known(h *holding) {
	if h.passages.Load() > 0 || w.cores < 2 {
		return
	}
	j := &job{reached: make(chan struct{})}
	select {
	case w.order <- j:
	case <-w.failed:
		return
	}
	select {
	case <-j.reached:
	case <-w.failed:
	}
}

// fill puts passages and deletions into batches, in order.
func (w *writer) fill(order <-chan *job) {
	defer close(w.ended)
	for j := range order {
		if j.made != nil {
			select {
			case <-j.made:
			case <-w.failed:
			}
		}
		if w.put(j) != nil {
			return
		}
		if j.made != nil {
			for range j.room() {
				<-w.room
			}
		}
	}
}
