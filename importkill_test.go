package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
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

var importKills = flag.Int("import-kills", 4, "how often TestKilledImport kills an import of each kind of file")

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
			fmt.Fprintf(z, `{"url":"https://news.example/j/%d","title":"Report %d on the river","published":"%s","source":"Wire","text":"%s"}`+"\n", i, i, importDay(i), importText(i))
		}
		_ = z.Close() // its writer keeps the error
	})
	inFile(warc, func(w *bufio.Writer) {
		for i := range n {
			page := fmt.Sprintf(`<html lang=en><head><title>Report %d on the river</title><meta property="og:type" content="article"><meta property="article:published_time" content="%s"></head><body><nav><a href="/">Home</a></nav><article><h1>Report %d on the river</h1><p>%s</p></article><footer>Wire</footer></body></html>`,
				i, importDay(i), i, importText(i))
			http := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
			z := gzip.NewWriter(w)
			fmt.Fprintf(z, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/w/%d\r\nWARC-Date: 2025-11-26T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", i, len(http), http)
			_ = z.Close()
		}
	})
	return jsonl, warc
}

func importDay(i int) string {
	return time.Date(2025, 1, 1+i%300, 8, i%60, 0, 0, time.UTC).Format(time.RFC3339)
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

// An import that is killed at any moment loses nothing and doubles nothing once
// it has been run again.
func TestKilledImport(t *testing.T) {
	const articles = 700 // three batches
	program := build(t)
	for kind := range 2 {
		dir := t.TempDir()
		jsonl, warc := importFiles(t, dir, articles)
		file := []string{jsonl, warc}[kind]
		command := func() *exec.Cmd {
			cmd := exec.Command(program, "--data", "kept", "import", filepath.Base(file))
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
			return cmd
		}
		rng := rand.New(rand.NewPCG(3, uint64(kind)))
		killed, wentOn := 0, 0
		for i := range *importKills {
			cmd := command()
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			if i%2 == 1 {
				awaitBatch(filepath.Join(dir, "kept"), ended)
			}
			select {
			case err := <-ended:
				ended <- err
			case <-time.After(time.Duration(rng.IntN(300)) * time.Millisecond):
				_ = cmd.Process.Kill()
			}
			if <-ended != nil {
				killed++
			}
			if strings.Contains(said.String(), "going on behind record") {
				wentOn++
			}
		}
		out, err := command().CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if strings.Contains(string(out), "going on behind record") {
			wentOn++
		}
		if killed < *importKills/2 || wentOn == 0 {
			t.Errorf("%s: killed %d times, went on %d times: the test shows little", filepath.Base(file), killed, wentOn)
		}
		t.Logf("%s: killed %d times, went on %d times", filepath.Base(file), killed, wentOn)
		checkImported(t, filepath.Join(dir, "kept"), articles)
	}
}

// awaitBatch waits until some articles are safe, or the import has ended.
func awaitBatch(dir string, ended chan error) {
	for {
		if _, err := os.Stat(filepath.Join(dir, journalName)); err == nil {
			return
		}
		select {
		case err := <-ended:
			ended <- err
			return
		case <-time.After(time.Millisecond):
		}
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
	const articles = 1000
	dir := t.TempDir()
	jsonl, _ := importFiles(t, dir, articles)
	program := build(t)
	start := func() (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.Command(program, "--data", "kept", "import", filepath.Base(jsonl))
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, &said
	}
	cmd, said := start()
	awaitBatch(filepath.Join(dir, "kept"), make(chan error, 1))
	_ = cmd.Process.Signal(syscall.SIGINT)
	err := cmd.Wait()
	if err == nil || !strings.Contains(said.String(), "the same command goes on from here") || !strings.Contains(said.String(), "newsdesk: stopped") {
		t.Errorf("interrupted: %v\n%s", err, said)
	}
	cmd, said = start()
	if err := cmd.Wait(); err != nil || !strings.Contains(said.String(), "going on behind record") || !strings.Contains(said.String(), ", 0 there before") {
		t.Errorf("went on: %v\n%s", err, said)
	}
	checkImported(t, filepath.Join(dir, "kept"), articles)
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
