package article

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

const maxKey = 1 << 20 // bytes of an object's key

// readJSON reads .json: objects, arrays of objects, or objects that wrap an
// array of them, one behind the other until the end of the file.
func readJSON(in io.Reader, _ string, out *sink) {
	r, err := afterBOM(in)
	if err != nil {
		out.problem(0, err)
		return
	}
	f := jsonFile{jsonScanner: jsonScanner{r: r, line: 1}, out: out}
	for {
		next, err := f.peek()
		if err == io.EOF {
			return
		}
		line := f.line
		if err == nil {
			switch next {
			case '[':
				_, err = f.take('[')
				err = errors.Join(err, f.array())
			case '{':
				_, err = f.take('{')
				err = errors.Join(err, f.object(line, 0))
			default:
				err = fmt.Errorf("%w: found %q; want an object or an array of objects", errJSONBroken, next)
			}
		}
		if err != nil && !out.done {
			// Where one value ends in the wrong place, the next cannot be found.
			out.problem(f.line, err)
			return
		}
		if out.done {
			return
		}
	}
}

type jsonFile struct {
	jsonScanner
	out   *sink
	lists int // arrays of articles met so far
}

// array reads the articles of an array behind its opening bracket.
func (f *jsonFile) array() error {
	f.lists++
	if end, err := f.take(']'); err != nil || end {
		return err
	}
	var buf []byte
	for {
		if _, err := f.peek(); err != nil {
			return endsEarly(err)
		}
		line := f.line
		var err error
		buf, err = f.value(buf[:0], 0, maxRecord)
		switch {
		case errors.Is(err, errTooLong):
			if !f.out.passOver() {
				f.out.problem(line, err)
			}
		case err != nil:
			return err
		default:
			readRecord(buf, line, f.out)
		}
		if f.out.done {
			return nil
		}
		comma, err := f.take(',')
		if err != nil {
			return err
		}
		end, err := f.take(']') // also behind a comma too many
		if err != nil || end {
			return err
		}
		if !comma {
			return fmt.Errorf("%w: no comma behind an element", errJSONBroken)
		}
	}
}

// object reads an object behind its opening brace: an article, unless it turns
// out to wrap a list of them. An object that has a text is an article whatever
// else it holds. wrappers is how many wrapping objects there are around it.
func (f *jsonFile) object(line, wrappers int) error {
	listsBefore, hasText := f.lists, false
	own := []byte("{") // the members that are not lists of articles
	for {
		if end, err := f.take('}'); err != nil {
			return err
		} else if end {
			break
		}
		key, err := f.value(nil, 0, maxKey)
		if err != nil {
			return err
		}
		if colon, err := f.take(':'); err != nil {
			return err
		} else if !colon {
			return fmt.Errorf("%w: no colon behind a key", errJSONBroken)
		}
		if len(own) > 1 {
			own = append(own, ',')
		}
		own = append(append(own, key...), ':')
		before := len(own)
		if !hasText && wrappers < maxNesting && wraps(key) {
			own, err = f.wrapped(own, wrappers)
		} else {
			own, err = f.value(own, 0, maxFile)
		}
		if err != nil || f.out.done {
			return err
		}
		hasText = hasText || isTextKey(key) && !isEmptyJSON(own[before:])
		if _, err := f.take(','); err != nil {
			return err
		}
	}
	if !hasText && (wrappers > 0 || f.lists > listsBefore) {
		return nil
	}
	readRecord(append(own, '}'), line, f.out)
	return nil
}

// wrapped reads the value of a key that may wrap articles. Whatever else the
// value is gets appended to own.
func (f *jsonFile) wrapped(own []byte, wrappers int) ([]byte, error) {
	next, err := f.peek()
	if err != nil {
		return nil, endsEarly(err)
	}
	line := f.line
	switch next {
	case '{':
		if _, err := f.take('{'); err != nil {
			return nil, err
		}
		return append(own, "null"...), f.object(line, wrappers+1)
	case '[':
		if _, err := f.take('['); err != nil {
			return nil, err
		}
		first, err := f.peek()
		if err != nil {
			return nil, endsEarly(err)
		}
		if first == '{' || first == ']' {
			return append(own, "null"...), f.array()
		}
		return f.value(append(own, '['), 1, maxFile)
	}
	return f.value(own, 0, maxFile)
}

func wraps(key []byte) bool {
	switch keyName(key) {
	case "articles", "items", "data", "results", "docs", "response":
		return true
	}
	return false
}

func isTextKey(key []byte) bool {
	switch keyName(key) {
	case "text", "body", "content", "maintext", "article":
		return true
	}
	return false
}

func isEmptyJSON(value []byte) bool {
	switch string(bytes.TrimSpace(value)) {
	case "null", `""`, "[]", "{}", "false":
		return true
	}
	return false
}

func keyName(key []byte) string {
	var name string
	if !bytes.HasPrefix(key, []byte{'"'}) || json.Unmarshal(key, &name) != nil {
		return ""
	}
	return strings.ToLower(name)
}
