package discordtest

import (
	"fmt"
	"strconv"
	"time"
)

// https://discord.com/developers/docs/events/gateway#sharding
const (
	identifyEvery = 5 * time.Second // one IDENTIFY in each of max_concurrency buckets
	startsADay    = 1000            // IDENTIFYs, until reset_after
	resetAfter    = 4 * time.Hour   // told where the day has only begun
)

// WithShards has GET /gateway/bot recommend so many shards, and IDENTIFY with
// fewer than least closed with 4011, as for a bot that is in too many servers.
func WithShards(recommended, least int) Option {
	return func(s *Server) { s.shards, s.leastShards = recommended, least }
}

// WithMaxConcurrency sets the max_concurrency told by GET /gateway/bot and has
// it enforced on the clock, as is the day's number of IDENTIFYs. One too soon
// in its bucket (shard modulo n, 5 s) is answered with op 9; one beyond the
// day's closes with 4004, since Discord resets the token then. Without this
// option the limits are told (1 in 5 s) but not enforced, so that tests which
// reconnect need no clock of their own.
func WithMaxConcurrency(n int) Option { return func(s *Server) { s.concurrency, s.strict = n, true } }

// WithIdentifyClock gives the limits on IDENTIFY a clock of their own, for bots
// whose pauses a test shortens: it is to run ahead by what they were shortened.
func WithIdentifyClock(now func() time.Time) Option { return func(s *Server) { s.startClock = now } }

// WithSessionStarts sets how many IDENTIFYs are left of the day's 1000.
func WithSessionStarts(n int) Option { return func(s *Server) { s.starts = n } }

// ShardOf is the shard, of n, that hears of a server; direct messages, whose
// guild is "", go to shard 0.
func ShardOf(guildID string, n int) int {
	id, err := strconv.ParseUint(guildID, 10, 64)
	if err != nil {
		return 0
	}
	return int((id >> 22) % uint64(n))
}

// hears reports that a session is the one that gets the events of a guild.
func (sess *session) hears(guild string) bool { return ShardOf(guild, sess.shards) == sess.shard }

// startLimit is what GET /gateway/bot says of IDENTIFY; call it with s.mu
// held. The day begins when the bot first asks or identifies.
func (s *Server) startLimit() object {
	now := s.startClock()
	if s.day.IsZero() {
		s.day = now
	} else if now.Sub(s.day) >= resetAfter {
		s.day, s.starts = now, startsADay
	}
	left := resetAfter
	if s.strict {
		left -= now.Sub(s.day)
	}
	return object{"total": startsADay, "remaining": s.starts,
		"reset_after": left.Milliseconds(), "max_concurrency": s.concurrency}
}

// mayIdentify counts an IDENTIFY of a shard and gives the close code that
// refuses it, or op 9 for one that came too soon, or 0.
func (s *Server) mayIdentify(shard int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.startLimit()
	now, bucket := s.startClock(), shard%s.concurrency
	before, again := s.identified[bucket]
	s.identified[bucket] = now
	spent := s.starts == 0
	s.starts = max(0, s.starts-1)
	switch {
	case !s.strict:
	case spent:
		clear(s.sessions) // and Discord resets the token
		return 4004
	case again && now.Sub(before) < identifyEvery:
		s.violate("gateway", fmt.Sprintf("op 9: IDENTIFY of shard %d came %v behind another in its bucket; max_concurrency allows one in %v",
			shard, now.Sub(before), identifyEvery))
		return opInvalid
	}
	return 0
}

// serves reports that a connection that is ready hears of a guild; call it
// with s.mu held.
func (s *Server) serves(guild string) bool {
	for _, c := range s.readyConns() {
		if sess := c.session(); sess != nil && sess.hears(guild) {
			return true
		}
	}
	return false
}

// complete reports that every shard is ready, going by the number of shards
// that the newest ready connection told; call it with s.mu held.
func (s *Server) complete() bool {
	ready := map[[2]int]bool{}
	n := 0
	for _, c := range s.readyConns() {
		if sess := c.session(); sess != nil {
			n = sess.shards
			ready[[2]int{sess.shard, n}] = true
		}
	}
	for i := range n {
		if !ready[[2]int{i, n}] {
			return false
		}
	}
	return n > 0
}
