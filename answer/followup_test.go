package answer

import (
	"strings"
	"testing"
	"time"
)

func TestFollow(t *testing.T) {
	const merkel = "What did Merkel say about Ukraine?"
	for _, tt := range []struct{ name, before, text, want string }{
		{"another person", merkel, "and what did Macron say?", "What did Macron say? (about Ukraine)"},
		{"another person, another matter", merkel, "And what did Macron say about taxes?", "What did Macron say about taxes? (about Ukraine)"},
		{"another person, bare", merkel, "and Macron?", "What did Macron say about Ukraine?"},
		{"what about", merkel, "What about Macron?", "What did Macron say about Ukraine?"},
		{"how about, another matter", merkel, "how about about Russia?", "What did Merkel say about Russia?"},
		{"another matter", merkel, "and about Russia?", "What did Merkel say about Russia?"},
		{"another place", "How high is inflation in France?", "and in Germany?", "How high is inflation in Germany?"},
		{"another place, without and", "How high is inflation in France?", "In Germany?", "How high is inflation in Germany?"},
		{"another place, another preposition", "What is the population of France?", "and in Germany?", "What is the population of Germany?"},
		{"a place beside a person", "What did Macron say about pensions?", "and in Germany?", "What did Macron say about pensions in Germany?"},
		{"only a name", "How high is inflation in France?", "Germany?", "How high is inflation in Germany?"},
		{"small letters", "how high is inflation in france", "and in germany", "How high is inflation in germany?"},
		{"another party", "What did the government say about taxes?", "and the opposition?", "What did the opposition say about taxes?"},
		{"somebody else", "How much do pensions rise?", "And for widows?", "How much do pensions rise for widows?"},
		{"another time", "Who visited Moscow last week?", "and in March 2024?", "Who visited Moscow in March 2024?"},
		{"another time, only", "Who visited Moscow last week?", "yesterday?", "Who visited Moscow yesterday?"},
		{"a time", "Who visited Moscow?", "and last week?", "Who visited Moscow last week?"},
		{"another place and time", "Who visited Moscow last week?", "and Kyiv in March 2024?", "Who visited Kyiv in March 2024?"},
		{"when", merkel, "when?", "When? (What did Merkel say about Ukraine?)"},
		{"why", "Who confirmed the visit to the Kremlin?", "Why?", "Why? (Who confirmed the visit to the Kremlin?)"},
		{"and why", merkel, "and why", "Why? (What did Merkel say about Ukraine?)"},
		{"since when", "Is the bridge closed?", "since when?", "Since when? (Is the bridge closed?)"},
		{"how many", "Were people hurt in Genoa?", "How many?", "How many? (Were people hurt in Genoa?)"},
		{"why not", "Did the Senate pass the bill?", "why not?", "Why not? (Did the Senate pass the bill?)"},
		{"who else", "Who confirmed the visit?", "Who else?", "Who else? (Who confirmed the visit?)"},
		{"how come", "Is the bridge closed?", "how come?", "How come? (Is the bridge closed?)"},
		{"when did that happen", "Who resigned last week?", "When did that happen?", "When did that happen? (Who resigned last week?)"},
		{"why did she say so", merkel, "why did she say so?", "Why did she say so? (What did Merkel say about Ukraine?)"},
		{"another question on again", "Why? (Who confirmed the visit?)", "when?", "When? (Who confirmed the visit?)"},
		{"on a question that went on", "What did Macron say? (about Ukraine)", "and about Russia?", "What did Macron say? (about Russia)"},
		{"a place on a question that went on", "What did Macron say? (about Ukraine)", "and in Kyiv?", "What did Macron say? (about Ukraine, in Kyiv)"},
		{"she", merkel, "When did she resign?", "When did she resign? (Merkel)"},
		{"his", "Who is Jean Dupont?", "what is his salary?", "What is his salary? (Jean Dupont)"},
		{"he, in an office", "Who leads the bank?", "When did he take over?", "When did he take over? (leads, bank)"},
		{"it", "Where is the new bridge in Genoa?", "When did it open?", "When did it open? (new bridge, in Genoa)"},
		{"they", "What do farmers in France demand?", "Why do they protest?", "Why do they protest? (farmers, in France, demand)"},
		{"there", "Who won the election in Chile?", "What happened there?", "What happened there? (Who won the election in Chile?)"},
		{"its time too", "Where did the storm land last week?", "Who measured it?", "Who measured it? (storm land, last week)"},
		{"it, with a time", "Where is the new bridge in Genoa?", "Who closed it in March 2024?", "Who closed it in March 2024? (new bridge, in Genoa)"},
		{"but", "How high is inflation in France?", "But who measures inflation?", "Who measures inflation? (high, in France)"},
		{"so", merkel, "So, what did Putin reply?", "What did Putin reply? (about Ukraine)"},
	} {
		now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
		got := Follow(Question{Text: tt.before, Now: now, Source: "Wire"}, tt.text)
		if got.Text != tt.want || got.Source != "Wire" || !got.Now.Equal(now) {
			t.Errorf("%s: %q, then %q: got %q of %q, want %q", tt.name, tt.before, tt.text, got.Text, got.Source, tt.want)
		}
	}
}

func TestQuestionsThatStandOnTheirOwn(t *testing.T) {
	now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	before := Question{Text: "What did Merkel say about Ukraine last week?", Now: now, Source: "Wire", From: now.AddDate(0, 0, -9), AnyTime: true}
	for _, text := range []string{
		"Who won the cup?", "What did Macron say about his plan?", "How do otters clean their fur?", "Did Macron say he would resign?",
		"Is it true that Witkoff visits Moscow?", "Are there elections in Chile?", "Who said that Putin would come?", "Kremlin visit",
		"Why is the sky red?", "Which countries border Nauru?", "What is the latest news?", "who is volodymyr zelensky",
		"Is there any news from Chile?", "Why did Boeing say it would cut jobs?", "Who signed the letter, and when was it sent?",
		"Android phones with a new camera", "", "  ", "?!",
	} {
		got := Follow(before, text)
		if got.Text != text || got.Source != "" || !got.From.IsZero() || got.AnyTime || !got.Now.Equal(now) {
			t.Errorf("%q: got %+v, want the question alone", text, got)
		}
	}
}

func TestFollowsStatedWindow(t *testing.T) {
	now := time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)
	before := Question{Text: "Who visited Moscow?", Now: now, From: now.AddDate(0, -1, 0), To: now}
	if got := Follow(before, "and why?"); !got.From.Equal(before.From) || !got.To.Equal(before.To) {
		t.Errorf("got %v to %v, want the window of the question before", got.From, got.To)
	}
	if got := Follow(before, "and in March 2024?"); !got.From.IsZero() || !got.To.IsZero() {
		t.Errorf("got %v to %v, want none but the words' own", got.From, got.To)
	}
	long := Question{Text: "Who " + strings.Repeat("visited ", 240) + "Moscow?", Now: now}
	if got := Follow(long, "What did they say to the people who had come to see them all this time, as was the custom of the country?"); strings.Contains(got.Text, "visited") {
		t.Errorf("got a question of %d characters", len(got.Text))
	}
}

func TestAskAfterAnotherQuestion(t *testing.T) {
	e := sampleDesk(t)
	now := time.Date(2025, 11, 27, 12, 0, 0, 0, time.UTC)
	a, err := e.Ask(t.Context(), Question{Text: "when?", Before: "Who confirmed the Kremlin visit?", Now: now})
	if err != nil || a.Verdict == None || a.Question != "when?" || !strings.Contains(a.Citations[0].Title, "Kremlin") {
		t.Errorf("got %+v and %v, want an answer about the visit", a, err)
	}
	if _, err := e.Ask(t.Context(), Question{Text: "when?", Now: now}); err == nil {
		t.Error("a question without a word to look for was taken where nothing stands before it")
	}
}

// FuzzFollow: whatever is asked, following it neither panics nor makes a
// question that is too long.
func FuzzFollow(f *testing.F) {
	f.Add("What did Merkel say about Ukraine last week?", "and in March 2024 in Kyiv?")
	f.Add("Why? (Who?)", "and about about")
	f.Add("ẞ in İstanbul", "in ǅ, of ß")
	f.Fuzz(func(t *testing.T, before, text string) {
		if len(before)+len(text) > 2*MaxQuestion {
			return
		}
		got := Follow(Question{Text: before, Now: time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)}, text)
		if len([]rune(got.Text)) > max(MaxQuestion, len([]rune(text))) {
			t.Errorf("%q, then %q: %d characters", before, text, len([]rune(got.Text)))
		}
	})
}
