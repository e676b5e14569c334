package web

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"newsdesk/answer"
	"newsdesk/article"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "a folder for pictures of the pages")

// browserPatience bounds all that one browser does.
const browserPatience = 2 * time.Minute

// A browser is a headless Chromium, and what it had to complain of.
type browser struct {
	ctx context.Context

	mu       sync.Mutex
	troubles []string
	strayed  []string // requests to anywhere but the site
}

// startBrowser starts Chromium. Where there is none the test is skipped,
// except where CI says that it has to run.
func startBrowser(t *testing.T, site string) *browser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		const text = "the pages are not tried in a browser: there is no Chromium here (Debian: apt-get install chromium-headless-shell)"
		if os.Getenv("CI") == "true" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.Flag("hide-scrollbars", false))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // which Chromium refuses to root
	}
	ctx, cancel := context.WithTimeout(t.Context(), browserPatience)
	t.Cleanup(cancel)
	ctx, cancelAll := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancelAll)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(cancelTab)
	b := &browser{ctx: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *log.EventEntryAdded: // violations of the policy too
			b.troubles = append(b.troubles, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, site) && e.Request.URL != "about:blank" {
				b.strayed = append(b.strayed, e.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	call(t, b, log.Enable, cdp.Empty{})
	call(t, b, network.Enable, network.EnableParams{})
	return b
}

// call gives the browser a command.
func call[P, R any](t *testing.T, b *browser, command cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		t.Fatalf("%s: %v", command.Method, err)
	}
}

// open shows a page in a window of that width, light or dark.
func (b *browser) open(t *testing.T, address, scheme string, width int64) {
	t.Helper()
	call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 760, DeviceScaleFactor: 1, Mobile: width < 600})
	call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	// By way of another page, since a fragment alone would load nothing.
	if err := chromedp.Do(b.ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(address)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// measured is what measure tells of a page.
type measured struct {
	Overflow int // pixels that the page is wider than its window
	Contrast float64
	Faintest string // the text with that contrast
	Texts    int
	Back     string // colour behind the page
	Headings string
	Lang     string
	Narrow   string // links of less than 24 pixels in height, outside of running text
	Mark     struct {
		Text   string
		Inside bool
	}
}

// measure looks at what is shown. Contrast is that of WCAG 2.2, of each text
// with the nearest colour behind it.
const measure = `(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const lum = c => { const [r, g, b] = rgb(c).map(v => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * r + .7152 * g + .0722 * b };
	const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, p = rgb(c); if (p.length < 4 || p[3] > 0) return c } return 'rgb(255, 255, 255)' };
	let contrast = 99, faintest = '', texts = 0;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = walker.nextNode();) {
		if (!n.data.trim()) continue;
		texts++;
		const a = lum(getComputedStyle(n.parentElement).color), b = lum(behind(n.parentElement));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < contrast) { contrast = ratio; faintest = n.data.trim().slice(0, 60) }
	}
	const root = document.documentElement, mark = document.querySelector('mark'), r = mark && mark.getClientRects()[0];
	return {
		Overflow: Math.max(root.scrollWidth, document.body.scrollWidth) - root.clientWidth, Contrast: contrast, Faintest: faintest, Texts: texts,
		Back: getComputedStyle(document.body).backgroundColor, Lang: root.lang,
		Headings: [...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName[1]).join(''),
		Narrow: [...document.querySelectorAll('nav a, .button, h3 a')].filter(a => a.getBoundingClientRect().height < 24).map(a => a.textContent).join(', '),
		Mark: { Text: mark ? mark.textContent : '', Inside: !!r && r.top >= 0 && r.bottom <= innerHeight },
	};
})()`

// shoot keeps a picture of the window, if pictures are wanted.
func (b *browser) shoot(t *testing.T, name string) {
	t.Helper()
	if *shots == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// The pages in Chromium: light and dark, on desks and phones, nothing is
// refused by their policy, nothing sticks out, all can be read, and what is
// cited is in view.
func TestInBrowser(t *testing.T) {
	d := deskOf(t, someArticles())
	h, _ := newSite(t, d, "")
	server := httptest.NewServer(h)
	defer server.Close()
	a, err := d.Index.Article(t.Context(), "a/b c#1?")
	if err != nil {
		t.Fatal(err)
	}
	const cited = "Größe und Gewicht zählen: 東京 – the very last words."
	at := strings.Index(a.Text, cited)
	pages := []struct{ name, path, headings, mark string }{
		{"home", "/", "12" + strings.Repeat("3", homeSize) + "2", ""},
		{"feeds", "/#feeds", "12" + strings.Repeat("3", homeSize) + "2", ""},
		{"page2", "/?page=2", "12" + strings.Repeat("3", homeSize), ""},
		{"cited", answer.PagePath(a.ID, article.Span{Start: at, End: at + len(cited)}), "1", cited},
		{"versions", "/a/wire?at=0-107#0-107", "1", ferry[:107]},
		{"copy", "/a/daily", "1", ""},
		{"evil", "/a/evil", "1", ""},
		{"lost", "/a/wire?at=9-9999#9-9999", "1", ""},
		{"nobody", "/a/nobody", "1", ""},
	}
	b := startBrowser(t, server.URL)
	for _, scheme := range []string{"light", "dark"} {
		backs := map[string]bool{}
		for _, width := range []int64{320, 1280} {
			for _, p := range pages {
				where := fmt.Sprintf("%s-%s-%d", p.name, scheme, width)
				b.open(t, server.URL+p.path, scheme, width)
				b.shoot(t, where)
				m, err := chromedp.Run(b.ctx, chromedp.Evaluate[measured](measure))
				if err != nil {
					t.Fatalf("%s: %v", where, err)
				}
				backs[m.Back] = true
				if m.Overflow > 0 || m.Contrast < 4.5 || m.Texts < 3 || m.Narrow != "" {
					t.Errorf("%s: %+v", where, m)
				}
				if m.Headings != p.headings || m.Lang != "en" {
					t.Errorf("%s: got the headings %s in %q, want %s", where, m.Headings, m.Lang, p.headings)
				}
				if m.Mark.Text != p.mark || p.mark != "" && !m.Mark.Inside {
					t.Errorf("%s: marked is %q, in view: %v", where, m.Mark.Text, m.Mark.Inside)
				}
			}
		}
		if len(backs) != 1 || backs["rgb(22, 24, 27)"] != (scheme == "dark") {
			t.Errorf("%s: got the colours %v", scheme, backs)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, trouble := range b.troubles {
		if !strings.Contains(trouble, "/a/nobody") { // its 404 is one too
			t.Error(trouble)
		}
	}
	for _, address := range b.strayed {
		t.Errorf("the pages had the browser ask for %s", address)
	}
}
