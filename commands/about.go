package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsdesk/index"
)

func sources(d Deps) Command {
	return Command{
		Name:        "sources",
		Description: "The outlets whose articles can be asked",
		run: func(_ context.Context, call Call) (Reply, error) {
			list, err := d.Index.Sources()
			if err != nil {
				return Reply{}, err
			}
			list = slices.DeleteFunc(list, func(s index.SourceStat) bool { return !call.mayUse(s.Name) })
			r := Reply{Title: "Sources"}
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
					name = "(no source stated)"
				}
				value := count(s.Articles, "article")
				if !s.Oldest.IsZero() {
					value += ", " + span(s.Oldest, s.Newest)
				}
				r.Facts = append(r.Facts, Fact{Name: name, Value: value})
			}
			r.Note = fmt.Sprintf("%s from %s", count(total, "article"), count(outlets, "source"))
			if over := len(list) - maxSources; over > 0 {
				r.Note += fmt.Sprintf(" (the %d largest are shown)", maxSources)
			}
			return r, nil
		},
	}
}

// maxSources bounds the list of /sources to what one message holds.
const maxSources = 40

func span(from, to time.Time) string {
	if day(from) == day(to) {
		return day(from)
	}
	return day(from) + " to " + day(to)
}

func status(d Deps) Command {
	return Command{
		Name:        "status",
		Description: "How many articles there are, how new they are and how the bot is doing",
		run: func(ctx context.Context, _ Call) (Reply, error) {
			s, err := d.Index.Stats()
			if err != nil {
				return Reply{}, err
			}
			helpful, unhelpful, err := d.Ratings.Rated(ctx)
			if err != nil {
				return Reply{}, err
			}
			newest := "no article carries a date"
			if !s.Newest.IsZero() {
				newest = day(s.Newest)
			}
			r := Reply{Title: "Status", Tone: Good, Facts: []Fact{
				{Name: "Articles", Value: grouped(s.Articles)},
				{Name: "Passages", Value: grouped(s.Passages)},
				{Name: "Newest article", Value: newest},
				{Name: "Indexed", Value: s.IndexedAt.UTC().Format("2 Jan 2006 15:04 UTC")},
				{Name: "Answers rated", Value: fmt.Sprintf("%d helpful, %d not", helpful, unhelpful)},
				{Name: "Up for", Value: uptime(d.Now().Sub(d.Started))},
				{Name: "Version", Value: d.Version},
			}}
			if problem := d.Index.Problem(); problem != nil {
				r.Tone = Doubtful
				r.Lines = []Line{{Text: "The newest index could not be read, so an older one answers. Somebody who manages the bot should run /reindex with full."}}
			}
			return r, nil
		},
	}
}

// uptime writes a duration in its two largest units.
func uptime(d time.Duration) string {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%s %s", count(days, "day"), count(hours, "hour"))
	case hours > 0:
		return fmt.Sprintf("%s %s", count(hours, "hour"), count(minutes, "minute"))
	case minutes > 0:
		return count(minutes, "minute")
	}
	return count(int(d.Seconds()), "second")
}

func privacy() Command {
	return Command{
		Name:        "privacy",
		Description: "What is stored, and what is not",
		Private:     true,
		Anywhere:    true,
		run: func(_ context.Context, call Call) (Reply, error) {
			return Reply{Title: "Privacy", Lines: []Line{
				{Text: "Nothing about people is stored: no names, no ids, no messages."},
				{Text: keptQuestions(call.Settings.GapDays)},
				{Text: "A question is looked up in the index of news articles on the computer that runs the bot, and answered. It is sent nowhere else. The log tells which command was used and how long it took, not what was asked; only where the people who run the bot turn on debug logging does it hold the question's text."},
				{Text: "Whether an answer was helpful is counted. Who said so is not kept, so that somebody who says it twice counts twice."},
				{Text: "Of a server, what those who manage it have set is kept, until they delete it or the bot leaves."},
				{Text: "In channels the bot is sent only messages that mention it, and messages sent to it directly."},
			}}, nil
		},
	}
}

// keptQuestions says whether questions are kept.
func keptQuestions(days int) string {
	if days <= 0 {
		return "Questions are forgotten as soon as they are answered."
	}
	return fmt.Sprintf("Those who manage this server have turned on that questions without an answer are kept for %s: their words, how often they were asked and the last day, not who asked. Mentions, addresses, mail and long numbers are taken out before. Those who manage the server can read them with /gaps, and delete them. All other questions are forgotten as soon as they are answered.", count(days, "day"))
}

func help(all []Command) Command {
	return Command{
		Name:        "help",
		Description: "What can be asked, and how",
		Private:     true,
		Anywhere:    true,
		run: func(_ context.Context, call Call) (Reply, error) {
			r := Reply{Title: "What can be asked", Lines: []Line{{Text: "Ask in your own words. The answer is made of sentences out of news articles, each with its source, so that you can check them. Where the articles hold no answer, you are told so."},
				{Text: "Ask on, by answering the answer or with its button: “why?”, “and in Germany?”. On Discord a mention or a direct message asks too, and so does “Ask the news about this” among the apps of somebody's message."},
				{Text: `In a question, source:bbc or source:"The Verge" keeps to an outlet, before:2023-10-01 and after:2023 to a time, "a phrase" to passages with these very words, and -word leaves passages out.`}}}
			for _, c := range all {
				if c.Hidden || c.Admin && !call.Admin {
					continue
				}
				r.Facts = append(r.Facts, Fact{Name: usage(c), Value: c.Description})
			}
			r.Note = "Options in brackets may be left out. Days are written like 2025-11-26."
			return r, nil
		},
	}
}

// shownOptions is how many options of a command help names; those who type it
// see the others.
const shownOptions = 6

// usage writes a command with its options: /ask question [source] [from].
func usage(c Command) string {
	var b strings.Builder
	b.WriteString("/" + c.Name)
	for i, o := range c.Options {
		if i == shownOptions {
			b.WriteString(" […]")
			break
		}
		if o.Required {
			b.WriteString(" " + o.Name)
		} else {
			b.WriteString(" [" + o.Name + "]")
		}
	}
	return b.String()
}
