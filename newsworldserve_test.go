package main

import (
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"strings"
	"time"
)

// windows1252 writes what the world's texts hold beyond ASCII in one byte.
var windows1252 = strings.NewReplacer("é", "\xe9", "ü", "\xfc", "í", "\xed", "–", "\x96", "“", "\x93", "”", "\x94", "…", "\x85")

// changed is when what a feed holds was last another.
func (f *newsFeed) changed(now time.Time) time.Time {
	last := now.Truncate(30 * 24 * time.Hour)
	for _, s := range f.stories {
		for _, t := range []time.Time{s.published, s.edited, s.retitled, s.removed, s.renamed, s.moved} {
			if past(t, now) && t.After(last) {
				last = t
			}
		}
	}
	return last
}

func (w *newsWorld) count(kind string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests[kind]++
}

func (w *newsWorld) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	now := time.Now()
	if r.URL.Path == "/robots.txt" {
		w.count("robots.txt")
		fmt.Fprint(out, "User-agent: *\nDisallow: /private/\n")
		return
	}
	if f := w.at[r.Host+r.URL.Path]; f != nil {
		w.serveFeed(out, r, f, now)
		return
	}
	path, away := strings.CutPrefix(r.URL.Path, "/go")
	s := w.pages[r.Host+path]
	if s == nil {
		w.count("pages that are not there")
		http.NotFound(out, r)
		return
	}
	if away {
		w.count("page redirects")
		http.Redirect(out, r, path, http.StatusFound)
		return
	}
	w.count("pages")
	page, charset := strings.NewReplacer(), "utf-8"
	if s.home.is(wrongCharset) || s.home.is(statedCharset) {
		page, charset = windows1252, "iso-8859-1"
	}
	out.Header().Set("Content-Type", "text/html; charset="+charset)
	_, _ = page.WriteString(out, fmt.Sprintf(`<!DOCTYPE html><html><head><title>%s</title><script type="application/ld+json">{"@type":"NewsArticle","headline":"%[1]s","datePublished":"%[2]s"}</script></head><body><nav>Home News</nav><article><h1>%[1]s</h1><p>%[3]s</p></article><footer>Imprint</footer></body></html>`,
		html.EscapeString(s.title(now)), s.published.UTC().Format(time.RFC3339), strings.ReplaceAll(html.EscapeString(s.text(now)), "\n\n", "</p><p>")))
}

func (w *newsWorld) serveFeed(out http.ResponseWriter, r *http.Request, f *newsFeed, now time.Time) {
	if f.down(now) {
		w.count("polls that fail")
		switch f.odd {
		case limits:
			out.Header().Set("Retry-After", fmt.Sprint(int(f.to.Sub(now).Seconds())+1))
			out.WriteHeader(http.StatusTooManyRequests)
		case breaks:
			out.WriteHeader(http.StatusInternalServerError)
		case hangs:
			<-r.Context().Done()
		case hangsUp:
			panic(http.ErrAbortHandler)
		case dies:
			out.WriteHeader(http.StatusGone)
		}
		return
	}
	first := r.URL.Path == f.path
	switch to := "/real" + f.path; {
	case first && (f.is(redirected) || f.is(moves) && !now.Before(f.from)):
		w.count("redirects for good")
		http.Redirect(out, r, to, http.StatusMovedPermanently)
		return
	case first && f.is(elsewhere):
		w.count("redirects for now")
		http.Redirect(out, r, to, http.StatusFound)
		return
	}
	body, h := f.render(now), out.Header()
	switch {
	case f.is(dated):
		h.Set("Last-Modified", f.changed(now).UTC().Format(http.TimeFormat))
	case f.is(newTags):
		h.Set("ETag", fmt.Sprintf(`"%d"`, now.UnixNano()))
	case !f.is(unvalidated):
		sum := fnv.New64a()
		sum.Write([]byte(body))
		h.Set("ETag", fmt.Sprintf(`"%x"`, sum.Sum64()))
	}
	if f.is(livesShort) {
		h.Set("Cache-Control", "max-age=1200")
	}
	if tag := h.Get("ETag"); tag != "" && tag == r.Header.Get("If-None-Match") ||
		f.is(dated) && h.Get("Last-Modified") == r.Header.Get("If-Modified-Since") {
		w.count("polls that find nothing new, by 304")
		out.WriteHeader(http.StatusNotModified)
		return
	}
	w.count("polls that are sent the feed")
	if f.format != "json" && f.format != "sitemap" && (f.is(wrongCharset) || f.is(statedCharset)) {
		body = windows1252.Replace(body)
	}
	fmt.Fprint(out, body)
}
