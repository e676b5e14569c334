package discordtest

import (
	"maps"
	"net/url"
	"strings"
	"unicode/utf8"
)

// https://discord.com/developers/docs/resources/message
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedText   = 6000 // over all embeds of a message
	maxEmbedFields = 25
	maxNonce       = 25

	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagSilent         = 1 << 12
	flagV2             = 1 << 15
)

// Flags a bot may set, by where the message goes. Ephemeral means nothing in
// a channel; Discord drops it there in silence, and the bot then shows to all
// what it meant for one.
const (
	flagsInChannel = flagSuppressEmbeds | flagSilent | flagV2
	flagsInWebhook = flagsInChannel | flagEphemeral
	flagsInEdit    = flagSuppressEmbeds | flagV2
)

// draft is a message as it would be after a request.
type draft struct {
	content    string
	embeds     []any
	components []any
	flags      int
	files      map[string][]byte
	other      bool // a poll or stickers
}

// check merges a body into the message it edits (nil for a new one), as
// Discord does: a missing field leaves what there is, null empties it.
func (q *call) check(body object, prev *message, allowed int) (draft, *refusal) {
	c := &checker{}
	d := draft{files: q.files}
	if prev != nil {
		d = draft{content: prev.content, embeds: prev.embeds, components: prev.components, files: maps.Clone(prev.files)}
		if d.files == nil {
			d.files = map[string][]byte{}
		}
		maps.Copy(d.files, q.files)
	}
	if v, ok := body["content"]; ok || prev == nil {
		d.content = asText(v)
		c.text(body, "", "content", 0, maxContent)
	}
	if _, ok := body["embeds"]; ok {
		d.embeds = c.list(body, "", "embeds", 0, maxEmbeds)
		c.embeds(d.embeds)
	}
	d.flags = c.messageFlags(body, prev, allowed)
	if _, ok := body["components"]; ok {
		d.components = asList(body["components"])
		c.list(body, "", "components", 0, 40)
	}
	c.components(d.components, d.flags&flagV2 != 0)
	c.attached(d)
	d.other = !blank(body["poll"]) || !blank(body["sticker_ids"])
	if d.flags&flagV2 != 0 {
		c.legacy(d, body)
	}
	if nonce := body["nonce"]; len(asText(nonce)) > maxNonce {
		c.fail("nonce", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxNonce)
	}
	if note := mentionsNote(body); note != "" {
		q.notes = append(q.notes, note)
	}
	c.mentions(asObject(body["allowed_mentions"]))
	if no := invalid(c.problems); no != nil {
		return d, no
	}
	if d.empty() {
		return d, refuse(400, 50006, "Cannot send an empty message")
	}
	return d, nil
}

// attached checks that what components show of the message's own files is
// there.
func (c *checker) attached(d draft) {
	each(d.components, func(o object) {
		for _, key := range []string{"file", "media"} {
			name, ok := strings.CutPrefix(asText(asObject(o[key])["url"]), "attachment://")
			if _, there := d.files[name]; ok && !there {
				c.fail("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "The referenced attachment %q was not found.", name)
			}
		}
	})
}

func (d draft) empty() bool {
	return strings.TrimSpace(d.content) == "" && len(d.embeds) == 0 && len(d.components) == 0 && len(d.files) == 0 && !d.other
}

func (c *checker) messageFlags(body object, prev *message, allowed int) int {
	f := c.number(body, "", "flags", 0, 1<<31-1, 0)
	if prev == nil {
		if f&^allowed != 0 {
			c.fail("flags", "MESSAGE_FLAGS_INVALID", "Flags %d cannot be set here.", f&^allowed)
		}
		return f
	}
	if body["flags"] == nil {
		return prev.flags
	}
	// Repeating that a message is ephemeral is harmless; changing it is not
	// possible.
	if bad := f &^ (flagsInEdit | prev.flags&flagEphemeral); bad != 0 {
		c.fail("flags", "MESSAGE_FLAGS_INVALID", "Flags %d cannot be set by an edit.", bad)
	}
	if prev.flags&flagV2 != 0 && f&flagV2 == 0 {
		c.fail("flags", "MESSAGE_FLAGS_INVALID", "IS_COMPONENTS_V2 cannot be removed from a message.")
	}
	return prev.flags&^flagsInEdit | f
}

// legacy refuses what cannot stand beside Components V2.
func (c *checker) legacy(d draft, body object) {
	const code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
	for key, used := range map[string]bool{
		"content": d.content != "", "embeds": len(d.embeds) > 0,
		"poll": !blank(body["poll"]), "sticker_ids": !blank(body["sticker_ids"]),
	} {
		if used {
			c.fail(key, code, "The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", key)
		}
	}
}

// mentionsNote is the one rule here that is not Discord's: text from articles
// and people must never ping anybody, so every message says so.
func mentionsNote(body object) string {
	parse, ok := asObject(body["allowed_mentions"])["parse"].([]any)
	if !ok || len(parse) > 0 {
		return `allowed_mentions: must be present with "parse": [], or quoted text could ping people`
	}
	return ""
}

func (c *checker) mentions(m object) {
	for i, v := range c.list(m, "allowed_mentions", "parse", 0, 3) {
		t := asText(v)
		if t != "users" && t != "roles" && t != "everyone" {
			c.fail(join("allowed_mentions.parse", i), "BASE_TYPE_CHOICES", "Value must be one of ('users', 'everyone', 'roles').")
		}
		if t != "everyone" && !blank(m[t]) {
			c.fail(join("allowed_mentions", t), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", t, t)
		}
	}
	c.list(m, "allowed_mentions", "users", 0, 100)
	c.list(m, "allowed_mentions", "roles", 0, 100)
	c.flag(m, "allowed_mentions", "replied_user")
}

func (c *checker) embeds(list []any) {
	total := 0
	for i, x := range list {
		e, at := asObject(x), join("embeds", i)
		total += c.embed(at, e)
	}
	if total > maxEmbedText {
		c.fail("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d: %d", maxEmbedText, total)
	}
}

// embed returns the characters that count towards the sum.
func (c *checker) embed(at string, e object) int {
	n := utf8.RuneCountInString(c.text(e, at, "title", 0, 256) + c.text(e, at, "description", 0, 4096))
	footer, author := asObject(e["footer"]), asObject(e["author"])
	if footer != nil {
		n += utf8.RuneCountInString(c.text(footer, join(at, "footer"), "text", 1, 2048))
		c.link(footer, join(at, "footer"), "icon_url")
	}
	if author != nil {
		n += utf8.RuneCountInString(c.text(author, join(at, "author"), "name", 1, 256))
		c.link(author, join(at, "author"), "url")
		c.link(author, join(at, "author"), "icon_url")
	}
	for i, x := range c.list(e, at, "fields", 0, maxEmbedFields) {
		f, path := asObject(x), join(at, "fields", i)
		n += utf8.RuneCountInString(c.text(f, path, "name", 1, 256) + c.text(f, path, "value", 1, 1024))
	}
	c.link(e, at, "url")
	for _, key := range []string{"image", "thumbnail"} {
		if media := asObject(e[key]); media != nil {
			c.link(media, join(at, key), "url", "attachment")
		}
	}
	c.number(e, at, "color", 0, 0xFFFFFF, 0)
	if blank(e["title"]) && blank(e["description"]) && blank(e["fields"]) && footer == nil && author == nil &&
		blank(e["image"]) && blank(e["thumbnail"]) {
		c.required(join(at, "description"))
	}
	return n
}

// link checks an optional address of at most 2048 characters; more names
// schemes allowed beside http and https.
func (c *checker) link(o object, at, key string, more ...string) {
	raw := c.text(o, at, key, 0, 2048)
	if raw == "" {
		return
	}
	schemes := append([]string{"http", "https"}, more...)
	if !validLink(raw, schemes) {
		c.fail(join(at, key), "URL_TYPE_INVALID_URL", "Not a well formed URL, or its scheme is not one of %v: %q.", schemes, raw)
	}
}

func validLink(raw string, schemes []string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || strings.ContainsAny(raw, " \t\r\n") {
		return false
	}
	for _, s := range schemes {
		if strings.EqualFold(u.Scheme, s) {
			return true
		}
	}
	return false
}
