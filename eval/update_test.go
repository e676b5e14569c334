package eval

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/index"
)

var (
	updatePassages = flag.Int("update-passages", 2000, "passages in the index that BenchmarkUpdate updates")
	updateDir      = flag.String("update-dir", "", "folder that BenchmarkUpdate keeps its articles and index in, to run it again; empty for a temporary one")
)

// newcomers is how many articles come with one update.
const newcomers = 100

// BenchmarkUpdate brings an index that is being asked up to date with a hundred
// new articles, each a file, told which files these are (named) or looking for
// them (scanned), and compares that with a full rebuild:
//
//	go test ./eval -run '^$' -bench Update -benchtime 20x -update-passages 200000
func BenchmarkUpdate(b *testing.B) {
	dir := *updateDir
	if dir == "" {
		dir = b.TempDir()
	}
	m, err := Generate(b.Context(), 1, *updatePassages)
	if err != nil {
		b.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	for n := range m.Articles {
		writeMade(b, data, "", m.article(n))
	}
	x, err := index.Open(filepath.Join(dir, "index"), "test")
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	c := index.Collection{Name: data, FS: os.DirFS(data)}
	full, err := x.Update(b.Context(), c, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("index of %d articles, %d passages: full %v, %v", full.Articles, full.Passages, full.Full, full.Took)
	next := int(time.Now().Unix() % 1e6 * 1000) // new ones in every run
	for _, named := range []bool{true, false} {
		b.Run(fmt.Sprintf("named=%v", named), func(b *testing.B) {
			var sum, worst time.Duration
			for range b.N {
				b.StopTimer()
				var names []string
				for range newcomers {
					a := m.article(next % m.Articles)
					a.ID = fmt.Sprintf("new-%d", next)
					a.URL += "/" + a.ID
					names = append(names, writeMade(b, data, "new", a))
					next++
				}
				if _, err := x.Stats(); err != nil { // as whoever asks does
					b.Fatal(err)
				}
				b.StartTimer()
				update := func() (index.Summary, error) { return x.UpdateFiles(b.Context(), c, names) }
				if !named {
					update = func() (index.Summary, error) { return x.Update(b.Context(), c, nil) }
				}
				s, err := update()
				if err != nil || s.Added != newcomers {
					b.Fatalf("%+v, %v", s, err)
				}
				if _, err := x.Stats(); err != nil {
					b.Fatal(err)
				}
				sum, worst = sum+s.Took, max(worst, s.Took)
			}
			b.ReportMetric(sum.Seconds()/float64(b.N), "s/update")
			b.ReportMetric(worst.Seconds(), "s/worst")
			if full.Full {
				b.ReportMetric(full.Took.Seconds()*float64(b.N)/sum.Seconds(), "updates/rebuild")
			}
		})
	}
}

// writeMade puts an article in a folder of its day, unless it is there, and
// returns its path within data.
func writeMade(b *testing.B, data, dir string, a madeArticle) string {
	name := filepath.Join(dir, a.Published[:4], a.Published[5:7], a.Published[8:10], a.ID+".json")
	path := filepath.Join(data, name)
	if _, err := os.Stat(path); err == nil {
		return name
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, line(a), 0o644); err != nil {
		b.Fatal(err)
	}
	return name
}

// BenchmarkBeside asks an index one question after the other, alone, and beside
// rebuilds that may use all cores or half of them:
//
//	go test ./eval -run '^$' -bench Beside -benchtime 1x -update-passages 100000
func BenchmarkBeside(b *testing.B) {
	m, err := Generate(b.Context(), 1, *updatePassages)
	if err != nil {
		b.Fatal(err)
	}
	x, err := index.Open(b.TempDir(), "test")
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	c := index.Collection{Name: "made up", FS: m.FS()}
	if _, err := x.Rebuild(b.Context(), c, nil); err != nil {
		b.Fatal(err)
	}
	engine := answer.New(x)
	questions := m.Ask(1000)
	for _, beside := range []string{"nothing", "half", "all"} {
		b.Run(beside, func(b *testing.B) {
			var took []time.Duration
			for range b.N {
				done := make(chan error, 1)
				over := func() bool { return len(took) >= len(questions) }
				if beside != "nothing" {
					x.LimitBuilds(runtime.GOMAXPROCS(0))
					if beside == "half" {
						x.LimitBuilds(runtime.GOMAXPROCS(0) / 2)
					}
					start := time.Now()
					go func() {
						_, err := x.Rebuild(b.Context(), c, nil)
						b.ReportMetric(time.Since(start).Seconds(), "s/rebuild")
						done <- err
					}()
					over = func() bool { return len(done) > 0 }
				}
				for n := 0; !over(); n++ {
					begin := time.Now()
					if _, err := engine.Search(b.Context(), answer.Question{Text: questions[n%len(questions)], Now: madeLast}, results); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(begin))
					time.Sleep(20 * time.Millisecond) // people do not ask without a pause
				}
				if beside != "nothing" {
					if err := <-done; err != nil {
						b.Fatal(err)
					}
				}
			}
			p := durations(took)
			b.ReportMetric(p.P50, "p50-ms")
			b.ReportMetric(p.P99, "p99-ms")
		})
	}
}
