package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// verifyChunk is how much Verify reads between two pauses.
const verifyChunk = 1 << 20

// Verify reads all of the index in use, about bytesPerSecond of it each second
// or, if that is 0, as fast as it comes, and holds it to its checksums. A
// generation that is damaged is no longer used: the one before answers, if that
// is sound, and the next update builds the index anew. The error tells the
// damage, or wraps that of ctx; a sound index has none.
func (x *Index) Verify(ctx context.Context, bytesPerSecond int) error {
	var damage error
	for {
		g, err := x.acquire()
		if err != nil {
			return cmp.Or(damage, err)
		}
		err = g.verify(ctx, filepath.Join(x.dir, g.name), bytesPerSecond)
		overtaken := errors.Is(err, fs.ErrNotExist) && !g.isCurrent(x.dir) // swept, or its folder is away
		g.release()
		switch {
		case overtaken:
			return damage
		case !isDamage(err):
			return cmp.Or(damage, err)
		}
		x.setAside(g, err)
		damage = x.Problem()
	}
}

// verify reads the files of a generation in the order of their names. An error
// wraps errDamaged, but for that of ctx and for a shortage.
func (g *generation) verify(ctx context.Context, dir string, bytesPerSecond int) error {
	buf := make([]byte, verifyChunk)
	for _, rel := range slices.Sorted(maps.Keys(g.manifest.Sums)) {
		got, err := sumSlowly(ctx, filepath.Join(dir, filepath.FromSlash(rel)), buf, bytesPerSecond)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("verify the index: %w", context.Cause(ctx))
		case err != nil:
			return fmt.Errorf("%w: %w", errDamaged, err)
		case got != g.manifest.Sums[rel]:
			return fmt.Errorf("%w: %s is not what was written", errDamaged, rel)
		}
	}
	return nil
}

func sumSlowly(ctx context.Context, path string, buf []byte, bytesPerSecond int) (s sum, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	for {
		n, err := io.ReadFull(f, buf)
		s.Size += int64(n)
		s.CRC = crc32.Update(s.CRC, castagnoli, buf[:n])
		atEnd := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !atEnd {
			return s, err
		}
		pause := time.Duration(0)
		if bytesPerSecond > 0 {
			pause = time.Duration(n) * time.Second / time.Duration(bytesPerSecond)
		}
		select {
		case <-ctx.Done():
			return s, context.Cause(ctx)
		case <-time.After(pause):
		}
		if atEnd {
			return s, nil
		}
	}
}
