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
	args := []string{"-sizes", "150,300", "-questions", "20", "-clients", "3", "-warm", "1ms", "-keep", keep}
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
	for _, name := range []string{"newsdesk", "newsdesk-ask", "bleve", "bleve-highlight"} {
		f := s.engine(name)
		if f == nil {
			t.Fatalf("%s is missing", name)
		}
		if f.Asked != 20 || f.Served.P50 <= 0 || f.Served.P99 < f.Served.P50 || f.Built.IndexSeconds <= 0 || f.Built.Bytes <= 0 {
			t.Errorf("%s: got %+v", name, f)
		}
		if least := map[string]float64{"newsdesk": 1, "newsdesk-ask": 0, "bleve": 0.7, "bleve-highlight": 0.7}[name]; f.Overlap < least {
			t.Errorf("%s: got %.2f of the same passages, want %v", name, f.Overlap, least)
		}
	}
	if s.Gate == nil || s.Gate.With.P99 <= 0 || s.Gate.Without.P99 <= 0 {
		t.Errorf("got gate %+v", s.Gate)
	}
	before, err := os.Stat(filepath.Join(keep, "300", "store-bleve", builtFile))
	if err != nil {
		t.Fatal(err)
	}
	again, told := sideBySide(t, append(args, "-rebuild", "newsdesk")...)
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
	for _, want := range []string{"left out: xapian: run ./setup", "300 passages of 1", "\nbleve-highlight ", "a whole answer of newsdesk takes ", "p99 without the gate is ", "\np50 from 150 to 300 passages: newsdesk × "} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
}

func TestNoTimeLeft(t *testing.T) {
	t.Chdir(t.TempDir())
	r, told := sideBySide(t, "-sizes", "100", "-questions", "5", "-limit", "0s", "-engines", "newsdesk", "-keep", t.TempDir())
	if s := r.Sizes[0]; len(s.Engines) != 0 || len(s.LeftOut) != 1 || !strings.Contains(s.LeftOut[0], "-limit was up") {
		t.Errorf("got %+v, want newsdesk left out: %s", s, told)
	}
	if err := r.writeTable(&bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
}

// An index that cannot be opened costs its engine the run, not the others.
func TestDamagedStore(t *testing.T) {
	keep := t.TempDir()
	t.Chdir(t.TempDir())
	args := []string{"-sizes", "100", "-questions", "5", "-warm", "1ms", "-engines", "newsdesk,bleve", "-keep", keep}
	sideBySide(t, args...)
	if err := os.RemoveAll(filepath.Join(keep, "100", "store-newsdesk", "data")); err != nil {
		t.Fatal(err)
	}
	r, _ := sideBySide(t, args...)
	s := r.Sizes[0]
	if len(s.Engines) != 1 || s.engine("bleve") == nil || len(s.LeftOut) != 1 || !strings.Contains(s.LeftOut[0], "-rebuild newsdesk") {
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
	args := []string{"-sizes", "100,200", "-questions", "5", "-warm", "1ms", "-engines", "newsdesk", "-keep", keep}
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
