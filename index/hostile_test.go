package index

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"newsdesk/article"
)

var hostileBytes = flag.Int("hostile-bytes", 1<<17, "length of the texts of TestHostileTexts, 32 MiB at most as JSON")

// Texts that no outlet writes are taken in, found and given back byte for byte.
func TestHostileTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	fill := func(one func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < *hostileBytes; i++ {
			b.WriteString(one(i))
		}
		return strings.TrimSpace(b.String())
	}
	for name, text := range map[string]string{
		"one word":         fill(func(int) string { return "otter" }),
		"distinct words":   fill(func(i int) string { return fmt.Sprintf("otter%x ", i) }),
		"letters":          fill(func(int) string { return string(rune('a'+rng.IntN(26))) + " " }),
		"ideographs":       fill(func(int) string { return string(rune(0x4e00 + rng.IntN(3000))) }),
		"spaces":           "Otters" + fill(func(int) string { return " " }) + strings.Repeat(" ", *hostileBytes) + "swim.",
		"short sentences":  fill(func(int) string { return "Otter. " }),
		"paragraphs":       fill(func(int) string { return "Otter.\n\n" }),
		"apostrophes":      fill(func(int) string { return "'" }) + " otter",
		"typed quotes":     fill(func(int) string { return "’s" }) + " otter",
		"no valid letters": fill(func(int) string { return "\xff\xe4 " }) + "otter",
		"combining":        "otter" + fill(func(int) string { return "\u0301" }),
		"zero width":       "otter" + fill(func(int) string { return "\u200b" }),
		"numbers":          fill(func(i int) string { return fmt.Sprint(i, ",") }) + " otter",
		"hyphens":          fill(func(int) string { return "otter-" }),
	} {
		line, err := json.Marshal(map[string]string{"id": "x", "title": "Otters", "text": text})
		must(t, err)
		files := fstest.MapFS{"x.jsonl": file(string(line) + "\n"), "y.jsonl": file(record1("y", "An otter swims."))}
		x := open(t, t.TempDir())
		s := update(t, x, Collection{Name: "test", FS: files})
		for want, problem := range article.Read(t.Context(), files, "x.jsonl") {
			if problem != nil {
				t.Fatalf("%s: %v", name, problem)
			}
			if a, err := x.Article(t.Context(), "x"); err != nil || a.Text != want.Text {
				t.Errorf("%s: of %d bytes there are %d; %v", name, len(want.Text), len(a.Text), err)
			}
		}
		hits, err := x.Search(t.Context(), Query{Terms: terms("otter"), Limit: 3})
		must(t, err)
		if len(hits.Hits) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
		t.Log(name, s.Passages, s.Took)
		must(t, x.Close())
	}
}
