package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test's own program be an engine, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engineCommand {
		if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func sideBySide(t *testing.T, args ...string) (report, string) {
	t.Helper()
	var out, told bytes.Buffer
	if err := run(t.Context(), append(args, "-json"), strings.NewReader(""), &out, &told); err != nil {
		t.Fatalf("%v\n%s", err, told.String())
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r, told.String()
}

func TestSideBySide(t *testing.T) {
	keep := t.TempDir()
	t.Chdir(t.TempDir()) // no helpers here
	args := []string{"-sizes", "150,300", "-questions", "20", "-clients", "3", "-gate", "1ms", "-warm", "1ms", "-keep", keep}
	r, told := sideBySide(t, args...)
	if !strings.Contains(told, "lucene is left out: run ./setup") || !slices.ContainsFunc(r.Missing, func(s string) bool { return strings.HasPrefix(s, "lucene: ") }) {
		t.Errorf("got %q and %q, want it said that Lucene is not there", told, r.Missing)
	}
	if len(r.Sizes) != 2 || r.Sizes[1].Passages != 300 {
		t.Fatalf("got sizes %+v, want 150 and 300", r.Sizes)
	}
	s := r.Sizes[1]
	if mean := float64(s.Words) / 300; mean < 112 || mean > 128 {
		t.Errorf("got %.1f words a passage, want about 120", mean)
	}
	wantRounds(t, s)
	wantStores(t, s)
	if s.Gate == nil || s.Gate.With.P99 <= 0 || s.Gate.Without.P99 <= 0 {
		t.Errorf("got gate %+v", s.Gate)
	}
	before, err := os.Stat(filepath.Join(keep, "300", "store-bleve", builtFile))
	if err != nil {
		t.Fatal(err)
	}
	again, told := sideBySide(t, append(args, "-rebuild", "newsdesk")...)
	if s := again.Sizes[1]; s.store("newsdesk").Built.Kept || !s.store("bleve").Built.Kept {
		t.Errorf("got %+v, want it said that all but newsdesk was kept", s.Stores)
	}
	after, err := os.Stat(filepath.Join(keep, "300", "store-bleve", builtFile))
	if err != nil {
		t.Fatal(err)
	}
	if !after.ModTime().Equal(before.ModTime()) || strings.Contains(told, "bleve: building") || strings.Count(told, "newsdesk: building") != 2 {
		t.Errorf("want newsdesk alone built again, once a size: %s", told)
	}
	var b strings.Builder
	if err := again.writeTable(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"left out: xapian: run ./setup", "left out: xapian-typed: run ./setup", "300 passages of 1", "questions of 10.0 words as typed",
		"\nsame terms: ", "\nas typed: ", "\nbleve-highlight ", "\nbleve-typed ", "\nbleve-fields ", "newsdesk's rate is ", "a whole answer of newsdesk takes ",
		"p99 without the gate is ", "\nas typed, p50 from 150 to 300 passages: newsdesk × ",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}

func wantRounds(t *testing.T, s sized) {
	t.Helper()
	if s.QuestionWords != 10 || s.QuestionTerms < 4 || s.QuestionTerms > 8 {
		t.Errorf("got questions of %v words and %v terms, want ten words, stop-words among them", s.QuestionWords, s.QuestionTerms)
	}
	for _, test := range []struct {
		round, name string
		least       float64 // of the same passages
	}{
		{sameTerms, "newsdesk", 1},
		{sameTerms, "newsdesk-ask", 0},
		{sameTerms, "bleve", 0.7},
		{sameTerms, "bleve-highlight", 0.7},
		{asTyped, "newsdesk", 1},
		{asTyped, "bleve-typed", 0.5},
	} {
		f := s.engine(test.round, test.name)
		if f == nil {
			t.Fatalf("%s, %s is missing", test.round, test.name)
		}
		if f.Asked != 20 || f.Served.P50 <= 0 || f.Served.P99 < f.Served.P50 {
			t.Errorf("%s, %s: got %+v", test.round, test.name, f)
		}
		if f.Overlap < test.least {
			t.Errorf("%s, %s: got %.2f of the same passages, want %v", test.round, test.name, f.Overlap, test.least)
		}
	}
}

func wantStores(t *testing.T, s sized) {
	t.Helper()
	var stores []string
	for _, one := range s.Stores {
		stores = append(stores, one.Name)
		if b := one.Built; b.IndexSeconds <= 0 || b.CPUSeconds <= 0 || b.Bytes <= 0 || b.Kept || one.Version == "" || one.Holds == "" {
			t.Errorf("store %+v lacks something", one)
		}
	}
	if want := []string{"newsdesk", "bleve", "bleve-highlight", "bleve-fields", "bleve-typed"}; !slices.Equal(withoutSQLite(stores), want) {
		t.Errorf("got stores %q, want %q", stores, want)
	}
	if s.store("bleve-fields").Built.Bytes <= s.store("bleve").Built.Bytes {
		t.Errorf("Bleve with all fields takes %d bytes, lean %d", s.store("bleve-fields").Built.Bytes, s.store("bleve").Built.Bytes)
	}
}

// withoutSQLite leaves out what only some builds have.
func withoutSQLite(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return strings.HasPrefix(s, "sqlite") })
}

func TestNoTimeLeft(t *testing.T) {
	t.Chdir(t.TempDir())
	r, told := sideBySide(t, "-sizes", "100", "-questions", "5", "-limit", "0s", "-engines", "newsdesk", "-keep", t.TempDir())
	if s := r.Sizes[0]; len(s.Rounds)+len(s.Stores) != 0 || len(s.LeftOut) != 1 || !strings.Contains(s.LeftOut[0], "-limit was up") {
		t.Errorf("got %+v, want newsdesk left out: %s", s, told)
	}
	if err := r.writeTable(&bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
}

// What was built is kept, whichever engines a run names, and asked when there is
// no time to build any more.
func TestGoesOn(t *testing.T) {
	keep := t.TempDir()
	t.Chdir(t.TempDir())
	args := func(more ...string) []string {
		return append([]string{"-sizes", "100", "-questions", "5", "-warm", "1ms", "-gate", "1ms", "-keep", keep}, more...)
	}
	sideBySide(t, args("-engines", "bleve-fields")...)
	sideBySide(t, args("-engines", "bleve-typed")...)
	r, told := sideBySide(t, args("-engines", "bleve,bleve-fields,bleve-typed", "-limit", "0s")...)
	s := r.Sizes[0]
	if s.store("bleve-fields") == nil || s.engine(asTyped, "bleve-typed") == nil || len(s.LeftOut) != 1 || !strings.HasPrefix(s.LeftOut[0], "bleve: not built: ") || strings.Contains(told, "building") {
		t.Errorf("got %+v, want bleve alone left out and nothing built: %s", s, told)
	}
	r, _ = sideBySide(t, args("-engines", "bleve,bleve-typed", "-patience", "1ns")...)
	if s := r.Sizes[0]; len(s.LeftOut) != 1 || !strings.Contains(s.LeftOut[0], "longer than the 1ns of -patience") || s.engine(asTyped, "bleve-typed") == nil {
		t.Errorf("got %+v, want bleve alone given up", s)
	}
}

// An index that cannot be opened costs its engine the run, not the others.
func TestDamagedStore(t *testing.T) {
	keep := t.TempDir()
	t.Chdir(t.TempDir())
	args := []string{"-sizes", "100", "-questions", "5", "-warm", "1ms", "-gate", "1ms", "-engines", "newsdesk,bleve", "-keep", keep}
	sideBySide(t, args...)
	if err := os.RemoveAll(filepath.Join(keep, "100", "store-newsdesk", "data")); err != nil {
		t.Fatal(err)
	}
	r, _ := sideBySide(t, args...)
	s := r.Sizes[0]
	if len(s.Rounds) != 2 || len(s.Rounds[0].Engines) != 1 || s.engine(sameTerms, "bleve") == nil || !strings.Contains(strings.Join(s.LeftOut, "\n"), "-rebuild newsdesk") {
		t.Errorf("got %+v, want newsdesk left out, with what to do", s)
	}
}

// What was measured is reported, whatever happens to a larger size.
func TestTroubleOnTheWay(t *testing.T) {
	keep := t.TempDir()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(filepath.Join(keep, "200"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var out, told bytes.Buffer
	args := []string{"-sizes", "100,200", "-questions", "5", "-warm", "1ms", "-gate", "1ms", "-engines", "newsdesk", "-keep", keep}
	err := run(t.Context(), args, strings.NewReader(""), &out, &told)
	if err == nil || !strings.Contains(err.Error(), "200 passages: ") || !strings.Contains(out.String(), "\n100 passages of ") {
		t.Errorf("got error %v and\n%s", err, out.String())
	}
}

func TestParse(t *testing.T) {
	for args, want := range map[string]string{
		"-sizes 0":            `-sizes "0": give numbers such as`,
		"-sizes 1g":           `-sizes "1g"`,
		"-sizes 101m":         "up to 100m",
		"-sizes ,":            "name at least one",
		"-questions 0":        "give numbers of 1 or more",
		"-clients 0":          "give numbers of 1 or more",
		"fast":                `unexpected argument "fast"`,
		"-engines nosuch,sql": "no engine nosuch",
	} {
		var told bytes.Buffer
		if _, err := parse(strings.Fields(args), &told); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", args, err, want)
		}
	}
	c, err := parse([]string{"-sizes", "1m,500,10k"}, &bytes.Buffer{})
	if err != nil || !slices.Equal(c.sizes, []int{500, 10000, 1000000}) {
		t.Errorf("got %v and error %v, want the sizes in order", c.sizes, err)
	}
}

func TestPercentiles(t *testing.T) {
	var list []time.Duration
	for n := range 200 {
		list = append(list, time.Duration(200-n)*time.Millisecond)
	}
	if got, want := percentiles(list), (spread{100, 190, 198}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := percentiles(nil); got != (spread{}) {
		t.Errorf("got %+v of nothing", got)
	}
}

func TestOverlap(t *testing.T) {
	first := [][]int{{1, 2, 3, 4}, {5, 6}, {}}
	for _, test := range []struct {
		second [][]int
		want   float64
	}{
		{first, 1},
		{[][]int{{4, 9, 1, 8}, {7}, {}}, 0.5},
		{[][]int{{4, 3, 2, 1}}, 1}, // of those that both were asked
		{nil, 0},
	} {
		if got := overlap(first, test.second); got != test.want {
			t.Errorf("%v: got %v, want %v", test.second, got, test.want)
		}
	}
}
