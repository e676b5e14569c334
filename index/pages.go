package index

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync/atomic"

	"github.com/blevesearch/mmap-go"
)

// The files that lie beside a segment of Bleve are written once, front to back,
// and read through memory. Each is
//
//	content   whatever the file is for
//	sums      CRC-32C of every pageSize bytes of the content, 4 bytes each
//	footer    see footer
//
// in little endian.
const pageSize = 1 << 16

// footer ends a file of pages.
type footer struct {
	Content uint64  // bytes
	Kind    [8]byte // what the content is, and its version
	Check   uint32  // CRC-32C of the sums and of the footer before this
}

var footerSize = binary.Size(footer{})

// errSpoiled is what reading panics with where a file does not hold what was
// written, as a fault of the memory would; recoverDamage makes an error of it.
var errSpoiled = errors.New("a file of the index is not what was written")

// pages are the content of a file, mapped or in memory. They may be read by
// many at once.
type pages struct {
	content []byte
	sums    []byte
	checked []atomic.Uint64 // a bit a page
	mapped  mmap.MMap       // nil in memory
}

// openPages maps a file. The descriptor is not kept.
func openPages(path, kind string) (*pages, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	p, err := pagesIn(mapped, kind)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), mapped.Unmap())
	}
	p.mapped = mapped
	return p, nil
}

// pagesIn reads the bytes of a file.
func pagesIn(b []byte, kind string) (p *pages, err error) {
	defer recoverDamage(&err)
	var foot footer
	if len(b) < footerSize {
		return nil, errSpoiled
	}
	if _, err := binary.Decode(b[len(b)-footerSize:], binary.LittleEndian, &foot); err != nil {
		return nil, err
	}
	count := (foot.Content + pageSize - 1) / pageSize
	if foot.Content > uint64(len(b)) || foot.Content+4*count+uint64(footerSize) != uint64(len(b)) ||
		crc32.Checksum(b[foot.Content:len(b)-4], castagnoli) != foot.Check || string(foot.Kind[:]) != kind {
		return nil, errSpoiled
	}
	return &pages{content: b[:foot.Content], sums: b[foot.Content : len(b)-footerSize], checked: make([]atomic.Uint64, count/64+1)}, nil
}

// size is how many bytes the content has.
func (p *pages) size() uint64 { return uint64(len(p.content)) }

// read returns n bytes of the content. The pages they are part of are held
// against their checksums when they are first read. What lies outside of the
// content and what differs panics with errSpoiled.
func (p *pages) read(at, n uint64) []byte {
	if at+n < at || at+n > uint64(len(p.content)) {
		panic(errSpoiled)
	}
	for page := at / pageSize; page*pageSize < at+n; page++ {
		word, bit := &p.checked[page/64], uint64(1)<<(page%64)
		if word.Load()&bit != 0 {
			continue
		}
		end := min((page+1)*pageSize, uint64(len(p.content)))
		if crc32.Checksum(p.content[page*pageSize:end], castagnoli) != binary.LittleEndian.Uint32(p.sums[4*page:]) {
			panic(errSpoiled)
		}
		word.Or(bit)
	}
	return p.content[at : at+n : at+n]
}

// number reads a uvarint at a place, and returns where the next value begins.
func (p *pages) number(at uint64) (v, next uint64) {
	v, n := binary.Uvarint(p.read(at, min(binary.MaxVarintLen64, p.size()-min(at, p.size()))))
	if n <= 0 {
		panic(errSpoiled)
	}
	return v, at + uint64(n)
}

func (p *pages) close() error {
	if p.mapped == nil {
		return nil
	}
	p.content, p.sums = nil, nil
	return p.mapped.Unmap()
}

// A pageWriter writes the content of a file of pages.
type pageWriter struct {
	out  *bufio.Writer
	kind string
	at   uint64 // bytes written
	crc  uint32 // of the page at hand
	sums []byte
}

// newPageWriter begins a file. A kind has eight bytes.
func newPageWriter(w io.Writer, kind string) *pageWriter {
	return &pageWriter{out: bufio.NewWriterSize(w, 1<<18), kind: kind}
}

func (w *pageWriter) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		n := min(uint64(len(rest)), pageSize-w.at%pageSize)
		w.crc = crc32.Update(w.crc, castagnoli, rest[:n])
		w.at += n
		rest = rest[n:]
		if w.at%pageSize == 0 {
			w.seal()
		}
	}
	return w.out.Write(b)
}

func (w *pageWriter) seal() {
	w.sums = binary.LittleEndian.AppendUint32(w.sums, w.crc)
	w.crc = 0
}

// finish writes what belongs behind the content.
func (w *pageWriter) finish() error {
	foot := footer{Content: w.at}
	copy(foot.Kind[:], w.kind)
	if w.at%pageSize != 0 {
		w.seal()
	}
	end, err := binary.Append(w.sums, binary.LittleEndian, foot)
	if err != nil {
		return err
	}
	binary.LittleEndian.PutUint32(end[len(end)-4:], crc32.Checksum(end[:len(end)-4], castagnoli))
	if _, err := w.out.Write(end); err != nil {
		return err
	}
	return w.out.Flush()
}

// writePages writes a file of pages that must not exist yet; fill writes its
// content. What a failure leaves is removed.
func writePages(path, kind string, fill func(*pageWriter) error) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closing := f.Close(); err == nil { // Bleve looks for errStopped itself, not for what wraps it
			err = closing
		}
		if err != nil {
			_ = os.Remove(path)
		}
	}()
	w := newPageWriter(f, kind)
	if err := fill(w); err != nil {
		return err
	}
	return w.finish()
}

// pagesInMemory makes what writePages writes, without a file.
func pagesInMemory(kind string, fill func(*pageWriter) error) ([]byte, error) {
	var b bytes.Buffer
	w := newPageWriter(&b, kind)
	if err := fill(w); err != nil {
		return nil, err
	}
	if err := w.finish(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
