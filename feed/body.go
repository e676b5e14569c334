package feed

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
)

// A body that brings less than slowBytes in any slowTime is given up, so that
// a server that trickles does not hold a place for long.
const (
	slowTime  = 15 * time.Second
	slowBytes = 4 << 10
)

var (
	errTooSlow = fmt.Errorf("the answer trickles: less than %d bytes in %v", slowBytes, slowTime)
	errTooBig  = errors.New("the answer is too big")
	errPacking = errors.New("the answer is compressed in a way that was not asked for")
)

// readBody reads and unpacks a body of at most limit bytes. Packed it may have
// no more either; what a small one unpacks to is bounded as it is unpacked.
func readBody(ctx context.Context, res *http.Response, limit int64) ([]byte, error) {
	if res.ContentLength > limit {
		return nil, fmt.Errorf("%w: %d bytes, over %d", errTooBig, res.ContentLength, limit)
	}
	w := &watched{in: res.Body, left: limit}
	stop := w.watch(ctx)
	defer stop()
	var in io.Reader = w
	packings := strings.FieldsFunc(strings.ToLower(strings.Join(res.Header.Values("Content-Encoding"), ",")), func(r rune) bool { return r == ',' || r == ' ' })
	if len(packings) > 2 {
		return nil, errPacking
	}
	for i := len(packings) - 1; i >= 0; i-- {
		var err error
		if in, err = unpack(in, packings[i]); err != nil {
			return nil, w.cause(err)
		}
	}
	body, err := readLimited(in, limit)
	if err != nil {
		return nil, w.cause(err)
	}
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b, 8}) { // a file.xml.gz, sent as it is
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("unpack the answer: %w", err)
		}
		return readLimited(z, limit)
	}
	return body, nil
}

func readLimited(in io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("%w: over %d bytes when unpacked", errTooBig, limit)
	}
	return body, err
}

func unpack(in io.Reader, packing string) (io.Reader, error) {
	switch packing {
	case "identity", "none", "utf-8": // the last is a common mistake
		return in, nil
	case "gzip", "x-gzip":
		r := bufio.NewReader(in)
		if head, err := r.Peek(2); len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
			if err != nil && err != io.EOF {
				return nil, err
			}
			return r, nil // said to be packed, and is not
		}
		return gzip.NewReader(r)
	case "br":
		return brotli.NewReader(in), nil
	case "deflate":
		// RFC 9110 means zlib by it; many servers send what zlib wraps.
		r := bufio.NewReader(in)
		head, err := r.Peek(2)
		if err != nil && err != io.EOF {
			return nil, err
		}
		if len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			return zlib.NewReader(r)
		}
		return flate.NewReader(r), nil
	}
	return nil, fmt.Errorf("%w: %q", errPacking, shorten(packing, 40))
}

// watched is a body whose size and speed are watched.
type watched struct {
	in   io.ReadCloser
	left int64
	read atomic.Int64
	why  atomic.Pointer[error]
}

func (w *watched) Read(p []byte) (int, error) {
	if w.left <= 0 {
		return 0, fmt.Errorf("%w", errTooBig)
	}
	n, err := w.in.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	w.read.Add(int64(n))
	if w.left <= 0 && err == nil {
		// One byte more than allowed is asked for, to tell a body of exactly
		// the limit from an endless one.
		var more [1]byte
		if m, _ := io.ReadFull(w.in, more[:]); m > 0 {
			return n, fmt.Errorf("%w", errTooBig)
		}
		return n, io.EOF
	}
	return n, err
}

// watch closes the body when it comes too slowly, or its time is up.
func (w *watched) watch(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		tick := time.NewTicker(slowTime)
		defer tick.Stop()
		for before := int64(0); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			now := w.read.Load()
			if now-before < slowBytes {
				err := errTooSlow
				w.why.Store(&err)
				w.in.Close()
				return
			}
			before = now
		}
	}()
	return func() { cancel(); <-finished }
}

// cause returns why the watch ended the body, if it did, else err.
func (w *watched) cause(err error) error {
	if why := w.why.Load(); why != nil {
		return *why
	}
	return err
}
