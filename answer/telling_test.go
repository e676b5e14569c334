package answer

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestTelling(t *testing.T) {
	e := sampleDesk(t)
	now := time.Date(2025, 11, 27, 12, 0, 0, 0, time.UTC)
	rambling := "So I was talking with my brother the other day, and he swears that somebody told him that the " +
		"Kremlin has confirmed that Witkoff is coming to see Putin, which I find hard to believe, honestly, after everything! " +
		"Look here https://evil.example/kremlin-visit-fake <@1100000000000000005> <:clown:12> and tell me that I'm wrong, please."
	for _, tt := range []struct {
		name, text string
		want       []string
		err        error
	}{
		{"a question", " Who confirmed\nthe visit? ", []string{"Who confirmed the visit?"}, nil},
		{"an address", "https://wire.example/a Who confirmed the visit?", []string{"Who confirmed the visit?"}, nil},
		{"an address alone", "https://wire.example/a", nil, ErrEmpty},
		{"a long text", rambling, []string{"Kremlin", "Witkoff", "Putin"}, nil},
		{"a long text of words that ask", strings.Repeat("what happened, news, report? ", 60), []string{"report"}, nil},
		{"a long text of nothing", strings.Repeat("xyzzy plugh ", 40), nil, ErrNoWords},
	} {
		got, err := e.Telling(t.Context(), tt.text, now)
		if !errors.Is(err, tt.err) || len(strings.Fields(got)) > 12 {
			t.Errorf("%s: got %q and %v", tt.name, got, err)
		}
		for _, w := range tt.want {
			if !strings.Contains(got, w) || strings.Contains(got, "evil") || strings.Contains(got, "clown") {
				t.Errorf("%s: got %q, want %q in it, and no address", tt.name, got, w)
			}
		}
	}
	question, err := e.Telling(t.Context(), rambling, now)
	if err != nil {
		t.Fatal(err)
	}
	a, err := e.Ask(t.Context(), Question{Text: question, Now: now})
	if err != nil || a.Verdict == None || !strings.Contains(a.Citations[0].Title, "Witkoff") {
		t.Errorf("%q: got %+v and %v", question, a, err)
	}
}
