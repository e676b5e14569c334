package article

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

const paragraphs = `<p>The first paragraph of the story says what happened, where, and to whom, in a good number of words, as first paragraphs of the news are wont to do.</p>
<p>The second paragraph adds, with a&nbsp;quote, that “nothing of this was planned”, as a speaker for the town said on Monday, when asked for it.</p>
<h2>What comes <i>next</i></h2>
<p>The third paragraph looks ahead to the vote, which is due in the spring, and to the costs of it, which nobody has yet reckoned up.</p>`

const paragraphsText = `The first paragraph of the story says what happened, where, and to whom, in a good number of words, as first paragraphs of the news are wont to do.

The second paragraph adds, with a quote, that “nothing of this was planned”, as a speaker for the town said on Monday, when asked for it.

What comes next

The third paragraph looks ahead to the vote, which is due in the spring, and to the costs of it, which nobody has yet reckoned up.`

// pageWith is a page as news sites build them.
func pageWith(head string) string {
	return `<!doctype html><html lang="en-GB"><head><title>Bridge opens | Sample Wire</title>` + head + `</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<header>Sample Wire, the paper of the sample</header>
<main><article><h1>Bridge opens</h1><script>var x = "code";</script><style>p { color: red }</style>
` + paragraphs + `
<aside>Read also: another story</aside></article></main>
<footer>© Sample Wire. All rights reserved.</footer></body></html>`
}

func TestPages(t *testing.T) {
	at := time.Date(2025, 11, 26, 10, 0, 0, 0, time.UTC)
	full := Article{
		Title: "Bridge opens", Source: "Sample Wire", URL: "https://www.s.example/1", Authors: []string{"Ann Example", "Bob Example"},
		Section: "World", Language: "en", Image: "https://s.example/i.jpg", Published: at,
	}
	news := `{"@context":"https://schema.org","@type":"NewsArticle","headline":"Bridge opens","datePublished":"2025-11-26T12:00:00+02:00","articleSection":"World","inLanguage":"en","url":"https://www.s.example/1","image":[{"@type":"ImageObject","url":"https://s.example/i.jpg"}],"author":[{"@type":"Person","name":"Ann Example"},{"@type":"Person","name":"Bob Example"}],"publisher":{"@type":"Organization","name":"Sample Wire"}}`
	ld := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	tests := []struct {
		name, head string
		want       Article
	}{
		{"JSON-LD", ld(news), full},
		{"JSON-LD in an array, behind another kind", ld(`[{"@type":"BreadcrumbList"},` + news + `]`), full},
		{"JSON-LD in a graph", ld(`{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Site"},` + strings.Replace(news, `"NewsArticle"`, `["Thing","ReportageNewsArticle"]`, 1) + `]}`), full},
		{"JSON-LD behind a broken one", ld(`{broken`) + ld("\n//<![CDATA[\n"+news+"\n//]]>"), full},
		{"OpenGraph", `<meta property="og:title" content="Bridge opens - Sample Wire"><meta property="og:site_name" content="Sample Wire"><meta property="og:url" content="https://www.s.example/1">
			<meta property="og:image" content="https://s.example/i.jpg"><meta property="og:locale" content="en_US"><meta property="article:published_time" content="2025-11-26T10:00:00Z">
			<meta property="article:section" content="World"><meta name="author" content="Ann Example"><meta name="author" content="Bob Example">`,
			func() Article { a := full; a.Language = "en-GB"; return a }()},
		{"a canonical link", `<link rel="canonical" href="https://www.s.example/1">`,
			Article{Title: "Bridge opens", Source: "s.example", URL: "https://www.s.example/1", Language: "en-GB"}},
		{"nothing stated", ``, Article{Title: "Bridge opens", Language: "en-GB"}},
		{"a local canonical link", `<link rel="canonical" href="/1">`, Article{Title: "Bridge opens", Language: "en-GB"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readOne(t, "a.html", pageWith(tt.head))
			if got.Text != paragraphsText {
				t.Errorf("got text %q", got.Text)
			}
			if h := headingsOf(got); h != "What comes next" {
				t.Errorf("got headings %q", h)
			}
			got.ID, got.Text, got.Headings = "", "", nil
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestTitleOfPage(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"the heading, which the title decorates", "<title>News: bridge opens today</title><h1>Bridge opens</h1><p>x", "Bridge opens"},
		{"the title, where the heading says something else", "<title>Bridge opens</title><h1>Welcome</h1><p>x", "Bridge opens"},
		{"the heading, where the title names the site", `<meta property="og:site_name" content="Sample Wire"><title>Sample Wire</title><h1>Bridge opens</h1><p>x`, "Bridge opens"},
		{"the title alone", "<title>Bridge opens</title><p>x", "Bridge opens"},
		{"the heading alone", "<h1>Bridge opens</h1><p>x", "Bridge opens"},
		{"neither", "<p>x", "x"},
	}
	for _, tt := range tests {
		if got := readOne(t, "a.html", tt.html).Title; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPageThatHidesItsText(t *testing.T) {
	body := strings.Repeat("Told to search engines only. ", 20)
	got := readOne(t, "a.html", `<title>T</title><script type="application/ld+json">{"@type":"Article","articleBody":"`+body+`"}</script><p>Subscribe to read.</p>`)
	if got.Text != strings.TrimSpace(body) {
		t.Errorf("got %q", got.Text)
	}
}

func TestTimeOfPage(t *testing.T) {
	tests := []struct{ name, html, want string }{
		{"in the article", `<article><header><time datetime="2025-11-26T10:00Z">today</time></header><p>x</article>`, "2025-11-26T10:00:00Z"},
		{"marked as published", `<p><time itemprop="datePublished" datetime="2025-11-26">today</time>x`, "2025-11-26"},
		{"of another article", `<article><p>x<aside><time datetime="2020-01-01">then</time></aside></article>`, ""},
		{"outside of the article", `<time datetime="2020-01-01">then</time><p>x`, ""},
	}
	for _, tt := range tests {
		if got := FormatDate(readOne(t, "a.html", tt.html).Published); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// textOfHTML converts a piece of HTML as the text of a JSON record is.
func textOfHTML(t *testing.T, s string) Article {
	t.Helper()
	r := record{text: s}
	if err := r.setMarkup(); err != nil {
		t.Fatal(err)
	}
	return Article{Text: r.text, Headings: r.headings}
}

func TestTextOfHTML(t *testing.T) {
	tests := []struct{ name, html, text, headings string }{
		{"white space", "<p> a\n b </p>\n\n<p>c<b>d</b> <i> e</i>", "a b\n\ncd e", ""},
		{"line breaks", "<p>a<br>b<br><br>c", "a\nb\n\nc", ""},
		{"lists", "a<ul><li>b</li><li><p>c</p><p>d</p></li></ul>e", "a\n\nb\nc\nd\n\ne", ""},
		{"tables", "<table><caption>cap</caption><tr><th>a<th>b<tr><td>1<td><p>2</p></table>x", "cap\na | b\n1 | 2\n\nx", ""},
		{"tables that lay out a page", "<table><tr><td>menu<td><h1>a</h1><p>b</p><p>c</p></table>", "menu\n\na\n\nb\n\nc", "a"},
		{"code", "<pre>if x {\n\treturn\n}\n</pre>x", "if x {\n\treturn\n}\n\nx", ""},
		{"headings", "<h1>a<br>b</h1>c<h3> </h3><h2>d <span>e</span></h2>", "a b\n\nc\n\nd e", "a b / d e"},
		{"what is not read", "<p>a<script>b</script><style>c</style><noscript>d</noscript><span hidden>e</span><button>f</button><svg><text>g</text></svg>", "a", ""},
		{"entities and soft hyphens", "<p>a &amp; b&shy;c&#8212;d&#1;", "a & bc—d", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := textOfHTML(t, tt.html)
			if got.Text != tt.text {
				t.Errorf("got %q, want %q", got.Text, tt.text)
			}
			if h := headingsOf(got); h != tt.headings {
				t.Errorf("got headings %q, want %q", h, tt.headings)
			}
		})
	}
}

func TestIsMarkup(t *testing.T) {
	for s, want := range map[string]bool{
		"<p>a</p>":                true,
		"<p>a":                    false,
		" \n<div class=x>a</div>": true,
		"Lead. <p>a</p>":          false,
		"a<br>b<br/>c":            false,
		"a < b and c > d":         false,
		"Use <p> to begin one":    false,
		"<b>bold</b> only":        false,
		"x <pre>y</pre>":          false,
		"":                        false,
		"a <3 b":                  false,
	} {
		if got := isMarkup(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

func TestHTMLIsReadInReasonableTime(t *testing.T) {
	deep := func(tag string, n int, piece string, times int) string {
		return strings.Repeat(tag, n) + strings.Repeat(piece, times)
	}
	for name, html := range map[string]string{
		"deep divisions":         deep("<div>", 500, "<p>Some text, and more.", 2000),
		"a page too big":         deep("<div>", 500, "<p>Some text, and more.", 100_000),
		"tables in tables":       deep("<table><tr><td>", 120, "<p>a", 5000),
		"lists in lists":         deep("<ul><li>", 250, "<li>a", 5000),
		"links without end":      deep("", 0, "<a href=x>some words, here</a> ", 10_000),
		"tags that are reopened": deep("<font color=1><p>", 200, "<p>a", 5000),
		"JSON-LD in graphs":      "<script type=application/ld+json>" + deep(`{"@graph":[`, 5000, "]}", 5000) + "</script><p>a",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			readOne(t, "a.html", html)
			if took := time.Since(start); took > tooLong {
				t.Errorf("took %v", took)
			}
		})
	}
}
