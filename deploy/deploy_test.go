// Package deploy_test applies the manifests of this folder to a simulated
// cluster and tries who reaches what there.
package deploy_test

import (
	"bytes"
	"context"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/internal/kubectl"
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

// TestTheImageIsToBeReplaced sees to it that one who applies the folder as it
// is meets a name that cannot be mistaken for a published image, and that
// kustomize puts another in its place.
func TestTheImageIsToBeReplaced(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"classroom.yaml", "kustomization.yaml"} {
		b, err := os.ReadFile("kubernetes/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "kustomization.yaml" {
			b = bytes.ReplaceAll(b, []byte("newName: registry.example.com/tutor"), []byte("newName: images.school.example/tutor"))
			b = bytes.ReplaceAll(b, []byte("newTag: replace-me"), []byte(`newTag: "7"`))
		} else if !bytes.Contains(b, []byte("image: registry.example.com/tutor:replace-me")) {
			t.Errorf("%s names another image", name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errOut bytes.Buffer
	code := kubectl.Run(context.Background(), kubectl.Options{
		Handler: http.NotFoundHandler(), Config: filepath.Join(dir, "kubeconfig"),
		Streams: kubectl.Streams{In: strings.NewReader(""), Out: &out, Err: &errOut},
	}, []string{"kustomize", dir})
	if code != 0 || !strings.Contains(out.String(), "image: images.school.example/tutor:7\n") || strings.Contains(out.String(), "registry.example.com") {
		t.Errorf("kustomize: %d, %s%s", code, errOut.String(), out.String())
	}
}

// TestTheDockerfileFits holds the Dockerfile to the module and the manifest.
func TestTheDockerfileFits(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	docker, module, manifest := read("Dockerfile"), read("../go.mod"), read("kubernetes/classroom.yaml")
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(module)
	if version == nil || !strings.Contains(docker, "golang:"+version[1]+" ") {
		t.Errorf("the Dockerfile builds with another Go than go.mod's %v", version)
	}
	user := regexp.MustCompile(`USER (\d+):`).FindStringSubmatch(docker)
	if user == nil || !strings.Contains(manifest, "runAsUser: "+user[1]+"\n") {
		t.Errorf("the manifest runs as another user than the Dockerfile's %v", user)
	}
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
