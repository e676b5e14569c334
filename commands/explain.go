package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsdesk/answer"
	"newsdesk/feed"
	"newsdesk/index"
	"newsdesk/locale"
)

// ErrNotAdmin is returned to those who may not use an admin command.
var ErrNotAdmin = errors.New("only people who manage this server can do that")

// ErrNotOwner is returned to those who may manage the bot in their server, but
// not for all others.
var ErrNotOwner = errors.New("this acts on all servers that the bot is in, so only the people who run the bot can do it")

// A BadOption is a value that an option cannot take.
type BadOption struct {
	Option, Value string
	Want          locale.Text // what it takes
}

func (e *BadOption) Error() string {
	return fmt.Sprintf("%s cannot be %q: give %s", e.Option, clip(e.Value, 60), e.Want)
}

// Unknown is what people read for an error that they can do nothing about.
const Unknown = "Something went wrong. The people who run the bot can find out what."

// Explain puts an error in words for people. It reports false, with Unknown,
// for all that is not known here: the texts of such errors are for operators
// only.
func Explain(l locale.Language, err error) (text string, known bool) {
	said := explanation(err)
	if said.IsZero() {
		return l.Say(Unknown), false
	}
	return sentence(said.In(l)), true
}

func explanation(err error) locale.Text {
	var option *BadOption
	var source *answer.UnknownSource
	var operator *answer.BadOperator
	var long *answer.TooLong
	var trouble *FeedTrouble
	switch {
	case errors.As(err, &option) && option.Value == "":
		return locale.Textf("%s is missing: give %s.", locale.Name(option.Option), option.Want)
	case errors.As(err, &option):
		return locale.Textf("%s cannot be %q: give %s.", locale.Name(option.Option), clip(option.Value, 60), option.Want)
	case errors.As(err, &source):
		if source.Barred {
			return locale.Textf("Articles of %q are not used here: see the list of sources.", source.Name)
		}
		if len(source.Nearest) == 0 {
			return locale.Textf("No article is from %q: see the list of sources.", source.Name)
		}
		var nearest locale.List
		for _, name := range source.Nearest {
			nearest.Items = append(nearest.Items, name)
		}
		nearest.Last = "%s or %s"
		return locale.Textf("No article is from %q: did you mean %s?", source.Name, nearest)
	case errors.As(err, &operator):
		return locale.Textf("%q %s", operator.Operator, operator.Mend)
	case errors.As(err, &long):
		return locale.Textf("The question is too long: %s characters at most, this one has %s.", strconv.Itoa(answer.MaxQuestion), strconv.Itoa(long.Length))
	}
	if errors.As(err, &trouble) {
		return locale.Textf("The feed cannot be read: %s", clip(oneLine(trouble.Why), 300))
	}
	for _, e := range explained {
		if errors.Is(err, e.err) {
			return locale.Textf(e.text)
		}
	}
	return locale.Text{}
}

// explained are the errors that people can do something about.
var explained = []struct {
	err  error
	text string
}{
	{context.DeadlineExceeded, "That took too long. Ask again, in fewer words perhaps."},
	{context.Canceled, "That was stopped before it was done."},
	{answer.ErrEmpty, sentence(answer.ErrEmpty.Error())},
	{answer.ErrNoWords, sentence(answer.ErrNoWords.Error())},
	{answer.ErrOnlyOperators, sentence(answer.ErrOnlyOperators.Error())},
	{answer.ErrBackward, sentence(answer.ErrBackward.Error())},
	{answer.ErrFuture, sentence(answer.ErrFuture.Error())},
	{ErrNotAdmin, sentence(ErrNotAdmin.Error())},
	{ErrNotOwner, sentence(ErrNotOwner.Error())},
	{errOverdue, sentence(errOverdue.Error())},
	{errBusy, sentence(errBusy.Error())},
	{errMoved, sentence(errMoved.Error())},
	{errNoStore, sentence(errNoStore.Error())},
	{errNoFeeds, sentence(errNoFeeds.Error())},
	{ErrKnownFeed, sentence(ErrKnownFeed.Error())},
	{feed.ErrUnlisted, "No such feed is in the list: /feeds shows those that are."},
	{feed.ErrNoFeed, "There is no feed at this address, and the page there names none."},
	{feed.ErrForbidden, "This address is not asked: give a public one that begins with http:// or https://."},
	{errNoServer, sentence(errNoServer.Error())},
	{index.ErrNoArticle, "There is no such article. /ask and /latest show the articles that there are."},
	{index.ErrBusy, "The index is being rebuilt already. Try again when that is done."},
	{index.ErrNotBuilt, "There is no index yet. Somebody who manages the bot has to run /reindex."},
	{index.ErrNoArticles, "No articles were found to index. The index was left as it is."},
}

// Quotes reports whether an error's text holds what somebody typed, and so has
// no place in a log that leaves that out.
func Quotes(err error) bool {
	var option *BadOption
	var source *answer.UnknownSource
	var operator *answer.BadOperator
	return errors.As(err, &option) || errors.As(err, &source) || errors.As(err, &operator)
}

// sentence gives an error's text a capital and a full stop.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if last, _ := utf8.DecodeLastRuneInString(s); last != '.' && last != '?' && last != '!' {
		s += "."
	}
	return s
}

// oneLine sets a text on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip cuts s to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
