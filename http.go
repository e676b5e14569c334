package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"newsdesk/answer"
	"newsdesk/bot"
	"newsdesk/commands"
	"newsdesk/index"
	"newsdesk/web"
)

// handler serves what HTTP_ADDR is for: /healthz (the program runs), /readyz
// (people are answered), /metrics for Prometheus, what Discord sends by HTTP,
// and the pages, if they are wanted.
func (a *app) handler(d commands.Deps, b *bot.Bot, m *metrics, fresh *freshener, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(d.Index, b); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
		if err := fresh.state().Failing; err != nil { // people are answered all the same
			fmt.Fprintf(w, "the index is not brought up to date: %v\n", err)
		}
	})
	if a.settings["DISCORD_PUBLIC_KEY"] != "" {
		mux.Handle("/interactions", b.Interactions())
	}
	if pages := a.pages(); pages != "" {
		public, _ := url.Parse(string(pages)) // checked with the settings
		mux.Handle("/", web.New(d, public.EscapedPath(), log))
	}
	return mux
}

// pages is the address below which articles have pages.
func (a *app) pages() answer.Pages {
	return answer.Pages(strings.TrimRight(a.settings["PUBLIC_URL"], "/"))
}

// ready tells everything that is not ready, a line each.
func ready(x *index.Index, b *bot.Bot) error {
	var missing error
	if !x.Usable() {
		missing = errors.New("there is no index to answer from: run newsdesk reindex")
	}
	return errors.Join(missing, b.Ready())
}

// listen serves on HTTP_ADDR, where that is set.
func (a *app) listen(d commands.Deps, b *bot.Bot, m *metrics, fresh *freshener, log *slog.Logger) (*http.Server, error) {
	server := &http.Server{
		Handler:           a.handler(d, b, m, fresh, log),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // strangers' broken connections
	}
	addr := a.settings["HTTP_ADDR"]
	if addr == "" {
		if a.settings["DISCORD_PUBLIC_KEY"] != "" {
			return nil, misuse{errors.New("DISCORD_PUBLIC_KEY is set, so interactions come by HTTP, and HTTP_ADDR is not: set it to an address such as :8080")}
		}
		if a.pages() != "" {
			log.Warn("PUBLIC_URL is set, and HTTP_ADDR is not: this process does not serve the pages that its answers lead to")
		}
		return server, nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("HTTP_ADDR=%s: %w: name an address that is free", addr, err)
	}
	log.Info("listening", "addr", listener.Addr().String(), "interactions", a.settings["DISCORD_PUBLIC_KEY"] != "", "pages", a.pages())
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("listening ended", "err", err)
		}
	}()
	return server, nil
}
