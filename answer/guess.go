package answer

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/index"
	"newsdesk/locale"
)

// A word that no article holds may be misspelt. Shorter words have too many
// neighbours: real names that no article mentions would become others.
const (
	misspeltName = 5 // letters from which a name may have one mistake
	misspeltWord = 8 // and any other word; and from which there may be two
	maxGuesses   = 3
	maxVariants  = 3 // other transliterations of one name

	// A variant that is so many times rarer than the name is chance more often
	// than a name (Super and supper), and what it finds is little.
	rarest = 10
)

// respell looks for other spellings of the terms: of names, other
// transliterations; of words that no article holds, also what is meant if they
// are misspelt.
func (e *Engine) respell(terms []term) error {
	anyName := slices.ContainsFunc(terms, func(t term) bool { return t.name })
	for i := range terms {
		t := &terms[i]
		letters := utf8.RuneCountInString(t.word)
		mayBeName := t.name || !anyName
		if !isWord(t.word) || len(t.same) > 0 || !mayBeName && letters < misspeltWord {
			continue
		}
		holding, err := e.index.Holding(t.text)
		if err != nil {
			return err
		}
		if holding > 0 && !t.name {
			continue
		}
		variants, err := e.index.Transliterations(t.text)
		if err != nil {
			return err
		}
		if holding > 0 {
			for _, v := range variants[:min(len(variants), maxVariants)] {
				if rarest*v.Passages >= holding {
					t.like = append(slices.Clone(t.like), v.Text)
				}
			}
			continue
		}
		for edits := 1; len(variants) == 0 && edits <= 2 && letters >= misspeltName; edits++ {
			if edits == 2 && letters < misspeltWord {
				break
			}
			if variants, err = e.index.Near(t.text, edits); err != nil {
				return err
			}
		}
		for _, v := range variants[:min(len(variants), maxGuesses)] {
			t.guess = append(t.guess, v.Text)
		}
		t.same = append(t.same, t.guess...)
	}
	return nil
}

// isWord reports whether a word is written in small letters but for the first.
func isWord(word string) bool {
	_, size := utf8.DecodeRuneInString(word)
	return word != "" && !strings.ContainsFunc(word[size:], func(r rune) bool { return !unicode.IsLower(r) && r != '\'' && r != '’' })
}

// seek finds passages for a question, and drops guesses at misspelt words that
// the best passage does not bear out. What was guessed is noted.
func (e *Engine) seek(ctx context.Context, u understood, limit int) (understood, found, error) {
	f, err := e.find(ctx, u, limit)
	if err != nil || !slices.ContainsFunc(u.terms, func(t term) bool { return t.guess != nil }) {
		return u, f, err
	}
	var notes []locale.Text
	for i, t := range u.terms {
		if t.guess == nil {
			continue
		}
		word, ok := f.bearsOut(u, i)
		if !ok {
			return e.seekAsWritten(ctx, u, limit)
		}
		notes = append(notes, locale.Textf("No article mentions '%s'; showing '%s'.", t.word, word))
	}
	u.note = locale.Join(notes...)
	return u, f, nil
}

// seekAsWritten finds passages for a question without guesses.
func (e *Engine) seekAsWritten(ctx context.Context, u understood, limit int) (understood, found, error) {
	u.terms, u.note = withoutGuesses(u.terms), locale.Text{}
	f, err := e.find(ctx, u, limit)
	return u, f, err
}

func withoutGuesses(terms []term) []term {
	kept := slices.Clone(terms)
	for i := range kept {
		if kept[i].guess != nil {
			kept[i].same, kept[i].guess = nil, nil
		}
	}
	return kept
}

// guessFrom is how much of the rest of the question, by weight, must stand
// beside a guess to bear it out.
const guessFrom = 0.5

// bearsOut returns the word in the best passage that the i-th term is a
// misspelling of. For a name it must be one there, and half of what else the
// question holds, and of its other names, must stand there too.
func (f found) bearsOut(u understood, i int) (word string, ok bool) {
	if len(f.candidates) == 0 {
		return "", false
	}
	best, t := f.candidates[0], u.terms[i]
	for _, text := range []string{best.Text, best.Title} {
		for _, tok := range index.AnalyzeIn(best.Language, text) {
			first, _ := utf8.DecodeRuneInString(text[tok.Start:])
			if slices.Contains(t.guess, tok.Term) && (unicode.IsUpper(first) || !t.name) && word == "" {
				word = withoutPossessive(text[tok.Start:tok.End])
			}
		}
	}
	all := best.all()
	rest, held, names, heldNames := 0.0, 0.0, 0.0, 0.0
	for k, w := range f.terms {
		if k == i || common[u.terms[k].text] {
			continue
		}
		weight, name := w.weight, indicator(u.terms[k].name)*w.weight
		rest, names = rest+weight, names+name
		if all&(1<<k) != 0 {
			held, heldNames = held+weight, heldNames+name
		}
	}
	if rest == 0 {
		return word, word != "" && utf8.RuneCountInString(t.word) > misspeltName
	}
	return word, word != "" && held >= guessFrom*rest && heldNames >= guessFrom*names
}
