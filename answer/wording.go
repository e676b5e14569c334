package answer

import "strings"

// wordings are the ways to write a term of the question that are several words,
// such as "european central bank" for ECB.
type wordings struct {
	list  []wording
	parts map[string]int32 // number of a term that stands in any wording, from 1
}

type wording struct {
	parts []int32
	terms uint64 // that it stands for, by their places in the question
}

func (p *wordings) add(text string, terms uint64) {
	if p.parts == nil {
		p.parts = make(map[string]int32)
	}
	var parts []int32
	for _, term := range strings.Fields(text) {
		if p.parts[term] == 0 {
			p.parts[term] = int32(len(p.parts)) + 1
		}
		parts = append(parts, p.parts[term])
	}
	p.list = append(p.list, wording{parts, terms})
}

// A reading follows the wordings through the words of a text. Stop-words do not
// part the words of one.
type reading struct {
	of  *wordings
	met []int // of each wording, how many words were just read
}

func (p *wordings) read() reading { return reading{p, make([]int, len(p.list))} }

// next takes the next word by its number (0 for one in no wording) and returns
// the terms that the wordings ending with it stand for, and how many words the
// longest of them has.
func (r reading) next(part int32) (terms uint64, words int) {
	for i, p := range r.of.list {
		switch {
		case part != 0 && p.parts[r.met[i]] == part:
			r.met[i]++
		case part != 0 && p.parts[0] == part:
			r.met[i] = 1
		default:
			r.met[i] = 0
		}
		if r.met[i] == len(p.parts) {
			terms |= p.terms
			words = max(words, len(p.parts))
			r.met[i] = 0
		}
	}
	return terms, words
}

func (r reading) restart() { clear(r.met) }
