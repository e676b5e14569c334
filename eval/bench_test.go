package eval

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"newsdesk/index"
)

func TestBench(t *testing.T) {
	shown := 0
	var phases []string
	c := BenchConfig{
		Dir: t.TempDir(), Version: "test", Sizes: []int{150, 40}, Questions: 15, Clients: []int{1, 3}, Seed: 5, Rebuild: true,
		Phase:    func(what string) { phases = append(phases, what) },
		Progress: func(index.Progress) { shown++ },
	}
	r, err := Bench(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sizes) != 2 || r.Sizes[0].Passages > r.Sizes[1].Passages {
		t.Fatalf("got sizes %+v, want two, the smaller first", r.Sizes)
	}
	s := r.Sizes[1]
	if s.Passages < 120 || s.Passages > 180 || s.Articles < 15 || s.Articles > s.Passages {
		t.Errorf("got %d passages of %d articles, want about 150 of fewer", s.Passages, s.Articles)
	}
	b := s.Build
	if b.Kept || b.Seconds <= 0 || b.PassagesPerSecond <= 0 || b.MBPerSecond <= 0 || b.TextMB < 0.05 || b.TextMB > 0.25 || b.IndexPerText < 0.5 || b.IndexPerText > 20 {
		t.Errorf("got %+v", b)
	}
	if s.Warm.OpenMS <= 0 || s.Warm.SearchMS <= 0 || s.Warm.AskMS <= 0 {
		t.Errorf("got %+v, want all measured", s.Warm)
	}
	if runtime.GOOS == "linux" && (s.Cold == nil || s.Cold.OpenMS <= 0 || b.Peak.AnonymousMB <= 0 || s.AtRest.AnonymousMB <= 0 || s.AtRest.MappedMB <= 0) {
		t.Errorf("got %+v, %+v and %+v, want the memory, and the index opened cold", s.Cold, b.Peak, s.AtRest)
	}
	if len(s.Loads) != 2 || s.Loads[0].Clients != 1 || s.Loads[1].Clients != 3 {
		t.Fatalf("got %+v, want loads of 1 and 3 clients", s.Loads)
	}
	served := []Served{s.Beside.Ask}
	for _, l := range s.Loads {
		served = append(served, l.Search, l.Ask)
	}
	for _, v := range served {
		if v.P50 <= 0 || v.P95 < v.P50 || v.P99 < v.P95 || v.PerSecond <= 0 {
			t.Errorf("got %+v", v)
		}
	}
	if s.Beside.Asked < 1 || s.Beside.Seconds <= 0 || s.Update.Articles != updated || s.Update.Seconds <= 0 || s.Update.TimesShorter <= 0 {
		t.Errorf("got %+v and %+v, want both measured", s.Beside, s.Update)
	}
	if shown == 0 || len(phases) < 10 {
		t.Errorf("got %d shows of progress and phases %q", shown, phases)
	}
}

func TestBenchTakesUpWhatIsKept(t *testing.T) {
	c := BenchConfig{Dir: t.TempDir(), Version: "test", Sizes: []int{100}, Questions: 3, Clients: []int{1}, Seed: 2, Rebuild: true}
	first, err := Bench(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Rebuild = false // the first run left things as they were in spite of it
	second, err := Bench(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	want := first.Sizes[0].Build
	want.Kept = true
	if got := second.Sizes[0]; got.Build != want || got.Passages != first.Sizes[0].Passages {
		t.Errorf("got %+v, want what the first run measured, %+v", got, first.Sizes[0])
	}
	// A run that was stopped between index and figures begins anew.
	if err := os.Remove(filepath.Join(c.Dir, "seed-2-passages-100", benchBuildName)); err != nil {
		t.Fatal(err)
	}
	third, err := Bench(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if third.Sizes[0].Build.Kept || third.Sizes[0].Build.Seconds <= 0 {
		t.Errorf("got %+v, want it built anew", third.Sizes[0].Build)
	}
}

func TestBenchStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	_, err := Bench(ctx, BenchConfig{
		Dir: t.TempDir(), Sizes: []int{2000}, Questions: 1, Clients: []int{1},
		Progress: func(index.Progress) { stop() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want canceled", err)
	}
}

func benchReport() BenchReport {
	served := func(p50, p95, p99, rate float64) Served { return Served{Percentiles{p50, p95, p99}, rate} }
	return BenchReport{
		Seed: 1, Questions: 200, Cores: 2,
		Sizes: []BenchSize{
			{
				Articles: 1243, Passages: 5011,
				Build:  Build{false, 1.16, 4320.1, 2.9, 3.4, 9.6, 2.82, Memory{91.2, 40.5}},
				Warm:   Opened{0.61, 1.9, 2.2},
				AtRest: Memory{20.5, 33},
				Loads: []Load{
					{1, served(0.31, 0.6, 0.8, 2890), served(1.1, 1.9, 2.4, 800)},
					{8, served(1.6, 2.8, 3.3, 4600), served(5.2, 8.1, 12, 1500)},
				},
				Beside: &Beside{2.2, 900, served(1.6, 3.9, 7.1, 410)},
				Update: &Updated{updated, 0.15, 7.7},
			},
			{
				Articles: 4972, Passages: 20013,
				Build:  Build{true, 4.63, 4322.1, 2.914, 13.51, 36.4, 2.694, Memory{150.2, 120}},
				Cold:   &Opened{12, 8.4, 3.1},
				Warm:   Opened{0.72, 3.1, 3.2},
				AtRest: Memory{22.4, 51.2},
				Loads: []Load{
					{1, served(0.98, 2.12, 2.32, 889.4), served(2.38, 3.51, 13.84, 409)},
					{8, served(5.62, 7.73, 8.61, 1381), served(10.2, 16.4, 123.4, 716)},
				},
				Beside: &Beside{8.9, 2100, served(3.1, 7.7, 21, 240)},
				Update: &Updated{updated, 0.31, 14.9},
			},
		},
	}
}

func TestBenchTable(t *testing.T) {
	var b strings.Builder
	if err := benchReport().WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "bench.txt", b.String())
}

func TestPassagesTick(t *testing.T) {
	for v, want := range map[float64]string{
		1: "1", 867: "867", 999.6: "1k", 5011: "5k", 1500: "1.5k", 20013: "20k", 100000: "100k", 999900: "1m", 1e6: "1m", 2.5e6: "2.5m", 2e7: "20m",
	} {
		if got := passagesTick(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestBenchPlot(t *testing.T) {
	var b strings.Builder
	if err := benchReport().WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "bench.svg", b.String())
	for name, r := range map[string]BenchReport{
		"two sizes":  benchReport(),
		"one size":   {Sizes: benchReport().Sizes[:1]},
		"no clients": {Sizes: []BenchSize{{Passages: 10}}},
		"nothing":    {},
		"no time":    {Sizes: []BenchSize{{Passages: 10, Loads: []Load{{Clients: 1}}}}},
	} {
		var b strings.Builder
		if err := r.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
			t.Errorf("%s: got a place that is none in %s", name, b.String())
		}
		for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}
