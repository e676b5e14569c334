package article

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Bounds on the markup of one block (a paragraph, a heading, a cell of a
// table), on which goldmark spends the square of its amount. What goes beyond
// is plain text. They are many times what people write in one block: 250 words
// set off in a paragraph, 200 notes to it.
const (
	maxEmphasis = 500 // runs of * and _, and as many of ~
	maxRun      = 20  // characters of one such run
	maxBrackets = 200 // that may begin a link or an image
	maxUnclosed = 100 // runs of backticks with no counterpart
)

// maxContainers bounds quotes and lists in each other. Each line is taken
// through all that are open, and some of goldmark calls itself for each.
const maxContainers = 100

// Bounds on tables; what goes beyond is a paragraph.
const (
	maxFilling = 100  // empty cells that rows may lack beyond half of the table
	maxEscaped = 1000 // pipes with a backslash in a document, all compared with each other
)

// newMarkdownParser returns a parser for one document, with goldmark's own
// parsers kept within the bounds.
func newMarkdownParser() (parser.Parser, *nesting) {
	depth := &nesting{}
	blocks := parser.DefaultBlockParsers()
	for i, b := range blocks {
		// A list item stands in a list, and that one cannot be without it.
		switch b.Value {
		case parser.NewListParser(), parser.NewBlockquoteParser():
			blocks[i].Value = nested{b.Value.(parser.BlockParser), depth}
		}
	}
	return parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(
			// The order is goldmark's own.
			util.Prioritized(&codeParser{InlineParser: parser.NewCodeSpanParser()}, 100),
			util.Prioritized(&linkParser{InlineParser: parser.NewLinkParser()}, 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewRawHTMLParser(), 400),
			util.Prioritized(&emphasisParser{InlineParser: parser.NewEmphasisParser()}, 500),
			util.Prioritized(&emphasisParser{InlineParser: extension.NewStrikethroughParser()}, 500),
			util.Prioritized(extension.NewLinkifyParser(), 999),
		),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(&tableParser{ParagraphTransformer: extension.NewTableParagraphTransformer()}, 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	), depth
}

// nesting tells whether a document went over maxContainers.
type nesting struct{ exceeded bool }

// nested opens quotes or lists as long as they are not too deep.
type nested struct {
	parser.BlockParser
	depth *nesting
}

func (p nested) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, position := reader.Position()
	node, state := p.BlockParser.Open(parent, reader, pc)
	if node == nil {
		return nil, state
	}
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		if n.Kind() == ast.KindList || n.Kind() == ast.KindBlockquote {
			depth++
		}
	}
	if depth < maxContainers {
		return node, state
	}
	p.depth.exceeded = true
	reader.SetPosition(line, position)
	return nil, parser.NoChildren
}

// A tally counts something within a block.
type tally struct {
	block ast.Node
	n     int
}

func (t *tally) of(block ast.Node) int {
	if t.block != block {
		t.block, t.n = block, 0
	}
	return t.n
}

// emphasisParser compares every mark that may close with all that may open.
type emphasisParser struct {
	parser.InlineParser
	runs tally
}

func (p *emphasisParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	n := runLength(block)
	if n <= maxRun && p.runs.of(parent) < maxEmphasis {
		p.runs.n++
		if node := p.InlineParser.Parse(parent, block, pc); node != nil {
			return node
		}
	}
	return takeAsText(block, n)
}

// codeParser goes to the end of the block for each run that nothing closes.
type codeParser struct {
	parser.InlineParser
	unclosed tally
}

func (p *codeParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if p.unclosed.of(parent) >= maxUnclosed {
		return takeAsText(block, runLength(block))
	}
	node := p.InlineParser.Parse(parent, block, pc)
	if node != nil && node.Kind() == ast.KindText {
		p.unclosed.n++
	}
	return node
}

// linkParser may go through the whole block for each bracket that was opened.
type linkParser struct {
	parser.InlineParser
	opened tally
}

func (p *linkParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	opens := block.Peek() != ']' // else "[", or "!" that may stand before it
	if opens && p.opened.of(parent) >= maxBrackets {
		return nil
	}
	node := p.InlineParser.Parse(parent, block, pc)
	if opens && node != nil {
		p.opened.n++
	}
	return node
}

// CloseBlock makes text of the brackets that nothing closed.
func (p *linkParser) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	p.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// runLength returns how often the next character is repeated.
func runLength(block text.Reader) int {
	line, _ := block.PeekLine()
	n := 1
	for n < len(line) && line[n] == line[0] {
		n++
	}
	return n
}

// takeAsText takes the next n bytes as plain text. One by one, each of a long
// run would be looked at as the beginning of another run.
func takeAsText(block text.Reader, n int) ast.Node {
	_, segment := block.PeekLine()
	block.Advance(n)
	return ast.NewTextSegment(segment.WithStop(segment.Start + n))
}

// tableParser makes tables. Rows are filled up to the longest one, so a long
// one over many short ones would fill the memory.
type tableParser struct {
	parser.ParagraphTransformer
	escaped int // pipes in the document
}

func (p *tableParser) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := node.Lines()
	longest, cells := 0, 0
	for i := range lines.Len() {
		segment := lines.At(i)
		line := segment.Value(reader.Source())
		n := bytes.Count(line, []byte("|")) + 1
		longest, cells = max(longest, n), cells+n
		p.escaped += bytes.Count(line, []byte(`\|`))
	}
	if longest*lines.Len() <= 2*cells+maxFilling && p.escaped <= maxEscaped {
		p.ParagraphTransformer.Transform(node, reader, pc)
	}
}

// squeezeLines leaves one empty line of several. They mean the same, but each
// is taken through all lists that are open, and remembered for all of them.
func squeezeLines(source []byte) []byte {
	var out bytes.Buffer
	kept, empty := 0, false // source[kept:] is not in out yet
	at := 0
	for line := range bytes.Lines(source) {
		isEmpty := util.IsBlank(line)
		if isEmpty && empty {
			out.Write(source[kept:at])
			kept = at + len(line)
		}
		at += len(line)
		empty = isEmpty
	}
	if kept == 0 {
		return source
	}
	out.Write(source[kept:])
	return out.Bytes()
}
