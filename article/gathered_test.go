package article

import (
	"testing"
	"time"
)

func TestWhatGatheringAdds(t *testing.T) {
	updated := time.Date(2025, 11, 27, 10, 30, 0, 0, time.UTC)
	seen := time.Date(2025, 11, 26, 9, 0, 0, 250_000_000, time.UTC)
	for _, tt := range []struct{ name, file, content string }{
		{"JSON", "a.json", `{"text":"Words.","updated":"2025-11-27T10:30:00Z","first_seen":"2025-11-26T09:00:00.25Z","copy_of":"u1"}`},
		{"JSON of other makers", "a.json", `{"text":"Words.","dateModified":"2025-11-27T11:30:00+01:00","firstSeen":"2025-11-26T09:00:00.25Z","copyOf":" u1 "}`},
		{"YAML", "a.md", "---\nmodified: 2025-11-27 10:30\nfirst_seen: 2025-11-26T09:00:00.25Z\ncopy_of: u1\n---\nWords."},
		{"TOML", "a.txt", "+++\nupdated = 2025-11-27T10:30:00Z\nfirst_seen = 2025-11-26T09:00:00.25Z\ncopy_of = 'u1'\n+++\nWords."},
	} {
		a := readOne(t, tt.file, tt.content)
		if !a.Updated.Equal(updated) || !a.FirstSeen.Equal(seen) || a.CopyOf != "u1" {
			t.Errorf("%s: got updated %v, first seen %v, a copy of %q", tt.name, a.Updated, a.FirstSeen, a.CopyOf)
		}
	}
	a := readOne(t, "a.json", `{"text":"Words.","updated":"soon","first_seen":[],"copy_of":"a\u0007b"}`)
	if !a.Updated.IsZero() || !a.FirstSeen.IsZero() || a.CopyOf != "" {
		t.Errorf("what cannot be understood: got %v, %v, %q, want nothing", a.Updated, a.FirstSeen, a.CopyOf)
	}
}

func TestTitlesAreCleanedOnce(t *testing.T) {
	for _, s := range []string{"a \u200b b", " \u0085a\u2028b ", "a\x00\n\x07 \ufeffb"} {
		once := cleanLine(s)
		if twice := cleanLine(once); once != "a b" || twice != once {
			t.Errorf("%q: got %q, then %q, want \"a b\"", s, once, twice)
		}
	}
}
