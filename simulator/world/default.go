package world

// Default fills in what the World object leaves out. Where a file has no World
// object at all, the hosts and names are those of the recorded clusters
// (testdata of dataplane, dns and shell).
func (w *World) Default(declared bool) {
	s := &w.Spec
	or(&s.Platform, BareMetal)
	or(&s.ProxyMode, IPTables)
	or(&s.PodLinks, Routed)
	or(&s.ServiceCIDR, "10.96.0.0/16")
	or(&s.PodCIDR, "10.244.0.0/16")
	or(&s.NodePortRange, "30000-32767")
	or(&s.ClusterDomain, "cluster.local")
	if !declared {
		s.Hosts = recordedHosts(w.nodeNames())
		s.Upstream.Names = []Name{{Name: "api.stripe.com", Addresses: []string{"54.187.174.169"}}}
	}
	if len(s.NodesReachableFrom) == 0 {
		s.NodesReachableFrom = []Network{NodeNetwork, Internet}
	}
	for i := range s.Hosts {
		or(&s.Hosts[i].Network, Internet)
	}
	for i := range s.Upstream.Names {
		or(&s.Upstream.Names[i].TTL, 3600)
	}
	w.defaultUpstream(declared)
}

// defaultUpstream gives a world with a cluster DNS Service the resolver that
// stands behind it. A recorded world without that Service had none: what it
// did not know was SERVFAIL.
func (w *World) defaultUpstream(declared bool) {
	u := &w.Spec.Upstream
	if declared || w.hasClusterDNS() {
		or(&u.Address, "192.168.0.1")
		or(&u.Otherwise, "NXDOMAIN")
		return
	}
	or(&u.Otherwise, "SERVFAIL")
}

// recordedHosts are the outside hosts of the recorded clusters.
func recordedHosts(nodes []string) []Host {
	at := func(i int) string {
		if i < len(nodes) {
			return nodes[i]
		}
		return ""
	}
	return []Host{
		{Name: "laptop", Address: "203.0.113.10", Network: Internet, ArrivesAt: at(0)},
		{Name: "laptop-b", Address: "203.0.113.11", Network: Internet, ArrivesAt: at(1)},
		{Name: "laptop-c", Address: "203.0.113.12", Network: Internet, ArrivesAt: at(2)},
		{Name: "office", Address: "198.18.0.5", Network: Internet, ArrivesAt: at(0)},
	}
}

func or[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}
