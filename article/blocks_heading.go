package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A heading recognised by its form is at most this long.
const maxHeading, maxHeadingWords = 120, 14

// minProse is the least number of bytes of a paragraph that can stand below a
// heading. Shorter ones are mostly captions, scores and buttons.
const minProse = 40

// markHeadings marks the blocks that look like headings in a text without
// markup. Such a block
//   - has the form of one; see headingForm,
//   - stands directly above prose, a block of at least 40 bytes that ends as a
//     sentence does,
//   - is not one of three or more such lines in a row, which is a list, a table
//     or a menu, and
//   - is in title case, or has prose above it too. At the very top, title case
//     must go with at least three words: it is where bylines and datelines are.
func markHeadings(text string, blocks []Block) {
	run := 0 // blocks that are not prose, directly above the current one
	for i := range blocks {
		line := blocks[i].Of(text)
		if isProse(line) {
			run = 0
			continue
		}
		if run++; run > 2 || i+1 == len(blocks) || !isProse(blocks[i+1].Of(text)) {
			continue
		}
		words, titled, ok := headingForm(line)
		switch {
		case !ok:
		case i >= run: // there is prose somewhere above
			blocks[i].Heading = titled || run == 1
		default:
			blocks[i].Heading = titled && words >= 3
		}
	}
}

// isProse reports whether a block is a paragraph of whole sentences, as far as
// its length and its end tell.
func isProse(block string) bool { return len(block) >= minProse && endsSentence(block) }

// endsSentence reports whether the last character of s, behind closing marks,
// ends a sentence or announces something.
func endsSentence(s string) bool {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		switch {
		case isTerminal(r) || r == ':' || r == ';' || r == '：' || r == '；':
			return true
		case !isCloser(r) && !unicode.IsSpace(r):
			return false
		}
		s = s[:len(s)-n]
	}
	return false
}

// headingForm reports whether a line has the form of a heading: one line, at
// most 14 words and 120 bytes, mostly letters, begun with a capital letter, a
// digit or an opening mark, not ended as a sentence is, and none of the things
// that look alike (see looksAlike). It also returns the number of words and
// whether they are in title case.
func headingForm(line string) (words int, titled, ok bool) {
	if len(line) > maxHeading || strings.ContainsAny(line, "\n\r\t|") || endsSentence(line) || isBullet(line) {
		return 0, false, false
	}
	letters, others, capital, long := 0, 0, 0, 0
	for word := range strings.FieldsSeq(line) {
		words++
		size := 0
		for _, r := range word {
			if unicode.IsLetter(r) {
				size++
			} else {
				others++
			}
		}
		letters += size
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, openingMarks))
		if words == 1 && unicode.IsLower(first) {
			return 0, false, false
		}
		if size >= 4 { // shorter ones, such as "of" and "the", may be small anyway
			long++
			if !unicode.IsLower(first) {
				capital++
			}
		}
	}
	ok = words <= maxHeadingWords && letters >= 3 && letters > others && !looksAlike(line)
	return words, long > 0 && capital*4 >= long*3, ok
}

// openingMarks are the quotation marks and brackets that open something.
const openingMarks = "“‘\"'«„‹([{¿¡「『（"

// looksAlike reports whether a short line is a byline, a dateline, a caption, a
// credit, a link or a date rather than a heading.
func looksAlike(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(line)
	if strings.ContainsRune("-–—,/&(", last) || strings.ContainsAny(line, "@©™_=<>{}") {
		return true
	}
	for _, p := range []string{"By ", "BY ", "News by ", "Written by ", "Updated", "Published", "Posted", "Last updated",
		"Photo", "Image", "Video", "Credit", "Watch", "Read more", "READ MORE", "Sign up", "Subscribe", "Share", "– ", "— ", "-"} {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	for _, p := range []string{"http", "www.", "/Getty", "Getty Images", "/AP", "/AFP", "/Reuters", "via Reuters", "via AP",
		" Courtesy ", "(Reuters)", "(AP)", "Correspondent", "USA TODAY", " CNN", "Associated Press", " min read", "cookie"} {
		if strings.Contains(line, p) {
			return true
		}
	}
	if word := line[strings.LastIndexByte(line, ' ')+1:]; strings.ContainsRune(word, '/') {
		return true // a credit: "Ana Ruiz/Agency"
	}
	if i := strings.Index(line, ". "); i >= 4 && !strings.ContainsAny(line[i-4:i], " .0123456789") {
		return true // more than one sentence: a caption and its credit
	}
	if isDate(line) {
		return true
	}
	// "More:Los Angeles schools hit": a label glued to the text of a link.
	if i := strings.IndexByte(line, ':'); i > 0 && i+1 < len(line) {
		r, _ := utf8.DecodeRuneInString(line[i+1:])
		return unicode.IsLetter(r)
	}
	return false
}

// isDate reports whether a line is little more than a date.
func isDate(line string) bool {
	if !strings.ContainsAny(line, "0123456789") || strings.Count(line, " ") > 3 {
		return false
	}
	for word := range strings.FieldsSeq(line) {
		if isMonth(strings.Trim(word, ".,")) {
			return true
		}
	}
	return false
}
