package answer

import (
	"context"
	"fmt"
	"math"
	"sort"
	"time"

	"newsdesk/index"
)

// candidates is how many passages the index's score proposes to the second
// stage.
const candidates = 150

// A candidate is a passage with what speaks for it.
type candidate struct {
	index.Hit
	digest
	live     float64 // see liveness
	features []float64
	score    float64 // by the model
}

// found is the passages for a question, best first.
type found struct {
	candidates []candidate
	rest       []index.Hit // beyond the candidates, in the order of the index
	terms      []weighed   // parallel to understood.terms
	weight     float64     // sum of the terms' weights
	live       float64     // see liveness
	votes      votes
	unheld     []string // phrases that no passage holds; the search went on without
	words      *vocabulary
}

// weighed is a term of the question with what the index knows of it.
type weighed struct {
	docs   int // passages that hold it
	weight float64
}

// PassageFeatures names what passages are ranked by.
var PassageFeatures = []string{
	"bm25",        // the index's score, to the highest that the question could reach
	"bm25_top",    // the same, to the best passage's
	"cover",       // share of the question's weight in passage, heading and title
	"title",       // in the title alone
	"sentence",    // in the best sentence
	"window",      // in the best sentence and its neighbours
	"focus",       // the best sentence's share of what the title does not say
	"pairs",       // neighbours of the question that are neighbours in one sentence
	"names",       // share of the question's names
	"siblings",    // other passages of the article among the candidates
	"article",     // share of the question's weight in all of them together
	"lead",        // the passage is the article's first
	"fresh3",      // published within days (e to the power of -age/3 days), of a live collection
	"fresh12",     // within weeks
	"fresh60",     // within months
	"news12",      // within weeks, and the question asks for news
	"short",       // the passage has few sentences
	"vote",        // a word that the candidates vote for, see votes
	"typed_vote",  // likewise one of the wanted type
	"typed_cover", // in a well-covered sentence
	"typed_sum",   // how many such words, by their votes
	"fit",         // a word of the wanted type in a well-covered sentence
	"title_said",  // share of what the title says beside the question's words
	"title_typed", // a word of the wanted type that the title says too

	// The highest of the article's passages among the candidates: what speaks
	// for the article is not what speaks for one passage of it.
	"article_bm25", "article_sentence", "article_pairs", "article_names",

	"outlet", // it is of an outlet that the question names, as far as it covers the question
}

// FreeSign reports whether a feature may speak against what it describes. All
// others can only speak for it: a model that finds otherwise has learnt a
// chance of its questions.
func FreeSign(feature string) bool { return freeSign[feature] }

var freeSign = set("siblings short lead after tiny long question pronoun opening early first one agree")

const (
	pBM25 = iota
	pBM25Top
	pCover
	pTitle
	pSentence
	pWindow
	pFocus
	pPairs
	pNames
	pSiblings
	pArticle
	pLead
	pFresh3
	pFresh12
	pFresh60
	pNews12
	pShort
	pVote
	pTypedVote
	pTypedCover
	pTypedSum
	pFit
	pTitleSaid
	pTitleTyped
	pOfArticle
	pOutlet = pOfArticle + len(ofArticle)
)

// find returns at least limit passages, if there are so many. Only the first
// of them are ranked by the model, so that a rank never depends on the limit.
func (e *Engine) find(ctx context.Context, u understood, limit int) (found, error) {
	terms := make([]index.Term, len(u.terms))
	for i, t := range u.terms {
		terms[i] = formsOf(t)
	}
	res, unheld, err := e.propose(ctx, u, terms, max(limit, candidates))
	if err != nil {
		return found{}, err
	}
	f := found{unheld: unheld, words: &e.lookups.known}
	if f.live, err = e.liveness(u.now); err != nil {
		return found{}, err
	}
	highest := 0.0 // what a passage full of every term would score
	for i, t := range res.Terms {
		w := weighed{t.Docs, weightOf(u.terms[i], t, res.Docs)}
		f.terms = append(f.terms, w)
		f.weight += w.weight
		highest += index.HighestScore(t.IDF) * terms[i].Weight
	}
	l := e.lookups.borrow()
	defer e.lookups.giveBack(l)
	l.learn(u)
	proposed := proposedOf(res.Hits)
	f.candidates = make([]candidate, 0, proposed)
	for _, h := range res.Hits[:proposed] {
		f.candidates = append(f.candidates, candidate{Hit: h, digest: l.digest(h.Passage), live: f.live})
	}
	f.describe(u, highest)
	f.addVotes(u, len(l.ids))
	for i := range f.candidates {
		f.candidates[i].score = dot(e.weights.passage, f.candidates[i].features)
	}
	sort.SliceStable(f.candidates, func(i, j int) bool { return f.candidates[i].score > f.candidates[j].score })
	f.rest = res.Hits[proposed:]
	return f, nil
}

// What has less than hopeless of the best passage's score is not looked at
// closer, but for the first few.
const (
	hopeless = 0.35
	alwaysIn = 30
)

// proposedOf returns how many of the hits, best first, go to the second stage.
func proposedOf(hits []index.Hit) int {
	n := min(candidates, len(hits))
	for n > alwaysIn && hits[n-1].Score < hopeless*hits[0].Score {
		n--
	}
	return n
}

// describe works out the candidates' features.
func (f *found) describe(u understood, highest float64) {
	union := make(map[string]uint64)
	siblings := make(map[string]int)
	top := 0.0
	for i := range f.candidates {
		c := &f.candidates[i]
		union[c.Article] |= c.all()
		siblings[c.Article]++
		top = max(top, c.Score)
	}
	n := len(PassageFeatures)
	all := make([]float64, len(f.candidates)*n)
	for i := range f.candidates {
		c := &f.candidates[i]
		v := all[i*n : (i+1)*n : (i+1)*n]
		if top > 0 { // else phrases alone were found
			v[pBM25], v[pBM25Top] = c.Score/highest, c.Score/top
		}
		held := c.all()
		v[pCover], v[pTitle], v[pNames] = f.share(held), f.share(c.title), f.nameShare(u, held)
		v[pArticle] = f.share(union[c.Article])
		v[pSiblings] = 1 - 1/float64(siblings[c.Article])
		pairs := uint64(0)
		for s, own := range c.own {
			pairs |= c.pairs[s]
			cover := f.share(own)
			v[pSentence] = max(v[pSentence], cover)
			v[pFocus] = max(v[pFocus], f.focus(own, c.title))
			v[pWindow] = max(v[pWindow], f.share(own|c.near(s)))
		}
		v[pPairs] = f.pairShare(pairs)
		v[pLead] = indicator(c.N == 0)
		if u.age != ofOld {
			v[pFresh3] = f.live * fresh(u.now, c.Published, 3)
			v[pFresh12] = f.live * fresh(u.now, c.Published, 12)
			v[pFresh60] = f.live * fresh(u.now, c.Published, 60)
		}
		if u.age == ofNews {
			v[pNews12] = v[pFresh12]
		}
		v[pShort] = 1 / float64(1+len(c.Sentences))
		v[pOutlet] = indicator(u.scope.prefers(c.Source)) * v[pCover]
		c.features = v
	}
}

// addVotes adds the features that rest on what the candidates say together.
func (f *found) addVotes(u understood, words int) {
	f.votes = f.poll(u.expectation, words)
	seen := make([]int32, words) // the last candidate, by number from 1, that holds a word
	for i := range f.candidates {
		c := &f.candidates[i]
		v := c.features
		sum := 0.0
		for s, list := range c.rest {
			cover := f.share(c.own[s] | c.near(s))
			for _, m := range list {
				if seen[m.id] != int32(i+1) {
					seen[m.id] = int32(i + 1)
					sum += f.votes.typed[m.id]
				}
				v[pVote] = max(v[pVote], f.votes.all[m.id])
				v[pTypedVote] = max(v[pTypedVote], f.votes.typed[m.id])
				v[pTypedCover] = max(v[pTypedCover], cover*f.votes.typed[m.id])
				v[pFit] = max(v[pFit], cover*f.votes.fits[m.id])
			}
		}
		v[pTypedSum] = 1 - math.Exp(-sum)
		said := 0.0
		for _, m := range c.titleRest {
			if seen[m.id] == int32(i+1) {
				said++
				v[pTitleTyped] = max(v[pTitleTyped], f.votes.fits[m.id])
			}
		}
		v[pTitleSaid] = said / float64(max(1, len(c.titleRest)))
	}
	f.shareWithArticle()
}

// ofArticle are the features of which the article's highest counts too, in the
// order of their names from pOfArticle on.
var ofArticle = [...]int{pBM25Top, pSentence, pPairs, pNames}

// shareWithArticle gives every passage the highest features of its article.
func (f *found) shareWithArticle() {
	highest := make(map[string]*[len(ofArticle)]float64)
	for i := range f.candidates {
		c := &f.candidates[i]
		best := highest[c.Article]
		if best == nil {
			best = new([len(ofArticle)]float64)
			highest[c.Article] = best
		}
		for k, from := range ofArticle {
			best[k] = max(best[k], c.features[from])
		}
	}
	for i := range f.candidates {
		c := &f.candidates[i]
		copy(c.features[pOfArticle:], highest[c.Article][:])
	}
}

// A collection is the more alive the more articles came out in the weeks
// before the question: in a stream of news people ask about what is new, in
// an archive about anything.
const (
	liveDays     = 21
	liveArticles = 60 // in that time make a collection mostly live
)

func (e *Engine) liveness(now time.Time) (float64, error) {
	n, err := e.index.Published(now.AddDate(0, 0, -liveDays), now)
	return 1 - math.Exp(-float64(n)/liveArticles), err
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// fresh is 1 for what was just published and falls by e every so many days.
func fresh(now, published time.Time, days float64) float64 {
	if published.IsZero() {
		return 0
	}
	return math.Exp(-max(0, now.Sub(published).Hours()/24) / days)
}

// Search ranks the passages for a question, at most limit of them, in the
// order that Ask uses.
func (e *Engine) Search(ctx context.Context, q Question, limit int) (Ranking, error) {
	start := time.Now()
	r := Ranking{ID: q.ID, Query: q.Text, Results: []Result{}}
	u, err := e.understand(q)
	if err != nil {
		return r, err
	}
	r.Window, r.Scope = u.window(), u.scope.Scope
	u, f, err := e.findAll(ctx, u, limit)
	if err != nil {
		return r, fmt.Errorf("search: %w", err)
	}
	r.Note = u.note.String()
	r.Reason, r.Scope = u.scope.notes(f.unheld).String(), r.Scope.kept(f.unheld)
	add := func(p index.Passage, score float64) {
		if len(r.Results) < limit {
			r.Results = append(r.Results, Result{
				Rank: len(r.Results) + 1, Score: math.Round(score*1e4) / 1e4,
				ArticleID: p.Article, Title: p.Title, Source: p.Source, URL: p.URL, Published: Date{p.Published},
				Text: p.Text, Start: p.Start, End: p.End, Link: e.Pages.addressOf(p), Marks: marks(u, p.Language, p.Text),
			})
		}
	}
	lowest := 0.0
	for _, c := range f.candidates {
		add(c.Passage, c.score)
		lowest = c.score
	}
	for _, h := range f.rest {
		add(h.Passage, lowest+h.Score-f.rest[0].Score) // on from there, so that scores fall with rank
	}
	r.TookMS = milliseconds(time.Since(start))
	return r, nil
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d.Microseconds())/10) / 100
}
