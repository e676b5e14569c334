package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"newsdesk/article"
)

// Bounds of a list of feeds.
const (
	maxListBytes = 16 << 20
	maxFeeds     = 20000
)

// The private attribute of Feed.FullText, and its namespace.
const (
	fullTextAttr  = "newsdesk:fullText"
	newsdeskSpace = "urn:newsdesk:opml"
)

// A List is the list of feeds: an OPML file, as readers export and import it,
// and as people edit it. What other programs wrote into it stays.
type List struct{ root *node }

// ReadList reads a file; where there is none the list is empty.
func ReadList(path string) (*List, error) {
	raw, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newList(), nil
	case err != nil:
		return nil, fmt.Errorf("list of feeds: %w: put a copy of it in its place, or delete it to begin a new list", err)
	}
	l, err := ParseList(raw)
	if err != nil {
		return nil, fmt.Errorf("list of feeds %s: %w", path, err)
	}
	return l, nil
}

func newList() *List {
	return &List{root: &node{name: "opml", attrs: []attribute{{"version", "2.0"}}, children: []*node{
		{name: "head", children: []*node{{name: "title", text: "Feeds of newsdesk"}}},
		{name: "body"},
	}}}
}

// ParseList reads OPML, in whatever encoding it says it has.
func ParseList(raw []byte) (*List, error) {
	if len(raw) > maxListBytes {
		return nil, fmt.Errorf("over %d MiB, which is no list of feeds", maxListBytes>>20)
	}
	text := bytes.TrimSpace(toUTF8(raw, ""))
	if len(text) == 0 {
		return newList(), nil
	}
	root, err := checkXML(text)
	if root != "" && root != "opml" {
		return nil, fmt.Errorf("want OPML, and its first element is <%s>", shorten(root, 40))
	}
	if err != nil {
		return nil, fmt.Errorf("not OPML: %w", err)
	}
	l := &List{root: tree(text)}
	if l.body() == nil {
		return nil, errors.New("not OPML: it has no <body>")
	}
	if n := len(l.Feeds()); n > maxFeeds {
		return nil, fmt.Errorf("it has %d feeds, over %d", n, maxFeeds)
	}
	return l, nil
}

func (l *List) body() *node {
	for _, n := range l.root.children {
		if strings.EqualFold(n.name, "body") {
			return n
		}
	}
	return nil
}

// walk visits the outlines below a node with the titles of those around them,
// as long as visit returns true. A document is not nested deeply.
func walk(n *node, folders []string, visit func(parent, n *node, folders []string) bool) bool {
	for _, c := range slices.Clone(n.children) {
		if !strings.EqualFold(c.name, "outline") {
			continue
		}
		if !visit(n, c, folders) {
			return false
		}
		inner := folders
		if title := c.title(); title != "" && c.attr("xmlUrl") == "" {
			inner = append(slices.Clip(folders), title)
		}
		if !walk(c, inner, visit) {
			return false
		}
	}
	return true
}

func (n *node) title() string { return oneLine(firstOf(n.attr("title"), n.attr("text"))) }

// Feeds returns the feeds of the list in its order, each address once. Lines
// whose address is none are left out; see Problems.
func (l *List) Feeds() []Feed {
	var out []Feed
	seen := make(map[string]bool)
	walk(l.body(), nil, func(_, n *node, folders []string) bool {
		if f, ok, err := n.feed(folders); ok && err == nil && !seen[f.URL] {
			seen[f.URL] = true
			out = append(out, f)
		}
		return true
	})
	return out
}

// Problems tells what is wrong with lines of the list that Feeds leaves out.
func (l *List) Problems() []error {
	var out []error
	walk(l.body(), nil, func(_, n *node, folders []string) bool {
		if _, _, err := n.feed(folders); err != nil {
			out = append(out, fmt.Errorf("line %q: %w", shorten(n.title(), 80), err))
		}
		return true
	})
	return out
}

// feed returns the feed of an outline, if it is one.
func (n *node) feed(folders []string) (f Feed, ok bool, err error) {
	address := strings.TrimSpace(n.attr("xmlUrl"))
	if address == "" {
		// Old exports have it here.
		if t := strings.ToLower(n.attr("type")); t != "rss" && t != "atom" || n.attr("url") == "" {
			return Feed{}, false, nil
		}
		address = n.attr("url")
	}
	u, err := parseAddress(address)
	if err != nil {
		return Feed{}, false, err
	}
	f = Feed{URL: u.String(), Title: n.title(), Folder: strings.Join(folders, " / ")}
	if strings.EqualFold(f.Title, address) || strings.EqualFold(f.Title, hostOf(f.URL)) {
		f.Title = "" // what stands there where nobody knew a title
	}
	if site, err := parseAddress(n.attr("htmlUrl")); err == nil && n.attr("htmlUrl") != "" {
		f.Site = site.String()
	}
	switch strings.ToLower(strings.TrimSpace(n.attr(fullTextAttr))) {
	case "true", "1", "yes", "on":
		f.FullText = true
	}
	return f, true, nil
}

// Add puts a feed at the end of its folder, which is made if need be. Where
// the address is in the list already, title and site are changed where f has
// them, the switch is f's, and added is false. The error is that of the address.
func (l *List) Add(f Feed) (added bool, err error) {
	u, err := parseAddress(f.URL)
	if err != nil {
		return false, err
	}
	f.URL = u.String()
	known := l.find(f.URL)
	n := known
	if n == nil {
		n = &node{name: "outline", attrs: []attribute{{"type", "rss"}}}
		in := l.folder(f.Folder)
		in.children = append(in.children, n)
	}
	if f.Title != "" || known == nil {
		title := firstOf(f.Title, hostOf(f.URL))
		n.set("text", title)
		n.set("title", title)
	}
	if known == nil {
		n.set("xmlUrl", f.URL)
	}
	if f.Site != "" {
		n.set("htmlUrl", f.Site)
	}
	if f.FullText {
		n.set(fullTextAttr, "true")
	} else {
		n.set(fullTextAttr, "")
	}
	return known == nil, nil
}

func (l *List) find(address string) (found *node) {
	walk(l.body(), nil, func(_, n *node, folders []string) bool {
		if f, ok, err := n.feed(folders); ok && err == nil && f.URL == address {
			found = n
		}
		return found == nil
	})
	return found
}

// folder returns the outline of a folder, such as "World / Europe".
func (l *List) folder(path string) *node {
	in := l.body()
next:
	for name := range strings.SplitSeq(path, " / ") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		for _, c := range in.children {
			if strings.EqualFold(c.name, "outline") && c.attr("xmlUrl") == "" && strings.EqualFold(c.title(), name) {
				in = c
				continue next
			}
		}
		n := &node{name: "outline", attrs: []attribute{{"text", name}, {"title", name}}}
		in.children = append(in.children, n)
		in = n
	}
	return in
}

// Remove takes feeds out by their address, site or title, and returns them.
func (l *List) Remove(name string) []Feed {
	address := ""
	if u, err := parseAddress(name); err == nil {
		address = u.String()
	}
	var out []Feed
	walk(l.body(), nil, func(parent, n *node, folders []string) bool {
		f, ok, err := n.feed(folders)
		if ok && err == nil && (f.URL == address || strings.EqualFold(f.Title, strings.TrimSpace(name)) || address != "" && f.Site == address) {
			out = append(out, f)
			parent.children = slices.DeleteFunc(parent.children, func(c *node) bool { return c == n })
		}
		return true
	})
	return out
}

// Merge adds the feeds of another list that are not in this one, and returns
// them.
func (l *List) Merge(other *List) []Feed {
	var out []Feed
	known := make(map[string]bool)
	for _, f := range l.Feeds() {
		known[f.URL] = true
	}
	for _, f := range other.Feeds() {
		if known[f.URL] {
			continue
		}
		if added, err := l.Add(f); err == nil && added {
			out = append(out, f)
		}
	}
	return out
}

// Bytes returns the list as OPML that people can read.
func (l *List) Bytes() []byte {
	if l.usesOwn() && l.root.attr("xmlns:newsdesk") == "" {
		l.root.set("xmlns:newsdesk", newsdeskSpace)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	l.root.write(&b, 0)
	return b.Bytes()
}

func (l *List) usesOwn() (uses bool) {
	walk(l.body(), nil, func(_, n *node, _ []string) bool {
		uses = uses || n.attr(fullTextAttr) != ""
		return !uses
	})
	return uses
}

// Write replaces the file at once; a Gatherer that runs notices.
func (l *List) Write(path string) error {
	if err := article.ReplaceFile(path, l.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the list of feeds: %w", err)
	}
	return nil
}
