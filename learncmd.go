package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"newsdesk/eval"
	"newsdesk/index"
)

type learnCmd struct {
	Set     []string `required:"" placeholder:"CORPUS=QUESTIONS" help:"Articles and questions to learn from; may be given several times. Sets with +removal behind teach confidence too."`
	Half    int      `default:"0" help:"Learn from one half of the questions, 1 or 2, and leave the other to measure on; 0 takes all."`
	Indexes string   `required:"" placeholder:"DIR" help:"Folder for the sets' indexes."`
	Out     string   `placeholder:"FILE" help:"Where the model goes; answer/model.json is what the program is built with."`
	HeldOut bool     `help:"Learn from each half of the questions in turn and print how the other half fares, instead of writing a model."`
}

// Run learns the weights of the model that ranks passages, chooses sentences
// and tells confidence, and writes them to a file.
func (c *learnCmd) Run(a *app) error {
	if c.HeldOut == (c.Out != "") {
		return misuse{errors.New("give --out, for a model, or --held-out, for figures")}
	}
	var sets []eval.Config
	var learntOn []string
	for i, set := range c.Set {
		set, removal := strings.CutSuffix(set, "+removal")
		corpusPath, questionsPath, ok := strings.Cut(set, "=")
		if !ok {
			return misuse{fmt.Errorf("--set %s: want CORPUS=QUESTIONS", set)}
		}
		one := evalCmd{Corpus: corpusPath, Questions: questionsPath, Half: c.Half}
		questions, err := one.questions()
		if err != nil {
			return err
		}
		corpus, err := one.corpus()
		if err != nil {
			return err
		}
		x, err := index.Open(fmt.Sprintf("%s/%d", c.Indexes, i), version)
		if err != nil {
			return err
		}
		defer x.Close()
		if _, err := a.build(x, corpus, false); err != nil {
			return err
		}
		sets = append(sets, eval.Config{Index: x, Corpus: corpus.FS, Questions: questions, Now: a.now, Removal: removal})
		learntOn = append(learntOn, fmt.Sprintf("%d questions on %s", len(questions), shortName(corpusPath)))
	}
	if c.HeldOut {
		return c.heldOut(a, sets)
	}
	m, err := eval.Learn(a.ctx, sets)
	if err != nil {
		return err
	}
	m.LearntOn = strings.Join(learntOn, "; ")
	if c.Half > 0 {
		m.LearntOn += fmt.Sprintf(" (half %d)", c.Half)
	}
	raw, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.Out, append(raw, '\n'), 0o644)
}

func (c *learnCmd) heldOut(a *app, sets []eval.Config) error {
	reports, err := eval.HeldOut(a.ctx, sets)
	if err != nil {
		return err
	}
	for i, r := range reports {
		corpus, questions, _ := strings.Cut(strings.TrimSuffix(c.Set[i], "+removal"), "=")
		r.Corpus, r.Questions = shortName(corpus), shortName(questions)
		if err := r.WriteTable(a.stdout); err != nil {
			return err
		}
		fmt.Fprintln(a.stdout)
	}
	return nil
}

// shortName is the last two parts of a path.
func shortName(path string) string {
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
