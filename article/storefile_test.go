package article

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"newsdesk/data"
)

// roundTrip writes an article as a store does and reads it back as everybody does.
func roundTrip(t *testing.T, given Article) (want Article, file string) {
	t.Helper()
	want, err := normal(given)
	if err != nil {
		t.Fatalf("%+v: %v", given, err)
	}
	again, err := normal(want)
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("cleaned twice, got  %+v\nwant %+v", again, want)
	}
	raw, err := stored{Article: want, asPut: digestsOf(&want)}.encode(nil, "2025/11/26/a-u1.md")
	if err != nil {
		t.Fatalf("%+v: %v", want, err)
	}
	got := readOne(t, "2025/11/26/a-u1.md", string(raw))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v\nfrom %s", got, want, raw)
	}
	return want, string(raw)
}

var randomArticles = flag.Int("random-articles", 800, "articles of TestRandomArticlesComeBack")

func TestGatheredArticleAsFile(t *testing.T) {
	a := Article{
		ID: "u1", Title: `Port "closed": what's next?`, Source: "Sample Wire", URL: "https://s.example/1?a=b", Authors: []string{"Ann Example", "Bob Example"},
		Section: "World", Language: "en", Image: "https://s.example/i.jpg", Published: time.Date(2025, 11, 26, 10, 0, 0, 0, time.UTC),
		Updated: time.Date(2025, 11, 27, 0, 0, 0, 0, time.UTC), FirstSeen: time.Date(2025, 11, 26, 10, 1, 30, 0, time.UTC), CopyOf: "12",
		Text:     "The port of *Amber* is closed.\n\nWhat is next\n\n- a list_of things\n1. and <more>\n\nSee https://s.example/a_b*c.",
		Headings: []Span{{32, 44}},
	}
	_, got := roundTrip(t, a)
	want := `---
id: u1
title: 'Port "closed": what''s next?'
source: Sample Wire
url: https://s.example/1?a=b
authors:
- Ann Example
- Bob Example
section: World
language: en
image: https://s.example/i.jpg
published: 2025-11-26T10:00:00Z
updated: 2025-11-27
first_seen: 2025-11-26T10:01:30Z
copy_of: '12'
as_put: ` + strings.Join(func() []string { d := digestsOf(&a); return d[:] }(), " ") + `
---

The port of \*Amber\* is closed.

## What is next

\- a list_of things\
1\. and \<more>

See https://s.example/a_b*c.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestOddTextsComeBack(t *testing.T) {
	for _, text := range []string{
		"---\ntitle: x\n---\nText", "+++\n+++", "...", "---", "a\n---\nb", "a\n===\nb", "# a", "#a b#\n\nc #", "## a ##", "> a", "    a", "\ta",
		"a\r\nb\rc\n", "\n\n a \n\n\n b \t\n", "a\x00" + strings.Repeat("b", 2000), "a\u00a0b\u2028c\ufeffd\u0085e\x1b[0m", "\ufeffa", "\\", "a\\\nb", "\\u{7} \\[x\\] \\\\",
		"<script>alert(1)</script>", "<p>a</p>", "&amp; &#35; &copy &x;", "[a](b) ![c](d) [e]: f", "| a | b |\n|---|---|\n| c | d |", "a | b\n--|--\nc | d",
		"~~a~~ ~~~\nb\n~~~", "```\na\n```", "`a`", "*a* _b_ __c__ **d** a_b_c", "1. a\n2. b", "- a\n- b", "+ a", "12) a", "* * *", "- - -", "http://a.b/c_d_e* x@y.z www.a.b/*", "a@b_c_d",
		"a  b", "a ", " a", "a\u00adb", "\xff\xfe", "a\xffb", "https://a.b/<c>", "<https://a.b>", "tel:+1", ": a", "a\n: b", "[^1]: a", "a[^1]", "- [ ] a", "!", "!\\[", "Title\n\nTitle",
		"琥珀港明天关闭一周。\n下一步", "مرحبا \u200fبالعالم", "é e\u0301", "a\vb\fc", "body: verbatim",
	} {
		roundTrip(t, Article{ID: "a", Title: "Title", Text: text, FirstSeen: time.Unix(1764152430, 0)})
	}
}

func TestOddNamesComeBack(t *testing.T) {
	for _, s := range []string{
		"a\nb", "\"a\" 'b'", "a: b", "- a", "# a", "null", "~", "123", "true", "2025-11-26", "&amp;amp; &lt;b> &", "*a", "&a", "!a", "%a", "@a", "`a", "{a", "[a", "a #b", "By By Ann", "by x",
		"\\", "a\tb", " a ", "a\u2028b", "\u200b", "https://a.b/c", "\u200bhttps://a.b/c", "...", "---", "|", ">", "?", "= a", "<<", "\xff", strings.Repeat("long ", 300), strings.Repeat("ü", 300), "é\u0301\u0301",
	} {
		roundTrip(t, Article{ID: "a" + strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if isControl(r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(s, "")[:min(len(strings.ToValidUTF8(s, "")), 100)])), " "),
			Title: s, Source: s, Section: s, Authors: []string{s, "x" + s}, Language: s, URL: s, Image: s, CopyOf: s, Text: "Words.", FirstSeen: time.Unix(1764152430, 5)})
	}
}

func TestRandomArticlesComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := strings.Split("a,B,word,. ,\n,\n\n, ,  ,\t,\r\n,\\,*,_,#,## ,-,- ,1. ,>,<,<b>,</p>,&amp;,&,[,](,],!,|,`,```,~~,~,=,---,+++,http://a.b/c,www.a.b,x@y.z,é,琥,\u00a0,\u2028,\ufeff,\x01,\u00ad,:,:---,\x7f,\u200f,\\[,\\],\\u{7},{,}", ",")
	for range *randomArticles {
		var b strings.Builder
		for range 1 + rng.IntN(12) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		a := Article{ID: "a", Title: "T", Text: b.String(), FirstSeen: time.Unix(1764152430, 0)}
		if strings.TrimSpace(a.Text) == "" {
			continue
		}
		for at := 0; at < len(a.Text) && rng.IntN(3) > 0; {
			start := at + rng.IntN(len(a.Text)-at)
			at = start + 1 + rng.IntN(len(a.Text)-start)
			a.Headings = append(a.Headings, Span{start, at})
		}
		roundTrip(t, a)
	}
}

// Ordinary articles have to become Markdown that people can edit.
func TestSampleArticlesBecomeMarkdown(t *testing.T) {
	files, _, err := Files(t.Context(), data.Sample())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		articles, _ := readFS(t, data.Sample(), f.Path)
		for _, a := range articles {
			a.FirstSeen = time.Unix(1764152430, 0)
			_, file := roundTrip(t, a)
			if strings.Contains(file, "\nbody: verbatim\n") != strings.Contains(a.Text, "  ") {
				t.Errorf("%s is not Markdown:\n%s", a.ID, file)
			}
			n++
		}
	}
	if n < 40 {
		t.Errorf("only %d articles were tried", n)
	}
}

func FuzzStoredArticle(f *testing.F) {
	f.Add("a-1", "Title: \"x\"", "Source", "https://a.b/c", "Ann", "en", "Text\n\n## x", int64(1764152430), int64(0), 5, 9)
	f.Add("ü \u2028", "By \ufeff", "null", "http://a.b/%ff?&amp;", "by By", "English", "a\r\n\x01\\[b", int64(-1), int64(1), 0, 1)
	f.Fuzz(func(t *testing.T, id, title, source, address, author, language, text string, published, seen int64, start, end int) {
		a := Article{
			ID: id, Title: title, Source: source, URL: address, Image: address, Authors: []string{author, title}, Section: source, Language: language,
			Published: time.Unix(0, published), FirstSeen: time.Unix(1764152430, seen), CopyOf: id, Text: text, Headings: []Span{{start, end}},
		}
		if _, err := normal(a); err != nil {
			return // no article, and Put says why
		}
		want, _ := roundTrip(t, a)
		checkArticle(t, want)
	})
}
