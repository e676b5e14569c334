package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"newsdesk/feed"
	"newsdesk/index"
	"newsdesk/locale"
)

func sources(d Deps) Command {
	return Command{
		Name:        "sources",
		Description: "The outlets whose articles can be asked",
		run: func(_ context.Context, call Call) (Reply, error) {
			l := call.Language
			list, err := d.Index.Sources()
			if err != nil {
				return Reply{}, err
			}
			list = slices.DeleteFunc(list, func(s index.SourceStat) bool { return !call.mayUse(s.Name) })
			r := Reply{Title: l.Say("Sources")}
			total, outlets := 0, len(list)
			for i, s := range list {
				total += s.Articles
				if s.Name == "" {
					outlets--
				}
				if i >= maxSources {
					continue
				}
				name := s.Name
				if name == "" {
					name = l.Say("(no source stated)")
				}
				value := l.Say("%d articles", s.Articles)
				if !s.Oldest.IsZero() {
					value += ", " + span(l, s.Oldest, s.Newest)
				}
				r.Facts = append(r.Facts, Fact{Name: name, Value: value})
			}
			r.Note = locale.Join(locale.Textf("%d articles", total), locale.Textf("from %d sources", outlets)).In(l)
			if over := len(list) - maxSources; over > 0 {
				r.Note += l.Say(" (the %d largest are shown)", maxSources)
			}
			return r, nil
		},
	}
}

// maxSources bounds the list of /sources to what one message holds.
const maxSources = 40

// span writes two days in full.
func span(l locale.Language, from, to time.Time) string {
	if l.Day(from) == l.Day(to) {
		return l.Day(from)
	}
	return l.Say("%s to %s", from, to)
}

func status(d Deps) Command {
	return Command{
		Name:        "status",
		Description: "How many articles there are, how new they are and how the bot is doing",
		run: func(ctx context.Context, call Call) (Reply, error) {
			l := call.Language
			s, err := d.Index.Stats()
			if err != nil {
				return Reply{}, err
			}
			helpful, unhelpful, err := d.Ratings.Rated(ctx)
			if err != nil {
				return Reply{}, err
			}
			newest := l.Say("no article carries a date")
			if !s.Newest.IsZero() {
				newest = l.Day(s.Newest)
			}
			r := Reply{Title: l.Say("Status"), Tone: Good, Facts: []Fact{
				{Name: l.Say("Articles"), Value: l.Say("%d", s.Articles)},
				{Name: l.Say("Passages"), Value: l.Say("%d", s.Passages)},
				{Name: l.Say("Newest article"), Value: newest},
				{Name: l.Say("Indexed"), Value: l.Time(s.IndexedAt)},
				{Name: l.Say("Answers rated"), Value: l.Say("%d helpful, %d not", helpful, unhelpful)},
				{Name: l.Say("Up for"), Value: Duration(l, d.Now().Sub(d.Started))},
				{Name: l.Say("Version"), Value: d.Version},
			}}
			if d.Feeds != nil {
				d.addFeeds(&r, call)
			}
			if d.Stale != nil && d.Stale() {
				r.Tone = Doubtful
				r.Lines = append(r.Lines, Line{Text: l.Say("New and changed articles may be missing: the index could not be brought up to date. The log of the bot tells why.")})
			}
			if problem := d.Index.Problem(); problem != nil {
				r.Tone = Doubtful
				r.Lines = append(r.Lines, Line{Text: l.Say("The newest index could not be read, so an older one answers. Somebody who manages the bot should run /reindex with full.")})
			}
			return r, nil
		},
	}
}

// namedFeeds is how many feeds that fail /status names.
const namedFeeds = 5

// addFeeds tells how the feeds fare, and those who manage the bot which fail.
// Why is for /feeds, which nobody else sees.
func (d Deps) addFeeds(r *Reply, call Call) {
	l, list := call.Language, d.Feeds.Status()
	r.Facts = slices.Insert(r.Facts, 4, Fact{Name: l.Say("Feeds"), Value: FeedCounts(l, list)})
	if !call.Admin {
		return
	}
	for _, s := range WorstFirst(list)[:min(namedFeeds, len(list))] {
		if s.Health == feed.Failing || s.Health == feed.Dead {
			r.Lines = append(r.Lines, Line{Text: FeedName(s) + ": " + HealthName(l, s.Health)})
		}
	}
	r.Actions = append(r.Actions, Action{Label: l.Say("Feeds"), Command: "feeds"})
}

// Duration writes a duration in its two largest units.
func Duration(l locale.Language, d time.Duration) string {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return l.Say("%d days", days) + " " + l.Say("%d hours", hours)
	case hours > 0:
		return l.Say("%d hours", hours) + " " + l.Say("%d minutes", minutes)
	case minutes > 0:
		return l.Say("%d minutes", minutes)
	}
	return l.Say("%d seconds", int(d.Seconds()))
}

func privacy() Command {
	return Command{
		Name:        "privacy",
		Description: "What is stored, and what is not",
		Private:     true,
		Anywhere:    true,
		run: func(_ context.Context, call Call) (Reply, error) {
			l := call.Language
			return Reply{Title: l.Say("Privacy"), Lines: []Line{
				{Text: l.Say("Nothing about people is stored: no names, no ids, no messages.")},
				{Text: keptQuestions(l, call.Settings.GapDays)},
				{Text: l.Say("A question is looked up in the index of news articles on the computer that runs the bot, and answered. It is sent nowhere else. The log tells which command was used and how long it took, not what was asked; only where the people who run the bot turn on debug logging does it hold the question's text.")},
				{Text: l.Say("Whether an answer was helpful is counted. Who said so is not kept, so that somebody who says it twice counts twice.")},
				{Text: l.Say("Of a server, what those who manage it have set is kept, until they delete it or the bot leaves.")},
				{Text: l.Say("In channels the bot is sent only messages that mention it, and messages sent to it directly.")},
			}}, nil
		},
	}
}

// keptQuestions says whether questions are kept.
func keptQuestions(l locale.Language, days int) string {
	if days <= 0 {
		return l.Say("Questions are forgotten as soon as they are answered.")
	}
	return l.Say("Those who manage this server have turned on that questions without an answer are kept %s: their words, how often they were asked and the last day, not who asked. Mentions, addresses, mail and long numbers are taken out before. Those who manage the server can read them with /gaps, and delete them. All other questions are forgotten as soon as they are answered.", locale.Textf("for %d days", days))
}

func help(all []Command) Command {
	return Command{
		Name:        "help",
		Description: "What can be asked, and how",
		Private:     true,
		Anywhere:    true,
		run: func(_ context.Context, call Call) (Reply, error) {
			l := call.Language
			r := Reply{Title: l.Say("What can be asked"), Lines: []Line{{Text: l.Say("Ask in your own words. The answer is made of sentences out of news articles, each with its source, so that you can check them. Where the articles hold no answer, you are told so.")},
				{Text: l.Say("Ask on, by answering the answer or with its button: “why?”, “and in Germany?”. On Discord a mention or a direct message asks too, and so does “Ask the news about this” among the apps of somebody's message.")},
				{Text: l.Say(`In a question, source:bbc or source:"The Verge" keeps to an outlet, before:2023-10-01 and after:2023 to a time, "a phrase" to passages with these very words, and -word leaves passages out.`)}}}
			for _, c := range all {
				if c.Hidden || c.Admin && !call.Admin {
					continue
				}
				r.Facts = append(r.Facts, Fact{Name: usage(l, c), Value: l.Say(c.Description)})
			}
			r.Note = l.Say("Options in brackets may be left out. Days are written like 2025-11-26.")
			return r, nil
		},
	}
}

// shownOptions is how many options of a command help names; those who type it
// see the others.
const shownOptions = 6

// usage writes a command with its options: /ask question [source] [from].
func usage(l locale.Language, c Command) string {
	var b strings.Builder
	b.WriteString("/" + l.Name(c.Name))
	for i, o := range c.Options {
		if i == shownOptions {
			b.WriteString(" […]")
			break
		}
		if o.Required {
			b.WriteString(" " + l.Name(o.Name))
		} else {
			b.WriteString(" [" + l.Name(o.Name) + "]")
		}
	}
	return b.String()
}
