package locale

import (
	"fmt"
	"strings"
)

// A Text is something said that may be put in any language.
type Text struct {
	msg  string
	args []any
}

// Textf makes a text of a message and its arguments, as with Say.
func Textf(msg string, args ...any) Text { return Text{msg, args} }

// Verbatim is a text that is the same in all languages.
func Verbatim(s string) Text { return Text{args: []any{s}} }

// Join puts texts behind each other.
func Join(texts ...Text) Text {
	var t Text
	for _, text := range texts {
		if !text.IsZero() {
			t.args = append(t.args, text)
		}
	}
	return t
}

// IsZero reports whether a text says nothing.
func (t Text) IsZero() bool { return t.msg == "" && len(t.args) == 0 }

// In puts the text in a language.
func (t Text) In(l Language) string {
	if t.msg != "" {
		return l.Say(t.msg, t.args...)
	}
	said := make([]string, len(t.args))
	for i, arg := range t.args {
		said[i] = fmt.Sprint(l.put(arg))
	}
	return strings.Join(said, " ")
}

// String is the text in English.
func (t Text) String() string { return t.In(English) }

// A Name is an argument that is the name of a command or an option.
type Name string

// A List is several arguments in the place of one: 'a', 'b' or 'c'.
type List struct {
	Items []any
	Each  string // the message for each, such as "'%s'"; empty where they stand as they are
	Last  string // the message that joins the last to those before, such as "%s or %s"; empty for a comma
}

func (t List) in(l Language) string {
	said := make([]string, len(t.Items))
	for i, item := range t.Items {
		if t.Each != "" {
			said[i] = l.Say(t.Each, item)
		} else {
			said[i] = fmt.Sprint(l.put(item))
		}
	}
	n := len(said)
	if n < 2 || t.Last == "" {
		return strings.Join(said, ", ")
	}
	return l.Say(t.Last, strings.Join(said[:n-1], ", "), said[n-1])
}
