package commands

import (
	"unicode/utf8"

	"newsdesk/article"
)

// pageSize is how many bytes of an article a page shows: what one message on
// Discord holds with its title and escapes.
const pageSize = 2400

// pagesOf divides an article into pages of whole paragraphs; a paragraph that
// is longer than a page is divided at sentence ends.
func pagesOf(a article.Article) [][]string {
	var pages [][]string
	var page []string
	size := 0
	put := func(s string) {
		if size > 0 && size+len(s) > pageSize {
			pages, page, size = append(pages, page), nil, 0
		}
		page, size = append(page, s), size+len(s)
	}
	for _, b := range article.Blocks(a.Text, a.Headings) {
		text := b.Of(a.Text)
		if len(text) <= pageSize {
			put(text)
			continue
		}
		for _, piece := range paragraphPieces(a.Text, b) {
			put(piece)
		}
	}
	if len(page) > 0 {
		pages = append(pages, page)
	}
	return pages
}

func paragraphPieces(text string, b article.Block) []string {
	var pieces []string
	start := b.Start
	for i, s := range b.Sentences {
		if s.End-start > pageSize && i > 0 && b.Sentences[i-1].End > start {
			pieces = append(pieces, text[start:b.Sentences[i-1].End])
			start = s.Start
		}
		for s.End-start > pageSize { // one endless sentence
			cut := start + pageSize
			for !utf8.RuneStart(text[cut]) {
				cut--
			}
			pieces = append(pieces, text[start:cut])
			start = cut
		}
	}
	return append(pieces, text[start:b.End])
}
