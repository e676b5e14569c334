package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

// newsdesk runs the program and returns its exit code and what it printed.
func newsdesk(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, func(string) (string, bool) { return "", false }, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// traces lists the files below some folders that hold a word, in any capitals.
func traces(t *testing.T, word string, dirs ...string) []string {
	t.Helper()
	var found []string
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(bytes.ToLower(raw), []byte(word)) || strings.Contains(strings.ToLower(path), word) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func gathered(t *testing.T, dir string, list ...article.Article) *article.Store {
	t.Helper()
	files, err := article.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	for _, a := range list {
		if _, err := files.Put(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestForget(t *testing.T) {
	dir := t.TempDir()
	data, idx := filepath.Join(dir, "data"), filepath.Join(dir, "index")
	day := time.Date(2025, 11, 26, 9, 0, 0, 0, time.UTC)
	// Words that neither the compression of stored text nor the dictionary
	// hides are in the title, which stands in the file's name too.
	quagga := article.Article{ID: "q1", Title: "Quagga seen", URL: "https://river.example/quagga", Source: "River Post", Published: day, Text: "The quagga grazes at the river Amper."}
	edited := quagga
	edited.Title, edited.Text = "Quagga seen again", "The quagga grazes at the river Amper, said Jane Thylacine."
	otter := article.Article{ID: "o1", Title: "Otter seen", URL: "https://river.example/otter", Source: "River Post", Published: day, Text: "The otter swims in the river Amper."}
	files := gathered(t, data, quagga, edited, otter)
	flags := []string{"--data", data, "--index", idx}
	with := func(args ...string) []string { return append(append([]string{}, flags...), args...) }
	if code, _, errs := newsdesk(t, "", with("reindex")...); code != exitDone {
		t.Fatal(errs)
	}
	if len(traces(t, "quagga", data)) < 2 || len(traces(t, "quagga", idx)) == 0 {
		t.Fatalf("there is nothing to forget, so this shows nothing: %q", traces(t, "quagga", dir))
	}
	served, err := index.Open(idx, "test") // as another process has it open
	if err != nil {
		t.Fatal(err)
	}
	defer served.Close()
	if holding(t, served, "thylacine") != 1 {
		t.Error("the article is not found")
	}

	code, _, errs := newsdesk(t, "", with("forget", "https://river.example/quagga")...)
	if code != exitMisuse || len(traces(t, "quagga", data)) < 2 {
		t.Errorf("without --yes and terminal: exit %d, %q left", code, traces(t, "quagga", data))
	}
	wantText(t, errs, "Quagga seen again, River Post", ".md and its earlier versions; 1 passage in", "--yes")

	code, out, errs := newsdesk(t, "", with("forget", "--yes", "https://river.example/quagga?utm_source=x")...)
	if code != exitDone {
		t.Fatal(errs)
	}
	wantText(t, out, "forgotten: q1", "of 1 article;")
	for _, word := range []string{"quagga", "thylacine"} {
		if left := traces(t, word, dir); len(left) > 0 {
			t.Errorf("%s is still in %q", word, left)
		}
		if holding(t, served, word) != 0 {
			t.Errorf("another process still finds %s", word)
		}
	}
	if holding(t, served, "otter") != 1 {
		t.Error("another article is gone as well")
	}
	if change, err := files.Put(t.Context(), quagga); err != nil || change != article.Forgotten {
		t.Errorf("it comes back: %v, %v", change, err)
	}
	code, out, _ = newsdesk(t, "", with("forget", "--yes", "q1")...)
	if code != exitDone || !strings.Contains(out, "no file held the article") {
		t.Errorf("again: exit %d, %s", code, out)
	}
}

// What stands in a person's own file is theirs to take out.
func TestForgetInOwnFile(t *testing.T) {
	dir := t.TempDir()
	data, idx := filepath.Join(dir, "data"), filepath.Join(dir, "index")
	own := filepath.Join(data, "own.jsonl")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(data, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(own, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const otter = `{"id":"o1","title":"Otter","text":"The otter swims in the river Amper."}` + "\n"
	write(otter + `{"id":"q1","title":"Quagga","text":"The quagga grazes at the river Amper."}` + "\n")
	code, _, errs := newsdesk(t, "", "--data", data, "--index", idx, "forget", "--yes", "q1")
	if code != exitFailed {
		t.Errorf("exit %d", code)
	}
	wantText(t, errs, "own.jsonl is a file of yours", "by hand and run this command again", "nothing was removed")
	write(otter)
	code, _, errs = newsdesk(t, "", "--data", data, "--index", idx, "forget", "--yes", "q1")
	if code != exitDone || len(traces(t, "quagga", dir)) > 0 {
		t.Errorf("exit %d, %q left\n%s", code, traces(t, "quagga", dir), errs)
	}
	t.Chdir(dir) // where there is no data/articles
	for _, args := range [][]string{{"--index", idx, "forget", "--yes", "q1"}, {"--data", own, "--index", idx, "forget", "--yes", "q1"}} {
		if code, _, errs := newsdesk(t, "", args...); code != exitMisuse || !strings.Contains(errs, "wants a folder of articles") {
			t.Errorf("%q: exit %d, %s", args, code, errs)
		}
	}
}

// Gathered articles go when they are too old, people's own files never.
func TestKeepDays(t *testing.T) {
	data := t.TempDir()
	now := time.Now()
	gathered(t, data,
		article.Article{ID: "old", Title: "Quagga seen", Published: now.AddDate(0, 0, -40), Text: "The quagga grazes at the river Amper."},
		article.Article{ID: "new", Title: "Otter seen", Published: now.AddDate(0, 0, -20), Text: "The otter swims in the river Amper."},
		article.Article{ID: "newest", Title: "Stork seen", Published: now.AddDate(0, 0, -1), Text: "The stork flies over the river Amper."})
	putArticle(t, data, "own/heron.md", "heron") // of 2025
	x, _, _ := freshened(t, data, time.Hour)
	a := &app{settings: settings{"KEEP_DAYS": ""}}
	log := &output{}
	a.keep(t.Context(), newShelf(data), logTo(log)) // returns: all are kept
	if holding(t, x, "quagga") != 1 || log.String() != "" {
		t.Errorf("without KEEP_DAYS: %s", log)
	}
	a.settings["KEEP_DAYS"] = "30"
	go a.keep(t.Context(), newShelf(data), logTo(log))
	eventually(t, "the old one is gone", func() bool { return holding(t, x, "quagga") == 0 })
	eventually(t, "it is told", func() bool { return strings.Contains(log.String(), "deleted=1 keep_days=30") })
	if holding(t, x, "otter") != 1 || holding(t, x, "heron") != 1 || len(traces(t, "quagga", data)) > 0 {
		t.Errorf("the wrong ones went; left: %q", traces(t, "quagga", data))
	}
}
