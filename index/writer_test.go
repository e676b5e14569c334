package index

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/document"
)

// A build that is cancelled while a batch is written ends that batch, and not
// the program: Bleve panics on an index that was closed.
func TestGivenUpWhileABatchIsWritten(t *testing.T) {
	text := strings.Repeat("Otters swim in the river near the bridge. ", 20)
	for n := range 10 {
		w, err := newWriter(t.Context(), filepath.Join(t.TempDir(), "build"), 2, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		var docs []*document.Document
		for i := range batchSize {
			d := document.NewDocument(fmt.Sprint(n, " ", i))
			d.AddField(document.NewTextField("text", nil, []byte(text)))
			docs = append(docs, d)
		}
		if err := errors.Join(w.add(docs), w.add(docs)); err != nil {
			t.Fatal(err)
		}
		w.abandon()
	}
}
