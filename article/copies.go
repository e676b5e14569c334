package article

import "math"

// CopyFrom is the resemblance of two texts (see Shingles) from which they are
// copies: with another headline, a few words changed, a paragraph dropped.
const CopyFrom = 0.7

// What was cut down to some of its paragraphs resembles the whole too little
// to be a copy, but is as little a text of its own: an excerpt.
const (
	excerptFrom = 0.8 // containment of the shorter text in the longer

	// excerptShingles is how many shingles an excerpt has at least: of a line
	// or two it cannot be told who wrote them.
	excerptShingles = 20
)

// Copies reports whether two texts are copies of one another.
func (s Shingles) Copies(t Shingles) bool { return s.Resemblance(t) >= CopyFrom }

// Excerpts reports whether one of two texts is an excerpt of the other: 20
// shingles or more, of which 0.8 stand in the other.
func (s Shingles) Excerpts(t Shingles) bool {
	return min(len(s), len(t)) >= excerptShingles && s.Containment(t) >= excerptFrom
}

// Sketches rule out most pairs, and the texts of the rest are compared whole.
// Four standard deviations below what is looked for, a sketch misses one pair
// in 30,000.
const (
	suspectFrom    = CopyFrom - 4*0.0573 // √(0.7·0.3/64)
	excerptMargins = 4 * 0.4             // √(0.8·0.2), to be divided by the root of the sample
)

// MayCopy reports whether the sketches leave it open that their texts are
// copies.
func (s Sketch) MayCopy(t Sketch) bool { return s.Resemblance(t) >= suspectFrom }

// MayExcerpt reports whether the sketches leave it open that one of their texts
// is an excerpt of the other.
func (s Sketch) MayExcerpt(t Sketch) bool {
	share, from := s.Containment(t)
	return share >= excerptFrom-excerptMargins/math.Sqrt(float64(from))
}
