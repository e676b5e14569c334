package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

func newsdeskEngine(open func(context.Context, string) (asker, error)) inner {
	return inner{version: func() string { return "newsdesk, this tree" }, build: buildNewsdesk, open: open}
}

func buildNewsdesk(ctx context.Context, dir, corpus string) (b built, err error) {
	start := time.Now()
	x, err := index.Open(dir, "bench")
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	docs := filepath.Join(corpus, docsDir)
	s, err := x.Rebuild(ctx, index.Collection{Name: docs, FS: os.DirFS(docs)}, nil)
	if err != nil {
		return b, err
	}
	if s.Passages != s.Articles || len(s.Problems) > 0 {
		return b, fmt.Errorf("%d articles became %d passages, with %d problems: the engines would not search the same", s.Articles, s.Passages, len(s.Problems))
	}
	b.IndexSeconds = time.Since(start).Seconds()
	return b, nil
}

// newsdesk is the index alone.
type newsdesk struct{ *index.Index }

func openNewsdesk(_ context.Context, dir string) (asker, error) {
	x, err := index.Open(dir, "bench")
	if err != nil {
		return nil, err
	}
	if err := x.Problem(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return newsdesk{x}, nil
}

func (n newsdesk) ask(ctx context.Context, question string, _ []string) ([]int, error) {
	var terms []string
	for _, t := range index.Analyze(question) {
		terms = append(terms, t.Term)
	}
	q := index.Query{Limit: top}
	for _, t := range unique(terms) {
		q.Terms = append(q.Terms, index.Term{Forms: []index.Form{{Text: t, Weight: 1}}})
	}
	found, err := n.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]int, len(found.Hits))
	for i, h := range found.Hits {
		if ids[i], err = strconv.Atoi(h.Article); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// newsdeskAsk is the whole of it: the question understood, passages found and
// ranked, sentences chosen, the answer judged. Its ids are those of the
// articles cited.
type newsdeskAsk struct {
	*index.Index
	engine *answer.Engine
}

func openNewsdeskAsk(ctx context.Context, dir string) (asker, error) {
	a, err := openNewsdesk(ctx, dir)
	if err != nil {
		return nil, err
	}
	x := a.(newsdesk).Index
	return newsdeskAsk{x, answer.New(x)}, nil
}

func (n newsdeskAsk) ask(ctx context.Context, question string, _ []string) ([]int, error) {
	a, err := n.engine.Ask(ctx, answer.Question{Text: question, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	ids := make([]int, len(a.Citations))
	for i, c := range a.Citations {
		if ids[i], err = strconv.Atoi(c.ArticleID); err != nil {
			return nil, err
		}
	}
	return ids, nil
}
