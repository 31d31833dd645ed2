// Package deploy_test applies the manifests of this folder to a simulated
// cluster and tries who reaches what there.
package deploy_test

import (
	"context"
	"net/netip"
	"os"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// classroom is a GKE cluster with the classroom in it.
func classroom(t *testing.T) *simulator.Cluster {
	t.Helper()
	f, err := assets.FS.Open("worlds/eks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := world.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	w.Spec.Platform, w.Spec.Cloud = world.GKE, world.Cloud{}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	const secret = "apiVersion: v1\nkind: Namespace\nmetadata: {name: classroom}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: tutor, namespace: classroom}\nstringData: {class: x, token: x, password: x, host_key: x}\n"
	manifest, err := os.ReadFile("kubernetes/classroom.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range [][]byte{[]byte(secret), manifest} {
		for _, r := range c.Apply(context.Background(), m) {
			if r.Err != nil {
				t.Fatalf("line %d: %v", r.Line, r.Err)
			}
			for _, warning := range r.Warnings {
				t.Errorf("line %d: %s", r.Line, warning)
			}
		}
	}
	if !c.Settle() {
		t.Fatal("the cluster does not settle")
	}
	return c
}

func TestWhoReachesWhat(t *testing.T) {
	c := classroom(t)
	st := c.State()
	var servers, databases []*corev1.Pod
	for _, p := range st.Pods {
		switch p.Labels["app"] {
		case "tutor":
			servers = append(servers, p)
		case "tutor-db":
			databases = append(databases, p)
		}
	}
	if len(servers) != 2 || len(databases) != 1 {
		t.Fatalf("%d servers, %d databases", len(servers), len(databases))
	}
	svc := st.Service("classroom", "tutor")
	if svc == nil || len(svc.Status.LoadBalancer.Ingress) == 0 {
		t.Fatal("the Service has no address")
	}
	clusterIP, databaseIP := svc.Spec.ClusterIP, st.Service("classroom", "tutor-db").Spec.ClusterIP
	balancer := svc.Status.LoadBalancer.Ingress[0].IP
	server, database := dataplane.PodClient("classroom", servers[0].Name), databases[0].Status.PodIP
	stranger := dataplane.PodClient("production", "client")
	for _, try := range []struct {
		from dataplane.Client
		to   string
		port uint16
		want bool
	}{
		{dataplane.ExternalClient("home"), balancer, 22, true},
		{dataplane.ExternalClient("office"), balancer, 22, true},
		{dataplane.ExternalClient("home"), balancer, 9322, false},
		{dataplane.ExternalClient("home"), balancer, 5432, false},
		{dataplane.ExternalClient("home"), databaseIP, 5432, false},
		{stranger, clusterIP, 22, true},
		{stranger, servers[0].Status.PodIP, 9322, false},
		{dataplane.PodClient("monitoring", "client"), servers[0].Status.PodIP, 9322, true},
		{server, databaseIP, 5432, true},
		{stranger, databaseIP, 5432, false},
		{stranger, database, 5432, false},
		{dataplane.PodClient("default", "client"), database, 5432, false},
		{dataplane.PodClient("monitoring", "client"), database, 5432, false},
	} {
		trace := c.Probe(dataplane.Packet{From: try.from, To: netip.AddrPortFrom(netip.MustParseAddr(try.to), try.port)})
		if got := trace.Outcome == dataplane.OK; got != try.want {
			t.Errorf("%s to %s:%d: %s, want it to reach: %v", try.from, try.to, try.port, trace.Outcome, try.want)
		}
		if try.from.Name == "home" && try.port == 22 {
			for _, b := range trace.Backends {
				if b.Source.String() != "198.51.100.23" {
					t.Errorf("%s sees %s, not the learner's own address", b.Name, b.Source)
				}
			}
		}
	}
}
