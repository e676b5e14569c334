package index

import (
	"bufio"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var (
	kills     = flag.Int("kills", 6, "how often TestKilledBuilds kills a process that builds")
	buildIn   = flag.String("build-in", "", "has the test binary build in this folder until it is killed; for TestKilledBuilds alone")
	buildFrom = flag.Int("build-from", 0, "number of its first build")
)

const killedArticles = 120

// writeRound makes what the articles are in a round: a few change, a few go and
// come back, and one says which round it is.
func writeRound(data string, round int) (changed []string, err error) {
	rng := rand.New(rand.NewPCG(uint64(round), 1))
	write := func(n int) error {
		name := fmt.Sprintf("a%03d.jsonl", n)
		changed = append(changed, name)
		text := fmt.Sprintf("The otter number%d swims in the river Amper in round%d. ", n, round) + strings.Repeat("Volunteers counted the animals. ", 60)
		return os.WriteFile(filepath.Join(data, name), []byte(record1(fmt.Sprintf("a%d", n), text)), 0o644)
	}
	if round == 0 {
		for n := range killedArticles {
			if err := write(n); err != nil {
				return nil, err
			}
		}
		return changed, nil
	}
	for range 1 + rng.IntN(8) {
		n := 1 + rng.IntN(killedArticles-1)
		if rng.IntN(4) == 0 {
			changed = append(changed, fmt.Sprintf("a%03d.jsonl", n))
			_ = os.Remove(filepath.Join(data, changed[len(changed)-1]))
		} else if err := write(n); err != nil {
			return nil, err
		}
	}
	return changed, write(0)
}

// TestBuildUntilKilled is what TestKilledBuilds kills. It says when a round is
// in the index, which is when nothing may lose it any more.
func TestBuildUntilKilled(t *testing.T) {
	if *buildIn == "" {
		return // there is nothing to test: the other test runs this one
	}
	data := filepath.Join(*buildIn, "data")
	x := open(t, filepath.Join(*buildIn, "index"))
	c := Collection{Name: "test", FS: os.DirFS(data)}
	for round := *buildFrom; ; round++ {
		changed, err := writeRound(data, round)
		must(t, err)
		fmt.Println("begun", round)
		var s Summary
		switch round % 4 {
		case 0:
			s, err = x.Rebuild(t.Context(), c, nil)
		case 1:
			s, err = x.Purge(t.Context(), c, nil)
		case 2: // sweeps what the last one was killed over, too
			s, err = x.Update(t.Context(), c, nil)
		case 3:
			s, err = x.UpdateFiles(t.Context(), c, changed)
		}
		if err != nil || !s.Published {
			t.Fatalf("round %d: %+v, %v", round, s, err)
		}
		fmt.Println("done", round)
	}
}

// A moment is what a kill waits for, once it is time.
type moment int

const (
	atAnyTime      moment = iota
	onceNamed             // until a generation has got its name
	onceCurrent           // until CURRENT was replaced
	numMoments            // of which there are so many
	momentPatience = time.Second
)

// await waits for the moment, which is gone within some microseconds.
func (m moment) await(idx string) {
	state := func() string {
		if m == onceCurrent {
			current, _ := readCurrent(idx)
			return current
		}
		names, _ := generations(idx)
		return fmt.Sprint(slices.Max(append(names, "")))
	}
	for start, before := time.Now(), state(); m != atAnyTime && state() == before && time.Since(start) < momentPatience; {
	}
}

// buildAndKill runs TestBuildUntilKilled for some time from its first round on,
// and returns the last rounds that it began and that were done.
func buildAndKill(dir string, from int, alive time.Duration, m moment) (begun, done int, err error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestBuildUntilKilled$", "-build-in="+dir, fmt.Sprintf("-build-from=%d", from))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	begun, done = from-1, from-1
	var other []string
	var timer *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what string
		var n int
		switch _, err := fmt.Sscanf(lines.Text(), "%s %d", &what, &n); {
		case err == nil && what == "begun":
			begun = n
		case err == nil && what == "done":
			done = n
		default:
			other = append(other, lines.Text())
		}
		if timer == nil {
			timer = time.AfterFunc(alive, func() {
				m.await(filepath.Join(dir, "index"))
				_ = cmd.Process.Kill()
			})
		}
	}
	if _ = cmd.Wait(); cmd.ProcessState.Exited() {
		return begun, done, fmt.Errorf("it ended by itself: %s", strings.Join(other, "\n"))
	}
	return begun, done, nil
}

// roundOf tells which round the index is of; it must be that of a whole one.
func roundOf(t *testing.T, x *Index, about string) int {
	t.Helper()
	if x.Problem() != nil {
		t.Fatalf("%s: %v", about, x.Problem())
	}
	a, err := x.Article(t.Context(), "a0")
	if err != nil {
		t.Fatalf("%s: %v", about, err)
	}
	round, n := 0, 0
	if _, err := fmt.Sscanf(a.Text, "The otter number%d swims in the river Amper in round%d.", &n, &round); err != nil {
		t.Fatalf("%s: %q: %v", about, a.Text, err)
	}
	if found := find(t, x, fmt.Sprintf("round%d", round)); !slices.Contains(found, "a0") {
		t.Errorf("%s: a search for round %d finds %v", about, round, found)
	}
	return round
}

// whatRemains names what a kill left of a build, by the names of what lies in
// the folder.
func whatRemains(dir string) (what string) {
	current, _ := readCurrent(dir)
	gens, _ := generations(dir)
	for _, left := range leftovers(dir) {
		if what = "while building"; strings.HasPrefix(filepath.Base(left), currentName) {
			return "while CURRENT was replaced"
		}
	}
	switch {
	case what != "":
	case len(gens) > 0 && gens[len(gens)-1] != current:
		what = "between the naming of a generation and CURRENT"
	case len(gens) > 2:
		what = "before or during a sweep"
	default:
		what = "beside a build"
	}
	return what
}

// Killed at any moment of updates, rebuilds, purges, publishing and sweeping, an
// index opens, answers from the state before or the one behind, has all that was
// said to be done, and the next update makes what a rebuild makes.
//
//	go test ./index -run KilledBuilds -v -kills 100
func TestKilledBuilds(t *testing.T) {
	dir := t.TempDir()
	data, idx := filepath.Join(dir, "data"), filepath.Join(dir, "index")
	must(t, os.Mkdir(data, 0o755))
	c := Collection{Name: "test", FS: os.DirFS(data)}
	_, err := writeRound(data, 0)
	must(t, err)
	x := open(t, idx)
	update(t, x, c)
	must(t, x.Close())
	rng := rand.New(rand.NewPCG(8, 9))
	where := make(map[string]int)
	next := 1
	for kill := range *kills {
		about := fmt.Sprintf("kill %d", kill)
		begun, done, err := buildAndKill(dir, next, time.Duration(rng.Int64N(int64(400*time.Millisecond))), moment(kill)%numMoments)
		if err != nil {
			t.Fatalf("%s: %v", about, err)
		}
		where[whatRemains(idx)]++
		x, err := Open(idx, "test")
		must(t, err)
		if round := roundOf(t, x, about); round < done && done >= next || round > begun {
			t.Errorf("%s: the index is of round %d; %d was done and %d begun", about, round, done, begun)
		}
		update(t, x, c)
		next = begun + 1
		rebuilt, err := Open(filepath.Join(dir, "rebuilt"), "test")
		must(t, err)
		update(t, rebuilt, c)
		sameIndex(t, x, rebuilt, []string{"otter", "number7", "amper", fmt.Sprintf("round%d", begun), fmt.Sprintf("round%d", begun-1)})
		must(t, rebuilt.Close())
		must(t, os.RemoveAll(rebuilt.dir))
		wholeFolder(t, x, about)
		must(t, x.Close())
	}
	t.Logf("%d kills within %d rounds: %v", *kills, next, where)
	if next < *kills/2 {
		t.Errorf("only %d builds were begun: the test shows little", next)
	}
}

// wholeFolder checks that nothing lies in an index's folder but what belongs
// there, and that the files of the current generation are those of its manifest.
func wholeFolder(t *testing.T, x *Index, about string) {
	t.Helper()
	entries, err := os.ReadDir(x.dir)
	must(t, err)
	gens := 0
	for _, e := range entries {
		switch {
		case isGeneration(e.Name()):
			gens++
		case e.Name() != currentName && e.Name() != "LOCK":
			t.Errorf("%s: %s is left", about, e.Name())
		}
	}
	if gens < 1 || gens > 2 {
		t.Errorf("%s: %d generations", about, gens)
	}
	gen := current(t, x.dir)
	m, err := readManifest(gen)
	must(t, err)
	sums, err := sumTree(gen, nil)
	must(t, err)
	delete(sums, manifestName)
	delete(sums, checkName)
	if !reflect.DeepEqual(sums, m.Sums) {
		t.Errorf("%s: the files are not those of the manifest: %v", about, sums)
	}
}

// A purge that was killed before it had swept leaves nothing on disk of what was
// purged once the next update has looked.
func TestKilledPurge(t *testing.T) {
	dir := built(t)
	x := open(t, dir)
	c := Collection{Name: "test", FS: filesOf("An otter swims.")}
	aside := filepath.Join(t.TempDir(), "aside")
	must(t, os.CopyFS(aside, os.DirFS(current(t, dir))))
	if _, err := x.Purge(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	must(t, os.Rename(aside, filepath.Join(dir, "gen-000002")))
	other := open(t, dir)
	if s := update(t, other, c); s.Published {
		t.Errorf("the next update: %+v", s)
	}
	if names, err := generations(dir); err != nil || len(names) != 1 {
		t.Errorf("got generations %v, %v", names, err)
	}
}

// What a kill leaves at each step of publishing, and a crash of the machine that
// loses the file being written.
func TestCrashStates(t *testing.T) {
	c := Collection{Name: "test", FS: os.DirFS(t.TempDir())}
	for _, tt := range []struct {
		name   string
		before bool // the older state has to answer
		spoil  func(t *testing.T, dir, newest string)
	}{
		{"named, and CURRENT not written", true, func(t *testing.T, dir, newest string) {
			must(t, os.WriteFile(filepath.Join(dir, currentName), []byte("gen-000001\n"), 0o644))
		}},
		{"CURRENT written aside", true, func(t *testing.T, dir, newest string) {
			must(t, os.WriteFile(filepath.Join(dir, currentName), []byte("gen-000001\n"), 0o644))
			must(t, os.WriteFile(filepath.Join(dir, currentName+".1"), []byte("gen-0"), 0o600))
		}},
		{"half swept", false, func(t *testing.T, dir, newest string) {
			must(t, os.RemoveAll(filepath.Join(dir, "gen-000001", bleveName)))
		}},
		{"an old one half swept", false, func(t *testing.T, dir, newest string) {
			must(t, os.CopyFS(filepath.Join(dir, "gen-000000001"), os.DirFS(filepath.Join(dir, "gen-000001", bleveName))))
		}},
		{"its folder made, and nothing in it", false, func(t *testing.T, dir, newest string) {
			must(t, os.Mkdir(filepath.Join(dir, "gen-000003"), 0o755))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := built(t)
			tt.spoil(t, dir, current(t, dir))
			x := open(t, dir)
			want := 1
			if tt.before {
				want = 0
			}
			if x.Problem() != nil || len(find(t, x, "otter")) != 1 || len(find(t, x, "heron")) != want {
				t.Errorf("problem %v; herons %v, want %d", x.Problem(), find(t, x, "heron"), want)
			}
			files := filesOf("An otter swims.", "A heron waits.", "A stork flies.")
			c.FS = files
			if s := update(t, x, c); s.Full || s.Added < 1 {
				t.Errorf("the next update: %+v", s)
			}
			rebuilt := open(t, t.TempDir())
			update(t, rebuilt, c)
			sameIndex(t, x, rebuilt, []string{"otter", "heron", "stork"})
			wholeFolder(t, x, tt.name)
		})
	}
}

// filesOf makes a collection of texts, of which the first are those of built.
func filesOf(texts ...string) fs.FS {
	files := fstest.MapFS{}
	for i, text := range texts {
		files[string(rune('a'+i))+".txt"] = file(text)
	}
	return files
}
