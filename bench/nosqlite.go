//go:build !sqlite_fts5 || !cgo

package main

// sqliteEngine is absent where SQLite was not compiled in.
func sqliteEngine(string) inner { return inner{} }
