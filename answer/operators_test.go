package answer

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestOperatorsAreRead(t *testing.T) {
	now := time.Date(2025, 11, 27, 12, 0, 0, 0, time.UTC)
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	for _, tt := range []struct {
		text, rest string
		want       string // sources | from | to | phrases | lacks
	}{
		{"kremlin visit", "kremlin visit", "||||"},
		{"source:verge apple", "apple", "verge||||"},
		{`apple source:"The Verge" news`, "apple news", "The Verge||||"},
		{"apple source:“The Verge”?", "apple ?", "The Verge||||"},
		{"SOURCE:verge,bbc apple source:cnn", "apple", "verge,bbc,cnn||||"},
		{"apple before:2023-10-01", "apple", "||2023-09-30||"},
		{"apple before:2023-10", "apple", "||2023-09-30||"},
		{"apple before:2023", "apple", "||2022-12-31||"},
		{"apple after:2023-10-01", "apple", "|2023-10-02|||"},
		{"apple after:2023", "apple", "|2024-01-01|||"},
		{`apple after:"1 October 2023" before:"yesterday"`, "apple", "|2023-10-02|2025-11-25||"},
		{"apple after:2020 after:2021 before:2024 before:2025", "apple", "|2022-01-01|2023-12-31||"},
		{`who said "never again" twice`, `who said "never again" twice`, "|||never again|"},
		{"“one two” and „three four“", "“one two” and „three four“", "|||one two,three four|"},
		{`apple -pie -"red delicious" -Covid-19`, "apple", "||||pie,red delicious,Covid-19"},
		// What looks like one and is none.
		{"at 10:30 it was 3:2", "at 10:30 it was 3:2", "||||"},
		{"Re: hello, Ukraine: what next?", "Re: hello, Ukraine: what next?", "||||"},
		{"Avatar: The Way of Water", "Avatar: The Way of Water", "||||"},
		{"Mission:Impossible premiere", "Mission:Impossible premiere", "||||"},
		{"http://x.example/a std::sort :smile:", "http://x.example/a std::sort :smile:", "||||"},
		{"-5 degrees, e-mail - and Covid-19 – -the --x", "-5 degrees, e-mail - and Covid-19 – -the --x", "||||"},
		{`a 6" pipe and a 7" one`, `a 6" pipe and a 7" one`, "||||"},
		{`an "" empty and an "open one`, `an "" empty and an "open one`, "||||"},
		{"photos before: and after: the storm", "photos before: and after: the storm", "||||"},
		{"The king was crowned a day after:", "The king was crowned a day after:", "||||"},
	} {
		o, err := readOperators(tt.text, now)
		got := strings.Join([]string{strings.Join(o.sources, ","), day(o.from), day(o.to), strings.Join(o.phrases, ","), strings.Join(o.lacks, ",")}, "|")
		if err != nil || o.text != tt.rest || got != tt.want {
			t.Errorf("%q: got %q, %s and %v, want %q, %s", tt.text, o.text, got, err, tt.rest, tt.want)
		}
	}
	for text, want := range map[string]string{
		"foo:bar kremlin":             `"foo:bar" is no operator: there are source:, before:, after:, "a phrase" and -word; to look for these words, put a space behind the colon`,
		"sitee:x kremlin":             `"sitee:x" is no operator: there are source:, before:, after:, "a phrase" and -word; did you mean source:?`,
		"since:2023 kremlin":          `"since:2023" is no operator: there are source:, before:, after:, "a phrase" and -word; did you mean after:?`,
		"sorce:bbc kremlin":           `"sorce:bbc" is no operator: there are source:, before:, after:, "a phrase" and -word; did you mean source:?`,
		"kremlin before:yesteryear":   `"before:yesteryear" names no day: write it like before:2023-10-01, before:2023-10, before:2023 or before:"1 October 2023"`,
		"kremlin after:2023-13-01":    `"after:2023-13-01" names no day: write it like after:2023-10-01, after:2023-10, after:2023 or after:"1 October 2023"`,
		"kremlin after:":              `"after:" has no value: write it like after:2023-10-01`,
		"kremlin after: 2023":         `"after: 2023" has a space behind its colon: write it like after:2023-10-01`,
		"a after:2024 before:2023 b":  `"after:2024 before:2023" leaves no day between: let after: be earlier than before:`,
		"kremlin source:":             `"source:" has no value: write it like source:bbc`,
		"kremlin title:war and peace": `"title:war" is no operator: there are source:, before:, after:, "a phrase" and -word; to look for these words, put a space behind the colon`,
	} {
		var bad *BadOperator
		if _, err := readOperators(text, now); !errors.As(err, &bad) || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// Whatever is typed, reading it ends and keeps to what was typed.
func FuzzOperators(f *testing.F) {
	for _, s := range []string{`source:"a b" x`, "-a -\"b c\" before:2023", "“a”\"", "-", "after:", "«»", "„x“", "é:b source:\xff", `before:"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = oneLine(s)
		o, err := readOperators(s, theDay)
		if err == nil && len(o.text) > len(s) {
			t.Errorf("%q became %q", s, o.text)
		}
		for _, p := range append(o.phrases, o.lacks...) {
			if !strings.Contains(s, p) {
				t.Errorf("%q is not in %q", p, s)
			}
		}
	})
}

func FuzzOutlets(f *testing.F) {
	for _, s := range []string{"Did 'The Age', \"CNN\" and the BBC's report", "according to ‘X’’", "Cnbc | World - Y & Z articles", "'", "the the The"} {
		f.Add(s)
	}
	d := sampleDesk(f)
	f.Fuzz(func(t *testing.T, s string) {
		u, err := d.understand(Question{Text: s, Now: theDay})
		if err != nil && !isOwn(err) {
			t.Errorf("%q: %v", s, err)
		}
		for _, p := range u.parts {
			if len(p.terms) == 0 {
				t.Errorf("%q: part %q has no terms", s, p.question)
			}
		}
	})
}

// newsOf is a desk of three outlets that tell of two matters.
func newsOf(t *testing.T) *desk {
	t.Helper()
	var records []record
	for i, source := range []string{"theverge.com", "Fox News", "Cnbc | World Business News Leader"} {
		for k, matter := range []string{"The rate cut by the central bank surprised the markets on Monday, traders told reporters.",
			"The otter trial in Oslo ended with a fine for the zoo, and the keeper will appeal."} {
			records = append(records, record{ID: fmt.Sprintf("%d%d", i, k), Title: []string{"Rates", "Otters"}[k], Source: source,
				Published: fmt.Sprintf("2025-10-%02d", 5+4*i), Text: matter + " So wrote " + []string{"one", "two", "three"}[i] + "."})
		}
	}
	return deskOf(t, collection(t, records...))
}

func TestOperatorsNarrow(t *testing.T) {
	d := newsOf(t)
	for _, tt := range []struct{ text, want string }{
		{"rate cut source:verge", "00"},
		{`rate cut source:"The Verge"`, "00"},
		{"rate cut source:fox source:cnbc", "10 20"},
		{"rate cut before:2025-10-09", "00"},
		{"rate cut after:2025-10-05 before:2025-10-13", "10"},
		{`rate cut "wrote two"`, "10"},
		{`rate cut "wrote nobody"`, "00 10 20"},
		{"rate cut -two", "00 20"},
		{`rate cut -"wrote two" -three`, "00"},
	} {
		r, err := d.Search(t.Context(), Question{Text: tt.text, Now: theDay}, 10)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := articlesOn(r, "Rates"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
	a := d.ask(t, Question{Text: `rate cut "wrote nobody"`})
	if want := "No passage holds “wrote nobody” word for word."; !strings.Contains(a.Reason, want) || a.Scope.Phrases != nil {
		t.Errorf("got %q and %q, want %q and none", a.Reason, a.Scope.Phrases, want)
	}
	if _, err := d.Ask(t.Context(), Question{Text: "source:fox -two", Now: theDay}); !errors.Is(err, ErrOnlyOperators) {
		t.Errorf("only operators: got %v", err)
	}
	var unknown *UnknownSource
	if _, err := d.Ask(t.Context(), Question{Text: "rates source:theverg", Now: theDay}); !errors.As(err, &unknown) || len(unknown.Nearest) != 1 {
		t.Errorf("an unknown outlet: got %v, want one like it", err)
	}
}
