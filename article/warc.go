package article

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"
)

// A Capture is one web page out of a WARC file (ISO 28500), as crawls and the
// news of Common Crawl are kept.
type Capture struct {
	Page    Page
	Address string    // where the page was fetched from
	Date    time.Time // when that was, in UTC; zero if the file does not say

	// Err says why the page is no article, or, with Broken, why the record
	// cannot be read. Reading goes on behind it.
	Err    error
	Broken bool

	// Start is where the record begins in the file, in bytes, and Next where
	// to go on behind it.
	Start, Next int64
}

// IsArticle reports whether a page without Err is an article rather than a
// list, a front page or a shop: it calls itself one, or has the text and the
// date of one. Of the web at large, most pages are none.
func (c *Capture) IsArticle() bool {
	const declared, dated, plain = 200, 600, 1500 // bytes of text
	size := len(c.Page.Article.Text)
	if u := parseURL(c.Address); u != nil && isFrontPage(u) {
		return false
	}
	return c.Page.Declared && size >= declared || !c.Page.Article.Published.IsZero() && size >= dated || size >= plain
}

// IsWARC reports whether a file is one by its name: .warc, .warc.gz.
func IsWARC(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(name, ".warc")
}

// Bounds on what is read of a WARC file at once: pages are parsed side by side
// while no more than these are in memory.
const (
	warcPages = 64
	warcBytes = 32 << 20
)

// maxBroken is how many records in a row may be unreadable before the rest of
// the file is given up.
const maxBroken = 100

// ReadWARC yields the web pages of a WARC file, packed or not, from a record
// that begins at start on: responses with status 200 that are HTML, of 64 MiB
// at most. All other records are passed over. An error comes last: the file
// cannot be read on, or ctx has ended.
func ReadWARC(ctx context.Context, file io.ReadSeeker, start int64) iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		w, err := newWARCReader(file, start)
		if err != nil {
			yield(Capture{}, err)
			return
		}
		for {
			pages, err := w.some(ctx)
			parseAll(pages)
			for _, p := range pages {
				if !yield(p.Capture, nil) {
					return
				}
			}
			if err != nil {
				if err != io.EOF {
					yield(Capture{}, err)
				}
				return
			}
		}
	}
}

// A rawCapture is a Capture that has not been parsed yet.
type rawCapture struct {
	Capture
	html        []byte
	contentType string
}

// parseAll parses pages side by side.
func parseAll(pages []rawCapture) {
	turns := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range pages {
		p := &pages[i]
		if p.Err != nil {
			continue
		}
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			p.Page, p.Err = ParsePage(p.html, p.contentType, p.Address)
			p.html = nil
		})
	}
	all.Wait()
}

// some reads the next pages of the file. With an error come those before it.
func (w *warcReader) some(ctx context.Context) (pages []rawCapture, err error) {
	for size := 0; len(pages) < warcPages && size < warcBytes; {
		if err := ctx.Err(); err != nil {
			return pages, err
		}
		c := rawCapture{Capture: Capture{Start: w.position()}}
		rec, err := w.next()
		wanted := err == nil && c.fill(rec)
		if err == nil {
			err = w.end(rec)
		}
		switch {
		case err == io.EOF:
			return pages, io.EOF
		case errors.Is(err, io.ErrUnexpectedEOF):
			return pages, errWARCEnds
		case errors.As(err, new(unread)):
			return pages, err
		case err != nil:
			if w.broken++; w.broken > maxBroken {
				return pages, fmt.Errorf("%d records in a row cannot be read, up to byte %d: %w", maxBroken, w.position(), err)
			}
			c.Err, c.Broken, wanted = fmt.Errorf("record cannot be read: %w", err), true, true
			if err := w.resume(); err != nil && err != io.EOF {
				return pages, err
			}
		default:
			w.broken = 0
		}
		if c.Next = w.position(); wanted {
			size += len(c.html)
			pages = append(pages, c)
		}
	}
	return pages, nil
}

// fill takes what the record holds, and reports whether that is a web page.
func (c *rawCapture) fill(rec *warcRecord) bool {
	if !strings.EqualFold(rec.header["warc-type"], "response") || !strings.HasPrefix(strings.ToLower(rec.header["content-type"]), "application/http") {
		return false
	}
	c.Address = strings.Trim(rec.header["warc-target-uri"], "<> ") // wget writes the brackets
	c.Date, _ = ParseDate(rec.header["warc-date"])                 // zero if it is none
	response, err := http.ReadResponse(bufio.NewReader(&rec.block), nil)
	if err != nil {
		c.Err, c.Broken = fmt.Errorf("HTTP response is broken: %w", err), true
		return true
	}
	defer response.Body.Close()
	c.contentType = response.Header.Get("Content-Type")
	kind, _, _ := mime.ParseMediaType(c.contentType)
	if response.StatusCode != http.StatusOK || kind != "text/html" && kind != "application/xhtml+xml" {
		return false
	}
	if c.html, err = readBody(response); err != nil {
		c.Err, c.Broken = err, true
	}
	return true
}

// readBody undoes what the server did to send the page, where the crawler has
// not. A length that the header states wrongly takes nothing away.
func readBody(response *http.Response) ([]byte, error) {
	body := bufio.NewReader(response.Body)
	if head, _ := body.Peek(1); len(head) == 1 && (head[0] == '<' || head[0] == '\n' || head[0] == '\r') {
		response.Header.Del("Content-Encoding") // undone already
	}
	switch coding := strings.ToLower(response.Header.Get("Content-Encoding")); coding {
	case "", "identity", "none", "utf-8":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, gzipError(err)
		}
		body = bufio.NewReader(unpacked)
	default:
		return nil, fmt.Errorf("page is packed by %q, which is not read; crawlers can unpack it", coding)
	}
	raw, err := io.ReadAll(io.LimitReader(body, maxFile+1))
	switch {
	case len(raw) > maxFile:
		return nil, fmt.Errorf("page is %w: over %d MiB", errTooLong, maxFile>>20)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("read the page: %w", err)
	}
	return raw, nil
}

// Reads reports whether Read knows the kind of a file by its name.
func Reads(name string) bool {
	_, _, ok := formatOf(name)
	return ok
}
