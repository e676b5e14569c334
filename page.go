package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/locale"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// A page sets replies as text for a terminal. Where standard output is none,
// lines are not wrapped and nothing is set off, so that programs and files get
// each sentence as it stands in the article.
type page struct {
	b     strings.Builder
	width int // columns; 0 does not wrap
	style bool
}

// maxWidth keeps lines readable on wide terminals.
const maxWidth = 88

func newPage(w io.Writer) *page {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &page{}
	}
	p := &page{width: 80, style: os.Getenv("NO_COLOR") == ""}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
		p.width = min(width, maxWidth)
	}
	return p
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	p.b.Reset()
	return err
}

// SGR sequences (ECMA-48, section 8.3.117).
const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	plain = "\x1b[0m"
)

func (p *page) styled(s, sgr string) string {
	if !p.style || s == "" {
		return s
	}
	return sgr + s + plain
}

// reply sets a reply.
func (p *page) reply(r commands.Reply) {
	if r.Title != "" {
		p.line(0, p.styled(visible(r.Title), bold))
		p.gap()
	}
	for _, l := range r.Lines {
		text := visible(l.Text)
		for _, n := range l.Cites {
			text += fmt.Sprintf(" [%d]", n)
		}
		p.line(0, text)
	}
	if len(r.Facts) > 0 {
		if len(r.Lines) > 0 {
			p.gap()
		}
		p.facts(r.Facts)
	}
	for _, item := range r.Items {
		p.gap()
		p.item(item)
	}
	if r.Note != "" {
		p.gap()
		p.line(0, p.styled(visible(r.Note), faint))
	}
}

func (p *page) facts(facts []commands.Fact) {
	widest := 0
	for _, f := range facts {
		if w := uniseg.StringWidth(visible(f.Name)); w <= 32 {
			widest = max(widest, w)
		}
	}
	for _, f := range facts {
		name := visible(f.Name)
		pad := strings.Repeat(" ", max(0, widest-uniseg.StringWidth(name)))
		p.line(widest+2, p.styled(name, bold)+pad+"  "+visible(f.Value))
	}
}

func (p *page) item(item commands.Item) {
	var where []string
	if item.Source != "" {
		where = append(where, item.Source)
	}
	if !item.Published.IsZero() {
		where = append(where, item.Published.UTC().Format("2 Jan 2006"))
	}
	head, indent := visible(strings.Join(where, ", ")), 0
	if item.N > 0 {
		head, indent = fmt.Sprintf("[%d] %s", item.N, head), 4
	}
	if item.Title != "" {
		if strings.TrimSpace(head) != "" && len(where) > 0 {
			head += ": "
		}
		head += visible(item.Title)
	}
	p.line(indent, p.styled(head, bold))
	if item.Quote != "" {
		p.line(indent+2, strings.Repeat(" ", indent)+"“"+oneLine(p.marked(item.Quote, item.Marks))+"”")
	}
	if item.Link != "" {
		// Addresses are never wrapped: terminals find them only whole.
		p.b.WriteString(strings.Repeat(" ", indent) + p.styled(visible(item.Link), faint) + "\n")
	}
	if len(item.Also) > 0 {
		p.line(indent, strings.Repeat(" ", indent)+visible("also in: "+strings.Join(item.Also, ", ")))
	}
	for _, more := range item.More {
		p.line(indent+2, strings.Repeat(" ", indent)+"+ "+visible(more))
	}
}

// oneLine sets a quote that runs over paragraphs as one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// marked sets the marks in a quote bold.
func (p *page) marked(quote string, marks []article.Span) string {
	if !p.style {
		return visible(quote)
	}
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(visible(quote[at:m.Start]))
		b.WriteString(p.styled(visible(m.Of(quote)), bold))
		at = m.End
	}
	b.WriteString(visible(quote[at:]))
	return b.String()
}

// ranking sets the results of a search.
func (p *page) ranking(r answer.Ranking) {
	for _, said := range []string{r.Reason, r.Note} {
		if said != "" {
			p.line(0, visible(said))
			if len(r.Results) > 0 {
				p.gap()
			}
		}
	}
	if r.Reason == "" && len(r.Results) == 0 {
		p.line(0, "Nothing found.")
	}
	for i, res := range r.Results {
		if i > 0 {
			p.gap()
		}
		p.item(commands.Item{N: res.Rank, Title: res.Title, Source: res.Source, Published: res.Published.Time, Link: res.Link})
		p.line(4, "    "+visible(res.Text))
	}
	if looked := commands.Looked(locale.English, r); looked != "" {
		p.gap()
		p.line(0, p.styled(visible("Articles: "+looked), faint))
	}
}

func (p *page) gap() { p.b.WriteByte('\n') }

// line writes text, wrapped at words; lines behind the first are indented.
func (p *page) line(indent int, text string) {
	for i, l := range strings.Split(text, "\n") {
		if i > 0 {
			l = strings.Repeat(" ", indent) + l
		}
		p.wrap(indent, l)
	}
}

func (p *page) wrap(indent int, text string) {
	if p.width == 0 {
		p.b.WriteString(text + "\n")
		return
	}
	column := 0
	for i, word := range strings.Split(text, " ") {
		w := uniseg.StringWidth(withoutStyle(word))
		if i > 0 {
			if column+1+w > p.width && column > indent {
				p.b.WriteString("\n" + strings.Repeat(" ", indent))
				column = indent
			} else {
				p.b.WriteByte(' ')
				column++
			}
		}
		p.b.WriteString(word)
		column += w
	}
	p.b.WriteByte('\n')
}

func withoutStyle(s string) string {
	return strings.NewReplacer(bold, "", faint, "", plain, "").Replace(s)
}

// visible makes strangers' text harmless to a terminal: control characters,
// with which it could be made to do things, and characters that turn the
// direction of writing are dropped; white space becomes a space, but line
// ends stay.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
