//go:build unix

package index

import (
	"fmt"
	"io/fs"
	"syscall"
)

// folderIdentity names a folder by device and inode.
func folderIdentity(info fs.FileInfo) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", stat.Dev, stat.Ino)
	}
	return ""
}
