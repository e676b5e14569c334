package answer

import (
	"fmt"
	"sort"
	"strings"

	"github.com/agnivade/levenshtein"
)

// resolveSource finds the outlets that a person means by name: those written
// so in any capitals, else those whose domain or name it is part of as whole
// words ("verge" for "The Verge", "bbc" for bbc.co.uk).
func (e *Engine) resolveSource(name string) ([]string, error) {
	sources, err := e.index.Sources()
	if err != nil {
		return nil, fmt.Errorf("list the sources: %w", err)
	}
	want := sourceKey(name)
	var exact, within []string
	for _, s := range sources {
		key := sourceKey(s.Name)
		switch {
		case key == "":
		case key == want:
			exact = append(exact, s.Name)
		case want != "" && strings.Contains(" "+key+" ", " "+want+" "):
			within = append(within, s.Name)
		}
	}
	if len(exact) > 0 {
		return exact, nil
	}
	if len(within) > 0 {
		return within, nil
	}
	unknown := &UnknownSource{Name: oneLine(name)}
	type near struct {
		name     string
		distance int
	}
	var nearest []near
	for _, s := range sources {
		if key := sourceKey(s.Name); key != "" {
			d := levenshtein.ComputeDistance(want, key)
			if d <= max(2, len(want)/3) {
				nearest = append(nearest, near{s.Name, d})
			}
		}
	}
	sort.SliceStable(nearest, func(i, j int) bool { return nearest[i].distance < nearest[j].distance })
	for _, n := range nearest[:min(3, len(nearest))] {
		unknown.Nearest = append(unknown.Nearest, n.name)
	}
	return nil, unknown
}

// sourceKey writes an outlet's name in one way: lower case, words of letters
// and digits, without a leading "the" or "www".
func sourceKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(oneLine(name)), func(r rune) bool {
		return r == ' ' || r == '.' || r == '-' || r == '_' || r == '/' || r == ':' || r == '\''
	})
	if len(words) > 1 && (words[0] == "the" || words[0] == "www") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}
