package bot

import (
	"fmt"
	"strings"
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

	file *commands.File // sent beside it; may be nil
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
	title, whole := cut(glyphs(r.Title, false, maxTitle), maxTitle)
	readable := ""
	if !whole {
		readable = plainLine(r.Title)
	}
	rows, buttons := actionRows(r, readable)
	if len(rows) > 0 {
		p.count += 1 + len(rows) + buttons // a separator before them
	}
	note := phrase(r.Note, maxNote)
	p.text += utf8.RuneCountInString(note) + leftOutReserve
	p.count++ // the note

	if len(title) > 0 {
		p.say("**" + join(title) + "**")
	}
	p.writeBody(r)
	shown := p.writeItems(r)
	if len(p.parts) == 0 {
		p.say(r.Language.Say("There is nothing to show."))
	}
	if menu := menuRow(r.Language, r.Items[:shown]); menu != nil {
		rows = append([]dg.MessageComponent{menu}, rows...)
	}
	if r.File != nil {
		p.add(dg.FileComponent{File: dg.UnfurledMediaItem{URL: "attachment://" + r.File.Name}}, "", 1)
	}
	if len(rows) > 0 {
		p.parts = append(p.parts, dg.Separator{})
		p.parts = append(p.parts, rows...)
	}
	if small := strings.Join(append(nonEmpty(note), p.lost...), " · "); small != "" {
		p.parts = append(p.parts, dg.TextDisplay{Content: "-# " + small})
	}
	colour := colours(r.Tone)
	m := message([]dg.MessageComponent{dg.Container{AccentColor: &colour, Components: p.parts}})
	m.file = r.File
	return m
}

// message is a message of components that pings nobody.
func message(components []dg.MessageComponent) body {
	return body{
		Flags: flagComponents, Components: components,
		// An empty list, not none: without it Discord would look for mentions.
		AllowedMentions: dg.MessageAllowedMentions{Parse: []dg.AllowedMentionType{}},
	}
}

// titleOf reads the title out of a message that render made, "" where there is
// none.
func titleOf(m *dg.Message) string {
	if m == nil || len(m.Components) == 0 {
		return ""
	}
	box, ok := m.Components[0].(*dg.Container)
	if !ok || len(box.Components) == 0 {
		return ""
	}
	text, ok := box.Components[0].(*dg.TextDisplay)
	if !ok {
		return ""
	}
	bold, ok := strings.CutPrefix(text.Content, "**")
	bold, closed := strings.CutSuffix(bold, "**")
	if !ok || !closed {
		return ""
	}
	return unescape(bold)
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
		p.lost = append(p.lost, r.Language.Say("the text is cut"))
	}
	text, left := facts(r.Facts, room-utf8.RuneCountInString(text))
	if text != "" {
		p.say(text)
	}
	if left > 0 {
		p.lost = append(p.lost, r.Language.Say("%d more lines did not fit", left))
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
		marks := citeMarks(l.Cites) + channelMarks(l.Channels)
		left := room - len(gap) - len(marks)
		gs := trim(glyphs(l.Text, true, maxText))
		if len(gs) == 0 {
			continue
		}
		bold := boldGlyphs(gs, l.Marks)
		left -= boldCost(bold)
		if cost(gs) > left && left < minPiece {
			return b.String(), false
		}
		gs, shortened := cut(gs, left)
		if len(gs) > 0 {
			text := emphasised(gs, bolder(gs, bold, 0), "")
			b.WriteString(gap + text + marks)
			room -= len(gap) + utf8.RuneCountInString(text) + len(marks)
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

// channelMarks names channels so that they can be opened. That pings nobody.
func channelMarks(ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		if !snowflake.MatchString(id) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" <#" + id + ">")
	}
	return b.String()
}

// facts writes names and values, a line each, in at most room characters. It
// returns how many did not fit.
func facts(list []commands.Fact, room int) (string, int) {
	var lines []string
	for i, f := range list {
		name := phrase(f.Name, maxFactName)
		value := strings.TrimSpace(phrase(f.Value, maxFactValue) + channelMarks(f.Channels))
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
