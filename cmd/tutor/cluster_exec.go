package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

func newClusterExecCmd(sys *system) *cobra.Command {
	var worldName, from, mode, batchFile string
	cmd := &cobra.Command{
		Use:   "exec --from CLIENT [-- COMMAND…]",
		Short: "Run curl, dig and the like in a pod, on a node or outside a simulated cluster",
		Long: `Runs a command of the learner's shell at a client: one argument is a line of
shell language, several are a command and its arguments, none on a terminal is a
prompt. "help" lists the commands. The exit code is the command's.

CLIENT is pod:NAME (in namespace production), pod:NAMESPACE/NAME, node:NAME or
external:NAME. With --batch, each line is a JSON object with the fields client
and command, and is answered by one line with exit and output, the output as a
terminal shows it; nothing waits.`,
		Example: `  tutor cluster exec --from pod:client -- curl -sI http://web
  tutor cluster exec --from pod:client -- 'for i in $(seq 5); do curl -s web; done | sort | uniq -c'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if batchFile == "" && from == "" {
				return errors.New("give --from, or --batch; see tutor cluster exec --help")
			}
			c, err := startWorld(cmd.Context(), sys, worldName, mode)
			if err != nil {
				return err
			}
			defer c.Close()
			if batchFile != "" {
				return batch(cmd.Context(), sys, batchFile, execLine(cmd.Context(), c))
			}
			return execOne(cmd.Context(), sys, c, from, args)
		},
	}
	worldOrSandboxFlag(cmd, &worldName)
	f := cmd.Flags()
	f.StringVar(&from, "from", "", "client to run the command at")
	f.StringVar(&mode, "proxy-mode", "", "mode of kube-proxy: iptables or nftables (default: the world's)")
	f.StringVar(&batchFile, "batch", "", batchFlagHelp)
	return cmd
}

// execLine answers one line of a batch; each runs in a shell of its own.
func execLine(ctx context.Context, c *simulator.Cluster) func([]byte) (any, error) {
	return func(line []byte) (any, error) {
		var ask struct {
			Client  dataplane.Client `json:"client"`
			Command *string          `json:"command"`
		}
		if err := json.Unmarshal(line, &ask); err != nil {
			return nil, fmt.Errorf("read question: %w", err)
		}
		if ask.Command == nil {
			return nil, errors.New("read question: it has no command")
		}
		var out bytes.Buffer
		sh, err := shell.New(shell.Options{Cluster: c, Client: ask.Client, Stdout: &out, Stderr: &out, TTY: true})
		if err != nil {
			return nil, err
		}
		code := sh.Run(ctx, *ask.Command)
		return map[string]any{"exit": code, "output": out.String()}, nil
	}
}

// execOne runs a command, or a prompt, and ends with its exit code. On a
// terminal it takes the time that the real tool would.
func execOne(ctx context.Context, sys *system, c *simulator.Cluster, from string, args []string) error {
	client, err := dataplane.ParseClient(from, "")
	if err != nil {
		return err
	}
	o := shell.Options{Cluster: c, Client: client, Stdout: sys.out, Stderr: sys.err, Seed: uint64(sys.now().UnixNano())}
	screen := terminalOf(sys.out)
	if o.TTY = screen != nil; o.TTY {
		o.Clock = shell.WallClock
		defer c.Follow(time.Now)()
	}
	keyboard := terminalOf(sys.in)
	if keyboard == nil {
		o.Stdin = sys.in
	}
	if len(args) == 0 && keyboard != nil && screen != nil {
		return execPrompt(ctx, o, keyboard)
	}
	sh, err := shell.New(o)
	if err != nil {
		return err
	}
	code := 0
	switch len(args) {
	case 0:
		return errors.New("give a command after --; without one a terminal is needed")
	case 1:
		code = sh.Run(ctx, args[0])
	default:
		code = sh.Command(ctx, args)
	}
	if code != 0 {
		return exitCode(code)
	}
	return nil
}

// execPrompt is a prompt on the terminal that the program was started from.
func execPrompt(ctx context.Context, o shell.Options, keyboard *os.File) error {
	before, err := term.MakeRaw(int(keyboard.Fd()))
	if err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	defer term.Restore(int(keyboard.Fd()), before)
	o.Stdin, o.Stderr = keyboard, o.Stdout
	code, err := shell.Interact(ctx, o, nil)
	if err != nil {
		return err
	}
	if code != 0 {
		return exitCode(code)
	}
	return nil
}

// terminalOf is a stream as a terminal, nil if it is none.
func terminalOf(stream any) *os.File {
	if f, ok := stream.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}
