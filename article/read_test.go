package article

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// readString reads one file of the given content.
func readString(t testing.TB, name, content string) ([]Article, []*Problem) {
	t.Helper()
	return readFS(t, fstest.MapFS{name: {Data: []byte(content)}}, name)
}

func readFS(t testing.TB, fsys fs.FS, name string) (articles []Article, problems []*Problem) {
	t.Helper()
	for a, p := range Read(t.Context(), fsys, name) {
		if p != nil {
			if a.ID != "" || a.Text != "" {
				t.Errorf("%s: a problem came with an article: %v", name, p)
			}
			problems = append(problems, p)
			continue
		}
		articles = append(articles, a)
	}
	return articles, problems
}

// readOne reads a file that must hold exactly one sound article.
func readOne(t testing.TB, name, content string) Article {
	t.Helper()
	articles, problems := readString(t, name, content)
	for _, p := range problems {
		t.Errorf("problem: %v", p)
	}
	if len(articles) != 1 {
		t.Fatalf("got %d articles, want 1", len(articles))
	}
	return articles[0]
}

func pack(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryFormatAlsoPacked(t *testing.T) {
	files := map[string]string{
		"a.jsonl":      `{"title":"Bridge opens","text":"The bridge opened."}`,
		"a.NDJSON":     `{"title":"Bridge opens","text":"The bridge opened."}`,
		"a.json":       `[{"title":"Bridge opens","text":"The bridge opened."}]`,
		"a.txt":        "---\ntitle: Bridge opens\n---\nThe bridge opened.",
		"a.md":         "# Bridge opens\n\nThe bridge opened.\n",
		"a.Markdown":   "# Bridge opens\n\nThe bridge opened.\n",
		"a.html":       "<title>Bridge opens</title><p>The bridge opened.</p>",
		"deep/a/b.HTM": "<title>Bridge opens</title><p>The bridge opened.</p>",
	}
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			plain := readOne(t, name, content)
			if plain.Title != "Bridge opens" || plain.Text != "The bridge opened." {
				t.Errorf("got title %q and text %q", plain.Title, plain.Text)
			}
			packed := readOne(t, name+".gz", pack(t, content))
			if packed.ID != plain.ID || packed.Text != plain.Text {
				t.Errorf("packed: got %+v, want %+v", packed, plain)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	good := `{"id":"g","text":"Good."}`
	packed := pack(t, strings.Repeat(good+"\n", 3))
	long := `{"text":"` + strings.Repeat("x", maxRecord) + `"}`
	tests := []struct {
		name, file, content string
		articles            int
		want                []string // each problem, as its text begins
	}{
		{"no record spoils the next", "a.jsonl", good + "\n{broken\n\n[1]\n{\"title\":\"only\"}\n" + good, 2, []string{
			"a.jsonl:2: not a JSON object: ", "a.jsonl:4: found a JSON array; want an object",
			"a.jsonl:5: no text (looked for text, body, content, maintext, article)"}},
		{"text of white space only", "a.jsonl", `{"text":" \n\t"}`, 0, []string{"a.jsonl:1: no text"}},
		{"raw NUL bytes", "a.jsonl", "{\"text\":\"a\x00b\"}\n" + good, 1, []string{"a.jsonl:1: binary"}},
		{"mostly escaped NUL bytes", "a.jsonl", `{"text":"a\u0000b"}`, 0, []string{"a.jsonl:1: binary"}},
		{"a line that is too long is skipped", "a.jsonl", good + "\n" + long + "\n" + good, 2, []string{"a.jsonl:2: line is too long: over 32 MiB"}},
		{"the last line is too long", "a.jsonl", good + "\n" + long, 1, []string{"a.jsonl:2: line is too long"}},
		{"an array spread over lines", "a.jsonl", "[\n{\n\"text\":\"x\"\n}\n]\n", 0, []string{"a.jsonl:1: one JSON value over many lines; name the file .json"}},
		{"gzip that was cut off", "a.jsonl.gz", packed[:len(packed)-10], 3, []string{"a.jsonl.gz:4: gzip stream ends early"}},
		{"gzip that is none", "a.jsonl.gz", "plain text, really", 0, []string{"a.jsonl.gz: gzip stream is damaged"}},
		{"gzip with another one's checksum", "a.json.gz", packed[:len(packed)-8] + "12345678", 3, []string{"a.json.gz:4: gzip stream is damaged"}},
		{"an id too long", "a.jsonl", `{"id":"` + strings.Repeat("i", 513) + `","text":"x"}`, 0, []string{"a.jsonl:1: id is too long"}},
		{"an id with a control character", "a.jsonl", `{"id":"a\u0007b","text":"x"}`, 0, []string{`a.jsonl:1: id "a\ab" holds control characters`}},
		{"a text too long", "a.txt", strings.Repeat("x", maxText+1), 0, []string{"a.txt: text is too long"}},
		{"a zip bomb", "a.txt.gz", pack(t, strings.Repeat(" ", maxFile+1)), 0, []string{"a.txt.gz: too long: over 64 MiB unpacked"}},
		{"an empty text file", "a.txt", "", 0, []string{"a.txt: no text"}},
		{"an empty collection", "a.jsonl", "", 0, nil},
		{"an unknown kind", "a.pdf", "%PDF", 0, []string{"a.pdf: unknown kind of file; want .md"}},
		{"a picture named .txt", "a.txt", "\x89PNG\r\n\x1a\n\x00\x00", 0, []string{"a.txt: binary"}},
		{"tags that were never closed", "a.html", strings.Repeat("<b id=%>", 400) + strings.Repeat("<p>x", 40000), 0, []string{"a.html: HTML leaves too many tags open"}},
		{"tags too deep", "a.html", strings.Repeat("<div>", 600) + "x", 0, []string{"a.html: parse HTML: "}},
		{"Markdown of too many references", "a.md", strings.Repeat("[a]: b\n", 2000), 0, []string{"a.md: over 1000 links without an empty line"}},
		{"Markdown too deep", "a.md", strings.Repeat(">", 1<<20) + "x", 0, []string{"a.md: nested too deeply"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			articles, problems := readString(t, tt.file, tt.content)
			if len(articles) != tt.articles {
				t.Errorf("got %d articles, want %d", len(articles), tt.articles)
			}
			if len(problems) != len(tt.want) {
				t.Fatalf("got problems %v, want %q", problems, tt.want)
			}
			for i, p := range problems {
				if !strings.HasPrefix(p.Error(), tt.want[i]) {
					t.Errorf("got problem %q, want %q", p, tt.want[i])
				}
			}
		})
	}
}

// forbidding is a file system in which one name may not be opened.
type forbidding struct {
	fs.FS
	name string
}

func (f forbidding) Open(name string) (fs.File, error) {
	if name == f.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.FS.Open(name)
}

func TestFileThatMayNotBeRead(t *testing.T) {
	_, problems := readFS(t, forbidding{fstest.MapFS{"a.txt": {Data: []byte("x")}}, "a.txt"}, "a.txt")
	if len(problems) != 1 || !strings.Contains(problems[0].Error(), "permission denied") || !errors.Is(problems[0], fs.ErrPermission) {
		t.Errorf("got %v, want one problem that says permission denied", problems)
	}
	_, problems = readFS(t, fstest.MapFS{}, "gone.txt")
	if len(problems) != 1 || !errors.Is(problems[0], fs.ErrNotExist) {
		t.Errorf("got %v, want one problem that says that there is no such file", problems)
	}
}

func TestReadingStopsWithItsRange(t *testing.T) {
	fsys := fstest.MapFS{
		"a.jsonl": {Data: []byte(strings.Repeat("{\"text\":\"x\"}\n{bad\n", 5))},
		"a.json":  {Data: []byte(`[{"text":"x"},{bad},{"text":"x"},{"text":"x"}]`)},
		"w.json":  {Data: []byte(`{"articles":[{"text":"x"},{"text":"x"},{"text":"x"}]}`)},
	}
	for name := range fsys {
		for limit := 1; limit <= 3; limit++ {
			n := 0
			for range Read(t.Context(), fsys, name) { // going on would panic
				if n++; n == limit {
					break
				}
			}
			if n != limit {
				t.Errorf("%s: got %d values, want %d", name, n, limit)
			}
		}
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	fsys := fstest.MapFS{"a.jsonl": {Data: []byte(strings.Repeat("{\"text\":\"x\"}\n", 100_000))}}
	n := 0
	var last *Problem
	for _, p := range Read(ctx, fsys, "a.jsonl") {
		n++
		cancel()
		last = p
	}
	if n > 50_000 || last == nil || !errors.Is(last, context.Canceled) {
		t.Errorf("got %d values and at last %v, want fewer and context canceled", n, last)
	}
}

// An endless is a file that repeats a record without holding it all.
type endless struct {
	head, record, tail string
	times              int

	rest string
	done bool
}

func (e *endless) Read(p []byte) (int, error) {
	for e.rest == "" {
		switch {
		case e.head != "":
			e.rest, e.head = e.head, ""
		case e.times > 0:
			e.rest = e.record
			e.times--
		case e.done:
			return 0, io.EOF
		default:
			e.rest, e.done = e.tail, true
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func (e *endless) Close() error               { return nil }
func (e *endless) Stat() (fs.FileInfo, error) { return e, nil }
func (e *endless) Name() string               { return "a" }
func (e *endless) Size() int64                { return 0 }
func (e *endless) Mode() fs.FileMode          { return 0o444 }
func (e *endless) ModTime() time.Time         { return time.Time{} }
func (e *endless) IsDir() bool                { return false }
func (e *endless) Sys() any                   { return nil }

type endlessFS struct{ *endless }

func (f endlessFS) Open(string) (fs.File, error) { return f.endless, nil }

func TestManyRecordsTakeTheMemoryOfOne(t *testing.T) {
	text := strings.Repeat("A sentence of the news. ", 1000)
	tests := []struct {
		name, file         string
		head, record, tail string
		articles, problems int
	}{
		{"64 MiB of lines", "a.jsonl", "", `{"text":"` + text + "\"}\n", "", 64 << 20 / len(text), 0},
		{"64 MiB in a wrapped array", "a.json", `{"n":1,"articles":[`, `{"text":"` + text + "\"},\n", `{"text":"last"}]}`, 64<<20/len(text) + 1, 0},
		{"one line of 64 MiB", "a.jsonl", `{"text":"`, text, "\"}\n{\"text\":\"last\"}", 1, 1},
		{"one element of 64 MiB", "a.json", `[{"text":"`, text, `"},{"text":"last"}]`, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := &endless{head: tt.head, record: tt.record, tail: tt.tail, times: 64 << 20 / len(text)}
			articles, problems := 0, 0
			var peak uint64
			runtime.GC() // of what other tests have left
			for _, p := range Read(t.Context(), endlessFS{file}, tt.file) {
				if p != nil {
					problems++
				} else {
					articles++
				}
				if articles%100 == 0 || p != nil {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc)
				}
			}
			if articles != tt.articles || problems != tt.problems {
				t.Errorf("got %d articles and %d problems, want %d and %d", articles, problems, tt.articles, tt.problems)
			}
			// A line may take 32 MiB, and as much again while its buffer grows.
			limit := uint64(32 << 20)
			if tt.problems > 0 {
				limit = 160 << 20
			}
			if peak > limit {
				t.Errorf("heap grew to %d MiB, want %d at most", peak>>20, limit>>20)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const word = "Zürich – “vote”"
	utf16 := func(order int, s string) string {
		b := []byte{0xfe, 0xff}
		for _, r := range s {
			b = append(b, byte(r>>8), byte(r))
		}
		for i := 0; order == 'l' && i < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
		return string(b)
	}
	const win = "Z\xfcrich \x96 \x93vote\x94"
	tests := []struct{ name, file, content, want string }{
		{"UTF-8", "a.txt", word, word},
		{"a byte order mark", "a.txt", "\ufeff" + word, word},
		{"a byte order mark before JSON lines", "a.jsonl", "\ufeff{\"text\":\"" + word + "\"}", word},
		{"a byte order mark before JSON", "a.json", "\ufeff{\"text\":\"" + word + "\"}", word},
		{"UTF-16, little end first", "a.txt", utf16('l', word), word},
		{"UTF-16, big end first", "a.md", utf16('b', word), word},
		{"UTF-16 in JSON lines", "a.jsonl", utf16('l', `{"text":"`+word+`"}`), word},
		{"Windows-1252", "a.txt", win, word},
		{"Windows-1252 in JSON lines", "a.jsonl", `{"text":"` + win + `"}`, word},
		{"Windows-1252 in a page that does not say so", "a.html", "<p>" + win, word},
		{"a page in an encoding it names", "a.html", "<meta charset=koi8-r><p>\xed\xc9\xd2", "Мир"},
		{"good UTF-8 with one broken byte", "a.txt", "Zürich – vo\xfcte", "Zürich – vo\ufffdte"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readOne(t, tt.file, tt.content).Text; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLineNumbers(t *testing.T) {
	_, problems := readString(t, "a.json", "[\n  {\"text\":\"a\"},\n  {\n    \"title\":\"no text\"\n  },\n  {\"text\": nonsense},\n\n  7\n]")
	got := fmt.Sprint(problems)
	for _, want := range []string{"a.json:3: no text", "a.json:6: not a JSON object", "a.json:8: found a JSON number"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %s among them", got, want)
		}
	}
}
