package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/simulator/world"
)

func newClusterCmd(sys *system) *cobra.Command {
	return group(&cobra.Command{
		Use:   "cluster",
		Short: "Ask a simulated cluster, or serve one to other programs",
	},
		newClusterServeCmd(sys),
		newClusterProbeCmd(sys),
		newClusterDigCmd(sys),
		newClusterExecCmd(sys),
	)
}

// worldFlag adds --world: a file, or the name of a world that is built in.
func worldFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "world", "lesson", "world to start from: a file, or "+strings.Join(worldNames(), " or "))
}

// worldOrSandboxFlag adds --world for commands that only look, so that they
// may look at the learner's own cluster too.
func worldOrSandboxFlag(cmd *cobra.Command, value *string) {
	worldFlag(cmd, value)
	cmd.Flag("world").Usage += "; sandbox is your own as it stands"
}

// worldOrSandbox is the world that --world names, or a copy of the sandbox.
func worldOrSandbox(ctx context.Context, sys *system, name string) (w *world.World, err error) {
	if name != "sandbox" {
		return loadWorld(name)
	}
	err = withSandbox(ctx, sys, func(box *sandbox.Sandbox) error {
		w, err = box.Snapshot(ctx)
		return err
	})
	return w, err
}

// loadWorld reads the world that --world names.
func loadWorld(name string) (*world.World, error) {
	f, err := openWorld(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		return nil, fmt.Errorf("read world %s: %w", name, err)
	}
	return w, nil
}

func openWorld(name string) (fs.File, error) {
	if !strings.ContainsAny(name, `./\`) {
		if f, err := assets.FS.Open("worlds/" + name + ".yaml"); err == nil {
			return f, nil
		}
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no world %q: give a file, or one of %s", name, strings.Join(worldNames(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	return f, nil
}

func worldNames() []string {
	var names []string
	entries, _ := assets.FS.ReadDir("worlds") // embedded: it is there
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	return names
}
