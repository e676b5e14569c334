package bot

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestParseShards(t *testing.T) {
	for s, want := range map[string]Shards{
		"1":           {IDs: []int{0}, Of: 1},
		" 3 ":         {IDs: []int{0, 1, 2}, Of: 3},
		"auto":        {Auto: true},
		"0-3/16":      {IDs: []int{0, 1, 2, 3}, Of: 16},
		"0,2/4":       {IDs: []int{0, 2}, Of: 4},
		"5, 0-1,1 /6": {IDs: []int{0, 1, 5}, Of: 6},
		"3/4":         {IDs: []int{3}, Of: 4},
	} {
		got, err := ParseShards(s)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, %v, want %+v", s, got, err, want)
		}
	}
	for s, want := range map[string]string{
		"": "want 1, auto", "many": "want 1, auto", "AUTO": "want 1, auto", "0": "1 to 10000", "-1": "1 to 10000",
		"10001": "1 to 10000", "/4": "want 1, auto", "4/4": "numbered from 0 to 3", "2-1/4": "numbered from 0 to 3",
		"0-4/4": "numbered from 0 to 3", "0-/4": "want 1, auto", "-1/4": "want 1, auto", "0/4/5": "want 1, auto",
		strings.Repeat("0-9999,", 3) + "0/10000": "want 1, auto",
	} {
		if got, err := ParseShards(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %+v, %v, want an error with %q", s, got, err, want)
		}
	}
}

func TestFirstShardIsOneProcessOnly(t *testing.T) {
	for s, want := range map[string]bool{"1": true, "auto": true, "2": true, "0,2/4": true, "1,3/4": false} {
		shards, err := ParseShards(s)
		if err != nil || shards.first() != want {
			t.Errorf("%s: got %v, %v, want %v", s, shards.first(), err, want)
		}
	}
	if !(Shards{}).first() {
		t.Error("the zero value has no shard 0")
	}
}

// The formula is Discord's own: (guild_id >> 22) % num_shards.
func TestShardOfAServer(t *testing.T) {
	for _, c := range []struct {
		guild string
		of    int
		want  int
	}{
		{"", 4, 0}, {"0", 4, 0}, {fmt.Sprint(5 << 22), 4, 1}, {fmt.Sprint(7<<22 | 3), 4, 3}, {fmt.Sprint(7<<22 | 3), 1, 0},
	} {
		if got := shardOf(c.guild, c.of); got != c.want {
			t.Errorf("server %q of %d shards: got %d, want %d", c.guild, c.of, got, c.want)
		}
	}
}
