package dataplane

import (
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/state"
)

// ClientKind is where a client stands.
type ClientKind string

// The kinds of client.
const (
	Pod      ClientKind = "pod"
	Node     ClientKind = "node"     // a process on a node's own network
	External ClientKind = "external" // a host outside the cluster
)

// Client is who sends a packet.
type Client struct {
	Kind      ClientKind
	Namespace string // of a pod
	Name      string
}

// PodClient is the pod of that name as a client.
func PodClient(namespace, name string) Client { return Client{Pod, namespace, name} }

// NodeClient is a process on the node of that name.
func NodeClient(name string) Client { return Client{Kind: Node, Name: name} }

// ExternalClient is the outside host of that name.
func ExternalClient(name string) Client { return Client{Kind: External, Name: name} }

// DefaultNamespace is where a client pod is looked for when none is named.
const DefaultNamespace = "production"

// ParseClient reads pod:NAME, pod:NAMESPACE/NAME, node:NAME or external:NAME.
// A pod without a namespace is in the one given, or in [DefaultNamespace] when
// that is empty.
func ParseClient(text, namespace string) (Client, error) {
	if namespace == "" {
		namespace = DefaultNamespace
	}
	kind, name, _ := strings.Cut(text, ":")
	c := Client{Kind: ClientKind(kind), Name: name}
	switch c.Kind {
	case Pod:
		c.Namespace = namespace
		if ns, pod, found := strings.Cut(name, "/"); found {
			c.Namespace, c.Name = ns, pod
		}
	case Node, External:
	default:
		return Client{}, fmt.Errorf("client %q: want pod:NAME, pod:NAMESPACE/NAME, node:NAME or external:NAME", text)
	}
	if c.Name == "" || c.Kind == Pod && c.Namespace == "" || strings.Contains(c.Name, "/") {
		return Client{}, fmt.Errorf("client %q: want pod:NAME, pod:NAMESPACE/NAME, node:NAME or external:NAME", text)
	}
	return c, nil
}

// String is the form that [ParseClient] reads.
func (c Client) String() string {
	if c.Kind == Pod {
		return "pod:" + state.Name{Namespace: c.Namespace, Name: c.Name}.String()
	}
	return string(c.Kind) + ":" + c.Name
}

// MarshalText writes the form that [ParseClient] reads.
func (c Client) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what [ParseClient] reads.
func (c *Client) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClient(string(text), "")
	return err
}

// ParseProtocol reads tcp, udp or sctp in any case; empty is tcp.
func ParseProtocol(text string) (corev1.Protocol, error) {
	switch p := corev1.Protocol(strings.ToUpper(text)); p {
	case "":
		return corev1.ProtocolTCP, nil
	case corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP:
		return p, nil
	}
	return "", fmt.Errorf("protocol %q: want tcp, udp or sctp", text)
}

// ParseTarget reads ADDRESS:PORT.
func ParseTarget(text string) (netip.AddrPort, error) {
	to, err := netip.ParseAddrPort(text)
	if err != nil || to.Port() == 0 || to.Addr().Zone() != "" {
		return netip.AddrPort{}, fmt.Errorf("target %q: want ADDRESS:PORT with a port from 1 to 65535, such as 10.96.0.10:53", text)
	}
	return netip.AddrPortFrom(to.Addr().Unmap(), to.Port()), nil
}

// Packet is the first packet of a connection (or of a UDP exchange).
type Packet struct {
	From  Client
	To    netip.AddrPort
	Proto corev1.Protocol // TCP unless set
	// Name is what the client called the target before it was resolved; the
	// trace starts with it. Empty where it dialled the address itself.
	Name string
	// ArrivesAt names the node at which an outside host's packet to a load
	// balancer's address or an external IP arrives, where that is not the one
	// its host has.
	ArrivesAt string
	// Host and Path are of an HTTP request, for balancers that look into it
	// (Ingress). A balancer of connections does not see them.
	Host, Path string
}
