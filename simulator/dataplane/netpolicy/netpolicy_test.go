package netpolicy_test

import (
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/kubetutor/tutor/simulator/dataplane/netpolicy"
	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

func pod(namespace, name, ip string, ports ...corev1.ContainerPort) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": name}}}
	p.Status.PodIP = ip
	p.Spec.Containers = []corev1.Container{{Ports: ports}}
	return p
}

var (
	api        = pod("production", "api", "10.244.1.5", corev1.ContainerPort{Name: "metrics", ContainerPort: 9091})
	web        = pod("production", "web", "10.244.1.6")
	prometheus = pod("monitoring", "prometheus", "10.244.2.7")
	outside    = netip.MustParseAddr("203.0.113.7")
)

func peerOf(p *corev1.Pod) netpolicy.Peer {
	return netpolicy.Peer{Pod: p, Addr: netip.MustParseAddr(p.Status.PodIP)}
}

func policies(t *testing.T, specs ...string) *netpolicy.Policies {
	t.Helper()
	objects := []runtime.Object{
		api, web, prometheus,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "monitoring", Labels: map[string]string{"team": "sre"}}},
	}
	for _, s := range specs {
		np := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "production", Name: "p"}}
		if err := yaml.UnmarshalStrict([]byte(s), &np.Spec); err != nil {
			t.Fatal(err)
		}
		objects = append(objects, np)
	}
	return netpolicy.New(state.New(&world.Spec{}, objects))
}

func TestIngress(t *testing.T) {
	const onAPI = "podSelector: {matchLabels: {app: api}}\n"
	tcp, udp := corev1.ProtocolTCP, corev1.ProtocolUDP
	for _, c := range []struct {
		name, spec string
		from       netpolicy.Peer
		port       uint16
		proto      corev1.Protocol
		want       bool
	}{
		{"no policy selects the pod", "podSelector: {matchLabels: {app: other}}", peerOf(web), 9091, tcp, true},
		{"default deny", "podSelector: {}", peerOf(web), 9091, tcp, false},
		{"default deny of egress leaves ingress open", "podSelector: {}\npolicyTypes: [Egress]", peerOf(web), 9091, tcp, true},
		{"an empty rule lets all in", onAPI + "ingress: [{}]", netpolicy.Peer{Addr: outside}, 1, udp, true},
		{"pods of the same namespace", onAPI + "ingress: [{from: [{podSelector: {}}]}]", peerOf(web), 9091, tcp, true},
		{"no other namespace by a podSelector", onAPI + "ingress: [{from: [{podSelector: {}}]}]", peerOf(prometheus), 9091, tcp, false},
		{"a namespace by its name", onAPI + "ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]}]", peerOf(prometheus), 9091, tcp, true},
		{"a namespace by a label", onAPI + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: sre}}}]}]", peerOf(prometheus), 9091, tcp, true},
		{"both selectors together", onAPI + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: sre}}, podSelector: {matchLabels: {app: web}}}]}]", peerOf(prometheus), 9091, tcp, false},
		{"either of two peers", onAPI + "ingress: [{from: [{namespaceSelector: {matchLabels: {team: sre}}}, {podSelector: {matchLabels: {app: web}}}]}]", peerOf(web), 9091, tcp, true},
		{"port by name is the pod's", onAPI + "ingress: [{ports: [{port: metrics}]}]", peerOf(web), 9091, tcp, true},
		{"port by name, another number", onAPI + "ingress: [{ports: [{port: metrics}]}]", peerOf(web), 9090, tcp, false},
		{"protocol is TCP unless said", onAPI + "ingress: [{ports: [{port: 9091}]}]", peerOf(web), 9091, udp, false},
		{"all ports of a protocol", onAPI + "ingress: [{ports: [{protocol: UDP}]}]", peerOf(web), 53, udp, true},
		{"a range of ports", onAPI + "ingress: [{ports: [{port: 9000, endPort: 9100}]}]", peerOf(web), 9091, tcp, true},
		{"beyond the range", onAPI + "ingress: [{ports: [{port: 9000, endPort: 9090}]}]", peerOf(web), 9091, tcp, false},
		{"a network", onAPI + "ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]", netpolicy.Peer{Addr: outside}, 9091, tcp, true},
		{"all but one", onAPI + "ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}}]}]", netpolicy.Peer{Addr: outside}, 9091, tcp, false},
		{"pods' addresses are in networks too", onAPI + "ingress: [{from: [{ipBlock: {cidr: 10.244.0.0/16}}]}]", peerOf(prometheus), 9091, tcp, true},
		{"selectors match no address outside", onAPI + "ingress: [{from: [{namespaceSelector: {}}]}]", netpolicy.Peer{Addr: outside}, 9091, tcp, false},
		{"a pod reaches itself", "podSelector: {}", peerOf(api), 9091, tcp, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := policies(t, c.spec).Ingress(api, c.from, c.port, c.proto)
			if v.Allowed != c.want {
				t.Errorf("allowed: %v, want %v", v.Allowed, c.want)
			}
			if !v.Allowed && v.By == nil {
				t.Error("no policy is named")
			}
		})
	}
}

func TestEgress(t *testing.T) {
	for _, c := range []struct {
		name, spec string
		to         netpolicy.Peer
		port       uint16
		want       bool
	}{
		{"ingress rules alone leave it open", "podSelector: {}\ningress: [{}]", netpolicy.Peer{Addr: outside}, 443, true},
		{"rules for it close the rest", "podSelector: {}\negress: [{to: [{podSelector: {matchLabels: {app: api}}}]}]", netpolicy.Peer{Addr: outside}, 443, false},
		{"to a pod", "podSelector: {}\negress: [{to: [{podSelector: {matchLabels: {app: api}}}]}]", peerOf(api), 9091, true},
		{"a port's name is the listener's", "podSelector: {}\negress: [{ports: [{port: metrics}]}]", peerOf(api), 9091, true},
		{"nobody outside has named ports", "podSelector: {}\negress: [{ports: [{port: metrics}]}]", netpolicy.Peer{Addr: outside}, 9091, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if v := policies(t, c.spec).Egress(web, c.to, c.port, corev1.ProtocolTCP); v.Allowed != c.want {
				t.Errorf("allowed: %v, want %v", v.Allowed, c.want)
			}
		})
	}
}

func TestPoliciesAdd(t *testing.T) {
	ps := policies(t, "podSelector: {}", "podSelector: {}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]")
	if v := ps.Ingress(api, peerOf(web), 1, corev1.ProtocolTCP); !v.Allowed {
		t.Error("one policy that allows is enough")
	}
	if v := ps.Ingress(api, peerOf(prometheus), 1, corev1.ProtocolTCP); v.Allowed {
		t.Error("nobody else gets in")
	}
}
