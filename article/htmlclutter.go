package article

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// removeClutter takes out of a page what its markup or its words say is none of
// the article: banners for consent, boxes for newsletters, lists of other
// articles, bars for sharing, captions, comments. Where that would leave next
// to nothing of the page, only what is clutter beyond doubt goes.
func removeClutter(doc *html.Node) {
	c := clutter{}
	c.mark(doc, 0)
	whole := textLength(doc, nil)
	marked := make(map[*html.Node]bool, len(c.sure)+len(c.likely))
	for _, n := range slices.Concat(c.sure, c.likely) {
		marked[n] = true
	}
	gone := c.sure
	if kept := textLength(doc, marked); kept >= min(200, whole/5) {
		gone = append(gone, c.likely...)
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// textLength counts the letters and digits of a page outside of some elements.
func textLength(n *html.Node, without map[*html.Node]bool) int {
	if without[n] || n.Type == html.ElementNode && isUnread(n) && n.DataAtom != atom.Head {
		return 0
	}
	count := 0
	if n.Type == html.TextNode {
		for _, r := range n.Data {
			if isWordRune(r) {
				count++
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		count += textLength(c, without)
	}
	return count
}

// A clutter is what was found of it; nothing below an element that is in it.
type clutter struct {
	sure, likely []*html.Node
}

// mark looks through what is below n; body is the length of the text that the
// marked body around it has, or 0 outside of one. What makes up much of that is
// no clutter whatever its name: such as "read-more" around the second half.
func (c *clutter) mark(n *html.Node, body int) {
	const much = 0.5
	if body == 0 && isBody(n) {
		body = textLength(n, nil)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if child.Type != html.ElementNode {
			continue
		}
		switch child.DataAtom {
		case atom.Html, atom.Head, atom.Body, atom.Main:
			c.mark(child, body)
			continue
		case atom.Template, atom.Script, atom.Style, atom.Svg, atom.Noscript:
			continue
		}
		switch {
		case isClutterElement(child) && !holdsArticle(child):
			c.sure = append(c.sure, child)
		case (hasClutterName(child) || isPointer(child)) && !holdsArticle(child) &&
			(body == 0 || float64(textLength(child, nil)) < much*float64(body)):
			c.likely = append(c.likely, child)
		default:
			c.mark(child, body)
		}
	}
}

// isClutterElement goes by the element itself and what it says it is for.
func isClutterElement(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Button, atom.Figcaption, atom.Dialog, atom.Label:
		return true
	case atom.Time:
		return !isWithinText(n)
	case atom.Figure:
		return isPicture(n)
	}
	switch strings.ToLower(attr(n, "role")) {
	case "navigation", "complementary", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", "banner":
		return true
	}
	if attr(n, "aria-modal") == "true" || hasAttr(n, "data-nosnippet") {
		return true
	}
	if style := attr(n, "style"); style != "" && hiddenStyle.MatchString(style) {
		return true
	}
	switch strings.ToLower(attr(n, "itemprop")) {
	case "author", "datepublished", "datemodified", "publisher", "commentcount", "caption", "copyrightholder", "comment":
		return true
	}
	return strings.Contains(strings.ToLower(n.Data), "amp-consent") || n.Data == "amp-sidebar" || n.Data == "amp-ad"
}

var hiddenStyle = regexp.MustCompile(`(?i)(display\s*:\s*none|visibility\s*:\s*hidden)`)

// isPicture tells a figure of which all words are caption or credit, which say
// little without the picture, from one around a table, a quote or code.
func isPicture(n *html.Node) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Table, atom.Blockquote, atom.Pre:
			return false
		}
	}
	return len(textBelow(n, 1000)) < 1000
}

// isWithinText tells a time that is spoken of from a stamp.
func isWithinText(n *html.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		switch up.DataAtom {
		case atom.P, atom.Li, atom.Td, atom.Blockquote:
			// A paragraph that is all stamp, with or without a byline, is short.
			return utf8.RuneCountInString(innerText(up)) > 80
		case atom.Div, atom.Article, atom.Section, atom.Body, atom.Header:
			return false
		}
	}
	return false
}

// holdsArticle guards elements with a misleading name: what holds the page's
// heading or its marked body is no clutter.
func holdsArticle(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.DataAtom == atom.H1 || d.DataAtom == atom.Article && n.DataAtom != atom.Aside && n.DataAtom != atom.Footer && !isCard(d) || isBody(d) {
			return true
		}
	}
	return isBody(n)
}

// isCard tells an <article> that only leads to another page: its paragraphs,
// if any, are not worth one in print.
func isCard(n *html.Node) bool {
	const most = 300 // bytes
	size := 0
	for d := range n.Descendants() {
		if d.DataAtom == atom.P {
			if size += len(textBelow(d, most)); size > most {
				return false
			}
		}
	}
	return true
}

// Words of classes and ids by which sites name what surrounds an article, each
// alone or, with "+", as two in a row.
var clutterWords = wordSet(`
ad ads advert advertisement advertising adslot dfp sponsored sponsor promo promobox promotion outbrain taboola
cookie cookies consent gdpr cmp onetrust didomi usercentrics sourcepoint privacy+banner
newsletter newsletters signup sign+up subscribe subscription subscribebox donate donation membership paywall regwall piano offer
share sharing sharebar sharedaddy shares social socials socialbar addthis follow+us followus
related recommended recommendation recommendations recirculation recirc readmore read+more read+next readnext more+on seealso see+also
mostread most+read mostpopular most+popular trending popular latest+news up+next upnext onward teaser+list
comments comment+list commentlist comment+section respond disqus reactions
breadcrumb breadcrumbs pagination pager paging page+numbers pagenav toc
tags taglist tag+list post+tags topics keywords+list
byline author+box author+bio authorbio authorbox about+author bio contributor metadata dateline+meta post+meta entry+meta article+meta articlemeta meta+info publication+info pubdate timestamp published+date post+date updated+date
sidebar popup modal overlay toast lightbox skip skiplink toolbar footer nav navbar menu masthead topbar
caption captions wp+caption+text credit credits copyright photo+credit
pullquote pull+quote
app+banner appbanner download+app print+hide noprint no+print screen+reader visually+hidden sr+only
liveblog+controls player+controls rating poll quiz
teilen empfehlung kommentare werbung anzeige partage partager commentaires publicite compartir comentarios publicidad suscripcion
`)

// clutterStem begins words such as relatedposts.
var clutterStem = regexp.MustCompile(`^(related|recommend|newsletter|cookie|taboola|outbrain)`)

// smallWords name what stands in small print around a heading or a picture. A
// long text of such a name is more likely the article's.
var smallWords = wordSet(`date dates time author authors source views kicker eyebrow overline meta updated published posted location readtime reading disclaimer editor signature agency`)

func isSmall(n *html.Node) bool { return len(textBelow(n, 200)) <= 150 }

// Words in front of a class that say how the page is laid out, not what an
// element is: has-sidebar, no-ads, with-comments.
var layoutWords = wordSet(`has no with without is not js hide show col grid`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// hasClutterName goes by class, id and the attributes in which sites name what
// their parts are made by.
func hasClutterName(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "data-component", "data-testid", "data-type", "data-module":
		default:
			continue
		}
		for name := range strings.FieldsSeq(a.Val) {
			words := nameWords(name)
			if len(words) == 0 || len(words) > 8 || layoutWords[words[0]] || a.Key == "id" && len(words) > 3 {
				continue // a long id is made of the words of a heading
			}
			for i, w := range words {
				if clutterWords[w] || i > 0 && clutterWords[words[i-1]+"+"+w] || clutterStem.MatchString(w) || smallWords[w] && isSmall(n) {
					return true
				}
			}
		}
	}
	return false
}

// nameWords cuts "c-articleBody__lead" into c, article, body and lead.
func nameWords(name string) []string {
	if len(name) > 100 {
		return nil
	}
	var words []string
	start, last := -1, rune(0)
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r):
			if start >= 0 {
				words, start = append(words, strings.ToLower(name[start:i])), -1
			}
		case start < 0:
			start = i
		case unicode.IsUpper(r) && unicode.IsLower(last):
			words, start = append(words, strings.ToLower(name[start:i])), i
		}
		last = r
	}
	if start >= 0 {
		words = append(words, strings.ToLower(name[start:]))
	}
	return words
}

// leadIn begins a line that only leads elsewhere.
var leadIn = regexp.MustCompile(`(?i)^[\s\pP\pS]*(` + strings.Join([]string{
	// English
	`read (more|also|next)\b`, `also read\b`, `see also\b`, `related( (stories|articles|news|content))?\s*[:：]`, `more (on|from) this (story|topic)`, `more from `,
	`advertisement\s*$`, `story continues below`, `article continues (below|after)`, `share this\b`, `follow us\b`, `sign up (for|to)\b`, `subscribe (to|now|for)\b`,
	`get (our|the) .{0,40}(newsletter|alerts|app)\b`, `download (our|the) .{0,20}app\b`, `listen to this article`, `watch( now)?\s*:`, `click here\b`, `you (may|might) also like`,
	`recommended( for you)?\s*$`, `related( (articles|stories))?\s*$`, `don['’]t miss\s*:`, `(©|copyright\b|all rights reserved)`, `\d+ comments?\s*$`, `loading(…|\.\.\.)?$`, `skip (to|past) `, `after newsletter promotion`,
	// German
	`lesen sie (auch|mehr)`, `mehr zum thema`, `lesetipps?\s*:`, `auch interessant\b`, `das könnte sie auch`, `anzeige\s*$`, `artikel (teilen|drucken)`, `jetzt (abonnieren|anmelden)`, `siehe auch\s*:`,
	// French
	`(à )?lire aussi\b`, `à lire (également|:)`, `voir aussi\b`, `sur le même (sujet|thème)`, `publicité\s*$`, `partager( (cet article|sur))?\s*$`, `abonnez-vous\b`, `inscrivez-vous\b`,
	// Spanish
	`(lea|lee|leer|puede leer|te puede) (también|más|interesar)`, `más (información|sobre este)`, `te recomendamos`, `publicidad\s*$`, `compartir\s*$`, `suscríb[ae]`, `noticias relacionadas`,
	// Ukrainian and Russian
	`читайте (також|также|ще|еще|ещё)`, `чита(ти|ть) (також|также)`, `дивіться також`, `смотрите также`, `реклама\s*$`, `підп(исуйтесь|ишіться)`, `подпи(сывайтесь|шитесь)`, `більше за темою`,
	// Arabic, Hebrew, Chinese, Japanese
	`(اقرأ|إقرأ) (أيضا|أيضًا|المزيد)`, `קראו (גם|עוד)`, `(延伸|相关|相關)(阅读|閱讀|新闻|新聞)`, `(関連|あわせて読みたい)(記事|ニュース)?`, `広告\s*$`, `广告\s*$`, `[（(]?(责任编辑|責任編輯|编辑|来源)\s*[:：]`,
}, "|") + `)`)

// maxPointer is how long, in bytes, a line may be that leads elsewhere. A
// paragraph that begins in the same way and goes on is part of the article.
const maxPointer = 220

// isPointer tells blocks by their words: a short line that leads elsewhere, a
// paragraph that is all link, a list of links and its heading.
func isPointer(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Strong, atom.Span, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Li:
		text := textBelow(n, maxPointer+1)
		if len(text) > maxPointer || text == "" {
			return false
		}
		if _, err := ParseDate(text); err == nil || leadIn.MatchString(text) {
			return true
		}
		return (n.DataAtom == atom.P || n.DataAtom == atom.Div) && len(text) > 20 && linkShare(n) > 0.9 && !isWithinItem(n)
	case atom.Ul, atom.Ol:
		return isLinkList(n)
	}
	return false
}

// isWithinItem tells a link inside of what a list says of it.
func isWithinItem(n *html.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.DataAtom == atom.Li || up.DataAtom == atom.Td {
			return true
		}
	}
	return false
}

// isLinkList tells a list that only leads to other pages.
func isLinkList(n *html.Node) bool {
	if n.DataAtom != atom.Ul && n.DataAtom != atom.Ol {
		return false
	}
	return linkShare(n) > 0.8
}

// linkShare is how much of the text below n is part of links to other pages.
func linkShare(n *html.Node) float64 {
	var all, linked int
	var walk func(n *html.Node, inLink bool)
	walk = func(n *html.Node, inLink bool) {
		if n.DataAtom == atom.A {
			href := strings.TrimSpace(attr(n, "href"))
			inLink = inLink || href != "" && !strings.HasPrefix(href, "#")
		}
		if n.Type == html.TextNode {
			size := len(strings.TrimSpace(n.Data))
			all += size
			if inLink {
				linked += size
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inLink)
		}
	}
	walk(n, false)
	if all == 0 {
		return 0
	}
	return float64(linked) / float64(all)
}

// textBelow returns about the first limit bytes of the text below n.
func textBelow(n *html.Node, limit int) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			if b.Len() > 4*limit {
				break
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key && a.Namespace == "" })
}
