// Package data holds the sample collection: some forty short news articles
// written for this project, embedded so that the program answers before
// anything has been set up.
//
// With them come questions about them, for measuring answers.
//
// It hands out files and no more. How they are read is article's business, and
// which folder serves instead of them is main's.
package data

import (
	"embed"
	"io/fs"
)

//go:embed all:articles
var embedded embed.FS

//go:embed questions.jsonl
var sampleQuestions string

// Sample returns the sample collection, rooted at the articles folder: its
// files are named like 2025/11/2025-11-26-kremlin-visit.md.
func Sample() fs.FS {
	sample, err := fs.Sub(embedded, "articles")
	if err != nil {
		panic(err) // only an invalid name makes it fail, and this one is constant
	}
	return sample
}

// Questions returns the questions about the sample collection, JSON lines as
// eval reads them.
func Questions() string { return sampleQuestions }
