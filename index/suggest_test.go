package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// titled makes a collection of articles with these titles, each a day newer.
func titled(titles ...string) Collection {
	var b strings.Builder
	for i, t := range titles {
		day := time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, i)
		fmt.Fprintf(&b, `{"id":"a%d","title":%q,"source":"Wire","published":%q,"text":"Something has happened. It was told on day %d."}`+"\n", i, t, day.Format(time.RFC3339), i)
	}
	return Collection{Name: "titles", FS: fstest.MapFS{"a.jsonl": {Data: []byte(b.String())}}}
}

func TestSuggest(t *testing.T) {
	x, err := Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Suggest(t.Context(), "a", time.Now(), nil, 5); err == nil {
		t.Error("suggestions without an index")
	}
	if _, err := x.Rebuild(t.Context(), titled(
		"Kremlin confirms visit of Steve Witkoff", "Otters return to the river Amper", "Élysée denies talks with Moscow",
		"Talks with Moscow go on, says Steve Witkoff's office", "Parliament Passes Budget After Long Debate", "WHO warns of measles in Moscow",
	), nil); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2025, 1, 30, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ typed, names, titles string }{
		{"krem", "", "Kremlin confirms visit of Steve Witkoff"},
		{"VISIT kre", "", "Kremlin confirms visit of Steve Witkoff"},
		{"with mosc", "", "Talks with Moscow go on, says Steve Witkoff's office|Élysée denies talks with Moscow"},
		{"elys", "", "Élysée denies talks with Moscow"},
		{"witk", "Steve Witkoff", "Talks with Moscow go on, says Steve Witkoff's office|Kremlin confirms visit of Steve Witkoff"},
		{"steve w", "Steve Witkoff", "Talks with Moscow go on, says Steve Witkoff's office|Kremlin confirms visit of Steve Witkoff"},
		{"mos", "Moscow", "WHO warns of measles in Moscow|Talks with Moscow go on, says Steve Witkoff's office|Élysée denies talks with Moscow"},
		{"zebra", "", ""},
		{"?!", "Moscow|Steve Witkoff|Amper", "WHO warns of measles in Moscow|Parliament Passes Budget After Long Debate|Talks with Moscow go on, says Steve Witkoff's office"},
	} {
		got, err := x.Suggest(t.Context(), tt.typed, now, nil, 3)
		if n, ti := strings.Join(got.Names, "|"), strings.Join(got.Titles, "|"); err != nil || n != tt.names || ti != tt.titles {
			t.Errorf("%q: got names %q and titles %q, want %q and %q", tt.typed, n, ti, tt.names, tt.titles)
		}
	}
	if got, err := x.Suggest(t.Context(), "moscow", now, []string{"Daily"}, 3); err != nil || len(got.Titles) != 0 {
		t.Errorf("got titles %v of an outlet that is not asked for, %v", got.Titles, err)
	}
	early, err := x.Suggest(t.Context(), "moscow", now.AddDate(0, 0, -26), nil, 3)
	if err != nil || len(early.Titles) != 1 {
		t.Errorf("got %v, want no title of later", early.Titles)
	}
	if _, err := x.Rebuild(t.Context(), titled("Zebra crosses road in Bonn"), nil); err != nil {
		t.Fatal(err)
	}
	x.mu.Lock()
	x.suggesting.ready.fine = time.Time{} // or what was read before might do
	x.mu.Unlock()
	if got, err := x.Suggest(t.Context(), "zebra", now, nil, 3); err != nil || len(got.Titles) != 1 {
		t.Errorf("got %v and %v, want the title of the new generation", got, err)
	}
}

// TestSuggestDoesNotWait: somebody types, and what was read before must do.
func TestSuggestDoesNotWait(t *testing.T) {
	x, err := Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if _, err := x.Rebuild(t.Context(), titled("Otters return to the river Amper"), nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x.mu.Lock()
	x.suggesting.busy = make(chan struct{}) // a reading that does not end
	x.mu.Unlock()
	if got, err := x.Suggest(ctx, "o", time.Now(), nil, 3); err != nil || len(got.Titles) != 0 {
		t.Errorf("got %v and %v, want nothing yet", got, err)
	}
}

func BenchmarkSuggest(b *testing.B) {
	h := &headlines{}
	words := make([]string, 20000)
	for i := range words {
		words[i] = fmt.Sprintf("%c%c%cword%d", 'a'+rand.IntN(26), 'a'+rand.IntN(26), 'a'+rand.IntN(26), i)
	}
	for i := range 100_000 {
		var t []string
		for range 9 {
			w := words[min(rand.IntN(len(words)), rand.IntN(len(words)))]
			if rand.IntN(4) == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			}
			t = append(t, w)
		}
		text := strings.Join(t, " ")
		h.titles = append(h.titles, headline{fmt.Sprint(i), text, "Wire", int64(i), foldedWords(text)})
	}
	h.arrange()
	for _, typed := range []string{"", "a", "ab", "abcw", "zzzzzzz", "a b c d"} {
		b.Run("typed="+typed, func(b *testing.B) {
			for b.Loop() {
				h.titlesWith(foldedWords(typed), 1<<40, nil, 25, func(headline) bool { return true })
				h.namesLike(typed, 25)
			}
		})
	}
}

// What was read for a generation before serves on for a while, without the
// titles that are gone or were changed.
func TestSuggestWhatIsThere(t *testing.T) {
	x := open(t, t.TempDir())
	update(t, x, titled("Otters return", "Herons return", "Storks return"))
	now := time.Date(2025, 1, 30, 0, 0, 0, 0, time.UTC)
	suggest := func() string {
		t.Helper()
		got, err := x.Suggest(t.Context(), "ret", now, nil, 5)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(got.Titles, "|")
	}
	if got, want := suggest(), "Storks return|Herons return|Otters return"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	x.mu.Lock()
	x.suggesting.ready.fine = time.Now().Add(time.Hour)
	x.mu.Unlock()
	if _, err := x.Rebuild(t.Context(), titled("Otters return", "Herons leave"), nil); err != nil {
		t.Fatal(err)
	}
	if got, want := suggest(), "Otters return"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	x.mu.Lock()
	x.suggesting.ready.fine = time.Time{}
	x.mu.Unlock()
	if _, err := x.Rebuild(t.Context(), titled("Otters return", "Herons return"), nil); err != nil {
		t.Fatal(err)
	}
	if got, want := suggest(), "Herons return|Otters return"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A title that several outlets have is suggested to whoever may use one of them.
func TestSuggestTitlesOfSeveral(t *testing.T) {
	line := func(id, source, published string) string {
		return fmt.Sprintf(`{"id":%q,"title":"Otters Return to Amper","source":%q,"published":%q,"text":"An otter swims."}`+"\n", id, source, published)
	}
	files := fstest.MapFS{"a.jsonl": file(line("a", "Wire", "2025-11-03") + line("b", "Post", "2025-11-01") + line("c", "Post", "2025-11-02") + line("d", "Mail", "2099-01-01"))}
	x := open(t, t.TempDir())
	update(t, x, Collection{Name: "test", FS: files})
	for _, among := range [][]string{nil, {"Wire"}, {"Post"}} {
		got, err := x.Suggest(t.Context(), "ott", time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC), among, 5)
		if err != nil || !slices.Equal(got.Titles, []string{"Otters Return to Amper"}) {
			t.Errorf("among %q: got %q, %v", among, got.Titles, err)
		}
	}
}
