package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	jsonfeed "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// parseRSS adapts RSS 0.9 to 2.0 and RDF.
func parseRSS(text []byte, root string) (*document, error) {
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("broken RSS: %w", err)
	}
	d := &document{format: "RSS", title: oneLine(f.Title), site: f.Link, language: f.Language}
	if root == "rdf" {
		d.format = "RDF"
	}
	if dc := f.DublinCoreExt; dc != nil {
		d.title = firstOf(d.title, oneLine(firstOf(dc.Title...)))
		d.language = firstOf(d.language, firstOf(dc.Language...))
	}
	d.hints = rssHints(f)
	for _, it := range f.Items {
		d.items = append(d.items, rssItem(it))
	}
	return d, nil
}

func rssItem(in *rss.Item) item {
	e := in.Extensions
	it := item{
		title:     in.Title,
		content:   firstOf(in.Content, extension(e, "atom", "content"), in.Custom["encoded"]),
		summary:   firstOf(in.Description, extension(e, "atom", "summary")),
		published: nonEmpty(in.PubDate, extension(e, "atom", "published")),
		updated:   nonEmpty(extension(e, "atom", "updated"), extension(e, "dcterms", "modified")),
		authors:   nonEmpty(person(in.Author)),
		image:     mediaImage(e),
		// The tracking link of a distributor is not the article's address.
		link: firstOf(extension(e, "feedburner", "origLink"), in.Link),
	}
	if g := in.GUID; g != nil {
		it.guid = g.Value
		if it.link == "" && !strings.EqualFold(g.IsPermalink, "false") && strings.HasPrefix(g.Value, "http") {
			it.link = g.Value
		}
	}
	for _, l := range e["atom"]["link"] {
		if rel := l.Attrs["rel"]; it.link == "" && (rel == "" || rel == "alternate") {
			it.link = l.Attrs["href"]
		}
	}
	if dc := in.DublinCoreExt; dc != nil {
		it.title = firstOf(it.title, firstOf(dc.Title...))
		it.summary = firstOf(it.summary, firstOf(dc.Description...))
		it.published = nonEmpty(append(it.published, dc.Date...)...)
		for _, list := range [][]string{dc.Creator, dc.Author} {
			for _, name := range list {
				it.authors = nonEmpty(append(it.authors, person(name))...)
			}
		}
		it.language = firstOf(dc.Language...)
	}
	it.published = nonEmpty(append(it.published, extension(e, "dcterms", "issued"), extension(e, "dcterms", "created"))...)
	if name := extension(e, "atom", "author"); name != "" {
		it.authors = nonEmpty(append(it.authors, name)...)
	}
	for _, enc := range in.Enclosures {
		if it.image == "" && strings.HasPrefix(enc.Type, "image/") {
			it.image = enc.URL
		}
	}
	if len(in.Categories) > 0 {
		it.section = in.Categories[0].Value
	}
	if in.Source != nil {
		it.source = oneLine(in.Source.Title)
	}
	return it
}

// person takes the address of mail off "mail@news.example (A Name)".
func person(s string) string {
	s = oneLine(s)
	if open := strings.IndexByte(s, '('); open >= 0 {
		before, inside := strings.TrimSpace(s[:open]), strings.TrimRight(s[open+1:], ") ")
		if strings.ContainsRune(before, '@') {
			return inside
		}
		return before
	}
	if at := strings.IndexByte(s, '<'); at > 0 {
		s = strings.TrimSpace(s[:at])
	}
	if strings.ContainsRune(s, '@') && !strings.ContainsRune(s, ' ') {
		return ""
	}
	return s
}

// extension returns the text of an element of another vocabulary, or of the
// name in it, as of a person.
func extension(e ext.Extensions, prefix, name string) string {
	for _, x := range e[prefix][name] {
		if x.Value != "" {
			return x.Value
		}
		for _, c := range x.Children["name"] {
			return c.Value
		}
	}
	return ""
}

// mediaImage returns the picture by Media RSS.
func mediaImage(e ext.Extensions) string {
	media := e["media"]
	contents, thumbnails := media["content"], media["thumbnail"]
	for _, group := range media["group"] {
		contents, thumbnails = append(contents, group.Children["content"]...), append(thumbnails, group.Children["thumbnail"]...)
	}
	for _, c := range contents {
		if strings.HasPrefix(c.Attrs["type"], "image/") || c.Attrs["medium"] == "image" {
			return c.Attrs["url"]
		}
		thumbnails = append(thumbnails, c.Children["thumbnail"]...)
	}
	for _, t := range thumbnails {
		return t.Attrs["url"]
	}
	return ""
}

// parseAtom adapts Atom 0.3 and 1.0.
func parseAtom(text []byte) (*document, error) {
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("broken Atom: %w", err)
	}
	d := &document{format: "Atom", title: oneLine(f.Title), site: atomLink(f.Links), language: f.Language}
	d.hints.syndication(f.Extensions)
	for _, e := range f.Entries {
		it := item{
			guid: e.ID, link: atomLink(e.Links), title: e.Title, summary: e.Summary,
			published: nonEmpty(e.Published), updated: nonEmpty(e.Updated), image: mediaImage(e.Extensions),
		}
		it.link = firstOf(extension(e.Extensions, "feedburner", "origLink"), it.link)
		if c := e.Content; c != nil {
			it.content = c.Value
			if it.link == "" && c.Src != "" {
				it.link = c.Src
			}
		}
		for _, l := range e.Links {
			if l.Rel == "enclosure" && it.image == "" && strings.HasPrefix(l.Type, "image/") {
				it.image = l.Href
			}
		}
		for _, p := range e.Authors {
			it.authors = nonEmpty(append(it.authors, person(p.Name))...)
		}
		if len(e.Categories) > 0 {
			it.section = firstOf(e.Categories[0].Label, e.Categories[0].Term)
		}
		if s := e.Source; s != nil {
			it.source = oneLine(s.Title)
			if len(it.authors) == 0 {
				for _, p := range s.Authors {
					it.authors = nonEmpty(append(it.authors, person(p.Name))...)
				}
			}
		}
		if len(it.authors) == 0 {
			for _, p := range f.Authors {
				it.authors = nonEmpty(append(it.authors, person(p.Name))...)
			}
		}
		d.items = append(d.items, it)
	}
	return d, nil
}

// atomLink returns the link to the page itself, HTML before other types.
func atomLink(links []*atom.Link) string {
	best := ""
	for _, l := range links {
		if l.Rel != "alternate" || l.Href == "" {
			continue
		}
		if l.Type == "" || strings.Contains(l.Type, "html") {
			return l.Href
		}
		if best == "" {
			best = l.Href
		}
	}
	return best
}

// parseJSON adapts JSON Feed 1.0 and 1.1. Items are read one by one, so that
// one of odd types costs only itself.
func parseJSON(text []byte) (*document, error) {
	if err := checkJSON(text); err != nil {
		return nil, err
	}
	var f struct {
		Version, Title, Language string
		HomePageURL              string            `json:"home_page_url"`
		Items                    []json.RawMessage `json:"items"`
		Authors                  []jsonfeed.Author `json:"authors"`
		Author                   *jsonfeed.Author  `json:"author"`
	}
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("broken JSON: %w", err)
	}
	if f.Items == nil {
		return nil, fmt.Errorf("JSON without items, %w", ErrNoFeed)
	}
	d := &document{format: "JSON Feed", title: oneLine(f.Title), site: f.HomePageURL, language: f.Language}
	var everybody []string
	for _, a := range f.Authors {
		everybody = nonEmpty(append(everybody, person(a.Name))...)
	}
	if f.Author != nil && everybody == nil {
		everybody = nonEmpty(person(f.Author.Name))
	}
	for _, raw := range f.Items {
		var in jsonfeed.Item
		if json.Unmarshal(raw, &in) != nil {
			continue
		}
		it := item{
			guid: in.ID, link: firstOf(in.URL, in.ExternalURL), title: in.Title, summary: in.Summary, content: in.ContentHTML,
			published: nonEmpty(in.DatePublished), updated: nonEmpty(in.DateModified),
			image: firstOf(in.Image, in.BannerImage), language: in.Language,
		}
		if it.content == "" {
			it.content, it.plain = in.ContentText, true
		}
		for _, a := range in.Authors {
			if a != nil {
				it.authors = nonEmpty(append(it.authors, person(a.Name))...)
			}
		}
		if in.Author != nil && it.authors == nil {
			it.authors = nonEmpty(person(in.Author.Name))
		}
		if it.authors == nil {
			it.authors = everybody
		}
		if len(in.Tags) > 0 {
			it.section = in.Tags[0]
		}
		d.items = append(d.items, it)
	}
	return d, nil
}
