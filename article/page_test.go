package article

import (
	"flag"
	"reflect"
	"strings"
	"testing"
	"time"
)

const pageAddress = "https://www.s.example/2025/story-1?utm_source=feed"

func parseWith(t *testing.T, head string) Page {
	t.Helper()
	p, err := ParsePage([]byte(pageWith(head)), "text/html; charset=utf-8", pageAddress)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func linked(json string) string { return `<script type="application/ld+json">` + json + `</script>` }

func TestCanonicalAddress(t *testing.T) {
	const own = "https://www.s.example/2025/story-1"
	link := func(href string) string { return `<link rel="canonical" href="` + href + `">` }
	tests := []struct{ name, head, want string }{
		{"none", "", own},
		{"the same without what tracks", link("https://www.s.example/2025/story-1?utm_medium=x&amp;id=7"), own + "?id=7"},
		{"another of the site", link("https://s.example/2025/11/story"), "https://s.example/2025/11/story"},
		{"from the root", link("/story"), "https://www.s.example/story"},
		{"from the folder", link("story-2"), "https://www.s.example/2025/story-2"},
		{"from a stated base", `<base href="/news/">` + link("story-2"), "https://www.s.example/news/story-2"},
		{"without a scheme", link("//www.s.example/story"), "https://www.s.example/story"},
		{"of another site", link("https://other.example/story"), own},
		{"of another site under one public suffix", link("https://co.uk/story"), own},
		{"the front page", link("https://www.s.example/"), own},
		{"the front page of a language", link("https://www.s.example/en/"), own},
		{"the front page by its file", link("/index.html"), own},
		{"no address at all", link("javascript:void(0)"), own},
		{"with a user", link("https://u:p@www.s.example/story"), own},
		{"the front page, but og:url is right", link("/") + `<meta property="og:url" content="https://www.s.example/right">`, "https://www.s.example/right"},
		{"JSON-LD's", linked(`{"@type":"NewsArticle","mainEntityOfPage":{"@type":"WebPage","@id":"https://www.s.example/linked"}}`), "https://www.s.example/linked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parseWith(t, tt.head).Article
			if got.URL != tt.want {
				t.Errorf("got %q, want %q", got.URL, tt.want)
			}
			if want := "u" + fingerprint(tt.want); got.ID != want {
				t.Errorf("got id %q, want %q", got.ID, want)
			}
		})
	}
	amp, err := ParsePage([]byte(pageWith(link("https://s.example/story"))), "", "https://s-example.cdn.ampproject.org/c/s/s.example/amp/story")
	if err != nil || amp.Article.URL != "https://s.example/story" {
		t.Errorf("from the store of AMP pages: got %q, %v", amp.Article.URL, err)
	}
}

func TestPaywall(t *testing.T) {
	tests := []struct {
		name, ld string
		want     bool
	}{
		{"not stated", `{"@type":"NewsArticle"}`, false},
		{"true", `{"@type":"NewsArticle","isAccessibleForFree":true}`, false},
		{"a word", `{"@type":"NewsArticle","isAccessibleForFree":"True"}`, false},
		{"false", `{"@type":"NewsArticle","isAccessibleForFree":false}`, true},
		{"false as a word", `{"@type":"NewsArticle","isAccessibleForFree":"False"}`, true},
		{"false as a word with space", `{"@type":"NewsArticle","isAccessibleForFree":" false "}`, true},
		{"false by its address", `{"@type":"NewsArticle","isAccessibleForFree":"https://schema.org/False"}`, true},
		{"false in a list", `{"@type":"NewsArticle","isAccessibleForFree":["False"]}`, true},
		{"no", `{"@type":"NewsArticle","isAccessibleForFree":"no"}`, true},
		{"a part", `{"@type":"NewsArticle","hasPart":{"@type":"WebPageElement","isAccessibleForFree":"False","cssSelector":".paid"}}`, true},
		{"one part of two", `{"@type":"NewsArticle","hasPart":[{"isAccessibleForFree":true,"cssSelector":".x"},{"isAccessibleForFree":false,"cssSelector":"#p"}]}`, true},
		{"a free part", `{"@type":"NewsArticle","hasPart":{"isAccessibleForFree":true,"cssSelector":".paid"}}`, false},
		{"of a graph", `{"@graph":[{"@type":"WebSite"},{"@type":"NewsArticle","isAccessibleForFree":false}]}`, true},
		{"of something else", `{"@type":"Product","isAccessibleForFree":false}`, false},
		{"nonsense", `{"@type":"NewsArticle","isAccessibleForFree":{"a":[1]}}`, false},
	}
	for _, tt := range tests {
		if got := parseWith(t, linked(tt.ld)).Paywalled; got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

// What is paid for is not taken: not from what search engines are told, and not
// from where the page has it for readers with a subscription.
func TestPaidText(t *testing.T) {
	secret := strings.Repeat("Subscribers alone may read this sentence. ", 30)
	page := func(ld, body string) (Page, error) {
		return ParsePage([]byte(`<title>T</title><h1>T</h1>`+linked(ld)+body), "", pageAddress)
	}
	teaser := "<article><p>The first lines of it are free for all to read, and they are not many.</p>"
	for name, free := range map[string]string{
		"the whole":        `"isAccessibleForFree":false`,
		"a part":           `"hasPart":{"isAccessibleForFree":false,"cssSelector":"main > .paid, #more"}`,
		"an odd selector":  `"hasPart":{"isAccessibleForFree":false,"cssSelector":"]]"}`,
		"many parts":       `"hasPart":[{"isAccessibleForFree":"False","cssSelector":".a"},{"isAccessibleForFree":"False","cssSelector":"#more"}]`,
		"both of these":    `"isAccessibleForFree":"False","hasPart":{"isAccessibleForFree":"False","cssSelector":"#more"}`,
		"a list of places": `"hasPart":{"isAccessibleForFree":"False","cssSelector":[".x","#more"]}`,
	} {
		got, err := page(`{"@type":"NewsArticle","articleBody":"`+secret+`",`+free+`}`, teaser)
		if err != nil || strings.Contains(got.Article.Text, "Subscribers") || !strings.HasPrefix(got.Article.Text, "The first lines") {
			t.Errorf("%s: got %q, %v", name, got.Article.Text, err)
		}
		if !strings.Contains(free, "#more") {
			continue
		}
		got, err = page(`{"@type":"NewsArticle",`+free+`}`, teaser+`<div id="more"><p>`+secret+`</div></article>`)
		if err != nil || strings.Contains(got.Article.Text, "Subscribers") {
			t.Errorf("%s: got %q, %v", name, got.Article.Text, err)
		}
	}
	got, err := page(`{"@type":"NewsArticle","articleBody":"`+secret+`","isAccessibleForFree":false}`, "")
	if err == nil || !got.Paywalled || !got.Declared {
		t.Errorf("nothing is free: got %+v, %v", got, err)
	}
	if got, err = page(`{"@type":"NewsArticle","articleBody":"`+secret+`"}`, ""); err != nil || !strings.Contains(got.Article.Text, "Subscribers") {
		t.Errorf("all is free: got %q, %v", got.Article.Text, err)
	}
}

func TestLinkedData(t *testing.T) {
	at := time.Date(2025, 11, 26, 10, 0, 0, 0, time.UTC)
	ok := func(a Article) bool { return a.Published.Equal(at) }
	by := func(names ...string) func(Article) bool {
		return func(a Article) bool { return reflect.DeepEqual(a.Authors, names) }
	}
	image := func(a Article) bool { return a.Image == "https://s.example/i.jpg" }
	updated := func(a Article) bool { return a.Updated.Equal(at.Add(time.Hour)) }
	const date = `"datePublished":"2025-11-26T10:00:00Z"`
	tests := []struct {
		name, head string
		holds      func(Article) bool
	}{
		{"a trailing comma", linked(`{"@type":"NewsArticle",` + date + `,}`), ok},
		{"trailing commas inside", linked(`{"@type":["NewsArticle",],"image":["https://s.example/i.jpg", ],` + date + `}`), ok},
		{"an HTML comment in front", linked("<!-- by the CMS -->\n" + `{"@type":"NewsArticle",` + date + `}`), ok},
		{"an HTML comment around", linked("<!--\n" + `{"@type":"NewsArticle",` + date + `}` + "\n-->"), ok},
		{"CDATA", linked("<![CDATA[" + `{"@type":"NewsArticle",` + date + `}` + "]]>"), ok},
		{"CDATA behind slashes", linked("//<![CDATA[\n" + `{"@type":"NewsArticle",` + date + `}` + "\n//]]>"), ok},
		{"CDATA in a comment", linked("/*<![CDATA[*/" + `{"@type":"NewsArticle",` + date + `}` + "/*]]>*/"), ok},
		{"a semicolon behind", linked(`{"@type":"NewsArticle",` + date + `};`), ok},
		{"a line break in a string", linked("{\"@type\":\"NewsArticle\",\"headline\":\"Bridge\nopens\"," + date + "}"), ok},
		{"an address with slashes", linked(`{"@type":"NewsArticle","x":"http://a.example/*b*/",` + date + `,}`), ok},
		{"the one of the title among several", linked(`[{"@type":"NewsArticle","headline":"Other","datePublished":"2020-01-01"},{"@type":"NewsArticle","headline":"Bridge opens",` + date + `}]`), ok},
		{"of the main entity", linked(`{"@type":"WebPage","mainEntity":{"@type":"Article",` + date + `}}`), ok},

		{"an author as a string", linked(`{"@type":"NewsArticle","author":"By Ann Example"}`), by("Ann Example")},
		{"as an object", linked(`{"@type":"NewsArticle","author":{"@type":"Person","name":"Ann Example","url":"https://s.example/ann"}}`), by("Ann Example")},
		{"as a list of both", linked(`{"@type":"NewsArticle","author":["Ann Example",{"name":["Bob Example"]}]}`), by("Ann Example", "Bob Example")},
		{"as a reference", linked(`{"@graph":[{"@type":"NewsArticle","author":{"@id":"#ann"}},{"@type":"Person","@id":"#ann","name":"Ann Example"}]}`), by("Ann Example")},
		{"as a number", linked(`{"@type":"NewsArticle","author":null,"creator":"Ann Example"}`), by("Ann Example")},

		{"an image as an object", linked(`{"@type":"NewsArticle","image":{"@type":"ImageObject","name":"The bridge","url":"https://s.example/i.jpg"}}`), image},
		{"as a list of addresses", linked(`{"@type":"NewsArticle","image":["https://s.example/i.jpg","https://s.example/j.jpg"]}`), image},
		{"as a reference", linked(`{"@graph":[{"@type":"NewsArticle","image":{"@id":"#i"}},{"@type":"ImageObject","@id":"#i","contentUrl":"https://s.example/i.jpg"}]}`), image},

		{"when it was changed", linked(`{"@type":"NewsArticle",` + date + `,"dateModified":"2025-11-26T12:00:00+01:00"}`), updated},
		{"when it was changed, by OpenGraph", `<meta property="article:published_time" content="2025-11-26T10:00:00Z"><meta property="article:modified_time" content="2025-11-26T11:00:00Z">`, updated},
		{"changed before it came out", linked(`{"@type":"NewsArticle",` + date + `,"dateModified":"2025-11-25"}`), func(a Article) bool { return ok(a) && a.Updated.IsZero() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parseWith(t, tt.head).Article
			if got.Text != paragraphsText {
				t.Errorf("got text %q", got.Text)
			}
			if got.Text = ""; !tt.holds(got) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestDeclared(t *testing.T) {
	for head, want := range map[string]bool{
		"": false,
		`<meta property="og:type" content="website">`:      false,
		linked(`{"@type":"Organization"}`):                 false,
		`<meta property="og:type" content="Article">`:      true,
		linked(`{"@type":"LiveBlogPosting"}`):              true,
		`<meta property="article:published_time" content>`: false,
	} {
		if got := parseWith(t, head).Declared; got != want {
			t.Errorf("%s: got %v", head, got)
		}
	}
}

func TestCharsetOfPage(t *testing.T) {
	page := func(head, body string) string { return "<html" + head + "<body><article><p>" + body + "</article>" }
	tests := []struct{ name, raw, header, want string }{
		{"by the header", page(">", "\xcf\xf0\xe8\xe2\xe5\xf2"), "text/html; charset=windows-1251", "Привет"},
		{"by the header against the page", page("><meta charset=iso-8859-1>", "\xcf\xf0\xe8\xe2\xe5\xf2"), "text/html;charset=CP1251", "Привет"},
		{"by the page", page("><meta charset=windows-1251>", "\xcf\xf0\xe8\xe2\xe5\xf2"), "text/html", "Привет"},
		{"by the page's http-equiv", page(`><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`, "\xcf\xf0\xe8\xe2\xe5\xf2"), "", "Привет"},
		{"by the page's language", page(` lang="uk">`, "\xcf\xf0\xe8\xe2\xb3\xf2"), "", "Привіт"},
		{"Japanese by its language", page(` lang="ja">`, "\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x8b\x4c\x8e\x96"), "", "日本語の記事"},
		{"UTF-8 whatever the header says", page("><meta charset=iso-8859-1>", "Привет"), "text/html; charset=iso-8859-1", "Привет"},
		{"no UTF-8 whatever the header says", page("><meta charset=windows-1252>", "caf\xe9 \x80 5"), "text/html; charset=utf-8", "café € 5"},
		{"by a byte order mark", "\xff\xfe<\x00p\x00>\x00h\x00i\x00", "text/html; charset=windows-1251", "hi"},
		{"UTF-16 by the header", "<\x00p\x00>\x00h\x00i\x00", "text/html; charset=utf-16le", "hi"},
		{"letters behind escapes", page("><meta charset=iso-2022-jp>", "\x1b$BF|K\\\x1b(B"), "", "日本"},
		{"an unknown name", page(">", "caf\xe9"), "text/html; charset=klingon", "café"},
		{"a broken header", page(">", "caf\xe9"), ";;=", "café"},
	}
	for _, tt := range tests {
		got, err := ParsePage([]byte(tt.raw), tt.header, pageAddress)
		if err != nil || got.Article.Text != tt.want {
			t.Errorf("%s: got %q, %v", tt.name, got.Article.Text, err)
		}
	}
}

// FuzzParsePage states what holds for every page, whatever its bytes.
func FuzzParsePage(f *testing.F) {
	for _, p := range lookAlikes(f) {
		f.Add(p.html, p.contentType, p.known.URL)
	}
	f.Add([]byte(pageWith(linked(`{"@graph":[{"@type":"Article","hasPart":{"isAccessibleForFree":false,"cssSelector":"p:has(a)"}}],}`))), "text/html; charset=gbk", "http://a.example")
	f.Fuzz(func(t *testing.T, raw []byte, contentType, address string) {
		start := time.Now()
		p, err := ParsePage(raw, contentType, address)
		if took := time.Since(start); took > tooLong {
			t.Errorf("took %v", took)
		}
		if err == nil {
			checkArticle(t, p.Article)
		}
	})
}

var hostile = flag.Int("hostile", 1, "how many times as large TestHostilePages makes its pages; 10 makes them of some megabytes")

// Markup that is out to take time does not get it.
func TestHostilePages(t *testing.T) {
	n := *hostile
	for name, raw := range map[string]string{
		"deep":            strings.Repeat(`<div class="share">`, 10_000*n) + "x",
		"many links":      "<ul>" + strings.Repeat(`<li><a href="/a">b c d</a>`, 10_000*n),
		"many bodies":     strings.Repeat(`<div class="article-body"><p>a b c</div>`, 2000*n),
		"many articles":   strings.Repeat(`<article><p>a b c`, 5000*n),
		"many things":     linked("[" + strings.Repeat(`{"@type":"Article"},`, 20_000*n) + "]"),
		"deep things":     linked(strings.Repeat(`{"@graph":[`, 20_000*n)),
		"open comment":    linked(strings.Repeat(`<!--`, 20_000*n)),
		"commas":          linked(`{"a":1` + strings.Repeat(`,`, 50_000*n)),
		"selectors":       linked(`{"@type":"Article","hasPart":{"isAccessibleForFree":false,"cssSelector":"`+strings.Repeat("div div:has(p) ", 500*n)+`"}}`) + strings.Repeat("<div><p>a", 100*n),
		"a deep selector": linked(`{"@type":"Article","hasPart":{"isAccessibleForFree":false,"cssSelector":"`+strings.Repeat("div ", 30)+`p"}}`) + strings.Repeat("<div>", 400) + "<p>a",
		"many selectors":  linked(`{"@type":"Article","hasPart":[`+strings.Repeat(`{"isAccessibleForFree":false,"cssSelector":"div div"},`, 1000*n)+`]}`) + strings.Repeat("<div>", 400) + strings.Repeat("<p>a", 1000*n),
	} {
		start := time.Now()
		_, _ = ParsePage([]byte(raw), "", pageAddress) // an error is as good an answer
		if took := time.Since(start); took > tooLong {
			t.Errorf("%s: took %v", name, took)
		} else if testing.Verbose() {
			t.Logf("%s: %v", name, took)
		}
	}
}
