package index

import (
	"fmt"
	"slices"
	"time"

	"newsdesk/article"
)

// A TextTrial writes, merges and reads files of texts, beside each passage packed
// by itself.
type TextTrial struct {
	list   []storedPassage
	packed [][]byte
	opened *texts
}

// NewTextTrial cuts articles into passages as a build does.
func NewTextTrial(articles []article.Article) (*TextTrial, error) {
	var trial TextTrial
	var z analyzer
	for _, a := range articles {
		docs, _ := z.documents(a, "articles.jsonl", fmt.Sprintf("%064x", len(trial.list)))
		for _, doc := range docs {
			trial.list = append(trial.list, doc.stored)
		}
	}
	return &trial, nil
}

func (trial *TextTrial) Passages() int { return len(trial.list) }

// Pack packs the texts alone.
func (trial *TextTrial) Pack() {
	trial.packed = nil
	for _, p := range trial.list {
		trial.packed = append(trial.packed, zstdEncoder().EncodeAll([]byte(p.piece), nil))
	}
}

// Write writes all passages into one file.
func (trial *TextTrial) Write() error {
	var err error
	trial.opened, err = writtenTexts(func(w *pageWriter) error { return writeTexts(w, trial.list) })
	return err
}

// Parts writes the passages into files of so many each.
func (trial *TextTrial) Parts(each int) ([]*TextTrial, error) {
	var parts []*TextTrial
	for list := range slices.Chunk(trial.list, each) {
		part := &TextTrial{list: list}
		if err := part.Write(); err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// Merge merges what was written of parts.
func (trial *TextTrial) Merge(parts []*TextTrial) error {
	var from []renumberedTexts
	at := uint32(0)
	for _, p := range parts {
		numbers := make([]uint32, p.opened.docs())
		for i := range numbers {
			numbers[i] = at
			at++
		}
		from = append(from, renumberedTexts{p.opened, numbers})
	}
	var err error
	trial.opened, err = writtenTexts(func(w *pageWriter) error { return mergeTexts(w, from, nil) })
	return err
}

func writtenTexts(fill func(*pageWriter) error) (*texts, error) {
	file, err := pagesInMemory(textsKind, fill)
	if err != nil {
		return nil, err
	}
	p, err := pagesIn(file, textsKind)
	if err != nil {
		return nil, err
	}
	return openTexts(p)
}

// Open returns how long opening takes.
func (trial *TextTrial) Open() (time.Duration, error) {
	begin := time.Now()
	_, err := openTexts(trial.opened.pages)
	return time.Since(begin), err
}

// Unpack reads a passage that is packed singly, Read one of the file.
func (trial *TextTrial) Unpack(i int) { _, _ = zstdDecoder().DecodeAll(trial.packed[i], nil) }
func (trial *TextTrial) Read(i int)   { trial.opened.passage(uint32(i)) }

// Sizes returns the bytes of sections of the file by their names.
func (trial *TextTrial) Sizes() map[string]float64 {
	t := trial.opened
	sizes := map[string]float64{"file": float64(t.pages.size())}
	for _, p := range trial.packed {
		sizes["packed"] += float64(len(p))
	}
	for doc, p := range trial.list {
		sizes["text"] += float64(len(p.piece))
		if t.begin(uint32(doc)) == uint32(doc) {
			r := t.articleRecord(t.articleOf(uint32(doc)))
			sizes["articles"] += float64(r.end)
			if p.meta.Record != nil {
				sizes["sketches"] += float64(len(p.meta.Record.Sketch))
				blob := r.blob()
				sizes["ids"] += float64(blob.end - blob.at)
				for i := range r.number() {
					b := r.blob()
					sizes[[]string{"titles", "urls", "languages"}[i]] += float64(b.end - b.at)
				}
			}
		}
		r := t.record(uint32(doc))
		from := r.at
		blob := r.blob()
		sizes["numbers"] += float64(r.at - from)
		switch blob.number() {
		case pieceZstd:
			sizes["zstd-passages"]++
		case pieceRaw:
			sizes["raw-passages"]++
		}
		heading := r.blob()
		sizes["headings"] += float64(heading.end - heading.at + 1)
		sizes["pieces"] += float64(r.end - r.at)
		t.spelled(r, sizes)
	}
	words := len(t.vocabulary.slots)
	sizes["words"] = float64(words)
	sizes["vocabulary"] = float64(len(t.vocabulary.words) + words)
	sizes["columns"] = float64(t.pages.size() - t.Sizes)
	for c, n := range []uint8{t.Prefixes.One, t.Prefixes.Two, t.Prefixes.Three} {
		sizes[fmt.Sprintf("prefixes%d", c+1)] = float64(n)
	}
	return sizes
}

func (t *texts) spelled(code recordReader, sizes map[string]float64) {
	for code.at < code.end {
		_, spelled, next := t.vocabulary.next(code.b, code.at)
		if spelled != nil {
			sizes["spelled-out"] += float64(next - code.at)
		}
		sizes[fmt.Sprintf("codes%d", min(4, next-code.at))]++
		code.at = next
	}
}
