package answer

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/index"
)

// Pages is the address below which articles have a page each, without a slash
// at its end, such as "https://news.example"; empty where they have none.
type Pages string

// plainID is what an id consists of that can stand in a path as it is. Proxies
// decode and tidy up all else ("%2F", "//", ".."), but let queries be.
const plainID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~."

// Link is the address of an article's page, on which what mark covers is
// marked and jumped to: the query tells the page, the fragment the browser,
// since that keeps fragments to itself. An empty mark marks nothing. Without
// pages the link is "".
func (p Pages) Link(id string, mark article.Span) string {
	if p == "" {
		return ""
	}
	return string(p) + PagePath(id, mark)
}

// PagePath is the part of a Link behind the pages' address.
func PagePath(id string, mark article.Span) string {
	path, query := "/a", url.Values{}
	if id != "" && strings.Trim(id, plainID) == "" && strings.Trim(id, ".") != "" {
		path += "/" + id
	} else {
		query.Set("id", id)
	}
	fragment := ""
	if mark.Len() > 0 {
		at := MarkName(mark)
		query.Set("at", at)
		fragment = "#" + at
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path + fragment
}

// MarkName names a mark on an article's page: its first byte and the one
// behind its last, such as "120-188".
func MarkName(mark article.Span) string { return fmt.Sprintf("%d-%d", mark.Start, mark.End) }

// ParseMark reads the name of a mark in a text. It reports false where it is
// none, or where the text has no such piece.
func ParseMark(name, text string) (article.Span, bool) {
	start, end, _ := strings.Cut(name, "-")
	from, err1 := strconv.Atoi(start)
	to, err2 := strconv.Atoi(end)
	mark := article.Span{Start: from, End: to}
	if err1 != nil || err2 != nil || from < 0 || from >= to || to > len(text) || MarkName(mark) != name {
		return article.Span{}, false
	}
	if !utf8.RuneStart(text[from]) || to < len(text) && !utf8.RuneStart(text[to]) {
		return article.Span{}, false
	}
	return mark, true
}

// ArticleID is the id of the article whose page has that address, or "".
func (p Pages) ArticleID(address string) string {
	rest, ours := strings.CutPrefix(address, string(p)+"/a")
	if p == "" || !ours {
		return ""
	}
	u, err := url.Parse(rest)
	if err != nil {
		return ""
	}
	if id, ok := strings.CutPrefix(u.Path, "/"); ok && id != "" {
		return id
	}
	if u.Path != "" {
		return ""
	}
	return u.Query().Get("id")
}

// linkTo is the address at which a piece of a passage can be read: on its
// outlet's page, else on the article's own, else "".
func (p Pages) linkTo(from index.Passage, piece article.Span) string {
	if from.URL == "" {
		return p.Link(from.Article, article.Span{Start: from.Start + piece.Start, End: from.Start + piece.End})
	}
	return fragmentLink(from.URL, piece.Of(from.Text))
}

// addressOf is where an article can be read as a whole.
func (p Pages) addressOf(from index.Passage) string {
	if from.URL == "" {
		return p.Link(from.Article, article.Span{})
	}
	return from.URL
}
