package feed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// productToken is how robots.txt files name newsdesk.
const productToken = "newsdesk"

// ErrRobots is wrapped when a site's robots.txt does not want a page fetched.
var ErrRobots = errors.New("robots.txt does not allow it")

const (
	robotsLife     = 24 * time.Hour // RFC 9309, 2.4
	robotsRetry    = time.Hour      // while a site cannot say what it allows, nothing is
	maxRobots      = 500 << 10      // bytes that are read; RFC 9309, 2.5
	maxCrawlDelay  = time.Minute
	maxRobotsSites = 2000
)

// robots is what a robots.txt says to newsdesk. The only library for it was
// last released in 2021, and RFC 9309 is short.
type robots struct {
	rules    []robotsRule
	delay    time.Duration
	sitemaps []string
	closed   bool // the site could not say, so nothing is allowed
	until    time.Time
}

type robotsRule struct {
	path  string
	allow bool
}

// parseRobots reads a robots.txt as RFC 9309 has it: the groups that name the
// agent count together, else those for all.
func parseRobots(text, agent string) robots {
	var ours, all robots
	var r robots
	named, starred, inRules, found := false, false, true, false
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			if inRules {
				named, starred, inRules = false, false, false
			}
			token, _, _ := strings.Cut(strings.ToLower(value), "/")
			named = named || token == agent
			starred = starred || token == "*"
			found = found || named
		case "sitemap":
			if len(r.sitemaps) < 20 {
				r.sitemaps = append(r.sitemaps, value)
			}
		case "allow", "disallow", "crawl-delay":
			inRules = true
			if named {
				ours.add(key, value)
			}
			if starred {
				all.add(key, value)
			}
		}
	}
	if !found {
		ours = all
	}
	r.rules, r.delay = ours.rules, ours.delay
	return r
}

func (r *robots) add(key, value string) {
	const maxRules = 5000
	switch {
	case key == "crawl-delay":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			r.delay = time.Duration(min(seconds, maxCrawlDelay.Seconds()) * float64(time.Second))
		}
	case value != "" && len(value) <= maxAddress && len(r.rules) < maxRules:
		r.rules = append(r.rules, robotsRule{decodePath(value), key == "allow"})
	}
}

// allows reports whether a path with its query may be fetched: the longest
// rule that matches decides, and of two alike the one that allows.
func (r *robots) allows(path string) bool {
	if r.closed {
		return false
	}
	path = decodePath(path)
	best, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.path); (n > best || n == best && rule.allow) && matchesRobots(rule.path, path) {
			best, allow = n, rule.allow
		}
	}
	return allow
}

// decodePath makes one of the ways in which one path can be written: octets
// that need no escape are not escaped.
func decodePath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil && (n >= 0x80 || strings.IndexByte("/?*$%", byte(n)) < 0) {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// matchesRobots matches a pattern in which * stands for anything and a $ at
// the end for the end, against the beginning of a path.
func matchesRobots(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return !anchored || rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	last := parts[len(parts)-1]
	if anchored {
		return strings.HasSuffix(rest, last)
	}
	return strings.Contains(rest, last)
}

// robotsCache holds what sites said, by scheme and host.
type robotsCache struct {
	mu sync.Mutex
	by map[string]*robots
}

func newRobotsCache() *robotsCache { return &robotsCache{by: make(map[string]*robots)} }

// robotsOf returns what a site says to newsdesk; it is asked once a day.
func (c *Client) robotsOf(ctx context.Context, u *url.URL) (*robots, error) {
	site := u.Scheme + "://" + strings.ToLower(u.Host)
	c.robots.mu.Lock()
	r := c.robots.by[site]
	c.robots.mu.Unlock()
	if r != nil && time.Now().Before(r.until) {
		return r, nil
	}
	res, err := c.get(ctx, request{url: site + "/robots.txt", accept: "text/plain,*/*;q=0.5", limit: 4 * maxRobots})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	switch {
	case errors.Is(err, ErrForbidden):
		return nil, err
	case err != nil || res.status >= 500 || res.status == 429:
		r = &robots{closed: true, until: time.Now().Add(robotsRetry)}
	case res.status >= 200 && res.status < 300:
		parsed := parseRobots(string(res.body[:min(len(res.body), maxRobots)]), productToken)
		parsed.until = time.Now().Add(robotsLife)
		r = &parsed
	default: // "unavailable": whoever has no such file allows all
		r = &robots{until: time.Now().Add(robotsLife)}
	}
	c.hosts.slow(u.Hostname(), r.delay)
	c.robots.mu.Lock()
	defer c.robots.mu.Unlock()
	if len(c.robots.by) >= maxRobotsSites {
		clear(c.robots.by)
	}
	c.robots.by[site] = r
	return r, nil
}

func (c *Client) allowedByRobots(ctx context.Context, u *url.URL) error {
	r, err := c.robotsOf(ctx, u)
	if err != nil {
		return err
	}
	if r.closed {
		return fmt.Errorf("%s: %w: it cannot be read at the moment", u.Hostname(), ErrRobots)
	}
	if !r.allows(u.RequestURI()) {
		return fmt.Errorf("%s: %w", redact(u.String()), ErrRobots)
	}
	return nil
}
