package kubectl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	apimachineryversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/kubectl/pkg/cmd/auth"
	"k8s.io/kubectl/pkg/cmd/cp"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/cmd/version"
	"k8s.io/kubectl/pkg/kuberc"
	utilcomp "k8s.io/kubectl/pkg/util/completion"
	"sigs.k8s.io/yaml"
)

// Version is the release that the linked kubectl is of. Its own build writes
// that in; a program that links it has to say.
const Version = "v1.37.2"

// kustomizeVersion is said where a build does not record its modules.
const kustomizeVersion = "v5.8.1"

// addGlobalFlags adds the flags that kubectl's root has beside those of the
// connection, so that `kubectl options` lists them and calls with them work.
func addGlobalFlags(flags *pflag.FlagSet) {
	flags.String("profile", "none", "Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)")
	flags.String("profile-output", "profile.pprof", "Name of the file to write the profile to")
	flags.Bool("warnings-as-errors", false, "Treat warnings received from the server as errors and exit with a non-zero exit code")
	kuberc.NewPreferences().AddFlags(flags)
	flags.Duration("log-flush-frequency", 5e9, "Maximum number of seconds between log flushes")
	flags.StringP("v", "v", "0", "number for the log level verbosity")
	flags.String("vmodule", "", "comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log format)")
}

// configPaths lets `kubectl config` see our file and no other.
func configPaths(path string) *clientcmd.PathOptions {
	return &clientcmd.PathOptions{
		GlobalFile:       path,
		ExplicitFileFlag: clientcmd.RecommendedConfigPathFlag,
		LoadingRules:     &clientcmd.ClientConfigLoadingRules{ExplicitPath: path},
	}
}

// alphaCommand is there and has nothing, as in kubectl.
func alphaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:    "alpha",
		Short:  "Commands for features in alpha",
		Hidden: true,
	}
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		cmd.PrintErrln("No alpha commands are available in this version of kubectl")
	})
	return cmd
}

// versionCommand is kubectl's, with the release said that the linked code does
// not know about itself.
func (s *session) versionCommand(f cmdutil.Factory) *cobra.Command {
	cmd := version.NewCmdVersion(f, s.streams)
	cmd.Run = func(cmd *cobra.Command, args []string) { cmdutil.CheckErr(s.printVersion(f, cmd, args)) }
	return cmd
}

func (s *session) printVersion(f cmdutil.Factory, cmd *cobra.Command, args []string) error {
	output := cmdutil.GetFlagString(cmd, "output")
	switch {
	case len(args) != 0:
		return fmt.Errorf("extra arguments: %v", args)
	case output != "" && output != "yaml" && output != "json":
		return errors.New(`--output must be 'yaml' or 'json'`)
	}
	v := version.Version{ClientVersion: clientVersion()}
	var known bool
	if v.KustomizeVersion, known = version.GetKustomizeModVersion(); !known {
		v.KustomizeVersion = kustomizeVersion
	}
	var serverErr error
	if !cmdutil.GetFlagBool(cmd, "client") {
		client, err := f.ToDiscoveryClient()
		if err != nil {
			return err
		}
		v.ServerVersion, serverErr = client.ServerVersion()
	}
	if err := s.writeVersion(v, output); err != nil {
		return err
	}
	return serverErr
}

func clientVersion() *apimachineryversion.Info {
	return &apimachineryversion.Info{
		Major: "1", Minor: "37", GitVersion: Version, GitTreeState: "clean",
		GoVersion: runtime.Version(), Compiler: runtime.Compiler, Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

func (s *session) writeVersion(v version.Version, output string) error {
	var b []byte
	var err error
	switch output {
	case "yaml":
		b, err = yaml.Marshal(v)
	case "json":
		b, err = json.MarshalIndent(v, "", "  ")
	default:
		var text strings.Builder
		fmt.Fprintf(&text, "Client Version: %s\nKustomize Version: %s", v.ClientVersion.GitVersion, v.KustomizeVersion)
		if v.ServerVersion != nil {
			fmt.Fprintf(&text, "\nServer Version: %s", v.ServerVersion.GitVersion)
		}
		b = []byte(text.String())
	}
	if err == nil {
		_, err = fmt.Fprintf(s.streams.Out, "%s\n", b)
	}
	return err
}

// authCommand is kubectl's, but for `auth can-i`, which ends the process by
// itself where the answer is no.
func (s *session) authCommand(f cmdutil.Factory) *cobra.Command {
	cmd := auth.NewCmdAuth(f, s.streams)
	canI, _, err := cmd.Find([]string{"can-i"})
	if err != nil || canI == cmd {
		return cmd
	}
	canI.Run = func(cmd *cobra.Command, args []string) {
		o := &auth.CanIOptions{
			IOStreams:     s.streams,
			AllNamespaces: cmdutil.GetFlagBool(cmd, "all-namespaces"),
			Quiet:         cmdutil.GetFlagBool(cmd, "quiet"),
			Subresource:   cmdutil.GetFlagString(cmd, "subresource"),
			List:          cmdutil.GetFlagBool(cmd, "list"),
			NoHeaders:     cmdutil.GetFlagBool(cmd, "no-headers"),
		}
		cmdutil.CheckErr(o.Complete(f, args))
		cmdutil.CheckErr(o.Validate())
		if o.List {
			cmdutil.CheckErr(o.RunAccessList())
			return
		}
		allowed, err := o.RunAccessCheck()
		cmdutil.CheckErr(err)
		if !allowed {
			panic(exit{code: 1})
		}
	}
	return cmd
}

// errNoTar is why nothing can be copied. kubectl itself would find out in a
// goroutine of its own, where its failure ends the process.
var errNoTar = errors.New("kubectl cp needs tar in the container, and containers of the simulated cluster have none; " +
	"use: kubectl exec POD -- cat FILE")

// cpCommand is kubectl's where the cluster is not the simulated one.
func (s *session) cpCommand(f cmdutil.Factory) *cobra.Command {
	cmd := cp.NewCmdCp(f, s.streams)
	run := cmd.Run
	cmd.Run = func(cmd *cobra.Command, args []string) {
		if !s.elsewhere() {
			cmdutil.CheckErr(errNoTar)
		}
		run(cmd, args)
	}
	return cmd
}

// isCompletion tells whether a shell asks how a command line goes on.
func isCompletion(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// completing guards the factory that kubectl's completers share.
var completing sync.Mutex

// complete answers a shell's question; kubectl's completers find the cluster
// through a package variable, so one is answered at a time.
func (s *session) complete(ctx context.Context, root *cobra.Command) int {
	completing.Lock()
	defer completing.Unlock()
	f := cmdutil.NewFactory(s.getter())
	utilcomp.SetFactoryForCompletion(f)
	defer utilcomp.SetFactoryForCompletion(nil)
	cmdutil.CheckErr(root.RegisterFlagCompletionFunc("namespace",
		func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
			return utilcomp.CompGetResource(f, "namespace", begun), cobra.ShellCompDirectiveNoFileComp
		}))
	if err := root.ExecuteContext(ctx); err != nil {
		return 1
	}
	return 0
}
