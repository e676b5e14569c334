package eval

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"newsdesk/index"
)

func TestBench(t *testing.T) {
	shown := 0
	r, err := Bench(t.Context(), BenchConfig{
		Dir: t.TempDir(), Version: "test", Passages: 300, Questions: 25, Clients: []int{1, 3}, Seed: 5,
		Progress: func(index.Progress) { shown++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Passages < 240 || r.Passages > 360 || r.Articles < 30 || r.Articles > r.Passages {
		t.Errorf("got %d passages of %d articles, want about 300 of fewer", r.Passages, r.Articles)
	}
	b := r.Build
	if b.Seconds <= 0 || b.PassagesPerSecond <= 0 || b.MBPerSecond <= 0 || b.TextMB < 0.1 || b.TextMB > 0.5 || b.IndexPerText < 0.5 || b.IndexPerText > 20 {
		t.Errorf("got %+v", b)
	}
	if r.Memory.HeapMB <= 0 || r.Open.OpenMS <= 0 || r.Open.FirstMS <= 0 {
		t.Errorf("got %+v and %+v, want all measured", r.Memory, r.Open)
	}
	if _, err := os.Stat("/proc/self/status"); err == nil && (r.Memory.ResidentMB <= 0 || r.Memory.PeakMB < r.Memory.ResidentMB) {
		t.Errorf("got %+v, want a resident set and its peak", r.Memory)
	}
	if len(r.Loads) != 2 || r.Loads[0].Clients != 1 || r.Loads[1].Clients != 3 {
		t.Fatalf("got %+v, want loads of 1 and 3 clients", r.Loads)
	}
	for _, l := range r.Loads {
		for _, s := range []Served{l.Search, l.Ask} {
			if s.P50 <= 0 || s.P95 < s.P50 || s.P99 < s.P95 || s.PerSecond <= 0 {
				t.Errorf("%d clients: got %+v", l.Clients, s)
			}
		}
	}
	if shown == 0 {
		t.Error("got no progress of the build")
	}
}

func TestBenchStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	_, err := Bench(ctx, BenchConfig{
		Dir: t.TempDir(), Passages: 2000, Questions: 1, Clients: []int{1},
		Progress: func(index.Progress) { stop() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want canceled", err)
	}
}

func TestBenchTable(t *testing.T) {
	r := BenchReport{
		Seed: 1, Articles: 4972, Passages: 20013, Questions: 200, Cores: 2,
		Build:  Build{4.63, 4322.1, 2.914, 13.51, 36.4, 2.694},
		Memory: Memory{70.2, 182.4, 2.1},
		Open:   Opened{0.61, 12.3},
		Loads: []Load{
			{1, Served{Percentiles{0.98, 2.12, 2.32}, 889.4}, Served{Percentiles{2.38, 3.51, 13.84}, 409}},
			{8, Served{Percentiles{5.62, 7.73, 8.61}, 1381}, Served{Percentiles{10.2, 16.4, 123.4}, 716}},
		},
	}
	var b strings.Builder
	if err := r.WriteTable(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "bench.txt", b.String())
}
