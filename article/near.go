package article

import (
	"cmp"
	"slices"
	"time"
)

// Bounds on what is remembered of texts by which copies are known. A sketch
// with what finds it again takes some 700 bytes.
const (
	nearWithin = 7 * 24 * time.Hour // between a copy and what it copies
	nearBlock  = 8000               // sketches
	nearBlocks = 8                  // of the newest; 64,000 sketches, 45 MB

	// nearBands is how many of a sketch's smallest hashes it is found by. Two
	// texts that resemble each other by r share none of them with a probability
	// of (1-r)^16, an excerpt of four fifths misses its text in one case of a
	// thousand while it is a third as long.
	nearBands = 16

	// nearTries bounds the texts that one new text is compared with.
	nearTries = 32
)

// near finds, among the articles put last, those whose text a new one may
// repeat. It is not for several goroutines at once.
type near struct {
	blocks   []*nearPart // oldest first
	restored bool        // the last days' articles were read
}

// A nearPart is thrown away as a whole when it is the oldest of too many.
type nearPart struct {
	texts  []nearText
	heads  map[uint32]int32 // by hash: the last of its links, plus one
	links  []link           // of all texts
	sketch []uint32         // the hashes of all texts
}

type nearText struct {
	key      string
	at       int64 // when it came out, in seconds since 1970
	from, to int32 // its hashes
}

type link struct{ text, next int32 }

func (n *near) add(key string, at time.Time, sketch Sketch) {
	if len(n.blocks) == 0 || len(n.blocks[len(n.blocks)-1].texts) >= nearBlock {
		n.blocks = append(n.blocks, &nearPart{heads: make(map[uint32]int32)})
		if len(n.blocks) > nearBlocks {
			n.blocks = slices.Delete(n.blocks, 0, 1)
		}
	}
	if DayOnly(at) {
		at = at.Add(24*time.Hour - 1) // behind those of the day that are known to be earlier than others
	}
	b := n.blocks[len(n.blocks)-1]
	from := int32(len(b.sketch))
	b.sketch = append(b.sketch, sketch...)
	for _, hash := range sketch[:min(nearBands, len(sketch))] {
		b.links = append(b.links, link{int32(len(b.texts)), b.heads[hash]})
		b.heads[hash] = int32(len(b.links))
	}
	b.texts = append(b.texts, nearText{key, at.Unix(), from, int32(len(b.sketch))})
}

// suspects returns the keys of articles of the days around that the sketches
// do not rule out, the earliest first.
func (n *near) suspects(at time.Time, sketch Sketch) []string {
	var found []nearText
	for _, b := range n.blocks {
		seen := make(map[int32]bool)
		for _, hash := range sketch {
			for l := b.heads[hash]; l > 0; l = b.links[l-1].next {
				i := b.links[l-1].text
				t := b.texts[i]
				if seen[i] || at.Sub(time.Unix(t.at, 0)).Abs() > nearWithin {
					continue
				}
				seen[i] = true
				if old := Sketch(b.sketch[t.from:t.to]); old.MayCopy(sketch) || old.MayExcerpt(sketch) {
					found = append(found, t)
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b nearText) int { return cmp.Compare(a.at, b.at) })
	var keys []string
	for _, t := range found {
		if !slices.Contains(keys, t.key) {
			if keys = append(keys, t.key); len(keys) == nearTries {
				break
			}
		}
	}
	return keys
}

// earlier reports whether an article came out before another, as far as is
// known: of two on one day of which one states no time, either may have.
func earlier(a, b *Article) bool {
	s, t := a.moment(), b.moment()
	if DayOnly(s) || DayOnly(t) {
		s, t = s.Truncate(24*time.Hour), t.Truncate(24*time.Hour)
	}
	return !s.After(t)
}

// relatives returns the id of the earliest article that an article is a copy of,
// or of which it is an excerpt or the reverse, or "". Where there is none, it
// returns the ids of the later ones for which it is that, and which are linked to
// none. The text of a key is read by load.
func (n *near) relatives(a *Article, sketch Sketch, load func(key string) (Article, bool)) (original string, copies []string) {
	own := keyOf(a.ID)
	var shingles Shingles
	for _, key := range n.suspects(a.moment(), sketch) {
		if key == own {
			continue
		}
		b, ok := load(key)
		before := earlier(&b, a)
		if !ok || !before && b.CopyOf != "" {
			continue
		}
		if shingles == nil {
			shingles = ShinglesOf(a.Text)
		}
		switch others := ShinglesOf(b.Text); {
		case !shingles.Copies(others) && !shingles.Excerpts(others):
		case before:
			return b.ID, nil
		default:
			copies = append(copies, b.ID)
		}
	}
	return "", copies
}
