package index

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// ukrainian has stop-words and a stemmer of its own, since Bleve has none.
var ukrainian = sync.OnceValue(func() *language {
	return &language{ownScript: true, stop: ukrainianStop, after: []analysis.TokenFilter{ukrainianStemmer{}}}
})

var ukrainianStop = wordSet(`
і й та а але або чи не ні що як це цей ця ці цього цієї цих цим той та те ті того тієї тих тим
я ти він вона воно ми ви вони мене тебе його її нас вас їх мені тобі йому їй нам вам їм ним нею ними
мій твій свій своя своє свої свого своєї своїх наш ваш їхній себе собі
хто кого кому ким чого чому чим який яка яке які якого якої яких якому де куди звідки коли скільки навіщо
в у на з із зі до від для про при над під по за через між без після перед біля серед проти щодо під час
є був була було були буде будуть бути бо щоб якщо коли хоч також ще вже лише тільки саме так там тут тоді
б би же ж ось адже дуже більш більше менш менше всі все весь вся усі усе кожен інший інші один
`)

// ukrainianStemmer takes off the endings of cases, genders and numbers, and of
// the past tense, the longest that leaves three letters or more: a light
// stemmer in the manner of Savoy, "Light stemming approaches for the French,
// Portuguese, German and Hungarian languages" (SAC 2006).
type ukrainianStemmer struct{}

var ukrainianEndings = strings.Fields(`
	ський ського ському ською ські ська ську ськими ських ськім
	ування ення ання ість ості
	ями ами ова ову ові еві єві ого ому ими іми ої ою ею єю ій ів їв ях ах ям ам ом ем єм их іх
	али ала ало ила или ило ував увала увати ити ати
	ав ив а я у ю і ї и е є о й ь`)

func (ukrainianStemmer) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, token := range stream {
		word := strings.NewReplacer("'", "", "’", "", "ʼ", "").Replace(string(token.Term))
		longest := ""
		for _, ending := range ukrainianEndings {
			if len(ending) > len(longest) && strings.HasSuffix(word, ending) &&
				utf8.RuneCountInString(word)-utf8.RuneCountInString(ending) >= 3 {
				longest = ending
			}
		}
		token.Term = []byte(strings.TrimSuffix(word, longest))
	}
	return stream
}
