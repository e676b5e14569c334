package article

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	render "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
)

// readMarkdown reads .md: one article, maybe with front matter.
func readMarkdown(in io.Reader, name string, out *sink) {
	raw, err := readWhole(in)
	if err != nil {
		out.problem(0, err)
		return
	}
	front, text, err := splitFrontMatter(raw)
	if err != nil {
		out.problem(0, err)
		return
	}
	r, err := front.markdown(text, name)
	if err != nil {
		out.problem(0, err)
		return
	}
	out.record(0, r)
}

// markdown returns the record of a file with front matter and the text behind
// it: Markdown, or what writeVerbatim wrote.
func (m frontMatter) markdown(text []byte, name string) (*record, error) {
	r := m.record()
	if m.says(bodyKey, verbatim) {
		r.text, r.headings = readVerbatim(string(text))
	} else if err := r.setMarkdown(text); err != nil {
		return nil, err
	}
	r.guessDate(name)
	return r, nil
}

// setMarkdown fills r from Markdown: the text with its headings, and the title
// and the image if r has none. The heading that is the title leaves the text.
func (r *record) setMarkdown(source []byte) (err error) {
	if err := checkMarkdown(source); err != nil {
		return err
	}
	defer recoverAs(&err, "Markdown")
	source = squeezeLines(source)
	parse, depth := newMarkdownParser()
	doc := parse.Parse(text.NewReader(source))
	if depth.exceeded {
		return errTooDeep
	}

	m := markdownText{source: source}
	title := first(r.titles, cleanLine)
	m.title = m.titleHeading(doc, title)
	if m.title != nil && title == "" {
		r.titles = append(r.titles, m.inline(m.title))
	}
	m.walk(doc)
	r.text, r.headings = m.out.String(), m.out.headings
	r.images = append(r.images, m.image)
	return nil
}

var (
	errTooDeep  = fmt.Errorf("nested too deeply: over %d quotes and lists in each other", maxContainers)
	errTooLinky = errors.New("over 1000 links without an empty line between them; put some in")
)

// checkMarkdown guards against text that goldmark cannot take: blocks with
// many "[name]: address", on which it spends the square of their number.
func checkMarkdown(source []byte) error {
	if len(source) > maxText {
		return fmt.Errorf("text is %w: %d bytes, over %d MiB; split it", errTooLong, len(source), maxText>>20)
	}
	const tolerable = 1000
	links := 0
	for line := range bytes.Lines(source) {
		if len(bytes.TrimSpace(line)) == 0 {
			links = 0
		}
		if links += bytes.Count(line, []byte("](")) + bytes.Count(line, []byte("]:")); links > tolerable {
			return errTooLinky
		}
	}
	return nil
}

type markdownText struct {
	source []byte
	out    plainText
	title  ast.Node // the heading that is left out, if any
	image  string   // the first image with an absolute address
}

// titleHeading returns the heading that states the title: where that is known,
// a first-level heading of the same words; else the first of the first level,
// or of any level if it opens the text.
func (m *markdownText) titleHeading(doc ast.Node, title string) ast.Node {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok || h.Level > 1 && (title != "" || n.PreviousSibling() != nil) {
			continue
		}
		words := cleanLine(m.inline(h))
		if words != "" && (title == "" || strings.EqualFold(words, title)) {
			return h
		}
		if title != "" {
			return nil
		}
	}
	return nil
}

// inline returns the words of one block.
func (m *markdownText) inline(n ast.Node) string {
	inner := markdownText{source: m.source}
	inner.out.inHeading = 1 // keeps it on one line
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		inner.walk(c)
	}
	return inner.out.String()
}

// walk visits a node and all below it. It is a loop since emphasis may be
// nested as deeply as a text is long, and a stack that runs over ends a program.
func (m *markdownText) walk(root ast.Node) {
	for n := root; ; {
		if m.visit(n, true) && n.FirstChild() != nil {
			n = n.FirstChild()
			continue
		}
		for m.visit(n, false); n != root && n.NextSibling() == nil; m.visit(n, false) {
			n = n.Parent()
		}
		if n == root {
			return
		}
		n = n.NextSibling()
	}
}

// visit is called before and behind the children of every node, and reports
// whether to visit them.
func (m *markdownText) visit(n ast.Node, entering bool) bool {
	if n == m.title {
		return false
	}
	switch n := n.(type) {
	case *ast.Heading:
		if entering {
			m.out.startHeading()
		} else {
			m.out.endHeading()
		}
	case *ast.Paragraph, *ast.Blockquote, *ast.ThematicBreak, *east.Table:
		m.out.gap(m.blockGap(n))
	case *ast.List:
		m.out.gap(m.blockGap(n))
	case *ast.ListItem, *ast.TextBlock, *east.TableRow, *east.TableHeader:
		m.out.gap(newLine)
	case *east.TableCell:
		if entering && n.PreviousSibling() != nil {
			m.out.write(" | ")
		}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		m.out.gap(m.blockGap(n))
		if entering {
			m.out.writeLines(string(n.Lines().Value(m.source)))
		}
	case *ast.HTMLBlock, *ast.RawHTML:
		return false
	case *ast.Image:
		if m.image == "" {
			m.image = statedURL(string(n.Destination))
		}
		return false
	case *ast.AutoLink:
		if entering {
			m.out.write(string(n.Label(m.source)))
		}
	case *ast.String:
		if entering {
			m.out.write(string(n.Value))
		}
	case *ast.Text:
		if entering {
			m.writeText(n)
		}
	}
	return true
}

// blockGap keeps the paragraphs of a loose list as close as those of a tight
// one, so that every list has one line an item.
func (m *markdownText) blockGap(n ast.Node) gap {
	if p := n.Parent(); p != nil && p.Kind() == ast.KindListItem {
		return newLine
	}
	return emptyLine
}

func (m *markdownText) writeText(n *ast.Text) {
	value := n.Segment.Value(m.source)
	if n.IsRaw() || n.Parent() != nil && n.Parent().Kind() == ast.KindCodeSpan {
		m.out.write(string(value))
	} else {
		m.out.write(unescapeMarkdown(value))
	}
	switch {
	case n.HardLineBreak():
		m.out.gap(newLine)
	case n.SoftLineBreak():
		m.out.gap(space)
	}
}

// unescapeMarkdown resolves backslashes and entities. Only goldmark's writer
// of HTML knows how the two play together, so its escapes are undone again.
func unescapeMarkdown(value []byte) string {
	if bytes.IndexByte(value, '\\') < 0 && bytes.IndexByte(value, '&') < 0 {
		return string(value)
	}
	var b strings.Builder
	w := bufio.NewWriterSize(&b, 64)
	render.DefaultWriter.Write(w, value)
	if w.Flush() != nil {
		return string(value) // a strings.Builder takes everything
	}
	return html.UnescapeString(b.String())
}
