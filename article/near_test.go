package article

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func copiedText(seed uint64, n int) string { return strings.Join(wordsOf(seed, n), " ") + "." }

func TestCopiesAreLinked(t *testing.T) {
	dir := t.TempDir()
	s, clock := openStore(t, dir)
	n := 0
	give := func(s *Store, text string, published time.Time) Article {
		t.Helper()
		n++
		a := gathered(n)
		a.Text, a.Published = text, published
		put(t, s, a)
		got, err := s.Get(idOf(a))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	check := func(name string, got Article, want string) {
		t.Helper()
		if got.CopyOf != want {
			t.Errorf("%s: got a copy of %q, want %q", name, got.CopyOf, want)
		}
	}
	wire := copiedText(1, 400)
	day := storeStart.Truncate(24 * time.Hour)
	first := give(s, wire, storeStart.Add(-5*time.Hour))
	check("the first", first, "")
	second := give(s, "The Port Times: "+wire+" More words of our own.", storeStart.Add(-4*time.Hour))
	check("a copy", second, first.ID)
	check("the copy of a copy", give(s, "The Port Times: "+wire+" More words of our own.", storeStart.Add(-3*time.Hour)), first.ID)
	check("one with half of it", give(s, strings.Join(wordsOf(1, 200), " ")+" "+copiedText(3, 300), storeStart), "")
	check("an excerpt", give(s, strings.Join(wordsOf(1, 150), " "), storeStart.Add(-3*time.Hour)), first.ID)
	check("another text", give(s, copiedText(2, 400), storeStart), "")
	check("one that came out before all", give(s, wire, storeStart.Add(-6*time.Hour)), "")
	for id, want := range map[string]string{first.ID: n2id(7), second.ID: first.ID} {
		got, err := s.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		check("what came in before that", got, want)
	}
	if versions, err := s.Versions(first.ID); err != nil || len(versions) != 1 {
		t.Errorf("a link is a version: %d, %v", len(versions), err)
	}
	check("one of that day", give(s, wire, day), n2id(7))
	check("one of a week later", give(s, wire, day.AddDate(0, 0, 9)), "")

	// What is long gone or forgotten is no original.
	clock.now = storeStart.Add(time.Hour)
	reopened, late := openStore(t, dir)
	late.now = clock.now
	check("in a store opened anew", give(reopened, wire+" Again.", storeStart), n2id(7))
	lonely := give(reopened, copiedText(9, 300), storeStart)
	if err := reopened.Remove(t.Context(), lonely.ID); err != nil {
		t.Fatal(err)
	}
	check("what copies a removed one", give(reopened, copiedText(9, 300), storeStart), "")

	// An edit makes no copy of what was an article of its own, and the other way.
	a := gathered(n)
	a.Text, a.Published = wire, storeStart
	put(t, reopened, a)
	got, err := reopened.Get(idOf(a))
	if err != nil || got.CopyOf != "" {
		t.Errorf("an edited one: got %+v, %v", got.CopyOf, err)
	}
}

func n2id(n int) string { return idOf(gathered(n)) }

func TestCopiesWithinOnePutAll(t *testing.T) {
	s, _ := openStore(t, t.TempDir())
	var list []Article
	for n := range 6 {
		a := gathered(n)
		a.Text = copiedText(uint64(n/3), 300)
		list = append(list, a)
	}
	list = append(list, list[0], Article{ID: "empty"})
	list[6].Text += " It goes on."
	outcomes, err := s.PutAll(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range outcomes {
		a, _ := s.Get(o.ID)
		got = append(got, fmt.Sprintf("%s %t %s", o.Change, o.Err != nil, a.CopyOf))
	}
	want := fmt.Sprint([]string{"added false ", "added false " + n2id(0), "added false " + n2id(0),
		"added false ", "added false " + n2id(3), "added false " + n2id(3), "edited false ", " true "})
	if fmt.Sprint(got) != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNearForgetsTheOldest(t *testing.T) {
	var n near
	for i := range nearBlock*nearBlocks + 1 {
		n.add(fmt.Sprint(i), storeStart, Sketch{uint32(i)})
	}
	if len(n.blocks) != nearBlocks || len(n.suspects(storeStart, Sketch{0})) > 0 || len(n.suspects(storeStart, Sketch{nearBlock})) != 1 {
		t.Errorf("got %d blocks, %v and %v", len(n.blocks), n.suspects(storeStart, Sketch{0}), n.suspects(storeStart, Sketch{nearBlock}))
	}
}

// Copies among real news: how many of the articles that repeat an earlier one,
// by comparing all with all, are linked to one that they repeat, and how many
// of the links are right. Benchmarks with -v or -benchtime 1x show the figures.
func BenchmarkCopies(b *testing.B) {
	for _, set := range []string{"weekly-news", "same-story"} {
		b.Run(set, func(b *testing.B) {
			dir := "../../shared/eval/" + set
			if _, err := os.Stat(dir); err != nil {
				b.Skip("no measuring set:", err)
			}
			articles, _ := readFS(b, os.DirFS(dir), "corpus.jsonl.gz")
			for b.Loop() {
				s, _ := openStore(b, b.TempDir())
				if _, err := s.PutAll(b.Context(), articles); err != nil {
					b.Fatal(err)
				}
				measureCopies(b, s, articles)
			}
		})
	}
}

func measureCopies(b *testing.B, s *Store, articles []Article) {
	shingles := make([]Shingles, len(articles))
	place := make(map[string]int)
	for i, a := range articles {
		shingles[i] = ShinglesOf(a.Text)
		if _, again := place[a.ID]; !again {
			place[a.ID] = i
		}
	}
	alike := func(i, j int) bool { return shingles[i].Copies(shingles[j]) || shingles[i].Excerpts(shingles[j]) }
	wanted, linked, right := 0, 0, 0
	for i, a := range articles {
		if place[a.ID] != i {
			continue
		}
		copies := false
		for j := range i {
			o := articles[j]
			if place[o.ID] == j && earlier(&o, &a) && a.moment().Sub(o.moment()).Abs() <= nearWithin && alike(i, j) {
				copies = true
				break
			}
		}
		got, err := s.Get(a.ID)
		if err != nil {
			b.Fatal(err)
		}
		if copies {
			wanted++
		}
		if got.CopyOf != "" {
			linked++
			if copies && alike(i, place[got.CopyOf]) {
				right++
			}
		}
	}
	b.ReportMetric(float64(wanted), "copies")
	b.ReportMetric(float64(right)/float64(max(1, wanted)), "recall")
	b.ReportMetric(float64(right)/float64(max(1, linked)), "precision")
	b.ReportMetric(0, "ns/op")
}
