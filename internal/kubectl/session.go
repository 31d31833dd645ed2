package kubectl

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// session is one command's run: its streams, its connection and what must be
// cleaned up after it.
type session struct {
	options   Options
	streams   genericiooptions.IOStreams
	warnings  *warningCounter
	flags     *genericclioptions.ConfigFlags
	transport *handlerTransport
	stream    *streamServer // nil unless the command streams
	cache     *Cache
	staged    *stage
}

func newSession(ctx context.Context, o Options) *session {
	s := &session{options: o, transport: newHandlerTransport(ctx, o.Handler)}
	s.staged = newStage(o)
	if s.cache = o.Cache; s.cache == nil {
		s.cache = NewCache()
	}
	s.streams = genericiooptions.IOStreams{
		In:     o.Streams.In,
		Out:    o.Streams.Out,
		ErrOut: s.staged.writer(o.Streams.Err),
	}
	s.warnings = newWarningCounter(s.streams.ErrOut)
	s.flags = genericclioptions.NewConfigFlags(true).WithDeprecatedPasswordFlag().
		WithDiscoveryBurst(300).WithDiscoveryQPS(50).WithWarningPrinter(s.streams)
	return s
}

func (s *session) close() {
	s.transport.close()
	if s.stream != nil {
		s.stream.close()
	}
	s.staged.close()
}

// elsewhere tells whether the learner named another cluster with --kubeconfig.
func (s *session) elsewhere() bool {
	return !s.options.Restricted && *s.flags.KubeConfig != "" && *s.flags.KubeConfig != s.options.Config
}

// getter gives kubectl its configuration: the simulated cluster's, unless the
// learner named another with --kubeconfig.
type getter struct {
	*genericclioptions.ConfigFlags
	s         *session
	discovery discovery.CachedDiscoveryInterface
	mapper    meta.RESTMapper
}

func (s *session) getter() *getter { return &getter{ConfigFlags: s.flags, s: s} }

// ToRawKubeConfigLoader reads our kubeconfig and nothing else, with the flags
// of the call on top.
func (g *getter) ToRawKubeConfigLoader() clientcmd.ClientConfig {
	if g.s.elsewhere() {
		return g.ConfigFlags.ToRawKubeConfigLoader()
	}
	overrides := &clientcmd.ConfigOverrides{
		Context: clientcmdContext(*g.Namespace),
		Timeout: *g.Timeout,
	}
	overrides.CurrentContext = *g.Context
	overrides.AuthInfo.Impersonate = *g.Impersonate
	rules := &clientcmd.ClientConfigLoadingRules{ExplicitPath: g.s.options.Config}
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
}

// ToRESTConfig points the client at the handler.
func (g *getter) ToRESTConfig() (*rest.Config, error) {
	config, err := g.ToRawKubeConfigLoader().ClientConfig()
	if err != nil {
		return nil, err
	}
	config.WarningHandlerWithContext = g.s.warnings
	if g.s.elsewhere() {
		return config, nil
	}
	config.TLSClientConfig = rest.TLSClientConfig{}
	config.Transport = g.s.transport
	config.QPS = -1
	if g.s.stream != nil {
		config.Host = g.s.stream.url()
		config.BearerToken = g.s.stream.token
	}
	return config, nil
}

// ToDiscoveryClient keeps what it learns in memory: a simulated cluster
// answers faster than a disk.
func (g *getter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	if g.s.elsewhere() {
		return g.ConfigFlags.ToDiscoveryClient()
	}
	if g.discovery == nil {
		config, err := g.ToRESTConfig()
		if err != nil {
			return nil, err
		}
		client, err := discovery.NewDiscoveryClientForConfig(config)
		if err != nil {
			return nil, err
		}
		g.discovery = orderedDiscovery{memory.NewMemCacheClient(client)}
	}
	return g.discovery, nil
}

// orderedDiscovery hides that the cache in memory could hand out all groups at
// once: it does so in the random order of a map, and `get all` would show the
// kinds in it. Asked group by group it keeps the server's order, as kubectl's
// own cache on the disk does.
type orderedDiscovery struct {
	discovery.CachedDiscoveryInterface
}

func (d orderedDiscovery) ServerGroupsAndResources() ([]*metav1.APIGroup, []*metav1.APIResourceList, error) {
	return discovery.ServerGroupsAndResources(d)
}

// ToRESTMapper maps names such as svc to resources.
func (g *getter) ToRESTMapper() (meta.RESTMapper, error) {
	if g.s.elsewhere() {
		return g.ConfigFlags.ToRESTMapper()
	}
	if g.mapper == nil {
		client, err := g.ToDiscoveryClient()
		if err != nil {
			return nil, err
		}
		warn := printers.NewWarningPrinter(g.s.streams.ErrOut, printers.WarningPrinterOptions{})
		g.mapper = restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(client), client, warn.Print)
	}
	return g.mapper, nil
}

// WriteConfig makes the kubeconfig file for [Options] at path, unless there is
// one already. server is what `kubectl config view` shows.
func WriteConfig(path, server string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the kubeconfig: %w", err)
	}
	if err := clientcmd.WriteToFile(*newConfig(server), path); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return nil
}

// warningCounter prints the server's warnings, each once, and counts them.
type warningCounter struct {
	rest.WarningHandlerWithContext
	count func() int
}

func newWarningCounter(w io.Writer) *warningCounter {
	writer := rest.NewWarningWriter(w, rest.WarningWriterOptions{Deduplicate: true, Color: printers.AllowsColorOutput(w)})
	return &warningCounter{withContext{writer}, writer.WarningCount}
}

type withContext struct{ rest.WarningHandler }

func (h withContext) HandleWarningHeaderWithContext(_ context.Context, code int, agent, message string) {
	h.HandleWarningHeader(code, agent, message)
}

var _ http.RoundTripper = (*handlerTransport)(nil)
