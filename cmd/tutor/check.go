package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/lessons"
)

// largestFile is how much of a file is read, in bytes.
const largestFile = 64 << 20

// The codes that check ends with.
const (
	notPassed exitCode = 1
	unusable  exitCode = 2
)

func newCheckCmd(sys *system) *cobra.Command {
	var output, dir string
	cmd := &cobra.Command{
		Use:   "check ID FILE|-",
		Short: "Tell whether a manifest does what a scenario asks for",
		Long: `Check applies a manifest to a fresh copy of a scenario's cluster and tells
what holds and what does not, with the cause and the line of each failure. It
neither needs nor changes the sandbox or your progress.

It ends with 0 if the manifest passed, 1 if not, and 2 if there is no such
scenario or the file is empty, unreadable or not YAML at all.

With --dir it checks every manifest of a folder and the folders below. Without
an ID each file's or folder's name tells the scenario: pricing-engine.yaml,
kim/pricing-engine.yaml, pricing-engine/kim.yaml, kim-pricing-engine.yaml.`,
		Example: "  tutor check pricing-engine service.yaml\n  tutor check --dir class -o csv",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case dir == "" && len(args) != 2:
				return inJSON(sys, strings.Join(args[:min(1, len(args))], ""), output, fmt.Errorf("check needs a scenario and a file (- for standard input): tutor check ID FILE; tutor scenario list has the ids"))
			case dir != "" && len(args) > 1:
				return fmt.Errorf("check --dir takes at most a scenario; the files are those of the folder")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			pack, err := sys.pack()
			if err != nil {
				return err
			}
			if dir != "" {
				id := ""
				if len(args) == 1 {
					id = args[0]
				}
				return checkFolder(cmd.Context(), sys, pack, dir, id, output)
			}
			err = checkFile(cmd.Context(), sys, pack, args[0], args[1], output)
			return inJSON(sys, args[0], output, err)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "form: text (the default), json or junit; with --dir csv (the default), json or junit")
	cmd.Flags().StringVar(&dir, "dir", "", "check every manifest of this `folder`")
	return cmd
}

func checkFile(ctx context.Context, sys *system, pack *lessons.Pack, id, file, output string) error {
	report, ok := reports[output]
	if !ok {
		return fmt.Errorf("-o %s is not known; text, json and junit are", output)
	}
	s, err := task(pack, id)
	if err != nil {
		return err
	}
	text, err := readManifest(ctx, sys, file)
	if err != nil {
		return err
	}
	v, err := grader.New(pack).Check(ctx, s, text)
	if err != nil {
		return err
	}
	if err := report(sys, v); err != nil {
		return err
	}
	return verdictCode(v)
}

// inJSON keeps -o json valid JSON where there is no verdict to print.
func inJSON(sys *system, id, output string, err error) error {
	var code exitCode
	if err == nil || output != "json" || errors.As(err, &code) {
		return err
	}
	if e := encodeJSON(sys.out, map[string]any{"scenario": id, "passed": false, "failures": []any{}, "error": err.Error()}); e != nil {
		return e
	}
	return err
}

func verdictCode(v *grader.Verdict) error {
	switch {
	case v.Passed:
		return nil
	case v.Unusable:
		return unusable
	default:
		return notPassed
	}
}

// readManifest reads a file, or standard input for "-".
func readManifest(ctx context.Context, sys *system, file string) ([]byte, error) {
	if file == "-" {
		return readAll(sys.input(ctx), "standard input")
	}
	return readFile(file)
}

// readFile reads a file of bounded size.
func readFile(file string) ([]byte, error) {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("read manifest: %s is a folder; tutor check --dir %s checks what is in it", file, file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	defer f.Close()
	return readAll(f, file)
}

func readAll(r io.Reader, name string) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read manifest: %w", err)
	case len(b) > largestFile:
		return nil, fmt.Errorf("read manifest: %s is larger than %d MB; is it the right file?", name, largestFile>>20)
	}
	return b, nil
}
