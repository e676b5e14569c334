package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// defaultRejects is where imports write what they could not take, unless told
// otherwise.
const defaultRejects = "var/import-rejects.jsonl"

// forgetRejects takes rejects that are to be forgotten out of the files of the
// last import and of those before it that went where imports usually write.
func (j *importJournal) forgetRejects(forgotten func(reject) bool) error {
	names := []string{defaultRejects}
	if j.RejectsFile != "" && j.RejectsFile != defaultRejects {
		names = append(names, j.RejectsFile)
	}
	for _, name := range names {
		before, err := forgetRejectsIn(name, j.Rejects, forgotten)
		if err != nil {
			return fmt.Errorf("forget an article in %s: %w", name, reason(err))
		}
		if before > 0 && name == j.RejectsFile {
			j.Rejects -= before
			if err := j.save(); err != nil {
				return fmt.Errorf("write the journal of the import: %w", err)
			}
		}
	}
	return nil
}

// forgetRejectsIn rewrites a file without some rejects, and returns how many
// bytes of them stood before a place in it.
func forgetRejectsIn(name string, place int64, forgotten func(reject) bool) (before int64, err error) {
	if info, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return 0, nil // there is nothing, or it is a terminal or pipe
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	var kept bytes.Buffer
	at := int64(0)
	for line := range bytes.Lines(raw) {
		var x reject
		if json.Unmarshal(line, &x) == nil && forgotten(x) {
			if at < place {
				before += int64(len(line))
			}
		} else {
			kept.Write(line)
		}
		at += int64(len(line))
	}
	if kept.Len() == len(raw) {
		return 0, nil
	}
	return before, os.WriteFile(name, kept.Bytes(), 0o644)
}
