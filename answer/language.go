package answer

import (
	"strings"

	"newsdesk/index"
)

// questionWords are those of other languages than English, with what they ask
// for. Two words stand for both, side by side.
var questionWords = map[string]map[string]asks{
	"de": askedBy("wer wen wem wessen", "wann", "wo wohin woher", "wieviel wieviele wie_viele wie_viel wie_hoch wie_oft", "warum weshalb wieso"),
	"fr": askedBy("qui", "quand", "où", "combien", "pourquoi"),
	"es": askedBy("quién quiénes quien quienes", "cuándo cuando", "dónde adónde donde", "cuánto cuántos cuánta cuántas cuanto cuantos cuantas", "por_qué por_que"),
	"it": askedBy("chi", "quando", "dove", "quanto quanti quanta quante", "perché"),
	"pt": askedBy("quem", "quando", "onde aonde", "quanto quantos quanta quantas", "por_que porquê"),
	"nl": askedBy("wie", "wanneer", "waar waarheen", "hoeveel", "waarom"),
	"uk": askedBy("хто кого кому ким", "коли", "де куди звідки", "скільки", "чому навіщо"),
	"ru": askedBy("кто кого кому кем", "когда", "где куда откуда", "сколько", "почему зачем"),
	"ar": askedBy("من", "متى", "أين", "كم", "لماذا"),
}

func askedBy(person, time, place, number, reason string) map[string]asks {
	m := make(map[string]asks)
	for kind, words := range map[asks]string{
		asksPerson: person, asksTime: time, asksPlace: place, asksNumber: number, asksReason: reason,
	} {
		for _, w := range strings.Fields(words) {
			m[strings.ReplaceAll(w, "_", " ")] = kind
		}
	}
	return m
}

// wideQuestionWords are those of Chinese and Japanese, longer ones first.
var wideQuestionWords = []struct {
	word string
	kind asks
}{
	{"什么时候", asksTime}, {"什麼時候", asksTime}, {"为什么", asksReason}, {"為什麼", asksReason}, {"什么", asksAnything}, {"什麼", asksAnything},
	{"哪里", asksPlace}, {"哪裡", asksPlace}, {"哪儿", asksPlace}, {"多少", asksNumber}, {"谁", asksPerson}, {"誰", asksPerson},
	{"いつ", asksTime}, {"どこ", asksPlace}, {"なぜ", asksReason}, {"いくつ", asksNumber}, {"何人", asksNumber}, {"何", asksAnything},
}

// languageOf returns the language that a question is asked in, of those of the
// articles.
func languageOf(text string, languages []string) string {
	if len(languages) == 0 {
		return ""
	}
	return index.Detect(text, languages)
}

// asksIn reports whether a word is a question word of a language, or the
// second word of one.
func asksIn(language, word string) bool {
	for asking := range questionWords[language] {
		if asking == word || strings.HasSuffix(asking, " "+word) {
			return true
		}
	}
	return false
}

// expectIn is expect for a question in another language.
func expectIn(language, text string) expectation {
	if language == "" {
		for _, q := range wideQuestionWords {
			if strings.Contains(text, q.word) {
				return expectKind(q.kind)
			}
		}
		return expect(text)
	}
	list := words(strings.ToLower(text))
	for i, w := range list {
		if i+1 < len(list) {
			if kind, ok := questionWords[language][w+" "+list[i+1]]; ok {
				return expectKind(kind)
			}
		}
		if kind, ok := questionWords[language][w]; ok {
			return expectKind(kind)
		}
	}
	return expectKind(asksAnything)
}

// withoutWideAsking writes spaces over the question words of scripts without
// spaces, so that no pair of characters is made of them. Bytes keep their place.
func withoutWideAsking(text string) string {
	for _, q := range wideQuestionWords {
		text = strings.ReplaceAll(text, q.word, strings.Repeat(" ", len(q.word)))
	}
	return text
}

// translate adds to names and numbers how articles in other languages have
// them: another stemmer may leave another term of the same word.
func (e *Engine) translate(terms []term, language string, languages []string) {
	for i := range terms {
		t := &terms[i]
		for _, other := range append([]string{""}, languages...) {
			if term := index.TermIn(other, t.word, false); t.name && other != language && term != "" && term != t.text {
				t.add(term)
			}
		}
	}
}
