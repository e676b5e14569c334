package article

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads .html: one web page that holds an article.
func readHTML(in io.Reader, _ string, out *sink) {
	raw, err := readWhole(in)
	if err == nil {
		raw, err = decodePage(raw, "")
	}
	if err != nil {
		out.problem(0, err)
		return
	}
	doc, err := parsePage(raw)
	if err != nil {
		out.problem(0, err)
		return
	}
	out.record(0, pageOf(doc).record(doc))
}

// A page is what the head of a web page, and marks in its body, say of it.
type page struct {
	ld        *linkedData         // of the article; empty where there is none
	stated    bool                // JSON-LD says that there is an article
	meta      map[string][]string // by name or property, in lower case
	title     string              // the title element
	heading   string              // the first h1
	canonical string
	base      string // what relative addresses start from
	language  string
	time      string // the article's own <time datetime>
	nodes     int
}

// pageOf gathers what a document states, before readability takes it apart.
func pageOf(doc *html.Node) *page {
	p := &page{meta: make(map[string][]string)}
	var things linkedThings
	for n := range doc.Descendants() {
		p.nodes++
		switch n.DataAtom {
		case atom.Html:
			p.language = attr(n, "lang")
		case atom.Title:
			if p.title == "" && n.Namespace == "" {
				p.title = innerText(n)
			}
		case atom.Meta:
			p.addMeta(n)
		case atom.Link:
			if slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "canonical") && p.canonical == "" {
				p.canonical = attr(n, "href")
			}
		case atom.H1:
			if p.heading == "" {
				p.heading = innerText(n)
			}
		case atom.Time:
			if p.time == "" && isOwnTime(n) {
				p.time = attr(n, "datetime")
			}
		case atom.Script:
			if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") && n.FirstChild != nil {
				things.add(mendJSON([]byte(n.FirstChild.Data)), 0)
			}
		case atom.Base:
			if p.base == "" {
				p.base = attr(n, "href")
			}
		}
	}
	p.stated = len(things.articles) > 0
	p.ld = things.article(join(p.meta["og:title"], values{p.title, p.heading}))
	return p
}

func (p *page) addMeta(n *html.Node) {
	content := strings.TrimSpace(attr(n, "content"))
	if content == "" {
		return
	}
	for _, key := range []string{"property", "name", "itemprop"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" {
			p.meta[name] = append(p.meta[name], content)
			return
		}
	}
}

// isOwnTime tells the time at which an article came out from that of comments
// and of other articles: it says so, or is the first inside of <article>.
func isOwnTime(n *html.Node) bool {
	if attr(n, "itemprop") == "datePublished" {
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "pubdate" {
			return true
		}
	}
	for up := n.Parent; up != nil; up = up.Parent {
		switch up.DataAtom {
		case atom.Article:
			return true
		case atom.Aside, atom.Footer, atom.Nav, atom.Li:
			return false
		}
	}
	return false
}

func (p *page) all(names ...string) []string {
	var all []string
	for _, name := range names {
		all = append(all, p.meta[name]...)
	}
	return all
}

// record is the adapter into the one model: what JSON-LD says comes first,
// then OpenGraph and other meta elements, then what the page looks like.
func (p *page) record(doc *html.Node) *record {
	ld := p.ld
	site := p.all("og:site_name", "application-name")
	r := &record{
		urls:      join(values{p.canonical}, p.all("og:url"), ld.URL, values{string(ld.Page)}, p.all("twitter:url")),
		dates:     join(ld.Date, p.all("article:published_time", "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date"), values{p.time}),
		sources:   join(ld.Publisher.values, site),
		updated:   join(ld.Modified, p.all("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified")),
		sections:  join(ld.Section, p.all("article:section", "parsely-section", "section")),
		languages: join(ld.Language, values{p.language}, p.all("og:locale", "language")),
		images:    join(p.all("og:image:secure_url", "og:image"), values(ld.Image), p.all("twitter:image")),
		authors:   firstHeld(ld.Author.values, ld.Creator.values, p.all("author", "article:author", "parsely-author", "byl")),
	}
	if firstDate(r.updated).Before(r.date()) {
		r.updated = nil // it cannot be true
	}
	r.titles = join(ld.Headline, p.all("og:title", "twitter:title"), p.shownTitles(site), ld.Name)
	for i, t := range r.titles {
		r.titles[i] = withoutSite(cleanLine(t), slices.Concat(r.sources, site, values{r.source()}))
	}
	p.setText(r, doc)
	return r
}

// shownTitles prefers the first heading to the title element where the latter
// repeats it with decorations, or only names the site. Elsewhere the heading is
// rather that of the site or of a sidebar.
func (p *page) shownTitles(site []string) values {
	title, heading := strings.ToLower(cleanLine(p.title)), strings.ToLower(cleanLine(p.heading))
	namesSite := slices.ContainsFunc(site, func(s string) bool { return strings.EqualFold(cleanLine(s), title) })
	if strings.Contains(title, heading) || namesSite {
		return values{p.heading, p.title}
	}
	return values{p.title, p.heading}
}

func firstHeld(fields ...values) values {
	for _, f := range fields {
		if f.hold() {
			return f
		}
	}
	return nil
}

// withoutSite takes " | Sample Wire" and the like off the end of a title.
func withoutSite(title string, sites []string) string {
	for _, site := range sites {
		if site = cleanName(site); site == "" || len(title) <= len(site) {
			continue
		}
		head, tail := title[:len(title)-len(site)], title[len(title)-len(site):]
		if !strings.EqualFold(tail, site) {
			continue
		}
		cut := strings.TrimRight(head, "|-–—·•:» ")
		if cut != "" && strings.HasSuffix(head, " ") && len(cut) < len(strings.TrimRight(head, " ")) {
			return cut
		}
	}
	return title
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}
