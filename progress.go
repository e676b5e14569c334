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

	started time.Time // and at how much, since work may go on from an earlier run
	first   *index.Progress
}

// patience is how long work must last before progress is shown, and every
// how long a plain line tells of it.
const (
	patience  = 500 * time.Millisecond
	lineEvery = 5 * time.Second
)

func newProgress(out io.Writer, what string) *progress {
	now := time.Now()
	p := &progress{out: out, what: what, next: now.Add(patience), started: now}
	if f, ok := out.(*os.File); ok {
		p.tty = term.IsTerminal(int(f.Fd()))
	}
	return p
}

func (p *progress) show(now index.Progress) {
	if p.first == nil {
		p.first = &now
	}
	if time.Now().Before(p.next) {
		return
	}
	if !p.tty {
		percent := int64(0)
		if now.OfBytes > 0 {
			percent = 100 * now.Bytes / now.OfBytes
		}
		fmt.Fprintf(p.out, "newsdesk: %s: %d%% (%d articles%s)\n", p.what, percent, now.Articles, p.pace(now))
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
	p.bar.Describe(fmt.Sprintf("%s, %d articles", p.what, now.Articles))
	_ = p.bar.Set64(now.Bytes)
}

// pace says how fast it goes and how long it will take, once that can be told.
func (p *progress) pace(now index.Progress) string {
	took := time.Since(p.started).Seconds()
	articles, bytes := now.Articles-p.first.Articles, now.Bytes-p.first.Bytes
	if articles <= 0 || bytes <= 0 {
		return ""
	}
	left := time.Duration(float64(now.OfBytes-now.Bytes) / float64(bytes) * took * float64(time.Second))
	return fmt.Sprintf(", %.0f a second, %v left", float64(articles)/took, left.Round(time.Second))
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
