package feed

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// unreadable puts a link in the place of a file that can be opened, and of which
// each read fails as on a disk with a bad sector: it leads to the beginning of the
// process's own memory.
func unreadable(t *testing.T, path string) {
	t.Helper()
	if err := errors.Join(os.Remove(path), os.Symlink("/proc/self/mem", path)); err != nil {
		t.Fatal(err)
	}
}

func TestUnreadableList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "feeds.opml")
	list := newList()
	if _, err := list.Add(Feed{URL: "https://wire.example/feed"}); err != nil {
		t.Fatal(err)
	}
	if err := list.Write(path); err != nil {
		t.Fatal(err)
	}
	unreadable(t, path)
	if _, err := ReadList(path); err == nil || !strings.Contains(err.Error(), path+": input/output error: put a copy of it in its place") {
		t.Errorf("got %v, want one that names the file and what to do", err)
	}
	if err := list.Write(path); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadList(path); err != nil || len(got.Feeds()) != 1 {
		t.Errorf("once it is written again: %v", err)
	}
}

// A state that cannot be read costs asking the feed as a new one; the next is kept
// in its place, and other feeds are as they were.
func TestUnreadableState(t *testing.T) {
	dir := t.TempDir()
	feeds := []Feed{{URL: "https://a.example/feed"}, {URL: "https://b.example/feed"}}
	for _, f := range feeds {
		s := &state{Version: stateVersion, URL: f.URL, ETag: "before", Articles: 7, LastTry: time.Now(),
			Items: map[string]*entry{"1": {ID: "gone", Link: "https://a.example/1"}, "2": {ID: "stays"}}}
		if err := s.write(dir); err != nil {
			t.Fatal(err)
		}
	}
	bad := stateFile(dir, feeds[0].URL)
	unreadable(t, bad)
	all, err := ReadStatus(dir, feeds)
	if err == nil || !strings.Contains(err.Error(), feeds[0].URL) || !strings.Contains(err.Error(), bad+": input/output error") {
		t.Errorf("got %v, want one that names feed and file", err)
	}
	if len(all) != 2 || all[0].Health != New || all[1].Articles != 7 {
		t.Errorf("got %+v", all)
	}
	links, err := Forget(dir, func(id, _ string) bool { return id == "gone" })
	if err == nil || !strings.Contains(err.Error(), bad) || !strings.Contains(err.Error(), "delete the file") || len(links) != 1 {
		t.Errorf("forget: got %q, %v; want that of the other feed, and an error that names the file", links, err)
	}
	s, err := readState(dir, feeds[0].URL)
	if err == nil || s.URL != feeds[0].URL || s.ETag != "" {
		t.Errorf("got %+v, %v; want a fresh one", s, err)
	}
	if err := s.write(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadStatus(dir, feeds); err != nil {
		t.Errorf("once it is written: %v", err)
	}
}

// A list that the disk cannot read when gathering begins is tried again, and one
// that cannot be read later stays as it was.
func TestGatheringWithUnreadableList(t *testing.T) {
	s := &site{pages: map[string]string{"/feed": rssOf(newsItem("1", "http://news.example/1", "First", body))}}
	atDesk(t, []Feed{{URL: "http://news.example/feed"}}, map[string]http.Handler{"news.example": s}, func(t *testing.T, d *desk) {
		d.after(time.Minute)
		sound, err := os.ReadFile(d.list)
		if err != nil {
			t.Fatal(err)
		}
		unreadable(t, d.list)
		d.after(time.Minute)
		if len(d.Status()) != 1 {
			t.Errorf("while it gathers: %+v", d.Status())
		}
		d.stop()
		d.start(t, d.world.serve(t), filepath.Dir(d.list))
		d.after(time.Minute)
		if len(d.Status()) != 0 {
			t.Errorf("begun without a list: %+v", d.Status())
		}
		if err := errors.Join(os.Remove(d.list), os.WriteFile(d.list, sound, 0o644)); err != nil {
			t.Fatal(err)
		}
		d.after(time.Minute)
		if all := d.Status(); len(all) != 1 || all[0].Health != Fine {
			t.Errorf("once it can be read: %+v", all)
		}
	})
}
