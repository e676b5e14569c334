// Package index keeps the passages of news articles in a Bleve index that can
// be rebuilt and updated while it is searched.
//
// Articles are the truth; an index is derived from them and can be thrown
// away. On disk it is a folder of generations, of which the file CURRENT names
// the one in use. A generation is never changed: an update builds the next one
// aside and points CURRENT at it, so a crash at any moment leaves the old one.
//
// The package knows what a passage is and how well it fits some terms. It does
// not know what a question is.
package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNotBuilt is wrapped by the errors of an index that holds nothing yet.
var ErrNotBuilt = errors.New("there is no index yet")

// ErrBusy is returned by builds while another process, or another Index of this
// one, is writing to the same folder.
var ErrBusy = errors.New("the index is being built by someone else")

// An Index gives access to the newest generation in a folder. All methods may
// be called at once from many goroutines.
type Index struct {
	dir     string
	program string
	sumUpTo int64         // see verifyUpTo
	gate    chan struct{} // one place a search; see Search
	cores   atomic.Int32  // for builds; 0 for all

	batchSize int // see batchSize

	// building is held by whoever builds or looks whether there is anything to
	// build. Who holds it may use what follows. The ledger is that of a generation.
	building  chan struct{}
	ledger    *ledger
	ledgerFor string   // see stateOf
	filled    location // where there were files when this process last looked

	mu       sync.Mutex
	cur      *generation
	curState os.FileInfo      // of CURRENT when cur was opened
	problem  error            // why cur is not what CURRENT names, or is nil
	bad      map[string]error // generations found to be damaged, by name
	tried    time.Time        // when opening failed for want of something
	closed   bool

	suggesting suggesting
}

// Open opens the index in dir, which need not exist. An index without a usable
// generation is no error here: Problem tells why, searches return that error,
// and Rebuild mends it. Open fails where the folder cannot be read, or where
// only a later newsdesk can read the index. The version goes into what is built.
func Open(dir, version string) (*Index, error) {
	x := &Index{dir: dir, program: version, sumUpTo: verifyUpTo, batchSize: batchSize,
		gate: make(chan struct{}, runtime.GOMAXPROCS(0)), building: make(chan struct{}, 1)}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("index folder %s is a file: name another folder with --index or INDEX_DIR", dir)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refresh()
	if errors.Is(x.problem, errLater) || errors.Is(x.problem, fs.ErrPermission) || isShortage(x.problem) {
		return nil, x.problem
	}
	return x, nil
}

// LimitBuilds lets builds that begin from now on use about so many cores at once,
// 1 or more, so that searches find the others free. A build with one core takes
// nearly twice as long as with two. At first all are used.
func (x *Index) LimitBuilds(cores int) { x.cores.Store(int32(max(1, cores))) }

func (x *Index) buildCores() int {
	if n := int(x.cores.Load()); n > 0 {
		return n
	}
	return max(3, runtime.GOMAXPROCS(0)) // as in the trials: more to do at once than cores
}

// Problem returns why the index cannot be searched (ErrNotBuilt is wrapped
// where nothing was built yet), or why an older generation stands in for the
// current one, or nil. Usable tells the two apart.
func (x *Index) Problem() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refresh()
	return x.problem
}

// Usable reports whether searches work.
func (x *Index) Usable() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refresh()
	return x.cur != nil
}

// Close ends the use of the index. Searches under way end first.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	g := x.cur
	x.cur = nil
	if g == nil {
		return nil
	}
	return g.retire()
}

// shortagePause is between two tries to open what could not be opened because
// something was lacking.
const shortagePause = time.Second

// acquire returns the current generation, which stays open until release.
func (x *Index) acquire() (*generation, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil, errors.New("the index is closed")
	}
	x.refresh()
	if x.cur == nil {
		return nil, x.problem
	}
	x.cur.retain()
	return x.cur, nil
}

// refresh notices a generation that this or another process has published,
// by one stat of CURRENT. The caller holds mu.
func (x *Index) refresh() {
	if x.closed {
		return
	}
	if isShortage(x.problem) && time.Since(x.tried) < shortagePause {
		return
	}
	info, err := os.Stat(filepath.Join(x.dir, currentName))
	switch {
	case err == nil && x.curState != nil && os.SameFile(info, x.curState) && info.ModTime().Equal(x.curState.ModTime()):
		return
	case errors.Is(err, fs.ErrNotExist) && x.cur == nil && x.problem != nil:
		return
	case err != nil && x.cur != nil:
		return // the folder went away: what is open goes on serving
	}
	// Another process may sweep a generation between the reading of CURRENT
	// and its opening; then CURRENT names a newer one already.
	for tries := 1; ; tries++ {
		if info, err = os.Stat(filepath.Join(x.dir, currentName)); err != nil {
			info = nil
		}
		g, problem := openNewest(x.dir, x.bad, x.sumUpTo)
		again, err := os.Stat(filepath.Join(x.dir, currentName))
		if tries == 3 || err != nil || info == nil || os.SameFile(again, info) {
			if isShortage(problem) {
				info, x.tried = nil, time.Now() // it is tried again
			}
			x.swap(g, problem, info)
			return
		}
		if g != nil {
			_ = g.retire()
		}
	}
}

func (x *Index) swap(g *generation, problem error, state os.FileInfo) {
	old := x.cur
	if g == nil && old != nil {
		// What CURRENT names is broken, and what we have open is sound.
		x.problem, x.curState = problem, state
		return
	}
	x.cur, x.problem, x.curState = g, problem, state
	if old != nil {
		_ = old.retire()
	}
}

// enter waits for a place among the searches that run at once. More searches
// than cores gain nothing, and cost memory and the slowest of them time: with 8
// clients on two cores and a million passages the 99th percentile was 36 ms
// without a gate and 21 ms with it (bench/gate.go).
func (x *Index) enter(ctx context.Context) (leave func(), err error) {
	select {
	case x.gate <- struct{}{}:
		return func() { <-x.gate }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a search to end: %w", context.Cause(ctx))
	}
}
