// Package web shows on read-only pages what there is to ask: how the index and
// the feeds fare, the newest articles, and each article with the piece of it
// that an answer cites marked. It does not know how answers are found, nor who
// lets it be reached.
package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/locale"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed static
var static embed.FS

// Bounds of one request. A page is made in milliseconds; more at once than
// maxAtOnce would only make all of them wait, and questions too.
const (
	maxAtOnce = 8
	patience  = 10 * time.Second
)

// A site is the handler of all pages.
type site struct {
	desk  commands.Deps
	base  string // path before that of each page, without a slash at its end
	log   *slog.Logger
	pages map[string]*template.Template // by the name of the file
	files map[string]file               // by path
	slots chan struct{}

	newest newest
}

// New returns a handler of the pages about what desk holds. The base is the
// path below which readers find them, "" or such as "/news"; requests come
// without it. Errors that readers are not told are logged.
func New(desk commands.Deps, base string, log *slog.Logger) http.Handler {
	s := &site{desk: desk, base: base, log: log, pages: map[string]*template.Template{}, slots: make(chan struct{}, maxAtOnce)}
	s.files = map[string]file{
		"/style.css": readFile("style.css", "text/css; charset=utf-8"),
		"/icon.svg":  readFile("icon.svg", "image/svg+xml"),
	}
	for _, name := range []string{"home", "article", "notice"} {
		s.pages[name] = template.Must(template.ParseFS(templates, "templates/layout.html", "templates/"+name+".html"))
	}
	mux := http.NewServeMux()
	mux.Handle("/{$}", s.page(s.home))
	mux.Handle("/a", s.page(s.article))
	mux.Handle("/a/{id...}", s.page(s.article))
	mux.Handle("/", s.page(func(context.Context, *request) error { return errNoPage }))
	for path, f := range s.files {
		mux.Handle(path, f)
	}
	return guarded(mux)
}

// guarded allows a page nothing but its own style and icon: there are no
// scripts, no forms and no frames, and whatever of an article could ever slip
// through as markup would be inert. Texts belong to their outlets, so search
// engines are told not to list the pages.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, noarchive")
		next.ServeHTTP(w, r)
	})
}

// A request is one page on its way: what is asked for, and what will be shown.
type request struct {
	*http.Request
	locale.Language
	name string // of the template
	view any
}

// A view is what a template sees.
type view struct {
	locale.Language
	Base, Style string
	Page        any
}

// Path is the address of a page or file within the site.
func (v view) Path(path string) string { return v.Base + path }

// page answers with what show decides on, or with what is wrong in words.
func (s *site) page(show func(context.Context, *request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{Request: r, Language: locale.Preferred(r.Header.Get("Accept-Language"))}
		w.Header().Set("Content-Language", q.Code())
		w.Header().Add("Vary", "Accept-Language")
		// Revalidated every time: what is forgotten has to be gone at once.
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body, err := s.make(q, show)
		if err != nil {
			s.refuse(w, q, err)
			return
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body))[:34]+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// make makes a page. A panic is an error like any other.
func (s *site) make(q *request, show func(context.Context, *request) error) (body []byte, err error) {
	if q.Method != http.MethodGet && q.Method != http.MethodHead {
		return nil, errMethod
	}
	ctx, cancel := context.WithTimeout(q.Context(), patience)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	if err := show(ctx, q); err != nil {
		return nil, err
	}
	return s.render(q)
}

func (s *site) render(q *request) ([]byte, error) {
	var b bytes.Buffer
	v := view{Language: q.Language, Base: s.base, Style: s.files["/style.css"].version, Page: q.view}
	err := s.pages[q.name].ExecuteTemplate(&b, "layout.html", v)
	return b.Bytes(), err
}

var (
	errNoPage = errors.New("no such page")
	errMethod = errors.New("the pages are only read")
)

// A notice is a page that says why there is none.
type notice struct{ Title, Text string }

// refuse tells in words what is wrong.
func (s *site) refuse(w http.ResponseWriter, q *request, err error) {
	status, n := http.StatusInternalServerError, notice{q.Say("Something went wrong"), q.Say(commands.Unknown)}
	switch {
	case errors.Is(err, errNoPage):
		status, n = http.StatusNotFound, notice{q.Say("There is no such page"), q.Say("Perhaps the address was cut off. The newest articles are on the first page.")}
	case errors.Is(err, index.ErrNoArticle):
		status, n = http.StatusNotFound, notice{q.Say("There is no such article"), q.Say("It was taken out of the collection, or never was in it.")}
	case errors.Is(err, errMethod):
		w.Header().Set("Allow", "GET, HEAD")
		status, n = http.StatusMethodNotAllowed, notice{q.Say("These pages can only be read"), q.Say("Nothing can be sent here.")}
	case errors.Is(err, index.ErrNotBuilt):
		w.Header().Set("Retry-After", "60")
		status, n = http.StatusServiceUnavailable, notice{q.Say("There are no articles yet"), q.Say("The index has not been built. Look again in a minute.")}
	case errors.Is(err, context.DeadlineExceeded):
		w.Header().Set("Retry-After", "10")
		status, n = http.StatusServiceUnavailable, notice{q.Say("Too much is being asked for"), q.Say("Look again in a few seconds.")}
	case q.Context().Err() != nil: // nobody is there to read it
	default:
		s.log.Error("page not shown", "path", q.URL.Path, "err", err)
	}
	q.name, q.view = "notice", n
	body, err := s.render(q)
	if err != nil {
		s.log.Error("page not shown", "path", q.URL.Path, "err", err)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever went away needs no answer
}

// A file is part of all pages.
type file struct {
	data          []byte
	kind, version string
}

func readFile(name, kind string) file {
	data, err := static.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return file{data, kind, fmt.Sprintf("%x", sha256.Sum256(data))[:12]}
}

// ServeHTTP sends the file. Pages name its version, so it may be kept.
func (f file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "public, max-age=86400")
	w.Header().Set("ETag", `"`+f.version+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.data))
}
