package dns

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// The limits that kubelet (pkg/apis/core/validation) and glibc put on a
// resolv.conf.
const (
	maxNameservers  = 3
	maxSearches     = 32
	maxSearchLength = 2048
)

// Conf is a client's resolv.conf.
type Conf struct {
	Nameservers []netip.Addr
	Search      []string
	Options     []string // ndots:5
}

// Ndots is how many dots make a name be tried as it stands first; 1 unless an
// option says otherwise.
func (c Conf) Ndots() int {
	for _, o := range c.Options {
		if v, ok := strings.CutPrefix(o, "ndots:"); ok {
			if n, err := strconv.Atoi(v); err == nil && n >= 0 {
				return min(n, 15) // RES_MAXNDOTS
			}
		}
	}
	return 1
}

// String is the file's text, in the order that container runtimes write.
func (c Conf) String() string {
	var b strings.Builder
	if len(c.Search) > 0 {
		b.WriteString("search " + strings.Join(c.Search, " ") + "\n")
	}
	for _, n := range c.Nameservers {
		b.WriteString("nameserver " + n.String() + "\n")
	}
	if len(c.Options) > 0 {
		b.WriteString("options " + strings.Join(c.Options, " ") + "\n")
	}
	return b.String()
}

// Kubelet is what a kubelet is set up with: --cluster-dns, --cluster-domain
// and the node's own resolv.conf.
type Kubelet struct {
	ClusterDNS []netip.Addr
	Domain     string
	Node       Conf
}

// PodConf is the resolv.conf that kubelet gives a pod, as its
// pkg/kubelet/network/dns does. A host-network pod with policy ClusterFirst
// gets the node's.
func (k Kubelet) PodConf(p *corev1.Pod) Conf {
	var c Conf
	policy := p.Spec.DNSPolicy
	clusterFirst := policy == corev1.DNSClusterFirstWithHostNet ||
		(policy == corev1.DNSClusterFirst || policy == "") && !p.Spec.HostNetwork
	switch {
	case policy == corev1.DNSNone:
	case clusterFirst && len(k.ClusterDNS) > 0:
		c = k.clusterFirst(p.Namespace)
	default:
		c = k.Node.clone()
	}
	if p.Spec.DNSConfig != nil {
		c.merge(p.Spec.DNSConfig)
	}
	c.limit()
	return c
}

func (k Kubelet) clusterFirst(namespace string) Conf {
	c := Conf{Nameservers: slices.Clone(k.ClusterDNS), Options: []string{"ndots:5"}}
	if domain := strings.TrimSuffix(k.Domain, "."); domain != "" {
		c.Search = []string{namespace + ".svc." + domain, "svc." + domain, domain}
	}
	c.Search = union(c.Search, k.Node.Search)
	return c
}

func (c Conf) clone() Conf {
	return Conf{slices.Clone(c.Nameservers), slices.Clone(c.Search), slices.Clone(c.Options)}
}

// merge adds a pod's dnsConfig: its options win, the rest comes after.
func (c *Conf) merge(d *corev1.PodDNSConfig) {
	for _, text := range d.Nameservers {
		if ip, err := netip.ParseAddr(text); err == nil {
			c.Nameservers = union(c.Nameservers, []netip.Addr{ip})
		}
	}
	c.Search = union(c.Search, d.Searches)
	for _, o := range d.Options {
		c.Options = slices.DeleteFunc(c.Options, func(have string) bool {
			name, _, _ := strings.Cut(have, ":")
			return name == o.Name
		})
		text := o.Name
		if o.Value != nil && *o.Value != "" {
			text += ":" + *o.Value
		}
		c.Options = append(c.Options, text)
	}
}

func (c *Conf) limit() {
	c.Nameservers = c.Nameservers[:min(len(c.Nameservers), maxNameservers)]
	c.Search = c.Search[:min(len(c.Search), maxSearches)]
	for len(strings.Join(c.Search, " ")) > maxSearchLength {
		c.Search = c.Search[:len(c.Search)-1]
	}
}

func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}

// NodeConf is the resolv.conf of nodes and outside hosts: they ask the outside
// resolver, without a search list.
func (z *Zone) NodeConf() Conf {
	var c Conf
	if ip, err := netip.ParseAddr(z.st.World.Upstream.Address); err == nil {
		c.Nameservers = []netip.Addr{ip}
	}
	return c
}

// ClusterDNS is the address of the Service kube-system/kube-dns. Where there
// is none, kubelets run without --cluster-dns.
func (z *Zone) ClusterDNS() (netip.Addr, bool) {
	s := z.st.Service("kube-system", "kube-dns")
	if s == nil {
		return netip.Addr{}, false
	}
	ip, err := netip.ParseAddr(s.Spec.ClusterIP)
	return ip, err == nil
}

// PodConf is the resolv.conf of a pod of this cluster.
func (z *Zone) PodConf(p *corev1.Pod) Conf {
	k := Kubelet{Domain: strings.TrimSuffix(z.domain, "."), Node: z.NodeConf()}
	if ip, ok := z.ClusterDNS(); ok {
		k.ClusterDNS = []netip.Addr{ip}
	}
	return k.PodConf(p)
}
