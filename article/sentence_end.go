package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A beginning is what the text behind a stop begins with.
type beginning int

const (
	nothing beginning = iota // nothing that a sentence begins with
	lower                    // a small letter
	upper                    // a capital letter, or a letter without case
	digit                    // a digit
	sign                     // a bullet, a currency sign, an emoji
)

// A follow is what comes behind a stop.
type follow struct {
	begins  beginning
	word    int  // where the word, number or sign begins, behind opening marks
	quoted  bool // an opening quotation mark stands before it
	bracket bool // an opening bracket stands before it
}

// ends reports whether a sentence that began at start ends at s.
func (c *cutter) ends(s stop, start, end int) bool {
	next := skipSpace(c.text, s.end, end)
	if next == end {
		return true
	}
	f := c.follow(next, end)
	spaced := next > s.end
	switch s.mark {
	case '.', '…', '?':
		if !spaced {
			return c.glued(s, f)
		}
	case '。', '！', '？', '｡', '．':
		return spaced || !c.goesOn(s, next, end)
	default: // the full stops of other scripts, which do nothing else
		return true
	}

	if f.begins == lower && !c.small && !f.quoted && !f.bracket {
		return false
	}
	if f.begins == nothing {
		return false
	}
	switch s.mark {
	case '?':
		return !(s.quoted && c.attributes(f, end)) && !c.bang(s, f)
	case '…':
		if s.last-s.first > 3 && f.begins == digit {
			return false // the dots that lead to a page number or a cell
		}
		w := wordAt(c.text[f.word:end])
		return w != "I" && !(s.quoted && c.attributes(f, end))
	}
	return c.fullStop(s, f, start, end)
}

// follow looks at what begins at i.
func (c *cutter) follow(i, end int) follow {
	f := follow{}
	for marks := 0; i < end && marks < 6; marks++ {
		f.word = i
		r, n := utf8.DecodeRuneInString(c.text[i:end])
		after, _ := utf8.DecodeRuneInString(c.text[i+n : end])
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			f.begins = upper
			return f
		case unicode.IsLower(r) && (r < 0x10D0 || r > 0x10FF): // Georgian has no capitals in use
			f.begins = lower
			if unicode.IsUpper(after) { // iPhone, eBay
				f.begins = upper
			}
			return f
		case unicode.IsLetter(r):
			f.begins = upper
			return f
		case unicode.IsDigit(r):
			f.begins = digit
			return f
		case strings.ContainsRune("(（[【{", r):
			f.bracket = true
		case isOpener(r) && !unicode.IsSpace(after):
			f.quoted = true
		case r == '«' || r == '‹' || r == '„': // French puts a space behind
			f.quoted = true
			n = skipSpace(c.text, i+n, end) - i
		case r == '”' || r == '»' || r == '’':
			f.quoted = true
		case r == '¿' || r == '¡' || r == '_' || r == '…' || r == '.' || unicode.Is(unicode.Cf, r):
			// passed over: these come before the first letter
		case strings.ContainsRune("-*•◦▪·+►●", r) && unicode.IsSpace(after),
			unicode.Is(unicode.Sc, r), unicode.Is(unicode.So, r), r == '#', r == '@', r == '*', r == '•':
			f.begins = sign
			return f
		default:
			return f
		}
		i += n
	}
	return f
}

// glued reports whether a sentence ends where no space follows, as happens when
// the space was lost: "the deal.The company". What could be an address, a file
// or a name is left whole, so only well-known first words count.
func (c *cutter) glued(s stop, f follow) bool {
	if f.begins != upper || f.quoted || f.bracket || f.word != s.end {
		return false
	}
	w := wordBefore(c.text, s.first)
	if len(w) < 2 || strings.ContainsAny(w, "./@_") || strings.IndexFunc(w, unicode.IsUpper) >= 0 ||
		!unicode.IsLower(lastRune(w)) || abbreviation(w) != ordinary {
		return false
	}
	next := wordAt(c.text[f.word:])
	return isStarter(next, c.text[f.word+len(next):])
}

// goesOn reports whether a sentence in Chinese or Japanese goes on behind a
// stop: with a decimal, or, behind a quotation, with the particle or verb that
// names its speaker.
func (c *cutter) goesOn(s stop, next, end int) bool {
	r, n := utf8.DecodeRuneInString(c.text[next:end])
	if s.mark == '．' && unicode.IsDigit(r) {
		return true
	}
	if !s.quoted {
		return strings.ContainsRune("，、；：,", r)
	}
	second, _ := utf8.DecodeRuneInString(c.text[next+n : end])
	return strings.ContainsRune("とっな、，", r) || strings.ContainsRune("说說问問道", second)
}

// attributes reports whether what follows a quotation names its speaker: up to
// five capitalised words and then a verb of saying, as in “Why?” Ana Ruiz asked.
// "Ana Ruiz said that …" is a new sentence instead.
func (c *cutter) attributes(f follow, end int) bool {
	if f.begins != upper || f.quoted || f.bracket {
		return false
	}
	i := f.word
	for words := 0; words < 6 && i < end; words++ {
		w := wordAt(c.text[i:end])
		rest := c.text[i+len(w) : end]
		switch {
		case w == "" || words == 0 && isStarter(w, rest):
			return false
		case words > 0 && isSpeech(w):
			next := wordAt(strings.TrimPrefix(rest, " "))
			return !isClause(next)
		case !unicode.IsUpper(firstRune(w)) && w != "of" && w != "de" && w != "van" && w != "bin" && w != "the":
			return false
		}
		if rest = strings.TrimPrefix(rest, "."); !strings.HasPrefix(rest, " ") {
			return false
		}
		i = end - len(rest) + 1
	}
	return false
}

// bang reports whether the mark belongs to a name such as Yahoo!, and the
// sentence does not clearly begin anew behind it.
func (c *cutter) bang(s stop, f follow) bool {
	switch wordBefore(c.text, s.first) {
	case "Yahoo", "Jeopardy", "Panic", "Wham", "Oklahoma", "Jeb", "Airplane", "Mamma", "Yum", "Joomla":
		w := wordAt(c.text[f.word:])
		return !f.quoted && !isStarter(w, c.text[f.word+len(w):])
	}
	return false
}

// fullStop reports whether a single full stop that something like a beginning
// follows ends the sentence, which depends on the word before it. The idea that
// frequent first words tell the end behind an abbreviation is from Kiss and
// Strunk, "Unsupervised Multilingual Sentence Boundary Detection" (2006); the
// lists here are hand-made, not learnt.
func (c *cutter) fullStop(s stop, f follow, start, end int) bool {
	w := wordBefore(c.text, s.last)
	at := s.last - len(w)
	if w == "" {
		return true
	}
	if at == start && isItemNumber(w) {
		return false // "1. First", "IV. Fourth"
	}
	kind := abbreviation(w)
	if kind == ordinary && c.small {
		kind = abbreviation(strings.ToUpper(w[:1]) + w[1:])
	}
	if kind == state && !(at >= 2 && c.text[at-1] == ' ' && c.text[at-2] == ',' || at >= 1 && c.text[at-1] == '-') {
		kind = ordinary // "He felt ill. …" in a headline's capitals; states follow a comma
	}
	next := wordAt(c.text[f.word:end])
	starts := f.begins == sign || f.begins == upper && (f.quoted || isStarter(next, c.text[f.word+len(next):end]))
	switch kind {
	case never:
		return false
	case ambiguous, state:
		return starts && !f.bracket
	case counter:
		return f.begins != digit && !(len(next) == 1 && next != "I" && next != "A")
	case month:
		return f.begins != digit
	case trailing:
		return f.begins != digit && f.begins != lower
	case hour:
		return starts || f.begins == upper && !isTimeWord(next) && !f.bracket
	case initial:
		return starts && next != "A" || c.pronounOrName(w, at)
	}
	if unicode.IsDigit(lastRune(w)) && len(w) <= 2 && isGermanMonth(next) {
		return false // "am 14. Oktober"
	}
	return true
}

// pronounOrName reports whether the single letter w, at the given offset, is a
// word of its own rather than an initial: "so do I", "posted on X", "World War I".
func (c *cutter) pronounOrName(w string, at int) bool {
	if at < 2 || c.text[at-1] != ' ' || w != "I" && w != "X" {
		return false
	}
	before := wordBefore(c.text, at-1)
	return unicode.IsLower(firstRune(before)) || before == "War"
}
