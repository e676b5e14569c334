package bot

import "time"

// The pauses between two connections.
const (
	firstPause    = time.Second
	shortestPause = 5 * time.Second // Discord takes one IDENTIFY in 5 s
	longestPause  = 10 * time.Minute
	calm          = time.Minute // a connection that held so long was sound
)

// A pause is the time before the next connection. It doubles while
// connections fail, so that a day's 1000 IDENTIFYs are never used up.
type pause struct{ step time.Duration }

// next returns the pause behind a connection that held for up. jitter, from 0
// to 1, spreads the bots that Discord has thrown out together.
func (p *pause) next(up time.Duration, jitter float64) time.Duration {
	base := firstPause
	if up >= calm {
		p.step = 0
	} else {
		p.step = max(2*p.step, shortestPause)
		base = p.step
	}
	d := base + time.Duration(jitter*float64(base)/2)
	p.step = min(p.step, longestPause)
	return min(d, longestPause)
}
