package article

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	kills      = flag.Int("kills", 3, "how often TestKilledStore kills a process that writes")
	killedDir  = flag.String("killed-dir", "", "has the test binary write to the store in this folder until it is killed")
	killedFrom = flag.Int("killed-from", 0, "number of its first edit")
)

// killedArticles is how many articles are put again and again, each time with
// a higher number in its title.
const killedArticles = 40

// TestWriteUntilKilled is what TestKilledStore kills. It names every edit that
// is safe, says the store, on a line of its own.
func TestWriteUntilKilled(t *testing.T) {
	if *killedDir == "" {
		return // there is nothing to test: the other test runs this one
	}
	s, err := OpenStore(*killedDir)
	if err != nil {
		t.Fatal(err)
	}
	for n := *killedFrom; ; {
		var list []Article
		for range 1 + n%3*4 {
			a := gathered(n % killedArticles)
			a.Title = fmt.Sprintf("Edit %d", n)
			list = append(list, a)
			n++
		}
		outcomes, err := s.PutAll(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range outcomes {
			if o.Err != nil || o.Change != Added && o.Change != Edited {
				t.Fatalf("%+v", o)
			}
			fmt.Println(list[i].Title)
		}
	}
}

// Whenever a process is killed, no article that was said to be kept is lost or
// there twice, and none is older than was said.
func TestKilledStore(t *testing.T) {
	dir := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))
	last := make([]int, killedArticles) // the latest edit of each that was acknowledged
	for i := range last {
		last[i] = -1
	}
	from, swept := 0, 0
	for range *kills {
		next, err := writeAndKill(dir, from, time.Duration(20+rng.IntN(300))*time.Millisecond, last)
		if err != nil {
			t.Fatal(err)
		}
		from = next
		swept += len(leftovers(t, dir))
		s, _ := openStore(t, dir)
		if left := leftovers(t, dir); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
		count := make(map[string]int)
		for _, a := range allOf(t, dir) {
			count[a.ID]++
		}
		for n, edit := range last {
			id := idOf(gathered(n))
			if edit < 0 && count[id] == 0 {
				continue
			}
			versions, err := s.Versions(id)
			if err != nil || count[id] != 1 {
				t.Fatalf("article %d is there %d times, %v", n, count[id], err)
			}
			before := -1
			for _, v := range versions {
				number, err := strconv.Atoi(strings.TrimPrefix(v.Article.Title, "Edit "))
				if err != nil || number <= before || number%killedArticles != n || v.Article.Text != gathered(n).Text {
					t.Fatalf("article %d has %q behind edit %d", n, v.Article.Title, before)
				}
				before = number
			}
			if before < edit {
				t.Fatalf("article %d is at edit %d, behind %d", n, before, edit)
			}
		}
	}
	t.Logf("%d kills during %d edits; %d temporary files were swept", *kills, from, swept)
}

// writeAndKill runs TestWriteUntilKilled for a while behind its first edit, and
// returns the number of an edit that it did not come to.
func writeAndKill(dir string, from int, alive time.Duration, last []int) (next int, err error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestWriteUntilKilled$", "-killed-dir="+dir, "-killed-from="+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	var timer *time.Timer
	heard := from
	for lines.Scan() {
		number, ok := strings.CutPrefix(lines.Text(), "Edit ")
		edit, err := strconv.Atoi(number)
		if !ok || err != nil {
			err = fmt.Errorf("the writer said %q", lines.Text())
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return 0, err
		}
		last[edit%killedArticles] = edit
		heard = edit
		if timer == nil {
			timer = time.AfterFunc(alive, func() { _ = cmd.Process.Kill() })
		}
	}
	if timer == nil {
		return 0, fmt.Errorf("the writer ended early: %v", cmd.Wait())
	}
	_ = cmd.Wait() // killed, as was wanted
	return heard + killedArticles, nil
}

func leftovers(t *testing.T, dir string) (left []string) {
	t.Helper()
	for _, pattern := range []string{"*/*/*/" + tempPrefix + "*", versionsName + "/" + tempPrefix + "*", tempPrefix + "*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, found...)
	}
	return left
}
