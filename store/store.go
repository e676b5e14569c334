// Package store keeps what outlives the process and is no article: what the
// admins of a server have set, the questions that found nothing there, and how
// many answers were helpful. It knows of servers, by their ids, and of nobody in
// them: no name and no id of a person comes in.
package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrInUse is returned where another process has the file open.
	ErrInUse = errors.New("another process has it open")
	// ErrNone is returned by a nil Store where something was to be kept.
	ErrNone = errors.New("nothing is kept: STATE_FILE is off")

	errDamaged = errors.New("damaged")
)

// schema is the version of what stands in the file.
const schema = 1

// lockPatience is how long Open waits for another process to end.
const lockPatience = time.Second

// The file's buckets. That of the gaps holds a bucket for each server.
var (
	bucketMeta     = []byte("meta")
	bucketSettings = []byte("settings")
	bucketGaps     = []byte("gaps")
	bucketRatings  = []byte("ratings")

	keySchema    = []byte("schema")
	keyBot       = []byte("bot")
	keyHelpful   = []byte("helpful")
	keyUnhelpful = []byte("unhelpful")
)

// A Store is one file. Its methods may be called from many goroutines. A nil
// Store has nothing and keeps nothing.
type Store struct {
	db *bolt.DB

	// stuck is set when a fault has left bbolt's locks held: whoever took one
	// would wait for ever.
	stuck atomic.Pointer[error]
}

// Open opens the file at path, or makes one, for this process alone. A damaged
// file is set aside, which the log tells, and an empty one takes its place.
// Questions that are past their time at now are deleted.
func Open(path string, now time.Time, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open the state file: %w", err)
	}
	s, err := open(path, now)
	if !errors.Is(err, errDamaged) {
		return s, err
	}
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102-150405.000")
	if rerr := os.Rename(path, aside); rerr != nil {
		return nil, fmt.Errorf("%w, and cannot be set aside: %w", err, rerr)
	}
	log.Error("the state file was damaged: all servers have the default settings again", "err", err, "set_aside", aside)
	return open(path, now)
}

func open(path string, now time.Time) (s *Store, err error) {
	var db *bolt.DB
	err = safely(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: lockPatience})
		return err
	})
	var system syscall.Errno // says nothing about what stands in the file
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("state file %s: %w", path, ErrInUse)
	case errors.As(err, &system), errors.Is(err, errDamaged):
		return nil, fmt.Errorf("state file %s: %w", path, err)
	case err != nil:
		return nil, fmt.Errorf("state file %s: %w: %w", path, errDamaged, err)
	}
	s = &Store{db: db}
	if err := s.update(func(tx *bolt.Tx) error { return begin(tx, now) }); err != nil {
		_ = s.Close() // the error that is there says more
		return nil, fmt.Errorf("state file %s: %w", path, err)
	}
	return s, nil
}

// begin makes what is missing, reads all that is there, and deletes what is
// past its time.
func begin(tx *bolt.Tx, now time.Time) error {
	for _, name := range [][]byte{bucketMeta, bucketSettings, bucketGaps, bucketRatings} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bucketMeta)
	if v := meta.Get(keySchema); v == nil {
		if err := meta.Put(keySchema, []byte(strconv.Itoa(schema))); err != nil {
			return err
		}
	} else if n, err := strconv.Atoi(string(v)); err != nil {
		return fmt.Errorf("%w: its schema is %q", errDamaged, v)
	} else if n > schema {
		return fmt.Errorf("a newer newsdesk wrote it (schema %d, and this one knows %d): run that one, or name another file with STATE_FILE", n, schema)
	}
	if _, _, err := rated(tx); err != nil {
		return err
	}
	err := tx.Bucket(bucketSettings).ForEach(func(k, _ []byte) error {
		_, err := settingsOf(tx, string(k))
		return err
	})
	if err != nil {
		return err
	}
	var servers []string
	if err := tx.Bucket(bucketGaps).ForEach(func(k, _ []byte) error {
		servers = append(servers, string(k))
		return nil
	}); err != nil {
		return err
	}
	for _, server := range servers {
		if _, err := purge(tx, server, now); err != nil {
			return err
		}
	}
	return nil
}

// Close ends the use of the file. After a fault it leaves that to the end of the
// process.
func (s *Store) Close() error {
	if s == nil || s.stuck.Load() != nil {
		return nil
	}
	return s.db.Close()
}

// update has a change made whole or not at all. bbolt tells of a full disk
// when it does not get a page.
func (s *Store) update(do func(*bolt.Tx) error) error {
	err := s.transact(true, do)
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk of the state file %s is full: free some space and try again (%w)", s.db.Path(), err)
	}
	return err
}

func (s *Store) view(do func(*bolt.Tx) error) error {
	return s.transact(false, do)
}

// transact is bbolt's Update and View with an eye on where a fault happens: one
// that meets bbolt while it begins or ends a transaction leaves its locks held,
// and then each later call gets that error.
func (s *Store) transact(writable bool, do func(*bolt.Tx) error) error {
	if stuck := s.stuck.Load(); stuck != nil {
		return *stuck
	}
	var tx *bolt.Tx
	err := safely(func() (err error) { tx, err = s.db.Begin(writable); return err })
	ended := err
	if err == nil {
		err = safely(func() error {
			if err := do(tx); err != nil || !writable {
				return err
			}
			return tx.Commit()
		})
		ended = safely(tx.Rollback) // of what was committed it is none
	}
	if errors.Is(ended, errDamaged) {
		err = fmt.Errorf("state file %s: %w: look after the disk, and start newsdesk again, which sets the file aside", s.db.Path(), cmp.Or(err, ended))
		s.stuck.Store(&err)
	}
	return err
}

// safely makes errors of the panics and faults that bbolt meets in a damaged
// file, which it reads as memory.
func safely(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errDamaged, v)
		}
	}()
	return do()
}

// put writes a value as JSON.
func put(b *bolt.Bucket, key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return b.Put([]byte(key), raw)
}

// get reads what put wrote.
func get(raw []byte, v any) error {
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return nil
}

// Rate counts an answer that was of use, or was not.
func (s *Store) Rate(_ context.Context, helpful bool) error {
	if s == nil {
		return ErrNone
	}
	key := keyUnhelpful
	if helpful {
		key = keyHelpful
	}
	return s.update(func(tx *bolt.Tx) error {
		n, err := counted(tx, key)
		if err != nil {
			return err
		}
		return tx.Bucket(bucketRatings).Put(key, binary.BigEndian.AppendUint64(nil, uint64(n+1)))
	})
}

// Rated returns the counts of all servers together.
func (s *Store) Rated(context.Context) (helpful, unhelpful int64, err error) {
	if s == nil {
		return 0, 0, nil
	}
	err = s.view(func(tx *bolt.Tx) error {
		helpful, unhelpful, err = rated(tx)
		return err
	})
	return helpful, unhelpful, err
}

func rated(tx *bolt.Tx) (helpful, unhelpful int64, err error) {
	if helpful, err = counted(tx, keyHelpful); err != nil {
		return 0, 0, err
	}
	unhelpful, err = counted(tx, keyUnhelpful)
	return helpful, unhelpful, err
}

func counted(tx *bolt.Tx, key []byte) (int64, error) {
	switch raw := tx.Bucket(bucketRatings).Get(key); len(raw) {
	case 0:
		return 0, nil
	case 8:
		return int64(binary.BigEndian.Uint64(raw)), nil
	}
	return 0, fmt.Errorf("%w: a count of ratings is none", errDamaged)
}
