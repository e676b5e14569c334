package feed

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
)

// A node is an element of the file, or a comment, whose name is "!--" then.
type node struct {
	name     string
	attrs    []attribute
	text     string // of an element without elements in it, or of a comment
	children []*node
}

type attribute struct{ name, value string }

// tree reads a document that was checked. Names keep their prefixes.
func tree(text []byte) *node {
	d := lenient(text)
	top := &node{}
	stack := []*node{top}
	for {
		tok, err := d.RawToken()
		if err != nil {
			break
		}
		in := stack[len(stack)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: qualified(tok.Name)}
			for _, a := range tok.Attr {
				n.attrs = append(n.attrs, attribute{qualified(a.Name), a.Value})
			}
			in.children = append(in.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			// Elements that were left open end with the one around them.
			for i := len(stack) - 1; i > 0; i-- {
				if stack[i].name == qualified(tok.Name) {
					stack = stack[:i]
					break
				}
			}
		case xml.CharData:
			in.text += string(tok)
		case xml.Comment:
			in.children = append(in.children, &node{name: "!--", text: string(tok)})
		}
	}
	for _, n := range top.children {
		if strings.EqualFold(n.name, "opml") {
			return n
		}
	}
	return &node{name: "opml"}
}

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	return ""
}

// set changes an attribute, or removes it where value is empty.
func (n *node) set(name, value string) {
	i := slices.IndexFunc(n.attrs, func(a attribute) bool { return strings.EqualFold(a.name, name) })
	switch {
	case i < 0 && value != "":
		n.attrs = append(n.attrs, attribute{name, value})
	case i >= 0 && value != "":
		n.attrs[i].value = value
	case i >= 0:
		n.attrs = slices.Delete(n.attrs, i, i+1)
	}
}

func (n *node) write(b *bytes.Buffer, depth int) {
	indent := strings.Repeat("  ", depth)
	if n.name == "!--" {
		b.WriteString(indent + "<!--" + strings.ReplaceAll(strings.TrimRight(n.text, " \t\n")+" ", "--", "- -") + "-->\n")
		return
	}
	b.WriteString(indent + "<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="`)
		escape(b, a.value)
		b.WriteString(`"`)
	}
	text := strings.TrimSpace(n.text)
	switch {
	case len(n.children) > 0:
		b.WriteString(">\n")
		for _, c := range n.children {
			c.write(b, depth+1)
		}
		b.WriteString(indent + "</" + n.name + ">\n")
	case text != "":
		b.WriteString(">")
		escape(b, text)
		b.WriteString("</" + n.name + ">\n")
	case n.name == "body":
		b.WriteString(">\n" + indent + "</body>\n")
	default:
		b.WriteString("/>\n")
	}
}

// escape writes what a person can still read: of quotes only the one that
// would end an attribute is written otherwise.
func escape(b *bytes.Buffer, s string) {
	_, _ = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\r", "&#13;", "\t", "&#9;").WriteString(b, s)
}
