package answer

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"newsdesk/index"
)

// A vocabulary remembers what words are on their own, since stemming and
// classifying would be most of the time of a question, and texts of one
// collection share most of their words. It may be used by many goroutines at
// once; its zero value knows no word yet.
type vocabulary struct {
	mu sync.Mutex
	by map[string]*wordList // language
}

// in returns the words of a language.
func (v *vocabulary) in(language string) *wordList {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.by == nil {
		v.by = make(map[string]*wordList)
	}
	list := v.by[language]
	if list == nil {
		list = &wordList{language: language, fresh: make(map[string]form)}
		v.by[language] = list
	}
	return list
}

// A wordList is the words of one language. Nearly all are found without a lock,
// in a map that is replaced, never changed.
type wordList struct {
	language string
	settled  atomic.Pointer[map[string]form]

	mu    sync.Mutex
	fresh map[string]form // that are to be settled
}

// A form is a word on its own.
type form struct {
	term  string // as the index knows it; "" for a stop-word
	class class
	n     int32 // its number among the words of its language, or unnumbered
}

const (
	// maxVocabulary bounds the words remembered of a language, to some 10 MB.
	// What comes beyond is worked out for each question.
	maxVocabulary = 1 << 16

	unnumbered = -1
)

// find returns a word's form if the list has it.
func (w *wordList) find(word string) (f form, known bool) {
	settled := w.all()
	if f, known = settled[word]; known || len(settled) == maxVocabulary {
		return f, known
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f, known = w.fresh[word]
	return f, known
}

// of returns a word's form, and takes the word into the list if it has room.
func (w *wordList) of(word string) form {
	f, known := w.find(word)
	if known {
		return f
	}
	f = formOf(w.language, word, false)
	w.mu.Lock()
	defer w.mu.Unlock()
	settled := w.all()
	n := len(settled) + len(w.fresh)
	for _, list := range []map[string]form{settled, w.fresh} {
		if f, known := list[word]; known { // since we looked
			return f
		}
	}
	if n == maxVocabulary {
		return f
	}
	f.n = int32(n)
	w.fresh[strings.Clone(word)] = f
	if len(w.fresh) > 500+len(settled)/4 || n+1 == maxVocabulary { // so seldom that copying all is cheap
		all := make(map[string]form, n+1)
		maps.Copy(all, settled)
		maps.Copy(all, w.fresh)
		w.settled.Store(&all)
		clear(w.fresh)
	}
	return f
}

// all are the settled words.
func (w *wordList) all() map[string]form {
	if m := w.settled.Load(); m != nil {
		return *m
	}
	return nil
}

func formOf(language, word string, shouting bool) form {
	return form{index.TermIn(language, word, shouting), classOf(word), unnumbered}
}
