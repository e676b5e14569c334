package discordtest

import (
	"slices"
)

// channel is a text channel of a guild, or a direct one between a person and
// the bot.
type channel struct {
	id, guild string // guild is "" for a direct channel
	parent    string // of a thread
	user      object // the other side of a direct channel
}

// channel finds or makes one; call it with s.mu held, or before the start.
func (s *Server) channel(id, guild string) *channel {
	c := s.channels[id]
	if c == nil {
		c = &channel{id: id, guild: guild}
		s.channels[id] = c
	}
	return c
}

func (c *channel) json() object {
	if c.guild == "" {
		return object{"id": c.id, "type": 1, "flags": 0, "last_message_id": nil, "recipients": []any{c.user}}
	}
	if c.parent != "" {
		return object{"id": c.id, "type": c.kind(), "guild_id": c.guild, "name": "a thread", "flags": 0, "parent_id": c.parent,
			"owner_id": defaultUserID, "last_message_id": nil, "rate_limit_per_user": 0, "bitrate": 64000, "user_limit": 0, "rtc_region": nil, "permissions": "0",
			"message_count": 1, "member_count": 2, "total_message_sent": 1,
			"thread_metadata": object{"archived": false, "archive_timestamp": "2024-03-01T09:00:00.000000+00:00", "auto_archive_duration": 1440, "locked": false}}
	}
	return object{"id": c.id, "type": 0, "guild_id": c.guild, "name": "news", "position": 0, "flags": 0,
		"parent_id": nil, "topic": nil, "nsfw": false, "last_message_id": nil, "rate_limit_per_user": 0,
		"permission_overwrites": []any{}}
}

// kind is the type of a channel.
func (c *channel) kind() int {
	switch {
	case c.guild == "":
		return 1
	case c.parent != "":
		return 11
	}
	return 0
}

// partial is the channel as an interaction carries it.
func (c *channel) partial() object {
	out := c.json()
	if c.guild != "" {
		out["permissions"] = appPermissions
	}
	return out
}

func botUser() object {
	return object{"id": ApplicationID, "username": BotName, "avatar": nil, "discriminator": "0", "public_flags": 0,
		"flags": 0, "global_name": nil, "primary_guild": nil, "bot": true}
}

func (s *Server) getUser(*call) (int, any, *refusal) {
	u := botUser()
	u["mfa_enabled"], u["locale"], u["verified"], u["email"] = true, "en-US", true, nil
	return 200, u, nil
}

func (s *Server) getApplication(*call) (int, any, *refusal) {
	owner, endpoint := User{}.json(), any(nil)
	if s.endpoint != "" {
		endpoint = s.endpoint
	}
	return 200, object{
		"id": ApplicationID, "name": BotName, "icon": nil, "description": "", "type": nil, "bot": botUser(),
		"bot_public": true, "bot_require_code_grant": false, "verify_key": s.PublicKey(), "flags": applicationFlags(s.granted),
		"flags_new": "0", "redirect_uris": []any{}, "interactions_endpoint_url": endpoint,
		"role_connections_verification_url": nil, "owner": owner, "approximate_guild_count": len(s.guilds),
		"approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
		"team": nil, "eligible_oauth2_scopes": []any{}, "integration_types_config": object{"0": object{}},
	}, nil
}

// tryEndpoint probes the address that a change of the application names.
func (s *Server) tryEndpoint(q *call) *refusal {
	address := asText(q.object()["interactions_endpoint_url"])
	if err := s.probe(q.Context(), address); err != nil {
		return invalid([]problem{{"interactions_endpoint_url", "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID",
			"The specified interactions endpoint url could not be verified: " + err.Error()}})
	}
	return nil
}

// editApplication changes the endpoint, which has been tried; other fields are
// checked and change nothing.
func (s *Server) editApplication(q *call) (int, any, *refusal) {
	if v, ok := q.object()["interactions_endpoint_url"]; ok {
		s.endpoint = asText(v)
	}
	return s.getApplication(q)
}

func (s *Server) getGateway(*call) (int, any, *refusal) {
	return 200, object{"url": s.gatewayURL()}, nil
}

func (s *Server) getGatewayBot(*call) (int, any, *refusal) {
	return 200, object{"url": s.gatewayURL(), "shards": s.shards, "session_start_limit": s.startLimit()}, nil
}

// open finds the channel of a request the bot may use.
func (s *Server) open(q *call) (*channel, *refusal) {
	c := s.channels[q.PathValue("channel_id")]
	if c == nil {
		return nil, refuse(404, 10003, "Unknown Channel")
	}
	if s.barred[c.id] {
		no := refuse(403, 50013, "Missing Permissions")
		no.innocent = true
		return nil, no
	}
	return c, nil
}

func (s *Server) getChannel(q *call) (int, any, *refusal) {
	c, no := s.open(q)
	if no != nil {
		return 0, nil, no
	}
	return 200, c.json(), nil
}

func (s *Server) typing(q *call) (int, any, *refusal) {
	_, no := s.open(q)
	return 204, nil, no
}

func (s *Server) createMessage(q *call) (int, any, *refusal) {
	c, no := s.open(q)
	if no != nil {
		return 0, nil, no
	}
	body := q.object()
	m := &message{channel: c.id, guild: c.guild, author: botUser(), nonce: body["nonce"]}
	if asBool(body["enforce_nonce"]) {
		for _, old := range s.messages {
			if old.byBot() && old.channel == c.id && old.nonce != nil && old.nonce == m.nonce {
				return 200, old.json(), nil
			}
		}
	}
	if ref := asObject(body["message_reference"]); ref != nil {
		m.replyTo = s.messages[asText(ref["message_id"])]
		missing := m.replyTo == nil || m.replyTo.deleted || m.replyTo.channel != c.id
		if fail, set := ref["fail_if_not_exists"].(bool); missing && (fail || !set) {
			return 0, nil, invalid([]problem{{"message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"}})
		} else if missing {
			m.replyTo = nil
		}
		if m.replyTo != nil {
			m.kind = 19
		}
	}
	d, no := q.check(body, nil, flagsInChannel)
	if no != nil {
		return 0, nil, no
	}
	m.apply(d)
	s.post(m)
	q.after = append(q.after, s.announce(m))
	return 200, m.json(), nil
}

// announce gives a function that sends MESSAGE_CREATE: Discord tells a bot of
// its own messages too.
func (s *Server) announce(m *message) func() {
	event, intent := s.messageEvent(m), messageIntent(m.guild)
	return func() { s.dispatch("MESSAGE_CREATE", m.guild, func(c *conn) any { return event(c.intents()) }, intent) }
}

func (s *Server) find(q *call) (*message, *refusal) {
	if _, no := s.open(q); no != nil {
		return nil, no
	}
	m := s.messages[q.PathValue("message_id")]
	if m == nil || m.deleted || m.ephemeral() || m.channel != q.PathValue("channel_id") {
		return nil, refuse(404, 10008, "Unknown Message")
	}
	return m, nil
}

func (s *Server) getMessage(q *call) (int, any, *refusal) {
	m, no := s.find(q)
	if no != nil {
		return 0, nil, no
	}
	return 200, m.json(), nil
}

func (s *Server) editMessage(q *call) (int, any, *refusal) {
	m, no := s.find(q)
	if no == nil && !m.byBot() {
		no = refuse(403, 50005, "Cannot edit a message authored by another user")
	}
	if no == nil {
		no = s.edit(q, m)
	}
	if no != nil {
		return 0, nil, no
	}
	return 200, m.json(), nil
}

func (s *Server) deleteMessage(q *call) (int, any, *refusal) {
	m, no := s.find(q)
	if no == nil && !m.byBot() {
		no = refuse(403, 50013, "Missing Permissions")
	}
	if no != nil {
		return 0, nil, no
	}
	m.deleted = true
	return 204, nil, nil
}

// Messages returns the bot's messages in a channel that are still there,
// oldest first, ephemeral ones included.
func (s *Server) Messages(channelID string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.botMessages(channelID)
}

func (s *Server) botMessages(channelID string) []Message {
	var found []*message
	for _, m := range s.messages {
		if m.byBot() && m.channel == channelID && !m.deleted {
			found = append(found, m)
		}
	}
	// Ids grow with the order of posting, except when a test turns its clock
	// back, which none needs.
	slices.SortFunc(found, func(a, b *message) int { return compareIDs(a.id, b.id) })
	var out []Message
	for _, m := range found {
		out = append(out, m.view())
	}
	return out
}

func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}
