package answer

import "testing"

func TestExpectKind(t *testing.T) {
	for kind, questions := range map[asks][]string{
		asksPerson: {
			"Who wrote the plan?", "Who's?? who", "Whom did the House elect?", "The House elected whom?", "Whose draft was it?",
			"Which player scored twice?", "What actor won?", "Which minister resigned?", "which president signed it", "By whom, and for what?",
			"Which high-profile Republican lost the vote?", "She resigned. Who succeeds her?", "Which film star died?",
		},
		asksTime: {
			"When did it land?", "When is the summit?", "When will they meet?", "The talks are when?", "What date was the call?",
			"Which year saw it?", "In what month was the vote?", "On which day, roughly?",
			"It has been the largest nation since at least:", "It is the first such win since:",
		},
		asksPlace: {
			"Where was the summit?", "From where did it start?", "Which country won?", "In which city is it?", "What state voted first?",
			"Which region is it about?", "Which US state is represented by the leader whose bid was blocked?",
		},
		asksNumber: {
			"How many people were hurt?", "How much did it cost?", "How old is she?", "How far is it?", "How long will it take?",
			"What percentage voted?", "By what score did they win?", "So how high, exactly, is it?",
		},
		asksReason: {"Why did he resign?", "And why?", "“Why” did it fall?"},
		asksAnything: {
			"What did Lavrov say?", "Which otters swim?", "How did it happen?", "Did it rain?", "Kremlin visit", "",
			"What did he say when he left the room?", "Tell me about the treaty", "How?", "the whole story",
			"Cindy Williams, who played Shirley, died. In which film did she appear?",
		},
	} {
		for _, q := range questions {
			if got := expect(q).asks; got != kind {
				t.Errorf("%q: got kind %d, want %d", q, got, kind)
			}
		}
	}
}

func TestExpectType(t *testing.T) {
	for _, tt := range []struct {
		question string
		sure     class
		head     string
	}{
		{"Which country did the balloon belong to?", country, "countri"},
		{"Which US state was hit?", state, "state"},
		{"Which type of pet was removed?", creature, "pet"},
		{"Which film scored the most nominations?", quoted, "film"},
		{"Which film star said so?", person, "star"},
		{"Which coffee chain is selling it?", organisation, "chain"},
		{"A minister appeared on the cover of which magazine?", organisation, "magazin"},
		{"Which color is it?", color, "color"},
		{"What vegetable replaces the chicken?", food, "veget"},
		{"How many centuries ago was it?", number, "centuri"},
		{"Which gymnast won her eighth title?", 0, "gymnast"},
	} {
		e := expect(tt.question)
		if e.sure&tt.sure != tt.sure || tt.sure == 0 && e.sure != 0 {
			t.Errorf("%q: got classes %b, want %b", tt.question, e.sure, tt.sure)
		}
		if e.head != tt.head {
			t.Errorf("%q: got head %q, want %q", tt.question, e.head, tt.head)
		}
	}
}
