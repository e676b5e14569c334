package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"newsdesk/data"
	"newsdesk/eval"
	"newsdesk/index"
)

type evalCmd struct {
	Corpus    string `placeholder:"PATH" help:"Articles to ask about: a folder or a file, as reindex reads them. Default: the sample articles."`
	Questions string `placeholder:"FILE" help:"Questions with known answers, JSON lines {\"question\",\"now\",\"answers\",\"article_ids\",\"null\",…}. Default: those about the sample articles."`
	Removal   bool   `help:"Ask each question again without the articles that answer it."`
	Limit     int    `name:"limit-questions" placeholder:"N" help:"Ask only the first N questions."`
	Half      int    `placeholder:"1|2" help:"Ask only one half of the questions: the model may have been learnt on the other."`
	JSON      bool   `name:"json" help:"Print the report as JSON."`
	Save      string `placeholder:"FILE" help:"Write the report to a file, to compare later runs with."`
	Compare   string `placeholder:"FILE" help:"Compare with a report that was saved."`

	Duplicates bool `help:"Ask nothing: measure how copies of one text are found and stories grouped."`
}

func (c *evalCmd) Run(a *app) error {
	if c.Limit < 0 {
		return misuse{fmt.Errorf("--limit-questions %d: give a number of 1 or more", c.Limit)}
	}
	if c.Duplicates {
		return c.duplicates(a)
	}
	if c.Corpus != "" && c.Questions == "" {
		return misuse{errors.New("--corpus without --questions: name the questions that these articles answer")}
	}
	// Whatever may be wrong with the files shows before the long part begins.
	questions, err := c.questions()
	if err != nil {
		return err
	}
	corpus, err := c.corpus()
	if err != nil {
		return err
	}
	var before *eval.Report
	if c.Compare != "" {
		if before, err = readReport(c.Compare); err != nil {
			return err
		}
	}
	report, err := c.measure(a, corpus, questions)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := saveReport(c.Save, report); err != nil {
			return err
		}
	}
	if before != nil {
		comparison, err := eval.Compare(*before, report)
		if err != nil {
			return fmt.Errorf("compare with %s: %w", c.Compare, err)
		}
		report.Comparison = &comparison
	}
	if c.JSON {
		return writeJSON(a.stdout, report)
	}
	return report.WriteTable(a.stdout)
}

// sampleQuestions names the questions that come with the program.
const sampleQuestions = "the sample questions"

func (c *evalCmd) questions() ([]eval.Question, error) {
	var in io.Reader = strings.NewReader(data.Questions())
	name := sampleQuestions
	if c.Questions != "" {
		file, err := os.Open(c.Questions)
		if err != nil {
			return nil, fmt.Errorf("questions %s: %w", c.Questions, reason(err))
		}
		defer file.Close()
		in, name = file, c.Questions
	}
	list, err := eval.ReadQuestions(in, name)
	list = eval.Half(list, c.Half)
	if err == nil && c.Limit > 0 && c.Limit < len(list) {
		list = list[:c.Limit]
	}
	return list, err
}

func (c *evalCmd) corpus() (index.Collection, error) {
	if c.Corpus == "" {
		return sampleCollection()
	}
	path, err := filepath.Abs(c.Corpus)
	if err != nil {
		return index.Collection{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return index.Collection{}, fmt.Errorf("corpus %s: %w", c.Corpus, reason(err))
	}
	if info.IsDir() {
		return index.Collection{Name: path, FS: os.DirFS(path)}, nil
	}
	return index.Collection{Name: path, FS: oneFile(path)}, nil
}

// duplicates measures without questions.
func (c *evalCmd) duplicates(a *app) error {
	if c.Questions != "" || c.Removal || c.Limit > 0 || c.Half > 0 || c.Save != "" || c.Compare != "" {
		return misuse{errors.New("--duplicates asks no questions: give it with --corpus, --json and --index alone")}
	}
	corpus, err := c.corpus()
	if err != nil {
		return err
	}
	x, done, err := c.built(a, corpus)
	if err != nil {
		return err
	}
	defer done()
	report, err := eval.MeasureDuplicates(a.ctx, x, corpus.FS)
	if err != nil {
		return err
	}
	if report.Corpus = samplePrefix; c.Corpus != "" {
		report.Corpus = filepath.Base(corpus.Name)
	}
	if c.JSON {
		return writeJSON(a.stdout, report)
	}
	return report.WriteTable(a.stdout)
}

// built builds the index, in a folder of its own that goes with done unless
// one was named.
func (c *evalCmd) built(a *app, corpus index.Collection) (x *index.Index, done func(), err error) {
	dir, temp := a.indexDir, ""
	if !a.ownIndex {
		if temp, err = os.MkdirTemp("", "newsdesk-eval-"); err != nil {
			return nil, nil, err
		}
		dir = temp
	}
	done = func() {
		if x != nil {
			_ = x.Close()
		}
		if temp != "" {
			_ = os.RemoveAll(temp)
		}
	}
	if x, err = index.Open(dir, version); err == nil {
		err = c.fill(a, x, corpus, dir)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return x, done, nil
}

// fill brings an index up to date with the corpus, if it is the corpus's own.
func (c *evalCmd) fill(a *app, x *index.Index, corpus index.Collection, dir string) error {
	if x.Usable() {
		stats, err := x.Stats()
		if err != nil {
			return err
		}
		if stats.Collection != corpus.Name {
			return fmt.Errorf("the index in %s was built from %s and stays as it is: name another folder with --index, or none for a temporary one", dir, stats.Collection)
		}
	}
	s, err := a.build(x, corpus, false)
	a.noteProblems(s.Problems)
	if err != nil {
		return fmt.Errorf("build the index: %w", err)
	}
	return nil
}

// measure builds the index and asks.
func (c *evalCmd) measure(a *app, corpus index.Collection, questions []eval.Question) (eval.Report, error) {
	x, done, err := c.built(a, corpus)
	if err != nil {
		return eval.Report{}, err
	}
	defer done()
	report, err := eval.Run(a.ctx, eval.Config{
		Index: x, Corpus: corpus.FS, Questions: questions, Now: a.now, Removal: c.Removal,
	})
	report.Corpus, report.Questions = filepath.Base(corpus.Name), filepath.Base(c.Questions)
	if c.Corpus == "" {
		report.Corpus = samplePrefix
	}
	if c.Questions == "" {
		report.Questions = sampleQuestions
	}
	return report, err
}

// maxNoted is how many bad records of a corpus are worth a line each.
const maxNoted = 5

func (a *app) noteProblems(problems []string) {
	for _, p := range problems[:min(maxNoted, len(problems))] {
		a.note("%s", p)
	}
	if more := len(problems) - maxNoted; more > 0 {
		a.note("and %d more files or records that could not be read", more)
	}
}

func readReport(path string) (*eval.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", path, reason(err))
	}
	defer file.Close()
	r, err := eval.ReadReport(file)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", path, err)
	}
	return &r, nil
}

func saveReport(path string, r eval.Report) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("save the report: %w", err)
	}
	err = writeJSON(file, r)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("save the report: %w", err)
	}
	return nil
}
