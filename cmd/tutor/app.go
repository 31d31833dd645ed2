package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

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
	"github.com/kubetutor/tutor/internal/tui/text/lang"
	"github.com/kubetutor/tutor/lessons"
)

// addApp makes the command without a subcommand open the terminal app.
func addApp(root *cobra.Command, sys *system) {
	var f appFlags
	var asLines bool
	root.Flags().BoolVar(&asLines, "plain", false, "the whole lesson line by line, for screen readers, simple terminals and pipes")
	root.Flags().StringVar(&f.theme, "theme", "", "colours: auto, "+strings.Join(style.Names(), ", ")+", or a `file` (default: as chosen in the app)")
	root.Flags().StringVar(&f.keys, "keys", "", "the editor's `keys`: ordinary or vim (default: as chosen in the app)")
	root.Flags().BoolVar(&f.still, "reduced-motion", false, "show nothing that moves (or TUTOR_REDUCED_MOTION=1, or the app's options)")
	root.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return nil
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if asLines {
			return runPlain(cmd.Context(), sys)
		}
		return runApp(cmd.Context(), sys, &f)
	}
}

// appFlags are those of the app.
type appFlags struct {
	theme, keys string
	still       bool
}

func runApp(ctx context.Context, sys *system, f *appFlags) error {
	if f.keys != "" && f.keys != "ordinary" && f.keys != "vim" {
		return fmt.Errorf("--keys %s is not known; ordinary and vim are", f.keys)
	}
	chosen, err := palette(f.theme)
	if err != nil {
		return err
	}
	words := lang.For(cmp.Or(sys.getenv("LC_ALL"), sys.getenv("LC_MESSAGES"), sys.getenv("LANG")))
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
		return tui.Overview(sys.out, pack, p, words)
	}
	load := func(context.Context) (*tui.Lesson, error) {
		lesson, err := loadLesson(sys)
		if err == nil {
			lesson.Live = shared(sys, lesson.Pack)
		}
		return lesson, err
	}
	o := tui.Options{
		Load:  load,
		Store: store, Words: words, Theme: chosen, Still: f.still, Now: sys.now,
		EditorCommand: cmp.Or(sys.getenv("VISUAL"), sys.getenv("EDITOR")),
		Files:         filepath.Join(sys.stateDir, "manifests"), Keys: f.keys,
	}
	if o.OwnTheme, err = ownTheme(sys); err != nil {
		o.Notice = err.Error()
	}
	// What ctrl+c interrupts is the editor that has the terminal, never the app.
	ctx, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return tui.Run(ctx, o)
}

// loadLesson opens the lesson with what can be done in it.
func loadLesson(sys *system) (*tui.Lesson, error) {
	pack, err := sys.pack()
	if err != nil {
		return nil, err
	}
	player, marker, diagnoser := play.New(pack, sys.now), grader.New(pack), diagnose.New(pack)
	return &tui.Lesson{
		Guide:    lazyGuide(pack),
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

// lazyGuide reads a pack's decision guide when it is first asked for; nil where
// it has none.
func lazyGuide(pack *lessons.Pack) func() *decide.Guide {
	if _, err := fs.Stat(pack.FS(), "decide.yaml"); err != nil {
		return nil
	}
	return sync.OnceValue(func() *decide.Guide {
		g, _ := guide(pack) // one that cannot be read is lint's to tell
		return g
	})
}

// shared opens tasks' clusters in the sandbox's place, so that tutor kubectl in
// another window works on what the app shows.
func shared(sys *system, pack *lessons.Pack) func(context.Context, *lessons.Scenario, bool) (*live.Cluster, error) {
	marker := grader.New(pack)
	return func(ctx context.Context, task *lessons.Scenario, afresh bool) (*live.Cluster, error) {
		return live.OpenShared(ctx, marker, task, sys.now, sandboxDir(sys), clustersDir(sys), afresh)
	}
}

// clustersDir is where tasks' clusters are kept between visits.
func clustersDir(sys *system) string { return filepath.Join(sys.stateDir, "clusters") }

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
// learner and the terminal.
func palette(name string) (*style.Palette, error) {
	if name == "auto" || name == "" {
		return nil, nil
	}
	if p, ok := style.Named(name); ok {
		return &p, nil
	}
	p, err := readTheme(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no theme and no file %q: the themes are auto, %s", name, strings.Join(style.Names(), ", "))
	}
	return p, err
}

// ownTheme is the theme of the user's that the app offers; nil where there is
// none.
func ownTheme(sys *system) (*style.Palette, error) {
	p, err := readTheme(filepath.Join(sys.configDir, "theme.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return p, err
}

func readTheme(name string) (*style.Palette, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the theme: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the theme: %w", err)
	}
	p, err := style.Parse(name, data)
	if err != nil {
		return nil, err
	}
	return &p, nil
}
