package index

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"
)

func TestDefinitions(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"behind the long form", "said the National Aeronautics and Space Administration (NASA).", "NASA=National Aeronautics and Space Administration"},
		{"before it", "The ECB (European Central Bank) met.", "ECB=European Central Bank"},
		{"with or", "the European Central Bank, or ECB, met", "ECB=European Central Bank"},
		{"with full stops", "the United Nations (U.N.) says", "U.N.=United Nations"},
		{"with a digit", "the Group of Seven (G7) leaders", ""},
		{"what a comma adds is left out", "Drug Enforcement Administration (DEA, part of Justice)", "DEA=Drug Enforcement Administration"},
		{"letters inside words", "the Gesundheitsamt Ostra Behörde (GOB) and Hypertext Transfer Protocol (HTTP)",
			"GOB=Gesundheitsamt Ostra Behörde HTTP=Hypertext Transfer Protocol"},
		{"a party", "Jo Dunn (R-TX) and Jo Bell (D) spoke", ""},
		{"an aside", "the bank (Europe's largest) fell", ""},
		{"another sentence", "A European. Central Bank (ECB)", ""},
		{"one word", "television (TV)", ""},
		{"small words", "the bank's weighted average cost of capital (WACC)", ""},
		{"small words, all initials", "a public limited company (PLC)", "PLC=public limited company"},
		{"open at the end", "European Central Bank (E.C.B.", ""},
		{"spelled out elsewhere", "The Federal Bureau of Investigation asks. “No,” the FBI says.", "FBI=Federal Bureau of Investigation"},
		{"spelled out in part of a name", "The United States Air Force of the USA", ""},
	} {
		var got []string
		for _, d := range definitions(test.text) {
			got = append(got, d.short+"="+d.long)
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: definitions(%q) = %q, want %q", test.name, test.text, s, test.want)
		}
	}
}

func FuzzDefinitions(f *testing.F) {
	f.Add("the European Central Bank (ECB), or ECB (the European Central Bank), or E")
	f.Add("(((A), or B(“CD”")
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range definitions(text) {
			if utf8.ValidString(text) && (!strings.Contains(text, d.short) || !strings.Contains(text, d.long)) {
				t.Errorf("%+v does not stand in %q", d, text)
			}
		}
	})
}

// Aliases are as the articles define them now, whatever way the index went.
func TestAliasesFollowTheArticles(t *testing.T) {
	articles := fstest.MapFS{
		"a.jsonl": file(record1("a", "The Ostra Central Bank (OCB) met. The OCB, or Ostra Central Bank, did nothing.")),
		"b.jsonl": file(record1("b", "The Ostra Cricket Board (OCB) met.")),
		"c.jsonl": file(record1("c", "The Ostra Central Bank (OCB) rests.")),
	}
	x := open(t, t.TempDir())
	expect := func(terms, want string) {
		t.Helper()
		list, err := x.Aliases(strings.Fields(terms))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range list {
			got = append(got, fmt.Sprintf("%d=%s:%d", a.Of, a.Text, a.Articles))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("Aliases(%q) = %q, want %q", terms, s, want)
		}
	}
	update(t, x, Collection{Name: "test", FS: articles})
	expect("ocb", "1=ostra central bank:2, 1=ostra cricket board:1")
	expect("ostra central bank met", "3=ocb:2")
	expect("ostra", "")
	articles["a.jsonl"] = file(record1("a", "The Ostra bank met."))
	delete(articles, "b.jsonl")
	update(t, x, Collection{Name: "test", FS: articles})
	expect("ocb met", "1=ostra central bank:1")
	expect("ostra cricket board", "")
}

// A form of several terms needs them all in one field.
func TestFormOfSeveralTerms(t *testing.T) {
	articles := fstest.MapFS{}
	for i := range 40 {
		text := "The central station opens."
		switch {
		case i%10 == 3:
			text = "The Ostra central bank and the central bank of Lorren met."
		case i%2 == 0:
			text = "The bank opens."
		}
		articles[fmt.Sprintf("%02d.jsonl", i)] = file(record1(fmt.Sprintf("%02d", i), text))
	}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: articles})
	res, err := x.Search(t.Context(), Query{Terms: []Term{{Forms: []Form{{Text: "central bank", Weight: 1}}}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range res.Hits {
		got = append(got, h.Article)
	}
	if s := strings.Join(got, " "); s != "03 13 23 33" || res.Terms[0].Docs != 4 {
		t.Errorf("found %q in %d passages", s, res.Terms[0].Docs)
	}
}
