package bot

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestArticleTextMeansNothingToMarkdown(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain text", "It opened at 12:30, for 3.5 million (net).", "It opened at 12:30, for 3.5 million (net)."},
		{"emphasis", "*a* _b_ ~~c~~ `d` ||e||", `\*a\* \_b\_ \~\~c\~\~ \` + "`d\\`" + ` \|\|e\|\|`},
		{"backslash", `C:\temp\*`, `C:\\temp\\\*`},
		{"everyone", "@everyone @here", `\@everyone \@here`},
		{"mentions", "<@12> <@&3> <#4> </ask:5> <id:home>", `\<\@12\> \<\@&3\> \<\#4\> \</ask:5\> \<id:home\>`},
		{"timestamp and emoji", "<t:1:R> <:x:9>", `\<t:1:R\> \<:x:9\>`},
		{"masked link", "[free](https://evil.example)", `\[free\](https\://evil.example)`},
		{"address", "see http://a.example/b_c", `see http\://a.example/b\_c`},
		{"heading", "# Big", `\# Big`},
		{"small text", "-# tiny", `\-\# tiny`},
		{"list", "- one\n  - two\n+ three\nwell-known", "\\- one\n  \\- two\n\\+ three\nwell-known"},
		{"numbers", "1. one\n 23) two\nin 2025. Then", "1\\. one\n 23\\) two\nin 2025. Then"},
		{"numbers behind spaces of other kinds", "\u00a01. one\n\u30002) two\n\u2003- three\n\u00a0 \u00a04. four", "1\\. one\n\u30002\\) two\n\u2003\\- three\n\u00a0 \u00a04\\. four"},
		{"block quote", "> a\n>>> b", "\\> a\n\\>\\>\\> b"},
		{"code fence", "```js", "\\`\\`\\`js"},
		{"control characters", "a\x00b\x1b[31mc\x7f", `ab\[31mc`},
		{"direction", "abc\u202edef\u2066x\u200f", "abcdefx"},
		{"invisible", "pass\u200bword\ufeff", "password"},
		{"line ends", "a\r\nb\u2028c\vd", "a\nb\nc\nd"},
		{"bytes that are no text", "a\xffb", "a\ufffdb"},
		{"joined emoji", "👩‍🚀 ok", "👩‍🚀 ok"},
	} {
		if got := join(glyphs(c.text, true, 1<<20)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := join(glyphs("a\nb\r\nc", false, 1<<20)); got != "a b c" {
		t.Errorf("one line: got %q", got)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name, text string
		most       int
		want       string
	}{
		{"fits", "Short.", 6, "Short."},
		{"behind a sentence", "The first one. The second is longer.", 25, "The first one. …"},
		{"behind a sentence in quotes", `"It is." They say so often`, 15, `"It is." …`},
		{"not behind an early sentence", "No. A very long sentence follows here", 30, "No. A very long sentence…"},
		{"behind a word", "one two three four", 12, "one two…"},
		{"within a word", "abcdefghijklmnop", 10, "abcdefgh…"},
		{"not within an escape", "****", 5, `\*…`},
		{"not within an emoji", "👩‍🚀👩‍🚀👩‍🚀👩‍🚀", 9, "👩‍🚀👩‍🚀…"},
		{"not within an accent", strings.Repeat("e\u0301", 9), 9, strings.Repeat("e\u0301", 3) + "…"},
		{"nothing fits", "abc", 1, ""},
		{"spaces around", "  a b  ", 3, "a b"},
		{"spaces of all kinds and nothing else", "\u3000\u00a0 \u2003", 9, ""},
	} {
		gs, shortened := cut(glyphs(c.text, true, 1<<20), c.most)
		if got := join(gs); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if cost(gs) > c.most {
			t.Errorf("%s: %d characters, want at most %d", c.name, cost(gs), c.most)
		}
		if want := c.want != strings.TrimSpace(c.text); shortened != want {
			t.Errorf("%s: got shortened %v", c.name, shortened)
		}
	}
}

// seenBy reads a text as Discord does: a backslash before a sign vanishes.
func seenBy(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] < utf8.RuneSelf && (unicode.IsPunct(rune(s[i+1])) || unicode.IsSymbol(rune(s[i+1]))) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// constructs are what Discord's Markdown reads, as a small model of it: it
// takes a backslash before a sign for the sign alone, and knows nothing else
// that would keep a construct from being one.
// https://support.discord.com/hc/en-us/articles/210298617
var constructs = map[string]*regexp.Regexp{
	"emphasis":     regexp.MustCompile(`\*|_|~~`),
	"code":         regexp.MustCompile("`"),
	"spoiler":      regexp.MustCompile(`\|\|`),
	"mention":      regexp.MustCompile(`<(@[!&]?|#)\d+>|<id:|@(everyone|here)`),
	"command":      regexp.MustCompile(`</[^>]*:\d+>`),
	"timestamp":    regexp.MustCompile(`<t:-?\d+(:[a-zA-Z])?>`),
	"custom emoji": regexp.MustCompile(`<a?:\w+:\d+>`),
	"masked link":  regexp.MustCompile(`\[[^\]]*\]\(`),
	"address":      regexp.MustCompile(`\w://`),
	"heading":      regexp.MustCompile(`(?m)^[\s\p{Z}]*#{1,3}`),
	"small text":   regexp.MustCompile(`(?m)^[\s\p{Z}]*-#`),
	"list":         regexp.MustCompile(`(?m)^[\s\p{Z}]*([-*+]|\d+[.)])([\s\p{Z}]|$)`),
	"quote":        regexp.MustCompile(`(?m)^[\s\p{Z}]*>`),
}

// readAsMarkdown names the constructs in a text.
func readAsMarkdown(text string) []string {
	text = regexp.MustCompile(`\\[!-/:-@\[-`+"`"+`{-~]`).ReplaceAllString(text, "\ue000")
	var found []string
	for name, form := range constructs {
		if form.MatchString(text) {
			found = append(found, name)
		}
	}
	return found
}

func TestTheModelKnowsMarkdown(t *testing.T) {
	for name, text := range map[string]string{
		"emphasis": "a *b*", "code": "a `b`", "spoiler": "||a||", "mention": "hi <@12>", "command": "</ask:5>", "timestamp": "<t:12:R>",
		"custom emoji": "<:x:9>", "masked link": "[a](b)", "address": "http://a.example", "heading": "x\n# a", "small text": "-# a", "list": "x\n 1. a", "quote": "> a",
	} {
		if found := readAsMarkdown(text); !slices.Contains(found, name) {
			t.Errorf("%q: got %q, want %s", text, found, name)
		}
	}
}

// FuzzEscape: what people see is the text, sign for sign, but for characters
// that show nothing; and no cut is longer than asked for.
func FuzzEscape(f *testing.F) {
	f.Add("- a *b* <@1> https://x \\n [1](y)", 10)
	f.Add("\u00a01. a\n\u3000- b", 9)
	f.Add("1. e\u0301\u202e\r\n> 👩‍🚀", 3)
	f.Fuzz(func(t *testing.T, text string, most int) {
		text = strings.ToValidUTF8(text, "?")
		shown := seenBy(join(glyphs(text, true, 1<<20)))
		seen := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) || unicode.Is(unicode.C, r) && r != 0x200c && r != 0x200d || unicode.IsControl(r) {
					return -1
				}
				return r
			}, s)
		}
		if found := readAsMarkdown(join(glyphs(text, true, 1<<20))); len(found) > 0 {
			t.Fatalf("%q: %q gets through", text, found)
		}
		if seen(shown) != seen(text) {
			t.Fatalf("%q is shown as %q", text, shown)
		}
		most = max(0, min(most, 5000))
		gs, _ := cut(glyphs(text, true, 1<<20), most)
		if n := utf8.RuneCountInString(join(gs)); n > most {
			t.Fatalf("cut to %d: got %d", most, n)
		}
	})
}
