package store

import (
	"encoding/json"
	"errors"
	"reflect"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Settings are what the admins of a server have set. The zero value is the
// defaults.
type Settings struct {
	Channels []string `json:"channels,omitempty"` // ids of those in which the bot answers; none is all
	Sources  []string `json:"sources,omitempty"`  // outlets whose articles are used, as the index names them; none is all
	Private  bool     `json:"private,omitempty"`  // answers are shown only to who asked, unless they say otherwise
	Language string   `json:"language,omitempty"` // of replies, such as "de"; empty for that of the person's client
	Length   string   `json:"length,omitempty"`   // of answers: Short or Long; empty for the usual one
	GapDays  int      `json:"gap_days,omitempty"` // how long questions that found nothing are kept; 0 keeps none
}

// The lengths of an answer beside the usual one.
const (
	Short = "short"
	Long  = "long"
)

var errNoServer = errors.New("there is no server to keep settings for")

// Settings returns those of a server, the defaults where it has set nothing.
func (s *Store) Settings(server string) (set Settings, err error) {
	if s == nil || server == "" {
		return Settings{}, nil
	}
	err = s.view(func(tx *bolt.Tx) error {
		set, err = settingsOf(tx, server)
		return err
	})
	return set, err
}

func settingsOf(tx *bolt.Tx, server string) (set Settings, err error) {
	if raw := tx.Bucket(bucketSettings).Get([]byte(server)); raw != nil {
		err = get(raw, &set)
	}
	return set, err
}

// Change changes a server's settings and returns the new ones. Where change
// returns an error, that is returned, and all stays. Where the questions that
// found nothing are not to be kept any more, those that were kept are deleted.
func (s *Store) Change(server string, change func(*Settings) error) (set Settings, err error) {
	if s == nil {
		return set, ErrNone
	}
	if server == "" {
		return set, errNoServer
	}
	err = s.update(func(tx *bolt.Tx) error {
		set, err = settingsOf(tx, server)
		if err != nil {
			return err
		}
		if err := change(&set); err != nil {
			return err
		}
		if set.GapDays <= 0 {
			if _, err := dropGaps(tx, server); err != nil {
				return err
			}
		}
		if reflect.DeepEqual(set, Settings{}) {
			return tx.Bucket(bucketSettings).Delete([]byte(server))
		}
		return put(tx.Bucket(bucketSettings), server, set)
	})
	return set, err
}

// Forget deletes all that is kept of a server, and reports whether that was
// anything.
func (s *Store) Forget(server string) (had bool, err error) {
	if s == nil || server == "" {
		return false, nil
	}
	err = s.update(func(tx *bolt.Tx) error {
		settings := tx.Bucket(bucketSettings)
		had = settings.Get([]byte(server)) != nil
		n, err := dropGaps(tx, server)
		if err != nil {
			return err
		}
		had = had || n > 0
		return settings.Delete([]byte(server))
	})
	return had, err
}

// Keep deletes what is kept of servers that gone reports, and returns which.
// The first bot that calls it, by its id, is the one whose servers are kept:
// for another it deletes nothing and reports false.
func (s *Store) Keep(bot string, gone func(server string) bool) (forgotten []string, own bool, err error) {
	if s == nil {
		return nil, true, nil
	}
	err = s.update(func(tx *bolt.Tx) error {
		forgotten = nil
		meta := tx.Bucket(bucketMeta)
		if of := meta.Get(keyBot); of != nil && string(of) != bot {
			return nil
		}
		if own = true; meta.Get(keyBot) == nil {
			if err := meta.Put(keyBot, []byte(bot)); err != nil {
				return err
			}
		}
		// Questions are kept only of servers that have set so.
		settings := tx.Bucket(bucketSettings)
		if err := settings.ForEach(func(k, _ []byte) error {
			if gone(string(k)) {
				forgotten = append(forgotten, string(k))
			}
			return nil
		}); err != nil {
			return err
		}
		for _, server := range forgotten {
			if _, err := dropGaps(tx, server); err != nil {
				return err
			}
			if err := settings.Delete([]byte(server)); err != nil {
				return err
			}
		}
		return nil
	})
	return forgotten, own, err
}

// Export writes all that is kept of a server as JSON.
func (s *Store) Export(server string, now time.Time) ([]byte, error) {
	set, err := s.Settings(server)
	if err != nil {
		return nil, err
	}
	gaps, err := s.Gaps(server, now)
	if err != nil {
		return nil, err
	}
	if gaps == nil {
		gaps = []Gap{}
	}
	return json.MarshalIndent(struct {
		Server   string   `json:"server"`
		Settings Settings `json:"settings"`
		Gaps     []Gap    `json:"gaps"`
	}{server, set, gaps}, "", "  ")
}
