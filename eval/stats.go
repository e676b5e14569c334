package eval

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Latency is how long calls took, one at a time.
type Latency struct {
	Ask    Percentiles `json:"ask"`
	Search Percentiles `json:"search"`
}

// Percentiles are durations in milliseconds.
type Percentiles struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
}

func durations(list []time.Duration) Percentiles {
	sorted := slices.Sorted(slices.Values(list))
	at := func(p float64) float64 {
		return round(float64(percentile(sorted, p)) / float64(time.Millisecond))
	}
	return Percentiles{at(0.5), at(0.95), at(0.99)}
}

// percentile returns the smallest value that at least the share p of the
// sorted values do not exceed (the nearest-rank method); 0 of none.
func percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, nearestRank(len(sorted), p)-1)]
}

// nearestRank returns p of n, rounded up; what floating point leaves behind a
// whole number does not round it up.
func nearestRank(n int, p float64) int { return int(math.Ceil(p*float64(n) - 1e-9)) }

// auroc returns how likely a value of with is above one of without, where
// equal ones count half: 1 tells them apart, 0.5 is chance. 0 where either is
// empty. It is the Mann-Whitney U over the number of pairs.
func auroc(with, without []float64) float64 {
	if len(with) == 0 || len(without) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(without))
	sum := 0.0
	for _, v := range with {
		below, found := slices.BinarySearch(sorted, v)
		sum += float64(below)
		for ; found && below < len(sorted) && sorted[below] == v; below++ {
			sum += 0.5
		}
	}
	return sum / float64(len(with)) / float64(len(without))
}

// refusedAt returns the highest threshold that at least the share keep of with
// reaches, and the share of without that is below it.
func refusedAt(with, without []float64, keep float64) (refused, threshold float64) {
	if len(with) == 0 || len(without) == 0 {
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(with))
	threshold = sorted[len(sorted)-max(1, nearestRank(len(sorted), keep))]
	below := 0
	for _, v := range without {
		if v < threshold {
			below++
		}
	}
	return float64(below) / float64(len(without)), threshold
}

// mcnemar returns how likely wins and losses are at least so far apart by
// chance: McNemar's test in its exact, two-sided form, which is the sign test
// over the questions that went otherwise than before.
func mcnemar(wins, losses int) float64 {
	n := wins + losses
	if n == 0 {
		return 1
	}
	tail := 0.0
	for k := range min(wins, losses) + 1 {
		tail += math.Exp(logChoose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, 2*tail)
}

func logChoose(n, k int) float64 {
	gamma := func(x int) float64 { v, _ := math.Lgamma(float64(x + 1)); return v }
	return gamma(n) - gamma(k) - gamma(n-k)
}

const (
	rounds = 10000 // of the randomisation test; p-values are good to about 0.005
	seed   = 20250101
)

// randomised returns how likely the mean of the differences is at least so far
// from 0 by chance: the paired randomisation test, which turns the sign of
// each at random. The same differences always give the same value.
func randomised(differences []float64) float64 {
	var moved []float64 // zeros stay zeros
	sum := 0.0
	for _, d := range differences {
		if d != 0 {
			moved = append(moved, d)
			sum += d
		}
	}
	if len(moved) == 0 {
		return 1
	}
	// What rounding leaves of sums in another order must not tell them apart.
	limit := math.Abs(sum) - 1e-9
	random := rand.New(rand.NewPCG(seed, seed))
	asFar := 0
	for range rounds {
		s := 0.0
		var bits uint64
		for i, d := range moved {
			if i%64 == 0 {
				bits = random.Uint64()
			}
			if bits>>(i%64)&1 == 0 {
				d = -d
			}
			s += d
		}
		if math.Abs(s) >= limit {
			asFar++
		}
	}
	return float64(asFar+1) / (rounds + 1)
}
