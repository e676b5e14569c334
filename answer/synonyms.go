package answer

import (
	"slices"
	"strings"

	"newsdesk/index"
)

// likeWeight is what a word of the same meaning counts, to the word itself.
const likeWeight = 0.6

// synonyms maps a term to those of like meaning, all as the index has them; at
// the end, names that go by two spellings which no rule of transliteration
// brings together.
var synonyms = parseSynonyms(`
	injure hurt wound injury casualty
	kill die death dead fatality murder
	trip visit travel journey
	talk discussion negotiation meeting meet
	call phone telephone conversation
	write author draft compose pen
	lead head host chair
	electricity power
	publish release
	leak disclose reveal
	announce confirm unveil
	job post position role
	attack strike assault bombing shelling
	agreement deal pact accord treaty
	plan proposal scheme blueprint
	buy purchase acquire acquisition takeover
	win victory triumph beat defeat
	lose loss defeat
	resign quit departure
	fire sack dismiss oust
	jail prison imprison incarcerate
	arrest detain detention
	accuse allege blame charge
	convict guilty conviction
	doctor physician
	child kid children
	movie film
	car vehicle automobile
	plane aircraft jet airplane
	ship vessel boat
	company firm business corporation
	increase rise raise grow hike surge
	decrease fall drop decline reduce cut
	begin start launch open
	end finish conclude close
	ban prohibit outlaw
	allow permit approve
	help aid assist assistance support
	money fund cash
	cost price
	pay salary wage
	police officer cop
	army military troops force soldier
	war conflict fighting
	ceasefire truce
	peace peaceful
	area region territory
	city town
	boss ceo chief
	leader president
	election vote ballot poll
	elect choose
	law legislation bill act
	court judge tribunal
	illness disease sickness
	vaccine jab shot vaccination
	storm hurricane cyclone typhoon
	flood flooding
	earthquake quake
	blaze fire wildfire
	singer musician artist
	song single track
	prize award medal
	champion title winner
	match game
	coach manager
	wed marry marriage wedding husband wife spouse
	son daughter child
	relative family son daughter brother sister mother father husband wife cousin nephew niece
	home house
	worker employee staff
	strike walkout
	rival opponent
	big large huge
	quick fast rapid
	american US usa washington
	british uk britain
	european europe eu
	russian russia moscow kremlin
	ukrainian ukraine kyiv
	chinese china beijing
	french france
	german germany
	israeli israel
	north northern
	south southern
	east eastern
	west western
	block hinder obstruct prevent stall
	progress headway
	demand insist require
	reject refuse refusal
	surrender concede concession
	spacecraft probe lander
	rocket launcher
	astronaut crew
	moon lunar
	sun solar
	find discover detect
	make produce manufacture
	teach teacher
	student pupil
	university college
	holiday vacation
	fund finance
	join accession enter
	member membership
	euro currency
	kyiv kiev
	kharkiv kharkov
	odesa odessa
	lviv lvov
	dnipro dnepr
	mykolaiv nikolaev
	zaporizhzhia zaporozhye
	chornobyl chernobyl
	luhansk lugansk
	muhammad mohammed mohamed mohammad muhammed mohamad
	ahmed ahmad
	hussein hussain husayn
	osama usama
	koran quran
	hezbollah hizbollah hizbullah
	myanmar burma
	turkiye turkey
	beijing peking
	mumbai bombay
	kolkata calcutta
	serhiy sergei sergey
	oleksandr aleksandr alexander
	jinping chinping
`)

func parseSynonyms(groups string) map[string][]string {
	m := make(map[string][]string)
	for _, line := range strings.Split(groups, "\n") {
		var terms []string
		for _, word := range strings.Fields(line) {
			if toks := index.Analyze(word); len(toks) == 1 {
				terms = append(terms, toks[0].Term)
			}
		}
		for _, t := range terms {
			for _, like := range terms {
				if like != t && !slices.Contains(m[t], like) {
					m[t] = append(m[t], like)
				}
			}
		}
	}
	return m
}

// formsOf returns a term of the question as the index is to look for it.
func formsOf(t term) index.Term {
	term := index.Term{Forms: []index.Form{{Text: t.text, Weight: 1}}, Weight: t.factor()}
	for _, same := range t.same {
		term.Forms = append(term.Forms, index.Form{Text: same, Weight: 1})
	}
	for _, like := range t.like {
		term.Forms = append(term.Forms, index.Form{Text: like, Weight: likeWeight})
	}
	return term
}
