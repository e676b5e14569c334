package article

import (
	"errors"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxScored is the number of nodes above which a page is not given to
// readability, which goes over each of them and all around it many times. Most
// pages of the news have less than ten thousand.
const maxScored = 50_000

// setText finds the article's text: in what the page marks as its body, else in
// the <article> that holds the heading, else where readability finds it, else
// in all of the page. Only where the page shows little of it is what it tells
// search engines taken, if that is free, or what it says without scripts.
func (p *page) setText(r *record, doc *html.Node) {
	title := r.title()
	noscript := unscripted(doc)
	if p.nodes <= 4*maxScored {
		removeClutter(doc)
	}
	text := p.mainText(doc, title)
	r.text, r.headings = text.String(), text.headings
	if body := p.ld.body(); !p.ld.paywalled() && len(body) > 2*len(r.text) && len(body) <= maxText {
		r.setTold(body)
	}
	if noscript == "" || len(r.text) > shortText || len(noscript) > maxText {
		return
	}
	if inner, err := parsePage([]byte(noscript)); err == nil {
		removeClutter(inner)
		if text := textOf(inner, title); text.b.Len() > 2*len(r.text) {
			r.text, r.headings = text.String(), text.headings
		}
	}
}

// shortText is how many bytes of text make one doubt that it is all there is.
const shortText = 400

// setTold takes the text that a page told to search engines, which may be HTML.
func (r *record) setTold(body string) {
	told := record{text: body}
	if !isMarkup(body) {
		var w plainText
		w.writeLines(body)
		told.text = w.String()
	} else if told.setMarkup() != nil {
		return
	}
	r.text, r.headings = told.text, told.headings
}

// unscripted returns the longest of what the page says without scripts, as
// HTML: the parser takes it for text.
func unscripted(doc *html.Node) string {
	longest := ""
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Noscript && n.FirstChild != nil && len(n.FirstChild.Data) > len(longest) {
			longest = n.FirstChild.Data
		}
	}
	return longest
}

func (p *page) mainText(doc *html.Node, title string) *plainText {
	marked := textOfAll(markedBody(doc), title)
	if marked.b.Len() > shortText {
		return marked
	}
	own := textOfAll(ownArticle(doc), title)
	if own.b.Len() > shortText && own.b.Len() > marked.b.Len() {
		return own
	}
	text := textOf(mainPart(doc), title)
	if p.nodes <= maxScored {
		if found, err := readable(doc, title); err == nil && strings.TrimSpace(found.String()) != "" {
			text = grown(doc, found, title)
		}
	}
	// A short report is marked like a long one.
	for _, t := range []*plainText{own, marked} {
		if t.b.Len() > 0 && 2*t.b.Len() > text.b.Len() {
			text = t
		}
	}
	return text
}

// bodyNames are what classes, ids and the like of the element that holds an
// article's text begin or end with, without hyphens and the like.
var bodyNames = []string{
	"articlebody", "articlecontent", "articletext", "entrycontent", "postcontent", "postbody", "posttext",
	"storybody", "storycontent", "storytext", "bodycopy", "bodytext", "fieldnamebody", "newsbody", "newstext",
	"newscontent", "contentbody", "articlebodycontent", "liveblogbody", "liveblogentries", "transcript",
}

// isBody reports whether an element says that it holds an article's text.
func isBody(n *html.Node) bool {
	if strings.EqualFold(attr(n, "itemprop"), "articleBody") {
		return true
	}
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Td, atom.Span:
	default:
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "name", "data-component", "data-testid":
			for name := range strings.FieldsSeq(a.Val) {
				if isBodyName(name) {
					return true
				}
			}
		}
	}
	return false
}

func isBodyName(name string) bool {
	words := nameWords(name)
	if len(words) > 6 {
		return false
	}
	joined := strings.Join(words, "")
	for _, b := range bodyNames {
		if strings.HasPrefix(joined, b) || strings.HasSuffix(joined, b) {
			return true
		}
	}
	return false
}

// markedBody returns the elements that say they hold the article's text, none
// inside of another, with the lead that stands between the heading and them.
// Several are of one name or stand side by side: texts of comments and widgets
// often have such names too. They end where another article begins, as on pages
// that have no end.
func markedBody(doc *html.Node) []*html.Node {
	var found, leads []*html.Node
	var heading *html.Node
	var walk func(n *html.Node) (end bool)
	walk = func(n *html.Node) bool {
		switch {
		case n.DataAtom == atom.H1 && len(found) > 0, len(found) > 0 && isBody(n) && articleAround(n) != articleAround(found[0]):
			return true // the next article
		case n.DataAtom == atom.H1:
			heading, leads = n, nil
			return false
		case isBody(n):
			if len(found) == 0 || n.Parent == found[0].Parent || attr(n, "class") == attr(found[0], "class") {
				found = append(found, n)
			}
			return false
		case heading != nil && len(found) == 0 && isLead(n):
			leads = append(leads, n)
			return false
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if walk(c) {
				return true
			}
		}
		return false
	}
	walk(doc)
	if len(found) == 0 {
		return nil
	}
	return append(leads, found...)
}

func articleAround(n *html.Node) *html.Node {
	for up := n; up != nil; up = up.Parent {
		if up.DataAtom == atom.Article {
			return up
		}
	}
	return nil
}

var leadWords = wordSet(`lead lede leadin standfirst intro introduction dek deck subtitle subheadline subhead subheading summary chapo chapeau entradilla vorspann sapo excerpt strapline kicker+text`)

// isLead tells the lines under the heading that sum an article up.
func isLead(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.H2:
	default:
		return strings.EqualFold(attr(n, "itemprop"), "description") && n.DataAtom != atom.Meta
	}
	named := strings.EqualFold(attr(n, "itemprop"), "description")
	for name := range strings.FieldsSeq(attr(n, "class") + " " + attr(n, "data-component") + " " + attr(n, "data-gu-name") + " " + attr(n, "data-testid")) {
		for _, w := range nameWords(name) {
			named = named || leadWords[w]
		}
	}
	return named && !holdsArticle(n) && len(textBelow(n, 2000)) > 40 && len(textBelow(n, 2000)) < 2000
}

// ownArticle returns the <article> of a page that is not one of several of like
// size, such as cards: the one with the heading, or the only one with text.
func ownArticle(doc *html.Node) []*html.Node {
	var withHeading, only *html.Node
	several := false
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Article || articleAround(n.Parent) != nil || isCard(n) {
			continue
		}
		for d := range n.Descendants() {
			if d.DataAtom == atom.H1 && withHeading == nil {
				withHeading = n
			}
		}
		several = several || only != nil
		only = n
	}
	switch {
	case withHeading != nil:
		return []*html.Node{withHeading}
	case only != nil && !several:
		return []*html.Node{only}
	}
	return nil
}

var errNoArticle = errors.New("no article found in the page")

// readable returns what readability finds, and leaves doc as it was.
func readable(doc *html.Node, title string) (_ *plainText, err error) {
	defer recoverAs(&err, "page")
	parser := readability.NewParser()
	parser.DisableJSONLD = true // read already, and more forgivingly
	found, err := parser.ParseDocument(doc, nil)
	if err != nil {
		return nil, err
	}
	if found.Node == nil {
		return nil, errNoArticle
	}
	return textOf(found.Node, title), nil
}

// grown returns the text of the smallest element that holds nearly all of what
// readability found, if that is not much more: readability knows well where an
// article is, but drops headings, short paragraphs and lists out of it.
func grown(doc *html.Node, found *plainText, title string) *plainText {
	const nearly, muchMore = 0.95, 1.35
	lines := make(map[string]bool)
	for line := range strings.Lines(found.String()) {
		lines[strings.TrimSpace(line)] = true
	}
	held := make(map[*html.Node]int) // bytes of found lines in and below a node
	var weigh func(n *html.Node) int
	weigh = func(n *html.Node) int {
		size := 0
		switch n.DataAtom {
		case atom.P, atom.Li, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if line := innerText(n); lines[line] {
				size = len(line)
			}
		default:
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				size += weigh(c)
			}
		}
		if size > 0 {
			held[n] = size
		}
		return size
	}
	whole, at := weigh(doc), doc
	if 2*whole < found.b.Len() {
		return found // it has no paragraphs to go by
	}
	for c := at.FirstChild; c != nil; {
		if float64(held[c]) >= nearly*float64(whole) {
			at, c = c, c.FirstChild
			continue
		}
		c = c.NextSibling
	}
	if text := textOf(at, title); float64(text.b.Len()) <= muchMore*float64(found.b.Len()) {
		return text
	}
	return found
}

// mainPart returns the element that should hold the article.
func mainPart(doc *html.Node) *html.Node {
	parts := make(map[atom.Atom]*html.Node)
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Article, atom.Main, atom.Body:
			if parts[n.DataAtom] == nil {
				parts[n.DataAtom] = n
			}
		}
	}
	for _, a := range []atom.Atom{atom.Article, atom.Main, atom.Body} {
		if n := parts[a]; n != nil && strings.TrimSpace(textOf(n, "").String()) != "" {
			return n
		}
	}
	return doc
}
