package bot

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/commands"
)

// body is a message as Discord's REST API takes it, new or edited. discordgo
// has no flags on edits of webhook messages, without which they could not be
// made of components.
type body struct {
	Flags           int                       `json:"flags"`
	Components      []dg.MessageComponent     `json:"components"`
	AllowedMentions dg.MessageAllowedMentions `json:"allowed_mentions"`

	// Only for messages in channels.
	Reference    *dg.MessageReference `json:"message_reference,omitempty"`
	Nonce        string               `json:"nonce,omitempty"`
	EnforceNonce bool                 `json:"enforce_nonce,omitempty"`
}

// page gathers the components of one message and counts what they take.
type page struct {
	parts       []dg.MessageComponent
	text, count int
	lost        []string // what did not fit, in words
}

// render lays a reply out. It keeps every limit of Discord: what does not fit
// is cut at the end of a sentence or word, or dropped whole, and the last line
// says so. Nothing in it pings anybody.
func render(r commands.Reply) body {
	var p page
	p.count = 1 // the container
	rows, buttons := actionRows(r.Actions)
	note := phrase(r.Note, maxNote)
	p.text += utf8.RuneCountInString(note) + leftOutReserve
	p.count += 1 + buttons + 2*len(rows) // the note; the rows, and a separator

	if title := phrase(r.Title, maxTitle); title != "" {
		p.say("**" + title + "**")
	}
	p.writeBody(r)
	p.writeItems(r)
	if len(p.parts) == 0 {
		p.say("There is nothing to show.")
	}
	if len(rows) > 0 {
		p.parts = append(p.parts, dg.Separator{})
		p.parts = append(p.parts, rows...)
	}
	if small := strings.Join(append(nonEmpty(note), p.lost...), " · "); small != "" {
		p.parts = append(p.parts, dg.TextDisplay{Content: "-# " + small})
	}
	colour := colours(r.Tone)
	return body{
		Flags:      flagComponents,
		Components: []dg.MessageComponent{dg.Container{AccentColor: &colour, Components: p.parts}},
		// An empty list, not none: without it Discord would look for mentions.
		AllowedMentions: dg.MessageAllowedMentions{Parse: []dg.AllowedMentionType{}},
	}
}

func colours(t commands.Tone) int {
	switch t {
	case commands.Good:
		return 0x2E8B57
	case commands.Doubtful:
		return 0xE0A030
	case commands.Bad:
		return 0xC0392B
	}
	return 0x5B6EE1
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// fits reports whether a part of so many components with that text has room.
func (p *page) fits(text string, components int) bool {
	return p.text+utf8.RuneCountInString(text) <= maxText && p.count+components <= maxComponents
}

func (p *page) say(text string) {
	p.add(dg.TextDisplay{Content: text}, text, 1)
}

func (p *page) add(c dg.MessageComponent, text string, components int) {
	p.parts = append(p.parts, c)
	p.text += utf8.RuneCountInString(text)
	p.count += components
}

// writeBody writes the lines and the facts.
func (p *page) writeBody(r commands.Reply) {
	room := maxBody
	for _, item := range r.Items {
		if item.Quote != "" {
			room = maxAnswer
		}
	}
	text, whole := paragraphs(r.Lines, room)
	if text != "" {
		p.say(text)
	}
	if !whole {
		p.lost = append(p.lost, "the text is cut")
	}
	text, left := facts(r.Facts, room-utf8.RuneCountInString(text))
	if text != "" {
		p.say(text)
	}
	if left > 0 {
		p.lost = append(p.lost, fmt.Sprintf("%d more lines did not fit", left))
	}
}

// paragraphs writes lines with the marks of what they cite, in at most room
// characters, and reports whether all of them fitted whole.
func paragraphs(lines []commands.Line, room int) (string, bool) {
	var b strings.Builder
	whole := true
	for _, l := range lines {
		gap := ""
		if b.Len() > 0 {
			gap = "\n\n"
		}
		marks := citeMarks(l.Cites)
		left := room - len(gap) - len(marks)
		gs := trim(glyphs(l.Text, true, maxText))
		if len(gs) == 0 {
			continue
		}
		if cost(gs) > left && left < minPiece {
			return b.String(), false
		}
		gs, shortened := cut(gs, left)
		if len(gs) > 0 {
			b.WriteString(gap + join(gs) + marks)
			room = left - cost(gs)
		}
		if shortened {
			return b.String(), false
		}
	}
	return b.String(), whole
}

func citeMarks(cites []int) string {
	var b strings.Builder
	for i, n := range cites {
		if i == maxCites {
			break
		}
		if i == 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "[%d]", n)
	}
	return b.String()
}

// facts writes names and values, a line each, in at most room characters. It
// returns how many did not fit.
func facts(list []commands.Fact, room int) (string, int) {
	var lines []string
	for i, f := range list {
		name, value := phrase(f.Name, maxFactName), phrase(f.Value, maxFactValue)
		line := value
		if name != "" {
			line = strings.TrimSpace("**" + name + "** " + value)
		}
		if line == "" {
			continue
		}
		if room -= utf8.RuneCountInString(line) + 1; room < 0 {
			return strings.Join(lines, "\n"), len(list) - i
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), 0
}

// writeItems writes as many articles as have room.
func (p *page) writeItems(r commands.Reply) {
	separated := len(p.parts) == 0
	for i, item := range r.Items {
		text := itemText(item, r.Title)
		if text == "" {
			continue
		}
		link := linkOf(item.Link)
		var part dg.MessageComponent = dg.TextDisplay{Content: text}
		components := 1
		if link != "" {
			part = dg.Section{
				Components: []dg.MessageComponent{part},
				Accessory:  dg.Button{Style: dg.LinkButton, Label: "Read", URL: link},
			}
			components = 3
		}
		separator := 0
		if !separated {
			separator = 1
		}
		if !p.fits(text, components+separator) {
			p.lost = append(p.lost, fmt.Sprintf("%d of %d articles did not fit", len(r.Items)-i, len(r.Items)))
			return
		}
		if !separated {
			p.add(dg.Separator{}, "", 1)
			separated = true
		}
		p.add(part, text, components)
	}
}

// itemText writes one article: outlet and day, title, excerpt, other outlets.
func itemText(item commands.Item, shown string) string {
	var lines, head []string
	head = append(head, nonEmpty(phrase(item.Source, maxSource))...)
	head = append(head, nonEmpty(day(item.Published))...)
	heading := strings.Join(head, " · ")
	if item.N > 0 {
		heading = strings.TrimSpace(fmt.Sprintf("[%d] %s", item.N, heading))
	}
	if heading != "" {
		lines = append(lines, "**"+heading+"**")
	}
	if item.Title != shown || item.Quote == "" && heading == "" {
		lines = append(lines, nonEmpty(phrase(item.Title, maxItemTitle))...)
	}
	lines = append(lines, nonEmpty(quote(item))...)
	if len(item.Also) > 0 {
		lines = append(lines, "-# "+phrase("The same text also in "+strings.Join(item.Also, ", "), maxMore))
	}
	if len(item.More) > 0 {
		if more := phrase("Also "+strings.Join(item.More, "; "), maxMore); more != "" {
			lines = append(lines, "-# "+more)
		}
	}
	return strings.Join(lines, "\n")
}

// day writes a date in words, in UTC, and not as one of Discord's timestamps:
// those move to the reader's time zone, so that an article of which only the
// day is known would come out a day early or late, and the day would differ
// from the one that the answer's text and the terminal name.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 Jan 2006")
}

// linkOf gives an address that a button can hold, or "". A text fragment that
// makes it too long is left out: the page is still the right one.
func linkOf(link string) string {
	if len(link) > maxButtonURL {
		link, _, _ = strings.Cut(link, "#")
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(link) > maxButtonURL {
		return ""
	}
	for _, r := range link {
		if r <= ' ' || r == 0x7f || r == utf8.RuneError || hidden(r) {
			return ""
		}
	}
	return link
}
