//go:build !linux

package watch

// remote names the kind of a file system that others can write to unnoticed, or
// returns "" where it cannot tell.
func remote(string) string { return "" }
