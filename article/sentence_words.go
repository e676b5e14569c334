package article

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// An abbrKind says when a full stop behind a word ends a sentence.
type abbrKind int

const (
	ordinary  abbrKind = iota // always
	never                     // never: a name, number or explanation comes next
	ambiguous                 // before a typical first word
	state                     // like ambiguous, but only behind a comma or hyphen
	counter                   // not before a number or letter
	month                     // not before a number
	trailing                  // before a capital letter
	hour                      // not before a day, month or time zone
	initial                   // before a typical first word
)

// abbreviation classifies the word before a full stop.
func abbreviation(w string) abbrKind {
	if i := strings.LastIndexByte(w, '-'); i >= 0 { // R-Pa., Lt.-Gov.
		w = w[i+1:]
	}
	if len(w) > 8 || w == "" {
		return ordinary
	}
	switch w {
	case "Mr", "Mrs", "Ms", "Mx", "Dr", "Drs", "Prof", "Gen", "Col", "Lt", "Sgt", "Gov", "Govs", "Sen", "Sens", "Rep",
		"Reps", "Rev", "Hon", "Capt", "Cmdr", "Cpl", "Pvt", "Adm", "Maj", "Brig", "Supt", "Det", "Insp", "Pres", "Fr",
		"Messrs", "Mme", "Mlle", "Sra", "Srta", "Dra", "MR", "MRS", "MS", "DR", "GEN", "GOV", "SEN", "REP", "Msgr",
		"Atty", "Asst", "Amb", "Pfc", "Spc", "Cllr", "Hr", "Fru",
		"vs", "Vs", "v", "e.g", "i.e", "E.g", "I.e", "cf", "Cf", "viz", "approx", "ca", "Ca", "z.B", "d.h", "u.a", "bzw",
		"vgl", "Vgl", "Rs", "feat", "incl", "esp":
		return never
	case "Inc", "Ltd", "Co", "Cos", "Corp", "LLC", "Jr", "Sr", "Ave", "Blvd", "Rd", "St", "Ste", "Mt", "Ft", "Pt", "Hwy",
		"Rte", "Apt", "Dept", "Univ", "Assn", "Intl", "Mfg", "Est", "Esq", "Bhd", "Pty", "Cie", "Gmbh", "Str", "Sq",
		"INC", "CORP", "LTD", "JR", "SR", "Ed", "Eds", "Natl", "Govt", "Bldg", "Mts", "Bros", "al", "ft", "lb", "lbs", "oz", "av", "Av":
		return ambiguous
	case "Ala", "Ariz", "Ark", "Calif", "Colo", "Conn", "Del", "Fla", "Ga", "Ill", "Ind", "Kan", "Ky", "La", "Md", "Mass",
		"Mich", "Minn", "Miss", "Mo", "Mont", "Neb", "Nev", "Okla", "Ore", "Pa", "Tenn", "Tex", "Vt", "Va", "Wash",
		"Wis", "Wyo", "Ont", "Que", "Sask", "Alta":
		return state
	case "No", "Nos", "no", "nos", "Nr", "nr", "Núm", "núm", "Fig", "Figs", "fig", "pp", "p", "Sec", "sec", "Art",
		"Vol", "vol", "Ch", "ch", "Eq", "Op", "op", "Abs", "Bd", "ext", "Ext", "Tel", "tel":
		return counter
	case "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec",
		"Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri", "Sat", "Sun":
		return month
	case "etc", "usw", "Etc":
		return trailing
	case "a.m", "p.m", "A.M", "P.M":
		return hour
	}
	switch r, n := utf8.DecodeRuneInString(w); {
	case n == len(w) && unicode.IsUpper(r):
		return initial
	case n == len(w) && unicode.IsLower(r):
		if r >= utf8.RuneSelf { // Russian г. Москва
			return ambiguous
		}
		return counter
	case isAcronym(w):
		return ambiguous
	}
	return ordinary
}

// isAcronym reports whether w is made of capitals with full stops between, such
// as U.S, Ph.D or EE.UU; the last full stop is not part of w.
func isAcronym(w string) bool {
	dots, part := 0, 0
	for _, r := range w {
		switch {
		case r == '.':
			if part == 0 {
				return false
			}
			dots++
			part = 0
		case part == 0 && !unicode.IsUpper(r), part > 1, !unicode.IsLetter(r):
			return false
		default:
			part++
		}
	}
	return dots > 0 && part > 0
}

// isItemNumber reports whether w is the number of a list item or section: up to
// three digits, as in 12 or 4.2.1, one letter, or a small Roman numeral.
func isItemNumber(w string) bool {
	if len(w) == 1 {
		return true
	}
	first, _, _ := strings.Cut(w, ".")
	return len(first) <= 3 && strings.Trim(w, "0123456789.") == "" || len(w) <= 5 && strings.Trim(w, "IVXLC") == ""
}

// isStarter reports whether w is a word that sentences often begin with and
// names rarely do. rest is the text behind it: "No. 1" and "A. Smith" do not
// start one.
func isStarter(w, rest string) bool {
	if strings.HasPrefix(rest, ".") {
		switch w {
		case "Mr", "Mrs", "Ms", "Dr":
			return true
		}
		return false
	}
	switch w {
	case "The", "A", "An", "He", "She", "It", "They", "We", "You", "I", "His", "Her", "Its", "Their", "Our", "My",
		"This", "That", "These", "Those", "There", "Here", "In", "On", "At", "But", "And", "Or", "So", "Yet", "If",
		"When", "While", "As", "For", "From", "With", "After", "Before", "Since", "Although", "Though", "Because",
		"However", "What", "Who", "Why", "How", "Where", "Which", "Some", "Many", "Most", "Several", "Both", "Each",
		"Every", "No", "Not", "Nearly", "About", "According", "By", "To", "Among", "Despite", "During", "Until",
		"Without", "Meanwhile", "Instead", "Also", "Now", "Then", "Another", "Other", "Such", "Once", "Even", "Only",
		"Just", "Still", "Later", "Earlier", "Officials", "Authorities", "Police", "Asked", "Let", "Nor", "Over",
		"Is", "Are", "Was", "Were", "Do", "Does", "Did", "Can", "One", "Two", "Three", "More", "Others", "Last",
		"Today", "Yesterday", "Critics", "Experts", "Researchers", "Scientists", "People", "Under", "Additionally",
		"Moreover", "Nevertheless", "Nobody", "Nothing", "Everyone", "Previously", "Please", "See", "Between", "Within", "Throughout", "Unlike",
		"Der", "Das", "Ein", "Eine", "Er", "Sie", "Es", "Wir", "Ich", "Im", "Am", "Doch", "Aber", "Und",
		"Il", "Elle", "Ils", "Mais", "Dans", "Les", "Une", "Pero", "Una":
		return true
	}
	return false
}

// isTimeWord reports whether w can follow "a.m." in one sentence: a day, a
// month or a time zone.
func isTimeWord(w string) bool {
	switch w {
	case "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Mon", "Tue", "Tues", "Wed", "Thu",
		"Thurs", "Fri", "Sat", "Sun", "Eastern", "Pacific", "Central", "Mountain", "Greenwich", "UTC":
		return true
	}
	return isMonth(w) || len(w) >= 2 && len(w) <= 4 && w == strings.ToUpper(w) && w[len(w)-1] == 'T' // ET, GMT, AEST
}

func isMonth(w string) bool {
	switch w {
	case "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
		"December", "Jan", "Feb", "Mar", "Apr", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec":
		return true
	}
	return false
}

func isGermanMonth(w string) bool {
	switch w {
	case "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
		"Dezember":
		return true
	}
	return false
}

// isSpeech reports whether w is a verb that names a speaker.
func isSpeech(w string) bool {
	switch w {
	case "said", "says", "asked", "asks", "wrote", "writes", "tweeted", "told", "added", "replied", "answered", "shouted",
		"yelled", "joked", "continued", "posted", "exclaimed", "cried", "recalled", "wondered", "quipped", "responded",
		"declared", "insisted", "explained", "remarked":
		return true
	}
	return false
}

// isClause reports whether w, behind a verb of saying, begins what was said.
func isClause(w string) bool {
	switch w {
	case "that", "he", "she", "it", "they", "the", "there", "his", "her", "if", "whether":
		return true
	}
	return false
}

// wordAt returns the letters that s begins with.
func wordAt(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) || i > 40 {
			return s[:i]
		}
	}
	return s
}

// wordBefore returns the word that ends at end, with full stops, hyphens and
// digits within it, or "" if none does. Of a long one it returns the end.
func wordBefore(text string, end int) string {
	const longest = 24
	i := end
	for i > 0 && end-i < longest {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-@/_", r) {
			break
		}
		i -= n
	}
	return strings.TrimLeft(text[i:end], ".-/_")
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }
