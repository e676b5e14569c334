package feed

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"newsdesk/article"
)

// Bounds by which a teaser is told from an article, in bytes.
const (
	surelyTeaser = 400  // whatever it is called
	maybeTeaser  = 1500 // of a summary without a content beside it
)

var (
	tags     = regexp.MustCompile(`(?i)</?(p|br|div|a|img|em|strong|b|i|ul|ol|li|h[1-6]|span|blockquote|figure|table)\b[^<>]*>`)
	anyTag   = regexp.MustCompile(`<[a-zA-Z/!][^<>]*>`)
	readMore = regexp.MustCompile(`(?i)[\s(\[]*(read (more|on|the (full|whole|rest)[^.\n]{0,40})|continue reading[^\n]{0,80}|keep reading|full (story|article)|more(?:…|\.\.\.)|weiterlesen|mehr( lesen| dazu)?|lire (la suite|plus)|(seguir|continuar) leyendo|leer m[aá]s|читати (далі|повністю)|читать далее)[\s»›→>.…)\]]*$`)
	appeared = regexp.MustCompile(`(?is)\n*The post [^\n]{0,400} (?:first )?appeared (?:first )?on [^\n]{0,200}$`)
	cutOff   = regexp.MustCompile(`(\[\s*(…|\.\.\.|&#8230;|&hellip;)\s*\]|…|\.\.\.)\s*$`)
)

// A reading is an item made into an article, as far as its feed tells.
type reading struct {
	key     string // names the item within its feed
	article article.Article
	dated   bool   // the feed says when it was published, not only updated
	teaser  bool   // the text is not all of it, or there is none
	digest  string // of all that the feed says of it but when it was published
}

// read makes an article of an item. It has no id and no FirstSeen yet.
func (it *item) read(f Feed, d *document) reading {
	text, headings, teaser := it.text()
	title := oneLine(it.title)
	if strings.Contains(title, "&") { // escaped twice
		title = oneLine(html.UnescapeString(title))
	}
	r := reading{key: it.guid, teaser: teaser, dated: !firstDate(it.published).IsZero(), article: article.Article{
		Title: title, Text: text, Headings: headings, URL: withoutFragment(it.link), Authors: it.authors, Section: oneLine(it.section),
		Language: firstOf(it.language, d.language), Image: it.image,
		Source:    firstOf(it.source, f.Title, d.title, hostOf(it.link), hostOf(f.URL)),
		Published: firstDate(it.published, it.updated), Updated: firstDate(it.updated),
	}}
	if r.key = strings.TrimSpace(r.key); r.key == "" || len(r.key) > maxAddress {
		r.key = cmp.Or(article.CanonicalURL(it.link), "t"+fingerprint(title, text))
	}
	a := &r.article
	r.digest = fingerprint(append([]string{a.Title, a.Text, cmp.Or(article.CanonicalURL(a.URL), a.URL), a.Section, a.Language, a.Source}, a.Authors...)...)
	return r
}

// text returns the longer of content and summary as a reader sees it.
func (it *item) text() (text string, headings []article.Span, teaser bool) {
	content, ch := plainText(it.content, it.plain)
	summary, sh := plainText(it.summary, it.plain)
	text, headings = content, ch
	if len(summary) > len(content) {
		text, headings = summary, sh
	}
	bare, more := trimTail(text)
	teaser = more || len(bare) < surelyTeaser || content == "" && len(bare) < maybeTeaser
	for len(headings) > 0 && headings[len(headings)-1].End > len(bare) {
		headings = headings[:len(headings)-1]
	}
	return bare, headings, teaser
}

// tailBytes is how much of the end of a text is looked at for what leads on.
const tailBytes = 1000

// trimTail takes off what leads on to the page, and tells whether anything did.
func trimTail(text string) (bare string, more bool) {
	cut := max(0, len(text)-tailBytes)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	tail, more := trimEnd(text[cut:])
	return strings.TrimRight(text[:cut]+tail, " \t\n"), more
}

func trimEnd(text string) (bare string, more bool) {
	bare = appeared.ReplaceAllString(text, "")
	for range 3 {
		loc := readMore.FindStringIndex(bare)
		if loc == nil {
			break
		}
		// At the end of a sentence these are words like any other.
		before := strings.TrimRight(bare[:loc[0]], " \t")
		if before != "" && !strings.ContainsAny(before[len(before)-1:], "\n.!?]") && !strings.HasSuffix(before, "…") && !strings.HasSuffix(before, "”") && !strings.HasSuffix(before, "»") {
			break
		}
		bare, more = bare[:loc[0]], true
	}
	return bare, more || cutOff.MatchString(bare)
}

// plainText returns what a reader sees of a text that may be markup, even
// where it was escaped once too often.
func plainText(s string, plain bool) (string, []article.Span) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	if plain {
		return paragraphs(s), nil
	}
	if !anyTag.MatchString(s) {
		unescaped := html.UnescapeString(s)
		if len(tags.FindAllStringIndex(unescaped, 2)) < 2 {
			return paragraphs(unescaped), nil
		}
		s = unescaped
	}
	text, headings, err := article.FromMarkup(s)
	if err != nil {
		return "", nil // tangled or endless; there is the page
	}
	if len(tags.FindAllStringIndex(text, 2)) == 2 {
		if again, h, err := article.FromMarkup(text); err == nil {
			return again, h
		}
	}
	return text, headings
}

// paragraphs keeps the lines of a text without markup apart.
func paragraphs(s string) string {
	var out []string
	for p := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

func withoutFragment(address string) string {
	before, _, _ := strings.Cut(address, "#")
	return before
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// fingerprint is a short name for some strings in order.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// idOf names an article for good: by its address, as package article does, or
// where it has none of its own, by its name in its feed.
func idOf(f Feed, address, key string) string {
	if id := article.AddressID(address); id != "" {
		return id
	}
	return "g" + fingerprint(f.URL, key)
}

// clamp returns a time that is not in the future: clocks of outlets run ahead,
// and some announce what they will publish.
func clamp(t, firstSeen time.Time) time.Time {
	if t.After(firstSeen) && !(article.DayOnly(t) && t.Sub(firstSeen) < 14*time.Hour) {
		return firstSeen
	}
	return t
}
