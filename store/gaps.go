package store

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"

	bolt "go.etcd.io/bbolt"
)

// A Gap is a question that found nothing, without who asked it and where.
type Gap struct {
	Question string `json:"question"` // see Scrub
	Count    int    `json:"count"`
	Last     string `json:"last"` // the day on which it was last asked, such as 2025-11-26, in UTC
}

// maxGaps is how many different questions are kept of a server. Those that
// were not asked for longest make room.
const maxGaps = 1000

// AddGap keeps a question that found nothing, where the server wants that and
// something is left of it: see Scrub. What is past its time is deleted.
func (s *Store) AddGap(server, question string, now time.Time) error {
	if s == nil || server == "" {
		return nil
	}
	set, err := s.Settings(server)
	question = Scrub(question)
	key := keyOf(question)
	if err != nil || set.GapDays <= 0 || key == "" {
		return err
	}
	return s.update(func(tx *bolt.Tx) error {
		if set, err := settingsOf(tx, server); err != nil || set.GapDays <= 0 { // turned off meanwhile
			return err
		}
		gaps, err := purge(tx, server, now)
		if err != nil {
			return err
		}
		b, err := tx.Bucket(bucketGaps).CreateBucketIfNotExists([]byte(server))
		if err != nil {
			return err
		}
		gap, known := gaps[key]
		if !known {
			gap.Question = question
			for len(gaps) >= maxGaps {
				old := oldest(gaps)
				delete(gaps, old)
				if err := b.Delete([]byte(old)); err != nil {
					return err
				}
			}
		}
		gap.Count++
		gap.Last = day(now)
		return put(b, key, gap)
	})
}

// Gaps returns a server's questions that found nothing, the newest first, and
// of one day the most frequent. What is past its time at now is deleted.
func (s *Store) Gaps(server string, now time.Time) ([]Gap, error) {
	if s == nil || server == "" {
		return nil, nil
	}
	var list []Gap
	err := s.update(func(tx *bolt.Tx) error {
		gaps, err := purge(tx, server, now)
		for _, g := range gaps {
			list = append(list, g)
		}
		return err
	})
	slices.SortFunc(list, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(b.Last, a.Last), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Question, b.Question))
	})
	return list, err
}

// ClearGaps deletes a server's questions that found nothing, and returns how
// many there were.
func (s *Store) ClearGaps(server string) (n int, err error) {
	if s == nil || server == "" {
		return 0, nil
	}
	err = s.update(func(tx *bolt.Tx) error {
		n, err = dropGaps(tx, server)
		return err
	})
	return n, err
}

// purge deletes what is past its time and returns the rest by key.
func purge(tx *bolt.Tx, server string, now time.Time) (map[string]Gap, error) {
	set, err := settingsOf(tx, server)
	if err != nil {
		return nil, err
	}
	if set.GapDays <= 0 {
		_, err := dropGaps(tx, server)
		return nil, err
	}
	b := tx.Bucket(bucketGaps).Bucket([]byte(server))
	if b == nil {
		return nil, nil
	}
	first := day(now.AddDate(0, 0, -set.GapDays))
	gaps := make(map[string]Gap)
	var late [][]byte
	err = b.ForEach(func(k, v []byte) error {
		var g Gap
		if err := get(v, &g); err != nil {
			return err
		}
		if g.Last <= first {
			late = append(late, slices.Clone(k))
			return nil
		}
		gaps[string(k)] = g
		return nil
	})
	for _, k := range late {
		if err == nil {
			err = b.Delete(k)
		}
	}
	return gaps, err
}

// dropGaps deletes all and returns how many there were.
func dropGaps(tx *bolt.Tx, server string) (int, error) {
	all := tx.Bucket(bucketGaps)
	b := all.Bucket([]byte(server))
	if b == nil {
		return 0, nil
	}
	n := 0
	if err := b.ForEach(func(_, _ []byte) error { n++; return nil }); err != nil {
		return 0, err
	}
	return n, all.DeleteBucket([]byte(server))
}

// oldest is the key of the question that was not asked for longest.
func oldest(gaps map[string]Gap) (key string) {
	for k, g := range gaps {
		if old, ok := gaps[key]; !ok || cmp.Or(cmp.Compare(g.Last, old.Last), cmp.Compare(g.Count, old.Count), cmp.Compare(k, key)) < 0 {
			key = k
		}
	}
	return key
}

// keyOf writes questions that differ in capitals and signs alone in one way.
// It is empty where no word is left.
func keyOf(question string) string {
	words := strings.FieldsFunc(strings.ToLower(question), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return strings.Join(words, " ")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
