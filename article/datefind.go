package article

import (
	"path"
	"regexp"
	"strings"
	"time"
)

// dateOfFile returns the day that a file's name states, else the date that
// the head of its text states, else zero. The time at which the file was last
// changed says nothing about when an article was published.
func dateOfFile(name, text string) time.Time {
	if t := dateInName(name); !t.IsZero() {
		return t
	}
	return dateInText(text)
}

var (
	dashedDay  = regexp.MustCompile(`(?:^|[^0-9])([0-9]{4})[-_.]([0-9]{2})[-_.]([0-9]{2})(?:[^0-9]|$)`)
	compactDay = regexp.MustCompile(`^([0-9]{4})([0-9]{2})([0-9]{2})(?:[^0-9]|$)`)
	folderDay  = regexp.MustCompile(`(?:^|/)([0-9]{4})/([0-9]{2})/([0-9]{2})/`)
)

// dateInName finds 2025-11-26-kyiv.md, 20251126_kyiv.md, 2025/11/26/kyiv.md
// and 2025-11-26/kyiv.md. Of two different days in a name neither counts.
func dateInName(name string) time.Time {
	base := path.Base(name)
	if days := dashedDay.FindAllStringSubmatch(base, 2); len(days) == 1 {
		return plausibleDay(days[0])
	} else if len(days) > 1 {
		return time.Time{}
	}
	if m := compactDay.FindStringSubmatch(base); m != nil {
		return plausibleDay(m)
	}
	if m := folderDay.FindStringSubmatch(name); m != nil {
		return plausibleDay(m)
	}
	if days := dashedDay.FindAllStringSubmatch(path.Base(path.Dir(name)), 2); len(days) == 1 {
		return plausibleDay(days[0])
	}
	return time.Time{}
}

// plausibleDay is strict about the year, since a name may begin with any number.
func plausibleDay(m []string) time.Time {
	if m[1] < "1900" || m[1] > "2099" {
		return time.Time{}
	}
	day, err := dayOf(m[1], m[2], m[3])
	if err != nil {
		return time.Time{}
	}
	return day
}

// The head of a text in which a date is looked for.
const (
	headLines   = 5   // lines with text
	maxDateline = 160 // bytes from the line's beginning to the dateline's end
	maxDateLine = 80  // bytes of a line that is but a date
)

const (
	monthPattern = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|January|February|March|April|June|July|August|September|October|November|December)\.?`
	dayPattern   = `(?:` + monthPattern + ` [0-9]{1,2},? [0-9]{4}|[0-9]{1,2} ` + monthPattern + `,? [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})`
)

var (
	labelled = regexp.MustCompile(`(?i)^(?:date|published|publication date|first published|posted|dateline)(?: on| at)?\s*:\s*(.+)$`)

	// "KYIV, Nov. 26, 2025 (Sample Wire) — …": a place that begins in capitals.
	dateline = regexp.MustCompile(`^\p{Lu}[\p{Lu}’'.-]+[\p{L} ,.’'/()-]{0,60}?[ (](` + dayPattern + `)\)?,?\s*(?:[(/][^()/]{1,60}[)/])?\s*(?:[—–:]|--? )`)

	// "By Jane Doe | 26 November 2025"
	bylineDate = regexp.MustCompile(`^By \p{Lu}[^|,•·—–]{1,80}[|,•·—–] *(` + dayPattern + `)$`)
)

// dateInText finds a date only where it cannot be but the article's own.
func dateInText(text string) time.Time {
	seen := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if t, err := dateOfLine(line); err == nil {
			return t
		}
		if seen++; seen == headLines {
			break
		}
	}
	return time.Time{}
}

func dateOfLine(line string) (time.Time, error) {
	if m := dateline.FindStringSubmatch(line[:min(len(line), maxDateline)]); m != nil {
		return ParseDate(m[1])
	}
	if len(line) > maxDateLine {
		return time.Time{}, errNoDate
	}
	if m := labelled.FindStringSubmatch(line); m != nil {
		return ParseDate(m[1])
	}
	if m := bylineDate.FindStringSubmatch(line); m != nil {
		return ParseDate(m[1])
	}
	// Bare digits may be anything, from a page number to a score.
	if allDigits.MatchString(line) {
		return time.Time{}, errNoDate
	}
	return ParseDate(line)
}
