package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
	"newsdesk/eval"
	"newsdesk/index"
)

// A corpus is passages and questions on disk: passages as articles, for newsdesk
// and Bleve, and for the others as plain texts and as newsdesk's terms of them. A
// passage's id is its number, from 0.
type corpus struct {
	dir string
	corpusFacts
}

type corpusFacts struct {
	Made      string `json:"made"` // see fingerprint
	Seed      uint64 `json:"seed"`
	Passages  int    `json:"passages"`
	Words     int    `json:"words"`
	TextBytes int64  `json:"text_bytes"`
	Questions int    `json:"questions"`
}

// The files of a corpus.
const (
	docsDir       = "docs" // holds articles.jsonl alone, so that newsdesk can take the folder
	docsFile      = "docs/articles.jsonl"
	textsFile     = "texts"     // a line a passage
	termsFile     = "terms"     // as much, of newsdesk's terms
	questionsFile = "questions" // question, tab, terms
	factsFile     = "corpus.json"
)

func (c corpus) path(name string) string { return filepath.Join(c.dir, filepath.FromSlash(name)) }

// passageWords is how many words a passage has at least; the sentence is ended.
const passageWords = 111

// corpusForm is raised when the files change, so that none made before is used.
const corpusForm = 2

// noTitle is a title of a stop-word alone, which adds no term: all engines
// score one field, by one formula, and their results can be compared.
const noTitle = "The"

// openCorpus makes up the passages and questions, or finds them in dir.
func openCorpus(ctx context.Context, c config, dir string, size int) (corpus, error) {
	k := corpus{dir: dir, corpusFacts: corpusFacts{Seed: c.seed, Questions: c.questions + c.questions/2}}
	var err error
	if k.Made, err = fingerprint(ctx, c.seed); err != nil {
		return k, err
	}
	var before corpusFacts
	if raw, err := os.ReadFile(k.path(factsFile)); err == nil && json.Unmarshal(raw, &before) == nil &&
		before.Made == k.Made && before.Questions == k.Questions && before.Passages == size {
		k.corpusFacts = before
		return k, nil
	}
	c.say("making up %d passages", size)
	if err := os.MkdirAll(k.path(docsDir), 0o755); err != nil {
		return k, err
	}
	// Passages are cut anew and shorter, yet what is left over is left out.
	made, err := eval.Generate(ctx, c.seed, size+size/10+20)
	if err != nil {
		return k, err
	}
	if err := k.writePassages(ctx, made, size); err != nil {
		return k, fmt.Errorf("write the passages: %w", err)
	}
	if err := k.writeQuestions(made); err != nil {
		return k, fmt.Errorf("write the questions: %w", err)
	}
	return k, writeJSON(k.path(factsFile), k.corpusFacts)
}

// fingerprint tells whether a corpus that was kept is what this program would
// make up now, by its first articles and their terms.
func fingerprint(ctx context.Context, seed uint64) (string, error) {
	made, err := eval.Generate(ctx, seed, 50)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	fmt.Fprintln(sum, corpusForm)
	for a, err := range articles(ctx, made) {
		if err != nil {
			return "", err
		}
		terms, err := termsOf(a.Text)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%q %q\n", a.Text, terms)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// articles are those that were made up.
func articles(ctx context.Context, made *eval.Made) iter.Seq2[article.Article, error] {
	return func(yield func(article.Article, error) bool) {
		files, _, err := article.Files(ctx, made.FS())
		if err != nil {
			yield(article.Article{}, err)
			return
		}
		for _, file := range files {
			for a, problem := range article.Read(ctx, made.FS(), file.Path) {
				if problem != nil {
					yield(a, problem)
					return
				}
				if !yield(a, nil) {
					return
				}
			}
		}
		if ctx.Err() != nil {
			yield(article.Article{}, context.Cause(ctx))
		}
	}
}

func (k *corpus) writePassages(ctx context.Context, made *eval.Made, size int) (err error) {
	docs, closeDocs, err := create(k.path(docsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeDocs()) }()
	terms, closeTerms, err := create(k.path(termsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTerms()) }()
	texts, closeTexts, err := create(k.path(textsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTexts()) }()
	lines := json.NewEncoder(docs)
	for a, err := range articles(ctx, made) {
		if err != nil {
			return err
		}
		for n, words := range passages(a.Text) {
			if k.Passages == size {
				return nil
			}
			text := strings.Join(words, " ")
			if err := lines.Encode(document{
				ID: documentID(k.Passages), Title: noTitle, Text: text, Language: "en",
				Source: a.Source, URL: fmt.Sprintf("%s/%d", a.URL, n), Published: a.Published,
			}); err != nil {
				return err
			}
			if _, err := texts.WriteString(text + "\n"); err != nil {
				return err
			}
			t, err := termsOf(text)
			if err != nil {
				return err
			}
			if _, err := terms.WriteString(strings.Join(t, " ") + "\n"); err != nil {
				return err
			}
			k.Passages, k.Words, k.TextBytes = k.Passages+1, k.Words+len(words), k.TextBytes+int64(len(text))
		}
	}
	return fmt.Errorf("only %d passages came of what was made up", k.Passages)
}

// document is a passage in the form of an article.
type document struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Source    string    `json:"source"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"`
	Text      string    `json:"text"`
	Language  string    `json:"language"`
}

func documentID(n int) string { return fmt.Sprintf("%09d", n) }

// passages cuts a text at ends of sentences; what is left over at its end is
// left out, so that all are of about one length.
func passages(text string) [][]string {
	var list [][]string
	words, from := strings.Fields(text), 0
	for i, w := range words {
		if i+1-from >= passageWords && strings.HasSuffix(w, ".") {
			list = append(list, words[from:i+1])
			from = i + 1
		}
	}
	return list
}

// termsOf returns the terms that newsdesk's index holds of a text. Every engine
// takes them as words, so they must be letters and digits.
func termsOf(text string) ([]string, error) {
	var list []string
	for _, t := range index.Analyze(text) {
		if strings.ContainsFunc(t.Term, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
			return nil, fmt.Errorf("term %q of the made-up text is more than letters and digits", t.Term)
		}
		list = append(list, t.Term)
	}
	return list, nil
}

// writeQuestions takes those in which no term comes twice, which engines weigh
// in different ways, and no month is named, which newsdesk looks for among the
// dates of publication too.
func (k *corpus) writeQuestions(made *eval.Made) (err error) {
	out, closeOut, err := create(k.path(questionsFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeOut()) }()
	months, err := monthTerms()
	if err != nil {
		return err
	}
	isMonth := func(term string) bool { return slices.Contains(months, term) }
	left := k.Questions
	for _, q := range made.Ask(4 * k.Questions) {
		terms, err := termsOf(q)
		if err != nil {
			return err
		}
		if left == 0 || len(unique(terms)) < len(terms) || slices.ContainsFunc(terms, isMonth) {
			continue
		}
		left--
		if _, err := fmt.Fprintf(out, "%s\t%s\n", q, strings.Join(terms, " ")); err != nil {
			return err
		}
	}
	if left > 0 {
		return fmt.Errorf("only %d of %d questions have no term twice and name no month", k.Questions-left, k.Questions)
	}
	return nil
}

// monthTerms are the terms of the months' names.
func monthTerms() (list []string, err error) {
	for m := time.January; m <= time.December; m++ {
		terms, err := termsOf(m.String())
		if err != nil {
			return nil, err
		}
		list = append(list, terms...)
	}
	return list, nil
}

// questions returns the lines of the questions.
func (k *corpus) questions() ([]string, error) {
	raw, err := os.ReadFile(k.path(questionsFile))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n"), nil
}

// each calls fn with every passage, in order.
func each(dir string, fn func(document) error) error {
	in, err := os.Open(filepath.Join(dir, filepath.FromSlash(docsFile)))
	if err != nil {
		return err
	}
	defer in.Close()
	d := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	for d.More() {
		var doc document
		if err := d.Decode(&doc); err != nil {
			return fmt.Errorf("read the passages: %w", err)
		}
		if err := fn(doc); err != nil {
			return err
		}
	}
	return nil
}

// create makes a file and a buffer in front of it.
func create(path string) (*bufio.Writer, func() error, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return w, func() error { return errors.Join(w.Flush(), f.Close()) }, nil
}

// writeJSON puts a file in place whole or not at all.
func writeJSON(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(raw, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
