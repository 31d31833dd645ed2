package kubectl

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// refusal is why a command may not run where what it wants of the machine is
// not the learner's.
type refusal string

func (r refusal) Error() string { return "not available here: " + string(r) }

// allowedCommands is what a restricted session may run: the paths of commands
// below kubectl, each with its subcommands. What is not listed is refused, so
// that a command which a later kubectl brings is refused until somebody has
// looked at it.
var allowedCommands = []string{
	"__complete", "__completeNoDesc", "annotate", "api-resources", "api-versions", "apply", "attach",
	"auth can-i", "auth whoami", "autoscale", "cluster-info", "completion",
	"config current-context", "config delete-context", "config get-clusters", "config get-contexts", "config get-users",
	"config rename-context", "config set-context", "config use-context", "config view",
	"cordon", "create", "delete", "describe", "drain", "events", "exec", "explain", "expose", "get", "help",
	"label", "logs", "options", "patch", "replace", "rollout", "run", "scale", "set", "taint", "top",
	"uncordon", "version", "wait",
}

// refusedCommands are parts of allowed ones that are not allowed, and the
// commands that learners are likely to try, each with its reason.
var refusedCommands = map[string]string{
	"apply edit-last-applied": "it starts an editor",
	"cluster-info dump":       "it can write files",
	"config":                  "it may name a file or a program of the machine",
	"cp":                      "it reads and writes files",
	"debug":                   "it can read files",
	"diff":                    "it starts a program",
	"edit":                    "it starts an editor; use apply, patch or set",
	"kustomize":               "it reads files",
	"plugin":                  "it starts programs",
	"port-forward":            "it listens on a port of the machine; curl from a pod, a node or outside instead",
	"proxy":                   "it listens on a port of the machine",
}

// allowedFlags is what a restricted session may say: flags whose value is
// never a file, a folder, an address or a program.
var allowedFlags = []string{
	"all", "all-containers", "all-namespaces", "all-pods", "allow-missing-template-keys", "annotation",
	"annotations", "api-group", "api-version", "as", "as-group", "as-uid", "as-user-extra", "attach", "cascade",
	"categories", "chunk-size", "class", "client", "cluster", "cluster-ip", "clusterip", "command", "container",
	"containers", "context", "cpu", "cpu-percent", "create-annotation", "current", "current-replicas", "default-backend",
	"delete-emptydir-data", "description", "detach-keys", "disable-compression", "disable-eviction", "dry-run",
	"env", "expose", "external-ip", "external-name", "field-manager", "field-selector", "filename", "flatten",
	"follow", "for", "force", "force-conflicts", "from", "from-literal", "grace-period", "ignore-daemonsets",
	"ignore-errors", "ignore-not-found", "image", "image-pull-policy", "insecure-skip-tls-verify-backend",
	"interactive", "keys", "label-columns", "labels", "leave-stdin-open", "limit-bytes", "limits", "list",
	"load-balancer-ip", "local", "log-flush-frequency", "match-server-version", "max", "max-depth",
	"max-log-requests", "memory", "merge", "min", "minify", "name", "namespace", "namespaced", "no-headers",
	"node-port", "now", "openapi-patch", "output", "output-patch", "output-watch-events", "override-type", "overrides",
	"overwrite", "patch", "pod-running-timeout", "pod-selector", "port", "prefix", "previous", "privileged",
	"protocol", "prune", "prune-allowlist", "quiet", "raw", "record", "recursive", "replicas",
	"request-timeout", "requests", "resolve", "resource", "resource-name", "resource-version", "restart",
	"revision", "rm", "rule", "save-config", "selector", "server-print", "server-side", "serviceaccount",
	"session-affinity", "show-capacity", "show-events", "show-kind", "show-labels", "show-managed-fields",
	"show-swap", "since", "since-time", "skip-wait-for-delete-timeout", "sort-by", "stdin", "subresource",
	"sum", "tail", "target-port", "tcp", "template", "timeout", "timestamps", "to-revision", "tty", "type",
	"types", "use-protocol-buffers", "user", "v", "validate", "verbs", "wait", "warnings-as-errors", "watch",
	"watch-only", "windows-line-endings",
}

// allow tells why a restricted session may not run this call, nil if it may.
func (s *session) allow(cmd *cobra.Command) error {
	path := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
	if path == "" || path == "edit" && s.options.Edit != nil {
		return allowFlags(cmd)
	}
	if !within(path, allowedCommands) || refusedCommands[path] != "" {
		return refusal("kubectl " + path + ": " + reason(path))
	}
	return allowFlags(cmd)
}

// reason is the refusal's of the longest known part of a command's path.
func reason(path string) string {
	for p := path; p != ""; p = p[:max(0, strings.LastIndexByte(p, ' '))] {
		if r := refusedCommands[p]; r != "" {
			return r
		}
	}
	return "it is not among the commands offered here"
}

// within tells whether a command's path is one of the allowed or below it.
func within(path string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return path == a || strings.HasPrefix(path, a+" ")
	})
}

func allowFlags(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if err != nil {
			return
		}
		if !slices.Contains(allowedFlags, f.Name) {
			err = refusal("the flag --" + f.Name + ": it may name a file, an address or a program of the machine")
			return
		}
		if readsFile(f) {
			err = refusal("--" + f.Name + "=" + f.Value.String() + ": it reads a file of the machine")
		}
	})
	return err
}

// readsFile tells whether an allowed flag has a value that names a file after
// all: an output format that takes its template from one.
func readsFile(f *pflag.Flag) bool {
	if f.Name != "output" {
		return false
	}
	format, _, _ := strings.Cut(f.Value.String(), "=")
	return strings.HasSuffix(format, "-file") || format == "templatefile"
}
