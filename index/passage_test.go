package index

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/article"
	"newsdesk/data"
)

// sampleArticles reads the whole sample collection.
func sampleArticles(t testing.TB) []article.Article {
	t.Helper()
	files, problems, err := article.Files(t.Context(), data.Sample())
	if err != nil || len(problems) > 0 {
		t.Fatalf("list the samples: %v %v", err, problems)
	}
	var list []article.Article
	for _, f := range files {
		for a, problem := range article.Read(t.Context(), data.Sample(), f.Path) {
			if problem != nil {
				t.Fatal(problem)
			}
			list = append(list, a)
		}
	}
	if len(list) < 24 {
		t.Fatalf("got %d sample articles, want 24 or more", len(list))
	}
	return list
}

// Passages laid end to end are the text, each holds whole sentences, and no
// sentence is left out or stands in two.
func TestPassagesAreTheText(t *testing.T) {
	for _, a := range sampleArticles(t) {
		checkCuts(t, a.Text, a.Headings)
	}
}

func checkCuts(t *testing.T, text string, headings []article.Span) {
	t.Helper()
	var whole strings.Builder
	var got, want []article.Span
	for _, c := range cutPassages(text, headings) {
		whole.WriteString(c.piece.Of(text))
		if c.span.Start < c.piece.Start || c.span.End > c.piece.End {
			t.Fatalf("passage %v reaches out of its piece %v", c.span, c.piece)
		}
		for _, s := range c.sentences {
			if s.Start < c.span.Start || s.End > c.span.End {
				t.Fatalf("sentence %v reaches out of its passage %v", s, c.span)
			}
		}
		got = append(got, c.sentences...)
		if n := countWords(c.span.Of(text)); n > maxWords && len(c.sentences) > 1 {
			t.Errorf("a passage of %d sentences has %d words, want %d at most", len(c.sentences), n, maxWords)
		}
	}
	for _, b := range article.Blocks(text, headings) {
		if !b.Heading {
			want = append(want, b.Sentences...)
		}
	}
	if whole.String() != text && len(got) > 0 {
		t.Fatalf("pieces make %q, want %q", whole.String(), text)
	}
	if len(got) != len(want) {
		t.Fatalf("got %d sentences in passages, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("sentence %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func FuzzPassagesAreTheText(f *testing.F) {
	f.Add("One sentence. Another one! “And a quoted one?”\n\nA Heading\n\nMore text here, 3.5 of it.")
	f.Add(strings.Repeat("Word ", 900) + ".")
	f.Fuzz(func(t *testing.T, text string) {
		checkCuts(t, strings.ToValidUTF8(text, ""), nil)
	})
}

func TestPassageLengths(t *testing.T) {
	sentence := "This sentence has exactly ten words in it, no more. "
	for _, test := range []struct {
		name      string
		sentences int
		want      []int // words of each passage
	}{
		{"a short text is one passage", 3, []int{30}},
		{"a text of the greatest length is one passage", 20, []int{200}},
		{"a longer one is cut, and what is left is joined to nothing", 30, []int{200, 100}},
		{"a short rest that does not fit stands alone", 22, []int{200, 20}},
	} {
		var got []int
		text := strings.TrimSpace(strings.Repeat(sentence, test.sentences))
		for _, c := range cutPassages(text, nil) {
			got = append(got, countWords(c.span.Of(text)))
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: got passages of %v words, want %v", test.name, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%s: got passages of %v words, want %v", test.name, got, test.want)
				break
			}
		}
	}
}

func TestHeadingOpensPassage(t *testing.T) {
	body := strings.TrimSpace(strings.Repeat("This sentence has exactly ten words in it, no more. ", 7))
	text := body + "\n\nThe Second Part\n\n" + body
	start := len(body) + 2
	cuts := cutPassages(text, []article.Span{{Start: start, End: start + len("The Second Part")}})
	if len(cuts) != 2 {
		t.Fatalf("got %d passages, want 2", len(cuts))
	}
	if cuts[0].heading != "" || cuts[1].heading != "The Second Part" {
		t.Errorf("got headings %q and %q, want none and The Second Part", cuts[0].heading, cuts[1].heading)
	}
	if len(cuts[1].sentences) != 7 {
		t.Errorf("got %d sentences behind the heading, want 7: a heading is none", len(cuts[1].sentences))
	}
}

func TestCountWords(t *testing.T) {
	for text, want := range map[string]int{
		"":                        0,
		"one":                     1,
		"  two\twords ":           2,
		"日本の首相":                   3, // five characters
		"word 日本 mixed":           3,
		"non\u00a0breaking space": 3,
	} {
		if got := countWords(text); got != want {
			t.Errorf("countWords(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestFirstPassagesCarryTheSketch(t *testing.T) {
	for _, times := range []int{1, 40} {
		text := strings.Repeat("Otters have returned to the river after sixty years of absence, said the count. ", times)
		x := open(t, t.TempDir())
		update(t, x, Collection{Name: "test", FS: fstest.MapFS{"a.txt": file(text)}})
		list, err := x.Latest(t.Context(), Filter{}, 10)
		must(t, err)
		want := fmt.Sprint(article.SketchOf(text))
		if len(list) != 1 || fmt.Sprint(list[0].Sketch()) != want {
			t.Fatalf("%d times: got %v", times, list)
		}
		lead, err := x.Lead(list[0].Article)
		must(t, err)
		if fmt.Sprint(lead.Sketch()) != want {
			t.Errorf("%d times: got another sketch from Lead", times)
		}
	}
}

// What an update brought, and when an article was first had, is no reason to
// analyse its passages again.
func TestTimesOfGatheringDoNotReindex(t *testing.T) {
	x := open(t, t.TempDir())
	text := "---\nid: a\ntitle: Port closed\npublished: 2025-11-26\n%s---\nThe port of Amber is closed for a week.\n"
	collection := func(more string) Collection {
		return Collection{Name: "test", FS: fstest.MapFS{"a.md": file(fmt.Sprintf(text, more))}}
	}
	update(t, x, collection(""))
	s := update(t, x, collection("updated: 2025-11-27T10:00:00Z\nfirst_seen: 2025-11-26T09:00:00Z\ncopy_of: b\n"))
	if s.FilesRead != 1 || s.Changed != 0 || s.Unchanged != 1 {
		t.Errorf("got %d files read, %d articles changed and %d not, want 1, 0 and 1", s.FilesRead, s.Changed, s.Unchanged)
	}
}
