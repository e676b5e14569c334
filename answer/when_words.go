package answer

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsdesk/article"
)

// A whenToken is a word, a number or a mark of a question.
type whenToken struct {
	article.Span        // without a possessive's 's
	low          string // in lower case; a number without its th, a mark as one of , - ' or itself
	num          int    // of at most four bare digits, else -1
	upper        bool   // begins with a capital that tells something
	word         bool   // not a mark
	ordinal      bool   // 5th
	decade       bool   // 1990s
	possessive   bool   // Tuesday's
	glued        bool   // no space before it
}

// whenTokens takes a text apart in one pass. The first word's capital tells
// nothing, and neither does any where all words have one or all are capitals.
func whenTokens(text string) []whenToken {
	var toks []whenToken
	end := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
			continue
		case unicode.IsDigit(r):
			toks = append(toks, numberToken(text, i))
		case unicode.IsLetter(r):
			toks = append(toks, wordToken(text, i))
		default:
			toks = append(toks, whenToken{Span: article.Span{Start: i, End: i + size}, low: markOf(text[i : i+size]), num: -1})
		}
		t := &toks[len(toks)-1]
		t.glued = len(toks) > 1 && t.Start == end
		end, i = t.End, t.End
		if t.possessive {
			_, size := utf8.DecodeRuneInString(text[t.End:])
			end, i = t.End+size+1, t.End+size+1
		}
	}
	ignoreCapitals(text, toks)
	return toks
}

func markOf(mark string) string {
	switch mark {
	case "‐", "‑", "–", "—", "−":
		return "-"
	case "’", "‘":
		return "'"
	}
	return mark
}

// numberToken reads digits with what is written onto them: 5th, 1990s, 2,000,
// 6.5, 20m. Only bare ones, ordinals and decades have a value.
func numberToken(text string, from int) whenToken {
	isDigit := func(i int) bool { return i < len(text) && '0' <= text[i] && text[i] <= '9' }
	digits, bare := from, true
	for isDigit(digits) || digits > from && digits < len(text) && strings.IndexByte(",.", text[digits]) >= 0 && isDigit(digits+1) {
		bare = bare && isDigit(digits)
		digits++
	}
	end := digits
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		end += size
	}
	t := whenToken{Span: article.Span{Start: from, End: end}, word: true, num: -1, low: text[from:digits]}
	switch strings.ToLower(text[digits:end]) {
	case "":
	case "st", "nd", "rd", "th":
		t.ordinal = true
	case "s":
		t.decade = true
	default:
		bare = false
	}
	if n, err := strconv.Atoi(t.low); err == nil && bare && len(t.low) <= 4 {
		t.num = n
	}
	return t
}

// wordToken reads letters and the apostrophes between them; a final 's stands
// outside the token.
func wordToken(text string, from int) whenToken {
	i := from
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '\'' || r == '’' {
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			if !unicode.IsLetter(next) {
				break
			}
		} else if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) {
			break
		}
		i += size
	}
	t := whenToken{word: true, num: -1}
	word := text[from:i]
	for _, s := range []string{"'s", "’s", "'S", "’S"} {
		if rest, ok := strings.CutSuffix(word, s); ok {
			word, t.possessive = rest, true
			break
		}
	}
	first, _ := utf8.DecodeRuneInString(word)
	t.upper = unicode.IsUpper(first)
	t.Span, t.low = article.Span{Start: from, End: from + len(word)}, strings.ToLower(word)
	return t
}

// ignoreCapitals forgets capitals that tell nothing. The first word counts for
// nothing, so that it may be written either way.
func ignoreCapitals(text string, toks []whenToken) {
	if len(toks) == 0 {
		return
	}
	toks[0].upper = false
	long, upper, lower := 0, 0, false
	for _, t := range toks[1:] {
		lower = lower || strings.ContainsFunc(t.Of(text), unicode.IsLower)
		if t.word && t.num < 0 && t.Len() > 3 {
			long++
			if t.upper {
				upper++
			}
		}
	}
	if lower && (long < 4 || upper*10 < long*9) {
		return
	}
	for i := range toks {
		toks[i].upper = false
	}
}

var whenMonths = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
	"september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

var whenDays = map[string]time.Weekday{
	"monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 0,
	"mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5, "sat": 6, "sun": 0,
}

var whenSeasons = map[string]season{"spring": spring, "summer": summer, "autumn": autumn, "fall": autumn, "winter": winter}

// whenUnits are the units that people count time in, in both numbers.
var whenUnits = map[string]grain{
	"minute": byHour, "minutes": byHour, "hour": byHour, "hours": byHour, "day": byDay, "days": byDay,
	"weekend": byWeekend, "week": byWeek, "weeks": byWeek, "fortnight": byFortnight, "month": byMonth, "months": byMonth,
	"year": byYear, "years": byYear, "decade": byDecade, "decades": byDecade,
}

// Numbers that stand for "some".
const (
	aFew    = -1
	aCouple = 2
)

var whenNumbers = map[string]int{
	"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
	"ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
	"couple": aCouple, "few": aFew, "several": aFew,
}

var (
	whenNews = set("latest newest current currently now recently recent breaking nowadays upcoming")

	// futureWords make "on Tuesday" a day to come.
	futureWords = set("will shall scheduled expected upcoming slated planned planning plans intends won't")
	futureTo    = set("going set about hoping likely") // with "to" behind

	dayParts = set("morning afternoon evening night")

	// clauseStarts end the reach of a "since" or "after" before them.
	clauseStarts = set("what who whom whose which when where why how did does do")

	// eventNouns make a date before them a part of a name: the 2024 election.
	eventNouns = set(`election elections olympics olympic paralympics games cup championship championships final finals
		season seasons tournament league playoffs draft race primary primaries caucus caucuses campaign referendum census
		vote ballot budget summit conference meeting talks debate hearing trial attack attacks raid raids massacre
		shooting bombing bombings invasion war coup revolution uprising protest protests riot riots movement pandemic
		crisis crash earthquake quake hurricane flood floods fire fires award awards oscars grammys emmys globes prize
		festival edition film movie song album book novel series show report study survey poll polls plan deal agreement
		accord accords treaty law act bill constitution amendment model version list tour prix marathon eurovision
		bowl term session anniversary financial fiscal tax recession candidate candidates nominee ceasefire truce`)

	// eventAdjectives may stand between such a date and its noun.
	eventAdjectives = set(`presidential general local federal midterm snap parliamentary european national world summer winter
		men women annual terror terrorist deadly`)

	// countNouns make a number before them a count: 2000 people.
	countNouns = set(`people persons men women children students pupils workers employees staff jobs soldiers troops homes houses
		households dollars euros pounds miles kilometers kilometres km kg tons tonnes metres meters feet degrees hours minutes
		seconds days weeks months years percent per votes seats points cases deaths residents members migrants refugees
		prisoners hostages victims patients passengers flights schools companies police officers protesters supporters fans
		times copies cars vehicles units`)

	// namedBefore and namedAfter make a weekday a part of a name.
	namedBefore = set(`black super good ash easter cyber giving bloody palm maundy shrove holy sheffield freaky blue casual ruby
		whit spy fat pancake throwback man manic stormy every each any most another one a an mail other alternate next`)
	namedAfter = set(`prayers prayer school market addams times mirror telegraph mail roast league the magazine brunch mass
		sermon service services`)

	superlatives = set("first only worst best biggest largest highest lowest longest deadliest most least strongest hottest coldest")

	// namesToo are months that are first names or surnames too.
	namesToo = set("april may june august jan")

	// whoseVerbs follow a person's name rather than a month's.
	whoseVerbs = set(`was is said became took left had has did won lost resigned be become say announced called told wrote stepped
		he she it they i we you not also have`)

	// articleWords stand before a noun, so that a date behind them is part of a name.
	articleWords = set("a an the this that these those his her their its our my your")

	// figureWords are about what is counted, and published when that is done.
	figureWords = set(`rate rates percentage percent share proportion number average total median inflation gdp growth births
		birth deaths sales revenue profit profits turnover population emissions temperature temperatures statistics figures`)

	newsNouns = set("news article articles report reports story stories headlines headline coverage reporting")
)
