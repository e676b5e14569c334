package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// speakers are the packages that say something to people.
var speakers = []string{"../answer", "../commands", "../web", "../bot", "."}

// dynamic are the messages that are not literals where they are said, with who
// sees to it that they are translated.
var dynamic = map[string]string{
	"msg": "Textf and Say", "t.msg": "Textf and Say", "t.Each": "the literals of Each", "t.Last": "the literals of Last",
	"layout": "TestDays", "month": "TestDays", `"/" + name`: "TestNames",
	"c.Description": "the literals of Description", "o.Description": "the literals of Description",
	"c.Name": "the choices of options", "other.Name": "the choices of options",
	"nameOf(languageChoices, set.Language, 0)": "the choices of options", "nameOf(lengthChoices, set.Length, 1)": "the choices of options", "nameOf(gapChoices, gaps, 0)": "the choices of options",
	"cmd.Description": "the literals of Description", "text": "the literals of Description",
	"e.text": "TestErrorsInAllLanguages", "asSentence(err)": "TestErrorsInAllLanguages", "asSentence(errOldButton)": "TestErrorsInAllLanguages",
}

// A source is what the program says, by its own text.
type source struct {
	said  map[string]token.Position // messages
	texts map[string]bool           // all literals, as they are and as sentences
	bare  []string                  // what is shown to people, but said in English only
}

// readSource walks the source of the speakers.
func readSource(t *testing.T) source {
	t.Helper()
	s := source{said: map[string]token.Position{}, texts: map[string]bool{}}
	readTemplates(t, s)
	for _, dir := range speakers {
		set := token.NewFileSet()
		files := map[string]*ast.File{}
		entries, err := fs.Glob(os.DirFS(dir), "*.go")
		if err != nil {
			t.Fatal(err)
		}
		constants := map[string]string{"commands.Unknown": ""}
		for _, name := range entries {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			if files[name], err = parser.ParseFile(set, dir+"/"+name, nil, 0); err != nil {
				t.Fatal(err)
			}
			readConstants(files[name], constants)
		}
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				s.read(t, set, constants, n)
				return true
			})
		}
	}
	return s
}

// sayings are the messages in a template: {{.Say "…"}}.
var sayings = regexp.MustCompile(`\.Say ("[^"]*")`)

// readTemplates reads the messages of the pages.
func readTemplates(t *testing.T, s source) {
	t.Helper()
	names, err := filepath.Glob("../web/templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range sayings.FindAllStringSubmatch(string(raw), -1) {
			text, err := strconv.Unquote(found[1])
			if err != nil {
				t.Fatal(err)
			}
			s.said[text] = token.Position{Filename: name}
		}
	}
}

func readConstants(file *ast.File, into map[string]string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
			for i, name := range v.Names {
				if text, ok := literal(v.Values[i], nil); ok {
					into[name.Name] = text
				}
			}
		}
		return true
	})
}

func literal(e ast.Expr, constants map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.Ident, *ast.SelectorExpr:
		text, ok := constants[expression(e)]
		return text, ok
	}
	return "", false
}

// expression writes an expression that is short.
func expression(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return expression(e.X) + "." + e.Sel.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.BinaryExpr:
		return expression(e.X) + " " + e.Op.String() + " " + expression(e.Y)
	case *ast.CallExpr:
		var args []string
		for _, a := range e.Args {
			args = append(args, expression(a))
		}
		return expression(e.Fun) + "(" + strings.Join(args, ", ") + ")"
	}
	return "?"
}

// shown are fields whose text people read.
var shown = map[string]bool{"Text": true, "Title": true, "Label": true, "Note": true, "Placeholder": true}

func (s *source) read(t *testing.T, set *token.FileSet, constants map[string]string, n ast.Node) {
	say := func(e ast.Expr) {
		switch text, ok := literal(e, constants); {
		case text == "" && ok:
		case ok:
			s.said[text] = set.Position(e.Pos())
		case dynamic[expression(e)] == "":
			t.Errorf("%s: %s is not a literal: nobody sees to its translation", set.Position(e.Pos()), expression(e))
		}
	}
	bare := func(e ast.Expr) {
		if text, ok := literal(e, constants); ok && strings.ContainsFunc(text, unicode.IsLetter) {
			s.bare = append(s.bare, set.Position(e.Pos()).String()+": "+text)
		}
		if call, ok := e.(*ast.CallExpr); ok && expression(call.Fun) == "fmt.Sprintf" && strings.ContainsAny(expression(call.Args[0]), " ") {
			s.bare = append(s.bare, set.Position(e.Pos()).String()+": "+expression(call.Args[0]))
		}
	}
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, ok := literal(n, nil); ok && text != "" {
			s.texts[text], s.texts[strings.ToUpper(text[:1])+text[1:]+"."], s.texts[text+"."] = true, true, true
		}
	case *ast.CallExpr:
		name := expression(n.Fun)
		switch name = name[strings.LastIndexByte(name, '.')+1:]; name {
		case "Say", "Textf":
			say(n.Args[0])
		case "format":
			if len(n.Args) == 2 {
				say(n.Args[1])
			}
		}
	case *ast.KeyValueExpr:
		switch key := expression(n.Key); {
		case key == "Description" || key == "OnMessage" || key == "Each" || key == "Last":
			if _, ok := literal(n.Value, constants); ok {
				say(n.Value)
			}
		case shown[key]:
			bare(n.Value)
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if to, ok := to.(*ast.SelectorExpr); ok && len(n.Rhs) == len(n.Lhs) {
				switch {
				case to.Sel.Name == "Each" || to.Sel.Name == "Last":
					say(n.Rhs[i])
				case shown[to.Sel.Name]:
					bare(n.Rhs[i])
				}
			}
		}
	}
}
