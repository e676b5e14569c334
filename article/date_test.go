package article

import (
	"errors"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	tests := []struct{ in, want string }{ // want as FormatDate writes it, "" for an error
		{"2025-11-26", "2025-11-26"},
		{" 2025-11-26T10:20:30Z ", "2025-11-26T10:20:30Z"},
		{"2025-11-26T10:20:30.123456Z", "2025-11-26T10:20:30Z"},
		{"2025-11-26T10:20:30+05:30", "2025-11-26T04:50:30Z"},
		{"2025-11-26T10:20:30+0530", "2025-11-26T04:50:30Z"},
		{"2025-11-26T10:20:30-05", "2025-11-26T15:20:30Z"},
		{"2025-11-26T10:20:30", "2025-11-26T10:20:30Z"},
		{"2025-11-26T10:20", "2025-11-26T10:20:00Z"},
		{"2025-11-26T00:30:00+02:00", "2025-11-25T22:30:00Z"},
		{"2025-11-26 10:20:30", "2025-11-26T10:20:30Z"},
		{"2025-11-26 10:20:30 +0000 UTC", "2025-11-26T10:20:30Z"},
		{"2025-11-26 10:20:30.5-08", "2025-11-26T18:20:30Z"},
		{"2025-11-26Z", "2025-11-26"},
		{"2025-11-26+01:00", "2025-11-26"},
		{"2025/11/26", "2025-11-26"},
		{"2025.11.26", "2025-11-26"},
		{"20251126", "2025-11-26"},
		{"20251126102030", "2025-11-26T10:20:30Z"},
		{"20251126T102030Z", "2025-11-26T10:20:30Z"},
		{"Wed, 26 Nov 2025 10:20:30 GMT", "2025-11-26T10:20:30Z"},
		{"Wed, 26 Nov 2025 10:20:30 +0200", "2025-11-26T08:20:30Z"},
		{"Wed, 26 Nov 2025 10:20:30 EST", "2025-11-26T15:20:30Z"},
		{"Wed, 26 Nov 25 10:20:30 +0000", "2025-11-26T10:20:30Z"},
		{"Wed, 26 Nov 25 10:20:30 EST", "2025-11-26T15:20:30Z"},
		{"Wednesday, 26-Nov-25 10:20:30 GMT", "2025-11-26T10:20:30Z"},
		{"26 Nov 25 10:20 -0700", "2025-11-26T17:20:00Z"},
		{"3 Dec 49 10:20:30 GMT", "2049-12-03T10:20:30Z"},
		{"Fri, 03 Dec 99 10:20:30 GMT", "1999-12-03T10:20:30Z"},
		{"26 Nov 25 10:20:30 XYZ", "2025-11-26"},
		{"26 Nov 25", ""},
		{"Wed Nov 26 10:20:30 2025", "2025-11-26T10:20:30Z"},
		{"Wed Nov 26 10:20:30 +0000 2025", "2025-11-26T10:20:30Z"},
		{"Wed Nov 26 2025 10:20:30 GMT+0100 (Central European Standard Time)", "2025-11-26T09:20:30Z"},
		{"November 26, 2025", "2025-11-26"},
		{"Nov. 26, 2025", "2025-11-26"},
		{"Sept. 3, 2025", "2025-09-03"},
		{"NOVEMBER 26TH, 2025", "2025-11-26"},
		{"26 November 2025", "2025-11-26"},
		{"26th of November 2025", "2025-11-26"},
		{"26-Nov-2025", "2025-11-26"},
		{"Wednesday 26 November 2025 10.20 GMT", "2025-11-26T10:20:00Z"},
		{"November 26, 2025 at 3:05 p.m. ET", "2025-11-26"},
		{"November 26, 2025 at 3:05 p.m. EST", "2025-11-26T20:05:00Z"},
		{"Nov 26, 2025 12:05 am", "2025-11-26T00:05:00Z"},
		{"Published: 26 November 2025", "2025-11-26"},
		{"1764152430", "2025-11-26T10:20:30Z"},
		{"1764152430.75", "2025-11-26T10:20:30Z"},
		{"1764152430123", "2025-11-26T10:20:30Z"},
		{"1.764152430e9", "2025-11-26T10:20:30Z"},
		{"26/11/2025", "2025-11-26"},
		{"11/26/2025", "2025-11-26"},
		{"26.11.2025 10:20", "2025-11-26T10:20:00Z"},
		{"04/04/2025", "2025-04-04"},

		{"", ""},
		{"soon", ""},
		{"2025", ""},
		{"November 2025", ""},
		{"false", ""},
		{"2025-13-01", ""},
		{"2025-02-30", ""},
		{"31/31/2025", ""},
		{"2025-11-26T25:00:00Z", ""},
		{"1599-12-31", ""},
		{"2201-01-01", ""},
		{"0001-01-01T00:00:00Z", ""},
		{"26 November 2025 was a cold day", ""},
		{"-1764152430", ""},
		{"99999999999999999999999999", ""},
	}
	for _, tt := range tests {
		got, err := ParseDate(tt.in)
		if s := FormatDate(got); s != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q, %v; want %q", tt.in, s, err, tt.want)
		}
	}
	if _, err := ParseDate("03/04/2025"); !errors.Is(err, errAmbiguousDate) {
		t.Errorf("03/04/2025: got %v, want it called ambiguous", err)
	}
}

func TestDateInName(t *testing.T) {
	tests := []struct{ name, want string }{
		{"2025-11-26-kyiv.md", "2025-11-26"},
		{"20251126_kyiv.txt", "2025-11-26"},
		{"20251126.txt", "2025-11-26"},
		{"kyiv-2025-11-26.txt", "2025-11-26"},
		{"2025_11_26 kyiv.txt", "2025-11-26"},
		{"a/2025/11/26/kyiv.txt", "2025-11-26"},
		{"a/2025-11-26/kyiv.txt", "2025-11-26"},
		{"2025-11-26-on-2024-11-26.txt", ""},
		{"2025-13-26.txt", ""},
		{"000_0e268fa8e91f25be.txt", ""},
		{"20991399.txt", ""},
		{"12345678_x.txt", ""},
		{"120251126.txt", ""},
		{"2025/kyiv.txt", ""},
	}
	for _, tt := range tests {
		if got := FormatDate(dateInName(tt.name)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDateInText(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a dateline", "KYIV, Nov. 26, 2025 (Sample Wire) — Talks began.", "2025-11-26"},
		{"a dateline with a state", "MIAMI, Fla., Nov. 26, 2025 /Sample Wire/ -- Talks began.", "2025-11-26"},
		{"a dateline behind the title", "Talks begin\n\nNEW YORK (26 November 2025) – Talks began.", "2025-11-26"},
		{"a line that is a date", "Talks begin\nWednesday, November 26, 2025\nTalks began.", "2025-11-26"},
		{"a line with a time", "Talks begin\n26 November 2025, 10:20 GMT\n", "2025-11-26T10:20:00Z"},
		{"a labelled date", "Talks begin\nPublished: 2025-11-26\n", "2025-11-26"},
		{"a byline", "Talks begin\nBy Ann Example | 26 November 2025\n", "2025-11-26"},
		{"a date within a sentence", "Talks began on November 26, 2025, in Kyiv.", ""},
		{"a place and a date within a sentence", "Kyiv said on November 26, 2025 that talks began.", ""},
		{"a dateline without its year", "KYIV, Nov. 26 (Sample Wire) — Talks began.", ""},
		{"a date far down", "a\nb\nc\nd\ne\n26 November 2025\n", ""},
		{"bare digits", "20251126\nText", ""},
		{"a day that cannot be told", "03/04/2025\nText", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := FormatDate(dateInText(tt.text)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2025-11-26T10:20:30.5+02:00", "Wed, 26 Nov 2025 10:20:30 GMT", "26/11/2025", "1764152430123", "Nov. 26, 2025 at 3:05 p.m. ET", "1e99"} {
		f.Add(s)
	}
	// A date that is understood lies in the range of years, is in UTC, and is
	// the same date when it is written out and read again.
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseDate(s)
		if err != nil {
			if !got.IsZero() {
				t.Fatalf("%q: got %v with the error %v", s, got, err)
			}
			return
		}
		if got.Year() < minYear || got.Year() > maxYear || got.Location() != time.UTC {
			t.Fatalf("%q: got %v", s, got)
		}
		again, err := ParseDate(got.Format(time.RFC3339Nano))
		if err != nil || !again.Equal(got) {
			t.Fatalf("%q: got %v, read again %v, %v", s, got, again, err)
		}
	})
}
