package answer

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// A Model is the learnt weights by which passages are ranked, sentences
// chosen and confidence told. Each part is linear in its features, which are
// between 0 and 1; a feature without a weight counts nothing.
type Model struct {
	LearntOn   string             `json:"learnt_on"` // for people
	Passage    map[string]float64 `json:"passage"`
	Sentence   map[string]float64 `json:"sentence"`
	Confidence map[string]float64 `json:"confidence"` // of a logistic regression
}

//go:embed model.json
var modelJSON []byte

// Builtin returns the model that comes with the program.
func Builtin() Model {
	var m Model
	if err := json.Unmarshal(modelJSON, &m); err != nil {
		panic(err) // the embedded file is wrong
	}
	return m
}

// weights are a model in the order of the features.
type weights struct {
	passage, sentence, confidence []float64
}

func (m Model) weights() (w weights, err error) {
	for _, part := range []struct {
		name  string
		names []string
		from  map[string]float64
		to    *[]float64
	}{
		{"passage", PassageFeatures, m.Passage, &w.passage},
		{"sentence", SentenceFeatures, m.Sentence, &w.sentence},
		{"confidence", ConfidenceFeatures, m.Confidence, &w.confidence},
	} {
		*part.to = make([]float64, len(part.names))
		for name, weight := range part.from {
			i := slices.Index(part.names, name)
			if i < 0 {
				return w, fmt.Errorf("model: no %s feature is called %q", part.name, name)
			}
			(*part.to)[i] = weight
		}
	}
	w.passage[pOutlet] = max(w.passage[pOutlet], outletWeight)
	w.sentence[sAgent] = max(w.sentence[sAgent], agentWeight)
	return w, nil
}

// The least weights of features of which the meaning is plain, and which too
// few questions of the learning sets show: whoever names an outlet means it,
// and "Who confirmed …" wants the one who did. By the model's scale what has
// the feature comes before what is e^4, about 50, times as likely an answer
// otherwise.
const (
	outletWeight = 4.0
	agentWeight  = 4.0
)

func dot(weights, features []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * features[i]
	}
	return sum
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
