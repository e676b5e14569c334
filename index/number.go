package index

import "strings"

// magnitudes are the words and letters behind a number that multiply it by a
// power of ten. Billion is the short scale's in English and the long scale's
// in German, so only spellings that are English count as short.
var magnitudes = map[string]int{
	"k": 3, "thousand": 3, "tausend": 3, "mil": 3, "тис": 3, "тисяч": 3, "тисячі": 3, "тысяч": 3, "тысячи": 3,
	"m": 6, "mn": 6, "mln": 6, "million": 6, "millions": 6, "mio": 6, "millionen": 6, "millon": 6, "millones": 6,
	"млн": 6, "мільйон": 6, "мільйони": 6, "мільйонів": 6, "миллион": 6, "миллиона": 6, "миллионов": 6,
	"bn": 9, "billion": 9, "billions": 9, "mrd": 9, "milliarde": 9, "milliarden": 9, "milliard": 9, "milliards": 9,
	"млрд": 9, "мільярд": 9, "мільярди": 9, "мільярдів": 9, "миллиард": 9, "миллиарда": 9, "миллиардов": 9,
	"tn": 12, "trn": 12, "trillion": 12, "trillions": 12, "billionen": 12,
}

// ordinals are the words for 1st to 12th.
var ordinals = [...]string{"first", "second", "third", "fourth", "fifth", "sixth",
	"seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"}

// numberTerm returns the one term for a number however it is written, such as
// 1500000 for "1.5 million", "1,500,000", "1 500 000" and "1.5m". The word is
// folded. It reports false for what is no number. With a decimal comma, as in
// most of Europe, comma and full stop change places.
func numberTerm(word string, decimalComma bool) (string, bool) {
	if !isDigit(word[0]) {
		return "", false
	}
	end := 0
	for end < len(word) && (isDigit(word[end]) || strings.IndexByte(",.' ", word[end]) >= 0) {
		end++
	}
	suffix := word[end:]
	number := strings.TrimRight(word[:end], ",.' ")
	suffix = strings.Trim(suffix, "-\u00a0\u202f\u2009")
	power, isMagnitude := magnitudes[suffix]
	switch {
	case suffix == "" || isMagnitude:
		return scaled(number, power, decimalComma), true
	case allDigits(number) && len(number) <= 2 && (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th"):
		if n := atoi(number); n >= 1 && n <= len(ordinals) {
			return stem(ordinals[n-1]), true
		}
	}
	return "", false
}

func atoi(digits string) int {
	n := 0
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

// scaled writes a number times a power of ten without separators. What has
// several decimal points, such as an address or a version, stays as it is.
func scaled(number string, power int, decimalComma bool) string {
	group, point := ",", "."
	if decimalComma && grouped(number, '.') || decimalComma && strings.Contains(number, ",") {
		group, point = ".", ","
	}
	if power > 0 && strings.Count(number, ",") == 1 && !grouped(number, ',') {
		group, point = ".", "," // 1,5 million
	}
	number = strings.NewReplacer(group, "", " ", "", "'", "").Replace(number)
	whole, decimals, fraction := strings.Cut(number, point)
	if power == 0 && !fraction || strings.Contains(decimals, point) {
		return number
	}
	if power > 0 {
		decimals = strings.TrimRight(decimals, "0")
	}
	for ; power > 0; power-- {
		next := "0"
		if decimals != "" {
			next, decimals = decimals[:1], decimals[1:]
		}
		whole += next
	}
	if len(whole) > 1 {
		whole = strings.TrimLeft(whole[:len(whole)-1], "0") + whole[len(whole)-1:]
	}
	if decimals == "" {
		return whole
	}
	return whole + "." + decimals
}

// grouped reports whether every separator of that kind has three digits, and
// no more, behind it.
func grouped(number string, separator byte) bool {
	parts := strings.Split(number, string(separator))
	for _, p := range parts[1:] {
		if len(p) != 3 || !allDigits(p) {
			return false
		}
	}
	return len(parts) > 1
}
