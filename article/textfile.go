package article

import (
	"errors"
	"io"
)

var errDraft = errors.New("a draft, as its front matter says; left out until that is taken away")

// readText reads .txt: one article, maybe with front matter.
func readText(in io.Reader, name string, out *sink) {
	r, raw, err := readFrontMatter(in)
	if err != nil {
		out.problem(0, err)
		return
	}
	r.text = string(raw)
	if r.date().IsZero() {
		r.published = dateOfFile(name, r.text)
	}
	out.record(0, r)
}

// readFrontMatter reads a whole file, and returns what stands behind its front
// matter along with a record of what stands in it.
func readFrontMatter(in io.Reader) (*record, []byte, error) {
	raw, err := readWhole(in)
	if err != nil {
		return nil, nil, err
	}
	if raw, err = decodeText(raw); err != nil {
		return nil, nil, err
	}
	front, text, err := cutFrontMatter(raw)
	if err != nil {
		return nil, nil, err
	}
	if front.says("draft", "true") || front.says("published", "false") {
		return nil, nil, errDraft
	}
	return front.record(), text, nil
}
