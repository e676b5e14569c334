package eval

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"newsdesk/article"
)

// A Question is a question of which it is known what answers it.
type Question struct {
	ID   string
	Text string
	Type string // the kind of question; as the file has it, else by its question word

	// Now is when it is asked, the end of the day where only a day is stated;
	// zero where nothing is.
	Now time.Time

	// Answers are words of which each would do.
	Answers []string

	// What answers, as far as the file names it: articles by id, those of them
	// that the makers of the question had in mind, and a file of the corpus.
	Articles, Editors []string
	File              string

	// Null says that nothing in the corpus answers.
	Null bool
}

// questionJSON is a line of a question file.
type questionJSON struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Type     string   `json:"type"`
	Now      string   `json:"now"`
	Answers  []string `json:"answers"`
	Articles []string `json:"article_ids"`
	Editors  []string `json:"editor_ids"`
	File     string   `json:"file"`
	Null     bool     `json:"null"`
}

const (
	maxLine        = 1 << 20 // bytes of one question
	maxBadLines    = 10      // to be reported
	gzipMagic      = "\x1f\x8b"
	unnamedPattern = "line " // begins the id of a question without one
)

// ReadQuestions reads a question file, JSON lines that may be gzipped: one
// object a line with "question" and, as far as known, "id", "type", "now",
// "answers", "article_ids", "editor_ids", "file" (of the corpus) and "null".
// Its error names every bad line, the first ten at most, by the given name.
func ReadQuestions(in io.Reader, name string) ([]Question, error) {
	buffered := bufio.NewReader(in)
	var text io.Reader = buffered
	if head, _ := buffered.Peek(len(gzipMagic)); string(head) == gzipMagic {
		unpacked, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("read questions %s: %w", name, err)
		}
		text = unpacked
	}
	var list []Question
	var problems []error
	lineOf := make(map[string]int)
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		q, err := parseQuestion(line)
		if q.ID == "" {
			q.ID = unnamedPattern + strconv.Itoa(n)
		}
		if first := lineOf[q.ID]; err == nil && first > 0 {
			err = fmt.Errorf("the id %q stands in line %d already: ids tell the questions apart", q.ID, first)
		}
		if err != nil {
			if problems = append(problems, fmt.Errorf("%s:%d: %w", name, n, err)); len(problems) == maxBadLines {
				break
			}
			continue
		}
		lineOf[q.ID] = n
		list = append(list, q)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		problems = append(problems, fmt.Errorf("%s:%d: the line is longer than %d bytes: write one question a line", name, n+1, maxLine))
	case err != nil:
		problems = append(problems, fmt.Errorf("%s:%d: %w", name, n+1, err))
	case len(list) == 0 && len(problems) == 0:
		problems = append(problems, fmt.Errorf(`%s holds no questions: write one a line, like {"question":"…","answers":["…"]}`, name))
	}
	return list, errors.Join(problems...)
}

func parseQuestion(line []byte) (Question, error) {
	var in questionJSON
	if err := json.Unmarshal(line, &in); err != nil {
		return Question{}, fmt.Errorf(`%w: want an object like {"question":"…","answers":["…"]}`, err)
	}
	q := Question{
		ID: in.ID, Text: in.Question, Type: in.Type, Answers: in.Answers,
		Articles: in.Articles, Editors: in.Editors, File: in.File, Null: in.Null,
	}
	if q.Type == "" {
		q.Type = typeOf(q.Text)
	}
	if in.Now != "" {
		t, err := article.ParseDate(in.Now)
		if err != nil {
			return q, fmt.Errorf("now %q: %w", in.Now, err)
		}
		q.Now = endOfDay(t)
	}
	known := len(q.Answers) + len(q.Articles) + len(q.Editors)
	switch {
	case strings.TrimSpace(q.Text) == "":
		return q, errors.New(`"question" is empty`)
	case q.Null && (known > 0 || q.File != ""):
		return q, errors.New(`"null" says that nothing answers, yet an answer or article is named`)
	case !q.Null && known == 0 && q.File == "":
		return q, errors.New(`what answers is unknown: give "answers", "article_ids" or "file", or "null":true`)
	}
	for _, a := range q.Answers {
		if flatten(a).letters == "" {
			return q, fmt.Errorf("the answer %q holds no letter and no digit", a)
		}
	}
	return q, nil
}

// endOfDay moves a day to its last second, so that what came out on it counts;
// a time of day stays.
func endOfDay(t time.Time) time.Time {
	if article.DayOnly(t) {
		return t.Add(24*time.Hour - time.Second)
	}
	return t
}

// The types of questions, by their question word.
const (
	typeWho     = "who"
	typeWhen    = "when"
	typeWhere   = "where"
	typeHowMany = "how many"
	typeWhy     = "why"
	typeWhat    = "what"
	typeOther   = "other"
)

// typeOf returns the type of a question by the first question word of its last
// sentence, since what stands before only leads to it; else of all of it.
func typeOf(question string) string {
	trimmed := strings.TrimRight(question, " ?!.\"”'")
	last := trimmed
	if i := strings.LastIndexAny(trimmed, ".?!"); i >= 0 {
		last = trimmed[i+1:]
	}
	if t := typeOfWords(last); t != typeOther {
		return t
	}
	return typeOfWords(question)
}

func typeOfWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) })
	for i, w := range words {
		switch w {
		case "who", "whom", "whose":
			return typeWho
		case "when", "where", "why":
			return w
		case "what", "which":
			return typeWhat
		case "how":
			if i+1 < len(words) && (words[i+1] == "many" || words[i+1] == "much") {
				return typeHowMany
			}
			return typeOther
		}
	}
	return typeOther
}
