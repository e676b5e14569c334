package article

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var updateSentences = flag.Bool("update-sentences", false, "write the golden segmentation anew")

// show writes blocks one a line, headings after "# ", with a bar at each cut.
func show(text string, blocks []Block) string {
	var b strings.Builder
	for _, block := range blocks {
		if block.Heading {
			b.WriteString("# ")
		}
		for i, s := range block.Sentences {
			if i > 0 {
				b.WriteString(" | ")
			}
			b.WriteString(strings.ReplaceAll(s.Of(text), "\n", "⏎"))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

const prose = "The ferry left at dawn, and nobody on the quay noticed."

// wrapped is a text of three paragraphs, hard-wrapped to 48 columns.
const wrapped = `Crane Saved at Last

The last steam crane of the port will not be
scrapped. The council voted on Tuesday to move
it along the quay, where it is to become the
centre of a museum.

- New rails, which must come from the works in
the north of the country.
- A roof.

Nobody knows what that will cost in the end, of
course. The mayor says that the sum is final.
`

var blockTests = []struct {
	name, text string
	headings   []Span
	want       []string
}{
	{name: "nothing", text: " \n\t\r\n\n"},
	{name: "paragraphs by blank lines", text: "One.\n\nTwo.\n \t\nThree.", want: []string{"One.", "Two.", "Three."}},
	{name: "paragraphs by line breaks of Windows", text: "One.\r\n\r\nTwo.\r\nThree.\r\n", want: []string{"One.", "Two.", "Three."}},
	{name: "every kind of line break", text: "One.\rTwo.\u2028Three.\u2029Four.", want: []string{"One.", "Two.", "Three.", "Four."}},
	{name: "sentences within a paragraph", text: "One. Two.\nThree.", want: []string{"One. | Two.", "Three."}},
	{
		name: "a heading by its form",
		text: prose + "\nFighting Continues on the Ground\n" + prose,
		want: []string{prose, "# Fighting Continues on the Ground", prose},
	},
	{
		name: "a heading at the top",
		text: "Key Issues Still Divide Moscow and Kyiv\n" + prose,
		want: []string{"# Key Issues Still Divide Moscow and Kyiv", prose},
	},
	{
		name: "a heading in small letters between paragraphs",
		text: prose + "\n\nHow the money was spent\n\n" + prose,
		want: []string{prose, "# How the money was spent", prose},
	},
	{
		name: "lines at the top that are no heading",
		text: "CNN —\n" + prose,
		want: []string{"CNN —", prose},
	},
	{
		name: "a line with a sentence's end is no heading",
		text: prose + "\nNobody Knew Why.\n" + prose + "\nHe said:\n" + prose + "\n“Nobody Knew!”\n" + prose,
		want: []string{prose, "Nobody Knew Why.", prose, "He said:", prose, "“Nobody Knew!”", prose},
	},
	{
		name: "a byline, a credit, a date, a number and a list item are no headings",
		text: strings.Join([]string{"By Ana Ruiz", "Ana Ruiz/Getty Images", "Jan. 20, 2017", "1,200", "• Red Paint"}, "\n"+prose+"\n") + "\n" + prose,
		want: []string{"By Ana Ruiz", prose, "Ana Ruiz/Getty Images", prose, "Jan. 20, 2017", prose, "1,200", prose, "• Red Paint", prose},
	},
	{
		name: "a caption with its credit is no heading",
		text: prose + "\nThe crane last week. Ana Ruiz\n" + prose,
		want: []string{prose, "The crane last week. | Ana Ruiz", prose},
	},
	{
		name: "a long line is no heading",
		text: prose + "\nThis Line Has Far Too Many Words To Be A Heading That Anyone Would Set\n" + prose,
		want: []string{prose, "This Line Has Far Too Many Words To Be A Heading That Anyone Would Set", prose},
	},
	{
		name: "the last line is no heading",
		text: prose + "\nMore News Tomorrow",
		want: []string{prose, "More News Tomorrow"},
	},
	{
		name: "a menu above a text is no row of headings",
		text: "Home\nWorld News\nLocal Sports Results\n" + prose,
		want: []string{"Home", "World News", "Local Sports Results", prose},
	},
	{
		name: "a poem is no row of headings",
		text: "The River Ran\nBeneath The Hill\nAnd All Was Still\nUntil It Ran",
		want: []string{"The River Ran", "Beneath The Hill", "And All Was Still", "Until It Ran"},
	},
	{
		name:     "headings of the markup, and no others",
		text:     "why?\n" + prose + "\nFighting Continues on the Ground\n" + prose,
		headings: []Span{{0, 4}},
		want:     []string{"# why?", prose, "Fighting Continues on the Ground", prose},
	},
	{
		name:     "markup without a heading",
		text:     "Fighting Continues on the Ground\n" + prose,
		headings: []Span{},
		want:     []string{"Fighting Continues on the Ground", prose},
	},
	{
		name:     "a heading of the markup in the middle of a line, of two sentences",
		text:     "One. Two? No! Three.",
		headings: []Span{{4, 14}},
		want:     []string{"One.", "# Two? No!", "Three."},
	},
	{
		name:     "headings that cannot be",
		text:     "Één. Two. Three.",
		headings: []Span{{-1, 2}, {1, 4}, {0, 1}, {6, 6}, {7, 10}, {8, 12}, {12, 99}, {9, 3}},
		want:     []string{"Één.", "# Two", ". | Three."},
	},
	{
		name:     "a heading of white space",
		text:     "One.  Two.",
		headings: []Span{{4, 6}},
		want:     []string{"One.", "Two."},
	},
	{
		name: "a hard-wrapped text",
		text: wrapped,
		want: []string{
			"# Crane Saved at Last",
			"The last steam crane of the port will not be⏎scrapped. | The council voted on Tuesday to move⏎it along the quay, where it is to become the⏎centre of a museum.",
			"- New rails, which must come from the works in⏎the north of the country.",
			"- A roof.",
			"Nobody knows what that will cost in the end, of⏎course. | The mayor says that the sum is final.",
		},
	},
	{
		name:     "a wrapped text with markup keeps its lines",
		text:     "A crane that nobody wants to have at\nhome or by the sea, in the middle of\nwinter or in summer, as I have often\nsaid before.",
		headings: []Span{},
		want: []string{"A crane that nobody wants to have at", "home or by the sea, in the middle of",
			"winter or in summer, as I have often", "said before."},
	},
	{
		name: "a short paragraph ends a wrapped one even without a blank line",
		text: strings.Replace(wrapped, "centre of a museum.\n\n", "museum.\n", 1),
		want: []string{
			"# Crane Saved at Last",
			"The last steam crane of the port will not be⏎scrapped. | The council voted on Tuesday to move⏎it along the quay, where it is to become the⏎museum.",
			"- New rails, which must come from the works in⏎the north of the country.",
			"- A roof.",
			"Nobody knows what that will cost in the end, of⏎course. | The mayor says that the sum is final.",
		},
	},
}

func TestBlocks(t *testing.T) {
	for _, tt := range blockTests {
		t.Run(tt.name, func(t *testing.T) {
			got := show(tt.text, Blocks(tt.text, tt.headings))
			if want := strings.Join(append(tt.want, ""), "\n"); got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
}

// TestWrapWidth: the table and the verse must not be read as one paragraph.
func TestWrapWidth(t *testing.T) {
	row := "arrived        on time        without cargo      yes\n"
	tests := []struct {
		name, text string
		want       int
	}{
		{"hard-wrapped prose", wrapped, 47},
		{"one line for each paragraph", strings.Repeat(prose+" "+prose+" "+prose+"\n", 9), 0},
		{"short sentences, one a line", strings.Repeat(prose+"\n", 9), 0},
		{"verse", "the river ran beneath the hill\nand all was still\nuntil it ran again to where the sea began\nand on it ran\n", 0},
		{"a table in capitals", strings.Repeat(strings.ToUpper(row), 9), 0},
		{"a narrow list", strings.Repeat("red paint\nblue paint\n", 9), 0},
		{"nothing", "", 0},
	}
	for _, tt := range tests {
		if got := wrapWidth(tt.text); got != tt.want {
			t.Errorf("%s: got %d columns, want %d", tt.name, got, tt.want)
		}
	}
}

func TestGoldenSegmentation(t *testing.T) {
	in, err := os.ReadFile(filepath.Join("testdata", "sentences", "harbour.txt"))
	if err != nil {
		t.Fatal(err)
	}
	got := show(string(in), Blocks(string(in), nil))
	golden := filepath.Join("testdata", "sentences", "harbour.golden")
	if *updateSentences {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("segmentation changed; see it with -update-sentences\ngot:\n%s", got)
	}
}

// TestSharedArticle reads the example article that lies beside the project, if
// it does.
func TestSharedArticle(t *testing.T) {
	files, _ := filepath.Glob("../../shared/articles/*.txt")
	var headings []string
	for _, f := range files {
		in, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := string(in)
		blocks := Blocks(text, nil)
		checkBlocks(t, text, blocks)
		for _, b := range blocks {
			if b.Heading {
				headings = append(headings, b.Of(text))
			}
		}
	}
	if len(files) != 1 {
		t.Logf("%d example articles in ../shared/articles: nothing known to compare with", len(files))
		return
	}
	want := []string{
		"Kushner May Join, Trump Says Land Concessions Will Be Required",
		"Key Issues Still Divide Moscow and Kyiv",
		"US, Europe, and Ukraine Discuss Next Steps",
		"Disputed Draft and Leaked Call Add Tension",
		"Fighting Continues on the Ground",
	}
	if !slices.Equal(headings, want) {
		t.Errorf("got headings %q, want %q", headings, want)
	}
}
