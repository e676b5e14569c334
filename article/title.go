package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMadeTitle bounds, in bytes, a title that is made from the text.
const maxMadeTitle = 200

// titleFromText returns the first line with words of text if it is short
// enough for a title, else its first sentence, cut at a word end if need be.
func titleFromText(text string) string {
	var line string
	for l := range strings.Lines(text) {
		// Only the head of a very long line is ever looked at.
		if line = cleanLine(strings.TrimLeft(l, "#=*_- \t")); strings.ContainsFunc(line, isWordRune) {
			break
		}
	}
	if line == "" {
		line = cleanLine(text)
	}
	if len(line) > maxMadeTitle {
		line = line[:sentenceEnd(line)]
	}
	if line = shorten(line, maxMadeTitle); line == "" {
		return "Untitled" // nothing but invisible characters in the whole text
	}
	return line
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// sentenceEnd returns where the first sentence of line ends: behind a full
// stop, question or exclamation mark that a space and a capital follow. It is
// rougher than cutting a text into sentences needs to be; a title that ends at
// the wrong full stop is still a piece of the text.
func sentenceEnd(line string) int {
	for i, r := range line {
		if r != '.' && r != '!' && r != '?' && r != '。' {
			continue
		}
		end := i + utf8.RuneLen(r)
		if r == '。' {
			return end
		}
		rest := strings.TrimLeft(line[end:], "\"'”’)]")
		end = len(line) - len(rest)
		if !strings.HasPrefix(rest, " ") || r == '.' && isShortWord(line[:i]) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " \"'“‘([")) // RuneError at the end
		if !unicode.IsLower(next) {
			return end
		}
	}
	return len(line)
}

// isShortWord reports whether the full stop behind head more likely shortens a
// word ("Gov.", "U.S.", "J.") than that it ends a sentence.
func isShortWord(head string) bool {
	word := head[strings.LastIndexAny(head, " (“\"")+1:]
	if utf8.RuneCountInString(word) <= 1 || strings.Contains(word, ".") {
		return true
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "dr", "st", "gov", "sen", "rep", "gen", "lt", "col", "sgt", "capt", "prof", "rev", "hon",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "no", "vs", "inc", "corp", "co", "jr", "sr":
		return true
	}
	return false
}

// shorten cuts s to at most limit bytes, at the end of a word if one is near,
// and marks the cut with "…".
func shorten(s string, limit int) string {
	const mark = "…"
	if len(s) <= limit {
		return s
	}
	end := limit - len(mark)
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if space := strings.LastIndexByte(s[:end+1], ' '); space > end/2 {
		end = space
	}
	return strings.TrimRight(s[:end], " ,;:–—-") + mark
}
