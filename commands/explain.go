package commands

import (
	"context"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"

	"newsdesk/answer"
	"newsdesk/index"
)

// ErrNotAdmin is returned to those who may not use an admin command.
var ErrNotAdmin = errors.New("only people who manage this server can do that")

// A BadOption is a value that an option cannot take.
type BadOption struct {
	Option, Value string
	Want          string // what it takes
}

func (e *BadOption) Error() string {
	return fmt.Sprintf("%s cannot be %q: give %s", e.Option, clip(e.Value, 60), e.Want)
}

// Unknown is what people read for an error that they can do nothing about.
const Unknown = "Something went wrong. The people who run the bot can find out what."

// Explain puts an error in words for people. It reports false, with Unknown,
// for all that is not in its table: the texts of such errors are for operators
// only.
func Explain(err error) (text string, known bool) {
	var option *BadOption
	var source *answer.UnknownSource
	var operator *answer.BadOperator
	switch {
	case errors.As(err, &option):
		return sentence(option.Error()), true
	case errors.As(err, &source):
		return sentence(source.Error()), true
	case errors.As(err, &operator):
		return sentence(operator.Error()), true
	case errors.Is(err, answer.ErrTooLong):
		return sentence(err.Error()), true
	case errors.Is(err, context.DeadlineExceeded):
		return "That took too long. Ask again, in fewer words perhaps.", true
	case errors.Is(err, context.Canceled):
		return "That was stopped before it was done.", true
	}
	for _, e := range []struct {
		err  error
		text string // "" for the error's own
	}{
		{answer.ErrEmpty, ""},
		{answer.ErrNoWords, ""},
		{answer.ErrOnlyOperators, ""},
		{answer.ErrBackward, ""},
		{answer.ErrFuture, ""},
		{ErrNotAdmin, ""},
		{errBusy, ""},
		{errMoved, ""},
		{errNoStore, ""},
		{errNoServer, ""},
		{index.ErrNoArticle, "There is no such article. /ask and /latest show the articles that there are."},
		{index.ErrBusy, "The index is being rebuilt already. Try again when that is done."},
		{index.ErrNotBuilt, "There is no index yet. Somebody who manages the bot has to run /reindex."},
		{index.ErrNoArticles, "No articles were found to index. The index was left as it is."},
	} {
		if errors.Is(err, e.err) {
			if e.text == "" {
				return sentence(e.err.Error()), true
			}
			return e.text, true
		}
	}
	return Unknown, false
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

// clip cuts s to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
