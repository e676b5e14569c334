package answer

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFragmentLink(t *testing.T) {
	const page = "https://wire.example/2025/11/26/visit"
	for _, tt := range []struct{ name, page, sentence, want string }{
		{"a short sentence whole", page, "Otters swim.", page + "#:~:text=Otters%20swim."},
		{"a long one by its ends", page,
			"On Monday the envoy, who had been in Geneva for talks since the weekend, flew on to Moscow to see him there.",
			page + "#:~:text=On%20Monday%20the%20envoy%2C%20who,Moscow%20to%20see%20him%20there."},
		{"signs that the directive gives a meaning", page, "Yes, a 28-point plan & more.", page + "#:~:text=Yes%2C%20a%2028%2Dpoint%20plan%20%26%20more."},
		{"a percent sign and a plus", page, "5% + 3 #1?", page + "#:~:text=5%25%20%2B%203%20%231%3F"},
		{"other scripts", page, "Zürich – 東京", page + "#:~:text=Z%C3%BCrich%20%E2%80%93%20%E6%9D%B1%E4%BA%AC"},
		{"line breaks and odd spaces", page, "Otters\r\n swim\u00a0well.", page + "#:~:text=Otters%20swim%20well."},
		{"a page with a fragment", page + "#top", "Otters swim.", page + "#top:~:text=Otters%20swim."},
		{"a page with a query", page + "?a=1&b=2", "Otters swim.", page + "?a=1&b=2#:~:text=Otters%20swim."},
		{"no page", "", "Otters swim.", ""},
		{"no sentence", page, " \n", page},
		{"one endless word", page, strings.Repeat("x", 500), page},
		{"a long text without spaces", page, strings.Repeat("東京", 100), page},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := fragmentLink(tt.page, tt.sentence); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// directive is the form of a text directive with a start, and perhaps an end,
// all of its syntax escaped.
var directive = regexp.MustCompile(`^:~:text=((?:[A-Za-z0-9._~]|%[0-9A-F]{2})+)(?:,((?:[A-Za-z0-9._~]|%[0-9A-F]{2})+))?$`)

// FuzzFragmentLink states that a link is an address of its page, short enough
// for a button on Discord, whose directive names words as the sentence begins
// and ends.
func FuzzFragmentLink(f *testing.F) {
	for _, s := range []string{
		"Otters swim.", "", "a, b-c & d", strings.Repeat("word ", 100), strings.Repeat("東京 ", 60), strings.Repeat("🚢", 30),
		"x " + strings.Repeat("y", 300), "\xff\xfe bad", "a\x00b", "“Yes,” he said – “no.”", "%41 %zz +", "one\ntwo\r\nthree",
	} {
		f.Add(s)
	}
	f.Add("b c d e f g h i j k" + strings.Repeat("a", 121))
	f.Add(strings.Repeat("a", 121) + " b c d e f g h i j k")
	const page = "https://wire.example/2025/11/26/kremlin-visit"
	f.Fuzz(func(t *testing.T, sentence string) {
		if !utf8.ValidString(sentence) {
			return // articles hold none
		}
		link := fragmentLink(page, sentence)
		if len(link) > 512 {
			t.Fatalf("%d bytes: %s", len(link), link)
		}
		fragment, found := strings.CutPrefix(link, page+"#")
		if !found {
			if link != page {
				t.Fatalf("got %q, which does not lead to the page", link)
			}
			return
		}
		m := directive.FindStringSubmatch(fragment)
		if m == nil {
			t.Fatalf("got the directive %q, which browsers do not read", fragment)
		}
		text := strings.Join(strings.Fields(sentence), " ")
		first, err := url.PathUnescape(m[1])
		if err != nil || !strings.HasPrefix(text, first) {
			t.Errorf("%q does not begin with %q (%v)", text, first, err)
		}
		last, err := url.PathUnescape(m[2])
		if err != nil || !strings.HasSuffix(text, last) {
			t.Errorf("%q does not end in %q (%v)", text, last, err)
		}
	})
}
