package commands

import (
	"context"
	"slices"
	"strings"

	"newsdesk/index"
)

// MaxSuggestions is how many suggestions an Option gives at most.
const MaxSuggestions = 25

// mostNames is how many of the suggestions for a question are names.
const mostNames = 6

// suggestQuestion completes the last word of a question to a name, and gives
// the titles that hold all of what was typed.
func suggestQuestion(d Deps) func(context.Context, string, Call) []string {
	return func(ctx context.Context, typed string, call Call) []string {
		all, err := d.suggest(ctx, typed, call)
		if err != nil {
			return nil
		}
		list := all.Names[:min(mostNames, len(all.Names))]
		begun, last := typed, ""
		if i := strings.LastIndexByte(typed, ' '); i >= 0 {
			begun, last = typed[:i+1], typed[i+1:]
		}
		if len(all.Names) == 0 && len(last) > 1 {
			names, err := d.suggest(ctx, last, call)
			if err != nil {
				return nil
			}
			for _, name := range names.Names[:min(mostNames, len(names.Names))] {
				list = append(list, begun+name)
			}
		}
		return append(slices.Clone(list), all.Titles[:min(len(all.Titles), MaxSuggestions-len(list))]...)
	}
}

// suggest looks in the titles of the articles that may be used.
func (d Deps) suggest(ctx context.Context, typed string, call Call) (index.Suggestion, error) {
	return d.Index.Suggest(ctx, typed, call.Now, call.Settings.Sources, MaxSuggestions)
}

// suggestTopic gives the names that begin so.
func suggestTopic(d Deps) func(context.Context, string, Call) []string {
	return func(ctx context.Context, typed string, call Call) []string {
		all, _ := d.suggest(ctx, typed, call) // an error suggests nothing
		return all.Names
	}
}

// suggestTitle gives the titles that hold what was typed.
func suggestTitle(d Deps) func(context.Context, string, Call) []string {
	return func(ctx context.Context, typed string, call Call) []string {
		all, _ := d.suggest(ctx, typed, call) // an error suggests nothing
		return all.Titles
	}
}

// suggestSource gives the outlets that may be used with a word that begins so,
// the one with most articles first.
func suggestSource(d Deps) func(context.Context, string, Call) []string {
	return func(ctx context.Context, typed string, call Call) []string {
		return slices.DeleteFunc(suggestAnySource(d)(ctx, typed, call), func(name string) bool { return !call.mayUse(name) })
	}
}

// suggestAnySource is suggestSource of all outlets.
func suggestAnySource(d Deps) func(context.Context, string, Call) []string {
	return func(_ context.Context, typed string, _ Call) []string {
		sources, _ := d.Index.Sources() // an error suggests nothing
		var list []string
		typed = strings.ToLower(strings.TrimSpace(typed))
		for _, s := range sources {
			name := strings.ToLower(s.Name)
			if name != "" && len(list) < MaxSuggestions && (strings.HasPrefix(name, typed) || strings.Contains(name, " "+typed)) {
				list = append(list, s.Name)
			}
		}
		return list
	}
}

// about asks about a text that somebody wrote.
func about(d Deps) Command {
	return Command{
		Name: "about", Description: "What the news say about a text", Hidden: true, Private: true,
		OnMessage: "Ask the news about this",
		Options:   []Option{{Name: "text", Description: "The text", Required: true, MaxLength: 6000}},
		run: func(ctx context.Context, call Call) (Reply, error) {
			question, err := d.Engine.Telling(ctx, call.Values["text"], call.Now)
			if err != nil {
				return Reply{}, err
			}
			r, _, err := d.answer(ctx, call.Language, call.question(question))
			r.Private = true
			return r, err
		},
	}
}
