package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// tests removes what all of them have used.
type tests struct{ *testing.M }

func (m tests) Run() int {
	code := m.M.Run()
	_ = os.RemoveAll(programDir)
	return code
}

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"newsdesk": main})
}

// TestScripts runs the program as people do. The scripts read as its manual.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			for _, s := range settingsTable {
				env.Setenv(s.key, "") // whatever the machine has set
			}
			return nil
		},
	})
}
