package dataplane_test

import (
	"github.com/kubetutor/tutor/simulator/dataplane"
	"net/netip"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/simulator/world"
)

// TestPoliciesSeePacketsWhereCalicoDoes: after a Service's translation, before
// masquerading on the pod's own node, after it from another.
func TestPoliciesSeePacketsWhereCalicoDoes(t *testing.T) {
	const cluster = `apiVersion: tutor/v1
kind: World
metadata: {name: policies}
spec:
  hosts: [{name: office, address: 203.0.113.7}]
---
apiVersion: v1
kind: Namespace
metadata: {name: production}
---
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.10}]}
---
apiVersion: v1
kind: Node
metadata: {name: b}
spec: {podCIDR: 10.244.2.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.11}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: production, labels: {app: api}}
spec: {nodeName: a, containers: [{name: api, ports: [{name: metrics, containerPort: 9091, protocol: TCP}]}]}
status: {phase: Running, podIP: 10.244.1.5, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: production, labels: {app: client}}
spec: {nodeName: b, containers: [{name: sh}]}
status: {phase: Running, podIP: 10.244.2.5}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: production}
spec:
  type: NodePort
  clusterIP: 10.96.0.20
  selector: {app: api}
  ports: [{name: metrics, port: 9090, targetPort: metrics, nodePort: 30090}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard, namespace: production}
spec:
`
	const onAPI = "  podSelector: {matchLabels: {app: api}}\n"
	pod, office, nodeA, nodeB := dataplane.PodClient("production", "client"), dataplane.ExternalClient("office"), dataplane.NodeClient("a"), dataplane.NodeClient("b")
	for _, c := range []struct {
		name, policy string
		from         dataplane.Client
		to           string
		want         dataplane.Outcome
	}{
		{"the pod's port, behind the Service's", onAPI + "  ingress: [{ports: [{port: 9091}]}]", pod, "10.96.0.20:9090", dataplane.OK},
		{"the Service's port is not seen", onAPI + "  ingress: [{ports: [{port: 9090}]}]", pod, "10.96.0.20:9090", dataplane.Timeout},
		{"by name", onAPI + "  ingress: [{ports: [{port: metrics}]}]", pod, "10.244.1.5:9091", dataplane.OK},
		{"the client's own label, kept by a cluster IP", onAPI + "  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]", pod, "10.96.0.20:9090", dataplane.OK},
		{"lost at a node port", onAPI + "  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]", pod, "192.168.0.11:30090", dataplane.Timeout},
		{"an outside client by another node is that node", onAPI + "  ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]", office, "192.168.0.11:30090", dataplane.Timeout},
		{"on the pod's own node it is itself", onAPI + "  ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]", office, "192.168.0.10:30090", dataplane.OK},
		{"a pod's node always reaches it", onAPI + "  ingress: []", nodeA, "10.244.1.5:9091", dataplane.OK},
		{"another node does not", onAPI + "  ingress: []", nodeB, "10.244.1.5:9091", dataplane.Timeout},
		{"egress is checked after translation", "  podSelector: {matchLabels: {app: client}}\n  egress: [{to: [{ipBlock: {cidr: 10.244.0.0/16}}]}]", pod, "10.96.0.20:9090", dataplane.OK},
		{"never against the cluster IP", "  podSelector: {matchLabels: {app: client}}\n  egress: [{to: [{ipBlock: {cidr: 10.96.0.0/16}}]}]", pod, "10.96.0.20:9090", dataplane.Timeout},
		{"egress to a node", "  podSelector: {matchLabels: {app: client}}\n  policyTypes: [Egress]", pod, "192.168.0.10:30090", dataplane.Timeout},
	} {
		t.Run(c.name, func(t *testing.T) {
			trace := dataplane.Probe(parseState(t, cluster+c.policy+"\n"), dataplane.Packet{From: c.from, To: netip.MustParseAddrPort(c.to)})
			if trace.Outcome != c.want {
				t.Fatalf("%s, want %s: %+v", trace.Outcome, c.want, trace.Hops)
			}
			if c.want == dataplane.Timeout && (trace.Last().Object.Kind != "NetworkPolicy" || !strings.Contains(trace.Last().Why, "guard")) {
				t.Errorf("the policy is not named: %+v", trace.Last())
			}
		})
	}
}

func TestMarshalTrace(t *testing.T) {
	net := dataplane.New(loadState(t, "../testdata/oracle/world.yaml", world.IPTables))
	ok, err := net.Probe(recorded{Client: "pod:debug-a", To: "10.96.10.79:53", Proto: "udp"}.packet(t)).MarshalJSON()
	if err != nil || !strings.HasPrefix(string(ok), `{"outcome":"ok","backends":["dns-b2:53"],"sources":["10.244.1.100"],"trace":[{`) {
		t.Errorf("%s, %v", ok, err)
	}
	unknown, err := net.Probe(dataplane.Packet{From: dataplane.PodClient("production", "nobody"), To: netip.MustParseAddrPort("10.96.10.79:53")}).MarshalJSON()
	if err != nil || !strings.HasPrefix(string(unknown), `{"error":`) {
		t.Errorf("%s, %v", unknown, err)
	}
}
