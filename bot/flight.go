package bot

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// A flight counts the answers under way, so that a stopping bot begins no new
// ones and loses none.
type flight struct {
	mu      sync.Mutex
	n       int
	landing bool
	idle    chan struct{} // closed once landing and n is 0
}

func newFlight() *flight { return &flight{idle: make(chan struct{})} }

// begin reports false once the flight is landing; else end must follow.
func (f *flight) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.landing {
		return false
	}
	f.n++
	return true
}

func (f *flight) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 && f.landing {
		close(f.idle)
	}
}

// land lets nothing more begin. The channel is closed when all has ended.
func (f *flight) land() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.landing {
		f.landing = true
		if f.n == 0 {
			close(f.idle)
		}
	}
	return f.idle
}

// spawn does something in a goroutine of its own, and reports whether it began.
// discordgo recovers nothing: without this, one odd event would end the
// program.
func (b *Bot) spawn(what string, do func()) bool {
	if !b.flight.begin() {
		return false
	}
	go func() {
		defer b.flight.end()
		defer func() {
			if v := recover(); v != nil {
				b.log.Error("panic", "in", what, "err", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
		}()
		do()
	}()
	return true
}
