package article

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// blockTags begin and end a text that is HTML as a whole.
var blockTags = regexp.MustCompile(`(?is)^\s*<(?:!doctype|html|body|p|div|h[1-6]|ul|ol|blockquote|section|article|table|main|figure)\b[^<>]*>.*</?[a-z][a-z0-9]*\s*/?>\s*$`)

// isMarkup reports whether a text is HTML as a whole: it begins with the tag
// of a block and ends with a tag. Any other text is taken as it stands, tags
// and all, since a quote must be found in it byte for byte.
func isMarkup(s string) bool { return blockTags.MatchString(s) }

// setMarkup converts the text of r from HTML to what a reader would see.
func (r *record) setMarkup() error {
	if len(r.text) > maxText {
		return nil // refused for its length later on
	}
	doc, err := parsePage([]byte(r.text))
	if err != nil {
		return err
	}
	text := textOf(doc, "")
	r.text, r.headings = text.String(), text.headings
	return nil
}

var errTangled = errors.New("HTML leaves too many tags open; mend its markup")

// parsePage parses HTML that is not out to use up the memory.
func parsePage(raw []byte) (*html.Node, error) {
	if isTangled(raw) {
		return nil, errTangled
	}
	doc, err := html.Parse(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("parse HTML: %w", err)
	}
	return doc, nil
}

// isTangled guards against pages that open hundreds of <b> or <font> without
// closing them: a parser has to open all of them anew in each later block,
// which makes gigabytes of a few megabytes. It counts at most how many such
// elements that would be.
func isTangled(raw []byte) bool {
	const tolerable = 4 << 20
	open, reopened := 0, 0
	for z := html.NewTokenizer(bytes.NewReader(raw)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return false
		}
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		name, _ := z.TagName()
		switch atom.Lookup(name) {
		case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S,
			atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
			if kind == html.StartTagToken {
				open++
			} else {
				open = max(0, open-1)
			}
		}
		if reopened += min(open, 512); reopened > tolerable {
			return true
		}
	}
}

// textOf returns the text below a node as a reader sees it. The first
// heading that only repeats the title is left out.
func textOf(n *html.Node, title string) *plainText {
	w := htmlText{title: title}
	w.walk(n)
	return &w.out
}

// textOfAll is textOf for several nodes, one below the other.
func textOfAll(nodes []*html.Node, title string) *plainText {
	w := htmlText{title: title}
	for _, n := range nodes {
		w.out.gap(emptyLine)
		w.walk(n)
	}
	return &w.out
}

type htmlText struct {
	out   plainText
	title string // as a heading to leave out once
	items int    // list items open in each other
	cells int    // table cells open in each other
}

// walk does not run out of stack: the parser bounds the depth at 512.
func (w *htmlText) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.out.write(n.Data)
		return
	case html.ElementNode:
		if isUnread(n) {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	g := w.gapAround(n)
	w.out.gap(g)
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if w.title != "" && strings.EqualFold(cleanLine(innerText(n)), w.title) {
			w.title = ""
			return
		}
		w.out.startHeading()
		w.children(n)
		w.out.endHeading()
		return
	case atom.Td, atom.Th:
		if laysOut(n) {
			w.out.gap(emptyLine)
			w.children(n)
			w.out.gap(emptyLine)
			return
		}
		if previousCell(n) {
			w.out.write(" | ")
		}
		w.cells++
		w.children(n)
		w.cells--
	case atom.Li:
		w.items++
		w.children(n)
		w.items--
	case atom.Pre:
		if w.cells == 0 && n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode {
			w.out.writeLines(n.FirstChild.Data)
		} else {
			w.children(n)
		}
	case atom.Br:
		// Two of them in a row stand for the end of a paragraph.
		g = newLine
		if w.out.pending == newLine {
			g = emptyLine
		}
		g = w.within(g)
	default:
		w.children(n)
	}
	w.out.gap(g)
}

func (w *htmlText) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
}

// isUnread reports whether an element holds nothing that is read as an article.
func isUnread(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Nav, atom.Iframe, atom.Object,
		atom.Svg, atom.Math, atom.Aside, atom.Footer, atom.Button, atom.Select, atom.Textarea, atom.Audio, atom.Video, atom.Canvas:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "aria-hidden" && a.Val == "true" {
			return true
		}
	}
	return false
}

// gapAround keeps blocks inside of a list item as close as lines, and those
// inside of a table cell on one line.
func (w *htmlText) gapAround(n *html.Node) gap {
	return w.within(ownGap(n))
}

func (w *htmlText) within(g gap) gap {
	switch {
	case w.cells > 0:
		return min(g, space)
	case w.items > 0:
		return min(g, newLine)
	}
	return g
}

func ownGap(n *html.Node) gap {
	switch n.DataAtom {
	case atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Option, atom.Caption:
		return newLine
	case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Blockquote, atom.Figure, atom.Figcaption, atom.Table, atom.Dl,
		atom.Pre, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Body,
		atom.Address, atom.Hr, atom.Details, atom.Summary, atom.Fieldset, atom.Center:
		return emptyLine
	}
	return noGap
}

// laysOut tells a table cell that places whole parts of an old-fashioned page
// from one that holds a figure or a name: it has two blocks or line breaks.
func laysOut(cell *html.Node) bool {
	blocks := 0
	for n := range cell.Descendants() {
		switch n.DataAtom {
		case atom.P, atom.Div, atom.Table, atom.Ul, atom.Ol, atom.Blockquote, atom.Br,
			atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if blocks++; blocks == 2 {
				return true
			}
		}
	}
	return false
}

func previousCell(n *html.Node) bool {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if s.DataAtom == atom.Td || s.DataAtom == atom.Th {
			return true
		}
	}
	return false
}

// innerText returns all text below n, for short elements such as headings.
func innerText(n *html.Node) string {
	w := htmlText{}
	w.out.inHeading = 1 // keeps it on one line
	w.children(n)
	return w.out.String()
}
