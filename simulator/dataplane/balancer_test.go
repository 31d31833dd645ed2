package dataplane_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
)

// eks is a cluster behind AWS's balancers, with the Service or Ingress under
// test added to it.
const eks = `apiVersion: tutor/v1
kind: World
metadata: {name: eks}
spec:
  platform: eks
  nodesReachableFrom: [nodes]
  hosts:
  - {name: office, address: 203.0.113.7}
  - {name: home, address: 198.51.100.23}
  - {name: gateway, address: 192.168.0.60, network: nodes}
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
metadata: {name: web-a, namespace: default, labels: {app: web}}
spec: {nodeName: a, containers: [{name: web, ports: [{containerPort: 8080}]}]}
status: {phase: Running, podIP: 10.244.1.5, conditions: [{type: Ready, status: "True"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: default}
spec: {nodeName: b, containers: [{name: sh}]}
status: {phase: Running, podIP: 10.244.2.9}
---
`

const nlbName = "web-1.elb.eu-west-1.amazonaws.com"

// service is a LoadBalancer Service with a balancer, and more fields.
func nlb(annotations, spec string) string {
	return eks + `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
  annotations: {` + annotations + `}
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.20
  selector: {app: web}
  ports: [{port: 80, targetPort: 8080, nodePort: 30080}]
  ` + spec + `
status: {loadBalancer: {ingress: [{hostname: ` + nlbName + `}]}}
`
}

const (
	aws      = "service.beta.kubernetes.io/aws-load-balancer-"
	facing   = aws + "scheme: internet-facing, "
	ipMode   = aws + "nlb-target-type: ip, "
	preserve = aws + `target-group-attributes: "a=b, preserve_client_ip.enabled=true", `
	class    = "loadBalancerClass: service.k8s.aws/nlb"
	local    = class + "\n  externalTrafficPolicy: Local"
)

func parseState(tb testing.TB, manifest string) *state.State {
	tb.Helper()
	return settled(tb, simulatortest.Parse(tb, manifest))
}

func TestNetworkLoadBalancer(t *testing.T) {
	inside := cloud.Addresses(nlbName, true)[0].String()
	for _, c := range []struct {
		name, annotations, spec string
		from                    dataplane.Client
		internal                bool
		want                    dataplane.Outcome
		sources                 []string
	}{
		{"internal by default", "", class, dataplane.ExternalClient("office"), true, dataplane.Timeout, nil},
		{"internal, from the nodes' network", "", class, dataplane.ExternalClient("gateway"), true, dataplane.OK, []string{"192.168.0.10", "192.168.0.11"}},
		{"instances, Cluster: the node's address", facing, class, dataplane.ExternalClient("office"), false, dataplane.OK, []string{"192.168.0.10", "192.168.0.11"}},
		{"instances, Local: the client's", facing, local, dataplane.ExternalClient("office"), false, dataplane.OK, []string{"203.0.113.7"}},
		{"ip targets: the balancer's address", facing + ipMode, class, dataplane.ExternalClient("office"), false, dataplane.OK, []string{inside}},
		{"ip targets, client kept", facing + ipMode + preserve, class, dataplane.ExternalClient("office"), false, dataplane.OK, []string{"203.0.113.7"}},
		{"ranges let the office in", facing, class + "\n  loadBalancerSourceRanges: [203.0.113.0/24]", dataplane.ExternalClient("office"), false, dataplane.OK, []string{"192.168.0.10", "192.168.0.11"}},
		{"ranges keep home out", facing, class + "\n  loadBalancerSourceRanges: [203.0.113.0/24]", dataplane.ExternalClient("home"), false, dataplane.Timeout, nil},
		{"from a pod it leaves the cluster", facing + ipMode, class, dataplane.PodClient("default", "client"), false, dataplane.OK, []string{inside}},
		{"legacy Classic: a proxy, internet-facing", "", "", dataplane.ExternalClient("home"), false, dataplane.OK, []string{"192.168.0.10", "192.168.0.11"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := dataplane.New(parseState(t, nlb(c.annotations, c.spec)))
			to := netip.AddrPortFrom(cloud.Addresses(nlbName, c.internal)[0], 80)
			trace := net.Probe(dataplane.Packet{From: c.from, To: to})
			if trace.Outcome != c.want {
				t.Fatalf("%s, want %s: %+v", trace.Outcome, c.want, trace.Hops)
			}
			if got := texts(trace.Sources()); !cmp.Equal(got, c.sources) {
				t.Errorf("sources %v, want %v: %+v", got, c.sources, trace.Hops)
			}
			if trace.Last().Why == "" {
				t.Error("the last hop explains nothing")
			}
		})
	}
}

// A balancer sends to the nodes that are not labelled out; what is no boolean
// labels out too.
func TestNodesLabelledOut(t *testing.T) {
	both, one := []string{"192.168.0.10", "192.168.0.11"}, []string{"192.168.0.10"}
	for value, want := range map[string][]string{`"true"`: one, `""`: one, `"maybe"`: one, `"false"`: both} {
		cluster := strings.Replace(nlb(facing, class), "metadata: {name: b}", "metadata: {name: b, labels: {node.kubernetes.io/exclude-from-external-load-balancers: "+value+"}}", 1)
		trace := dataplane.New(parseState(t, cluster)).Probe(dataplane.Packet{From: dataplane.ExternalClient("office"), To: netip.AddrPortFrom(cloud.Addresses(nlbName, false)[0], 80)})
		if got := texts(trace.Sources()); !cmp.Equal(got, want) {
			t.Errorf("label %s: sources %v, want %v", value, got, want)
		}
	}
}

func texts(addrs []netip.Addr) []string {
	var all []string
	for _, a := range addrs {
		all = append(all, a.String())
	}
	slices.Sort(all)
	return all
}

func TestNodesBehindSecurityGroup(t *testing.T) {
	net := dataplane.New(parseState(t, nlb("", class)))
	for client, want := range map[string]dataplane.Outcome{"office": dataplane.Timeout, "gateway": dataplane.OK} {
		trace := net.Probe(dataplane.Packet{From: dataplane.ExternalClient(client), To: netip.MustParseAddrPort("192.168.0.10:30080")})
		if trace.Outcome != want {
			t.Errorf("%s at a node port: %s, want %s", client, trace.Outcome, want)
		}
	}
}

const albName = "shop-1.eu-west-1.elb.amazonaws.com"

func TestIngressBalancer(t *testing.T) {
	ingress := func(annotations, serviceType string) string {
		return eks + `apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec:
  type: ` + serviceType + `
  clusterIP: 10.96.0.20
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080` + map[string]string{"NodePort": ", nodePort: 30080"}[serviceType] + `}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: default, annotations: {` + annotations + `}}
spec:
  ingressClassName: alb
  rules:
  - host: shop.example.com
    http: {paths: [{path: /web, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}, {path: /lost, pathType: Prefix, backend: {service: {name: lost, port: {number: 80}}}}]}
status: {loadBalancer: {ingress: [{hostname: ` + albName + `}]}}
`
	}
	const scheme = "alb.ingress.kubernetes.io/scheme: internet-facing"
	for _, c := range []struct {
		name, annotations, serviceType, host, path string
		status                                     int
		pod                                        string
	}{
		{"ip targets", scheme + ", alb.ingress.kubernetes.io/target-type: ip", "ClusterIP", "shop.example.com", "/web/1", 0, "web-a"},
		{"instance targets", scheme, "NodePort", "shop.example.com:80", "/web", 0, "web-a"},
		{"instance targets without a node port", scheme, "ClusterIP", "shop.example.com", "/web", 503, ""},
		{"another path", scheme, "NodePort", "shop.example.com", "/", 404, ""},
		{"another host", scheme, "NodePort", "blog.example.com", "/web", 404, ""},
		{"no such Service", scheme, "NodePort", "shop.example.com", "/lost", 503, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := dataplane.New(parseState(t, ingress(c.annotations, c.serviceType)))
			to := netip.AddrPortFrom(cloud.Addresses(albName, false)[0], 80)
			trace := net.Probe(dataplane.Packet{From: dataplane.ExternalClient("home"), To: to, Host: c.host, Path: c.path})
			if trace.Outcome != dataplane.OK || len(trace.Backends) == 0 {
				t.Fatalf("%s: %+v", trace.Outcome, trace.Hops)
			}
			if b := trace.Backends[0]; b.Status != c.status || b.Pod.Name != c.pod {
				t.Errorf("met %+v, want status %d of pod %q", b, c.status, c.pod)
			}
		})
	}
}
