package eval

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"newsdesk/answer"
)

// Half keeps the questions of one half of a set, 1 or 2, divided by a hash of
// their ids, so that what was learnt on one half can be measured on the other.
// 0 keeps all.
func Half(list []Question, half int) []Question {
	if half == 0 {
		return list
	}
	return halved(list, half, 7)
}

// halved keeps the questions of one half, divided by one bit of their hash.
func halved(list []Question, half, bit int) []Question {
	var kept []Question
	for _, q := range list {
		h := fnv.New32a()
		h.Write([]byte(q.ID + q.Text))
		if int(h.Sum32()>>bit)%2+1 == half {
			kept = append(kept, q)
		}
	}
	return kept
}

// Learn finds the weights of a model from questions with known answers. Ranks
// are learnt first, then, with the ranks found, sentences. Confidence is learnt
// from questions that the ranks and sentences were not learnt from: each half
// of the questions is answered by a model of the other half, since a model is
// surer of what it has seen than it will be of what is new.
func Learn(ctx context.Context, sets []Config) (answer.Model, error) {
	model, err := learnRanks(ctx, sets)
	if err != nil {
		return model, err
	}
	var examples []choice
	for _, fold := range []int{1, 2} {
		m, err := learnRanks(ctx, divide(sets, 3-fold))
		if err != nil {
			return model, err
		}
		more, err := confidenceExamples(ctx, divide(sets, fold), m)
		if err != nil {
			return model, err
		}
		examples = append(examples, more...)
	}
	model.Confidence = named(answer.ConfidenceFeatures, logistic(examples, answer.ConfidenceFeatures))
	return model, nil
}

// HeldOut measures every set on questions that nothing was learnt from: each
// half of its questions by what was learnt from the other half of all sets.
// The latencies are those of the second half.
func HeldOut(ctx context.Context, sets []Config) ([]Report, error) {
	outcomes, reports := make([][]Outcome, len(sets)), make([]Report, len(sets))
	for _, half := range []int{1, 2} {
		learnt, asked := make([]Config, len(sets)), make([]Config, len(sets))
		for i, c := range sets {
			learnt[i], asked[i] = c, c
			learnt[i].Questions, asked[i].Questions = Half(c.Questions, 3-half), Half(c.Questions, half)
		}
		m, err := Learn(ctx, learnt)
		if err != nil {
			return nil, err
		}
		for i, c := range asked {
			c.Model = &m
			if reports[i], err = Run(ctx, c); err != nil {
				return nil, err
			}
			outcomes[i] = append(outcomes[i], reports[i].Outcomes...)
		}
	}
	for i, last := range reports {
		reports[i] = summarise(outcomes[i])
		reports[i].Articles, reports[i].Passages, reports[i].Latency = last.Articles, last.Passages, last.Latency
	}
	return reports, nil
}

func learnRanks(ctx context.Context, sets []Config) (answer.Model, error) {
	model, err := learnPassages(ctx, sets, answer.Model{})
	if err != nil {
		return model, err
	}
	return learnSentences(ctx, sets, model)
}

// divide keeps one half of every set's questions, divided otherwise than Half
// divides them.
func divide(sets []Config, half int) []Config {
	var divided []Config
	for _, c := range sets {
		c.Questions = halved(c.Questions, half, 19)
		divided = append(divided, c)
	}
	return divided
}

// eachLesson calls fn with what the model weighs for every question of a set.
func eachLesson(ctx context.Context, c Config, m answer.Model, without bool, fn func(Question, facts, answer.Lesson)) error {
	engine, err := answer.NewWith(c.Index, m)
	if err != nil {
		return err
	}
	list := make([]facts, len(c.Questions))
	if c.Corpus != nil {
		if list, err = scan(ctx, c.Corpus, c.Questions, c.Now); err != nil {
			return err
		}
	}
	for i, q := range c.Questions {
		asked := answer.Question{Text: q.Text, Now: q.Now}
		if asked.Now.IsZero() {
			asked.Now = list[i].now
		}
		if without {
			asked.Without = list[i].without
		}
		l, err := engine.Lesson(ctx, asked)
		if err != nil {
			return fmt.Errorf("question %s: %w", q.ID, err)
		}
		fn(q, list[i], l)
	}
	return nil
}

// A choice is one question's things to choose from, with what each is worth.
type choice struct {
	features [][]float64
	worth    []float64 // 0 is wrong
	weight   float64   // of the question
}

// What the choice between the passages, or sentences, of one article is worth
// beside that between all. Few articles hold an answer in one passage alone,
// and many that do hold it in passing.
const (
	withinPassages  = 0.3
	withinSentences = 1
)

func learnPassages(ctx context.Context, sets []Config, m answer.Model) (answer.Model, error) {
	choices, err := gather(ctx, sets, m, withinPassages, func(f facts, l answer.Lesson) ([]answer.Weighed, func(answer.Weighed) float64) {
		return l.Passages, func(w answer.Weighed) float64 {
			if f.phrases != nil && !f.window.IsZero() {
				return one(inWindow(w.Published, f.window) && flatten(w.Text).holdsAny(f.phrases))
			}
			return one(f.articles[w.ArticleID])
		}
	})
	m.Passage = named(answer.PassageFeatures, softmax(choices, answer.PassageFeatures))
	return m, err
}

// quoteWorth is what a sentence is worth whose neighbour holds the answer.
const quoteWorth = 0.4

func learnSentences(ctx context.Context, sets []Config, m answer.Model) (answer.Model, error) {
	choices, err := gather(ctx, sets, m, withinSentences, func(f facts, l answer.Lesson) ([]answer.Weighed, func(answer.Weighed) float64) {
		if f.phrases == nil {
			return nil, nil
		}
		return l.Sentences, func(w answer.Weighed) float64 {
			switch {
			case !f.window.IsZero() && !inWindow(w.Published, f.window):
				return 0
			case flatten(w.Text).holdsAny(f.phrases):
				return 1
			case flatten(w.Quote).holdsAny(f.phrases):
				return quoteWorth
			}
			return 0
		}
	})
	m.Sentence = named(answer.SentenceFeatures, softmax(choices, answer.SentenceFeatures))
	return m, err
}

// gather collects the choices of all sets. A set counts by the square root of
// its choices, so that a large one does not drown the others.
func gather(ctx context.Context, sets []Config, m answer.Model, within float64,
	look func(facts, answer.Lesson) ([]answer.Weighed, func(answer.Weighed) float64)) ([]choice, error) {
	var all []choice
	for _, set := range sets {
		var choices []choice
		err := eachLesson(ctx, set, m, false, func(_ Question, f facts, l answer.Lesson) {
			list, worth := look(f, l)
			c := choice{weight: 1}
			right := 0.0
			for _, w := range list {
				v := worth(w)
				right += v
				c.features, c.worth = append(c.features, w.Features), append(c.worth, v)
			}
			if right > 0 {
				choices = append(choices, c)
			}
			for _, part := range withinArticles(list, c) {
				part.weight = within
				choices = append(choices, part)
			}
		})
		if err != nil {
			return nil, err
		}
		for k := range choices {
			choices[k].weight /= math.Sqrt(float64(len(choices)))
		}
		all = append(all, choices...)
	}
	sum := 0.0
	for _, c := range all {
		sum += c.weight
	}
	for i := range all {
		all[i].weight /= sum
	}
	return all, nil
}

// withinArticles divides a choice by article and keeps those of which some
// things are right and some wrong: of an article that is found, the right
// passage must come first.
func withinArticles(list []answer.Weighed, c choice) []choice {
	parts := make(map[string]*choice)
	var order []string
	for i, w := range list {
		p := parts[w.ArticleID]
		if p == nil {
			p = &choice{}
			parts[w.ArticleID] = p
			order = append(order, w.ArticleID)
		}
		p.features, p.worth = append(p.features, c.features[i]), append(p.worth, c.worth[i])
	}
	var mixed []choice
	for _, id := range order {
		if p := parts[id]; slices.Contains(p.worth, 0) && slices.Max(p.worth) > 0 {
			mixed = append(mixed, *p)
		}
	}
	return mixed
}

// confidenceExamples come from three kinds of question: those that the set
// answers, as they are and without the articles that answer them, and those
// that it does not answer, its own and those of the other sets.
func confidenceExamples(ctx context.Context, sets []Config, m answer.Model) ([]choice, error) {
	var examples []choice // of one thing each; worth says whether it is right
	asked := 0
	for _, set := range sets {
		asked += len(set.Questions)
	}
	for i, set := range sets {
		right, removed, foreign := set, set, set
		foreign.Questions, foreign.Corpus = nil, nil
		for k, other := range sets {
			if k != i {
				foreign.Questions = append(foreign.Questions, other.Questions...)
			}
		}
		for _, part := range []struct {
			config  Config
			without bool
			worth   float64 // of questions that are not null
			weight  float64
		}{
			{right, false, 1, 0.5},
			{removed, true, 0, 0.35},
			{foreign, false, 0, 0.15},
		} {
			if part.without && !set.Removal {
				continue
			}
			var list []choice
			err := eachLesson(ctx, part.config, m, part.without, func(q Question, f facts, l answer.Lesson) {
				worth := part.worth
				switch {
				case q.Null:
					worth = 0
				case part.worth == 1 && f.unheld || part.without && len(f.without) == 0:
					return
				}
				if l.Confidence != nil {
					list = append(list, choice{features: [][]float64{l.Confidence}, worth: []float64{worth}})
				}
			})
			if err != nil {
				return nil, err
			}
			for k := range list {
				list[k].weight = part.weight * float64(len(set.Questions)) / float64(len(list)*asked)
			}
			examples = append(examples, list...)
		}
	}
	return examples, nil
}

func named(names []string, weights []float64) map[string]float64 {
	m := make(map[string]float64)
	for i, name := range names {
		m[name] = round(weights[i])
	}
	return m
}

// ridge draws weights towards 0, against learning a small set by heart.
const ridge = 2e-4

// softmax finds weights under which the right things of each choice are as
// likely as can be, where a thing's likelihood is the softmax of its score
// (the listwise loss of Cao et al., "Learning to Rank", ICML 2007).
func softmax(choices []choice, names []string) []float64 {
	return descend(names, func(w, gradient []float64) {
		for _, c := range choices {
			scores, highest := make([]float64, len(c.features)), math.Inf(-1)
			for i, f := range c.features {
				scores[i] = product(w, f)
				highest = max(highest, scores[i])
			}
			all, right := 0.0, 0.0
			for i, s := range scores {
				scores[i] = math.Exp(s - highest)
				all += scores[i]
				right += scores[i] * c.worth[i]
			}
			for i, f := range c.features {
				g := c.weight * (scores[i]/all - scores[i]*c.worth[i]/right)
				for k, v := range f {
					gradient[k] += g * v
				}
			}
		}
	})
}

// logistic finds the weights of a logistic regression.
func logistic(examples []choice, names []string) []float64 {
	return descend(names, func(w, gradient []float64) {
		for _, e := range examples {
			f := e.features[0]
			g := e.weight * (1/(1+math.Exp(-product(w, f))) - e.worth[0])
			for k, v := range f {
				gradient[k] += g * v
			}
		}
	})
}

func product(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// descend finds weights of least loss by Adam (Kingma and Ba, 2015) with steps
// that grow smaller; the losses here are smooth, so nothing finer is needed.
// Weights whose sign is not free are kept from falling below 0.
func descend(names []string, add func(w, gradient []float64)) []float64 {
	n := len(names)
	const steps, rate, beta1, beta2 = 1500, 0.15, 0.9, 0.999
	w, g := make([]float64, n), make([]float64, n)
	m, v := make([]float64, n), make([]float64, n)
	for t := 1; t <= steps; t++ {
		for k := range g {
			g[k] = ridge * w[k]
		}
		add(w, g)
		for k := range w {
			m[k] = beta1*m[k] + (1-beta1)*g[k]
			v[k] = beta2*v[k] + (1-beta2)*g[k]*g[k]
			mean, spread := m[k]/(1-math.Pow(beta1, float64(t))), v[k]/(1-math.Pow(beta2, float64(t)))
			w[k] -= rate * (1 - float64(t)/(steps+1)) * mean / (math.Sqrt(spread) + 1e-9)
			if !answer.FreeSign(names[k]) {
				w[k] = max(0, w[k])
			}
		}
	}
	return w
}
