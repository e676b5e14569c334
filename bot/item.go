package bot

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	dg "github.com/bwmarrin/discordgo"

	"newsdesk/article"
	"newsdesk/commands"
	"newsdesk/locale"
)

// writeItems writes as many articles as have room, and returns how many those
// are.
func (p *page) writeItems(r commands.Reply) int {
	separated := len(p.parts) == 0
	menu := false // its row and the menu itself
	for i, item := range r.Items {
		text := itemText(r.Language, item, r.Title, p.quoteRoom(len(r.Items)-i))
		if text == "" {
			continue
		}
		part, components := itemPart(r.Language, item, text)
		more := 0
		if !separated {
			more++
		}
		if item.Expand != nil && !menu {
			more += 3 // with the separator before it
		}
		if !p.fits(text, components+more) {
			p.lost = append(p.lost, r.Language.Say("%d of %d articles did not fit", len(r.Items)-i, len(r.Items)))
			return i
		}
		if !separated {
			p.add(dg.Separator{}, "", 1)
			separated = true
		}
		if item.Expand != nil && !menu {
			p.count += 3
			menu = true
		}
		p.add(part, text, components)
	}
	return len(r.Items)
}

// quoteRoom is how long the next of so many quotes may be if all are to be
// shown.
func (p *page) quoteRoom(items int) int {
	return min(maxQuote, max(minQuote, (maxText-p.text)/items-itemHead))
}

// itemPart sets an article's text beside the button that leads to it.
func itemPart(l locale.Language, item commands.Item, text string) (part dg.MessageComponent, components int) {
	part = dg.TextDisplay{Content: text}
	var beside dg.MessageComponent
	if link := linkOf(item.Link); pictured(item) {
		beside = dg.Thumbnail{Media: dg.UnfurledMediaItem{URL: item.Image}}
	} else if link != "" {
		beside = dg.Button{Style: dg.LinkButton, Label: l.Say("Read"), URL: link}
	} else {
		return part, 1
	}
	return dg.Section{Components: []dg.MessageComponent{part}, Accessory: beside}, 3
}

// pictured reports whether an article's picture is shown. That takes the place
// of the button, so the title has to be the link, which titles with brackets
// cannot be.
func pictured(item commands.Item) bool {
	u, err := url.Parse(item.Image)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(item.Image) <= maxImageURL && addressable(item.Image) &&
		(linkOf(item.Link) == "" || !strings.ContainsAny(item.Title, "[]") && phrase(item.Title, maxItemTitle) != "")
}

// titleLink is the title of an article with a picture, and leads to it.
func titleLink(item commands.Item, title string) string {
	link := linkOf(item.Link)
	if link == "" || !pictured(item) {
		return title
	}
	link = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", "[", "%5B", "]", "%5D", `\`, "%5C", "*", "%2A", "_", "%5F", "~", "%7E", "`", "%60", "|", "%7C", "@", "%40").Replace(link)
	return "[" + title + "](" + link + ")"
}

// itemText writes one article: outlet and day, title, excerpt, other outlets.
func itemText(l locale.Language, item commands.Item, shown string, quoteRoom int) string {
	var lines, head []string
	head = append(head, nonEmpty(phrase(item.Source, maxSource))...)
	style := "D"
	if item.Recent {
		style = "R"
	}
	head = append(head, nonEmpty(timestamp(item.Published, style))...)
	heading := strings.Join(head, " · ")
	if item.N > 0 {
		heading = strings.TrimSpace(fmt.Sprintf("[%d] %s", item.N, heading))
	}
	if heading != "" {
		lines = append(lines, "**"+heading+"**")
	}
	if item.Title != shown || item.Quote == "" && heading == "" {
		if title := phrase(item.Title, maxItemTitle); title != "" {
			lines = append(lines, titleLink(item, title))
		}
	}
	lines = append(lines, nonEmpty(quote(item, quoteRoom))...)
	if len(item.Also) > 0 {
		lines = append(lines, "-# "+phrase(l.Say("The same text also in %s", strings.Join(item.Also, ", ")), maxMore))
	}
	if len(item.More) > 0 {
		if more := phrase(l.Say("Also %s", strings.Join(item.More, "; ")), maxMore); more != "" {
			lines = append(lines, "-# "+more)
		}
	}
	return strings.Join(lines, "\n")
}

// timestamp is a date (style D) or an age (R) that each reader sees in their
// own language and time zone. Where only the day is known it is that of noon, so that it stays the same
// day for nearly everybody.
// https://discord.com/developers/docs/reference#message-formatting-timestamp-styles
func timestamp(t time.Time, style string) string {
	if t.IsZero() {
		return ""
	}
	if article.DayOnly(t) {
		t = t.Add(12 * time.Hour)
	}
	return fmt.Sprintf("<t:%d:%s>", t.Unix(), style)
}

// dayInWords is a date for places that know no timestamps, in UTC.
func dayInWords(l locale.Language, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.Day(t)
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
	if !addressable(link) {
		return ""
	}
	return link
}

// addressable reports whether an address holds nothing that is not seen.
func addressable(link string) bool {
	return !strings.ContainsFunc(link, func(r rune) bool { return r <= ' ' || r == 0x7f || r == utf8.RuneError || hidden(r) })
}
