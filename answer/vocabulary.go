package answer

import (
	"strings"
	"sync"

	"newsdesk/index"
)

// A vocabulary remembers what words are on their own, since stemming and
// classifying would be most of the time of a question, and texts of one
// collection share most of their words. It may be used by many goroutines at
// once; nil remembers nothing.
type vocabulary struct {
	mu    sync.RWMutex
	words map[string]map[string]form // by language and word as written
}

// A form is a word on its own.
type form struct {
	term  string // as the index knows it; "" for a stop-word
	class class
}

// maxVocabulary bounds the words remembered of a language, to some 10 MB. What
// comes beyond is worked out each time.
const maxVocabulary = 1 << 16

func (v *vocabulary) of(language, word string) form {
	if v == nil {
		return formOf(language, word, false)
	}
	v.mu.RLock()
	f, known := v.words[language][word]
	v.mu.RUnlock()
	if known {
		return f
	}
	f = formOf(language, word, false)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.words == nil {
		v.words = make(map[string]map[string]form)
	}
	if v.words[language] == nil {
		v.words[language] = make(map[string]form)
	}
	if len(v.words[language]) < maxVocabulary {
		v.words[language][strings.Clone(word)] = f
	}
	return f
}

func formOf(language, word string, shouting bool) form {
	return form{index.TermIn(language, word, shouting), classOf(word)}
}
