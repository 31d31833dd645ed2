package kubectl

import (
	"sync"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/cmd/kustomize"
	"k8s.io/kubectl/pkg/util/templates"
)

// kustomizing guards the flags of kustomize, which are package variables.
var kustomizing sync.Mutex

// kustomizeCommand stands for kustomize's own command, which is made only when
// it is called, one at a time: making it writes package variables.
func (s *session) kustomizeCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "kustomize DIR",
		Short:              "Build a kustomization target from a directory or URL",
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			kustomizing.Lock()
			defer kustomizing.Unlock()
			root := &cobra.Command{Use: "kubectl", SilenceErrors: true, SilenceUsage: true}
			root.SetOut(s.streams.Out)
			root.SetErr(s.streams.ErrOut)
			root.AddCommand(kustomize.NewCmdKustomize(s.streams))
			templates.ActsAsRootCommand(root, nil)
			root.SetArgs(append([]string{"kustomize"}, args...))
			return root.ExecuteContext(cmd.Context())
		},
	}
}
