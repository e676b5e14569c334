package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

var (
	ingestKills   = flag.Int("ingest-kills", 5, "times that TestKilledIngestion kills")
	ingestForever = flag.String("ingest-forever", "", "folder to gather articles in until killed; for TestKilledIngestion alone")
)

const ingestArticles = 60 // that are put again and again, edited each time

func ingested(n, version int) article.Article {
	return article.Article{
		ID: fmt.Sprintf("a%d", n), Title: fmt.Sprintf("Report %d", n), URL: fmt.Sprintf("https://wire.example/%d", n), Source: "Wire",
		Published: time.Date(2025, 11, 1+n%28, 12, 0, 0, 0, time.UTC),
		Text:      fmt.Sprintf("The otter called Number%d swims in the river Amper. %d volunteers counted it.", n, version),
	}
}

// TestIngestForever is the process that TestKilledIngestion kills: it gathers
// articles and says which are safe, while a freshener indexes them.
func TestIngestForever(t *testing.T) {
	if *ingestForever == "" {
		t.Skip("runs only when TestKilledIngestion starts it")
	}
	data, idx := filepath.Join(*ingestForever, "data"), filepath.Join(*ingestForever, "index")
	files, err := article.OpenStore(data)
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Open(idx, "test")
	if err != nil {
		t.Fatal(err)
	}
	c := index.Collection{Name: data, FS: os.DirFS(data)}
	if _, err := files.Put(t.Context(), ingested(ingestArticles, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Update(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	a := &app{settings: settings{"SCAN_EVERY": "1s"}}
	go a.freshen(x, c, slog.New(slog.DiscardHandler)).run(context.Background())
	for version := int(time.Now().UnixMilli()); ; version++ {
		n := rand.IntN(ingestArticles)
		if _, err := files.Put(t.Context(), ingested(n, version)); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("safe %d %d\n", n, version)
	}
}

// Killed at any moment of gathering and indexing, nothing that was safe is lost
// or there twice, and the next update makes what a rebuild makes.
//
//	go test . -run KilledIngestion -ingest-kills 50
func TestKilledIngestion(t *testing.T) {
	dir := t.TempDir()
	data, idx := filepath.Join(dir, "data"), filepath.Join(dir, "index")
	c := index.Collection{Name: data, FS: os.DirFS(data)}
	rng := rand.New(rand.NewPCG(3, 4))
	safe := make(map[int]int) // the newest version of each article that is safe
	for kill := range *ingestKills {
		out := &output{}
		cmd := exec.Command(os.Args[0], "-test.run", "^TestIngestForever$", "-ingest-forever", dir)
		cmd.Stdout, cmd.Stderr = out, out
		cmd.Env = append(os.Environ(), "TMPDIR="+dir) // it tidies nothing up
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Some are killed while articles are put, some once these are indexed too.
		puts := 1 + rng.IntN(2*ingestArticles)
		if before := generation(idx); kill%2 == 1 {
			eventually(t, "the index is brought up to date", func() bool { return generation(idx) != before })
			puts = strings.Count(out.String(), "safe ") + rng.IntN(20)
		}
		eventually(t, "so many puts are safe", func() bool { return strings.Count(out.String(), "safe ") >= puts })
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		lines := strings.SplitAfter(out.String(), "\n")
		for _, line := range lines[:len(lines)-1] {
			var n, version int
			if _, err := fmt.Sscanf(line, "safe %d %d\n", &n, &version); err == nil {
				safe[n] = version
			}
		}
		checkIngested(t, kill, data, idx, c, safe)
	}
	t.Logf("%d articles safe after %d kills", len(safe), *ingestKills)
	if len(safe) < ingestArticles/4 {
		t.Errorf("only %d articles were put: the test shows little", len(safe))
	}
}

// generation is what the index at dir answers from, or "".
func generation(dir string) string {
	current, _ := os.ReadFile(filepath.Join(dir, "CURRENT")) // none yet
	return string(current)
}

// checkIngested checks the files, and that the index brought up to date equals
// one that is built anew.
func checkIngested(t *testing.T, kill int, data, idx string, c index.Collection, safe map[int]int) {
	t.Helper()
	files, err := article.OpenStore(data)
	if err != nil {
		t.Fatalf("kill %d: %v", kill, err)
	}
	defer files.Close()
	open := func(dir string) (*index.Index, index.Stats) {
		x, err := index.Open(dir, "test")
		if err != nil {
			t.Fatalf("kill %d: %v", kill, err)
		}
		if s, err := x.Update(t.Context(), c, nil); err != nil || len(s.Problems) > 0 {
			t.Fatalf("kill %d: %+v, %v", kill, s, err)
		}
		stats, err := x.Stats()
		if err != nil {
			t.Fatalf("kill %d: %v", kill, err)
		}
		return x, stats
	}
	x, got := open(idx)
	defer x.Close()
	rebuilt, want := open(t.TempDir())
	defer rebuilt.Close()
	if got.Articles != want.Articles || got.Passages != want.Passages || !got.Newest.Equal(want.Newest) {
		t.Errorf("kill %d: the index has %+v, a rebuild %+v", kill, got, want)
	}
	for n, version := range safe {
		stored, err := files.Get(fmt.Sprintf("a%d", n))
		if err != nil {
			t.Errorf("kill %d: %v", kill, err)
			continue
		}
		var is int
		_, rest, _ := strings.Cut(stored.Text, "Amper. ")
		if fmt.Sscanf(rest, "%d", &is); is < version {
			t.Errorf("kill %d: article %d has version %d, and %d was safe", kill, n, is, version)
		}
		for _, x := range []*index.Index{x, rebuilt} {
			if found := holding(t, x, fmt.Sprintf("Number%d", n)); found != 1 {
				t.Errorf("kill %d: article %d is in the index %d times", kill, n, found)
			}
			if a, err := x.Article(t.Context(), stored.ID); err != nil || a.Text != stored.Text {
				t.Errorf("kill %d: article %d in the index: %q, %v; in its file: %q", kill, n, a.Text, err, stored.Text)
			}
		}
	}
}
