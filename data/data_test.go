package data

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"go.yaml.in/yaml/v4"
)

const (
	minArticles    = 30
	minWords       = 120 // of an article's body
	minQuestions   = 60  // with known answers
	minUnanswered  = 25  // that the collection cannot answer
	publishedUntil = "2025-11-27"
)

// A sample is one file of the collection, taken apart.
type sample struct {
	ID        string
	Title     string
	Source    string
	Published string
	URL       string
	Language  string

	body string
}

// parseSample splits a file into its front matter and its body.
func parseSample(raw string) (sample, error) {
	rest, ok := strings.CutPrefix(raw, "---\n")
	if !ok {
		return sample{}, fmt.Errorf("the file does not begin with front matter")
	}
	front, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return sample{}, fmt.Errorf("the front matter is not closed")
	}
	s := sample{body: body}
	if err := yaml.Unmarshal([]byte(front), &s); err != nil {
		return sample{}, fmt.Errorf("read front matter: %w", err)
	}
	return s, nil
}

// samples reads the whole collection, by file name.
func samples(t *testing.T) map[string]sample {
	t.Helper()
	all := map[string]sample{}
	err := fs.WalkDir(Sample(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(Sample(), name)
		if err != nil {
			return err
		}
		s, err := parseSample(string(raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		all[name] = s
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var fileName = regexp.MustCompile(`^(\d{4})/(\d{2})/((\d{4})-(\d{2})-\d{2})-[a-z0-9-]+\.md$`)

// publishedDay returns the UTC day of a date that front matter states.
func publishedDay(published string) (string, error) {
	if _, err := time.Parse(time.DateOnly, published); err == nil {
		return published, nil
	}
	at, err := time.Parse(time.RFC3339, published)
	if err != nil {
		return "", err
	}
	return at.UTC().Format(time.DateOnly), nil
}

func TestEverySampleIsComplete(t *testing.T) {
	all := samples(t)
	if len(all) < minArticles {
		t.Errorf("got %d articles, want at least %d", len(all), minArticles)
	}
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			if s.Title == "" || s.Language != "en" {
				t.Errorf("got title %q and language %q, want a title and en", s.Title, s.Language)
			}
			if !strings.HasPrefix(s.Source, "Sample ") {
				t.Errorf("got source %q, want one of the sample's own", s.Source)
			}
			u, err := url.Parse(s.URL)
			if err != nil || u.Scheme != "https" || !strings.HasSuffix(u.Host, ".example") {
				t.Errorf("got url %q, want an https address under .example", s.URL)
			}
			if n := len(strings.Fields(s.body)); n < minWords {
				t.Errorf("got %d words, want at least %d", n, minWords)
			}
		})
	}
}

func TestFileNamesStateTheDayOfPublication(t *testing.T) {
	for name, s := range samples(t) {
		m := fileName.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s: want a name like 2025/11/2025-11-26-kremlin-visit.md", name)
			continue
		}
		if m[1] != m[4] || m[2] != m[5] {
			t.Errorf("%s: the folders do not fit the day in the file's name", name)
		}
		day, err := publishedDay(s.Published)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if day != m[3] {
			t.Errorf("%s: got published on %s", name, day)
		}
		if day > publishedUntil {
			t.Errorf("%s: got published on %s, want none after %s, the day of the questions", name, day, publishedUntil)
		}
		if want := strings.ReplaceAll(m[3], "-", "/"); !strings.Contains(s.URL, want) {
			t.Errorf("%s: got url %s, want one with %s", name, s.URL, want)
		}
	}
}

func TestNoTwoSamplesShareAName(t *testing.T) {
	seen := map[string]string{}
	for name, s := range samples(t) {
		for _, key := range []string{"id " + s.ID, "url " + s.URL, "title " + plain(s.Title)} {
			if key == "id " {
				continue // the field is optional
			}
			if other, ok := seen[key]; ok {
				t.Errorf("%s and %s share the %s", name, other, key)
			}
			seen[key] = name
		}
	}
}

// The country stands in the questions for what the collection knows nothing of.
func TestNoSampleMentionsNauru(t *testing.T) {
	for name, s := range samples(t) {
		if strings.Contains(strings.ToLower(s.Title+s.body), "nauru") {
			t.Errorf("%s mentions Nauru", name)
		}
	}
}

// A question is one line of questions.jsonl.
type question struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Now      string   `json:"now"`
	Answers  []string `json:"answers"` // each stands in File, and would do
	File     string   `json:"file"`    // one article that answers; others may too
	Null     bool     `json:"null"`    // nothing in the collection answers
}

// questions reads questions.jsonl, strictly.
func questions(t *testing.T) []question {
	t.Helper()
	raw, err := os.ReadFile("questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []question
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		var q question
		if err := dec.Decode(&q); err != nil {
			t.Fatalf("questions.jsonl:%d: %v", n, err)
		}
		all = append(all, q)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// plain keeps the letters and digits of s in lower case, one space between the
// words and at both ends, so that "3" is not found within "31".
func plain(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return " " + strings.Join(words, " ") + " "
}

func TestAnswersStandInTheirArticles(t *testing.T) {
	all := samples(t)
	known, unanswered := 0, 0
	for _, q := range questions(t) {
		if q.Null {
			unanswered++
			if len(q.Answers) > 0 || q.File != "" {
				t.Errorf("%s: cannot be answered, yet names answers or a file", q.ID)
			}
			continue
		}
		known++
		s, ok := all[path.Clean(q.File)]
		if !ok {
			t.Errorf("%s: there is no article %q", q.ID, q.File)
			continue
		}
		if len(q.Answers) == 0 {
			t.Errorf("%s: has no answer; set null if there is none", q.ID)
		}
		for _, answer := range q.Answers {
			if p := plain(answer); p == "  " || !strings.Contains(plain(s.body), p) {
				t.Errorf("%s: %q does not stand in %s", q.ID, answer, q.File)
			}
		}
	}
	if known < minQuestions || unanswered < minUnanswered {
		t.Errorf("got %d questions with answers and %d without, want at least %d and %d",
			known, unanswered, minQuestions, minUnanswered)
	}
}

func TestQuestionsAreAskedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range questions(t) {
		if q.ID == "" || seen[q.ID] || seen[plain(q.Question)] {
			t.Errorf("%s: the id or the question %q is empty or comes twice", q.ID, q.Question)
		}
		seen[q.ID], seen[plain(q.Question)] = true, true
		if q.Now != publishedUntil {
			t.Errorf("%s: got now %q, want %s", q.ID, q.Now, publishedUntil)
		}
	}
}

func TestBrokenFrontMatterIsNoticed(t *testing.T) {
	for name, raw := range map[string]string{
		"none at all":  "A text.\n",
		"never closed": "---\ntitle: A\n\nA text.\n",
		"not YAML":     "---\ntitle: a: b\n---\n\nA text.\n",
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := parseSample(raw); err == nil {
				t.Errorf("got %+v, want an error", s)
			}
		})
	}
}
