package answer

import "math"

// What many articles say beside the words of a question is likely what it asks
// for: who asks which musician gave bonuses to truck drivers will find the
// same name in each article on them. So the passages vote for the words that
// are not the question's, after the redundancy of Dumais et al., "Web Question
// Answering: Is More Always Better?" (SIGIR 2002), and a vote counts where the
// word is of the type that the question wants.

// votes holds, for each word of the lookup's vocabulary, the votes for it and
// how well it is of the type that the question wants, both from 0 to 1.
type votes struct {
	all   []float64
	fits  []float64
	typed []float64 // all, of those that fit
}

// poll counts the votes of the candidates. An article has one vote for a word:
// its best passage's fit times that of the best sentence, or title, which the
// word stands in. The heaviest vote does not count, since what one article
// says alone is no echo; and votes are worth the more the fewer of the
// articles hold the word at all. A sentence that was copied votes once.
func (f *found) poll(want expectation, words int) votes {
	v := votes{all: make([]float64, words), fits: f.fits(want, words), typed: make([]float64, words)}
	byArticle := make(map[string][]int)
	var order []string
	for i, c := range f.candidates {
		if byArticle[c.Article] == nil {
			order = append(order, c.Article)
		}
		byArticle[c.Article] = append(byArticle[c.Article], i)
	}
	best, heaviest, holding := make([]float64, words), make([]float64, words), make([]float64, words)
	var seen []int32
	said := make(map[string]bool)
	vote := func(list []mention, worth float64) {
		for _, m := range list {
			if best[m.id] == 0 {
				seen = append(seen, m.id)
			}
			best[m.id] = max(best[m.id], worth, 1e-9)
		}
	}
	for _, id := range order {
		for _, i := range byArticle[id] {
			c := &f.candidates[i]
			fit := c.fit()
			title := f.share(c.title)
			vote(c.titleRest, fit*title*title)
			for s, list := range c.rest {
				text := c.Sentences[s].Of(c.Text)
				if said[text] {
					continue
				}
				said[text] = true
				cover := f.share(c.own[s] | c.near(s))
				vote(list, fit*cover*cover)
			}
		}
		for _, w := range seen {
			v.all[w] += best[w]
			heaviest[w] = max(heaviest[w], best[w])
			holding[w]++
			best[w] = 0
		}
		seen = seen[:0]
	}
	articles := float64(len(order))
	for w, sum := range v.all {
		rarity := math.Log(1+articles/max(1, holding[w])) / math.Log(1+articles)
		v.all[w] = (1 - math.Exp(heaviest[w]-sum)) * rarity
		v.typed[w] = v.all[w] * v.fits[w]
	}
	return v
}

// fits tells how well each word is of the wanted type: surely where many of
// its mentions are, by half where they may be.
func (f *found) fits(want expectation, words int) []float64 {
	type tally struct{ sure, may, head, all float64 }
	tallies := make([]tally, words)
	count := func(list []mention) {
		for _, m := range list {
			t := &tallies[m.id]
			t.all++
			if m.class&want.sure != 0 {
				t.sure++
			}
			if m.class&(want.sure|want.may) != 0 {
				t.may++
			}
			if m.class&atHead != 0 {
				t.head++
			}
		}
	}
	for i := range f.candidates {
		c := &f.candidates[i]
		count(c.titleRest)
		for _, list := range c.rest {
			count(list)
		}
	}
	fits := make([]float64, words)
	for w, t := range tallies {
		if t.all == 0 {
			continue
		}
		sure, may := min(1, 3*t.sure/t.all), min(1, 3*t.may/t.all)
		fits[w] = max(sure, 0.4*may)
		if want.head != "" && t.head > 0 {
			fits[w] = max(fits[w], 0.15, 0.8*may)
		}
	}
	return fits
}

// fit is how well a candidate fits the question before the votes are counted.
func (c *candidate) fit() float64 {
	v := c.features[pBM25Top]
	return v * v * (0.3 + 0.7*max(c.features[pFresh12], 1-c.live))
}

// highest returns the highest value among some words.
func highest(values []float64, list []mention) float64 {
	best := 0.0
	for _, m := range list {
		best = max(best, values[m.id])
	}
	return best
}

// titleSaid is the share of a title's words that a sentence says.
func titleSaid(title, sentence []mention) float64 {
	said := 0.0
	for _, t := range title {
		for _, m := range sentence {
			if m.id == t.id {
				said++
				break
			}
		}
	}
	return said / float64(max(1, len(title)))
}
