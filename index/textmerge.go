package index

import (
	"fmt"
)

// renumberedTexts are the texts of a file and the numbers that its passages get
// in another, dropped for those that go.
type renumberedTexts struct {
	texts   *texts
	numbers []uint32
}

// stopEvery is after how many passages a merge looks whether it should stop.
const stopEvery = 256

// mergeTexts writes the passages of some files into one. New numbers rise from
// 0 without gaps through the files in order. Of an article without a passage
// left nothing is written, nor of words that occur nowhere else. It holds the
// words in memory but no texts, and ends with errStopped when stop is closed.
func mergeTexts(w *pageWriter, from []renumberedTexts, stop <-chan struct{}) (err error) {
	defer recoverDamage(&err)
	for i, f := range from {
		if f.texts.docs() != len(f.numbers) {
			return fmt.Errorf("%d numbers for the %d passages of file %d", len(f.numbers), f.texts.docs(), i)
		}
	}
	g := &textMerger{lexicon: newLexicon(), seen: make(map[uint64]struct{})}
	for _, f := range from {
		g.inputs = append(g.inputs, g.input(f))
	}
	if err := g.each(stop, g.count, func(*textInput, uint32, []byte, []byte) error { return nil }); err != nil {
		return err
	}
	g.total()
	g.lexicon.rank()
	out, err := newTextWriter(w, g.lexicon)
	if err != nil {
		return err
	}
	err = g.each(stop, g.encode, func(in *textInput, doc uint32, article, passage []byte) error {
		if in.numbers[doc] != out.docs {
			return fmt.Errorf("passage %d is numbered %d", out.docs, in.numbers[doc])
		}
		if len(article) > 0 {
			a := in.texts.articleOf(doc)
			out.article(in.texts.published(a), in.texts.names[in.texts.source(a)], in.texts.n(doc))
		}
		return out.passage(article, passage)
	})
	if err != nil {
		return err
	}
	return out.finish()
}

// A textInput is a file that is merged.
type textInput struct {
	renumberedTexts
	counts []uint32 // by rank in the file: in passages that stay
	tokens []uint32 // by rank: number in the lexicon
}

type textMerger struct {
	inputs  []*textInput
	lexicon *lexicon
	seen    map[uint64]struct{} // hashes of tokens that were spelled out once
	scratch textScratch
}

// maxSeen bounds how many tokens are remembered that were spelled out once;
// what comes then stays so, however often it comes.
const maxSeen = 1 << 20

func (g *textMerger) input(f renumberedTexts) *textInput {
	words := len(f.texts.vocabulary.slots)
	in := &textInput{f, make([]uint32, words), make([]uint32, words)}
	for rank := range in.tokens {
		in.tokens[rank] = g.lexicon.number(string(f.texts.vocabulary.word(uint32(rank))))
	}
	return in
}

// A recoder appends another form of the code that a reader is at.
type recoder func(dst []byte, in *textInput, code recordReader) []byte

// each calls do with the records of the passages that stay, in new codes, and
// with those of articles where they begin.
func (g *textMerger) each(stop <-chan struct{}, recode recoder, do func(in *textInput, doc uint32, article, passage []byte) error) error {
	var article, passage []byte
	done := 0
	for _, in := range g.inputs {
		before := uint32(dropped) // the last one that stayed
		for doc := range uint32(in.texts.docs()) {
			if in.numbers[doc] == dropped {
				continue
			}
			if done++; done%stopEvery == 0 {
				if err := stopped(stop); err != nil {
					return err
				}
			}
			article = article[:0]
			if begins := in.texts.begin(doc) == doc; begins || before+1 != doc {
				r := in.texts.articleRecord(in.texts.articleOf(doc))
				article = recodeArticle(article, in, &r, begins, recode)
			}
			r := in.texts.record(doc)
			passage = g.recodePassage(passage[:0], in, &r, recode)
			if err := do(in, doc, article, passage); err != nil {
				return err
			}
			before = doc
		}
	}
	return nil
}

// recodeArticle appends an article's record; of one without its first passage
// only the first part.
func recodeArticle(dst []byte, in *textInput, r *recordReader, first bool, recode recoder) []byte {
	var all packer
	for part := 0; r.at < r.end && (part == 0 || first); part++ {
		blob := r.blob()
		all.blob(blob.rest())
		n := r.length()
		all.number(n)
		for range n {
			all.blob(recode(nil, in, r.blob()))
		}
	}
	p := packer(dst)
	p.blob(all)
	return p
}

func (g *textMerger) recodePassage(dst []byte, in *textInput, r *recordReader, recode recoder) []byte {
	blob := r.blob()
	p := packer(dst)
	p.blob(blob.rest())
	at := len(p) - len(blob.rest()) // of the form
	form := p[at]
	p.blob(recode(nil, in, r.blob()))
	if form == pieceCoded {
		return recode(p, in, *r)
	}
	// Codes may be shorter now.
	g.scratch.text = g.scratch.text[:0]
	piece := string(g.scratch.piece(int(form), r))
	if g.lexicon.codes == nil {
		g.countText(piece)
		return p
	}
	if coded := g.lexicon.encode(nil, piece); len(coded) < r.end-r.at {
		p[at] = pieceCoded
		return append(p, coded...)
	}
	return append(p, r.rest()...)
}

// count is a recoder that counts tokens and appends nothing.
func (g *textMerger) count(dst []byte, in *textInput, code recordReader) []byte {
	for code.at < code.end {
		rank, spelled, next := in.texts.vocabulary.next(code.b, code.at)
		if code.at = next; spelled == nil {
			in.counts[rank]++
		} else {
			g.countToken(spelled)
		}
	}
	return dst
}

func (g *textMerger) countText(text string) {
	eachToken(text, func(token string) { g.countToken([]byte(token)) })
}

func (g *textMerger) countToken(token []byte) {
	if n, known := g.lexicon.numbers[string(token)]; known {
		g.lexicon.counts[n]++
		return
	}
	if len(token) > maxToken {
		return
	}
	hash := hashTerm(string(token))
	if _, seen := g.seen[hash]; seen {
		delete(g.seen, hash)
		g.lexicon.counts[g.lexicon.number(string(token))] += 2
	} else if len(g.seen) < maxSeen {
		g.seen[hash] = struct{}{}
	}
}

// total adds up what the files count by rank.
func (g *textMerger) total() {
	g.seen = nil
	for _, in := range g.inputs {
		for rank, n := range in.counts {
			g.lexicon.counts[in.tokens[rank]] += n
		}
	}
}

// encode is a recoder that puts codes of the new file.
func (g *textMerger) encode(dst []byte, in *textInput, code recordReader) []byte {
	for code.at < code.end {
		rank, spelled, next := in.texts.vocabulary.next(code.b, code.at)
		if code.at = next; spelled == nil {
			dst = g.lexicon.put(dst, in.tokens[rank])
		} else if n, known := g.lexicon.numbers[string(spelled)]; known {
			dst = g.lexicon.put(dst, n)
		} else {
			dst = spellOut(dst, spelled)
		}
	}
	return dst
}
