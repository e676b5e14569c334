package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func terms(words ...string) []Term {
	var list []Term
	for _, w := range words {
		list = append(list, Term{Forms: []Form{{Analyze(w)[0].Term, 1}}})
	}
	return list
}

// The scores are those of BM25F, worked out here from the texts alone.
func TestScoresAreBM25F(t *testing.T) {
	type doc struct{ id, title, text string }
	docs := []doc{
		{"a", "Otter news", "Otters swim. An otter dives deep."},
		{"b", "Heron news", "Herons wait where otters swim."},
		{"c", "River report", "River levels fall slowly; herons leave."},
		{"d", "Otter", "Badgers dig."},
	}
	var lines strings.Builder
	for _, d := range docs {
		fmt.Fprintf(&lines, "{\"id\":%q,\"title\":%q,\"text\":%q}\n", d.id, d.title, d.text)
	}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.jsonl": file(lines.String())}})

	count := func(text, term string) (tf, length float64) {
		for _, tok := range Analyze(text) {
			length++
			if tok.Term == term {
				tf++
			}
		}
		return tf, length
	}
	var meanTitle, meanText float64
	for _, d := range docs {
		_, n := count(d.title, "")
		meanTitle += n / float64(len(docs))
		_, n = count(d.text, "")
		meanText += n / float64(len(docs))
	}
	want := make(map[string]float64)
	for _, term := range []string{"otter", "heron", "river"} {
		saturated := make(map[string]float64)
		for _, d := range docs {
			tfTitle, nTitle := count(d.title, term)
			tfText, nText := count(d.text, term)
			tf := weightTitle*tfTitle/(1-bTitle+bTitle*nTitle/meanTitle) + weightText*tfText/(1-bText+bText*nText/meanText)
			if tf > 0 {
				saturated[d.id] = tf * (k1 + 1) / (k1 + tf)
			}
		}
		holding := float64(len(saturated))
		for id, s := range saturated {
			want[id] += s * math.Log(1+(float64(len(docs))-holding+0.5)/(holding+0.5))
		}
	}
	res, err := x.Search(t.Context(), Query{Terms: terms("otter", "heron", "river")})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Hits) != len(want) {
		t.Fatalf("got %d hits, want %d", len(res.Hits), len(want))
	}
	for _, h := range res.Hits {
		if math.Abs(h.Score-want[h.Article]) > 1e-5 {
			t.Errorf("%s: got score %.6f, want %.6f", h.Article, h.Score, want[h.Article])
		}
	}
}

// Order and scores are the same however the passages lie in segments.
func TestScoresDoNotDependOnSegments(t *testing.T) {
	files := fstest.MapFS{}
	for i, a := range sampleArticles(t) {
		files[fmt.Sprintf("%03d.jsonl", i)] = file(fmt.Sprintf("{\"id\":\"s%d\",\"title\":%q,\"text\":%q}\n", i, a.Title, a.Text))
	}
	whole := open(t, t.TempDir())
	update(t, whole, Collection{Name: "test", FS: files})

	// The same, an article at a time, with some that came and went.
	parts := open(t, t.TempDir())
	some := fstest.MapFS{}
	for i, path := range sortedKeys(files) {
		some[path] = files[path]
		gone := fmt.Sprintf("gone%d.txt", i)
		some[gone] = file("An otter that was here and left, with the president and the peace plan.")
		delete(some, fmt.Sprintf("gone%d.txt", i-1))
		update(t, parts, Collection{Name: "test", FS: some})
		if i == len(files)-1 {
			delete(some, gone)
			update(t, parts, Collection{Name: "test", FS: some})
		}
	}
	for _, question := range [][]string{{"president", "peace", "plan"}, {"world", "cup", "final"}, {"nobel", "prize"}, {"euro"}} {
		q := Query{Terms: terms(question...), Limit: 30}
		a, err := whole.Search(t.Context(), q)
		b, err2 := parts.Search(t.Context(), q)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if len(a.Hits) == 0 || len(a.Hits) != len(b.Hits) {
			t.Fatalf("%v: got %d and %d hits", question, len(a.Hits), len(b.Hits))
		}
		for i := range a.Hits {
			if a.Hits[i].Article != b.Hits[i].Article || a.Hits[i].N != b.Hits[i].N || a.Hits[i].Score != b.Hits[i].Score {
				t.Errorf("%v, rank %d: got %s#%d (%v) in one piece and %s#%d (%v) in many", question, i+1,
					a.Hits[i].Article, a.Hits[i].N, a.Hits[i].Score, b.Hits[i].Article, b.Hits[i].N, b.Hits[i].Score)
			}
		}
	}
}

func sortedKeys(m fstest.MapFS) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestFormsCountAsOneTerm(t *testing.T) {
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{
		"a.txt": file("The otter swims."), "b.txt": file("The mink swims."), "c.txt": file("The heron waits."),
	}})
	res, err := x.Search(t.Context(), Query{Terms: []Term{{Forms: []Form{{"otter", 1}, {"mink", 0.5}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Hits) != 2 || res.Terms[0].Docs != 2 {
		t.Fatalf("got %d hits, term in %d passages, want 2 and 2", len(res.Hits), res.Terms[0].Docs)
	}
	if !strings.Contains(res.Hits[0].Text, "otter") || res.Hits[0].Score <= res.Hits[1].Score {
		t.Errorf("got %q first, want the word itself before one like it", res.Hits[0].Text)
	}
}

func TestFilters(t *testing.T) {
	line := func(id, source, date string) string {
		return fmt.Sprintf("{\"id\":%q,\"title\":\"T\",\"source\":%q,\"published\":%q,\"text\":\"An otter swims.\"}\n", id, source, date)
	}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.jsonl": file(
		line("old", "Wire", "2025-01-01") + line("new", "Daily", "2025-06-01T10:00:00Z") + line("undated", "Wire", ""))}})
	at := func(s string) time.Time {
		v, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, test := range []struct {
		name   string
		filter Filter
		want   []string
	}{
		{"none", Filter{}, []string{"new", "old", "undated"}},
		{"from leaves undated ones out", Filter{From: at("2025-01-01")}, []string{"new", "old"}},
		{"from, undated ones too", Filter{From: at("2025-02-01"), KeepUndated: true}, []string{"new", "undated"}},
		{"to", Filter{To: at("2025-05-01")}, []string{"old"}},
		{"both", Filter{From: at("2025-02-01"), To: at("2025-07-01")}, []string{"new"}},
		{"not after keeps undated ones", Filter{NotAfter: at("2025-06-01")}, []string{"old", "undated"}},
		{"source", Filter{Sources: []string{"Wire"}}, []string{"old", "undated"}},
		{"a source that there is not", Filter{Sources: []string{"wire"}}, nil},
		{"without", Filter{Without: []string{"new", "nobody"}}, []string{"old", "undated"}},
		{"all at once", Filter{From: at("2025-01-01"), Sources: []string{"Wire", "Daily"}, Without: []string{"old"}}, []string{"new"}},
	} {
		res, err := x.Search(t.Context(), Query{Terms: terms("otter"), Filter: test.filter})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range res.Hits {
			got = append(got, h.Article)
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
		var latest []string
		list, err := x.Latest(t.Context(), test.filter, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			latest = append(latest, p.Article)
		}
		slices.Sort(latest)
		if !slices.Equal(latest, test.want) {
			t.Errorf("%s: latest are %v, want %v", test.name, latest, test.want)
		}
	}
}

func TestArticleIsByteForByte(t *testing.T) {
	x := open(t, t.TempDir())
	samples := sampleArticles(t)
	files := fstest.MapFS{"odd.jsonl": file(`{"id":"odd","title":"Odd","text":"  \n\tLeading space. And\u00a0more…\r\n\r\nTrailing.\n\n "}` + "\n")}
	for i, a := range samples {
		files[fmt.Sprint(i, ".jsonl")] = file(fmt.Sprintf("{\"id\":%q,\"title\":%q,\"text\":%q,\"authors\":[\"A\",\"B\"],\"url\":%q}\n", a.ID, a.Title, a.Text, a.URL))
	}
	update(t, x, Collection{Name: "test", FS: files})
	for _, want := range samples {
		got, err := x.Article(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != want.Text || got.Title != want.Title || !slices.Equal(got.Authors, []string{"A", "B"}) {
			t.Errorf("%s came back changed", want.ID)
		}
		if id, err := x.ByURL(t.Context(), strings.Replace(want.URL, "https://", "HTTPS://", 1)+"?utm_source=x#top"); err != nil || id != want.ID {
			t.Errorf("by the address of %s: got %q, %v", want.ID, id, err)
		}
	}
	odd, err := x.Article(t.Context(), "odd")
	if want := "  \n\tLeading space. And\u00a0more…\r\n\r\nTrailing.\n\n "; err != nil || odd.Text != want {
		t.Errorf("got %q, %v, want %q", odd.Text, err, want)
	}
	if _, err := x.Article(t.Context(), "nobody"); !errors.Is(err, ErrNoArticle) {
		t.Errorf("got %v, want ErrNoArticle", err)
	}
	if _, err := x.ByURL(t.Context(), "https://example.com/nowhere"); !errors.Is(err, ErrNoArticle) {
		t.Errorf("got %v, want ErrNoArticle", err)
	}
}

func TestStatsAndSources(t *testing.T) {
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "the test", FS: fstest.MapFS{"a.jsonl": file(
		record1("a", "One.") + record1("b", "Two.") +
			`{"id":"c","title":"C","source":"Daily","published":"2025-11-20T08:00:00Z","text":"Three."}` + "\n" +
			`{"id":"d","title":"D","text":"Four."}` + "\n")}})
	s, err := x.Stats()
	if err != nil {
		t.Fatal(err)
	}
	newest := time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC)
	oldest := time.Date(2025, 11, 20, 8, 0, 0, 0, time.UTC)
	if s.Articles != 4 || s.Passages != 4 || s.Undated != 1 || !s.Newest.Equal(newest) || !s.Oldest.Equal(oldest) || s.Collection != "the test" {
		t.Errorf("got %+v", s)
	}
	sources, err := x.Sources()
	if err != nil {
		t.Fatal(err)
	}
	want := []SourceStat{{"Wire", 2, newest, newest}, {"", 1, time.Time{}, time.Time{}}, {"Daily", 1, oldest, oldest}}
	if !slices.Equal(sources, want) {
		t.Errorf("got %v, want %v", sources, want)
	}
}

func TestDeadline(t *testing.T) {
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file("An otter swims.")}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, Query{Terms: terms("otter")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// Best keeps every document that ties with the last one kept, so that the
// order by id decides among them, not the order in the index.
func TestTiesGoByID(t *testing.T) {
	files := fstest.MapFS{}
	for i := range 40 {
		files[fmt.Sprintf("%02d.jsonl", i)] = file(fmt.Sprintf("{\"id\":\"%02d\",\"title\":\"T\",\"text\":\"An otter swims.\"}\n", (i*17)%40))
	}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: files})
	res, err := x.Search(t.Context(), Query{Terms: terms("otter"), Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range res.Hits {
		if want := fmt.Sprintf("%02d", i); h.Article != want {
			t.Fatalf("rank %d is %s, want %s", i+1, h.Article, want)
		}
	}
}

// An article from before 1970 is newer than one without a date.
func TestLatestOfOldPapers(t *testing.T) {
	files := fstest.MapFS{"a.jsonl": file(`{"id":"undated","title":"Undated","text":"An otter swims."}` + "\n" +
		`{"id":"old","title":"Old","published":"1955-03-01","text":"A heron waits."}` + "\n")}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: files})
	list, err := x.Latest(t.Context(), Filter{}, 1)
	if err != nil || len(list) != 1 || list[0].Article != "old" {
		t.Errorf("got %+v, %v", list, err)
	}
}
