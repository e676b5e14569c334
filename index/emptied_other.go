//go:build !unix

package index

import "io/fs"

// folderIdentity cannot tell folders apart here by what a stat says.
func folderIdentity(fs.FileInfo) string { return "" }
