package feed

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"newsdesk/article"
)

// maxItems bounds what is taken of one document: its newest items.
const maxItems = 1000

// A document is a feed or sitemap as it was read, whatever its format.
type document struct {
	format   string // as people call it
	title    string
	site     string
	language string
	hints    hints
	items    []item   // newest first, as far as they say
	dropped  int      // older items beyond maxItems
	sitemaps []string // of a sitemap index, newest first
}

// An item is what a document says of one article, in its own words.
type item struct {
	guid  string
	link  string // absolute, or empty
	title string

	content, summary string // markup, or plain text where plain is set
	plain            bool

	published, updated []string // dates in order of preference
	authors            []string
	section            string
	image              string
	language           string
	source             string // of another outlet, if it is not the feed's own
}

var (
	webPage  = regexp.MustCompile(`(?is)^\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b`)
	pageName = regexp.MustCompile(`(?is)<title[^>]{0,200}>(.{0,500}?)</title>`)
	feedRoot = regexp.MustCompile(`(?i)<(\?xml|rss|feed|rdf:rdf|urlset|sitemapindex)\b`)
)

// ErrNoFeed is wrapped when an answer is something else than a feed, and when
// a site has none.
var ErrNoFeed = errors.New("not a feed")

// parse reads a feed or sitemap that was fetched from an address.
func parse(body []byte, contentType, address string) (d *document, err error) {
	text := toUTF8(body, contentType)
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return nil, fmt.Errorf("an empty document, %w", ErrNoFeed)
	case webPage.Match(text):
		return nil, fmt.Errorf("a web page, %w%s", ErrNoFeed, titled(text))
	case text[0] == '{':
		d, err = parseJSON(text)
	default:
		// Warnings of a broken server may stand in front.
		if loc := feedRoot.FindIndex(text[:min(len(text), 8<<10)]); loc != nil {
			text = xmlDeclaration.ReplaceAll(text[loc[0]:], nil)
		} else if text[0] != '<' {
			return nil, fmt.Errorf("text that is %w: %q", ErrNoFeed, shorten(strings.ToValidUTF8(string(text[:min(len(text), 200)]), ""), 60))
		}
		d, err = parseXML(text)
	}
	if err != nil {
		return nil, err
	}
	d.resolve(address)
	d.takeNewest()
	return d, nil
}

// titled tells what a web page calls itself, which often says what went wrong.
func titled(page []byte) string {
	m := pageName.FindSubmatch(page[:min(len(page), 32<<10)])
	if m == nil {
		return ""
	}
	if title := oneLine(string(m[1])); title != "" {
		return fmt.Sprintf(": %q", shorten(title, 100))
	}
	return ""
}

func parseXML(text []byte) (*document, error) {
	root, err := checkXML(text)
	switch {
	case root == "html":
		return nil, fmt.Errorf("a web page, %w%s", ErrNoFeed, titled(text))
	case err != nil && !strings.Contains(" rss rdf feed urlset sitemapindex ", " "+root+" "):
		return nil, fmt.Errorf("something that is %w: %w", ErrNoFeed, err)
	case err != nil:
		return nil, err
	}
	switch root {
	case "rss", "rdf":
		return parseRSS(text, root)
	case "feed":
		return parseAtom(text)
	case "urlset":
		return parseSitemap(text)
	case "sitemapindex":
		return parseSitemapIndex(text)
	}
	return nil, fmt.Errorf("XML whose first element is <%s>, %w", shorten(root, 40), ErrNoFeed)
}

// resolve makes the links of a document absolute: gofeed did so where an
// xml:base says what to, else it is the feed's own address, or, for paths from
// the root, its site.
func (d *document) resolve(address string) {
	own, err := url.Parse(address)
	if err != nil {
		return
	}
	d.site = absolute(own, d.site)
	root := own
	if site, err := url.Parse(d.site); err == nil && d.site != "" {
		root = site
	}
	for i := range d.items {
		it := &d.items[i]
		base := own
		if strings.HasPrefix(it.link, "/") && !strings.HasPrefix(it.link, "//") {
			base = root
		}
		it.link, it.image = absolute(base, it.link), absolute(base, it.image)
	}
	for i, s := range d.sitemaps {
		d.sitemaps[i] = absolute(own, s)
	}
}

// absolute returns a reference as an http or https address, or "".
func absolute(base *url.URL, ref string) string {
	ref = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return -1 // as browsers do
		}
		return r
	}, strings.TrimSpace(ref))
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	u, err := base.Parse(strings.ReplaceAll(ref, " ", "%20"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

// takeNewest orders items by date, those without one staying where they are
// as far as possible, and takes the first maxItems.
func (d *document) takeNewest() {
	if len(d.items) <= maxItems {
		return
	}
	type dated struct {
		item
		at time.Time
	}
	all := make([]dated, len(d.items))
	known := 0
	for i, it := range d.items {
		all[i] = dated{it, firstDate(it.published, it.updated)}
		if !all[i].at.IsZero() {
			known++
		}
	}
	if known == len(all) {
		slices.SortStableFunc(all, func(a, b dated) int { return b.at.Compare(a.at) })
	}
	d.dropped = len(all) - maxItems
	d.items = d.items[:0]
	for _, it := range all[:maxItems] {
		d.items = append(d.items, it.item)
	}
	d.items = slices.Clip(d.items)
}

// firstDate returns the first date that can be understood, or zero.
func firstDate(lists ...[]string) time.Time {
	for _, list := range lists {
		for _, s := range list {
			if t, err := article.ParseDate(s); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}

// oneLine returns what a reader would see of a title or name.
func oneLine(s string) string {
	s = shorten(s, 8<<10)
	if strings.ContainsAny(s, "<&") {
		if text, _, err := article.FromMarkup(s); err == nil {
			s = text
		}
	}
	return strings.Join(strings.Fields(s), " ")
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// firstOf returns the first that is not blank.
func firstOf(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}
