package article

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTextFiles(t *testing.T) {
	day := time.Date(2025, 11, 26, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name, file, content string
		want                Article
	}{
		{"no front matter: every byte is text", "a.txt",
			"\n  A headline\r\n\r\nBody text. \n",
			Article{Title: "A headline", Text: "\n  A headline\r\n\r\nBody text. \n"}},
		{"front matter in YAML", "a.txt",
			"---\nTitle: \"Talks: day two\"\nid: 007\ndate: 2025-11-26\nauthors: [A One, {name: B Two}]\nsource: {name: Sample Wire, domain: s.example}\nurl: https://s.example/1\nlang: en\n---\n\nBody text.\n",
			Article{ID: "007", Title: "Talks: day two", Published: day, Authors: []string{"A One", "B Two"}, Source: "Sample Wire", URL: "https://s.example/1", Language: "en", Text: "\nBody text.\n"}},
		{"front matter in TOML", "a.txt",
			"+++\r\ntitle = \"Talks\"\r\npublished = 2025-11-26T10:00:00+02:00\r\nauthor = \"A One\"\r\nsection = 'World'\r\n+++\r\nBody text.",
			Article{Title: "Talks", Published: day.Add(8 * time.Hour), Authors: []string{"A One"}, Section: "World", Text: "Body text."}},
		{"a day in TOML", "a.txt", "+++\ndate = 2025-11-26\n+++\nBody text.", Article{Title: "Body text.", Published: day, Text: "Body text."}},
		{"front matter that ends in dots", "a.txt", "---\ntitle: T\n...\nBody text.", Article{Title: "T", Text: "Body text."}},
		{"a rule at the top is no front matter", "a.txt", "---\nSome words.\n---\nMore.", Article{Title: "Some words.", Text: "---\nSome words.\n---\nMore."}},
		{"a rule that nothing closes", "a.txt", "---\ntitle: T\nBody text.", Article{Title: "title: T", Text: "---\ntitle: T\nBody text."}},
		{"the date in the file's name", "2025-11-26-kyiv.txt", "Body text.", Article{Title: "Body text.", Published: day, Text: "Body text."}},
		{"the dateline", "a.txt", "KYIV, Nov. 26, 2025 (Sample Wire) — Talks began.", Article{Title: "KYIV, Nov. 26, 2025 (Sample Wire) — Talks began.", Published: day, Text: "KYIV, Nov. 26, 2025 (Sample Wire) — Talks began."}},
		{"front matter goes before the file's name", "2024-01-01.txt", "---\ndate: 2025-11-26\n---\nBody text.", Article{Title: "Body text.", Published: day, Text: "Body text."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readOne(t, tt.file, tt.content)
			if tt.want.ID == "" {
				got.ID = ""
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestFrontMatterThatCannotServe(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "]\n"
	}
	tests := []struct{ name, content, want string }{
		{"YAML with a bare colon", "---\ntitle: Talks: day two\n---\nBody.", "a.txt: front matter: "},
		{"broken TOML", "+++\ntitle = Talks\n+++\nBody.", "a.txt: front matter: "},
		{"nothing behind it", "---\ntitle: T\n---\n", "a.txt: no text"},
		{"a draft", "---\ntitle: T\ndraft: true\n---\nBody.", "a.txt: a draft"},
		{"an unpublished post", "---\ntitle: T\npublished: false\n---\nBody.", "a.txt: a draft"},
		{"aliases that blow up", "---\n" + bomb + "---\n", "a.txt: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			articles, problems := readString(t, "a.txt", tt.content)
			if len(articles) != 0 || len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), tt.want) {
				t.Errorf("got %d articles and %v, want a problem %q", len(articles), problems, tt.want)
			}
		})
	}
}

func TestTitleFromText(t *testing.T) {
	long := "The council of a small town by the river voted on Monday night to build a bridge that residents have asked for since the flood of 1997 washed the old one away and left two villages cut off for over three weeks"
	tests := []struct{ name, text, want string }{
		{"a short first line", "Bridge opens\nThe bridge opened.", "Bridge opens"},
		{"marks around a heading", "\n=====\n## Bridge opens ##\nText", "Bridge opens ##"},
		{"the first sentence of a long line", "Mr. Example of the U.S. Army met Gov. J. Sample in St. Paul. They talked. " + long, "Mr. Example of the U.S. Army met Gov. J. Sample in St. Paul."},
		{"a sentence that is quoted", "“Is it over?” she asked. “It is over.” He left. " + long, "“Is it over?” she asked."},
		{"a long first sentence", long + ".", "The council of a small town by the river voted on Monday night to build a bridge that residents have asked for since the flood of 1997 washed the old one away and left two villages cut off for over…"},
		{"one endless word", strings.Repeat("ü", 300), strings.Repeat("ü", 98) + "…"},
		{"no letters at all", "!?", "!?"},
		{"nothing that is seen", "\u200b", "Untitled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := titleFromText(tt.text); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestMarkdownFiles(t *testing.T) {
	tests := []struct {
		name, content         string
		title, text, headings string // headings apart by " / "
	}{
		{"the first heading is the title", "# Bridge *opens*\n\nFirst\nparagraph.\n\n## Reactions\n\nSecond one.\n", "Bridge opens", "First paragraph.\n\nReactions\n\nSecond one.", "Reactions"},
		{"the title repeated", "---\ntitle: Bridge opens\n---\n# Bridge  opens\n\nText.\n", "Bridge opens", "Text.", ""},
		{"another title than the heading", "---\ntitle: Bridge opens\n---\n# At last\n\nText.\n", "Bridge opens", "At last\n\nText.", "At last"},
		{"a second-level heading opens the text", "## Bridge opens\n\nText.\n\n### More\n", "Bridge opens", "Text.\n\nMore", "More"},
		{"a second-level heading further down", "Text.\n\n## More\n\nText.", "Text.", "Text.\n\nMore\n\nText.", "More"},
		{"an underlined heading", "Bridge opens\n============\n\nText.", "Bridge opens", "Text.", ""},
		{"lists have a line an item", "# T\n\nBefore:\n\n- one\n- two\n  goes on\n\n  still two\n\n3. three\n   - nested\n\nAfter.", "T", "Before:\n\none\ntwo goes on\nstill two\n\nthree\nnested\n\nAfter.", ""},
		{"links keep their words", "# T\n\nSee [the *report*](https://s.example/r \"x\") and <https://s.example> and https://t.example/x.", "T", "See the report and https://s.example and https://t.example/x.", ""},
		{"entities and escapes", `# A &amp; B

1 &lt; 2 \* 3 \&amp; &#8212; &nope;`, "A & B", "1 < 2 * 3 &amp; — &nope;", ""},
		{"code is kept", "# T\n\nRun `a &amp; b`:\n\n```go\nif x {\n\treturn\n}\n```\n\n    indented\n", "T", "Run a &amp; b:\n\nif x {\n\treturn\n}\n\nindented", ""},
		{"HTML is dropped", "# T\n\n<div class=x>\nhidden\n</div>\n\nSeen <b>this</b>.\n\n<!-- note -->", "T", "Seen this.", ""},
		{"tables", "# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nAfter.", "T", "a | b\n1 | 2\n3 | 4\n\nAfter.", ""},
		{"hard breaks and quotes", "# T\n\nline one  \nline two\n\n> quoted\n> words\n", "T", "line one\nline two\n\nquoted words", ""},
		{"a heading is one line", "# T\n\nText.\n\nTwo\nlines\n---\n\nMore.", "T", "Text.\n\nTwo lines\n\nMore.", "Two lines"},
		{"struck out", "# T\n\nIt was ~~red~~ blue.", "T", "It was red blue.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readOne(t, "a.md", tt.content)
			if got.Title != tt.title || got.Text != tt.text {
				t.Errorf("got  %q, %q\nwant %q, %q", got.Title, got.Text, tt.title, tt.text)
			}
			if h := headingsOf(got); h != tt.headings {
				t.Errorf("got headings %q, want %q", h, tt.headings)
			}
		})
	}
}

func headingsOf(a Article) string {
	var words []string
	for _, h := range a.Headings {
		words = append(words, h.Of(a.Text))
	}
	return strings.Join(words, " / ")
}

func TestMarkdownImage(t *testing.T) {
	const body = "# T\n\n![local](a.jpg) ![first](https://s.example/1.jpg) ![second](https://s.example/2.jpg)\n\nText.\n"
	if got := readOne(t, "a.md", body); got.Image != "https://s.example/1.jpg" || got.Text != "Text." {
		t.Errorf("got image %q and text %q", got.Image, got.Text)
	}
	if got := readOne(t, "a.md", "---\nimage: https://s.example/0.jpg\n---\n"+body).Image; got != "https://s.example/0.jpg" {
		t.Errorf("got %q, want the image of the front matter", got)
	}
}

func TestMarkdownIsReadInReasonableTime(t *testing.T) {
	for name, piece := range map[string]string{
		"emphasis that is never closed":  "*a **b ",
		"brackets that are never closed": "[a",
		"nested images":                  "![",
		"backticks of all lengths":       "`a``b```",
		"quotes on every line":           strings.Repeat("> ", 90) + "a\n",
		"autolinks":                      "www.a.b ",
		"angles":                         "<a ",
		"pipes":                          "a|",
		"entities":                       "&a",
		"lines":                          "a\n",
		"items":                          "- a\n",
		"items apart":                    "- a\n\n\n",
		"rows":                           "|a|\n|-|\n",
		"cells":                          "a|b|c|d\n-|-|-|-\n",
		"references apart":               "[a]: b\n\n",
		"links to nowhere":               "[a](",
		"links to a reference":           "[a][b] ",
		"addresses":                      "http://a.b/((",
		"mail":                           "a@b.c ",
		"HTML":                           "<a b='",
		"comments":                       "<!--",
		"instructions":                   "<?",
		"tildes":                         "~~a ~b ",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			readString(t, "a.md", strings.Repeat(piece, 100_000/len(piece)))
			if took := time.Since(start); took > tooLong {
				t.Errorf("took %v", took)
			}
		})
	}
}
