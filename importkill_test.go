package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsdesk/article"
)

var (
	importKills  = flag.Int("import-kills", 3, "how often TestKilledImport kills an import of each kind of file")
	importMortal = flag.String("import-mortal", "", "a mortalImport in JSON to run; for TestKilledImport alone")
)

// importFiles writes n made-up articles as .jsonl.gz and as .warc.gz.
func importFiles(t testing.TB, dir string, n int) (jsonl, warc string) {
	t.Helper()
	jsonl, warc = filepath.Join(dir, "news.jsonl.gz"), filepath.Join(dir, "news.warc.gz")
	inFile := func(name string, write func(w *bufio.Writer)) {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		write(w)
		if err := errors.Join(w.Flush(), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	inFile(jsonl, func(w *bufio.Writer) {
		z := gzip.NewWriter(w)
		for i := range n {
			fmt.Fprintf(z, `{"url":"https://news.example/j/%d","title":"Report %d on the river","published":"%s","source":"Wire","text":"%s"}`+"\n", i, i, importDay(i, n), importText(i))
		}
		_ = z.Close() // its writer keeps the error
	})
	inFile(warc, func(w *bufio.Writer) {
		for i := range n {
			page := fmt.Sprintf(`<html lang=en><head><title>Report %d on the river</title><meta property="og:type" content="article"><meta property="article:published_time" content="%s"></head><body><nav><a href="/">Home</a></nav><article><h1>Report %d on the river</h1><p>%s</p></article><footer>Wire</footer></body></html>`,
				i, importDay(i, n), i, importText(i))
			http := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
			z := gzip.NewWriter(w)
			fmt.Fprintf(z, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/w/%d\r\nWARC-Date: 2025-11-26T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", i, len(http), http)
			_ = z.Close()
		}
	})
	return jsonl, warc
}

// importDay has a folder hold 64 articles or so, which is quickly listed.
func importDay(i, n int) string {
	return time.Date(2025, 1, 1+i%min(1+n/64, 300), 8, i%60, 0, 0, time.UTC).Format(time.RFC3339)
}

// importText makes texts that are no copies of each other, of 200 words.
func importText(i int) string {
	rng := rand.New(rand.NewPCG(1, uint64(i)))
	var b strings.Builder
	fmt.Fprintf(&b, "The otter called Number%d swims in the river Amper.", i)
	for range 20 {
		fmt.Fprintf(&b, " Volunteer%d counted %d animals at the bridge of Place%d in week %d.", rng.IntN(5000), rng.IntN(900), rng.IntN(5000), rng.IntN(50))
	}
	return b.String()
}

// A mortalImport is one that ends by a kill in the put of a certain batch. The
// moment goes by how far it is, however fast or slow the machine may be.
type mortalImport struct {
	Source, Dir string
	Batches     int // that are put before
	Files       int // of that batch that are written; what is beyond all of them is a pause of 20 µs each
	articleStore
}

// PutAll kills at the latest when a further batch comes.
func (m *mortalImport) PutAll(ctx context.Context, list []article.Article) ([]article.Outcome, error) {
	m.Batches--
	if m.Batches < -1 || m.Batches == -1 && m.Files == 0 {
		killSelf()
	}
	if m.Batches == -1 {
		until := filesBelow(m.Dir) + min(m.Files, len(list))
		go func() {
			for filesBelow(m.Dir) < until {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(m.Files-len(list)) * 20 * time.Microsecond)
			killSelf()
		}()
	}
	return m.articleStore.PutAll(ctx, list)
}

// killSelf does not return.
func killSelf() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

// filesBelow counts files, also those that are still being written aside.
func filesBelow(dir string) (n int) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

// TestImportUntilKilled is the process that TestKilledImport starts.
func TestImportUntilKilled(t *testing.T) {
	if *importMortal == "" {
		return // there is nothing to test: the other test runs this one
	}
	var m mortalImport
	if err := json.Unmarshal([]byte(*importMortal), &m); err != nil {
		t.Fatal(err)
	}
	source, err := openSource(t.Context(), m.Source)
	if err != nil {
		t.Fatal(err)
	}
	if m.articleStore, err = article.OpenStore(m.Dir); err != nil {
		t.Fatal(err)
	}
	run := &importRun{store: &m, journal: openImportJournal(m.Dir), rejects: rejectFile{path: filepath.Join(m.Dir, "rejects")}}
	if err := run.all(&app{ctx: t.Context(), stderr: os.Stderr}, []*importSource{source}); err != nil {
		t.Fatal(err)
	}
	killSelf() // its batch was the last
}

// An import that is killed at any moment loses nothing and doubles nothing once
// it has been run again, and goes on behind what its journal says is safe.
//
//	go test . -run KilledImport -v -import-kills 40
func TestKilledImport(t *testing.T) {
	articles := (*importKills/2+1)*importArticles - 68 // every other import is killed in its second batch
	program := build(t)
	for kind, name := range []string{"jsonl", "warc"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			jsonl, warc := importFiles(t, dir, articles)
			m := mortalImport{Source: []string{jsonl, warc}[kind], Dir: filepath.Join(dir, "kept")}
			safe := func() importMark { return openImportJournal(m.Dir).Files[m.Source] }
			// run reports what became of an import, which has to go on where
			// the one before was.
			run := func(cmd *exec.Cmd) string {
				from := safe()
				out, _ := cmd.CombinedOutput()
				goesOn := strings.Contains(string(out), fmt.Sprintf("going on behind record %d\n", from.Records))
				if want := from.Records > 0 && !from.Done; goesOn != want {
					t.Errorf("went on %v, want %v from %+v:\n%s", goesOn, want, from, out)
				}
				return fmt.Sprintf("%v\n%s", cmd.ProcessState, out)
			}
			rng := rand.New(rand.NewPCG(3, uint64(kind)))
			for i := range *importKills {
				m.Batches, m.Files = i%2, rng.IntN(2*importArticles)
				if i%4 == 1 {
					m.Files = 0 // just behind the journal
				}
				raw, err := json.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				cmd := exec.Command(os.Args[0], "-test.run=^TestImportUntilKilled$", "-import-mortal="+string(raw))
				cmd.Env = append(os.Environ(), "TMPDIR="+dir) // it tidies nothing up
				if how := run(cmd); cmd.ProcessState.Exited() {
					t.Fatalf("kill %d: it ended by itself: %s", i, how)
				}
				t.Logf("killed at file %d behind %d batches; %d records are safe", m.Files, m.Batches, safe().Records)
			}
			if n := safe().Records; n < *importKills/2*importArticles {
				t.Errorf("only %d records are safe", n)
			}
			cmd := exec.Command(program, "--data", m.Dir, "import", m.Source)
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
			if how := run(cmd); !cmd.ProcessState.Success() {
				t.Fatal(how)
			}
			checkImported(t, m.Dir, articles)
		})
	}
}

// checkImported looks whether a folder holds each of the made-up articles once,
// word for word.
func checkImported(t *testing.T, dir string, n int) {
	t.Helper()
	fsys := os.DirFS(dir)
	files, problems, err := article.Files(t.Context(), fsys)
	if err != nil || len(problems) > 0 || len(files) != n {
		t.Errorf("%d files, %v, %v; want %d", len(files), problems, err, n)
	}
	seen := make(map[string]int)
	for _, f := range files {
		for a, problem := range article.Read(t.Context(), fsys, f.Path) {
			if problem != nil {
				t.Fatal(problem)
			}
			var i int
			if _, err := fmt.Sscanf(a.Title, "Report %d on", &i); err != nil {
				t.Fatalf("title %q", a.Title)
			}
			if a.Text != importText(i) {
				t.Errorf("article %d has the text %q", i, a.Text)
			}
			seen[a.ID]++
		}
	}
	if len(seen) != n {
		t.Errorf("%d articles, want %d", len(seen), n)
	}
	if extra, _ := filepath.Glob(filepath.Join(dir, ".versions", "*")); len(extra) > 0 {
		t.Errorf("versions were made of what did not change: %d", len(extra))
	}
}

// Whoever presses Ctrl-C is told how to go on, and nothing is read twice then.
func TestInterruptedImport(t *testing.T) {
	program := build(t)
	for articles := 4 * importArticles; ; articles *= 4 {
		dir := t.TempDir()
		jsonl, _ := importFiles(t, dir, articles)
		kept := filepath.Join(dir, "kept")
		start := func() (*exec.Cmd, *output) {
			cmd := exec.Command(program, "--data", kept, "import", jsonl)
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
			said := &output{}
			cmd.Stdout, cmd.Stderr = said, said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			return cmd, said
		}
		cmd, said := start()
		safe := func() importMark { return openImportJournal(kept).Files[jsonl] }
		eventually(t, "a batch is safe", func() bool { return safe().Records > 0 })
		_ = cmd.Process.Signal(syscall.SIGINT)
		err := cmd.Wait()
		if safe().Done {
			t.Logf("%d articles were there before the signal", articles)
			continue
		}
		if err == nil || !strings.Contains(said.String(), "the same command goes on from here") || !strings.Contains(said.String(), "newsdesk: stopped") {
			t.Errorf("interrupted: %v\n%s", err, said)
		}
		cmd, said = start()
		if err := cmd.Wait(); err != nil || !strings.Contains(said.String(), "going on behind record") || !strings.Contains(said.String(), ", 0 there before") {
			t.Errorf("went on: %v\n%s", err, said)
		}
		checkImported(t, kept, articles)
		return
	}
}

// BenchmarkImport tells how many articles a second go from a file into the
// folder, and how much memory that takes: -benchtime 100000x takes 100,000.
func BenchmarkImport(b *testing.B) {
	program := build(b)
	for kind, name := range []string{"jsonl", "warc"} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			jsonl, warc := importFiles(b, dir, b.N)
			cmd := exec.Command(program, "--data", "kept", "import", []string{jsonl, warc}[kind])
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
			b.ResetTimer()
			if out, err := cmd.Output(); err != nil {
				b.Fatalf("%v\n%s", err, out)
			}
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "articles/s")
			if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
				b.ReportMetric(float64(usage.Maxrss)/1024, "MiB-peak")
			}
		})
	}
}
