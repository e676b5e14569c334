package article

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v4"
)

// maxFrontMatter bounds, in bytes, what is searched for the closing line.
const maxFrontMatter = 64 << 10

// A frontMatter is what stands at the head of a text: for each key, in lower
// case, the strings that its value stands for.
type frontMatter map[string]values

// cutFrontMatter splits a text behind its front matter. A text without any is
// returned whole: "---" may just as well be a rule that somebody drew.
func cutFrontMatter(raw []byte) (frontMatter, []byte, error) {
	head, rest, _ := bytes.Cut(raw, []byte{'\n'})
	fence := strings.TrimRight(string(head[:min(len(head), 80)]), " \t\r")
	if fence != "---" && fence != "+++" {
		return nil, raw, nil
	}
	inner, text, ok := cutFence(rest, fence)
	if !ok {
		return nil, raw, nil
	}
	var m frontMatter
	var err error
	if fence == "---" {
		m, err = parseYAML(inner)
	} else {
		m, err = parseTOML(inner)
	}
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("front matter: %w; mend it, values that hold a colon want quotes", err)
	case m == nil:
		return nil, raw, nil
	}
	return m, text, nil
}

// cutFence splits rest around the line that closes the front matter.
func cutFence(rest []byte, fence string) (inner, text []byte, ok bool) {
	for at := 0; at < len(rest) && at <= maxFrontMatter; {
		line, _, more := bytes.Cut(rest[at:], []byte{'\n'})
		next := at + len(line)
		if more {
			next++
		}
		switch trimmed := string(bytes.TrimRight(line, " \t\r")); {
		case trimmed == fence, fence == "---" && trimmed == "...":
			return rest[:at], rest[next:], true
		}
		at = next
	}
	return nil, nil, false
}

// parseYAML returns nil for YAML that is no mapping. It looks at the nodes
// rather than at decoded values: a date or an id keeps its very digits, and
// aliases cannot blow a few lines up to gigabytes.
func parseYAML(raw []byte) (m frontMatter, err error) {
	defer recoverAs(&err, "YAML")
	var doc yaml.Node
	if err := yaml.Load(raw, &doc); err != nil {
		return nil, oneLine(err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, nil
	}
	pairs := doc.Content[0].Content
	m = make(frontMatter, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m.set(pairs[i].Value, yamlValues(pairs[i+1], 0))
	}
	return m, nil
}

func yamlValues(n *yaml.Node, depth int) values {
	if depth > maxNesting {
		return nil
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag != "!!null" {
			return values{n.Value}
		}
	case yaml.SequenceNode:
		var all values
		for _, e := range n.Content {
			all = append(all, yamlValues(e, depth+1)...)
		}
		return all
	case yaml.MappingNode:
		object := make(frontMatter)
		for i := 0; i+1 < len(n.Content); i += 2 {
			object.set(n.Content[i].Value, yamlValues(n.Content[i+1], depth+1))
		}
		return object.first("name", "domain", "url")
	}
	return nil
}

func parseTOML(raw []byte) (m frontMatter, err error) {
	defer recoverAs(&err, "TOML")
	var table map[string]any
	if err := toml.Unmarshal(raw, &table); err != nil {
		return nil, oneLine(err)
	}
	m = make(frontMatter, len(table))
	for key, v := range table {
		m.set(key, tomlValues(v, 0))
	}
	return m, nil
}

func tomlValues(v any, depth int) values {
	switch v := v.(type) {
	case string:
		return values{v}
	case time.Time:
		return values{v.Format(time.RFC3339Nano)}
	case fmt.Stringer: // local dates and times
		return values{v.String()}
	case int64, float64, bool:
		return values{fmt.Sprint(v)}
	case []any:
		var all values
		for _, e := range v {
			if depth < maxNesting {
				all = append(all, tomlValues(e, depth+1)...)
			}
		}
		return all
	case map[string]any:
		object := make(frontMatter)
		for key, e := range v {
			if depth < maxNesting {
				object.set(key, tomlValues(e, depth+1))
			}
		}
		return object.first("name", "domain", "url")
	}
	return nil
}

// set keeps the first of several keys that differ only in case.
func (m frontMatter) set(key string, v values) {
	if key = strings.ToLower(strings.TrimSpace(key)); !m[key].hold() {
		m[key] = v
	}
}

// first returns the first of some keys that holds something.
func (m frontMatter) first(keys ...string) values {
	for _, key := range keys {
		if m[key].hold() {
			return m[key]
		}
	}
	return nil
}

func (m frontMatter) all(keys ...string) []string {
	var all []string
	for _, key := range keys {
		all = append(all, m[key]...)
	}
	return all
}

func (m frontMatter) says(key, value string) bool {
	return len(m[key]) == 1 && strings.EqualFold(m[key][0], value)
}

// record is the adapter into the one model; the keys are those of jsonRecord.
// Text is not among them: it stands behind the front matter.
func (m frontMatter) record() *record {
	return &record{
		ids:       m.all("id", "_id", "guid", "uid"),
		titles:    m.all("title", "headline"),
		urls:      m.all("url", "link", "canonical_url"),
		dates:     m.all("published", "published_at", "date", "date_publish", "pubdate", "datepublished", "published_date", "publishedat"),
		sources:   m.all("source", "source_domain", "outlet", "publisher"),
		authors:   m.first("author", "authors"),
		sections:  m.all("category", "section"),
		languages: m.all("language", "lang"),
		images:    m.all("image", "image_url", "top_image", "urltoimage"),
		updated:   m.all("updated", "updated_at", "modified", "date_modified", "datemodified", "modified_at", "date_modify", "updatedat", "lastmod"),
		firstSeen: m.all("first_seen", "firstseen"),
		copyOf:    m.all("copy_of", "copyof"),
	}
}

// oneLine keeps an error of a parser fit for a line of a report.
func oneLine(err error) error {
	return fmt.Errorf("%s", shorten(cleanLine(err.Error()), maxName))
}

// recoverAs turns a panic into an error. Only calls into libraries that parse
// strangers' bytes are guarded so: one file may not end the reading of all.
func recoverAs(err *error, what string) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("parse %s: %v", what, v)
	}
}
