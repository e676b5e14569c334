package index

import "strings"

// irregular maps the forms of irregular verbs and nouns to their base, which a
// stemmer for regular endings cannot find. Forms that are words of their own
// in the news (left, found, saw, lay, felt) stay as they are.
var irregular = parseIrregular(`
	arise arose arisen
	beat beaten
	become became
	begin began begun
	bid bade bidden
	bite bit bitten
	bleed bled
	blow blew blown
	break broke broken
	breed bred
	bring brought
	build built
	burn burnt
	buy bought
	catch caught
	choose chose chosen
	come came
	creep crept
	deal dealt
	dig dug
	draw drew drawn
	dream dreamt
	drink drank drunk
	drive drove driven
	eat ate eaten
	fall fell fallen
	feed fed
	fight fought
	flee fled
	fly flew flown
	forbid forbade forbidden
	forget forgot forgotten
	forgive forgave forgiven
	freeze froze frozen
	get got gotten
	give gave given
	go went gone
	grow grew grown
	hang hung
	hear heard
	hide hid hidden
	hold held
	keep kept
	kneel knelt
	know knew known
	lead led
	learn learnt
	lend lent
	lose lost
	make made
	meet met
	mistake mistook mistaken
	oversee oversaw overseen
	overthrow overthrew overthrown
	overtake overtook overtaken
	pay paid
	prove proven
	ride rode ridden
	ring rang rung
	rise rose risen
	run ran
	say said
	see seen
	seek sought
	sell sold
	send sent
	shake shook shaken
	shine shone
	shoot shot
	show shown
	shrink shrank shrunk
	sing sang sung
	sink sank sunk
	sit sat
	sleep slept
	speak spoke spoken
	speed sped
	spend spent
	spring sprang sprung
	stand stood
	steal stole stolen
	stick stuck
	sting stung
	strike struck stricken
	strive strove striven
	swear swore sworn
	sweep swept
	swim swam swum
	swing swung
	take took taken
	teach taught
	tear tore torn
	tell told
	think thought
	throw threw thrown
	undergo underwent undergone
	understand understood
	undertake undertook undertaken
	wake woke woken
	wear wore worn
	weep wept
	win won
	withdraw withdrew withdrawn
	withhold withheld
	write wrote written
	child children
	foot feet
	man men
	woman women
	mouse mice
	person people
	tooth teeth
	wife wives
	life lives
	thief thieves
	crisis crises
	die dying died dies
	medium media
	analysis analyses
`)

func parseIrregular(table string) map[string]string {
	m := make(map[string]string)
	for _, line := range strings.Split(table, "\n") {
		if forms := strings.Fields(line); len(forms) > 1 {
			for _, form := range forms[1:] {
				m[form] = forms[0]
			}
		}
	}
	return m
}
