//go:build sqlite_fts5 && cgo

package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/mattn/go-sqlite3"
)

// sqliteEngine is SQLite's full-text index, version 5, without the texts: what
// it needs to search and rank, of the words in a file of the corpus. Its bm25()
// has k1 = 1.2 and b = 0.75, which cannot be set.
func sqliteEngine(file string) inner {
	kind := sqliteKind{file: file, tokenizer: "ascii"}
	if file == textsFile {
		kind.tokenizer = "porter unicode61"
	}
	return inner{
		version: func() string {
			version, _, _ := sqlite3.Version()
			return "SQLite " + version + " FTS5"
		},
		build: kind.build, open: kind.open,
	}
}

// A sqliteKind is what of the corpus is indexed, and how.
type sqliteKind struct{ file, tokenizer string }

const sqliteBatch = 50000 // passages a transaction

// openDB opens the one file there is, with 256 MB for pages; one connection, so
// that what is set stays set.
func openDB(ctx context.Context, dir, options, set string) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "index.db")+"?_cache_size=-262144"+options)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, set); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (kind sqliteKind) build(ctx context.Context, dir, corpus string) (r built, err error) {
	start := time.Now()
	db, err := openDB(ctx, dir, "", "PRAGMA journal_mode=off; PRAGMA synchronous=off")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `CREATE VIRTUAL TABLE passages USING fts5(text, content='', tokenize='`+kind.tokenizer+`')`); err != nil {
		return r, err
	}
	in, err := os.Open(filepath.Join(corpus, kind.file))
	if err != nil {
		return r, err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for n, more := 0, true; more; {
		if n, more, err = insert(ctx, db, lines, n); err != nil {
			return r, err
		}
	}
	r.IndexSeconds = time.Since(start).Seconds()
	start = time.Now()
	if _, err := db.ExecContext(ctx, `INSERT INTO passages(passages) VALUES('optimize')`); err != nil {
		return r, err
	}
	r.MergeSeconds = time.Since(start).Seconds()
	return r, nil
}

// insert adds passages from number n on in one transaction.
func insert(ctx context.Context, db *sql.DB, lines *bufio.Scanner, n int) (next int, more bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return n, false, err
	}
	defer tx.Rollback()
	add, err := tx.PrepareContext(ctx, `INSERT INTO passages(rowid, text) VALUES(?, ?)`)
	if err != nil {
		return n, false, err
	}
	defer add.Close()
	for range sqliteBatch {
		if !lines.Scan() {
			return n, false, errors.Join(lines.Err(), tx.Commit())
		}
		if _, err := add.ExecContext(ctx, n+1, lines.Text()); err != nil {
			return n, false, err
		}
		n++
	}
	return n, true, tx.Commit()
}

type sqliteAsker struct {
	*sql.DB
	best *sql.Stmt
	kind sqliteKind
}

func (kind sqliteKind) open(ctx context.Context, dir string) (asker, error) {
	db, err := openDB(ctx, dir, "&mode=ro", "PRAGMA mmap_size=8589934592")
	if err != nil {
		return nil, err
	}
	best, err := db.PrepareContext(ctx, `SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return sqliteAsker{db, best, kind}, nil
}

func (a sqliteAsker) ask(ctx context.Context, question string, terms []string) (ids []int, err error) {
	if a.kind.file == textsFile {
		// In quotes its tokenizer does all but to part what would be a phrase.
		terms = strings.FieldsFunc(question, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) })
	}
	rows, err := a.best.QueryContext(ctx, `"`+strings.Join(terms, `" OR "`)+`"`, top)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id-1)
	}
	return ids, rows.Err()
}
