package index

import (
	"fmt"
	"strings"
	"testing"

	"github.com/blevesearch/segment"
)

// The scanner of plain ASCII finds the words that the full rules find.
func FuzzWordsFollowUAX29(f *testing.F) {
	f.Add("It's 3.5 percent, 40,000 people; U.S. troops. a:b 1:2 a.1 1.a x_y _ __a 1_000,000.5 'quoted' can't.")
	f.Add("e-mail: who@example.com, http://example.com/a_b?c=d&e=1.5 ... ,,1,,2,, a..b a.'b")
	f.Fuzz(func(t *testing.T, text string) {
		var ascii strings.Builder
		for i := range len(text) {
			if c := text[i]; c > ' ' && c < 127 {
				ascii.WriteByte(c)
			}
		}
		chunk := ascii.String()
		var got, want []string
		eachASCII(chunk, 0, len(chunk), func(start, end int) {
			if word := chunk[start:end]; word != "$" && word != "%" {
				got = append(got, word)
			}
		})
		words := segment.NewWordSegmenterDirect([]byte(chunk))
		for words.Segment() {
			if words.Type() != segment.None && strings.Trim(string(words.Bytes()), "_") != "" {
				want = append(want, string(words.Bytes()))
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: got %q, want %q", chunk, got, want)
		}
	})
}

func TestEachWord(t *testing.T) {
	text := "The “28-point” plan\u00a0— Zelensky’s 40,000 words, 日本語 too."
	var got []string
	EachWord(text, func(start, end int) { got = append(got, text[start:end]) })
	want := "The|28|point|plan|Zelensky’s|40,000|words|日本|本語|too"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}
