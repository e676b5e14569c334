package article

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// wordsOf makes up n words out of a small language, the same for one seed.
func wordsOf(seed uint64, n int) []string {
	r := rand.New(rand.NewPCG(seed, 1))
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("word%d", r.IntN(2000))
	}
	return words
}

// setResemblance is the Jaccard index worked out the plain way.
func setResemblance(a, b string) float64 {
	shingles := func(text string) map[string]bool {
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '.' || r == ',' })
		set := make(map[string]bool)
		for i := range max(0, len(words)-shingleWords+1) {
			set[strings.Join(words[i:i+shingleWords], " ")] = true
		}
		return set
	}
	one, two := shingles(a), shingles(b)
	both := 0
	for s := range one {
		if two[s] {
			both++
		}
	}
	return float64(both) / float64(len(one)+len(two)-both)
}

func TestShinglesAreExact(t *testing.T) {
	for seed := range uint64(50) {
		words := wordsOf(seed, 300)
		cut := 20 + int(seed)*5
		a := strings.Join(words, " ")
		b := strings.Join(append(wordsOf(seed+1000, cut), words[cut:]...), " ")
		one, two := ShinglesOf(a), ShinglesOf(strings.ToUpper(b))
		if got, want := one.Resemblance(two), setResemblance(a, b); math.Abs(got-want) > 1e-9 {
			t.Errorf("seed %d: got a resemblance of %v, want %v", seed, got, want)
		}
		if got := one.Containment(ShinglesOf(strings.Join(words[50:200], " "))); got != 1 {
			t.Errorf("seed %d: got a containment of %v of a piece, want 1", seed, got)
		}
	}
}

func TestResemblance(t *testing.T) {
	const text = "The port of Amber will be closed for a week, the mayor said."
	for _, tt := range []struct {
		name, a, b string
		want       float64
	}{
		{"the same text", text, text, 1},
		{"other marks, capitals and spaces", text, "THE PORT of “Amber” will be\n\nclosed; for a week – the mayor said", 1},
		{"letters beyond ASCII in either case", "ÉTÉ à Genève avec Łukasz Öz", "été À GENÈVE avec łukasz öz", 1},
		{"one word of thirteen at the end", text, strings.Replace(text, "said", "announced", 1), 8.0 / 10},
		{"nothing in common", text, "Otters have returned to the river after sixty years of absence.", 0},
		{"short texts that are the same", "Port closed.", "port closed", 1},
		{"short texts that are not", "Port closed.", "Port open.", 0},
		{"no word", "…", "!", 0},
		{"scripts without spaces", "琥珀港明天关闭一周", "琥珀港明天关闭一天", 4.0 / 6},
	} {
		if got := ShinglesOf(tt.a).Resemblance(ShinglesOf(tt.b)); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		// Texts as short as these stand in their sketches whole.
		if got := SketchOf(tt.a).Resemblance(SketchOf(tt.b)); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: got an estimate of %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestSketchKeepsItsBound holds the estimates' errors against the standard
// deviation that Resemblance states.
func TestSketchKeepsItsBound(t *testing.T) {
	for _, share := range []int{5, 3, 2} { // one part in so many is another text
		squares, sum, n := 0.0, 0.0, 400
		for seed := range uint64(n) {
			words := wordsOf(seed, 900)
			other := append(wordsOf(seed+5000, 900/share), words[900/share:]...)
			a, b := strings.Join(words, " "), strings.Join(other, " ")
			off := SketchOf(a).Resemblance(SketchOf(b)) - ShinglesOf(a).Resemblance(ShinglesOf(b))
			squares, sum = squares+off*off, sum+off
		}
		if sd := math.Sqrt(squares / float64(n)); sd > 1.15*0.0625 {
			t.Errorf("1/%d changed: got a standard error of %.4f, want at most 0.0625", share, sd)
		}
		if bias := math.Abs(sum / float64(n)); bias > 4*0.0625/math.Sqrt(float64(n)) {
			t.Errorf("1/%d changed: got a bias of %.4f, want none", share, bias)
		}
	}
}

func TestSketchTellsExcerpts(t *testing.T) {
	words := wordsOf(1, 1200)
	whole, piece := strings.Join(words, " "), strings.Join(words[:300], " ")
	if share, from := SketchOf(whole).Containment(SketchOf(piece)); share != 1 || from < 8 {
		t.Errorf("got %v of %d shingles, want all of some", share, from)
	}
	if share, _ := SketchOf(whole).Containment(SketchOf(strings.Join(wordsOf(2, 300), " "))); share != 0 {
		t.Errorf("another text: got %v, want 0", share)
	}
}

func TestAlikeFindsCopies(t *testing.T) {
	var sketches []Sketch
	for seed := range uint64(300) { // texts 2n and 2n+1 resemble each other by about 0.75
		words := wordsOf(seed, 600)
		sketches = append(sketches, SketchOf(strings.Join(words, " ")), SketchOf(strings.Join(words[:450], " ")))
	}
	sketches = append(sketches, Sketch{}, nil)
	found := make(map[[2]int]bool)
	for _, p := range Alike(sketches) {
		if p[0] >= p[1] || found[p] {
			t.Errorf("got the pair %v twice or the wrong way round", p)
		}
		found[p] = true
	}
	for i := range 300 {
		if !found[[2]int{2 * i, 2*i + 1}] {
			t.Errorf("the pair %d is missed", i)
		}
	}
	if len(found) > 310 {
		t.Errorf("got %d pairs, want little more than 300", len(found))
	}
}

func FuzzResemblance(f *testing.F) {
	f.Add("The port is closed.", "the PORT is closed")
	f.Add("\xff\xfe é 琥珀", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		one, two := ShinglesOf(a), ShinglesOf(b)
		r, c := one.Resemblance(two), one.Containment(two)
		if r < 0 || r > c || c > 1 || r != two.Resemblance(one) {
			t.Errorf("got a resemblance of %v and a containment of %v", r, c)
		}
		s := SketchOf(a)
		if got := UnpackSketch(s.Pack()); fmt.Sprint(got) != fmt.Sprint(s) || len(s) > sketchSize {
			t.Errorf("the sketch %v came back as %v", s, got)
		}
		if len(one) > 0 && (one.Resemblance(one) != 1 || s.Resemblance(s) != 1) {
			t.Errorf("a text does not resemble itself")
		}
	})
}
