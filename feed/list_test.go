package feed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const otherReader = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by another reader -->
<opml version="2.0" xmlns:other="urn:other">
  <head><title>Ada's feeds</title><dateCreated>Wed, 26 Nov 2025 10:00:00 GMT</dateCreated></head>
  <body>
    <outline text="World" isOpen="true">
      <!-- to be sorted -->
      <outline text="Holm &amp; Weir" xmlUrl="https://holm.example/feed?a=1&amp;b=2" type="rss" other:rating="5"/>
    </outline>
    <outline text="A note of mine"/>
  </body>
</opml>`

// What other programs and people wrote into the list outlives our changes.
func TestListKeepsWhatOthersWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "feeds.opml")
	l, err := ParseList([]byte(otherReader))
	if err != nil {
		t.Fatal(err)
	}
	if added, err := l.Add(Feed{URL: "weir.example/rss", Title: "Weir", Folder: "World / Coast", FullText: true}); err != nil || !added {
		t.Fatalf("got %v, %v", added, err)
	}
	if added, err := l.Add(Feed{URL: "https://holm.example/feed?a=1&b=2", Site: "https://holm.example/"}); err != nil || added {
		t.Fatalf("got %v, %v", added, err)
	}
	if err := l.Write(path); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:other="urn:other" xmlns:newsdesk="urn:newsdesk:opml">
  <head>
    <title>Ada's feeds</title>
    <dateCreated>Wed, 26 Nov 2025 10:00:00 GMT</dateCreated>
  </head>
  <body>
    <outline text="World" isOpen="true">
      <!-- to be sorted -->
      <outline text="Holm &amp; Weir" xmlUrl="https://holm.example/feed?a=1&amp;b=2" type="rss" other:rating="5" htmlUrl="https://holm.example/"/>
      <outline text="Coast" title="Coast">
        <outline type="rss" text="Weir" title="Weir" xmlUrl="https://weir.example/rss" newsdesk:fullText="true"/>
      </outline>
    </outline>
    <outline text="A note of mine"/>
  </body>
</opml>
`
	if string(raw) != want {
		t.Errorf("got\n%s\nwant\n%s", raw, want)
	}
	again, err := ReadList(path)
	if err != nil {
		t.Fatal(err)
	}
	feeds := again.Feeds()
	if len(feeds) != 2 || feeds[0].Title != "Holm & Weir" || feeds[0].Folder != "World" || feeds[1].Folder != "World / Coast" || !feeds[1].FullText || feeds[0].FullText {
		t.Errorf("got %+v", feeds)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestListRemoves(t *testing.T) {
	for _, name := range []string{"https://holm.example/feed?a=1&b=2", "holm.example/feed?a=1&b=2", "feed://holm.example/feed?a=1&b=2", "holm & weir"} {
		l, err := ParseList([]byte(otherReader))
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Remove(name); len(got) != 1 || len(l.Feeds()) != 0 {
			t.Errorf("%s: removed %v, left %v", name, got, l.Feeds())
		}
		if got := l.Remove(name); got != nil {
			t.Errorf("%s: removed %v again", name, got)
		}
	}
}

func TestListsThatAreNone(t *testing.T) {
	for in, want := range map[string]string{
		"<rss/>": "want OPML, and its first element is <rss>", "<opml></opml>": "it has no <body>", "hello": "not OPML", "<opml><body>": "cut off",
		"<opml><body>" + strings.Repeat("<outline text='x'>", 1000): "nested more than", strings.Repeat(" ", maxListBytes+1): "no list of feeds",
	} {
		if _, err := ParseList([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", in, err, want)
		}
	}
	if l, err := ParseList(nil); err != nil || len(l.Feeds()) != 0 {
		t.Errorf("an empty file: %v", err)
	}
	if l, err := ReadList(filepath.Join(t.TempDir(), "none")); err != nil || len(l.Feeds()) != 0 {
		t.Errorf("no file: %v", err)
	}
}
