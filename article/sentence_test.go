package article

import (
	"slices"
	"strings"
	"testing"
)

// sentenceTests mark with a bar where the text is to be cut.
var sentenceTests = []struct{ name, text string }{
	{"two plain sentences", "The ferry left at dawn.| Nobody noticed."},
	{"a question and an exclamation", "Did it rain?| It poured!| Then it stopped."},
	{"one sentence without an end", "The ferry left at dawn"},
	{"two spaces after the stop", "The ferry left.|  Nobody noticed."},
	{"a no-break space after the stop", "The ferry left.|\u00a0Nobody noticed."},
	{"a small letter goes on", "The firm fizz. is new."},
	{"a name that begins with a small letter starts a sentence", "Prices fell.| iPhone sales did not."},

	{"a decimal", "Growth was 3.5 per cent.| It had been 2.1."},
	{"thousands with full stops", "It cost 1.000.000 euros.| Too much."},
	{"a version", "Bleve 2.6.3 came out.| It is faster."},
	{"a time with a full stop", "They met at 10.30 a.m. on the quay."},
	{"money in billions", "The deal is worth $1.2bn.| Shares rose."},
	{"a date with full stops", "On 14.10.2025 it ended.| All went home."},
	{"the number of a section", "Section 4.2.1 applies.| So does 5."},
	{"a year at the end", "It began in 2019.| Work stopped in 2020."},
	{"a year before a number", "It began in 2019.| 15 people came."},
	{"a domain", "Write to example.com or call.| We answer."},
	{"a domain at the end", "It was on example.com.| The page is gone."},
	{"a web address with a query", "See https://example.org/a.b?c=d!e for more.| Thanks."},
	{"an e-mail address", "Mail jo.doe@example.co.uk today.| We wait."},
	{"a file name", "Open main.go first.| Then run it."},
	{"a number sign abbreviated", "He is No. 10 on the list.| She is No. 1."},
	{"no as an answer", "Would he go?| No.| The answer was clear."},

	{"Mr. before a name", "Mr. Ito met Mrs. Lund.| Dr. Osei was late."},
	{"military and political titles", "Gen. Abara, Lt. Col. Ruiz, Sen. Holt and Rep. Will Kane met Gov. Lee."},
	{"titles joined by a hyphen", "It was signed by Lt.-Gov. Marsh.| It is law."},
	{"St. in a place", "Floods hit St. Paul and Ft. Worth near Mt. Hood."},
	{"St. at the end of an address", "The bakery is at 12 Elm St.| The owner lives above."},
	{"Jr. in a name", "Sam Hall Jr. won again."},
	{"Jr. at the end", "The winner was Sam Hall Jr.| He smiled."},
	{"Inc. before a name", "Orbit Inc. Chief Executive Lena Holt resigned."},
	{"Inc. at the end", "She leads Orbit Inc.| In May it lost money."},
	{"Co. and Ltd. within", "Smith & Co. bought Jones Ltd. for a song."},
	{"vs. and v.", "It was Spain vs. Italy, as in Roe v. Wade."},
	{"e.g. and i.e.", "Take fruit, e.g. Apples, i.e. Red ones."},
	{"etc. within", "They sell nets, hooks, etc. to fishers."},
	{"etc. at the end", "They sell nets, hooks, etc.| Business is good."},
	{"et al. before a year", "As Hill et al. 2019 showed, it works."},
	{"a figure and pages", "See Fig. 3 and pp. 12 to 14.| Then stop."},
	{"U.S. before a name", "The U.S. Army left."},
	{"U.S. at the end", "She came to the U.S.| He stayed in the U.K.| They never met."},
	{"U.S. before a quotation", "He returned to the U.S.| “I am home,” he said."},
	{"D.C. before a bracket", "They flew to Washington, D.C. (on Monday) and back."},
	{"Ph.D. within and at the end", "Her Ph.D. thesis won.| She has a Ph.D.| It took years."},
	{"a.m. before a day", "Voting starts at 7 a.m. Tuesday and ends at 8 p.m. ET."},
	{"p.m. at the end", "Polls closed at 8 p.m.| Officials began to count."},
	{"p.m. before a name", "Polls closed at 8 p.m.| Holt had won."},
	{"a month before a day", "It opens on Jan. 6 and shuts on Sept. 30."},
	{"a month at the end", "It opens in Jan.| Tickets are free."},
	{"a state behind a city", "A storm hit Tampa, Fla., and Mobile, Ala. on Sunday."},
	{"a state at the end", "She lives in Tampa, Fla.| The house is small."},
	{"a party and state", "Holt, R-Pa., and Kane, D-Calif. voted no."},
	{"a word like a state", "The old man fell ill.| Ore.| That was all he said."},
	{"initials", "J. K. Rowling met George W. Bush and C.S. Lewis."},
	{"an initial before a likely first word", "It was plan B.| The first had failed."},
	{"the pronoun at the end", "So did I.| Nobody else came."},
	{"the platform X", "He said so on X.| Holt agreed."},
	{"a numbered war", "It was built after World War I.| Germany paid."},
	{"an abbreviation at the end of the text", "She works for Orbit Inc."},

	{"a quotation with its speaker behind", "“I came. I saw. I left,” he said."},
	{"a quotation with no speaker", "“It is over. We lost.”| The hall was silent."},
	{"a quotation after its speaker", "He said: “It is over. Go home.”| They went."},
	{"a speaker between two quotations", "“I count on them,” Okoro said.| “Much depends on it, because it matters.”"},
	{"a question with its speaker behind", "“Why now?” he asked.| Nobody knew."},
	{"a question with a named speaker behind", "“Why now?” President Ana Ruiz asked.| Nobody knew."},
	{"a question and then a new sentence", "“Why now?”| The president said he would wait."},
	{"a question and then what someone said", "“Why now?”| Ruiz said that she would wait."},
	{"a shout with its speaker behind", "“Stop!” Ben Hall shouted.| They ran."},
	{"straight quotation marks", "\"It is over. We lost,\" she said.| \"Go home.\""},
	{"a straight mark closed by a curly one", "\"It is over. We lost.”| The hall was silent."},
	{"British marks and stop", "He called it ‘a mess. A real mess’.| She agreed."},
	{"single straight marks", "'It is over. We lost,' she said.| They left."},
	{"a quotation within a quotation", "“He told me ‘Go. Now.’ and I went,” she said.| Then silence."},
	{"apostrophes are not quotation marks", "It’s the players’ union.| They don't like it.| It's theirs."},
	{"shortened years are not quotation marks", "He loved the '90s.| They didn't love him.| The dogs' bowl was empty."},
	{"a plural possessive within single marks", "‘The players’ union is strong. It will win,’ he said."},
	{"an unclosed quotation is cut", "“It is over.| We lost.| We go home."},
	{"a closing mark alone is no quotation", "It is over.”| We lost."},
	{"inches", "He is 6' 2\" tall.| She is taller."},
	{"German quotation marks", "„Es ist vorbei. Wir gehen“, sagte er.| Alle gingen."},
	{"French quotation marks", "« C’est fini. On part », dit-il.| Ils partent."},
	{"a quotation that ends after an abbreviation", "He moved to “the U.S.” in May."},
	{"a scare quote at the end", "He spoke of “dignity.”| Others pushed back."},
	{"a title with a question mark", "She read “Who Am I?” in a day."},

	{"brackets around a sentence", "It ended.| (Nobody knew why.)| They left."},
	{"brackets within a sentence", "It ended (see p. 3. Also p. 4.) badly."},
	{"a stop behind a bracket", "It ended (at last).| They left."},
	{"the number of a note", "It ended.[12]| They left.[3][4]| So did I."},
	{"a raised number of a note", "It ended.²| They left."},

	{"an ellipsis in mid-sentence", "He waited... and waited."},
	{"an ellipsis at the end", "He waited…| Nobody came."},
	{"an ellipsis with spaces", "He waited. . .| Nobody came."},
	{"an ellipsis before I", "Well... I do not know."},
	{"several marks", "Really?!| Yes!!| No way."},
	{"a brand with an exclamation mark", "Yahoo! Finance said so.| Yahoo! said no more."},
	{"a space lost behind the stop", "They signed the deal.|The company paid."},
	{"no space in a name", "They use Node.The name is odd and Booking.Com too."},

	{"the number of a list item", "1. Boil water.| 2. Add salt."},
	{"the Roman number of a section", "IV. Results were mixed.| They varied."},
	{"the number of a subsection", "4.2.1. Results were mixed.| They varied."},
	{"dots that lead to a number", "Table 1 ........ 12 Table 2 ........ 14"},
	{"a bullet", "• Boil water.| • Add salt."},
	{"a dash as a bullet", "- Boil water, e.g. a cup.| Not too much."},
	{"a text in small letters", "the ferry left.| nobody noticed."},
	{"a title in small letters", "we met mr. ito there.| he waved."},

	{"Spanish", "¿Qué pasó?| ¡Nada!| Todos se fueron a EE.UU. en 2020."},
	{"German ordinals", "Am 14. Oktober kam er z.B. nach Bonn.| Dann ging er."},
	{"Chinese", "我来了。|我看见了！|我走了？|好。"},
	{"a Chinese quotation", "他说：“我来了。我走了。”|然后他走了。"},
	{"Japanese", "「来た。見た。」と彼は言った。|そして去った。"},
	{"Arabic", "هل جاء؟| نعم جاء.| ثم ذهب."},
	{"Hindi", "वह आया।|फिर वह गया।"},
	{"Russian initials", "Приехал А. С. Пушкин.| Все ушли."},
	{"a Russian abbreviation of one letter", "Он жил в г. Москва.| Все ушли."},
	{"Greek", "Ήρθε.| Έφυγε."},
	{"Armenian", "Նա եկավ։| Հետո գնաց։"},
}

func TestSentences(t *testing.T) {
	if len(sentenceTests) < 80 {
		t.Errorf("got %d cases, want at least 80", len(sentenceTests))
	}
	for _, tt := range sentenceTests {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			for s := range strings.SplitSeq(tt.text, "|") {
				want = append(want, strings.TrimSpace(s))
			}
			text := strings.ReplaceAll(tt.text, "|", "")
			if got := cutParagraph(text); !slices.Equal(got, want) {
				t.Errorf("%q:\n got %s\nwant %s", text, strings.Join(got, " | "), strings.Join(want, " | "))
			}
		})
	}
}

// cutParagraph returns the sentences of one paragraph.
func cutParagraph(text string) []string {
	c := newCutter(text, 1)
	c.paragraph(trim(text, Span{0, len(text)}))
	var got []string
	for _, s := range c.sentences {
		got = append(got, s.Of(text))
	}
	return got
}

func TestLongQuotationIsCutWithin(t *testing.T) {
	inner := strings.Repeat("We shall see. ", 60)
	got := cutParagraph("“" + inner + "That is all,” he said.")
	if len(got) != 61 {
		t.Errorf("got %d sentences of a quotation of %d bytes, want 61", len(got), len(inner))
	}
	short := strings.Repeat("We shall see. ", 30)
	if got := cutParagraph("“" + short + "That is all,” he said."); len(got) != 1 {
		t.Errorf("got %d sentences of a quotation of %d bytes, want 1", len(got), len(short))
	}
}

func TestLongSentencesAreCut(t *testing.T) {
	tests := []struct {
		name, unit string
		ends       string // what every piece but the last ends with
	}{
		{"at a semicolon", "nets, hooks and lines; ", ";"},
		{"at a comma", "nets and hooks, ", ","},
		{"at a space", "nets hooks ", ""},
		{"at a Chinese comma", "我来了，", "，"},
		{"without white space", "netshooks", ""},
		{"without white space, in three-byte letters", "船", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.TrimSpace(strings.Repeat(tt.unit, 10_000/len(tt.unit)))
			got := cutParagraph(text)
			for i, s := range got {
				if len(s) > maxSentence {
					t.Errorf("piece %d has %d bytes, want at most %d", i, len(s), maxSentence)
				}
				if i < len(got)-1 && (!strings.HasSuffix(s, tt.ends) || len(s) < maxSentence/2-10) {
					t.Errorf("piece %d ends with %q after %d bytes, want %q", i, s[len(s)-5:], len(s), tt.ends)
				}
			}
			if glue := strings.Join(got, ""); glue != strings.ReplaceAll(text, " ", "") && !strings.Contains(tt.unit, " ") {
				t.Errorf("pieces do not add up to the text")
			}
		})
	}
}
