package answer

import (
	"slices"
	"strings"
	"testing"
)

// articlesOn lists the articles of that title in a ranking, in order of ids.
func articlesOn(r Ranking, title string) string {
	var list []string
	for _, res := range r.Results {
		if res.Title == title {
			list = append(list, res.ArticleID)
		}
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

func TestOutletsAreNamed(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"According to The Verge, who won?", "The Verge"},
		{"according to the verge who won", "the verge"},
		{"Did the TechCrunch article say so?", "TechCrunch"},
		{"Does the article from Cnbc | World Business News Leader suggest it?", "Cnbc | World Business News Leader"},
		{"What was reported by TechCrunch and The Verge?", "TechCrunch, The Verge"},
		{"What was told in a Sample Wire report?", "Sample Wire"},
		{"What is in The Guardian's report on rates?", "The Guardian"},
		{"After Polygon reported on the game, was it sold?", "Polygon"},
		{"Is the 'Revyuh Media' article right?", "Revyuh Media"},
		{"Who, in articles from 'The Age', 'CBSSports.com', and 'FOX News - Health', was seen?", "The Age, CBSSports.com, FOX News - Health"},
		{"What did the Time article claim?", "Time"},
		// About outlets, or of no outlet at all.
		{"Did The New York Times sue OpenAI?", ""},
		{"How many jobs does the BBC cut?", ""},
		{"According to Ramsey Clark, what makes it unique?", ""},
		{"What did the Mueller report find?", ""},
		{"What did Apple report?", ""},
		{"When was the time reported?", ""},
		{"Who bought the Washington Post?", ""},
		{"What was announced by OpenAI in October?", ""},
		{"The Guardian Council said what?", ""},
	} {
		var got []string
		for _, m := range newOutletReader(tt.text, func(key string) bool { return key == "sample wire" }).mentions() {
			got = append(got, m.names...)
		}
		if g := strings.Join(got, ", "); g != strings.TrimPrefix(tt.want, "the ") {
			t.Errorf("%q: got %q, want %q", tt.text, g, tt.want)
		}
	}
}

func TestNamedOutletComesFirst(t *testing.T) {
	d := newsOf(t)
	for outlet, want := range map[string]string{"The Verge": "00", "Fox News": "10", "CNBC": "20"} {
		a := d.ask(t, Question{Text: "According to " + outlet + ", what did the rate cut by the central bank do to the markets?"})
		if len(a.Citations) == 0 || a.Citations[0].ArticleID != want || !slices.Equal(a.Scope.Outlets, []string{outlet}) {
			t.Errorf("%s: got %v and %q, want article %s first", outlet, a.Citations, a.Scope.Outlets, want)
		}
	}
	a := d.ask(t, Question{Text: "According to TechCrunch, what did the rate cut by the central bank do to the markets?"})
	if a.Verdict == Answered || !strings.Contains(a.Reason, "No article is from TechCrunch.") {
		t.Errorf("an outlet that there is not: got %s, %q", a.Verdict, a.Reason)
	}
}

func TestComparisonIsTakenApart(t *testing.T) {
	d := newsOf(t)
	a := d.ask(t, Question{Text: "Does the article from The Verge suggest that the rate cut by the central bank surprised the markets, while the Fox News article says the otter trial in Oslo ended with a fine for the zoo?"})
	if len(a.Parts) != 2 || a.Verdict == None {
		t.Fatalf("got %d parts, %s: %s", len(a.Parts), a.Verdict, a.Reason)
	}
	for i, want := range []string{"00", "11"} {
		p := a.Parts[i]
		if len(p.Cites) == 0 || a.Citations[p.Cites[0]-1].ArticleID != want {
			t.Errorf("part %d (%s) cites %v, want article %s", i+1, p.Question, p.Cites, want)
		}
	}
	a = d.ask(t, Question{Text: "Has the tale of the rate cut changed between the report by The Verge on October 5, 2025 and the report by Fox News on October 9, 2025?"})
	if len(a.Parts) != 2 || a.Parts[0].Window.From.Day() != 5 || a.Parts[1].Window.From.Day() != 9 || a.Window.From.Day() != 5 || a.Window.To.Day() < 9 {
		t.Errorf("got %+v in %s", a.Parts, a.Window)
	}
	a = d.ask(t, Question{Text: "Does the Verge article say that the rate cut surprised the markets, while the Fox News article says that badgers bred in Quito?"})
	if a.Verdict == Answered || !strings.Contains(a.Reason, "“the Fox News article says that badgers bred in Quito?”") {
		t.Errorf("got %s, %q", a.Verdict, a.Reason)
	}
	for _, whole := range []string{
		"Did the central bank cut rates while the markets fell?",
		"Who won, according to The Verge and Fox News?",
		"Did The Verge report on the rate cut?",
		"Has the rate changed between May 2024 and June 2025?",
	} {
		if a := d.ask(t, Question{Text: whole}); len(a.Parts) > 0 {
			t.Errorf("%q is in parts: %+v", whole, a.Parts)
		}
	}
}
