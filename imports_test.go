package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// order is the line in which the packages stand; each may import only those
// before it. Packages of test tools import none.
var order = []string{"locale", "article", "feed", "data", "index", "answer", "eval", "store", "commands", "web", "bot", "watch", ""}

// owners are the packages that alone may import a library, mostly one.
var owners = map[string]string{
	"github.com/blevesearch/":             "index",
	"github.com/RoaringBitmap/":           "index",
	"github.com/gofrs/flock":              "article,index",
	"github.com/klauspost/compress":       "index",
	"github.com/bwmarrin/discordgo":       "bot",
	"github.com/agnivade/levenshtein":     "answer",
	"github.com/yuin/goldmark":            "article",
	"go.yaml.in/":                         "article",
	"github.com/pelletier/go-toml":        "article",
	"codeberg.org/readeck/go-readability": "article",
	"github.com/andybalholm/cascadia":     "article",
	"golang.org/x/time":                   "bot",
	"golang.org/x/text/message":           "locale",
	"golang.org/x/text/feature":           "locale",
	"go.etcd.io/bbolt":                    "store",
	"github.com/mmcdole/gofeed":           "feed",
	"github.com/andybalholm/brotli":       "feed",
	"github.com/fsnotify/":                "watch",
	"github.com/prometheus/":              "",
	"github.com/joho/godotenv":            "",
	"github.com/alecthomas/kong":          "",
	"github.com/schollz/progressbar":      "",
	"golang.org/x/term":                   "",
}

var environment = regexp.MustCompile(`os\.(Getenv|LookupEnv|Environ)\b`)

func TestImports(t *testing.T) {
	checked := 0
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && name == "bench" {
			return fs.SkipDir // a module of its own
		}
		if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		checked++
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if found := environment.Find(source); found != nil && path.Dir(name) != "." {
			t.Errorf("%s uses %s: only main reads the environment", name, found)
		}
		dir := strings.TrimSuffix(path.Dir(name), ".")
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, name, dir, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 20 {
		t.Errorf("only %d files were checked", checked)
	}
}

func checkImport(t *testing.T, name, dir, imported string) {
	t.Helper()
	if own, ok := strings.CutPrefix(imported, "newsdesk/"); ok {
		from, to := slices.Index(order, dir), slices.Index(order, own)
		if from < 0 || to < 0 || to >= from {
			t.Errorf("%s imports %s, which does not stand before %q", name, imported, dir)
		}
		return
	}
	for library, owner := range owners {
		if strings.HasPrefix(imported, library) && !slices.Contains(strings.Split(owner, ","), dir) {
			t.Errorf("%s imports %s, which only %q may", name, imported, owner)
		}
	}
}
