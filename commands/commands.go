// Package commands holds what people can ask of newsdesk. A command is one
// value: its definition, from which help and registration are read, and its
// effect. It returns words and links and does not know how they are shown, nor
// whether a chat or a terminal shows them.
package commands

import (
	"context"
	"time"

	"newsdesk/answer"
	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/locale"
	"newsdesk/store"
)

// A Command is something people can ask for.
type Command struct {
	Name        string // lower case; locale.Language.Name tells it in other languages
	Description string // one sentence without a full stop, at most 100 characters; a message of locale
	Options     []Option
	Admin       bool // only for those who may manage the bot; the caller checks Call.Admin too
	Owner       bool // acts on all that the bot serves: only for those whose Call says so
	Private     bool // the reply is only for who asked
	Hidden      bool // only an Action calls it: neither help nor a list of commands names it
	Anywhere    bool // answered in channels too that the server's settings leave out

	// OnMessage is the name under which it is offered on somebody's message,
	// whose text is the value of the first option; empty where it is not.
	OnMessage string

	run func(context.Context, Call) (Reply, error)
}

// Run does what the command is for. An error is for Explain to put in words.
func (c Command) Run(ctx context.Context, call Call) (Reply, error) {
	switch {
	case c.Owner && call.Owner:
	case c.Admin && !call.Admin:
		return Reply{}, ErrNotAdmin
	case c.Owner:
		return Reply{}, ErrNotOwner
	}
	r, err := c.run(ctx, call)
	r.Language = call.Language
	return r, err
}

// An Option is one thing that a person may state with a command.
type Option struct {
	Name        string
	Description string // as a Command's
	Kind        Kind
	Required    bool
	MaxLength   int      // of Text, in characters; 0 is no bound
	Choices     []Choice // of Text: the only values it takes; none for any

	// Suggest gives values for what has been typed so far, at most
	// MaxSuggestions; the call has no Values yet. It answers soon, or when ctx ends. May be nil; people may
	// state anything else.
	Suggest func(ctx context.Context, typed string, call Call) []string
}

// A Choice is one of the values that an option takes.
type Choice struct{ Name, Value string } // Name is for people

// A Kind is what sort of value an option takes. Values travel as text.
type Kind int

// The kinds of option.
const (
	Text    Kind = iota
	Flag         // "true" or "false"
	Number       // a whole number from 1
	Channel      // a channel of the server, by its id
)

// A Call is one use of a command.
type Call struct {
	Values map[string]string // by option name; absent where not stated
	Now    time.Time         // when it was asked
	Admin  bool              // whether who asks may manage the bot, in their server
	Owner  bool              // whether they may act on all that the bot serves

	Server   string         // id of the server in which it was asked; empty where there is none
	Settings store.Settings // of that server

	// Language is what the reply is said in, as far as it is not quoted.
	Language locale.Language

	// Progress, if not nil, is told how long work goes on. It is called from
	// one goroutine at a time and must return soon.
	Progress func(Progress)
}

// Progress says how far long work has come.
type Progress struct {
	Text        string
	Done, Total int64   // Total is 0 where it is not known
	Stop        *Action // ends the work; nil where nothing does
}

// A Tone is the colour of a reply.
type Tone int

// The tones.
const (
	Neutral  Tone = iota
	Good          // an answer
	Doubtful      // a weak answer
	Bad           // no answer, or an error
)

// A Reply is what a command says. All of its texts are plain: whoever shows
// them escapes them, since much of them comes out of articles.
type Reply struct {
	Language locale.Language // what it is said in; Run sets it
	Tone     Tone
	Title    string   // one line; may be empty
	Lines    []Line   // paragraphs
	Facts    []Fact   // names and values
	Items    []Item   // articles, each with its source
	Note     string   // a small last line
	Actions  []Action // what may be called next
	Private  bool     // only for who asked
	Aside    bool     // stands beside the reply it was called from, not in its place
	Share    bool     // where it is private, who asked may show it to others
	File     *File    // goes with it; may be nil
}

// A Line is a paragraph. Cites are the numbers of the items it rests on; a
// line with cites is a verbatim sentence of an article. Marks are what to set
// off in it.
type Line struct {
	Text     string
	Cites    []int
	Marks    []article.Span
	Channels []string // of the server, by id, named behind the text
}

// A Fact is a name and its value.
type Fact struct {
	Name, Value string
	Channels    []string // as a Line's
}

// A File goes with a reply.
type File struct {
	Name string
	Data []byte
}

// An Item is an article, or a quoted piece of one.
type Item struct {
	N         int // as cited by Lines; 0 where the item is not cited
	Title     string
	Source    string
	Published time.Time // zero when unknown
	Quote     string
	Marks     []article.Span // the words of Quote that matched
	Link      string         // http(s), or empty
	ArticleID string
	Also      []string // other outlets with the same text, copied
	More      []string // further outlets with the same story
	Image     string   // a picture's address, http(s), or empty
	Recent    bool     // its age says more than its day
	Expand    *Action  // shows more of it; may be nil
}

// An Action is another call that is offered with a reply.
type Action struct {
	Label   string // at most 40 characters
	Command string
	Values  map[string]string
	Asks    string // an option whose value the person is asked for first; empty for none
}

// Deps are what the commands work with.
type Deps struct {
	Index      *index.Index
	Engine     *answer.Engine
	Collection index.Collection
	Store      *store.Store // nil keeps no settings of servers
	Versions   Versions     // nil where they are not kept
	Feeds      Feeds        // nil where none are read
	Ratings    Ratings      // nil for a Tally
	Stale      func() bool  // whether the index is not kept up to date, though it should be; nil for never
	Version    string
	Started    time.Time
	Now        func() time.Time
}

// All returns the commands in the order in which help lists them, and behind
// them those that only actions call.
func All(d Deps) []Command {
	if d.Ratings == nil {
		d.Ratings = &Tally{}
	}
	all := []Command{
		ask(d), latest(d), showArticle(d), sources(d), status(d),
	}
	var building rebuild
	all = append(all, privacy(), reindex(d, &building), settings(d), gaps(d), feeds(d))
	all = append(all, help(all))
	return append(all, follow(d), more(d), excerpt(d), rate(d, "helpful", true), rate(d, "unhelpful", false), about(d), cancelReindex(&building))
}

// Find returns the command of that name, and false where there is none.
func Find(all []Command, name string) (Command, bool) {
	for _, c := range all {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

// New returns a command with that effect, for whoever has a command of their
// own beside those of All.
func New(name, description string, run func(context.Context, Call) (Reply, error)) Command {
	return Command{Name: name, Description: description, run: run}
}
