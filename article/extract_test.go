package article

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"golang.org/x/net/html/charset"
)

// A knownText is an article as testdata/pages/texts.txt has it; pages are made
// of it, and it has to be found in them again.
type knownText struct {
	Title, URL string
	Blocks     []knownBlock
	Noise      []string // what readers and other articles say around it
}

type knownBlock struct {
	Kind string // paragraph, heading, bold, item, quote or row
	Text string // "*" around what is emphasised
	HTML string // as most pages have it
}

var emphasised = regexp.MustCompile(`\*([^*]+)\*`)

// Inline is the block's words with what is emphasised in them.
func (b knownBlock) Inline() string {
	return emphasised.ReplaceAllString(html.EscapeString(b.Text), "<em>$1</em>")
}

func (b knownBlock) plain() string { return strings.NewReplacer("*", "", "|", " ").Replace(b.Text) }

func knownTexts(t testing.TB) map[string]*knownText {
	raw, err := os.ReadFile("testdata/pages/texts.txt")
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]*knownText)
	var k *knownText
	for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
		switch {
		case strings.HasPrefix(line, "=== "):
			name := strings.Fields(line)[1]
			k = &knownText{URL: "https://news.example/2025/" + name}
			texts[name] = k
		case strings.HasPrefix(line, "# "):
			k.Title = line[2:]
		default:
			k.Blocks = append(k.Blocks, blockOf(line))
		}
	}
	for _, k := range texts {
		k.joinLists()
		k.Noise = []string{
			"The guild had never had a woman at its head in its two hundred and ten years, and the vote on Thursday evening was not even close in the end.",
			"I was there when it happened and nobody lifted a finger. Typical of this town, where things only move when somebody important is late for dinner.",
			"Could someone explain to me why this was not done ten years ago, when the money was there? Asking for a friend who pays his taxes here.",
			"Her bakery on the market square is known for a rye bread that needs three days. She wants to bring apprentices back into the trade, she said.",
			"Well written, thank you. One small thing: the year in the second paragraph should be checked, since my father always told it differently.",
		}
	}
	return texts
}

func blockOf(line string) knownBlock {
	kinds := []struct{ mark, kind, html string }{
		{"## ", "heading", "<h2>%s</h2>"}, {"- ", "item", "<li>%s</li>"}, {"> ", "quote", "<blockquote><p>%s</p></blockquote>"},
		{"|", "row", "%s"}, {"**", "bold", "<p><strong>%s</strong></p>"}, {"", "paragraph", "<p>%s</p>\n"},
	}
	for _, k := range kinds {
		if rest, ok := strings.CutPrefix(line, k.mark); ok {
			b := knownBlock{Kind: k.kind, Text: strings.TrimSuffix(rest, k.mark)}
			b.HTML = fmt.Sprintf(k.html, b.Inline())
			if b.Kind == "row" {
				b.HTML = "<tr><td>" + strings.ReplaceAll(b.Text, "|", "</td><td>") + "</td></tr>"
			}
			return b
		}
	}
	panic("unreachable: the last mark is empty")
}

// joinLists puts <ul> and <table> around items and rows.
func (k *knownText) joinLists() {
	tags := map[string]string{"item": "ul", "row": "table"}
	for i := range k.Blocks {
		tag := tags[k.Blocks[i].Kind]
		if tag == "" {
			continue
		}
		if i == 0 || k.Blocks[i-1].Kind != k.Blocks[i].Kind {
			k.Blocks[i].HTML = "<" + tag + ">" + k.Blocks[i].HTML
		}
		if i+1 == len(k.Blocks) || k.Blocks[i+1].Kind != k.Blocks[i].Kind {
			k.Blocks[i].HTML += "</" + tag + ">"
		}
	}
}

// Part is the HTML of the blocks from one up to another. Lists stay whole.
func (k *knownText) Part(from, to int) string {
	var b strings.Builder
	for i, block := range k.Blocks {
		if k.startOf(i) >= from && k.startOf(i) < to {
			b.WriteString(block.HTML)
		}
	}
	return b.String()
}

// startOf returns where the list begins that block i is part of, else i.
func (k *knownText) startOf(i int) int {
	for i > 0 && (k.Blocks[i].Kind == "item" || k.Blocks[i].Kind == "row") && k.Blocks[i-1].Kind == k.Blocks[i].Kind {
		i--
	}
	return i
}

func (k *knownText) From(i int) []knownBlock { return k.Blocks[i:] }
func (k *knownText) JSTitle() string         { return jsonInside(k.Title) }
func (k *knownText) JSBody() string          { return jsonInside(k.plain()) }

func (k *knownText) plain() string {
	var lines []string
	for _, b := range k.Blocks {
		lines = append(lines, b.plain())
	}
	return strings.Join(lines, "\n\n")
}

func jsonInside(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw[1 : len(raw)-1])
}

// A lookAlike is a page in the form that some kind of news site has.
type lookAlike struct {
	kind, name  string
	contentType string
	html        []byte
	known       *knownText
}

var pageHeader = regexp.MustCompile(`^\{\{/\* texts: ([a-z ]+?)(?:; charset: (\S+); header: (.*?))? \*/\}\}`)

// lookAlikes makes every page: each form with each of the texts that it names.
func lookAlikes(t testing.TB) []lookAlike {
	texts := knownTexts(t)
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	var pages []lookAlike
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSuffix(filepath.Base(file), ".html")
		header := pageHeader.FindStringSubmatch(string(raw))
		if header == nil {
			t.Fatalf("%s does not begin with its texts", file)
		}
		form, err := template.New(kind).Parse(string(raw))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields(header[1]) {
			p := lookAlike{kind: kind, name: kind + "/" + name, contentType: header[3], known: texts[name]}
			var b bytes.Buffer
			if err := form.Execute(&b, p.known); err != nil {
				t.Fatal(err)
			}
			p.html = b.Bytes()
			if e, _ := charset.Lookup(header[2]); header[2] != "" {
				if p.html, err = e.NewEncoder().Bytes(p.html); err != nil {
					t.Fatalf("%s: %v", p.name, err)
				}
			}
			pages = append(pages, p)
		}
	}
	return pages
}

// tokenF1 compares two texts as bags of words; in scripts without spaces each
// letter is a word.
func tokenF1(got, want string) float64 {
	count := make(map[string]int)
	wanted := tokens(want)
	for _, w := range wanted {
		count[w]++
	}
	both := 0
	found := tokens(got)
	for _, w := range found {
		if count[w]--; count[w] >= 0 {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	precision, recall := float64(both)/float64(len(found)), float64(both)/float64(len(wanted))
	return 2 * precision * recall / (precision + recall)
}

func tokens(s string) []string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			b.WriteString(" " + string(r) + " ")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// Whatever a page has around its article, the text that is found is the
// article's: with all its words, and hardly any of others. -v prints the
// figures of each kind of page.
func TestExtraction(t *testing.T) {
	const wantMean, wantEach = .95, .85
	pages := lookAlikes(t)
	if len(pages) < 60 {
		t.Errorf("%d pages, want 60", len(pages))
	}
	sums, counts := make(map[string]float64), make(map[string]float64)
	sum, least := 0.0, 1.0
	for _, p := range pages {
		found, err := ParsePage(p.html, p.contentType, p.known.URL+"?utm_source=x")
		f1 := tokenF1(found.Article.Text, p.known.plain())
		if err != nil || f1 < wantEach {
			t.Errorf("%s: F1 %.3f, want %.2f: %v\n%s", p.name, f1, wantEach, err, found.Article.Text)
		}
		if f1 < .99 {
			t.Logf("%s: F1 %.3f: too much %q, missing %q", p.name, f1, differing(found.Article.Text, p.known.plain()), differing(p.known.plain(), found.Article.Text))
		}
		if found.Article.Title != p.known.Title {
			t.Errorf("%s: got title %q", p.name, found.Article.Title)
		}
		if found.Article.URL != p.known.URL {
			t.Errorf("%s: got URL %q", p.name, found.Article.URL)
		}
		sums[p.kind] += f1
		counts[p.kind]++
		sum += f1
		least = min(least, f1)
	}
	for _, kind := range slices.Sorted(func(yield func(string) bool) {
		for k := range sums {
			if !yield(k) {
				return
			}
		}
	}) {
		t.Logf("%-12s %.3f", kind, sums[kind]/counts[kind])
	}
	mean := sum / float64(len(pages))
	t.Logf("%d pages: mean F1 %.4f, least %.3f", len(pages), mean, least)
	if mean < wantMean {
		t.Errorf("mean F1 %.4f, want %.2f", mean, wantMean)
	}
}

// differing lists the words of a that b does not have as often.
func differing(a, b string) []string {
	count := make(map[string]int)
	for _, w := range tokens(b) {
		count[w]++
	}
	var more []string
	for _, w := range tokens(a) {
		if count[w]--; count[w] < 0 {
			more = append(more, w)
		}
	}
	return more
}
