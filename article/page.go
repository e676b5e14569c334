package article

import (
	"fmt"
)

// A Page is one web page with the article on it.
type Page struct {
	// Article is what the page holds; its ID is made from its address.
	Article Article

	// Paywalled says that the page declares its text not to be free for all
	// (isAccessibleForFree in its JSON-LD), so that what it shows may be less
	// than the article, and what it tells search engines is not to be shown.
	Paywalled bool
}

// ParsePage reads a web page that was fetched from address, an absolute http
// or https address; contentType is that of its header, or "". The error says
// why there is no article on it.
func ParsePage(raw []byte, contentType, address string) (Page, error) {
	raw, err := decodePage(raw)
	if err != nil {
		return Page{}, err
	}
	doc, err := parsePage(raw)
	if err != nil {
		return Page{}, err
	}
	p := pageOf(doc)
	r := p.record(doc)
	r.urls = append(r.urls, address)
	a, err := r.article()
	return Page{Article: a}, err
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
