package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/simulatortest"
)

func TestCall(t *testing.T) {
	c := simulatortest.Settled(t, simulatortest.Asset(t, "worlds/lesson.yaml"))
	p := New(c.Network())
	pod, outside := dataplane.PodClient("production", "client"), dataplane.ExternalClient("office")
	for _, test := range []struct {
		from    dataplane.Client
		host    string
		port    uint16
		outcome dataplane.Outcome
		first   string
	}{
		{pod, "kubernetes.default", 443, dataplane.OK, "kubernetes.default is 10."},
		{pod, "localhost", 80, dataplane.Refused, "localhost is 127.0.0.1"},
		{pod, "nobody", 80, dataplane.NoSuchName, "nobody"},
		{outside, "kubernetes.default", 443, dataplane.NoSuchName, "kubernetes.default"},
		{outside, "10.96.0.1", 443, dataplane.Timeout, "10.96.0.1 is in the service network"},
	} {
		got := p.Call(dataplane.Packet{From: test.from}, test.host, test.port)
		if got.Outcome != test.outcome || len(got.Hops) == 0 || !strings.HasPrefix(got.Hops[0].Why, test.first) {
			t.Errorf("%s calls %s:%d: %s %+v", test.from, test.host, test.port, got.Outcome, got.Hops)
		}
	}
}

// TestNobodyCalls: a client that does not exist is told as such, whatever it
// calls.
func TestNobodyCalls(t *testing.T) {
	p := New(simulatortest.Settled(t, simulatortest.Asset(t, "worlds/lesson.yaml")).Network())
	for _, from := range []dataplane.Client{dataplane.PodClient("production", "nobody"), dataplane.ExternalClient("nobody")} {
		for _, host := range []string{"kubernetes.default", "api.stripe.com", "10.96.0.1"} {
			if got := p.Call(dataplane.Packet{From: from}, host, 443); got.Err == nil {
				t.Errorf("%s calls %s: %s", from, host, got.Outcome)
			}
		}
	}
}

// TestUnheard: where no DNS server answers, a pod finds nobody by name, and
// still reaches addresses.
func TestUnheard(t *testing.T) {
	w := simulatortest.Asset(t, "worlds/lesson.yaml")
	w.Objects = slices.DeleteFunc(w.Objects, func(o runtime.Object) bool {
		svc, ok := o.(*corev1.Service)
		return ok && svc.Name == "kube-dns"
	})
	p := New(simulatortest.Settled(t, w).Network())
	for host, want := range map[string]dataplane.Outcome{"kubernetes.default": dataplane.NoSuchName, "localhost": dataplane.Refused, "10.96.0.1": dataplane.OK} {
		if got := p.Call(dataplane.Packet{From: dataplane.PodClient("production", "client")}, host, 443); got.Outcome != want {
			t.Errorf("%s: %s, want %s", host, got.Outcome, want)
		}
	}
}

func TestParseTarget(t *testing.T) {
	for text, want := range map[string]string{
		"cart-svc:80": "cart-svc 80", "10.96.0.10:53": "10.96.0.10 53", "[fd00::1]:53": "fd00::1 53",
		"cart-svc": "", ":80": "", "cart-svc:0": "", "cart-svc:70000": "", "a/b:80": "", "": "",
	} {
		host, port, err := ParseTarget(text)
		got := ""
		if err == nil {
			got = fmt.Sprint(host, " ", port)
		}
		if got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}
