package index

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// A sum is the size and the CRC-32C of a file.
type sum struct {
	Size int64  `json:"size"`
	CRC  uint32 `json:"crc"`
}

// verifyUpTo is how large an index may be, in bytes, for its checksums to be
// verified whenever it is opened; that takes some ten milliseconds. Of a larger
// one only the sizes are. What is quoted and what scores passages is held to
// checksums of its own wherever it is read, the rest by Index.Verify.
const verifyUpTo = 64 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sumTree returns the sums of the files below dir. Files that a known sum
// describes are not read again where they never change once written.
func sumTree(dir string, known map[string]sum) (map[string]sum, error) {
	sums := make(map[string]sum)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if k, ok := known[rel]; ok && isImmutable(rel) {
			if info, err := d.Info(); err == nil && info.Size() == k.Size {
				sums[rel] = k
				return nil
			}
		}
		sums[rel], err = sumFile(path)
		return err
	})
	return sums, err
}

func sumFile(path string) (sum, error) {
	f, err := os.Open(path)
	if err != nil {
		return sum{}, err
	}
	defer f.Close()
	hash := crc32.New(castagnoli)
	n, err := io.Copy(hash, f)
	return sum{n, hash.Sum32()}, err
}

// verify checks the sizes of the files below dir, and, if there are no more than
// sumUpTo bytes, their sums; always those of root.bolt, in which bbolt faults on
// one flipped bit.
func verify(dir string, sums map[string]sum, sumUpTo int64) error {
	if len(sums) == 0 {
		return fmt.Errorf("%s: %w", manifestName, errNoSums)
	}
	total := int64(0)
	for rel, want := range sums {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(rel)))
		if err != nil {
			return err
		}
		if info.Size() != want.Size {
			return fmt.Errorf("%s has %d bytes where its manifest says %d", rel, info.Size(), want.Size)
		}
		total += want.Size
	}
	for rel, want := range sums {
		path := filepath.Join(dir, filepath.FromSlash(rel))
		if total > sumUpTo && isImmutable(rel) {
			f, err := os.Open(path) // it must be readable all the same
			if err != nil {
				return err
			}
			_ = f.Close()
			continue
		}
		got, err := sumFile(path)
		if err != nil {
			return err
		}
		if got.CRC != want.CRC {
			return fmt.Errorf("%s is not what was written", rel)
		}
	}
	return nil
}

var errNoSums = errors.New("no checksums")

// errDamaged is wrapped by errors over an index that cannot be read.
var errDamaged = errors.New("damaged")

// recoverDamage turns a panic over damaged data into an error. Faults of
// mapped memory are such panics where with has said so.
func recoverDamage(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", errDamaged, r)
	}
}

// isShortage reports whether an error is over what the process or the machine
// lacks, which says nothing about the files it met. Of some errors Bleve leaves
// only the words.
func isShortage(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "too many open files") || strings.Contains(err.Error(), "cannot allocate memory"))
}

// isDamage reports whether a generation should no longer be used.
func isDamage(err error) bool { return errors.Is(err, errDamaged) && !isShortage(err) }

// with calls do with the current generation. If that one turns out to be
// damaged, it is set aside and the newest sound one, if any, is used instead.
func with[T any](x *Index, do func(*generation) (T, error)) (T, error) {
	for {
		g, err := x.acquire()
		if err != nil {
			var none T
			return none, err
		}
		v, err := guarded(g, do)
		g.release()
		if !isDamage(err) {
			return v, err
		}
		x.setAside(g, err)
	}
}

// guarded calls do. Whatever it returns but an ended context and a missing
// article is damage, since nothing else can go wrong with a sound generation.
func guarded[T any](g *generation, do func(*generation) (T, error)) (v T, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer recoverDamage(&err)
	v, err = do(g)
	switch {
	case err == nil, errors.Is(err, errDamaged), errors.Is(err, ErrNoArticle),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return v, err
	}
	return v, fmt.Errorf("%w: %w", errDamaged, err)
}

// setAside stops using a generation that is damaged.
func (x *Index) setAside(g *generation, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bad == nil {
		x.bad = make(map[string]error)
	}
	x.bad[g.name] = fmt.Errorf("generation %s: %w", g.name, err)
	if x.cur != g {
		return
	}
	x.cur = nil
	_ = g.retire()
	x.cur, x.problem = openNewest(x.dir, x.bad, x.sumUpTo)
}
