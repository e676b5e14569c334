package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"newsdesk/answer"
)

// A program that waits for input heeds the signals that end programs.
func TestStopsWhileItWaitsForInput(t *testing.T) {
	program := build(t)
	for _, tt := range []struct {
		args, line string
		signal     syscall.Signal
	}{
		{"ask --json -", "Who won the 2022 World Cup?", syscall.SIGINT},
		{"search --json -", "World Cup", syscall.SIGTERM},
		{"chat", "Who won the 2022 World Cup?", syscall.SIGINT},
		{"chat", "/help", syscall.SIGTERM},
	} {
		t.Run(tt.args+" "+tt.signal.String(), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), testPatience)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, strings.Fields(tt.args)...)
			cmd.Dir = t.TempDir()
			cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
			stderr := &output{}
			cmd.Stderr = stderr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// An answer shows that it runs; then it waits for the next line.
			if _, err := io.WriteString(in, tt.line+"\n"); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatalf("no answer: %v\n%s", err, stderr)
			}
			if err := cmd.Process.Signal(tt.signal); err != nil {
				t.Fatal(err)
			}
			go io.Copy(io.Discard, out)
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != exitFailed || !strings.HasSuffix(stderr.String(), "newsdesk: stopped\n") {
				t.Errorf("got exit code %d and %q, want %d and that it stopped", code, stderr, exitFailed)
			}
		})
	}
}

// waiting is an input in which nothing comes; it tells that it was read.
type waiting struct {
	read func()
	ends <-chan struct{}
}

func (w waiting) Read([]byte) (int, error) {
	w.read()
	<-w.ends
	return 0, io.EOF
}

func TestBatchStopsWhileQuestionsWaitForAPlace(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	a := &app{ctx: ctx, stdin: strings.NewReader(strings.Repeat("question\n", 1000)), stdout: io.Discard, stderr: io.Discard}
	release := make(chan struct{})
	defer close(release)
	err := a.batch(answer.Question{}, func(context.Context, answer.Question) (any, error) {
		stop()
		<-release // heeds nothing
		return nil, nil
	}, refusedAnswer, true)
	if err != errStopped {
		t.Errorf("got %v, want %v", err, errStopped)
	}
}

func TestChatStopsWhileItWaitsForInput(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ends := make(chan struct{})
	defer close(ends)
	t.Chdir(t.TempDir())
	if code, _, stderr := command(t.Context(), "reindex"); code != exitDone { // a slow one tells its progress
		t.Fatalf("got exit code %d and %q", code, stderr)
	}
	var stderr strings.Builder
	code := run(ctx, []string{"chat"}, noSettings, waiting{stop, ends}, io.Discard, &stderr)
	if code != exitFailed || stderr.String() != "newsdesk: stopped\n" {
		t.Errorf("got exit code %d and %q", code, stderr.String())
	}
}

func noSettings(string) (string, bool) { return "", false }

// Whoever stops a command before it is done reads what that means, and not the
// words of a library.
func TestStoppedInWords(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, _, stderr := command(t.Context(), "reindex"); code != exitDone {
		t.Fatalf("got exit code %d and %q", code, stderr)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for args, want := range map[string]string{
		"reindex":                    "newsdesk: stopped; the index is as it was\n",
		"reindex --full":             "newsdesk: stopped; the index is as it was\n",
		"ask Kremlin":                "newsdesk: stopped\n",
		"latest Kremlin":             "newsdesk: stopped\n",
		"--index other ask Kremlin":  "newsdesk: stopped\n",
		"--index other reindex":      "newsdesk: stopped; the index is as it was\n",
		"--index other chat":         "newsdesk: stopped\n",
		"--index other ask --json -": "newsdesk: stopped\n",
	} {
		if code, stdout, stderr := command(stopped, args); code != exitFailed || stdout != "" || stderr != want {
			t.Errorf("%s: got exit code %d, %q and %q, want %q", args, code, stdout, stderr, want)
		}
	}
	if code, stdout, stderr := command(t.Context(), "ask Kremlin"); code != exitDone || !strings.Contains(stdout, "Kremlin") {
		t.Errorf("afterwards: got exit code %d, %q and %q", code, stdout, stderr)
	}
}

// command runs the program in this process, with nothing on standard input.
func command(ctx context.Context, args string) (code int, stdout, stderr string) {
	var out, errs strings.Builder
	code = run(ctx, strings.Fields(args), noSettings, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}
