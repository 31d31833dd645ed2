// Package kubeproxy is kube-proxy of Kubernetes 1.37 as a pure function: from
// the Services and EndpointSlices of a cluster, and one packet that meets one
// node, to what that node's rules do with it.
//
//	rules := kubeproxy.New(st, kubeproxy.Config{Mode: world.IPTables})
//	d := rules.Decide(kubeproxy.Packet{
//		Node: "node-a", Source: podIP, To: netip.MustParseAddrPort("10.96.0.10:53"), Proto: corev1.ProtocolUDP,
//	})
//	// d.Verdict == kubeproxy.Deliver, d.Endpoints are the possible choices
//
// It follows pkg/proxy/{iptables,nftables}/proxier.go, topology.go and
// serviceport.go. How the packet came to the node, and what becomes of it
// behind the endpoint's address, is the network's business (package dataplane).
package kubeproxy
