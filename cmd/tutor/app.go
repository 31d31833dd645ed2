package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/decide"
	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/internal/tui/diagnose"
	"github.com/kubetutor/tutor/internal/tui/style"
	"github.com/kubetutor/tutor/internal/tui/text/en"
	"github.com/kubetutor/tutor/lessons"
)

// addApp makes the command without a subcommand open the terminal app.
func addApp(root *cobra.Command, sys *system) {
	var theme, keys string
	var asLines bool
	root.Flags().BoolVar(&asLines, "plain", false, "the whole lesson line by line, for screen readers, simple terminals and pipes")
	root.Flags().StringVar(&theme, "theme", "auto", "colours: auto, "+strings.Join(style.Names(), ", ")+", or a JSON `file`")
	root.Flags().StringVar(&keys, "keys", "", "the editor's keys in this run: ordinary or vim; as chosen in the app (F3 in the editor) if not given")
	root.Args = cobra.NoArgs
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if asLines {
			return runPlain(cmd.Context(), sys)
		}
		return runApp(cmd.Context(), sys, theme, keys)
	}
}

func runApp(ctx context.Context, sys *system, theme, keys string) error {
	if keys != "" && keys != "ordinary" && keys != "vim" {
		return fmt.Errorf("--keys %s is not known; ordinary and vim are", keys)
	}
	palette, err := palette(theme)
	if err != nil {
		return err
	}
	store := progress.NewFile(sys.stateDir, sys.now)
	if !hasScreen(sys) {
		pack, err := sys.pack()
		if err != nil {
			return err
		}
		p, err := store.Load(ctx)
		if err != nil {
			return err
		}
		return tui.Overview(sys.out, pack, p, en.Strings())
	}
	load := func(context.Context) (*tui.Lesson, error) { return loadLesson(sys) }
	return tui.Run(ctx, tui.Options{Load: load, Store: store, Words: en.Strings(), Theme: palette, Now: sys.now,
		EditorCommand: cmp.Or(sys.getenv("VISUAL"), sys.getenv("EDITOR")), Files: filepath.Join(sys.stateDir, "manifests"), Keys: keys})
}

// loadLesson opens the lesson with what can be done in it.
func loadLesson(sys *system) (*tui.Lesson, error) {
	pack, err := sys.pack()
	if err != nil {
		return nil, err
	}
	player, marker, diagnoser := play.New(pack, sys.now), grader.New(pack), diagnose.New(pack)
	return &tui.Lesson{
		Drills:   lazyDrills(pack),
		Pack:     pack,
		Check:    marker.Check,
		Diagnose: diagnoser.Look,
		Cluster:  diagnoser.Cluster,
		Live: func(_ context.Context, task *lessons.Scenario, _ bool) (*live.Cluster, error) {
			return live.Open(marker, task, sys.now)
		},
		Predict: player.Predict,
		Played:  player.Fill,
	}, nil
}

// lazyDrills reads a pack's drills when they are first asked for; nil where it
// has none.
func lazyDrills(pack *lessons.Pack) func() *decide.Drills {
	if _, err := fs.Stat(pack.FS(), "drills.yaml"); err != nil {
		return nil
	}
	return sync.OnceValue(func() *decide.Drills {
		d, _ := drills(pack) // a drill that cannot be read is lint's to tell
		return d
	})
}

// hasScreen tells whether there is a terminal to draw on and to type at.
func hasScreen(sys *system) bool {
	return isTerminal(sys.in) && isTerminal(sys.out) && sys.getenv("TERM") != "dumb"
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// palette is the theme of that name or file; nil leaves the choice to the
// terminal's background.
func palette(name string) (*style.Palette, error) {
	if name == "auto" || name == "" {
		return nil, nil
	}
	if p, ok := style.Named(name); ok {
		return &p, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no theme and no file %q: the themes are auto, %s", name, strings.Join(style.Names(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("read the theme: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the theme: %w", err)
	}
	p, err := style.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &p, nil
}
