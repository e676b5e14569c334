package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// object is a JSON object as decoded, with json.Number for numbers.
type object = map[string]any

// decode reads one JSON value and refuses anything after it.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return v, nil
}

func encode(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("discordtest: %v", err)) // only maps, lists and scalars are ever encoded
	}
	return raw
}

// plain turns any value into what decoding its JSON gives, so that stored
// values never alias those of a caller.
func plain(v any) any {
	out, err := decode(encode(v))
	if err != nil {
		panic(fmt.Sprintf("discordtest: %v", err))
	}
	return out
}

func asObject(v any) object { o, _ := v.(object); return o }
func asList(v any) []any    { l, _ := v.([]any); return l }
func asText(v any) string   { t, _ := v.(string); return t }
func asBool(v any) bool     { b, _ := v.(bool); return b }

// asInt reads an integer; Discord also takes one written as a string.
func asInt(v any) (int, bool) {
	switch n := v.(type) {
	case json.Number:
		i, err := strconv.Atoi(n.String())
		return i, err == nil
	case string:
		i, err := strconv.Atoi(n)
		return i, err == nil
	case int:
		return n, true
	}
	return 0, false
}

func integer(v any) int { n, _ := asInt(v); return n }

// blank reports a value that says nothing. Libraries send these for fields
// they do not use, and Discord passes over them.
func blank(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case bool:
		return !x
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	case object:
		return len(x) == 0
	}
	return false
}

// without copies an object, leaving out nulls and the named keys.
func without(o object, keys ...string) object {
	out := maps.Clone(o)
	maps.DeleteFunc(out, func(k string, v any) bool { return v == nil || slices.Contains(keys, k) })
	return out
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000-07:00") }

// problem is one entry of the errors in an answer 50035.
type problem struct {
	path string // dotted, "embeds.0.title"; empty for the body itself
	code string
	text string
}

func (p problem) String() string {
	if p.path == "" {
		return p.text
	}
	return p.path + ": " + p.text
}

// checker collects what is wrong with a body. Lengths are in code points:
// Discord's API counts so, and so does the maxLength of its own description.
type checker struct{ problems []problem }

func (c *checker) fail(path, code, format string, args ...any) {
	c.problems = append(c.problems, problem{path, code, fmt.Sprintf(format, args...)})
}

func (c *checker) required(path string) {
	c.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
}

// text checks a string of lo to hi characters; lo 0 makes it optional.
func (c *checker) text(o object, at, key string, lo, hi int) string {
	v, path := o[key], join(at, key)
	t, ok := v.(string)
	n := utf8.RuneCountInString(t)
	switch {
	case v == nil && lo > 0:
		c.required(path)
	case v == nil:
	case !ok:
		c.fail(path, "STRING_TYPE_CONVERT", "Could not interpret %s as string.", encode(v))
	case n < lo:
		c.fail(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", lo, hi)
	case n > hi:
		c.fail(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", hi)
	}
	return t
}

// list checks an array of lo to hi entries; lo 0 makes it optional.
func (c *checker) list(o object, at, key string, lo, hi int) []any {
	v, path := o[key], join(at, key)
	l, ok := v.([]any)
	switch {
	case v == nil && lo > 0:
		c.required(path)
	case v == nil:
	case !ok:
		c.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
	case len(l) < lo || len(l) > hi:
		c.fail(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", lo, hi)
	}
	return l
}

// number checks an optional integer of lo to hi, and gives fallback for none.
func (c *checker) number(o object, at, key string, lo, hi, fallback int) int {
	v, path := o[key], join(at, key)
	if v == nil {
		return fallback
	}
	n, ok := asInt(v)
	if !ok {
		c.fail(path, "NUMBER_TYPE_COERCE", "Value %s is not int.", encode(v))
		return fallback
	}
	if n < lo || n > hi {
		c.fail(path, "NUMBER_TYPE_RANGE", "int value should be between %d and %d.", lo, hi)
	}
	return n
}

// flag checks an optional boolean.
func (c *checker) flag(o object, at, key string) bool {
	b, ok := o[key].(bool)
	if o[key] != nil && !ok {
		c.fail(join(at, key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
	}
	return b
}

func join(parts ...any) string {
	var out []string
	for _, p := range parts {
		if t := fmt.Sprint(p); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, ".")
}
