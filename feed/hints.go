package feed

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// hints are what a feed says about when to ask it.
type hints struct {
	Every     time.Duration `json:",omitempty"` // not more often
	SkipHours []int         `json:",omitempty"` // of the day in GMT
	SkipDays  []string      `json:",omitempty"` // in English, as time.Weekday writes them
}

// mostEvery bounds what a feed can ask for: programs that make feeds say
// "daily" of outlets with news every minute.
const mostEvery = time.Hour

func (h *hints) atLeast(d time.Duration) { h.Every = max(h.Every, min(d, mostEvery)) }

func rssHints(f *rss.Feed) hints {
	var h hints
	if minutes, err := strconv.Atoi(strings.TrimSpace(f.TTL)); err == nil && minutes > 0 {
		h.atLeast(time.Duration(min(minutes, 1<<20)) * time.Minute)
	}
	for _, s := range f.SkipHours {
		// 24 stands for midnight in old feeds.
		if hour, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && hour >= 0 && hour <= 24 && !slices.Contains(h.SkipHours, hour%24) {
			h.SkipHours = append(h.SkipHours, hour%24)
		}
	}
	for _, s := range f.SkipDays {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(s), day.String()) && !slices.Contains(h.SkipDays, day.String()) {
				h.SkipDays = append(h.SkipDays, day.String())
			}
		}
	}
	h.syndication(f.Extensions)
	return h
}

// syndication reads the Syndication module of RSS 1.0.
func (h *hints) syndication(e ext.Extensions) {
	period := map[string]time.Duration{"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour}[strings.ToLower(extension(e, "sy", "updatePeriod"))]
	times, err := strconv.Atoi(extension(e, "sy", "updateFrequency"))
	if err != nil || times < 1 {
		times = 1
	}
	// "Hourly, once" is what WordPress says of every site, busy ones too: it
	// tells nothing.
	if period > 0 && !(period == time.Hour && times == 1) {
		h.atLeast(period / time.Duration(times))
	}
}

// maxAge returns how long an answer says that it stays good.
func maxAge(header http.Header) time.Duration {
	for directive := range strings.SplitSeq(strings.ToLower(header.Get("Cache-Control")), ",") {
		if s, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age="); ok {
			if seconds, err := strconv.Atoi(strings.Trim(s, `"`)); err == nil && seconds > 0 {
				age, _ := strconv.Atoi(header.Get("Age")) // none is 0
				return min(time.Duration(min(max(seconds-max(age, 0), 0), 1<<30))*time.Second, mostEvery)
			}
		}
	}
	return 0
}

// retryAfter returns how long an answer wants to be left alone.
func retryAfter(header http.Header, now time.Time) time.Duration {
	s := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.Atoi(s); err == nil {
		return time.Duration(min(max(seconds, 0), 1<<30)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// skip moves a time on to the next that is not in a skipped hour or day.
func (h *hints) skip(t time.Time) time.Time {
	if len(h.SkipHours) >= 24 || len(h.SkipDays) >= 7 {
		return t // all are skipped, which cannot be meant
	}
	for range 8 * 24 {
		u := t.UTC()
		if !slices.Contains(h.SkipHours, u.Hour()) && !slices.Contains(h.SkipDays, u.Weekday().String()) {
			return t
		}
		t = u.Truncate(time.Hour).Add(time.Hour)
	}
	return t
}
