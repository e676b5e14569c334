package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"newsdesk/index"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far a build has come: a bar where standard error is a
// terminal, else a plain line now and then. Short work shows nothing.
type progress struct {
	out  io.Writer
	what string
	tty  bool
	bar  *progressbar.ProgressBar
	next time.Time // when to print the next line
}

// patience is how long work must last before progress is shown, and every
// how long a plain line tells of it.
const (
	patience  = 500 * time.Millisecond
	lineEvery = 5 * time.Second
)

func newProgress(out io.Writer, what string) *progress {
	p := &progress{out: out, what: what, next: time.Now().Add(patience)}
	if f, ok := out.(*os.File); ok {
		p.tty = term.IsTerminal(int(f.Fd()))
	}
	return p
}

func (p *progress) show(now index.Progress) {
	if time.Now().Before(p.next) {
		return
	}
	if !p.tty {
		percent := int64(0)
		if now.OfBytes > 0 {
			percent = 100 * now.Bytes / now.OfBytes
		}
		fmt.Fprintf(p.out, "newsdesk: %s: %d%% (%d articles)\n", p.what, percent, now.Articles)
		p.next = time.Now().Add(lineEvery)
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(now.OfBytes,
			progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(p.what),
			progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
		)
	}
	_ = p.bar.Set64(now.Bytes)
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
