package simulator_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

const factsWorld = `apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.10}]}
`

// patchService merges a patch into Service default/s and returns what the
// server said, empty where it agreed.
func patchService(t *testing.T, c *simulator.Cluster, patch string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPatch, "/api/v1/namespaces/default/services/s", strings.NewReader(patch))
	r.Header.Set("Content-Type", "application/merge-patch+json")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	if w.Code < 400 {
		return ""
	}
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestChangesOfType is what was measured with the real storage: what becomes of
// a Service's address, ports and status as its type changes (each a patch of
// the fields named alone).
func TestChangesOfType(t *testing.T) {
	const (
		clusterIP = "{clusterIP: 10.96.50.1, ports: [{name: http, port: 80}]}"
		nodePort  = "{type: NodePort, clusterIP: 10.96.50.1, ports: [{name: http, port: 80, nodePort: 30500}]}"
		balancer  = "{type: LoadBalancer, clusterIP: 10.96.50.1, ports: [{name: http, port: 80, nodePort: 30500}]}"
		local     = "{type: LoadBalancer, externalTrafficPolicy: Local, clusterIP: 10.96.50.1, ports: [{name: http, port: 80, nodePort: 30500}]}"
		headless  = "{clusterIP: None, selector: {app: x}, ports: [{name: http, port: 80}]}"
		external  = "{type: ExternalName, externalName: example.com}"
		status    = "\nstatus: {loadBalancer: {ingress: [{ip: 198.51.100.9}]}}"
	)
	kept := func(s *corev1.Service) bool { return s.Spec.ClusterIP == "10.96.50.1" }
	port := func(s *corev1.Service) int32 { return s.Spec.Ports[0].NodePort }
	for _, f := range []struct {
		name, spec, patch string
		refused           string // a part of the answer
		holds             func(*corev1.Service) bool
	}{
		{"ClusterIP to NodePort", clusterIP, `{"spec":{"type":"NodePort"}}`, "", func(s *corev1.Service) bool {
			return kept(s) && port(s) >= 30000 && s.Spec.ExternalTrafficPolicy == "Cluster"
		}},
		{"ClusterIP to LoadBalancer", clusterIP, `{"spec":{"type":"LoadBalancer"}}`, "", func(s *corev1.Service) bool {
			return kept(s) && port(s) >= 30000 && *s.Spec.AllocateLoadBalancerNodePorts && s.Spec.HealthCheckNodePort == 0
		}},
		{"ClusterIP to ExternalName", clusterIP, `{"spec":{"type":"ExternalName","externalName":"x.example"}}`, "", func(s *corev1.Service) bool {
			return s.Spec.ClusterIP == "" && s.Spec.ClusterIPs == nil && s.Spec.IPFamilies == nil && len(s.Spec.Ports) == 1
		}},
		{"ClusterIP to headless", clusterIP, `{"spec":{"clusterIP":"None","clusterIPs":["None"]}}`, "may not change once set", nil},
		{"headless to an address", headless, `{"spec":{"clusterIP":"10.96.50.2","clusterIPs":["10.96.50.2"]}}`, "may not change once set", nil},
		{"headless to NodePort", headless, `{"spec":{"type":"NodePort"}}`, "may not be set to 'None' for NodePort services", nil},
		{"headless to LoadBalancer", headless, `{"spec":{"type":"LoadBalancer"}}`, "may not be set to 'None' for LoadBalancer services", nil},
		{"headless to ExternalName", headless, `{"spec":{"type":"ExternalName","externalName":"x.example"}}`, "", func(s *corev1.Service) bool { return s.Spec.ClusterIP == "" }},
		{"NodePort to ClusterIP", nodePort, `{"spec":{"type":"ClusterIP"}}`, "", func(s *corev1.Service) bool {
			return kept(s) && port(s) == 0 && s.Spec.ExternalTrafficPolicy == ""
		}},
		{"NodePort to ClusterIP with another node port", nodePort, `{"spec":{"type":"ClusterIP","ports":[{"name":"http","port":80,"nodePort":30501}]}}`, "may not be used when `type` is 'ClusterIP'", nil},
		{"NodePort to LoadBalancer", nodePort, `{"spec":{"type":"LoadBalancer"}}`, "", func(s *corev1.Service) bool { return kept(s) && port(s) == 30500 }},
		{"LoadBalancer to ClusterIP", balancer + status, `{"spec":{"type":"ClusterIP"}}`, "", func(s *corev1.Service) bool {
			return kept(s) && port(s) == 0 && len(s.Status.LoadBalancer.Ingress) == 0 && s.Spec.AllocateLoadBalancerNodePorts == nil
		}},
		{"LoadBalancer to NodePort", local + status, `{"spec":{"type":"NodePort"}}`, "", func(s *corev1.Service) bool {
			return kept(s) && port(s) == 30500 && s.Spec.HealthCheckNodePort == 0 && s.Spec.ExternalTrafficPolicy == "Local" && len(s.Status.LoadBalancer.Ingress) == 0
		}},
		{"Cluster to Local", balancer + status, `{"spec":{"externalTrafficPolicy":"Local"}}`, "", func(s *corev1.Service) bool {
			return s.Spec.HealthCheckNodePort >= 30000 && len(s.Status.LoadBalancer.Ingress) == 1
		}},
		{"Local to Cluster", local, `{"spec":{"externalTrafficPolicy":"Cluster"}}`, "", func(s *corev1.Service) bool { return s.Spec.HealthCheckNodePort == 0 }},
		{"with source ranges to NodePort", "{type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}", `{"spec":{"type":"NodePort"}}`, "may only be used when `type` is 'LoadBalancer'", nil},
		{"ExternalName to ClusterIP without ports", external, `{"spec":{"type":"ClusterIP"}}`, "spec.ports: Required value", nil},
		{"ExternalName to headless", external, `{"spec":{"type":"ClusterIP","clusterIP":"None","externalName":null}}`, "", func(s *corev1.Service) bool { return s.Spec.ClusterIP == "None" }},
		{"node ports are not taken back", balancer, `{"spec":{"allocateLoadBalancerNodePorts":false}}`, "", func(s *corev1.Service) bool { return port(s) == 30500 }},
		{"a class comes too late", balancer, `{"spec":{"loadBalancerClass":"example.com/x"}}`, "may not change once set", nil},
		{"node ports follow the port's name", nodePort, `{"spec":{"ports":[{"name":"http","port":8080}]}}`, "", func(s *corev1.Service) bool { return port(s) == 30500 }},
		{"a renamed port gets a new one", nodePort, `{"spec":{"ports":[{"name":"web","port":80}]}}`, "", func(s *corev1.Service) bool { return port(s) != 30500 }},
		{"two numbers swap", "{type: NodePort, ports: [{name: a, port: 1, nodePort: 30501}, {name: b, port: 2, nodePort: 30502}]}", `{"spec":{"ports":[{"name":"a","port":1,"nodePort":30502},{"name":"b","port":2,"nodePort":30501}]}}`, "", func(s *corev1.Service) bool {
			return port(s) == 30502
		}},
	} {
		t.Run(f.name, func(t *testing.T) {
			c := simulatortest.New(t, simulatortest.Parse(t, factsWorld+"---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: default}\nspec: "+f.spec+"\n"))
			said := patchService(t, c, f.patch)
			if f.refused == "" != (said == "") || !strings.Contains(said, f.refused) {
				t.Fatalf("the server says %q, want %q", said, f.refused)
			}
			if s := c.State().Service("default", "s"); f.holds != nil && !f.holds(s) {
				t.Errorf("stored: %+v %+v", s.Spec, s.Status)
			}
		})
	}
}

// What the server chooses itself lies
// outside the static bands, and what is asked for may lie in either.
func TestBandsOfTheRanges(t *testing.T) {
	c := simulatortest.New(t, simulatortest.Parse(t, factsWorld))
	for range 40 {
		c.Apply(t.Context(), []byte("apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: default}\nspec: {type: NodePort, ports: [{port: 80}]}\n"))
		s := c.State().Service("default", "s")
		if strings.HasPrefix(s.Spec.ClusterIP, "10.96.0.") || s.Spec.Ports[0].NodePort < 30086 {
			t.Fatalf("chosen from a static band: %s, %d", s.Spec.ClusterIP, s.Spec.Ports[0].NodePort)
		}
		r := httptest.NewRequest(http.MethodDelete, "/api/v1/namespaces/default/services/s", nil)
		c.Handler().ServeHTTP(httptest.NewRecorder(), r)
	}
	asked := c.Apply(t.Context(), []byte("apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: default}\nspec: {type: NodePort, clusterIP: 10.96.0.7, ports: [{port: 80, nodePort: 30001}]}\n"))
	if len(asked) != 1 || asked[0].Err != nil {
		t.Errorf("asked for a static address and port: %+v", asked)
	}
}
