package main

import (
	"context"
	"log/slog"
	"time"

	"newsdesk/index"
)

const (
	// verifyEvery is how often the files of the index are read and held to their
	// checksums, the first time when the bot begins to serve: a large one is
	// opened without that.
	verifyEvery = 24 * time.Hour

	// verifyRate is in bytes a second: a million passages take a minute or so,
	// and searches notice nothing.
	verifyRate = 32 << 20
)

// verify looks for damage of the index until ctx ends. What is damaged is built
// anew at once.
func verify(ctx context.Context, x *index.Index, fresh *freshener, log *slog.Logger) {
	tick := time.NewTicker(verifyEvery)
	defer tick.Stop()
	for {
		if err := x.Verify(ctx, verifyRate); err != nil && ctx.Err() == nil {
			log.Error("the files of the index are not as they were written: look after the disk", "err", err)
			fresh.look()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
