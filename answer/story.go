package answer

import (
	"context"
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
)

// When articles tell of one story. The numbers were chosen on ECB+ (Cybulska and
// Vossen 2014), which has two stories of like events to a topic, and of which
// articles are grouped with a B-cubed F1 of 0.9 (newsdesk eval --duplicates);
// 0.14 to 0.20 do nearly as well, and grouping too little is the lesser harm.
const (
	sameStory   = 0.18           // mean cosine of two groups' articles
	nameBoost   = 3              // what a name or number counts beside other words
	storyWithin = 72 * time.Hour // between any two articles of one story
)

// Stories groups articles, given by their first passages, by what they tell
// of: their places in the list, each group and the groups by their first.
//
// It joins the two groups that are most alike, again and again (average-link
// clustering): to follow only the nearest articles would chain stories of one
// subject together. Time grows with the square of the list, mostly.
func Stories(list []index.Passage) [][]int {
	alike := similarities(list)
	groups := make([][]int, len(list))
	for i := range list {
		groups[i] = []int{i}
	}
	for {
		a, b := nearest(groups, alike)
		if a < 0 {
			break
		}
		n, m := float64(len(groups[a])), float64(len(groups[b]))
		for k := range groups {
			mean := (n*alike[a][k] + m*alike[b][k]) / (n + m)
			alike[a][k], alike[k][a] = mean, mean
		}
		groups[a], groups[b] = append(groups[a], groups[b]...), nil
	}
	groups = slices.DeleteFunc(groups, func(g []int) bool { return g == nil })
	for _, g := range groups {
		slices.Sort(g)
	}
	return groups
}

// nearest returns the two groups to be joined next, the one that comes first
// in the list before the other, or -1 where none are alike enough.
func nearest(groups [][]int, alike [][]float64) (a, b int) {
	a, b = -1, -1
	best := sameStory
	for i, one := range groups {
		if one == nil {
			continue
		}
		for j := i + 1; j < len(groups); j++ {
			if groups[j] != nil && alike[i][j] >= best {
				a, b, best = i, j, math.Nextafter(alike[i][j], 2) // of equals the first
			}
		}
	}
	return a, b
}

// similarities returns the cosine of each two articles; -Inf where they came
// out too far apart, which no mean with others outweighs.
func similarities(list []index.Passage) [][]float64 {
	type weight struct {
		at int
		of float64
	}
	var order []string // the terms, so that sums never depend on a map's order
	holding := make(map[string][]weight)
	alike := make([][]float64, len(list))
	for i, p := range list {
		alike[i] = make([]float64, len(list))
		terms, counts := storyTerms(p)
		for k, t := range terms {
			if holding[t] == nil {
				order = append(order, t)
			}
			holding[t] = append(holding[t], weight{i, counts[k]})
		}
	}
	squares := make([]float64, len(list))
	for _, t := range order {
		idf := math.Log(1 + float64(len(list))/float64(len(holding[t])))
		for k, a := range holding[t] {
			squares[a.at] += a.of * idf * a.of * idf
			for _, b := range holding[t][k+1:] {
				alike[a.at][b.at] += a.of * idf * b.of * idf
			}
		}
	}
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			if list[i].Published.Sub(list[j].Published).Abs() > storyWithin {
				alike[i][j] = math.Inf(-1)
			} else {
				alike[i][j] /= math.Sqrt(squares[i]*squares[j]) + 1e-9
			}
			alike[j][i] = alike[i][j]
		}
	}
	return alike
}

// storyTerms weighs the terms of an article's title and beginning, each once,
// in the order in which they come.
func storyTerms(p index.Passage) (terms []string, weights []float64) {
	type use struct{ all, capital float64 }
	uses := make(map[string]use)
	take := func(text string, n float64) {
		for _, tok := range index.AnalyzeIn(p.Language, text) {
			u, seen := uses[tok.Term]
			if !seen {
				terms = append(terms, tok.Term)
			}
			u.all += n
			if r, _ := utf8.DecodeRuneInString(text[tok.Start:]); unicode.IsUpper(r) || unicode.IsDigit(r) {
				u.capital += n
			}
			uses[tok.Term] = u
		}
	}
	take(p.Title, 2)
	take(p.Text, 1)
	for _, t := range terms {
		w := 1 + math.Log(uses[t].all)
		if uses[t].capital > uses[t].all/2 {
			w *= nameBoost
		}
		weights = append(weights, w)
	}
	return terms, weights
}

// stories folds copies, and groups what is left by story, at most so many, the
// newest first.
func (e *Engine) stories(ctx context.Context, list []index.Passage, most int) ([]Story, error) {
	kept, also, err := e.originals(ctx, list)
	if err != nil {
		return nil, err
	}
	c := newComparer(e.index)
	groups := Stories(kept)
	stories := []Story{}
	for _, group := range groups[:min(most, len(groups))] {
		group, err := c.withoutExcerpts(ctx, kept, group, also)
		if err != nil {
			return nil, err
		}
		var s Story
		for n, i := range group {
			c := e.headline(kept[i], n+1)
			c.Also = also[kept[i].Article]
			s.Articles = append(s.Articles, c)
		}
		stories = append(stories, s)
	}
	slices.SortStableFunc(stories, func(a, b Story) int {
		return b.Articles[0].Published.Compare(a.Articles[0].Published.Time)
	})
	return stories, nil
}

// withoutExcerpts leaves out, of a story's articles, what was cut from another
// that came out before, or went into it whole, and tells so in also.
func (c *comparer) withoutExcerpts(ctx context.Context, list []index.Passage, group []int, also map[string][]Copy) ([]int, error) {
	var left []int // the earliest first
next:
	for _, i := range slices.Backward(group) {
		c.know(list[i])
		for _, o := range left {
			l, err := c.compare(ctx, list[o].Article, list[i].Article)
			if err != nil {
				return nil, err
			}
			if l.oneText() {
				id := list[o].Article
				also[id] = append(append(also[id], copyOf(list[i])), also[list[i].Article]...)
				continue next
			}
		}
		left = append(left, i)
	}
	slices.Reverse(left)
	return left, nil
}

// originals keeps, of articles that are copies, the one that came out first;
// also tells its copies, by its id. The list stays newest first.
func (e *Engine) originals(ctx context.Context, list []index.Passage) (kept []index.Passage, also map[string][]Copy, err error) {
	pairs, err := e.Copies(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	original := make([]int, len(list)) // by place
	for i := range original {
		original[i] = i
	}
	for _, p := range pairs {
		a, b := original[p[0]], original[p[1]]
		if earlier(list[b].Published, list[a].Published) {
			a, b = b, a
		}
		for i := range original {
			if original[i] == b {
				original[i] = a
			}
		}
	}
	also = make(map[string][]Copy)
	for i, p := range slices.Backward(list) { // the earliest first
		if o := original[i]; o != i {
			also[list[o].Article] = append(also[list[o].Article], copyOf(p))
		}
	}
	for i, p := range list {
		if original[i] == i {
			kept = append(kept, p)
		}
	}
	return kept, also, nil
}

func copyOf(p index.Passage) Copy { return Copy{p.Article, p.Source, p.URL, Date{p.Published}} }
