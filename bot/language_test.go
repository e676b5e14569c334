package bot

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/locale"
	"newsdesk/store"
)

// TestCommandsInAllLanguages registers the program's own commands.
func TestCommandsInAllLanguages(t *testing.T) {
	all := commands.All(commands.Deps{Now: time.Now})
	d := discordtest.New(t)
	for i, want := range []bool{true, false} {
		changed, err := newRig(t, d, all).b.Register(t.Context())
		if err != nil || changed != want {
			t.Errorf("run %d: got changed %v, error %v", i+1, changed, err)
		}
	}
	names := map[string]map[string]bool{}
	for _, def := range definitions(all) {
		for _, code := range []string{"de", "fr", "es-ES", "es-419", "uk"} {
			name, ok := def.Names[code]
			if !ok && !slices.Contains([]string{"sources", "status", "article", "feeds"}, def.Name) {
				t.Errorf("%s has no name in %s", def.Name, code)
			}
			if !ok {
				name = def.Name
			}
			if names[code] == nil {
				names[code] = map[string]bool{}
			}
			if names[code][name] {
				t.Errorf("%s: %q is there twice", code, name)
			}
			names[code][name] = true
			text, ok := def.Descriptions[code]
			if n := utf8.RuneCountInString(text); def.Type == chatCommand && (!ok || strings.Contains(text, ellipsis) || n > maxDescription) {
				t.Errorf("%s: %q describes %s in %d characters", code, text, def.Name, n)
			}
			for _, o := range def.Options {
				if text, ok := o.Descriptions[code]; !ok || strings.Contains(text, ellipsis) {
					t.Errorf("%s: %q describes %s of %s", code, text, o.Name, def.Name)
				}
			}
		}
	}
}

// speaker says what language it is to speak, in words of that language.
func speaker() []commands.Command {
	reply := func(_ context.Context, c commands.Call) (commands.Reply, error) {
		l := c.Language
		if c.Values["private"] == "false" {
			return commands.Reply{}, commands.ErrNotAdmin
		}
		return commands.Reply{Title: l.Say("Latest news"), Actions: []commands.Action{
			{Label: "again", Command: "say"}, {Label: "beside", Command: "beside"}, {Label: "refused", Command: "say", Values: map[string]string{"private": "false"}},
			{Label: "Ask on", Command: "say", Asks: "text"},
		}}, nil
	}
	say, beside := commands.New("say", "The newest articles, grouped by story", reply), commands.New("beside", "The text", reply)
	say.Options = []commands.Option{{Name: "private", Description: "Show the answer only to you", Kind: commands.Flag}, {Name: "text", Description: "What you want to know now", MaxLength: 10}}
	beside.Private = true
	return []commands.Command{say, beside}
}

const (
	newsEN = "Latest news"
	newsDE = "Neueste Nachrichten"
	newsFR = "Dernières actualités"
	newsES = "Últimas noticias"
	newsUK = "Останні новини"
)

func TestLanguageOfAReply(t *testing.T) {
	for _, tt := range []struct {
		name           string
		person, server string // their locales
		place          discordtest.Context
		options        map[string]any
		chosen         map[string]locale.Language
		want           string
	}{
		{"to all, in the server's", "uk", "de", discordtest.Guild, nil, nil, newsDE},
		{"to one, in their own", "uk", "de", discordtest.Guild, map[string]any{"private": true}, nil, newsUK},
		{"in direct messages, in their own", "es-419", "", discordtest.BotDM, nil, nil, newsES},
		{"a server's that it does not speak", "fr", "ja", discordtest.Guild, nil, nil, newsEN},
		{"a person's that it does not speak", "pt-BR", "", discordtest.BotDM, nil, nil, newsEN},
		{"what the server has set goes first", "uk", "de", discordtest.Guild, nil, map[string]locale.Language{discordtest.GuildID: locale.French}, newsFR},
		{"and for private replies", "uk", "de", discordtest.Guild, map[string]any{"private": true}, map[string]locale.Language{discordtest.GuildID: locale.English}, newsEN},
		{"another server has set one", "es-ES", "de", discordtest.Guild, nil, map[string]locale.Language{"1": locale.French}, newsDE},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kept, err := store.Open(filepath.Join(t.TempDir(), "state.db"), time.Now(), slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = kept.Close() })
			for server, l := range tt.chosen {
				if _, err := kept.Change(server, func(set *store.Settings) error { set.Language = l.Code(); return nil }); err != nil {
					t.Fatal(err)
				}
			}
			set := withConfig(func(c *Config) { c.Store = kept })
			r := newRig(t, discordtest.New(t), speaker(), set).run()
			in := discordtest.Interaction{Command: "say", Options: tt.options, Place: discordtest.Place{Context: tt.place, Locale: tt.person}}
			if tt.server != "" {
				in.Extra = map[string]any{"guild_locale": tt.server}
			}
			contains(t, r.d.Interact(r.ctx, in).Wait(r.ctx).Text(), tt.want)
		})
	}
}

// Who presses a button reads what is only for them in their own language; what
// takes the place of the message stays in that of the server.
func TestLanguageOfButtons(t *testing.T) {
	r := newRig(t, discordtest.New(t), speaker()).run()
	german := map[string]any{"guild_locale": "de"}
	said := r.d.Interact(r.ctx, discordtest.Interaction{Command: "say", Extra: german}).Wait(r.ctx).Original
	press := func(label string) *discordtest.Reply {
		t.Helper()
		for _, b := range said.Buttons() {
			if b.Label == label {
				return r.d.Press(r.ctx, discordtest.Press{MessageID: said.ID, CustomID: b.CustomID, Locale: "uk", Extra: german})
			}
		}
		t.Fatalf("there is no %q", label)
		return nil
	}
	form := string(press("Ask on").Wait(r.ctx, discordtest.Acknowledged).Events[0].Body)
	contains(t, form, "Найновіші статті, згруповані за подіями")
	contains(t, form, "Що ти хочеш дізнатися тепер")
	beside := press("beside").Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, beside.FollowUps[0].Text(), newsUK)
	refused := press("refused").Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, refused.FollowUps[0].Text(), "Це можуть лише ті, хто керує цим сервером.")
	contains(t, press("again").Wait(r.ctx).Text(), newsDE)
}

func TestRefusalsInTheLanguageOfWhoAsks(t *testing.T) {
	r, _ := limitedRig(t, speaker(), Limits{Person: Rate{1, time.Minute}})
	in := discordtest.Interaction{Command: "say", Place: discordtest.Place{Locale: "fr"}, Extra: map[string]any{"guild_locale": "de"}}
	r.d.Interact(r.ctx, in).Wait(r.ctx)
	contains(t, r.d.Interact(r.ctx, in).Wait(r.ctx).Text(), "Tu demandes très souvent. Réessaie dans 60 s.")

	r, _ = limitedRig(t, one("secret", func(context.Context, commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "A secret", Private: true, Share: true}, nil
	}), Limits{Person: Rate{1, time.Minute}})
	told := r.d.Interact(r.ctx, discordtest.Interaction{Command: "secret"}).Wait(r.ctx, discordtest.Happened("follow-up", 1)).FollowUps[0]
	share := discordtest.Press{MessageID: told.ID, CustomID: shareID, Locale: "uk"}
	contains(t, r.d.Press(r.ctx, share).Wait(r.ctx).Text(), "Ти запитуєш надто часто.")
}

// TestErrorsInAllLanguages sees to it that the bot's own errors are translated.
func TestErrorsInAllLanguages(t *testing.T) {
	for _, l := range locale.All()[1:] {
		for _, err := range []error{errOldButton, errLostTitle} {
			if english := asSentence(err); l.Say(english) == english {
				t.Errorf("%s: %q is not translated", l.Code(), english)
			}
		}
	}
}
