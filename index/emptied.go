package index

import "io/fs"

// A location is a folder of articles, and which folder that is on this machine.
type location struct {
	collection string
	folder     string // see folderOf; "" where that cannot be told
}

// folderOf tells the folder that a collection's root is from any other, one too
// that has its path at another time.
func folderOf(fsys fs.FS) string {
	info, err := fs.Stat(fsys, ".")
	if err != nil {
		return ""
	}
	return folderIdentity(info)
}

// isEmptied reports whether a collection without articles is one that people
// emptied: the very folder in which the articles lay is there and can be read.
// Where a disk is not mounted, another folder has its path.
func (b *build) isEmptied() bool {
	if b.next.Folder == "" || len(b.sum.Problems) > 0 {
		return false
	}
	here := location{b.next.Collection, b.next.Folder}
	if b.index.filled == here {
		return true
	}
	before := b.base
	if before == nil { // it is built anew
		g, err := b.index.acquire()
		if err != nil {
			return false
		}
		defer g.release()
		before = g
	}
	return here == location{before.manifest.Collection, before.manifest.Folder}
}
