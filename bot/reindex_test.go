package bot

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"newsdesk/answer"
	"newsdesk/bot/discordtest"
	"newsdesk/commands"
	"newsdesk/index"
)

// slowFS is files of which the reading stops, once it is told to, until it may
// go on.
type slowFS struct {
	fs.FS
	slow    bool
	reached chan struct{} // told at each opening of an article
	goOn    chan struct{}
}

func (s *slowFS) Open(name string) (fs.File, error) {
	if s.slow && strings.HasSuffix(name, ".md") {
		s.reached <- struct{}{}
		<-s.goOn
	}
	return s.FS.Open(name)
}

func TestReindexIsCancelled(t *testing.T) {
	old := time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC)
	files := fstest.MapFS{}
	for i := range 3 {
		files[fmt.Sprintf("a%d.md", i)] = &fstest.MapFile{ModTime: old, Data: fmt.Appendf(nil, "# Otters on river %d\n\nOtters swim in river %d. Nobody had expected it.\n", i, i)}
	}
	slow := &slowFS{FS: files, reached: make(chan struct{}), goOn: make(chan struct{})}
	x, err := index.Open(t.TempDir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	all := index.Collection{Name: "slow", FS: slow}
	if _, err := x.Rebuild(t.Context(), all, nil); err != nil {
		t.Fatal(err)
	}
	before, err := x.Stats()
	if err != nil {
		t.Fatal(err)
	}
	slow.slow = true
	now := func() time.Time { return askedAt }
	r := newRig(t, discordtest.New(t), commands.All(commands.Deps{Index: x, Engine: answer.New(x), Collection: all, Now: now}),
		withConfig(func(c *Config) { c.Limits.AtOnce = 1 })).run() // the reindex does not count, or nobody could end it
	admin := discordtest.User{Permissions: discordtest.ManageGuild}
	run := r.d.Interact(r.ctx, discordtest.Interaction{Command: "reindex", Options: map[string]any{"full": true}, User: admin})
	<-slow.reached
	working := run.Wait(r.ctx, discordtest.Happened("edit", 1))
	contains(t, working.Text(), "Looking for what has changed")
	cancel := r.press("Cancel", working, admin).Wait(r.ctx, discordtest.Happened("follow-up", 1))
	contains(t, cancel.FollowUps[0].Text(), "The reindex is being cancelled.")
	if !working.Original.Ephemeral() || !cancel.FollowUps[0].Ephemeral() {
		t.Error("all see what an admin does")
	}
	close(slow.goOn)
	go func() {
		for range slow.reached { // what is opened until the reading notices
		}
	}()
	defer close(slow.reached)
	// The progress, and then the end.
	out := run.Wait(r.ctx, func(o discordtest.Outcome) bool { return strings.Contains(o.Text(), "cancelled") })
	contains(t, out.Text(), "**The reindex was cancelled**")
	contains(t, out.Text(), "The index is as it was before.")
	if after, err := x.Stats(); err != nil || after.Generation != before.Generation {
		t.Errorf("got generation %s and %v, want %s still", after.Generation, err, before.Generation)
	}
}

func TestOnlyAdminsCancel(t *testing.T) {
	cancelled := false
	cmds := one("long", func(_ context.Context, call commands.Call) (commands.Reply, error) {
		return commands.Reply{Title: "Working", Actions: []commands.Action{{Label: "Cancel", Command: "cancel_reindex"}}}, nil
	})
	stop := commands.New("cancel_reindex", "End it", func(context.Context, commands.Call) (commands.Reply, error) {
		cancelled = true
		return commands.Reply{Title: "Cancelled", Private: true, Aside: true}, nil
	})
	stop.Admin, stop.Hidden = true, true
	r := newRig(t, discordtest.New(t), append(cmds, stop)).run()
	shown := r.d.Interact(r.ctx, discordtest.Interaction{Command: "long"}).Wait(r.ctx)
	contains(t, r.followUp(r.press("Cancel", shown, discordtest.User{}), 1).Text(), "Only people who manage this server can do that.")
	if cancelled {
		t.Error("a member cancelled it")
	}
}

func TestProgressIsDrawn(t *testing.T) {
	r := progressReply(commands.Progress{Text: "Reading", Done: 30, Total: 100, Stop: &commands.Action{Label: "Cancel", Command: "cancel_reindex"}})
	if got := fmt.Sprint(r.Lines); !strings.Contains(got, "Reading (30 %)") || strings.Count(got, "▰") != 6 || strings.Count(got, "▱") != 14 || len(r.Actions) != 1 {
		t.Errorf("got %s and %v", got, r.Actions)
	}
	for _, p := range []commands.Progress{{Done: -5, Total: 3}, {Done: 9e18, Total: 1}, {Done: 7, Total: 0}} {
		checkBody(t, render(progressReply(p)))
	}
}
