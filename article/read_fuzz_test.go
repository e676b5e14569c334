package article

import (
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// tooLong is what nothing takes to read, also on a slow machine under load:
// work that grows with the square of the size would take far longer.
const tooLong = 2 * time.Minute

// fuzzRead states what holds for every file of one kind, whatever its bytes:
// no panic, no endless work, and articles that the rest of the program can
// rely upon.
func fuzzRead(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		start := time.Now()
		articles, _ := readString(t, name, string(content))
		if took := time.Since(start); took > tooLong {
			t.Errorf("took %v", took)
		}
		for _, a := range articles {
			checkArticle(t, a)
		}
	})
}

func checkArticle(t *testing.T, a Article) {
	t.Helper()
	if a.ID == "" || len(a.ID) > maxID || strings.TrimSpace(a.ID) != a.ID {
		t.Errorf("id %q", a.ID)
	}
	if strings.TrimSpace(a.Text) == "" || !utf8.ValidString(a.Text) {
		t.Errorf("text %q", a.Text)
	}
	if a.Title == "" || len(a.Title) > maxTitle {
		t.Errorf("title %q", a.Title)
	}
	for _, line := range append([]string{a.ID, a.Title, a.Source, a.Section, a.Language, a.URL, a.Image}, a.Authors...) {
		if strings.ContainsFunc(line, isControl) || !utf8.ValidString(line) {
			t.Errorf("a field holds control characters or is not UTF-8: %q", line)
		}
	}
	for _, address := range []string{a.URL, a.Image} {
		if address != "" && CanonicalURL(address) == "" {
			t.Errorf("address %q", address)
		}
	}
	if y := a.Published.Year(); !a.Published.IsZero() && (y < minYear || y > maxYear) {
		t.Errorf("published %v", a.Published)
	}
	end := 0
	for _, h := range a.Headings {
		if h.Start < end || h.Len() <= 0 || h.End > len(a.Text) {
			t.Fatalf("heading %v behind %d in a text of %d bytes", h, end, len(a.Text))
		}
		if words := h.Of(a.Text); !utf8.ValidString(words) || strings.TrimSpace(words) != words {
			t.Errorf("heading %q", words)
		}
		end = h.End
	}
}

func FuzzReadJSONL(f *testing.F) {
	fuzzRead(f, "a.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"text\":[\"a\",\"b\"]}\n", "\xff\xfe{\x00", `{"text":"<p>a<h2>b</h2>","url":"https://a.b/?utm_x"}`)
}

func FuzzReadJSON(f *testing.F) {
	fuzzRead(f, "a.json", `[{"text":"a"},{"text":{"rendered":"<p>b</p>"}}]`, `{"data":{"articles":[{"text":"a"}]},"items":[1]}`, `{"text":"a","date":1764152430}`)
}

func FuzzReadText(f *testing.F) {
	fuzzRead(f, "2025/11/26/a.txt", "---\ntitle: a\n---\nb", "+++\ntitle='a'\n+++\nb", "KYIV, Nov. 26, 2025 (S) — a", "a\xfcb")
}

func FuzzReadMarkdown(f *testing.F) {
	fuzzRead(f, "a.md", "# a\n\nb *c* [d](e)\n\n- f\n\n| g |\n|-|\n| h |\n", "a\n---\n\n    code\n> q\n\n![i](https://a.b/c)", "---\na: &a [*a]\n---\n# b\n\nc")
}

func FuzzReadHTML(f *testing.F) {
	fuzzRead(f, "a.html", pageWith(""), `<script type="application/ld+json">{"@graph":[{"@type":"Article","headline":"a"}]}</script><table><td>b<h2>c`, "<meta charset=utf-16><p>a", "<h1><h2>a</h1>b</h2><pre>\n c")
}

func FuzzReadPacked(f *testing.F) {
	fuzzRead(f, "a.jsonl.gz", pack(f, `{"text":"a"}`), pack(f, "")+pack(f, "{"))
}

// The measuring set is not part of the project; see ../shared/eval/README.md.
func BenchmarkReadWeeklyNews(b *testing.B) {
	const dir = "../../shared/eval/weekly-news"
	if _, err := os.Stat(dir); err != nil {
		b.Skip("no measuring set:", err)
	}
	n := 0
	for b.Loop() {
		articles, problems := readFS(b, os.DirFS(dir), "corpus.jsonl.gz")
		if len(problems) > 0 {
			b.Fatal(problems)
		}
		n += len(articles)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "articles/s")
}
