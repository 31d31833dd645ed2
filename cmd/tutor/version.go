package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of tutor and of the Kubernetes it simulates",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(sys.out, "tutor %s, simulating Kubernetes v1.37.2\n", buildVersion())
			return err
		},
	}
}

// buildVersion is the module's version where it was installed by version, and
// "(devel)" in a checkout.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
