package article

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/publicsuffix"
)

// A Page is one web page with the article on it.
type Page struct {
	// Article is what the page holds; its ID is made from its address.
	Article Article

	// Paywalled says that the page declares its text not to be free for all
	// (isAccessibleForFree in its JSON-LD), so that what it shows may be less
	// than the article, and what it tells search engines is not to be shown.
	Paywalled bool

	// Declared says that the page calls itself an article, in its JSON-LD or by
	// OpenGraph, so that it is no list, front page or shop.
	Declared bool
}

// ParsePage reads a web page that was fetched from address, an absolute http
// or https address; contentType is that of its header, or "".
//
// The page's canonical address is believed if it is one of the same site and
// not its front page; else address stands. Either way what only tracks readers
// is off it. Of a page that is not free for all, the parts that it declares to
// be paid for are left out, even where the page holds them.
//
// The error says why there is no article on it; Paywalled and Declared are
// right all the same.
func ParsePage(raw []byte, contentType, address string) (Page, error) {
	raw, err := decodePage(raw, contentType)
	if err != nil {
		return Page{}, err
	}
	doc, err := parsePage(raw)
	if err != nil {
		return Page{}, err
	}
	p := pageOf(doc)
	found := Page{Paywalled: p.ld.paywalled(), Declared: p.declared()}
	for _, selector := range p.ld.paidParts() {
		removeSelected(doc, selector)
	}
	r := p.record(doc)
	r.urls = []string{p.believedURL(address, r.urls)}
	found.Article, err = r.article()
	return found, err
}

// declared reports whether the page calls itself an article.
func (p *page) declared() bool {
	if p.stated {
		return true
	}
	for _, kind := range p.meta["og:type"] {
		switch strings.ToLower(kind) {
		case "article", "news", "newsarticle", "og:article", "blog", "blogpost":
			return true
		}
	}
	return len(p.meta["article:published_time"]) > 0
}

// removeSelected takes what a CSS selector names out of the page. One that
// nobody could follow takes nothing out, and neither does one that could take
// for ever: each of its descendant combinators multiplies the work by the
// page's depth, and what is paid for is named by a class or two.
func removeSelected(doc *html.Node, selector string) {
	const maxLength, maxParts = 500, 2
	for group := range strings.SplitSeq(selector, ",") {
		parts := strings.FieldsFunc(group, func(r rune) bool { return strings.ContainsRune(" \t\r\n>+~", r) })
		if len(selector) > maxLength || len(parts) > maxParts || strings.Contains(group, ":") {
			return
		}
	}
	group, err := cascadia.ParseGroup(selector)
	if err != nil {
		return
	}
	for _, n := range cascadia.QueryAll(doc, group) {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// believedURL returns the first of what the page states as its address that
// can be true, else the address it was fetched from.
func (p *page) believedURL(address string, stated []string) string {
	from := parseURL(address)
	if from == nil {
		return address
	}
	base := from
	if b, err := from.Parse(strings.TrimSpace(p.base)); err == nil && b.Host != "" {
		base = b
	}
	for _, s := range stated {
		to, err := base.Parse(strings.TrimSpace(s))
		if s == "" || err != nil || parseURL(to.String()) == nil {
			continue
		}
		if isSameSite(from, to) && (!isFrontPage(to) || isFrontPage(from)) {
			return CanonicalURL(to.String())
		}
	}
	return CanonicalURL(address)
}

// isSameSite reports whether two addresses belong to one registered domain.
// A page out of Google's store of AMP pages may be anyone's.
func isSameSite(from, to *url.URL) bool {
	a, b := strings.ToLower(from.Hostname()), strings.ToLower(to.Hostname())
	if a == b || strings.HasSuffix(a, ".cdn.ampproject.org") {
		return true
	}
	siteA, errA := publicsuffix.EffectiveTLDPlusOne(a)
	siteB, errB := publicsuffix.EffectiveTLDPlusOne(b)
	return errA == nil && errB == nil && siteA == siteB
}

var frontPage = regexp.MustCompile(`(?i)^/?([a-z]{2}([-_][a-z]{2})?/?)?((index|default|home)(\.[a-z]{3,5})?/?)?$`)

// isFrontPage tells the address of a site, or of its edition in a language,
// from that of anything on it.
func isFrontPage(u *url.URL) bool {
	return frontPage.MatchString(u.Path) && withoutTracking(u.RawQuery) == ""
}

// FromMarkup returns what a reader would see of a piece of HTML, such as a feed
// carries: one line for each paragraph, heading or list item, as in
// Article.Text, and which of them are headings.
func FromMarkup(markup string) (text string, headings []Span, err error) {
	r := record{text: markup}
	if len(markup) > maxText {
		return "", nil, fmt.Errorf("text is %w: %d bytes, over %d MiB", errTooLong, len(markup), maxText>>20)
	}
	if err := r.setMarkup(); err != nil {
		return "", nil, err
	}
	return r.text, r.headings, nil
}
