package article

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

const (
	maxID      = 512 // bytes
	maxTitle   = 500 // bytes
	maxName    = 200 // bytes of a source, a section or an author
	maxAuthors = 50
)

// A record is what a file states of one article, before it is checked: for
// each field the candidates in order of preference. Every format has its own
// adapter that fills one.
type record struct {
	ids, titles, sources, sections, languages, urls, images, dates, authors []string

	updated, firstSeen, copyOf []string

	text     string
	headings []Span

	// published serves where none of dates can be understood.
	published time.Time
}

var errNoText = errors.New("no text (looked for text, body, content, maintext, article)")

// article makes the one model out of r. Its error says why r is none.
func (r *record) article() (Article, error) {
	switch {
	case strings.TrimSpace(r.text) == "":
		return Article{}, errNoText
	case len(r.text) > maxText:
		return Article{}, fmt.Errorf("text is %w: %d bytes, over %d MiB; split it", errTooLong, len(r.text), maxText>>20)
	case strings.Count(r.text, "\x00") > len(r.text)/1000:
		// A few escaped ones are what is left of a page's odd characters.
		return Article{}, errBinary
	}
	a := Article{
		Title:     r.title(),
		Source:    r.source(),
		URL:       first(r.urls, statedURL),
		Authors:   r.byline(),
		Section:   first(r.sections, cleanName),
		Language:  first(r.languages, languageTag),
		Image:     first(r.images, statedURL),
		Published: r.date(),
		Updated:   firstDate(r.updated),
		FirstSeen: firstDate(r.firstSeen),
		CopyOf:    first(r.copyOf, copiedID),
		Text:      r.text,
		Headings:  r.headings,
	}
	id, err := r.id(a.URL)
	if err != nil {
		return Article{}, err
	}
	a.ID = id
	return a, nil
}

// first returns the first candidate that accept does not turn into "".
func first(candidates []string, accept func(string) string) string {
	for _, c := range candidates {
		if s := accept(c); s != "" {
			return s
		}
	}
	return ""
}

// id returns the given id. One made from the canonical address begins with
// "u", one made from the text with "t", each followed by 16 hex digits.
func (r *record) id(address string) (string, error) {
	if given := first(r.ids, strings.TrimSpace); given != "" {
		return given, checkID(given)
	}
	if id := AddressID(address); id != "" {
		return id, nil
	}
	return "t" + fingerprint(r.text), nil
}

// AddressID is the id of an article that is given none, made from its address;
// "" if that is no address of the web.
func AddressID(address string) string {
	canonical := CanonicalURL(address)
	if canonical == "" {
		return ""
	}
	return "u" + fingerprint(canonical)
}

func checkID(id string) error {
	switch {
	case len(id) > maxID:
		return fmt.Errorf("id is %w: %d bytes, over %d", errTooLong, len(id), maxID)
	case !utf8.ValidString(id):
		return errors.New("id is not UTF-8")
	case strings.ContainsFunc(id, isControl):
		return fmt.Errorf("id %q holds control characters", id)
	}
	return nil
}

// copiedID is the id of another article, or "" for what can be none.
func copiedID(id string) string {
	if id = strings.TrimSpace(id); checkID(id) != nil {
		return ""
	}
	return id
}

func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

func (r *record) title() string {
	if title := first(r.titles, cleanLine); title != "" {
		return shorten(title, maxTitle)
	}
	return titleFromText(r.text)
}

// source falls back on the host of the address, without "www.".
func (r *record) source() string {
	if source := first(r.sources, sourceName); source != "" {
		return source
	}
	return first(r.urls, hostOf)
}

// sourceName takes the host where a source is written as an address.
func sourceName(source string) string {
	name := cleanName(source)
	return cmp.Or(hostOf(source), hostOf(name), name)
}

func (r *record) byline() []string {
	var authors []string
	for _, author := range r.authors {
		author = cleanName(author)
		if len(author) > 3 && strings.EqualFold(author[:3], "by ") {
			author = author[3:]
		}
		if author == "" || slices.Contains(authors, author) || CanonicalURL(author) != "" {
			continue // some pages give the address of the author's profile
		}
		if authors = append(authors, author); len(authors) == maxAuthors {
			break
		}
	}
	return authors
}

func (r *record) date() time.Time {
	if t := firstDate(r.dates); !t.IsZero() {
		return t
	}
	return r.published
}

// firstDate returns the first candidate that is a date, or zero.
func firstDate(candidates []string) time.Time {
	for _, d := range candidates {
		if t, err := ParseDate(d); err == nil {
			return t
		}
	}
	return time.Time{}
}

// languageTag returns a BCP 47 tag, or "" for what is none. Collections of
// news often write the names of languages out.
func languageTag(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || len(s) > 35 {
		return ""
	}
	if tag := languageNamed(strings.ToLower(s)); tag != "" {
		return tag
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

func languageNamed(name string) string {
	names := [...][2]string{
		{"english", "en"}, {"german", "de"}, {"french", "fr"}, {"spanish", "es"}, {"italian", "it"},
		{"portuguese", "pt"}, {"dutch", "nl"}, {"russian", "ru"}, {"ukrainian", "uk"}, {"polish", "pl"},
		{"arabic", "ar"}, {"chinese", "zh"}, {"japanese", "ja"}, {"korean", "ko"}, {"turkish", "tr"},
	}
	for _, n := range names {
		if n[0] == name {
			return n[1]
		}
	}
	return ""
}

func cleanName(s string) string { return shorten(cleanLine(s), maxName) }

var entity = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});`)

// cleanLine makes one line of s: white space collapsed, entities decoded as
// titles often hold them, control and invisible characters gone.
func cleanLine(s string) string {
	if len(s) > 16*maxTitle {
		s = strings.ToValidUTF8(s[:16*maxTitle], "") // what follows is cut anyway
	}
	s = entity.ReplaceAllStringFunc(s, html.UnescapeString)
	s = strings.Map(func(r rune) rune {
		if !unicode.IsSpace(r) && (isControl(r) || isInvisible(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }

// isInvisible tells characters that could make a line read as another one:
// marks of direction, a byte order mark, separators of lines.
func isInvisible(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f ||
		r == 0x2028 || r == 0x2029 || r == 0x200b || r == 0xfeff
}
