package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
	"unicode"

	"newsdesk/article"
)

// Statistics of English news, roughly. Words follow the law of Zipf and
// Mandelbrot: the k-th most frequent one comes in proportion to
// 1 / (zipfV + k)^zipfS, where the first are real function words.
const (
	zipfS     = 1.1
	zipfV     = 1.7
	lexicon   = 1 << 20 // words in all
	peopleMax = 1 << 14

	partWords    = 138   // of what articles are made of
	cutOfPart    = 0.866 // passages that the index makes of one, in the mean
	maxParts     = 7     // of an article
	minSentence  = 8     // words
	maxSentence  = 30
	topicWords   = 12 // words that an article keeps coming back to
	topicPeople  = 3
	perParagraph = 3 // sentences

	// News comes in bursts: some articles in a row tell of one story, within
	// some days, and share half of their words and all but one of their people.
	storyArticles = 6
	storyDays     = 4
	storyWords    = topicWords / 2

	generatedDays = 730 // over which the articles are spread
)

// functionWords come first in frequency, as in any English text.
const functionWords = `the of to and in a that is for on was with as he it by at from his be
	has have an are said but not this who they their will were its had been more after would
	which she or one about her when out what up than all we there no some so`

// Made is a corpus of made-up articles. The same seed and number of passages
// give the same bytes for ever.
type Made struct {
	Seed      uint64
	Articles  int
	TextBytes int64 // of titles and texts

	lastParts int // parts of the last article, where fewer would be too few
	size      int64
	common    []string // the function words
}

// madeFirst is when the first made-up article may come out; madeLast is when
// all have.
var (
	madeFirst = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	madeLast  = madeFirst.AddDate(0, 0, generatedDays)
)

// Generate prepares a corpus of about so many passages. It goes through all of
// it once to learn its size, and holds one article at a time.
func Generate(ctx context.Context, seed uint64, passages int) (*Made, error) {
	m := &Made{Seed: seed, common: strings.Fields(functionWords)}
	wanted := int(math.Ceil(float64(passages) / cutOfPart))
	for parts := 0; parts < wanted; m.Articles++ {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("make up articles: %w", context.Cause(ctx))
		}
		w := m.writer(m.Articles)
		m.lastParts = min(w.parts, wanted-parts)
		w.parts = m.lastParts
		parts += w.parts
		a := w.article()
		m.size += int64(len(line(a)))
		m.TextBytes += int64(len(a.Title) + len(a.Text))
	}
	return m, nil
}

// madeArticle is an article in the form of its line.
type madeArticle struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Source    string `json:"source"`
	URL       string `json:"url"`
	Published string `json:"published"`
	Text      string `json:"text"`

	sentences []string
}

func line(a madeArticle) []byte {
	raw, err := json.Marshal(a)
	if err != nil {
		panic(err) // strings can always be written
	}
	return append(raw, '\n')
}

// article makes the n-th article, from 0.
func (m *Made) article(n int) madeArticle {
	w := m.writer(n)
	if n == m.Articles-1 {
		w.parts = m.lastParts
	}
	return w.article()
}

// A writer writes one article.
type writer struct {
	m      *Made
	n      int
	random *rand.Rand
	words  *rand.Zipf
	people *rand.Zipf

	parts     int
	published time.Time
	topic     []string
	heroes    []string
}

// Streams of random numbers. Each article has that of its number.
const (
	storyStream    = 1 << 62 // and each story that of its number behind this
	questionStream = 1 << 63
)

func (m *Made) draws(n int, stream uint64) *writer {
	random := rand.New(rand.NewPCG(m.Seed, stream))
	return &writer{
		m: m, n: n, random: random,
		words:  rand.NewZipf(random, zipfS, zipfV, lexicon-1),
		people: rand.NewZipf(random, zipfS, 20, peopleMax-1),
	}
}

func (m *Made) writer(n int) *writer {
	const minutes = 24 * 60
	w, story := m.draws(n, uint64(n)), m.draws(n, storyStream+uint64(n/storyArticles))
	w.parts = 1 + w.random.IntN(maxParts)
	w.published = madeFirst.Add(time.Duration(story.random.IntN((generatedDays-storyDays)*minutes)+w.random.IntN(storyDays*minutes)) * time.Minute)
	w.topic = append(story.theme(storyWords), w.theme(topicWords-storyWords)...)
	for range topicPeople - 1 {
		w.heroes = append(w.heroes, story.name())
	}
	w.heroes = append(w.heroes, w.name())
	return w
}

// theme draws words that an article comes back to. The frequent ones say
// nothing of what it is about.
func (w *writer) theme(n int) []string {
	var list []string
	for range n {
		list = append(list, w.m.word(200+w.words.Uint64()*7))
	}
	return list
}

func (w *writer) article() madeArticle {
	random := w.random
	outlet := w.m.word(500 + uint64(random.IntN(40)))
	a := madeArticle{
		ID:        fmt.Sprintf("made-%08d", w.n),
		Source:    strings.ToUpper(outlet[:1]) + outlet[1:] + " News",
		URL:       fmt.Sprintf("https://%s.example/%s/%d", outlet, w.published.Format("2006/01/02"), w.n),
		Published: article.FormatDate(w.published),
	}
	title := []string{w.heroes[0]}
	for range 4 + random.IntN(3) {
		title = append(title, w.word())
	}
	a.Title = strings.Join(title, " ")
	for words := 0; words < w.parts*partWords; {
		s := w.sentence()
		words += len(s)
		a.sentences = append(a.sentences, strings.Join(s, " ")+".")
	}
	var text strings.Builder
	for i, s := range a.sentences {
		switch {
		case i == 0:
		case i%perParagraph == 0:
			text.WriteString("\n\n")
		default:
			text.WriteByte(' ')
		}
		text.WriteString(s)
	}
	a.Text = text.String()
	return a
}

// sentence returns the words of a sentence, without its full stop.
func (w *writer) sentence() []string {
	n := minSentence + w.random.IntN(maxSentence-minSentence+1)
	var s []string
	for len(s) < n {
		switch p := w.random.IntN(100); {
		case p < 4:
			s = append(s, strings.Fields(w.heroes[w.random.IntN(len(w.heroes))])...)
		case p < 6:
			s = append(s, strings.Fields(w.name())...)
		case p < 7:
			s = append(s, "on", fmt.Sprint(1+w.random.IntN(28)), time.Month(1+w.random.IntN(12)).String())
		case p < 9:
			s = append(s, fmt.Sprint(w.random.IntN(1000)))
		default:
			s = append(s, w.word())
		}
	}
	if first := []rune(s[0]); unicode.IsLower(first[0]) {
		first[0] = unicode.ToUpper(first[0])
		s[0] = string(first)
	}
	return s
}

// word draws a word: now and then one of the article's own, since words come
// in clusters.
func (w *writer) word() string {
	if w.random.IntN(8) == 0 {
		return w.topic[w.random.IntN(len(w.topic))]
	}
	return w.m.word(w.words.Uint64())
}

func (w *writer) name() string {
	k := w.people.Uint64()
	return capital(madeWord(k%977)) + " " + capital(madeWord(1000+k))
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// word returns the k-th most frequent word, from 0.
func (m *Made) word(k uint64) string {
	if k < uint64(len(m.common)) {
		return m.common[k]
	}
	return madeWord(k - uint64(len(m.common)))
}

const (
	consonants = "tnsrldmkpbgvfzhwjc"
	vowels     = "aeiou"
)

// madeWord spells a number in syllables of a consonant and a vowel, two at
// least; no two numbers have the same word.
func madeWord(k uint64) string {
	const syllables = uint64(len(consonants) * len(vowels))
	k += syllables // to a second syllable
	var b []byte
	for ; k > 0; k /= syllables {
		s := k % syllables
		b = append(b, consonants[s%uint64(len(consonants))], vowels[s/uint64(len(consonants))])
	}
	return string(b)
}

// questionWords open the questions that Ask makes up.
const questionWords = "who what when where why how which"

// questionLength is the number of words of a made-up question.
const questionLength = 10

// Ask makes up n questions of ten words about the articles, stop-words
// included, as people type them. Each can be answered by some sentence.
func (m *Made) Ask(n int) []string {
	random := rand.New(rand.NewPCG(m.Seed, questionStream))
	openings := strings.Fields(questionWords)
	list := make([]string, n)
	for i := range list {
		a := m.article(random.IntN(m.Articles))
		s := a.sentences[random.IntN(len(a.sentences))]
		words := strings.Fields(strings.TrimSuffix(s, "."))
		asked := []string{openings[random.IntN(len(openings))], "did"}
		from := random.IntN(len(words) - minSentence + 1)
		asked = append(asked, words[from:from+questionLength-len(asked)]...)
		if slices.IndexFunc(asked[2:], m.says) < 0 {
			asked[2] = a.Title[:strings.IndexByte(a.Title, ' ')]
		}
		list[i] = capital(strings.Join(asked, " ")) + "?"
	}
	return list
}

// says reports whether a word is more than a function word.
func (m *Made) says(word string) bool { return !slices.Contains(m.common, strings.ToLower(word)) }
