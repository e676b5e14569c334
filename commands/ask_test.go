package commands

import (
	"testing"
	"time"

	"newsdesk/answer"
)

func TestThoseWhoAskTheSameInAMinuteShareTheAnswer(t *testing.T) {
	d := depsOf(t, someFiles())
	d.Engine.Remember = 10
	at := moment("2025-11-27 11:30:00")
	d.Now = func() time.Time { return at }
	ask := func(question string) {
		t.Helper()
		if _, err := d.call(t.Context(), "ask", false, "question", question); err != nil {
			t.Fatal(err)
		}
	}
	ask("How many otters are there?")
	at = at.Add(59 * time.Second)
	ask("How many  otters are there?")
	if got, want := d.Engine.Reuse(), (answer.Reuse{Searched: 1, Remembered: 1}); got != want {
		t.Errorf("in one minute: %+v, want %+v", got, want)
	}
	at = at.Add(time.Second)
	ask("How many otters are there?")
	if got, want := d.Engine.Reuse(), (answer.Reuse{Searched: 2, Remembered: 1}); got != want {
		t.Errorf("a minute later: %+v, want %+v", got, want)
	}
}
