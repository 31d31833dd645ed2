package live

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/internal/kubectl"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Complete says how the last word of a line may go on: whole words, sorted,
// that begin with what stands there.
func (t *Terminal) Complete(ctx context.Context, line string) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := strings.LastIndexAny(line, "<>"); i > strings.LastIndexAny(line, "|;&\n") {
		return t.fileNames(strings.TrimLeft(line[i+1:], " "))
	}
	line = line[strings.LastIndexAny(line, "|;&\n(")+1:]
	words := strings.Fields(line)
	if line == "" || strings.HasSuffix(line, " ") || len(words) == 0 {
		words = append(words, "")
	}
	last := words[len(words)-1]
	var found []string
	switch {
	case len(words) == 1:
		found = append(shell.Tools(), "at", "kubectl", "edit")
	case words[0] == "at":
		found = t.cluster.clients()
	case words[0] == "kubectl" && len(words) > 2 && isFileFlag(words[len(words)-2]):
		return t.fileNames(last)
	case words[0] == "kubectl":
		found = t.askKubectl(ctx, words[1:])
	case slices.Contains(networkTools, words[0]):
		found = t.cluster.names()
	default:
		return t.fileNames(last)
	}
	found = slices.DeleteFunc(found, func(w string) bool { return !strings.HasPrefix(w, last) })
	slices.Sort(found)
	return slices.Compact(found)
}

// networkTools are called with names and addresses, all others with files.
var networkTools = []string{"curl", "dig", "getent", "host", "nc", "nslookup", "ping", "wget"}

func (t *Terminal) fileNames(begun string) []string {
	sh, err := t.shell(t.At(), t.lent[t.At()])
	if err != nil {
		return nil
	}
	return sh.FileNames(begun)
}

func isFileFlag(word string) bool { return word == "-f" || word == "--filename" }

// askKubectl has kubectl's own completer answer. Its answer is a word a line,
// with a description after a tab, and at the end a line of directives.
func (t *Terminal) askKubectl(ctx context.Context, words []string) []string {
	var out bytes.Buffer
	kubectl.Run(ctx, kubectl.Options{
		Handler: t.cluster, Config: t.cluster.config(), Cache: t.cluster.cache, Restricted: true,
		Streams: kubectl.Streams{In: strings.NewReader(""), Out: &out, Err: io.Discard},
	}, append([]string{"__complete"}, words...))
	var found []string
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if word != "" && !strings.HasPrefix(word, ":") && !strings.HasPrefix(word, "_activeHelp_") {
			found = append(found, word)
		}
	}
	return found
}

// clients are all that at can go to.
func (c *Cluster) clients() []string {
	st := c.cluster.State()
	var all []string
	for _, p := range st.Pods {
		if p.Status.Phase == corev1.PodRunning && p.Namespace != "kube-system" {
			all = append(all, dataplane.PodClient(p.Namespace, p.Name).String())
		}
	}
	for _, n := range st.Nodes {
		all = append(all, dataplane.NodeClient(n.Name).String())
	}
	for _, h := range st.World.Hosts {
		all = append(all, dataplane.ExternalClient(h.Name).String())
	}
	return all
}

// names are what tools such as curl and dig may be called with.
func (c *Cluster) names() []string {
	st := c.cluster.State()
	var all []string
	for _, s := range st.Services {
		all = append(all, s.Name, s.Name+"."+s.Namespace, s.Name+"."+s.Namespace+".svc.cluster.local", "http://"+s.Name)
	}
	for _, n := range st.Nodes {
		all = append(all, n.Name)
	}
	for _, n := range st.World.Upstream.Names {
		all = append(all, n.Name)
	}
	return all
}
