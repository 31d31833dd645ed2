package simulator_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

func newCluster(t testing.TB, file string) *simulator.Cluster {
	t.Helper()
	return simulatortest.New(t, simulatortest.Read(t, file))
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStoredStateStands(t *testing.T) {
	c := newCluster(t, "world/testdata/small.yaml")
	p := c.State().Pod("production", "cart")
	if p == nil || p.DeletionTimestamp == nil || len(p.Finalizers) != 1 || p.UID == "" {
		t.Fatalf("pod cart = %+v", p)
	}
	if svc := c.State().Service("default", "kubernetes"); svc == nil || svc.Spec.ClusterIP != "10.96.0.1" {
		t.Errorf("Service kubernetes = %+v", svc)
	}
}

func TestSnapshotRestarts(t *testing.T) {
	c := newCluster(t, "world/testdata/small.yaml")
	again, err := simulator.New(simulator.Options{World: c.Snapshot(), Start: c.Now()})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if a, b := c.State().Pod("production", "cart"), again.State().Pod("production", "cart"); a.UID != b.UID || b.DeletionTimestamp == nil {
		t.Errorf("the pod was %+v, is %+v", a, b)
	}
}

func TestHandlerAnswers(t *testing.T) {
	c := newCluster(t, "world/testdata/small.yaml")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/namespaces/production/pods/cart", nil))
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"podIP":"10.244.1.9"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestSnapshotGoesOn: a cluster that is stored and loaded again, with the same
// seed, makes up uids that no object has yet.
func TestSnapshotGoesOn(t *testing.T) {
	c := newCluster(t, "world/testdata/small.yaml")
	seen := map[types.UID]string{}
	for i := range 5 {
		name := fmt.Sprintf("svc-%d", i)
		for _, r := range c.Apply(t.Context(), []byte("apiVersion: v1\nkind: Service\nmetadata: {name: "+name+"}\nspec: {ports: [{port: 80}]}\n")) {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		uid := c.State().Service("default", name).UID
		if other := seen[uid]; other != "" {
			t.Fatalf("%s has the uid of %s", name, other)
		}
		seen[uid] = name
		again, err := simulator.New(simulator.Options{World: c.Snapshot(), Start: c.Now(), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(again.Close)
		c = again
	}
}

// What a cluster has by itself is as old as the cluster, and what controllers
// made of Services and namespaces as old as those.
func TestOldClustersAreOldThroughout(t *testing.T) {
	c := simulatortest.New(t, simulatortest.Asset(t, "worlds/lesson.yaml"))
	nodes := c.State().Nodes[0].CreationTimestamp
	if svc := c.State().Service("default", "kubernetes"); !svc.CreationTimestamp.Equal(&nodes) {
		t.Errorf("Service kubernetes is of %s, the nodes of %s", svc.CreationTimestamp, nodes)
	}
	for _, s := range c.State().Slices {
		svc := c.State().Service(s.Namespace, s.Labels[discoveryv1.LabelServiceName])
		if !s.CreationTimestamp.Equal(&svc.CreationTimestamp) {
			t.Errorf("slice %s is of %s, its Service of %s", s.Name, s.CreationTimestamp, svc.CreationTimestamp)
		}
	}
	if c.Apply(t.Context(), []byte("apiVersion: v1\nkind: Service\nmetadata: {name: new}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n")); len(c.State().EndpointSlices("default", "new")) != 1 {
		t.Fatal("the new Service has no slice")
	}
	if made := c.State().EndpointSlices("default", "new")[0].CreationTimestamp; made.Time.Before(simulatortest.Start) {
		t.Errorf("a new Service's slice is of %s", made)
	}
}
