package article

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// A stored article is one file of a Store.
type stored struct {
	Article

	// asPut tells, for each of parts, what the outlet last said of it.
	asPut [numParts]string

	// since is when this version was first had; zero in the first one.
	since time.Time

	raw  []byte      // the file
	file fs.FileInfo // nil if it is not written yet
}

// Keys of the front matter that only a Store writes.
const (
	sinceKey = "since"
	asPutKey = "as_put"
)

// parseStored reads a file of a store, as Read does.
func parseStored(raw []byte, name string) (stored, error) {
	front, text, err := splitFrontMatter(raw)
	if err != nil {
		return stored{}, err
	}
	r, err := front.markdown(text, name)
	if err != nil {
		return stored{}, err
	}
	a, err := r.article()
	if err != nil {
		return stored{}, err
	}
	s := stored{Article: a, since: firstDate(front[sinceKey]), raw: raw}
	s.asPut = digestsOf(&a)
	if all := strings.Fields(strings.Join(front[asPutKey], " ")); len(all) == numParts {
		s.asPut = [numParts]string(all)
	}
	return s, nil
}

var errNotExact = errors.New("the article cannot be written so that it reads back as it is")

// encode writes an article as a file that parseStored reads back just so. Of
// the file that it replaces, if any, it keeps what people added to the front
// matter, and the Markdown where the text is the same.
func (s stored) encode(old []byte, name string) ([]byte, error) {
	var added []*yaml.Node
	var bodies []body
	if front, text, err := splitFrontMatter(old); err == nil && front != nil {
		added = addedNodes(old)
		bodies = append(bodies, body{string(text), front.says(bodyKey, verbatim)})
	}
	if text, ok := writeMarkdown(s.Text, s.Headings); ok {
		bodies = append(bodies, body{text, false})
	}
	bodies = append(bodies, body{writeVerbatim(s.Text, s.Headings), true})
	for _, added := range [][]*yaml.Node{added, nil} {
		for _, b := range bodies {
			raw, err := s.write(b, added)
			if err != nil {
				return nil, err
			}
			if back, err := parseStored(raw, name); err == nil && back.equal(s) {
				return raw, nil
			}
		}
	}
	return nil, errNotExact
}

func (s stored) equal(t stored) bool {
	return reflect.DeepEqual(s.Article, t.Article) && s.asPut == t.asPut && s.since.Equal(t.since)
}

// A body is what stands behind the front matter.
type body struct {
	text     string
	verbatim bool
}

func (s stored) write(b body, added []*yaml.Node) ([]byte, error) {
	m := &yaml.Node{Kind: yaml.MappingNode}
	put := func(key string, n *yaml.Node) {
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, n)
	}
	text := func(key, value string) {
		if value != "" {
			put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value})
		}
	}
	moment := func(key string, t time.Time) {
		if !t.IsZero() {
			put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: exactDate(t)})
		}
	}
	text("id", s.ID)
	text("title", escapeEntities(s.Title))
	text("source", escapeEntities(s.Source))
	text("url", s.URL)
	if len(s.Authors) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, author := range s.Authors {
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: escapeAuthor(author)})
		}
		put("authors", list)
	}
	text("section", escapeEntities(s.Section))
	text("language", s.Language)
	text("image", s.Image)
	moment("published", s.Published)
	moment("updated", s.Updated)
	moment("first_seen", s.FirstSeen)
	text("copy_of", s.CopyOf)
	moment(sinceKey, s.since)
	if b.verbatim {
		text(bodyKey, verbatim)
	}
	m.Content = append(m.Content, added...)
	text(asPutKey, strings.Join(s.asPut[:], " "))

	front, err := yaml.Dump(m, yaml.WithLineWidth(-1))
	if err != nil {
		return nil, fmt.Errorf("write the front matter: %w", err)
	}
	var out bytes.Buffer
	out.Grow(len(front) + len(b.text) + 8)
	out.WriteString("---\n")
	out.Write(front)
	out.WriteString("---\n")
	out.WriteString(b.text)
	return out.Bytes(), nil
}

// addedNodes returns the keys and values that people added to a file's front
// matter, with their comments.
func addedNodes(raw []byte) (added []*yaml.Node) {
	own := []string{"id", "title", "source", "url", "authors", "section", "language", "image",
		"published", "updated", "first_seen", "copy_of", sinceKey, bodyKey, asPutKey}
	_, rest, _ := bytes.Cut(raw, []byte{'\n'})
	inner, _, ok := cutFence(rest, "---")
	var doc yaml.Node
	if !ok || loadNode(inner, &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	pairs := doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		if !slices.Contains(own, pairs[i].Value) {
			added = append(added, pairs[i], pairs[i+1])
		}
	}
	return added
}

func loadNode(raw []byte, doc *yaml.Node) (err error) {
	defer recoverAs(&err, "YAML")
	return yaml.Load(raw, doc)
}

// exactDate is FormatDate to the nanosecond.
func exactDate(t time.Time) string {
	if DayOnly(t) {
		return FormatDate(t)
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// escapeEntities writes a line of which cleanLine makes s.
func escapeEntities(s string) string {
	return entity.ReplaceAllStringFunc(s, func(e string) string { return "&amp;" + e[1:] })
}

// escapeAuthor writes an author of which byline makes s.
func escapeAuthor(s string) string {
	if len(s) > 3 && strings.EqualFold(s[:3], "by ") {
		s = "By " + s
	}
	return escapeEntities(s)
}

// normal returns an article as Read would have it: names and titles on one
// line, addresses that can be shown, times in UTC, a text in UTF-8. Its error
// says why it can be none.
func normal(a Article) (Article, error) {
	text := strings.ToValidUTF8(a.Text, "\uFFFD")
	headings := a.Headings
	if text != a.Text {
		headings = nil // they lie elsewhere now
	}
	r := record{
		ids: values{a.ID}, titles: values{escapeEntities(a.Title)}, sources: values{escapeEntities(a.Source)},
		sections: values{escapeEntities(a.Section)}, languages: values{a.Language},
		urls: values{a.URL}, images: values{a.Image}, copyOf: values{a.CopyOf},
		dates: dated(a.Published), updated: dated(a.Updated), firstSeen: dated(a.FirstSeen),
		text: text, headings: soundHeadings(text, headings),
	}
	for _, author := range a.Authors {
		r.authors = append(r.authors, escapeAuthor(author))
	}
	return r.article()
}

func dated(t time.Time) values {
	if t.IsZero() {
		return nil
	}
	return values{exactDate(t)}
}

// soundHeadings leaves out what Blocks would not take for headings.
func soundHeadings(text string, headings []Span) (sound []Span) {
	end := 0
	for _, h := range headings {
		if h.Start >= end && h.Start < h.End && h.End <= len(text) && trim(text, h) == h &&
			strings.ToValidUTF8(h.Of(text), "") == h.Of(text) {
			sound = append(sound, h)
			end = h.End
		}
	}
	return sound
}

// moment is when an article came out, or else was first seen.
func (a *Article) moment() time.Time {
	if a.Published.IsZero() {
		return a.FirstSeen
	}
	return a.Published
}

// squeezed is a text with nothing but single spaces between its words.
func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// A part is what an outlet, or somebody who edits the file, may change apart
// from the rest.
type part struct {
	of   func(*Article) string // empty if the article does not state it
	copy func(to, from *Article)
}

const (
	titlePart = iota
	textPart
	numParts = 9
)

func parts() [numParts]part {
	return [numParts]part{
		titlePart: {func(a *Article) string { return squeezed(a.Title) }, func(to, from *Article) { to.Title = from.Title }},
		textPart: {func(a *Article) string { return squeezed(a.Text) },
			func(to, from *Article) { to.Text, to.Headings = from.Text, from.Headings }},
		2: {func(a *Article) string { return a.Source }, func(to, from *Article) { to.Source = from.Source }},
		3: {func(a *Article) string { return a.URL }, func(to, from *Article) { to.URL = from.URL }},
		4: {func(a *Article) string { return strings.Join(a.Authors, "\n") }, func(to, from *Article) { to.Authors = from.Authors }},
		5: {func(a *Article) string { return a.Section }, func(to, from *Article) { to.Section = from.Section }},
		6: {func(a *Article) string { return a.Language }, func(to, from *Article) { to.Language = from.Language }},
		7: {func(a *Article) string { return a.Image }, func(to, from *Article) { to.Image = from.Image }},
		8: {func(a *Article) string { return FormatDate(a.Published) }, func(to, from *Article) { to.Published = from.Published }},
	}
}

func digestsOf(a *Article) (all [numParts]string) {
	for i, p := range parts() {
		all[i] = "-"
		if s := p.of(a); s != "" {
			all[i] = fingerprint(s)[:8]
		}
	}
	return all
}

// merge brings a stored article up to date with what its outlet says now. What
// the outlet has not changed stays, and with it what people made of it.
func (s stored) merge(now Article) (next stored, edited bool) {
	next = s
	digests := digestsOf(&now)
	for i, p := range parts() {
		if digests[i] == "-" || digests[i] == s.asPut[i] {
			continue
		}
		next.asPut[i] = digests[i]
		if p.of(&next.Article) != p.of(&now) {
			p.copy(&next.Article, &now)
			edited = edited || i == titlePart || i == textPart
		}
	}
	if now.Updated.After(s.Updated) {
		next.Updated = now.Updated
	}
	if !now.FirstSeen.IsZero() && now.FirstSeen.Before(cmp.Or(s.FirstSeen, now.FirstSeen.Add(1))) {
		next.FirstSeen = now.FirstSeen
	}
	next.CopyOf = cmp.Or(s.CopyOf, now.CopyOf)
	return next, edited
}
