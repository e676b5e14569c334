package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsdesk/article"
	"newsdesk/index"
	"newsdesk/store"
)

var (
	fullSizes = flag.Int("full-sizes", 12, "at how many sizes TestFullDisk cuts the space for each kind of writing")
	fullFor   = flag.Duration("full-for", 300*time.Millisecond, "how long TestFullDisk measures what a full disk costs")
	fullDisk  = flag.String("full-disk", "", "where the test binary mounts a small disk; for TestFullDisk alone")
)

const smallDisk = 16 << 20

// TestFullDisk has all that is written meet a full disk at each of its writes,
// in a process that has a small disk of its own:
//
//	go test . -run 'TestFullDisk$' -v -full-sizes 1000 -full-for 2s
func TestFullDisk(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestOnSmallDisk$", "-test.v", "-full-disk="+t.TempDir(),
		fmt.Sprintf("-full-sizes=%d", *fullSizes), fmt.Sprintf("-full-for=%v", *fullFor))
	// The mount is seen by that process alone and ends with it. Whoever is not
	// root mounts as the root of a world of their own, where the system lets them.
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM), strings.Contains(string(out), cannotMount):
		t.Skipf("no disk can be mounted here, so that none can be filled: %v\n%s", err, out)
	case err != nil || testing.Verbose():
		t.Logf("%s", out)
	}
	if err != nil {
		t.Error(err)
	}
}

const cannotMount = "cannot mount a small disk"

// TestOnSmallDisk is the process that TestFullDisk starts.
func TestOnSmallDisk(t *testing.T) {
	if *fullDisk == "" {
		return // there is nothing to test: the other test runs this one
	}
	private := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err := errors.Join(private, syscall.Mount("none", *fullDisk, "tmpfs", 0, fmt.Sprintf("size=%d", smallDisk))); err != nil {
		t.Fatalf("%s: %v", cannotMount, err)
	}
	d := &disk{t, *fullDisk}
	t.Run("update", d.update)
	t.Run("rebuild", d.rebuild)
	t.Run("articles", d.articles)
	t.Run("state", d.state)
	t.Run("idle", d.idle)
}

// A disk is one that is filled up.
type disk struct {
	t   *testing.T
	dir string
}

func (d *disk) path(name string) string { return filepath.Join(d.dir, name) }

// free is how many bytes can still be written.
func (d *disk) free() int64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &s); err != nil {
		d.t.Fatal(err)
	}
	return int64(s.Bavail) * s.Bsize
}

// leave fills the disk up to some bytes, and room takes that away.
func (d *disk) leave(bytes int64) {
	f, err := os.Create(d.path("filler"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if size := d.free() - bytes; size > 0 {
		if err := syscall.Fallocate(int(f.Fd()), 0, 0, size); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *disk) room() {
	if err := os.Remove(d.path("filler")); err != nil {
		d.t.Fatal(err)
	}
}

// cut does something with ever more space, until it succeeds, in so many steps
// as were asked for, about. Each begins with prepare, and check looks at what a
// failure left when there is room again; so it knows that nothing is missing.
func (d *disk) cut(t *testing.T, prepare func(), do func() error, check func(err error)) {
	t.Helper()
	const page = 4 << 10
	prepare()
	before := d.free()
	if err := do(); err != nil {
		t.Fatalf("with room: %v", err)
	}
	step := max(page, (2*(before-d.free())/int64(*fullSizes)+page-1)/page*page)
	failures := 0
	for left := int64(0); ; left += step {
		prepare()
		d.leave(left)
		err := do()
		d.room()
		if err == nil {
			t.Logf("with %d KB it succeeds; failed at %d smaller sizes, %d KB apart", left>>10, failures, step>>10)
			break
		}
		failures++
		if !strings.Contains(err.Error(), " is full: free some space") || !strings.Contains(err.Error(), d.dir) {
			t.Errorf("with %d KB: %v, which does not say what to do", left>>10, err)
		}
		check(err)
		if t.Failed() || left > before {
			t.Fatalf("with %d KB: %v", left>>10, err)
		}
	}
	if failures < 3 {
		t.Errorf("only %d sizes were too small: the test shows little", failures)
	}
}

// newsOf writes articles, each with the word of its round.
func newsOf(t *testing.T, dir string, from, to int, round string) {
	t.Helper()
	for n := from; n < to; n++ {
		text := fmt.Sprintf("---\nid: a%d\ntitle: Report %d\nsource: Wire\npublished: 2025-11-26\n---\nThe otter number%d swims in the %s. ", n, n, n, round)
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		for range 200 {
			text += fmt.Sprintf("Volunteers counted %d animals. ", rng.IntN(1_000_000))
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("a%d.md", n)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// build has an index meet a full disk when it is brought from one state to the
// next by one of its builds.
func (d *disk) build(t *testing.T, build func(*index.Index, index.Collection) error) {
	data, master := t.TempDir(), filepath.Join(t.TempDir(), "index")
	c := index.Collection{Name: data, FS: os.DirFS(data)}
	newsOf(t, data, 0, 60, "amper")
	x := openIndex(t, master)
	if _, err := x.Update(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	_ = x.Close()
	newsOf(t, data, 50, 80, "vltava")
	x = nil
	close := func() {
		if x != nil {
			_ = x.Close()
		}
		_ = os.RemoveAll(d.path("index"))
	}
	defer close()
	d.cut(t, func() {
		close()
		if err := os.CopyFS(d.path("index"), os.DirFS(master)); err != nil {
			t.Fatal(err)
		}
		x = openIndex(t, d.path("index"))
	}, func() error { return build(x, c) }, func(error) {
		if x.Problem() != nil || holding(t, x, "vltava") != 0 || holding(t, x, "amper") != 60 {
			t.Errorf("problem %v, and of the old state %d articles answer", x.Problem(), holding(t, x, "amper"))
		}
		entries, err := os.ReadDir(d.path("index"))
		if err != nil || len(entries) != 3 { // CURRENT, LOCK, a generation
			t.Errorf("left: %v, %v", entries, err)
		}
		if err := build(x, c); err != nil || holding(t, x, "vltava") != 30 || holding(t, x, "amper") != 50 {
			t.Errorf("with room again: %v", err)
		}
	})
	if holding(t, x, "vltava") != 30 || holding(t, x, "amper") != 50 {
		t.Error("the index that fitted is not the right one")
	}
}

func openIndex(t *testing.T, dir string) *index.Index {
	t.Helper()
	x, err := index.Open(dir, "test")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (d *disk) update(t *testing.T) {
	d.build(t, func(x *index.Index, c index.Collection) error {
		_, err := x.Update(t.Context(), c, nil)
		return err
	})
}

func (d *disk) rebuild(t *testing.T) {
	d.build(t, func(x *index.Index, c index.Collection) error {
		_, err := x.Rebuild(t.Context(), c, nil)
		return err
	})
}

// articles has the store of articles meet a full disk.
func (d *disk) articles(t *testing.T) {
	dir := d.path("articles")
	first := []article.Article{ingested(1, 1), ingested(2, 1), ingested(3, 1)}
	next := []article.Article{ingested(2, 2), ingested(3, 2), ingested(4, 2), ingested(5, 2)}
	for i := range next {
		next[i].Text += strings.Repeat(" It was counted again.", 1000)
	}
	var files *article.Store
	put := func(list []article.Article) error {
		outcomes, err := files.PutAll(t.Context(), list)
		for _, o := range outcomes {
			err = errors.Join(err, o.Err)
		}
		return err
	}
	text := func(n int) string {
		a, err := files.Get(fmt.Sprintf("a%d", n))
		if err != nil && !errors.Is(err, article.ErrNotStored) {
			t.Fatal(err)
		}
		return a.Text
	}
	d.cut(t, func() {
		_ = os.RemoveAll(dir)
		var err error
		if files, err = article.OpenStore(dir); err != nil {
			t.Fatal(err)
		}
		if err := put(first); err != nil {
			t.Fatal(err)
		}
	}, func() error { return put(next) }, func(error) {
		for n := 1; n <= 5; n++ {
			if got := text(n); n <= 3 && got != first[n-1].Text && (n == 1 || got != next[n-2].Text) {
				t.Errorf("article %d is %.100q", n, got)
			}
		}
		if err := put(next); err != nil {
			t.Errorf("with room again: %v", err)
		}
		for n := 2; n <= 5; n++ {
			if text(n) != next[n-2].Text {
				t.Errorf("with room again, article %d is %.100q", n, text(n))
			}
		}
	})
	_ = os.RemoveAll(dir)
}

// state has the file of servers' settings meet a full disk.
func (d *disk) state(t *testing.T) {
	path := d.path("state.db")
	var s *store.Store
	safe := 0 // servers that were set
	open := func() {
		var err error
		if s, err = store.Open(path, time.Now(), logTo(testWriter{t})); err != nil {
			t.Fatal(err)
		}
	}
	set := func(upTo int) error {
		for ; safe < upTo; safe++ {
			_, err := s.Change(fmt.Sprint(safe), func(set *store.Settings) error {
				set.Channels = slices.Repeat([]string{"1400000000000000000"}, 50)
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	d.cut(t, func() {
		if s != nil {
			_ = s.Close()
		}
		_ = os.Remove(path)
		safe = 0
		open()
	}, func() error { return set(60) }, func(error) {
		for range 2 {
			for n := range safe + 1 {
				if got, err := s.Settings(fmt.Sprint(n)); err != nil || n < safe && len(got.Channels) != 50 || n == safe && len(got.Channels) != 0 {
					t.Errorf("of %d servers that were set, number %d has %+v, %v", safe, n, got, err)
				}
			}
			_ = s.Close()
			open()
		}
		if err := set(60); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
	_ = s.Close()
	_ = os.Remove(path)
}

// A testWriter has a test fail over what is logged.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Errorf("%s", p)
	return len(p), nil
}

// idle measures what a bot that keeps its index fresh costs while the disk is full.
func (d *disk) idle(t *testing.T) {
	data := t.TempDir()
	newsOf(t, data, 0, 60, "amper")
	x := openIndex(t, d.path("index"))
	defer x.Close()
	c := index.Collection{Name: data, FS: os.DirFS(data)}
	if _, err := x.Update(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	d.leave(64 << 10)
	a := &app{settings: settings{"SCAN_EVERY": "1s"}}
	f := a.freshen(x, c, logTo(io.Discard))
	go f.run(t.Context())
	newsOf(t, data, 60, 80, "vltava")
	eventually(t, "a failure", f.stale)
	eventually(t, "a full disk costs less than a third of a core", func() bool { // but for a try now and then
		began, before := time.Now(), cpuTime(t)
		<-time.After(*fullFor)
		used, of := cpuTime(t)-before, time.Since(began)
		t.Logf("%v of CPU time in %v with a full disk", used.Round(time.Millisecond), of.Round(time.Millisecond))
		return used < of/3
	})
	if state := f.state(); !strings.Contains(state.Failing.Error(), "is full: free some space") {
		t.Errorf("got %+v", state)
	}
	d.room()
	eventually(t, "with room again", func() bool { return holding(t, x, "vltava") == 20 })
}

func cpuTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
