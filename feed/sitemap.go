package feed

import (
	"cmp"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"time"
)

// newsAge is how old an article in a news sitemap may be
// (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
// A sitemap that is not one of news may hold a site's every page.
const newsAge = 48 * time.Hour

// parseSitemap reads a news sitemap: of its addresses those with news:news.
func parseSitemap(text []byte) (*document, error) {
	d := &document{format: "news sitemap"}
	err := walkSitemap(text, "url", func(field map[string]string) {
		if field["publication_date"] == "" && field["title"] == "" {
			return
		}
		d.items = append(d.items, item{
			link: field["loc"], guid: field["loc"], title: field["title"], image: field["image:loc"],
			published: nonEmpty(field["publication_date"]), updated: nonEmpty(field["lastmod"]),
			language: field["language"], section: firstOf(strings.Split(field["genres"], ",")...), source: oneLine(field["name"]),
		})
		d.title = cmp.Or(d.title, oneLine(field["name"]))
	})
	return d, err
}

// keepNews drops what is older than a news sitemap may hold.
func (d *document) keepNews(now time.Time) {
	if d.format != "news sitemap" {
		return
	}
	d.items = slices.DeleteFunc(d.items, func(it item) bool {
		at := firstDate(it.published, it.updated)
		return !at.IsZero() && now.Sub(at) > newsAge
	})
}

// parseSitemapIndex reads where the sitemaps of a site are, those that sound
// like news first.
func parseSitemapIndex(text []byte) (*document, error) {
	type entry struct {
		loc  string
		at   time.Time
		news bool
	}
	var all []entry
	err := walkSitemap(text, "sitemap", func(field map[string]string) {
		if loc := field["loc"]; loc != "" {
			all = append(all, entry{loc, firstDate(nonEmpty(field["lastmod"])), strings.Contains(strings.ToLower(loc), "news")})
		}
	})
	slices.SortStableFunc(all, func(a, b entry) int {
		if a.news != b.news {
			if a.news {
				return -1
			}
			return 1
		}
		return b.at.Compare(a.at)
	})
	d := &document{format: "sitemap index"}
	for _, e := range all {
		d.sitemaps = append(d.sitemaps, e.loc)
	}
	return d, err
}

// walkSitemap calls found with the fields of each element of a name. Fields go
// by their local names, but for the address of a picture.
func walkSitemap(text []byte, name string, found func(map[string]string)) error {
	d := lenient(text)
	var field map[string]string
	var path []string
	var words strings.Builder
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return wordXML(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			path = append(path, strings.ToLower(tok.Name.Local))
			words.Reset()
			if strings.EqualFold(tok.Name.Local, name) {
				field = make(map[string]string)
			}
		case xml.CharData:
			words.Write(tok)
		case xml.EndElement:
			own := path[len(path)-1]
			if path = path[:len(path)-1]; own == name && field != nil {
				found(field)
				field = nil
			} else if field != nil {
				if len(path) > 0 && path[len(path)-1] == "image" {
					own = "image:" + own
				}
				if v := strings.TrimSpace(words.String()); v != "" && field[own] == "" {
					field[own] = v
				}
			}
			words.Reset()
			if len(path) == 0 {
				return nil
			}
		}
	}
}
