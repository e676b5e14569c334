package article

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkBlocks reports where blocks break what Blocks promises of them.
func checkBlocks(t *testing.T, text string, blocks []Block) {
	t.Helper()
	boundary := make([]bool, len(text)+1)
	for i := range text {
		boundary[i] = true
	}
	boundary[len(text)] = true
	at := 0 // everything before is in a sentence or white space
	for i, b := range blocks {
		if b.Len() <= 0 || len(b.Sentences) == 0 || b.Heading && len(b.Sentences) != 1 {
			t.Fatalf("block %d, %v, has %d sentences (heading: %v)", i, b.Span, len(b.Sentences), b.Heading)
		}
		if b.Start != b.Sentences[0].Start || b.End != b.Sentences[len(b.Sentences)-1].End {
			t.Fatalf("block %d, %v, is not what its sentences cover: %v", i, b.Span, b.Sentences)
		}
		for _, s := range b.Sentences {
			if s.Start < at || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("sentence %v of block %d begins before %d, is empty or leaves the text", s, i, at)
			}
			if !boundary[s.Start] || !boundary[s.End] {
				t.Fatalf("sentence %v of block %d cuts a character", s, i)
			}
			if got := s.Of(text); strings.TrimSpace(got) != got || len(got) > maxSentence {
				t.Fatalf("sentence %v of block %d has white space at its ends or is too long", s, i)
			}
			if gap := text[at:s.Start]; strings.TrimSpace(gap) != "" {
				t.Fatalf("%q before %v is in no sentence", gap, s)
			}
			at = s.End
		}
	}
	if rest := text[at:]; strings.TrimSpace(rest) != "" {
		t.Fatalf("%q at the end is in no sentence", rest)
	}
}

// FuzzBlocks: whatever the text and the headings, the promises of Blocks hold,
// and a heading that could be taken is taken.
func FuzzBlocks(f *testing.F) {
	for _, tt := range sentenceTests {
		f.Add(strings.ReplaceAll(tt.text, "|", ""), 0, 3, 5, 9)
	}
	f.Add(wrapped, 0, 19, 21, 80)
	for _, s := range shapes {
		f.Add(strings.Repeat(s, 3000/len(s)), 1, 2, 1000, 2900)
	}
	f.Add("\xe2\x80.\xff \xc2\xa0\x80\x85A", 1, 2, 3, 4)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		checkBlocks(t, text, Blocks(text, nil))
		blocks := Blocks(text, []Span{{a, b}, {c, d}})
		checkBlocks(t, text, blocks)
		if a < 0 || a >= b || b > len(text) || b-a > maxSentence || !utf8.ValidString(text) ||
			!utf8.RuneStart(text[a]) || b < len(text) && !utf8.RuneStart(text[b]) {
			return
		}
		want := strings.TrimFunc(text[a:b], unicode.IsSpace)
		for _, block := range blocks {
			if block.Heading && block.Of(text) == want && block.Start >= a && block.End <= b {
				return
			}
		}
		if want != "" {
			t.Fatalf("heading %q at %d is not among the blocks", want, a)
		}
	})
}

// shapes are the beginnings of texts that could make the cutting slow: each,
// repeated, keeps something waiting for an end that never comes.
var shapes = []string{
	"a", " ", "\n", "a\n", "\r", ".", ". ", "a. ", "A. ", "“", "“a", "“a. ", "\"", "\" ", "'a ", "(", "((a))", ")",
	"« ", ".« ", ". . ", ".\"", ".) ", "…", "。", "「", "」。", "“?” A ", "“?” Ana ", "[1]", ".[1]", "Mr. ", "a.b.c.",
	"U.S. ", "word ", "word\n", "Title Case\n", "nets, ", "\u2028", "\u00a0", "\u200b", "न", "船", "\xff", "\xe2\x80", "-",
	"1. ", "?!", "what a line that is of forty columns wide\n",
}

// TestAnyShapeIsCut goes through half a mebibyte of each shape. Work that grew with
// the square of the length would not end within the time that a test may take.
func TestAnyShapeIsCut(t *testing.T) {
	for _, s := range shapes {
		text := strings.Repeat(s, (1<<19)/len(s))
		checkBlocks(t, text, Blocks(text, nil))
	}
}

// BenchmarkBlocks cuts the golden text over and over, as one text, and the
// shapes. Growing a shape must leave its MB/s about the same.
func BenchmarkBlocks(b *testing.B) {
	news := strings.Repeat("The council voted 7–2 on Tuesday to spend $1.2m on moving it 300 m. along the quay. "+
		"“People here told the time by it. It groaned at six,” said Mrs. Ada Finch of St. Anne, 81. "+
		"Dr. J. K. Osei, who leads the board, called the vote “a relief.” He had feared the worst.\n", 4000)
	bench := func(name, text string) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Blocks(text, nil)
			}
		})
	}
	bench("news", news)
	for _, s := range []string{"“a. ", ".« ", "“?” Ana ", "A. ", "न", "word ", "a\n"} {
		for _, size := range []int{1 << 18, 1 << 22} {
			bench(fmt.Sprintf("%q/%d", s, size), strings.Repeat(s, size/len(s)))
		}
	}
}
