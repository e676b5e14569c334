package bot

import (
	dg "github.com/bwmarrin/discordgo"

	"newsdesk/locale"
	"newsdesk/store"
)

// language is what an interaction is answered in: what one person reads, in
// the language of their Discord; what all read, in that of the server. What
// the server has set goes before both.
func (b *Bot) language(in *dg.Interaction, private bool) locale.Language {
	if l, chosen := chosen(b.settings(in.GuildID)); chosen {
		return l
	}
	code := in.Locale
	if !private && in.GuildLocale != nil {
		code = *in.GuildLocale
	}
	l, _ := locale.Find(string(code))
	return l
}

// chosen is the language that a server has set, and false where it has not.
func chosen(set store.Settings) (locale.Language, bool) { return locale.Find(set.Language) }

// discordCodes are what Discord calls a language; it has two kinds of Spanish.
// https://discord.com/developers/docs/reference#locales
func discordCodes(l locale.Language) []string {
	if l == locale.Spanish {
		return []string{string(dg.SpanishES), string(dg.SpanishLATAM)}
	}
	return []string{l.Code()}
}

// translations are what a text is where it is not as in English, by Discord's
// codes of languages.
func translations(of func(locale.Language) string) map[string]string {
	m := map[string]string{}
	for _, l := range locale.All() {
		if of(l) == of(locale.English) {
			continue
		}
		for _, code := range discordCodes(l) {
			m[code] = of(l)
		}
	}
	return m
}
