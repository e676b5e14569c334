package article

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

var (
	errJSONEnds   = errors.New("JSON ends early; the file was cut off, fetch it again")
	errJSONBroken = errors.New("broken JSON")
)

// A jsonScanner cuts JSON into values without understanding them. Unlike the
// standard library's decoder it holds one bounded value at a time, and finds
// the end of one that is broken within, so that the next can be read.
type jsonScanner struct {
	r    *bufio.Reader
	line int // of the next byte, from 1
}

// peek skips white space and returns the next byte without taking it. It is
// io.EOF at the end.
func (s *jsonScanner) peek() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.line++
		case ' ', '\t', '\r':
		default:
			return c, s.r.UnreadByte()
		}
	}
}

// take takes the next byte if it is c.
func (s *jsonScanner) take(c byte) (bool, error) {
	next, err := s.peek()
	if err != nil || next != c {
		return false, endsEarly(err)
	}
	_, err = s.r.Discard(1)
	return true, err
}

// value appends the next value to buf: up to its closing bracket or quote, or
// for a number or word up to what delimits it. depth is the number of brackets
// that are open already. A value over limit bytes is skipped: errTooLong.
func (s *jsonScanner) value(buf []byte, depth, limit int) ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, endsEarly(err)
	}
	c := valueCutter{depth: depth}
	tooLong := false
	for !c.done {
		if _, err := s.r.Peek(1); err == io.EOF && c.word {
			break
		} else if err != nil {
			return nil, endsEarly(err)
		}
		chunk, _ := s.r.Peek(s.r.Buffered())
		n := c.cut(chunk)
		s.line += bytes.Count(chunk[:n], []byte{'\n'})
		if tooLong = tooLong || len(buf)+n > limit; !tooLong {
			buf = append(buf, chunk[:n]...)
		}
		if _, err := s.r.Discard(n); err != nil {
			return nil, err
		}
	}
	if tooLong {
		return nil, fmt.Errorf("record is %w: over %d MiB", errTooLong, limit>>20)
	}
	return buf, nil
}

// A valueCutter is where in a value the scanner is between two chunks.
type valueCutter struct {
	depth                 int
	quoted, escaped, word bool
	done                  bool
}

// cut returns how many bytes of chunk belong to the value.
func (c *valueCutter) cut(chunk []byte) int {
	for i, b := range chunk {
		switch {
		case c.escaped:
			c.escaped = false
		case c.quoted:
			c.escaped = b == '\\'
			if b == '"' {
				c.quoted = false
				c.done = c.depth == 0
			}
		case c.word:
			if bytes.IndexByte([]byte(",:[]{}\" \t\r\n"), b) >= 0 {
				c.done = true
				return i
			}
		case b == '"':
			c.quoted = true
		case b == '{' || b == '[':
			c.depth++
		case b == '}' || b == ']':
			c.depth--
			c.done = c.depth <= 0
		case c.depth == 0:
			c.word = true
		}
		if c.done {
			return i + 1
		}
	}
	return len(chunk)
}

func endsEarly(err error) error {
	if err == io.EOF {
		return errJSONEnds
	}
	return err
}
