package article

import (
	"errors"
	"io"
)

var errDraft = errors.New("a draft, as its front matter says; left out until that is taken away")

// readText reads .txt: one article, maybe with front matter.
func readText(in io.Reader, name string, out *sink) {
	raw, err := readWhole(in)
	if err != nil {
		out.problem(0, err)
		return
	}
	front, text, err := splitFrontMatter(raw)
	if err != nil {
		out.problem(0, err)
		return
	}
	r := front.record()
	r.text = string(text)
	r.guessDate(name)
	out.record(0, r)
}

// splitFrontMatter returns the front matter of a whole file, which is none for
// most, and the text behind it in UTF-8.
func splitFrontMatter(raw []byte) (frontMatter, []byte, error) {
	raw, err := decodeText(raw)
	if err != nil {
		return nil, nil, err
	}
	front, text, err := cutFrontMatter(raw)
	if err != nil {
		return nil, nil, err
	}
	if front.says("draft", "true") || front.says("published", "false") {
		return nil, nil, errDraft
	}
	return front, text, nil
}

// guessDate takes the date out of the file's name or the text, if r has none.
// A gathered article states all that is known of it.
func (r *record) guessDate(name string) {
	if r.date().IsZero() && firstDate(r.firstSeen).IsZero() {
		r.published = dateOfFile(name, r.text)
	}
}
