package store

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuestion is how many characters of a question are kept.
const maxQuestion = 200

// leftOut stands for what Scrub takes out.
const leftOut = "…"

// What Scrub takes out, in this order.
var personal = []*regexp.Regexp{
	regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://\S*`),                 // addresses
	regexp.MustCompile(`(?i)\b(?:www\.|[\w-]+(?:\.[\w-]+)+/)\S*`),       // the same without their beginning
	regexp.MustCompile(`<[@#:/a-zA-Z][^>\s]*>?`),                        // mentions, emoji and times of chats
	regexp.MustCompile(`\S*@\S*`),                                       // mail and handles
	regexp.MustCompile(`\S{41,}`),                                       // keys and the like: no word is so long
	regexp.MustCompile(`[+(]?\p{Nd}(?:[\s().\-/–+]{0,3}\p{Nd}){6,}\)?`), // numbers of telephones, cards and ids
}

// isDate is a day as programs write it, which has as many digits as a
// telephone number.
var isDate = regexp.MustCompile(`^(?:19|20)\d\d-\d\d-\d\d$`)

// Scrub takes out of a question what could tell who asked it or point at
// somebody: addresses, mail, mentions, and numbers of seven digits or more
// other than dates. It leaves one line of at most 200 characters. Names stay:
// news are about people.
func Scrub(question string) string {
	question = strings.ToValidUTF8(question, "")
	question = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
			return ' '
		}
		return r
	}, question)
	for _, p := range personal {
		question = p.ReplaceAllStringFunc(question, func(s string) string {
			if isDate.MatchString(s) {
				return s
			}
			return leftOut
		})
	}
	question = strings.Join(strings.Fields(question), " ")
	if utf8.RuneCountInString(question) > maxQuestion {
		question = strings.TrimSpace(string([]rune(question)[:maxQuestion-1])) + leftOut
	}
	return question
}
