package eval

import (
	"math"
	"testing"
	"time"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestMcNemar(t *testing.T) {
	for name, test := range map[string]struct {
		wins, losses int
		want         float64
	}{
		"nothing moved":           {0, 0, 1},
		"one each":                {1, 1, 1},
		"five to none":            {5, 0, 2.0 / 32},
		"none to five":            {0, 5, 2.0 / 32},
		"eight to two":            {8, 2, 2 * (1 + 10 + 45) / 1024.0},
		"many, and level":         {3000, 3000, 1},
		"a single question moved": {1, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mcnemar(test.wins, test.losses); !near(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestRandomisation(t *testing.T) {
	for name, test := range map[string]struct {
		differences []float64
		want        float64
	}{
		"none":                    {nil, 1},
		"only zeros":              {[]float64{0, 0, 0}, 1},
		"up and down":             {[]float64{0.5, -0.5, 0}, 1},
		"five up":                 {[]float64{0.5, 0.5, 0.5, 0.5, 0.5}, 2.0 / 32},
		"ten down, unlike far":    {[]float64{-1, -.9, -.8, -.7, -.6, -.5, -.4, -.3, -.2, -.1}, 2.0 / 1024},
		"as far half of the time": {[]float64{1, 0.5, -0.1}, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			got := randomised(test.differences)
			if math.Abs(got-test.want) > 0.015 {
				t.Errorf("got %v, want about %v", got, test.want)
			}
			if again := randomised(test.differences); again != got {
				t.Errorf("got %v the second time, want %v again", again, got)
			}
		})
	}
}

func TestAUROC(t *testing.T) {
	for name, test := range map[string]struct {
		with, without []float64
		want          float64
	}{
		"told apart":        {[]float64{0.8, 0.9}, []float64{0.1, 0.2}, 1},
		"the wrong way":     {[]float64{0.1}, []float64{0.2, 0.3}, 0},
		"all the same":      {[]float64{0.5, 0.5}, []float64{0.5, 0.5, 0.5}, 0.5},
		"mixed with a tie":  {[]float64{0.9, 0.8, 0.4}, []float64{0.5, 0.4}, 4.5 / 6},
		"nothing to set by": {[]float64{0.9}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := auroc(test.with, test.without); !near(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestRefusedAt(t *testing.T) {
	with := []float64{1, 0.3, 0.9, 0.2, 0.8, 0.1, 0.7, 0.4, 0.6, 0.5}
	refused, threshold := refusedAt(with, []float64{0.1, 0.15, 0.2, 0.3}, 0.9)
	if !near(threshold, 0.2) || !near(refused, 0.5) {
		t.Errorf("got %v refused below %v, want 0.5 below 0.2", refused, threshold)
	}
	refused, threshold = refusedAt([]float64{0.5, 0.5}, []float64{0.5}, 0.9)
	if threshold != 0.5 || refused != 0 {
		t.Errorf("got %v refused below %v, want none below 0.5: what equals the threshold is kept", refused, threshold)
	}
}

func TestPercentile(t *testing.T) {
	upTo := func(n int) (list []time.Duration) {
		for i := range n {
			list = append(list, time.Duration(i+1))
		}
		return list
	}
	for name, test := range map[string]struct {
		n    int
		p    float64
		want time.Duration
	}{
		"half of ten":             {10, 0.5, 5},
		"95 of ten":               {10, 0.95, 10},
		"half of eleven":          {11, 0.5, 6},
		"95 of a hundred":         {100, 0.95, 95},
		"99 of two hundred":       {200, 0.99, 198},
		"half of one":             {1, 0.5, 1},
		"half of none":            {0, 0.5, 0},
		"a share below the first": {10, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := percentile(upTo(test.n), test.p); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
	got := durations([]time.Duration{3 * time.Millisecond, time.Millisecond, 2500 * time.Microsecond})
	if want := (Percentiles{2.5, 3, 3}); got != want {
		t.Errorf("got %v, want %v: durations come unsorted", got, want)
	}
}
