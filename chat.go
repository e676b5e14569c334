package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"newsdesk/answer"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/locale"

	"golang.org/x/term"
)

type chatCmd struct{}

const chatGreeting = `Ask in your own words, or type /help. Ctrl-D leaves.`

// remembered is how many answers are kept, for a minute or two: what many ask in
// a minute is a few questions, and each has its pages of further results.
const remembered = 300

// deps are what the commands work with in this program.
func (a *app) deps(x *index.Index, c index.Collection) commands.Deps {
	e := a.engine(x)
	e.Remember = remembered
	return commands.Deps{
		Index: x, Engine: e, Collection: c,
		Versions: a.shelf(),
		Version:  version, Started: a.started, Now: a.asked,
	}
}

// engine answers from an index.
func (a *app) engine(x *index.Index) *answer.Engine {
	e := answer.New(x)
	e.Pages = a.pages()
	return e
}

// Run reads questions and commands until the input ends. Whoever sits at the
// terminal may do everything, so admin commands work.
func (*chatCmd) Run(a *app) error {
	x, c, err := a.openIndex()
	if err != nil {
		return err
	}
	defer x.Close()
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	fresh := a.freshen(x, c, slog.New(slog.DiscardHandler)) // whoever sits here is not to be disturbed
	go fresh.run(ctx)
	d := a.deps(x, c)
	desk, err := a.feedDesk()
	if err != nil {
		return err
	}
	defer desk.client.Close()
	d.Feeds = desk
	d.Stale = fresh.stale
	chat := &chat{app: a, all: commands.All(d), out: a.stdout}
	in, ok := a.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		err = chat.loop(newLines(a.stdin).next)
	} else {
		err = chat.interactive(in)
	}
	if err == nil && a.ctx.Err() != nil {
		return errStopped
	}
	return err
}

// A chat is one conversation at a prompt.
type chat struct {
	app     *app
	all     []commands.Command
	out     io.Writer
	actions []commands.Action // that the last reply offered, by their number
	asking  *commands.Action  // waits for the value of its option Asks
}

// interactive reads with a line editor, which keeps the history of this
// conversation only.
func (c *chat) interactive(in *os.File) error {
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return fmt.Errorf("prepare the terminal: %w", err)
	}
	defer term.Restore(int(in.Fd()), state)
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, c.app.stdout}, "> ")
	if width, height, err := term.GetSize(int(in.Fd())); err == nil {
		_ = t.SetSize(width, height)
	}
	c.out = t
	fmt.Fprintln(t, chatGreeting)
	return c.loop(t.ReadLine)
}

// loop answers line by line until the input ends or the program is told to
// stop, which a wait for input does not keep it from.
func (c *chat) loop(next func() (string, error)) error {
	for c.app.ctx.Err() == nil {
		var line string
		var err error
		read := make(chan struct{})
		go func() {
			defer close(read)
			line, err = next()
		}()
		select {
		case <-read:
		case <-c.app.ctx.Done():
			return nil
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("read the input: %w", err)
		}
		switch line = strings.TrimSpace(line); line {
		case "":
			continue
		case "/quit", "/exit", "quit", "exit":
			return nil
		}
		if err := c.say(line); err != nil {
			return err
		}
	}
	return nil
}

// say does what one line asks for and prints the reply.
func (c *chat) say(line string) error {
	reply, err := c.do(line)
	if err != nil && c.app.ctx.Err() != nil {
		return nil // the loop ends
	}
	page := newPage(c.app.stdout)
	if err != nil {
		text, known := commands.Explain(locale.English, err)
		if !known {
			c.app.note("%v", err)
		}
		reply = commands.Reply{Tone: commands.Bad, Lines: []commands.Line{{Text: text}}}
	}
	page.reply(reply)
	c.actions = offered(reply)
	for i, action := range c.actions {
		page.line(0, fmt.Sprintf("(%d) %s", i+1, action.Label))
	}
	page.gap()
	return page.flush(c.out)
}

// offered is all that can be called next, what shows an item in full last.
func offered(r commands.Reply) []commands.Action {
	list := slices.Clone(r.Actions)
	for _, item := range r.Items {
		if item.Expand != nil {
			a := *item.Expand
			a.Label = "Full excerpt: " + a.Label
			list = append(list, a)
		}
	}
	return list
}

func (c *chat) do(line string) (commands.Reply, error) {
	if action := c.asking; action != nil {
		c.asking = nil
		if !strings.HasPrefix(line, "/") {
			values := maps.Clone(action.Values)
			values[action.Asks] = line
			return c.call(action.Command, values)
		}
	}
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(c.actions) {
		action := c.actions[n-1]
		if action.Asks != "" {
			c.asking = &action
			return commands.Reply{Lines: []commands.Line{{Text: action.Label + ":"}}}, nil
		}
		return c.call(action.Command, action.Values)
	}
	if !strings.HasPrefix(line, "/") {
		return c.call("ask", map[string]string{"question": line})
	}
	name, rest, _ := strings.Cut(line[1:], " ")
	command, ok := commands.Find(c.all, name)
	if !ok {
		return commands.Reply{}, &commands.BadOption{Option: "the command", Value: "/" + name, Want: locale.Verbatim("one of those that /help lists")}
	}
	return c.call(name, parseOptions(command, rest))
}

func (c *chat) call(name string, values map[string]string) (commands.Reply, error) {
	command, ok := commands.Find(c.all, name)
	if !ok {
		return commands.Reply{}, fmt.Errorf("no command %q", name)
	}
	bar := newProgress(c.app.stderr, name)
	defer bar.end()
	ctx := c.app.ctx
	if !command.Admin {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
	}
	return command.Run(ctx, commands.Call{Values: values, Now: c.app.asked(), Admin: true, Owner: true, Progress: func(p commands.Progress) {
		bar.show(index.Progress{Bytes: p.Done, OfBytes: p.Total})
	}})
}

// parseOptions takes a command's options off a line: name:value, or
// name:"value of several words", anywhere; a flag's name alone turns it on.
// What is left, quotes and all, is the value of the command's first option.
func parseOptions(c commands.Command, line string) map[string]string {
	values := make(map[string]string)
	var rest []string
	for _, word := range splitWords(line) {
		name, value, stated := strings.Cut(word, ":")
		value = strings.ReplaceAll(value, `"`, "")
		o := findOption(c, name)
		switch {
		case o != nil && stated && value != "" && values[name] == "":
			values[name] = value
		case o != nil && o.Kind == commands.Flag && !stated:
			values[name] = "true"
		default:
			rest = append(rest, word)
		}
	}
	if len(rest) > 0 && len(c.Options) > 0 && c.Options[0].Kind == commands.Text {
		if _, stated := values[c.Options[0].Name]; !stated {
			values[c.Options[0].Name] = strings.Join(rest, " ")
		}
	}
	return values
}

func findOption(c commands.Command, name string) *commands.Option {
	for i := range c.Options {
		if c.Options[i].Name == name {
			return &c.Options[i]
		}
	}
	return nil
}

// splitWords splits at spaces outside of double quotes that follow a colon;
// the quotes stay.
func splitWords(line string) []string {
	var list []string
	var b strings.Builder
	quoted := false
	flush := func() {
		if b.Len() > 0 {
			list = append(list, b.String())
			b.Reset()
		}
	}
	for _, r := range line {
		switch {
		case r == '"' && (quoted || strings.HasSuffix(b.String(), ":")):
			quoted = !quoted
			b.WriteRune(r)
		case r == ' ' && !quoted:
			flush()
		default:
			b.WriteRune(r)
		}
	}
	flush()
	return list
}
