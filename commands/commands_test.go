package commands

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"newsdesk/article"
	"newsdesk/data"
	"newsdesk/locale"
)

// TestDefinitions holds the commands to what Discord takes
// (https://discord.com/developers/docs/interactions/application-commands).
func TestDefinitions(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z_-]{0,31}$`)
	describe := func(what, description string) {
		t.Helper()
		if n := utf8.RuneCountInString(description); n == 0 || n > 100 || strings.HasSuffix(description, ".") || strings.Contains(description, "\n") {
			t.Errorf("%s: description %q (%d characters), want one line of 1 to 100 without a full stop", what, description, n)
		}
	}
	seen := make(map[string]bool)
	all := All(Deps{})
	for _, c := range all {
		if !name.MatchString(c.Name) || seen[c.Name] {
			t.Errorf("/%s: not lower case, or there twice", c.Name)
		}
		seen[c.Name] = true
		describe("/"+c.Name, c.Description)
		options, optional := make(map[string]bool), false
		for _, o := range c.Options {
			what := "/" + c.Name + " " + o.Name
			if !name.MatchString(o.Name) || options[o.Name] {
				t.Errorf("%s: not lower case, or there twice", what)
			}
			options[o.Name] = true
			describe(what, o.Description)
			if o.Required && optional {
				t.Errorf("%s: required, behind one that is not", what)
			}
			optional = optional || !o.Required
			choices := make(map[string]bool)
			for _, choice := range o.Choices {
				if n := utf8.RuneCountInString(choice.Name); choices[choice.Name] || n == 0 || n > 100 || len(choice.Value) == 0 || len(choice.Value) > o.MaxLength {
					t.Errorf("%s: the choice %q is not one that Discord takes", what, choice)
				}
				choices[choice.Name] = true
			}
			if n := len(choices); n > 25 || n > 0 && (o.Suggest != nil || o.Kind != Text) {
				t.Errorf("%s: %d choices, want 25 at most, of texts without suggestions", what, n)
			}
			if o.MaxLength < 0 || o.MaxLength > 6000 || o.Kind != Text && o.MaxLength > 0 || o.Kind == Text && o.MaxLength == 0 {
				t.Errorf("%s: at most %d characters, want texts bounded, by 6000 at most", what, o.MaxLength)
			}
		}
		if len(c.Options) > 25 {
			t.Errorf("/%s: %d options, want 25 at most", c.Name, len(c.Options))
		}
		if found, ok := Find(all, c.Name); !ok || found.Name != c.Name {
			t.Errorf("/%s is not found by its name", c.Name)
		}
	}
	if _, ok := Find(all, "nonsense"); ok {
		t.Error("/nonsense is found")
	}
	if !seen["reindex"] || !seen["ask"] {
		t.Errorf("got %v, want at least ask and reindex", seen)
	}
}

func TestHelpListsWhatOneMayDo(t *testing.T) {
	all := All(Deps{})
	for _, admin := range []bool{false, true} {
		help, _ := Find(all, "help")
		r, err := help.Run(t.Context(), Call{Owner: admin, Admin: admin})
		if err != nil {
			t.Fatal(err)
		}
		listed := make(map[string]string)
		for _, f := range r.Facts {
			listed[strings.Fields(f.Name)[0]] = f.Value
		}
		for _, c := range all {
			want := c.Description
			if c.Admin && !admin || c.Hidden || c.Name == "help" {
				want = ""
			}
			if got := listed["/"+c.Name]; got != want {
				t.Errorf("admin %v: /%s: got %q, want %q", admin, c.Name, got, want)
			}
		}
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		c    Command
		want string
	}{
		{Command{Name: "status"}, "/status"},
		{Command{Name: "ask", Options: []Option{{Name: "question", Required: true}, {Name: "from"}, {Name: "private", Kind: Flag}}}, "/ask question [from] [private]"},
		{Command{Name: "latest", Options: []Option{{Name: "topic"}}}, "/latest [topic]"},
	} {
		if got := usage(locale.English, tt.c); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestNewCommand(t *testing.T) {
	c := New("echo", "Says it again", func(_ context.Context, call Call) (Reply, error) { return Reply{Title: call.Values["what"]}, nil })
	if r, err := c.Run(t.Context(), Call{Values: map[string]string{"what": "yes"}}); err != nil || r.Title != "yes" {
		t.Errorf("got %q and %v", r.Title, err)
	}
	c.Admin = true
	if r, err := c.Run(t.Context(), Call{Values: map[string]string{"what": "yes"}}); err != ErrNotAdmin || r.Title != "" {
		t.Errorf("got %q and %v, want that only admins may", r.Title, err)
	}
}

// gatedFS holds back the reading of its files until the gate is opened, and
// says when it is asked to read the first.
type gatedFS struct {
	fstest.MapFS
	reached chan<- struct{}
	gate    <-chan struct{}
}

func (g gatedFS) Open(name string) (fs.File, error) {
	f, err := g.MapFS.Open(name)
	if _, isDir := f.(fs.ReadDirFile); err != nil || isDir {
		return f, err
	}
	return &gatedFile{File: f, fs: g}, nil
}

type gatedFile struct {
	fs.File
	fs gatedFS
}

func (f *gatedFile) Read(p []byte) (int, error) {
	select {
	case f.fs.reached <- struct{}{}:
	default:
	}
	<-f.fs.gate
	return f.File.Read(p)
}

func TestOneReindexAtATime(t *testing.T) {
	dir := t.TempDir()
	d := depsIn(t, dir, nil)
	reached, gate := make(chan struct{}, 1), make(chan struct{})
	d.Collection.FS = gatedFS{someFiles(), reached, gate}
	reindex, _ := Find(All(d), "reindex")

	var progress []Progress
	type result struct {
		reply Reply
		err   error
	}
	first := make(chan result)
	go func() {
		r, err := reindex.Run(t.Context(), Call{Owner: true, Admin: true, Progress: func(p Progress) { progress = append(progress, p) }})
		first <- result{r, err}
	}()
	select {
	case <-reached:
	case r := <-first:
		t.Fatalf("the first was done before it read a file: %v", r.err)
	}
	for _, full := range []string{"true", "false"} {
		_, err := reindex.Run(t.Context(), Call{Owner: true, Admin: true, Values: map[string]string{"full": full}})
		if text, known := Explain(locale.English, err); !known || text != "The index is being rebuilt already: try again when that is done." {
			t.Errorf("full %s: got %q for %v, want that it is busy", full, text, err)
		}
	}
	// Another process has an index of its own, and meets the lock of the folder.
	elsewhere := depsIn(t, dir, nil)
	elsewhere.Collection.FS = someFiles()
	other, _ := Find(All(elsewhere), "reindex")
	_, err := other.Run(t.Context(), Call{Owner: true, Admin: true})
	if text, known := Explain(locale.English, err); !known || text != "The index is being rebuilt already. Try again when that is done." {
		t.Errorf("from elsewhere: got %q for %v, want that it is busy", text, err)
	}
	close(gate)
	r := <-first
	if r.err != nil || len(r.reply.Lines) == 0 || !strings.Contains(r.reply.Lines[0].Text, "4 articles") {
		t.Errorf("the first: got %v and\n%s", r.err, dump(r.reply))
	}
	if len(progress) == 0 {
		t.Fatal("no progress was told")
	}
	if progress[0].Text != "Looking for what has changed" || progress[0].Stop.Command != "cancel_reindex" {
		t.Errorf("progress begins with %+v", progress[0])
	}
	for i, p := range progress[1:] {
		if !strings.HasPrefix(p.Text, "Reading the articles: ") || p.Done < 0 || p.Done > p.Total || p.Done < progress[i].Done {
			t.Errorf("progress %d is %+v", i, p)
		}
	}
	if _, err := reindex.Run(t.Context(), Call{Owner: true, Admin: true}); err != nil {
		t.Errorf("after the first: got %v", err)
	}
}

func TestCancelReindex(t *testing.T) {
	d := depsOf(t, someFiles())
	before, err := d.Index.Stats()
	if err != nil {
		t.Fatal(err)
	}
	reached, gate := make(chan struct{}, 1), make(chan struct{})
	d.Collection.FS = gatedFS{someFiles(), reached, gate}
	all := All(d)
	reindex, _ := Find(all, "reindex")
	cancel, _ := Find(all, "cancel_reindex")
	cancelled := func(admin bool) (Reply, error) { return cancel.Run(t.Context(), Call{Owner: admin, Admin: admin}) }
	if r, err := cancelled(true); err != nil || r.Lines[0].Text != "No reindex is under way." {
		t.Errorf("got %v\n%s", err, dump(r))
	}
	first := make(chan Reply)
	go func() {
		r, _ := reindex.Run(t.Context(), Call{Owner: true, Admin: true, Values: map[string]string{"full": "true"}})
		first <- r
	}()
	<-reached
	if _, err := cancelled(false); !errors.Is(err, ErrNotAdmin) {
		t.Errorf("got %v, want that only admins may", err)
	}
	if r, err := cancelled(true); err != nil || r.Lines[0].Text != "The reindex is being cancelled." {
		t.Errorf("got %v\n%s", err, dump(r))
	}
	close(gate)
	if r := <-first; r.Title != "The reindex was cancelled" {
		t.Errorf("got\n%s", dump(r))
	}
	if after, err := d.Index.Stats(); err != nil || after.Generation != before.Generation {
		t.Errorf("got %v and %v, want %v still", after, err, before)
	}
	if _, err := reindex.Run(t.Context(), Call{Owner: true, Admin: true}); err != nil {
		t.Errorf("the next: got %v", err)
	}
}

func TestReindexNamesWhatIsBad(t *testing.T) {
	files := someFiles()
	files["bad.jsonl"] = &fstest.MapFile{Data: []byte(strings.Repeat(`{"id":"x","title":"no text"}`+"\n", 13)), ModTime: moment("2025-11-26 12:00:00")}
	d := depsOf(t, nil)
	d.Collection.FS = files
	r, err := d.call(t.Context(), "reindex", true)
	if err != nil || len(r.Lines) != 2 || r.Tone != Doubtful {
		t.Fatalf("got %v and\n%s", err, dump(r))
	}
	lines := strings.Split(r.Lines[1].Text, "\n")
	if len(lines) != 12 || lines[0] != "13 things could not be read and were left out:" || lines[11] != "and 3 more" {
		t.Errorf("got\n%s\nwant ten of 13 named", r.Lines[1].Text)
	}
	for i, l := range lines[1:11] {
		if !strings.HasPrefix(l, "bad.jsonl:") {
			t.Errorf("problem %d is %q, want file and line", i+1, l)
		}
	}
	if r, err := d.call(t.Context(), "article", false, "article", "otters"); err != nil || r.Title == "" {
		t.Errorf("the rest is not there: %v", err)
	}
}

func TestReindexOfNothing(t *testing.T) {
	d := depsOf(t, someFiles())
	d.Collection.FS = fstest.MapFS{}
	_, err := d.call(t.Context(), "reindex", true, "full", "true")
	if text, known := Explain(locale.English, err); !known || text != "No articles were found to index. The index was left as it is." {
		t.Errorf("got %q for %v", text, err)
	}
	if _, err := d.call(t.Context(), "article", false, "article", "otters"); err != nil {
		t.Errorf("the index was not left as it was: %v", err)
	}
}

// checkPages asserts that the pages of an article are its paragraphs in
// order, none too long, and that one can turn from each to the next.
func checkPages(t *testing.T, a article.Article) {
	t.Helper()
	var whole strings.Builder
	pages := pagesOf(a)
	for i := range pages {
		r, err := new(Deps).articleReply(locale.English, Dossier{Article: a}, i+1)
		if err != nil {
			t.Fatalf("page %d of %d: %v", i+1, len(pages), err)
		}
		size := 0
		for _, l := range r.Lines {
			if l.Text == "" || !utf8.ValidString(l.Text) {
				t.Fatalf("page %d: paragraph %q is empty or cuts a character", i+1, l.Text)
			}
			size += len(l.Text)
			whole.WriteString(l.Text)
		}
		if size == 0 || size > pageSize {
			t.Fatalf("page %d holds %d bytes, want 1 to %d", i+1, size, pageSize)
		}
		var turns []string
		for _, action := range r.Actions {
			if action.Command != "article" || action.Values["article"] != a.ID || utf8.RuneCountInString(action.Label) > 40 {
				t.Fatalf("page %d offers %+v", i+1, action)
			}
			turns = append(turns, action.Values["page"])
		}
		if got, want := strings.Join(turns, " "), turnsOf(i+1, len(pages)); got != want {
			t.Fatalf("page %d of %d leads to %q, want %q", i+1, len(pages), got, want)
		}
	}
	for _, page := range []int{len(pages) + 1, len(pages) + 1000} {
		if _, err := new(Deps).articleReply(locale.English, Dossier{Article: a}, page); err == nil {
			t.Errorf("page %d of %d is there", page, len(pages))
		}
	}
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if got, want := squeeze(whole.String()), squeeze(a.Text); got != want {
		t.Errorf("the pages hold\n%q, want\n%q", got, want)
	}
}

func turnsOf(page, pages int) string {
	var to []string
	for _, n := range []int{page - 1, page + 1} {
		if n >= 1 && n <= pages {
			to = append(to, strconv.Itoa(n))
		}
	}
	return strings.Join(to, " ")
}

func TestPages(t *testing.T) {
	sentence := "The otter swam down the river and past the weir to the mill on the other side. "
	for name, text := range map[string]string{
		"one short paragraph":              "Otters swim.",
		"a page to the byte":               strings.Repeat("x", pageSize),
		"a byte more":                      strings.Repeat("x", pageSize+1),
		"many paragraphs":                  strings.Repeat(sentence+"\n\n", 100),
		"one paragraph of many sentences":  strings.Repeat(sentence, 200),
		"one endless sentence":             strings.Repeat("otters and ", 900) + "done.",
		"one endless word":                 strings.Repeat("東", 3000),
		"short, endless, short":            sentence + "\n\n" + strings.Repeat("né", 2000) + "\n\n" + sentence,
		"endless between short sentences":  sentence + strings.Repeat("🚢", 1500) + ". " + sentence,
		"line breaks of all kinds":         "One.\r\nTwo.\r\n\r\nThree.\u2028Four.\n\n\n\nFive.",
		"white space before and behind":    "\n\n  \u00a0 " + sentence + " \n\n",
		"a paragraph that is a page":       strings.Repeat(sentence, pageSize/len(sentence)) + "\n\n" + sentence,
		"blanks that would fill a page":    "One." + strings.Repeat(" ", 5000) + "Two.",
		"headings":                         "First part\n\n" + strings.Repeat(sentence, 20) + "\n\nSecond part\n\n" + strings.Repeat(sentence, 20),
		"sentences without white space":    strings.Repeat("今日は開港した。", 300),
		"sentences that just do not fit":   strings.Repeat("y", pageSize-1) + ". " + strings.Repeat("z", pageSize-1) + ". End.",
		"an endless one behind a full one": strings.Repeat("word ", 479) + "end. " + strings.Repeat("w", 3*pageSize) + " and on.",
	} {
		t.Run(name, func(t *testing.T) {
			checkPages(t, article.Article{ID: "a", Title: "T", Text: text})
		})
	}
	t.Run("the samples", func(t *testing.T) {
		files, _, err := article.Files(t.Context(), data.Sample())
		if err != nil || len(files) == 0 {
			t.Fatal(len(files), err)
		}
		for _, f := range files {
			for a, problem := range article.Read(t.Context(), data.Sample(), f.Path) {
				if problem != nil {
					t.Fatal(problem)
				}
				checkPages(t, a)
			}
		}
	})
}

func FuzzPages(f *testing.F) {
	f.Add("Otters swim. They swim well.\n\nThe end", 40)
	f.Add("a. b! c? ", 999)
	f.Add("東京。", 700)
	f.Add("\r\n\u2028 x\u00a0y", 1)
	f.Fuzz(func(t *testing.T, text string, times int) {
		if text = strings.Repeat(text, min(max(times, 1), 1000)); len(text) > 1<<16 || !utf8.ValidString(text) || strings.TrimSpace(text) == "" {
			return
		}
		checkPages(t, article.Article{ID: "a", Title: "T", Text: text})
	})
}

// What takes longer than a reply may take is no slow question.
func TestReindexThatTakesTooLong(t *testing.T) {
	d := depsOf(t, nil)
	d.Collection.FS = someFiles()
	reindex, _ := Find(All(d), "reindex")
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	_, err := reindex.Run(ctx, Call{Owner: true, Admin: true, Values: map[string]string{"full": "true"}})
	if text, known := Explain(locale.English, err); !known || !strings.Contains(text, "the index is as it was") || !strings.Contains(text, "newsdesk reindex") {
		t.Errorf("got %v, %q", err, text)
	}
	if _, err := reindex.Run(t.Context(), Call{Admin: true}); !errors.Is(err, ErrNotOwner) {
		t.Errorf("who manages one server: got %v, want ErrNotOwner", err)
	}
}
