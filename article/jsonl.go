package article

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

var errOneValue = errors.New("one JSON value over many lines; name the file .json, or write one object a line")

// readLines reads .jsonl: one object a line.
func readLines(in io.Reader, _ string, out *sink) {
	r, err := afterBOM(in)
	if err != nil {
		out.problem(0, err)
		return
	}
	var buf []byte
	seen := false
	for line := 1; ; line++ {
		var err error
		buf, err = readLine(r, buf[:0])
		record := bytes.TrimSpace(buf)
		switch {
		case err != nil && err != io.EOF && !errors.Is(err, errTooLong):
			// What was read of this line is cut off with it.
			out.problem(line, err)
			return
		case errors.Is(err, errTooLong):
			if !out.passOver() && !out.problem(line, fmt.Errorf("line is %w: over %d MiB", errTooLong, maxRecord>>20)) {
				return
			}
		case len(record) == 0:
		case !seen && len(record) == 1 && (record[0] == '[' || record[0] == '{'):
			out.problem(line, errOneValue)
			return
		default:
			seen = true
			if !readRecord(record, line, out) {
				return
			}
		}
		if err == io.EOF {
			return
		}
	}
}

// readRecord reports whether to go on, as sink's methods do.
func readRecord(raw []byte, line int, out *sink) bool {
	if out.passOver() {
		return !out.done
	}
	rec, err := parseJSON(raw)
	if err != nil {
		return out.problem(line, err)
	}
	return out.record(line, rec)
}

// readLine appends a line to buf, without holding more than maxRecord of it:
// errTooLong says that the line was longer, and has been skipped. io.EOF comes
// along with the last line.
func readLine(r *bufio.Reader, buf []byte) ([]byte, error) {
	tooLong := false
	for {
		part, err := r.ReadSlice('\n')
		if len(buf)+len(part) > maxRecord {
			tooLong, buf = true, buf[:0]
		}
		if !tooLong {
			buf = append(buf, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case tooLong && (err == nil || err == io.EOF):
			// At the end of the file the next call finds nothing and says so.
			return nil, errTooLong
		}
		return buf, err
	}
}
