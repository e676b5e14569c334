package answer

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSources(t *testing.T) {
	var records []record
	for _, name := range []string{"The Verge", "bbc.co.uk", "BBC Sport", "Sample Wire", "Sample Daily", "www.heise.de", "Le Monde", ""} {
		records = append(records, record{Title: "Of " + name, Source: name, Text: "Otters swim past the weir near " + name + "."})
	}
	d := deskOf(t, collection(t, records...))
	for _, tt := range []struct{ name, source, want string }{
		{"exactly", "Sample Wire", "Sample Wire"},
		{"in other capitals", "sAMPLE wIRE", "Sample Wire"},
		{"with odd spaces", "  Sample\u00a0 Wire\n", "Sample Wire"},
		{"without the article", "verge", "The Verge"},
		{"with an article", "The Le Monde", "Le Monde"},
		{"a word of several names", "sample", "Sample Daily, Sample Wire"},
		{"a part of a domain and of a name", "bbc", "BBC Sport, bbc.co.uk"},
		{"the whole name before a part", "bbc sport", "BBC Sport"},
		{"a domain", "BBC.co.uk", "bbc.co.uk"},
		{"a domain without its www", "heise.de", "www.heise.de"},
		{"a domain's name", "heise", "www.heise.de"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.resolveSource(tt.source)
			slices.Sort(got)
			if err != nil || strings.Join(got, ", ") != tt.want {
				t.Errorf("%q: got %q and %v, want %q", tt.source, got, err, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, source, nearest, words string }{
		{"a slip of the pen", "Sample Wyre", "Sample Wire", `no article is from "Sample Wyre": did you mean Sample Wire?`},
		{"two near ones, the nearer first", "Sample Dairy", "Sample Daily", ""},
		{"nothing near", "Gazette of Nowhere", "", `no article is from "Gazette of Nowhere": see the list of sources`},
		{"part of a word is no part", "ver", "", ""},
		{"control characters are not repeated", "Gaz\x1b\nette Nowhere", "", `no article is from "Gaz ette Nowhere": see the list of sources`},
		{"blank", " \t", "", ""},
		{"signs only", ":--", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := d.resolveSource(tt.source)
			var unknown *UnknownSource
			if !errors.As(err, &unknown) {
				t.Fatalf("%q: got %q and %v, want an unknown source", tt.source, got, err)
			}
			if tt.nearest != "" && (len(unknown.Nearest) == 0 || unknown.Nearest[0] != tt.nearest) || tt.nearest == "" && len(unknown.Nearest) > 0 && tt.words != "" {
				t.Errorf("%q: got %q as the nearest, want %q first", tt.source, unknown.Nearest, tt.nearest)
			}
			if len(unknown.Nearest) > 3 {
				t.Errorf("%q: got %d names, want 3 at most", tt.source, len(unknown.Nearest))
			}
			if tt.words != "" && err.Error() != tt.words {
				t.Errorf("%q: got %q, want %q", tt.source, err, tt.words)
			}
		})
	}
}

func TestOnlyTheSourceIsUsed(t *testing.T) {
	d := sampleDesk(t)
	for source, want := range map[string]string{"sample wire": "Sample Wire", "daily": "Sample Daily", "": ""} {
		q := Question{Text: "What do the reports say of Zaporizhzhia and Witkoff?", Source: source, Now: theDay}
		r, err := d.Search(t.Context(), q, 50)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for _, res := range r.Results {
			seen[res.Source] = true
		}
		if want != "" && (len(seen) != 1 || !seen[want]) || want == "" && len(seen) < 2 {
			t.Errorf("source %q: got results of %v", source, seen)
		}
	}
}
