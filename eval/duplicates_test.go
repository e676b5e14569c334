package eval

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/article"
	"newsdesk/data"
	"newsdesk/index"
)

// The least that the folding of copies must reach.
const (
	leastRecall    = 0.98
	leastPrecision = 0.95
)

// a told article is one with what its corpus tells of it.
type told struct {
	ID        string `json:"id"`
	Title     string `json:"title,omitempty"`
	Source    string `json:"source,omitempty"`
	Published string `json:"published,omitempty"`
	Text      string `json:"text"`
	Story     string `json:"story,omitempty"`
	Topic     string `json:"topic,omitempty"`
}

func corpusOf(t *testing.T, list []told) fs.FS {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	enc := json.NewEncoder(z)
	for _, a := range list {
		if err := enc.Encode(a); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"corpus.jsonl.gz": {Data: b.Bytes()}}
}

func duplicatesOf(t *testing.T, corpus fs.FS) Duplicates {
	t.Helper()
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Rebuild(t.Context(), index.Collection{Name: "test", FS: corpus}, nil); err != nil {
		t.Fatal(err)
	}
	d, err := MeasureDuplicates(t.Context(), x, corpus)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// edited returns what other outlets may make of an article: each of the edits
// that desks do, some so heavy that no copy is left.
func edited(a told, rng *rand.Rand) []told {
	paragraphs := strings.Split(a.Text, "\n\n")
	words := strings.Fields(a.Text)
	without := rng.IntN(len(paragraphs))
	changed := append([]string{}, words...)
	for range 1 + rng.IntN(max(1, len(words)/40)) {
		changed[rng.IntN(len(changed))] = "otherwise"
	}
	var list []told
	for how, text := range map[string]string{
		"headline":  a.Text,
		"shortened": strings.Join(words[:len(words)*(60+rng.IntN(40))/100], " "),
		"halved":    strings.Join(words[:len(words)/2], " "),
		"dropped":   strings.Join(append(append([]string{}, paragraphs[:without]...), paragraphs[without+1:]...), "\n\n"),
		"boiler":    a.Text + "\n\nSign up here for our newsletter, and read all that matters today before breakfast.",
		"changed":   strings.Join(changed, " "),
	} {
		if strings.TrimSpace(text) != "" {
			list = append(list, told{ID: a.ID + "-" + how, Title: "Another headline", Source: how + ".example", Published: a.Published, Text: text})
		}
	}
	return list
}

func (d Duplicates) holdTo(t *testing.T, leastPairs int) {
	t.Helper()
	t.Logf("%d articles: %d pairs, %d found, recall %.3f, precision %.3f", d.Articles, d.Pairs, d.Found, d.Recall, d.Precision)
	if d.Pairs < leastPairs {
		t.Errorf("got %d pairs of copies, want %d or more to measure by", d.Pairs, leastPairs)
	}
	if d.Recall < leastRecall || d.Precision < leastPrecision {
		t.Errorf("of %d pairs %d were found, %d of them rightly: recall %.3f, want %.2f; precision %.3f, want %.2f",
			d.Pairs, d.Found, d.Right, d.Recall, leastRecall, d.Precision, leastPrecision)
	}
}

func TestEditedCopiesAreFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var list []told
	if err := readAll(t.Context(), data.Sample(), func(_ string, a article.Article) {
		one := told{ID: a.ID, Title: a.Title, Source: a.Source, Published: article.FormatDate(a.Published), Text: a.Text}
		list = append(append(list, one), edited(one, rng)...)
	}); err != nil {
		t.Fatal(err)
	}
	d := duplicatesOf(t, corpusOf(t, list))
	d.holdTo(t, 200)
	if d.Articles != len(list) || d.Stories != nil {
		t.Errorf("got %d articles and %d groupings, want %d and none", d.Articles, len(d.Stories), len(list))
	}
}

// sharedCorpus reads the beginning of a corpus that lies beside the project.
func sharedCorpus(t *testing.T, name string, most int) []told {
	t.Helper()
	path := "../../shared/eval/" + name + "/corpus.jsonl.gz"
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("%s is not there: nothing is tested", path)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []told
	for dec := json.NewDecoder(z); len(list) < most; {
		var a told
		if err := dec.Decode(&a); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}

func TestCopiesAndStoriesOfSameStory(t *testing.T) {
	d := duplicatesOf(t, corpusOf(t, sharedCorpus(t, "same-story", 1000)))
	d.holdTo(t, 5)
	if len(d.Stories) != 3 {
		t.Fatalf("got %d groupings, want all and two halves", len(d.Stories))
	}
	for _, g := range d.Stories {
		if g.BCubed.F1 < 0.88 || g.BCubed.Precision < 0.85 || g.Pairs.F1 < 0.85 {
			t.Errorf("%s: got %+v", g.Part, g)
		}
	}
}

func TestCopiesOfWeeklyNews(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var list []told
	for i, a := range sharedCorpus(t, "weekly-news", 150) {
		list = append(list, a)
		if i%5 == 0 {
			list = append(list, edited(a, rng)...)
		}
	}
	duplicatesOf(t, corpusOf(t, list)).holdTo(t, 200)
}

func TestResemblingIsBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	texts := make([]article.Shingles, 60)
	for i := range texts {
		words := strings.Fields(strings.Repeat("the port of amber was closed by fog and the ferry turned back ", 3))
		for range rng.IntN(6) {
			words[rng.IntN(len(words))] = fmt.Sprintf("word%d", rng.IntN(50))
		}
		texts[i] = article.ShinglesOf(strings.Join(words, " "))
	}
	found := make(map[[2]int]bool)
	for _, p := range resembling(texts, 0.7) {
		found[p] = true
	}
	held := 0
	for i := range texts {
		for j := i + 1; j < len(texts); j++ {
			want := texts[i].Resemblance(texts[j]) >= 0.7
			if want {
				held++
			}
			if found[[2]int{i, j}] != want {
				t.Errorf("%d and %d: got %v, want %v", i, j, !want, want)
			}
		}
	}
	if held == 0 || held != len(found) {
		t.Errorf("got %d pairs, want %d", len(found), held)
	}
}

func TestGroupingFigures(t *testing.T) {
	const fire = "A fire destroyed the Grand Hotel in Port Amber, and Olaf Brandt said a heater had burned."
	list := []index.Passage{{Article: "a", Text: fire}, {Article: "b", Text: fire}, {Article: "c", Text: fire},
		{Article: "d", Text: "Otters have returned to the river after sixty years, biologists of Gull Island report."}}
	labels := map[string]label{"a": {Story: "one"}, "b": {Story: "one"}, "c": {Story: "two"}, "d": {Story: "two"}}
	got := grouping("all", list, labels)
	want := Grouping{
		Part: "all", Articles: 4, Stories: 2, Groups: 2,
		Pairs: matchOf(1.0/3, 1.0/2), BCubed: matchOf((2.0/3+2.0/3+1.0/3+1)/4, (1+1+0.5+0.5)/4),
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestLabelsAreRead(t *testing.T) {
	labels, err := labelsOf(t.Context(), fstest.MapFS{
		"a.jsonl": {Data: []byte("{\"id\":\"1\",\"story\":\"fire\",\"topic\":\"t\",\"text\":\"x\"}\nbroken\n{\"id\":2,\"story\":\"x\"}\n{\"id\":\"3\",\"text\":\"no story\"}\n{\"id\":\"4\",\"story\":\"flood\"}")},
		"b.md":    {Data: []byte("# None\n\nNo label stands here.")},
	})
	if err != nil || len(labels) != 2 || labels["1"] != (label{"1", "fire", "t"}) || labels["4"].Story != "flood" {
		t.Errorf("got %v and %v", labels, err)
	}
	if _, err := labelsOf(t.Context(), fstest.MapFS{"a.jsonl.gz": {Data: []byte("no gzip")}}); err == nil || !strings.Contains(err.Error(), "a.jsonl.gz") {
		t.Errorf("a damaged file: got %v", err)
	}
}

func TestDuplicatesTable(t *testing.T) {
	d := Duplicates{Corpus: "news.jsonl", Articles: 462, Pairs: 5, Found: 6, Right: 5, Recall: 1, Precision: 0.8333,
		Stories: []Grouping{{Part: "all", Articles: 462, Stories: 40, Groups: 58, Pairs: Match{0.9, 0.8, 0.847}, BCubed: Match{0.95, 0.85, 0.897}}}}
	var b strings.Builder
	if err := d.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "duplicates.golden", b.String())
}
