package answer

import (
	"net/url"
	"strings"
)

// What a text fragment may hold: short sentences whole, of longer ones their
// first and last words, so that links stay under Discord's 512 characters for
// a button.
const (
	wholeFragment = 90 // bytes
	edgeWords     = 5
	edgeBytes     = 60
)

// fragmentLink returns the address of a page with a text directive that makes
// browsers scroll to the sentence and mark it (WICG, "URL Fragment Text
// Directives", https://wicg.github.io/scroll-to-text-fragment/). Without an
// address it returns "".
func fragmentLink(page, sentence string) string {
	if page == "" {
		return ""
	}
	words := strings.Fields(sentence)
	text := strings.Join(words, " ")
	var directive string
	if len(text) <= wholeFragment || len(words) < 2*edgeWords {
		directive = escapeDirective(edge(words, false, 2*edgeBytes))
	} else {
		first := escapeDirective(edge(words[:edgeWords], false, edgeBytes))
		last := escapeDirective(edge(words[len(words)-edgeWords:], true, edgeBytes))
		switch {
		case first == "":
		case last == "":
			directive = first // browsers do not read half a pair
		default:
			directive = first + "," + last
		}
	}
	if directive == "" {
		return page
	}
	if strings.Contains(page, "#") {
		return page + ":~:text=" + directive
	}
	return page + "#:~:text=" + directive
}

// edge joins whole words from the front, or from the back, up to limit bytes.
func edge(words []string, back bool, limit int) string {
	for len(words) > 1 && len(strings.Join(words, " ")) > limit {
		if back {
			words = words[1:]
		} else {
			words = words[:len(words)-1]
		}
	}
	if text := strings.Join(words, " "); len(text) <= limit {
		return text
	}
	return "" // one endless word: the page without a directive will do
}

// escapeDirective escapes a piece of a text directive; beside what a URL asks
// for, hyphens and commas are its syntax.
func escapeDirective(s string) string {
	return strings.NewReplacer("+", "%20", "-", "%2D").Replace(url.QueryEscape(s))
}
