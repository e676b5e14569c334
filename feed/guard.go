package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of what a parser is given. gofeed descends into unknown elements by
// recursion, which at millions of levels ends the program; it copies the
// namespaces in scope for every element, and adds up the pieces of a text one
// by one; and markup that leaves hundreds of <b> open takes an HTML parser
// gigabytes. Feeds of outlets stay far below all of them.
const (
	maxDepth      = 128
	maxAttributes = 256
	maxNamespaces = 64      // in scope at once
	maxElements   = 1 << 20 // of a document
	maxCopied     = 1 << 30 // bytes that adding up the pieces of one text copies
	maxReopened   = 1 << 20 // elements that the markup of one item has opened anew
)

var errHostile = errors.New("not read, since it is made as if to use up the reader's memory")

// checkXML reads an XML document once to its root's end, within bounds, and
// returns the name of its root in lower case.
func checkXML(doc []byte) (root string, err error) {
	d := lenient(doc)
	var g xmlGuard
	for {
		tok, err := d.Token()
		if err == io.EOF && g.root != "" {
			return g.root, errors.New("the document is cut off in the middle")
		}
		if err != nil {
			return g.root, wordXML(err)
		}
		done, err := g.see(tok)
		if done || err != nil {
			return g.root, err
		}
	}
}

func lenient(doc []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	return d
}

func wordXML(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		if strings.Contains(syntax.Msg, "unexpected EOF") {
			return errors.New("the document is cut off in the middle")
		}
		return fmt.Errorf("broken XML in line %d: %s", syntax.Line, syntax.Msg)
	}
	if err == io.EOF {
		return errors.New("the document is empty")
	}
	return fmt.Errorf("broken XML: %w", err)
}

// An xmlGuard counts what tokens of a document would cost a parser.
type xmlGuard struct {
	root     string
	elements int
	spaces   []int // declared by each open element
	inScope  int
	pieces   []xmlPieces // texts of each open element
	open     int         // elements of text style that markup left open
	empty    bool        // an element has just begun
	reopened int
}

type xmlPieces struct{ bytes, copied int }

func (g *xmlGuard) see(tok xml.Token) (done bool, err error) {
	empty := g.empty
	g.empty = false
	switch tok := tok.(type) {
	case xml.StartElement:
		g.empty = true
		return false, g.start(tok)
	case xml.EndElement:
		last := len(g.spaces) - 1
		g.inScope -= g.spaces[last]
		g.spaces, g.pieces = g.spaces[:last], g.pieces[:last]
		if isStyle(tok.Name.Local) && !empty { // to HTML <b/> is one left open
			g.open = max(0, g.open-1)
		}
		return last == 0, nil
	case xml.CharData:
		return false, g.text(tok)
	}
	return false, nil
}

func (g *xmlGuard) start(tok xml.StartElement) error {
	if g.root == "" {
		g.root = strings.ToLower(tok.Name.Local)
	}
	declared := 0
	for _, a := range tok.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			declared++
		}
	}
	g.inScope += declared
	g.elements++
	g.spaces, g.pieces = append(g.spaces, declared), append(g.pieces, xmlPieces{})
	switch name := strings.ToLower(tok.Name.Local); {
	case name == "item" || name == "entry":
		g.open, g.reopened = 0, 0
	case isStyle(name):
		g.open++
	}
	g.reopened += min(g.open, 512)
	switch {
	case len(g.spaces) > maxDepth:
		return fmt.Errorf("%w: elements are nested more than %d deep", errHostile, maxDepth)
	case len(tok.Attr) > maxAttributes:
		return fmt.Errorf("%w: an element has more than %d attributes", errHostile, maxAttributes)
	case g.inScope > maxNamespaces:
		return fmt.Errorf("%w: more than %d namespaces are declared", errHostile, maxNamespaces)
	case g.elements > maxElements:
		return fmt.Errorf("%w: more than %d elements", errHostile, maxElements)
	}
	return g.tangled()
}

func (g *xmlGuard) text(tok xml.CharData) error {
	if len(g.pieces) == 0 {
		return nil // outside of the root
	}
	p := &g.pieces[len(g.pieces)-1]
	p.bytes += len(tok)
	if p.copied += p.bytes; p.copied > maxCopied {
		return fmt.Errorf("%w: a text is in too many pieces", errHostile)
	}
	if bytes.IndexByte(tok, '<') < 0 {
		return nil
	}
	for z := html.NewTokenizer(bytes.NewReader(tok)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return g.tangled()
		case html.StartTagToken:
			if name, _ := z.TagName(); isStyle(string(name)) {
				g.open++
			}
			g.reopened += min(g.open, 512)
		case html.EndTagToken:
			if name, _ := z.TagName(); isStyle(string(name)) {
				g.open = max(0, g.open-1)
			}
		}
	}
}

func (g *xmlGuard) tangled() error {
	if g.reopened > maxReopened {
		return fmt.Errorf("%w: markup leaves too many tags open", errHostile)
	}
	return nil
}

// isStyle tells the elements that an HTML parser opens anew in every block
// while they are not closed.
func isStyle(name string) bool {
	switch strings.ToLower(name) {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// checkJSON bounds the nesting of a JSON document, cheaply.
func checkJSON(doc []byte) error {
	depth, inString := 0, false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("%w: values are nested more than %d deep", errHostile, maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
