package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// gated is how many clients at once were served by newsdesk's index, which lets
// so many searches run as there are cores, and by the same without that gate.
type gated struct {
	Clients int  `json:"clients"`
	With    load `json:"with"`
	Without load `json:"without"`
}

type load struct {
	spread
	PerSecond float64 `json:"per_second"`
}

// noGate stands for as many searches at once as anybody asks for.
const noGate = 4096

// serveGate serves the index in dir twice, with its gate and without, each on a
// loopback address of which it tells on stdout, and until stdin ends.
//
// A client is a connection from another process, as those of a server are. Were
// it a goroutine here that asks again as soon as it has its answer, it would keep
// its core for the whole of Go's time slice of 10 ms, some dozen searches, of
// which only the first would have waited for the other clients: the wait would be
// behind the 99th percentile. Handing questions over by a channel does not help,
// since whom a goroutine wakes has the rest of its time slice. A goroutine that
// reads from a connection lets those go first that have a question already.
func serveGate(ctx context.Context, dir string, stdin io.Reader, stdout io.Writer) error {
	with, err := openNewsdesk(ctx, dir)
	if err != nil {
		return err
	}
	defer with.Close()
	// An index sizes its gate by the cores there are when it is opened.
	cores := runtime.GOMAXPROCS(noGate)
	without, err := openNewsdesk(ctx, dir)
	runtime.GOMAXPROCS(cores)
	if err != nil {
		return err
	}
	defer without.Close()
	var doors []*door
	for _, a := range []asker{with, without} {
		d, err := openDoor(ctx, a)
		if err != nil {
			return err
		}
		defer d.close()
		doors = append(doors, d)
	}
	if _, err := fmt.Fprintln(stdout, doors[0].Addr(), doors[1].Addr()); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, stdin)
	return errors.Join(err, doors[0].close(), doors[1].close())
}

// A door lets clients in on a loopback address.
type door struct {
	net.Listener
	inside sync.WaitGroup
	failed atomic.Pointer[error]
}

func openDoor(ctx context.Context, a asker) (*door, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &door{Listener: l}
	d.inside.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			d.inside.Go(func() {
				defer client.Close()
				if err := serve(ctx, a, client, client); err != nil {
					d.failed.Store(&err)
				}
			})
		}
	})
	return d, nil
}

// close waits for the clients to go and returns why one was left unserved.
func (d *door) close() error {
	_ = d.Listener.Close()
	d.inside.Wait()
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// gateBlock is how many questions either side is asked before it is the other's
// turn.
const gateBlock = 100

// gate asks the questions of both sides, clients at a time. A third of them warm
// both up, the others are asked again and again.
func (e *engine) gate(ctx context.Context, c config, k corpus) (g *gated, err error) {
	questions, err := k.questions()
	if err != nil {
		return nil, err
	}
	cmd := e.run(ctx, "gate", e.dir(k)+"/data")
	var problems strings.Builder
	cmd.Stderr = &problems
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = stdin.Close()
		if err = errors.Join(err, cmd.Wait()); err != nil {
			err = fmt.Errorf("%w: %s", err, lastLine(problems.String()))
		}
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the gate's addresses: %w", err)
	}
	var sides [][]*served
	for _, addr := range strings.Fields(line) {
		clients, leave, err := enter(ctx, addr, c.clients)
		if err != nil {
			return nil, err
		}
		defer leave()
		sides = append(sides, clients)
	}
	return trial(ctx, sides, questions, c.gate)
}

// enter connects so many clients.
func enter(ctx context.Context, addr string, n int) (clients []*served, leave func(), err error) {
	leave = func() {
		for _, s := range clients {
			_ = s.in.Close()
		}
	}
	for range n {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err != nil {
			leave()
			return nil, nil, err
		}
		s := &served{engine: engine{name: addr}, in: conn, out: bufio.NewReader(conn), problems: new(told)}
		clients = append(clients, s)
		if err := s.await(); err != nil {
			leave()
			return nil, nil, err
		}
	}
	return clients, leave, nil
}

// trial asks both sides block by block in turn, until each was asked for so long.
func trial(ctx context.Context, sides [][]*served, questions []string, least time.Duration) (*gated, error) {
	cut := len(questions) / 3
	for _, side := range sides {
		if _, _, err := together(ctx, side, questions[:cut]); err != nil {
			return nil, err
		}
	}
	took := make([][]time.Duration, len(sides))
	spent := make([]time.Duration, len(sides))
	first := 0
	for len(took[0]) == 0 || slices.Min(spent) < least {
		for block := range slices.Chunk(questions[cut:], gateBlock) {
			for n := range sides {
				at := (first + n) % len(sides)
				list, all, err := together(ctx, sides[at], block)
				if err != nil {
					return nil, err
				}
				took[at], spent[at] = append(took[at], list...), spent[at]+all
			}
			first++
		}
	}
	loadOf := func(i int) load { return load{percentiles(took[i]), float64(len(took[i])) / spent[i].Seconds()} }
	return &gated{len(sides[0]), loadOf(0), loadOf(1)}, nil
}

// together asks every question once; each client takes the next one as soon as
// it has its answer. Durations are the client's, from the question to the answer.
func together(ctx context.Context, clients []*served, questions []string) (took []time.Duration, all time.Duration, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	took = make([]time.Duration, len(questions))
	var next atomic.Int64
	var wait sync.WaitGroup
	start := time.Now()
	for _, s := range clients {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(questions) {
					return
				}
				begin := time.Now()
				if _, _, err := s.ask(questions[i]); err != nil {
					stop(err)
					return
				}
				took[i] = time.Since(begin)
			}
		})
	}
	wait.Wait()
	return took, time.Since(start), context.Cause(ctx)
}
