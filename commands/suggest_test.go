package commands

import (
	"slices"
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	d := depsOf(t, someFiles())
	for _, tt := range []struct{ command, option, typed, want string }{
		{"ask", "question", "riv", "Otters return to the river"},
		{"ask", "question", "How is a lamp", "How a lamp is made"},
		{"ask", "question", "zebra", ""},
		{"ask", "source", "", "Wire|Daily"},
		{"ask", "source", "DAI", "Daily"},
		{"latest", "source", "w", "Wire"},
		{"latest", "topic", "q", ""},
		{"article", "article", "cup", "Rovers win the cup"},
	} {
		c, _ := Find(All(d), tt.command)
		i := slices.IndexFunc(c.Options, func(o Option) bool { return o.Name == tt.option })
		got := strings.Join(c.Options[i].Suggest(t.Context(), tt.typed, Call{Now: d.Now()}), "|")
		if got != tt.want {
			t.Errorf("/%s %s: %q: got %q, want %q", tt.command, tt.option, tt.typed, got, tt.want)
		}
	}
	d = depsOf(t, manyFiles())
	d.Ratings = &Tally{}
	ask := ask(d)
	if got := ask.Options[0].Suggest(t.Context(), "ott", Call{Now: d.Now()}); len(got) != 12 || got[0] != "Otters on river 11" {
		t.Errorf("got %q, want the newest title first", got)
	}
}

func TestAboutAMessage(t *testing.T) {
	d := depsOf(t, someFiles())
	r, err := d.call(t.Context(), "about", false, "text", "Did you see that? https://wire.example/x They say that otters have returned to the Amper!")
	if err != nil || !r.Private || !r.Share || r.Tone == Bad || strings.Contains(r.Title, "http") {
		t.Errorf("got %v\n%s", err, dump(r))
	}
}
