package article

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
)

// recordOf writes one record as crawlers do.
func recordOf(kind, address, http string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2025-11-26T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:e9a0cecc-0221-11e7-adb1-0242ac120008>\r\n"+
		"Content-Type: application/http; msgtype=%s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, address, kind, len(http), http)
}

func httpPage(header, body string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: text/html" + header + "\r\n\r\n" + body
}

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s) // neither fails in memory
	_ = w.Close()
	return b.String()
}

// damaged changes a byte of packed data.
func damaged(s string) string {
	b := []byte(s)
	b[len(b)-6] ^= 0xff // of the checksum
	return string(b)
}

// captures reads a WARC file and says of each page its address and the
// beginning of its text, or what is wrong with it.
func captures(t testing.TB, file string, start int64) (found []string, nexts []int64, err error) {
	t.Helper()
	for c, cerr := range ReadWARC(context.Background(), strings.NewReader(file), start) {
		switch {
		case cerr != nil:
			err = cerr
		case c.Broken:
			found = append(found, "broken")
		case c.Err != nil:
			found = append(found, c.Address+" none")
		default:
			found = append(found, c.Address+" "+strings.SplitN(c.Page.Article.Text, ".", 2)[0])
		}
		nexts = append(nexts, c.Next)
	}
	return found, nexts, err
}

func TestWARC(t *testing.T) {
	page := func(i int) string {
		return recordOf("response", fmt.Sprintf("https://s.example/%d", i), httpPage("; charset=utf-8", fmt.Sprintf("<p>Page %d is here. And more.", i)))
	}
	one := []string{"https://s.example/1 Page 1 is here"}
	for _, tt := range []struct {
		name, file string
		want       []string
		fails      bool
	}{
		{"one page", page(1), one, false},
		{"an empty file", "", nil, false},
		{"no WARC file", strings.Repeat("not at all\n", 1000), []string{"broken"}, false},
		{"what is no page", recordOf("request", "https://s.example/", "GET / HTTP/1.1\r\n\r\n") + page(1) + recordOf("metadata", "https://s.example/", "x: y") +
			recordOf("response", "dns:s.example", "20251126100000\ns.example. 300 IN A 192.0.2.1"), append(one[:1:1], "broken"), false},
		{"another kind", recordOf("response", "https://s.example/i", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG") + page(1), one, false},
		{"another status", recordOf("response", "https://s.example/i", "HTTP/1.1 301 Moved\r\nContent-Type: text/html\r\n\r\n<p>Moved.") + page(1), one, false},
		{"a page without text", recordOf("response", "https://s.example/i", httpPage("", "")) + page(1), append([]string{"https://s.example/i none"}, one...), false},
		{"an address in brackets", strings.Replace(page(1), "https://s.example/1", "<https://s.example/1>", 1), one, false},
		{"in an old charset", recordOf("response", "https://s.example/1", httpPage("; charset=windows-1251", "<p>\xcf\xf0\xe8\xe2\xe5\xf2.")), []string{"https://s.example/1 Привет"}, false},
		{"chunked still", recordOf("response", "https://s.example/1", httpPage("\r\nTransfer-Encoding: chunked", "5\r\n<p>Hi\r\n4\r\n all\r\n0\r\n\r\n")), []string{"https://s.example/1 Hi all"}, false},
		{"packed still", recordOf("response", "https://s.example/1", httpPage("\r\nContent-Encoding: gzip", zipped("<p>Hi all."))), []string{"https://s.example/1 Hi all"}, false},
		{"unpacked by the crawler", recordOf("response", "https://s.example/1", httpPage("\r\nContent-Encoding: br\r\nContent-Length: 5", "<p>Hi all")), []string{"https://s.example/1 Hi"}, false},
		{"packed in a way that is not read", recordOf("response", "https://s.example/1", httpPage("\r\nContent-Encoding: zstd", "(\xb5/\xfd")) + page(1), append([]string{"broken"}, one...), false},
		{"a broken response", recordOf("response", "https://s.example/1", "HTTP\r\n") + page(1), append([]string{"broken"}, one...), false},
		{"rubbish between records", page(1) + "rubbish\r\n" + page(2), append(one[:1:1], "broken", "https://s.example/2 Page 2 is here"), false},
		{"packed as a whole", zipped(page(1) + page(2)), append(one[:1:1], "https://s.example/2 Page 2 is here"), false},
		{"damaged data", zipped(page(1)) + damaged(zipped(page(2))) + zipped(page(3)), append(one[:1:1], "broken", "https://s.example/3 Page 3 is here"), false},
		{"no length", strings.Replace(page(2), "Content-Length", "Content-Size", 1) + page(1), append([]string{"broken"}, one...), false},
		{"lines ended by a mere line feed", strings.ReplaceAll(recordOf("response", "https://s.example/1", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>Hi all."), "\r\n", "\n"), []string{"https://s.example/1 Hi all"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := captures(t, tt.file, 0)
			if !reflect.DeepEqual(got, tt.want) && !(tt.fails && err != nil) || (err != nil) != tt.fails {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// Reading goes on behind any page, in packed files and in plain ones.
func TestWARCGoesOn(t *testing.T) {
	const pages = 150 // more than are read at once
	for name, pack := range map[string]func(string) string{"plain": func(s string) string { return s }, "packed": zipped} {
		var file strings.Builder
		for i := range pages {
			file.WriteString(pack(recordOf("response", fmt.Sprintf("https://s.example/%d", i), httpPage("", fmt.Sprintf("<p>Page %d.", i)))))
			file.WriteString(pack(recordOf("request", "https://s.example/", "GET / HTTP/1.1\r\n\r\n")))
		}
		all, nexts, err := captures(t, file.String(), 0)
		if err != nil || len(all) != pages || all[149] != "https://s.example/149 Page 149" {
			t.Fatalf("%s: got %d pages, %v", name, len(all), err)
		}
		for _, i := range []int{0, 1, 63, 64, 100, pages - 1} {
			rest, _, err := captures(t, file.String(), nexts[i])
			if err != nil || !reflect.DeepEqual(rest, append([]string(nil), all[i+1:]...)) && len(rest)+len(all[i+1:]) > 0 {
				t.Errorf("%s: behind page %d: got %d pages, %v", name, i, len(rest), err)
			}
		}
	}
}

func TestWARCThatIsCutOff(t *testing.T) {
	whole := zipped(recordOf("response", "https://s.example/1", httpPage("", "<p>Page.")))
	got, _, err := captures(t, whole+whole[:len(whole)/2], 0)
	if len(got) != 1 || !errors.Is(err, errWARCEnds) {
		t.Errorf("got %q, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range ReadWARC(ctx, strings.NewReader(whole), 0) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: got %v", err)
		}
	}
}

func FuzzReadWARC(f *testing.F) {
	f.Add([]byte(recordOf("response", "https://s.example/1", httpPage("", "<p>a"))))
	f.Add([]byte(zipped(recordOf("response", "https://s.example/1", httpPage("\r\nContent-Encoding: gzip", zipped("<p>a"))))))
	f.Add([]byte(recordOf("response", "https://s.example/1", httpPage("\r\nTransfer-Encoding: chunked", "5\r\n<p>Hi")) + "\x1f\x8bWARC/1.0"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		last := int64(0)
		for c, err := range ReadWARC(context.Background(), bytes.NewReader(raw), 0) {
			if err != nil {
				return
			}
			if c.Next < last || c.Next > int64(len(raw)) {
				t.Fatalf("goes on at %d behind %d in %d bytes", c.Next, last, len(raw))
			}
			last = c.Next
			if c.Err == nil {
				checkArticle(t, c.Page.Article)
			}
		}
	})
}

func TestReadBehind(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"a.jsonl": "{\"text\":\"a\"}\n\n{broken\n{\"text\":\"c\"}\n[1]\n{\"text\":\"e\"}\n",
		"a.json":  `[{"text":"a"},{"no":1},{"text":"c"}]` + "\n" + `{"articles":[{"text":"d"},{"text":"e"}]}`,
		"a.md":    "# A\n\nb",
	}
	for name, content := range files {
		if err := os.WriteFile(dir+"/"+name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		read := func(records int) (all []string) {
			for a, p := range ReadBehind(t.Context(), os.DirFS(dir), name, records) {
				all = append(all, fmt.Sprint(a.Text, p))
			}
			return all
		}
		all := read(0)
		for i := range len(all) + 1 {
			if got := read(i); len(got) != len(all)-i || len(got) > 0 && !reflect.DeepEqual(got, all[i:]) {
				t.Errorf("%s behind %d: got %q, want %q", name, i, got, all[i:])
			}
		}
	}
}
