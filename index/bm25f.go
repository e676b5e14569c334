package index

import "math"

// BM25F after Robertson and Zaragoza, "The Probabilistic Relevance Framework:
// BM25 and Beyond" (2009), section 3.6: a term's frequencies in the fields are
// weighted, each normalised by its field's length, and summed before the
// saturation. The texts of passages are cut to nearly one length, so it
// matters little there.
const (
	k1 = 1.2

	weightText, bText       = 1.0, 0.4
	weightTitle, bTitle     = 1.2, 0.5
	weightHeading, bHeading = 0.5, 0.5
)

// idf is the inverse document frequency in the form that is never negative.
func idf(docs, holding int) float64 {
	return math.Log(1 + (float64(docs)-float64(holding)+0.5)/(float64(holding)+0.5))
}

// HighestScore is what a term of that inverse document frequency adds to a
// score at most.
func HighestScore(idf float64) float64 { return idf * (k1 + 1) }

// scoreUnit is the unit of scores while they are summed up, as whole numbers:
// so a sum does not depend on its order, nor on what a search left out.
const scoreUnit = 1.0 / (1 << 32)

// contribution is what a term adds to a score, in scoreUnit. It grows with the
// frequency. The conversions keep processors from fusing the operations, which
// would round differently.
func contribution(weight, frequency float64) int64 {
	return int64(math.Round(float64(weight*frequency*(k1+1)) / (float64(k1) + frequency) / scoreUnit))
}

// normTable is up to which length norms are worked out beforehand.
const normTable = 512

// norms turn how often a term stands in a passage into BM25F's frequency.
type norms struct {
	fields [3]fieldNorms // of text, title and heading
}

type fieldNorms struct {
	weight, b, mean float64
	table           [normTable]float64
}

func newNorms(sum lengths, docs int) norms {
	n := float64(max(docs, 1))
	norms := norms{[3]fieldNorms{
		{weight: weightText, b: bText, mean: float64(sum.Text) / n},
		{weight: weightTitle, b: bTitle, mean: float64(sum.Title) / n},
		{weight: weightHeading, b: bHeading, mean: float64(sum.Heading) / n},
	}}
	for i := range norms.fields {
		f := &norms.fields[i]
		for length := range f.table {
			f.table[length] = f.compute(length)
		}
	}
	return norms
}

func (f *fieldNorms) compute(length int) float64 {
	if f.mean == 0 {
		return 0 // nothing has the field
	}
	return f.weight / (1 - f.b + f.b*float64(length)/f.mean)
}

func (f *fieldNorms) of(length int) float64 {
	if length < normTable {
		return f.table[length]
	}
	return f.compute(length)
}

// frequency is BM25F's frequency of a term in a passage of these lengths.
func (n *norms) frequency(term, lengths frequencies) float64 {
	sum := 0.0
	if term.text > 0 {
		sum = float64(float64(term.text) * n.fields[0].of(int(lengths.text)))
	}
	if term.title > 0 {
		sum += float64(float64(term.title) * n.fields[1].of(int(lengths.title)))
	}
	if term.heading > 0 {
		sum += float64(float64(term.heading) * n.fields[2].of(int(lengths.heading)))
	}
	return sum
}

func (n *norms) means() [3]float64 {
	return [3]float64{n.fields[0].mean, n.fields[1].mean, n.fields[2].mean}
}

// growth is by how much a frequency can be higher than with other means of the
// lengths. Where a mean grows from m to n, the part (1-b+bl/m) / (1-b+bl/n)
// of a field's norm grows with the length l, to n/m at most.
func (n *norms) growth(from [3]float64) float64 {
	growth := 1.0
	for i, f := range n.fields {
		if from[i] > 0 {
			growth = max(growth, f.mean/from[i])
		}
	}
	return growth * (1 + 1e-9) // rounding
}
