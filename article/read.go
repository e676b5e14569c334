package article

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
)

// Bounds on what one article may take. They keep a broken or hostile file from
// using up the memory; real articles stay below a thousandth of them.
const (
	maxFile   = 64 << 20 // bytes of a file that is one article, unpacked
	maxRecord = 32 << 20 // bytes of one line of .jsonl or one element of .json
	maxText   = 16 << 20 // bytes of Article.Text
)

var (
	errTooLong    = errors.New("too long")
	errBinary     = errors.New("binary: holds NUL bytes; give it as UTF-8 text")
	errNotRegular = errors.New("not a regular file")
	errGzipEnds   = errors.New("gzip stream ends early; the file was cut off, fetch it again")
)

// Read yields the articles of one file in their order. A record that cannot be
// read is yielded as a zero Article with a Problem, and reading goes on behind
// it. Files of many records are streamed: no more than one is in memory. If
// ctx ends, a Problem that wraps its error comes last.
//
// The extension, in any case, tells the format; each may have ".gz" behind it:
//
//   - .jsonl, .ndjson: a JSON object a line, of 32 MiB at most.
//   - .json: one object, several, an array of them, or an array inside of an
//     object under articles, items, data, results or docs. An element may have
//     32 MiB, a lone object 64 MiB.
//   - .txt, .md, .markdown: one article, with front matter in YAML between two
//     lines "---" or in TOML between two lines "+++" if it likes.
//   - .html, .htm: one web page.
//
// Field names are taken as found in the wild, in any case: see jsonRecord. An
// article without a title gets its first sentence for one. A date or address
// that cannot be understood is left empty, which is no Problem; an article
// without text is one. Bytes that are not UTF-8 are read as UTF-16 if they
// begin with its byte order mark, else as Windows-1252.
//
// Text is byte for byte what a JSON record or .txt file holds, untrimmed, with
// one exception: a JSON text that is plainly HTML (see isMarkup) is converted
// as a web page would be.
func Read(ctx context.Context, fsys fs.FS, name string) iter.Seq2[Article, *Problem] {
	return ReadBehind(ctx, fsys, name, 0)
}

// ReadBehind is Read without the first records of the file, so many that the
// range over an earlier Read was given, articles and Problems. They are passed
// over much faster than read.
func ReadBehind(ctx context.Context, fsys fs.FS, name string, records int) iter.Seq2[Article, *Problem] {
	return func(yield func(Article, *Problem) bool) {
		out := &sink{path: name, yield: yield, behind: records}
		format, packed, ok := formatOf(name)
		if !ok {
			out.problem(0, errors.New("unknown kind of file; want .md, .markdown, .txt, .html, .htm, .json, .jsonl or .ndjson, or one of them with .gz"))
			return
		}
		file, err := openRegular(fsys, name)
		if err != nil {
			out.problem(0, err)
			return
		}
		defer file.Close()
		in := &input{alive: ctx.Err, file: bufio.NewReaderSize(file, 64<<10), packed: packed}
		format(in, name, out)
	}
}

// A reader reads all articles of one file into out.
type reader func(in io.Reader, name string, out *sink)

// formatOf returns the reader for a file name and whether the file is packed.
func formatOf(name string) (read reader, packed, ok bool) {
	base := strings.ToLower(path.Base(name))
	base, packed = strings.CutSuffix(base, ".gz")
	switch path.Ext(base) {
	case ".jsonl", ".ndjson":
		read = readLines
	case ".json":
		read = readJSON
	case ".txt":
		read = readText
	case ".md", ".markdown":
		read = readMarkdown
	case ".html", ".htm":
		read = readHTML
	}
	return read, packed, read != nil
}

// openRegular refuses pipes and devices, since opening them may wait for ever.
func openRegular(fsys fs.FS, name string) (fs.File, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	return file, nil
}

// An input reads a file, unpacked, until its context ends.
type input struct {
	alive  func() error // the context's error, once it has ended
	file   *bufio.Reader
	packed bool
	gzip   *gzip.Reader
}

func (in *input) Read(p []byte) (int, error) {
	if err := in.alive(); err != nil {
		return 0, err
	}
	if !in.packed {
		n, err := in.file.Read(p)
		if err != nil && err != io.EOF {
			err = withoutPath(err)
		}
		return n, err
	}
	if in.gzip == nil {
		r, err := gzip.NewReader(in.file)
		if err != nil {
			return 0, gzipError(err)
		}
		in.gzip = r
	}
	n, err := in.gzip.Read(p)
	return n, gzipError(err)
}

func gzipError(err error) error {
	switch {
	case err == nil, err == io.EOF:
		// An empty file is no gzip stream, but there is nothing lost either.
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errGzipEnds
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return fmt.Errorf("gzip stream is damaged: %w", err)
	}
	return withoutPath(err)
}

// readWhole reads a file that is one article.
func readWhole(in io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxFile {
		return nil, fmt.Errorf("%w: over %d MiB unpacked; split it", errTooLong, maxFile>>20)
	}
	return raw, nil
}

// A sink hands records to whoever ranges over Read.
type sink struct {
	path  string
	yield func(Article, *Problem) bool
	done  bool // the range has ended: yield may not be called again

	behind int // records to pass over
}

// passOver reports whether the next record is one to pass over.
func (s *sink) passOver() bool {
	if s.behind == 0 {
		return false
	}
	s.behind--
	return true
}

// record checks r and hands it on. It reports whether to go on.
func (s *sink) record(line int, r *record) bool {
	if s.passOver() {
		return !s.done
	}
	a, err := r.article()
	if err != nil {
		return s.problem(line, err)
	}
	s.done = s.done || !s.yield(a, nil)
	return !s.done
}

// problem reports whether to go on, as record does.
func (s *sink) problem(line int, err error) bool {
	if !s.done {
		s.done = !s.yield(Article{}, &Problem{Path: s.path, Line: line, Err: err})
	}
	return !s.done
}
