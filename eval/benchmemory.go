package eval

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// residentMemory reads the figures of this process, which Linux alone tells.
func residentMemory() (m Memory) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(line, ":")
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch {
		case err != nil:
		case key == "RssAnon":
			m.AnonymousMB = round(mega(kib * 1024))
		case key == "RssFile":
			m.MappedMB = round(mega(kib * 1024))
		}
	}
	return m
}

// restingMemory is what is left when all garbage has gone back to the system,
// which happens by itself within minutes of rest.
func restingMemory() Memory {
	debug.FreeOSMemory()
	return residentMemory()
}

// watchMemory looks at the memory ten times a second until it is stopped, which
// returns the most of either kind that was seen.
func watchMemory() (stop func() Memory) {
	restingMemory()
	end, peak := make(chan struct{}), make(chan Memory)
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		var most Memory
		for more := true; more; {
			select {
			case <-tick.C:
			case <-end:
				more = false
			}
			now := residentMemory()
			most = Memory{max(most.AnonymousMB, now.AnonymousMB), max(most.MappedMB, now.MappedMB)}
		}
		peak <- most
	}()
	return func() Memory {
		close(end)
		return <-peak
	}
}
