package feed

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
)

// A world is a network in memory: hosts by name. In a synctest bubble its time
// is the bubble's, so that days pass in an instant.
type world struct {
	mu       sync.Mutex
	handlers map[string]http.Handler
	requests []string // "GET host/path", in order
}

// memoryListener takes connections from dial.
type memoryListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *memoryListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *memoryListener) Addr() net.Addr { return &net.TCPAddr{} }

// serve starts the world and returns a client in it.
func (w *world) serve(t *testing.T) *Client {
	t.Helper()
	l := &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		h := w.handlers[r.Host]
		w.requests = append(w.requests, r.Host+r.URL.RequestURI())
		w.mu.Unlock()
		if h == nil || r.URL.Path == "/robots.txt" && !w.has(r.Host+"/robots.txt") {
			http.NotFound(rw, r)
			return
		}
		h.ServeHTTP(rw, r)
	})}
	go srv.Serve(l)
	c, err := NewClient(ClientOptions{Contact: "https://newsdesk.example/about", Version: "9", Dial: func(ctx context.Context, _, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		w.mu.Lock()
		_, known := w.handlers[host]
		w.mu.Unlock()
		if !known {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		here, there := net.Pipe()
		select {
		case l.conns <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		srv.Close()
	})
	return c
}

func (w *world) has(key string) bool { w.mu.Lock(); defer w.mu.Unlock(); return w.handlers[key] != nil }

func (w *world) took() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.requests
	w.requests = nil
	return out
}

// inBubble runs a test in fake time against one host, news.example.
func inBubble(t *testing.T, h http.HandlerFunc, do func(t *testing.T, c *Client, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{handlers: map[string]http.Handler{"news.example": h}}
		c := w.serve(t)
		do(t, c, w)
		time.Sleep(3 * time.Hour) // lets handlers end that nobody listens to
	})
}

func pack(t *testing.T, how, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch how {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriter(&b)
	case "zlib":
		w = zlib.NewWriter(&b)
	case "deflate":
		w, _ = flate.NewWriter(&b, 9)
	default:
		return []byte(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPackedAnswers(t *testing.T) {
	const text = "one two three"
	for _, tt := range []struct{ header, packing, want string }{
		{"", "", text}, {"identity", "", text}, {"gzip", "gzip", text}, {"x-gzip", "gzip", text}, {"GZIP", "gzip", text}, {"br", "br", text},
		{"deflate", "zlib", text}, {"deflate", "deflate", text}, {"gzip", "", text}, {"", "gzip", text}, {"UTF-8", "", text},
		{"gzip, br", "", "error"}, {"zstd", "", "error"}, {"gzip, gzip, gzip", "gzip", "error"}, {"br", "gzip", "error"},
	} {
		inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			if tt.header != "" {
				w.Header().Set("Content-Encoding", tt.header)
			}
			w.Write(pack(t, tt.packing, text))
		}, func(t *testing.T, c *Client, _ *world) {
			res, err := c.get(t.Context(), request{url: "http://news.example/", limit: 1000})
			got := "error"
			if err == nil {
				got = string(res.body)
			}
			if got != tt.want {
				t.Errorf("%s of %s: got %q, %v", tt.header, tt.packing, got, err)
			}
		})
	}
}

func TestHostileAnswers(t *testing.T) {
	zeros := strings.Repeat("\x00", 16<<20)
	bombs := map[string][]byte{}
	for _, how := range []string{"gzip", "br", "zlib"} {
		bombs[how] = pack(t, how, zeros)
	}
	bombs["twice"] = pack(t, "gzip", string(pack(t, "gzip", strings.Repeat(string(bombs["gzip"]), 20))))
	for _, tt := range []struct {
		name   string
		h      http.HandlerFunc
		want   string
		within time.Duration
	}{
		{"a gzip bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bombs["gzip"])
		}, "too big", 0},
		{"a brotli bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			w.Write(bombs["br"])
		}, "too big", 0},
		{"a zlib bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			w.Write(bombs["zlib"])
		}, "too big", 0},
		{"a bomb in a bomb", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip, gzip")
			w.Write(bombs["twice"])
		}, "too big", 0},
		{"a bomb in a file", func(w http.ResponseWriter, r *http.Request) { w.Write(bombs["gzip"]) }, "too big", 0},
		{"a length beyond the bound", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "99999999999") }, "too big", 0},
		{"an endless stream", func(w http.ResponseWriter, r *http.Request) {
			for {
				if _, err := w.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		}, "too big", 0},
		{"a slow loris", func(w http.ResponseWriter, r *http.Request) {
			for range 10000 {
				if _, err := w.Write([]byte("x")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, "trickles", time.Minute},
		{"slow all along", func(w http.ResponseWriter, r *http.Request) {
			for range 10000 {
				if _, err := w.Write(make([]byte, 1000)); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, "no whole answer", requestTime},
		{"no header", func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Hour):
			}
		}, "does not answer in time", time.Minute},
		{"a header that never ends", func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := w.(http.Hijacker).Hijack()
			defer c.Close()
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\n")
			for i := range 1 << 20 {
				if _, err := fmt.Fprintf(c, "X-%d: %s\r\n", i, strings.Repeat("y", 1000)); err != nil {
					return
				}
			}
		}, "news.example", time.Minute},
		{"half an answer", func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
			c.Close()
		}, "in the middle", 0},
		{"no HTTP", func(w http.ResponseWriter, r *http.Request) {
			c, _, _ := w.(http.Hijacker).Hijack()
			fmt.Fprint(c, "220 mail.example ESMTP\r\n")
			c.Close()
		}, "news.example", 0},
		{"a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, map[string]string{"/": "/a", "/a": "/b", "/b": "/a"}[r.URL.Path], http.StatusFound)
		}, "in a circle", 0},
		{"redirects without end", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusMovedPermanently)
		}, "more than 10 redirects", 0},
		{"a redirect to nowhere", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(302) }, "without a place", 0},
		{"a redirect to another scheme", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}, "not an http", 0},
		{"a host that is not there", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://gone.example/", http.StatusFound)
		}, "does not resolve", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, tt.h, func(t *testing.T, c *Client, _ *world) {
				began := time.Now()
				res, err := c.get(t.Context(), request{url: "http://news.example/", limit: 1 << 20})
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, %v, want %q", res, err, tt.want)
				}
				if took := time.Since(began); tt.within > 0 && took > tt.within {
					t.Errorf("took %v, want %v at most", took, tt.within)
				}
			})
		})
	}
}

func TestBodyOfExactlyTheLimit(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write(make([]byte, 1000))
		w.(http.Flusher).Flush()
		if r.URL.Path == "/more" {
			w.Write([]byte("x"))
		}
	}, func(t *testing.T, c *Client, _ *world) {
		if res, err := c.get(t.Context(), request{url: "http://news.example/", limit: 1000}); err != nil || len(res.body) != 1000 {
			t.Errorf("got %v", err)
		}
		if _, err := c.get(t.Context(), request{url: "http://news.example/more", limit: 1000}); !errors.Is(err, errTooBig) {
			t.Errorf("one byte more: got %v", err)
		}
	})
}

func TestWhatIsSent(t *testing.T) {
	var headers []http.Header
	inBubble(t, func(w http.ResponseWriter, r *http.Request) {
		headers = append(headers, r.Header.Clone())
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/new", http.StatusFound)
		}
	}, func(t *testing.T, c *Client, _ *world) {
		req := request{url: "http://news.example/old", limit: 1000, etag: `"1"`, modified: "Wed, 26 Nov 2025 10:00:00 GMT", validated: "http://news.example/new"}
		if _, err := c.get(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	})
	if got := headers[0].Get("User-Agent"); got != "newsdesk/9 (+https://newsdesk.example/about)" {
		t.Errorf("user agent %q", got)
	}
	if headers[0].Get("If-None-Match") != "" || headers[1].Get("If-None-Match") != `"1"` || headers[1].Get("If-Modified-Since") == "" {
		t.Errorf("validators go where they do not come from, or not where they do: %v", headers)
	}
	if got := headers[1].Get("Accept-Encoding"); got != "gzip, br, deflate" {
		t.Errorf("accepts %q", got)
	}
	for _, h := range headers {
		if h.Get("Referer") != "" || h.Get("Cookie") != "" || h.Get("Authorization") != "" {
			t.Errorf("sent %v", h)
		}
	}
}

func TestPermanentRedirects(t *testing.T) {
	for path, want := range map[string]string{
		"/301": "http://news.example/end", "/308": "http://news.example/end", "/302": "", "/end": "",
		"/301-301": "http://news.example/end", "/301-302": "http://news.example/302", "/302-301": "",
	} {
		inBubble(t, func(w http.ResponseWriter, r *http.Request) {
			first, rest, more := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "-")
			if first == "end" {
				return
			}
			if !more {
				rest = "end"
			}
			var status int
			fmt.Sscan(first, &status)
			http.Redirect(w, r, "/"+rest, status)
		}, func(t *testing.T, c *Client, _ *world) {
			res, err := c.get(t.Context(), request{url: "http://news.example" + path, limit: 1000})
			if err != nil || res.permanent != want || res.url != "http://news.example/end" {
				t.Errorf("%s: got %+v, %v, want %q remembered", path, res, err, want)
			}
		})
	}
}

// Requests to one host are made one at a time, with a pause between; others
// do not wait for it.
func TestHostsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		at := map[string]int{}
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			at[r.Host]++
			if at[r.Host] > 1 {
				t.Errorf("%d requests at once to %s", at[r.Host], r.Host)
			}
			mu.Unlock()
			time.Sleep(2 * time.Second)
			mu.Lock()
			at[r.Host]--
			mu.Unlock()
		})
		w := &world{handlers: map[string]http.Handler{"one.example": slow, "two.example": slow}}
		c := w.serve(t)
		began := time.Now()
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				host := []string{"one", "two"}[i%2]
				if _, err := c.get(t.Context(), request{url: "http://" + host + ".example/", limit: 10}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took != 8*time.Second {
			t.Errorf("took %v, want 3 × 2 s and two pauses of 1 s", took)
		}
	})
}

func TestWaitingForATurnEnds(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, r *http.Request) { time.Sleep(10 * time.Second) }, func(t *testing.T, c *Client, _ *world) {
		go c.get(t.Context(), request{url: "http://news.example/", limit: 10})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.get(ctx, request{url: "http://news.example/", limit: 10}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Minute)
	})
}
