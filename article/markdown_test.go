package article

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Without the bounds on markup these take ten minutes and all memory.
func TestMarkdownOfStrangersEnds(t *testing.T) {
	const size = 1_000_000
	ladder := func(rung string) string {
		var b strings.Builder
		for i := 1; b.Len() < size; i++ {
			b.WriteString(strings.Repeat(rung, i) + " a\n")
		}
		return b.String()
	}
	var nested strings.Builder
	for i := range 99 {
		nested.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	for name, content := range map[string]string{
		"marks that cross":           strings.Repeat("*a_ ", size/4),
		"marks of all kinds":         strings.Repeat("**a_ b* ~~c __d ", size/16),
		"one run of marks":           strings.Repeat("*", size/2) + "a" + strings.Repeat("*", size/2),
		"one run of tildes":          strings.Repeat("~", size),
		"backticks of all lengths":   ladder("`"),
		"open brackets":              strings.Repeat("[", size),
		"brackets in each other":     strings.Repeat("[", size/10) + strings.Repeat("]", size/10),
		"brackets around tags":       strings.Repeat("[", size/20) + strings.Repeat("<b>", size/30) + strings.Repeat("]", size/20),
		"links that do not end":      strings.Repeat("[a](b \"", 900) + strings.Repeat("<b>\n", size/20),
		"empty lines in deep lists":  nested.String() + strings.Repeat("\n", size) + "a",
		"a wide table of short rows": strings.Repeat("|a", size/6) + "\n" + strings.Repeat("|-", size/6) + "\n" + strings.Repeat("|b\n", size/9),
		"escaped pipes in a table":   "|a|b|\n|-|-|\n" + strings.Repeat("|`a\\|b`|c|\n", size/11),
		"escapes before backticks":   strings.Repeat("\\```", size/4),
	} {
		t.Run(name, func(t *testing.T) {
			articles, problems := readString(t, "a.md", "# T\n\nIntroduction.\n\n"+content)
			if len(articles) != 1 || len(problems) != 0 || !strings.HasPrefix(articles[0].Text, "Introduction.") {
				t.Errorf("got %d articles and %v, want one", len(articles), problems)
			}
		})
	}
	t.Run("lists in each other", func(t *testing.T) {
		var b strings.Builder
		for i := range 600 {
			b.WriteString(strings.Repeat("  ", i) + "- a\n")
		}
		wantTooDeep(t, b.String())
	})
	t.Run("junk of all kinds", func(t *testing.T) {
		pieces := []string{"*", "_", "~~", "`", "[", "](", ")", "!", "<", ">", "\n", "\n\n", "- ", "1. ", "> ", "a ", "|", "|-|\n", "[a]: b\n", "```\n", "<!--", "http://a.b/", "\\", "\t", "# "}
		rng := rand.New(rand.NewPCG(1, 2))
		var b strings.Builder
		for b.Len() < 1_000_000 {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		if articles, problems := readString(t, "a.md", b.String()); len(articles)+len(problems) != 1 {
			t.Errorf("got %d articles and %v", len(articles), problems)
		}
	})
}

func wantTooDeep(t *testing.T, content string) {
	t.Helper()
	articles, problems := readString(t, "a.md", content)
	if len(articles) != 0 || len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), "a.md: nested too deeply: over 100 quotes and lists") {
		t.Errorf("got %d articles and %v, want a problem", len(articles), problems)
	}
}

// What is within the bounds is markup; what is beyond is read as it stands.
func TestMarkdownBounds(t *testing.T) {
	many := func(n int, piece string) string { return strings.TrimSpace(strings.Repeat(piece, n)) }
	// Runs of backticks of which none is as long as another, nor one alone.
	stray := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat("`", i+2) + "a ")
		}
		return b.String()
	}
	for _, tt := range []struct{ name, content, want string }{
		{"emphasis", many(250, "*a* "), many(250, "a ")},
		{"too much emphasis", many(253, "*a* "), many(250, "a ") + " " + many(3, "*a* ")},
		{"the next paragraph is counted anew", many(253, "*a* ") + "\n\n*b*", many(250, "a ") + " " + many(3, "*a* ") + "\n\nb"},
		{"each item of a list is counted by itself", many(600, "- **a**\n"), many(600, "a\n")},
		{"emphasis in emphasis", strings.Repeat("*", 20) + "a" + strings.Repeat("*", 20), "a"},
		{"a run that is too long", strings.Repeat("*", 21) + "a" + strings.Repeat("*", 21), strings.Repeat("*", 21) + "a" + strings.Repeat("*", 21)},
		{"blanks to fill in", "Name: ______________________________, *please*", "Name: ______________________________, please"},
		{"links", many(200, "[a](b) "), many(200, "a ")},
		{"too many links", many(202, "[a](b) "), many(200, "a ") + " " + many(2, "[a](b) ")},
		{"code after stray backticks", stray(99) + "`b`", stray(99) + "b"},
		{"code after too many of them", stray(100) + "`b`", stray(100) + "`b`"},
		{"a table with gaps", "|a|b|c|\n|-|-|-|\n" + many(60, "|d|\n"), "a | b | c" + strings.Repeat("\nd | |", 60)},
		{"a table of gaps", "|" + many(99, "a|") + "\n|" + many(99, "-|") + "\n" + many(20, "b\n"),
			"|" + many(99, "a|") + " |" + many(99, "-|") + " " + many(20, "b ")},
		{"quotes and lists in each other", many(50, "> - ") + " a", "a"},
		{"a rule of many hyphens", many(200, "- ") + "\n\na", "a"},
		{"several empty lines", "a\n\n\n \n\nb\n\n- c\n\n\n- d\n\n\n      code", "a\n\nb\n\nc\nd\ncode"},
		{"a line of white space that is not empty", "a\n\u00a0\n\nb", "a\n\nb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := readOne(t, "a.md", "# T\n\nIntroduction.\n\n"+tt.content).Text; got != "Introduction.\n\n"+tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
	wantTooDeep(t, many(51, "> - ")+" a")
}
