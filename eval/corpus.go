package eval

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
)

// maxAnswerWords is the length of the longest answer that is looked for word
// for word. What is longer is the question's author retelling the article.
const maxAnswerWords = 8

// facts are what the corpus says of one question.
type facts struct {
	now    time.Time // when it is asked; may be zero
	window time.Time // now where the question states one, else zero

	phrases  []string        // the answers, flattened; nil where no article holds one
	articles map[string]bool // ids of those that the question file names
	editors  map[string]bool
	file     string   // that it names, clean; articles holds its ids after scan
	without  []string // ids of all articles that answer
	unheld   bool     // answers are named, yet no article holds one
}

// scan reads the corpus and finds the articles that answer each question.
// Records that cannot be read are not there, as for the index.
func scan(ctx context.Context, corpus fs.FS, questions []Question, now time.Time) ([]facts, error) {
	list := make([]facts, len(questions))
	byFile := make(map[string][]string) // ids by file, of the files that questions name
	for i, q := range questions {
		f := &list[i]
		f.now, f.window = q.Now, q.Now
		if f.now.IsZero() {
			f.now = now
		}
		for _, a := range q.Answers {
			if len(strings.Fields(a)) <= maxAnswerWords {
				f.phrases = append(f.phrases, flatten(a).letters)
			}
		}
		f.articles, f.editors = set(q.Articles), set(q.Editors)
		if q.File != "" {
			f.file = path.Clean(q.File)
			byFile[f.file] = nil
		}
	}
	held := make([][]string, len(questions))
	if err := readAll(ctx, corpus, func(file string, a article.Article) {
		if ids, ok := byFile[file]; ok {
			byFile[file] = append(ids, a.ID)
		}
		text := flatten(a.Title + "\n" + a.Text)
		for i := range list {
			if list[i].mayAnswer(a.ID, file, a.Published) && text.holdsAny(list[i].phrases) {
				held[i] = append(held[i], a.ID)
			}
		}
	}); err != nil {
		return nil, err
	}
	for i, q := range questions {
		named := slices.Concat(q.Articles, q.Editors)
		if file := list[i].file; file != "" {
			ids := byFile[file]
			if len(ids) == 0 {
				return nil, fmt.Errorf("question %s: the corpus holds no article in %s: give the corpus that the questions were written for", q.ID, q.File)
			}
			for _, id := range ids {
				list[i].articles[id] = true
			}
			named = append(named, ids...)
		}
		list[i].conclude(held[i], named)
	}
	return list, nil
}

// mayAnswer reports whether an article came out when news of the question did,
// or is named to answer it, however old.
func (f *facts) mayAnswer(id, file string, published time.Time) bool {
	return inWindow(published, f.window) || f.articles[id] || f.editors[id] || file != "" && file == f.file
}

// conclude takes in which articles hold an answer, and which the question file
// names, by id.
func (f *facts) conclude(held, named []string) {
	if len(held) == 0 {
		f.unheld = len(f.phrases) > 0
		f.phrases = nil
	}
	seen := make(map[string]bool)
	for _, id := range slices.Concat(held, named) {
		if !seen[id] {
			seen[id] = true
			f.without = append(f.without, id)
		}
	}
}

func readAll(ctx context.Context, corpus fs.FS, each func(file string, a article.Article)) error {
	files, _, err := article.Files(ctx, corpus)
	if err != nil {
		return err
	}
	for _, file := range files {
		for a, problem := range article.Read(ctx, corpus, file.Path) {
			if problem == nil {
				each(file.Path, a)
			}
		}
		if ctx.Err() != nil {
			return fmt.Errorf("read the corpus: %w", context.Cause(ctx))
		}
	}
	return nil
}

func set(ids []string) map[string]bool {
	m := make(map[string]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}
