package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A served engine is one that answers questions.
type served struct {
	engine
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	problems *told
}

// told is what a process says on standard error, while it may go on.
type told struct {
	mu   sync.Mutex
	text []byte
}

func (t *told) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	return len(b), nil
}

func (t *told) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return lastLine(string(t.text))
}

// readyLine is what an engine says before the first question.
const readyLine = "ready\n"

// start has an engine serve its store.
func (e *engine) start(ctx context.Context, k corpus) (*served, error) {
	s := &served{engine: *e, cmd: e.run(ctx, "serve", e.dir(k)+"/data"), problems: new(told)}
	s.cmd.Stderr = s.problems
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.await(); err != nil {
		s.stop()
		return nil, fmt.Errorf("%w (%s): build it anew with -rebuild %s", err, s.problems.last(), e.store)
	}
	return s, nil
}

// await waits until questions are answered.
func (s *served) await() error {
	if line, err := s.out.ReadString('\n'); err != nil || line != readyLine {
		return fmt.Errorf("%s does not serve, it said %q", s.name, line)
	}
	return nil
}

// stop ends the engine.
func (s *served) stop() {
	_ = s.in.Close()
	_ = s.cmd.Wait()
}

// ask asks a question and returns how long the search took and what it found.
func (s *served) ask(question string) (time.Duration, []int, error) {
	fail := func(err error) (time.Duration, []int, error) {
		return 0, nil, fmt.Errorf("%s, question %q: %w %s", s.name, question, err, s.problems.last())
	}
	if _, err := io.WriteString(s.in, question+"\n"); err != nil {
		return fail(err)
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return fail(err)
	}
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return fail(errors.New("it gave an empty line"))
	}
	nanos, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return fail(err)
	}
	ids := make([]int, len(fields)-1)
	for i, f := range fields[1:] {
		if ids[i], err = strconv.Atoi(f); err != nil {
			return fail(err)
		}
	}
	return time.Duration(nanos), ids, nil
}

// memory is the resident set of a process, 0 where the system does not tell.
type memory struct{ anon, mapped int64 }

func memoryOf(pid int) (m memory) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(line, ":")
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch {
		case err != nil:
		case key == "RssAnon":
			m.anon = kib * 1024
		case key == "RssFile":
			m.mapped = kib * 1024
		}
	}
	return m
}

// watchMemory looks at a process's memory until it is stopped, which returns
// the most of either kind that was seen.
func watchMemory(pid int) (stop func() memory) {
	end, peak := make(chan struct{}), make(chan memory)
	go func() {
		var most memory
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				now := memoryOf(pid)
				most = memory{max(most.anon, now.anon), max(most.mapped, now.mapped)}
			case <-end:
				peak <- most
				return
			}
		}
	}()
	return func() memory {
		close(end)
		return <-peak
	}
}

// machine says what the figures were measured on.
func machine() string {
	kind := "unknown processor"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				kind = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores, %s, %s", runtime.NumCPU(), kind, runtime.Version())
}
