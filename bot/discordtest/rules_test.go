package discordtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func row(components ...any) object { return object{"type": 1, "components": orEmpty(components)} }

func button(id string) object { return object{"type": 2, "style": 1, "label": "more", "custom_id": id} }

func link(url string) object { return object{"type": 2, "style": 5, "label": "read", "url": url} }

func display(text string) object { return object{"type": 10, "content": text} }

func v2(components ...any) object {
	return quiet(object{"flags": flagV2, "components": components})
}

func long(n int) string { return strings.Repeat("ж", n) }

func many(n int, f func(int) any) []any {
	out := []any{}
	for i := range n {
		out = append(out, f(i))
	}
	return out
}

func menu(options int) object {
	return object{"type": 3, "custom_id": "menu", "options": many(options, func(i int) any {
		return object{"label": fmt.Sprint("Option ", i), "value": fmt.Sprint(i)}
	})}
}

// marked is a menu with its first options chosen.
func marked(options, chosen int) object {
	m := menu(options)
	for i := range chosen {
		asObject(asList(m["options"])[i])["default"] = true
	}
	return m
}

// ruleCase is one body. want is a part of the problem that the rules written
// by hand report, "" for a body that Discord takes.
type ruleCase struct {
	name string
	body any
	want string
}

func messageCases() []ruleCase {
	with := func(key string, v any) object { return quiet(object{key: v}) }
	embed := func(e object) object { return with("embeds", []any{e}) }
	return []ruleCase{
		{"text of 2000 characters, however many bytes", with("content", long(2000)), ""},
		{"text of 2000 characters beyond the basic plane", with("content", strings.Repeat("🗞", 2000)), ""},
		{"text of 2001 characters", with("content", long(2001)), "content: Must be 2000"},
		{"text that is a number", with("content", 7), "content: Could not interpret"},
		{"nothing", quiet(object{}), "50006"},
		{"only blanks", with("content", " \n"), "50006"},
		{"ten embeds", with("embeds", many(10, func(int) any { return object{"title": "a"} })), ""},
		{"eleven embeds", with("embeds", many(11, func(int) any { return object{"title": "a"} })), "embeds: Must be between"},
		{"embed at its limits", embed(object{"title": long(256), "description": long(4096), "footer": object{"text": long(1000)}}), ""},
		{"embed title too long", embed(object{"title": long(257)}), "embeds.0.title"},
		{"embed description too long", embed(object{"description": long(4097)}), "embeds.0.description"},
		{"embed footer too long", embed(object{"title": "a", "footer": object{"text": long(2049)}}), "embeds.0.footer.text"},
		{"embed author too long", embed(object{"author": object{"name": long(257)}}), "embeds.0.author.name"},
		{"embed with 26 fields", embed(object{"fields": many(26, func(int) any { return object{"name": "a", "value": "b"} })}), "embeds.0.fields"},
		{"embed field name too long", embed(object{"fields": []any{object{"name": long(257), "value": "b"}}}), "fields.0.name"},
		{"embed field value too long", embed(object{"fields": []any{object{"name": "a", "value": long(1025)}}}), "fields.0.value"},
		{"embed field without value", embed(object{"fields": []any{object{"name": "a"}}}), "fields.0.value: This field is required"},
		{"embeds of 6000 characters together", with("embeds", []any{object{"description": long(4000)}, object{"description": long(2000)}}), ""},
		{"embeds of 6001 characters together", with("embeds", []any{object{"description": long(4000)}, object{"description": long(2001)}}), "MAX_EMBED_SIZE"},
		{"empty embed", embed(object{}), "embeds.0.description: This field is required"},
		{"embed link with a strange scheme", embed(object{"title": "a", "url": "ftp://example.org/"}), "embeds.0.url"},
		{"ephemeral in a channel", quiet(object{"content": "a", "flags": flagEphemeral}), "flags"},
		{"mentions both parsed and listed", object{"content": "a", "allowed_mentions": object{"parse": []any{"users"}, "users": []any{"1"}}}, "mutually exclusive"},
		{"unknown kind of mention", object{"content": "a", "allowed_mentions": object{"parse": []any{"all"}}}, "allowed_mentions.parse.0"},
		{"answer to an unknown message", quiet(object{"content": "a", "message_reference": object{"message_id": "5"}}), "message_reference: Unknown message"},
		{"answer to an unknown message, forgiven", quiet(object{"content": "a", "message_reference": object{"message_id": "5", "fail_if_not_exists": false}}), ""},
		{"nonce of 25", quiet(object{"content": "a", "nonce": strings.Repeat("a", 25)}), ""},
		{"nonce of 26", quiet(object{"content": "a", "nonce": strings.Repeat("a", 26)}), "nonce: Must be 25"},
		{"unused fields as discordgo sends them", quiet(object{"content": "a", "embeds": nil, "components": nil, "tts": false, "sticker_ids": nil}), ""},
	}
}

func componentCases() []ruleCase {
	old := func(components ...any) object { return quiet(object{"components": components}) }
	rows := func(n int) []any { return many(n, func(i int) any { return row(button(fmt.Sprint(i))) }) }
	return []ruleCase{
		{"five rows of a button", old(rows(5)...), ""},
		{"six rows", old(rows(6)...), "components: Must be between 1 and 5"},
		{"six buttons in a row", old(row(many(6, func(i int) any { return button(fmt.Sprint(i)) })...)), "components.0.components: Must be"},
		{"empty row", old(row()), "components.0.components: Must be"},
		{"button outside a row", old(button("a")), "components.0.type"},
		{"same custom_id twice", old(row(button("a"), button("a"))), "cannot be duplicated"},
		{"custom_id of 100", old(row(button(long(100)))), ""},
		{"custom_id of 101", old(row(button(long(101)))), "custom_id: Must be 100"},
		{"button without custom_id", old(row(object{"type": 2, "style": 1, "label": "a"})), "custom_id: This field is required"},
		{"button without style", old(row(object{"type": 2, "label": "a", "custom_id": "a"})), "style: This field is required"},
		{"button without label", old(row(object{"type": 2, "style": 1, "custom_id": "a"})), "label or an emoji"},
		{"button with an emoji alone", old(row(object{"type": 2, "style": 1, "custom_id": "a", "emoji": object{"name": "📰"}})), ""},
		{"label of 81", old(row(object{"type": 2, "style": 1, "custom_id": "a", "label": long(81)})), "label: Must be 80"},
		{"button with an address as well", old(row(object{"type": 2, "style": 1, "custom_id": "a", "label": "a", "url": "https://example.org"})), "cannot both be specified"},
		{"link", old(row(link("https://example.org/a#:~:text=some%20words"))), ""},
		{"link into the client", old(row(link("discord://-/channels/1/2"))), ""},
		{"link without address", old(row(object{"type": 2, "style": 5, "label": "a"})), "url: This field is required"},
		{"link with custom_id", old(row(object{"type": 2, "style": 5, "label": "a", "url": "https://example.org", "custom_id": "a"})), "cannot both be specified"},
		{"link of 512", old(row(link("https://example.org/" + strings.Repeat("a", 492)))), ""},
		{"link of 513", old(row(link("https://example.org/" + strings.Repeat("a", 493)))), "url: Must be 512"},
		{"link to a file", old(row(link("file:///etc/passwd"))), "url: Scheme"},
		{"link that is a script", old(row(link("javascript:alert(1)"))), "url: Scheme"},
		{"link with a blank", old(row(link("https://example.org/a b"))), "url: Scheme"},
		{"menu with two of three chosen", old(row(with(marked(3, 2), "max_values", 2))), ""},
		{"menu with more chosen than it takes", old(row(marked(3, 2))), "max_values"},
		{"menu that takes more than it has", old(row(with(menu(2), "max_values", 3))), "max_values"},
		{"menu with least above greatest", old(row(with(menu(2), "min_values", 2))), "min_values is above"},
		{"menu of people", old(row(object{"type": 5, "custom_id": "a"})), ""},
		{"menu of people with options", old(row(with(menu(2), "type", 5))), "options"},
		{"premium button", old(row(object{"type": 2, "style": 6, "sku_id": "5"})), ""},
		{"premium button with a label", old(row(object{"type": 2, "style": 6, "sku_id": "5", "label": "a"})), "premium button"},
		{"row without components", old(object{"type": 1}), "components.0.components: This field is required"},
		{"menu of 25", old(row(menu(25))), ""},
		{"menu of 26", old(row(menu(26))), "options: Must be between 1 and 25"},
		{"menu of none", old(row(menu(0))), "options: Must be between 1 and 25"},
		{"menu beside a button", old(row(menu(2), button("a"))), "a select fills its row"},
		{"menu with a value twice", old(row(object{"type": 3, "custom_id": "m", "options": []any{object{"label": "a", "value": "1"}, object{"label": "b", "value": "1"}}})), "already used"},
		{"menu option label too long", old(row(object{"type": 3, "custom_id": "m", "options": []any{object{"label": long(101), "value": "1"}}})), "options.0.label"},
		{"text display without the flag", old(display("a")), "components.0.type"},
		{"container without the flag", old(object{"type": 17, "components": []any{display("a")}}), "components.0.type"},
		{"unknown component", v2(object{"type": 99}), "components.0.type"},
	}
}

func v2Cases() []ruleCase {
	container := func(list ...any) object { return object{"type": 17, "components": orEmpty(list)} }
	section := func(acc any, texts ...any) object {
		return object{"type": 9, "components": orEmpty(texts), "accessory": acc}
	}
	both := v2(display("a"))
	both["content"] = "b"
	embedded := v2(display("a"))
	embedded["embeds"] = []any{object{"title": "a"}}
	return []ruleCase{
		{"answer as the bot might send it", v2(object{"type": 17, "accent_color": 0x2ecc71, "components": []any{
			display("**Why?**"), object{"type": 14, "divider": true, "spacing": 1},
			section(link("https://example.org/1"), display("[1] Outlet"), display("> words")),
			row(menu(3)), row(button("a"), button("b")), display("-# As of today")}}), ""},
		{"content beside it", both, "'content' field cannot be used"},
		{"embeds beside it", embedded, "'embeds' field cannot be used"},
		{"flag and nothing else", v2(), "50006"},
		{"40 components counted nested", v2(container(many(39, func(int) any { return display("a") })...)), ""},
		{"41 components counted nested", v2(container(many(39, func(int) any { return display("a") })...), display("b")), "cannot exceed 40: 41"},
		{"accessories count too", v2(many(14, func(int) any { return section(link("https://example.org"), display("a")) })...), "cannot exceed 40: 42"},
		{"4000 characters together", v2(display(long(2000)), container(display(long(2000)))), ""},
		{"4001 characters together", v2(display(long(2000)), container(display(long(2001)))), "cannot exceed 4000: 4001"},
		{"empty text display", v2(display("")), "content: Must be between 1"},
		{"container in a container", v2(container(container(display("a")))), "components.0.components.0.type"},
		{"empty container", v2(container()), "components.0.components: Must be"},
		{"section without accessory", v2(section(nil, display("a"))), "accessory: This field is required"},
		{"section with a menu", v2(section(menu(1), display("a"))), "accessory.type"},
		{"section of four texts", v2(section(link("https://example.org"), display("a"), display("b"), display("c"), display("d"))), "components.0.components: Must be"},
		{"section of none", v2(section(link("https://example.org"))), "components.0.components: Must be"},
		{"section with a thumbnail", v2(section(object{"type": 11, "media": object{"url": "https://example.org/a.png"}}, display("a"))), ""},
		{"thumbnail from a file", v2(section(object{"type": 11, "media": object{"url": "file:///a.png"}}, display("a"))), "accessory.media.url"},
		{"same id twice", v2(object{"type": 10, "id": 3, "content": "a"}, object{"type": 10, "id": 3, "content": "b"}), "id cannot be duplicated"},
		{"colour out of range", v2(object{"type": 17, "accent_color": 1 << 24, "components": []any{display("a")}}), "accent_color"},
		{"gallery", v2(object{"type": 12, "items": []any{object{"media": object{"url": "https://example.org/a.png"}}}}), ""},
		{"empty gallery", v2(object{"type": 12, "items": []any{}}), "items: Must be"},
		{"wide separator", v2(display("a"), object{"type": 14, "spacing": 3}), "spacing"},
	}
}

// both runs f with the hand-written rules alone and, where there is one, with
// Discord's description in front of them.
func both(t *testing.T, f func(t *testing.T, s *Server, spec bool)) {
	t.Run("rules by hand", func(t *testing.T) {
		f(t, New(t, WithSpec(""), WithClock(NewClock(time.Second).Now)), false)
	})
	t.Run("with the description", func(t *testing.T) {
		path, err := SpecPath()
		if err != nil {
			t.Skip(err)
		}
		f(t, New(t, WithSpec(path), WithClock(NewClock(time.Second).Now)), true)
	})
}

// judge posts every body and compares the verdict.
func judge(t *testing.T, s *Server, spec bool, method, path string, cases []ruleCase) {
	t.Helper()
	s.Expect("") // the table holds bad bodies
	for _, c := range cases {
		before := len(s.Violations())
		status, _, _ := request(t, s, method, path, "Bot "+s.Token(), c.body)
		log := s.Requests()
		got := log[len(log)-1].Problem
		switch {
		case c.want == "" && (status >= 300 || got != ""):
			t.Errorf("%s: got %d %s, want it accepted", c.name, status, got)
		case c.want == "":
		case status != http.StatusBadRequest || len(s.Violations()) == before:
			t.Errorf("%s: got %d %q, want 400 and a violation", c.name, status, got)
		case !spec && !strings.Contains(got+string(log[len(log)-1].Answer), c.want):
			t.Errorf("%s: got %s, want %q", c.name, got, c.want)
		}
	}
}

func TestMessageRules(t *testing.T) {
	both(t, func(t *testing.T, s *Server, spec bool) {
		judge(t, s, spec, "POST", messagesPath, messageCases())
	})
}

func TestComponentRules(t *testing.T) {
	both(t, func(t *testing.T, s *Server, spec bool) {
		judge(t, s, spec, "POST", messagesPath, componentCases())
		judge(t, s, spec, "POST", messagesPath, v2Cases())
	})
}
