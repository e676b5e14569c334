package commands

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with testdata/NAME.golden.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name + ".golden"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./commands -update writes it anew)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// dump writes all that a reply holds, a line for each thing.
func dump(r Reply) string {
	var b strings.Builder
	fmt.Fprintf(&b, "tone: %s\n", [...]string{"neutral", "good", "doubtful", "bad"}[r.Tone])
	if r.Private {
		b.WriteString("private\n")
	}
	fmt.Fprintf(&b, "title: %s\n", r.Title)
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "line: %s", strings.ReplaceAll(l.Text, "\n", "\n      "))
		if len(l.Cites) > 0 {
			fmt.Fprintf(&b, " %v", l.Cites)
		}
		b.WriteByte('\n')
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "fact: %s = %s", f.Name, f.Value)
		for _, id := range f.Channels {
			fmt.Fprintf(&b, " #%s", id)
		}
		b.WriteByte('\n')
	}
	for _, i := range r.Items {
		fmt.Fprintf(&b, "item: [%d] %q of %q, %q, %s, %s\n", i.N, i.Title, i.Source, article.FormatDate(i.Published), i.ArticleID, i.Link)
		if i.Quote != "" {
			fmt.Fprintf(&b, "      %q", i.Quote)
			for _, m := range i.Marks {
				fmt.Fprintf(&b, " <%s>", m.Of(i.Quote))
			}
			b.WriteByte('\n')
		}
		if len(i.Also) > 0 {
			fmt.Fprintf(&b, "      also: %s\n", strings.Join(i.Also, ", "))
		}
		for _, more := range i.More {
			fmt.Fprintf(&b, "      + %s\n", more)
		}
	}
	for _, a := range r.Actions {
		fmt.Fprintf(&b, "action: %s = /%s", a.Label, a.Command)
		for _, name := range slices.Sorted(maps.Keys(a.Values)) {
			fmt.Fprintf(&b, " %s:%s", name, a.Values[name])
		}
		b.WriteByte('\n')
	}
	if r.Note != "" {
		fmt.Fprintf(&b, "note: %s\n", r.Note)
	}
	return b.String()
}

func moment(s string) time.Time {
	t, err := time.Parse(time.DateTime, s)
	if err != nil {
		panic(err)
	}
	return t
}

// someFiles are four short articles.
func someFiles() fstest.MapFS {
	return fstest.MapFS{
		"wire.jsonl": {Data: []byte(`{"id":"otters","title":"Otters return to the river","source":"Wire","url":"https://wire.example/otters","published":"2025-11-20T08:00:00Z","text":"Otters have returned to the river Amper after sixty years. Biologist Ines Falk counted eleven of them."}
{"id":"budget","title":"Parliament passes the budget","source":"Wire","url":"https://wire.example/budget","published":"2025-11-21","text":"Parliament passed the budget with a majority of nine votes. Taxes on fuel rise in January."}
`), ModTime: moment("2025-11-26 12:00:00")},
		"daily.jsonl": {Data: []byte(`{"id":"cup","title":"Rovers win the cup","source":"Daily","published":"2025-11-19","text":"Rovers won the cup on Wednesday after extra time."}
{"id":"lamp","title":"How a lamp is made","text":"A lamp is made of glass and brass. It takes a week."}
`), ModTime: moment("2025-11-26 12:00:00")},
	}
}

// depsOf builds an index of the articles.
func depsOf(t *testing.T, files fs.FS) Deps {
	t.Helper()
	return depsIn(t, t.TempDir(), files)
}

// depsIn is depsOf with the index in a folder.
func depsIn(t *testing.T, dir string, files fs.FS) Deps {
	t.Helper()
	x, err := index.Open(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	d := Deps{
		Index: x, Engine: answer.New(x), Collection: index.Collection{Name: "test", FS: files},
		Version: "1.2.3", Started: moment("2025-11-25 09:00:00"), Now: func() time.Time { return moment("2025-11-27 11:30:00") },
	}
	if files != nil {
		if _, err := x.Rebuild(t.Context(), d.Collection, nil); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// call runs one of the commands; options are name, value, name, value.
func (d Deps) call(ctx context.Context, name string, admin bool, options ...string) (Reply, error) {
	c, ok := Find(All(d), name)
	if !ok {
		return Reply{}, fmt.Errorf("no command %q", name)
	}
	values := make(map[string]string)
	for i := 0; i < len(options); i += 2 {
		values[options[i]] = options[i+1]
	}
	return c.Run(ctx, Call{Values: values, Now: d.Now(), Admin: admin, Owner: admin})
}

// undated replaces the day of the index, which is that of the test.
func undated(d Deps, text string) string {
	s, err := d.Index.Stats()
	if err != nil {
		return text
	}
	for _, layout := range []string{"2 Jan 2006 15:04 UTC", "2 Jan 2006"} {
		text = strings.ReplaceAll(text, s.IndexedAt.UTC().Format(layout), "INDEXED")
	}
	return text
}
