package index

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// What was written is read, from a file and from memory, at any place; a byte
// that changed is never read.
func TestPages(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, pageSize - 1, pageSize, pageSize + 1, 3*pageSize + 77} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(rng.Uint32())
		}
		fill := func(w *pageWriter) error {
			for rest := content; len(rest) > 0; {
				n := min(len(rest), 1+rng.IntN(100_000))
				if _, err := w.Write(rest[:n]); err != nil {
					return err
				}
				rest = rest[n:]
			}
			return nil
		}
		path := filepath.Join(t.TempDir(), "file")
		must(t, writePages(path, "testing1", fill))
		onDisk, err := os.ReadFile(path)
		must(t, err)
		inMemory, err := pagesInMemory("testing1", fill)
		must(t, err)
		if !bytes.Equal(onDisk, inMemory) {
			t.Fatalf("%d bytes: the file is not what was made in memory", size)
		}
		p, err := openPages(path, "testing1")
		must(t, err)
		for range 20 {
			at := rng.IntN(size + 1)
			n := rng.IntN(size - at + 1)
			if !bytes.Equal(p.read(uint64(at), uint64(n)), content[at:at+n]) {
				t.Errorf("%d bytes: what is read at %d is not what was written", size, at)
			}
		}
		must(t, p.close())
		if _, err := openPages(path, "testing2"); !errors.Is(err, errSpoiled) {
			t.Errorf("another kind: %v", err)
		}
		for range 50 {
			flipped := bytes.Clone(onDisk)
			at := rng.IntN(len(flipped))
			flipped[at] ^= 1 << rng.IntN(8)
			if got, ok := readAll(flipped[:len(flipped)-rng.IntN(2)*rng.IntN(8)]); ok && !bytes.Equal(got, content) {
				t.Fatalf("%d bytes, one flipped at %d: it was read", size, at)
			} else if ok {
				t.Errorf("%d bytes, one flipped at %d: nobody noticed", size, at)
			}
		}
	}
}

// readAll reads a file of pages as a search would, damage recovered.
func readAll(file []byte) (content []byte, ok bool) {
	var err error
	func() {
		defer recoverDamage(&err)
		var p *pages
		if p, err = pagesIn(file, "testing1"); err == nil {
			content = p.read(0, p.size())
		}
	}()
	return content, err == nil
}

// A length that was made up does not lead outside.
func TestPagesBounds(t *testing.T) {
	file, err := pagesInMemory("testing1", func(w *pageWriter) error { _, err := w.Write([]byte("0123456789")); return err })
	must(t, err)
	p, err := pagesIn(file, "testing1")
	must(t, err)
	for _, r := range [][2]uint64{{0, 11}, {10, 1}, {11, 0}, {1 << 63, 1 << 63}, {5, ^uint64(0) - 4}, {^uint64(0), 2}} {
		var err error
		func() {
			defer recoverDamage(&err)
			p.read(r[0], r[1])
		}()
		if err == nil {
			t.Errorf("%d bytes at %d were read out of ten", r[1], r[0])
		}
	}
}
