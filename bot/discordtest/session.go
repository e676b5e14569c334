package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// identification is IDENTIFY.
type identification struct {
	Token      string         `json:"token"`
	Intents    *int           `json:"intents"`
	Properties map[string]any `json:"properties"`
	Shard      []int          `json:"shard"` // which, of how many
}

// fault gives the close code that refuses an IDENTIFY, or 0.
func (d identification) fault(s *Server) (int, string) {
	switch {
	case d.Intents == nil || len(d.Properties) == 0:
		return 4002, "Decode error"
	case strings.TrimPrefix(d.Token, "Bot ") != s.token:
		return 4004, "Authentication failed."
	case len(d.Shard) == 0 && s.leastShards > 1 || len(d.Shard) == 2 && d.Shard[1] < s.leastShards:
		return 4011, "Sharding required."
	case len(d.Shard) > 0 && (len(d.Shard) != 2 || d.Shard[0] < 0 || d.Shard[0] >= d.Shard[1]):
		return 4010, "Invalid shard."
	case *d.Intents < 0 || *d.Intents > allIntents:
		return 4013, "Invalid intent(s)."
	case *d.Intents&privileged&^s.granted != 0:
		return 4014, "Disallowed intent(s)."
	}
	return 0, ""
}

// identify starts a session, or fails it as Discord does.
func (c *conn) identify(raw json.RawMessage) {
	var d identification
	s := c.s
	if err := json.Unmarshal(raw, &d); err != nil {
		c.refuse(4002, "Decode error")
		return
	}
	if code, reason := d.fault(s); code != 0 {
		c.refuse(code, reason)
		return
	}
	if len(d.Shard) == 0 {
		d.Shard = []int{0, 1}
	}
	switch code := s.mayIdentify(d.Shard[0]); code {
	case 0:
	case opInvalid:
		c.write(frame{Op: opInvalid, Data: false})
		return
	default:
		c.refuse(code, "Authentication failed: the day's IDENTIFYs are spent.")
		return
	}
	if c.failEarly() {
		return
	}
	s.mu.Lock()
	sess := &session{id: fmt.Sprintf("%032x", s.newID()), intents: *d.Intents, shard: d.Shard[0], shards: d.Shard[1]}
	s.sessions[sess.id] = sess
	guilds := slices.DeleteFunc(slices.Clone(s.guilds), func(g string) bool { return !sess.hears(g) })
	s.mu.Unlock()
	unavailable := []any{}
	for _, g := range guilds {
		unavailable = append(unavailable, object{"id": g, "unavailable": true})
	}
	ready := object{
		"v": 10, "user": botUser(), "guilds": unavailable, "session_id": sess.id, "session_type": "normal",
		"resume_gateway_url": s.gatewayURL(), "application": object{"id": ApplicationID, "flags": applicationFlags(s.granted)},
		"shard": d.Shard, "private_channels": []any{}, "relationships": []any{}, "user_settings": object{}, "_trace": []any{},
	}
	for _, key := range c.fault.Without {
		delete(ready, key)
	}
	c.start(sess, "READY", ready, guilds)
}

// start makes the connection ready after sending READY or RESUMED.
func (c *conn) start(sess *session, kind string, data any, guilds []string) {
	c.mu.Lock()
	c.sess = sess
	c.event(kind, data)
	if sess.intents&intentGuilds != 0 {
		for _, g := range guilds {
			c.event("GUILD_CREATE", object{"id": g, "name": "Newsroom", "owner_id": defaultUserID, "unavailable": false,
				"channels": []any{}, "members": []any{}, "roles": []any{}, "emojis": []any{}, "member_count": 2, "large": false})
		}
	}
	c.ready = !c.closing
	c.mu.Unlock()
	c.s.mu.Lock()
	c.s.bump()
	c.s.mu.Unlock()
}

// detach takes a session off the connection that still holds it; nil if there
// is no such session.
func (s *Server) detach(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess := s.sessions[id]
	if sess != nil {
		sess.left = false
	}
	for c := range s.conns {
		c.mu.Lock()
		if c.sess != nil && c.sess == sess {
			c.sess, c.ready = nil, false
		}
		c.mu.Unlock()
	}
	return sess
}

// resume goes on with a session: the events missed, then RESUMED.
func (c *conn) resume(raw json.RawMessage) {
	var d struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     int    `json:"seq"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		c.refuse(4002, "Decode error")
		return
	}
	if strings.TrimPrefix(d.Token, "Bot ") != c.s.token {
		c.refuse(4004, "Authentication failed.")
		return
	}
	sess := c.s.detach(d.Session)
	switch {
	case sess == nil:
		c.write(frame{Op: opInvalid, Data: false})
	case sess.over || d.Seq < 0 || d.Seq > sess.seq:
		c.s.forget(sess)
		c.refuse(4007, "Invalid seq.")
	case !c.failEarly():
		c.mu.Lock()
		for _, f := range sess.sent {
			if *f.Seq > d.Seq {
				c.writeLocked(f)
			}
		}
		c.mu.Unlock()
		c.start(sess, "RESUMED", object{"_trace": []any{}}, nil)
	}
}
