package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

// unreadable puts a link in the place of a file that can be opened and looked at,
// and of which each read fails as on a disk with a bad sector: it leads to the
// beginning of the process's own memory.
func unreadable(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink("/proc/self/mem", path)); err != nil {
		t.Fatal(err)
	}
}

// Whichever file the disk cannot read, what the program says names it and tells
// what to do, and what does not hang on it is done.
func TestUnreadableFiles(t *testing.T) {
	for _, tt := range []struct {
		name   string
		file   string
		args   string
		stdin  io.Reader
		code   int
		stdout []string
		stderr []string
	}{
		{"the settings", ".env", "check", nil, exitMisuse, nil, []string{".env cannot be read: input/output error: put a copy of it in its place"}},
		{"an article", "news/bad.md", "--data news reindex", nil, exitDone, []string{"2 articles"}, []string{"bad.md: read: input/output error"}},
		{"an article, asked", "news/bad.md", "--data news ask where does the otter swim", nil, exitDone, []string{"The otter swims in the river Amper"}, nil},
		{"the list of feeds", "data/feeds.opml", "feeds list", nil, exitFailed, nil, []string{"data/feeds.opml: input/output error: put a copy of it in its place, or delete it to begin a new list"}},
		{"the questions of a batch", "", "--data news ask --json -", io.MultiReader(strings.NewReader("where does the otter swim\n"), iotest.ErrReader(&fs.PathError{Op: "read", Path: "a pipe", Err: syscall.EIO})), exitFailed, []string{"The otter swims in the river Amper"}, []string{"read the questions: read a pipe: input/output error"}},
		{"the questions of a measurement", "questions.jsonl", "eval --corpus news --questions questions.jsonl", nil, exitFailed, nil, []string{"questions.jsonl:1: read questions.jsonl: input/output error"}},
		{"a file to import", "bad.jsonl", "--data news import good.jsonl bad.jsonl", nil, exitFailed, []string{"1 article added", "1 record rejected"}, []string{"1 file could not be read to the end: var/import-rejects.jsonl says why; the same command goes on with it"}},
		{"a file of a folder to import", "folder/a.jsonl", "--data news import folder", nil, exitFailed, []string{"1 article added", "1 record rejected"}, []string{"1 file could not be read to the end"}},
		{"the journal of imports", "news/.import.json", "--data news import good.jsonl", nil, exitDone, []string{"1 article added"}, nil},
		{"what was forgotten", "news/.forgotten", "--data news import good.jsonl", nil, exitFailed, nil, []string{"news/.forgotten: input/output error"}},
		{"the rejects of imports", "var/import-rejects.jsonl", "--data news forget --yes o1", nil, exitDone, []string{"forgotten: o1"}, nil}, // a link is none of newsdesk's
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			putArticle(t, "news", "heron.md", "heron")
			write(t, "news/otter.md", "---\nid: o1\ntitle: Otter seen\npublished: 2025-11-26\n---\nThe otter swims in the river Amper.\n")
			write(t, "good.jsonl", `{"id":"g1","title":"Good","text":"A stork was seen at the weir by many people."}`)
			write(t, "folder/b.jsonl", `{"id":"g1","title":"Good","text":"A stork was seen at the weir by many people."}`)
			if tt.file != "" {
				unreadable(t, tt.file)
			}
			var out, errs output
			code := run(t.Context(), strings.Fields(tt.args), noSettings, tt.stdin, &out, &errs)
			if code != tt.code {
				t.Errorf("exit %d, want %d", code, tt.code)
			}
			wantText(t, out.String(), tt.stdout...)
			wantText(t, errs.String(), tt.stderr...)
			if t.Failed() {
				t.Logf("stdout:\n%s\nstderr:\n%s", &out, &errs)
			}
		})
	}
}

// What an import could not read is read by the same command once it can be, though
// it stands before what was read.
func TestImportReadsOnAfterTrouble(t *testing.T) {
	for _, source := range []string{"folder", "folder/a.jsonl"} {
		t.Chdir(t.TempDir())
		record := func(id string) string {
			return `{"id":"` + id + `","title":"Good","text":"A stork called ` + id + ` was seen at the weir by many people."}` + "\n"
		}
		write(t, "folder/b.jsonl", record("b"))
		unreadable(t, "folder/a.jsonl")
		if code, _, _ := newsdesk(t, "", "--data", "news", "import", source); code != exitFailed {
			t.Errorf("%s: exit %d", source, code)
		}
		if err := os.Remove("folder/a.jsonl"); err != nil {
			t.Fatal(err)
		}
		write(t, "folder/a.jsonl", record("a"))
		code, out, errs := newsdesk(t, "", "--data", "news", "import", source)
		if code != exitDone || !strings.Contains(out, "1 article added") || strings.Contains(out, "rejected") {
			t.Errorf("%s, once it can be read: exit %d, %s%s", source, code, out, errs)
		}
	}
}

func TestUnreadableStateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newsdesk.db")
	unreadable(t, path)
	a := &app{settings: settings{"STATE_FILE": path}}
	if _, err := a.openState(logTo(io.Discard)); err == nil {
		t.Error("it opens")
	} else {
		wantText(t, err.Error(), path, "input/output error", "name another with STATE_FILE")
	}
}

// serve answers while the list of feeds cannot be read, and gathers once it can.
func TestServeWithUnreadableList(t *testing.T) {
	site := newsSite(t)
	t.Chdir(t.TempDir())
	putArticle(t, localArticles, "otter.md", "otter")
	s, err := readSettings(lookupIn(map[string]string{"FEEDS_ALLOW_HOSTS": "127.0.0.1", "FEEDS_CONTACT": "https://me.example"}))
	if err != nil {
		t.Fatal(err)
	}
	unreadable(t, s["FEEDS_FILE"])
	log := &output{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a := &app{ctx: ctx, settings: s, stderr: log, pause: time.Millisecond}
	f, err := a.startFeeds(logTo(log))
	if err != nil {
		t.Fatal(err)
	}
	defer f.stop()
	wantText(t, log.String(), "no feeds are gathered until their list can be read", "input/output error")
	if err := os.Remove(s["FEEDS_FILE"]); err != nil {
		t.Fatal(err)
	}
	write(t, s["FEEDS_FILE"], `<opml version="2.0"><body><outline type="rss" xmlUrl="`+site.URL+`/rss"/></body></opml>`)
	if err := f.Reload(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "an article is gathered", func() bool { return len(traces(t, "harbour", localArticles)) > 0 })
}
