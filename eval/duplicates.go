package eval

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
)

// Duplicates is what MeasureDuplicates measured. Its JSON form is stable.
type Duplicates struct {
	Corpus   string `json:"corpus"` // a name for people, set by the caller
	Articles int    `json:"articles"`

	// Pairs of articles that are copies, by comparing all with all, those that
	// the program took for copies, and those that are both.
	Pairs     int     `json:"pairs"`
	Found     int     `json:"found"`
	Right     int     `json:"right"`
	Recall    float64 `json:"recall"`    // 1 where there is no pair
	Precision float64 `json:"precision"` // 1 where none was found

	// Stories are the figures of grouping; nil where the corpus does not tell
	// the stories of its articles.
	Stories []Grouping `json:"stories,omitempty"`
}

// A Grouping compares groups with the stories that a corpus states: by the
// pairs of articles that are together, and by B-cubed (Bagga and Baldwin 1998),
// the mean over articles of the share of their group that is of their story
// and of their story that is in their group.
type Grouping struct {
	Part     string `json:"part"` // of the corpus, for people
	Articles int    `json:"articles"`
	Stories  int    `json:"stories"`
	Groups   int    `json:"groups"`
	Pairs    Match  `json:"pairs"`
	BCubed   Match  `json:"b_cubed"`
}

// A Match is shares from 0 to 1; F1 is the harmonic mean.
type Match struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func matchOf(precision, recall float64) Match {
	m := Match{Precision: round(precision), Recall: round(recall)}
	if precision+recall > 0 {
		m.F1 = round(2 * precision * recall / (precision + recall))
	}
	return m
}

// MeasureDuplicates compares the pairs of copies that are found by way of the
// index, which holds the articles of the corpus, with those found by comparing
// all texts with all. Time and memory grow with the length of all texts, and
// with the square of the copies of one text; 10,000 articles take a minute.
func MeasureDuplicates(ctx context.Context, x *index.Index, corpus fs.FS) (Duplicates, error) {
	var leads []index.Passage
	var shingles []article.Shingles
	seen := make(map[string]bool)
	err := readAll(ctx, corpus, func(_ string, a article.Article) {
		lead, err := x.Lead(a.ID)
		if err == nil && !seen[a.ID] { // what the index did not take is not there
			seen[a.ID] = true
			leads, shingles = append(leads, lead), append(shingles, article.ShinglesOf(a.Text))
		}
	})
	if err != nil {
		return Duplicates{}, err
	}
	found, err := answer.New(x).Copies(ctx, leads)
	if err != nil {
		return Duplicates{}, fmt.Errorf("find the copies: %w", err)
	}
	labels, err := labelsOf(ctx, corpus)
	if err != nil {
		return Duplicates{}, err
	}
	d := Duplicates{Articles: len(leads), Stories: groupings(leads, labels)}
	d.compare(found, resembling(shingles, article.CopyFrom))
	return d, nil
}

func (d *Duplicates) compare(found, want [][2]int) {
	wanted := make(map[[2]int]bool)
	for _, p := range want {
		wanted[p] = true
	}
	for _, p := range found {
		if wanted[p] {
			d.Right++
		}
	}
	d.Pairs, d.Found, d.Recall, d.Precision = len(want), len(found), 1, 1
	if d.Pairs > 0 {
		d.Recall = round(float64(d.Right) / float64(d.Pairs))
	}
	if d.Found > 0 {
		d.Precision = round(float64(d.Right) / float64(d.Found))
	}
}

// resembling returns the pairs of texts whose resemblance is at least so much,
// by an inverted index of all shingles.
func resembling(texts []article.Shingles, least float64) [][2]int {
	type use struct {
		shingle uint64
		text    int32
	}
	var uses []use
	for i, s := range texts {
		for _, shingle := range s {
			uses = append(uses, use{shingle, int32(i)})
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		switch {
		case a.shingle < b.shingle:
			return -1
		case a.shingle > b.shingle:
			return 1
		}
		return int(a.text - b.text)
	})
	shared := make(map[[2]int]int)
	for i := range uses {
		for j := i + 1; j < len(uses) && uses[j].shingle == uses[i].shingle; j++ {
			shared[[2]int{int(uses[i].text), int(uses[j].text)}]++
		}
	}
	var pairs [][2]int
	for p, n := range shared {
		if float64(n) >= least*float64(len(texts[p[0]])+len(texts[p[1]])-n) {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// WriteTable writes the measurement for people.
func (d Duplicates) WriteTable(w io.Writer) error {
	var t table
	t.text("%s of %s", counted(d.Articles, "article"), d.Corpus)
	t.gap()
	t.row("copies", "pairs", "found", "recall", "prec.")
	t.row(fmt.Sprintf("  resembling by %.1f or more", article.CopyFrom), d.Pairs, d.Found, d.Recall, d.Precision)
	if len(d.Stories) > 0 {
		t.gap()
		t.row("stories", "n", "stories", "groups", "prec.", "recall", "F1")
		for _, g := range d.Stories {
			t.row("  "+g.Part+", by pairs", g.Articles, g.Stories, g.Groups, g.Pairs.Precision, g.Pairs.Recall, g.Pairs.F1)
			t.row("  "+g.Part+", by B-cubed", "", "", "", g.BCubed.Precision, g.BCubed.Recall, g.BCubed.F1)
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}
