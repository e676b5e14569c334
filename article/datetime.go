package article

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	clock = regexp.MustCompile(`(?i)^(?:T|at |@ |[-–—|·•] )?\s*([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?\s*([ap]\.?m\b\.?)?`)

	compactClock = regexp.MustCompile(`^([0-9]{2})([0-9]{2})([0-9]{2})?(?:\b|Z)`)
)

// addTime reads what stands behind a day. A time that makes no sense spoils
// the whole date; words that are no time at all do too.
func addTime(day time.Time, rest string) (time.Time, error) {
	rest = strings.TrimSpace(rest)
	if rest == "" || rest == "Z" {
		return day, nil
	}
	if strings.ContainsAny(rest[:1], "+-") && numericZone.MatchString(rest) {
		return day, nil // XML allows a zone behind a mere day
	}
	if m := compactClock.FindStringSubmatch(rest); m != nil {
		seconds := m[3]
		if seconds == "" {
			seconds = "00"
		}
		rest = m[1] + ":" + m[2] + ":" + seconds + strings.TrimLeft(rest, "0123456789")
	}
	m := clock.FindStringSubmatch(rest)
	if m == nil || m[2] == "" && m[5] == "" {
		return time.Time{}, errNoDate
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2]) // "" is 0, as wanted
	sec, _ := strconv.Atoi(m[3])
	nano, _ := strconv.Atoi((m[4] + "000000000")[:9])
	if half := strings.ToLower(m[5]); half != "" {
		if h < 1 || h > 12 {
			return time.Time{}, errNoDate
		}
		h %= 12
		if half[0] == 'p' {
			h += 12
		}
	}
	// 24:00 ends a day, and 60 is a leap second.
	if h > 24 || minute > 59 || sec > 60 || h == 24 && minute+sec > 0 {
		return time.Time{}, errNoDate
	}
	offset, ok := zoneOffset(strings.TrimSpace(rest[len(m[0]):]))
	if !ok {
		return day, nil
	}
	t := day.Add(time.Duration(h)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(sec)*time.Second + time.Duration(nano))
	return t.Add(-offset), nil
}

var (
	numericZone = regexp.MustCompile(`^(?:UTC|GMT)?\s?([+-−])([0-9]{1,2}):?([0-9]{2})?(?:\s.*)?$`)
	namedZone   = regexp.MustCompile(`^\(?([A-Za-z]{1,5})\)?(?:\s.*)?$`)
)

// zoneOffset returns how far the clocks of a zone are ahead of UTC. Letters
// mean what RFC 5322 says, or, where it is silent, the zone that European and
// East Asian news mean by them.
func zoneOffset(zone string) (ahead time.Duration, ok bool) {
	if zone == "" {
		return 0, true
	}
	if m := numericZone.FindStringSubmatch(zone); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		ahead = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if hours > 15 || minutes > 59 {
			return 0, false
		}
		if m[1] != "+" {
			ahead = -ahead
		}
		return ahead, true
	}
	m := namedZone.FindStringSubmatch(zone)
	if m == nil {
		return 0, false
	}
	hours, ok := zoneNamed(strings.ToUpper(m[1]))
	return time.Duration(hours) * time.Hour, ok
}

func zoneNamed(name string) (hours int, ok bool) {
	switch name {
	case "Z", "UTC", "GMT", "UT", "WET":
		return 0, true
	case "EST", "CDT":
		return -5, true
	case "EDT":
		return -4, true
	case "CST", "MDT":
		return -6, true
	case "MST", "PDT":
		return -7, true
	case "PST":
		return -8, true
	case "BST", "CET", "WEST":
		return 1, true
	case "CEST", "EET":
		return 2, true
	case "EEST", "MSK":
		return 3, true
	case "JST", "KST":
		return 9, true
	}
	return 0, false
}
