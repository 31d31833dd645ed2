package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tutor": func() {
		if file := os.Getenv("TUTOR_LOAD_PROFILE"); file != "" {
			go profile(file)
		}
		main()
	}})
}

// TestScripts runs testdata/script/*.txtar: each is a shell-like session with
// the program and the files it needs. XDG_STATE_HOME is a fresh folder in each.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_STATE_HOME", env.WorkDir+"/.state")
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
	})
}
