package bot

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Shards is the part of the bot's servers that one process serves. Discord
// spreads the servers over the shards by their ids; direct messages come on
// shard 0. The zero value is a single shard that holds them all.
// https://discord.com/developers/docs/events/gateway#sharding
type Shards struct {
	Auto bool  // all of as many shards as Discord recommends; IDs and Of are empty
	IDs  []int // the shards of this process, ascending
	Of   int   // how many there are in all processes together
}

// maxShards is far above what the largest bots have.
const maxShards = 10_000

var errShards = errors.New("want 1, auto, the number of shards, or which of how many, such as 0-3/16 or 0,2/4")

// ParseShards reads "auto", "N" for shards 0 to N-1 of N, or "IDS/N" for some
// of N, where IDS are numbers and ranges between commas.
func ParseShards(s string) (Shards, error) {
	s = strings.TrimSpace(s)
	if s == "auto" {
		return Shards{Auto: true}, nil
	}
	ids, number, some := strings.Cut(s, "/")
	if !some {
		number = s
	}
	of, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		return Shards{}, errShards
	}
	if of < 1 || of > maxShards {
		return Shards{}, fmt.Errorf("there may be 1 to %d shards", maxShards)
	}
	if !some {
		ids = fmt.Sprintf("0-%d", of-1)
	}
	out := Shards{Of: of}
	for part := range strings.SplitSeq(ids, ",") {
		first, last, ok := parseRange(part)
		if !ok {
			return Shards{}, errShards
		}
		if last >= of || first > last {
			return Shards{}, fmt.Errorf("%q: shards are numbered from 0 to %d", strings.TrimSpace(part), of-1)
		}
		for id := first; id <= last; id++ {
			out.IDs = append(out.IDs, id)
		}
		if len(out.IDs) > maxShards {
			return Shards{}, errShards
		}
	}
	slices.Sort(out.IDs)
	out.IDs = slices.Compact(out.IDs)
	return out, nil
}

// parseRange reads "3" or "0-3".
func parseRange(s string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	first, err := strconv.Atoi(strings.TrimSpace(from))
	if err != nil {
		return 0, 0, false
	}
	last, err = strconv.Atoi(strings.TrimSpace(to))
	return first, last, err == nil
}

// normal gives the zero value its meaning.
func (s Shards) normal() Shards {
	if !s.Auto && s.Of == 0 {
		return Shards{IDs: []int{0}, Of: 1}
	}
	return s
}

// first reports whether the process has shard 0, and with it what only one
// process has to do.
func (s Shards) first() bool { return s.Auto || slices.Contains(s.normal().IDs, 0) }

// all gives the shards of a bot that has n of them.
func all(n int) Shards {
	s := Shards{Of: n}
	for id := range n {
		s.IDs = append(s.IDs, id)
	}
	return s
}

// shardOf is the shard on which a server's events come.
func shardOf(guild string, of int) int {
	id, err := strconv.ParseUint(guild, 10, 64)
	if err != nil {
		return 0 // direct messages
	}
	return int((id >> 22) % uint64(of))
}
