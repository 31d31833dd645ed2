package kubectl

import (
	"github.com/spf13/cobra"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubectl/pkg/cmd/annotate"
	"k8s.io/kubectl/pkg/cmd/apiresources"
	"k8s.io/kubectl/pkg/cmd/attach"
	"k8s.io/kubectl/pkg/cmd/autoscale"
	"k8s.io/kubectl/pkg/cmd/certificates"
	"k8s.io/kubectl/pkg/cmd/clusterinfo"
	"k8s.io/kubectl/pkg/cmd/completion"
	cmdconfig "k8s.io/kubectl/pkg/cmd/config"
	"k8s.io/kubectl/pkg/cmd/create"
	"k8s.io/kubectl/pkg/cmd/debug"
	"k8s.io/kubectl/pkg/cmd/delete"
	"k8s.io/kubectl/pkg/cmd/describe"
	"k8s.io/kubectl/pkg/cmd/diff"
	"k8s.io/kubectl/pkg/cmd/drain"
	"k8s.io/kubectl/pkg/cmd/events"
	"k8s.io/kubectl/pkg/cmd/exec"
	"k8s.io/kubectl/pkg/cmd/explain"
	"k8s.io/kubectl/pkg/cmd/expose"
	"k8s.io/kubectl/pkg/cmd/get"
	"k8s.io/kubectl/pkg/cmd/label"
	"k8s.io/kubectl/pkg/cmd/logs"
	"k8s.io/kubectl/pkg/cmd/options"
	"k8s.io/kubectl/pkg/cmd/patch"
	"k8s.io/kubectl/pkg/cmd/plugin"
	"k8s.io/kubectl/pkg/cmd/portforward"
	"k8s.io/kubectl/pkg/cmd/proxy"
	"k8s.io/kubectl/pkg/cmd/replace"
	"k8s.io/kubectl/pkg/cmd/rollout"
	"k8s.io/kubectl/pkg/cmd/run"
	"k8s.io/kubectl/pkg/cmd/scale"
	"k8s.io/kubectl/pkg/cmd/set"
	"k8s.io/kubectl/pkg/cmd/taint"
	"k8s.io/kubectl/pkg/cmd/top"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/cmd/wait"
	utilcomp "k8s.io/kubectl/pkg/util/completion"
	"k8s.io/kubectl/pkg/util/templates"
)

// rootCommand is kubectl's tree of commands. It is put together from the
// commands' own constructors, since kubectl's for the whole keeps state in
// package variables and so cannot run twice at once.
func (s *session) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "kubectl",
		Short: "kubectl controls the Kubernetes cluster manager",
		Long: templates.LongDesc(`
      kubectl controls the Kubernetes cluster manager.

      Find more information at:
            https://kubernetes.io/docs/reference/kubectl/`),
		Run:               func(cmd *cobra.Command, _ []string) { cmd.Help() },
		PersistentPreRunE: s.before,
	}
	root.SetIn(s.streams.In)
	root.SetOut(s.streams.Out)
	root.SetErr(s.streams.ErrOut)
	root.SetGlobalNormalizationFunc(cliflag.WarnWordSepNormalizeFunc)
	addGlobalFlags(root.PersistentFlags())

	config := s.getter()
	s.flags.AddFlags(root.PersistentFlags())
	*s.flags.KubeConfig = s.options.Config
	root.PersistentFlags().Lookup("kubeconfig").DefValue = ""
	matchVersion := cmdutil.NewMatchVersionFlags(config)
	matchVersion.AddFlags(root.PersistentFlags())
	f := &factory{cmdutil.NewFactory(matchVersion), s}

	groups := s.groups(f)
	groups.Add(root)
	alpha := alphaCommand()
	root.AddCommand(alpha)
	templates.ActsAsRootCommand(root, []string{"options", alpha.Name()}, groups...)
	root.AddCommand(
		cmdconfig.NewCmdConfig(f, configPaths(s.options.Config), s.streams),
		plugin.NewCmdPlugin(s.streams),
		s.versionCommand(f),
		apiresources.NewCmdAPIVersions(f, s.streams),
		apiresources.NewCmdAPIResources(f, s.streams),
		options.NewCmdOptions(s.streams.Out),
	)
	root.SetGlobalNormalizationFunc(cliflag.WordSepNormalizeFunc)
	root.SilenceErrors, root.SilenceUsage = true, true
	return root
}

// groups are the commands in the order and under the headings of kubectl's help.
func (s *session) groups(f cmdutil.Factory) templates.CommandGroups {
	io := s.streams
	getCmd := get.NewCmdGet("kubectl", f, io)
	getCmd.ValidArgsFunction = utilcomp.ResourceTypeAndNameCompletionFunc(f)
	debugCmd := debug.NewCmdDebug(f, io)
	debugCmd.ValidArgsFunction = utilcomp.ResourceTypeAndNameCompletionFunc(f)
	group := func(heading string, commands ...*cobra.Command) templates.CommandGroup {
		return templates.CommandGroup{Message: heading, Commands: commands}
	}
	return templates.CommandGroups{
		group("Basic Commands (Beginner):",
			create.NewCmdCreate(f, io), expose.NewCmdExposeService(f, io), run.NewCmdRun(f, io), set.NewCmdSet(f, io)),
		group("Basic Commands (Intermediate):",
			explain.NewCmdExplain("kubectl", f, io), getCmd, s.editCommand(f), delete.NewCmdDelete(f, io)),
		group("Deploy Commands:",
			rollout.NewCmdRollout("kubectl", f, io), scale.NewCmdScale(f, io), autoscale.NewCmdAutoscale(f, io)),
		group("Cluster Management Commands:",
			certificates.NewCmdCertificate(f, io), clusterinfo.NewCmdClusterInfo(f, io), top.NewCmdTop(f, io),
			drain.NewCmdCordon(f, io), drain.NewCmdUncordon(f, io), drain.NewCmdDrain(f, io), taint.NewCmdTaint(f, io)),
		group("Troubleshooting and Debugging Commands:",
			describe.NewCmdDescribe("kubectl", f, io), logs.NewCmdLogs(f, io), attach.NewCmdAttach(f, io),
			exec.NewCmdExec(f, io), portforward.NewCmdPortForward(f, io), proxy.NewCmdProxy(f, io), s.cpCommand(f),
			s.authCommand(f), debugCmd, events.NewCmdEvents(f, io)),
		group("Advanced Commands:",
			diff.NewCmdDiff(f, io), s.applyCommand(f), patch.NewCmdPatch(f, io),
			replace.NewCmdReplace(f, io), wait.NewCmdWait(f, io), s.kustomizeCommand()),
		group("Settings Commands:",
			label.NewCmdLabel(f, io), annotate.NewCmdAnnotate("kubectl", f, io), completion.NewCmdCompletion(io.Out, "")),
	}
}

// before runs between parsing and running a command: it refuses what is not
// allowed here, lends the command its files and opens what it streams through.
func (s *session) before(cmd *cobra.Command, args []string) error {
	if s.options.Restricted {
		if err := s.allow(cmd); err != nil {
			return err
		}
	}
	if err := s.takeTerminal(cmd); err != nil {
		return err
	}
	for _, name := range []string{"filename", "patch-file"} {
		if flag := cmd.Flags().Lookup(name); flag != nil {
			if err := s.staged.replace(flag); err != nil {
				return err
			}
		}
	}
	if streams(topCommand(cmd)) && !s.elsewhere() {
		server, err := newStreamServer(s.options.Handler)
		if err != nil {
			return err
		}
		s.stream = server
	}
	return nil
}

// takeTerminal keeps a command that asks for a terminal from looking for one
// itself: it would find that its input is no file.
func (s *session) takeTerminal(cmd *cobra.Command) error {
	if s.options.Terminal == nil || s.elsewhere() {
		return nil
	}
	in, tty := cmd.Flags().Lookup("stdin"), cmd.Flags().Lookup("tty")
	if in == nil || tty == nil || in.Value.String() != "true" || tty.Value.String() != "true" {
		return nil
	}
	s.options.Terminal()
	return tty.Value.Set("false")
}

// topCommand is the name of the command right below kubectl.
func topCommand(cmd *cobra.Command) string {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return cmd.Name()
}
