package answer

import (
	"container/list"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

const (
	// rememberedBytes bounds the answers that are kept, by their JSON forms.
	rememberedBytes = 8 << 20

	// rememberedFor bounds how long an answer is kept once it was found. People
	// ask in the present: by then the same question is of another Now.
	rememberedFor = time.Minute
)

// answers are those of one state of the index, found or being worked out, the
// least recently used forgotten first. The zero value holds none.
type answers struct {
	mu       sync.Mutex
	of       snapshot
	entries  map[key]*entry
	recent   list.List // the entries that are found, last used first
	bytes    int       // of these
	sweeping bool      // sweep is due
	reuse    Reuse
}

// An entry is one question's answer, or the work on it.
type entry struct {
	key   key
	found chan struct{} // closed once what follows is there
	Answer
	err      error
	panicked any

	// The lock of the answers guards the rest.
	waiting int                // callers, while it is worked out
	stop    context.CancelFunc // ends the work
	place   *list.Element      // in recent; nil while it is not there
	since   time.Time          // when it was found
	bytes   int
}

// A worker works an answer out, and says whether it may be kept.
type worker func(context.Context) (a Answer, keep bool, err error)

// get returns the answer to a question in a state of the index: the one that is
// kept, the one that somebody else waits for, or else what work brings. The work
// goes on for as long as anybody waits, and each caller waits for as long as its
// own ctx lets it. No more than most answers are kept. An answer is the caller's
// own, who may change it.
func (s *answers) get(ctx context.Context, k key, of snapshot, most int, work worker) (Answer, error) {
	e := s.entry(ctx, k, of, most, work)
	select {
	case <-e.found:
	case <-ctx.Done():
		s.leave(e)
		return Answer{}, fmt.Errorf("wait for the answer: %w", context.Cause(ctx))
	}
	if e.panicked != nil {
		panic(e.panicked)
	}
	return e.Answer.clone(), e.err
}

// entry returns that of a question; where there is none, the work begins.
func (s *answers) entry(ctx context.Context, k key, of snapshot, most int, work worker) *entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of != of { // and what is being worked out is left to those who wait for it
		s.of, s.entries, s.bytes = of, make(map[key]*entry), 0
		s.recent.Init()
	}
	if e := s.entries[k]; e != nil && e.place != nil {
		s.reuse.Remembered++
		s.recent.MoveToFront(e.place)
		return e
	} else if e != nil {
		s.reuse.Joined++
		e.waiting++
		return e
	}
	s.reuse.Searched++
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	e := &entry{key: k, found: make(chan struct{}), waiting: 1, stop: stop}
	s.entries[k] = e
	go func() {
		defer stop()
		keep := e.do(ctx, work)
		s.done(e, keep, most)
	}()
	return e
}

// do works the answer out. A panic is for those who wait, since each of them
// can tell whom it hits.
func (e *entry) do(ctx context.Context, work worker) (keep bool) {
	defer func() {
		if v := recover(); v != nil {
			e.panicked, keep = fmt.Sprintf("%v\n%s", v, debug.Stack()), false
		}
	}()
	e.Answer, keep, e.err = work(ctx)
	return keep
}

// done tells who waits, and keeps what may be kept.
func (s *answers) done(e *entry, keep bool, most int) {
	if keep {
		raw, err := json.Marshal(e.Answer)
		e.bytes, keep = len(raw), err == nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	close(e.found)
	if s.entries[e.key] != e {
		return // the index has changed, or nobody waits any more
	}
	if !keep {
		delete(s.entries, e.key)
		return
	}
	e.place, e.since = s.recent.PushFront(e), time.Now()
	s.bytes += e.bytes
	if !s.sweeping {
		s.sweeping = true
		time.AfterFunc(rememberedFor, s.sweep)
	}
	for s.recent.Len() > most || s.bytes > rememberedBytes {
		s.forget(s.recent.Back().Value.(*entry))
	}
}

// leave is for a caller who waits no longer. Nobody joins work that was ended.
func (s *answers) leave(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.waiting--; e.waiting == 0 && e.place == nil {
		e.stop()
		if s.entries[e.key] == e {
			delete(s.entries, e.key)
		}
	}
}

// sweep forgets what has been kept long enough, and comes again while anything
// is left: where nobody asks any more, what is gone from the articles must not
// stay in memory.
func (s *answers) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.place != nil && time.Since(e.since) >= rememberedFor {
			s.forget(e)
		}
	}
	if s.sweeping = s.recent.Len() > 0; s.sweeping {
		time.AfterFunc(rememberedFor, s.sweep)
	}
}

// forget drops what was found. The caller holds the lock.
func (s *answers) forget(e *entry) {
	s.recent.Remove(e.place)
	s.bytes -= e.bytes
	delete(s.entries, e.key)
}
