package answer

import (
	"fmt"
	"sync"
	"testing"
)

// Each word has one number, whoever asks first, up to the bound; and its form
// is what it is without a list.
func TestWordsAreNumberedOnce(t *testing.T) {
	const words, askers = 3000, 4
	var v vocabulary
	numbers := make([][]int32, askers)
	var wait sync.WaitGroup
	for a := range askers {
		wait.Go(func() {
			list := v.in("")
			for i := range words {
				word := fmt.Sprintf("Word%ds", (i+a*words/askers)%words)
				f := list.of(word)
				if want := formOf("", word, false); f.term != want.term || f.class != want.class {
					t.Errorf("%s: got %+v, want %+v", word, f, want)
				}
			}
			for i := range words {
				numbers[a] = append(numbers[a], list.of(fmt.Sprintf("Word%ds", i)).n)
			}
		})
	}
	wait.Wait()
	seen := make(map[int32]bool)
	for i, n := range numbers[0] {
		for a := range numbers {
			if numbers[a][i] != n {
				t.Fatalf("word %d has the numbers %d and %d", i, n, numbers[a][i])
			}
		}
		if n < 0 || n >= words || seen[n] {
			t.Errorf("word %d has the number %d, which is none or another's", i, n)
		}
		seen[n] = true
	}
}

func TestVocabularyIsBounded(t *testing.T) {
	var v vocabulary
	list := v.in("de")
	for i := range maxVocabulary + 10 {
		if f := list.of(fmt.Sprint("w", i)); (f.n == unnumbered) != (i >= maxVocabulary) || f.n >= maxVocabulary {
			t.Fatalf("word %d has the number %d", i, f.n)
		}
	}
	if list.of("w7").n != 7 || list.of("Häuser").term != formOf("de", "Häuser", false).term {
		t.Error("a full list does not tell words")
	}
}

// A lookup that was lent before finds what a new one finds.
func TestLentLookupRemembersNothing(t *testing.T) {
	var lent lookups
	texts := []string{"Oslo's mayor met the King of Norway.", "THE MAYOR LEFT", "Der Bürgermeister traf den König."}
	for i, word := range []string{"mayor", "king", "left", "mayor"} {
		u := understood{terms: []term{{text: word}}}
		fresh, used := u.lookup(), lent.borrow()
		used.learn(u)
		for _, text := range texts {
			for _, language := range []string{"", "de"} {
				fresh.speak(language)
				used.speak(language)
				want, wantRest := fresh.shortly(text)
				got, rest := used.shortly(text)
				if got != want || fmt.Sprint(rest) != fmt.Sprint(wantRest) {
					t.Errorf("question %d, %q: got %b %v, want %b %v", i, text, got, rest, want, wantRest)
				}
			}
		}
		lent.giveBack(used)
	}
}
