package store

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"
)

func TestGapsAreKeptWhereTheyAreWanted(t *testing.T) {
	s := openNew(t)
	s.add(t, server, "Who?", today)
	s.add(t, "", "Who?", today)
	s.keepFor(t, server, 7)
	if got := s.gaps(t, server, today); got != "" {
		t.Errorf("kept although it was off: %q", got)
	}
	s.add(t, server, "Who won the cup?", today.AddDate(0, 0, -2))
	s.add(t, server, "who won  the CUP", today.AddDate(0, 0, -1))
	s.add(t, server, "Why?", today)
	s.add(t, server, "When?", today)
	s.add(t, server, "when ?", today)
	s.add(t, server, "?!", today)
	s.add(t, server, "<@1100000000000000005>", today)
	want := "2025-11-26 2 When?\n2025-11-26 1 Why?\n2025-11-25 2 Who won the cup?"
	if got := s.gaps(t, server, today); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if n, err := s.ClearGaps(server); n != 3 || err != nil {
		t.Errorf("cleared %d, %v", n, err)
	}
	if got := s.gaps(t, server, today); got != "" {
		t.Errorf("got %q", got)
	}
}

// What is past its time goes when something is read, when something is
// written, and when the file is opened.
func TestGapsArePurged(t *testing.T) {
	path := t.TempDir() + "/newsdesk.db"
	s, _ := openAt(t, path, today)
	raw := func() int {
		list, err := s.Gaps(server, today.AddDate(0, 0, -100)) // so long ago that nothing is late
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	s.keepFor(t, server, 7)
	s.add(t, server, "Who?", today)
	s.add(t, server, "Why?", today.AddDate(0, 0, 3))
	if got := s.gaps(t, server, today.AddDate(0, 0, 6)); strings.Count(got, "\n") != 1 {
		t.Errorf("after 6 days: got %q", got)
	}
	if got := s.gaps(t, server, today.AddDate(0, 0, 7)); got != "2025-11-29 1 Why?" || raw() != 1 {
		t.Errorf("read after 7 days: got %q, %d left", got, raw())
	}
	s.add(t, server, "When?", today.AddDate(0, 0, 10))
	if raw() != 1 {
		t.Errorf("written after 10 days: %d left", raw())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = openAt(t, path, today.AddDate(0, 0, 17))
	if raw() != 0 {
		t.Errorf("opened after 17 days: %d left", raw())
	}
	s.add(t, server, "Who?", today)
	s.keepFor(t, server, 0)
	s.keepFor(t, server, 7)
	if raw() != 0 {
		t.Error("turned off and on again, the old ones are there")
	}
}

func TestGapsAreBounded(t *testing.T) {
	s := openNew(t)
	s.keepFor(t, server, 30)
	s.add(t, server, "The first", today.AddDate(0, 0, -1))
	if err := s.update(func(tx *bolt.Tx) error { // at once, since a thousand writes take their time
		b := tx.Bucket(bucketGaps).Bucket([]byte(server))
		for i := 1; i < maxGaps; i++ {
			question := fmt.Sprintf("question %d", i)
			if err := put(b, question, Gap{question, 1, day(today)}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, question := range []string{"Question 5?", "One more", "And another"} {
		s.add(t, server, question, today)
	}
	list, err := s.Gaps(server, today)
	if err != nil || len(list) != maxGaps {
		t.Errorf("got %d, %v", len(list), err)
	}
	for _, g := range list {
		if g.Question == "The first" {
			t.Error("the one that was not asked for longest is still there")
		}
	}
}

func TestScrub(t *testing.T) {
	for question, want := range map[string]string{
		"Who won the 2022 World Cup?":                              "Who won the 2022 World Cup?",
		"What happened on 2025-11-26?":                             "What happened on 2025-11-26?",
		"Did 1,500,000 people vote in 27 states?":                  "Did 1,500,000 people vote in 27 states?",
		"Why did bbc.co.uk say so at 10:30?":                       "Why did bbc.co.uk say so at 10:30?",
		"Is <@1100000000000000005> right about <#12> <:otter:99>?": "Is … right about … …?",
		"Does ann.lee+x@mail.example know?":                        "Does … know?",
		"what of @ann":                                             "what of …",
		"call +49 (0)89 / 123-456 now":                             "call … now",
		"card 4111 1111 1111 1111 lost":                            "card … lost",
		"who is 1100000000000000005":                               "who is …",
		"see https://evil.example/?id=5 and discord.gg/abc":        "see … and …",
		"www.evil.example is down":                                 "… is down",
		"key " + strings.Repeat("aB3", 20):                         "key …",
		"two\nlines\tand \u202emore\x00":                           "two lines and more",
		"":                                                         "",
	} {
		if got := Scrub(question); got != want {
			t.Errorf("%q: got %q, want %q", question, got, want)
		}
	}
}

var (
	digits    = regexp.MustCompile(`\p{Nd}{7}`)
	addressed = regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://`)
)

func FuzzScrub(f *testing.F) {
	for _, s := range []string{"Who?", "a@b", "+49 89 123456", "\xff@\xfe", strings.Repeat("1 ", 300), "http://http://x", "2025-11-262025-11-26"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Scrub(s)
		if n := utf8.RuneCountInString(got); n > maxQuestion || !utf8.ValidString(got) {
			t.Errorf("%d characters: %q", n, got)
		}
		if strings.ContainsAny(got, "@\n\r\x00") || addressed.MatchString(got) || digits.MatchString(got) {
			t.Errorf("got %q", got)
		}
	})
}
