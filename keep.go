package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"newsdesk/article"
	"newsdesk/index"
)

// keepEvery is how often articles that have become too old are looked for.
const keepEvery = 24 * time.Hour

// keep deletes gathered articles that are older than KEEP_DAYS, at once and then
// every day, until ctx ends. What keeps the index fresh takes them out of that.
func (a *app) keep(ctx context.Context, c index.Collection, log *slog.Logger) {
	days, err := strconv.Atoi(a.settings["KEEP_DAYS"])
	if err != nil || !isDir(c.Name) {
		return // all are kept, or there is no folder that articles are gathered in
	}
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		removed, err := expire(ctx, c.Name, a.asked().AddDate(0, 0, -days))
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("old articles not deleted", "err", err, "deleted", removed, "keep_days", days)
		default:
			log.Info("old articles deleted", "deleted", removed, "keep_days", days)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// expire deletes the gathered articles in a folder that are from before a time.
func expire(ctx context.Context, dir string, before time.Time) (int, error) {
	files, err := article.OpenStore(dir)
	if err != nil {
		return 0, err
	}
	ids, err := files.Expire(ctx, before)
	if cerr := files.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("close the store of articles: %w", cerr)
	}
	return len(ids), err
}
