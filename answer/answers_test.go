package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// callers wait for answers that a worker holds back.
type callers struct {
	answers
	works   int // begun
	ended   int // of these, by their context
	release chan struct{}
	wait    sync.WaitGroup
}

func newCallers() *callers { return &callers{release: make(chan struct{})} }

// call asks with others until ctx ends.
func (c *callers) call(ctx context.Context, question string, of snapshot) (Answer, error) {
	return c.get(ctx, keyOf(Question{Text: question}), of, 3, func(ctx context.Context) (Answer, bool, error) {
		c.works++
		select {
		case <-c.release:
			return Answer{Reason: question}, true, nil
		case <-ctx.Done():
			c.ended++
			return Answer{}, false, context.Cause(ctx)
		}
	})
}

// expect calls in the background and checks what comes of it.
func (c *callers) expect(ctx context.Context, t *testing.T, question string, of snapshot, want error) {
	c.wait.Go(func() {
		a, err := c.call(ctx, question, of)
		if !errors.Is(err, want) {
			t.Errorf("%q: error %v, want %v", question, err, want)
		}
		if err == nil && a.Reason != question {
			t.Errorf("%q: got the answer to %q", question, a.Reason)
		}
	})
	synctest.Wait()
}

// held tells how many answers are kept, and of how many bytes.
func (s *answers) held() (n, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n = s.recent.Len(); n != len(s.entries) {
		return -1, s.bytes
	}
	return n, s.bytes
}

func TestSameQuestionIsWorkedOutOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, of := newCallers(), snapshot{"gen-1", 1}
		for range 20 {
			c.expect(t.Context(), t, "who", of, nil)
		}
		c.expect(t.Context(), t, "where", of, nil)
		if c.works != 2 {
			t.Errorf("two questions were worked out %d times", c.works)
		}
		close(c.release)
		c.wait.Wait()
		c.expect(t.Context(), t, "who", of, nil)
		if want := (Reuse{Searched: 2, Joined: 19, Remembered: 1}); c.works != 2 || c.reuse != want {
			t.Errorf("%d works, %+v; want 2 and %+v", c.works, c.reuse, want)
		}
	})
}

func TestCallerWhoLeavesHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, of := newCallers(), snapshot{"gen-1", 1}
		first, leave := context.WithCancel(t.Context())
		c.expect(first, t, "who", of, context.Canceled)
		hasty, done := context.WithTimeout(t.Context(), time.Second)
		defer done()
		c.expect(hasty, t, "who", of, context.DeadlineExceeded)
		c.expect(t.Context(), t, "who", of, nil)
		began := time.Now()
		leave()
		<-hasty.Done()
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("the hasty one waited %v", waited)
		}
		synctest.Wait()
		if c.ended > 0 {
			t.Error("the work ended with those who left")
		}
		close(c.release)
		c.wait.Wait()
		if c.works != 1 {
			t.Errorf("it was worked out %d times", c.works)
		}
	})
}

func TestWorkEndsWithTheLastWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, of := newCallers(), snapshot{"gen-1", 1}
		ctx, leave := context.WithCancel(t.Context())
		c.expect(ctx, t, "who", of, context.Canceled)
		c.expect(ctx, t, "who", of, context.Canceled)
		leave()
		synctest.Wait()
		if c.ended != 1 {
			t.Error("the work goes on for nobody")
		}
		c.expect(t.Context(), t, "who", of, nil) // does not join what was ended
		close(c.release)
		c.wait.Wait()
		if c.works != 2 {
			t.Errorf("it was worked out %d times, want 2", c.works)
		}
	})
}

func TestChangeOfIndexForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCallers()
		before, after, anew := snapshot{"gen-1", 1}, snapshot{"gen-2", 2}, snapshot{"gen-1", 3}
		c.expect(t.Context(), t, "who", before, nil)
		c.expect(t.Context(), t, "who", after, nil) // joins nothing that began before
		if c.works != 2 {
			t.Errorf("%d works, want one for each state", c.works)
		}
		close(c.release)
		c.wait.Wait()
		if n, _ := c.held(); n != 1 {
			t.Errorf("%d answers are kept, want that of the new state", n)
		}
		c.expect(t.Context(), t, "who", after, nil)
		c.expect(t.Context(), t, "who", anew, nil) // a generation of the same name
		if n, _ := c.held(); c.works != 3 || n != 1 {
			t.Errorf("%d works and %d answers, want 3 and 1", c.works, n)
		}
	})
}

func TestErrorsAndPanicsAreNotKept(t *testing.T) {
	var s answers
	k, of, trouble := keyOf(Question{Text: "who"}), snapshot{"gen-1", 1}, errors.New("trouble")
	_, err := s.get(t.Context(), k, of, 3, func(context.Context) (Answer, bool, error) { return Answer{}, false, trouble })
	if !errors.Is(err, trouble) {
		t.Errorf("error %v, want %v", err, trouble)
	}
	func() {
		defer func() {
			if v := fmt.Sprint(recover()); !strings.HasPrefix(v, "deep trouble") || !strings.Contains(v, "answers_test.go") {
				t.Errorf("the caller met %q, want the panic and where it was", v)
			}
		}()
		_, _ = s.get(t.Context(), k, of, 3, func(context.Context) (Answer, bool, error) { panic("deep trouble") })
	}()
	a, err := s.get(t.Context(), k, of, 3, func(context.Context) (Answer, bool, error) { return Answer{Reason: "well"}, true, nil })
	if err != nil || a.Reason != "well" {
		t.Errorf("got %q, %v behind the trouble", a.Reason, err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, of := newCallers(), snapshot{"gen-1", 1}
		close(c.release)
		ask := func(questions ...string) {
			for _, q := range questions {
				c.expect(t.Context(), t, q, of, nil)
			}
		}
		ask("a", "b", "c", "a", "d") // b was used least recently
		if n, _ := c.held(); c.works != 4 || n != 3 {
			t.Errorf("%d works, %d kept, want 4 and 3", c.works, n)
		}
		if ask("a", "c", "d"); c.works != 4 {
			t.Errorf("one of the last used was worked out again")
		}
		if ask("b"); c.works != 5 {
			t.Errorf("what was used least recently is still there")
		}
		ask(strings.Repeat("long ", rememberedBytes/5))
		if n, bytes := c.held(); bytes > rememberedBytes || n != 0 {
			t.Errorf("%d bytes in %d answers are kept", bytes, n)
		}
	})
}

func TestAnswersGoWithTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, of := newCallers(), snapshot{"gen-1", 1}
		close(c.release)
		c.expect(t.Context(), t, "a", of, nil)
		time.Sleep(rememberedFor / 2)
		c.expect(t.Context(), t, "b", of, nil)
		time.Sleep(rememberedFor/2 + time.Second)
		synctest.Wait()
		if n, _ := c.held(); n != 1 {
			t.Errorf("%d answers are kept, want the later one", n)
		}
		time.Sleep(rememberedFor)
		synctest.Wait()
		if n, bytes := c.held(); n != 0 || bytes != 0 {
			t.Errorf("%d answers of %d bytes are left", n, bytes)
		}
		c.expect(t.Context(), t, "a", of, nil)
		time.Sleep(2*rememberedFor + time.Second)
		synctest.Wait()
		if n, _ := c.held(); n != 0 {
			t.Error("it was swept once only")
		}
	})
}
