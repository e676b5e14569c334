package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

var today = time.Date(2025, 11, 26, 12, 0, 0, 0, time.UTC)

const (
	server = "1100000000000000002"
	other  = "1100000000000000099"
)

// openAt opens the file at path and returns what was logged.
func openAt(t *testing.T, path string, now time.Time) (*Store, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	s, err := Open(path, now, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, &log
}

func openNew(t *testing.T) *Store {
	t.Helper()
	s, _ := openAt(t, filepath.Join(t.TempDir(), "state", "newsdesk.db"), today)
	return s
}

// keepFor has a server keep questions for some days.
func (s *Store) keepFor(t *testing.T, server string, days int) {
	t.Helper()
	if _, err := s.Change(server, func(set *Settings) error { set.GapDays = days; return nil }); err != nil {
		t.Fatal(err)
	}
}

func (s *Store) add(t *testing.T, server, question string, now time.Time) {
	t.Helper()
	if err := s.AddGap(server, question, now); err != nil {
		t.Fatal(err)
	}
}

// gaps writes them one a line.
func (s *Store) gaps(t *testing.T, server string, now time.Time) string {
	t.Helper()
	list, err := s.Gaps(server, now)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, g := range list {
		lines = append(lines, fmt.Sprintf("%s %d %s", g.Last, g.Count, g.Question))
	}
	return strings.Join(lines, "\n")
}

func TestSettingsOutliveTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newsdesk.db")
	s, _ := openAt(t, path, today)
	want := Settings{Channels: []string{"1"}, Sources: []string{"Wire"}, Private: true, Language: "de", Length: Short, GapDays: 30}
	if set, err := s.Change(server, func(set *Settings) error { *set = want; return nil }); err != nil || !reflect.DeepEqual(set, want) {
		t.Fatalf("got %+v, %v", set, err)
	}
	s.add(t, server, "Who?", today)
	for _, helpful := range []bool{true, true, false} {
		if err := s.Rate(t.Context(), helpful); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, log := openAt(t, path, today)
	if set, err := s.Settings(server); err != nil || !reflect.DeepEqual(set, want) {
		t.Errorf("got %+v, %v", set, err)
	}
	if set, err := s.Settings(other); err != nil || !reflect.DeepEqual(set, Settings{}) {
		t.Errorf("another server: got %+v, %v", set, err)
	}
	if got := s.gaps(t, server, today); got != "2025-11-26 1 Who?" {
		t.Errorf("got %q", got)
	}
	if helpful, unhelpful, err := s.Rated(t.Context()); helpful != 2 || unhelpful != 1 || err != nil {
		t.Errorf("got %d helpful, %d not, %v", helpful, unhelpful, err)
	}
	if log.Len() > 0 {
		t.Errorf("the log holds %s", log)
	}
}

func TestARefusedChangeChangesNothing(t *testing.T) {
	s, no := openNew(t), errors.New("no")
	s.keepFor(t, server, 7)
	s.add(t, server, "Who?", today)
	if _, err := s.Change(server, func(set *Settings) error { *set = Settings{Private: true}; return no }); !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	if set, _ := s.Settings(server); set.GapDays != 7 || set.Private {
		t.Errorf("got %+v", set)
	}
	if got := s.gaps(t, server, today); got == "" {
		t.Error("the questions are gone")
	}
}

func TestForget(t *testing.T) {
	s := openNew(t)
	for _, id := range []string{server, other} {
		s.keepFor(t, id, 7)
		s.add(t, id, "Who?", today)
	}
	if had, err := s.Forget(server); !had || err != nil {
		t.Errorf("got %v, %v", had, err)
	}
	if had, err := s.Forget(server); had || err != nil {
		t.Errorf("the second time: got %v, %v", had, err)
	}
	if set, _ := s.Settings(server); !reflect.DeepEqual(set, Settings{}) {
		t.Errorf("got %+v", set)
	}
	s.keepFor(t, server, 7)
	if got := s.gaps(t, server, today); got != "" {
		t.Errorf("got %q", got)
	}
	if got := s.gaps(t, other, today); got == "" {
		t.Error("another server's are gone")
	}
}

func TestExport(t *testing.T) {
	s := openNew(t)
	s.keepFor(t, server, 7)
	s.add(t, server, "Who?", today)
	raw, err := s.Export(server, today)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Compact(&got, raw); err != nil {
		t.Fatal(err)
	}
	if want := `{"server":"` + server + `","settings":{"gap_days":7},"gaps":[{"question":"Who?","count":1,"last":"2025-11-26"}]}`; got.String() != want {
		t.Errorf("got  %s\nwant %s", &got, want)
	}
}

func TestNilStoreKeepsNothing(t *testing.T) {
	var s *Store
	s.add(t, server, "Who?", today)
	if set, err := s.Settings(server); err != nil || !reflect.DeepEqual(set, Settings{}) || s.gaps(t, server, today) != "" {
		t.Errorf("got %+v, %v", set, err)
	}
	if _, err := s.Change(server, func(*Settings) error { return nil }); !errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
	if had, err := s.Forget(server); had || err != nil {
		t.Errorf("got %v, %v", had, err)
	}
}

func TestOnlyOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newsdesk.db")
	openAt(t, path, today)
	if _, err := Open(path, today, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want one that names the file", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := openNew(t)
	s.keepFor(t, server, 7)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 10 {
				_ = s.AddGap(server, fmt.Sprintf("Question %d?", j), today)
				_ = s.Rate(t.Context(), i%2 == 0)
				_, _ = s.Change(server, func(set *Settings) error { set.Channels = append(set.Channels, "1"); return nil })
				_, _ = s.Settings(server)
				_, _ = s.Gaps(server, today)
			}
		})
	}
	all.Wait()
	set, _ := s.Settings(server)
	helpful, unhelpful, _ := s.Rated(t.Context())
	if len(set.Channels) != 80 || helpful != 40 || unhelpful != 40 {
		t.Errorf("got %d changes, %d and %d ratings", len(set.Channels), helpful, unhelpful)
	}
	list, _ := s.Gaps(server, today)
	if len(list) != 10 || list[0].Count != 8 {
		t.Errorf("got %v", list)
	}
}

// soundFile is what stands in a file that holds a good deal.
func soundFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound.db")
	s, _ := openAt(t, path, today)
	for i := range 100 {
		id := fmt.Sprint(1100000000000000000 + i)
		s.keepFor(t, id, 365)
		s.add(t, id, strings.Repeat("word ", 30), today)
	}
	return closed(t, s, path)
}

// oddFile is a sound one of bbolt with settings that are none.
func oddFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "odd.db")
	s, _ := openAt(t, path, today)
	if err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketSettings).Put([]byte(server), []byte("{")) }); err != nil {
		t.Fatal(err)
	}
	return closed(t, s, path)
}

func closed(t *testing.T, s *Store, path string) []byte {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A damaged file costs the settings, and neither the start nor the file.
func TestDamagedFile(t *testing.T) {
	raw, page := soundFile(t), os.Getpagesize()
	overwritten := func(from, to int) []byte {
		out := bytes.Clone(raw)
		for i := from; i < to; i++ {
			out[i] = byte(i*7 + 13)
		}
		return out
	}
	for name, damaged := range map[string][]byte{
		"no such file at all":   []byte("to be or not to be"),
		"longer, and none":      bytes.Repeat([]byte("to be or not to be "), 4000),
		"both heads lost":       overwritten(0, 2*page),
		"cut short":             raw[:3*page],
		"all behind the heads":  overwritten(2*page, len(raw)),
		"a value that is none":  oddFile(t),
		"zeros behind the head": append(bytes.Clone(raw[:2*page]), make([]byte, len(raw)-2*page)...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "newsdesk.db")
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			s, log := openAt(t, path, today)
			if set, err := s.Settings(server); err != nil || !reflect.DeepEqual(set, Settings{}) {
				t.Errorf("got %+v, %v", set, err)
			}
			s.keepFor(t, server, 7)
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("got %v, %v set aside", aside, err)
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || len(kept) < len(damaged) {
				t.Errorf("what was set aside is not what was there: %d bytes, %v", len(kept), err)
			}
			if !strings.Contains(log.String(), "default settings again") || !strings.Contains(log.String(), aside[0]) {
				t.Errorf("the log holds %s", log)
			}
		})
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, today, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder: got %v", err)
	}
	newer := filepath.Join(dir, "newer.db")
	s, _ := openAt(t, newer, today)
	if err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keySchema, []byte("2")) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(newer, today, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "a newer newsdesk wrote it (schema 2") {
		t.Errorf("a newer file: got %v", err)
	}
	if left, _ := filepath.Glob(newer + "*"); len(left) != 1 {
		t.Errorf("a newer file was set aside: %v", left)
	}
}
