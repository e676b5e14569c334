package article

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bounds on the header of a WARC record, in bytes.
const (
	maxWARCLine   = 64 << 10
	maxWARCHeader = 1 << 20
)

var (
	errNoWARC   = errors.New("no WARC record begins here")
	errWARCEnds = unread{errors.New("WARC file ends early; it was cut off, fetch it again")}
)

// A warcReader reads the records of a WARC file one by one, as they stand, with
// no more of one in memory than is asked for. As a rule each record is packed by
// itself, or none is; a file that was packed as a whole is read too, but cannot
// be gone on with in its middle.
type warcReader struct {
	file   io.Reader
	read   int64         // bytes of the file
	plain  *bufio.Reader // of the file
	gzip   *gzip.Reader  // nil until one is needed
	packed *bufio.Reader // of the member of gzip that is open
	member int64         // where that begins; -1 if none is open
	broken int           // records in a row
}

// A warcRecord is valid until the next one is asked for.
type warcRecord struct {
	header map[string]string // keys in lower case
	block  io.LimitedReader
}

func newWARCReader(file io.ReadSeeker, start int64) (*warcReader, error) {
	if _, err := file.Seek(start, io.SeekStart); err != nil {
		return nil, withoutPath(err)
	}
	w := &warcReader{file: file, read: start, member: -1}
	w.plain = bufio.NewReaderSize(readerFunc(w.count), 256<<10)
	return w, nil
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func (w *warcReader) count(p []byte) (int, error) {
	n, err := w.file.Read(p)
	w.read += int64(n)
	if err != nil && err != io.EOF {
		err = withoutPath(err)
	}
	return n, err
}

// position is where in the file to go on: behind the last record, or where
// that is inside of something packed, at its beginning.
func (w *warcReader) position() int64 {
	if w.member >= 0 {
		return w.member
	}
	return w.read - int64(w.plain.Buffered())
}

// next reads the header of the next record.
func (w *warcReader) next() (*warcRecord, error) {
	if w.member < 0 {
		if err := w.open(); err != nil {
			return nil, err
		}
	}
	in := w.in()
	line, err := readWARCLine(in)
	if err != nil {
		return nil, unexpected(err)
	}
	if !strings.HasPrefix(line, "WARC/") {
		return nil, errNoWARC
	}
	rec := &warcRecord{header: make(map[string]string)}
	for size := 0; ; size += len(line) {
		if line, err = readWARCLine(in); err != nil {
			return nil, unexpected(err)
		}
		if line == "" {
			break
		}
		if size > maxWARCHeader {
			return nil, fmt.Errorf("header is %w", errTooLong)
		}
		if key, value, ok := strings.Cut(line, ":"); ok {
			rec.header[strings.ToLower(strings.TrimSpace(key))] = strings.TrimSpace(value)
		}
	}
	length, err := strconv.ParseInt(rec.header["content-length"], 10, 64)
	if err != nil || length < 0 {
		return nil, fmt.Errorf("Content-Length %q is no number of bytes", rec.header["content-length"])
	}
	rec.block = io.LimitedReader{R: in, N: length}
	return rec, nil
}

func (w *warcReader) in() *bufio.Reader {
	if w.member >= 0 {
		return w.packed
	}
	return w.plain
}

// open goes to the next record, and opens what it is packed in.
func (w *warcReader) open() error {
	if err := skipLineEnds(w.plain); err != nil {
		return err
	}
	at := w.position()
	if head, _ := w.plain.Peek(2); !bytes.Equal(head, []byte("\x1f\x8b")) {
		return nil
	}
	var err error
	if w.gzip == nil {
		w.gzip, err = gzip.NewReader(w.plain)
		w.packed = bufio.NewReaderSize(nil, 64<<10)
	} else {
		err = w.gzip.Reset(w.plain)
	}
	if err != nil {
		w.gzip = nil
		return unexpected(err)
	}
	w.gzip.Multistream(false)
	w.packed.Reset(w.gzip)
	w.member = at
	return nil
}

// end goes behind a record, and what it is packed in, of which the checksum is
// looked at then.
func (w *warcReader) end(rec *warcRecord) error {
	if _, err := io.Copy(io.Discard, &rec.block); err != nil {
		return unexpected(err)
	}
	if rec.block.N > 0 {
		return io.ErrUnexpectedEOF
	}
	if w.member < 0 {
		if err := skipLineEnds(w.plain); err != io.EOF {
			return err
		}
		return nil
	}
	switch err := skipLineEnds(w.packed); {
	case err == io.EOF:
		w.member = -1
		return nil
	case err != nil:
		return unexpected(err)
	}
	return nil
}

// resume goes to where the next record may begin: the next line that says so,
// or the next bytes that packed data begin with.
func (w *warcReader) resume() error {
	if w.member >= 0 {
		if w.read-int64(w.plain.Buffered()) == w.member {
			if _, err := w.plain.Discard(1); err != nil {
				return err
			}
		}
		w.member, w.gzip = -1, nil
	}
	for {
		head, err := w.plain.Peek(5)
		if len(head) < 5 {
			_, _ = w.plain.Discard(len(head)) // it is there
			return err
		}
		if bytes.Equal(head, []byte("WARC/")) || bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) {
			return nil
		}
		if _, err := w.plain.Discard(1); err != nil {
			return err
		}
	}
}

func readWARCLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxWARCLine {
			return "", fmt.Errorf("line of the header is %w", errTooLong)
		}
		switch err {
		case nil:
			return string(bytes.TrimRight(line, "\r\n")), nil
		case bufio.ErrBufferFull:
		default:
			return "", err
		}
	}
}

// skipLineEnds goes behind the empty lines at the end of a record.
func skipLineEnds(r *bufio.Reader) error {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return err
		}
		if c != '\r' && c != '\n' {
			return r.UnreadByte()
		}
	}
}

// unexpected is for where a file must not end.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
