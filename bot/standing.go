package bot

import (
	"errors"
	"fmt"
	"sync"
)

// A standing is what of the bot is there. The zero value is a bot that has not
// begun.
type standing struct {
	mu         sync.Mutex
	registered bool
	shards     Shards // of this process, once that is settled
	up         map[int]bool
}

func (s *standing) register() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registered = true
}

func (s *standing) expect(shards Shards) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shards, s.up = shards, map[int]bool{}
}

func (s *standing) connect(shard int, up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up[shard] = up
}

// Ready returns nil while people can reach the bot in all the servers that are
// this process's, and else what is missing, on a line each.
func (b *Bot) Ready() error {
	select {
	case <-b.leaving:
		return errors.New("the bot is stopping")
	default:
	}
	s := &b.standing
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.registered {
		return errors.New("the commands are not registered yet")
	}
	if s.up == nil {
		return errors.New("not connected to Discord yet")
	}
	var missing []error
	for _, id := range s.shards.IDs {
		if !s.up[id] {
			missing = append(missing, fmt.Errorf("shard %d of %d is not connected", id, s.shards.Of))
		}
	}
	return errors.Join(missing...)
}

// shard returns the shard that a server belongs to, and false where there are
// no shards.
func (s *standing) shard(guild string) (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shards.Of == 0 {
		return 0, false
	}
	return shardOf(guild, s.shards.Of), true
}
