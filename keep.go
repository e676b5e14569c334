package main

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"
)

const (
	// keepEvery is how often articles that have become too old are looked for.
	keepEvery = 24 * time.Hour

	// A clock that is ahead makes all articles too old. It is believed where an
	// article of the last days bears it out, else only after so many looks.
	keepProof = 2 * 24 * time.Hour
	keepLooks = 7
)

var errDoubtful = errors.New("no article of the last two days bears the clock out")

// keep deletes gathered articles that are older than KEEP_DAYS, at once and then
// every day, until ctx ends. What keeps the index fresh takes them out of that.
func (a *app) keep(ctx context.Context, articles *shelf, log *slog.Logger) {
	days, err := strconv.Atoi(a.settings["KEEP_DAYS"])
	if err != nil || !isDir(articles.dir) {
		return // all are kept, or there is no folder that articles are gathered in
	}
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for looks := 1; ctx.Err() == nil; looks++ {
		now := a.asked()
		removed, err := articles.expire(ctx, now, days, looks > keepLooks)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, errDoubtful):
			log.Error("old articles not deleted yet: set the clock if it is wrong", "err", err, "now", now.UTC().Format(time.RFC3339),
				"deleted_in", keepEvery*time.Duration(keepLooks+1-looks), "keep_days", days)
		case err != nil:
			log.Error("old articles not deleted", "err", err, "deleted", removed, "keep_days", days)
		default:
			log.Info("old articles deleted", "deleted", removed, "keep_days", days)
			looks = 0
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// expire deletes the gathered articles that are older than some days, if the
// clock can be believed; else the error is errDoubtful.
func (s *shelf) expire(ctx context.Context, now time.Time, days int, believed bool) (int, error) {
	if err := s.open(); err != nil {
		return 0, err
	}
	if !believed && !s.store.HasDays(now.Add(-keepProof), now) {
		return 0, errDoubtful
	}
	ids, err := s.store.Expire(ctx, now.AddDate(0, 0, -days))
	return len(ids), err
}
